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

run "asymmetric_where_it_votes" {
  command = plan
  variables {
    capacity = { autoscaling = { asymmetric = { us-east4 = { min_processing_units = 3000 } } } }
  }
  expect_failures = [google_spanner_instance.this]
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
