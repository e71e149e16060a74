package modules_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// policies are what must hold of every resource of a ledger, whatever its
// settings; each returns what is wrong, or nothing.
var policies = map[string]func(resource) string{
	"nothing is granted to the public, but the files of the website": func(r resource) string {
		member, _ := r.Values["member"].(string)
		if member != "allUsers" && member != "allAuthenticatedUsers" {
			return ""
		}
		if r.Type == "google_storage_bucket_iam_member" && r.Values["role"] == "roles/storage.objectViewer" && publicBucket(r.Address) {
			return ""
		}
		return "it is granted to " + member
	},
	"IAM is additive": func(r resource) string {
		if strings.HasSuffix(r.Type, "_iam_policy") || strings.HasSuffix(r.Type, "_iam_binding") {
			return "it takes away what others granted"
		}
		return ""
	},
	"no basic roles": func(r resource) string {
		if role, _ := r.Values["role"].(string); slices.Contains([]string{"roles/owner", "roles/editor", "roles/viewer"}, role) {
			return role
		}
		return ""
	},
	"Cloud SQL has no public address, takes TLS alone, keeps backups and is guarded": func(r resource) string {
		if r.Type != "google_sql_database_instance" {
			return ""
		}
		replica := r.Values["master_instance_name"] != nil && r.Values["master_instance_name"] != ""
		return r.want(
			"settings.ip_configuration.ipv4_enabled", false,
			"settings.ip_configuration.ssl_mode", "TRUSTED_CLIENT_CERTIFICATE_REQUIRED|ENCRYPTED_ONLY",
			"deletion_protection", true,
			"settings.deletion_protection_enabled", true,
		) + unless(replica, r.want(
			"settings.backup_configuration.enabled", true,
			"settings.backup_configuration.point_in_time_recovery_enabled", true,
			"settings.availability_type", "REGIONAL",
		))
	},
	"clusters are private, guarded and run nodes under an account of their own": func(r resource) string {
		if r.Type != "google_container_cluster" {
			return ""
		}
		return r.want(
			"enable_autopilot", true,
			"deletion_protection", true,
			"private_cluster_config.enable_private_nodes", true,
			"control_plane_endpoints_config.ip_endpoints_config.enabled", false,
		) + unless(ownAccount(r.at("cluster_autoscaling.auto_provisioning_defaults.service_account")), "nodes run as the project's default account")
	},
	"Redis asks for AUTH and TLS": func(r resource) string {
		if r.Type != "google_redis_instance" {
			return ""
		}
		return r.want("auth_enabled", true, "transit_encryption_mode", "SERVER_AUTHENTICATION", "tier", "STANDARD_HA", "deletion_protection", true)
	},
	"Valkey asks for IAM and TLS, in several zones": func(r resource) string {
		if r.Type != "google_memorystore_instance" {
			return ""
		}
		return r.want("authorization_mode", "IAM_AUTH", "transit_encryption_mode", "SERVER_AUTHENTICATION", "zone_distribution_config.mode", "MULTI_ZONE")
	},
	"buckets have uniform access, and only the website's are open": func(r resource) string {
		if r.Type != "google_storage_bucket" {
			return ""
		}
		return r.want("uniform_bucket_level_access", true) +
			unless(publicBucket(r.Address), r.want("public_access_prevention", "enforced"))
	},
	"Spanner is guarded": func(r resource) string {
		switch r.Type {
		case "google_spanner_database":
			return r.want("deletion_protection", true, "enable_drop_protection", true)
		case "google_spanner_instance":
			return r.want("deletion_policy", "PREVENT", "default_backup_schedule_type", "NONE")
		}
		return ""
	},
	"what could not be made again as it was is guarded": func(r resource) string {
		switch guard := guards[r.Type]; {
		case guard == "", r.Type == "google_bigquery_table" && r.at("view.query") != nil, r.Type == "google_storage_bucket" && strings.Contains(r.Address, "read_only"):
			return "" // views and the page for read-only mode are files of the module
		case guard == "deletion_policy":
			return r.want(guard, "PREVENT")
		default:
			return r.want(guard, true)
		}
	},
	"backups are encrypted as their database is": func(r resource) string {
		if r.Type != "google_spanner_backup_schedule" {
			return ""
		}
		return r.want("encryption_config.encryption_type", "USE_DATABASE_ENCRYPTION")
	},
	"no firewall opens to the world": func(r resource) string {
		if r.Type == "google_compute_firewall" && strings.Contains(fmt.Sprint(r.Values["source_ranges"]), "0.0.0.0/0") {
			return "0.0.0.0/0"
		}
		return ""
	},
	"every service at the edge has its policies and its logs": func(r resource) string {
		if r.Type != "google_compute_backend_service" {
			return ""
		}
		return r.want("load_balancing_scheme", "EXTERNAL_MANAGED", "session_affinity", "NONE", "log_config.enable", true, "security_policy", later)
	},
	"TLS is modern": func(r resource) string {
		if r.Type != "google_compute_ssl_policy" {
			return ""
		}
		return r.want("min_tls_version", "TLS_1_2|TLS_1_3", "profile", "MODERN|RESTRICTED")
	},
	"what takes labels says whose it is": func(r resource) string {
		for _, name := range []string{"labels", "resource_labels", "user_labels"} {
			value, takes := r.Values[name]
			if !takes || slices.Contains(unlabelled, r.Type) {
				continue
			}
			labels, _ := value.(map[string]any)
			if labels["ledger"] == nil {
				return fmt.Sprintf("%s is %v", name, value)
			}
		}
		return ""
	},
	"no secret is in the state, but the one that is named": func(r resource) string {
		for name, value := range r.Values {
			if list, ok := value.([]any); !slices.Contains(secretAttributes, name) || value == nil || value == "" || ok && len(list) == 0 {
				continue
			}
			// The exception: Redis draws its password, and has no other way to be reached.
			if r.Type == "google_redis_instance" && name == "auth_string" || r.Type == "google_secret_manager_secret_version" && strings.Contains(r.Address, ".cache_auth[") {
				continue
			}
			return name
		}
		return ""
	},
}

