package negcleanup

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const project = "acme-prod"

// clock is a clock that only moves by waiting, and calls onWait before it does.
type clock struct {
	mu     sync.Mutex
	now    time.Time
	onWait func(total time.Duration)
}

var start = time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC)

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
	total, onWait := c.now.Sub(start), c.onWait
	c.mu.Unlock()
	if onWait != nil {
		onWait(total)
	}
	return ctx.Err()
}

// cloud is a fake with what a cluster left behind in us-east1, and a sweep of it.
type cloud struct {
	t *testing.T
	*api.Server
	url   string
	clock *clock
	sweep *sweep
}

func newCloud(t *testing.T, o api.Options) *cloud {
	t.Helper()
	compute, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	compute.AddProject(project)
	server := httptest.NewServer(compute)
	t.Cleanup(server.Close)
	c := &cloud{t: t, Server: compute, url: server.URL + "/compute/v1/", clock: &clock{now: start}}
	for _, zone := range []string{"us-east1-b", "us-east1-c", "us-east1-d"} {
		c.AddNEG(project, zone, "ledger-api", 0)
	}
	c.sweep = &sweep{
		client: loadbalancer.New(loadbalancer.Options{HTTPClient: server.Client(), Endpoint: c.url, Clock: c.clock}),
		clock:  c.clock, limit: 20 * time.Minute,
		project: project, network: "projects/" + project + "/global/networks/default", region: "us-east1", names: []string{"ledger-api"},
	}
	return c
}

// post makes something through the API itself.
func (c *cloud) post(collection string, body map[string]any) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	response, err := http.Post(c.url+"projects/"+project+"/"+collection, "application/json", strings.NewReader(string(raw)))
	if err != nil {
		c.t.Fatal(err)
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		c.t.Fatalf("make %s %s: %s", collection, raw, response.Status)
	}
}

// run sweeps and gives all that it reports.
func (c *cloud) run(ctx context.Context) string {
	c.t.Helper()
	var diags diag.Diagnostics
	c.sweep.run(ctx, &diags)
	return text(diags)
}

// text is everything that diagnostics say.
func text(diags diag.Diagnostics) string {
	var b strings.Builder
	for _, d := range diags {
		at := ""
		if with, ok := d.(diag.DiagnosticWithPath); ok {
			at = with.Path().String()
		}
		fmt.Fprintf(&b, "%s [%s] %s: %s\n", d.Severity(), at, d.Summary(), d.Detail())
	}
	return b.String()
}

// wantLeft checks which groups are left, as "zone/name".
func (c *cloud) wantLeft(want ...string) {
	c.t.Helper()
	var have []string
	for _, g := range c.NEGs(project) {
		have = append(have, g.Zone+"/"+g.Name)
	}
	if diff := cmp.Diff(want, have); diff != "" {
		c.t.Errorf("groups left (-want +have):\n%s", diff)
	}
}

func wantText(t *testing.T, have string, wants ...string) {
	t.Helper()
	for _, want := range wants {
		if !strings.Contains(have, want) {
			t.Errorf("the report lacks %q:\n%s", want, have)
		}
	}
}

// use makes a backend service use the group of a zone.
func (c *cloud) use(service, zone string) {
	c.AddBackendService(project, service, map[string]any{"backends": []any{map[string]any{
		"group": "zones/" + zone + "/networkEndpointGroups/ledger-api", "balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0,
	}}})
}

func deletes(zone string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == http.MethodDelete && strings.Contains(r.URL.Path, "/zones/"+zone+"/networkEndpointGroups/")
	}
}

func lists(r *http.Request) bool {
	return strings.HasSuffix(r.URL.Path, "/aggregated/networkEndpointGroups")
}

func TestRemovesOnlyOurs(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.AddNEG(project, "us-east1-b", "other-name", 0)
	c.AddNEG(project, "europe-west1-b", "ledger-api", 0)
	c.post("global/networks", map[string]any{"name": "other", "autoCreateSubnetworks": false})
	c.AddNEG(project, "us-east1-c", "second", 0)
	// Another network's, made by GKE and not.
	for zone, description := range map[string]string{"us-east1-b": `{"cluster-uid":"u","namespace":"n","service-name":"s","port":"1"}`, "us-east1-d": ""} {
		c.post("zones/"+zone+"/networkEndpointGroups", map[string]any{"name": "second", "networkEndpointType": "GCE_VM_IP_PORT",
			"network": "projects/" + project + "/global/networks/other", "description": description})
	}
	c.sweep.names = []string{"ledger-api", "second", "third"}
	if said := c.run(t.Context()); said != "" {
		t.Error(said)
	}
	c.wantLeft("europe-west1-b/ledger-api", "us-east1-b/other-name", "us-east1-b/second", "us-east1-d/second")
}

