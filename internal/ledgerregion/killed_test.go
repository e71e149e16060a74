package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

var errKilled = errors.New("the process is dead")

// mortal carries a process's calls until it dies: after the last one the API has
// done its part, and the process neither learns of it nor does anything more.
type mortal struct {
	through http.RoundTripper
	mu      sync.Mutex
	left    int
	died    bool
}

// RoundTrip implements http.RoundTripper.
func (m *mortal) RoundTrip(r *http.Request) (*http.Response, error) {
	m.mu.Lock()
	if m.died {
		m.mu.Unlock()
		return nil, errKilled
	}
	m.left--
	m.died = m.left <= 0
	dies := m.died
	m.mu.Unlock()
	resp, err := m.through.RoundTrip(r)
	if err == nil && dies {
		_, _ = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		return nil, errKilled
	}
	return resp, err
}

// killed runs f as a process that dies after so many calls, and tells whether f
// made that many. What f returns is lost with the process.
func (h *harness) killed(calls int, f func(*harness)) bool {
	h.t.Helper()
	k := newClock()
	m := &mortal{through: h.server.Client().Transport, left: calls}
	victim := *h
	victim.clock = k
	victim.r = &regionResource{conn: connector{lb: h.client(k, m)}, clock: k}
	f(&victim)
	return m.died
}

// next is another process.
func (h *harness) next() *harness {
	k := newClock()
	again := *h
	again.clock = k
	again.r = &regionResource{conn: connector{lb: h.client(k, h.server.Client().Transport)}, clock: k}
	return &again
}

// refresh is state after a refresh, nil when the region is gone from it.
func (h *harness) refresh(m model) *model {
	h.t.Helper()
	read := resource.ReadResponse{State: h.state(&m)}
	h.r.Read(h.t.Context(), resource.ReadRequest{State: h.state(&m)}, &read)
	for _, d := range read.Diagnostics {
		// Private state is the framework's to make; without it zones are not remembered.
		if d.Severity() == diag.SeverityError && !strings.Contains(d.Detail(), "privatestate.NewProviderData") {
			h.t.Fatal(text(read.Diagnostics))
		}
	}
	return h.held(read.State)
}

// settled says whether what was refreshed is what is wanted: the next plan is empty.
func settled(have, want model) string {
	return cmp.Diff(
		[]string{want.CapacityPercent.String(), want.BackendServices.String(), want.NEGName.String(), want.State.String()},
		[]string{have.CapacityPercent.String(), have.BackendServices.String(), have.NEGName.String(), have.State.String()})
}

// quickly is a region that goes up in steps and is gated by one look.
func quickly(percent int64) model {
	m := aModel("us-east1", percent)
	m.Ramp = rampModelOf(10, 50)
	m.Health = types.ObjectValueMust(healthTypes(), map[string]attr.Value{
		"min_healthy_percent": types.Int64Value(70), "stable_seconds": types.Int64Value(0), "timeout_seconds": types.Int64Value(60),
	})
	return m
}

// marked are the lines of us-east1 in a service.
func marked(class, percent string, zones ...string) []string {
	var lines []string
	for _, zone := range zones {
		lines = append(lines, "us-east1-"+zone+" "+percent+" proveniq:demo/us-east1/"+class)
	}
	return lines
}

