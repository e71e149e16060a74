# A ledger of three continents with everything that can be watched, several times: with
# thresholds that can be kept and with those of the architecture document, and what
# the composition says of it in read-only mode and while writes run in the leader's
# region.
terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

module "observability" {
  source = "../../../../modules/observability"
  for_each = {
    attainable    = { basis = "attainable", refused = [], floors = {} }
    as-documented = { basis = "as-documented", refused = [], floors = {} }
    read-only     = { basis = "attainable", refused = ["write"], floors = {} }
    leader-writes = { basis = "attainable", refused = [], floors = { write = { us-east1 = 232 } } }
  }

  project_id        = "ledger-test"
  name              = "ledger"
  thresholds        = { basis = each.value.basis }
  latency_floors_ms = each.value.floors

  regions = {
    us-east1        = {}
    europe-west1    = {}
    asia-southeast1 = {}
  }
  edge = {
    url_map = "ledger-edge"
    host    = "ledger.example.com"
    backend_services = {
      write  = "ledger-write"
      read   = "ledger-read"
      static = "ledger-static"
    }
    cached_classes  = ["static", "read"]
    refused_classes = each.value.refused
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
    cmek     = true
    floors = {
      us-east1        = { commit_floor_ms = 12, rw_txn_floor_ms = 14, strong_read_floor_ms = 1, stale_read_floor_ms = 1 }
      europe-west1    = { commit_floor_ms = 102, rw_txn_floor_ms = 193, strong_read_floor_ms = 90, stale_read_floor_ms = 1 }
      asia-southeast1 = { commit_floor_ms = 230, rw_txn_floor_ms = 447, strong_read_floor_ms = 218, stale_read_floor_ms = 1 }
    }
  }
  sql = {
    us-east1 = { instance = "ledger-us-east1", replica = "ledger-us-east1-replica" }
  }
}

module "analytics" {
  source = "../../../../modules/analytics"

  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"

  spanner = {
    database = "projects/ledger-test/instances/ledger-spanner/databases/ledger"
  }
}

output "alerts" {
  description = "Setting of the module to the catalogue; `reports` is the analytics module's."
  value = merge(
    { for basis, observability in module.observability : basis => observability.alerts },
    { reports = module.analytics.alerts },
  )
}

output "dashboard" {
  description = "JSON of the dashboard with attainable thresholds."
  value       = module.observability["attainable"].dashboard.json
}

output "uptime_checks" {
  description = "Setting to region to the id of its uptime check."
  value       = { for basis, observability in module.observability : basis => observability.uptime_checks }
}

output "merge" {
  description = "Name of the scheduled merge."
  value       = module.analytics.scheduled_query
}
