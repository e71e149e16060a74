package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestLint(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{name: "nothing to say", text: base + "CREATE TABLE S (I INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))) PRIMARY KEY (I); CREATE INDEX ix ON P(S, T DESC)"},
		{name: "key begins with a time", text: "CREATE TABLE E (\n  At2 TIMESTAMP,\n  Id INT64) PRIMARY KEY (At2, Id)", want: []string{"monotonic_key 2:3"}},
		{name: "shard before the time", text: "CREATE TABLE E (Shard INT64, At2 TIMESTAMP) PRIMARY KEY (Shard, At2)"},
		{name: "child keyed by time under its parent", text: base + "CREATE TABLE E (Id STRING(36) NOT NULL, At2 TIMESTAMP) PRIMARY KEY (Id, At2), INTERLEAVE IN PARENT P"},
		{name: "counter", text: "CREATE TABLE E (OrderSequence INT64) PRIMARY KEY (OrderSequence)", want: []string{"monotonic_key 1:17"}},
		{name: "index begins with a time", text: base + "CREATE INDEX ix ON P(T)", want: []string{"monotonic_key 4:14"}},
		{name: "wide key", text: "CREATE TABLE E (Id STRING(MAX), B BYTES(8193), S STRING(8192)) PRIMARY KEY (Id, B, S)", want: []string{"wide_key 1:17", "wide_key 1:33"}},
		{name: "unnamed constraint", text: "CREATE TABLE E (Id INT64, CHECK (Id > 0), CONSTRAINT c CHECK (Id < 9)) PRIMARY KEY (Id)", want: []string{"unnamed_constraint 1:27"}},
		{name: "not interleaved", text: base + "CREATE TABLE D (PId STRING(36), K INT64, CONSTRAINT fk FOREIGN KEY (PId) REFERENCES P (Id)) PRIMARY KEY (PId, K)", want: []string{"missing_interleave 4:14"}},
		{name: "refers, but keyed otherwise", text: base + "CREATE TABLE D (PId STRING(36), K INT64, CONSTRAINT fk FOREIGN KEY (PId) REFERENCES P (Id)) PRIMARY KEY (K, PId)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, f := range ddl.Lint(parse(t, c.text)) {
				got = append(got, string(f.Rule)+" "+f.Problem.Position.String())
				if f.Problem.Message == "" {
					t.Error("a finding without words")
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
