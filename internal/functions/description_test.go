package functions_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/functions"
)

// described is a topology of a configuration that the provider's table does not
// know.
func described(changes object) object {
	configuration := object{
		"name": "nam99", "default_leader": "us-east1", "resource_location": "us",
		"replicas": list(
			object{"location": "us-east4", "type": "READ_WRITE", "count": 2}, object{"location": "us-east1", "type": "READ_WRITE", "count": 2},
			object{"location": "us-central1", "type": "WITNESS"},
		),
		"optional_replicas": list(object{"location": "europe-west1"}),
	}
	maps.Copy(configuration, changes)
	return object{"base_config": "nam99", "replicas": list(object{"location": "europe-west1"}), "configuration": configuration}
}

// A described configuration is taken by every function that takes a topology.
func TestDescribedConfiguration(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		topology object
		want     string
	}{
		"new":              {described(nil), "13"},
		"leader left out":  {described(object{"default_leader": nil}), "24"},
		"leader chosen":    {with(described(nil), object{"leader": "us-east4"}), "24"},
		"nulls":            {with(described(object{"resource_location": nil, "optional_replicas": nil}), object{"replicas": nil}), "13"},
		"no configuration": {threeContinents(object{"configuration": nil}), "13"},
		"instead of one":   {with(described(object{"name": "nam3"}), object{"base_config": "projects/p/instanceConfigs/nam3"}), "13"},
		"unknown":          {threeContinents(object{"configuration": unknown{}}), "<unknown>"},
		"unknown in it":    {described(object{"name": unknown{}}), "<unknown>"},
		"unknown replica":  {described(object{"replicas": list(object{"location": unknown{}})}), "<unknown>"},
	} {
		got, failure := call(t, functions.NewCommitFloorMS(), c.topology, "us-east1")
		if failure != nil || got.String() != c.want {
			t.Errorf("%s: %v, %v, want %s", name, got, failure, c.want)
		}
	}
	if got, failure := call(t, functions.NewQuorumSurvives(), described(nil), list("us-east4")); failure != nil || got.String() != "true" {
		t.Errorf("writes without us-east4: %v, %v", got, failure)
	}
	known := bill(t, object{"spanner": with(threeContinents(nil), object{"replicas": list(object{"location": "europe-west1"})})})
	if got := bill(t, object{"spanner": described(nil)}); got["total_usd"].String() != known["total_usd"].String() || got["total_usd"].String() == "0.000000" {
		t.Errorf("nam99 costs %s, and nam3 with the same replicas %s", got["total_usd"], known["total_usd"])
	}
}

func with(base, changes object) object {
	maps.Copy(base, changes)
	return base
}

func TestDescribedConfigurationRefusals(t *testing.T) {
	t.Parallel()
	one := func(replica object) object { return described(object{"replicas": list(replica)}) }
	for name, c := range map[string]struct {
		topology object
		says     string
	}{
		"no object":      {object{"base_config": "nam3", "configuration": "nam3"}, "topology.configuration must be an object"},
		"misspelt":       {described(object{"leader": "us-east1"}), "topology.configuration.leader is not known; topology.configuration has default_leader"},
		"another name":   {described(object{"name": "nam3"}), "topology.configuration.name: nam3 is described, and base_config names nam99"},
		"no name":        {described(object{"name": nil}), "topology.configuration.name: That is no name"},
		"no replicas":    {described(object{"replicas": nil}), "topology.configuration.replicas: The configuration has no replicas"},
		"no list":        {described(object{"replicas": "us-east1"}), "topology.configuration.replicas must be a list"},
		"a null replica": {described(object{"replicas": list(nil)}), "topology.configuration.replicas[0] must be an object"},
		"no type":        {one(object{"location": "us-east1", "count": 3}), "topology.configuration.replicas[0].type: "},
		"another type":   {one(object{"location": "us-east1", "type": "VOTER", "count": 3}), `"VOTER" is none of READ_WRITE, READ_ONLY and WITNESS`},
		"half a replica": {one(object{"location": "us-east1", "type": "READ_WRITE", "count": 2.5}), "topology.configuration.replicas[0].count must be a whole number"},
		"no voter":       {one(object{"location": "us-east1", "type": "READ_ONLY", "count": 3}), "topology.configuration.replicas: No region can lead"},
		"witness leads":  {described(object{"default_leader": "us-central1"}), "topology.configuration.default_leader: The region cannot lead"},
		"an offer typed": {described(object{"optional_replicas": list(object{"location": "a1", "type": "READ_ONLY"})}), "topology.configuration.optional_replicas[0].type is not known"},
		"not offered":    {described(object{"optional_replicas": list()}), "replicas[0].location: No replica can be added there"},
	} {
		_, failure := call(t, functions.NewCommitFloorMS(), c.topology, "us-east1")
		if failure == nil {
			t.Errorf("%s is not refused", name)
			continue
		}
		wantFailure(t, failure, 0, c.says)
		if strings.HasSuffix(failure.Text, "..") {
			t.Errorf("%s: two full stops: %s", name, failure.Text)
		}
	}
	_, failure := call(t, functions.NewMonthlyCost(), object{"spanner": described(object{"name": "nam3"})})
	wantFailure(t, failure, 0, "workload.spanner.configuration.name: nam3 is described")
}

// A count is whole, or an error: 1.5 replicas are neither one nor two.
func TestWholeCounts(t *testing.T) {
	t.Parallel()
	for _, count := range []float64{1.5, 0.5, 1e300} {
		asked := object{"base_config": "nam3", "replicas": list(object{"location": "europe-west1", "count": count})}
		_, failure := call(t, functions.NewCommitFloorMS(), asked, "us-east1")
		wantFailure(t, failure, 0, "topology.replicas[0].count must be a whole number")
		_, failure = call(t, functions.NewMonthlyCost(), object{"spanner": asked})
		wantFailure(t, failure, 0, "workload.spanner.replicas[0].count must be a whole number")
	}
}
