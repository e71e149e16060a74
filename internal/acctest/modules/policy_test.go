package modules_test

import (
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

// TestPoliciesSee: a policy that could not fail would prove nothing. Each of these
// breaks one.
func TestPoliciesSee(t *testing.T) {
	for _, broken := range []resource{
		{Address: "a", Type: "google_project_iam_member", Values: map[string]any{"member": "allUsers", "role": "roles/run.invoker"}},
		{Address: "a", Type: "google_project_iam_member", Values: map[string]any{"member": "user:a@example.com", "role": "roles/editor"}},
		{Address: "a", Type: "google_secret_manager_secret_version", Values: map[string]any{"secret_data": later}},
		{Address: "a", Type: "google_sql_user", Values: map[string]any{"password": "x"}},
		{Address: "a", Type: "google_compute_backend_service", Values: map[string]any{"load_balancing_scheme": "EXTERNAL_MANAGED", "session_affinity": "NONE", "log_config": []any{map[string]any{"enable": true}}}},
		{Address: "a", Type: "google_container_cluster", Values: map[string]any{"enable_autopilot": true}},
		{Address: "a", Type: "google_storage_bucket", Values: map[string]any{"uniform_bucket_level_access": true, "public_access_prevention": "inherited"}},
		{Address: "a", Type: "google_pubsub_topic", Values: map[string]any{"labels": nil}},
		{Address: "a", Type: "google_spanner_backup_schedule", Values: map[string]any{}},
	} {
		seen := false
		for _, policy := range policies {
			seen = seen || policy(broken) != ""
		}
		if !seen {
			t.Errorf("no policy minds %s %v", broken.Type, broken.Values)
		}
	}
}
