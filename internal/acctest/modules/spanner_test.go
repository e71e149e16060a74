package modules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// newSpanner is a root that calls the Spanner module, on an emulator's database:
// Google's resources are the replica's, the schema is really applied. Roles are
// left out, for the emulator has none.
func newSpanner(t *testing.T) *acctest.CLI {
	t.Helper()
	project := acctest.NewProject(t)
	if err := acctest.Cloud(t).Emulator().CreateDatabase(t.Context(), project, "ledger-spanner", "ledger"); err != nil {
		t.Fatal(err)
	}
	root := newTree(t).In(t, "modules")
	root.WriteFile("variables.tf", `
variable "more" {
  type    = any
  default = {}
}
`)
	root.Write(`
terraform {
  required_providers {
    google   = { source = "hashicorp/google" }
    proveniq = { source = "proveniq/proveniq" }
  }
}

provider "google" {
  project      = "` + project + `"
  access_token = "none"
}

provider "proveniq" {
  project = "` + project + `"
}

module "spanner" {
  source              = "./spanner"
  project_id          = "` + project + `"
  deletion_protection = lookup(var.more, "deletion_protection", true)
  fine_grained        = false
  ledger_regions      = lookup(var.more, "ledger_regions", [])
  topology            = lookup(var.more, "topology", "three-continents")
  region              = lookup(var.more, "region", null)
  custom              = lookup(var.more, "custom", null)
  extra_replicas      = lookup(var.more, "extra_replicas", [])
  leader              = lookup(var.more, "leader", null)
  read_lease_regions  = lookup(var.more, "read_lease_regions", [])
  finished_moves      = lookup(var.more, "finished_moves", 0)
}

output "spanner" {
  value = { config = module.spanner.instance.config, settled = module.spanner.settled, move = module.spanner.move_command }
}
`)
	root.Run(0, "init", "-no-color", "-input=false")
	return root
}

// gone are the resources that a plan deletes or replaces.
func (p planned) gone() []string {
	var all []string
	for _, change := range p.Changes {
		if slices.Contains(change.Change.Actions, "delete") {
			all = append(all, change.Address)
		}
	}
	return all
}

// failing are the messages of the checks that a plan fails.
func (p planned) failing() string {
	var all []string
	for _, check := range p.Checks {
		if check.Status != "fail" {
			continue
		}
		for _, instance := range check.Instances {
			for _, problem := range instance.Problems {
				all = append(all, problem.Message)
			}
		}
	}
	return strings.Join(all, "\n")
}

