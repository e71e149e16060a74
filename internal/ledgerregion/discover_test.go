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

func TestRegionalServiceIsRefusedAtPlan(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.RemoveBackendService(project, "ledger-write")
	var diags diag.Diagnostics
	h.r.checkServices(t.Context(), aModel("us-east1", 100), &diags)
	if len(diags) != 0 {
		t.Errorf("a service that does not exist yet: %s", text(diags))
	}
	h.Inject(api.Fault{
		Match:  calls(http.MethodGet, "/regions/us-east1/backendServices/ledger-write"),
		Status: http.StatusOK, Body: `{"name": "ledger-write", "loadBalancingScheme": "INTERNAL_MANAGED"}`,
	})
	h.r.checkServices(t.Context(), aModel("us-east1", 100), &diags)
	if !strings.Contains(text(diags), `Error [backend_services["write"].name] The backend service is not global`) {
		t.Errorf("diagnostics: %s", text(diags))
	}
}
