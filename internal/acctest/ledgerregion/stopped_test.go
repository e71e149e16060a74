package ledgerregion_test

import (
	"bufio"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Spanner stops under a ledger that runs: plans only warn, and a region is
// drained all the same.
func TestDrainWhileTheEmulatorIsStopped(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	own, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { own.Stop() })
	if err := own.CreateDatabase(t.Context(), b.project, "ledger", "ledger"); err != nil {
		t.Fatal(err)
	}
	b.addTablesOn(own, "projects/"+b.project+"/instances/ledger/databases/ledger")
	config := func(percent int) string {
		with := "min_remaining_regions = 0\nregistry = { database = \"ledger/ledger\" }\n"
		return b.config(standard("us-east1", with+fmt.Sprintf("capacity_percent = %d", percent)), standard("europe-west1", with), standard("asia-southeast1", with))
	}
	cli := acctest.NewCLI(t, config(100), "SPANNER_EMULATOR_HOST", own.Host())
	cli.Apply(0)
	cli.Plan(false)
	if err := own.Stop(); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	acctest.WantOutput(t, cli.Plan(false), "Warning: The region table could not be read", "No changes")
	if took := time.Since(start); took > 25*time.Second {
		t.Errorf("a plan of three regions waited %s for a Spanner that is down", took)
	}
	cli.Write(config(0))
	acctest.WantOutput(t, cli.Apply(0, "-refresh=false"), "Warning: The region table was not written", "1 changed")
	b.wantBackends("ledger-write", slicesConcat(writes("asia-southeast1", 1, "a", "b", "c"), writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
}

// What import writes as a configuration plans to nothing.
func TestGeneratedConfigurationPlansEmpty(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := b.config(region("us-east1", probes+quick+"min_remaining_regions = 0\ncapacity_percent = 50"), standard("europe-west1", "min_remaining_regions = 0"))
	acctest.NewCLI(t, config).Apply(0)
	cli := acctest.NewCLI(t, b.config(fmt.Sprintf(`import {
  to = proveniq_ledger_region.generated
  id = "%s/demo/us-east1"
}
`, b.project)))
	output := cli.Run(0, "plan", "-no-color", "-input=false", "-generate-config-out=generated.tf")
	acctest.WantOutput(t, output, "1 to import, 0 to add, 0 to change, 0 to destroy")
	acctest.WantOutput(t, cli.Apply(0), "1 imported, 0 added, 0 changed, 0 destroyed")
	cli.Plan(false)
}

// Permissions are asked for in the plan that needs them, and an apply without
// them stops before its first change.
func TestPermissionsAreAskedForFirst(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	alone := "min_remaining_regions = 0\n"
	cli := acctest.NewCLI(t, b.config(standard("us-east1", alone)))
	for _, permission := range []string{"compute.backendServices.update", "compute.networkEndpointGroups.use"} {
		b.compute.Deny(b.project, permission)
		acctest.WantOutput(t, cli.Plan(true), "Warning: The provider's account may not", "It lacks "+permission)
		acctest.WantOutput(t, cli.Apply(1), "Error: The provider's account may not", "It lacks "+permission)
		b.compute.Allow(b.project, permission)
		if n := b.requests()["backendServices.patch"]; n != 0 {
			t.Fatalf("without %s %d changes were sent", permission, n)
		}
	}
	cli.Apply(0)
	// A plan that changes nothing asks for none.
	before := b.requests()["backendServices.testIamPermissions"]
	cli.Plan(false)
	if after := b.requests()["backendServices.testIamPermissions"]; after != before {
		t.Errorf("an empty plan asked for permissions %d times", after-before)
	}
	b.compute.Deny(b.project, "compute.backendServices.update")
	acctest.WantOutput(t, cli.Run(2, "plan", "-no-color", "-input=false", "-detailed-exitcode", "-destroy"), "It lacks compute.backendServices.update")
	b.compute.Allow(b.project, "compute.backendServices.update")
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
}

// A service whose connections drain longer than the region settles is refused
// where it exists at plan.
func TestSettleBelowTheDrainingTimeout(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.compute.AddBackendService(b.project, "ledger-read", map[string]any{"connectionDraining": map[string]any{"drainingTimeoutSec": 300.0}})
	cli := acctest.NewCLI(t, b.config(region("us-east1", services+"drain = { settle_seconds = 299 }")))
	acctest.WantOutput(t, cli.Run(1, "plan", "-no-color", "-input=false"), "The region would settle before its connections have drained", "Set settle_seconds = 300 or more")
	cli.Write(b.config(region("us-east1", services+"drain = { settle_seconds = 300 }")))
	cli.Plan(true)
	// Raised later, a plan that changes the region says so; one that drains it does not ask.
	with := func(percent int) string {
		return b.config(region("us-east1", services+fmt.Sprintf(`
  capacity_percent      = %d
  min_remaining_regions = 0
  ramp                  = { hold_seconds = 0 }
  health                = { stable_seconds = 0, timeout_seconds = 1 }
  drain                 = { steps = [], settle_seconds = 300 }
`, percent)), standard("europe-west1", "min_remaining_regions = 0\ncapacity_percent = 0"))
	}
	b.compute.UpdateBackendService(b.project, "ledger-read", func(body map[string]any) {
		body["connectionDraining"] = map[string]any{"drainingTimeoutSec": 0.0}
	})
	cli.Write(with(100))
	cli.Apply(0)
	b.compute.UpdateBackendService(b.project, "ledger-read", func(body map[string]any) {
		body["connectionDraining"] = map[string]any{"drainingTimeoutSec": 400.0}
	})
	cli.Plan(false)
	cli.Write(with(50))
	acctest.WantOutput(t, cli.Run(1, "plan", "-no-color", "-input=false"), "Set settle_seconds = 400 or more")
	cli.Write(with(0))
	acctest.WantOutput(t, cli.Apply(0), "1 changed")
	cli.Plan(false)
}

// A provider that is killed for real, in the middle of a ramp, leaves what the
// next apply brings to its end; all other moments are tried in
// internal/ledgerregion.
func TestKilledForReal(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	binary := filepath.Join(t.TempDir(), "terraform-provider-proveniq")
	if output, err := exec.Command("go", "build", "-o", binary, "github.com/proveniq/terraform-provider-proveniq").CombinedOutput(); err != nil {
		t.Fatalf("building the provider: %v\n%s", err, output)
	}
	config := func(percent int) string {
		return b.config(standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\ncapacity_percent = %d", percent)), standard("europe-west1", "min_remaining_regions = 0"))
	}
	cli := acctest.NewCLI(t, config(100))
	for _, death := range []struct {
		percent, changes int // the capacity to apply, and the change of ledger-write after which the provider dies
	}{{100, 2}, {0, 1}, {100, 2}, {0, 2}} {
		victim := start(t, binary)
		cli.Attach(victim.reattach)
		cli.Write(config(death.percent))
		var passed atomic.Bool
		patch := b.calls(http.MethodPatch, "/ledger-write")
		b.compute.Inject(api.Fault{
			Match: func(r *http.Request) bool { return !passed.Load() && patch(r) },
			After: death.changes - 1, Performed: true, Drop: true, Before: victim.kill,
		})
		code, output := cli.Start("apply", "-no-color", "-input=false", "-auto-approve").End()
		passed.Store(true)
		if code == 0 || !victim.dead.Load() {
			t.Fatalf("%+v: the apply was not killed, exit code %d:\n%s", death, code, output)
		}
		cli.Attach(start(t, binary).reattach)
		if output := cli.Apply(0); strings.Contains(output, "destroyed") && !strings.Contains(output, "0 destroyed") {
			t.Errorf("%+v: something was destroyed:\n%s", death, output)
		}
		cli.Plan(false)
		scaler := any(1)
		if death.percent == 0 {
			scaler = 0
		}
		b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", scaler, "b", "c", "d"))...)
	}
}

// process is a provider of its own.
type process struct {
	t        *testing.T
	command  *exec.Cmd
	reattach string
	ended    sync.Once
	dead     atomic.Bool
}

func start(t *testing.T, binary string) *process {
	t.Helper()
	p := &process{t: t, command: exec.Command(binary, "-debug")}
	p.command.Env = append(os.Environ(), "SPANNER_EMULATOR_HOST="+acctest.Cloud(t).Emulator().Host())
	output, err := p.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.kill)
	lines := bufio.NewScanner(output)
	for p.reattach == "" && lines.Scan() {
		if _, value, found := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS="); found {
			p.reattach = strings.Trim(value, "'\"")
		}
	}
	if p.reattach == "" {
		t.Fatalf("the provider does not say how to reach it: %v", lines.Err())
	}
	return p
}

// kill ends the process as SIGKILL does.
func (p *process) kill() {
	p.ended.Do(func() {
		p.dead.Store(true)
		if err := p.command.Process.Kill(); err != nil {
			p.t.Errorf("killing the provider: %v", err)
		}
		// A killed process ends with an error; that it is gone is what counts.
		_ = p.command.Wait()
	})
}

// A drain or a smaller capacity that leaves too little for the present load is
// warned of, with numbers.
func TestLoadThatTheOthersCannotTake(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := func(percent int) string {
		monitoring := strings.TrimSuffix(acctest.Cloud(t).ComputeEndpoint(), "compute/v1/") + "monitoring.googleapis.com/v3/"
		return acctest.ProviderBlock(t, fmt.Sprintf("monitoring_custom_endpoint = %q", monitoring)) +
			standard("us-east1", fmt.Sprintf("min_remaining_regions = 0\ncapacity_percent = %d", percent)) + standard("europe-west1", "min_remaining_regions = 0")
	}
	var asked atomic.Int64
	load := func(writes int) {
		b.compute.Inject(api.Fault{
			Match: func(r *http.Request) bool {
				return strings.HasSuffix(r.URL.Path, "/projects/"+b.project+"/location/global/prometheus/api/v1/query") && asked.Add(1) > 0
			},
			Times: 1, Status: http.StatusOK,
			Body: fmt.Sprintf(`{"status": "success", "data": {"resultType": "vector", "result": [{"metric": {"backend_target_name": "ledger-write"}, "value": [1, "%d"]}]}}`, writes),
		})
	}
	cli := acctest.NewCLI(t, config(100))
	cli.Apply(0)
	cli.Plan(false)
	if n := asked.Load(); n != 0 {
		t.Errorf("plans without a departure asked for the load %d times", n)
	}
	// At 10 % us-east1 takes 45 writes per second beside the 450 of europe-west1.
	cli.Write(config(10))
	load(496)
	acctest.WantOutput(t, cli.Plan(true), "Warning: The regions cannot take the present load", `"ledger-write" takes 496 requests per second at present`, "With us-east1 at 10 %", "take 495")
	load(495)
	if output := cli.Plan(true); strings.Contains(output, "present load") {
		t.Errorf("a load that a smaller capacity can take is warned of:\n%s", output)
	}
	cli.Write(config(0))
	// europe-west1 has 9 healthy endpoints, each takes 50 writes per second.
	load(451)
	acctest.WantOutput(t, cli.Plan(true), "Warning: The other regions cannot take the present load", `"ledger-write" takes 451 requests per second at present`, "take 450")
	load(450)
	if output := cli.Plan(true); strings.Contains(output, "present load") {
		t.Errorf("a load that the others can take is warned of:\n%s", output)
	}
	// A Monitoring that does not answer changes nothing.
	cli.Apply(0)
	b.wantBackends("ledger-write", slicesConcat(writes("europe-west1", 1, "b", "c", "d"), writes("us-east1", 0, "b", "c", "d"))...)
}
