package modules_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// ledgerCall calls modules/ledger with so many regions.
func ledgerCall(name, project string, regions int, more string) string {
	all := []string{
		"us-east1", "europe-west1", "asia-southeast1", "us-west1", "europe-west4", "asia-east1",
		"asia-south1", "us-central1", "asia-northeast1", "northamerica-northeast1",
	}
	var entries []string
	for slot, region := range all[:regions] {
		entries = append(entries, fmt.Sprintf("%s = { slot = %d }", region, slot))
	}
	return fmt.Sprintf(`
module %q {
  source         = "./ledger"
  name           = %q
  project_id     = %q
  project_number = "123456789012"
  domains        = ["%s.example.com"]
  delivery       = { config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/config:v1" } }
  regions        = { %s }
  %s
}
`, name, name, project, name, strings.Join(entries, ", "), more)
}

const ledgerProviders = `
provider "google" {
  project      = "ledger-test"
  access_token = "none"
}
`

// TestLedgerSizes plans ledgers of one, three and ten regions, and tells what that
// costs in resources and time.
func TestLedgerSizes(t *testing.T) {
	tree := newTree(t)
	var last, lastRegions int
	for _, regions := range []int{1, 3, 10} {
		root := tree.In(t, "modules")
		root.Write(ledgerProviders + ledgerCall("ledger", "ledger-test", regions, ""))
		root.Run(0, "init", "-no-color", "-input=false")
		begin := time.Now()
		resources := len(plan(t, root).managed())
		t.Logf("%2d regions: %3d resources, planned in %.1f s", regions, resources, time.Since(begin).Seconds())
		if each := (resources - last) / (regions - lastRegions); last > 0 && (each < 20 || each > 70) {
			t.Errorf("each further region makes %d resources", each)
		}
		last, lastRegions = resources, regions
	}
}

// TestTwoLedgers: two ledgers fit into one project, because whatever has a name
// there has another in each.
func TestTwoLedgers(t *testing.T) {
	root := newTree(t).In(t, "modules")
	root.Write(ledgerProviders + ledgerCall("first", "ledger-test", 2, "") + ledgerCall("second", "ledger-test", 2, "owns_project = false"))
	root.Run(0, "init", "-no-color", "-input=false")
	made := map[string]string{}
	for _, r := range plan(t, root).managed() {
		// A grant is one by its member and role, and the same one may be made twice. What
		// belongs to a network or to a cluster's membership is known by that alone.
		if strings.Contains(r.Type, "_iam_") || slices.Contains([]string{"terraform_data", "google_service_networking_connection", "google_gke_hub_feature_membership"}, r.Type) {
			continue
		}
		var at []string
		for _, name := range []string{
			"name", "account_id", "secret_id", "parameter_id", "dataset_id", "table_id", "instance", "database", "cluster", "zone_name", "managed_zone", "type", "bucket",
			"region", "location", "service", "network", "display_name", "ledger_id", "slo_id", "service_id", "membership", "role_id", "key_ring", "connection_id",
		} {
			if value, ok := r.Values[name].(string); ok && value != later {
				at = append(at, name+"="+value)
			}
		}
		if names, ok := r.Values["neg_names"]; ok {
			at = append(at, fmt.Sprint(names))
		}
		key := r.Type + " " + strings.Join(at, " ")
		if len(at) == 0 {
			continue // named by Google
		}
		if other, taken := made[key]; taken && strings.HasPrefix(other, "module.first") != strings.HasPrefix(r.Address, "module.first") {
			t.Errorf("%s and %s are both %s", other, r.Address, key)
		}
		made[key] = r.Address
	}
	if len(made) < 200 {
		t.Errorf("only %d names were looked at", len(made))
	}
}

