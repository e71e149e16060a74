package replicatest

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// root is a module that a real core runs, with nothing of this machine's own
// configuration.
type root struct {
	t      *testing.T
	core   string
	folder string
	// variables are what finds the provider: TF_REATTACH_PROVIDERS or TF_CLI_CONFIG_FILE.
	variables []string
}

// eachCore runs a test with each of Terraform and OpenTofu that is here; one
// has to be.
func eachCore(t *testing.T, test func(t *testing.T, core string)) {
	t.Helper()
	names := []string{"terraform", "tofu"}
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		names = []string{named}
	}
	found := 0
	for _, name := range names {
		path, err := exec.LookPath(name)
		if err != nil {
			continue
		}
		found++
		t.Run(filepath.Base(name), func(t *testing.T) { test(t, path) })
	}
	if found == 0 {
		t.Fatal("neither terraform nor tofu is on the path: install one, or run `make test`, which does")
	}
}

func newRoot(t *testing.T, core string, variables ...string) *root {
	t.Helper()
	return &root{t: t, core: core, folder: t.TempDir(), variables: variables}
}

// attached is the variable with which a core finds the test's own replica.
func attached(t *testing.T) string { return "TF_REATTACH_PROVIDERS=" + Attach(t) }

func (r *root) write(name, text string) {
	r.t.Helper()
	path := filepath.Join(r.folder, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		r.t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		r.t.Fatal(err)
	}
}

// run runs a command, checks its exit code and gives its output in one line,
// without the frame around diagnostics.
func (r *root) run(code int, arguments ...string) string {
	r.t.Helper()
	command := exec.CommandContext(r.t.Context(), r.core, arguments...)
	command.Dir = r.folder
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + r.folder, "TMPDIR=" + os.TempDir(), "CHECKPOINT_DISABLE=1", "TF_IN_AUTOMATION=1",
	}, r.variables...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	err := command.Run()
	have := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		have = exit.ExitCode()
	} else if err != nil {
		r.t.Fatal(err)
	}
	if have != code {
		r.t.Fatalf("%s: exit code %d, want %d:\n%s", strings.Join(arguments, " "), have, code, &output)
	}
	var words []string
	for line := range strings.Lines(output.String()) {
		words = append(words, strings.Fields(strings.TrimLeft(line, "│╷╵ "))...)
	}
	return strings.Join(words, " ")
}

const network = `
terraform {
  required_providers {
    google = { source = "hashicorp/google", version = "~> 7.0" }
  }
}

provider "google" {
  project        = "ledger"
  region         = "us-east1"
  default_labels = { team = "ledger" }
}

variable "name" {
  type    = string
  default = "main"
}

data "google_project" "this" {}

resource "google_compute_network" "this" {
  name                    = var.name
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "this" {
  name          = "nodes"
  network       = google_compute_network.this.id
  ip_cidr_range = "10.0.0.0/20"

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = "10.1.0.0/16"
  }

  timeouts {
    create = "5m"
  }
}

resource "google_service_account" "api" {
  account_id = "api"
}

resource "google_container_cluster" "this" {
  name                = "ledger"
  location            = "us-east1"
  network             = google_compute_network.this.id
  subnetwork          = google_compute_subnetwork.this.id
  enable_autopilot    = true
  deletion_protection = false
  resource_labels     = { tier = "one" }

  ip_allocation_policy {
    cluster_secondary_range_name = google_compute_subnetwork.this.secondary_ip_range[0].range_name
  }
}

resource "google_pubsub_topic" "events" {
  for_each = toset(["a", "b"])
  name     = each.key
}

resource "google_bigquery_dataset" "this" {
  dataset_id = "ledger"

  access {
    role          = "OWNER"
    user_by_email = google_service_account.api.email
  }
}

resource "google_secret_manager_secret" "key" {
  secret_id = "key"
  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "key" {
  secret      = google_secret_manager_secret.key.id
  secret_data = try(google_container_cluster.this.master_auth[0].cluster_ca_certificate, "mocked")
}

output "network" { value = google_compute_network.this.id }
output "email" { value = google_service_account.api.email }
output "number" { value = data.google_project.this.number }
output "endpoint" { value = google_container_cluster.this.endpoint }
output "labels" { value = google_container_cluster.this.effective_labels }
`

const networkTest = `
run "plan" {
  command = plan
  assert {
    condition     = google_compute_network.this.project == "ledger"
    error_message = "The project is the provider block's."
  }
  assert {
    condition     = google_service_account.api.email == "api@ledger.iam.gserviceaccount.com"
    error_message = "An address is known before the apply."
  }
}

run "apply" {
  assert {
    condition     = google_compute_subnetwork.this.network == "projects/ledger/global/networks/main"
    error_message = "Ids have Google's form."
  }
  assert {
    condition     = output.labels.team == "ledger" && output.labels.tier == "one"
    error_message = "Labels are merged."
  }
  assert {
    condition     = google_container_cluster.this.master_auth[0].cluster_ca_certificate != ""
    error_message = "Blocks that Google fills are filled."
  }
}
`

// Mocks need the schema, too. They leave out blocks that Google fills.
const mockedTest = `
mock_provider "google" {
  mock_resource "google_compute_network" {
    defaults = {
      id = "projects/mocked/global/networks/main"
    }
  }
}

run "mocked" {
  assert {
    condition     = output.network == "projects/mocked/global/networks/main"
    error_message = "The mock's default is used."
  }
}
`

