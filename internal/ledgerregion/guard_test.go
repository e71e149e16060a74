package ledgerregion

import (
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestLastHealthyRegionIsRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(t *testing.T, c *cloud)
		min     int
		refused string // empty: allowed
	}{
		"alone":                   {func(*testing.T, *cloud) {}, 1, "No other region is attached"},
		"alone, guard lifted":     {func(*testing.T, *cloud) {}, 0, ""},
		"another one healthy":     {func(t *testing.T, c *cloud) { c.join(t, region("europe-west1")) }, 1, ""},
		"another one, two needed": {func(t *testing.T, c *cloud) { c.join(t, region("europe-west1")) }, 2, "1 healthy region "},
		"another one unhealthy": {func(t *testing.T, c *cloud) {
			c.join(t, region("europe-west1"))
			c.unhealthy("europe-west1", "b", "c", "d")
		}, 1, "europe-west1 has 0 of 9 endpoints healthy"},
		"another one drained": {func(t *testing.T, c *cloud) {
			s := region("europe-west1")
			s.percent = 0
			c.join(t, s)
		}, 1, "europe-west1 is drained"},
		"another one of unknown health": {func(t *testing.T, c *cloud) {
			c.SetFreshHealthAnswers(0)
			c.join(t, region("europe-west1"))
			for _, zone := range []string{"b", "c", "d"} {
				c.AddNEG(project, "europe-west1-"+zone, "ledger-api-europe-west1", 0)
			}
		}, 1, "europe-west1 has unknown health"},
		"another ledger's": {func(t *testing.T, c *cloud) {
			s := region("europe-west1")
			s.ledger = "prod"
			c.join(t, s)
		}, 1, "No other region is attached"},
		"in one service only": {func(t *testing.T, c *cloud) {
			s := region("europe-west1")
			s.services = s.services[:1]
			c.join(t, s)
		}, 1, `"ledger-write"`},
		"itself unhealthy": {func(_ *testing.T, c *cloud) { c.unhealthy("us-east1", "b", "c", "d") }, 1, ""},
		"itself without endpoints": {func(_ *testing.T, c *cloud) {
			for _, zone := range []string{"b", "c", "d"} {
				c.AddNEG(project, "us-east1-"+zone, "ledger-api-us-east1", 0)
			}
		}, 1, ""},
		"itself of unknown health": {func(_ *testing.T, c *cloud) {
			c.SetUsed(project, "ledger-read", false)
		}, 1, "counts as serving"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.join(t, region("us-east1"))
			test.prepare(t, c)
			before := c.attached(t, "ledger-read")
			s := region("us-east1")
			s.minRemaining = test.min
			o, _ := c.operator(s)
			begun, err := o.leave(t.Context(), false)
			if test.refused == "" {
				if err != nil {
					t.Error(err)
				}
				return
			}
			if err == nil || begun {
				t.Fatalf("not refused: %v, %v", begun, err)
			}
			for _, word := range []string{test.refused, "min_remaining_regions = 0", "the value in state counts"} {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("the error lacks %q:\n%v", word, err)
				}
			}
			if diff := cmp.Diff(before, c.attached(t, "ledger-read")); diff != "" {
				t.Error("refused, but changed: " + diff)
			}
		})
	}
}

func TestOfTwoThatLeaveOneStays(t *testing.T) {
	t.Parallel()
	for round := range 6 {
		c := newCloud(t, api.Options{OperationPolls: round % 3})
		c.join(t, region("us-east1"))
		c.join(t, region("europe-west1"))
		var wait sync.WaitGroup
		errs := make([]error, 2)
		for i, name := range []string{"us-east1", "europe-west1"} {
			wait.Go(func() {
				o, _ := c.operator(region(name))
				_, errs[i] = o.leave(t.Context(), false)
			})
		}
		wait.Wait()
		if (errs[0] == nil) == (errs[1] == nil) {
			t.Fatalf("round %d: %v and %v, want one refusal", round, errs[0], errs[1])
		}
		for _, service := range []string{"ledger-read", "ledger-write"} {
			got := c.attached(t, service)
			if len(got) != 3 {
				t.Errorf("round %d: %s has %v", round, service, got)
			}
			for _, line := range got {
				if !strings.Contains(line, " 100 ") {
					t.Errorf("round %d: the one that stays was not restored: %s", round, line)
				}
			}
		}
	}
}

