package schema_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"cloud.google.com/go/spanner"
	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// quickstart is where the example keeps its later versions of some files.
const quickstart = "../../../examples/quickstart"

// readVersion parses the schema with the files of the overlays on top.
func readVersion(t *testing.T, overlays ...string) *ddl.Schema {
	t.Helper()
	texts := map[string]string{}
	for _, folder := range append([]string{"."}, overlays...) {
		files, err := filepath.Glob(filepath.Join(folder, "*.sql"))
		if err != nil || len(files) == 0 {
			t.Fatalf("no schema files in %s: %v", folder, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[filepath.Base(file)] = string(text)
		}
	}
	var sources []ddl.Source
	for name, text := range texts {
		sources = append(sources, ddl.Source{Name: name, Text: text})
	}
	schema, warnings, err := ddl.Parse(sources...)
	if err != nil {
		t.Fatal(err)
	}
	if len(warnings) > 0 {
		t.Errorf("the schema has statements that the engine cannot parse: %v", warnings)
	}
	return schema
}

// TestQuickstartVersions plans the quickstart's changes and runs version 2: in
// place, with nothing lost; version 3 is refused for the one column that it drops.
func TestQuickstartVersions(t *testing.T) {
	t.Parallel()
	first := readVersion(t)
	second := readVersion(t, filepath.Join(quickstart, "schema-v2"))
	third := readVersion(t, filepath.Join(quickstart, "schema-v3"))

	plan := ddl.Diff(ddl.Request{Live: first, Applied: first, Desired: second})
	var heads []string
	for _, step := range plan.Steps {
		heads = append(heads, string(step.Hazard)+": "+strings.Join(strings.Fields(step.Statement)[:6], " "))
	}
	want := []string{
		"instant: ALTER TABLE WebhookEndpoints ALTER COLUMN Description",
		"instant: ALTER TABLE WebhookDeliveries ADD COLUMN LastError",
		"backfill: CREATE INDEX WebhookDeliveriesByState ON WebhookDeliveries (EndpointId,",
	}
	if diff := cmp.Diff(want, heads); diff != "" {
		t.Errorf("plan of version 2 (-want +got):\n%s", diff)
	}
	if len(plan.Refused) > 0 {
		t.Errorf("version 2 is refused: %v", plan.Refused)
	}

	ledger, emulator := newLedgerAndEmulator(t)
	if err := apply(t, ledger, spanner.InsertMap("WebhookEndpoints", map[string]any{
		"EndpointId": "a", "SourceId": "acme", "Description": "lots", "Url": "https://acme.example", "HomeRegion": "us-east1", "SigningKeyVersion": "versions/1",
		"CreatedAt": spanner.CommitTimestamp, "UpdatedAt": spanner.CommitTimestamp,
	})); err != nil {
		t.Fatal(err)
	}
	var statements []string
	for _, step := range plan.Steps {
		statements = append(statements, step.Statement)
	}
	if err := change(t, emulator, statements); err != nil {
		t.Fatalf("the emulator refuses version 2: %v", err)
	}
	got := query(t, ledger, `SELECT State, Description FROM WebhookEndpoints`, nil)
	if diff := cmp.Diff([][]any{{"ACTIVE", "lots"}}, got); diff != "" {
		t.Errorf("row after version 2 (-want +got):\n%s", diff)
	}

	plan = ddl.Diff(ddl.Request{Live: second, Applied: second, Desired: third})
	if len(plan.Steps) != 1 || len(plan.Refused) != 1 || plan.Refused[0].Object != "WebhookDeliveries.LastStatus" {
		t.Errorf("version 3: %d statements, refused %v, want WebhookDeliveries.LastStatus alone", len(plan.Steps), plan.Refused)
	}
}

// TestNothingToRegret: no version of the schema has what Spanner accepts and its
// users regret.
func TestNothingToRegret(t *testing.T) {
	t.Parallel()
	for _, overlays := range [][]string{nil, {filepath.Join(quickstart, "schema-v2")}, {filepath.Join(quickstart, "schema-v3")}} {
		for _, finding := range ddl.Lint(readVersion(t, overlays...)) {
			t.Errorf("%v: %s: %v", overlays, finding.Rule, finding.Problem)
		}
	}
}
