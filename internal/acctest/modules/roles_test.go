package modules_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// role is a file in modules/ledger/roles.
type role struct {
	Title, Description string
	Grants             []struct {
		For         []string
		On, Why     string
		Permissions []string
		Optional    bool
		Condition   string
	}
	PredefinedRoles []struct{ Role, On, Why string } `json:"predefined_roles"`
	MayGrant        *struct {
		Why   string
		Roles []string
	} `json:"may_grant"`
}

func readRole(t *testing.T, name string) role {
	t.Helper()
	file, err := os.Open(filepath.Join(top, "modules/ledger/roles", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	decoder := json.NewDecoder(file)
	decoder.DisallowUnknownFields()
	var r role
	if err := decoder.Decode(&r); err != nil {
		t.Fatal(err)
	}
	return r
}

// permissions of a role, each with the resources that it is for.
func (r role) permissions() map[string][]string {
	all := map[string][]string{}
	for _, grant := range r.Grants {
		for _, permission := range grant.Permissions {
			all[permission] = append(all[permission], grant.For...)
		}
	}
	return all
}

var (
	permissionForm = regexp.MustCompile(`^[a-z]+\.[a-zA-Z]+\.[a-zA-Z]+$`)
	roleForm       = regexp.MustCompile(`^roles/[a-z]+\.[a-zA-Z]+$`)
	// readVerb is what changes nothing.
	readVerb  = regexp.MustCompile(`^(get|getIamPolicy|getDdl|getAuthString|list|read|select)$`)
	usedTypes = regexp.MustCompile(`(?m)^(?:resource|data) "((?:google|proveniq)_[a-z_]+)"`)
	grantOn   = regexp.MustCompile(`(?ms)^resource "google_project_iam_member".*?^}`)
	roleName  = regexp.MustCompile(`"(roles/[a-zA-Z.]+)"`)
)

// TestRoles checks the form of both files.
func TestRoles(t *testing.T) {
	for _, name := range []string{"plan", "apply"} {
		r := readRole(t, name)
		if r.Title == "" || len(r.Grants) == 0 {
			t.Errorf("%s has no title or no grants", name)
		}
		for _, grant := range r.Grants {
			if len(grant.For) == 0 || len(grant.Permissions) == 0 || !strings.HasSuffix(grant.Why, ".") {
				t.Errorf("%s: %v for %v lacks what it is for, or why", name, grant.Permissions, grant.For)
			}
			if grant.On != "project" && grant.On != "billing account" {
				t.Errorf("%s: %v are given on %q", name, grant.For, grant.On)
			}
			if !slices.IsSorted(grant.Permissions) || len(slices.Compact(slices.Clone(grant.Permissions))) != len(grant.Permissions) {
				t.Errorf("%s: permissions of %v are not sorted, or one is there twice", name, grant.For)
			}
			for _, permission := range grant.Permissions {
				if !permissionForm.MatchString(permission) {
					t.Errorf("%s: %q is no permission", name, permission)
				}
			}
			conditional := slices.Contains(grant.Permissions, "resourcemanager.projects.setIamPolicy")
			if conditional != (grant.Condition == "may_grant") {
				t.Errorf("%s: %v: whoever sets the project's policy is bound to what it may grant, and nobody else", name, grant.For)
			}
		}
		for _, one := range r.PredefinedRoles {
			if !roleForm.MatchString(one.Role) || one.Why == "" || one.On == "" {
				t.Errorf("%s: %+v", name, one)
			}
		}
	}
}

// polls is what the google provider asks while it waits for what it has begun: a
// permission of its own. From its source, version 7.45: the scope of a resource's
// collection, and who calls OperationWaitTime. Empty: Google answers at once, or
// what is asked is the resource itself.
var polls = map[string]string{
	"google_artifact_registry_repository_iam_member":        "",
	"google_bigquery_connection":                            "",
	"google_bigquery_connection_iam_member":                 "",
	"google_bigquery_data_transfer_config":                  "",
	"google_bigquery_dataset":                               "",
	"google_bigquery_dataset_iam_member":                    "",
	"google_bigquery_table":                                 "",
	"google_billing_budget":                                 "",
	"google_certificate_manager_certificate":                "certificatemanager.operations.get",
	"google_certificate_manager_certificate_map":            "certificatemanager.operations.get",
	"google_certificate_manager_certificate_map_entry":      "certificatemanager.operations.get",
	"google_certificate_manager_dns_authorization":          "certificatemanager.operations.get",
	"google_cloud_tasks_queue":                              "",
	"google_cloud_tasks_queue_iam_member":                   "",
	"google_compute_backend_bucket":                         "compute.globalOperations.get",
	"google_compute_backend_service":                        "compute.globalOperations.get",
	"google_compute_firewall":                               "compute.globalOperations.get",
	"google_compute_global_address":                         "compute.globalOperations.get",
	"google_compute_global_forwarding_rule":                 "compute.globalOperations.get",
	"google_compute_health_check":                           "compute.globalOperations.get",
	"google_compute_network":                                "compute.globalOperations.get",
	"google_compute_router":                                 "compute.regionOperations.get",
	"google_compute_router_nat":                             "compute.regionOperations.get",
	"google_compute_security_policy":                        "compute.globalOperations.get",
	"google_compute_ssl_policy":                             "compute.globalOperations.get",
	"google_compute_subnetwork":                             "compute.regionOperations.get",
	"google_compute_target_http_proxy":                      "compute.globalOperations.get",
	"google_compute_target_https_proxy":                     "compute.globalOperations.get",
	"google_compute_url_map":                                "compute.globalOperations.get",
	"google_container_cluster":                              "container.operations.get",
	"google_dns_managed_zone":                               "dns.changes.get",
	"google_dns_record_set":                                 "dns.changes.get",
	"google_gke_hub_feature":                                "gkehub.operations.get",
	"google_gke_hub_feature_membership":                     "gkehub.operations.get",
	"google_kms_crypto_key":                                 "",
	"google_kms_crypto_key_iam_member":                      "",
	"google_kms_key_ring":                                   "",
	"google_memorystore_instance":                           "memorystore.operations.get",
	"google_monitoring_alert_policy":                        "",
	"google_monitoring_custom_service":                      "",
	"google_monitoring_dashboard":                           "",
	"google_monitoring_notification_channel":                "",
	"google_monitoring_slo":                                 "",
	"google_monitoring_uptime_check_config":                 "",
	"google_network_connectivity_service_connection_policy": "networkconnectivity.operations.get",
	"google_network_services_lb_edge_extension":             "networkservices.operations.get",
	"google_network_services_wasm_plugin":                   "networkservices.operations.get",
	"google_parameter_manager_regional_parameter":           "",
	"google_parameter_manager_regional_parameter_version":   "",
	"google_project_iam_audit_config":                       "",
	"google_project_iam_custom_role":                        "",
	"google_project_iam_member":                             "",
	"google_project_service":                                "serviceusage.operations.get",
	"google_redis_instance":                                 "redis.operations.get",
	"google_secret_manager_secret":                          "",
	"google_secret_manager_secret_iam_member":               "",
	"google_secret_manager_secret_version":                  "",
	"google_service_account":                                "",
	"google_service_account_iam_member":                     "",
	"google_service_networking_connection":                  "servicenetworking.operations.get",
	"google_spanner_backup_schedule":                        "",
	"google_spanner_database":                               "spanner.databaseOperations.get",
	"google_spanner_database_iam_member":                    "",
	"google_spanner_instance":                               "spanner.instanceOperations.get",
	"google_spanner_instance_config":                        "spanner.instanceConfigOperations.get",
	"google_spanner_instance_iam_member":                    "",
	"google_sql_database":                                   "cloudsql.instances.get",
	"google_sql_database_instance":                          "cloudsql.instances.get",
	"google_sql_user":                                       "cloudsql.instances.get",
	"google_storage_bucket":                                 "",
	"google_storage_bucket_iam_member":                      "",
	"google_storage_bucket_object":                          "",
}

// TestApplyMayAskHowFar: what is begun and cannot be waited for is an error, with
// the resource half made.
func TestApplyMayAskHowFar(t *testing.T) {
	may := readRole(t, "apply").permissions()
	named := map[string]bool{}
	for _, types := range may {
		for _, one := range types {
			if strings.HasPrefix(one, "google_") {
				named[one] = true
			}
		}
	}
	for _, one := range slices.Sorted(maps.Keys(named)) {
		permission, known := polls[one]
		if !known {
			t.Errorf("polls does not say what %s waits for", one)
		}
		if permission != "" && !slices.Contains(may[permission], one) {
			t.Errorf("apply.json lets %s begin, and not ask how far it is: %s", one, permission)
		}
	}
	for one := range polls {
		if !named[one] {
			t.Errorf("polls has %s, for which apply.json has nothing", one)
		}
	}
}

// TestApplyCannotRaiseItself: nothing that lets the apply identity change what it
// may do itself, but for the one permission that a condition binds.
func TestApplyCannotRaiseItself(t *testing.T) {
	itself := regexp.MustCompile(`^iam\.(roles\.(create|update|delete|undelete)|serviceAccountKeys\.create|serviceAccounts\.(getAccessToken|getOpenIdToken|implicitDelegation|signBlob|signJwt)|denypolicies\..*|workloadIdentityPool.*)$|^(resourcemanager|orgpolicy)\..*\.(set|update|create).*$`)
	for _, grant := range readRole(t, "apply").Grants {
		for _, permission := range grant.Permissions {
			if itself.MatchString(permission) && grant.Condition == "" {
				t.Errorf("apply.json: with %s it can give itself anything", permission)
			}
		}
	}
}

// TestPlanRoleChangesNothing: but for the session that reading Spanner takes, and
// for the one secret that the google provider reads back, it gets and lists.
func TestPlanRoleChangesNothing(t *testing.T) {
	except := map[string]bool{
		"secretmanager.versions.access":              false,
		"spanner.databases.beginReadOnlyTransaction": true,
		"spanner.sessions.create":                    true,
		"spanner.sessions.delete":                    true,
		"serviceusage.services.use":                  false,
	}
	plan, apply := readRole(t, "plan"), readRole(t, "apply").permissions()
	for _, grant := range plan.Grants {
		for _, permission := range grant.Permissions {
			verb := permission[strings.LastIndexByte(permission, '.')+1:]
			onlyOptional, excepted := except[permission]
			if !readVerb.MatchString(verb) && (!excepted || onlyOptional && !grant.Optional) {
				t.Errorf("the plan identity may %s", permission)
			}
			if apply[permission] == nil {
				t.Errorf("the plan identity may %s, the apply identity may not", permission)
			}
		}
	}
	for _, permission := range []string{"spanner.databases.read", "spanner.databases.select"} {
		for _, grant := range plan.Grants {
			if slices.Contains(grant.Permissions, permission) && !grant.Optional {
				t.Errorf("%s lets whoever plans read the ledger's data, and is not optional", permission)
			}
		}
	}
}

// TestRolesAreForWhatIsUsed: every resource of the modules has its permissions, the
// apply identity can make and delete it, and nothing is left from what was used.
func TestRolesAreForWhatIsUsed(t *testing.T) {
	used, granted := map[string]bool{}, map[string]bool{}
	modules := os.DirFS(filepath.Join(top, "modules"))
	err := fs.WalkDir(modules, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".tf") || strings.Contains(path, "/examples/") {
			return err
		}
		text, err := fs.ReadFile(modules, path)
		for _, match := range usedTypes.FindAllSubmatch(text, -1) {
			used[string(match[1])] = true
		}
		for _, block := range grantOn.FindAll(text, -1) {
			for _, match := range roleName.FindAllSubmatch(block, -1) {
				granted[string(match[1])] = true
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	// Read by nobody: it is the provider's own table.
	delete(used, "proveniq_spanner_topology")
	// A data source of ours that examples read.
	used["proveniq_ledger_regions"] = true
	for _, name := range []string{"plan", "apply"} {
		covered := map[string][]string{}
		for permission, types := range readRole(t, name).permissions() {
			for _, one := range types {
				covered[one] = append(covered[one], permission)
			}
		}
		for _, one := range slices.Sorted(maps.Keys(used)) {
			if len(covered[one]) == 0 {
				t.Errorf("%s.json has nothing for %s", name, one)
			}
			makes := slices.ContainsFunc(covered[one], func(permission string) bool {
				return regexp.MustCompile(`\.(create|setIamPolicy|add[A-Za-z]*|update|enable)$`).MatchString(permission)
			})
			// Whoever makes roles can change its own: another makes this one.
			others := one == "google_project_iam_custom_role"
			if name == "apply" && strings.HasPrefix(one, "google_") && !makes && !others {
				t.Errorf("apply.json lets nobody make %s: %v", one, covered[one])
			}
		}
		for one := range covered {
			if !used[one] {
				t.Errorf("%s.json names %s, which no module uses", name, one)
			}
		}
	}
	if want, have := slices.Sorted(maps.Keys(granted)), readRole(t, "apply").MayGrant.Roles; !slices.Equal(want, have) {
		t.Errorf("the modules grant %v in the project, apply.json allows %v", want, have)
	}
}

// TestDataBoostRole: the role that the identities' root makes for the ledger gives
// what the one gives that the module makes where nobody else does.
func TestDataBoostRole(t *testing.T) {
	tree, permissions := newTree(t), map[string]string{}
	for _, folder := range []string{"examples/hcp-terraform/identity", "examples/production"} {
		root := tree.In(t, folder)
		givesVariables(t, root)
		root.Run(0, "init", "-no-color", "-input=false")
		for _, r := range plan(t, root).managed() {
			if r.Type == "google_project_iam_custom_role" && strings.Contains(r.Address, ".data_boost") {
				permissions[folder] = fmt.Sprint(r.Values["permissions"])
			}
		}
	}
	if made, module := permissions["examples/hcp-terraform/identity"], permissions["examples/production"]; made != module || !strings.Contains(made, "useDataBoost") {
		t.Errorf("the root of the identities gives %s, the module %s", made, module)
	}
}
