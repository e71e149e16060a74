package provider

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// deaf listens and fails the test if anyone connects.
func deaf(t *testing.T) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			connection, err := listener.Accept()
			if err != nil {
				return
			}
			t.Errorf("a connection came from %s", connection.RemoteAddr())
			connection.Close()
		}
	}()
	t.Cleanup(func() {
		listener.Close()
		<-done
	})
	return listener.Addr().String()
}

// Configuring calls no one, neither the APIs nor the servers of tokens; nor
// does making a client over HTTP.
func TestConfigureDoesNotDial(t *testing.T) {
	t.Parallel()
	address := deaf(t)
	key := serviceAccount(t, map[string]string{"token_uri": "https://" + address + "/token"})
	arguments := block{
		attrProject: "p", attrCredentials: key, attrImpersonate: "a@x.iam.gserviceaccount.com",
		attrSpannerEndpoint: "https://" + address + "/v1/", attrComputeEndpoint: "https://" + address + "/compute/v1/",
		attrMonitoringEndpoint: "http://" + address + "/v3/",
	}
	for _, env := range []environment{nil, {emulatorVariable: address}} {
		connections, diags := configure(t, testProvider(env, nil), arguments)
		if diags.HasError() {
			t.Fatal(describe(diags))
		}
		if _, err := connections.LoadBalancer(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

// closeAdmin makes the admin client and closes it with the test.
func closeAdmin(t *testing.T, connections *Connections) {
	t.Helper()
	client, err := connections.DatabaseAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
}

func TestClientsAreMadeOnce(t *testing.T) {
	t.Parallel()
	connections := mustConfigure(t, testProvider(environment{emulatorVariable: "127.0.0.1:1"}, nil), block{attrComputeEndpoint: "http://127.0.0.1:1/"})
	closeAdmin(t, connections)
	first, err := connections.LoadBalancer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			admin, err := connections.DatabaseAdmin(t.Context())
			if err != nil || admin != connections.admin {
				t.Errorf("another admin client, or %v", err)
			}
			balancer, err := connections.LoadBalancer(t.Context())
			if err != nil || balancer != first {
				t.Errorf("another load balancer client, or %v", err)
			}
		})
	}
	group.Wait()
}

// A client outlives the call that first needed it: its context may end.
func TestClientsOutliveTheContextTheyWereMadeIn(t *testing.T) {
	t.Parallel()
	server := startSpanner(t)
	connections := mustConfigure(t, testProvider(environment{emulatorVariable: server.plaintext}, nil), nil)
	ctx, cancel := context.WithCancel(t.Context())
	client, err := connections.DatabaseAdmin(ctx)
	cancel()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { client.Close() })
	readSchema(t, connections)
}

func TestDefaultProject(t *testing.T) {
	t.Parallel()
	have, err := mustConfigure(t, testProvider(nil, nil), block{attrProject: "mine"}).DefaultProject()
	if err != nil || have != "mine" {
		t.Errorf("%q, %v", have, err)
	}
	_, err = mustConfigure(t, testProvider(nil, nil), nil).DefaultProject()
	if err == nil || !strings.Contains(err.Error(), "GOOGLE_PROJECT") || !strings.Contains(err.Error(), "set project") {
		t.Errorf("the error does not say what to do: %v", err)
	}
	_, err = mustConfigure(t, testProvider(environment{"GOOGLE_PROJECT": "p"}, nil), block{attrProject: unknownValue{}}).DefaultProject()
	var unknown *UnknownArgumentError
	if !errors.As(err, &unknown) || unknown.Argument != attrProject {
		t.Errorf("want an error that names the unknown project, have %v", err)
	}
}

func TestLimiters(t *testing.T) {
	t.Parallel()
	connections := mustConfigure(t, testProvider(nil, nil), nil)
	if have := float64(connections.spannerLimiter.Limit()); have != 5 {
		t.Errorf("Spanner's admin API allows 5 calls a second, the limiter %v", have)
	}
	if connections.spannerLimiter == connections.computeLimiter {
		t.Error("Spanner and Compute share one limiter")
	}
}

// labelled are arguments that put something on every call.
func labelled() block {
	return block{
		attrProject: "resources", attrAccessToken: "the-token", attrUserProject: true, attrBillingProject: "billing",
		attrRequestReason: "ticket 7",
	}
}

const wantAgent = "Terraform/1.11.4 (+https://www.terraform.io) terraform-provider-proveniq/1.2.3 my-pipeline/9"

func TestHTTPCallsAreLabelled(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := httptest.NewTLSServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { seen = req.Header.Clone() }))
	t.Cleanup(server.Close)
	arguments := labelled()
	arguments[attrComputeEndpoint] = server.URL + "/compute/v1/"
	connections := mustConfigure(t, testProvider(environment{"TF_APPEND_USER_AGENT": " my-pipeline/9 "}, nil), arguments)
	connections.base = server.Client().Transport

	get(t, connections)
	want := map[string]string{
		"Authorization": "Bearer the-token", "User-Agent": wantAgent,
		"X-Goog-User-Project": "billing", "X-Goog-Request-Reason": "ticket 7",
	}
	have := map[string]string{}
	for name := range want {
		have[name] = strings.Join(seen.Values(name), " + ")
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("headers (-want +have):\n%s", diff)
	}
}

