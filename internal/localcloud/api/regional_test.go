package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	computeURL  = "compute.googleapis.com/compute/v1/projects/" + testProject
	networkPath = "projects/" + testProject + "/global/networks/n"
	subnetPath  = "projects/" + testProject + "/regions/us-east1/subnetworks/s"
	peeringURL  = "servicenetworking.googleapis.com/v1/services/servicenetworking.googleapis.com/connections"
)

func keyIn(region string) string {
	return "projects/" + testProject + "/locations/" + region + "/keyRings/r/cryptoKeys/k"
}

// newRegion is a cloud with a network, a subnetwork in us-east1, a range for
// peering, and keys in two regions.
func newRegion(t testing.TB, o api.Options) cloud {
	t.Helper()
	c := newCloud(t, o)
	c.do("POST", computeURL+"/global/networks", object{"name": "n", "autoCreateSubnetworks": false})
	c.do("POST", computeURL+"/global/networks", object{"name": "other", "autoCreateSubnetworks": false})
	c.do("POST", computeURL+"/regions/us-east1/subnetworks", object{
		"name": "s", "network": networkPath, "ipCidrRange": "10.0.0.0/20",
		"secondaryIpRanges": []object{{"rangeName": "pods", "ipCidrRange": "10.64.0.0/16"}, {"rangeName": "services", "ipCidrRange": "10.96.0.0/20"}},
	})
	for name, address := range map[string]string{"range": "10.128.0.0", "more": "10.129.0.0"} {
		c.do("POST", computeURL+"/global/addresses", object{
			"name": name, "purpose": "VPC_PEERING", "addressType": "INTERNAL", "address": address, "prefixLength": 16, "network": networkPath,
		})
	}
	for _, region := range []string{"us-east1", "europe-west1"} {
		rings := "cloudkms.googleapis.com/v1/projects/" + testProject + "/locations/" + region + "/keyRings"
		c.do("POST", rings+"?keyRingId=r", object{})
		c.do("POST", rings+"/r/cryptoKeys?cryptoKeyId=k", object{"purpose": "ENCRYPT_DECRYPT"})
	}
	return c
}

// peered makes the private connection of the network.
func (c cloud) peered() {
	c.t.Helper()
	c.do("POST", peeringURL, object{"network": networkPath, "reservedPeeringRanges": []string{"range"}})
}

// mistake is a request that Google refuses although a plan accepts it.
type mistake struct {
	name    string
	status  int
	message string
	change  object // of a request that is good
}

// refuses sends a good request with one mistake after the other.
func (c cloud) refuses(verb, address string, good func() object, mistakes []mistake) {
	c.t.Helper()
	for _, m := range mistakes {
		body := good()
		for path, value := range m.change {
			to, segments := body, strings.Split(path, ".")
			for _, step := range segments[:len(segments)-1] {
				next, ok := to[step].(object)
				if !ok {
					next = object{}
					to[step] = next
				}
				to = next
			}
			to[segments[len(segments)-1]] = value
		}
		got, answer := c.try(verb, address, body)
		failure, _ := answer["error"].(object)
		if text, _ := failure["message"].(string); got != m.status || !strings.Contains(text, m.message) {
			c.t.Errorf("%s: %d %q, want %d %q", m.name, got, text, m.status, m.message)
		}
	}
}

