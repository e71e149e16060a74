# What an operator turns: each changes what it should, and nothing else.

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
  delivery      = { config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/config:v1" } }
  required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  spanner       = { warnings = { recommendations = false } }
  promises = {
    accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
      "strong read from asia-southeast1", "availability", "cost of a month",
    ]
  }
}

run "joined_with_config_sync" {
  command = plan

  assert {
    condition     = toset(keys(proveniq_ledger_region.this)) == toset(["us-east1", "europe-west1", "asia-southeast1"])
    error_message = "Config Sync brings the workload: every region joins."
  }
  assert {
    condition     = proveniq_ledger_region.this["asia-southeast1"].spanner_role == "READ_ONLY" && proveniq_ledger_region.this["asia-southeast1"].rw_txn_floor_ms == 447 && proveniq_ledger_region.this["us-east1"].commit_floor_ms == 13
    error_message = "A region's floors are known at the first plan."
  }
  assert {
    condition     = proveniq_ledger_region.this["us-east1"].min_remaining_regions == 1 && proveniq_ledger_region.this["us-east1"].drain.settle_seconds == 60
    error_message = "The last region is guarded, and draining is waited for."
  }
  assert {
    condition     = !proveniq_ledger_region.this["us-east1"].backend_services["probe-us-east1"].guard && !proveniq_ledger_region.this["us-east1"].backend_services["probe-us-east1"].follow_capacity && proveniq_ledger_region.this["us-east1"].backend_services["write"].guard
    error_message = "A probe's service follows nothing."
  }
  assert {
    condition     = proveniq_ledger_region.this["europe-west1"].backend_services["webhook-europe-west1"].preference == "PREFERRED" && proveniq_ledger_region.this["europe-west1"].backend_services["webhook-us-east1"].preference == "DEFAULT"
    error_message = "A region is preferred for the webhooks that are at home there."
  }
  assert {
    condition     = length(google_cloud_tasks_queue_iam_member.workload) == 3
    error_message = "The workload may put webhooks into each region's queue."
  }
  assert {
    condition     = length(google_gke_hub_feature.config_sync) == 1
    error_message = "The fleet has the feature once."
  }
}

run "a_region_that_is_there_already" {
  command = plan
  variables {
    promises = { accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
      "strong read from asia-southeast1", "availability", "cost of a month", "capacity without one region", "recovery from the loss of a region",
    ] }
    regions = {
      us-east1 = { slot = 0, existing = {
        cluster  = { id = "projects/ledger-test/locations/us-east1/clusters/old", fleet_membership = "projects/ledger-test/locations/us-east1/memberships/old" }
        neg_name = "ledger-old"
        sql      = { instance = "old", connection_name = "ledger-test:us-east1:old", private_ip = "10.9.0.3", user = "ledger" }
      } }
      europe-west1    = { slot = 1 }
      asia-southeast1 = { slot = 2 }
    }
    delivery = {}
  }

  assert {
    condition     = output.joined == { us-east1 = true, europe-west1 = false, asia-southeast1 = false }
    error_message = "Only the region that serves already joins by itself."
  }
  assert {
    condition     = !contains(keys(proveniq_neg_cleanup.this), "us-east1") && proveniq_ledger_region.this["us-east1"].neg_name == "ledger-old" && output.clusters["us-east1"].name == "old" && output.sql["us-east1"].instance == "old"
    error_message = "What is there is used."
  }
}

run "infrastructure_first" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 1, joined = false }
      asia-southeast1 = { slot = 2, joined = false }
    }
    promises = {
      accepted = [
        "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
        "strong read from asia-southeast1", "availability", "cost of a month", "capacity without one region", "recovery from the loss of a region",
      ]
    }
  }

  assert {
    condition     = keys(proveniq_ledger_region.this) == ["us-east1"] && length(module.network.subnets) == 3
    error_message = "A region can be built before it takes traffic."
  }
}

run "drained" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 1, capacity_percent = 0 }
      asia-southeast1 = { slot = 2 }
    }
  }

  assert {
    condition     = proveniq_ledger_region.this["europe-west1"].state == "DRAINED" && proveniq_ledger_region.this["us-east1"].state == "ACTIVE"
    error_message = "The plan says what a region will be."
  }
}

run "writes_to_the_leader" {
  command = plan
  variables {
    write_routing = "leader"
  }

  assert {
    condition     = proveniq_ledger_region.this["us-east1"].backend_services["write"].preference == "PREFERRED" && proveniq_ledger_region.this["europe-west1"].backend_services["write"].preference == "DEFAULT"
    error_message = "The leader's region is preferred for writes, and only for them."
  }
  assert {
    condition     = one([for p in output.promises : p.attainable if p.promise == "write from europe-west1"]) == "104 ms at least"
    error_message = "From Belgium a write then takes one way to the leader: ${one([for p in output.promises : p.attainable if p.promise == "write from europe-west1"])}"
  }
}

run "traffic_shift" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"] }
  }

  assert {
    condition     = contains(keys(proveniq_ledger_region.this["europe-west1"].backend_services), "write-global") && !contains(keys(proveniq_ledger_region.this["europe-west1"].backend_services), "write")
    error_message = "A new region is in the global set alone."
  }
  assert {
    condition     = contains(keys(proveniq_ledger_region.this["us-east1"].backend_services), "write") && contains(keys(proveniq_ledger_region.this["us-east1"].backend_services), "write-global")
    error_message = "A stable region is in both."
  }
}

