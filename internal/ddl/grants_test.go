package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// The emulator knows no roles, so these plans are checked against Spanner's
// documented rules alone.
func TestGrants(t *testing.T) {
	t.Parallel()
	const roles = "CREATE ROLE reader; CREATE ROLE writer; "
	for _, c := range []struct {
		name, before, after string
		allow, want         []string
	}{
		{name: "all new", before: base, after: base + roles + "GRANT SELECT, INSERT(Id, N) ON TABLE P, C TO ROLE reader, writer",
			want: []string{"CREATE ROLE reader", "CREATE ROLE writer", "GRANT SELECT, INSERT(Id, N) ON TABLE P, C TO ROLE reader, writer"}},
		{name: "split and in another order is the same", before: base + roles + "GRANT SELECT ON TABLE C TO ROLE reader; GRANT SELECT ON TABLE P TO ROLE reader",
			after: base + roles + "grant select on table P, C to role READER"},
		{name: "one more", before: base + roles + "GRANT SELECT ON TABLE P TO ROLE reader", after: base + roles + "GRANT SELECT ON TABLE P, C TO ROLE reader",
			want: []string{"GRANT SELECT ON TABLE C TO ROLE reader"}},
		{name: "one less", before: base + roles + "GRANT SELECT(Id, N) ON TABLE P TO ROLE reader", after: base + roles + "GRANT SELECT(Id) ON TABLE P TO ROLE reader", allow: []string{"reader"},
			want: []string{"REVOKE SELECT(N) ON TABLE P FROM ROLE reader"}},
		{name: "role leaves", before: base + "CREATE ROLE reader; CREATE ROLE lead; GRANT SELECT ON TABLE P TO ROLE reader; GRANT ROLE reader TO ROLE lead;", after: base, allow: []string{"*"},
			want: []string{"REVOKE SELECT ON TABLE P FROM ROLE reader", "REVOKE ROLE reader FROM ROLE lead", "DROP ROLE lead", "DROP ROLE reader"}},
		{name: "table leaves", before: base + "CREATE ROLE reader; GRANT SELECT ON TABLE C TO ROLE reader;", after: replace(base, "CREATE TABLE C", "CREATE TABLE D") + "CREATE ROLE reader; GRANT SELECT ON TABLE D TO ROLE reader", allow: []string{"*"},
			want: []string{"CREATE TABLE D (Id STRING(36) NOT NULL, K INT64 NOT NULL, V INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT P",
				"GRANT SELECT ON TABLE D TO ROLE reader", "REVOKE SELECT ON TABLE C FROM ROLE reader", "DROP TABLE C"}},
		{name: "expanded once", before: base + "CREATE ROLE reader; GRANT SELECT ON ALL TABLES IN SCHEMA default TO ROLE reader;", after: base + "CREATE ROLE reader; GRANT SELECT ON ALL TABLES IN SCHEMA default TO ROLE reader;"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			from, to := parse(t, c.before), parse(t, c.after)
			plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: to, AllowDestructive: c.allow})
			if len(plan.Refused) > 0 {
				t.Fatalf("refused: %+v", plan.Refused)
			}
			if diff := cmp.Diff(c.want, statements(plan.Steps), cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}
