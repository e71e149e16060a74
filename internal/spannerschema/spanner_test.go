package spannerschema_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

// dbPath is the path of a database that DDL calls db.
const dbPath = "projects/acme/instances/ledger/databases/db"

// lab is the resource, driven over the provider protocol, on a database of the
// in-process Spanner.
type lab struct {
	t       *testing.T
	spanner *admintest.Spanner
	core    *core
}

func newLab(t *testing.T) *lab {
	t.Helper()
	spanner := admintest.StartSpanner(t, dbPath)
	return &lab{t: t, spanner: spanner, core: newCore(t, &database{server: spanner.Server})}
}

// config is a configuration with this text, and what else the pairs say.
func (l *lab) config(text string, more ...any) values {
	v := values{"database": "ledger/db", "ddl": text}
	for i := 0; i < len(more); i += 2 {
		if name, ok := more[i].(string); ok {
			v[name] = more[i+1]
		}
	}
	return v
}

// applied applies a configuration, reads back, and demands that nothing is left
// to do. It gives the new state and the statements of the plan.
func (l *lab) applied(wanted values, state *object) (*object, []string) {
	l.t.Helper()
	plan := l.core.plan(wanted, state)
	if plan.diagnostics.failed() {
		l.t.Fatalf("the plan fails:\n%s", plan.diagnostics)
	}
	var planned []string
	if plan.values["planned_statements"].IsFullyKnown() {
		planned = plan.list(l.t, "planned_statements")
	}
	state, diags := l.core.apply(wanted, state, plan)
	if diags.failed() {
		l.t.Fatalf("the apply fails:\n%s\nplanned:\n%s", diags, strings.Join(planned, ";\n"))
	}
	return l.settled(wanted, state), planned
}

// settled reads the state again and demands an empty plan.
func (l *lab) settled(wanted values, state *object) *object {
	l.t.Helper()
	state, diags := l.core.read(state)
	diags.wantNone(l.t)
	again := l.core.plan(wanted, state)
	if again.diagnostics.failed() {
		l.t.Fatalf("the second plan fails:\n%s", again.diagnostics)
	}
	if left := again.list(l.t, "planned_statements"); len(left) > 0 {
		l.t.Fatalf("the second plan is not empty:\n%s\nthe database holds:\n%s", strings.Join(left, ";\n"), strings.Join(l.echo(), ";\n"))
	}
	wantSame(l.t, state, again)
	return state
}

func (l *lab) echo() []string {
	l.t.Helper()
	echo, err := l.spanner.Echo()
	if err != nil {
		l.t.Fatal(err)
	}
	return echo
}

// change is somebody else's.
func (l *lab) change(statements ...string) {
	l.t.Helper()
	if err := l.spanner.Change(statements...); err != nil {
		l.t.Fatal(err)
	}
}

// lines are those of an echo in an order of their own: columns that were added
// later stand further down.
func lines(echo []string) []string {
	out := strings.Split(strings.Join(echo, "\n"), "\n")
	slices.Sort(out)
	return out
}

// wantFresh demands that the database is as a new one made from the same text.
func (l *lab) wantFresh(wanted values) {
	l.t.Helper()
	fresh := newLab(l.t)
	fresh.applied(wanted, nil)
	if diff := cmp.Diff(lines(fresh.echo()), lines(l.echo())); diff != "" {
		l.t.Errorf("the changed database differs from a fresh one (-fresh +changed):\n%s", diff)
	}
}

const (
	accounts = "CREATE TABLE Accounts (Id INT64 NOT NULL, Name STRING(40), Vector ARRAY<FLOAT32>(vector_length=>8)) PRIMARY KEY (Id);\n"
	// transfers refers to Accounts in every way that production echoes otherwise.
	transfers = accounts + "CREATE TABLE Transfers (Id INT64 NOT NULL, Debit INT64, Credit INT64, " +
		"CONSTRAINT Debits FOREIGN KEY (Debit) REFERENCES Accounts (Id), FOREIGN KEY (Credit) REFERENCES Accounts (Id) ON DELETE CASCADE, " +
		"CONSTRAINT Differ CHECK (Debit != Credit)) PRIMARY KEY (Id);\n"
)

