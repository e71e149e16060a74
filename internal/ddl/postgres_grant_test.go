package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// The emulator knows no roles, so these plans are checked against Spanner's
// documented rules alone.
func TestPostgresGrants(t *testing.T) {
	t.Parallel()
	const roles = postgresBase + `CREATE ROLE reader; CREATE ROLE "Writer"; `
	for _, c := range []struct {
		name, before, after string
		allow, want         []string
	}{
		{name: "all new", before: postgresBase, after: roles + `GRANT SELECT, INSERT(id, n) ON TABLE p, c TO reader, "Writer"`,
			want: []string{"CREATE ROLE reader", `CREATE ROLE "Writer"`, `GRANT SELECT, INSERT(id, n) ON TABLE p, c TO reader, "Writer"`}},
		{name: "split and in another order is the same", before: roles + "GRANT SELECT ON TABLE c TO reader; GRANT SELECT ON TABLE p TO reader", after: roles + "grant select on public.P, C to READER"},
		{name: "one more", before: roles + "GRANT SELECT ON TABLE p TO reader", after: roles + `GRANT SELECT ON TABLE p TO reader, "Writer"`,
			want: []string{`GRANT SELECT ON TABLE p TO "Writer"`}},
		{name: "one less", before: roles + "GRANT SELECT(id, n) ON TABLE p TO reader", after: roles + "GRANT SELECT(id) ON TABLE p TO reader", allow: []string{"reader"},
			want: []string{"REVOKE SELECT(n) ON TABLE p FROM reader"}},
		{name: "membership", before: roles + `GRANT reader TO "Writer"`, after: roles, allow: []string{"*"},
			want: []string{`REVOKE reader FROM "Writer"`}},
		{name: "expanded once", before: roles + "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader", after: roles, allow: []string{"*"},
			want: []string{"REVOKE SELECT ON ALL TABLES IN SCHEMA public FROM reader"}},
	} {
		from, to := parsePostgres(t, c.before), parsePostgres(t, c.after)
		plan := ddl.Diff(ddl.Request{Live: from, Applied: from, AppliedEcho: from, Desired: to, AllowDestructive: c.allow})
		if diff := cmp.Diff(c.want, statements(plan.Steps), cmpopts.EquateEmpty()); diff != "" || len(plan.Refused) > 0 {
			t.Errorf("%s: %s, refused %+v", c.name, diff, plan.Refused)
		}
	}
}
