package api_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	gkeURL     = "container.googleapis.com/v1/projects/" + testProject + "/locations/us-east1"
	clusterURL = gkeURL + "/clusters"
	hubURL     = "gkehub.googleapis.com/v1/projects/" + testProject + "/locations"
)

// newCluster is a good request for a cluster that joins the project's fleet.
func newCluster() object {
	return object{"cluster": object{
		"name": "ledger", "autopilot": object{"enabled": true}, "network": networkPath, "subnetwork": subnetPath,
		"ipAllocationPolicy": object{"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"},
		"fleet":              object{"project": testProject},
		"networkConfig":      object{"defaultEnablePrivateNodes": true},
		"databaseEncryption": object{"state": "ENCRYPTED", "keyName": keyIn("us-east1")},
	}}
}

func window(start, end, recurrence string) object {
	return object{"recurringWindow": object{"window": object{"startTime": start, "endTime": end}, "recurrence": recurrence}}
}

func exclusion(end, scope string) object {
	return object{"maintenanceExclusions": object{"x": object{
		"startTime": "2026-12-01T00:00:00Z", "endTime": end, "maintenanceExclusionOptions": object{"scope": scope},
	}}}
}

func TestClusterMistakes(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.do("POST", computeURL+"/regions/us-east1/subnetworks", object{"name": "o", "network": "projects/" + testProject + "/global/networks/other", "ipCidrRange": "10.0.0.0/20"})
	c.refused(400, "must be regional", "POST", strings.Replace(clusterURL, "us-east1", "us-east1-b", 1), newCluster())
	c.refuses("POST", clusterURL, newCluster, []mistake{
		{"a bad name", 400, "cluster.name", object{"cluster.name": "Ledger"}},
		{"not Autopilot", 501, "not Autopilot", object{"cluster.autopilot": nil}},
		{"no channel", 400, "enrolled in a release channel", object{"cluster.releaseChannel": object{"channel": "UNSPECIFIED"}}},
		{"node pools", 400, "do not support node pools", object{"cluster.nodePools": []object{{"name": "p"}}}},
		{"no such version", 400, "is unsupported", object{"cluster.initialClusterVersion": "1.20"}},
		{"a subnetwork that is not there", 400, "does not exist", object{"cluster.subnetwork": subnetPath + "2"}},
		{"a subnetwork of another network", 400, "is not of network", object{"cluster.subnetwork": "projects/" + testProject + "/regions/us-east1/subnetworks/o"}},
		{"a range for pods that is not there", 400, "Pod secondary range \"pod\" does not exist", object{"cluster.ipAllocationPolicy.clusterSecondaryRangeName": "pod"}},
		{"one range for both", 400, "cannot use the same secondary range", object{"cluster.ipAllocationPolicy.servicesSecondaryRangeName": "pods"}},
		{"a key elsewhere", 400, "must be in the cluster's region", object{"cluster.databaseEncryption.keyName": keyIn("europe-west1")}},
		{"no key", 400, "needs a key", object{"cluster.databaseEncryption.keyName": nil}},
		{"an account that is not there", 400, "Service account x@" + testProject, object{
			"cluster.autoscaling.autoprovisioningNodePoolDefaults.serviceAccount": "x@" + testProject + ".iam.gserviceaccount.com"}},
		{"no logs of workloads", 400, "must log WORKLOADS", object{"cluster.loggingConfig.componentConfig.enableComponents": []string{"SYSTEM_COMPONENTS"}}},
		{"a bad tag", 400, "Invalid network tag", object{"cluster.nodePoolAutoConfig.networkTags.tags": []string{"Ledger_Nodes"}}},
		{"a fleet of nobody", 400, "does not exist", object{"cluster.fleet.project": "absent-project"}},
		{"too short a window", 400, "48h maintenance availability", object{
			"cluster.maintenancePolicy.window": window("2026-01-03T02:00:00Z", "2026-01-03T06:00:00Z", "FREQ=WEEKLY;BYDAY=SA")}},
		{"a window backwards", 400, "must end after it starts", object{
			"cluster.maintenancePolicy.window": window("2026-01-03T06:00:00Z", "2026-01-03T02:00:00Z", "FREQ=DAILY")}},
		{"a window by months", 501, "the recurrence rule", object{
			"cluster.maintenancePolicy.window": window("2026-01-03T02:00:00Z", "2026-01-03T22:00:00Z", "FREQ=MONTHLY;BYDAY=1SA")}},
		{"too long an exclusion", 400, "longer than 30 days", object{"cluster.maintenancePolicy.window": exclusion("2027-01-15T00:00:00Z", "NO_UPGRADES")}},
	})
}

