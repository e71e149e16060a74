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
