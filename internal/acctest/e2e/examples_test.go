package e2e_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// ours are the variables of every example on the local cloud.
const ours = `project_id     = "` + project + `"
project_number = "100000000001"
`

// newExamples copies all modules and examples as they lie beside each other.
func newExamples(t *testing.T, cloud *localcloud.Cloud) *acctest.CLI {
	t.Helper()
	return acctest.NewTree(t, "../../..", []string{"modules", "examples"}, cloud.Environment(), ledgerVariables(cloud)...)
}

// initialiseExample prepares a root with the real google provider, or skips.
func initialiseExample(t *testing.T, root *acctest.CLI) {
	t.Helper()
	if skipped := initialise(t, root); skipped != "" {
		t.Skip(skipped)
	}
}

// empties destroys a root.
func empties(t *testing.T, root *acctest.CLI, variables ...string) {
	t.Helper()
	root.Run(0, append([]string{"destroy", "-no-color", "-input=false", "-auto-approve"}, variables...)...)
}

// wantNothingLeft checks that the cloud holds nothing but what Google never deletes.
func wantNothingLeft(t *testing.T, cloud *localcloud.Cloud) {
	t.Helper()
	for _, r := range cloud.API().Resources(project) {
		if r.Service != "cloudkms" {
			t.Errorf("left behind: %s %s", r.Service, r.Path)
		}
	}
}

// TestDevExample applies the smallest environment, has its region join, and takes
// it down with nothing lifted first: it is not protected.
func TestDevExample(t *testing.T) {
	cloud := startCloud(t)
	root := newExamples(t, cloud).In(t, "examples/environments/dev")
	root.WriteFile("terraform.tfvars", ours+"domain = \"dev.ledger.example.com\"\n")
	// The emulator has no roles.
	main, err := os.ReadFile(filepath.Join(root.Folder(), "main.tf"))
	if err != nil {
		t.Fatal(err)
	}
	root.WriteFile("main.tf", strings.Replace(string(main), "  spanner = {\n", "  spanner = {\n    fine_grained = false\n", 1))
	// Where the workload's image is, which is there before any ledger.
	root.WriteFile("repository.tf", `
resource "google_artifact_registry_repository" "ledger" {
  location      = "us"
  repository_id = "ledger"
  format        = "DOCKER"
}
`)
	initialiseExample(t, root)

	step(t, root, "infrastructure from nothing")
	if err := cloud.API().GrowNEGs(project, "us-east1", "ledger-us-east1", "ledger-api-us-east1", 2); err != nil {
		t.Fatal(err)
	}
	const delivered = "-var=config_image=us-docker.pkg.dev/" + project + "/ledger/config:v1"
	step(t, root, "its workload comes, and the region joins", delivered)
	empties(t, root, delivered)
	wantNothingLeft(t, cloud)
}

// handOver writes a root's output as a variable of that name into another's folder,
// as the README does with jq.
func handOver(t *testing.T, from *acctest.CLI, output string, to ...*acctest.CLI) {
	t.Helper()
	code, text := from.Start("output", "-json").Lines()
	var outputs map[string]struct{ Value json.RawMessage }
	if at := strings.Index(text, "{"); code != 0 || json.Unmarshal([]byte(text[max(at, 0):]), &outputs) != nil {
		t.Fatalf("output -json: exit code %d: %s", code, text)
	}
	variable, err := json.Marshal(map[string]json.RawMessage{output: outputs[output].Value})
	if err != nil {
		t.Fatal(err)
	}
	for _, root := range to {
		root.WriteFile(output+".auto.tfvars.json", string(variable)+"\n")
	}
}

// wantAsExample compares what was handed over with the example that TestExamples
// plans with. Role is the database role there, which the emulator has not.
func wantAsExample(t *testing.T, root *acctest.CLI, name, role string) {
	t.Helper()
	read := func(name string, say ...string) (value any) {
		text, err := os.ReadFile(filepath.Join(root.Folder(), name))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(strings.NewReplacer(say...).Replace(string(text))), &value); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return value
	}
	example := read(name+".example", "proveniq-prod", project, "123456789012", "100000000001", role, "null")
	if have := read(name); !reflect.DeepEqual(have, example) {
		t.Errorf("%s.example is not what is handed over: %v, want %v", name, example, have)
	}
}

