package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

const hung = base + `
CREATE INDEX ix ON P(S) STORING (N);
CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id, p.N FROM P p;
CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v;
`

// The emulator dies when a table that a stream watches is renamed, does not
// carry a new name on to foreign keys, and still counts a table as watched
// after DROP FOR ALL.
const (
	watched = "CREATE TABLE Z (I INT64) PRIMARY KEY (I); CREATE CHANGE STREAM cs FOR P(S, N), Z, C;"
	pointed = "CREATE TABLE F (I INT64, R STRING(36), CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)) PRIMARY KEY (I);"
)

func TestRename(t *testing.T) {
	t.Parallel()
	renamed := replace(hung, "TABLE P ", "TABLE Q ", "PARENT P", "PARENT Q", "ON P(", "ON Q(", "FROM P p", "FROM Q p")
	for _, c := range []struct {
		name, after string
		rename      ddl.Rename
		allow       []string
		want        []string
	}{
		{name: "all that hangs on it follows", after: renamed, rename: ddl.Rename{From: "p", To: "Q"}, want: []string{
			"DROP VIEW w", "DROP VIEW v", "ALTER TABLE P RENAME TO Q",
			"CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id, p.N FROM Q p", "CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v"}},
		{name: "with a synonym and changes", after: replace(renamed, "N INT64", "N INT64, M BOOL", "STORING (N)", "STORING (N, M)"), rename: ddl.Rename{From: "P", To: "Q", KeepSynonym: true}, want: []string{
			"DROP VIEW w", "DROP VIEW v", "ALTER TABLE P RENAME TO Q, ADD SYNONYM P", "ALTER TABLE Q ADD COLUMN M BOOL", "ALTER INDEX ix ADD STORED COLUMN M",
			"CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id, p.N FROM Q p", "CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v"}},
		{name: "a column goes with it", after: replace(renamed, " B BYTES(20),", ""), rename: ddl.Rename{From: "P", To: "Q"}, allow: []string{"*"}, want: []string{
			"DROP VIEW w", "DROP VIEW v", "ALTER TABLE P RENAME TO Q",
			"CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id, p.N FROM Q p", "CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v", "ALTER TABLE Q DROP COLUMN B"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			before := hung
			if c.rename.KeepSynonym {
				// A fresh database has no synonym; here only the statements count.
				plan := ddl.Diff(ddl.Request{Live: parse(t, before), Applied: parse(t, before), Desired: parse(t, c.after), Renames: []ddl.Rename{c.rename}})
				if diff := cmp.Diff(c.want, statements(plan.Steps)); diff != "" || len(plan.Refused)+len(plan.Unmanaged) > 0 {
					t.Errorf("%s\n%+v", diff, plan)
				}
				d := newDatabase(t)
				d.mustApply(ddl.Diff(ddl.Request{Live: d.echo(), Desired: parse(t, before)}).Steps)
				d.mustApply(plan.Steps)
				again := ddl.Diff(ddl.Request{Live: d.echo(), Desired: parse(t, c.after), Renames: []ddl.Rename{c.rename}})
				if len(again.Steps)+len(again.Refused)+len(again.Unmanaged) > 0 {
					t.Errorf("the second plan is not empty: %+v", again)
				}
				return
			}
			got := migrateAs(t, before, c.after, ddl.Request{Renames: []ddl.Rename{c.rename}, AllowDestructive: c.allow})
			if diff := cmp.Diff(c.want, statements(got)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Spanner carries the new name on to foreign keys and streams.
func TestRenameUnderForeignKeyAndStream(t *testing.T) {
	t.Parallel()
	const all = base + watched + pointed
	from, to := parse(t, all), parse(t, replace(all, "FOR P(", "FOR Q(", "TABLE P ", "TABLE Q ", "PARENT P", "PARENT Q", "REFERENCES P ", "REFERENCES Q "))
	plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: to, Renames: []ddl.Rename{{From: "P", To: "Q"}}})
	if diff := cmp.Diff([]string{"ALTER TABLE P RENAME TO Q"}, statements(plan.Steps)); diff != "" || len(plan.Refused) > 0 {
		t.Errorf("%s\n%+v", diff, plan.Refused)
	}
}

func TestRenameRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, after, reason string
		rename              ddl.Rename
	}{
		{"no such table", base, "has neither a table X nor a table Y", ddl.Rename{From: "X", To: "Y"}},
		{"both are there", base, "has both a table P and something called C", ddl.Rename{From: "P", To: "C"}},
		{"the text still has it", base, "the text still declares P", ddl.Rename{From: "P", To: "Q"}},
		{"the text lacks the new one", "CREATE TABLE Z (I INT64) PRIMARY KEY (I)", "the text declares no table Q", ddl.Rename{From: "P", To: "Q"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			from := parse(t, base)
			plan := ddl.Diff(ddl.Request{Live: from, Applied: from, Desired: parse(t, c.after), Renames: []ddl.Rename{c.rename}, AllowDestructive: []string{"*"}})
			if len(plan.Refused) != 1 || !strings.Contains(plan.Refused[0].Reason, c.reason) {
				t.Errorf("got %+v", plan.Refused)
			}
		})
	}
	from := parse(t, base)
	if plan := ddl.Diff(ddl.Request{Live: from, Applied: from, Desired: from, Renames: []ddl.Rename{{From: "Old", To: "P"}}}); len(plan.Steps)+len(plan.Refused) > 0 {
		t.Errorf("a rename that is done is not ignored: %+v", plan)
	}
}

// A table that was given up is dropped and created with all that hangs on it.
func TestRecreateTable(t *testing.T) {
	t.Parallel()
	const hung = hung + pointed
	after := replace(hung, "PRIMARY KEY (Id);", "PRIMARY KEY (Id DESC);", "PRIMARY KEY (Id, K)", "PRIMARY KEY (Id DESC, K)")
	from := parse(t, hung)
	plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: parse(t, after), AllowDestructive: []string{"*", "P"}})
	if len(plan.Refused) != 1 || plan.Refused[0].Object != "C" || !plan.Refused[0].Allowable {
		t.Errorf("the child's rows would be lost too: got %+v", plan.Refused)
	}
	// The emulator forgets tables of a stream that looked away for a while, so
	// with a stream the plan alone is checked.
	withStream := parse(t, hung+watched)
	plan = ddl.Diff(ddl.Request{Live: withStream, Applied: withStream, AppliedEcho: withStream, Desired: parse(t, after+watched), AllowDestructive: []string{"P", "C"}})
	var streams []string
	for _, s := range statements(plan.Steps) {
		if strings.Contains(s, "STREAM") {
			streams = append(streams, s)
		}
	}
	if diff := cmp.Diff([]string{"ALTER CHANGE STREAM cs SET FOR Z", "ALTER CHANGE STREAM cs SET FOR P(S, N), Z, C"}, streams); diff != "" {
		t.Error(diff)
	}
	got := migrateAs(t, hung, after, ddl.Request{AllowDestructive: []string{"P", "C"}})
	var lost []string
	for _, s := range got {
		if s.Hazard == ddl.Destructive {
			lost = append(lost, s.Statement)
		}
	}
	if diff := cmp.Diff([]string{"DROP TABLE C", "DROP TABLE P"}, lost); diff != "" {
		t.Error(diff)
	}
}
