# Every row of the document's table of alerts is there, with its thresholds.
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

run "each_row_has_warning_and_critical" {
  command = plan

  assert {
    condition = toset([for alert in output.alerts : "${alert.row} ${alert.severity}" if alert.row != null]) == toset([
      "API Latency P99 WARNING", "API Latency P99 CRITICAL",
      "Error Rate WARNING", "Error Rate CRITICAL",
      "Spanner CPU WARNING", "Spanner CPU CRITICAL",
      "Region Health WARNING", "Region Health CRITICAL",
    ])
    error_message = "A row of the document lacks its warning or its critical, or another claims to be one."
  }
  assert {
    condition     = toset(keys(google_monitoring_alert_policy.this)) == toset(keys(output.alerts))
    error_message = "A policy differs from the catalogue."
  }
  assert {
    condition = alltrue([
      for name, policy in google_monitoring_alert_policy.this :
      policy.conditions[0].condition_prometheus_query_language[0].disable_metric_validation &&
      policy.severity == output.alerts[name].severity &&
      policy.conditions[0].condition_prometheus_query_language[0].duration == "${output.alerts[name].for_seconds}s" &&
      strcontains(policy.documentation[0].content, "What ends it.") &&
      strcontains(policy.documentation[0].content, "Look at.")
    ])
    error_message = "A policy lacks its severity, its duration or what to do, or would be refused before there is data."
  }
  assert {
    condition     = alltrue([for policy in google_monitoring_alert_policy.this : length(policy.documentation[0].content) < 8192 && length(policy.documentation[0].links[0].display_name) <= 63])
    error_message = "Google takes 8192 characters of documentation and 63 of a link's name."
  }
}

run "attainable_figures" {
  command = plan

  assert {
    condition     = output.thresholds.error_rate_percent == { warning = 0.1, critical = 1 }
    error_message = "The error rate has the document's figures."
  }
  assert {
    condition     = strcontains(output.alerts.error_rate_warning.expression, "> 0.001)") && strcontains(output.alerts.error_rate_critical.expression, "> 0.01)")
    error_message = "0.1 % and 1 % are not what is compared."
  }
  assert {
    condition     = output.thresholds.spanner_cpu_percent == { warning = 45, critical = 65 }
    error_message = "Several regions: 45 and 65 % of high priority."
  }
  assert {
    condition     = output.alerts.spanner_cpu_warning.expression == "sum by (location) (spanner_googleapis_com:instance_cpu_utilization_by_priority{monitored_resource=\"spanner_instance\",project_id=\"ledger-test\",instance_id=\"ledger-spanner\",priority=\"high\"}) > 0.45"
    error_message = "CPU is summed over high priority in each region."
  }
  assert {
    condition     = output.thresholds.critical_regions == 2 && output.thresholds.unhealthy_regions.warning == 1
    error_message = "One unhealthy region warns, two are critical."
  }
  assert {
    condition = output.thresholds.api_latency_p99_ms_by_class == {
      warning = {
        read   = { us-east1 = 500, europe-west1 = 500, asia-southeast1 = 500 }
        static = { us-east1 = 500, europe-west1 = 500, asia-southeast1 = 500 }
        write  = { us-east1 = 500, europe-west1 = 500, asia-southeast1 = 671 }
      }
      critical = {
        read   = { us-east1 = 1000, europe-west1 = 1000, asia-southeast1 = 1000 }
        static = { us-east1 = 1000, europe-west1 = 1000, asia-southeast1 = 1000 }
        write  = { us-east1 = 1000, europe-west1 = 1000, asia-southeast1 = 1341 }
      }
    }
    error_message = "P99: the document's 500 and 1000 ms, and more only where 1.5 and 3 times the floor are more."
  }
  assert {
    condition     = output.thresholds.spanner_commit_p99_ms_by_region.warning == { us-east1 = 50, europe-west1 = 153, asia-southeast1 = 345 }
    error_message = "Commits: 50 ms beside the leader, 1.5 times the floor elsewhere."
  }
  assert {
    condition     = output.thresholds.sql_replica_lag_seconds == { warning = 10, critical = 60 } && output.thresholds.cache_hit_percent == { read = 80, static = 95 }
    error_message = "Lag 10 / 60 s; hits 95 % of static files."
  }
}

run "figures_as_documented" {
  command = plan

  variables {
    thresholds = { basis = "as-documented" }
  }
  # The plan says what cannot work.
  expect_failures = [
    check.commit_thresholds_above_floors,
    check.latency_objective_above_floors,
    check.spanner_cpu_leaves_room,
  ]

  assert {
    condition     = output.thresholds.spanner_cpu_percent == { warning = 65, critical = 85 }
    error_message = "CPU as documented."
  }
  assert {
    condition     = alltrue([for regions in values(output.thresholds.api_latency_p99_ms_by_class.warning) : alltrue([for limit in values(regions) : limit == 500])])
    error_message = "P99 as documented: 500 ms everywhere."
  }
  assert {
    condition     = alltrue(flatten([for regions in values(output.objectives.latency_targets_ms) : [for target in values(regions) : target == 100]]))
    error_message = "The objective as documented: 100 ms everywhere."
  }
  assert {
    condition     = output.thresholds.sql_replica_lag_seconds.warning == 1 && output.thresholds.cache_hit_percent == { read = 95, static = 95 }
    error_message = "Lag of a second and hits of 95 % as documented."
  }
}

run "one_region_uses_more_cpu" {
  command = plan

  variables {
    regions = { us-east1 = {} }
    spanner = { instance = "ledger-spanner", database = "ledger", leader = "us-east1", multi_region = false }
  }

  assert {
    condition     = output.thresholds.spanner_cpu_percent == { warning = 65, critical = 85 }
    error_message = "In one region the document's figures work."
  }
  assert {
    condition     = output.thresholds.critical_regions == 1
    error_message = "The only region is critical at once."
  }
  assert {
    condition     = !contains(keys(output.alerts), "spanner_leader_warning")
    error_message = "In one region leaders cannot leave."
  }
}

run "figures_of_ones_own" {
  command = plan

  variables {
    thresholds = {
      api_latency_p99_ms = { warning = 800 }
      error_rate_percent = { critical = 2.5 }
      cache_hit_percent  = { read = 50 }
    }
  }

  assert {
    condition     = output.thresholds.api_latency_p99_ms_by_class.warning.write.us-east1 == 800 && output.thresholds.api_latency_p99_ms_by_class.critical.write.asia-southeast1 == 1341
    error_message = "A figure that is set holds everywhere, its neighbour is still derived."
  }
  assert {
    condition     = output.thresholds.error_rate_percent == { warning = 0.1, critical = 2.5 } && strcontains(output.alerts.error_rate_critical.expression, "> 0.025)")
    error_message = "2.5 % is 0.025."
  }
  assert {
    condition     = strcontains(output.alerts.cache_hit_ratio.expression, "> 0.5)")
    error_message = "Half of the reads may miss."
  }
}