// TestSplitStates brings up a ledger of two regions of three from three states in the
// README's order, pulls its levers, and takes it down.
func TestSplitStates(t *testing.T) {
	cloud := startCloud(t)
	tree := newExamples(t, cloud)
	foundation, regions, operations := tree.In(t, "examples/split-states/foundation"), tree.In(t, "examples/split-states/regions"), tree.In(t, "examples/split-states/operations")
	foundation.WriteFile("terraform.tfvars", ours+`
fine_grained = false # the emulator has no roles
capacity     = { processing_units = 1000 }
`)
	operations.WriteFile("terraform.tfvars", `
domains = ["ledger.example.com"]
pace    = { health = { stable_seconds = 1 }, ramp = { steps = [] }, drain = { steps = [] } }
`)
	for _, root := range []*acctest.CLI{foundation, regions, operations} {
		initialiseExample(t, root)
	}

	step(t, foundation, "foundation")
	handOver(t, foundation, "foundation", regions, operations)
	step(t, operations, "operations, with no region yet")
	handOver(t, operations, "edge", regions)
	wantAsExample(t, regions, "foundation.auto.tfvars.json", `"ledger_api"`)
	wantAsExample(t, operations, "foundation.auto.tfvars.json", `"ledger_api"`)
	wantAsExample(t, regions, "edge.auto.tfvars.json", `"ledger_api"`)

	said := regions.Run(1, "plan", "-no-color", "-input=false", "-var=region=asia-east1")
	acctest.WantOutput(t, said, "foundation has no subnet for asia-east1, only for asia-southeast1, europe-west1, us-east1")

	var joined []string
	for _, name := range []string{"us-east1", "europe-west1"} {
		regions.Run(0, "workspace", "new", "-no-color", name)
		step(t, regions, "region "+name)
		code, text := regions.Start("output", "-json", "region").Lines()
		var region struct {
			Name      string
			NEGName   string `json:"neg_name"`
			Principal string `json:"workload_principal"`
		}
		if at := strings.Index(text, "{"); code != 0 || json.Unmarshal([]byte(text[max(at, 0):]), &region) != nil {
			t.Fatalf("output region: exit code %d: %s", code, text)
		}
		if err := cloud.API().GrowNEGs(project, name, "ledger-"+name, region.NEGName, 3); err != nil {
			t.Fatal(err)
		}
		joined = append(joined, name+" = \""+region.NEGName+"\"")
		if name == "us-east1" {
			foundation.WriteFile("workload.auto.tfvars", `workload_principals = ["`+region.Principal+`"]`)
			step(t, foundation, "the workload may use the database")
		}
	}
	said = regions.Run(1, "plan", "-no-color", "-input=false", "-var=region=us-east1")
	acctest.WantOutput(t, said, "The workspace europe-west1 is not the state of us-east1")

	both := "-var=joined={" + strings.Join(joined, ", ") + "}"
	step(t, operations, "both regions join", both)
	step(t, operations, "one is drained", both, `-var=capacity_percent={europe-west1=0}`)
	step(t, operations, "writes are refused", both, "-var=mode=read_only")
	foundation.Plan(false)
	regions.Plan(false)

	code, output := operations.Start("destroy", "-no-color", "-input=false", "-auto-approve", both).End()
	if code == 0 {
		t.Fatalf("the levers were destroyed while deletion_protection stood:\n%s", output)
	}
	const lifted = "-var=deletion_protection=false"
	step(t, operations, "protection lifted", both, lifted)
	empties(t, operations, both, lifted)
	for _, name := range []string{"europe-west1", "us-east1"} {
		regions.Run(0, "workspace", "select", "-no-color", name)
		step(t, regions, "protection lifted in "+name, lifted)
		empties(t, regions, lifted)
	}
	step(t, foundation, "protection lifted", lifted)
	empties(t, foundation, lifted)
	wantNothingLeft(t, cloud)
}