func TestNothingIsLeftToDo(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.sweep.names = []string{"absent"}
	if said := c.run(t.Context()); said != "" {
		t.Error(said)
	}
	if n := len(c.Requests()); n != 1 {
		t.Errorf("%d calls to see that nothing is there", n)
	}
	c.sweep.project = "gone-project"
	if said := c.run(t.Context()); said != "" {
		t.Errorf("a project that is gone: %s", said)
	}
}

func TestWaitsForEndpoints(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.AddNEG(project, "us-east1-c", "ledger-api", 2)
	c.clock.onWait = func(total time.Duration) {
		if total > 5*time.Minute {
			c.AddNEG(project, "us-east1-c", "ledger-api", 0)
		} else {
			c.wantLeft("us-east1-c/ledger-api")
		}
	}
	if said := c.run(t.Context()); said != "" {
		t.Error(said)
	}
	c.wantLeft()
	if waited := c.clock.Now().Sub(start); waited < 5*time.Minute || waited > 6*time.Minute {
		t.Errorf("waited for %s", waited)
	}
}

func TestEndpointsThatStay(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.AddNEG(project, "us-east1-c", "ledger-api", 7)
	c.sweep.limit = time.Minute
	said := c.run(t.Context())
	wantText(t, said, "Error [neg_names] Network endpoint groups still have endpoints", "of at most 1m0s (timeouts.delete)",
		`"ledger-api" in us-east1-c has 7 endpoints (10.`, ":8080, ", ", …)", "Service ledger/ledger-api of the cluster with uid localcloud",
		"gcloud compute network-endpoint-groups delete ledger-api --zone=us-east1-c --project=acme-prod")
	if n := strings.Count(said, ":8080"); n != 5 {
		t.Errorf("%d endpoints are named:\n%s", n, said)
	}
	c.wantLeft("us-east1-c/ledger-api")
	if waited := c.clock.Now().Sub(start); waited > time.Minute || waited < 30*time.Second {
		t.Errorf("waited for %s of a minute", waited)
	}
}

func TestUsedGroupsAreNamedAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.use("ledger-write", "us-east1-b")
	c.use("ledger-read", "us-east1-b")
	c.AddNEG(project, "us-east1-c", "ledger-api", 1)
	said := c.run(t.Context())
	wantText(t, said, "Error [neg_names] Network endpoint groups are in use by a backend service",
		`"ledger-api" in us-east1-b is a backend of ledger-read, ledger-write`, "destroy its proveniq_ledger_region",
		"Network endpoint groups still have endpoints", `"ledger-api" in us-east1-c has 1 endpoint (`)
	c.wantLeft("us-east1-b/ledger-api", "us-east1-c/ledger-api")
	if waited := c.clock.Now().Sub(start); waited != 0 {
		t.Errorf("waited for %s, though nothing would change", waited)
	}
}

// The list of services is only for the message: Google itself refuses.
func TestGoogleRefusesWhatIsUsed(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.use("ledger-write", "us-east1-b")
	c.Deny(project, "compute.backendServices.list")
	wantText(t, c.run(t.Context()), "are in use by a backend service", "already being used by 'projects/acme-prod/global/backendServices/ledger-write'")
	c.wantLeft("us-east1-b/ledger-api")

	// What was detached a moment ago is free a moment later.
	c.clock.onWait = func(time.Duration) { c.RemoveBackendService(project, "ledger-write") }
	if said := c.run(t.Context()); said != "" {
		t.Error(said)
	}
	c.wantLeft()
}