// TestSpannerMoves: nothing that is asked for later deletes or replaces anything
// of Spanner, until the instance has been moved; then only what it has left goes.
func TestSpannerMoves(t *testing.T) {
	t.Parallel()
	root := newSpanner(t)
	root.Apply(0)
	root.Plan(false)
	const more = `-var=more=`
	for name, test := range map[string]struct{ more, says string }{
		"more regions":  {`{"ledger_regions": ["us-east1", "asia-east1", "africa-south1"]}`, "asia-east1 has no replica"},
		"more replicas": {`{"extra_replicas": [{"location": "europe-west4"}, {"location": "us-west1"}]}`, "gcloud spanner instances move ledger-spanner"},
		"as documented": {`{"topology": "as-documented"}`, "--target-config=nam-eur-asia1"},
		"regional":      {`{"topology": "regional", "region": "asia-southeast1"}`, "--target-config=regional-asia-southeast1"},
		"custom":        {`{"topology": "custom", "custom": {"base_config": "nam7", "replicas": [{"location": "europe-west1"}]}}`, "--target-config=custom-ledger-nam7-"},
	} {
		p := plan(t, root, more+test.more)
		if gone := p.gone(); len(gone) > 0 {
			t.Errorf("%s: the plan deletes %v", name, gone)
		}
		if said := p.failing(); !strings.Contains(said, test.says) {
			t.Errorf("%s: no check says %q:\n%s", name, test.says, said)
		}
	}

	// The new configuration is made first, then the instance moves, as by gcloud.
	const wanted = more + `{"extra_replicas": [{"location": "europe-west4"}, {"location": "asia-southeast2"}]}`
	root.Apply(0, wanted)
	acctest.WantOutput(t, plan(t, root, wanted).failing(), "at least 1000 processing units", "less than 40 % of CPU", "no backups", "refuses changes of the instance")
	before := plan(t, root, wanted).Values.Outputs["spanner"].Value.(map[string]any)
	if before["settled"] != false {
		t.Fatalf("before the move: %v", before)
	}
	said := root.Run(1, "plan", "-no-color", "-input=false", more+`{"finished_moves": 1, "extra_replicas": [{"location": "europe-west4"}, {"location": "asia-southeast2"}]}`)
	acctest.WantOutput(t, said, "The instance lives in "+before["config"].(string), "finished_moves was raised too early")
	_, target, _ := strings.Cut(before["move"].(string), "--target-config=")
	move(t, root, target)

	moved := plan(t, root, wanted)
	if gone, said := moved.gone(), moved.failing(); len(gone) > 0 || strings.Contains(said, "gcloud") {
		t.Errorf("after the move the plan deletes %v and says:\n%s", gone, said)
	}
	said = root.Run(1, "plan", "-no-color", "-input=false", more+`{"topology": "as-documented"}`)
	acctest.WantOutput(t, said, "The instance lives in "+target, "finished_moves has to be raised before")
	const finished = more + `{"finished_moves": 1, "extra_replicas": [{"location": "europe-west4"}, {"location": "asia-southeast2"}]}`
	left := `module.spanner.google_spanner_instance_config.this["` + before["config"].(string) + `"]`
	gone := plan(t, root, finished).gone()
	if slices.Sort(gone); !slices.Equal(gone, []string{left, "module.spanner.terraform_data.home"}) {
		t.Errorf("once it is said that the move is done, the plan deletes %v, want the configuration that was left", gone)
	}
	root.Apply(0, finished)
	root.Plan(false, finished)
	again := plan(t, root, more+`{"topology": "as-documented", "finished_moves": 1}`)
	if gone := again.gone(); len(gone) > 0 {
		t.Errorf("the next move's plan deletes %v", gone)
	}
}

// move does to the state what a refresh does after the instance was moved.
func move(t *testing.T, root *acctest.CLI, target string) {
	t.Helper()
	path := filepath.Join(root.Folder(), "terraform.tfstate")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var state map[string]any
	if err := json.Unmarshal(text, &state); err != nil {
		t.Fatal(err)
	}
	for _, r := range state["resources"].([]any) {
		if r := r.(map[string]any); r["type"] == "google_spanner_instance" {
			attributes := r["instances"].([]any)[0].(map[string]any)["attributes"].(map[string]any)
			config := attributes["config"].(string)
			attributes["config"] = config[:strings.LastIndex(config, "/")+1] + target
		}
	}
	if text, err = json.Marshal(state); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestSpannerRefusesWhatGoogleHasNot: what the catalogue knows is refused at plan,
// and says what there is instead.
func TestSpannerRefusesWhatGoogleHasNot(t *testing.T) {
	t.Parallel()
	root := newSpanner(t)
	for _, test := range []struct {
		more string
		says []string
	}{
		{`{"extra_replicas": [{"location": "australia-southeast1"}]}`, []string{"nam3 only in", "europe-west4"}},
		{`{"leader": "us-central1"}`, []string{"us-central1", "us-east4"}},
		{`{"leader": "europe-west1"}`, []string{"europe-west1", "us-east4"}},
		{`{"topology": "custom", "custom": {"base_config": "nam99"}}`, []string{"nam99"}},
		{`{"topology": "regional", "region": "mars-north1"}`, []string{"mars-north1"}},
		{`{"read_lease_regions": ["us-west1"]}`, []string{"us-west1"}},
		{`{"ledger_regions": ["us-east1", "us-east99"]}`, []string{`"us-east99"`, "round_trips_ms"}},
	} {
		t.Log(test.more)
		acctest.WantOutput(t, root.Run(1, "plan", "-no-color", "-input=false", "-var=more="+test.more), test.says...)
	}
}
