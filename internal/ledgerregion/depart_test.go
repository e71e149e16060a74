package ledgerregion

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// watch records the capacities of a service each time the clock waits.
func (c *cloud) watch(t *testing.T, k *clock, service, prefix string, seen *[]string) {
	t.Helper()
	k.onWait = func(total time.Duration) {
		var percents []string
		for _, line := range c.attached(t, service) {
			if strings.HasPrefix(line, prefix) {
				percents = append(percents, strings.Fields(line)[1])
			}
		}
		*seen = append(*seen, total.String()+" "+strings.Join(slices.Compact(percents), ","))
	}
}

func TestDrainGoesDownInSteps(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	o, k := c.operator(region("us-east1"))
	var seen []string
	c.watch(t, k, "ledger-write", "us-east1", &seen)
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"30s 50", "1m0s 10", "2m0s "}, seen); diff != "" {
		t.Error(diff)
	}
	if got := c.attached(t, "ledger-write"); len(got) != 3 || !strings.HasPrefix(got[0], "europe-west1-b 100") {
		t.Errorf("left are %v", got)
	}
}

func TestDetachGoesAtOnce(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	s := region("us-east1")
	s.hurries = true
	o, k := c.operator(s)
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if waits := k.slept(); len(waits) != 0 {
		t.Errorf("waited %v", waits)
	}
	for _, name := range []string{"ledger-write", "ledger-read"} {
		if got := c.attached(t, name); len(got) != 3 || !strings.HasPrefix(got[0], "europe-west1-b 100") {
			t.Errorf("in %s are left %v", name, got)
		}
	}
	// It guards no less.
	last := region("europe-west1")
	last.hurries = true
	o, _ = c.operator(last)
	var refusal *lastRegionError
	if _, err := o.leave(t.Context(), false); !errors.As(err, &refusal) {
		t.Errorf("the last region left: %v", err)
	}
	// And only a destroy hurries.
	c.join(t, region("us-east1"))
	s.percent = 0
	o, k = c.operator(s)
	if done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false); done.err != nil {
		t.Fatal(done.err)
	}
	if waits := k.slept(); len(waits) != 2 {
		t.Errorf("the drain waited %v", waits)
	}
}

func TestDrainGoesOnFromWhereItStands(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	o, k := c.operator(region("us-east1"))
	ctx, cancel := context.WithCancel(t.Context())
	k.onWait = func(time.Duration) { cancel() }
	if begun, err := o.leave(ctx, false); !errors.Is(err, context.Canceled) || !begun {
		t.Fatalf("interrupted drain: %v, %v", begun, err)
	}
	again, k := c.operator(region("us-east1"))
	var seen []string
	c.watch(t, k, "ledger-read", "us-east1", &seen)
	if _, err := again.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"30s 10", "1m30s "}, seen); diff != "" {
		t.Error(diff)
	}
}

