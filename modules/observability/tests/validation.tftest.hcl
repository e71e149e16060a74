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

run "an_unknown_class_is_refused" {
  command = plan

  variables {
    live = false
    edge = { url_map = "e", host = "h", backend_services = { write = "w" }, refused_classes = ["writes"] }
  }
  expect_failures = [var.edge]
}

run "a_period_of_a_quarter" {
  command = plan

  variables {
    slo = { period_days = 90 }
  }
  expect_failures = [var.slo]
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
