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