// A provider that dies after any call of an apply leaves nothing that the next
// apply does not bring to its end, and harms no other region.
func TestKilledAfterEveryCall(t *testing.T) {
	t.Parallel()
	with := func(m model, change func(*model)) *model { change(&m); return &m }
	at := func(percent int64) *model { return with(quickly(percent), func(*model) {}) }
	both := func(percent string, zones ...string) map[string][]string {
		return map[string][]string{"ledger-write": marked("write", percent, zones...), "ledger-read": marked("read", percent, zones...)}
	}
	moved := region("us-east1").services
	moved[1].name = "ledger-webhook"
	for name, test := range map[string]struct {
		before, after *model // nil: not there
		want          map[string][]string
	}{
		"join":    {nil, at(100), both("100", "b", "c", "d")},
		"drain":   {at(100), at(0), both("0", "b", "c", "d")},
		"raise":   {at(0), at(100), both("100", "b", "c", "d")},
		"lower":   {at(100), at(20), both("20", "b", "c", "d")},
		"destroy": {at(100), nil, both("")},
		"other groups": {at(100), with(quickly(100), func(m *model) {
			m.NEGName = types.StringValue("ledger-api-v2")
		}), both("100", "b", "c")},
		"other zones": {at(100), with(quickly(100), func(m *model) {
			m.Zones = zoneSet([]string{"us-east1-b", "us-east1-d"})
		}), both("100", "b", "d")},
		"another service": {at(100), with(quickly(100), func(m *model) {
			m.BackendServices = serviceMap(moved)
		}), map[string][]string{"ledger-write": nil, "ledger-webhook": marked("write", "100", "b", "c", "d"), "ledger-read": marked("read", "100", "b", "c", "d")}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deaths := 0
			for calls := 1; ; calls++ {
				if calls > 200 {
					t.Fatal("the apply makes more calls than it should")
				}
				if !killedAfter(t, calls, test.before, test.after, test.want) {
					break
				}
				deaths++
			}
			if deaths < 6 {
				t.Errorf("the apply made only %d calls", deaths)
			}
			t.Logf("killed after each of %d calls", deaths)
		})
	}
}

// killedAfter kills an apply after so many calls, goes on with another process,
// and tells whether the apply made that many.
func killedAfter(t *testing.T, calls int, before, after *model, want map[string][]string) (killed bool) {
	t.Helper()
	t.Run(fmt.Sprintf("call %d", calls), func(t *testing.T) {
		h := newHarness(t)
		for _, zone := range []string{"us-east1-b", "us-east1-c"} {
			h.AddNEG(project, zone, "ledger-api-v2", 3)
		}
		other := region("europe-west1")
		other.health.stable = 0
		h.join(t, other)
		others := map[string][]string{}
		for service := range want {
			others[service] = h.attached(t, service)
		}
		var state *model
		if before != nil {
			var diags diag.Diagnostics
			state, diags = h.create(t.Context(), *before)
			h.ok(diags)
		}
		apply := func(h *harness, state *model) (*model, diag.Diagnostics) {
			switch {
			case after == nil:
				_, diags := h.delete(t.Context(), *state)
				return nil, diags
			case state == nil:
				return h.create(t.Context(), *after)
			}
			plan := *after
			plan.ZonesAttached = types.SetUnknown(types.StringType)
			if !plan.Zones.IsNull() {
				plan.ZonesAttached = plan.Zones
			} else if plan.NEGName.Equal(state.NEGName) && len(state.ZonesAttached.Elements()) >= 2 {
				plan.ZonesAttached = state.ZonesAttached
			}
			return h.update(t.Context(), *state, plan)
		}
		killed = h.killed(calls, func(victim *harness) { apply(victim, state) })
		// What core has is the state from before.
		again := h.next()
		if state != nil {
			state = again.refresh(*state)
		}
		if after != nil || state != nil {
			var diags diag.Diagnostics
			state, diags = apply(again, state)
			h.ok(diags)
		}
		for service, lines := range want {
			expected := slices.Sorted(slices.Values(slices.Concat(others[service], lines)))
			if diff := cmp.Diff(expected, h.attached(t, service), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("%s: %s", service, diff)
			}
		}
		if after != nil {
			if diff := settled(*h.next().refresh(*state), *after); diff != "" {
				t.Error("the next plan is not empty: " + diff)
			}
		}
	})
	return killed
}

