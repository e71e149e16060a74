package e2e_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/urlmap"
)

// edgeFolder is the root's place in the repository, from where it reaches the module.
const edgeFolder = "internal/acctest/e2e/testdata/edge"

// edge writes var.edge.
func edge(arguments string) string { return "-var=edge={" + arguments + "}" }

// edgeRegions writes var.regions; a region of capacity -1 is not joined.
func edgeRegions(capacity map[string]int) string {
	slots := map[string]int{"us-east1": 0, "europe-west1": 1, "asia-southeast1": 2}
	var parts []string
	for region, percent := range capacity {
		parts = append(parts, fmt.Sprintf("%q = { slot = %d, joined = %t, capacity = %d }", region, slots[region], percent >= 0, max(percent, 0)))
	}
	slices.Sort(parts)
	return "-var=regions={" + strings.Join(parts, ", ") + "}"
}

var threeRegions = map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100}

// TestEdge walks an edge with its regions through its life: what is switched, what
// joins and leaves, and what still works in a storm.
func TestEdge(t *testing.T) {
	cloud := startCloud(t)
	tree := acctest.NewTree(t, "../../..", []string{"modules/edge", edgeFolder}, cloud.Environment(), ledgerVariables(cloud)...)
	root := tree.In(t, edgeFolder)
	if skipped := initialise(t, root); skipped != "" {
		planEdgeWithReplica(t, cloud)
		t.Skip(skipped)
	}
	defer grow(t.Context(), cloud.API())()
	all := edgeRegions(threeRegions)

	step(t, root, "three regions from nothing", all)
	kept := liveMap(t, cloud).Decide(urlmap.Request{Method: "GET", Host: "ledger.example.com", Path: "/proofs/1"}).Action.CachePolicy
	if kept == nil || kept.CacheMode != "USE_ORIGIN_HEADERS" || kept.NegativeCaching == nil || *kept.NegativeCaching || !kept.RequestCoalescing {
		t.Errorf("what came of the cache policy of proofs: %+v", kept)
	}
	step(t, root, "a service changes in place, its backends stay", all, edge("write_timeout = 20"))
	wantBackends(t, cloud, "main-write", 9)

	cloud.API().SetRegion(project, "asia-southeast1", false)
	drained := edgeRegions(map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 0})
	step(t, root, "a region failed, and is drained", drained)
	wantCapacity(t, cloud, "main-read", "asia-southeast1", 0)
	wantCapacity(t, cloud, "main-probe-asia-southeast1", "asia-southeast1", 1)
	cloud.API().SetRegion(project, "asia-southeast1", true)

	step(t, root, "it comes back, and all is read-only", all, edge(`mode = "read_only"`))
	decision := liveMap(t, cloud).Decide(urlmap.Request{Method: "POST", Host: "ledger.example.com", Path: "/events"})
	if abort := decision.Action.FaultInjectionPolicy; abort == nil || abort.Abort.HTTPStatus != http.StatusServiceUnavailable || decision.Errors == nil {
		t.Errorf("a write in read-only mode: %+v", decision)
	}
	step(t, root, "writes again, to the leader's region first", all, edge(`write_routing = "leader"`))
	if decision := liveMap(t, cloud).Decide(urlmap.Request{Method: "POST", Host: "ledger.example.com", Path: "/events"}); decision.Action.FaultInjectionPolicy != nil {
		t.Errorf("a write after read-only mode: %+v", decision)
	}
	wantPreference(t, cloud, "main-write", "us-east1", "PREFERRED")
	wantPreference(t, cloud, "main-write", "europe-west1", "DEFAULT")
	wantPreference(t, cloud, "main-webhook-europe-west1", "europe-west1", "PREFERRED")
	step(t, root, "static files past the cache, no DNS", all, edge("cdn = { static = false }, dns = false"))
	step(t, root, "reads past the cache, DNS again, a second domain, a plugin", all, edge(`cdn = { reads = false }, domains = ["ledger.example.com", "api.ledger.example.com"], plugin = true`))
	step(t, root, "no webhooks", all, edge("webhooks = false"))

	shiftTraffic(t, cloud, root, all)
	inAStorm(t, cloud, root)

	two := edgeRegions(map[string]int{"us-east1": 100, "europe-west1": 100})
	step(t, root, "a region is gone with all its services", two)
	wantBackends(t, cloud, "main-write", 6)
	if cloud.API().BackendService(project, "main-probe-asia-southeast1") != nil {
		t.Error("the probe of the region that left is still there")
	}
	one := edgeRegions(map[string]int{"us-east1": 100})
	step(t, root, "one region is left", one)
	destroyEdge(t, cloud, root, one)
}

