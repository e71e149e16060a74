# Objectives, their budgets and their burn rates.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "ledger"
  labels     = { ledger = "proveniq" }

  regions = {
    us-east1        = {}
    europe-west1    = {}
    asia-southeast1 = {}
  }
  edge = {
    url_map          = "ledger-edge"
    host             = "ledger.example.com"
    backend_services = { write = "ledger-write", read = "ledger-read", static = "ledger-static" }
    cached_classes   = ["static", "read"]
    probe_paths = {
      us-east1        = "/probe/us-east1"
      europe-west1    = "/probe/europe-west1"
      asia-southeast1 = "/probe/asia-southeast1"
    }
  }
  spanner = {
    instance = "ledger-spanner"
    database = "ledger"
    leader   = "us-east1"
    floors = {
      us-east1        = { commit_floor_ms = 12, rw_txn_floor_ms = 14, strong_read_floor_ms = 1, stale_read_floor_ms = 1 }
      europe-west1    = { commit_floor_ms = 102, rw_txn_floor_ms = 193, strong_read_floor_ms = 90, stale_read_floor_ms = 1 }
      asia-southeast1 = { commit_floor_ms = 230, rw_txn_floor_ms = 447, strong_read_floor_ms = 218, stale_read_floor_ms = 1 }
    }
  }
  sql = {
    us-east1     = { instance = "ledger-us-east1", replica = "ledger-us-east1-replica" }
    europe-west1 = { instance = "ledger-europe-west1" }
  }
  channels = {
    team   = { type = "email", labels = { email_address = "ledger@example.com" } }
    oncall = { type = "sms", labels = { number = "+15551234567" }, severities = ["CRITICAL"] }
  }
  existing_channels = {
    CRITICAL = ["projects/ledger-test/notificationChannels/17"]
  }
}

run "thirty_days" {
  command = plan

  assert {
    condition     = { for window, factor in output.objectives.burn_factors : window => format("%.6f", factor) } == { fast = "14.400000", medium = "6.000000", slow = "1.000000" }
    error_message = "2 % in an hour, 5 % in six, 10 % in three days of 30 are 14.4, 6 and 1 times the even rate."
  }
  assert {
    condition     = { for window, share in output.objectives.burn_shares.availability : window => format("%.6f", share) } == { fast = "0.001440", medium = "0.000600", slow = "0.000100" }
    error_message = "Of 99.99 % one request in ten thousand may fail: times the factors."
  }
  assert {
    condition     = { for window, share in output.objectives.burn_shares.latency : window => format("%.6f", share) } == { fast = "0.720000", medium = "0.300000", slow = "0.050000" }
    error_message = "Of 95 % one request in twenty may be slow: times the factors."
  }
  assert {
    condition = (
      strcontains(output.alerts.availability_burn_fast.expression, "[1h]") && strcontains(output.alerts.availability_burn_fast.expression, "[5m]") &&
      strcontains(output.alerts.availability_burn_medium.expression, "[6h]") && strcontains(output.alerts.availability_burn_medium.expression, "[30m]") &&
      strcontains(output.alerts.availability_burn_slow.expression, "[3d]")
    )
    error_message = "Windows are 1h and 5m, 6h and 30m, 3d."
  }
  assert {
    condition     = strcontains(output.alerts.latency_burn_fast_write.expression, "histogram_quantile(0.28,") && strcontains(output.alerts.latency_burn_slow_write.expression, "histogram_quantile(0.95,")
    error_message = "72 % slower than the target is the 28th percentile above it; 5 % is the 95th."
  }
  assert {
    condition     = output.objectives.latency_targets_ms.write == { us-east1 = 100, europe-west1 = 290, asia-southeast1 = 671 } && output.objectives.latency_targets_ms.static.asia-southeast1 == 100
    error_message = "100 ms, or 1.5 times the floor."
  }
  assert {
    condition = toset(keys(output.slos)) == toset(concat(
      ["availability-write", "availability-read", "availability-static", "latency-static"],
      [for pair in setproduct(["write", "read"], ["us-east1", "europe-west1", "asia-southeast1"]) : "latency-${pair[0]}-${pair[1]}"],
    ))
    error_message = "An objective for each class; its latency for each region that answers it."
  }
  assert {
    condition     = google_monitoring_slo.latency["write-asia-southeast1"].request_based_sli[0].distribution_cut[0].range[0].max == 671 && google_monitoring_slo.latency["write-asia-southeast1"].goal == 0.95
    error_message = "The objective object has the alert's target."
  }
  assert {
    condition     = google_monitoring_slo.availability["write"].goal == 0.9999 && google_monitoring_slo.availability["write"].rolling_period_days == 30
    error_message = "99.99 % over 30 days."
  }
}

