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
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// ramped is a region that goes up in steps.
func ramped(name string) spec {
	s := region(name)
	s.ramp = ramp{steps: []int{10, 50}, hold: time.Minute}
	return s
}

// probed is a region with a service for probes, which holds it alone.
func probed(name string) spec {
	s := ramped(name)
	s.services = append(s.services, service{class: "probe", name: "ledger-webhook", rate: 1, preference: preferenceDefault})
	return s
}

// distinct leaves out what is the same as before.
func distinct(seen []string) []string {
	var out []string
	for _, line := range seen {
		_, percents, _ := strings.Cut(line, " ")
		if len(out) == 0 || out[len(out)-1] != percents {
			out = append(out, percents)
		}
	}
	return out
}

func TestRampGoesUpInSteps(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{FreshHealthAnswers: 1})
	o, k := c.operator(probed("us-east1"))
	var writes, probes []string
	k.onWait = func(total time.Duration) {
		for service, seen := range map[string]*[]string{"ledger-write": &writes, "ledger-webhook": &probes} {
			var percents []string
			for _, line := range c.attached(t, service) {
				percents = append(percents, strings.Fields(line)[1])
			}
			*seen = append(*seen, total.String()+" "+strings.Join(slices.Compact(percents), ","))
		}
	}
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := o.check(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"10", "50", "100"}, distinct(writes)); diff != "" {
		t.Error("steps of a service that follows: " + diff)
	}
	// A service may be seen before it has been joined, never below 100 after.
	if got := strings.Trim(strings.Join(distinct(probes), " "), " "); got != "100" {
		t.Errorf("steps of a service that does not follow: %s", got)
	}
	// Three gates of 5 seconds each, and two holds of a minute.
	if took := k.Now().Sub(k.start); took < 2*time.Minute+15*time.Second || took > 3*time.Minute {
		t.Errorf("the ramp took %s", took)
	}
}

func TestRaiseFallsBackToTheLastHealthyStep(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	drained := aModel("us-east1", 0)
	drained.Ramp = rampModelOf(10, 50)
	state, diags := h.create(t.Context(), drained)
	h.ok(diags)
	plan := *state
	full := aModel("us-east1", 100)
	plan.CapacityPercent, plan.State = full.CapacityPercent, full.State
	// Pods that cannot stand half of the load.
	var most int
	h.clock.onWait = func(time.Duration) {
		for _, line := range h.attached(t, "ledger-write") {
			if strings.HasPrefix(line, "us-east1") && strings.Contains(line, " 50 ") {
				h.unhealthy("us-east1", "b", "c", "d")
				most = 50
			}
		}
	}
	state, diags = h.update(t.Context(), *state, plan)
	if most != 50 || !diags.HasError() {
		t.Fatalf("the ramp went up to %d:\n%s", most, text(diags))
	}
	for _, words := range []string{"It was at 50 % of its capacity, on its way to 100 %", "stays at 10 % of its capacity, the last step at which it was healthy"} {
		if !strings.Contains(text(diags), words) {
			t.Errorf("the error lacks %q:\n%s", words, text(diags))
		}
	}
	if state.CapacityPercent.ValueInt64() != 10 || state.State.ValueString() != stateActive {
		t.Errorf("in state %s at %s", state.State, state.CapacityPercent)
	}
	for _, service := range []string{"ledger-read", "ledger-write"} {
		for _, line := range h.attached(t, service) {
			if strings.HasPrefix(line, "us-east1") && !strings.Contains(line, " 10 ") {
				t.Errorf("%s has %s", service, line)
			}
		}
	}
	// Healthy again, the next apply goes on from there.
	for _, zone := range []string{"b", "c", "d"} {
		h.SetHealthy(project, "us-east1-"+zone, "ledger-api-us-east1", 3)
	}
	var seen []string
	h.watch(t, h.clock, "ledger-write", "us-east1", &seen)
	state, diags = h.update(t.Context(), *state, plan)
	h.ok(diags)
	if diff := cmp.Diff([]string{"50", "100"}, distinct(seen)); diff != "" {
		t.Error(diff)
	}
	if state.CapacityPercent.ValueInt64() != 100 {
		t.Errorf("in state at %s", state.CapacityPercent)
	}
}

