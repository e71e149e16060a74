// Package e2e builds, changes and takes down a whole ledger with the real
// google provider on the local cloud.
package e2e_test

import (
	"context"
	"fmt"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// project is the one that the roots under testdata name.
const project = "proveniq-local"

func TestMain(m *testing.M) { acctest.Main(m) }

// startCloud starts an empty cloud that the google provider reaches through its
// proxy.
func startCloud(t *testing.T) *localcloud.Cloud {
	t.Helper()
	cloud, err := localcloud.Start(t.Context(), localcloud.Options{Project: project, Proxy: true, API: api.Options{CheckAnswers: true}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	return cloud
}

// newRoot prepares a root on the cloud. Where the real google provider is not to
// run or cannot be found, it says why instead, for t.Skip.
func newRoot(t *testing.T, cloud *localcloud.Cloud, folder string) (root *acctest.CLI, skipped string) {
	t.Helper()
	if os.Getenv("E2E") == "" {
		return nil, "SKIPPED with the real google provider: make e2e runs it, in some ten minutes; its schema replica has planned"
	}
	root = acctest.NewRoot(t, folder, cloud.Environment(), ledgerVariables(cloud)...)
	writeRegions(t, root)
	switch code, output := root.Start("init", "-no-color", "-input=false").End(); {
	case code == 0:
		return root, ""
	case strings.Contains(output, "Failed to query available provider packages"):
		return nil, "SKIPPED with the real google provider: terraform init finds none, neither in a registry nor on this machine; its schema replica has planned: " + output
	default:
		t.Fatalf("init: %s", output)
		return nil, ""
	}
}

// ledgerVariables lead the provider under test to the cloud.
func ledgerVariables(cloud *localcloud.Cloud) []string {
	return []string{"SPANNER_EMULATOR_HOST", cloud.Emulator().Host(), "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", cloud.ComputeEndpoint(), "GOOGLE_OAUTH_ACCESS_TOKEN", localcloud.AccessToken}
}

// writeRegions gives a root the tables that the regions write about themselves,
// from the ledger's own schema.
func writeRegions(t *testing.T, root *acctest.CLI) {
	t.Helper()
	regions, err := os.ReadFile("../../../modules/spanner/schema/010_regions.sql")
	if err != nil {
		t.Fatal(err)
	}
	root.WriteFile("regions.sql", string(regions))
}

// grow does what GKE does once the ledger's pods run: as soon as a region's
// cluster is there, its network endpoint groups come up. And it does what an
// operator has to do with those that a deleted cluster leaves behind, since they
// hold the subnetwork.
func grow(ctx context.Context, cloud *api.Server) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		grown := map[string]bool{}
		for tick := time.NewTicker(50 * time.Millisecond); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			there := map[string]bool{}
			for _, r := range cloud.Resources(project) {
				if r.Service != "container" || r.Kind != "clusters" {
					continue
				}
				there[r.Path] = true
				if parts := strings.Split(r.Path, "/"); !grown[r.Path] { // projects/P/locations/L/clusters/C
					grown[r.Path] = cloud.GrowNEGs(project, parts[3], parts[5], "ledger-api-"+parts[3], 3) == nil
				}
			}
			for path := range grown {
				if region := strings.Split(path, "/")[3]; !there[path] {
					for _, zone := range api.ZonesOf(region) {
						cloud.RemoveNEG(project, zone, "ledger-api-"+region)
					}
					delete(grown, path)
				}
			}
		}
	}()
	return func() { cancel(); <-done }
}

// regionsOf writes var.regions.
func regionsOf(capacity map[string]int) string {
	slots := map[string]int{"us-east1": 0, "europe-west1": 1, "asia-southeast1": 2, "asia-east1": 3}
	var parts []string
	for region, percent := range capacity {
		parts = append(parts, fmt.Sprintf("%q = { slot = %d, capacity = %d }", region, slots[region], percent))
	}
	return "-var=regions={" + strings.Join(parts, ", ") + "}"
}

var replaced = regexp.MustCompile(`# (\S+) must be replaced`)

// step is one change of the ledger: apply, and then an empty plan.
func step(t *testing.T, root *acctest.CLI, what string, variables ...string) {
	t.Helper()
	begin := time.Now()
	planned := root.Plan(true, variables...)
	for _, found := range replaced.FindAllStringSubmatch(planned, -1) {
		if !strings.HasPrefix(found[1], "google_secret_manager_secret_version.") { // a version never changes
			t.Errorf("%s: %s", what, found[0])
		}
	}
	root.Apply(0, variables...)
	applied := time.Since(begin)
	root.Plan(false, variables...)
	t.Logf("%-45s %5.1f s, the next plan is empty", what, applied.Seconds())
}

func TestLedger(t *testing.T) {
	cloud := startCloud(t)
	root, skipped := newRoot(t, cloud, "testdata/ledger")
	if root == nil {
		planLedgerWithReplica(t, cloud)
		t.Skip(skipped)
	}
	defer grow(t.Context(), cloud.API())()

	full := map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100}
	step(t, root, "three regions from nothing", regionsOf(full))
	half := map[string]int{"us-east1": 100, "europe-west1": 50, "asia-southeast1": 100}
	step(t, root, "capacity of a region and the schema changed", regionsOf(half), "-var=schema_version=2")

	cloud.API().SetRegion(project, "asia-southeast1", false)
	drained := map[string]int{"us-east1": 100, "europe-west1": 50, "asia-southeast1": 0}
	step(t, root, "a region failed, and is drained", regionsOf(drained), "-var=schema_version=2")
	cloud.API().SetRegion(project, "asia-southeast1", true)

	four := map[string]int{"us-east1": 100, "europe-west1": 100, "asia-southeast1": 100, "asia-east1": 100}
	step(t, root, "it comes back, and a fourth region joins", regionsOf(four), "-var=schema_version=2")
	resources := len(cloud.API().Resources(project))

	code, output := root.Start("destroy", "-no-color", "-input=false", "-auto-approve", regionsOf(four), "-var=schema_version=2").End()
	if code == 0 {
		t.Fatalf("the last region was taken out while the guard stood:\n%s", output)
	}
	acctest.WantOutput(t, output, "min_remaining_regions")
	step(t, root, "the guard of the last region lifted", regionsOf(four), "-var=schema_version=2", "-var=min_remaining_regions=0")
	begin := time.Now()
	root.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve", regionsOf(four), "-var=schema_version=2", "-var=min_remaining_regions=0")
	t.Logf("%-45s %5.1f s", "everything destroyed", time.Since(begin).Seconds())
	for _, r := range cloud.API().Resources(project) {
		if r.Service != "cloudkms" { // Google never deletes a key ring
			t.Errorf("left behind: %s %s", r.Service, r.Path)
		}
	}
	t.Logf("%d resources at the most", resources)
}
