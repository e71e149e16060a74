package ledgerregion

import (
	"context"
	"errors"
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
	if _, err := o.leave(t.Context(), false); !isRefusal(err) {
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