func TestClusterLifecycle(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	op := c.do("POST", clusterURL, newCluster())
	if op["status"] != "DONE" || op["operationType"] != "CREATE_CLUSTER" {
		t.Errorf("the operation is %v", op)
	}
	c.do("GET", gkeURL+"/operations/"+op["name"].(string), nil)
	c.refused(409, "already exists", "POST", clusterURL, newCluster())
	get := func() object { return c.do("GET", clusterURL+"/ledger", nil) }
	cluster := get()
	policy := cluster["ipAllocationPolicy"].(object)
	if cluster["status"] != "RUNNING" || cluster["network"] != "n" || policy["clusterIpv4CidrBlock"] != "10.64.0.0/16" || policy["servicesIpv4CidrBlock"] != "10.96.0.0/20" ||
		cluster["workloadIdentityConfig"].(object)["workloadPool"] != testProject+".svc.id.goog" || cluster["releaseChannel"].(object)["channel"] != "REGULAR" {
		t.Errorf("the cluster is %v", cluster)
	}
	update := func(name string, value any) object { return object{"update": object{name: value}} }
	put := func(name string, value any) object {
		t.Helper()
		c.do("PUT", clusterURL+"/ledger", update(name, value))
		return get()
	}
	if now := put("desiredReleaseChannel", object{"channel": "STABLE"}); now["releaseChannel"].(object)["channel"] != "STABLE" {
		t.Errorf("the channel is %v", now["releaseChannel"])
	}
	if now := put("desiredGatewayApiConfig", object{"channel": "CHANNEL_DISABLED"}); now["networkConfig"].(object)["gatewayApiConfig"].(object)["channel"] != "CHANNEL_DISABLED" {
		t.Errorf("the network settings are %v", now["networkConfig"])
	}
	if now := put("desiredNodePoolAutoConfigNetworkTags", object{"tags": []string{"a"}}); len(now["nodePoolAutoConfig"].(object)["networkTags"].(object)["tags"].([]any)) != 1 {
		t.Errorf("the tags are %v", now["nodePoolAutoConfig"])
	}
	now := put("desiredControlPlaneEndpointsConfig", object{"dnsEndpointConfig": object{"allowExternalTraffic": true}, "ipEndpointsConfig": object{"enabled": false}})
	dns := now["controlPlaneEndpointsConfig"].(object)["dnsEndpointConfig"].(object)
	if dns["allowExternalTraffic"] != true || !strings.HasSuffix(dns["endpoint"].(string), ".us-east1.gke.goog") {
		t.Errorf("the endpoint is %v", dns)
	}
	c.refused(400, "is unsupported", "PUT", clusterURL+"/ledger", update("desiredMasterVersion", "1.20"))
	put("desiredMasterVersion", "latest")
	c.refused(501, "desiredImageType", "PUT", clusterURL+"/ledger", update("desiredImageType", "COS"))
	c.refused(400, "Must specify a field", "PUT", clusterURL+"/ledger", object{"update": object{}})
	c.refused(400, "Unknown name", "PUT", clusterURL+"/ledger", update("desiredChannel", "STABLE"))
	c.refused(400, "mutating node pools", "POST", clusterURL+"/ledger/nodePools", object{"nodePool": object{"name": "p"}})

	fingerprint := get()["labelFingerprint"]
	c.refused(412, "fingerprint is not the current one", "POST", clusterURL+"/ledger:setResourceLabels", object{"resourceLabels": object{"a": "b"}, "labelFingerprint": "old"})
	c.do("POST", clusterURL+"/ledger:setResourceLabels", object{"resourceLabels": object{"a": "b"}, "labelFingerprint": fingerprint})
	if get()["labelFingerprint"] == fingerprint {
		t.Error("the fingerprint of other labels is the same")
	}

	version := get()["maintenancePolicy"].(object)["resourceVersion"]
	maintenance := func(version any, w object) object {
		return object{"maintenancePolicy": object{"resourceVersion": version, "window": w}}
	}
	c.refused(400, "resource version is not the current one", "POST", clusterURL+"/ledger:setMaintenancePolicy", maintenance("old", window("2026-01-03T02:00:00Z", "2026-01-03T08:00:00Z", "FREQ=DAILY")))
	c.do("POST", clusterURL+"/ledger:setMaintenancePolicy", maintenance(version, window("2026-01-03T02:00:00Z", "2026-01-03T08:00:00Z", "FREQ=DAILY")))
	if get()["maintenancePolicy"].(object)["resourceVersion"] == version {
		t.Error("the version of another maintenance policy is the same")
	}
	c.refused(400, "already being used", "DELETE", computeURL+"/regions/us-east1/subnetworks/s", nil)

	config := c.do("GET", gkeURL+"/serverConfig", nil)
	if versions := config["validMasterVersions"].([]any); !slices.Contains(versions, get()["currentMasterVersion"]) || len(config["channels"].([]any)) != 4 {
		t.Errorf("the versions are %v", config)
	}
	if list := c.do("GET", clusterURL, nil)["clusters"].([]any); len(list) != 1 {
		t.Errorf("the list has %v", list)
	}
	c.do("DELETE", clusterURL+"/ledger", nil)
	c.refused(404, "not found", "GET", clusterURL+"/ledger", nil)
	c.refused(404, "not found", "GET", hubURL+"/us-east1/memberships/ledger", nil)
}