func TestDrainToZeroStaysAttached(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	s := region("us-east1")
	s.percent = 0
	o, _ := c.operator(s)
	zones := []string{"us-east1-b", "us-east1-c", "us-east1-d"}
	if done := o.change(t.Context(), zones, false); done.err != nil || !slices.Equal(done.zones, zones) {
		t.Fatalf("change returned %+v", done)
	}
	// Another region's change must not bring it back.
	other := region("europe-west1")
	other.percent = 50
	op, _ := c.operator(other)
	if done := op.change(t.Context(), []string{"europe-west1-b", "europe-west1-c", "europe-west1-d"}, false); done.err != nil {
		t.Fatal(done.err)
	}
	want := []string{
		"europe-west1-b 50 proveniq:demo/europe-west1/write", "europe-west1-c 50 proveniq:demo/europe-west1/write",
		"europe-west1-d 50 proveniq:demo/europe-west1/write",
		"us-east1-b 0 proveniq:demo/us-east1/write", "us-east1-c 0 proveniq:demo/us-east1/write", "us-east1-d 0 proveniq:demo/us-east1/write",
	}
	if diff := cmp.Diff(want, c.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
	// A drained region leaves at once: nothing is served, nothing has to settle.
	o, k := c.operator(s)
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if waits := k.slept(); len(waits) != 0 {
		t.Errorf("leaving a drained region waited %v", waits)
	}
}

func TestOnlyBackendIsDetachedInsteadOfZero(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	s := region("us-east1")
	s.zones, s.minZones, s.minRemaining = []string{"us-east1-b"}, 1, 0
	c.join(t, s)
	s.percent = 0
	o, _ := c.operator(s)
	done := o.change(t.Context(), nil, false)
	if done.err != nil || len(done.zones) != 0 {
		t.Fatalf("change returned %+v", done)
	}
	if got := c.attached(t, "ledger-write"); len(got) != 0 {
		t.Errorf("still attached: %v", got)
	}
	// And back again.
	s.percent = 100
	c.join(t, s)
	if got := c.attached(t, "ledger-write"); len(got) != 1 {
		t.Errorf("attached again: %v", got)
	}
}

func TestLeavingWithoutATrace(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	o, k := c.operator(region("us-east1"))
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if n := c.count("compute.backendServices.patch"); n != 0 || len(k.slept()) != 0 {
		t.Errorf("%d patches and waits %v for a region that is nowhere", n, k.slept())
	}
}

func TestLeavingFindsWhatAKilledApplyLeft(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	s := region("us-east1")
	s.services = append(s.services, service{class: "old", name: "ledger-webhook", rate: 1, preference: preferenceDefault, guarded: true, follows: true})
	c.join(t, s)
	s = region("us-east1") // state does not know of the third service
	s.minRemaining = 0
	o, _ := c.operator(s)
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if got := c.attached(t, "ledger-webhook"); len(got) != 0 {
		t.Errorf("left behind: %v", got)
	}
}

func TestDrainGoesOnWithoutAMissingService(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	c.RemoveBackendService(project, "ledger-read")
	s := region("us-east1")
	s.percent = 0
	o, _ := c.operator(s)
	done := o.change(t.Context(), []string{"us-east1-b", "us-east1-c", "us-east1-d"}, false)
	if done.err == nil || !strings.Contains(done.err.Error(), "ledger-read") || !done.begun {
		t.Errorf("change returned %+v, want the missing service named", done)
	}
	for _, line := range c.attached(t, "ledger-write") {
		if strings.HasPrefix(line, "us-east1") && !strings.Contains(line, " 0 ") {
			t.Errorf("not drained: %s", line)
		}
	}
}

func TestForbiddenDrainIsAnError(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	c.Inject(api.Fault{Match: calls(http.MethodPatch, "/ledger-read"), Times: -1, Status: http.StatusForbidden})
	o, _ := c.operator(region("us-east1"))
	if _, err := o.leave(t.Context(), false); err == nil {
		t.Error("no error")
	}
}

// A 404 that is not about the service says nothing of whether the region left it.
func TestOnlyAMissingServiceCountsAsLeft(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]api.Fault{
		"to the change": {Status: http.StatusNotFound},
		"of its operation": {Operation: &api.OperationError{
			Code: "RESOURCE_NOT_FOUND", Message: "The resource was not found", HTTPStatus: http.StatusNotFound,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			state, diags := h.create(t.Context(), aModel("us-east1", 100))
			h.ok(diags)
			before := h.attached(t, "ledger-write")
			fault.Match, fault.Times = changes, -1
			h.Inject(fault)
			drained := aModel("us-east1", 0)
			drained.ZonesAttached = state.ZonesAttached
			if _, diags := h.update(t.Context(), *state, drained); !diags.HasError() {
				t.Error("the drain is said to be done")
			}
			if left, diags := h.delete(t.Context(), *state); left == nil || !diags.HasError() {
				t.Error("the region is said to have left")
			}
			if diff := cmp.Diff(before, h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A step whose answer got lost has been taken all the same: it is held.
func TestStepWithALostAnswerIsHeld(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	s := region("us-east1")
	s.services, s.drain.steps = s.services[1:], []int{10}
	c.join(t, s)
	c.join(t, region("europe-west1"))
	c.Inject(api.Fault{Match: calls(http.MethodPatch, "/ledger-write"), Performed: true, Status: http.StatusServiceUnavailable})
	o, k := c.operator(s)
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(k.slept(), s.drain.hold) {
		t.Errorf("waited %v, want the hold of the step", k.slept())
	}
}