// get calls the Compute endpoint with the client that the load balancer gets.
func get(t *testing.T, connections *Connections) {
	t.Helper()
	client, err := connections.httpClient(t.Context(), "compute", attrComputeEndpoint, connections.settings.computeEndpoint)
	if err != nil {
		t.Fatal(err)
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, connections.settings.computeURL()+"projects/p", nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
}

// What anyone on the way could read carries no token.
func TestPlaintextCarriesNoCredentials(t *testing.T) {
	t.Parallel()
	var seen http.Header
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, req *http.Request) { seen = req.Header.Clone() }))
	t.Cleanup(server.Close)
	arguments := labelled()
	arguments[attrComputeEndpoint] = server.URL + "/compute/v1/"
	spanner := startSpanner(t)
	arguments[attrSpannerEndpoint] = "http://" + spanner.plaintext + "/v1/"
	connections := mustConfigure(t, testProvider(nil, nil), arguments)

	get(t, connections)
	if have := seen.Get("Authorization"); have != "" {
		t.Errorf("the token was sent in the clear: %s", have)
	}
	if have := seen.Get("User-Agent"); !strings.HasPrefix(have, "Terraform/1.11.4 ") {
		t.Errorf("the user agent is %q", have)
	}
	closeAdmin(t, connections)
	readSchema(t, connections)
	if have := spanner.last().Get("authorization"); len(have) > 0 {
		t.Errorf("the token was sent to Spanner in the clear: %s", have)
	}
}

func TestSpannerCallsAreLabelled(t *testing.T) {
	t.Parallel()
	server := startSpanner(t)
	arguments := labelled()
	arguments[attrSpannerEndpoint] = "https://" + server.encrypted + "/v1/"
	connections := mustConfigure(t, testProvider(environment{"GOOGLE_TERRAFORM_USERAGENT_EXTENSION": "my-pipeline/9"}, nil), arguments)
	connections.dialOptions = []grpc.DialOption{grpc.WithTransportCredentials(credentials.NewClientTLSFromCert(server.roots, "example.com"))}
	closeAdmin(t, connections)

	readSchema(t, connections)
	seen := server.last()
	want := map[string]string{"authorization": "Bearer the-token", "x-goog-user-project": "billing", "x-goog-request-reason": "ticket 7"}
	have := map[string]string{}
	for name := range want {
		have[name] = strings.Join(seen.Get(name), " + ")
	}
	if diff := cmp.Diff(want, have); diff != "" {
		t.Errorf("metadata (-want +have):\n%s", diff)
	}
	if have := strings.Join(seen.Get("user-agent"), " "); !strings.HasPrefix(have, wantAgent) {
		t.Errorf("the user agent is %q, want %q at its start", have, wantAgent)
	}
}

func TestQuotaProject(t *testing.T) {
	t.Parallel()
	cases := map[string]struct {
		arguments block
		want      string
	}{
		"neither":                        {block{attrProject: "p"}, ""},
		"a billing project alone":        {block{attrProject: "p", attrBillingProject: "b"}, ""},
		"override with billing project":  {block{attrProject: "p", attrBillingProject: "b", attrUserProject: true}, "b"},
		"override without":               {block{attrProject: "p", attrUserProject: true}, "p"},
		"override without anything else": {block{attrUserProject: true}, ""},
	}
	for name, of := range cases {
		if have := mustConfigure(t, testProvider(nil, nil), of.arguments).settings.quotaProject(); have != of.want {
			t.Errorf("%s: %q, want %q", name, have, of.want)
		}
	}
}

// spannerServer is a Database Admin API that answers every read with an empty
// schema and keeps the metadata of each call.
type spannerServer struct {
	databasepb.UnimplementedDatabaseAdminServer
	plaintext, encrypted string // addresses
	roots                *x509.CertPool

	mu    sync.Mutex
	calls []metadata.MD
}

// GetDatabaseDdl answers with an empty schema.
func (s *spannerServer) GetDatabaseDdl(ctx context.Context, _ *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
	received, _ := metadata.FromIncomingContext(ctx)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, received)
	return &databasepb.GetDatabaseDdlResponse{}, nil
}

func (s *spannerServer) last() metadata.MD {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) == 0 {
		return nil
	}
	return s.calls[len(s.calls)-1]
}

func startSpanner(t *testing.T) *spannerServer {
	t.Helper()
	// httptest holds a certificate for example.com that it trusts itself.
	certified := httptest.NewTLSServer(nil)
	certified.Close()
	s := &spannerServer{roots: x509.NewCertPool()}
	s.roots.AddCert(certified.Certificate())
	serve := func(options ...grpc.ServerOption) string {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		server := grpc.NewServer(options...)
		databasepb.RegisterDatabaseAdminServer(server, s)
		go server.Serve(listener)
		t.Cleanup(server.Stop)
		return listener.Addr().String()
	}
	s.plaintext = serve()
	s.encrypted = serve(grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12})))
	return s
}

// readSchema makes one call of the Database Admin API.
func readSchema(t *testing.T, connections *Connections) {
	t.Helper()
	client, err := connections.DatabaseAdmin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	path := spanneradmin.DatabasePath{Project: "p", Instance: "i", Database: "d"}
	if _, err := client.GetDDL(t.Context(), path); err != nil {
		t.Fatal(err)
	}
}

// The clients read some variables by themselves; a developer's must not turn
// these tests elsewhere.
func TestMain(m *testing.M) {
	for _, name := range []string{emulatorVariable, "GOOGLE_CLOUD_UNIVERSE_DOMAIN", "GOOGLE_CLOUD_QUOTA_PROJECT", "HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"} {
		os.Unsetenv(name)
	}
	os.Exit(m.Run())
}
