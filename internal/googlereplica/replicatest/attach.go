// Package replicatest serves providers from a test's own process: the schema
// replica of hashicorp/google, and others beside it.
package replicatest

import (
	"context"
	"encoding/json"
	"maps"
	"testing"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5/tf5server"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica"
)

// Attach serves the replica until the test ends. It gives the value of
// TF_REATTACH_PROVIDERS with which Terraform and OpenTofu find it, in place of
// any provider that is installed: no mirror and no lock file are needed.
func Attach(t *testing.T) string {
	t.Helper()
	server, err := googlereplica.New()
	if err != nil {
		t.Fatal(err)
	}
	return Serve(t, googlereplica.Source, func(ctx context.Context, attached chan *plugin.ReattachConfig, closed chan struct{}) error {
		return tf5server.Serve(googlereplica.Source, func() tfprotov5.ProviderServer { return server },
			tf5server.WithDebug(ctx, attached, closed), tf5server.WithGoPluginLogger(hclog.NewNullLogger()), tf5server.WithLoggingSink(t))
	})
}

// Serve runs a provider's server, of whatever protocol, until the test ends, and
// gives the value of TF_REATTACH_PROVIDERS with which a core finds it under its
// address. The server tells on attached where it listens.
func Serve(t *testing.T, address string, server func(ctx context.Context, attached chan *plugin.ReattachConfig, closed chan struct{}) error) string {
	t.Helper()
	// The test's own context ends before its cleanups run.
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	attached, closed := make(chan *plugin.ReattachConfig, 1), make(chan struct{})
	served := make(chan error, 1)
	go func() { served <- server(ctx, attached, closed) }()
	t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			t.Errorf("serving %s: %v", address, err)
		}
	})
	var config *plugin.ReattachConfig
	select {
	case config = <-attached:
	case err := <-served:
		served <- nil // for the cleanup
		t.Fatalf("serving %s: %v", address, err)
	}
	value, err := json.Marshal(map[string]any{address: map[string]any{
		"Protocol":        config.Protocol,
		"ProtocolVersion": config.ProtocolVersion,
		"Pid":             config.Pid,
		"Test":            true,
		"Addr":            map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}})
	if err != nil {
		t.Fatal(err)
	}
	return string(value)
}

// Join unites values of TF_REATTACH_PROVIDERS, so that a core finds several
// providers that a test serves.
func Join(t *testing.T, values ...string) string {
	t.Helper()
	all := map[string]json.RawMessage{}
	for _, value := range values {
		var one map[string]json.RawMessage
		if err := json.Unmarshal([]byte(value), &one); err != nil {
			t.Fatalf("%q is no value of TF_REATTACH_PROVIDERS: %v", value, err)
		}
		maps.Copy(all, one)
	}
	joined, err := json.Marshal(all)
	if err != nil {
		t.Fatal(err)
	}
	return string(joined)
}
