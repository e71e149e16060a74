package ledgerregion

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

var usEast1 = []string{
	"us-east1-b 100 proveniq:demo/us-east1/write",
	"us-east1-c 100 proveniq:demo/us-east1/write",
	"us-east1-d 100 proveniq:demo/us-east1/write",
}

func TestThreeRegionsJoinAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{OperationPolls: 1, FreshHealthAnswers: 2})
	var wait sync.WaitGroup
	for _, name := range []string{"us-east1", "europe-west1", "asia-southeast1"} {
		wait.Go(func() { c.join(t, region(name)) })
	}
	wait.Wait()
	for _, name := range []string{"ledger-write", "ledger-read"} {
		if got := c.attached(t, name); len(got) != 9 {
			t.Errorf("%s has %d backends, want 9: %v", name, len(got), got)
		}
	}
	if got := c.attached(t, "ledger-webhook"); len(got) != 0 {
		t.Errorf("a service that nobody joins has %v", got)
	}
}

func TestGateWaitsForStability(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{FreshHealthAnswers: 3})
	s := region("us-east1")
	s.health = health{minPercent: 70, stable: 30 * time.Second, timeout: 2 * time.Minute}
	o, k := c.operator(s)
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	// Half a stable time after it became healthy the region flaps once.
	flapped, recovered := false, false
	k.onWait = func(total time.Duration) {
		if !flapped && total > 25*time.Second {
			flapped = true
			c.unhealthy("us-east1", "b", "c", "d")
		} else if flapped && !recovered {
			recovered = true
			for _, zone := range []string{"b", "c", "d"} {
				c.SetHealthy(project, "us-east1-"+zone, "ledger-api-us-east1", 3)
			}
		}
	}
	if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err != nil {
		t.Fatal(err)
	}
	if took := k.Now().Sub(k.start); took < 55*time.Second {
		t.Errorf("the gate opened after %s: the stable time did not begin anew after the flap", took)
	}
}

