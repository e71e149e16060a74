package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestLint(t *testing.T) {
	t.Parallel()
	for _, c := range []lintCase{
		{name: "nothing to say", text: base + "CREATE TABLE S (I INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))) PRIMARY KEY (I); CREATE INDEX ix ON P(S, T DESC)"},
		{name: "key begins with a time", text: "CREATE TABLE E (\n  At2 TIMESTAMP,\n  Id INT64) PRIMARY KEY (At2, Id)", want: []string{"monotonic_key 2:3"}},
		{name: "shard before the time", text: "CREATE TABLE E (Shard INT64, At2 TIMESTAMP) PRIMARY KEY (Shard, At2)"},
		{name: "child keyed by time under its parent", text: base + "CREATE TABLE E (Id STRING(36) NOT NULL, At2 TIMESTAMP) PRIMARY KEY (Id, At2), INTERLEAVE IN PARENT P"},
		{name: "counter", text: "CREATE TABLE E (OrderSequence INT64) PRIMARY KEY (OrderSequence)", want: []string{"monotonic_key 1:17"}},
		{name: "index begins with a time", text: base + "CREATE INDEX ix ON P(T)", want: []string{"monotonic_key 4:14"}},
		{name: "wide key", text: "CREATE TABLE E (Id STRING(MAX), B BYTES(8193), S STRING(8192)) PRIMARY KEY (Id, B, S)", want: []string{"wide_key 1:17", "wide_key 1:33"}},
		{name: "unnamed constraint", text: "CREATE TABLE E (Id INT64, CHECK (Id > 0), CONSTRAINT c CHECK (Id < 9)) PRIMARY KEY (Id)", want: []string{"unnamed_constraint 1:27"}},
		{name: "not interleaved", text: base + "CREATE TABLE D (PId STRING(36), K INT64, CONSTRAINT fk FOREIGN KEY (PId) REFERENCES P (Id)) PRIMARY KEY (PId, K)", want: []string{"missing_interleave 4:14"}},
		{name: "not interleaved, in the other order", text: base + "CREATE TABLE D (PId STRING(36), K INT64, CONSTRAINT fk FOREIGN KEY (PId) REFERENCES P (Id)) PRIMARY KEY (PId DESC, K)"},
		{name: "generated time", text: "CREATE TABLE E (Id STRING(36), At2 TIMESTAMP, Hour TIMESTAMP AS (TIMESTAMP_TRUNC(At2, HOUR)) STORED) PRIMARY KEY (Hour, Id)", want: []string{"monotonic_key 1:47"}},
		{name: "day in the key", text: "CREATE TABLE E (Day DATE, Id STRING(36)) PRIMARY KEY (Day, Id)", want: []string{"monotonic_key 1:17"}},
		{name: "index by day of birth", text: "CREATE TABLE E (Id STRING(36), Born DATE) PRIMARY KEY (Id); CREATE INDEX ix ON E (Born)"},
		{name: "index by a shard of the time", text: "CREATE TABLE E (Id STRING(36), At2 TIMESTAMP, Shard INT64 AS (MOD(UNIX_SECONDS(At2), 16)) STORED) PRIMARY KEY (Id); CREATE INDEX ix ON E (Shard, At2)"},
		{name: "counter with numbers from a sequence", text: "CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive'); CREATE TABLE E (OrderSerial INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))) PRIMARY KEY (OrderSerial)"},
		{name: "wide together", text: "CREATE TABLE E (A STRING(8000), B BYTES(192), C BOOL) PRIMARY KEY (A, B, C)", want: []string{"wide_key 1:14"}},
		{name: "as wide as may be", text: "CREATE TABLE E (A STRING(8000), B BYTES(191), C BOOL) PRIMARY KEY (A, B, C)"},
		{name: "wide under a wide parent", text: "CREATE TABLE E (A STRING(MAX)) PRIMARY KEY (A); CREATE TABLE F (A STRING(MAX), B BYTES(MAX)) PRIMARY KEY (A, B), INTERLEAVE IN PARENT E",
			want: []string{"wide_key 1:17", "wide_key 1:80"}},
		{name: "wide index", text: "CREATE TABLE E (Id STRING(36), A STRING(MAX)) PRIMARY KEY (Id); CREATE INDEX ix ON E (A) STORING (Id)", want: []string{"wide_key 1:78"}},
		{name: "wide index of a wide table", text: "CREATE TABLE E (Id STRING(MAX), A STRING(9)) PRIMARY KEY (Id); CREATE INDEX ix ON E (A)", want: []string{"wide_key 1:17"}},
		{name: "index that is wide with the key behind it", text: "CREATE TABLE E (Id STRING(4096), A STRING(4097)) PRIMARY KEY (Id); CREATE INDEX ix ON E (A)", want: []string{"wide_key 1:81"}},
		{name: "index that begins with the key", text: "CREATE TABLE E (Id STRING(4096), A STRING(4096)) PRIMARY KEY (Id); CREATE INDEX ix ON E (Id, A)"},
		{name: "stored, not in the key", text: "CREATE TABLE E (Id STRING(36), A STRING(MAX)) PRIMARY KEY (Id); CREATE INDEX ix ON E (Id DESC) STORING (A)"},
		{name: "search index", text: docs + "; CREATE SEARCH INDEX ix ON Docs (Words)"},
		{name: "index of another text's table", text: "CREATE INDEX ix ON Elsewhere (A)"},
		{name: "refers, but keyed otherwise", text: base + "CREATE TABLE D (PId STRING(36), K INT64, CONSTRAINT fk FOREIGN KEY (PId) REFERENCES P (Id)) PRIMARY KEY (K, PId)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, parse(t, c.text))
		})
	}
}