func TestSilentZonesAreNotTakenToBeEmpty(t *testing.T) {
	t.Parallel()
	for name, how := range map[string]api.Partial{
		"every way": api.PartialEveryway, "scope warning": api.PartialScopeWarning, "unreachables": api.PartialUnreachables, "list warning": api.PartialListWarning,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.SetUnreachable(project, how, "us-east1-c")
			said := c.run(t.Context())
			zone := "us-east1-c"
			if how == api.PartialListWarning {
				zone = "zones that the answer does not name"
			}
			wantText(t, said, "Error [region] Zones did not answer", "groups named ledger-api is not known for:\n  - "+zone, "Destroy again")
			c.wantLeft("us-east1-c/ledger-api")
			if waited := c.clock.Now().Sub(start); waited > time.Minute {
				t.Errorf("waited %s for a zone", waited)
			}
			c.SetReachable(project, "us-east1-c")
			if said := c.run(t.Context()); said != "" {
				t.Errorf("the second time: %s", said)
			}
			c.wantLeft()
		})
	}
	// A zone of another region is nobody's trouble.
	c := newCloud(t, api.Options{})
	c.SetUnreachable(project, api.PartialEveryway, "europe-west1-b")
	if said := c.run(t.Context()); said != "" {
		t.Error(said)
	}
	c.wantLeft()
}

func TestGroupsThatGKEDidNotMake(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.post("global/networks", map[string]any{"name": "default", "autoCreateSubnetworks": false})
	c.RemoveNEG(project, "us-east1-b", "ledger-api")
	for zone, description := range map[string]string{"us-east1-b": "", "us-east4-a": "by hand"} {
		c.post("zones/"+zone+"/networkEndpointGroups", map[string]any{"name": "ledger-api", "networkEndpointType": "GCE_VM_IP_PORT",
			"network": "projects/" + project + "/global/networks/default", "description": description})
	}
	said := c.run(t.Context())
	wantText(t, said, "Warning [neg_names] Network endpoint groups of this name were not made by GKE", `"ledger-api" in us-east1-b`, "delete ledger-api --zone=us-east1-b")
	if strings.Contains(said, "Error") || strings.Contains(said, "us-east4") {
		t.Error(said)
	}
	c.wantLeft("us-east1-b/ledger-api", "us-east4-a/ledger-api")
}

// Whatever goes wrong once, one destroy gets through.
func TestPassingFaults(t *testing.T) {
	t.Parallel()
	faults := map[string]api.Fault{
		"412":                      {Status: http.StatusPreconditionFailed},
		"409":                      {Status: http.StatusConflict},
		"not ready":                {Status: http.StatusBadRequest, Body: `{"error":{"message":"busy","errors":[{"reason":"resourceNotReady"}]}}`},
		"503":                      {Status: http.StatusServiceUnavailable, Times: 3},
		"429":                      {Status: http.StatusTooManyRequests, Times: 3},
		"429 for long":             {Status: http.StatusTooManyRequests, Times: 15},
		"500":                      {Status: http.StatusInternalServerError, Times: 2},
		"gone already":             {Status: http.StatusNotFound, Performed: true},
		"the answer got lost":      {Performed: true, Drop: true},
		"the request got lost":     {Drop: true},
		"the operation not ready":  {Operation: &api.OperationError{Code: "RESOURCE_NOT_READY"}},
		"the operation had a 5xx":  {Operation: &api.OperationError{Code: "INTERNAL_ERROR", HTTPStatus: 503}},
		"gone by somebody's doing": {},
	}
	for name, fault := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := api.Options{OperationPolls: 2}
			if fault.Performed {
				o.OperationPolls = 0
			}
			c := newCloud(t, o)
			fault.Match = deletes("us-east1-c")
			if name == "gone by somebody's doing" {
				fault.Before = func() { c.RemoveNEG(project, "us-east1-c", "ledger-api") }
			}
			c.Inject(fault)
			if said := c.run(t.Context()); said != "" {
				t.Error(said)
			}
			c.wantLeft()
		})
	}
}

func TestLastingFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault api.Fault
		want  []string
		left  []string
	}{
		"conflicts": {api.Fault{Match: deletes("us-east1-c"), Status: http.StatusConflict}, []string{"could not be removed in time", "of at most 20m0s (timeouts.delete)", `"ledger-api" in us-east1-c: Delete network endpoint group`, "409"}, []string{"us-east1-c/ledger-api"}},
		"refusals":  {api.Fault{Match: deletes("us-east1-c"), Status: http.StatusBadRequest}, []string{"Compute Engine refuses to remove", "Do what the message says"}, []string{"us-east1-c/ledger-api"}},
		"permission": {api.Fault{Match: deletes("us-east1-c"), Status: http.StatusForbidden}, []string{"Compute Engine refuses to remove", "The provider needs compute.networkEndpointGroups.list, .get and .delete"},
			[]string{"us-east1-c/ledger-api"}},
		"no lists":          {api.Fault{Match: lists, Status: http.StatusForbidden}, []string{"[neg_names] The network endpoint groups could not be cleaned up", "The provider needs compute.networkEndpointGroups.list"}, nil},
		"no list, no words": {api.Fault{Match: lists, Status: http.StatusInternalServerError, Body: "<html>oops"}, []string{"could not be cleaned up", "oops", "Destroy again."}, nil},
		"endpoints unknown": {api.Fault{Match: func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, "/listNetworkEndpoints") }, Status: http.StatusForbidden},
			[]string{"refuses to remove", "List the endpoints of network endpoint group"}, []string{"us-east1-b/ledger-api", "us-east1-c/ledger-api", "us-east1-d/ledger-api"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			test.fault.Times = -1
			c.Inject(test.fault)
			wantText(t, c.run(t.Context()), append(test.want, "Error [")...)
			if test.left != nil {
				c.wantLeft(test.left...)
			}
			// Once the fault is over, the next destroy finishes.
			c.ClearFaults()
			if said := c.run(t.Context()); said != "" {
				t.Errorf("the second time: %s", said)
			}
			c.wantLeft()
		})
	}
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{OperationPolls: 3})
	c.AddNEG(project, "us-east1-c", "ledger-api", 1)
	ctx, cancel := context.WithCancel(t.Context())
	c.clock.onWait = func(time.Duration) {
		if !slices.ContainsFunc(c.NEGs(project), func(g api.NEG) bool { return g.Zone != "us-east1-c" }) {
			cancel()
		}
	}
	wantText(t, c.run(ctx), "Error [neg_names]", "ledger-api in us-east1-c has 1 endpoint", "Terraform was interrupted. Destroy again")

	// In the middle of a deletion: it is followed to its end.
	c = newCloud(t, api.Options{OperationPolls: 3})
	ctx, cancel = context.WithCancel(t.Context())
	c.Inject(api.Fault{Match: deletes("us-east1-b"), Before: cancel})
	wantText(t, c.run(ctx), "Terraform was interrupted")
	c.wantLeft("us-east1-c/ledger-api", "us-east1-d/ledger-api")
}

// Out of time, however that is noticed, it is said what was being waited for.
func TestOutOfTime(t *testing.T) {
	t.Parallel()
	tests := map[string]func(c *cloud, ended <-chan struct{}) []string{
		"before anything was seen": func(c *cloud, ended <-chan struct{}) []string {
			c.Inject(api.Fault{Match: lists, Before: func() { <-ended }})
			return []string{"deadline exceeded", "The limit is 20m0s, timeouts.delete of the last apply"}
		},
		"in the second look": func(c *cloud, ended <-chan struct{}) []string {
			c.Inject(api.Fault{Match: lists, After: 1, Before: func() { <-ended }})
			return []string{"Network endpoint groups still have endpoints", `"ledger-api" in us-east1-c has 1 endpoint`}
		},
		"between two looks": func(c *cloud, ended <-chan struct{}) []string {
			c.clock.onWait = func(time.Duration) { <-ended }
			return []string{"Network endpoint groups still have endpoints", `"ledger-api" in us-east1-c has 1 endpoint`}
		},
		"in a deletion": func(c *cloud, ended <-chan struct{}) []string {
			c.RemoveNEG(project, "us-east1-c", "ledger-api")
			c.Inject(api.Fault{Match: deletes("us-east1-b"), Before: func() { <-ended }})
			return []string{"Network endpoint groups could not be removed in time", `"ledger-api" in us-east1-d: `}
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.AddNEG(project, "us-east1-c", "ledger-api", 1)
			ctx, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
			defer cancel()
			wants := prepare(c, ctx.Done())
			said := c.run(ctx)
			wantText(t, said, wants...)
			if n := strings.Count(said, "Error ["); n != 1 {
				t.Errorf("%d errors:\n%s", n, said)
			}
		})
	}
}
