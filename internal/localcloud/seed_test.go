package localcloud_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestSeededLedger(t *testing.T) {
	t.Parallel()
	c, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	l := localcloud.DefaultLedger("p-seeded")
	l.DrainingSeconds = 4
	l.AddTo(c)
	for _, name := range []string{"ledger-write", "ledger-read", "ledger-webhook"} {
		s := c.BackendService("p-seeded", name)
		draining, _ := s["connectionDraining"].(map[string]any)
		if s["loadBalancingScheme"] != "EXTERNAL_MANAGED" || s["usedBy"] == nil || draining["drainingTimeoutSec"] != 4.0 {
			t.Errorf("%s = %v", name, s)
		}
	}
	var zones []string
	for _, r := range l.Regions {
		if r.NEG != "ledger-api-"+r.Name {
			t.Errorf("NEG of %s = %s", r.Name, r.NEG)
		}
		zones = append(zones, r.Zones...)
	}
	want := []string{
		"us-east1-b", "us-east1-c", "us-east1-d", "europe-west1-b", "europe-west1-c", "europe-west1-d",
		"asia-southeast1-a", "asia-southeast1-b", "asia-southeast1-c",
	}
	if diff := cmp.Diff(want, zones); diff != "" {
		t.Errorf("zones (-want +got):\n%s", diff)
	}
}
