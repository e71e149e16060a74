package ledgerregion_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// check is a check of the world outside of state.
func (b *bench) check(f func()) resource.TestCheckFunc {
	return func(*terraform.State) error {
		f()
		return nil
	}
}

// wantBackends compares a service's backends.
func (b *bench) wantBackends(service string, want ...string) {
	b.t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), b.backends(service)); diff != "" {
		b.t.Errorf("%s (-want +is):\n%s", service, diff)
	}
}

// writes are the lines of a region in ledger-write at a capacity.
func writes(region string, scaler any, zones ...string) []string {
	var lines []string
	for _, zone := range zones {
		lines = append(lines, fmt.Sprintf("%s-%s %v 50 DEFAULT proveniq:demo/%s/write", region, zone, scaler, region))
	}
	return lines
}

func zones(region string, letters ...string) knownvalue.Check {
	var all []knownvalue.Check
	for _, letter := range letters {
		all = append(all, knownvalue.StringExact(region+"-"+letter))
	}
	return knownvalue.SetExact(all)
}

func TestThreeRegions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	withRegistry := fmt.Sprintf("registry = { database = %q }\n", path)
	ledger := func(eastMore, europeMore, asiaMore string) string {
		return b.config(
			standard("us-east1", withRegistry+eastMore),
			standard("europe-west1", withRegistry+europeMore),
			standard("asia-southeast1", withRegistry+asiaMore))
	}
	joined := ledger("", "", "")
	half := ledger("", "capacity_percent = 50", "")
	drained := ledger("", "capacity_percent = 0", "")
	b.test(
		resource.TestStep{
			Config: joined,
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(east, tfjsonpath.New("id"), knownvalue.StringExact("demo/us-east1")),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("project"), knownvalue.StringExact(b.project)),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("state"), knownvalue.StringExact("ACTIVE")),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("zones_attached"), zones("us-east1", "b", "c", "d")),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("capacity_percent"), knownvalue.Int64Exact(100)),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("health").AtMapKey("min_healthy_percent"), knownvalue.Int64Exact(70)),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("drain").AtMapKey("steps"),
					knownvalue.ListExact([]knownvalue.Check{knownvalue.Int64Exact(50), knownvalue.Int64Exact(10)})),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("backend_services").AtMapKey("write").AtMapKey("preference"), knownvalue.StringExact("DEFAULT")),
				statecheck.ExpectKnownValue(east, tfjsonpath.New("registry").AtMapKey("table"), knownvalue.StringExact("LedgerRegions")),
			},
			Check: b.check(func() {
				if n := len(b.backends("ledger-write")); n != 9 {
					t.Errorf("%d backends, want 9", n)
				}
				for _, line := range b.backends("ledger-read") {
					if !strings.Contains(line, " 1 200.5 PREFERRED proveniq:demo/") {
						t.Errorf("ledger-read has %s", line)
					}
				}
				want := []string{
					"asia-southeast1 ACTIVE 100 asia-southeast1-a,asia-southeast1-b,asia-southeast1-c " + acctest.Version,
					"europe-west1 ACTIVE 100 europe-west1-b,europe-west1-c,europe-west1-d " + acctest.Version,
					"us-east1 ACTIVE 100 us-east1-b,us-east1-c,us-east1-d " + acctest.Version,
				}
				if diff := cmp.Diff(want, b.query(path, rowsSQL)); diff != "" {
					t.Error(diff)
				}
			}),
		},
		acctest.EmptyPlan(joined),
		resource.TestStep{
			Config:           half,
			ConfigPlanChecks: onlyUpdates(europe),
			Check: b.check(func() {
				b.wantBackends("ledger-write", slicesConcat(
					writes("asia-southeast1", 1, "a", "b", "c"), writes("europe-west1", 0.5, "b", "c", "d"), writes("us-east1", 1, "b", "c", "d"))...)
			}),
		},
		acctest.EmptyPlan(half),
		resource.TestStep{
			Config: drained,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(europe, plancheck.ResourceActionUpdate),
				plancheck.ExpectKnownValue(europe, tfjsonpath.New("state"), knownvalue.StringExact("DRAINED")),
				plancheck.ExpectKnownValue(europe, tfjsonpath.New("zones_attached"), zones("europe-west1", "b", "c", "d")),
			}},
			Check: b.check(func() {
				b.wantBackends("ledger-write", slicesConcat(
					writes("asia-southeast1", 1, "a", "b", "c"), writes("europe-west1", 0, "b", "c", "d"), writes("us-east1", 1, "b", "c", "d"))...)
			}),
		},
		acctest.EmptyPlan(drained),
		resource.TestStep{
			// Another region's change leaves the drained one drained.
			Config:           ledger("capacity_percent = 20", "capacity_percent = 0", ""),
			ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				b.wantBackends("ledger-write", slicesConcat(
					writes("asia-southeast1", 1, "a", "b", "c"), writes("europe-west1", 0, "b", "c", "d"), writes("us-east1", 0.2, "b", "c", "d"))...)
			}),
		},
		resource.TestStep{
			Config:           joined,
			ConfigPlanChecks: onlyUpdates(east, europe),
			Check: b.check(func() {
				want := map[string][]string{
					"asia-southeast1": {"ACTIVE 100 joined"},
					"europe-west1":    {"ACTIVE 100 joined", "ACTIVE 50 capacity from 100 % to 50 %", "DRAINED 0 drained from 50 %", "ACTIVE 100 joined again at 100 %"},
					"us-east1":        {"ACTIVE 100 joined", "ACTIVE 20 capacity from 100 % to 20 %", "ACTIVE 100 capacity from 20 % to 100 %"},
				}
				got := map[string][]string{}
				for _, line := range b.query(path, historySQL) {
					region, rest, _ := strings.Cut(line, " ")
					got[region] = append(got[region], rest)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Error(diff)
				}
			}),
		},
		acctest.EmptyPlan(joined),
		resource.TestStep{
			// One region leaves.
			Config: b.config(standard("us-east1", withRegistry), standard("europe-west1", withRegistry)),
			Check: b.check(func() {
				if lines := b.query(path, rowsSQL); len(lines) != 2 {
					t.Errorf("rows %v", lines)
				}
				history := b.query(path, historySQL)
				if last := history[len(history)-1]; last != "asia-southeast1 LEFT 0 left" {
					t.Errorf("the last line of the history is %q", last)
				}
			}),
		},
		// All may go once the guard is lifted, as the refusal says.
		resource.TestStep{Config: b.config(standard("us-east1", withRegistry+"min_remaining_regions = 0"), standard("europe-west1", withRegistry+"min_remaining_regions = 0"))},
	)
	for _, service := range []string{"ledger-write", "ledger-read"} {
		if left := b.backends(service); len(left) != 0 {
			t.Errorf("after destroy %s has %v", service, left)
		}
	}
	if lines := b.query(path, rowsSQL); len(lines) != 0 {
		t.Errorf("after destroy the region table has %v", lines)
	}
}

