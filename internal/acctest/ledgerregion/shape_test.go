package ledgerregion_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// probes is a service that holds one region and keeps all its capacity.
const probes = `
  backend_services = {
    write = { name = "ledger-write", max_rate_per_endpoint = 50 }
    probe = { name = "ledger-webhook", max_rate_per_endpoint = 1, guard = false, follow_capacity = false }
  }
`

func TestProbeService(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(percent int) string {
		return b.config(region("us-east1", probes+quick+fmt.Sprintf("capacity_percent = %d", percent)), standard("europe-west1", "min_remaining_regions = 0"))
	}
	probing := func(zones ...string) {
		var want []string
		for _, zone := range zones {
			want = append(want, "us-east1-"+zone+" 1 1 DEFAULT proveniq:demo/us-east1/probe")
		}
		b.wantBackends("ledger-webhook", want...)
	}
	b.test(
		resource.TestStep{Config: config(100), Check: b.check(func() { probing("b", "c", "d") })},
		acctest.EmptyPlan(config(100)),
		resource.TestStep{
			// The region drains, its probes do not; the guard looks at write alone.
			Config: config(0), ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				probing("b", "c", "d")
				b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
			}),
		},
		acctest.EmptyPlan(config(0)),
		resource.TestStep{
			// Imported, the capacities tell which service does not follow.
			ResourceName: east, ImportState: true, ImportStateVerify: true, ImportStateId: b.project + "/demo/us-east1",
			ImportStateVerifyIgnore: []string{"ramp", "health", "drain", "joined_at"},
		},
		resource.TestStep{
			// Somebody takes capacity from the probes: the next apply gives it back.
			PreConfig: func() {
				b.change("ledger-webhook", func(m map[string]any) bool { m["capacityScaler"] = 0.5; return true })
			},
			Config:           config(100),
			ConfigPlanChecks: onlyUpdates(east),
			Check:            b.check(func() { probing("b", "c", "d") }),
		},
		resource.TestStep{
			// Flags change in place.
			Config: b.config(region("us-east1", strings.ReplaceAll(probes, "guard = false, follow_capacity = false", "guard = false")+quick+"capacity_percent = 50\nmin_remaining_regions = 0"),
				standard("europe-west1", "min_remaining_regions = 0")),
			ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				for _, line := range b.backends("ledger-webhook") {
					if !strings.Contains(line, " 0.5 1 ") {
						t.Errorf("a service that follows has %s", line)
					}
				}
			}),
		},
	)
	b.wantBackends("ledger-webhook")
}

func TestZonesAreKnownBeforeACreate(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(standard("europe-west1", "min_remaining_regions = 0"))
	create := func(check plancheck.PlanCheck) resource.ConfigPlanChecks {
		return resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectResourceAction(europe, plancheck.ResourceActionCreate), check}}
	}
	b.test(
		resource.TestStep{
			// Two zones of three: another may appear while the plan waits for its apply.
			PreConfig:        func() { b.compute.RemoveNEG(b.project, "europe-west1-d", "ledger-api-europe-west1") },
			Config:           config,
			ConfigPlanChecks: create(plancheck.ExpectUnknownValue(europe, tfjsonpath.New("zones_attached"))),
		},
		resource.TestStep{Config: config, Destroy: true},
		resource.TestStep{
			PreConfig:        func() { b.compute.AddNEG(b.project, "europe-west1-d", "ledger-api-europe-west1", 3) },
			Config:           config,
			ConfigPlanChecks: create(plancheck.ExpectKnownValue(europe, tfjsonpath.New("zones_attached"), zones("europe-west1", "b", "c", "d"))),
		},
		resource.TestStep{Config: config, Destroy: true},
		resource.TestStep{
			// A zone that does not answer may have one, or not.
			PreConfig:        func() { b.compute.SetUnreachable(b.project, api.PartialEveryway, "europe-west1-d") },
			Config:           config,
			ConfigPlanChecks: create(plancheck.ExpectUnknownValue(europe, tfjsonpath.New("zones_attached"))),
		},
	)
}

