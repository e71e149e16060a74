package modules_test

var spannerRefusals = refusals{
	sound: `project_id = "ledger-test"
name = "ledger"
ledger_regions = ["us-east1", "europe-west1", "asia-southeast1"]
required_role = { us-east1 = "READ_WRITE", europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
warnings = { recommendations = false }`,
	calls: []refusal{
		{"project_is_a_number_or_a_title", `project_id = "My Ledger"`, "project_id is a project's id"},
		{"name_too_long", `name = "a-ledger-with-a-long-name"`, "name has 2 to 20 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or a digit"},
		{"name_of_one_letter", `name = "l"`, "name has 2 to 20 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or a digit"},
		{"no_such_topology", `topology = "global"`, "topology is three-continents, as-documented, regional or custom"},
		{"regional_without_a_region", `topology = "regional"
region = null`, "region belongs to topology regional"},
		{"a_region_without_regional", `region = "us-east1"`, "region belongs to topology regional"},
		{"custom_without_a_base", `topology = "custom"
custom = null`, "custom belongs to topology custom"},
		{"a_base_without_custom", `custom = { base_config = "nam6" }`, "custom belongs to topology custom"},
		{"short_name_too_long", `topology = "custom"
custom = { base_config = "nam6", short_name = "much-too-long-a-name" }
required_role = {}`, "custom.short_name has 2 to 12 lower-case letters, digits and hyphens"},
		{"two_replicas_in_one_place", `extra_replicas = [{ location = "europe-west4", count = 2 }]`, "A location takes one added replica"},
		{"the_same_replica_twice", `extra_replicas = [{ location = "europe-west1" }]`, "A location is named twice among the topology's own replicas"},
		{"a_leader_where_there_is_no_choice", `topology = "regional"
region = "us-east1"
ledger_regions = ["us-east1"]
required_role = {}
leader = "us-east1"`, "A regional configuration leads where it is"},
		{"moves_are_counted", `finished_moves = 0.5`, "finished_moves counts: 0, 1, 2 and so on"},
		{"no_such_role", `required_role = { us-east1 = "LEADER" }`, "required_role maps a region to READ_WRITE, READ_ONLY, ANY_REPLICA or NONE"},
		{"no_such_edition", `edition = "PREMIUM"`, "edition is STANDARD, ENTERPRISE, ENTERPRISE_PLUS, or null for the lowest that has what is asked for"},
		{"no_capacity", `capacity = {}`, "capacity sets exactly one of processing_units and autoscaling"},
		{"two_capacities", `capacity = { processing_units = 1000, autoscaling = {} }`, "capacity sets exactly one of processing_units and autoscaling"},
		{"units_that_do_not_exist", `capacity = { processing_units = 1500 }`, "capacity.processing_units is 100 to 900 in hundreds, or a multiple of 1000"},
		{"too_few_units", `capacity = { processing_units = 50 }`, "capacity.processing_units is 100 to 900 in hundreds, or a multiple of 1000"},
		{"autoscaling_below_a_node", `capacity = { autoscaling = { min_processing_units = 500 } }`, "capacity.autoscaling: limits are multiples of 1000, the lower at least 1000 and the upper at least the lower and at most ten times it, for the instance and for each replica in asymmetric"},
		{"autoscaling_beyond_ten_times", `capacity = { autoscaling = { min_processing_units = 1000, max_processing_units = 11000 } }`, "capacity.autoscaling: limits are multiples of 1000, the lower at least 1000 and the upper at least the lower and at most ten times it, for the instance and for each replica in asymmetric"},
		{"autoscaling_upside_down", `capacity = { autoscaling = { min_processing_units = 3000, max_processing_units = 2000 } }`, "capacity.autoscaling: limits are multiples of 1000, the lower at least 1000 and the upper at least the lower and at most ten times it, for the instance and for each replica in asymmetric"},
		{"a_replica_beyond_ten_times", `capacity = { autoscaling = { asymmetric = { europe-west1 = { min_processing_units = 1000, max_processing_units = 12000 } } } }`, "capacity.autoscaling: limits are multiples of 1000, the lower at least 1000 and the upper at least the lower and at most ten times it, for the instance and for each replica in asymmetric"},
		{"no_such_percentage", `capacity = { autoscaling = { high_priority_cpu_percent = 5 } }`, "capacity.autoscaling: CPU targets are 10 to 90 percent, the storage target is 10 to 99 percent"},
		{"a_key_of_another_region", `encryption = { us-east1 = "projects/ledger-test/locations/us-east4/keyRings/spanner/cryptoKeys/ledger" }`, "encryption maps a region to a key of that region"},
		{"retention_too_long", `version_retention = "8d"`, "version_retention is between 1h and 7d"},
		{"retention_too_short", `version_retention = "59m"`, "version_retention is between 1h and 7d"},
		{"retention_is_a_duration", `version_retention = "a week"`, "version_retention is between 1h and 7d"},
		{"backups_kept_too_long", `backups = { full = { retention_days = 367 } }`, "backups: retention_days is 1 to 366"},
		{"not_a_schedule", `backups = { full = { cron = "daily" } }`, "backups: cron has five parts"},
		{"destroy_does_one_of_two", `schema = { on_destroy = "purge" }`, "schema.on_destroy is abandon or drop"},
		{"empty_ddl", `schema = { files = { "100_own.sql" = " " } }`, "schema.files maps a file name that ends in .sql to DDL that is not empty"},
		{"ddl_in_no_sql_file", `schema = { files = { "own.txt" = "CREATE ROLE x" } }`, "schema.files maps a file name that ends in .sql to DDL that is not empty"},
		{"a_folder_without_ddl", `schema = { directory = "./tests" }`, "schema.directory holds no .sql file"},
		{"everybody", `access = { reports = ["allUsers"] }`, "access: a member is user:..., group:..., serviceAccount:..., domain:..., principal://.."},
		{"an_address_is_no_member", `access = { api = ["ledger-api@ledger-test.iam.gserviceaccount.com"] }`, "access: a member is user:..., group:..., serviceAccount:..., domain:..., principal://.."},
		{"a_role_for_a_region_that_is_not_the_ledgers", `required_role = { us-west1 = "READ_ONLY" }`, "required_role names us-west1, which is not among ledger_regions"},
		{"database_of_one_letter", `database_name = "l"`, "database_name has 2 to 30 lower-case letters, digits, underscores and hyphens, begins with a letter and ends with a letter or a digit"},
		{"a_part_of_a_percent", `capacity = { autoscaling = { asymmetric = { europe-west1 = { high_priority_cpu_percent = 40.5 } } } }`, "capacity.autoscaling: CPU targets are 10 to 90 percent, the storage target is 10 to 99 percent, all of them wh"},
		{"backups_kept_for_part_of_a_day", `backups = { full = { retention_days = 1.5 } }`, "backups: retention_days is 1 to 366, a whole number"},
		{"no_such_hour", `backups = { full = { cron = "0 24 * * *" } }`, "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as"},
		{"no_such_minute", `backups = { full = { cron = "75 2 * * *" } }`, "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as"},
		{"a_step_of_nothing", `backups = { full = { cron = "0 */0 * * *" } }`, "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as"},
		{"a_step_longer_than_a_day", `backups = { incremental = { cron = "0 5/30 * * *" } }`, "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as"},
		{"a_step_from_no_such_hour", `backups = { incremental = { cron = "0 30/2 * * *" } }`, "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as"},
	},
}
