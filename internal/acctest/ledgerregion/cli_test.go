package ledgerregion_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// firstCall gives a channel that is closed when a request of this kind arrives.
func (b *bench) firstCall(method, end string) <-chan struct{} {
	arrived := make(chan struct{})
	var once sync.Once
	b.compute.Inject(api.Fault{Match: b.calls(method, end), Before: func() { once.Do(func() { close(arrived) }) }})
	return arrived
}

func TestInterruptedApply(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.setHealth("us-east1", 0)
	// The gate would wait for ten minutes.
	config := b.config(region("us-east1", services+"min_remaining_regions = 0\nramp = { steps = [] }\nhealth = { stable_seconds = 0 }\ndrain = { hold_seconds = 0, settle_seconds = 0 }"))
	cli := acctest.NewCLI(t, config)
	gated := b.firstCall(http.MethodPost, "/ledger-write/getHealth")
	apply := cli.Start("apply", "-no-color", "-input=false", "-auto-approve")
	<-gated
	if n := len(b.backends("ledger-write")); n != 3 {
		t.Errorf("%d backends while the gate waits, want 3", n)
	}
	apply.Interrupt()
	acctest.WantOutput(t, apply.Wait(1), "has been taken back")
	b.wantBackends("ledger-write")
	b.wantBackends("ledger-read")
	if left := cli.Run(0, "state", "list"); left != "" {
		t.Errorf("in state: %s", left)
	}
	b.setHealth("us-east1", 3)
	cli.Apply(0)
	cli.Plan(false)
	b.wantBackends("ledger-write", writes("us-east1", 1, "b", "c", "d")...)
}

func TestSavedPlanBinds(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.RemoveNEG(b.project, "us-east1-d", "ledger-api-us-east1")
	cli := acctest.NewCLI(t, b.config(standard("us-east1", "min_remaining_regions = 0")))
	cli.Apply(0)
	cli.Write(b.config(standard("us-east1", "min_remaining_regions = 0\ncapacity_percent = 50")))
	cli.Plan(true, "-out=saved")
	// Between plan and apply a zone appears: the plan did not show it.
	b.compute.AddNEG(b.project, "us-east1-d", "ledger-api-us-east1", 3)
	cli.Run(0, "apply", "-no-color", "-input=false", "saved")
	b.wantBackends("ledger-write", writes("us-east1", 0.5, "b", "c")...)
	acctest.WantOutput(t, cli.Plan(true, "-out=saved"), `+ "us-east1-d"`)
	// And one that the plan did show is gone again: nothing else is done instead.
	b.compute.RemoveNEG(b.project, "us-east1-d", "ledger-api-us-east1")
	acctest.WantOutput(t, cli.Run(1, "apply", "-no-color", "-input=false", "saved"), "The network endpoint groups are not those of the plan", "us-east1-d")
	b.wantBackends("ledger-write", writes("us-east1", 0.5, "b", "c")...)
	cli.Plan(false)
}

func TestDrainWithoutSpanner(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	// Nobody listens on port 1.
	cli := acctest.NewCLI(t, b.config(standard("us-east1", ""), standard("europe-west1", "")), "SPANNER_EMULATOR_HOST", "127.0.0.1:1")
	cli.Apply(0)
	cli.Write(b.config(standard("us-east1", "capacity_percent = 0\nregistry = { database = \"ledger/ledger\" }"), standard("europe-west1", "")))
	output := cli.Apply(0, "-refresh=false")
	acctest.WantOutput(t, output, "Warning: The region table was not written", "LedgerRegions", "1 changed")
	b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
}

func TestWarnings(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.UpdateBackendService(b.project, "ledger-read", func(body map[string]any) {
		body["backends"] = []any{map[string]any{
			"group":         "https://www.googleapis.com/compute/v1/projects/" + b.project + "/zones/us-east1-b/networkEndpointGroups/ledger-api-us-east1",
			"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0, "description": "proveniq:demo/us-east1/read",
		}}
	})
	cli := acctest.NewCLI(t, b.config(standard("us-east1", "min_remaining_regions = 0")))
	acctest.WantOutput(t, cli.Apply(0), "Warning: Backends of this region were there already", "ledger-read already had backends with the mark of demo/us-east1")
	b.compute.AddBackendService(b.project, "ledger-read", nil)
	b.compute.AddBackendService(b.project, "ledger-write", nil)
	acctest.WantOutput(t, cli.Plan(true), "Warning: The region is attached nowhere any more", "1 to add, 0 to change, 0 to destroy")
	b.compute.Deny(b.project, "compute.networkEndpointGroups.list")
	cli.Apply(1)
	b.compute.Allow(b.project, "compute.networkEndpointGroups.list")
	cli.Apply(0)
	b.compute.Deny(b.project, "compute.networkEndpointGroups.list")
	acctest.WantOutput(t, cli.Plan(false), "Warning: Zones of the region could not be looked for", "compute.networkEndpointGroups.list")
	b.compute.Allow(b.project, "compute.networkEndpointGroups.list")
}

func TestDestroyOfEverythingIsRefusedInOneGo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	three := func(more string) string {
		return b.config(standard("us-east1", more), standard("europe-west1", more), standard("asia-southeast1", more))
	}
	cli := acctest.NewCLI(t, three(""))
	cli.Apply(0)
	before := b.requests()["backendServices.patch"]
	output := cli.Run(1, "destroy", "-no-color", "-input=false", "-auto-approve")
	acctest.WantOutput(t, output, "This plan takes out", "min_remaining_regions is 1", "first apply min_remaining_regions = 0")
	if after := b.requests()["backendServices.patch"]; after != before {
		t.Errorf("the refused destroy made %d changes", after-before)
	}
	// With room for it, one may go.
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve", "-target=proveniq_ledger_region.asia-southeast1")
	cli.Write(three("min_remaining_regions = 0"))
	cli.Apply(0)
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	for _, service := range []string{"ledger-write", "ledger-read"} {
		b.wantBackends(service)
	}
}

func TestPlanShowsWhatOneReadTells(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.config(standard("us-east1", ""), standard("europe-west1", "")))
	cli.Apply(0)
	cli.Write(b.config(standard("us-east1", "capacity_percent = 0"), standard("europe-west1", "")))
	output := cli.Plan(true)
	acctest.WantOutput(t, output, "~ capacity_percent = 100 -> 0", `~ state = "ACTIVE" -> "DRAINED"`)
	if strings.Contains(output, "known after apply") {
		t.Errorf("the plan of a drain leaves something open:\n%s", output)
	}
}
