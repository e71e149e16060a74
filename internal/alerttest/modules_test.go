package alerttest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
)

// Alert is an alert as the modules' catalogue has it.
type Alert struct {
	Name       string `json:"name"`
	Row        string `json:"row"`
	Title      string `json:"title"`
	Severity   string `json:"severity"`
	ForSeconds int    `json:"for_seconds"`
	Guide      string `json:"guide"`
	Expression string `json:"expression"`
	Runbook    string `json:"runbook"`
}

// Applied is what the modules give out once they are applied.
type Applied struct {
	// Alerts by setting of the module, or "reports", and key in the catalogue.
	Alerts map[string]map[string]Alert
	// Dashboard is its JSON.
	Dashboard string
	// UptimeChecks has the checks' ids by setting, and region or "global".
	UptimeChecks map[string]map[string]string
	// Merge is the scheduled merge's name.
	Merge string
}

// Apply applies testdata/root, with the replica in place of the google provider,
// in a copy of the repository's modules.
func Apply(t *testing.T) Applied {
	t.Helper()
	core, err := exec.LookPath("terraform")
	if err != nil {
		if core, err = exec.LookPath("tofu"); err != nil {
			t.Fatal("neither terraform nor tofu is on the path: install one, or run `make test`, which does")
		}
	}
	work := t.TempDir()
	root := filepath.Join("internal", "alerttest", "testdata", "root")
	for _, folder := range []string{"modules", root} {
		if err := os.CopyFS(filepath.Join(work, folder), os.DirFS(filepath.Join("..", "..", folder))); err != nil {
			t.Fatal(err)
		}
	}
	environment := []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + work, "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
		"TF_REATTACH_PROVIDERS=" + replicatest.Attach(t),
	}
	run := func(arguments ...string) []byte {
		t.Helper()
		command := exec.CommandContext(t.Context(), core, arguments...)
		command.Dir, command.Env = filepath.Join(work, root), environment
		var stdout, stderr bytes.Buffer
		command.Stdout, command.Stderr = &stdout, &stderr
		if err := command.Run(); err != nil {
			t.Fatalf("%s: %v\n%s%s", command, err, &stdout, &stderr)
		}
		return stdout.Bytes()
	}
	run("init", "-no-color", "-input=false")
	run("apply", "-no-color", "-input=false", "-auto-approve")
	var outputs struct {
		Alerts struct {
			Value map[string]map[string]Alert `json:"value"`
		} `json:"alerts"`
		Dashboard struct {
			Value string `json:"value"`
		} `json:"dashboard"`
		UptimeChecks struct {
			Value map[string]map[string]string `json:"value"`
		} `json:"uptime_checks"`
		Merge struct {
			Value string `json:"value"`
		} `json:"merge"`
	}
	if err := json.Unmarshal(run("output", "-json"), &outputs); err != nil {
		t.Fatal(err)
	}
	return Applied{
		Alerts: outputs.Alerts.Value, Dashboard: outputs.Dashboard.Value,
		UptimeChecks: outputs.UptimeChecks.Value, Merge: outputs.Merge.Value,
	}
}