func TestFleet(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.do("POST", clusterURL, newCluster())
	member := c.do("GET", hubURL+"/us-east1/memberships/ledger", nil)
	if link := member["endpoint"].(object)["gkeCluster"].(object)["resourceLink"]; link != "//container.googleapis.com/projects/"+testProject+"/locations/us-east1/clusters/ledger" {
		t.Errorf("the member is %v", member)
	}
	membership := func(cluster string) object {
		return object{"endpoint": object{"gkeCluster": object{"resourceLink": "//container.googleapis.com/projects/" + testProject + "/locations/us-east1/clusters/" + cluster}}}
	}
	members := hubURL + "/us-east1/memberships?membershipId="
	c.refused(400, "registered already", "POST", members+"again", membership("ledger"))
	c.refused(400, "does not exist", "POST", members+"absent", membership("absent"))
	batch := newCluster()
	batch["cluster"].(object)["name"] = "batch"
	delete(batch["cluster"].(object), "fleet")
	c.do("POST", clusterURL, batch)
	c.do("POST", members+"batch", membership("batch"))
	if fleet := c.do("GET", clusterURL+"/batch", nil)["fleet"].(object); fleet["preRegistered"] != true {
		t.Errorf("the cluster's fleet is %v", fleet)
	}

	features := hubURL + "/global/features"
	c.refused(400, "does not exist", "POST", features+"?featureId=configsync", object{})
	c.refused(400, "location global only", "POST", hubURL+"/us-east1/features?featureId=configmanagement", object{})
	c.do("POST", features+"?featureId=configmanagement", object{})
	feature := features + "/configmanagement"
	path := "projects/" + testProject + "/locations/us-east1/memberships/"
	specs := func(name, kind string) object {
		return object{"membershipSpecs": object{path + name: object{kind: object{}}}}
	}
	mask := feature + "?updateMask=membershipSpecs"
	c.refused(400, "The membership", "PATCH", mask, specs("absent", "configmanagement"))
	c.refused(400, "takes no settings of 'mesh'", "PATCH", mask, specs("ledger", "mesh"))
	c.do("PATCH", mask, specs("ledger", "configmanagement"))
	for key := range c.do("GET", feature+"?return_partial_success=true", nil)["membershipSpecs"].(object) {
		if strings.Contains(key, testProject) || !strings.HasSuffix(key, "/locations/us-east1/memberships/ledger") {
			t.Errorf("the settings are of %s", key)
		}
	}
	c.refused(400, "has settings of memberships", "DELETE", feature, nil)

	policy := c.do("GET", hubURL+"/us-east1/memberships/batch:getIamPolicy", nil)
	c.do("POST", hubURL+"/us-east1/memberships/batch:setIamPolicy", object{"policy": object{
		"etag": policy["etag"], "bindings": []object{{"role": "roles/gkehub.viewer", "members": []string{"user:a@example.com"}}}}})
	c.refused(409, "concurrent policy changes", "POST", hubURL+"/us-east1/memberships/batch:setIamPolicy", object{"policy": object{"etag": policy["etag"]}})

	c.do("DELETE", hubURL+"/us-east1/memberships/batch", nil)
	if fleet := c.do("GET", clusterURL+"/batch", nil)["fleet"]; fleet != nil {
		t.Errorf("a cluster that left has %v", fleet)
	}
	c.do("DELETE", clusterURL+"/ledger", nil) // takes its membership and its settings along
	if rest := c.do("GET", feature, nil)["membershipSpecs"]; rest != nil && len(rest.(object)) > 0 {
		t.Errorf("what is left is %v", rest)
	}
	c.do("DELETE", feature, nil)
	c.refused(404, "not found", "GET", feature, nil)
}
