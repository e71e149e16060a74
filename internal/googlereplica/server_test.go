package googlereplica

import (
	"encoding/json"
	"maps"
	"slices"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// object is a configuration, or a block of it.
type object = example.Object

// clone copies a configuration, so that a mutation does not touch the intact one.
func clone(t *testing.T, config object) object {
	t.Helper()
	var copied object
	if err := json.Unmarshal(send(t, config).JSON, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

func send(t *testing.T, config any) *tfprotov5.DynamicValue {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov5.DynamicValue{JSON: text}
}

// newServer is a replica with a provider block that every type can use.
func newServer(t *testing.T, provider object) *Server {
	t.Helper()
	server, err := New()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.ConfigureProvider(t.Context(), &tfprotov5.ConfigureProviderRequest{Config: send(t, provider)})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatalf("configure: %v %v", err, answer.Diagnostics)
	}
	return server
}

func complete() object {
	return object{"project": "ledger", "region": "us-east1", "zone": "us-east1-b"}
}

// eachResource runs a test for every resource type of the file.
func eachResource(t *testing.T, test func(t *testing.T, name string, root *facts.Node)) {
	t.Helper()
	provider, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(provider.Resources)) {
		t.Run(name, func(t *testing.T) { test(t, name, provider.Resources[name]) })
	}
}
