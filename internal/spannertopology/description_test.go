package spannertopology_test

import (
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// described is a configuration that the catalogue does not know, asked for with
// one of the replicas that it offers.
func described(changes arguments) arguments {
	return arguments{
		"base_config": "nam99", "replicas": list(map[string]any{"location": "europe-west1"}), "regions": list("us-east1", "us-south1", "europe-west1"),
		"configuration": with(arguments{
			"name": "nam99", "default_leader": "us-east1",
			"replicas": list(
				map[string]any{"location": "us-central1", "type": "WITNESS"},
				map[string]any{"location": "us-east4", "type": "READ_WRITE", "count": 2},
				map[string]any{"location": "us-east1", "type": "READ_WRITE", "count": 2},
				map[string]any{"location": "us-south1", "type": "READ_ONLY", "count": 1},
			),
			"optional_replicas": list(map[string]any{"location": "europe-west1", "count": 2}),
		}, changes),
	}
}

func TestDescribedConfiguration(t *testing.T) {
	t.Parallel()
	ask := described(arguments{"resource_location": "us"})
	c := newCore(t, nil)
	c.validate(ask).wantNone(t)
	answer, diags := c.read(ask)
	diags.wantNone(t)
	for _, want := range []struct {
		value any
		steps []any
	}{
		{"nam99", list("name")}, {"us-east1", list("leader")}, {true, list("multi_region")}, {"us", list("resource_location")}, {"ENTERPRISE_PLUS", list("edition")}, {12.0, list("quorum_ms")},
		{"READ_ONLY", list("region_floors", "us-south1", "role")}, {"READ_ONLY", list("region_floors", "europe-west1", "role")}, {2.0, list("optional_replicas", 0, "count")},
		{true, list("survivors", "us-east1", "writes")}, {"nam99", list("best", "base_config")}, {"us-east1", list("configuration", "default_leader")},
	} {
		if got := at(t, answer, want.steps...); got != want.value {
			t.Errorf("%v is %v, want %v", want.steps, got, want.value)
		}
	}
	if sources := answer["sources"].([]any); !slices.Contains(sources, any("configurations: nam99 by configuration")) {
		t.Errorf("the sources do not tell of configuration: %v", sources)
	}
	// In place of one that the catalogue has: what is left out of it is gone, but
	// for where it is at home.
	ask = with(described(arguments{"name": "projects/acme/instanceConfigs/nam3", "default_leader": nil, "optional_replicas": nil}), arguments{"base_config": "nam3", "replicas": nil})
	answer, diags = c.read(ask)
	diags.wantNone(t)
	if answer["leader"] != "us-east4" || answer["resource_location"] != "us" || len(answer["optional_replicas"].([]any)) != 0 {
		t.Errorf("nam3 is led by %v, at home in %v and offers %v", answer["leader"], answer["resource_location"], answer["optional_replicas"])
	}
	// A name of nobody's knowledge, and no home.
	answer, diags = c.read(described(nil))
	diags.wantNone(t)
	if answer["resource_location"] != nil {
		t.Errorf("nam99 is at home in %v", answer["resource_location"])
	}
}

func TestDescribedConfigurationRefusals(t *testing.T) {
	t.Parallel()
	const configuration = `AttributeName("configuration")`
	const first = configuration + `.AttributeName("replicas").ElementKeyInt(0)`
	replica := func(location, kind any, count any) any {
		return map[string]any{"location": location, "type": kind, "count": count}
	}
	for name, test := range map[string]struct {
		arguments arguments
		at        string
		says      []string
	}{
		"another name":       {described(arguments{"name": "nam3"}), configuration + `.AttributeName("name")`, []string{"nam3 is described", "base_config names nam99"}},
		"no name":            {described(arguments{"name": nil}), configuration + `.AttributeName("name")`, []string{"Give the name"}},
		"null replicas":      {described(arguments{"replicas": nil}), configuration + `.AttributeName("replicas")`, []string{"no replicas"}},
		"no replicas":        {described(arguments{"replicas": list()}), configuration + `.AttributeName("replicas")`, []string{"no replicas"}},
		"a null replica":     {described(arguments{"replicas": list(nil)}), first, []string{"is null"}},
		"no location":        {described(arguments{"replicas": list(replica(nil, "READ_WRITE", 3))}), first + `.AttributeName("location")`, []string{"no location"}},
		"no type":            {described(arguments{"replicas": list(replica("us-east1", nil, 3))}), first + `.AttributeName("type")`, []string{"READ_WRITE, READ_ONLY and WITNESS"}},
		"no count":           {described(arguments{"replicas": list(replica("us-east1", "READ_WRITE", 0))}), first + `.AttributeName("count")`, []string{"0 replicas"}},
		"no voter":           {described(arguments{"default_leader": nil, "replicas": list(replica("us-east1", "READ_ONLY", 3))}), configuration + `.AttributeName("replicas")`, []string{"No region can lead"}},
		"a reader leads":     {described(arguments{"default_leader": "us-south1"}), configuration + `.AttributeName("default_leader")`, []string{"us-south1 has not"}},
		"a null offer":       {described(arguments{"optional_replicas": list(nil)}), configuration + `.AttributeName("optional_replicas").ElementKeyInt(0)`, []string{"is null"}},
		"offered twice":      {described(arguments{"optional_replicas": list(map[string]any{"location": "europe-west1"}, map[string]any{"location": "europe-west1"})}), configuration + `.AttributeName("optional_replicas").ElementKeyInt(1).AttributeName("location")`, []string{"once"}},
		"not offered":        {described(arguments{"optional_replicas": list()}), `AttributeName("replicas").ElementKeyInt(0).AttributeName("location")`, []string{"no optional"}},
		"not led from there": {with(described(nil), arguments{"leader": "us-south1"}), `AttributeName("leader")`, []string{"a read-only region"}},
		"an instance":        {with(described(nil), arguments{"base_config": nil, "replicas": nil, "instance": "ledger"}), configuration, []string{"instance has its own"}},
		"no base":            {with(described(nil), arguments{"base_config": nil, "replicas": nil}), configuration, []string{"base_config"}},
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

// What is not known yet of a configuration is not refused, nor is what depends
// on it.
func TestUnknownConfiguration(t *testing.T) {
	t.Parallel()
	replica := map[string]any{"location": unknown{}, "type": unknown{}, "count": unknown{}}
	for name, ask := range map[string]arguments{
		"all of it":     with(described(nil), arguments{"configuration": unknown{}}),
		"its base":      with(described(nil), arguments{"base_config": unknown{}}),
		"name":          described(arguments{"name": unknown{}}),
		"home":          described(arguments{"resource_location": unknown{}}),
		"leader":        described(arguments{"default_leader": unknown{}}),
		"replicas":      described(arguments{"replicas": unknown{}}),
		"a replica":     described(arguments{"replicas": list(unknown{})}),
		"of a replica":  described(arguments{"replicas": list(replica)}),
		"offers":        described(arguments{"optional_replicas": unknown{}}),
		"an offer":      described(arguments{"optional_replicas": list(unknown{})}),
		"of an offer":   described(arguments{"optional_replicas": list(map[string]any{"location": "europe-west1", "count": unknown{}})}),
		"with a leader": with(described(arguments{"replicas": unknown{}}), arguments{"leader": "us-west1"}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			newCore(t, nil).validate(ask).wantNone(t)
		})
	}
	// What is known beside it is checked.
	newCore(t, nil).validate(described(arguments{"replicas": unknown{}, "name": "nam3"})).
		want(t, tfprotov6.DiagnosticSeverityError, `AttributeName("configuration").AttributeName("name")`, "nam3 is described")
}
