package topology_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// Every configuration of the catalogue is what its own description makes of it:
// kind, order and all.
func TestEveryConfigurationCanBeDescribed(t *testing.T) {
	t.Parallel()
	catalogue := published(t).Configurations
	for _, name := range catalogue.Names() {
		want, _ := catalogue.Named(name)
		for _, leader := range []string{"", want.LeaderOptions()[0]} {
			merged, refusals := catalogue.Described(topology.Description{
				Name: "projects/p/instanceConfigs/" + name, ResourceLocation: want.ResourceLocation, DefaultLeader: leader, Replicas: want.Replicas, Optional: want.Optional,
			})
			if got, _ := merged.Named(name); len(refusals) > 0 || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is described as %+v, want %+v; refused: %v", name, got, want, refusals)
			}
		}
	}
}

func TestDescribed(t *testing.T) {
	t.Parallel()
	catalogue := published(t).Configurations
	merged, refusals := catalogue.Described(topology.Description{Name: "nam3", DefaultLeader: "us-east1", Replicas: []topology.Replicas{
		{Location: "us-central1", Type: topology.Witness, Count: 1}, {Location: "us-east4", Type: topology.ReadWrite, Count: 2}, {Location: "us-east1", Type: topology.ReadWrite, Count: 2},
	}})
	if len(refusals) > 0 {
		t.Fatal(refusals)
	}
	got, _ := merged.Named("nam3")
	if got.ResourceLocation != "us" || !slices.Equal(got.LeaderOptions(), []string{"us-east1", "us-east4"}) || len(got.Optional) != 0 || got.Replicas[2].Type != topology.Witness {
		t.Errorf("nam3 is described as %+v", got)
	}
	if before, _ := catalogue.Named("nam3"); before.LeaderOptions()[0] != "us-east4" || len(before.Optional) == 0 {
		t.Errorf("the catalogue itself has changed: %+v", before)
	}
	// A name that the catalogue has not, at home nowhere known.
	merged, refusals = catalogue.Described(topology.Description{Name: "nam99", Replicas: got.Replicas})
	if added, found := merged.Named("nam99"); len(refusals) > 0 || !found || added.ResourceLocation != "" || added.Restricted {
		t.Errorf("nam99 is %+v, refused: %v", added, refusals)
	}
}

// What no configuration of Google's could be is refused where it stands.
func TestDescribedWrongly(t *testing.T) {
	t.Parallel()
	catalogue := published(t).Configurations
	replicas := func(all ...topology.Replicas) []topology.Replicas { return all }
	voters := replicas(topology.Replicas{Location: "a1", Type: topology.ReadWrite, Count: 2}, topology.Replicas{Location: "b1", Type: topology.Witness, Count: 1})
	for name, test := range map[string]struct {
		description topology.Description
		says        []string
	}{
		"no name":         {topology.Description{Replicas: voters}, []string{"name: ", "Give the name"}},
		"a custom one":    {topology.Description{Name: "custom-nam3", Replicas: voters}, []string{"name: ", "custom configuration"}},
		"a capital":       {topology.Description{Name: "Nam3", Replicas: voters}, []string{"name: ", "lower-case"}},
		"no replicas":     {topology.Description{Name: "n"}, []string{"replicas: ", "all replicas"}},
		"no type":         {topology.Description{Name: "n", Replicas: replicas(voters[0], topology.Replicas{Location: "c1", Count: 1})}, []string{"replicas[1].type: ", `"" is none`}},
		"no such type":    {topology.Description{Name: "n", Replicas: replicas(voters[0], topology.Replicas{Location: "c1", Type: topology.NoRole, Count: 1})}, []string{"replicas[1].type: ", `"NONE"`}},
		"nowhere":         {topology.Description{Name: "n", Replicas: replicas(topology.Replicas{Type: topology.ReadWrite, Count: 3})}, []string{"replicas[0].location: "}},
		"none":            {topology.Description{Name: "n", Replicas: replicas(topology.Replicas{Location: "a1", Type: topology.ReadWrite})}, []string{"replicas[0].count: ", "0 replicas"}},
		"too many":        {topology.Description{Name: "n", Replicas: replicas(topology.Replicas{Location: "a1", Type: topology.ReadWrite, Count: 101})}, []string{"replicas[0].count: ", "101 replicas"}},
		"twice":           {topology.Description{Name: "n", Replicas: replicas(voters[0], voters[0])}, []string{"replicas[1].location: ", "Name a1 once"}},
		"nobody votes":    {topology.Description{Name: "n", Replicas: replicas(topology.Replicas{Location: "a1", Type: topology.ReadOnly, Count: 3})}, []string{"replicas: ", "No region can lead"}},
		"nobody leads":    {topology.Description{Name: "n", Replicas: replicas(topology.Replicas{Location: "a1", Type: topology.ReadWrite, Count: 1}, topology.Replicas{Location: "b1", Type: topology.Witness, Count: 2})}, []string{"replicas: ", "No region can lead"}},
		"two voters":      {topology.Description{Name: "n", Replicas: voters[:1]}, []string{"replicas: ", "At least 3 vote", "here 2 do"}},
		"witness leads":   {topology.Description{Name: "n", DefaultLeader: "b1", Replicas: voters}, []string{"default_leader: ", "as a1; b1 has not"}},
		"offered nowhere": {topology.Description{Name: "n", Replicas: voters, Optional: []topology.Addition{{Count: 1}}}, []string{"optional_replicas[0].location: "}},
		"none offered":    {topology.Description{Name: "n", Replicas: voters, Optional: []topology.Addition{{Location: "c1", Count: 1}, {Location: "d1", Count: -1}}}, []string{"optional_replicas[1].count: ", "-1 replicas"}},
		"offered twice":   {topology.Description{Name: "n", Replicas: voters, Optional: []topology.Addition{{Location: "c1", Count: 1}, {Location: "c1", Count: 2}}}, []string{"optional_replicas[1].location: ", "Name c1 once"}},
	} {
		merged, refusals := catalogue.Described(test.description)
		if len(refusals) != 1 || merged != catalogue {
			t.Errorf("%s: %d refusals, want one: %v", name, len(refusals), refusals)
			continue
		}
		line := refusals[0].Error()
		for _, text := range test.says {
			if !strings.Contains(line, text) {
				t.Errorf("%s: it does not say %q: %s", name, text, line)
			}
		}
		if !strings.HasPrefix(line, test.says[0]) {
			t.Errorf("%s: it is not at %s: %s", name, test.says[0], line)
		}
	}
}
