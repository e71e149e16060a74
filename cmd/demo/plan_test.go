package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

const planJSON = `{
  "format_version": "1.2",
  "resource_changes": [
    {"address": "proveniq_ledger_region.this[\"asia-southeast1\"]", "change": {"actions": ["update"],
      "before": {"capacity_percent": 100, "state": "ACTIVE", "neg_name": "api", "zones": null},
      "after":  {"capacity_percent": 0, "state": "DRAINED", "neg_name": "api", "zones": null}}},
    {"address": "proveniq_ledger_region.this[\"europe-west1\"]", "change": {"actions": ["no-op"],
      "before": {"capacity_percent": 100}, "after": {"capacity_percent": 100}}},
    {"address": "proveniq_ledger_region.this[\"us-east1\"]", "change": {"actions": ["create"], "before": null,
      "after": {"capacity_percent": 50, "neg_name": "api", "backend_services": {"read": {}, "write": {}}}}},
    {"address": "proveniq_ledger_region.this[\"us-west1\"]", "change": {"actions": ["delete"], "before": {"capacity_percent": 50}, "after": null}},
    {"address": "proveniq_spanner_schema.ledger", "change": {"actions": ["update"],
      "before": {"planned_statements": []},
      "after": {"planned_statements": [
        {"statement": "CREATE TABLE Events (\n  Id STRING(36) NOT NULL,\n) PRIMARY KEY (Id)", "hazard": "instant", "reason": "adds table Events"},
        {"statement": "CREATE VIEW Heads\nSQL SECURITY INVOKER\nAS SELECT 1 AS One", "hazard": "instant", "reason": "adds view Heads"},
        {"statement": "CREATE INDEX EventsByTime\nON Events (Shard, CommittedAt) STORING (SourceId, EventType, EntryRegion, PayloadHash)", "hazard": "backfill", "reason": "fills the index from existing rows"}
      ]}}}
  ]
}`

func TestRenderPlan(t *testing.T) {
	t.Parallel()
	p, err := parsePlan(planJSON)
	if err != nil {
		t.Fatal(err)
	}
	lines, err := p.render(true)
	if err != nil {
		t.Fatal(err)
	}
	want := `update proveniq_spanner_schema.ledger
   1  instant    CREATE TABLE Events
                 adds table Events
   2  instant    CREATE VIEW Heads
                 adds view Heads
   3  backfill   CREATE INDEX EventsByTime ON Events (Shard, CommittedAt) STORING ...
                 fills the index from existing rows
update proveniq_ledger_region.this["asia-southeast1"]: capacity_percent 100 -> 0, state ACTIVE -> DRAINED
create proveniq_ledger_region.this["us-east1"]: api at 50 % in 2 backend services
delete proveniq_ledger_region.this["us-west1"]`
	if diff := cmp.Diff(strings.Split(want, "\n"), lines); diff != "" {
		t.Errorf("rendered plan (-want +got):\n%s", diff)
	}
	created, updated, deleted := p.count()
	if created != 1 || updated != 2 || deleted != 1 {
		t.Errorf("counted %d created, %d updated, %d deleted; want 1, 2, 1", created, updated, deleted)
	}
	statements, err := p.statements()
	if err != nil || len(statements) != 3 || statements[2].Hazard != "backfill" {
		t.Errorf("statements: %v, %v", statements, err)
	}
}

func TestPlanThatCannotBeRead(t *testing.T) {
	t.Parallel()
	if _, err := parsePlan("Terraform"); err == nil {
		t.Error("text that is no JSON was taken for a plan")
	}
	p, err := parsePlan(`{"resource_changes": [{"address": "a", "change": {"actions": ["update"], "after": {"planned_statements": "all"}}}]}`)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.render(false); err == nil || !strings.Contains(err.Error(), "planned_statements of a") {
		t.Errorf("%v, want an error that names planned_statements of a", err)
	}
}

func TestErrorText(t *testing.T) {
	t.Parallel()
	printed := "╷\n│ Warning: Something else\n│ \n╵\n╷\n│ Error: The DDL is refused\n│ \n│   with a.b,\n│ \n│ - first\n╵\n╷\n│ Error: Another\n╵\n"
	want := "Error: The DDL is refused\n\n  with a.b,\n\n- first"
	if diff := cmp.Diff(want, errorText(unboxed(printed))); diff != "" {
		t.Errorf("error (-want +got):\n%s", diff)
	}
	if got := firstError(printed); got != ": The DDL is refused" {
		t.Errorf("first error %q", got)
	}
	if got := firstError("all is well\n"); got != "" {
		t.Errorf("an error was found where none is: %q", got)
	}
}

func TestWrapped(t *testing.T) {
	t.Parallel()
	for line, want := range map[string][]string{
		"":                          {""},
		"  short":                   {"  short"},
		"one two three four five":   {"one two three", "four five"},
		"  - one two three four":    {"  - one two", "    three four"},
		"averyveryverylongword end": {"averyveryverylongword", "end"},
	} {
		if diff := cmp.Diff(want, wrapped(line, 14)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", line, diff)
		}
	}
}

func TestRegionTable(t *testing.T) {
	t.Parallel()
	got := regionTable([]regionRow{
		{"asia-southeast1", "DRAINED", 0, []string{"asia-southeast1-a", "asia-southeast1-b"}},
		{"us-east1", "ACTIVE", 100, nil},
	})
	want := []string{
		"Region           State    CapacityPercent  Zones",
		"asia-southeast1  DRAINED  0                asia-southeast1-a asia-southeast1-b",
		"us-east1         ACTIVE   100",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("table (-want +got):\n%s", diff)
	}
}

func TestWantDrained(t *testing.T) {
	t.Parallel()
	good := []regionRow{{Region: drainedRegion, State: "DRAINED"}, {Region: "us-east1", State: "ACTIVE", CapacityPercent: 100}}
	if err := wantDrained(good, 2); err != nil {
		t.Error(err)
	}
	for name, rows := range map[string][]regionRow{
		"a region is missing":  good[:1],
		"it still has traffic": {{Region: drainedRegion, State: "ACTIVE", CapacityPercent: 100}, good[1]},
		"another was drained":  {good[0], {Region: "us-east1", State: "DRAINED"}},
	} {
		if wantDrained(rows, 2) == nil {
			t.Errorf("%s, and that was not noticed", name)
		}
	}
}
