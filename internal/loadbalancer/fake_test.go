package loadbalancer_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const project = "acme-prod"

// clock is a clock that only moves by waiting.
type clock struct {
	mu    sync.Mutex
	now   time.Time
	waits []time.Duration
}

func newClock() *clock { return &clock{now: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)} }

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) Wait(ctx context.Context, d time.Duration) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	return nil
}

func (c *clock) slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return append([]time.Duration(nil), c.waits...)
}

// newClient serves the fake and returns a client of it.
func newClient(t *testing.T, o api.Options) (*api.Server, *loadbalancer.Client, *clock) {
	t.Helper()
	compute, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	compute.AddProject(project)
	server := httptest.NewServer(compute)
	t.Cleanup(server.Close)
	c := newClock()
	return compute, loadbalancer.New(loadbalancer.Options{
		HTTPClient: server.Client(), Endpoint: server.URL + "/compute/v1/", Clock: c,
	}), c
}

// calls matches requests by method and the end of their path.
func calls(method, end string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.HasSuffix(r.URL.Path, end) }
}

// count counts the requests of an API method.
func count(compute *api.Server, name string) int {
	n := 0
	for _, r := range compute.Requests() {
		if r.Name == name {
			n++
		}
	}
	return n
}

const groupsBase = "https://www.googleapis.com/compute/v1/projects/" + project + "/zones/"

func group(zone, name string) string {
	return groupsBase + zone + "/networkEndpointGroups/" + name
}

// backend is an entry as the API holds it.
func backend(url string, scaler float64, description string) map[string]any {
	return map[string]any{
		"group": url, "balancingMode": "RATE", "maxRatePerEndpoint": 10.0,
		"capacityScaler": scaler, "description": description,
	}
}