run "to_be_taken_down" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = alltrue([for region in values(proveniq_ledger_region.this) : region.min_remaining_regions == 0])
    error_message = "The last region may go."
  }
}

run "one_region_to_be_taken_down" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 1, deletion_protection = false }
      asia-southeast1 = { slot = 2 }
    }
  }

  assert {
    condition     = { for region, cleanup in proveniq_neg_cleanup.this : region => cleanup.deletion_protection } == { us-east1 = true, europe-west1 = false, asia-southeast1 = true }
    error_message = "One region's protection is lifted alone."
  }
}

run "a_second_ledger_in_the_project" {
  command = plan
  variables {
    name         = "second"
    owns_project = false
  }

  assert {
    condition     = length(google_project_service.this) == 0 && length(google_project_iam_audit_config.this) == 0 && length(google_gke_hub_feature.config_sync) == 0
    error_message = "What a project has once is the first ledger's."
  }
  assert {
    condition     = alltrue([for region in keys(var.regions) : proveniq_ledger_region.this[region].neg_name == "second-api-${region}"]) && module.edge.url_map.name == "second-ledger" && module.spanner.instance.name == "second-spanner"
    error_message = "Everything carries the ledger's name."
  }
  assert {
    condition     = jsondecode(module.region["us-east1"].neg_annotation).exposed_ports["8080"].name == "second-api-us-east1"
    error_message = "Its groups are its own."
  }
}

run "without_extras" {
  command = plan
  variables {
    sql           = null
    cache         = null
    observability = null
    analytics     = null
    dns           = null
    static        = null
    webhooks      = null
    armor         = null
    network       = { flow_logs = { enabled = false }, nat = { enabled = false } }
    promises = {
      accepted = [
        "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
        "strong read from asia-southeast1", "availability", "cost of a month", "dashboards", "reports", "static file at the edge",
      ]
    }
  }

  assert {
    condition     = output.sql["us-east1"] == null && output.cache["us-east1"] == null && output.static_bucket == null && length([for class in keys(output.backend_services) : class if startswith(class, "webhook-")]) == 0 && length(output.alerts) == 0
    error_message = "What is null is not made."
  }
}

run "quotas_that_are_too_small" {
  command = plan
  variables {
    quotas = { backend_services = 5, global_addresses = 8 }
  }
  expect_failures = [check.quotas]
}

run "apis_that_are_off" {
  command = plan
  variables {
    owns_project = false
    enabled_apis = ["compute.googleapis.com"]
  }
  expect_failures = [check.apis]
}

run "a_budget_below_the_estimate" {
  command = plan
  variables {
    budget = { billing_account = "000000-AAAAAA-000000", monthly = 100 }
  }
  expect_failures = [check.budget]
}

run "a_leader_in_no_region_of_the_ledger" {
  command = plan
  variables {
    write_routing = "leader"
    spanner       = { leader = "us-east4", warnings = { recommendations = false } }
  }

  assert {
    condition     = proveniq_ledger_region.this["us-east1"].backend_services["write"].preference == "DEFAULT"
    error_message = "Nobody can be preferred: writes go to the nearest."
  }
}

run "read_leases_are_in_the_promises" {
  command = plan
  variables {
    spanner            = { read_lease_regions = ["europe-west1"], warnings = { recommendations = false, read_leases = false } }
    max_strong_read_ms = { europe-west1 = 10 }
    promises = {
      accepted = [
        "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
        "strong read from asia-southeast1", "availability", "cost of a month", "commit inside Spanner",
      ]
    }
  }

  assert {
    condition     = proveniq_ledger_region.this["europe-west1"].strong_read_floor_ms == 1 && proveniq_ledger_region.this["us-east1"].commit_floor_ms == 91
    error_message = "A lease makes strong reads local, and every commit waits for it: ${proveniq_ledger_region.this["europe-west1"].strong_read_floor_ms} ${proveniq_ledger_region.this["us-east1"].commit_floor_ms}"
  }
}

run "round_trips_of_our_own" {
  command = plan
  variables {
    write_routing = "leader"
    spanner = {
      warnings       = { recommendations = false }
      round_trips_ms = { us-east1 = { us-east4 = 20, asia-southeast1 = 150 } }
    }
  }

  assert {
    condition     = proveniq_ledger_region.this["us-east1"].commit_floor_ms == 21 && proveniq_ledger_region.this["asia-southeast1"].strong_read_floor_ms == 150
    error_message = "What was measured takes the place of the provider's figures: ${proveniq_ledger_region.this["us-east1"].commit_floor_ms} ms."
  }
  assert {
    condition     = one([for p in output.promises : p.attainable if p.promise == "write from asia-southeast1"]) == "${150 + proveniq_ledger_region.this["us-east1"].rw_txn_floor_ms} ms at least"
    error_message = "The promises count with it too."
  }
}

run "a_larger_machine_in_one_region" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0, sql_tier = "db-custom-16-65536" }
      europe-west1    = { slot = 1 }
      asia-southeast1 = { slot = 2 }
    }
  }

  assert {
    condition     = output.cost.components.sql > run.joined_with_config_sync.cost.components.sql && output.cost.components.gke == run.joined_with_config_sync.cost.components.gke
    error_message = "The estimate must count what one region has of its own."
  }
}

run "accepted_what_is_no_promise" {
  command = plan
  variables {
    promises = {
      accepted = [
        "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
        "strong read from asia-southeast1", "availability", "cost of a month", "eternal life",
      ]
    }
  }

  expect_failures = [check.accepted]
}