// lintCase is a text and what there is to say about it, by rule and place.
type lintCase struct {
	name, text string
	want       []string
}

func (c lintCase) run(t *testing.T, schema *ddl.Schema) {
	t.Helper()
	var got []string
	for _, f := range ddl.Lint(schema) {
		got = append(got, string(f.Rule)+" "+strings.TrimPrefix(f.Problem.Position.String(), "f.sql:"))
		if f.Problem.Message == "" {
			t.Error("a finding without words")
		}
	}
	if diff := cmp.Diff(c.want, got); diff != "" {
		t.Error(diff)
	}
}

func TestPostgresLint(t *testing.T) {
	t.Parallel()
	for _, c := range []lintCase{
		{name: "nothing to say", text: postgresBase + "CREATE SEQUENCE q BIT_REVERSED_POSITIVE; CREATE TABLE s (order_serial bigint DEFAULT nextval('q') PRIMARY KEY); CREATE INDEX ix ON p (s, t DESC)"},
		{name: "key begins with a time", text: "CREATE TABLE e (at timestamptz, id bigint, PRIMARY KEY (at, id))", want: []string{"monotonic_key 1:17"}},
		{name: "key begins with a commit time", text: "CREATE TABLE e (at spanner.commit_timestamp PRIMARY KEY)", want: []string{"monotonic_key 1:17"}},
		{name: "index begins with a time", text: postgresBase + "CREATE INDEX ix ON p (t)", want: []string{"monotonic_key 4:14"}},
		{name: "counter", text: "CREATE TABLE e (order_counter int8 PRIMARY KEY)", want: []string{"monotonic_key 1:17"}},
		{name: "counter with numbers of its own", text: "CREATE TABLE e (order_counter bigint GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE) PRIMARY KEY)"},
		{name: "text as a key", text: "CREATE TABLE e (a text, b varchar, c bytea, d varchar(8000), PRIMARY KEY (a, b, c, d))", want: []string{"wide_key 1:17", "wide_key 1:25", "wide_key 1:36"}},
		{name: "wide together", text: "CREATE TABLE e (a varchar(8000), b varchar(200), PRIMARY KEY (a, b))", want: []string{"wide_key 1:14"}},
		{name: "text in an index", text: "CREATE TABLE e (id bigint PRIMARY KEY, a text); CREATE INDEX ix ON e (a)", want: []string{"wide_key 1:62"}},
		{name: "unnamed constraints", text: "CREATE TABLE e (id bigint PRIMARY KEY, r bigint REFERENCES e (id), n bigint NOT NULL CHECK (n > 0), CHECK (n < 9), CONSTRAINT c CHECK (n <> 5))",
			want: []string{"unnamed_constraint 1:49", "unnamed_constraint 1:86", "unnamed_constraint 1:101"}},
		{name: "not interleaved", text: postgresBase + "CREATE TABLE d (pid varchar(36), k bigint, CONSTRAINT fk FOREIGN KEY (pid) REFERENCES p (id), PRIMARY KEY (pid, k))", want: []string{"missing_interleave 4:14"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			c.run(t, parsePostgres(t, c.text))
		})
	}
}