// guards is what refuses the destruction of data, addresses, names, and of what
// traffic or all others stand on, by type.
var guards = map[string]string{
	"google_bigquery_table":                       "deletion_protection",
	"google_cloud_tasks_queue":                    "deletion_policy",
	"google_compute_firewall":                     "deletion_policy",
	"google_compute_global_address":               "deletion_policy",
	"google_compute_global_forwarding_rule":       "deletion_policy",
	"google_compute_network":                      "deletion_policy",
	"google_compute_router":                       "deletion_policy",
	"google_compute_router_nat":                   "deletion_policy",
	"google_compute_subnetwork":                   "deletion_policy",
	"google_dns_managed_zone":                     "deletion_policy",
	"google_gke_hub_feature":                      "deletion_policy",
	"google_kms_crypto_key":                       "deletion_policy",
	"google_memorystore_instance":                 "deletion_protection_enabled",
	"google_parameter_manager_regional_parameter": "deletion_policy",
	"google_secret_manager_secret":                "deletion_protection",
	"google_service_networking_connection":        "deletion_policy",
	"google_sql_database":                         "deletion_policy",
	"google_sql_user":                             "deletion_policy",
	"google_storage_bucket":                       "deletion_policy",
	"proveniq_neg_cleanup":                        "deletion_protection",
}

// secretAttributes are arguments of the google provider that hold secrets.
var secretAttributes = []string{"secret_data", "password", "root_password", "private_key", "auth_string", "shared_secret", "client_secret", "sensitive_params"}

// unlabelled are types whose argument named labels means something else.
var unlabelled = []string{"google_monitoring_notification_channel"}

// publicBucket says whether the address is that of the website's own files, or of
// what is shown while writes are off.
func publicBucket(address string) bool {
	return strings.Contains(address, "static") || strings.Contains(address, "read_only")
}

// ownAccount says whether an account is set, and not the over-privileged one of
// Compute Engine.
func ownAccount(value any) bool {
	account, _ := value.(string)
	return account != "" && account != "default" && !strings.HasSuffix(account, "-compute@developer.gserviceaccount.com")
}

func unless(condition bool, text string) string {
	if condition {
		return ""
	}
	return text
}

// want says which of the paths do not have the value; one of several values is
// written with bars between.
func (r resource) want(pairs ...any) string {
	var wrong []string
	for i := 0; i < len(pairs); i += 2 {
		path, want := pairs[i].(string), fmt.Sprint(pairs[i+1])
		if have := fmt.Sprint(r.at(path)); !slices.Contains(strings.Split(want, "|"), have) {
			wrong = append(wrong, fmt.Sprintf("%s is %s, want %s", path, have, want))
		}
	}
	if len(wrong) == 0 {
		return ""
	}
	return strings.Join(wrong, "; ") + ". "
}

// keepsPolicies holds every resource of a plan against the policies.
func keepsPolicies(t *testing.T, p planned) {
	t.Helper()
	for name, policy := range policies {
		t.Run(name, func(t *testing.T) {
			for _, r := range p.managed() {
				if wrong := policy(r); wrong != "" {
					t.Errorf("%s: %s", r.Address, wrong)
				}
			}
		})
	}
}

