# Checks and alerts on regions exist for those that have joined, once the ledger is live; and who hears of them.
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

run "live" {
  command = plan

  assert {
    condition     = toset(keys(google_monitoring_uptime_check_config.region)) == toset(["us-east1", "europe-west1", "asia-southeast1"]) && length(google_monitoring_uptime_check_config.global) == 1
    error_message = "A check for each region and one for the ledger."
  }
  assert {
    condition = alltrue([
      for region, check in google_monitoring_uptime_check_config.region :
      check.http_check[0].path == "/probe/${region}" && check.http_check[0].use_ssl && check.http_check[0].validate_ssl && check.monitored_resource[0].labels.host == "ledger.example.com"
    ])
    error_message = "A region is asked by its own path, with the ledger's certificate."
  }
  assert {
    condition     = google_monitoring_uptime_check_config.global[0].http_check[0].path == "/healthz" && google_monitoring_uptime_check_config.global[0].period == "60s"
    error_message = "The ledger is asked each minute for /healthz."
  }
}

run "not_yet_live" {
  command = plan

  variables {
    live = false
    edge = { url_map = "ledger-edge", host = "ledger.example.com", backend_services = { write = "ledger-write" } }
  }

  assert {
    condition     = length(google_monitoring_uptime_check_config.region) == 0 && length(google_monitoring_uptime_check_config.global) == 0
    error_message = "Nobody asks before the ledger is live."
  }
  assert {
    condition     = length([for name, alert in output.alerts : name if strcontains(name, "region_health") || name == "global_endpoint"]) == 0
    error_message = "Nothing alarms on regions before the ledger is live."
  }
  assert {
    condition     = contains(keys(output.alerts), "error_rate_critical") && contains(keys(output.alerts), "spanner_cpu_warning")
    error_message = "Other alerts are there from the start."
  }
  assert {
    condition     = !contains(keys(output.alerts), "cache_hit_ratio")
    error_message = "No class is cached here."
  }
}

run "all_that_there_is_is_refused" {
  command = plan

  variables {
    live = false
    edge = { url_map = "ledger-edge", host = "ledger.example.com", backend_services = { write = "ledger-write" }, refused_classes = ["write"] }
  }

  assert {
    condition     = strcontains(output.alerts.error_rate_critical.expression, "backend_target_name=~\"-\"")
    error_message = "An empty pattern would match what has no target."
  }
}

run "one_region_drained_for_maintenance" {
  command = plan

  variables {
    regions = {
      us-east1        = {}
      europe-west1    = { joined = false }
      asia-southeast1 = {}
    }
  }

  assert {
    condition     = toset(keys(google_monitoring_uptime_check_config.region)) == toset(["us-east1", "asia-southeast1"])
    error_message = "A region that has not joined is not asked."
  }
  assert {
    condition     = output.thresholds.critical_regions == 2
    error_message = "Both that are left are critical."
  }
}

run "no_region_has_joined" {
  command = plan

  variables {
    regions = { us-east1 = { joined = false } }
  }

  assert {
    condition     = length([for name, alert in output.alerts : name if strcontains(name, "region_health")]) == 0 && contains(keys(output.alerts), "global_endpoint")
    error_message = "Without a region that serves only the ledger itself is asked."
  }
}

run "channels_by_severity" {
  command = plan

  assert {
    condition     = google_monitoring_notification_channel.this["oncall"].display_name == "ledger oncall" && google_monitoring_notification_channel.this["team"].type == "email"
    error_message = "Channels as configured."
  }
  assert {
    condition     = length(google_monitoring_alert_policy.this["error_rate_critical"].notification_channels) == 3 && length(google_monitoring_alert_policy.this["error_rate_warning"].notification_channels) == 1
    error_message = "Warnings go to the team; critical ones to the team, to the one on call and to the channel that was there before."
  }
}

run "without_replicas_and_with_own_keys" {
  command = plan

  variables {
    sql     = { us-east1 = { instance = "ledger-us-east1" } }
    spanner = { instance = "ledger-spanner", database = "ledger", cmek = true }
  }

  assert {
    condition     = !contains(keys(output.alerts), "sql_replica_lag_warning") && contains(keys(output.alerts), "spanner_key_revoked") && !contains(keys(output.alerts), "spanner_leader_warning")
    error_message = "No replica, no lag; own keys may be revoked; where the leader should be is not known."
  }
}

run "two_ledgers_in_a_project" {
  command = plan

  variables {
    name = "second"
  }

  assert {
    condition     = google_monitoring_custom_service.this.service_id == "second-ledger" && alltrue([for policy in google_monitoring_alert_policy.this : startswith(policy.display_name, "second: ")])
    error_message = "Names begin with the ledger's."
  }
}

run "dashboard_has_a_row_for_each_question" {
  command = plan

  assert {
    condition = [for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : tile.widget.title if can(tile.widget.sectionHeader)] == [
      "How fast are answers?", "Are requests answered?", "Which regions serve?", "Does Spanner keep up?",
      "Where are the leaders, and what is replicated?", "Does the cache help?", "Are the objectives kept?",
    ]
    error_message = "A question of the document has no row."
  }
  assert {
    condition     = alltrue([for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : lookup(tile, "xPos", 0) + tile.width <= 48 && tile.width == floor(tile.width)])
    error_message = "A tile does not fit into the 48 columns."
  }
  assert {
    condition     = alltrue([for tile in jsondecode(google_monitoring_dashboard.this.dashboard_json).mosaicLayout.tiles : lookup(tile, "xPos", 1) != 0 && lookup(tile, "yPos", 1) != 0])
    error_message = "Google leaves zeros out of what it gives back: each plan would differ."
  }
}
