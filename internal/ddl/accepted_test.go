package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// accepted is a form of DDL that the emulator accepts.
type accepted struct {
	name string
	// sent are the statements as somebody may send them by hand.
	sent []string
	// text declares the same; empty when sent already does.
	text string
	// adopted are the statements that a first plan for text holds although the
	// database has what it declares, because the echo does not show it; "!" and
	// an object stand for a refusal.
	adopted []string
	// because says what the echo loses.
	because string
}

// TestAccepted: what was sent by hand is adopted by a text that declares it
// without a change, and what the engine itself creates leaves nothing to do.
func TestAccepted(t *testing.T) {
	t.Parallel()
	for _, c := range acceptedForms {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			text := c.text
			if text == "" {
				text = strings.Join(c.sent, ";\n")
			}
			desired := parse(t, text)
			byHand := newDatabase(t)
			if err := byHand.on.Apply(t.Context(), c.sent); err != nil {
				t.Fatal(err)
			}
			live := byHand.echo()
			names, err := byHand.on.ConstraintNames(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			plan := ddl.Diff(ddl.Request{Live: live, Desired: desired, ConstraintNames: names})
			got := statements(plan.Steps)
			for _, r := range plan.Refused {
				got = append(got, "! "+r.Object)
			}
			if diff := cmp.Diff(append([]string{}, c.adopted...), append([]string{}, got...)); diff != "" {
				t.Errorf("adopted (-want +got):\n%s", diff)
			}
			if (len(c.adopted) > 0) != (c.because != "") {
				t.Error("what is adopted with a change has a reason, and nothing else has")
			}
			again := ddl.Request{Live: live, Applied: desired, AppliedEcho: live, Desired: parse(t, text), ConstraintNames: names}
			if plan := ddl.Diff(again); len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
				t.Errorf("after it was applied: %q, refused %+v, unmanaged %q", statements(plan.Steps), plan.Refused, plan.Unmanaged)
			}
			// By the engine: an empty second plan, and the same database.
			migrate(t, "", text)
		})
	}
}

const (
	singers = "CREATE TABLE Singers (Id INT64 NOT NULL, Name STRING(100), Age INT64, Photo BYTES(200), Tags ARRAY<STRING(20)>, Seen TIMESTAMP) PRIMARY KEY (Id)"
	albums  = "CREATE TABLE Albums (Id INT64 NOT NULL, Number INT64 NOT NULL, Title STRING(50)) PRIMARY KEY (Id, Number), INTERLEAVE IN PARENT Singers ON DELETE CASCADE"
	docs    = "CREATE TABLE Docs (Id INT64 NOT NULL, Body STRING(MAX), Part INT64, Rank INT64 NOT NULL, Words TOKENLIST AS (TOKENIZE_FULLTEXT(Body)) HIDDEN) PRIMARY KEY (Id)"
	model   = "CREATE MODEL m INPUT (content STRING(MAX)) OUTPUT (score FLOAT64) REMOTE OPTIONS (endpoint = '//aiplatform.googleapis.com/projects/p/locations/l/endpoints/1')"
)

// singersWith is singers with definitions put for others.
func singersWith(pairs ...string) string { return replace(singers, pairs...) }
