# What is refused, each by what has to be changed.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

provider "proveniq" {
  project = "ledger-test"
}

variables {
  project_id     = "ledger-test"
  name           = "ledger"
  ledger_regions = ["us-east1", "europe-west1", "asia-southeast1"]
  required_role  = { us-east1 = "READ_WRITE", europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  warnings       = { recommendations = false }
}

run "project_is_a_number_or_a_title" {
  command = plan
  variables {
    project_id = "My Ledger"
  }
  expect_failures = [var.project_id]
}

run "name_too_long" {
  command = plan
  variables {
    name = "a-ledger-with-a-long-name"
  }
  expect_failures = [var.name]
}

run "name_of_one_letter" {
  command = plan
  variables {
    name = "l"
  }
  expect_failures = [var.name]
}

run "no_such_topology" {
  command = plan
  variables {
    topology = "global"
  }
  expect_failures = [var.topology]
}

run "regional_without_a_region" {
  command = plan
  variables {
    topology = "regional"
  }
  expect_failures = [var.region]
}

run "a_region_without_regional" {
  command = plan
  variables {
    region = "us-east1"
  }
  expect_failures = [var.region]
}

run "custom_without_a_base" {
  command = plan
  variables {
    topology = "custom"
  }
  expect_failures = [var.custom]
}

run "a_base_without_custom" {
  command = plan
  variables {
    custom = { base_config = "nam6" }
  }
  expect_failures = [var.custom]
}

run "short_name_too_long" {
  command = plan
  variables {
    topology      = "custom"
    custom        = { base_config = "nam6", short_name = "much-too-long-a-name" }
    required_role = {}
  }
  expect_failures = [var.custom]
}

run "two_replicas_in_one_place" {
  command = plan
  variables {
    extra_replicas = [{ location = "europe-west4", count = 2 }]
  }
  expect_failures = [var.extra_replicas]
}

run "the_same_replica_twice" {
  command = plan
  variables {
    extra_replicas = [{ location = "europe-west1" }]
  }
  expect_failures = [var.extra_replicas]
}

run "a_leader_where_there_is_no_choice" {
  command = plan
  variables {
    topology       = "regional"
    region         = "us-east1"
    ledger_regions = ["us-east1"]
    required_role  = {}
    leader         = "us-east1"
  }
  expect_failures = [var.leader]
}

run "moves_are_counted" {
  command = plan
  variables {
    finished_moves = 0.5
  }
  expect_failures = [var.finished_moves]
}

run "no_such_role" {
  command = plan
  variables {
    required_role = { us-east1 = "LEADER" }
  }
  expect_failures = [var.required_role]
}

run "no_such_edition" {
  command = plan
  variables {
    edition = "PREMIUM"
  }
  expect_failures = [var.edition]
}

run "edition_too_low_for_several_regions" {
  command = plan
  variables {
    edition = "ENTERPRISE"
  }
  expect_failures = [google_spanner_instance.this]
}

run "edition_too_low_for_autoscaling" {
  command = plan
  variables {
    topology       = "regional"
    region         = "us-east1"
    ledger_regions = ["us-east1"]
    required_role  = {}
    backups        = { incremental = { enabled = false } }
    edition        = "STANDARD"
  }
  expect_failures = [google_spanner_instance.this]
}

run "edition_too_low_for_incremental_backups" {
  command = plan
  variables {
    topology       = "regional"
    region         = "us-east1"
    ledger_regions = ["us-east1"]
    required_role  = {}
    capacity       = { processing_units = 100 }
    edition        = "STANDARD"
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_region_without_a_replica" {
  command = plan
  variables {
    topology = "as-documented"
  }
  expect_failures = [google_spanner_instance.this]
}

run "nowhere_is_it_written" {
  command = plan
  variables {
    required_role = { us-east1 = "READ_WRITE", europe-west1 = "READ_WRITE", asia-southeast1 = "NONE" }
  }
  expect_failures = [google_spanner_instance.this]
}

run "no_capacity" {
  command = plan
  variables {
    capacity = {}
  }
  expect_failures = [var.capacity]
}

run "two_capacities" {
  command = plan
  variables {
    capacity = { processing_units = 1000, autoscaling = {} }
  }
  expect_failures = [var.capacity]
}

run "units_that_do_not_exist" {
  command = plan
  variables {
    capacity = { processing_units = 1500 }
  }
  expect_failures = [var.capacity]
}

run "too_few_units" {
  command = plan
  variables {
    capacity = { processing_units = 50 }
  }
  expect_failures = [var.capacity]
}

run "autoscaling_below_a_node" {
  command = plan
  variables {
    capacity = { autoscaling = { min_processing_units = 500 } }
  }
  expect_failures = [var.capacity]
}

run "autoscaling_beyond_ten_times" {
  command = plan
  variables {
    capacity = { autoscaling = { min_processing_units = 1000, max_processing_units = 11000 } }
  }
  expect_failures = [var.capacity]
}

run "autoscaling_upside_down" {
  command = plan
  variables {
    capacity = { autoscaling = { min_processing_units = 3000, max_processing_units = 2000 } }
  }
  expect_failures = [var.capacity]
}

run "a_replica_beyond_ten_times" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { europe-west1 = { min_processing_units = 1000, max_processing_units = 12000 } } } }
  }
  expect_failures = [var.capacity]
}

run "no_such_percentage" {
  command = plan
  variables {
    capacity = { autoscaling = { high_priority_cpu_percent = 5 } }
  }
  expect_failures = [var.capacity]
}