// The peer that a region relies on leaves between the read of the service and
// that of its health: it is no longer one that remains.
func TestPeerThatLeavesMeanwhileDoesNotCount(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.join(t, region("us-east1"))
	c.join(t, region("europe-west1"))
	before := c.attached(t, "ledger-write")
	leaves := func() {
		for _, service := range []string{"ledger-read", "ledger-write"} {
			c.UpdateBackendService(project, service, func(body map[string]any) {
				body["backends"] = slices.DeleteFunc(body["backends"].([]any), func(b any) bool {
					return strings.Contains(b.(map[string]any)["group"].(string), "europe-west1")
				})
			})
		}
	}
	// After the region has lowered its capacity once.
	c.Inject(api.Fault{
		Match: func(r *http.Request) bool {
			body, err := io.ReadAll(r.Body)
			return err == nil && strings.HasSuffix(r.URL.Path, "/ledger-read/getHealth") && strings.Contains(string(body), "europe-west1")
		},
		After: 3, Before: leaves,
	})
	o, _ := c.operator(region("us-east1"))
	_, err := o.leave(t.Context(), false)
	if err == nil || !strings.Contains(err.Error(), "Taking out the last healthy region is refused") {
		t.Fatalf("left with %v", err)
	}
	if diff := cmp.Diff(before[3:], c.attached(t, "ledger-write")); diff != "" {
		t.Error("not restored: " + diff)
	}
}

// A refusal that comes after the first step, and whose restoring fails, leaves a
// region that does not stand as state has it.
func TestRefusalThatCannotBeRestored(t *testing.T) {
	t.Parallel()
	for name, apply := range map[string]func(*harness, model) (*model, diag.Diagnostics){
		"destroy": func(h *harness, m model) (*model, diag.Diagnostics) { return h.delete(h.t.Context(), m) },
		"drain": func(h *harness, m model) (*model, diag.Diagnostics) {
			plan := aModel("us-east1", 0)
			plan.ZonesAttached = m.ZonesAttached
			return h.update(h.t.Context(), m, plan)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			state, diags := h.create(t.Context(), aModel("us-east1", 100))
			h.ok(diags)
			// Half-way down the other region goes dark and nothing can be changed any more.
			h.clock.onWait = func(time.Duration) {
				h.unhealthy("europe-west1", "b", "c", "d")
				h.Inject(api.Fault{Match: changes, Times: -1, Status: http.StatusForbidden})
			}
			after, diags := apply(h, *state)
			if after.State.ValueString() != stateDraining || !strings.Contains(text(diags), "could not all be taken back") {
				t.Errorf("state %s after\n%s", after.State, text(diags))
			}
		})
	}
}

// What one of the regions that leave in one plan wants left behind, all of them
// together must leave, whatever the others ask for and in whatever order they
// are planned.
func TestDeparturesOfOnePlanCountTogether(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{{"us-east1", "europe-west1"}, {"europe-west1", "us-east1"}} {
		h := newHarness(t)
		h.join(t, region("us-east1"))
		h.join(t, region("europe-west1"))
		said := ""
		for _, name := range order {
			s := region(name)
			if name == "europe-west1" {
				s.minRemaining = 0
			}
			var diags diag.Diagnostics
			h.r.refuse(t.Context(), s, s.names(), true, &diags)
			said += text(diags)
		}
		if strings.Count(said, "Taking out the last healthy region is refused") != 1 || !strings.Contains(said, "This plan takes out demo/"+order[0]+", demo/"+order[1]+" together") {
			t.Errorf("%v: %s", order, said)
		}
		if order[1] == "europe-west1" && !strings.Contains(said, "min_remaining_regions of demo/us-east1 is 1") {
			t.Errorf("it is not said whose setting counts: %s", said)
		}
	}
}

// A service for probes serves while its region is drained: to let it follow, or to
// leave it, takes it out of that service, and the plan says so.
func TestProbesOfADrainedRegionAreGuardedAtPlan(t *testing.T) {
	t.Parallel()
	guarded := probed("us-east1")
	guarded.services[2].guarded = true
	follows := probed("us-east1")
	follows.services[2].guarded, follows.services[2].follows = true, true
	for name, test := range map[string]struct {
		to      spec
		refused bool
	}{
		"follows": {follows, true},
		"leaves":  {region("us-east1"), true},
		"stays":   {guarded, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			drained := guarded
			drained.percent = 0
			h.join(t, drained)
			state, plan := aModel("us-east1", 0), aModel("us-east1", 0)
			state.BackendServices, plan.BackendServices = serviceMap(guarded.services), serviceMap(test.to.services)
			var diags diag.Diagnostics
			h.r.refuseDrain(t.Context(), plan, state, &diags)
			if diags.HasError() != test.refused || test.refused && !strings.Contains(text(diags), "ledger-webhook") {
				t.Errorf("diagnostics:\n%s", text(diags))
			}
		})
	}
}