// slicesConcat joins lists of lines.
func slicesConcat(lists ...[]string) []string {
	var all []string
	for _, list := range lists {
		all = append(all, list...)
	}
	return all
}

func TestUnchangedPlanCostsItsBudget(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("us-east1", "min_remaining_regions = 0"), standard("europe-west1", "min_remaining_regions = 0"), standard("asia-southeast1", "min_remaining_regions = 0"))
	var before map[string]int
	b.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: func() { before = b.requests() },
			Config:    config,
			PlanOnly:  true,
			// Core plans once with a refresh; the framework may do so again.
			ConfigPlanChecks: resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			PreConfig: func() {
				after := b.requests()
				lists := after["networkEndpointGroups.aggregatedList"] - before["networkEndpointGroups.aggregatedList"]
				gets := after["backendServices.get"] - before["backendServices.get"]
				if lists == 0 || gets != 2*lists {
					t.Errorf("%d lists and %d gets for plans of three regions in two services, want one list and two gets for each plan", lists, gets)
				}
				for _, none := range []string{"backendServices.getHealth", "backendServices.patch", "backendServices.list", "backendServices.testIamPermissions", "networkEndpointGroups.testIamPermissions"} {
					if after[none] != before[none] {
						t.Errorf("an unchanged plan called %s", none)
					}
				}
			},
			Config: config,
		},
	)
}

