package ledgerregion_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestZoneThatAppearsLater(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.RemoveNEG(b.project, "us-east1-d", "ledger-api-us-east1")
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	b.test(
		resource.TestStep{
			Config:            config,
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("zones_attached"), zones("us-east1", "b", "c"))},
		},
		acctest.EmptyPlan(config),
		resource.TestStep{
			PreConfig: func() { b.compute.AddNEG(b.project, "us-east1-d", "ledger-api-us-east1", 3) },
			Config:    config,
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply: []plancheck.PlanCheck{
					plancheck.ExpectResourceAction(east, plancheck.ResourceActionUpdate),
					plancheck.ExpectKnownValue(east, tfjsonpath.New("zones_attached"), zones("us-east1", "b", "c", "d")),
				},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		resource.TestStep{
			// A zone that does not answer has not gone.
			PreConfig: func() { b.compute.SetUnreachable(b.project, api.PartialEveryway, "us-east1-d") },
			Config:    config,
			PlanOnly:  true,
		},
		resource.TestStep{
			// One that is gone from a complete list has.
			PreConfig: func() {
				b.compute.SetReachable(b.project, "us-east1-d")
				b.compute.RemoveNEG(b.project, "us-east1-d", "ledger-api-us-east1")
			},
			Config:           config,
			ConfigPlanChecks: onlyUpdates(east),
			Check:            b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c")...) }),
		},
	)
}

func TestExplicitZones(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(list string) string {
		return b.config(standard("us-east1", "min_remaining_regions = 0\nzones = "+list))
	}
	two, three := config(`["us-east1-b", "us-east1-c"]`), config(`["us-east1-d", "us-east1-b", "us-east1-c"]`)
	b.test(
		resource.TestStep{
			Config: two,
			ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
				plancheck.ExpectKnownValue(east, tfjsonpath.New("zones_attached"), zones("us-east1", "b", "c")),
			}},
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c")...) }),
		},
		acctest.EmptyPlan(two),
		resource.TestStep{Config: three, ConfigPlanChecks: onlyUpdates(east), Check: b.check(func() {
			b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
		})},
		resource.TestStep{Config: two, ConfigPlanChecks: onlyUpdates(east), Check: b.check(func() {
			b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c")...)
		})},
	)
}

func TestOneZoneDrainsByDetaching(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(percent int) string {
		return b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\nzones = [\"us-east1-b\"]\nmin_zones = 1\ncapacity_percent = %d", percent)))
	}
	b.test(
		resource.TestStep{Config: config(100)},
		resource.TestStep{
			Config:            config(0),
			ConfigPlanChecks:  onlyUpdates(east),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("zones_attached"), knownvalue.SetSizeExact(0))},
			Check:             b.check(func() { b.wantBackends("ledger-write") }),
		},
		acctest.EmptyPlan(config(0)),
		resource.TestStep{Config: config(100), ConfigPlanChecks: onlyUpdates(east), Check: b.check(func() {
			b.wantBackends("ledger-write", writes("us-east1", 1, "b")...)
		})},
	)
}

// What a refresh found of the old groups is not planned for the new ones.
func TestZonesOfAnotherNameWithoutARefresh(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	for _, zone := range []string{"us-east1-b", "us-east1-c"} {
		b.compute.AddNEG(b.project, zone, "ledger-api-v2", 3)
	}
	config := b.config(standard("us-east1", "min_remaining_regions = 0"))
	cli := acctest.NewCLI(t, config)
	cli.Apply(0)
	cli.Plan(false)
	cli.Write(strings.ReplaceAll(config, "ledger-api-us-east1", "ledger-api-v2"))
	cli.Apply(0)
	cli.Plan(false, "-refresh=false")
	cli.Plan(false)
	b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c")...)
}
