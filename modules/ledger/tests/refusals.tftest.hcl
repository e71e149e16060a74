# What is refused, and by which argument.

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
  project_number = "123456789012"
  domains        = ["ledger.example.com"]
  regions = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
  # What a plan warns of is not looked at here.
  spanner = { warnings = { regions = false, recommendations = false } }
  promises = { asked = {
    role        = "NONE"
    latency_ms  = 1000
    monthly_usd = 100000
    }, accepted = [
    "Spanner in us-east1", "Spanner in europe-west1", "Spanner in asia-southeast1", "availability", "capacity without one region",
  ] }
}

run "project_number_instead_of_id" {
  command = plan
  variables {
    project_id = "123456789012"
  }
  expect_failures = [var.project_id]
}

run "project_id_instead_of_number" {
  command = plan
  variables {
    project_number = "ledger-test"
  }
  expect_failures = [var.project_number]
}

run "name_with_capitals" {
  command = plan
  variables {
    name = "Ledger"
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

run "no_regions" {
  command = plan
  variables {
    regions = {}
  }
  expect_failures = [var.regions]
}

run "duplicate_slots" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0 }, europe-west1 = { slot = 0 } }
  }
  expect_failures = [var.regions]
}

run "slot_out_of_the_plan" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 16 } }
  }
  expect_failures = [var.regions]
}

run "slot_that_is_a_fraction" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0.5 } }
  }
  expect_failures = [var.regions]
}

run "zone_instead_of_region" {
  command = plan
  variables {
    regions = { us-east1-b = { slot = 0 } }
  }
  expect_failures = [var.regions]
}

run "capacity_of_five_percent" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0, capacity_percent = 5 } }
  }
  expect_failures = [var.regions]
}

run "capacity_above_all" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0, capacity_percent = 101 } }
  }
  expect_failures = [var.regions]
}

run "dr_region_itself" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0, dr_region = "us-east1" } }
  }
  expect_failures = [var.regions]
}

run "dr_region_elsewhere" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0, dr_region = "us-west1" } }
  }
  expect_failures = [var.regions]
}

run "joined_without_a_workload" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0, joined = true } }
  }
  expect_failures = [var.regions]
}

run "more_pods_at_least_than_at_most" {
  command = plan
  variables {
    workload = { min_replicas = 9, max_replicas = 8 }
  }
  expect_failures = [var.workload]
}

run "unknown_audit_log" {
  command = plan
  variables {
    audit = { "spanner.googleapis.com" = ["EVERYTHING"] }
  }
  expect_failures = [var.audit]
}

run "unknown_protection_level" {
  command = plan
  variables {
    jwt = { protection_level = "STEEL" }
  }
  expect_failures = [var.jwt]
}

run "unknown_mode" {
  command = plan
  variables {
    mode = "readonly"
  }
  expect_failures = [var.mode]
}

run "no_domains" {
  command = plan
  variables {
    domains = []
  }
  expect_failures = [var.domains]
}

run "role_of_no_region" {
  command = plan
  variables {
    required_role = { us-west1 = "READ_WRITE" }
  }
  expect_failures = [var.required_role]
}

run "unknown_role" {
  command = plan
  variables {
    required_role = { us-east1 = "LEADER" }
  }
  expect_failures = [var.required_role]
}

run "reads_from_long_ago" {
  command = plan
  variables {
    stale_read_seconds = 3601
  }
  expect_failures = [var.stale_read_seconds]
}

run "unknown_quota" {
  command = plan
  variables {
    quotas = { servers = 5 }
  }
  expect_failures = [var.quotas]
}

run "accepted_what_is_no_promise" {
  command = plan
  variables {
    promises = { asked = { role = "NONE", latency_ms = 1000, monthly_usd = 100000 }, accepted = [
      "Spanner in us-east1", "Spanner in europe-west1", "Spanner in asia-southeast1", "availability", "capacity without one region", "eternal life",
    ] }
  }
  expect_failures = [check.accepted]
}
