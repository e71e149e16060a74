package api_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	services = "projects/" + testProject + "/global/backendServices/"
	selfLink = "https://www.googleapis.com/compute/v1/"
)

// computeAPI is a client of a fake of its own.
type computeAPI struct {
	t       testing.TB
	compute *localcloud.Server
	base    string
	client  *http.Client
}

// newAPI serves a fake with one backend service "write" and NEGs "api" of three
// endpoints in the three zones of us-east1.
func newAPI(t testing.TB, o localcloud.Options) *computeAPI {
	t.Helper()
	o.Now = func() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC) }
	o.CheckAnswers = true
	c, err := localcloud.New(o)
	if err != nil {
		t.Fatal(err)
	}
	c.AddBackendService(testProject, "write", nil)
	for _, zone := range []string{"us-east1-b", "us-east1-c", "us-east1-d"} {
		c.AddNEG(testProject, zone, "api", 3)
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	return &computeAPI{t: t, compute: c, base: server.URL + "/compute/v1/", client: server.Client()}
}

// answer is what the fake said.
type answer struct {
	status int
	header http.Header
	body   map[string]any
}

// send makes one call; body may be nil, a string of JSON, or a value.
func (a *computeAPI) send(method, path string, body any) answer {
	a.t.Helper()
	var reader io.Reader
	switch body := body.(type) {
	case nil:
	case string:
		reader = bytes.NewReader([]byte(body))
	default:
		raw, err := json.Marshal(body)
		if err != nil {
			a.t.Fatal(err)
		}
		reader = bytes.NewReader(raw)
	}
	request, err := http.NewRequestWithContext(a.t.Context(), method, a.base+path, reader)
	if err != nil {
		a.t.Fatal(err)
	}
	response, err := a.client.Do(request)
	if err != nil {
		a.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer closed(a.t, response.Body)
	out := answer{status: response.StatusCode, header: response.Header}
	if err := json.NewDecoder(response.Body).Decode(&out.body); err != nil {
		a.t.Fatalf("%s %s answered %d with something that is no JSON object: %v", method, path, response.StatusCode, err)
	}
	return out
}

// ok makes a call that must succeed.
func (a *computeAPI) ok(method, path string, body any) map[string]any {
	a.t.Helper()
	got := a.send(method, path, body)
	if got.status != http.StatusOK {
		a.t.Fatalf("%s %s = %d %v, want 200", method, path, got.status, got.message())
	}
	return got.body
}

func (r answer) first() map[string]any {
	inner, _ := r.body["error"].(map[string]any)
	errs, _ := inner["errors"].([]any)
	if len(errs) == 0 {
		return nil
	}
	first, _ := errs[0].(map[string]any)
	return first
}

// reason and message are those of Google's error body, "" when there is none.
func (r answer) reason() string  { return str(r.first()["reason"]) }
func (r answer) message() string { return str(r.first()["message"]) }

func str(v any) string {
	s, _ := v.(string)
	return s
}

// closed closes what a test is done with.
func closed(t testing.TB, c io.Closer) {
	t.Helper()
	if err := c.Close(); err != nil {
		t.Errorf("Close: %v", err)
	}
}

// fingerprint reads the service's present fingerprint.
func (a *computeAPI) fingerprint(service string) string {
	a.t.Helper()
	return str(a.ok("GET", services+service, nil)["fingerprint"])
}

// patch patches a service with its present fingerprint.
func (a *computeAPI) patch(service string, backends ...any) answer {
	a.t.Helper()
	if backends == nil {
		backends = []any{}
	}
	return a.send("PATCH", services+service, map[string]any{"fingerprint": a.fingerprint(service), "backends": backends})
}

// attach patches a service to exactly these backends.
func (a *computeAPI) attach(service string, backends ...any) {
	a.t.Helper()
	if got := a.patch(service, backends...); got.status != http.StatusOK {
		a.t.Fatalf("PATCH of %s = %d %s, want 200", service, got.status, got.message())
	}
}

func negURL(zone string) string {
	return selfLink + "projects/" + testProject + "/zones/" + zone + "/networkEndpointGroups/api"
}

// backend is a valid entry with further fields.
func backend(zone string, fields ...any) map[string]any {
	b := map[string]any{"group": negURL(zone), "balancingMode": "RATE", "maxRatePerEndpoint": 50}
	for i := 0; i < len(fields); i += 2 {
		if fields[i+1] == nil {
			delete(b, str(fields[i]))
			continue
		}
		b[str(fields[i])] = fields[i+1]
	}
	return b
}

// entries are a service's backends as the fake stores them.
func (a *computeAPI) entries(service string) []map[string]any {
	a.t.Helper()
	list, _ := a.compute.BackendService(testProject, service)["backends"].([]any)
	var out []map[string]any
	for _, e := range list {
		entry, ok := e.(map[string]any)
		if !ok {
			a.t.Fatalf("backend %v is no object", e)
		}
		out = append(out, entry)
	}
	return out
}