// shiftTraffic goes from one region to three by the document's stages and ends with
// one set of services again.
func shiftTraffic(t *testing.T, cloud *localcloud.Cloud, root *acctest.CLI, all string) {
	t.Helper()
	for _, percent := range []int{0, 10, 100} {
		step(t, root, fmt.Sprintf("%d %% of requests use all regions", percent), all, edge(fmt.Sprintf("global_percent = %d", percent)))
		wantBackends(t, cloud, "main-read", 3)
		wantBackends(t, cloud, "main-read-global", 9)
		decision := liveMap(t, cloud).Decide(urlmap.Request{Method: "GET", Host: "ledger.example.com", Path: "/accounts"})
		weight := 0
		for _, w := range decision.Services {
			if strings.HasSuffix(w.BackendService, "-global") {
				weight = w.Weight
			}
		}
		if weight != percent*10 {
			t.Errorf("at %d %% the global set has the weight %d", percent, weight)
		}
	}
	step(t, root, "all regions are in the first set too", all, edge(`global_percent = 100, stable_regions = ["us-east1", "europe-west1", "asia-southeast1"]`))
	step(t, root, "and have all requests again", all, edge(`global_percent = 0, stable_regions = ["us-east1", "europe-west1", "asia-southeast1"]`))
	step(t, root, "the first set is the only one", all)
	wantBackends(t, cloud, "main-read", 9)
}

// inAStorm pulls each lever while Spanner and one region answer nothing but 503,
// for which an ordinary plan would wait in vain: no lever asks them.
func inAStorm(t *testing.T, cloud *localcloud.Cloud, root *acctest.CLI) {
	t.Helper()
	const lost = "europe-west1"
	cloud.API().Inject(api.Fault{Times: -1, Status: http.StatusServiceUnavailable, Match: func(r *http.Request) bool {
		return r.Host == "spanner.googleapis.com" || strings.Contains(r.URL.Path, "/"+lost+"/") || strings.Contains(r.URL.Path, "/"+lost+"-")
	}})
	cloud.API().SetRegion(project, lost, false)
	cloud.API().SetUnreachable(project, api.PartialEveryway, api.ZonesOf(lost)...)

	lever := func(what, target string, variables ...string) {
		t.Helper()
		root.Apply(0, append([]string{"-refresh=false", "-target=" + target}, variables...)...)
		t.Logf("%-45s in a storm", what)
	}
	all := edgeRegions(threeRegions)
	cloud.API().ResetRequests()
	readOnly := edge(`mode = "read_only"`)
	lever("read-only", "module.edge.google_compute_url_map.ledger", all, readOnly)
	if decision := liveMap(t, cloud).Decide(urlmap.Request{Method: "DELETE", Host: "ledger.example.com", Path: "/events/1"}); decision.Action.FaultInjectionPolicy == nil {
		t.Errorf("a write in read-only mode: %+v", decision)
	}
	drained := edgeRegions(map[string]int{"us-east1": 100, lost: 0, "asia-southeast1": 100})
	lever("the lost region drained", `proveniq_ledger_region.ledger["`+lost+`"]`, drained, readOnly)
	wantCapacity(t, cloud, "main-write", lost, 0)
	leader := edge(`mode = "read_only", write_routing = "leader"`)
	lever("writes prefer the leader's region", `proveniq_ledger_region.ledger["us-east1"]`, drained, leader)
	wantPreference(t, cloud, "main-write", "us-east1", "PREFERRED")
	left := edgeRegions(map[string]int{"us-east1": 100, lost: -1, "asia-southeast1": 100})
	lever("the lost region left", `proveniq_ledger_region.ledger["`+lost+`"]`, left, leader)
	wantBackends(t, cloud, "main-write", 6)
	lever("and back to reading and writing", "module.edge.google_compute_url_map.ledger", left, edge(`write_routing = "leader"`))

	for _, r := range cloud.API().Requests() {
		if r.Status == http.StatusServiceUnavailable {
			t.Errorf("a lever asked what is down: %s %s", r.Name, r.Path)
		}
	}
	cloud.API().ClearFaults()
	cloud.API().SetReachable(project, api.ZonesOf(lost)...)
	cloud.API().SetRegion(project, lost, true)
	root.Plan(false, left, edge(`write_routing = "leader"`))
	t.Log("the storm is over, and the plan is empty")
	step(t, root, "the lost region joins again", all)
}

