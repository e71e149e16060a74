package ledgerregion

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// What an import cannot read from marks it tells by the capacities: a service is
// one of probes only where the region is alone in it.
func TestImportTellsProbesFromAnUnfinishedRamp(t *testing.T) {
	t.Parallel()
	own := func(name, scaler string) *loadbalancer.Service {
		s := parsed(t, `[{"group": "`+group("us-east1-b")+`", "description": "proveniq:demo/us-east1/x", "capacityScaler": `+scaler+`}]`)
		s.Name = name
		return s
	}
	with := func(s *loadbalancer.Service, mark string) *loadbalancer.Service {
		s.Backends = append(s.Backends, loadbalancer.Backend{"group": group("europe-west1-b"), "description": mark})
		return s
	}
	for name, test := range map[string]struct {
		other   *loadbalancer.Service
		follows bool
	}{
		"alone in it":                    {own("other", "1"), false},
		"with another region":            {with(own("other", "1"), "proveniq:demo/europe-west1/x"), true},
		"with another ledger's":          {with(own("other", "1"), "proveniq:prod/europe-west1/x"), false},
		"alone, and not at all of it":    {own("other", "0.2"), true},
		"alone, and no more than others": {own("other", "0.1"), true},
	} {
		services := []service{{class: "other", name: "other"}, {class: "write", name: "write"}}
		percent := infer(services, owner{ledger: "demo", region: "us-east1"}, []*loadbalancer.Service{test.other, own("write", "0.1")})
		if percent != 10 || services[0].follows != test.follows || services[0].guarded != test.follows || !services[1].follows || !services[1].guarded {
			t.Errorf("%s: at %d %%, %+v", name, percent, services)
		}
	}
}

func TestImportSaysWhatItTakesForProbes(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	s := probed("us-east1")
	s.percent = 50
	h.join(t, s)
	m := aModel("us-east1", 0)
	var diags diag.Diagnostics
	if !fill(t.Context(), h.lb, &m, &diags) {
		t.Fatal(text(diags))
	}
	if said := text(diags); !strings.Contains(said, `Warning [backend_services["probe"]] The backend service is taken for one of probes`) || strings.Count(said, "Warning") != 1 {
		t.Errorf("diagnostics:\n%s", said)
	}
	if m.CapacityPercent.ValueInt64() != 50 {
		t.Errorf("imported at %s", m.CapacityPercent)
	}
}

// What a refresh found of one name says nothing of another.
func TestDiscoveryIsOfOneName(t *testing.T) {
	t.Parallel()
	found := discovery{NEGName: "api", Zones: []string{"us-east1-b"}}
	if diff := cmp.Diff(found.Zones, found.of("api")); diff != "" {
		t.Error(diff)
	}
	if zones := found.of("api-v2"); zones != nil {
		t.Errorf("zones %v of a name that was not looked for", zones)
	}
}
