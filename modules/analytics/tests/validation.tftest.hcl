# What cannot work is refused, at the variable that says it.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  labels         = { ledger = "proveniq" }

  spanner = {
    database = "projects/ledger-test/instances/ledger-spanner/databases/ledger"
  }
  workload_principals = ["principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]

  regions = {
    us-east1        = { nearest_read_region = "us-east1" }
    europe-west1    = { nearest_read_region = "europe-west1" }
    asia-southeast1 = {}
  }
}

run "a_number_that_is_an_id" {
  command = plan

  variables {
    project_number = "ledger-test"
  }
  expect_failures = [var.project_number]
}

run "a_name_with_underscores" {
  command = plan

  variables {
    name = "my_ledger"
  }
  expect_failures = [var.name]
}

run "a_name_that_ends_in_a_hyphen" {
  command = plan

  variables {
    name = "ledger-"
  }
  expect_failures = [var.name]
}

run "a_location_that_is_none" {
  command = plan

  variables {
    location = "us"
  }
  expect_failures = [var.location]
}

run "a_database_by_its_name" {
  command = plan

  variables {
    spanner = { database = "ledger" }
  }
  expect_failures = [var.spanner]
}

run "parallel_without_data_boost" {
  command = plan

  variables {
    spanner = { database = "projects/p/instances/i/databases/d", data_boost = false, max_parallelism = 10 }
  }
  expect_failures = [var.spanner]
}

run "too_parallel" {
  command = plan

  variables {
    spanner = { database = "projects/p/instances/i/databases/d", max_parallelism = 2000 }
  }
  expect_failures = [var.spanner]
}

run "one_and_a_half_partitions" {
  command = plan

  variables {
    spanner = { database = "projects/p/instances/i/databases/d", max_parallelism = 1.5 }
  }
  expect_failures = [var.spanner]
}

run "a_principal_without_its_kind" {
  command = plan

  variables {
    workload_principals = ["ledger-api@example.com"]
  }
  expect_failures = [var.workload_principals]
}

run "more_often_than_bigquery_can" {
  command = plan

  variables {
    schedule = { every_minutes = 1 }
  }
  expect_failures = [var.schedule]
}

run "half_a_minute_to_run" {
  command = plan

  variables {
    schedule = { run_minutes = 0.5 }
  }
  expect_failures = [var.schedule]
}

run "fresher_than_a_replica" {
  command = plan

  variables {
    dashboards = { staleness_seconds = 5 }
  }
  expect_failures = [var.dashboards]
}

run "an_unknown_priority" {
  command = plan

  variables {
    dashboards = { priority = "LOW" }
  }
  expect_failures = [var.dashboards]
}

run "no_retention_at_all" {
  command = plan

  variables {
    retention_days = 0
  }
  expect_failures = [var.retention_days]
}

run "a_day_and_a_half_of_retention" {
  command = plan

  variables {
    retention_days = 1.5
  }
  expect_failures = [var.retention_days]
}

run "a_key_by_its_name" {
  command = plan

  variables {
    kms_key = "reports"
  }
  expect_failures = [var.kms_key]
}
