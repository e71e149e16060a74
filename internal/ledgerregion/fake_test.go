package ledgerregion

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const project = "acme-prod"

// clock is a clock that only moves by waiting, and calls onWait before it does.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	waits  []time.Duration
	onWait func(total time.Duration)
	start  time.Time
}

func newClock() *clock {
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	return &clock{now: start, start: start}
}

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
	c.now = c.now.Add(d)
	c.waits = append(c.waits, d)
	total, onWait := c.now.Sub(c.start), c.onWait
	c.mu.Unlock()
	if onWait != nil {
		onWait(total)
	}
	return ctx.Err()
}

func (c *clock) slept() []time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.waits)
}

// cloud is a fake load balancer with the ledger of the architecture.
type cloud struct {
	*api.Server
	lb     *loadbalancer.Client
	server *httptest.Server
}

// client is another client of the cloud, whose calls go through a transport.
func (c *cloud) client(k loadbalancer.Clock, through http.RoundTripper) *loadbalancer.Client {
	return loadbalancer.New(loadbalancer.Options{
		HTTPClient: &http.Client{Transport: through}, Endpoint: c.server.URL + "/compute/v1/", Clock: k,
	})
}

func newCloud(t *testing.T, o api.Options) *cloud {
	t.Helper()
	compute, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	localcloud.DefaultLedger(project).AddTo(compute)
	server := httptest.NewServer(compute)
	t.Cleanup(server.Close)
	return &cloud{Server: compute, server: server, lb: loadbalancer.New(loadbalancer.Options{
		HTTPClient: server.Client(), Endpoint: server.URL + "/compute/v1/", Clock: newClock(),
	})}
}

// region is a spec of the demo ledger that joins two services.
func region(name string) spec {
	return spec{
		owner:   owner{ledger: "demo", region: name},
		project: project,
		neg:     "ledger-api-" + name,
		services: []service{
			{class: "read", name: "ledger-read", rate: 200, preference: preferenceDefault, guarded: true, follows: true},
			{class: "write", name: "ledger-write", rate: 50, preference: preferenceDefault, guarded: true, follows: true},
		},
		percent: 100, minZones: 2, minRemaining: 1,
		health: health{minPercent: 70, stable: 5 * time.Second, timeout: time.Minute},
		drain:  drain{steps: []int{50, 10}, hold: 30 * time.Second, settle: time.Minute},
	}
}

func (c *cloud) operator(s spec) (*operator, *clock) {
	k := newClock()
	return &operator{lb: c.lb, clock: k, spec: s}, k
}

// join attaches a region and fails the test when it does not.
func (c *cloud) join(t *testing.T, s spec) {
	t.Helper()
	o, _ := c.operator(s)
	groups, err := o.awaitNEGs(t.Context(), s.zones)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err != nil {
		t.Fatal(err)
	}
}

// attached lists a service's backends as "zone percent description".
func (c *cloud) attached(t *testing.T, name string) []string {
	t.Helper()
	s, err := c.lb.BackendService(t.Context(), project, name)
	if err != nil {
		t.Fatal(err)
	}
	lines := make([]string, 0, len(s.Backends))
	for _, b := range s.Backends {
		lines = append(lines, strings.TrimSpace(strings.Join([]string{b.Zone(), percentText(b), b.Description()}, " ")))
	}
	slices.Sort(lines)
	return lines
}

func percentText(b loadbalancer.Backend) string {
	return map[int]string{0: "0", 10: "10", 20: "20", 50: "50", 100: "100"}[b.CapacityPercent()]
}

// calls matches requests by method and the end of their path.
func calls(method, end string) func(*http.Request) bool {
	return func(r *http.Request) bool { return r.Method == method && strings.HasSuffix(r.URL.Path, end) }
}

// changes matches every change of a backend service.
func changes(r *http.Request) bool { return r.Method == http.MethodPatch }

// count counts the requests of an API method.
func (c *cloud) count(name string) int {
	n := 0
	for _, r := range c.Requests() {
		if r.Name == name {
			n++
		}
	}
	return n
}

// unhealthy makes every endpoint of a region unhealthy.
func (c *cloud) unhealthy(region string, zones ...string) {
	for _, zone := range zones {
		c.SetHealthy(project, region+"-"+zone, "ledger-api-"+region, 0)
	}
}