// destroyEdge: the guards hold first, and then nothing is left.
func destroyEdge(t *testing.T, cloud *localcloud.Cloud, root *acctest.CLI, regions string) {
	t.Helper()
	guarded := []string{regions, edge("deletion_protection = true"), "-var=min_remaining_regions=0"}
	step(t, root, "guarded against deletion", guarded...)
	code, output := root.Start(append([]string{"destroy", "-no-color", "-input=false", "-auto-approve"}, guarded...)...).End()
	if code == 0 || !strings.Contains(output, "deletion_policy") {
		t.Errorf("the guard lets everything go: %d\n%s", code, output)
	}
	free := []string{regions, "-var=min_remaining_regions=0"}
	root.Apply(0, free...)
	root.Run(0, append([]string{"destroy", "-no-color", "-input=false", "-auto-approve"}, free...)...)
	for _, r := range cloud.API().Resources(project) {
		t.Errorf("left behind: %s %s", r.Service, r.Path)
	}
}

// initialise runs init, and says why there is no google provider where there is none.
func initialise(t *testing.T, root *acctest.CLI) (skipped string) {
	t.Helper()
	if os.Getenv("E2E") == "" {
		return "SKIPPED with the real google provider: make e2e runs it; its schema replica has planned"
	}
	switch code, output := root.Start("init", "-no-color", "-input=false").End(); {
	case code == 0:
		return ""
	case strings.Contains(output, "Failed to query available provider packages"):
		return "SKIPPED with the real google provider: terraform init finds none, neither in a registry nor on this machine; its schema replica has planned: " + output
	default:
		t.Fatalf("init: %s", output)
		return ""
	}
}

func planEdgeWithReplica(t *testing.T, cloud *localcloud.Cloud) {
	t.Helper()
	tree := acctest.NewTree(t, "../../..", []string{"modules/edge", edgeFolder}, nil, ledgerVariables(cloud)...)
	root := tree.In(t, edgeFolder)
	root.Attach(replicatest.Join(t, root.Reattach(), replicatest.Attach(t)))
	root.Run(0, "init", "-no-color", "-input=false")
	root.Run(0, "validate", "-no-color")
	root.Plan(true)
	root.Plan(true, edgeRegions(map[string]int{"us-east1": 100, "europe-west1": -1}), edge(`mode = "read_only", global_percent = 10, dns = false`))
}

// liveMap is the ledger's URL map as the API has it.
func liveMap(t *testing.T, cloud *localcloud.Cloud) *urlmap.URLMap {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, cloud.ComputeEndpoint()+"projects/"+project+"/global/urlMaps/main-ledger", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer "+localcloud.AccessToken)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var resource map[string]any
	if err := json.NewDecoder(response.Body).Decode(&resource); err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("read the URL map: %s %v", response.Status, err)
	}
	m, err := urlmap.Read(resource)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// backendsIn are a service's backends in a region, or all for an empty one.
func backendsIn(t *testing.T, cloud *localcloud.Cloud, service, region string) (in []map[string]any) {
	t.Helper()
	body := cloud.API().BackendService(project, service)
	if body == nil {
		t.Errorf("there is no backend service %s", service)
	}
	backends, _ := body["backends"].([]any)
	for _, b := range backends {
		if backend, ok := b.(map[string]any); ok && strings.Contains(fmt.Sprint(backend["group"]), "/zones/"+region) {
			in = append(in, backend)
		}
	}
	return in
}

func wantBackends(t *testing.T, cloud *localcloud.Cloud, service string, want int) {
	t.Helper()
	if have := len(backendsIn(t, cloud, service, "")); have != want {
		t.Errorf("%s has %d backends, want %d", service, have, want)
	}
}

func wantCapacity(t *testing.T, cloud *localcloud.Cloud, service, region string, want float64) {
	t.Helper()
	wantOfEach(t, cloud, service, region, "capacityScaler", want)
}

func wantPreference(t *testing.T, cloud *localcloud.Cloud, service, region, want string) {
	t.Helper()
	wantOfEach(t, cloud, service, region, "preference", want)
}

func wantOfEach(t *testing.T, cloud *localcloud.Cloud, service, region, member string, want any) {
	t.Helper()
	backends := backendsIn(t, cloud, service, region)
	if len(backends) == 0 {
		t.Errorf("%s has no backends in %s", service, region)
	}
	for _, b := range backends {
		if have := b[member]; have != want && (have != nil || want != "DEFAULT") {
			t.Errorf("%s of %s in %s is %v, want %v", member, service, region, have, want)
		}
	}
}
