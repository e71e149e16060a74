package e2e_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// TestServices walks every root under testdata/services through its life: from
// nothing, changed in place, and gone, each time to an empty plan. Where there
// is no google provider, its schema replica validates and plans them.
func TestServices(t *testing.T) {
	folders, err := os.ReadDir("testdata/services")
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		t.Run(folder.Name(), func(t *testing.T) {
			path := filepath.Join("testdata/services", folder.Name())
			cloud := startCloud(t)
			root, skipped := newRoot(t, cloud, path)
			switch {
			case root == nil:
				planWithReplica(t, path)
				t.Skip(skipped)
			case folder.Name() == "platform-mistakes":
				refusesAll(t, root, path)
			default:
				step(t, root, "from nothing")
				step(t, root, "changed in place", "-var=change=true")
				root.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve", "-var=change=true")
			}
		})
	}
}

// planWithReplica is what can be done without a google provider: the schema
// replica tells what plan would say of arguments, not what Google does.
func planWithReplica(t *testing.T, folder string) {
	t.Helper()
	root := acctest.NewRoot(t, folder, []string{"TF_REATTACH_PROVIDERS=" + replicatest.Attach(t)})
	root.Run(0, "init", "-no-color", "-input=false")
	root.Run(0, "validate", "-no-color")
	root.Plan(true)
}

// planLedgerWithReplica plans each of the ledger's changes as the first one.
func planLedgerWithReplica(t *testing.T, cloud *localcloud.Cloud) {
	t.Helper()
	root := newTree(t, cloud, "testdata/ledger")
	root.Attach(replicatest.Join(t, root.Reattach(), replicatest.Attach(t)))
	root.Run(0, "init", "-no-color", "-input=false")
	root.Run(0, "validate", "-no-color")
	root.Plan(true)
	root.Plan(true, regionsOf(map[string]int{"us-east1": 100, "europe-west1": 50, "asia-southeast1": 0, "asia-east1": 100}), "-var=schema_version=2", "-var=deletion_protection=false")
}

var refusal = regexp.MustCompile(`(?m)^# refused: (.+)$`)

// refusesAll: the plan finds nothing wrong, and every mistake is refused for what
// stands above it, and nothing else.
func refusesAll(t *testing.T, root *acctest.CLI, folder string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	root.Plan(true)
	output := root.Apply(1)
	mistakes := refusal.FindAllStringSubmatch(string(text), -1)
	for _, mistake := range mistakes {
		acctest.WantOutput(t, output, mistake[1])
	}
	if refused := strings.Count(output, "Error: "); refused != len(mistakes) || refused == 0 {
		t.Errorf("%d resources are refused, want %d", refused, len(mistakes))
	}
}
