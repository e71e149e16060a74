package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	redisURL  = "redis.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/instances"
	valkeyURL = "memorystore.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/instances"
	policyURL = "networkconnectivity.googleapis.com/v1/projects/" + testProject + "/locations/us-east1/serviceConnectionPolicies"
)

// redisInstance is a good request for an instance.
func redisInstance() object {
	return object{
		"tier": "STANDARD_HA", "memorySizeGb": 5, "redisVersion": "REDIS_7_0", "authEnabled": true, "transitEncryptionMode": "SERVER_AUTHENTICATION",
		"connectMode": "PRIVATE_SERVICE_ACCESS", "authorizedNetwork": networkPath, "customerManagedKey": keyIn("us-east1"),
		"readReplicasMode": "READ_REPLICAS_ENABLED",
	}
}

func TestRedis(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	create := redisURL + "?instanceId=cache"
	c.refused(400, "private service access is not enabled", "POST", create, redisInstance())
	c.peered()
	c.refuses("POST", create, redisInstance, []mistake{
		{"no memory", 400, "not between 1 and 300", object{"memorySizeGb": 0}},
		{"too little memory for reading", 400, "need at least 5 GB", object{"memorySizeGb": 4}},
		{"read replicas of BASIC", 400, "need tier STANDARD_HA", object{"tier": "BASIC"}},
		{"replicas without read replicas", 400, "needs read replicas to be enabled", object{"readReplicasMode": "READ_REPLICAS_DISABLED", "replicaCount": 2}},
		{"too many replicas", 400, "not between 1 and 5", object{"replicaCount": 6}},
		{"no such version", 400, "'REDIS_8_0' is not supported", object{"redisVersion": "REDIS_8_0"}},
		{"no such parameter", 400, "'maxmemory_policy' is not supported", object{"redisConfigs": object{"maxmemory_policy": "allkeys-lru"}}},
		{"a key elsewhere", 400, "is not in region 'us-east1'", object{"customerManagedKey": keyIn("europe-west1")}},
		{"a zone elsewhere", 400, "Zone 'us-west1-a' is not in region", object{"locationId": "us-west1-a"}},
		{"the same zone twice", 400, "must not be the zone itself", object{"locationId": "us-east1-b", "alternativeLocationId": "us-east1-b"}},
		{"a network that is not there", 400, "does not exist", object{"authorizedNetwork": "projects/" + testProject + "/global/networks/absent"}},
		{"a range of no connection", 400, "not one of the network's private connection", object{"reservedIpRange": "more"}},
	})
	c.refused(400, "The instance id 'Cache'", "POST", redisURL+"?instanceId=Cache", redisInstance())
	c.refused(400, "default' does not exist", "POST", create, object{"memorySizeGb": 1}) // the project has no default network
	c.do("POST", create, redisInstance())
	r := c.do("GET", redisURL+"/cache", nil)
	if r["state"] != "READY" || r["port"] != 6378.0 || r["host"] == "" || r["replicaCount"] != 2.0 || len(r["nodes"].([]any)) != 3 ||
		len(r["serverCaCerts"].([]any)) != 1 || r["locationId"] == r["alternativeLocationId"] || r["readEndpoint"] == nil {
		t.Errorf("the instance is %v", r)
	}
	if auth := c.do("GET", redisURL+"/cache/authString", nil); auth["authString"] == "" {
		t.Errorf("its password is %v", auth)
	}
	if list := c.do("GET", redisURL, nil)["instances"].([]any); len(list) != 1 {
		t.Errorf("the list has %v", list)
	}
	c.do("PATCH", redisURL+"/cache?updateMask=memorySizeGb,labels", object{"memorySizeGb": 8, "labels": object{"a": "b"}})
	c.refused(400, "Field 'tier'", "PATCH", redisURL+"/cache?updateMask=tier", object{"tier": "BASIC"})
	c.refused(400, "cannot be disabled", "PATCH", redisURL+"/cache?updateMask=readReplicasMode", object{"readReplicasMode": "READ_REPLICAS_DISABLED"})
	c.refused(400, "is no field", "PATCH", redisURL+"/cache?updateMask=memory", object{"memorySizeGb": 9})
	c.refused(400, "Field 'redisVersion'", "PATCH", redisURL+"/cache?updateMask=redisVersion", object{"redisVersion": "REDIS_7_2"})
	c.do("POST", redisURL+"/cache:upgrade", object{"redisVersion": "REDIS_7_2"})
	c.refused(400, "is no upgrade", "POST", redisURL+"/cache:upgrade", object{"redisVersion": "REDIS_7_0"})
	if r = c.do("GET", redisURL+"/cache", nil); r["redisVersion"] != "REDIS_7_2" || r["memorySizeGb"] != 8.0 {
		t.Errorf("the changed instance is %v", r)
	}
	c.refused(501, "redis.projects.locations.instances.export", "POST", redisURL+"/cache:export", object{})
	op := c.do("POST", peeringURL+"/servicenetworking-googleapis-com", object{"consumerNetwork": networkPath})
	if op["error"] == nil {
		t.Error("the connection that the instance uses was deleted")
	}
	c.do("DELETE", redisURL+"/cache", nil)
	c.refused(404, "not found", "GET", redisURL+"/cache", nil)
}