// TestPolicies holds what production does not have, and what is put together in
// another way, against the policies too.
func TestPolicies(t *testing.T) {
	tree := newTree(t)
	for _, c := range []struct{ folder, override string }{
		{"examples/production", "module \"ledger\" {\n  cache = { engine = \"valkey\" }\n}\n"},
		{"examples/hcp-terraform/ledger", ""},
		{"examples/split-states/foundation", ""},
		{"examples/split-states/operations", ""},
		{"examples/split-states/regions", ""},
	} {
		t.Run(c.folder, func(t *testing.T) {
			root := tree.In(t, c.folder)
			asInRepository(t, root.Folder())
			givesVariables(t, root)
			root.WriteFile("policy_override.tf", c.override)
			root.Run(0, "init", "-no-color", "-input=false")
			keepsPolicies(t, plan(t, root))
		})
	}
}

// sound are resources that no policy minds, by type: what a policy asks of it.
var sound = map[string]string{
	"google_project_iam_member":            `{"member": "user:a@example.com", "role": "roles/run.invoker"}`,
	"google_project_iam_policy":            `null`,
	"google_project_iam_binding":           `null`,
	"google_storage_bucket_iam_member":     `{"member": "user:a@example.com", "role": "roles/storage.objectViewer"}`,
	"google_sql_database_instance":         `{"deletion_protection": true, "settings": [{"deletion_protection_enabled": true, "availability_type": "REGIONAL", "ip_configuration": [{"ipv4_enabled": false, "ssl_mode": "ENCRYPTED_ONLY"}], "backup_configuration": [{"enabled": true, "point_in_time_recovery_enabled": true}]}]}`,
	"google_container_cluster":             `{"enable_autopilot": true, "deletion_protection": true, "private_cluster_config": [{"enable_private_nodes": true}], "control_plane_endpoints_config": [{"ip_endpoints_config": [{"enabled": false}]}], "cluster_autoscaling": [{"auto_provisioning_defaults": [{"service_account": "nodes@p.iam.gserviceaccount.com"}]}]}`,
	"google_redis_instance":                `{"auth_enabled": true, "transit_encryption_mode": "SERVER_AUTHENTICATION", "tier": "STANDARD_HA", "deletion_protection": true}`,
	"google_memorystore_instance":          `{"authorization_mode": "IAM_AUTH", "transit_encryption_mode": "SERVER_AUTHENTICATION", "zone_distribution_config": [{"mode": "MULTI_ZONE"}], "deletion_protection_enabled": true}`,
	"google_storage_bucket":                `{"uniform_bucket_level_access": true, "public_access_prevention": "enforced", "deletion_policy": "PREVENT"}`,
	"google_spanner_database":              `{"deletion_protection": true, "enable_drop_protection": true}`,
	"google_spanner_instance":              `{"deletion_policy": "PREVENT", "default_backup_schedule_type": "NONE"}`,
	"google_spanner_backup_schedule":       `{"encryption_config": [{"encryption_type": "USE_DATABASE_ENCRYPTION"}]}`,
	"google_compute_firewall":              `{"source_ranges": ["35.191.0.0/16"], "deletion_policy": "PREVENT"}`,
	"google_compute_backend_service":       `{"load_balancing_scheme": "EXTERNAL_MANAGED", "session_affinity": "NONE", "log_config": [{"enable": true}], "security_policy": "(known after apply)"}`,
	"google_compute_ssl_policy":            `{"min_tls_version": "TLS_1_2", "profile": "MODERN"}`,
	"google_pubsub_topic":                  `{"labels": {"ledger": "main"}}`,
	"google_secret_manager_secret_version": `{"secret_data": ""}`,
	"google_sql_user":                      `{"password": "", "deletion_policy": "PREVENT"}`,
}

