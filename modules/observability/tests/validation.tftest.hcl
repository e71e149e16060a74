# What cannot work is refused, at the variable that says it.
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

run "a_name_with_capitals" {
  command = plan

  variables {
    name = "Ledger"
  }
  expect_failures = [var.name]
}

run "a_name_too_long" {
  command = plan

  variables {
    name = "abcdefghijklmnopqrstu"
  }
  expect_failures = [var.name]
}

run "no_region" {
  command = plan

  variables {
    regions = {}
  }
  expect_failures = [var.regions]
}

run "no_class" {
  command = plan

  variables {
    edge = { url_map = "e", host = "h", backend_services = {} }
  }
  expect_failures = [var.edge]
}

run "an_unknown_class_is_refused" {
  command = plan

  variables {
    live = false
    edge = { url_map = "e", host = "h", backend_services = { write = "w" }, refused_classes = ["writes"] }
  }
  expect_failures = [var.edge]
}

run "a_joined_region_without_a_probe" {
  command = plan

  variables {
    edge = { url_map = "e", host = "h", backend_services = { write = "w" }, probe_paths = { us-east1 = "/p" } }
  }
  expect_failures = [var.edge]
}

run "a_probe_that_is_no_path" {
  command = plan

  variables {
    regions = { us-east1 = {} }
    edge    = { url_map = "e", host = "h", backend_services = { write = "w" }, probe_paths = { us-east1 = "probe" } }
  }
  expect_failures = [var.edge]
}

run "an_instance_with_its_path" {
  command = plan

  variables {
    spanner = { instance = "projects/p/instances/ledger", database = "ledger" }
  }
  expect_failures = [var.spanner]
}

run "a_floor_that_is_none" {
  command = plan

  variables {
    class_floors = { write = "fast" }
  }
  expect_failures = [var.class_floors]
}

run "an_unknown_basis" {
  command = plan

  variables {
    thresholds = { basis = "optimistic" }
  }
  expect_failures = [var.thresholds]
}

run "a_warning_above_its_critical" {
  command = plan

  variables {
    thresholds = { error_rate_percent = { warning = 2, critical = 1 } }
  }
  expect_failures = [var.thresholds]
}

run "a_threshold_of_zero" {
  command = plan

  variables {
    thresholds = { api_latency_p99_ms = { warning = 0 } }
  }
  expect_failures = [var.thresholds]
}

run "a_percentage_of_a_hundred" {
  command = plan

  variables {
    thresholds = { spanner_cpu_percent = { critical = 100 } }
  }
  expect_failures = [var.thresholds]
}

run "half_a_region" {
  command = plan

  variables {
    thresholds = { unhealthy_regions = { warning = 0.5 } }
  }
  expect_failures = [var.thresholds]
}

run "hits_of_a_class_that_is_not_cached" {
  command = plan

  variables {
    thresholds = { cache_hit_percent = { write = 90 } }
  }
  expect_failures = [var.thresholds]
}

run "a_hit_in_no_time" {
  command = plan

  variables {
    thresholds = { edge_hit_p95_ms = 0 }
  }
  expect_failures = [var.thresholds]
}

run "an_objective_without_a_budget" {
  command = plan

  variables {
    slo = { availability_percent = 100 }
  }
  expect_failures = [var.slo]
}

run "a_period_of_a_quarter" {
  command = plan

  variables {
    slo = { period_days = 90 }
  }
  expect_failures = [var.slo]
}

run "an_objective_that_cannot_burn_fast" {
  command = plan

  variables {
    slo = { latency_percent = 93 }
  }
  expect_failures = [var.slo]
}

run "a_target_for_an_unknown_class" {
  command = plan

  variables {
    slo = { latency_targets_ms = { batch = 100 } }
  }
  expect_failures = [var.slo]
}

run "a_global_path_without_a_slash" {
  command = plan

  variables {
    uptime = { global_path = "healthz" }
  }
  expect_failures = [var.uptime]
}

run "a_period_that_google_has_not" {
  command = plan

  variables {
    uptime = { period_seconds = 30 }
  }
  expect_failures = [var.uptime]
}

run "an_unknown_place_to_ask_from" {
  command = plan

  variables {
    uptime = { checker_regions = ["USA", "MOON"] }
  }
  expect_failures = [var.uptime]
}

run "too_few_places_to_ask_from" {
  command = plan

  variables {
    uptime = { checker_regions = ["EUROPE", "ASIA_PACIFIC"] }
  }
  expect_failures = [var.uptime]
}

run "a_channel_with_a_secret" {
  command = plan

  variables {
    channels = { chat = { type = "slack", labels = { channel_name = "#ledger" } } }
  }
  expect_failures = [var.channels]
}