// TestKindsOfProduction leads each kind that the emulator lacks through its
// life: it is made, changed and dropped, and every plan in between is empty.
func TestKindsOfProduction(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name           string
		made, changed  string
		makes, changes []string
		drops          []string
	}{
		{
			name:    "roles and grants",
			made:    "CREATE ROLE auditor; CREATE ROLE clerk; GRANT SELECT, INSERT(Id, Name) ON TABLE Accounts TO ROLE clerk; GRANT SELECT, INSERT(Id, Name) ON TABLE Accounts TO ROLE auditor; GRANT ROLE auditor TO ROLE clerk",
			makes:   []string{"CREATE ROLE auditor", "CREATE ROLE clerk", "GRANT SELECT, INSERT(Id, Name) ON TABLE Accounts TO ROLE clerk", "GRANT SELECT, INSERT(Id, Name) ON TABLE Accounts TO ROLE auditor", "GRANT ROLE auditor TO ROLE clerk"},
			changed: "CREATE ROLE auditor; CREATE ROLE clerk; GRANT SELECT, INSERT(Id, Name) ON TABLE Accounts TO ROLE clerk; GRANT SELECT ON TABLE Accounts TO ROLE auditor; GRANT ROLE auditor TO ROLE clerk",
			changes: []string{"REVOKE INSERT(Id) ON TABLE Accounts FROM ROLE auditor", "REVOKE INSERT(Name) ON TABLE Accounts FROM ROLE auditor"},
			drops: []string{"REVOKE SELECT ON TABLE Accounts FROM ROLE auditor", "REVOKE SELECT ON TABLE Accounts FROM ROLE clerk",
				"REVOKE INSERT(Id) ON TABLE Accounts FROM ROLE clerk", "REVOKE INSERT(Name) ON TABLE Accounts FROM ROLE clerk",
				"REVOKE ROLE auditor FROM ROLE clerk", "DROP ROLE auditor", "DROP ROLE clerk"},
		},
		{
			name:    "vector index",
			made:    "CREATE VECTOR INDEX Near ON Accounts(Vector) STORING (Name) WHERE Vector IS NOT NULL OPTIONS (distance_type = 'COSINE', num_leaves = 10)",
			makes:   []string{"CREATE VECTOR INDEX Near ON Accounts(Vector) STORING (Name) WHERE Vector IS NOT NULL OPTIONS (distance_type = 'COSINE', num_leaves = 10)"},
			changed: "CREATE VECTOR INDEX Near ON Accounts(Vector) WHERE Vector IS NOT NULL OPTIONS (distance_type = 'COSINE', num_leaves = 20)",
			changes: []string{"ALTER VECTOR INDEX Near DROP STORED COLUMN Name", "ALTER VECTOR INDEX Near SET OPTIONS (num_leaves = 20)"},
			drops:   []string{"DROP VECTOR INDEX Near"},
		},
		{
			name:    "property graph",
			made:    "CREATE PROPERTY GRAPH Money NODE TABLES (Accounts)",
			makes:   []string{"CREATE PROPERTY GRAPH Money NODE TABLES (Accounts)"},
			changed: "CREATE PROPERTY GRAPH Money NODE TABLES (Accounts LABEL Account)",
			changes: []string{"CREATE OR REPLACE PROPERTY GRAPH Money NODE TABLES (Accounts LABEL Account)"},
			drops:   []string{"DROP PROPERTY GRAPH Money"},
		},
		{
			name:    "function",
			made:    "CREATE FUNCTION Fee(amount INT64) RETURNS INT64 AS (amount / 100)",
			makes:   []string{"CREATE FUNCTION Fee(amount INT64) RETURNS INT64 AS (amount / 100)"},
			changed: "CREATE FUNCTION Fee(amount INT64) RETURNS INT64 AS (amount / 50)",
			changes: []string{"CREATE OR REPLACE FUNCTION Fee(amount INT64) RETURNS INT64 AS (amount / 50)"},
			drops:   []string{"DROP FUNCTION Fee"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			l := newLab(t)
			allowed := []string{"*"}
			text := func(more string) values { return l.config(accounts+more, "allow_destructive", allowed) }
			state, _ := l.applied(text(""), nil)
			state, planned := l.applied(text(c.made), state)
			wantStatements(t, c.makes, planned)
			state, planned = l.applied(text(c.changed), state)
			wantStatements(t, c.changes, planned)
			l.wantFresh(text(c.changed))
			_, planned = l.applied(text(""), state)
			wantStatements(t, c.drops, planned)
			l.wantFresh(text(""))
		})
	}
}

func wantStatements(t *testing.T, want, got []string) {
	t.Helper()
	sorted := func(list []string) []string { return slices.Sorted(slices.Values(list)) }
	if diff := cmp.Diff(sorted(want), sorted(got)); diff != "" {
		t.Errorf("unexpected statements (-want +got):\n%s", diff)
	}
}

