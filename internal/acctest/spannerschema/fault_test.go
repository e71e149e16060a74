package spannerschema_test

import (
	"bufio"
	"fmt"
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
)

// buildProvider makes the provider's binary.
func buildProvider(t *testing.T) string {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "terraform-provider-proveniq")
	output, err := exec.Command("go", "build", "-o", binary, "github.com/proveniq/terraform-provider-proveniq").CombinedOutput()
	if err != nil {
		t.Fatalf("building the provider: %v\n%s", err, output)
	}
	return binary
}

// process is a provider of its own, that can be killed.
type process struct {
	t       *testing.T
	command *exec.Cmd
	// reattach is how the core finds it.
	reattach string
	ended    sync.Once
}

// startProvider starts the provider as its users run it.
func (b *bench) startProvider(binary string) *process {
	b.t.Helper()
	p := &process{t: b.t, command: exec.Command(binary, "-debug")}
	p.command.Env = append(os.Environ(), "SPANNER_EMULATOR_HOST="+b.gateway.address)
	output, err := p.command.StdoutPipe()
	if err != nil {
		b.t.Fatal(err)
	}
	if err := p.command.Start(); err != nil {
		b.t.Fatal(err)
	}
	b.t.Cleanup(p.kill)
	lines := bufio.NewScanner(output)
	for p.reattach == "" && lines.Scan() {
		if _, value, found := strings.Cut(lines.Text(), "TF_REATTACH_PROVIDERS="); found {
			p.reattach = strings.Trim(value, "'\"")
		}
	}
	if p.reattach == "" {
		b.t.Fatalf("the provider does not say how to reach it: %v", lines.Err())
	}
	return p
}

// kill ends the process as SIGKILL does: no farewell, nothing is written.
func (p *process) kill() {
	p.ended.Do(func() {
		if err := p.command.Process.Kill(); err != nil {
			p.t.Errorf("killing the provider: %v", err)
		}
		// A killed process ends with an error; that it is gone is what counts.
		_ = p.command.Wait()
	})
}

// A provider that dies at any moment of an apply leaves nothing that the next
// apply does not bring to its end.
func TestKilledAfterEveryCall(t *testing.T) {
	t.Parallel()
	const index = "CREATE INDEX ByRegion ON Events (Region)"
	binary := buildProvider(t)
	for name, first := range map[string]string{"create": "", "update": text(events)} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			deaths := 0
			for call := 1; ; call++ {
				if call > 30 {
					t.Fatal("an apply makes more calls than it should")
				}
				if !killedAfter(t, binary, call, first, text(events, regions, index)) {
					break
				}
				deaths++
			}
			// At least the schema is read, changed, followed and read again.
			if deaths < 4 {
				t.Errorf("an apply made only %d calls", deaths)
			}
		})
	}
}

// killedAfter kills the provider after so many calls of an apply, goes on, and
// tells whether the apply made that many calls.
func killedAfter(t *testing.T, binary string, call int, first, second string) bool {
	t.Helper()
	var killed atomic.Bool
	t.Run(fmt.Sprintf("call %d", call), func(t *testing.T) {
		b := newBench(t)
		tf := b.terraform(b.config(text(events)))
		if first != "" {
			tf.Apply(0)
		}
		victim := b.startProvider(binary)
		tf.Attach(victim.reattach)
		tf.Write(b.config(second))
		b.gateway.listen(func(n int) {
			if n == call {
				killed.Store(true)
				victim.kill()
			}
		})
		command := tf.Start("apply", "-no-color", "-input=false", "-auto-approve")
		code, output := command.End()
		if killed.Load() == (code == 0) {
			t.Fatalf("killed: %t, exit code %d:\n%s", killed.Load(), code, output)
		}
		b.gateway.listen(nil)
		next := b.startProvider(binary)
		tf.Attach(next.reattach)
		if output := tf.Apply(0); strings.Contains(output, "destroyed") && !strings.Contains(output, "0 destroyed") {
			t.Errorf("something was destroyed:\n%s", output)
		}
		tf.Plan(false)
		b.wantLive("Events", "Regions", "ByRegion")
	})
	return killed.Load()
}