run "the_documents_cpu_is_too_high" {
  command = plan
  variables {
    capacity = { autoscaling = { high_priority_cpu_percent = 65, total_cpu_percent = 85 } }
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_replicas_cpu_is_too_high" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { europe-west1 = { high_priority_cpu_percent = 60 } } } }
  }
  expect_failures = [google_spanner_instance.this]
}

run "the_total_is_not_above" {
  command = plan
  variables {
    capacity = { autoscaling = { high_priority_cpu_percent = 40, total_cpu_percent = 40 } }
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_replicas_total_is_not_above_the_instances_high_priority" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { europe-west1 = { total_cpu_percent = 40 } } } }
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_part_of_a_percent" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { europe-west1 = { high_priority_cpu_percent = 40.5 } } } }
  }
  expect_failures = [var.capacity]
}

run "asymmetric_where_it_votes" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { us-east4 = { min_processing_units = 3000 } } } }
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_key_of_another_region" {
  command = plan
  variables {
    encryption = { us-east1 = "projects/ledger-test/locations/us-east4/keyRings/spanner/cryptoKeys/ledger" }
  }
  expect_failures = [var.encryption]
}

run "a_key_is_missing" {
  command = plan
  variables {
    encryption = { for region in ["asia-southeast1", "europe-west1", "us-east1", "us-east4"] : region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger" }
  }
  expect_failures = [google_spanner_database.this]
}

run "a_key_too_many" {
  command = plan
  variables {
    encryption = { for region in ["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4", "us-west1"] : region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger" }
  }
  expect_failures = [google_spanner_database.this]
}

run "retention_too_long" {
  command = plan
  variables {
    version_retention = "8d"
  }
  expect_failures = [var.version_retention]
}

run "retention_too_short" {
  command = plan
  variables {
    version_retention = "59m"
  }
  expect_failures = [var.version_retention]
}

run "retention_is_a_duration" {
  command = plan
  variables {
    version_retention = "a week"
  }
  expect_failures = [var.version_retention]
}

run "backups_kept_too_long" {
  command = plan
  variables {
    backups = { full = { retention_days = 367 } }
  }
  expect_failures = [var.backups]
}

run "not_a_schedule" {
  command = plan
  variables {
    backups = { full = { cron = "daily" } }
  }
  expect_failures = [var.backups]
}

run "backups_kept_for_part_of_a_day" {
  command = plan
  variables {
    backups = { full = { retention_days = 1.5 } }
  }
  expect_failures = [var.backups]
}

run "no_such_hour" {
  command = plan
  variables {
    backups = { full = { cron = "0 24 * * *" } }
  }
  expect_failures = [var.backups]
}

run "no_such_minute" {
  command = plan
  variables {
    backups = { full = { cron = "75 2 * * *" } }
  }
  expect_failures = [var.backups]
}

run "a_step_of_nothing" {
  command = plan
  variables {
    backups = { full = { cron = "0 */0 * * *" } }
  }
  expect_failures = [var.backups]
}

run "a_step_longer_than_a_day" {
  command = plan
  variables {
    backups = { incremental = { cron = "0 5/30 * * *" } }
  }
  expect_failures = [var.backups]
}

run "a_step_from_no_such_hour" {
  command = plan
  variables {
    backups = { incremental = { cron = "0 30/2 * * *" } }
  }
  expect_failures = [var.backups]
}

run "full_backups_too_often" {
  command = plan
  variables {
    backups = { full = { cron = "0 2,13 * * *" } }
  }
  expect_failures = [google_spanner_backup_schedule.full]
}

run "full_backups_too_near_midnight" {
  command = plan
  variables {
    backups = { full = { cron = "0 2,16 * * *" } }
  }
  expect_failures = [google_spanner_backup_schedule.full]
}

run "incremental_backups_too_often" {
  command = plan
  variables {
    backups = { incremental = { cron = "0 */3 * * *" } }
  }
  expect_failures = [google_spanner_backup_schedule.incremental]
}

run "destroy_does_one_of_two" {
  command = plan
  variables {
    schema = { on_destroy = "purge" }
  }
  expect_failures = [var.schema]
}

run "empty_ddl" {
  command = plan
  variables {
    schema = { files = { "100_own.sql" = " " } }
  }
  expect_failures = [var.schema]
}

run "ddl_in_no_sql_file" {
  command = plan
  variables {
    schema = { files = { "own.txt" = "CREATE ROLE x" } }
  }
  expect_failures = [var.schema]
}

run "a_folder_without_ddl" {
  command = plan
  variables {
    schema = { directory = "./tests" }
  }
  expect_failures = [var.schema]
}

run "everybody" {
  command = plan
  variables {
    access = { reports = ["allUsers"] }
  }
  expect_failures = [var.access]
}

run "an_address_is_no_member" {
  command = plan
  variables {
    access = { api = ["ledger-api@ledger-test.iam.gserviceaccount.com"] }
  }
  expect_failures = [var.access]
}

run "a_role_for_a_region_that_is_not_the_ledgers" {
  command = plan
  variables {
    required_role = { us-west1 = "READ_ONLY" }
  }
  expect_failures = [var.required_role]
}

run "a_witness_is_a_replica_that_serves_nothing" {
  command = plan
  variables {
    topology      = "as-documented"
    required_role = { us-east1 = "READ_ONLY", europe-west1 = "NONE", asia-southeast1 = "NONE" }
  }
  expect_failures = [google_spanner_instance.this]
}

run "a_witness_is_not_any_replica" {
  command = plan
  variables {
    topology      = "as-documented"
    required_role = { us-east1 = "ANY_REPLICA", europe-west1 = "NONE", asia-southeast1 = "NONE" }
  }
  expect_failures = [google_spanner_instance.this]
}