func TestAdoptExisting(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.UpdateBackendService(b.project, "ledger-write", func(body map[string]any) {
		body["backends"] = []any{map[string]any{
			"group":         "https://www.googleapis.com/compute/v1/projects/" + b.project + "/zones/us-east1-b/networkEndpointGroups/ledger-api-us-east1",
			"balancingMode": "RATE", "maxRate": 1.0, "capacityScaler": 1.0, "description": "made by autoneg",
		}}
	})
	adopting := b.config(standard("us-east1", "min_remaining_regions = 0\nadopt_existing = true"))
	b.test(
		resource.TestStep{Config: b.config(standard("us-east1", "")), ExpectError: pattern("set adopt_existing = true to take it over")},
		resource.TestStep{Config: adopting, Check: b.check(func() {
			want := writes("us-east1", 1, "b", "c", "d")
			want[0] = strings.ReplaceAll(want[0], "DEFAULT", "<nil>") // as it was made
			b.wantBackends("ledger-write", want...)
		})},
		acctest.EmptyPlan(adopting),
	)
}

func TestReasonStandsInTheHistory(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	with := func(more string) string {
		return b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\nregistry = { database = %q }\n%s", path, more)))
	}
	before := 0
	b.test(
		resource.TestStep{Config: with(`change_reason = "go-live"`)},
		resource.TestStep{Config: with("capacity_percent = 20\nchange_reason = \"TICKET-7\""), Check: b.check(func() {
			want := []string{"us-east1 ACTIVE 100 joined: go-live", "us-east1 ACTIVE 20 capacity from 100 % to 20 %: TICKET-7"}
			if diff := cmp.Diff(want, b.query(path, historySQL)); diff != "" {
				t.Error(diff)
			}
		})},
		resource.TestStep{
			// Another reason alone changes state and nothing else.
			PreConfig: func() { before = b.requests()["backendServices.patch"] },
			Config:    with("capacity_percent = 20\nchange_reason = \"TICKET-8\""), ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() {
				if lines := b.query(path, historySQL); len(lines) != 2 || b.requests()["backendServices.patch"] != before {
					t.Errorf("history %v", lines)
				}
			}),
		},
		resource.TestStep{Config: b.config(), Check: b.check(func() {
			history := b.query(path, historySQL)
			if last := history[len(history)-1]; last != "us-east1 LEFT 0 left: TICKET-8" {
				t.Errorf("the last line of the history is %q", last)
			}
		})},
	)
}

// A row that somebody changed or removed is written again, and told by the plan.
func TestRowThatDiffersIsRepaired(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	config := b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\nregistry = { database = %q }", path)))
	steps := []resource.TestStep{{Config: config}, acctest.EmptyPlan(config)}
	for _, change := range []string{
		"DELETE FROM LedgerRegions WHERE true",
		"UPDATE LedgerRegions SET CapacityPercent = 10 WHERE true",
		"UPDATE LedgerRegions SET State = 'DRAINED' WHERE true",
		"UPDATE LedgerRegions SET Zones = ['us-east1-b'] WHERE true",
	} {
		before := 0
		steps = append(steps, resource.TestStep{
			PreConfig: func() {
				before = b.requests()["backendServices.patch"]
				b.execute(path, change)
			},
			Config: config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(east, plancheck.ResourceActionUpdate),
					plancheck.ExpectUnknownValue(east, tfjsonpath.New("registry_status")),
				},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("registry_status"), knownvalue.StringExact("CURRENT"))},
			Check: b.check(func() {
				want := []string{"us-east1 ACTIVE 100 us-east1-b,us-east1-c,us-east1-d " + acctest.Version}
				if diff := cmp.Diff(want, b.query(path, rowsSQL)); diff != "" {
					t.Errorf("after %s: %s", change, diff)
				}
				if after := b.requests()["backendServices.patch"]; after != before {
					t.Errorf("%s: the load balancer was changed %d times", change, after-before)
				}
			}),
		})
	}
	// The provider's version of the row is nobody's difference.
	steps = append(steps, resource.TestStep{
		PreConfig: func() { b.execute(path, "UPDATE LedgerRegions SET ProviderVersion = '0.0.1' WHERE true") },
		Config:    config, PlanOnly: true,
	})
	b.test(steps...)
}
