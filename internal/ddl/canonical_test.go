package ddl_test

import (
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func canonical(t *testing.T, text string) string {
	t.Helper()
	schema, _, err := ddl.Parse(ddl.Source{Text: text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return schema.Canonical()
}

func TestCanonical(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ text, want string }{
		"table": {
			"create table singers (-- who sings\n `Id` int64 not null primary key, Name string(0x10) default (\"x\"), Tags array<string(max)>, Upper STRING(MAX) AS (upper(NAME)) stored,\n" +
				"Check (name!=''), CONSTRAINT Fk foreign key (Name) references Others (Key) on delete no action enforced,)",
			`CREATE TABLE Others (
  Key STRING(16),
) PRIMARY KEY (Key);
CREATE TABLE singers (
  Id INT64 NOT NULL,
  Name STRING(16) DEFAULT ('x'),
  Tags ARRAY<STRING(MAX)>,
  Upper STRING(MAX) AS (Upper(Name)) STORED,
  CHECK (Name != ''),
  CONSTRAINT Fk FOREIGN KEY (Name) REFERENCES Others(Key),
) PRIMARY KEY (Id);
`},
		"order, storing, options": {
			"CREATE INDEX I ON T (B ASC, A DESC) STORING (D, C);",
			`CREATE TABLE T (
  A INT64,
  B INT64,
  C INT64,
  D INT64,
) PRIMARY KEY (A);
CREATE INDEX I ON T(B, A DESC) STORING (C, D);
`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := c.text
			if strings.Contains(text, "Others") {
				text += "; CREATE TABLE Others (Key STRING(16)) PRIMARY KEY (Key ASC)"
			} else {
				text += "CREATE TABLE T (A INT64, B INT64, C INT64, D INT64) PRIMARY KEY (A)"
			}
			if diff := cmp.Diff(c.want, canonical(t, text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// rich has something of every kind whose spelling may vary.
const rich = `
CREATE SCHEMA Books;
CREATE SEQUENCE Ids OPTIONS (sequence_kind = 'bit_reversed_positive', skip_range_min = 1, skip_range_max = 9);
CREATE TABLE Events (
  Id INT64 NOT NULL DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE Ids)),
  Kind STRING(32) NOT NULL DEFAULT ('entry'),
  Upper STRING(32) AS (UPPER(Kind)) STORED,
  Payload JSON, Height INT64, Tags ARRAY<STRING(16)>,
  CONSTRAINT KindIsNamed CHECK (Kind != '' AND Height > -1),
  FOREIGN KEY (Height) REFERENCES Blocks (Height)
) PRIMARY KEY (Id);
CREATE TABLE Blocks (Height INT64 NOT NULL, Digest BYTES(32)) PRIMARY KEY (Height DESC);
CREATE TABLE Proofs (
  Id INT64 NOT NULL,
  Number INT64 NOT NULL,
  Made TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true)
) PRIMARY KEY (Id, Number),
  INTERLEAVE IN PARENT Events ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(Made, INTERVAL 30 DAY));
CREATE TABLE Books.Pages (Page INT64 NOT NULL, Select_ STRING(MAX)) PRIMARY KEY (Page);
CREATE UNIQUE INDEX EventsByKind ON Events (Kind DESC, Height) STORING (Payload, Tags);
CREATE VIEW Kinds SQL SECURITY INVOKER AS SELECT l.Kind FROM Latest AS l;
CREATE VIEW Latest SQL SECURITY INVOKER AS SELECT e.Id, e.Kind FROM Events AS e WHERE e.Kind != 'x';
CREATE CHANGE STREAM Changes FOR Events(Kind, Payload), Blocks OPTIONS (retention_period = '2d', value_capture_type = 'NEW_ROW');
CREATE CHANGE STREAM Everything FOR ALL;
CREATE ROLE analyst;
GRANT SELECT ON TABLE Events TO ROLE analyst;
`

// TestCanonicalProperties: the canonical spelling is its own, means the same,
// and does not depend on words, layout and order.
func TestCanonicalProperties(t *testing.T) {
	t.Parallel()
	texts := map[string]string{"rich": rich}
	files, err := filepath.Glob("../../modules/spanner/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("the ledger's own schema is not there: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		texts["ledger"] += string(text) + "\n;"
	}
	for name, text := range texts {
		once := canonical(t, text)
		if twice := canonical(t, once); once != twice {
			t.Errorf("%s: not idempotent:\n%s", name, cmp.Diff(once, twice))
		}
		schema, _, _ := ddl.Parse(ddl.Source{Text: text})
		again, _, _ := ddl.Parse(ddl.Source{Text: once})
		for _, pair := range [][2]*ddl.Schema{{schema, again}, {again, schema}} {
			if plan := ddl.Diff(ddl.Request{Live: pair[0], Applied: pair[0], Desired: pair[1]}); len(plan.Steps)+len(plan.Refused) > 0 {
				t.Errorf("%s: the canonical spelling means something else: %v %v\n%s", name, plan.Steps, plan.Refused, once)
			}
		}
		for seed := range uint64(40) {
			if other := canonical(t, otherwords(once, seed)); other != once {
				t.Fatalf("%s, seed %d: other words for the same give another spelling:\n%s", name, seed, cmp.Diff(once, other))
			}
		}
	}
}

// otherwords says the same in other words: statements in another order,
// another layout, comments, other quotes and another case of keywords.
func otherwords(text string, seed uint64) string {
	random := rand.New(rand.NewPCG(seed, 7))
	statements := strings.Split(strings.TrimSuffix(strings.TrimSpace(text), ";"), ";\n")
	random.Shuffle(len(statements), func(i, j int) { statements[i], statements[j] = statements[j], statements[i] })
	words := strings.NewReplacer("CREATE", "create", "TABLE", "Table", "INT64", "int64", "PRIMARY KEY", "primary /* key */ key", "'", "\"",
		"DEFAULT", "default", " (", "(", ",\n", ", # next\n", "STRING", "String", "INDEX", "index", "VIEW", "view", "SELECT", "select", "OPTIONS", "options")
	return words.Replace(strings.Join(statements, "\n;;\n")) + "\n;"
}
