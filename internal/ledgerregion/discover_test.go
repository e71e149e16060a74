package ledgerregion

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestChecksComeBeforeTheFirstChange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*cloud)
		want    string
	}{
		"absent": {func(c *cloud) { c.RemoveBackendService(project, "ledger-write") }, "no global backend service"},
		"wrong scheme": {func(c *cloud) {
			c.AddBackendService(project, "ledger-write", map[string]any{"loadBalancingScheme": "INTERNAL_MANAGED"})
		}, "EXTERNAL_MANAGED"},
		"forbidden": {func(c *cloud) { c.Deny(project, "compute.backendServices.get") }, "compute.backendServices.get"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			test.prepare(c)
			o, _ := c.operator(region("us-east1"))
			err := o.check(t.Context())
			var p *problem
			if !errors.As(err, &p) || !strings.Contains(p.detail, test.want) || !strings.HasPrefix(p.at.String(), `backend_services["`) {
				t.Errorf("error %v, want one at the service about %q", err, test.want)
			}
		})
	}
}

func TestDiscoveryWaits(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for _, zone := range []string{"us-east1-b", "us-east1-c", "us-east1-d"} {
		c.RemoveNEG(project, zone, "ledger-api-us-east1")
	}
	o, k := c.operator(region("us-east1"))
	k.onWait = func(total time.Duration) {
		switch {
		case total > time.Minute:
			c.AddNEG(project, "us-east1-c", "ledger-api-us-east1", 3)
		case total > 30*time.Second:
			// A group without endpoints does not make the region ready.
			c.AddNEG(project, "us-east1-b", "ledger-api-us-east1", 3)
			c.AddNEG(project, "us-east1-c", "ledger-api-us-east1", 0)
		}
	}
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"us-east1-b", "us-east1-c"}, zonesOf(groups)); diff != "" {
		t.Error(diff)
	}
	if k.Now().Sub(k.start) <= time.Minute {
		t.Error("did not wait for endpoints")
	}
}

func TestDiscoveryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		zones []string
		want  string
		at    string
	}{
		"no group":      {nil, "0 groups, 0 with endpoints; min_zones is 2", "neg_name"},
		"explicit zone": {[]string{"us-east1-b", "us-east1-c"}, "no group in us-east1-b, us-east1-c", "zones"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			s := region("us-east1")
			s.neg, s.zones = "absent", test.zones
			o, k := c.operator(s)
			ctx, cancel := context.WithCancel(t.Context())
			k.onWait = func(total time.Duration) {
				if total > time.Minute {
					cancel()
				}
			}
			_, err := o.awaitNEGs(ctx, s.zones)
			var p *problem
			if !errors.As(err, &p) || p.at.String() != test.at || !strings.Contains(p.detail, test.want) {
				t.Errorf("error %v, want one at %s about %q", err, test.at, test.want)
			}
		})
	}
}

func TestPlannedZonesBind(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	o, _ := c.operator(region("us-east1"))
	groups, err := o.plannedNEGs(t.Context(), []string{"us-east1-b", "us-east1-c"})
	if err != nil || len(groups) != 2 {
		t.Errorf("groups %v, %v: a zone that the plan does not name is attached", groups, err)
	}
	c.RemoveNEG(project, "us-east1-c", "ledger-api-us-east1")
	if _, err = o.plannedNEGs(t.Context(), []string{"us-east1-b", "us-east1-c"}); err == nil || !strings.Contains(err.Error(), "us-east1-c") {
		t.Errorf("error %v, want one about the group that is gone", err)
	}
	c.SetUnreachable(project, api.PartialEveryway, "us-east1-b")
	if _, err = o.plannedNEGs(t.Context(), []string{"us-east1-b"}); err == nil || !strings.Contains(err.Error(), "did not answer for us-east1-b") {
		t.Errorf("error %v, want one about the zone that does not answer", err)
	}
}

// A zone that does not answer has not gone: what is attached there stays, and
// changes with the others.
func TestZoneThatDoesNotAnswerKeepsItsBackends(t *testing.T) {
	t.Parallel()
	for name, how := range partials {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			half := region("us-east1")
			half.percent = 50
			h.join(t, half)
			h.SetUnreachable(project, how, "us-east1-d")
			// The state of a region that serves was lost.
			state, diags := h.create(t.Context(), aModel("us-east1", 100))
			h.ok(diags)
			if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
			if d := settled(*h.next().refresh(*state), aModel("us-east1", 100)); d != "" {
				t.Error("the next plan is not empty: " + d)
			}
			lower := aModel("us-east1", 20)
			lower.ZonesAttached = state.ZonesAttached
			_, diags = h.update(t.Context(), *state, lower)
			h.ok(diags)
			if diff := cmp.Diff(marked("write", "20", "b", "c", "d"), h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Whether such a zone has a group of another name cannot be known: nothing is changed.
func TestAnotherNameWaitsForEveryZoneToAnswer(t *testing.T) {
	t.Parallel()
	for name, how := range partials {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.join(t, region("us-east1"))
			for _, zone := range []string{"us-east1-b", "us-east1-c", "us-east1-d"} {
				c.AddNEG(project, zone, "ledger-api-v2", 3)
			}
			c.SetUnreachable(project, how, "us-east1-d")
			s := region("us-east1")
			s.neg = "ledger-api-v2"
			o, _ := c.operator(s)
			var p *problem
			if done := o.change(t.Context(), nil, false); !errors.As(done.err, &p) || p.at.String() != "neg_name" || !strings.Contains(p.detail, "did not answer for us-east1-d") {
				t.Fatalf("change returned %+v", done)
			}
			if diff := cmp.Diff(usEast1, c.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
			// Whoever names the zones has decided.
			s.zones = []string{"us-east1-b", "us-east1-c"}
			o, _ = c.operator(s)
			if done := o.change(t.Context(), nil, false); done.err != nil {
				t.Fatal(done.err)
			}
			if diff := cmp.Diff(usEast1[:2], c.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// partials are the ways in which a list says that it is not complete.
var partials = map[string]api.Partial{
	"every way": api.PartialEveryway, "scope warning": api.PartialScopeWarning,
	"unreachables": api.PartialUnreachables, "without names": api.PartialListWarning,
}

func TestSurveyNamesTheZonesThatDidNotAnswer(t *testing.T) {
	t.Parallel()
	for name, how := range partials {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			c.join(t, region("us-east1"))
			c.SetUnreachable(project, how, "us-east1-d")
			_, unreachable, err := survey(t.Context(), c.lb, project, "demo")
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]string{"us-east1-d"}, unreachable); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRegionalServiceIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.RemoveBackendService(project, "ledger-write")
	var diags diag.Diagnostics
	h.r.checkServices(t.Context(), aModel("us-east1", 100), true, &diags)
	if len(diags) != 0 {
		t.Errorf("a service that does not exist yet: %s", text(diags))
	}
	h.Inject(api.Fault{
		Match:  calls(http.MethodGet, "/regions/us-east1/backendServices/ledger-write"),
		Status: http.StatusOK, Body: `{"name": "ledger-write", "loadBalancingScheme": "INTERNAL_MANAGED"}`,
	})
	h.r.checkServices(t.Context(), aModel("us-east1", 100), true, &diags)
	if !strings.Contains(text(diags), `Error [backend_services["write"].name] The backend service is not global`) {
		t.Errorf("diagnostics: %s", text(diags))
	}
}
