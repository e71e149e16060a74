package modules_test

var analyticsRefusals = refusals{
	sound: `project_id = "ledger-test"
project_number = "123456789012"
name = "ledger"
labels = { ledger = "proveniq" }
spanner = { database = "projects/ledger-test/instances/ledger-spanner/databases/ledger" }
workload_principals = ["principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]
regions = { us-east1 = { nearest_read_region = "us-east1" }, europe-west1 = { nearest_read_region = "europe-west1" }, asia-southeast1 = {} }`,
	calls: []refusal{
		{"a_number_that_is_an_id", `project_number = "ledger-test"`, "project_number must be digits only"},
		{"a_name_with_underscores", `name = "my_ledger"`, "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter"},
		{"a_location_that_is_none", `location = "us"`, "location must be US, EU or a region such as us-east1"},
		{"a_database_by_its_name", `spanner = { database = "ledger" }`, "spanner.database must be of the form projects/P/instances/I/databases/D"},
		{"parallel_without_data_boost", `spanner = { database = "projects/p/instances/i/databases/d", data_boost = false, max_parallelism = 10 }`, "spanner.max_parallelism needs spanner.data_boost"},
		{"too_parallel", `spanner = { database = "projects/p/instances/i/databases/d", max_parallelism = 2000 }`, "spanner.max_parallelism must be a whole number from 1 to 1000"},
		{"a_principal_without_its_kind", `workload_principals = ["ledger-api@example.com"]`, "workload_principals must be IAM members with their kind in front"},
		{"more_often_than_bigquery_can", `schedule = { every_minutes = 1 }`, "schedule.every_minutes must be a whole number from 5, the least that BigQuery schedules, to 1440"},
		{"half_a_minute_to_run", `schedule = { run_minutes = 0.5 }`, "schedule.run_minutes and schedule.staleness_minutes must be whole numbers, from 1"},
		{"fresher_than_a_replica", `dashboards = { staleness_seconds = 5 }`, "dashboards.staleness_seconds must be from 10, below which the nearest replica has to ask the leader, to 3600, after which Spanner may have collected old versions"},
		{"an_unknown_priority", `dashboards = { priority = "LOW" }`, "dashboards.priority must be PRIORITY_LOW, PRIORITY_MEDIUM or PRIORITY_HIGH"},
		{"no_retention_at_all", `retention_days = 0`, "retention_days must be a whole number of days, at least 1, or null for ever"},
		{"a_key_by_its_name", `kms_key = "reports"`, "kms_key must be of the form projects/P/locations/L/keyRings/R/cryptoKeys/K"},
		{"role_for_data_boost_by_name", `data_boost_role = "ledger_data_boost"`, "data_boost_role must be of the form projects/P/roles/R or organizations/O/roles/R"},
		{"reports_older_than_promised", `schedule = { every_minutes = 55, run_minutes = 10, alert = false }`, "Reports would be up to 65 minutes old"},
		{"an_alert_while_all_is_well", `schedule = { run_minutes = 20 }`, "Runs that are all well can be 50 minutes apart"},
		{"a_name_that_ends_in_a_hyphen", `name = "ledger-"`, "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter, the last none of -: \"ledger-\" is not"},
		{"one_and_a_half_partitions", `spanner = { database = "projects/p/instances/i/databases/d", max_parallelism = 1.5 }`, "spanner.max_parallelism must be a whole number from 1 to 1000"},
		{"a_day_and_a_half_of_retention", `retention_days = 1.5`, "retention_days must be a whole number of days, at least 1, or null for ever"},
		{"an_hour_that_cannot_be_kept", `schedule = { alert = false,  every_minutes = 55 }`, "Reports would be up to 65 minutes old"},
		{"a_promise_that_is_exactly_the_worst_case", `schedule = { alert = false,  every_minutes = 50, run_minutes = 10 }`, "Reports would be up to 60 minutes old"},
	},
}
