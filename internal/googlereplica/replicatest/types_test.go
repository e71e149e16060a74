package replicatest

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// Every type goes through the life that a core gives it, all in one
// configuration: the core has rules of its own for plans and states.
func TestCoreHasEveryType(t *testing.T) {
	provider, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	all := func(types map[string]*facts.Node) example.Object {
		made := example.Object{}
		for name, root := range types {
			made[name] = example.Object{"this": example.Of(root)}
		}
		return made
	}
	config, err := json.Marshal(example.Object{
		"terraform": example.Object{"required_providers": example.Object{"google": example.Object{"source": "hashicorp/google"}}},
		"provider":  example.Object{"google": example.Object{"project": "ledger", "region": "us-east1", "zone": "us-east1-b"}},
		"resource":  all(provider.Resources),
		"data":      all(provider.DataSources),
	})
	if err != nil {
		t.Fatal(err)
	}
	eachCore(t, func(t *testing.T, core string) {
		r := newRoot(t, core, attached(t))
		r.write("main.tf.json", string(config))
		r.run(0, "init", "-no-color", "-input=false")
		r.run(0, "validate", "-no-color")
		r.run(0, "apply", "-no-color", "-input=false", "-auto-approve")
		r.run(0, "plan", "-no-color", "-input=false", "-detailed-exitcode")
		if state := r.run(0, "state", "list"); strings.Count(state, "google_") != len(provider.Resources)+len(provider.DataSources) {
			t.Errorf("the state has %s", state)
		}
		r.run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	})
}