// Where a transaction may be aborted at any commit, a schema goes from one
// text to another and back, its rows are verified, and nothing is left over.
func TestWithInjectedFaults(t *testing.T) {
	t.Parallel()
	emulator, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{InjectFaults: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := emulator.CreateDatabase(t.Context(), "faulty", "ledger", "ledger"); err != nil {
		t.Fatal(err)
	}
	b := newBenchOn(t, emulator, "projects/faulty/instances/ledger/databases/ledger")
	const more = "verify_data = \"keys\"\nallow_destructive = [\"*\"]\n"
	one := b.config(text(events) + more)
	other := b.config(text(replaced(events, "Region STRING(32)", "Region STRING(64) NOT NULL"), regions, unique) + more)
	tf := acctest.NewCLI(t, one, "SPANNER_EMULATOR_HOST", emulator.Host())
	tf.Apply(0)
	for i := range 40 { // of which some are aborted and made again
		b.sql(fmt.Sprintf("INSERT INTO Events (Id, Region) VALUES ('%d', 'region %d')", i, i))
	}
	for range 2 {
		for _, config := range []string{other, one} {
			tf.Write(config)
			tf.Apply(0)
			tf.Plan(false)
		}
	}
	b.wantLive("Events")
}

// Two applies of the same change at once: each ends well or says why it
// stopped, and run again both find nothing to do.
func TestTwoAppliesAtOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const index = "CREATE INDEX ByRegion ON Events (Region)"
	both := []*acctest.CLI{b.terraform(b.config(text(events))), b.terraform(b.config(text(events)))}
	for _, tf := range both {
		tf.Apply(0)
		tf.Write(b.config(text(events, regions, blocks, index)))
	}
	var running []*acctest.Command
	for _, tf := range both {
		running = append(running, tf.Start("apply", "-no-color", "-input=false", "-auto-approve"))
	}
	succeeded := 0
	for _, command := range running {
		code, output := command.End()
		if code == 0 {
			succeeded++
			continue
		}
		if !strings.Contains(output, "changed after the plan was made") && !strings.Contains(output, "Duplicate name") {
			t.Errorf("an apply beside another one failed otherwise:\n%s", output)
		}
	}
	if succeeded == 0 {
		t.Error("both applies failed")
	}
	for _, tf := range both {
		tf.Apply(0)
		tf.Plan(false)
	}
	b.wantLive("Events", "Regions", "Blocks", "ByRegion")
}

// Fifty schemas in one apply stay within Spanner's quota of administrative
// calls.
func TestFiftyDatabases(t *testing.T) {
	t.Parallel()
	const databases, callsPerSecond, burst = 50, 5, 5
	b := newBench(t)
	parts := strings.Split(b.database, "/")
	for i := range databases {
		if err := acctest.Cloud(t).Emulator().CreateDatabase(t.Context(), parts[1], parts[3], fmt.Sprintf("shard%02d", i)); err != nil {
			t.Fatal(err)
		}
	}
	config := acctest.ProviderBlock(t, "") + fmt.Sprintf(`
resource "proveniq_spanner_schema" "shard" {
  for_each = { for i in range(%d) : format("shard%%02d", i) => i }
  database = "%s/${each.key}"
  ddl      = %q
}
`, databases, parts[3], regions)
	tf := b.terraform(config)
	var mu sync.Mutex
	var first, last time.Time
	calls := 0
	b.gateway.listen(func(int) {
		mu.Lock()
		defer mu.Unlock()
		last = time.Now()
		if calls == 0 {
			first = last
		}
		calls++
	})
	acctest.WantOutput(t, tf.Apply(0, "-parallelism=50"), "50 added, 0 changed, 0 destroyed")
	b.gateway.listen(nil)
	if most := int(last.Sub(first).Seconds()*callsPerSecond) + burst + 1; calls > most {
		t.Errorf("%d calls in %s, no more than %d are allowed", calls, last.Sub(first), most)
	}
	if calls < 4*databases {
		t.Errorf("only %d calls were seen", calls)
	}
}
