package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestChecks(t *testing.T) {
	t.Parallel()
	const plain = "CREATE TABLE A (Id INT64 NOT NULL, B STRING(8), P INT64) PRIMARY KEY (Id);"
	const parent = "CREATE TABLE R (Id INT64 NOT NULL) PRIMARY KEY (Id);"
	for name, c := range map[string]struct {
		before, after string
		renames       []ddl.Rename
		// counts are the queries that count, by what they are about.
		counts map[string]string
	}{
		"nothing":            {before: plain, after: plain},
		"new table":          {after: "CREATE TABLE A (Id INT64 NOT NULL, CHECK (Id > 0)) PRIMARY KEY (Id); CREATE UNIQUE INDEX I ON A (Id)"},
		"wider":              {before: plain, after: replace(plain, "STRING(8)", "STRING(9)")},
		"not null":           {before: plain, after: replace(plain, "STRING(8)", "STRING(8) NOT NULL"), counts: map[string]string{"A.B": "SELECT COUNT(*) FROM A AS child WHERE B IS NULL"}},
		"no longer null":     {before: replace(plain, "STRING(8)", "STRING(8) NOT NULL"), after: plain},
		"narrower":           {before: plain, after: replace(plain, "STRING(8)", "STRING(7)"), counts: map[string]string{"A.B": "SELECT COUNT(*) FROM A AS child WHERE CHAR_LENGTH(B) > 7"}},
		"to bytes":           {before: plain, after: replace(plain, "STRING(8)", "BYTES(7)"), counts: map[string]string{"A.B": "SELECT COUNT(*) FROM A AS child WHERE BYTE_LENGTH(CAST(B AS BYTES)) > 7"}},
		"another type":       {before: plain, after: replace(plain, "STRING(8)", "INT64")},
		"unnamed check":      {before: plain, after: replace(plain, "P INT64", "P INT64, CHECK (P > 0)"), counts: map[string]string{"A": "SELECT COUNT(*) FROM A AS child WHERE NOT (P > 0)"}},
		"check of new":       {before: plain, after: replace(plain, "P INT64", "P INT64, Q INT64, CHECK (Q > 0)")},
		"foreign key":        {before: plain + parent, after: replace(plain, "P INT64", "P INT64, CONSTRAINT F FOREIGN KEY (P) REFERENCES R (Id)") + parent, counts: map[string]string{"A.F": "SELECT COUNT(*) FROM A AS child WHERE child.P IS NOT NULL AND NOT EXISTS (SELECT 1 FROM R AS parent WHERE parent.Id = child.P)"}},
		"key to new table":   {before: plain, after: replace(plain, "P INT64", "P INT64, CONSTRAINT F FOREIGN KEY (P) REFERENCES R (Id)") + parent, counts: map[string]string{"A.F": "SELECT COUNT(*) FROM A AS child WHERE child.P IS NOT NULL"}},
		"not enforced":       {before: plain + parent, after: replace(plain, "P INT64", "P INT64, CONSTRAINT F FOREIGN KEY (P) REFERENCES R (Id) NOT ENFORCED") + parent},
		"unique":             {before: plain, after: plain + "CREATE UNIQUE INDEX I ON A (B DESC, P)", counts: map[string]string{"I": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM A GROUP BY B, P HAVING COUNT(*) > 1) AS shared"}},
		"unique of not null": {before: plain, after: plain + "CREATE UNIQUE NULL_FILTERED INDEX I ON A (B)", counts: map[string]string{"I": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM A WHERE B IS NOT NULL GROUP BY B HAVING COUNT(*) > 1) AS shared"}},
		"unique in part":     {before: plain, after: plain + "CREATE UNIQUE INDEX I ON A (B, P) WHERE B IS NOT NULL", counts: map[string]string{"I": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM A WHERE B IS NOT NULL GROUP BY B, P HAVING COUNT(*) > 1) AS shared"}},
		"no query tells":     {before: replace(plain, "STRING(8)", "BYTES(MAX)"), after: replace(plain, "STRING(8)", "a.b.C"), counts: map[string]string{"A.B": ""}},
		"plain index":        {before: plain, after: plain + "CREATE INDEX I ON A (B)"},
		"becomes unique":     {before: plain + "CREATE INDEX I ON A (B)", after: plain + "CREATE UNIQUE INDEX I ON A (B)", counts: map[string]string{"I": "SELECT COUNT(*) FROM (SELECT 1 AS one FROM A GROUP BY B HAVING COUNT(*) > 1) AS shared"}},
		"renamed": {before: plain, after: replace(plain, "TABLE A", "TABLE N", "STRING(8)", "STRING(8) NOT NULL"), renames: []ddl.Rename{{From: "A", To: "N"}},
			counts: map[string]string{"N.B": "SELECT COUNT(*) FROM A AS child WHERE B IS NULL"}},
		"into its parent": {before: parent + "CREATE TABLE C (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id, N), INTERLEAVE IN R", after: parent + "CREATE TABLE C (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id, N), INTERLEAVE IN PARENT R",
			counts: map[string]string{"C": "SELECT COUNT(*) FROM C AS child WHERE NOT EXISTS (SELECT 1 FROM R AS parent WHERE parent.Id = child.Id)"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before := parse(t, c.before)
			got := map[string]string{}
			for _, check := range ddl.Checks(ddl.Request{Live: before, Applied: before, Desired: parse(t, c.after), Renames: c.renames}) {
				got[check.Object] = check.Count
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