// A raise that fails and cannot be taken back does not leave a state that says
// nothing happened.
func TestRaiseThatCannotBeTakenBackShowsInState(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	state, diags := h.create(t.Context(), aModel("us-east1", 50))
	h.ok(diags)
	plan := *state
	plan.CapacityPercent = types.Int64Value(100)
	h.unhealthy("us-east1", "b", "c", "d")
	h.Inject(api.Fault{Match: changes, After: 2, Times: -1, Status: http.StatusForbidden})
	state, diags = h.update(t.Context(), *state, plan)
	if !strings.Contains(text(diags), "could not all be taken back") || state.State.ValueString() != stateDraining {
		t.Errorf("state %s after\n%s", state.State, text(diags))
	}
}

func TestFirstJoinIsTakenBackFromEveryStep(t *testing.T) {
	t.Parallel()
	for _, step := range []string{"10", "50", "100"} {
		t.Run(step, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			before := h.attached(t, "ledger-read")
			m := aModel("us-east1", 100)
			m.Ramp = rampModelOf(10, 50)
			reached := false
			h.clock.onWait = func(time.Duration) {
				if strings.Contains(strings.Join(h.attached(t, "ledger-write"), "\n"), "us-east1-b "+step+" ") {
					reached = true
					h.unhealthy("us-east1", "b", "c", "d")
				}
			}
			state, diags := h.create(t.Context(), m)
			if !reached || state != nil || !strings.Contains(text(diags), "has been taken back") {
				t.Errorf("reached %v, state %v after\n%s", reached, state, text(diags))
			}
			if diff := cmp.Diff(before, h.attached(t, "ledger-read")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestInterruptedRaiseGoesOnFromWhereItStands(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	low := ramped("us-east1")
	low.percent = 10
	c.join(t, low)
	o, k := c.operator(ramped("us-east1"))
	ctx, cancel := context.WithCancel(t.Context())
	k.onWait = func(time.Duration) {
		if strings.Contains(c.attached(t, "ledger-write")[0], " 50 ") && len(k.slept()) > 2 {
			cancel()
		}
	}
	zones := []string{"us-east1-b", "us-east1-c", "us-east1-d"}
	done := o.change(ctx, zones, false)
	if !errors.Is(done.err, context.Canceled) {
		t.Fatalf("change returned %+v", done)
	}
	stands := c.attached(t, "ledger-write")
	if !strings.Contains(stands[0], " 10 ") && !strings.Contains(stands[0], " 50 ") {
		t.Fatalf("the region stands at %s", stands[0])
	}
	again, _ := c.operator(ramped("us-east1"))
	if done := again.change(t.Context(), zones, false); done.err != nil {
		t.Fatal(done.err)
	}
	if diff := cmp.Diff(usEast1, c.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

func TestProbesStayWhileTheRegionIsDrainedAndLeaveLast(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("europe-west1"))
	c.join(t, probed("us-east1"))
	s := probed("us-east1")
	s.percent = 0
	o, _ := c.operator(s)
	zones := []string{"us-east1-b", "us-east1-c", "us-east1-d"}
	if done := o.change(t.Context(), zones, false); done.err != nil || !slices.Equal(done.zones, zones) {
		t.Fatalf("change returned %+v", done)
	}
	probes := func() (lines []string) { return c.attached(t, "ledger-webhook") }
	if got := probes(); len(got) != 3 || !strings.Contains(got[0], " 100 ") {
		t.Errorf("probes of the drained region: %v", got)
	}
	seen, err := observe(t.Context(), c.lb.BackendService, s)
	if err != nil || seen.percent != 0 || !slices.Equal(seen.zones, zones) {
		t.Errorf("observed %+v, %v", seen, err)
	}
	// Up again, and out: probes end after the others have settled.
	up, _ := c.operator(probed("us-east1"))
	if done := up.change(t.Context(), zones, false); done.err != nil {
		t.Fatal(done.err)
	}
	out, k := c.operator(probed("us-east1"))
	settled := false
	k.onWait = func(time.Duration) {
		if len(probes()) != 3 {
			t.Error("the probes left before the time to settle was over")
		}
		settled = settled || len(c.attached(t, "ledger-write")) == 3
	}
	if _, err := out.leave(t.Context(), false); err != nil || !settled {
		t.Errorf("left with %v, settled %v", err, settled)
	}
	if got := probes(); len(got) != 0 {
		t.Errorf("probes left behind: %v", got)
	}
}

// The last one in a service that is not guarded may leave it.
func TestGuardCountsPerService(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("europe-west1")) // read and write alone
	c.join(t, probed("us-east1"))
	o, _ := c.operator(probed("us-east1"))
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Error(err)
	}
	c.join(t, probed("us-east1"))
	guarded := probed("us-east1")
	guarded.services[2].guarded = true
	o, _ = c.operator(guarded)
	if _, err := o.leave(t.Context(), false); err == nil || !strings.Contains(err.Error(), "ledger-webhook") {
		t.Errorf("leaving a guarded service as its last region: %v", err)
	}
}

func TestProbesThatLostCapacityAreDrift(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	s := probed("us-east1")
	c.join(t, s)
	c.UpdateBackendService(project, "ledger-webhook", func(body map[string]any) {
		for _, b := range body["backends"].([]any) {
			b.(map[string]any)["capacityScaler"] = 0.5
		}
	})
	seen, err := observe(t.Context(), c.lb.BackendService, s)
	if err != nil || seen.percent != 100 || len(seen.zones) != 0 {
		t.Errorf("observed %+v, %v; want the capacity of those that follow, and no zone attached in full", seen, err)
	}
}

// A backend of another tool is taken over where that is asked for, and handed
// back when the join fails.
func TestAdoptExisting(t *testing.T) {
	t.Parallel()
	for name, description := range map[string]string{"no mark": "", "another's words": "by hand", "another ledger's": "proveniq:old/us-east1/write"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
				body["backends"] = []any{map[string]any{
					"group":         "https://www.googleapis.com/compute/v1/projects/" + project + "/zones/us-east1-c/networkEndpointGroups/ledger-api-us-east1",
					"balancingMode": "RATE", "maxRate": 1.0, "capacityScaler": 0.5, "description": description,
				}}
			})
			before := c.attached(t, "ledger-write")
			s := ramped("us-east1")
			s.adopt = true
			c.unhealthy("us-east1", "b", "c", "d")
			o, _ := c.operator(s)
			groups, err := o.awaitNEGs(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err == nil {
				t.Fatal("the gate opened")
			}
			if diff := cmp.Diff(before, c.attached(t, "ledger-write")); diff != "" {
				t.Error("after the failed join: " + diff)
			}
			for _, zone := range []string{"b", "c", "d"} {
				c.SetHealthy(project, "us-east1-"+zone, "ledger-api-us-east1", 3)
			}
			c.join(t, s)
			if diff := cmp.Diff(usEast1, c.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestConnectionDrainingIsRespected(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	c.UpdateBackendService(project, "ledger-read", func(body map[string]any) {
		body["connectionDraining"] = map[string]any{"drainingTimeoutSec": 300.0}
	})
	o, k := c.operator(region("us-east1"))
	if _, err := o.leave(t.Context(), false); err != nil {
		t.Fatal(err)
	}
	if waits := k.slept(); waits[len(waits)-1] != 5*time.Minute {
		t.Errorf("waited %v, want five minutes at the end", waits)
	}
	o, _ = c.operator(region("us-east1"))
	var p *problem
	if err := o.check(t.Context()); !errors.As(err, &p) || p.at.String() != "drain.settle_seconds" || !strings.Contains(p.detail, "settle_seconds = 300") {
		t.Errorf("the check before the first change says %v", err)
	}
}