// lifecycle is what both ways to find the provider go through.
func (r *root) lifecycle() {
	r.t.Helper()
	r.write("main.tf", network)
	r.run(0, "init", "-no-color", "-input=false")
	r.run(0, "validate", "-no-color")
	planned := r.run(2, "plan", "-no-color", "-input=false", "-detailed-exitcode")
	for _, text := range []string{"(known after apply)", "9 to add", `"api@ledger.iam.gserviceaccount.com"`} {
		if !strings.Contains(planned, text) {
			r.t.Errorf("the plan does not say %s: %s", text, planned)
		}
	}
	applied := r.run(0, "apply", "-no-color", "-input=false", "-auto-approve")
	if text := `network = "projects/ledger/global/networks/main"`; !strings.Contains(applied, text) {
		r.t.Errorf("the outputs lack %s: %s", text, applied)
	}
	r.run(0, "plan", "-no-color", "-input=false", "-detailed-exitcode")
	replaced := r.run(2, "plan", "-no-color", "-input=false", "-detailed-exitcode", "-var", "name=other")
	if !strings.Contains(replaced, "google_compute_network.this must be replaced") {
		r.t.Errorf("a new name does not replace the network: %s", replaced)
	}
	r.run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	r.write("network.tftest.hcl", networkTest)
	r.write("mocked.tftest.hcl", mockedTest)
	if tested := r.run(0, "test", "-no-color"); !strings.Contains(tested, "3 passed, 0 failed") {
		r.t.Errorf("tests: %s", tested)
	}
}

func TestCoreAttaches(t *testing.T) {
	eachCore(t, func(t *testing.T, core string) {
		newRoot(t, core, attached(t)).lifecycle()
	})
}

func TestCoreInstallsFromMirror(t *testing.T) {
	binary := filepath.Join(t.TempDir(), "googlereplica")
	if output, err := exec.Command("go", "build", "-o", binary, "../../../cmd/googlereplica").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	eachCore(t, func(t *testing.T, core string) {
		config, err := exec.Command(binary, "-core", core, filepath.Join(t.TempDir(), "mirror")).Output()
		if err != nil {
			t.Fatal(err)
		}
		newRoot(t, core, "TF_CLI_CONFIG_FILE="+strings.TrimSpace(string(config))).lifecycle()
	})
}

func TestCoreRefuses(t *testing.T) {
	const required = `
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

variable "list" {
  type    = list(string)
  default = []
}
`
	eachCore(t, func(t *testing.T, core string) {
		r := newRoot(t, core, attached(t))
		for _, c := range []struct{ config, says string }{
			{`resource "google_compute_network" "x" {
  title = "x"
}`, `An argument named "title" is not expected here`},
			{`resource "google_compute_network" "x" {}`, `The argument "name" is required`},
			{`resource "google_compute_network" "x" {
  name = "x"
  mtu  = "wide"
}`, `a number is required`},
			{`resource "google_compute_network" "x" {
  name = "x"
  subnets {}
}`, `Blocks of type "subnets" are not expected here`},
			{`resource "google_compute_network" "x" {
  name         = "x"
  routing_mode = "PLANETARY"
}`, `"routing_mode" of google_compute_network cannot be "PLANETARY": it takes "REGIONAL" or "GLOBAL"`},
			{`resource "google_compute_backend_service" "x" {
  name = "x"
  cdn_policy {}
  cdn_policy {}
}`, `Too many cdn_policy blocks`},
			{`resource "google_sql_user" "x" {
  name     = "x"
  instance = "y"
  password = "a"
  password_wo = "b"
}`, `Arguments that exclude each other`},
			{`resource "google_monitoring_uptime_check_config" "x" {
  display_name = "x"
  timeout      = "10s"
}`, `Missing argument`},
			{`resource "google_compute_network" "x" {
  name      = "x"
  self_link = "y"
}`, `"self_link" of google_compute_network is chosen by Google`},
			{`resource "google_compute_everything" "x" {}`, `does not support resource type "google_compute_everything"`},
			{`data "google_project" "x" {
  number = 1
}`, `"number" of data.google_project is chosen by Google`},
		} {
			r.write("main.tf", required+c.config)
			if said := r.run(1, "validate", "-no-color"); !strings.Contains(said, c.says) {
				t.Errorf("%s\nis not refused with %q: %s", c.config, c.says, said)
			}
		}
		// What is unknown is decided by the plan.
		r.write("main.tf", required+`
provider "google" {
  project = "ledger"
}
resource "terraform_data" "x" {
  input = "PLANETARY"
}
resource "google_compute_network" "x" {
  name         = "x"
  routing_mode = terraform_data.x.output
}
resource "google_compute_firewall" "x" {
  name    = "x"
  network = google_compute_network.x.id
  dynamic "allow" {
    for_each = var.list
    content {
      protocol = allow.value
    }
  }
}`)
		r.run(0, "init", "-no-color")
		r.run(0, "validate", "-no-color")
	})
}

func TestJoin(t *testing.T) {
	if have := Join(t, `{"a/b": {"Pid": 1}}`, `{"c/d": {"Pid": 2}}`); have != `{"a/b":{"Pid":1},"c/d":{"Pid":2}}` {
		t.Error(have)
	}
}