run "a_week" {
  command = plan

  variables {
    slo = { period_days = 7, availability_percent = 99.9, latency_percent = 90, latency_target_ms = 250 }
  }

  assert {
    condition     = { for window, factor in output.objectives.burn_factors : window => format("%.4f", factor) } == { fast = "3.3600", medium = "1.4000", slow = "0.2333" }
    error_message = "The same shares of a smaller budget are smaller factors."
  }
  assert {
    condition     = format("%.6f", output.objectives.burn_shares.availability.fast) == "0.003360" && format("%.6f", output.objectives.burn_shares.latency.fast) == "0.336000"
    error_message = "Shares follow the objective and the factor."
  }
  assert {
    condition     = output.objectives.latency_targets_ms.write == { us-east1 = 250, europe-west1 = 290, asia-southeast1 = 671 }
    error_message = "250 ms, or 1.5 times the floor."
  }
}

run "a_target_for_one_class" {
  command = plan

  variables {
    slo = { latency_targets_ms = { write = 500 } }
  }

  assert {
    condition     = output.objectives.latency_targets_ms.write == { us-east1 = 500, europe-west1 = 500, asia-southeast1 = 500 }
    error_message = "One target for all regions."
  }
  assert {
    condition     = length(regexall("histogram_quantile", output.alerts.latency_burn_fast_write.expression)) == 2
    error_message = "Regions with the same target share a term."
  }
}

run "a_class_with_a_service_in_each_region" {
  command = plan

  variables {
    edge = {
      url_map          = "ledger-edge"
      host             = "ledger.example.com"
      backend_services = { write = "ledger-write", webhook-us-east1 = "ledger-webhook-us-east1", webhook-europe-west1 = "ledger-webhook-europe-west1" }
      probe_paths      = { us-east1 = "/p/us-east1", europe-west1 = "/p/europe-west1", asia-southeast1 = "/p/asia-southeast1" }
    }
  }

  assert {
    condition     = toset([for name in keys(output.alerts) : name if startswith(name, "latency_burn_fast")]) == toset(["latency_burn_fast_write", "latency_burn_fast_webhook"])
    error_message = "Services of one class share their alerts."
  }
  assert {
    condition     = strcontains(output.alerts.latency_burn_fast_webhook.expression, "backend_target_name=~\"ledger-webhook-europe-west1|ledger-webhook-us-east1\"")
    error_message = "The alert is on both services."
  }
  assert {
    condition     = toset([for name in keys(output.slos) : name if startswith(name, "latency-webhook")]) == toset(["latency-webhook-us-east1", "latency-webhook-europe-west1"])
    error_message = "A service of one region has the objective of that region."
  }
}

run "writes_run_beside_the_leader" {
  command = plan

  variables {
    latency_floors_ms = { write = { us-east1 = 232 } }
  }

  assert {
    condition     = output.objectives.latency_targets_ms.write.us-east1 == 348 && output.objectives.latency_targets_ms.write.europe-west1 == 290
    error_message = "Where writes run the way from the farthest user counts."
  }
}

run "a_second_service_while_traffic_shifts" {
  command = plan

  variables {
    edge = {
      url_map          = "ledger-edge"
      host             = "ledger.example.com"
      backend_services = { write = "ledger-write", write-global = "ledger-write-global" }
      probe_paths      = { us-east1 = "/p/us-east1", europe-west1 = "/p/europe-west1", asia-southeast1 = "/p/asia-southeast1" }
    }
  }

  assert {
    condition     = toset([for name in keys(output.alerts) : name if startswith(name, "latency_burn_fast")]) == toset(["latency_burn_fast_write"]) && output.objectives.latency_targets_ms.write-global.asia-southeast1 == 671
    error_message = "Both services carry writes."
  }
}

run "a_threshold_below_a_floor" {
  command = plan

  variables {
    thresholds = { api_latency_p99_ms = { warning = 400, critical = 900 }, spanner_commit_p99_ms = { warning = 60, critical = 120 } }
  }
  expect_failures = [check.latency_thresholds_above_floors, check.commit_thresholds_above_floors]
}

run "unknown_floors_derive_nothing" {
  command = plan

  variables {
    spanner = {
      instance = "ledger-spanner", database = "ledger", leader = "us-east1"
      floors   = { us-east1 = { rw_txn_floor_ms = null } }
    }
    slo = { latency_targets_ms = { write = 1 } }
  }

  assert {
    condition     = alltrue([for limit in values(output.thresholds.api_latency_p99_ms_by_class.warning.write) : limit == 500])
    error_message = "Without a floor the document's figure stands."
  }
}