func TestServiceNetworkingConnections(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	good := func() object { return object{"network": networkPath, "reservedPeeringRanges": []string{"range"}} }
	c.do("POST", computeURL+"/global/addresses", object{"name": "web", "addressType": "EXTERNAL"})
	c.refuses("POST", peeringURL, good, []mistake{
		{"a network that is not there", 400, "does not exist", object{"network": "projects/" + testProject + "/global/networks/absent"}},
		{"a range that is not there", 400, "'absent' does not exist", object{"reservedPeeringRanges": []string{"absent"}}},
		{"an address for something else", 400, "not reserved for VPC_PEERING", object{"reservedPeeringRanges": []string{"web"}}},
		{"the range of another network", 400, "is not of network", object{"network": "projects/" + testProject + "/global/networks/other"}},
		{"no range", 400, "at least one reserved peering range", object{"reservedPeeringRanges": []string{}}},
	})
	c.refused(501, "netapp", "POST", strings.ReplaceAll(peeringURL, "services/servicenetworking.googleapis.com", "services/netapp.servicenetworking.goog"), good())
	list := peeringURL + "?network=" + networkPath
	if answer := c.do("GET", list, nil); answer["connections"] != nil {
		t.Errorf("a new network has %v", answer)
	}
	if op := c.do("POST", peeringURL, good()); op["done"] != true || !strings.HasPrefix(op["name"].(string), "operations/") {
		t.Errorf("the operation is %v", op)
	}
	c.do("POST", peeringURL, good()) // the same again changes nothing
	c.refused(400, "Cannot modify allocated ranges in CreateConnection", "POST", peeringURL, object{"network": networkPath, "reservedPeeringRanges": []string{"more"}})
	connection := c.do("GET", list, nil)["connections"].([]any)[0].(object)
	if connection["peering"] != "servicenetworking-googleapis-com" || strings.Contains(connection["network"].(string), testProject) {
		t.Errorf("the connection is %v", connection)
	}
	patch := peeringURL + "/-?updateMask=reservedPeeringRanges"
	c.refused(400, "Set force", "PATCH", patch, object{"network": networkPath, "reservedPeeringRanges": []string{"more"}})
	c.do("PATCH", patch, object{"network": networkPath, "reservedPeeringRanges": []string{"range", "more"}})
	c.do("PATCH", patch+"&force=true", object{"network": networkPath, "reservedPeeringRanges": []string{"more"}})

	c.do("POST", sqlURL, sqlInstance("db", nil))
	remove := peeringURL + "/servicenetworking-googleapis-com"
	op := c.do("POST", remove, object{"consumerNetwork": networkPath})
	if failed, _ := op["error"].(object); !strings.Contains(failed["message"].(string), "still using this connection") {
		t.Errorf("deleting what Cloud SQL uses: %v", op)
	}
	c.do("DELETE", sqlURL+"/db", nil)
	c.do("POST", remove, object{"consumerNetwork": networkPath})
	c.refused(404, "not found", "POST", remove, object{"consumerNetwork": networkPath})

	// A network that is made again has no connection.
	c.peered()
	c.do("DELETE", computeURL+"/regions/us-east1/subnetworks/s", nil)
	for _, name := range []string{"range", "more"} {
		c.do("DELETE", computeURL+"/global/addresses/"+name, nil)
	}
	c.do("DELETE", computeURL+"/global/networks/n", nil)
	c.do("POST", computeURL+"/global/networks", object{"name": "n", "autoCreateSubnetworks": false})
	if answer := c.do("GET", list, nil); answer["connections"] != nil {
		t.Errorf("a network that was made again has %v", answer)
	}
}

func TestOperationsFinishLater(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.peered()
	c.server.SetOperationPolls(2)
	op := c.do("POST", sqlURL, sqlInstance("db", nil))
	operations := strings.TrimSuffix(sqlURL, "/instances") + "/operations/" + op["name"].(string)
	if op["status"] != "RUNNING" || op["operationType"] != "CREATE" {
		t.Errorf("the operation is %v", op)
	}
	c.do("GET", operations, nil)
	if op = c.do("GET", operations, nil); op["status"] != "DONE" {
		t.Errorf("the operation is %v", op)
	}
	c.do("PATCH", sqlURL+"/db", object{"settings": object{"tier": "db-custom-2-7680"}})
	if status, answer := c.try("PATCH", sqlURL+"/db", object{"settings": object{"tier": "db-custom-4-15360"}}); status != http.StatusConflict {
		t.Errorf("a second change at the same time: %d %v", status, answer)
	}
}

func TestOperationsAreFoundByTheirNames(t *testing.T) {
	t.Parallel()
	c := newRegion(t, api.Options{})
	c.peered()
	c.do("POST", policyURL+"?serviceConnectionPolicyId=p", object{
		"network": networkPath, "serviceClass": "gcp-memorystore", "pscConfig": object{"subnetworks": []string{subnetPath}}})
	c.server.SetOperationPolls(1)
	for _, made := range []struct {
		address string
		body    object
		base    string // of the operation's name
	}{
		{redisURL + "?instanceId=cache", redisInstance(), "redis.googleapis.com/v1/"},
		{valkeyURL + "?instanceId=cache", valkeyInstance(), "memorystore.googleapis.com/v1/"},
		{hubURL + "/global/features?featureId=configmanagement", object{}, "gkehub.googleapis.com/v1beta/"},
		{hubURL + "/global/fleets/", object{"displayName": "Ledger"}, "gkehub.googleapis.com/v1/"},
		{policyURL + "?serviceConnectionPolicyId=q", object{
			"network": "projects/" + testProject + "/global/networks/n", "serviceClass": "google-cloud-sql", "pscConfig": object{"subnetworks": []string{subnetPath}},
		}, "networkconnectivity.googleapis.com/v1/"},
		{clusterURL, newCluster(), gkeURL + "/operations/"},
	} {
		op := c.do("POST", made.address, made.body)
		if op["done"] == true || op["status"] == "DONE" {
			t.Errorf("%s: the operation is done at once", made.address)
		}
		if op = c.do("GET", made.base+op["name"].(string), nil); op["done"] != true && op["status"] != "DONE" {
			t.Errorf("%s: the operation is %v", made.address, op)
		}
	}
	if fleet := c.do("GET", hubURL+"/global/fleets/default", nil); fleet["displayName"] != "Ledger" {
		t.Errorf("the fleet is %v", fleet)
	}
}