// TestForeignKeysAsProductionEchoesThem: they come back as statements of their
// own, with an action that nobody wrote, and that is no change.
func TestForeignKeysAsProductionEchoesThem(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	const text = transfers
	wanted := l.config(text)
	state, _ := l.applied(wanted, nil)
	if echo := strings.Join(l.echo(), ";\n"); !strings.Contains(echo, "ALTER TABLE Transfers ADD CONSTRAINT Debits FOREIGN KEY(Debit) REFERENCES Accounts(Id) ON DELETE NO ACTION") {
		t.Fatalf("the echo is not production's:\n%s", echo)
	}
	// Neither for who adopts the database: Terraform has never seen the text.
	imported, diags := l.core.importState(dbPath)
	if diags.failed() {
		t.Fatal(diags)
	}
	plan := l.core.plan(wanted, imported)
	wantList(t, plan.object, "planned_statements")
	if fresh := l.core.plan(wanted, nil); fresh.diagnostics.failed() || len(fresh.list(t, "planned_statements")) > 0 {
		t.Errorf("a plan to create wants to change something:\n%s", fresh.diagnostics)
	}
	// Saying what is so anyway is no change either.
	state = l.settled(l.config(strings.Replace(text, "(Id), FOREIGN", "(Id) ON DELETE NO ACTION, FOREIGN", 1)), state)
	// But another action is one.
	_, planned := l.applied(l.config(strings.Replace(text, "(Id), FOREIGN", "(Id) ON DELETE CASCADE, FOREIGN", 1)), state)
	wantStatements(t, []string{"ALTER TABLE Transfers DROP CONSTRAINT Debits",
		"ALTER TABLE Transfers ADD CONSTRAINT Debits FOREIGN KEY (Debit) REFERENCES Accounts (Id) ON DELETE CASCADE"}, planned)
	// Each apply sent what was planned and nothing else.
	if sent := len(l.spanner.Sent()); sent != 2 {
		t.Errorf("%d batches were sent, want 2", sent)
	}
}

const threeRoles = "CREATE ROLE a; CREATE ROLE b; CREATE ROLE c"

// TestProgressIsLogged follows a change that Spanner throttles.
func TestProgressIsLogged(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	l.spanner.Next(admintest.Work{Polls: 6, Throttled: true})
	wanted := l.config(threeRoles)
	var log strings.Builder
	state, diags := l.core.applyIn(tflogtest.RootLogger(t.Context(), &log), wanted, nil, l.core.plan(wanted, nil))
	diags.wantNone(t)
	for _, want := range []string{`"throttled":true`, `"percent":50`, `"applied":2`, `"statement":"CREATE ROLE c"`, `"statements":3`, "throttles the schema change"} {
		if !strings.Contains(log.String(), want) {
			t.Errorf("the log lacks %s:\n%s", want, log.String())
		}
	}
	l.settled(wanted, state)
}

// TestInterruptCancels: what Spanner has finished by then stays, and the next
// plan is the rest.
func TestInterruptCancels(t *testing.T) {
	t.Parallel()
	l := newLab(t)
	seed := l.config("CREATE ROLE seed")
	state, _ := l.applied(seed, nil)
	wanted := l.config("CREATE ROLE seed; "+threeRoles, "cancel_on_interrupt", true)
	plan := l.core.plan(wanted, state)
	ctx, interrupt := context.WithCancel(t.Context())
	defer interrupt()
	polls := 0
	l.spanner.Next(admintest.Work{Polls: 6, OnPoll: func() {
		if polls++; polls == 3 {
			interrupt()
		}
	}})
	state, diags := l.core.applyIn(ctx, wanted, state, plan)
	diags.wantError(t, atDDL, "The schema change was cancelled after 1 of 3 statements", "Applied:\n  1. CREATE ROLE a", "Not applied:\n  2. CREATE ROLE b")
	if cancels := l.spanner.Count(admintest.Cancel); cancels != 1 {
		t.Errorf("cancelled %d times", cancels)
	}
	wantStatements(t, []string{"CREATE ROLE a", "CREATE ROLE seed"}, l.echo())
	_, rest := l.applied(wanted, state)
	wantStatements(t, []string{"CREATE ROLE b", "CREATE ROLE c"}, rest)
}

// TestRestAfterFailure fails at each statement in turn.
func TestRestAfterFailure(t *testing.T) {
	t.Parallel()
	for at := 1; at <= 3; at++ {
		l := newLab(t)
		state, _ := l.applied(l.config("CREATE ROLE seed"), nil)
		wanted := l.config("CREATE ROLE seed; " + threeRoles)
		plan := l.core.plan(wanted, state)
		all := plan.list(t, "planned_statements")
		l.spanner.Next(admintest.Work{Polls: 2, FailAt: at})
		state, diags := l.core.apply(wanted, state, plan)
		diags.wantError(t, atDDL, "of 3 of the schema change failed", "Existing rows do not allow the statement")
		_, rest := l.applied(wanted, state)
		if diff := cmp.Diff(all[at-1:], rest); diff != "" {
			t.Errorf("the plan after a failure at statement %d is not the rest (-want +got):\n%s", at, diff)
		}
	}
}