// valkeyInstance is a good request for an instance.
func valkeyInstance() object {
	return object{
		"mode": "CLUSTER_DISABLED", "nodeType": "STANDARD_SMALL", "shardCount": 1, "replicaCount": 1, "engineVersion": "VALKEY_8_0",
		"authorizationMode": "IAM_AUTH", "transitEncryptionMode": "SERVER_AUTHENTICATION", "kmsKey": keyIn("us-east1"),
		"endpoints": []object{{"connections": []object{{"pscAutoConnection": object{"network": networkPath, "projectId": testProject}}}}},
	}
}

func TestValkeyAndItsPolicy(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	create := valkeyURL + "?instanceId=cache"
	c.refused(400, "No service connection policy", "POST", create, valkeyInstance())
	policy := func() object {
		return object{"network": networkPath, "serviceClass": "gcp-memorystore", "pscConfig": object{"subnetworks": []string{subnetPath}, "limit": "3"}}
	}
	newPolicy := policyURL + "?serviceConnectionPolicyId=p"
	c.do("POST", computeURL+"/regions/europe-west1/subnetworks", object{"name": "e", "network": networkPath, "ipCidrRange": "10.0.16.0/20"})
	c.do("POST", computeURL+"/regions/us-east1/subnetworks", object{"name": "o", "network": "projects/" + testProject + "/global/networks/other", "ipCidrRange": "10.0.0.0/20"})
	c.refuses("POST", newPolicy, policy, []mistake{
		{"no subnetwork", 400, "at least one subnetwork", object{"pscConfig.subnetworks": []string{}}},
		{"a subnetwork elsewhere", 400, "is not in region 'us-east1'", object{"pscConfig.subnetworks": []string{"projects/" + testProject + "/regions/europe-west1/subnetworks/e"}}},
		{"a subnetwork of another network", 400, "is not of network", object{"pscConfig.subnetworks": []string{"projects/" + testProject + "/regions/us-east1/subnetworks/o"}}},
		{"a subnetwork that is not there", 400, "does not exist", object{"pscConfig.subnetworks": []string{subnetPath + "2"}}},
		{"no class", 400, "'serviceClass' not specified", object{"serviceClass": nil}},
	})
	c.do("POST", newPolicy, policy())
	c.refused(400, "same service class, network and region", "POST", policyURL+"?serviceConnectionPolicyId=q", policy())
	c.refused(400, "'network' of a service connection policy", "PATCH", policyURL+"/p?updateMask=network", object{"network": "projects/" + testProject + "/global/networks/other"})

	c.refuses("POST", create, valkeyInstance, []mistake{
		{"shards without cluster", 400, "CLUSTER_DISABLED has one shard", object{"shardCount": 3}},
		{"too many replicas", 400, "not between 0 and 5", object{"replicaCount": 9}},
		{"no such version", 400, "'VALKEY_6_0' is not supported", object{"engineVersion": "VALKEY_6_0"}},
		{"a key elsewhere", 400, "is not in region 'us-east1'", object{"kmsKey": keyIn("europe-west1")}},
		{"a zone of many", 400, "with mode SINGLE_ZONE only", object{"zoneDistributionConfig": object{"mode": "MULTI_ZONE", "zone": "us-east1-b"}}},
		{"a zone elsewhere", 400, "Zone 'us-west1-a'", object{"zoneDistributionConfig": object{"mode": "SINGLE_ZONE", "zone": "us-west1-a"}}},
		{"no network", 400, "needs at least one network", object{"endpoints": nil}},
		{"a parameter that is not known", 501, "the engine config", object{"engineConfigs": object{"maxmemorypolicy": "x"}}},
	})
	protected := valkeyInstance()
	protected["deletionProtectionEnabled"] = true
	c.do("POST", create, protected)
	v := c.do("GET", valkeyURL+"/cache", nil)
	if v["state"] != "ACTIVE" || v["nodeConfig"].(object)["sizeGb"] != 6.5 || len(v["pscAttachmentDetails"].([]any)) != 2 {
		t.Errorf("the instance is %v", v)
	}
	if ca := c.do("GET", valkeyURL+"/cache/certificateAuthority", nil); ca["managedServerCa"] == nil {
		t.Errorf("its certificates are %v", ca)
	}
	if p := c.do("GET", policyURL+"/p", nil); len(p["pscConnections"].([]any)) != 2 {
		t.Errorf("the policy is %v", p)
	}
	c.refused(400, "allows 3 connections and has 2", "POST", valkeyURL+"?instanceId=second", valkeyInstance())
	c.refused(400, "is in use", "DELETE", policyURL+"/p", nil)
	c.refused(400, "less than the number of connections", "PATCH", policyURL+"/p?updateMask=pscConfig.limit", object{"pscConfig": object{"limit": "1"}})
	c.do("PATCH", valkeyURL+"/cache?updateMask=replicaCount", object{"replicaCount": 2})
	c.refused(400, "Field 'kmsKey'", "PATCH", valkeyURL+"/cache?updateMask=kmsKey", object{})
	c.refused(400, "cannot go back", "PATCH", valkeyURL+"/cache?updateMask=engineVersion", object{"engineVersion": "VALKEY_7_2"})
	c.refused(400, "protected from deletion", "DELETE", valkeyURL+"/cache", nil)
	c.do("PATCH", valkeyURL+"/cache?updateMask=deletionProtectionEnabled", object{"deletionProtectionEnabled": false})
	c.do("DELETE", valkeyURL+"/cache", nil)
	c.do("DELETE", policyURL+"/p", nil)
	c.refused(404, "not found", "GET", policyURL+"/p", nil)
}