// TestLedgerPassesOn: what reaches into a module that says nothing of it in its
// outputs is looked for in the plan.
func TestLedgerPassesOn(t *testing.T) {
	root := newTree(t).In(t, "modules")
	root.Write(ledgerProviders + ledgerCall("ledger", "ledger-test", 2, `
  mode             = "read_only"
  read_only_answer = null
  static           = null
  edge             = { health_check = { port = 8081, path = "/ready" }, log_sample_rate = 0.25 }
`))
	root.Run(0, "init", "-no-color", "-input=false")
	found := map[string]string{}
	for _, r := range plan(t, root).managed() {
		switch {
		case r.Type == "google_storage_bucket_iam_member" && r.at("member") == "allUsers":
			t.Errorf("%s is public", r.Address)
		case r.Type == "google_compute_backend_service":
			found["requests are logged in part"] = fmt.Sprint(r.at("log_config.sample_rate"))
		case r.Type == "google_compute_firewall":
			found["the firewall lets health checks through"] = fmt.Sprint(r.at("allow.ports"))
		case r.Type == "google_monitoring_uptime_check_config" && strings.HasSuffix(r.Address, ".global[0]"):
			found["the ledger is asked from outside for the path of its health check"] = fmt.Sprint(r.at("http_check.path"))
		case r.Type == "google_compute_url_map" && r.at("path_matcher.route_rules") != nil:
			rules, _ := r.Values["path_matcher"].([]any)[0].(map[string]any)["route_rules"].([]any)
			for _, rule := range rules {
				if status := (resource{Values: rule.(map[string]any)}).at("route_action.fault_injection_policy.abort.http_status"); status != nil {
					found["writes are refused at the edge"] = fmt.Sprint(status)
				}
			}
		}
	}
	for what, want := range map[string]string{
		"the firewall lets health checks through": "[8080 8081]", "requests are logged in part": "0.25", "writes are refused at the edge": "503",
		"the ledger is asked from outside for the path of its health check": "/ready",
	} {
		if found[what] != want {
			t.Errorf("%s: %q, want %q", what, found[what], want)
		}
	}
}

// TestLedgerBeforeAMove: as long as Spanner is still to be moved, the ledger goes by
// where it is, and refuses what would not outlast the move.
func TestLedgerBeforeAMove(t *testing.T) {
	root := newTree(t).In(t, "modules")
	root.WriteFile("variables.tf", `
variable "spanner" {
  type    = any
  default = {}
}

variable "required_role" {
  type    = map(string)
  default = {}
}

variable "max_commit_ms" {
  type    = map(number)
  default = {}
}
`)
	root.Write(ledgerProviders + ledgerCall("ledger", "ledger-test", 3, `
  write_routing = "leader"
  spanner       = var.spanner
  required_role = var.required_role
  max_commit_ms = var.max_commit_ms
`) + `
output "ledger" {
  value = { settled = module.ledger.spanner_settled, move = module.ledger.move_command, promises = module.ledger.promises }
}
`)
	root.Run(0, "init", "-no-color", "-input=false")
	// The instance alone is enough to be where it is.
	root.Apply(0, "-target=module.ledger.module.spanner.google_spanner_instance.this", "-target=module.ledger.module.spanner.terraform_data.leader")

	const elsewhere = `-var=spanner={"topology": "as-documented"}`
	p := plan(t, root, elsewhere)
	for _, r := range p.managed() {
		switch r.Address {
		case `module.ledger.proveniq_ledger_region.this["us-east1"]`:
			if got := r.Values["backend_services"].(map[string]any)["write"].(map[string]any)["preference"]; got != "PREFERRED" || r.Values["spanner_leader_region"] != "us-east1" {
				t.Errorf("writes leave the region that leads: %v, leader %v", got, r.Values["spanner_leader_region"])
			}
		case `module.ledger.proveniq_ledger_region.this["asia-southeast1"]`:
			if r.Values["spanner_role"] != "READ_ONLY" {
				t.Errorf("asia-southeast1 has %v, although its replica is still there", r.Values["spanner_role"])
			}
		}
	}
	told := p.Values.Outputs["ledger"].Value.(map[string]any)
	if move := fmt.Sprint(told["move"]); told["settled"] != false || !strings.HasSuffix(move, "--target-config=nam-eur-asia1") {
		t.Errorf("settled %v, to move by %s", told["settled"], move)
	}
	first := told["promises"].([]any)[0].(map[string]any)
	if first["promise"] != "Spanner is where it is wanted" || first["asked"] != "nam-eur-asia1" || first["verdict"] != "broken" {
		t.Errorf("the promises do not say that they are of what is to be left: %v", first)
	}
	if said := p.failing(); !strings.Contains(said, "Spanner is where it is wanted: asked nam-eur-asia1, attainable custom-ledger-nam3-") || strings.Contains(said, "Spanner in asia-southeast1: asked READ_WRITE, attainable NONE") {
		t.Errorf("the plan warns of:\n%s", said)
	}

	for more, says := range map[string]string{
		`-var=required_role={"asia-southeast1": "READ_ONLY"}`: "the role NONE (required_role is READ_ONLY)",
		`-var=max_commit_ms={"us-east1": 20}`:                 "(max_commit_ms is 20)",
	} {
		plan(t, root, more)
		if said := root.Run(1, "plan", "-no-color", "-input=false", elsewhere, more); !strings.Contains(strings.Join(strings.Fields(said), " "), says) {
			t.Errorf("%s is not refused with %q:\n%s", more, says, said)
		}
	}
}
