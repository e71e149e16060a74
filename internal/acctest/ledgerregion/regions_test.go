package ledgerregion_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const seen = "data.proveniq_ledger_regions.demo"

// look is the data source, read after the regions.
func look(more string, after ...string) string {
	depends := ""
	for _, address := range after {
		depends += address + ", "
	}
	return fmt.Sprintf("data \"proveniq_ledger_regions\" \"demo\" {\n  ledger_id = \"demo\"\n%s\n  depends_on = [%s]\n}\n", more, depends)
}

func texts(all ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, one := range all {
		checks = append(checks, knownvalue.StringExact(one))
	}
	return knownvalue.ListExact(checks)
}

// of checks an attribute of a region in the data source.
func of(region, attribute string, check knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions").AtMapKey(region).AtMapKey(attribute), check)
}

func TestRegionsAsTheyAre(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	withRegistry := fmt.Sprintf("registry = { database = %q }\nmin_remaining_regions = 0\n", path)
	config := func(east string, more string) string {
		return b.config(standard("us-east1", withRegistry+east), standard("europe-west1", withRegistry), look(more, "proveniq_ledger_region.us-east1", europe))
	}
	registry := fmt.Sprintf("registry = { database = %q }", path)
	b.test(
		resource.TestStep{Config: config("", registry), ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("project"), knownvalue.StringExact(b.project)),
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("registry_read"), knownvalue.Bool(true)),
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("unreachable_zones"), texts()),
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions"), knownvalue.MapSizeExact(2)),
			of("us-east1", "state", knownvalue.StringExact("ACTIVE")),
			of("us-east1", "capacity_percent", knownvalue.Int64Exact(100)),
			of("us-east1", "zones_attached", texts("us-east1-b", "us-east1-c", "us-east1-d")),
			of("us-east1", "zones_pending", texts()),
			of("us-east1", "endpoint_count", knownvalue.Int64Exact(9)),
			of("us-east1", "healthy_endpoint_count", knownvalue.Int64Exact(9)),
			of("us-east1", "healthy_percent", knownvalue.Int64Exact(100)),
			of("us-east1", "peers", texts("europe-west1")),
			of("us-east1", "differences", texts()),
			of("us-east1", "backends", knownvalue.ListSizeExact(6)),
			of("us-east1", "backends", knownvalue.ListPartial(map[int]knownvalue.Check{5: knownvalue.ObjectExact(map[string]knownvalue.Check{
				"class": knownvalue.StringExact("write"), "backend_service": knownvalue.StringExact("ledger-write"),
				"zone": knownvalue.StringExact("us-east1-d"), "neg_name": knownvalue.StringExact("ledger-api-us-east1"),
				"capacity_percent": knownvalue.Int64Exact(100), "max_rate_per_endpoint": knownvalue.Float64Exact(50),
				"preference": knownvalue.StringExact("DEFAULT"), "endpoint_count": knownvalue.Int64Exact(3),
				"healthy_endpoint_count": knownvalue.Int64Exact(3), "capacity_rps": knownvalue.Float64Exact(150),
			})})),
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions").AtMapKey("us-east1").AtMapKey("registry").AtMapKey("state"), knownvalue.StringExact("ACTIVE")),
			statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions").AtMapKey("us-east1").AtMapKey("registry").AtMapKey("provider_version"), knownvalue.StringExact(acctest.Version)),
		}},
		resource.TestStep{
			// One region's endpoints fail, one is drained, one is in the table alone,
			// and a row says something else.
			PreConfig: func() {
				b.setHealth("europe-west1", 1)
				b.execute(path, "UPDATE LedgerRegions SET CapacityPercent = 70, Zones = ['us-east1-b'] WHERE Region = 'us-east1'")
				b.execute(path, "INSERT INTO LedgerRegions (LedgerId, Region, State, CapacityPercent, UpdatedAt) VALUES ('demo', 'asia-southeast1', 'ACTIVE', 100, PENDING_COMMIT_TIMESTAMP())")
			},
			Config: b.config(look(registry), "removed {\n  from = proveniq_ledger_region.us-east1\n  lifecycle {\n    destroy = false\n  }\n}\nremoved {\n  from = proveniq_ledger_region.europe-west1\n  lifecycle {\n    destroy = false\n  }\n}\n"),
			ConfigStateChecks: []statecheck.StateCheck{
				of("europe-west1", "state", knownvalue.StringExact("DEGRADED")),
				of("europe-west1", "healthy_percent", knownvalue.Int64Exact(33)),
				of("us-east1", "differences", texts("capacity: 70 % in the region table, 100 % in the load balancer",
					"zones: us-east1-b in the region table, us-east1-b, us-east1-c, us-east1-d in the load balancer")),
				of("asia-southeast1", "state", knownvalue.StringExact("ABSENT")),
				of("asia-southeast1", "differences", texts("the region table has a row, and the load balancer no backend")),
				of("asia-southeast1", "backends", knownvalue.ListSizeExact(0)),
			},
		},
		resource.TestStep{
			// A group without a backend waits, a service without a forwarding rule hides health.
			PreConfig: func() {
				for _, service := range []string{"ledger-write", "ledger-read"} {
					b.change(service, func(m map[string]any) bool { return !strings.Contains(fmt.Sprint(m["group"]), "/us-east1-d/") })
				}
				b.compute.SetUsed(b.project, "ledger-read", false)
			},
			Config: b.config(look("min_healthy_percent = 30")),
			ConfigStateChecks: []statecheck.StateCheck{
				of("us-east1", "zones_pending", texts("us-east1-d")),
				of("us-east1", "state", knownvalue.StringExact("UNKNOWN")),
				of("us-east1", "healthy_percent", knownvalue.Null()),
				of("us-east1", "registry", knownvalue.Null()),
				statecheck.ExpectKnownValue(seen, tfjsonpath.New("registry_read"), knownvalue.Bool(false)),
				statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions"), knownvalue.MapSizeExact(2)),
			},
		},
		resource.TestStep{
			// No such ledger is an empty answer.
			Config:            b.config("data \"proveniq_ledger_regions\" \"demo\" {\n  ledger_id = \"nobody\"\n}\n"),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(seen, tfjsonpath.New("regions"), knownvalue.MapSizeExact(0))},
		},
	)
}

// The data source reads the load balancer in lists, and asks for health once a backend.
func TestRegionsCostTheirBudget(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.config(standard("us-east1", "min_remaining_regions = 0"), standard("europe-west1", "min_remaining_regions = 0")))
	cli.Apply(0)
	folder := acctest.NewCLI(t, b.config("data \"proveniq_ledger_regions\" \"demo\" {\n  ledger_id = \"demo\"\n}\n"))
	before := b.requests()
	folder.Plan(false)
	after := b.requests()
	for method, want := range map[string]int{
		"backendServices.list": 1, "networkEndpointGroups.aggregatedList": 1, "backendServices.get": 0,
		"backendServices.getHealth": 2 * 2 * 3, // regions, services, zones
	} {
		if got := after[method] - before[method]; got != want {
			t.Errorf("%d calls of %s, want %d", got, method, want)
		}
	}
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
}
