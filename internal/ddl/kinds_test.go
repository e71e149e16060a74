package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Kinds and forms that the emulator does not know: the plans are checked
// against Spanner's documentation alone.
func TestPlanOnlyKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, before, after string
		request             ddl.Request
		want                []string
	}{
		{name: "proto bundle", before: "CREATE PROTO BUNDLE (a.A, `a.B`)", after: "CREATE PROTO BUNDLE (`a.A`, a.C)", request: ddl.Request{AllowDestructive: []string{"a.B"}},
			want: []string{"ALTER PROTO BUNDLE INSERT (a.C) DELETE (`a.B`)"}},
		{name: "proto bundle with other descriptors", before: "CREATE PROTO BUNDLE (a.A)", after: "CREATE PROTO BUNDLE (a.A)", request: ddl.Request{DescriptorsChanged: true},
			want: []string{"ALTER PROTO BUNDLE UPDATE (a.A)"}},
		{name: "locality group", before: "CREATE LOCALITY GROUP g OPTIONS (storage = 'ssd')", after: "CREATE LOCALITY GROUP g OPTIONS (storage = 'ssd', ssd_to_hdd_spill_timespan = '10d')",
			want: []string{"ALTER LOCALITY GROUP g SET OPTIONS (ssd_to_hdd_spill_timespan = '10d')"}},
		{name: "statistics package", before: "ALTER STATISTICS auto_1 SET OPTIONS (allow_gc = true)", after: "ALTER STATISTICS auto_1 SET OPTIONS (allow_gc = false)",
			want: []string{"ALTER STATISTICS auto_1 SET OPTIONS (allow_gc = false)"}},
		{name: "statistics package left alone", before: base + "ALTER STATISTICS auto_1 SET OPTIONS (allow_gc = true)", after: base},
		{name: "search index gains and loses columns",
			before: base + "CREATE SEARCH INDEX si ON P(A, B) STORING (N) OPTIONS (sort_order_sharding = true)", after: base + "CREATE SEARCH INDEX si ON P(B, C) STORING (S) OPTIONS (sort_order_sharding = true)",
			want: []string{"ALTER SEARCH INDEX si DROP COLUMN A", "ALTER SEARCH INDEX si DROP STORED COLUMN N", "ALTER SEARCH INDEX si ADD COLUMN C", "ALTER SEARCH INDEX si ADD STORED COLUMN S"}},
		{name: "search index ordered otherwise", before: base + "CREATE SEARCH INDEX si ON P(A) ORDER BY N", after: base + "CREATE SEARCH INDEX si ON P(A) ORDER BY N DESC",
			want: []string{"DROP SEARCH INDEX si", "CREATE SEARCH INDEX si ON P(A) ORDER BY N DESC"}},
		{name: "vector index options", before: base + "CREATE VECTOR INDEX vi ON P(B) OPTIONS (distance_type = 'COSINE', num_leaves = 10)", after: base + "CREATE VECTOR INDEX vi ON P(B) OPTIONS (num_leaves = 20, distance_type = 'COSINE')",
			want: []string{"ALTER VECTOR INDEX vi SET OPTIONS (num_leaves = 20)"}},
		{name: "interleave in becomes parent with cascade", before: replace(base, "IN PARENT", "IN"), after: replace(base, "IN PARENT P", "IN PARENT P ON DELETE CASCADE"),
			want: []string{"ALTER TABLE C SET INTERLEAVE IN PARENT P", "ALTER TABLE C SET ON DELETE CASCADE"}},
		{name: "interleave in parent becomes in", before: base, after: replace(base, "IN PARENT", "IN"), want: []string{"ALTER TABLE C SET INTERLEAVE IN P"}},
		{name: "on update", before: table("T TIMESTAMP DEFAULT (CURRENT_TIMESTAMP())"), after: table("T TIMESTAMP DEFAULT (CURRENT_TIMESTAMP()) ON UPDATE (CURRENT_TIMESTAMP())"),
			want: []string{"ALTER TABLE A ALTER COLUMN T SET ON UPDATE (CURRENT_TIMESTAMP())"}},
		{name: "function and model replaced", before: "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x + 1)", after: "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x + 2)",
			want: []string{"CREATE OR REPLACE FUNCTION f(x INT64) RETURNS INT64 AS (x + 2)"}},
		{name: "a name that speaks of replacing", before: "CREATE FUNCTION replace_all(x INT64) RETURNS INT64 AS (x + 1)", after: "CREATE FUNCTION replace_all(x INT64) RETURNS INT64 AS (x + 2)",
			want: []string{"CREATE OR REPLACE FUNCTION replace_all(x INT64) RETURNS INT64 AS (x + 2)"}},
		{name: "graph after its tables", before: "", after: "CREATE PROPERTY GRAPH g NODE TABLES (P); " + base,
			want: []string{"CREATE TABLE P (Id STRING(36) NOT NULL, N INT64, S STRING(20), B BYTES(20), T TIMESTAMP) PRIMARY KEY (Id)",
				"CREATE TABLE C (Id STRING(36) NOT NULL, K INT64 NOT NULL, V INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT P", "CREATE PROPERTY GRAPH g NODE TABLES (P)"}},
		{name: "database options", before: "ALTER DATABASE d SET OPTIONS (default_leader = 'us-east1', version_retention_period = '1d')", after: "ALTER DATABASE d SET OPTIONS (default_leader = \"us-east4\")",
			want: []string{"ALTER DATABASE d SET OPTIONS (default_leader = \"us-east4\", version_retention_period = null)"}},
		{name: "stream on tables of a named schema", before: "CREATE SCHEMA n; CREATE TABLE n.T (I INT64, C INT64) PRIMARY KEY (I); CREATE CHANGE STREAM s FOR n.T(C)",
			after: "create schema N; CREATE TABLE n.T (I INT64, C INT64 OPTIONS (allow_commit_timestamp = false)) PRIMARY KEY (I); CREATE CHANGE STREAM s FOR n.T OPTIONS (retention_period = '7d')",
			want:  []string{"ALTER CHANGE STREAM s SET FOR n.T", "ALTER CHANGE STREAM s SET OPTIONS (retention_period = '7d')"}},
		{name: "model in another layout", before: "CREATE MODEL m INPUT (content STRING(MAX)) OUTPUT (score FLOAT64) REMOTE OPTIONS (endpoint = 'e')", after: "CREATE MODEL m INPUT(content STRING(MAX),) OUTPUT(score FLOAT64,) REMOTE OPTIONS (endpoint = \"e\")"},
		{name: "placement and schema first", before: "", after: "CREATE TABLE s.T (I INT64, L STRING(10) NOT NULL PLACEMENT KEY) PRIMARY KEY (I); CREATE PLACEMENT eu OPTIONS (instance_partition = 'eu'); CREATE SCHEMA s",
			want: []string{"CREATE SCHEMA s", "CREATE PLACEMENT eu OPTIONS (instance_partition = 'eu')", "CREATE TABLE s.T (I INT64, L STRING(10) NOT NULL PLACEMENT KEY) PRIMARY KEY (I)"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := c.request
			r.Live, r.Desired = parse(t, c.before), parse(t, c.after)
			r.Applied, r.AppliedEcho = r.Live, r.Live
			plan := ddl.Diff(r)
			if len(plan.Refused)+len(plan.Unmanaged) > 0 {
				t.Fatalf("refused %+v, unmanaged %q", plan.Refused, plan.Unmanaged)
			}
			if diff := cmp.Diff(c.want, statements(plan.Steps), cmp.Transformer("nil", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
				t.Error(diff)
			}
		})
	}
}
