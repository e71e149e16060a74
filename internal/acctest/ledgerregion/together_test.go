package ledgerregion_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Two resources of one plan that claim one region are refused, whatever the plan
// means to do with them; a region that is replaced is not.
func TestTwoResourcesClaimOneRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	copied := func(name, more string) string {
		return strings.Replace(standard("us-east1", more), `"us-east1" {`, fmt.Sprintf("%q {", name), 1)
	}
	const alone = "min_remaining_regions = 0\n"
	one := b.config(standard("us-east1", alone))
	b.test(
		resource.TestStep{Config: b.config(standard("us-east1", alone), copied("again", alone)), ExpectError: pattern("is claimed by another resource of this plan")},
		resource.TestStep{PreConfig: func() { b.wantBackends("ledger-write") }, Config: one},
		resource.TestStep{Config: b.config(standard("us-east1", alone), copied("again", alone+"capacity_percent = 50")), ExpectError: pattern("Two resources claim the same region")},
		// Renamed without a moved block: the old one's destroy would take out the new one's backends.
		resource.TestStep{Config: b.config(copied("renamed", alone)), ExpectError: pattern("add a moved block")},
		resource.TestStep{
			PreConfig: func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) },
			Config: b.config("moved {\n  from = proveniq_ledger_region.us-east1\n  to = proveniq_ledger_region.renamed\n}\n",
				copied("renamed", alone)),
		},
		resource.TestStep{
			Config: b.config("moved {\n  from = proveniq_ledger_region.renamed\n  to = proveniq_ledger_region.us-east1\n}\n",
				standard("us-east1", alone)),
		},
		resource.TestStep{Config: one, Taint: []string{east}, Check: b.check(func() { b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...) })},
	)
	cli := acctest.NewCLI(t, one)
	cli.Apply(0)
	acctest.WantOutput(t, cli.Apply(0, "-replace="+east), "1 added, 0 changed, 1 destroyed")
	// A second one with the same configuration, letter for letter, looks like a
	// replacement to the provider: it is warned of.
	cli.Write(b.config(standard("us-east1", alone), copied("again", alone)))
	code, output := cli.Start("plan", "-no-color", "-input=false").End()
	if warned, refused := strings.Contains(output, "The region is to be replaced, or two resources claim it"), strings.Contains(output, "Two resources claim the same region"); !warned && (code == 0 || !refused) {
		t.Errorf("neither warned of nor refused, exit code %d:\n%s", code, output)
	}
	cli.Write(one)
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
}

// A replacement that core makes first takes over the backends; without that, it
// takes the region out in between, and the last one is refused in the plan.
func TestReplacement(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	path := b.registry(true)
	registry := fmt.Sprintf("registry = { database = %q }\n", path)
	cli := acctest.NewCLI(t, b.config(standard("us-east1", registry)))
	cli.Apply(0)
	acctest.WantOutput(t, cli.Run(1, "plan", "-no-color", "-input=false", "-replace="+east), "Taking out the last healthy region is refused")
	first := b.config(standard("us-east1", registry+"min_remaining_regions = 0\nlifecycle {\n  create_before_destroy = true\n}\n"))
	cli.Write(first)
	cli.Apply(0)
	acctest.WantOutput(t, cli.Apply(0, "-replace="+east), "1 added, 0 changed, 1 destroyed", "Warning: The region stays in the load balancer")
	cli.Plan(false)
	b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
	if lines := b.query(path, rowsSQL); len(lines) != 1 {
		t.Errorf("rows %v", lines)
	}
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	b.wantBackends("ledger-write")
}

func TestUnguardedLedgers(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	two := standard("us-east1", "") + standard("europe-west1", "")
	cli := acctest.NewCLI(t, acctest.ProviderBlock(t, "")+two)
	cli.Apply(0)
	acctest.WantOutput(t, cli.Run(1, "destroy", "-no-color", "-input=false", "-auto-approve"), `unguarded_ledgers = ["demo"]`)
	cli.Write(acctest.ProviderBlock(t, `unguarded_ledgers = ["another"]`) + two)
	cli.Run(1, "destroy", "-no-color", "-input=false", "-auto-approve")
	cli.Write(acctest.ProviderBlock(t, `unguarded_ledgers = ["another", "demo"]`) + two)
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	b.wantBackends("ledger-write")
	b.wantBackends("ledger-read")
}

// What each of two plans may do, both together may not: of two applies that take
// out the last two regions one loses, and what it had lowered is restored.
func TestTwoDestroysRaceForTheLastRegion(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	clis := map[string]*acctest.CLI{}
	for _, name := range []string{"us-east1", "europe-west1"} {
		clis[name] = acctest.NewCLI(t, b.config(standard(name, "")))
		clis[name].Apply(0)
	}
	// Neither changes anything before both have planned and are about to.
	var both sync.WaitGroup
	both.Add(2)
	b.compute.Inject(api.Fault{Match: b.calls(http.MethodPatch, "/ledger-read"), Times: 2, Before: func() {
		both.Done()
		both.Wait()
	}})
	codes := map[string]int{}
	output := ""
	commands := map[string]*acctest.Command{}
	for name, cli := range clis {
		commands[name] = cli.Start("destroy", "-no-color", "-input=false", "-auto-approve")
	}
	for name, command := range commands {
		code, text := command.End()
		codes[name] = code
		if code != 0 {
			output += text
		}
	}
	if codes["us-east1"]+codes["europe-west1"] != 1 {
		t.Fatalf("exit codes %v, want one refusal:\n%s", codes, output)
	}
	acctest.WantOutput(t, output, "Taking out the last healthy region is refused")
	for _, service := range []string{"ledger-write", "ledger-read"} {
		lines := b.backends(service)
		if len(lines) != 3 {
			t.Errorf("%s has %v", service, lines)
		}
		for _, line := range lines {
			if !strings.Contains(line, " 1 ") {
				t.Errorf("%s: what the refused one had lowered was not restored: %s", service, line)
			}
		}
	}
}

// Three regions join at the same time, with a ramp, while the google provider
// writes whole services, as its PUT does, between any of their reads and writes.
func TestThreeRegionsJoinWhileAnotherWriterPuts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	var mu sync.Mutex
	puts := 0
	for _, service := range []string{"ledger-read", "ledger-write"} {
		b.compute.Inject(api.Fault{
			Match: b.calls(http.MethodPatch, "/"+service), Times: 5,
			Before: func() {
				mu.Lock()
				defer mu.Unlock()
				puts++
				b.compute.UpdateBackendService(b.project, service, func(body map[string]any) {
					// Read and written back as it is, with a field of its own changed.
					body["timeoutSec"] = float64(30 + puts)
				})
			},
		})
	}
	config := b.config(standard("us-east1", "min_remaining_regions = 0"), standard("europe-west1", "min_remaining_regions = 0"), standard("asia-southeast1", "min_remaining_regions = 0"))
	b.test(
		resource.TestStep{Config: config, Check: b.check(func() {
			b.wantBackends("ledger-write", slicesConcat(
				writes("asia-southeast1", 1, "a", "b", "c"), writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 1, "b", "c", "d"))...)
			if n := len(b.backends("ledger-read")); n != 9 || puts < 10 {
				t.Errorf("ledger-read has %d backends after %d foreign writes", n, puts)
			}
			if at := b.compute.BackendService(b.project, "ledger-write")["timeoutSec"].(float64); at < 31 {
				t.Errorf("the other writer's change was undone: timeoutSec %v", at)
			}
		})},
		acctest.EmptyPlan(config),
	)
}
