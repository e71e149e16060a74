package negcleanup_test

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// address is the resource of most tests.
const address = "proveniq_neg_cleanup.this"

// bench is a project with a network, and a subnetwork and cluster in us-east1.
type bench struct {
	t       *testing.T
	project string
	compute *api.Server
}

type object = map[string]any

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, project: acctest.NewProject(t), compute: acctest.Cloud(t).API()}
	for _, network := range []string{"ledger", "other"} {
		b.make("compute.googleapis.com/compute/v1", "global/networks", object{"name": network, "autoCreateSubnetworks": false})
		b.make("compute.googleapis.com/compute/v1", "regions/us-east1/subnetworks", object{
			"name": network, "network": b.network(network), "ipCidrRange": "10.0.0.0/20",
			"secondaryIpRanges": []object{{"rangeName": "pods", "ipCidrRange": "10.64.0.0/16"}, {"rangeName": "services", "ipCidrRange": "10.32.0.0/20"}},
		})
		b.cluster(network)
	}
	return b
}

func (b *bench) network(name string) string {
	return "projects/" + b.project + "/global/networks/" + name
}

// cluster makes an Autopilot cluster in the network of its name.
func (b *bench) cluster(name string) {
	b.t.Helper()
	b.make("container.googleapis.com/v1", "locations/us-east1/clusters", object{"cluster": object{
		"name": name, "autopilot": object{"enabled": true}, "network": b.network(name),
		"subnetwork":         "projects/" + b.project + "/regions/us-east1/subnetworks/" + name,
		"ipAllocationPolicy": object{"clusterSecondaryRangeName": "pods", "servicesSecondaryRangeName": "services"},
	}})
}

// grow lets the clusters make groups, and endpoints in them. Another cluster may
// make groups of the same name, but not in the same zone.
func (b *bench) grow(cluster, neg string) {
	b.t.Helper()
	if err := b.compute.GrowNEGs(b.project, "us-east1", cluster, neg, 2); err != nil {
		b.t.Fatal(err)
	}
}

// deleteCluster deletes a cluster; its groups stay.
func (b *bench) deleteCluster(name string) {
	b.t.Helper()
	if status, body := b.send(http.MethodDelete, "container.googleapis.com/v1", "locations/us-east1/clusters/"+name, nil); status != http.StatusOK {
		b.t.Fatalf("delete cluster %s: %d %s", name, status, body)
	}
}

// deleteSubnetwork tries to delete a subnetwork.
func (b *bench) deleteSubnetwork(name string) (status int, body string) {
	b.t.Helper()
	return b.send(http.MethodDelete, "compute.googleapis.com/compute/v1", "regions/us-east1/subnetworks/"+name, nil)
}

func (b *bench) make(service, collection string, body object) {
	b.t.Helper()
	if status, answer := b.send(http.MethodPost, service, collection, body); status != http.StatusOK {
		b.t.Fatalf("make %s: %d %s", collection, status, answer)
	}
}

func (b *bench) send(method, service, path string, body object) (status int, answer string) {
	b.t.Helper()
	var reader io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			b.t.Fatal(err)
		}
		reader = strings.NewReader(string(raw))
	}
	request, err := http.NewRequestWithContext(b.t.Context(), method, acctest.Cloud(b.t).PageURL()+service+"/projects/"+b.project+"/"+path, reader)
	if err != nil {
		b.t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		b.t.Fatal(err)
	}
	defer response.Body.Close()
	read, err := io.ReadAll(response.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return response.StatusCode, string(read)
}

// config is the provider and one resource with these arguments.
func (b *bench) config(arguments string) string {
	return acctest.ProviderBlock(b.t, "") + "resource \"proveniq_neg_cleanup\" \"this\" {\n" + arguments + "\n}\n"
}

// standard cleans up what the ledger's cluster makes.
func (b *bench) standard(more string) string {
	return b.config("network = \"ledger\"\nregion = \"us-east1\"\nneg_names = [\"ledger-api\"]\n" + more)
}

func (b *bench) test(steps ...resource.TestStep) {
	b.t.Helper()
	resource.Test(b.t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(b.t), Steps: steps})
}

// groups are the project's groups as "zone/name".
func (b *bench) groups() []string {
	var have []string
	for _, g := range b.compute.NEGs(b.project) {
		have = append(have, g.Zone+"/"+g.Name)
	}
	return have
}

func (b *bench) wantGroups(want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(want, b.groups()); diff != "" {
		b.t.Errorf("groups (-want +have):\n%s", diff)
	}
}

// requests are the provider's calls about groups so far: none are made but by a
// destroy.
func (b *bench) requests() []api.Request {
	var calls []api.Request
	for _, r := range b.compute.Requests() {
		if strings.Contains(r.Path, "/projects/"+b.project+"/") && (strings.Contains(r.Name, "networkEndpointGroups") || strings.Contains(r.Name, "backendServices") || strings.Contains(r.Name, "Operations")) {
			calls = append(calls, r)
		}
	}
	return calls
}
