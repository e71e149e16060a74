package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestQuota(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.server.SetQuota(testProject, "compute addresses", 1)
	c.do("POST", global+"addresses", object{"name": "a"})
	c.refused(403, "Quota 'ADDRESSES' exceeded. Limit: 1.", "POST", global+"addresses", object{"name": "b"})
	c.do(aNetwork.verb, aNetwork.address, aNetwork.body) // another kind
	c.server.SetQuota(testProject, "compute addresses", -1)
	c.do("POST", global+"addresses", object{"name": "b"})
}

// A cluster's NEGs come in every zone of its region, hold its subnetwork, and
// outlive it, without the endpoints that its nodes were.
func TestNEGsOutliveTheirCluster(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	if err := c.server.GrowNEGs(testProject, "us-east1", "absent", "ledger", 2); err == nil {
		t.Error("an absent cluster grows NEGs")
	}
	cluster := newCluster()
	c.do("POST", clusterURL, cluster)
	inner, _ := cluster["cluster"].(object)
	name, _ := inner["name"].(string)
	if err := c.server.GrowNEGs(testProject, "us-east1", name, "ledger", 2); err != nil {
		t.Fatal(err)
	}
	if negs := c.server.NEGs(testProject); len(negs) != 3 || len(negs[0].Endpoints) != 2 || negs[0].Region != "us-east1" {
		t.Errorf("the NEGs are %+v", negs)
	}
	c.do("DELETE", clusterURL+"/"+name, nil)
	if negs := c.server.NEGs(testProject); len(negs) != 3 || len(negs[0].Endpoints) != 0 {
		t.Errorf("without their cluster the NEGs are %+v", negs)
	}
	c.refused(400, "networkEndpointGroups/ledger", "DELETE", compute+"regions/us-east1/subnetworks/s", nil)
	for _, zone := range api.ZonesOf("us-east1") {
		c.do("DELETE", compute+"zones/"+zone+"/networkEndpointGroups/ledger", nil)
	}
	c.do("DELETE", compute+"regions/us-east1/subnetworks/s", nil)
}

// A NEG goes with its endpoints, but neither from under a backend service nor
// from a zone that does not answer.
func TestDeleteNEG(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	for _, zone := range []string{"us-east1-b", "us-east1-c"} {
		c.server.AddNEG(testProject, zone, "ledger", 2)
	}
	const neg = "zones/us-east1-b/networkEndpointGroups/ledger"
	c.server.AddBackendService(testProject, "write", map[string]any{"backends": []any{map[string]any{
		"group": neg, "balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0,
	}}})
	c.refused(400, "already being used by 'projects/"+testProject+"/global/backendServices/write'", "DELETE", compute+neg, nil)
	c.server.UpdateBackendService(testProject, "write", func(body map[string]any) { body["backends"] = []any{} })
	c.server.SetUnreachable(testProject, api.PartialEveryway, "us-east1-b")
	c.refused(503, "cannot be reached", "DELETE", compute+neg, nil)
	c.server.SetReachable(testProject, "us-east1-b")
	c.do("DELETE", compute+neg, nil)
	c.refused(404, "was not found", "DELETE", compute+neg, nil)
	if negs := c.server.NEGs(testProject); len(negs) != 1 || negs[0].Zone != "us-east1-c" {
		t.Errorf("the NEGs are %+v", negs)
	}
}

// Every method is served by a hook, by its shape, or not at all; what the
// architecture needs is.
func TestCoverage(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	methods, err := c.server.Coverage()
	if err != nil {
		t.Fatal(err)
	}
	served, all := map[api.Coverage]int{}, map[string]api.Coverage{}
	for _, m := range methods {
		served[m.Served]++
		all[m.Method] = m.Served
	}
	for method, want := range map[string]api.Coverage{
		"compute.networks.insert": api.ByShape, "compute.backendServices.patch": api.ByHook, "sql.instances.insert": api.ByShape,
		"compute.instances.start": api.NotServed, "secretmanager.projects.secrets.addVersion": api.ByHook,
	} {
		if all[method] != want {
			t.Errorf("%s is served by %q, want %q", method, all[method], want)
		}
	}
	t.Logf("%d methods: %d by hooks, %d by their shape, %d answer 501", len(methods), served[api.ByHook], served[api.ByShape], served[api.NotServed])
}