func TestImport(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// Everything that is imported is a default or comes from the load balancer.
	config := b.config(region("us-east1", services+`capacity_percent = 50
		ramp   = {}
		health = { stable_seconds = 30 }
		drain  = {}`))
	quickly := b.config(region("us-east1", services+quick+"capacity_percent = 50\nmin_remaining_regions = 0"))
	b.test(
		resource.TestStep{Config: quickly},
		// Settings that only state knows go back to their defaults, without a call.
		resource.TestStep{Config: config, ConfigPlanChecks: onlyUpdates(east)},
		resource.TestStep{
			ResourceName: east, ImportState: true, ImportStateVerify: true, ImportStateId: b.project + "/demo/us-east1",
			// The load balancer does not know since when.
			ImportStateVerifyIgnore: []string{"joined_at"},
		},
		resource.TestStep{
			Config: config, ResourceName: east, ImportState: true, ImportStateKind: resource.ImportBlockWithID, ImportStateId: b.project + "/demo/us-east1",
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{
			ResourceName: east, ImportState: true, ImportStateId: "demo/us-east1",
			ExpectError: regexp.MustCompile(`(?s)project/ledger_id/region.*acme-prod/main/us-east1`),
		},
		resource.TestStep{
			ResourceName: east, ImportState: true, ImportStateId: b.project + "/demo/europe-west1",
			ExpectError: regexp.MustCompile(`no such region to import`),
		},
		resource.TestStep{Config: quickly},
	)
}

func TestJoinsDrained(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(percent int) string {
		return b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\ncapacity_percent = %d", percent)), standard("europe-west1", "min_remaining_regions = 0"))
	}
	// Nothing is served, so nothing is gated.
	b.setHealth("us-east1", 0)
	b.test(
		resource.TestStep{
			Config:            config(0),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("state"), knownvalue.StringExact("DRAINED"))},
			Check: b.check(func() {
				b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
			}),
		},
		acctest.EmptyPlan(config(0)),
		// The gate stands where it is raised, and the drained region stays drained.
		resource.TestStep{Config: config(100), ExpectError: pattern("0 of 9 endpoints healthy")},
		resource.TestStep{
			PreConfig: func() {
				b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
				b.setHealth("us-east1", 3)
			},
			Config: config(100), ConfigPlanChecks: onlyUpdates(east),
		},
	)
}

func TestForeignWriterKeepsItsChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// As the google provider: a write of the whole object between our get and patch.
	foreign := 0
	b.compute.Inject(api.Fault{
		Match: b.calls(http.MethodPatch, "/ledger-write"), Times: 5,
		Before: func() {
			foreign++
			b.compute.UpdateBackendService(b.project, "ledger-write", func(body map[string]any) {
				body["timeoutSec"] = float64(100 + foreign)
				body["backends"] = append(listOf(body["backends"]), map[string]any{
					"group":         fmt.Sprintf("https://www.googleapis.com/compute/v1/projects/%s/zones/us-east1-b/networkEndpointGroups/foreign-%d", b.project, foreign),
					"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 0.0, "description": "by somebody else",
				})
			})
		},
	})
	b.test(resource.TestStep{
		Config: b.config(standard("us-east1", "min_remaining_regions = 0")),
		Check: b.check(func() {
			own, others := 0, 0
			for _, line := range b.backends("ledger-write") {
				switch {
				case strings.Contains(line, "proveniq:"):
					own++
				case strings.Contains(line, " 0 1 ") && strings.Contains(line, "by somebody else"):
					others++
				}
			}
			if own != 3 || others != 5 || b.compute.BackendService(b.project, "ledger-write")["timeoutSec"] != 105.0 {
				t.Errorf("%d own and %d foreign backends, timeoutSec %v", own, others, b.compute.BackendService(b.project, "ledger-write")["timeoutSec"])
			}
		}),
	})
	if left := b.backends("ledger-write"); len(left) != 5 {
		t.Errorf("after destroy the other writer has %v", left)
	}
}

func listOf(value any) []any {
	list, _ := value.([]any)
	return list
}
