package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// TestPostgresChecks: which questions a change asks, and that the emulator
// understands them, those for keys too.
func TestPostgresChecks(t *testing.T) {
	t.Parallel()
	const plain = `CREATE TABLE a (id bigint, k varchar(9), b varchar(8), "P q" bigint, y bytea, tags varchar(8)[], PRIMARY KEY (id, k));`
	const parent = "CREATE TABLE r (id bigint PRIMARY KEY);"
	const child = "CREATE TABLE c (id bigint, n timestamptz, PRIMARY KEY (id, n)) INTERLEAVE IN r;"
	for name, c := range map[string]struct {
		before, after string
		renames       []ddl.Rename
		// counts are the queries that count, by what they are about.
		counts map[string]string
	}{
		"nothing":          {before: plain, after: "-- reworded\n" + replace(plain, "varchar", "character varying")},
		"new table":        {after: "CREATE TABLE a (id bigint PRIMARY KEY, CHECK (id > 0)); CREATE UNIQUE INDEX i ON a (id)"},
		"wider":            {before: plain, after: replace(plain, "b varchar(8)", "b text")},
		"not null":         {before: plain, after: replace(plain, `"P q" bigint`, `"P q" bigint NOT NULL`), counts: map[string]string{"a.P q": `SELECT COUNT(*) FROM a AS child WHERE "P q" IS NULL`}},
		"narrower":         {before: plain, after: replace(plain, "b varchar(8)", "b varchar(7)"), counts: map[string]string{"a.b": "SELECT COUNT(*) FROM a AS child WHERE length(b) > 7"}},
		"narrower in list": {before: plain, after: replace(plain, "tags varchar(8)", "tags varchar(2)"), counts: map[string]string{"a.tags": "SELECT COUNT(*) FROM a AS child WHERE EXISTS (SELECT 1 FROM UNNEST(tags) AS element WHERE length(element) > 2)"}},
		"to bytes":         {before: plain, after: replace(plain, "b varchar(8)", "b bytea")},
		"to text":          {before: plain, after: replace(plain, "y bytea", "y varchar(3)"), counts: map[string]string{"a.y": "SELECT COUNT(*) FROM a AS child WHERE length(y::text) > 3"}},
		"to any text":      {before: plain, after: replace(plain, "y bytea", "y text"), counts: map[string]string{"a.y": "SELECT COUNT(*) FROM a AS child WHERE length(y::text) > 9223372036854775807"}},
		"check":            {before: plain, after: replace(plain, "PRIMARY KEY (id", `CONSTRAINT ck CHECK ("P q" > 0 OR b LIKE 'x%'), PRIMARY KEY (id`), counts: map[string]string{"a.ck": `SELECT COUNT(*) FROM a AS child WHERE NOT ("P q" > 0 OR b LIKE 'x%')`}},
		"check of new":     {before: plain, after: replace(plain, "PRIMARY KEY (id", "n bigint CHECK (n > 0), PRIMARY KEY (id")},
		"foreign key":      {before: plain + parent, after: replace(plain, `"P q" bigint`, `"P q" bigint REFERENCES r (id)`) + parent, counts: map[string]string{"a": `SELECT COUNT(*) FROM a AS child WHERE child."P q" IS NOT NULL AND NOT EXISTS (SELECT 1 FROM r AS parent WHERE parent.id = child."P q")`}},
		"unique":           {before: plain, after: plain + "CREATE UNIQUE INDEX i ON a (b DESC, y)", counts: map[string]string{"i": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM a WHERE b IS NOT NULL AND y IS NOT NULL GROUP BY b, y HAVING COUNT(*) > 1) AS shared"}},
		"unique in part":   {before: plain, after: plain + "CREATE UNIQUE INDEX i ON a (b, y) WHERE b IS NOT NULL", counts: map[string]string{"i": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM a WHERE b IS NOT NULL AND y IS NOT NULL GROUP BY b, y HAVING COUNT(*) > 1) AS shared"}},
		"unique, filtered": {before: plain, after: plain + `CREATE UNIQUE INDEX i ON a (b, "P q") WHERE b IS NOT NULL AND "P q" IS NOT NULL`, counts: map[string]string{"i": `SELECT COUNT(*) FROM (SELECT 1 AS one FROM a WHERE b IS NOT NULL AND "P q" IS NOT NULL GROUP BY b, "P q" HAVING COUNT(*) > 1) AS shared`}},
		"renamed": {before: plain, after: replace(plain, "TABLE a", "TABLE n", `"P q" bigint`, `"P q" bigint NOT NULL`), renames: []ddl.Rename{{From: "a", To: "n"}},
			counts: map[string]string{"n.P q": `SELECT COUNT(*) FROM a AS child WHERE "P q" IS NULL`}},
		"into its parent": {before: parent + child, after: parent + replace(child, "INTERLEAVE IN r", "INTERLEAVE IN PARENT r"),
			counts: map[string]string{"c": "SELECT COUNT(*) FROM c AS child WHERE NOT EXISTS (SELECT 1 FROM r AS parent WHERE parent.id = child.id)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := parsePostgres(t, c.before)
			d := newPostgresDatabase(t)
			// The emulator knows no INTERLEAVE IN without PARENT.
			d.mustApply(statements(ddl.Diff(ddl.Request{Desired: parsePostgres(t, strings.ReplaceAll(c.before, " INTERLEAVE IN r", ""))}).Steps))
			got := map[string]string{}
			for _, check := range ddl.Checks(ddl.Request{Live: before, Applied: before, Desired: parsePostgres(t, c.after), Renames: c.renames}) {
				got[check.Object] = check.Count
				for _, query := range []string{check.Count, check.Keys} {
					if _, err := d.on.Query(t.Context(), query); err != nil {
						t.Error(err)
					}
				}
			}
			if c.counts == nil {
				c.counts = map[string]string{}
			}
			if diff := cmp.Diff(c.counts, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}