// A destroy that does not get to its end leaves the row in the region table, which
// only a resource in state can remove.
func TestUnfinishedDestroyKeepsWhoRemovesTheRow(t *testing.T) {
	t.Parallel()
	for name, destroy := range map[string]func(h *harness, m model) model{
		"interrupted while it settles": func(h *harness, m model) model {
			ctx, cancel := context.WithCancel(h.t.Context())
			defer cancel()
			h.clock.onWait = func(time.Duration) {
				if len(h.attached(h.t, "ledger-write")) == 0 {
					cancel()
				}
			}
			state, diags := h.delete(ctx, m)
			if state == nil || !diags.HasError() {
				h.t.Fatal("it was not interrupted")
			}
			return *state
		},
		"killed before its row is removed": func(h *harness, m model) model {
			h.delete(h.t.Context(), m)
			return m
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("us-east1"))
			m := aModel("us-east1", 100).withRegistry(onErrorFail)
			m.MinRemainingRegions = types.Int64Value(0)
			m.ZonesAttached = zoneSet([]string{"us-east1-b", "us-east1-c", "us-east1-d"})
			left := destroy(h, m)
			// Spanner is down, so whether the row is there is not known.
			state := h.next().refresh(left)
			if state == nil || state.CapacityPercent.ValueInt64() != 0 || len(state.ZonesAttached.Elements()) != 0 || state.State.ValueString() != stateDraining {
				t.Fatalf("the refresh makes of it %v", state)
			}
			// Without a table there is nobody to wait for.
			left.Registry, left.RegistryStatus = types.ObjectNull(m.Registry.AttributeTypes(t.Context())), types.StringNull()
			if state := h.next().refresh(left); state != nil {
				t.Errorf("without a registry it is kept: %v", state)
			}
		})
	}
}

// The other side of the same: a change of state that no refresh sees is made up
// for by the apply alone, as with -refresh=false.
func TestKilledDrainGoesOnWithoutARefresh(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	state, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	plan := aModel("us-east1", 0)
	plan.ZonesAttached = state.ZonesAttached
	for calls := 3; h.killed(calls, func(victim *harness) { victim.update(t.Context(), *state, plan) }); calls += 3 {
		if calls > 100 {
			t.Fatal("the drain does not end")
		}
	}
	for _, line := range h.attached(t, "ledger-write") {
		if line[:2] == "us" && line[11:12] != "0" {
			t.Errorf("ledger-write has %s", line)
		}
	}
}

var _ loadbalancer.Clock = (*clock)(nil)

// A region that flaps during its ramp is not carried on to the next step before
// it was stable.
func TestFlappingDuringARamp(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	m := aModel("us-east1", 100)
	m.Ramp = rampModelOf(10, 50)
	flaps := 0
	up := true
	h.clock.onWait = func(time.Duration) {
		// Up and down, each for less than the stable time of 30 seconds, for a while.
		if flaps < 12 {
			flaps++
			up = !up
			healthy := 0
			if up {
				healthy = 3
			}
			for _, zone := range []string{"b", "c", "d"} {
				h.SetHealthy(project, "us-east1-"+zone, "ledger-api-us-east1", healthy)
			}
			if lines := h.attached(t, "ledger-write"); len(lines) > 0 && lines[0] != "us-east1-b 10 proveniq:demo/us-east1/write" {
				t.Errorf("while it flaps: %s", lines[0])
			}
		}
	}
	state, diags := h.create(t.Context(), m)
	h.ok(diags)
	if flaps != 12 || state.CapacityPercent.ValueInt64() != 100 {
		t.Errorf("%d flaps, in state at %s", flaps, state.CapacityPercent)
	}
	if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

// A cancelled apply says so, and nothing is left of a first join, whenever it is
// cancelled.
func TestCancelledAtEveryWait(t *testing.T) {
	t.Parallel()
	for waits := 1; waits < 12; waits++ {
		h := newHarness(t)
		m := aModel("us-east1", 100)
		m.Ramp = rampModelOf(10, 50)
		ctx, cancel := context.WithCancel(t.Context())
		n := 0
		h.clock.onWait = func(time.Duration) {
			if n++; n == waits {
				cancel()
			}
		}
		state, diags := h.create(ctx, m)
		cancel()
		if n < waits {
			break
		}
		if state != nil || !diags.HasError() {
			t.Errorf("cancelled at wait %d: state %v after\n%s", waits, state, text(diags))
		}
		if got := h.attached(t, "ledger-write"); len(got) != 0 {
			t.Errorf("cancelled at wait %d: %v", waits, got)
		}
	}
}
