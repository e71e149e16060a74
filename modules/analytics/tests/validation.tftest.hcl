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

run "a_name_that_ends_in_a_hyphen" {
  command = plan

  variables {
    name = "ledger-"
  }
  expect_failures = [var.name]
}

run "one_and_a_half_partitions" {
  command = plan

  variables {
    spanner = { database = "projects/p/instances/i/databases/d", max_parallelism = 1.5 }
  }
  expect_failures = [var.spanner]
}

run "a_day_and_a_half_of_retention" {
  command = plan

  variables {
    retention_days = 1.5
  }
  expect_failures = [var.retention_days]
}
