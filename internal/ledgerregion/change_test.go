package ledgerregion

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Zones that serve leave only when those that stay are healthy; what serves
// nobody leaves whatever the others are like.
func TestZonesThatServeLeaveBehindAGate(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unhealthy []string
		refused   bool
	}{
		"all healthy":          {nil, false},
		"those that stay sick": {[]string{"c", "d"}, true},
		"all sick":             {[]string{"b", "c", "d"}, false},
		"the one that goes":    {[]string{"b"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.join(t, region("us-east1"))
			c.unhealthy("us-east1", test.unhealthy...)
			s := region("us-east1")
			s.zones = []string{"us-east1-c", "us-east1-d"}
			o, _ := c.operator(s)
			done := o.change(t.Context(), s.zones, false)
			want := usEast1[1:]
			if test.refused {
				want = usEast1
			}
			if refused := done.err != nil && strings.Contains(done.err.Error(), "would have to take over"); refused != test.refused || !refused && done.err != nil {
				t.Errorf("change returned %+v", done)
			}
			if diff := cmp.Diff(want, c.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Lowering gains nothing, so that it waits for nothing: neither for pods nor for health.
func TestLoweringDoesNotWaitForEndpoints(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	s := region("us-east1")
	s.zones = []string{"us-east1-b", "us-east1-c", "us-east1-d"}
	c.join(t, s)
	for _, zone := range s.zones {
		c.AddNEG(project, zone, "ledger-api-us-east1", 0)
	}
	s.percent = 50
	o, k := c.operator(s)
	k.onWait = func(time.Duration) { t.Fatal("it waits") }
	if done := o.change(t.Context(), s.zones, false); done.err != nil {
		t.Fatal(done.err)
	}
	if diff := cmp.Diff(marked("write", "50", "b", "c", "d"), c.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

// A zone that a drained region lacks in one of its services cannot be attached
// at 0, and is no change to be planned.
func TestDrainedRegionNeedsNoEvenZones(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	state, diags := h.create(t.Context(), aModel("us-east1", 0))
	h.ok(diags)
	h.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
		kept := []any{}
		for _, b := range body["backends"].([]any) {
			if !strings.Contains(b.(map[string]any)["group"].(string), "us-east1-d") {
				kept = append(kept, b)
			}
		}
		body["backends"] = kept
	})
	state = h.next().refresh(*state)
	if diff := settled(*state, aModel("us-east1", 0)); diff != "" {
		t.Error("the next plan is not empty: " + diff)
	}
	// Raised, it is in all of them again.
	full := aModel("us-east1", 100)
	full.ZonesAttached = zoneSet([]string{"us-east1-b", "us-east1-c", "us-east1-d"})
	_, diags = h.update(t.Context(), *state, full)
	h.ok(diags)
	if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")[3:]); diff != "" {
		t.Error(diff)
	}
}

// A draining timeout that was raised since does not make a drain fail after it is
// done, and does not hold it up.
func TestLongerDrainingTimeoutDoesNotFailADrain(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	state, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	h.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
		body["connectionDraining"] = map[string]any{"drainingTimeoutSec": 300}
	})
	plan := aModel("us-east1", 0)
	plan.ZonesAttached = state.ZonesAttached
	after, diags := h.update(t.Context(), *state, plan)
	h.ok(diags)
	if after.State.ValueString() != stateDrained {
		t.Errorf("state %s", after.State)
	}
	// A raise says before its first change what does not fit.
	if _, diags = h.update(t.Context(), *after, *state); !strings.Contains(text(diags), "Error [drain.settle_seconds]") {
		t.Errorf("diagnostics:\n%s", text(diags))
	}
}

// Without the list a change could not find what it has to leave: it does not
// begin. A drain does, as nothing may keep it from that.
func TestListIsNeededBeforeTheFirstChange(t *testing.T) {
	t.Parallel()
	for percent, changed := range map[int]bool{100: false, 0: true} {
		c := newCloud(t, api.Options{})
		half := region("us-east1")
		half.percent = 50
		c.join(t, half)
		c.join(t, region("europe-west1"))
		c.Deny(project, "compute.backendServices.list")
		s := region("us-east1")
		s.percent = percent
		o, _ := c.operator(s)
		c.ResetRequests()
		done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false)
		var p *problem
		if !errors.As(done.err, &p) || p.at.String() != "backend_services" || !strings.Contains(p.detail, "needs compute.backendServices.list") {
			t.Errorf("to %d: change returned %+v", percent, done)
		}
		if n := c.count("compute.backendServices.patch"); changed != (n > 0) {
			t.Errorf("to %d: %d changes were sent", percent, n)
		}
	}
}
