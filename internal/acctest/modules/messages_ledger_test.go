package modules_test

var ledgerRefusals = refusals{
	sound: `project_id = "ledger-test"
project_number = "123456789012"
domains = ["ledger.example.com"]
regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 }, asia-southeast1 = { slot = 2 } }
spanner = { warnings = { regions = false, recommendations = false } }
promises = { asked = { role = "NONE", latency_ms = 1000, monthly_usd = 100000 }, accepted = ["Spanner in us-east1", "Spanner in europe-west1", "Spanner in asia-southeast1", "availability", "capacity without one region",] }`,
	calls: []refusal{
		{"project_number_instead_of_id", `project_id = "123456789012"`, "project_id is the project's id"},
		{"project_id_instead_of_number", `project_number = "ledger-test"`, "project_number is digits only, as `gcloud projects describe ID --format='value(projectNumber)'` prints it"},
		{"name_with_capitals", `name = "Ledger"`, "name is 2 to 20 lower-case letters, digits and hyphens"},
		{"name_of_one_letter", `name = "l"`, "name is 2 to 20 lower-case letters, digits and hyphens"},
		{"no_regions", `regions = {}`, "regions names no region: one at least is needed"},
		{"duplicate_slots", `regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 0 } }`, "Two regions have the same slot"},
		{"slot_out_of_the_plan", `regions = { us-east1 = { slot = 16 } }`, "A slot is a whole number from 0 to 15"},
		{"slot_that_is_a_fraction", `regions = { us-east1 = { slot = 0.5 } }`, "A slot is a whole number from 0 to 15"},
		{"zone_instead_of_region", `regions = { us-east1-b = { slot = 0 } }`, "A key of regions is a Google Cloud region, such as us-east1, and no zone; not so: us-east1-b."},
		{"capacity_of_five_percent", `regions = { us-east1 = { slot = 0, capacity_percent = 5 } }`, "capacity_percent is 0, which drains the region, or a whole number from 10 to 100"},
		{"capacity_above_all", `regions = { us-east1 = { slot = 0, capacity_percent = 101 } }`, "capacity_percent is 0, which drains the region, or a whole number from 10 to 100"},
		{"dr_region_itself", `regions = { us-east1 = { slot = 0, dr_region = "us-east1" } }`, "A dr_region is another key of regions"},
		{"dr_region_elsewhere", `regions = { us-east1 = { slot = 0, dr_region = "us-west1" } }`, "A dr_region is another key of regions"},
		{"joined_without_a_workload", `regions = { us-east1 = { slot = 0, joined = true } }`, "A region is joined, but nothing brings its workload"},
		{"more_pods_in_a_region_than_at_most", `regions = { us-east1 = { slot = 0, replicas = 50 }, europe-west1 = { slot = 1 } }`, "replicas of us-east1: a whole number from workload.min_zones (2) to workload.max_replicas (20)"},
		{"documents_of_no_mode", `runtime_mode = "maintenance"`, "runtime_mode is read_write or read_only, or null for what mode is"},
		{"role_that_is_asked_of_none", `promises = { asked = { role = "LEADER" } }`, "promises.asked.role is READ_WRITE, READ_ONLY or NONE"},
		{"more_pods_at_least_than_at_most", `workload = { min_replicas = 9, max_replicas = 8 }`, "workload.max_replicas is below workload.min_replicas"},
		{"unknown_audit_log", `audit = { "spanner.googleapis.com" = ["EVERYTHING"] }`, "A type of audit log is ADMIN_READ, DATA_READ or DATA_WRITE"},
		{"unknown_protection_level", `jwt = { protection_level = "STEEL" }`, "jwt.protection_level is SOFTWARE or HSM"},
		{"unknown_mode", `mode = "readonly"`, "mode is read_write or read_only"},
		{"no_domains", `domains = []`, "domains names no host: one at least is needed"},
		{"role_of_no_region", `required_role = { us-west1 = "READ_WRITE" }`, "required_role names us-west1, which is no region of the ledger"},
		{"unknown_role", `required_role = { us-east1 = "LEADER" }`, "A required_role is READ_WRITE, READ_ONLY, ANY_REPLICA or NONE"},
		{"reads_from_long_ago", `stale_read_seconds = 3601`, "stale_read_seconds is 0 to 3600"},
		{"unknown_quota", `quotas = { servers = 5 }`, "quotas has the names of output needs only"},
	},
}
