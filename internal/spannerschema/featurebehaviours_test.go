package spannerschema_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

// behaviour is a capability that is no kind of change. run says where it ran.
type behaviour struct {
	row, name string
	run       func(*testing.T, *schematest.Emulators) string
}

const (
	one = "CREATE TABLE One (I INT64, N INT64) PRIMARY KEY (I);\n"
	two = "CREATE TABLE Two (I INT64, N INT64) PRIMARY KEY (I);\n"
)

var behaviours = []behaviour{
	{"PostgreSQL dialect", "created, changed, nothing left", func(t *testing.T, emulators *schematest.Emulators) string {
		d := emulators.NewPostgresDatabase(t)
		var applied *ddl.Schema
		for _, text := range []string{"CREATE TABLE a (id bigint PRIMARY KEY, s varchar(10))", "CREATE TABLE a (id int8 PRIMARY KEY, s text, n bigint); CREATE INDEX x ON a (n) INCLUDE (s)"} {
			wanted, _, err := ddl.PostgreSQL.Parse(ddl.Source{Text: text})
			if err != nil {
				t.Fatal(err)
			}
			request := ddl.Request{Applied: applied, Desired: wanted}
			for range 2 {
				echo, err := d.Echo(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				request.Live = ddl.PostgreSQL.ParseEcho(echo)
				plan := ddl.Diff(request)
				if len(plan.Refused) > 0 || applied == wanted && len(plan.Steps) > 0 || applied != wanted && len(plan.Steps) == 0 {
					t.Fatalf("the plan is %+v", plan)
				}
				if err := d.Apply(t.Context(), schematest.Statements(plan.Steps)); err != nil {
					t.Fatal(err)
				}
				if echo, err = d.Echo(t.Context()); err != nil {
					t.Fatal(err)
				}
				applied = wanted
				request.Applied, request.AppliedEcho = applied, ddl.PostgreSQL.ParseEcho(echo)
			}
		}
		return onEmulator
	}},
	{"plan preview in Terraform", "statements with hazards in the plan", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		plan := l.core.plan(l.config(one+"CREATE INDEX x ON One(N)"), nil)
		wantList(t, plan.object, "planned_statements", strings.TrimSuffix(one, ";\n"), "CREATE INDEX x ON One(N)")
		if value := plan.values["planned_statements"].String(); !strings.Contains(value, `"instant"`) {
			t.Errorf("the plan says nothing of hazards: %s", value)
		}
		if sent := l.spanner.Count(admintest.UpdateDDL); sent > 0 {
			t.Errorf("planning sent %d changes", sent)
		}
		return planOnly
	}},
	{"destructive guard", "named: dropped", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		state, _ := l.applied(l.config(one+two), nil)
		_, planned := l.applied(l.config(one, "allow_destructive", []string{"Two"}), state)
		wantStatements(t, []string{"DROP TABLE Two"}, planned)
		return onServer
	}},
	{"drift detection", "changed behind the back, and set right", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		wanted := l.config(one)
		state, _ := l.applied(wanted, nil)
		l.change("ALTER TABLE One ALTER COLUMN N SET DEFAULT (7)")
		state, diags := l.core.read(state)
		diags.wantNone(t)
		_, planned := l.applied(wanted, state)
		wantStatements(t, []string{"ALTER TABLE One ALTER COLUMN N DROP DEFAULT"}, planned)
		return onServer
	}},
	{"import existing db", "only the difference is planned", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		l.change(strings.TrimSuffix(one, ";\n"))
		state, diags := l.core.importState(dbPath)
		if diags.failed() {
			t.Fatal(diags)
		}
		_, planned := l.applied(l.config(one+two), state)
		wantStatements(t, []string{strings.TrimSuffix(two, ";\n")}, planned)
		return onServer
	}},
	{"concurrency safety", "a change between plan and apply stops it", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		state, _ := l.applied(l.config(one), nil)
		wanted := l.config(strings.Replace(one, "N INT64", "N INT64 DEFAULT (1)", 1))
		plan := l.core.plan(wanted, state)
		l.change("ALTER TABLE One ALTER COLUMN N SET DEFAULT (7)")
		before := l.echo()
		_, diags := l.core.apply(wanted, state, plan)
		diags.wantError(t, atDDL, "changed after the plan was made", "One")
		if diff := cmp.Diff(before, l.echo()); diff != "" {
			t.Errorf("something was sent:\n%s", diff)
		}
		return onServer
	}},
	{"partial-failure recovery", "the next plan is the rest", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		wanted := l.config(one + two)
		l.spanner.Next(admintest.Work{FailAt: 2})
		state, diags := l.core.apply(wanted, nil, l.core.plan(wanted, nil))
		if !diags.failed() || state != nil {
			t.Fatalf("the first apply left %v and said\n%s", state, diags)
		}
		_, planned := l.applied(wanted, nil)
		wantStatements(t, []string{strings.TrimSuffix(two, ";\n")}, planned)
		return onServer
	}},
	{"operation_id idempotency", "a lost answer is joined", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		l.spanner.Next(admintest.Work{Polls: 3, LoseAnswer: true})
		l.applied(l.config(one), nil)
		if sent, tried := len(l.spanner.Sent()), l.spanner.Count(admintest.UpdateDDL); sent != 1 || tried != 2 {
			t.Errorf("%d operations were started by %d calls", sent, tried)
		}
		return onServer
	}},
	{"batching by cost class", "ten costly statements a batch", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		state, _ := l.applied(l.config(one), nil)
		text := one
		for i := range 14 {
			text += fmt.Sprintf("CREATE INDEX x%d ON One(N, I);\n", i)
		}
		l.applied(l.config(text), state)
		var sizes []int
		for _, batch := range l.spanner.Sent() {
			sizes = append(sizes, len(batch))
		}
		if diff := cmp.Diff([]int{1, 10, 4}, sizes); diff != "" {
			t.Errorf("the sizes of the batches (-want +got):\n%s", diff)
		}
		return onServer
	}},
	{"progress / throttled shown", "in the log", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		l.spanner.Next(admintest.Work{Polls: 4, Throttled: true})
		wanted := l.config(one + two)
		var log strings.Builder
		_, diags := l.core.applyIn(tflogtest.RootLogger(t.Context(), &log), wanted, nil, l.core.plan(wanted, nil))
		diags.wantNone(t)
		for _, want := range []string{`"throttled":true`, `"percent":25`, `"applied":1`} {
			if !strings.Contains(log.String(), want) {
				t.Errorf("the log lacks %s:\n%s", want, log.String())
			}
		}
		return onServer
	}},
	{"lint", "a key that makes a hotspot", func(t *testing.T, _ *schematest.Emulators) string {
		schema, _, err := ddl.Parse(ddl.Source{Text: "CREATE TABLE H (At1 TIMESTAMP NOT NULL, N INT64) PRIMARY KEY (At1)"})
		if err != nil {
			t.Fatal(err)
		}
		if found := ddl.Lint(schema); len(found) == 0 {
			t.Error("nothing was found")
		}
		return planOnly
	}},
	{"dry run on emulator / shadow db", "the plan's statements run on an emulator", func(t *testing.T, emulators *schematest.Emulators) string {
		l := newLab(t)
		state, _ := l.applied(l.config(one), nil)
		plan := l.core.plan(l.config(one+two+"CREATE INDEX x ON One(N)"), state)
		shadow := emulators.NewDatabase(t)
		for _, statements := range [][]string{l.echo(), plan.list(t, "planned_statements")} {
			if err := shadow.Apply(t.Context(), statements); err != nil {
				t.Fatal(err)
			}
		}
		if echo := l.echo(); len(echo) != 1 {
			t.Errorf("the database itself was changed: %q", echo)
		}
		return onEmulator
	}},
	{"rollback / down plan", "the former text leads back", func(t *testing.T, _ *schematest.Emulators) string {
		l := newLab(t)
		state, _ := l.applied(l.config(one), nil)
		before := l.echo()
		state, _ = l.applied(l.config(strings.Replace(one, "N INT64", "N INT64 DEFAULT (1), M INT64", 1)+two), state)
		l.applied(l.config(one, "allow_destructive", []string{"Two", "One.M"}), state)
		if diff := cmp.Diff(before, l.echo()); diff != "" {
			t.Errorf("the schema is not what it was (-before +after):\n%s", diff)
		}
		return onServer
	}},
	{"many databases, one resource each", "three on one emulator", func(t *testing.T, emulators *schematest.Emulators) string {
		for i := range 3 {
			after := strings.Replace(one, "N INT64", fmt.Sprintf("N INT64 DEFAULT (%d)", i), 1)
			if _, err := emulators.Migrate(t.Context(), schematest.Migration{Before: one, After: after}); err != nil {
				t.Fatal(err)
			}
		}
		return onEmulator
	}},
	{"no external binary", "applied with an empty PATH", func(t *testing.T, _ *schematest.Emulators) string {
		t.Setenv("PATH", "")
		l := newLab(t)
		state, _ := l.applied(l.config(one), nil)
		l.applied(l.config(one+two), state)
		return onServer
	}},
}
