provider "google" {
  project = "ledger-test"
  region  = "us-east1"
}

module "observability" {
  source = "../.."

  project_id = "ledger-test"
  name       = "ledger"
  labels     = { ledger = "proveniq" }

  regions = {
    us-east1        = {}
    europe-west1    = {}
    asia-southeast1 = {}
  }

  edge = {
    url_map = "ledger-edge"
    host    = "ledger.example.com"
    backend_services = {
      write     = "ledger-write"
      read      = "ledger-read"
      sealed    = "ledger-sealed"
      analytics = "ledger-analytics"
      reports   = "ledger-reports"
      static    = "ledger-static"
    }
    probe_paths = {
      us-east1        = "/probe/us-east1"
      europe-west1    = "/probe/europe-west1"
      asia-southeast1 = "/probe/asia-southeast1"
    }
  }

  # What the data source proveniq_spanner_topology answers for this choice.
  spanner = {
    instance     = "ledger-spanner"
    database     = "ledger"
    leader       = "us-east1"
    multi_region = true
    floors = {
      us-east1        = { commit_floor_ms = 12, rw_txn_floor_ms = 14, strong_read_floor_ms = 1, stale_read_floor_ms = 1 }
      europe-west1    = { commit_floor_ms = 102, rw_txn_floor_ms = 193, strong_read_floor_ms = 90, stale_read_floor_ms = 1 }
      asia-southeast1 = { commit_floor_ms = 230, rw_txn_floor_ms = 447, strong_read_floor_ms = 218, stale_read_floor_ms = 1 }
    }
  }

  sql = {
    us-east1        = { instance = "ledger-us-east1", replica = "ledger-us-east1-replica" }
    europe-west1    = { instance = "ledger-europe-west1", replica = "ledger-europe-west1-replica" }
    asia-southeast1 = { instance = "ledger-asia-southeast1", replica = "ledger-asia-southeast1-replica" }
  }

  channels = {
    team   = { type = "email", labels = { email_address = "ledger@example.com" } }
    oncall = { type = "sms", labels = { number = "+15551234567" }, severities = ["CRITICAL"] }
  }
}
