package provider

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// Instances are read over REST, signed, at the custom endpoint's whole URL,
// and past an emulator.
func TestInstancesAreReadOverREST(t *testing.T) {
	t.Parallel()
	var seen *http.Request
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		seen = req.Clone(req.Context())
		_, _ = w.Write([]byte(`{"config": "projects/p/instanceConfigs/nam3"}`))
	}))
	t.Cleanup(server.Close)
	arguments := labelled()
	arguments[attrSpannerEndpoint] = server.URL + "/spanner/v1/"
	connections, diags := configure(t, testProvider(environment{emulatorVariable: deaf(t)}, nil), arguments)
	if diags.HasError() {
		t.Fatal(describe(diags))
	}
	connections.base = server.Client().Transport

	client, err := connections.SpannerInstances(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	instance, err := client.Instance(t.Context(), "projects/p/instances/i")
	if err != nil || instance.Config != "projects/p/instanceConfigs/nam3" {
		t.Fatalf("%+v, %v", instance, err)
	}
	if seen.URL.Path != "/spanner/v1/projects/p/instances/i" || seen.Header.Get("Authorization") != "Bearer the-token" {
		t.Errorf("called %s with the authorization %q", seen.URL.Path, seen.Header.Get("Authorization"))
	}
	if again, err := connections.SpannerInstances(t.Context()); err != nil || again != client {
		t.Errorf("another client, or %v", err)
	}
}

func TestSpannerURL(t *testing.T) {
	t.Parallel()
	theirs := serviceAccount(t, map[string]string{"universe_domain": "their.cloud"})
	s := mustConfigure(t, testProvider(nil, nil), block{attrCredentials: theirs, attrUniverseDomain: "their.cloud"}).settings
	if have, want := s.spannerURL(), "https://spanner.their.cloud/v1/"; have != want {
		t.Errorf("Spanner is called at %s, want %s", have, want)
	}
	unknown := mustConfigure(t, testProvider(nil, nil), block{attrAccessToken: "t", attrSpannerEndpoint: unknownValue{}})
	if _, err := unknown.SpannerInstances(t.Context()); err == nil {
		t.Error("a client was made for an endpoint that is not known yet")
	}
}