func TestFailedGateTakesBackWhatItAttached(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*cloud)
		want    []string
	}{
		"unhealthy": {func(c *cloud) { c.unhealthy("us-east1", "b", "c", "d") }, []string{"0 of 9 endpoints healthy, below 70 %", "ledger-read", "ledger-write"}},
		"too few healthy": {func(c *cloud) {
			c.SetHealthy(project, "us-east1-b", "ledger-api-us-east1", 0)
		}, []string{"6 of 9 endpoints healthy"}},
		"unknown":        {func(c *cloud) { c.SetUsed(project, "ledger-read", false) }, []string{"ledger-read: health unknown", "no forwarding rule"}},
		"never reported": {func(c *cloud) { c.SetFreshHealthAnswers(1000) }, []string{"health unknown", "some time after a group is attached"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.join(t, region("europe-west1"))
			before := c.attached(t, "ledger-write")
			test.prepare(c)
			o, k := c.operator(region("us-east1"))
			groups, err := o.awaitNEGs(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			done, err := o.attach(t.Context(), climb{groups: groups, always: true})
			if err == nil {
				t.Fatal("the gate opened")
			}
			for _, word := range append(test.want, "has been taken back") {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("the error lacks %q:\n%v", word, err)
				}
			}
			if done.standing {
				t.Error("the join is said to stand")
			}
			if took := k.Now().Sub(k.start); took < time.Minute || took > 2*time.Minute {
				t.Errorf("gave up after %s", took)
			}
			if diff := cmp.Diff(before, c.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInterruptedJoinTakesBackWhatItAttached(t *testing.T) {
	t.Parallel()
	for name, interrupt := range map[string]func(c *cloud, k *clock, cancel func()){
		"while waiting for health": func(_ *cloud, k *clock, cancel func()) {
			k.onWait = func(time.Duration) { cancel() }
		},
		"during the second service's change": func(c *cloud, _ *clock, cancel func()) {
			c.Inject(api.Fault{Match: calls(http.MethodPatch, "/ledger-write"), Before: cancel})
		},
		"before the second service is read": func(c *cloud, _ *clock, cancel func()) {
			c.Inject(api.Fault{Match: calls(http.MethodGet, "/ledger-write"), Before: cancel})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{OperationPolls: 2})
			o, k := c.operator(region("us-east1"))
			groups, err := o.awaitNEGs(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			interrupt(c, k, cancel)
			done, err := o.attach(ctx, climb{groups: groups, always: true})
			if !errors.Is(err, context.Canceled) || done.standing {
				t.Errorf("attach returned %+v, %v", done, err)
			}
			for _, service := range []string{"ledger-read", "ledger-write"} {
				if got := c.attached(t, service); len(got) != 0 {
					t.Errorf("%s still has %v", service, got)
				}
			}
		})
	}
}

func TestFailedUndoIsSaid(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.unhealthy("us-east1", "b", "c", "d")
	// Both services are joined; then nothing can be changed any more.
	c.Inject(api.Fault{Match: func(r *http.Request) bool { return r.Method == http.MethodPatch }, After: 2, Times: -1, Status: http.StatusForbidden})
	o, _ := c.operator(region("us-east1"))
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.attach(t.Context(), climb{groups: groups, always: true})
	if err == nil || !done.standing || !strings.Contains(err.Error(), "could not all be taken back") || !strings.Contains(err.Error(), "0 of 9") {
		t.Errorf("attach returned %+v, %v", done, err)
	}
}

func TestAdoptedBackendsSurviveAFailedJoin(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	// A region that serves, whose state was lost.
	lower := region("us-east1")
	lower.percent = 50
	c.join(t, lower)
	before := c.attached(t, "ledger-write")
	c.unhealthy("us-east1", "b", "c", "d")
	o, _ := c.operator(region("us-east1"))
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	done, err := o.attach(t.Context(), climb{groups: groups, always: true})
	if err == nil {
		t.Fatal("the gate opened")
	}
	if diff := cmp.Diff([]string{"ledger-read", "ledger-write"}, done.adopted); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(before, c.attached(t, "ledger-write")); diff != "" {
		t.Error("what the failed join did not make was changed: " + diff)
	}
}

func TestForeignBackendStopsTheJoin(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
		body["backends"] = []any{map[string]any{
			"group":         "https://www.googleapis.com/compute/v1/projects/" + project + "/zones/us-east1-c/networkEndpointGroups/ledger-api-us-east1",
			"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0, "description": "by hand",
		}}
	})
	o, _ := c.operator(region("us-east1"))
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = o.attach(t.Context(), climb{groups: groups, always: true})
	var p *problem
	if !errors.As(err, &p) || !strings.Contains(p.detail, "by hand") || p.at.String() != `backend_services["write"]` {
		t.Errorf("error %v", err)
	}
	if got := c.attached(t, "ledger-read"); len(got) != 0 {
		t.Errorf("the first service keeps %v", got)
	}
	if got := c.attached(t, "ledger-write"); len(got) != 1 {
		t.Errorf("the foreign backend was touched: %v", got)
	}
}

func TestRaiseGatesAndTakesBack(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	half := region("us-east1")
	half.percent = 50
	c.join(t, half)
	c.unhealthy("us-east1", "b", "c", "d")
	o, _ := c.operator(region("us-east1"))
	done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false)
	if done.err == nil || done.begun {
		t.Fatalf("change returned %+v", done)
	}
	for _, line := range c.attached(t, "ledger-write") {
		if !strings.Contains(line, " 50 ") {
			t.Errorf("after the failed raise: %s", line)
		}
	}
	// Lowering above 0 asks nobody.
	o.spec.percent = 20
	c.ResetRequests()
	if done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false); done.err != nil {
		t.Fatal(done.err)
	}
	if n := c.count("compute.backendServices.getHealth"); n != 0 {
		t.Errorf("%d health readings for a lower capacity", n)
	}
}

func TestGroupsOfAnotherNameJoinBeforeTheOldOnesLeave(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	for _, zone := range []string{"us-east1-b", "us-east1-c"} {
		c.AddNEG(project, zone, "ledger-api-v2", 3)
	}
	s := region("us-east1")
	s.neg = "ledger-api-v2"
	o, k := c.operator(s)
	most := 0
	k.onWait = func(time.Duration) { most = max(most, len(c.attached(t, "ledger-write"))) }
	if done := o.change(t.Context(), nil, false); done.err != nil {
		t.Fatal(done.err)
	}
	if most != 5 {
		t.Errorf("at most %d backends during the change, want old and new together", most)
	}
	if diff := cmp.Diff(usEast1[:2], c.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

func TestServiceThatIsNoLongerNamedIsLeft(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	s := region("us-east1")
	s.services[0].name = "ledger-webhook"
	o, _ := c.operator(s)
	if done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false); done.err != nil {
		t.Fatal(done.err)
	}
	if n := len(c.attached(t, "ledger-webhook")); n != 3 {
		t.Errorf("the new service has %d backends", n)
	}
	for _, line := range c.attached(t, "ledger-read") {
		if strings.Contains(line, "us-east1-") {
			t.Errorf("the old service keeps %s", line)
		}
	}
}

var _ healthReader = (*loadbalancer.Client)(nil)
