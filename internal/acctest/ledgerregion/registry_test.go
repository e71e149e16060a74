package ledgerregion_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

func TestRegistryFailures(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(false)
	with := func(onError string, percent int) string {
		return b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\ncapacity_percent = %d\nregistry = { database = %q, on_error = %q }", percent, path, onError)))
	}
	b.test(
		// No table: with "fail" the create is undone, as after any other error.
		resource.TestStep{Config: with("fail", 100), ExpectError: pattern("The region table was not written")},
		resource.TestStep{
			// With "warn" the region joins, and the next plan is the one that writes the row.
			PreConfig:          func() { b.wantBackends("ledger-write") },
			Config:             with("warn", 100),
			ExpectNonEmptyPlan: true,
			ConfigStateChecks:  []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("registry_status"), knownvalue.StringExact("STALE"))},
			Check:              b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		// An update has changed the load balancer: state keeps that, and the next plan repairs the table.
		resource.TestStep{Config: with("fail", 50), ExpectError: pattern("The region table was not written")},
		resource.TestStep{
			PreConfig: func() {
				b.wantBackends("ledger-write", writes("us-east1", 0.5, "b", "c", "d")...)
				b.addTables(path)
			},
			Config:            with("fail", 50),
			ConfigPlanChecks:  onlyUpdates(east),
			ConfigStateChecks: []statecheck.StateCheck{statecheck.ExpectKnownValue(east, tfjsonpath.New("registry_status"), knownvalue.StringExact("CURRENT"))},
			Check: b.check(func() {
				want := []string{"us-east1 ACTIVE 50 us-east1-b,us-east1-c,us-east1-d " + acctest.Version}
				if diff := cmp.Diff(want, b.query(path, rowsSQL)); diff != "" {
					t.Error(diff)
				}
			}),
		},
		acctest.EmptyPlan(with("fail", 50)),
		// Its row is gone with it.
		resource.TestStep{Config: b.config(standard("europe-west1", "min_remaining_regions = 0")), Check: b.check(func() {
			if lines := b.query(path, rowsSQL); len(lines) != 0 {
				t.Errorf("rows %v", lines)
			}
		})},
	)
}

func TestRegistryByShortName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	config := b.config(standard("us-east1", "min_remaining_regions = 0\nregistry = { database = \"ledger/ledger\" }"))
	b.test(resource.TestStep{
		Config: config,
		Check: b.check(func() {
			if lines := b.query(path, rowsSQL); len(lines) != 1 {
				t.Errorf("rows %v", lines)
			}
		}),
	})
}

// A region that is attached nowhere any more, while its row says otherwise, stays
// in state: only a resource there can write or remove the row.
func TestRegionThatIsOutKeepsWhoRemovesItsRow(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	config := b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\nregistry = { database = %q }", path)))
	out := func() {
		for _, service := range []string{"ledger-write", "ledger-read"} {
			b.change(service, func(map[string]any) bool { return false })
		}
	}
	b.test(
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig: out, Config: config, ConfigPlanChecks: onlyUpdates(east),
			Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) }),
		},
		acctest.EmptyPlan(config),
		resource.TestStep{PreConfig: out, Config: b.config(), Check: b.check(func() {
			if lines := b.query(path, rowsSQL); len(lines) != 0 {
				t.Errorf("rows %v", lines)
			}
		})},
	)
}

// A region that is no longer written to a region table leaves no row there.
func TestRowGoesWithItsRegistry(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	with := func(more string) string { return b.config(standard("us-east1", "min_remaining_regions = 0\n"+more)) }
	in := with(fmt.Sprintf("registry = { database = %q }", path))
	b.test(
		resource.TestStep{Config: in},
		resource.TestStep{Config: with(""), ConfigPlanChecks: onlyUpdates(east), Check: b.check(func() {
			if lines := b.query(path, rowsSQL); len(lines) != 0 {
				t.Errorf("rows %v", lines)
			}
			history := b.query(path, historySQL)
			if last := history[len(history)-1]; last != "us-east1 LEFT 0 no longer written to this table" {
				t.Errorf("the last line of the history is %q", last)
			}
		})},
		// Other settings of the registry move nothing.
		resource.TestStep{Config: in},
		resource.TestStep{Config: with(fmt.Sprintf("registry = { database = %q, on_error = \"fail\" }", path)), Check: b.check(func() {
			if lines := b.query(path, rowsSQL); len(lines) != 1 {
				t.Errorf("rows %v", lines)
			}
		})},
	)
}