run "a_channel_of_no_severity" {
  command = plan

  variables {
    channels = { mail = { type = "email", labels = { email_address = "a@example.com" }, severities = [] } }
  }
  expect_failures = [var.channels]
}

run "an_existing_channel_of_another_severity" {
  command = plan

  variables {
    existing_channels = { INFO = [] }
  }
  expect_failures = [var.existing_channels]
}

run "an_existing_channel_by_its_number" {
  command = plan

  variables {
    existing_channels = { CRITICAL = ["17"] }
  }
  expect_failures = [var.existing_channels]
}

run "a_runbook_without_encryption" {
  command = plan

  variables {
    runbook_url = "http://runbooks.example.com"
  }
  expect_failures = [var.runbook_url]
}

run "a_close_too_early" {
  command = plan

  variables {
    auto_close_seconds = 60
  }
  expect_failures = [var.auto_close_seconds]
}

run "a_floor_of_an_unknown_region" {
  command = plan

  variables {
    latency_floors_ms = { write = { moon-north1 = 1300 } }
  }
  expect_failures = [var.latency_floors_ms]
}

run "a_negative_floor" {
  command = plan

  variables {
    latency_floors_ms = { write = { us-east1 = -1 } }
  }
  expect_failures = [var.latency_floors_ms]
}

run "a_name_that_ends_in_a_hyphen" {
  command = plan

  variables {
    name = "ledger-"
  }
  expect_failures = [var.name]
}

run "a_goal_that_google_does_not_take" {
  command = plan

  variables {
    slo = { availability_percent = 99.995 }
  }
  expect_failures = [var.slo]
}

run "a_latency_goal_that_google_does_not_take" {
  command = plan

  variables {
    slo = { latency_percent = 99.999 }
  }
  expect_failures = [var.slo]
}

run "a_target_of_nothing" {
  command = plan

  variables {
    slo = { latency_target_ms = 0 }
  }
  expect_failures = [var.slo]
}

run "a_warning_alone_above_the_default_critical" {
  command = plan

  variables {
    thresholds = { api_latency_p99_ms = { warning = 2000 } }
  }
  expect_failures = [var.thresholds]
}

run "a_critical_alone_below_the_default_warning" {
  command = plan

  variables {
    thresholds = { error_rate_percent = { critical = 0.01 } }
  }
  expect_failures = [var.thresholds]
}

run "a_commit_warning_above_the_critical_of_the_near_region" {
  command = plan

  variables {
    thresholds = { spanner_commit_p99_ms = { warning = 1000 } }
  }
  expect_failures = [var.thresholds]
}

run "a_critical_below_the_warning_of_the_far_region" {
  command = plan

  variables {
    thresholds = { api_latency_p99_ms = { critical = 600 } }
  }
  expect_failures = [var.thresholds]
}

run "three_regions_warn_and_two_are_critical" {
  command = plan

  variables {
    thresholds = { unhealthy_regions = { warning = 3 } }
  }
  expect_failures = [var.thresholds]
}

run "a_negative_critical" {
  command = plan

  variables {
    thresholds = { sql_replica_lag_seconds = { critical = -5 } }
  }
  expect_failures = [var.thresholds]
}

run "a_critical_of_zero" {
  command = plan

  variables {
    thresholds = { error_rate_percent = { critical = 0 } }
  }
  expect_failures = [var.thresholds]
}

run "one_place_three_times" {
  command = plan

  variables {
    uptime = { checker_regions = ["EUROPE", "EUROPE", "EUROPE"] }
  }
  expect_failures = [var.uptime]
}

run "a_second_and_a_half" {
  command = plan

  variables {
    uptime = { timeout_seconds = 1.5 }
  }
  expect_failures = [var.uptime]
}

run "mail_to_nobody" {
  command = plan

  variables {
    channels = { team = { type = "email", labels = {} } }
  }
  expect_failures = [var.channels]
}

run "a_text_to_an_address" {
  command = plan

  variables {
    channels = { team = { type = "sms", labels = { email_address = "ledger@example.com" } } }
  }
  expect_failures = [var.channels]
}

run "one_of_a_pair_that_fits" {
  command = plan

  variables {
    thresholds = {
      api_latency_p99_ms    = { critical = 1500 }
      spanner_commit_p99_ms = { critical = 700 }
      unhealthy_regions     = { critical = 3 }
    }
  }

  assert {
    condition     = output.thresholds.api_latency_p99_ms == { warning = 500, critical = 1500 } && output.thresholds.spanner_commit_p99_ms == { warning = 50, critical = 700 }
    error_message = "The other one of each pair is the default."
  }
}
