package spannertopology_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

type arguments = map[string]any

func list(elements ...any) []any { return elements }

// threeContinents is the ledger's own topology.
func threeContinents() arguments {
	return arguments{
		"base_config": "nam3", "leader": "us-east1",
		"replicas": list(map[string]any{"location": "europe-west1"}, map[string]any{"location": "asia-southeast1", "count": 1}),
		"regions":  list("us-east1", "europe-west1", "asia-southeast1"),
	}
}

func with(base arguments, changes arguments) arguments {
	for name, value := range changes {
		base[name] = value
	}
	return base
}

func TestThreeContinents(t *testing.T) {
	t.Parallel()
	answer, diags := newCore(t, nil).read(threeContinents())
	diags.wantNone(t)
	floors := func(role string, nearest any, commit, transaction, strong, stale float64) map[string]any {
		all := map[string]any{"role": role, "nearest_read_region": nearest}
		for name, value := range map[string]float64{"commit": commit, "rw_txn": transaction, "strong_read": strong, "stale_read": stale} {
			all[name+"_floor_ms"], all[name+"_at_least_ms"], all[name+"_at_most_ms"] = value, value, value
		}
		return all
	}
	for name, want := range map[string]any{
		"name": "nam3", "leader": "us-east1", "edition": "ENTERPRISE_PLUS", "multi_region": true, "resource_location": "us",
		"leader_options": list("us-east4", "us-east1"), "leader_order": list("us-east1", "us-east4"),
		"voting_regions": list("us-central1", "us-east1", "us-east4"),
		"cmek_regions":   list("asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"),
		"quorum_ms":      12.0, "quorum_at_least_ms": 12.0, "quorum_at_most_ms": 12.0,
		"cpu_high_priority_ceiling_percent": 45.0, "cpu_total_ceiling_percent": 90.0, "sla_percent": 99.999,
		"region_floors": map[string]any{
			"us-east1":        floors("READ_WRITE", "us-east1", 13, 14, 1, 1),
			"europe-west1":    floors("READ_ONLY", "europe-west1", 102, 193, 90, 1),
			"asia-southeast1": floors("READ_ONLY", "asia-southeast1", 230, 447, 218, 1),
		},
		"as_of": "2026-01-12",
	} {
		if diff := cmp.Diff(want, answer[name]); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	if got := at(t, answer, "survivors", "us-east1", "quorum_ms"); got != 28.0 {
		t.Errorf("after the loss of us-east1 the quorum takes %v ms, want 28", got)
	}
	if got := at(t, answer, "survivors", "us-east1", "leader"); got != "us-east4" {
		t.Errorf("after the loss of us-east1 %v leads", got)
	}
	if got := at(t, answer, "best", "base_config"); got != "nam3" {
		t.Errorf("the best is %v", got)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		arguments arguments
		at        string
		says      []string
	}{
		"unknown base":           {arguments{"base_config": "nam4"}, `AttributeName("base_config")`, []string{`no base configuration "nam4"`, "nam3"}},
		"custom as base":         {arguments{"base_config": "custom-nam3"}, `AttributeName("base_config")`, []string{"described by the base"}},
		"replica not offered":    {with(threeContinents(), arguments{"replicas": list(map[string]any{"location": "asia-east1"})}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("location")`, []string{"only in", "asia-southeast1 (1)"}},
		"more than offered":      {with(threeContinents(), arguments{"replicas": list(map[string]any{"location": "europe-west1", "count": 2})}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("count")`, []string{"of nam3 in europe-west1 is 1", "2 were asked for"}},
		"no replica":             {with(threeContinents(), arguments{"replicas": list(map[string]any{"location": "europe-west1", "count": 0})}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("count")`, []string{"0 replicas"}},
		"a replica nowhere":      {with(threeContinents(), arguments{"replicas": list(map[string]any{"count": 1})}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("location")`, []string{"no location"}},
		"a null replica":         {with(threeContinents(), arguments{"replicas": list(nil)}), `AttributeName("replicas").ElementKeyInt(0)`, []string{"is null"}},
		"a replica of the base":  {with(threeContinents(), arguments{"replicas": list(map[string]any{"location": "us-central1"})}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("location")`, []string{"leave it out"}},
		"a replica named twice":  {with(threeContinents(), arguments{"replicas": list(map[string]any{"location": "europe-west1"}, map[string]any{"location": "europe-west1"})}), `AttributeName("replicas").ElementKeyInt(1).AttributeName("location")`, []string{"twice"}},
		"none offered":           {arguments{"base_config": "dual-region-japan1", "replicas": list(map[string]any{"location": "us-east1"})}, `AttributeName("replicas").ElementKeyInt(0).AttributeName("location")`, []string{"no optional"}},
		"leader is read-only":    {with(threeContinents(), arguments{"leader": "europe-west1"}), `AttributeName("leader")`, []string{"a read-only region", "us-east4, us-east1"}},
		"leader is the witness":  {with(threeContinents(), arguments{"leader": "us-central1"}), `AttributeName("leader")`, []string{"only the witness"}},
		"lease on regional":      {arguments{"base_config": "regional-us-east1", "read_lease_regions": list("us-east1")}, `AttributeName("read_lease_regions").ElementKeyInt(0)`, []string{"is regional"}},
		"lease of a witness":     {with(threeContinents(), arguments{"read_lease_regions": list("europe-west1", "us-central1")}), `AttributeName("read_lease_regions").ElementKeyInt(1)`, []string{"witness"}},
		"lease twice":            {with(threeContinents(), arguments{"read_lease_regions": list("europe-west1", "europe-west1")}), `AttributeName("read_lease_regions").ElementKeyInt(1)`, []string{"twice"}},
		"lease without a name":   {with(threeContinents(), arguments{"read_lease_regions": list(nil)}), `AttributeName("read_lease_regions")`, []string{"null or empty"}},
		"edition too small":      {with(threeContinents(), arguments{"edition": "ENTERPRISE"}), `AttributeName("edition")`, []string{"ENTERPRISE_PLUS"}},
		"no edition":             {with(threeContinents(), arguments{"edition": "PREMIUM"}), `AttributeName("edition")`, []string{`"PREMIUM"`}},
		"nothing":                {arguments{}, "", []string{"base_config", "regions"}},
		"leader of nothing":      {arguments{"regions": list("us-east1"), "leader": "us-east1"}, `AttributeName("leader")`, []string{"base_config"}},
		"two subjects":           {with(threeContinents(), arguments{"instance": "ledger", "replicas": nil}), `AttributeName("instance")`, []string{"base_config and instance"}},
		"replicas of a real one": {arguments{"instance": "ledger", "replicas": list(map[string]any{"location": "europe-west1"})}, `AttributeName("replicas")`, []string{"has its own"}},
		"null region":            {with(threeContinents(), arguments{"regions": list(nil)}), `AttributeName("regions")`, []string{"null or empty"}},
		"no such region":         {with(threeContinents(), arguments{"regions": list("us-east1", "us-east99")}), `AttributeName("regions").ElementKeyValue(tftypes.String<"us-east99">)`, []string{`no region "us-east99"`, "round_trips_ms"}},
		"advice for nowhere":     {arguments{"regions": list("us-east99")}, `AttributeName("regions").ElementKeyValue(tftypes.String<"us-east99">)`, []string{`no region "us-east99"`}},
		"seconds for ms":         {with(threeContinents(), arguments{"round_trips_ms": map[string]any{"us-east1": map[string]any{"us-east4": 12000}}}), `AttributeName("round_trips_ms")`, []string{"us-east1 to us-east4"}},
		"null round trip":        {with(threeContinents(), arguments{"round_trips_ms": map[string]any{"us-east1": map[string]any{"us-east4": nil}}}), `AttributeName("round_trips_ms").ElementKeyString("us-east1").ElementKeyString("us-east4")`, []string{"null"}},
		"null round trips":       {with(threeContinents(), arguments{"round_trips_ms": map[string]any{"us-east1": nil}}), `AttributeName("round_trips_ms").ElementKeyString("us-east1")`, []string{"null"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCore(t, nil)
			c.validate(test.arguments).want(t, tfprotov6.DiagnosticSeverityError, test.at, test.says...)
			_, diags := c.read(test.arguments)
			diags.want(t, tfprotov6.DiagnosticSeverityError, test.at, test.says...)
		})
	}
}

// What is not known yet is not refused.
func TestUnknown(t *testing.T) {
	t.Parallel()
	for name, changes := range map[string]arguments{
		"everything":             {"base_config": unknown{}, "leader": unknown{}, "replicas": unknown{}, "read_lease_regions": unknown{}, "regions": unknown{}, "edition": unknown{}, "round_trips_ms": unknown{}, "instance": unknown{}},
		"base":                   {"base_config": unknown{}},
		"replicas":               {"replicas": unknown{}, "read_lease_regions": list("europe-west1")},
		"a replica":              {"replicas": list(unknown{}), "read_lease_regions": list("europe-west1")},
		"a location":             {"replicas": list(map[string]any{"location": unknown{}}), "read_lease_regions": list("europe-west1")},
		"a count":                {"replicas": list(map[string]any{"location": "europe-west1", "count": unknown{}})},
		"a lease":                {"read_lease_regions": list(unknown{})},
		"a region":               {"regions": list(unknown{})},
		"what measures a region": {"regions": list("us-east99"), "round_trips_ms": unknown{}},
		"a row of round trips":   {"round_trips_ms": map[string]any{"us-east1": unknown{}}},
		"the way to a region":    {"regions": list("us-east99"), "round_trips_ms": map[string]any{"us-east99": unknown{}}},
		"a round trip":           {"round_trips_ms": map[string]any{"us-east1": map[string]any{"us-east4": unknown{}}}},
		"edition with replicas":  {"base_config": "regional-us-east1", "leader": nil, "edition": "STANDARD", "replicas": unknown{}},
		"the only subject":       {"base_config": unknown{}, "regions": nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newCore(t, nil).validate(with(threeContinents(), changes)).wantNone(t)
		})
	}
	// What is known beside it is checked.
	newCore(t, nil).validate(with(threeContinents(), arguments{"replicas": unknown{}, "leader": "europe-west1"})).
		want(t, tfprotov6.DiagnosticSeverityError, `AttributeName("leader")`, "cannot lead")
}

// A region that is newer than the tables is taken as soon as a way to it is known.
func TestNewRegion(t *testing.T) {
	t.Parallel()
	answer, diags := newCore(t, nil).read(with(threeContinents(), arguments{
		"regions": list("us-east1", "us-east99"), "round_trips_ms": map[string]any{"us-east99": map[string]any{"us-east1": 3}}}))
	diags.wantNone(t)
	if got := at(t, answer, "region_floors", "us-east99", "strong_read_floor_ms"); got != 3.0 {
		t.Errorf("a strong read from there takes %v ms, want 3", got)
	}
	// So is one that a described configuration has.
	_, diags = newCore(t, nil).read(arguments{"base_config": "regional-us-east99", "regions": list("us-east99"), "configuration": map[string]any{
		"name": "regional-us-east99", "replicas": list(map[string]any{"location": "us-east99", "type": "READ_WRITE", "count": 3})}})
	diags.wantNone(t)
}

// Without a configuration the answer is the advice alone.
func TestAdviceAlone(t *testing.T) {
	t.Parallel()
	answer, diags := newCore(t, nil).read(arguments{"regions": list("europe-west1", "us-central1")})
	diags.wantNone(t)
	if got := at(t, answer, "best", "base_config"); got != "eur5" {
		t.Errorf("the best is %v", answer["best"])
	}
	for _, name := range []string{"name", "leader", "edition", "leader_options", "region_floors", "survivors", "problems", "quorum_ms"} {
		if answer[name] != nil {
			t.Errorf("%s is %v, want null", name, answer[name])
		}
	}
	answer, diags = newCore(t, nil).read(arguments{"base_config": "nam3"})
	diags.wantNone(t)
	if answer["best"] != nil {
		t.Errorf("the best for no regions is %v", answer["best"])
	}
	if got := len(answer["region_floors"].(map[string]any)); got != 3 {
		t.Errorf("floors of %d regions, want those of the configuration", got)
	}
}

// A round trip that nobody knows is null, and its bounds are told.
func TestUnknownRoundTrip(t *testing.T) {
	t.Parallel()
	ask := arguments{"base_config": "projects/acme/instanceConfigs/nam-eur-asia1", "regions": list("us-east1", "europe-west1", "asia-southeast1")}
	answer, diags := newCore(t, nil).read(ask)
	diags.wantNone(t)
	for _, want := range []struct {
		value any
		steps []any
	}{
		{nil, list("quorum_ms")}, {33.0, list("quorum_at_most_ms")}, {2.0, list("quorum_at_least_ms")},
		{"WITNESS", list("region_floors", "us-east1", "role")}, {"NONE", list("region_floors", "asia-southeast1", "role")},
		{nil, list("region_floors", "us-east1", "rw_txn_floor_ms")}, {100.0, list("region_floors", "us-east1", "rw_txn_at_most_ms")},
		{250.0, list("region_floors", "europe-west1", "rw_txn_at_most_ms")}, {445.0, list("region_floors", "asia-southeast1", "rw_txn_at_most_ms")},
		{108.0, list("region_floors", "europe-west1", "strong_read_floor_ms")}, {50.0, list("region_floors", "asia-southeast1", "stale_read_floor_ms")},
		{"asia-east1", list("region_floors", "asia-southeast1", "nearest_read_region")},
		{nil, list("survivors", "us-central1", "quorum_at_most_ms")}, {true, list("survivors", "us-central1", "writes")},
	} {
		if got := at(t, answer, want.steps...); got != want.value {
			t.Errorf("%v is %v, want %v", want.steps, got, want.value)
		}
	}
	answer, diags = newCore(t, nil).read(with(ask, arguments{"round_trips_ms": map[string]any{"us-central2": map[string]any{"us-central1": 9.4}}}))
	diags.wantNone(t)
	if got := at(t, answer, "quorum_ms"); got != 9.0 {
		t.Errorf("with a round trip of its own the quorum takes %v ms, want 9", got)
	}
	if sources := answer["sources"].([]any); len(sources) != 3 {
		t.Errorf("the sources do not tell of round_trips_ms: %v", sources)
	}
}

// Without a region that all voters stand in nothing is promised.
func TestLossOfARegionalConfiguration(t *testing.T) {
	t.Parallel()
	answer, diags := newCore(t, nil).read(arguments{"base_config": "regional-us-east1", "replicas": list(map[string]any{"location": "europe-west1"})})
	diags.wantNone(t)
	for _, want := range []struct {
		value any
		steps []any
	}{
		{"ENTERPRISE", list("edition")}, {false, list("multi_region")}, {99.99, list("sla_percent")},
		{false, list("survivors", "us-east1", "writes")}, {nil, list("survivors", "us-east1", "leader")},
		{nil, list("survivors", "us-east1", "quorum_at_least_ms")}, {nil, list("survivors", "us-east1", "region_floors", "europe-west1", "commit_at_least_ms")},
		{1.0, list("survivors", "us-east1", "region_floors", "europe-west1", "stale_read_floor_ms")},
		{true, list("survivors", "europe-west1", "writes")},
	} {
		if got := at(t, answer, want.steps...); got != want.value {
			t.Errorf("%v is %v, want %v", want.steps, got, want.value)
		}
	}
}