// mistakes are what each policy is there for: one value of a sound resource changed.
var mistakes = map[string][]struct {
	kind, path string
	value      any
}{
	"nothing is granted to the public, but the files of the website": {
		{"google_project_iam_member", "member", "allUsers"},
		{"google_storage_bucket_iam_member", "member", "allAuthenticatedUsers"},
	},
	"IAM is additive": {
		{"google_project_iam_policy", "policy_data", "{}"},
		{"google_project_iam_binding", "role", "roles/run.invoker"},
	},
	"no basic roles": {{"google_project_iam_member", "role", "roles/editor"}},
	"Cloud SQL has no public address, takes TLS alone, keeps backups and is guarded": {
		{"google_sql_database_instance", "settings.ip_configuration.ipv4_enabled", true},
		{"google_sql_database_instance", "settings.ip_configuration.ssl_mode", "ALLOW_UNENCRYPTED_AND_ENCRYPTED"},
		{"google_sql_database_instance", "deletion_protection", false},
		{"google_sql_database_instance", "settings.deletion_protection_enabled", nil},
		{"google_sql_database_instance", "settings.backup_configuration.enabled", false},
		{"google_sql_database_instance", "settings.backup_configuration.point_in_time_recovery_enabled", nil},
		{"google_sql_database_instance", "settings.availability_type", "ZONAL"},
	},
	"clusters are private, guarded and run nodes under an account of their own": {
		{"google_container_cluster", "enable_autopilot", nil},
		{"google_container_cluster", "deletion_protection", false},
		{"google_container_cluster", "private_cluster_config.enable_private_nodes", false},
		{"google_container_cluster", "control_plane_endpoints_config.ip_endpoints_config.enabled", true},
		{"google_container_cluster", "cluster_autoscaling.auto_provisioning_defaults.service_account", "1-compute@developer.gserviceaccount.com"},
	},
	"Redis asks for AUTH and TLS": {
		{"google_redis_instance", "auth_enabled", false},
		{"google_redis_instance", "transit_encryption_mode", "DISABLED"},
		{"google_redis_instance", "tier", "BASIC"},
		{"google_redis_instance", "deletion_protection", nil},
	},
	"Valkey asks for IAM and TLS, in several zones": {
		{"google_memorystore_instance", "authorization_mode", "AUTH_DISABLED"},
		{"google_memorystore_instance", "transit_encryption_mode", "TRANSIT_ENCRYPTION_DISABLED"},
		{"google_memorystore_instance", "zone_distribution_config.mode", "SINGLE_ZONE"},
	},
	"buckets have uniform access, and only the website's are open": {
		{"google_storage_bucket", "uniform_bucket_level_access", false},
		{"google_storage_bucket", "public_access_prevention", "inherited"},
	},
	"Spanner is guarded": {
		{"google_spanner_database", "deletion_protection", false},
		{"google_spanner_database", "enable_drop_protection", nil},
		{"google_spanner_instance", "deletion_policy", "DELETE"},
		{"google_spanner_instance", "default_backup_schedule_type", "AUTOMATIC"},
	},
	"what could not be made again as it was is guarded": {
		{"google_compute_firewall", "deletion_policy", "DELETE"},
		{"google_memorystore_instance", "deletion_protection_enabled", nil},
		{"google_storage_bucket", "deletion_policy", later},
		{"google_sql_user", "deletion_policy", "ABANDON"},
	},
	"backups are encrypted as their database is": {{"google_spanner_backup_schedule", "encryption_config.encryption_type", "GOOGLE_DEFAULT_ENCRYPTION"}},
	"no firewall opens to the world":             {{"google_compute_firewall", "source_ranges", []any{"35.191.0.0/16", "0.0.0.0/0"}}},
	"every service at the edge has its policies and its logs": {
		{"google_compute_backend_service", "load_balancing_scheme", "EXTERNAL"},
		{"google_compute_backend_service", "session_affinity", "CLIENT_IP"},
		{"google_compute_backend_service", "log_config.enable", false},
		{"google_compute_backend_service", "security_policy", nil},
	},
	"TLS is modern": {
		{"google_compute_ssl_policy", "min_tls_version", "TLS_1_0"},
		{"google_compute_ssl_policy", "profile", "COMPATIBLE"},
	},
	"what takes labels says whose it is": {
		{"google_pubsub_topic", "labels", nil},
		{"google_container_cluster", "resource_labels", map[string]any{"team": "ledger"}},
	},
	"no secret is in the state, but the one that is named": {
		{"google_secret_manager_secret_version", "secret_data", later},
		{"google_sql_user", "password", "x"},
	},
}

// TestPoliciesSee: a policy that could not fail would prove nothing. Each minds
// every mistake that it is there for, and not the resource without it.
func TestPoliciesSee(t *testing.T) {
	values := func(kind string) (v map[string]any) {
		if err := json.Unmarshal([]byte(sound[kind]), &v); err != nil || sound[kind] == "" {
			t.Fatalf("sound has no %s: %v", kind, err)
		}
		if v == nil {
			v = map[string]any{}
		}
		return v
	}
	for name, policy := range policies {
		if len(mistakes[name]) == 0 {
			t.Errorf("no mistake shows that %q is minded", name)
		}
		for _, m := range mistakes[name] {
			r := resource{Address: "a", Type: m.kind, Values: values(m.kind)}
			if wrong := policy(r); wrong != "" && sound[m.kind] != "null" {
				t.Errorf("%q minds a sound %s: %s", name, m.kind, wrong)
			}
			block := r.Values
			path := strings.Split(m.path, ".")
			for _, step := range path[:len(path)-1] {
				block = block[step].([]any)[0].(map[string]any)
			}
			block[path[len(path)-1]] = m.value
			if policy(r) == "" {
				t.Errorf("%q does not mind %s with %s = %v", name, m.kind, m.path, m.value)
			}
		}
	}
	for name := range mistakes {
		if policies[name] == nil {
			t.Errorf("there is no policy %q", name)
		}
	}
}
