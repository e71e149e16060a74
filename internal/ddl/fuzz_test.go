package ddl_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// FuzzDiff: whatever the texts hold, nothing panics, a text differs from
// itself in nothing, and the same question gets the same answer.
func FuzzDiff(f *testing.F) {
	for seed := range uint64(4) {
		before, after := newProgram(ddl.GoogleSQL, seed).run()
		f.Add(before.text(), after.text())
	}
	f.Add(base+"CREATE VIEW v SQL SECURITY INVOKER AS SELECT 1 AS x;", "ALTER DATABASE d SET OPTIONS (default_leader = 'x')")
	f.Add("CREATE SEQUENCE s; GRANT SELECT ON TABLE t TO ROLE r", "CREATE PROTO BUNDLE (a.b.C); CREATE ROLE r; CREATE SCHEMA s; CREATE TABLE s.t (i INT64) PRIMARY KEY (i)")
	f.Add("CREATE OR REPLACE VIEW", "CREATE TABLE `` ()")
	f.Fuzz(func(t *testing.T, before, after string) {
		from, _, err := ddl.Parse(ddl.Source{Text: before})
		if err != nil {
			_ = ddl.ParseEcho([]string{before})
			return
		}
		if plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: from}); len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
			t.Fatalf("differs from itself: %+v", plan)
		}
		to, _, err := ddl.Parse(ddl.Source{Text: after})
		if err != nil {
			return
		}
		request := ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: to, AllowDestructive: []string{"*"}}
		first, again := ddl.Diff(request), ddl.Diff(request)
		if len(first.Steps) != len(again.Steps) {
			t.Fatalf("%d steps, then %d", len(first.Steps), len(again.Steps))
		}
		for i, s := range first.Steps {
			if s.Statement != again.Steps[i].Statement {
				t.Fatalf("step %d is %q, then %q", i, s.Statement, again.Steps[i].Statement)
			}
			if s.Statement == "" || s.Hazard == "" || s.Reason == "" {
				t.Fatalf("step %d says too little: %+v", i, s)
			}
		}
		_ = ddl.Drop(from, to)
		_ = ddl.Drifted(from, to, from, first.Steps)
	})
}
