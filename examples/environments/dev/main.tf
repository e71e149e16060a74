# The same ledger as in production, as small as it gets: one region, one database
# in it, nothing that is there for the loss of anything.

module "ledger" {
  source = "../../../modules/ledger"

  project_id          = var.project_id
  project_number      = var.project_number
  labels              = { environment = "dev" }
  deletion_protection = var.deletion_protection

  regions  = { us-east1 = { slot = 0 } }
  domains  = [var.domain]
  delivery = { config_sync = var.config_image == null ? null : { image = var.config_image } }
  workload = {
    min_replicas = 2 # in two zones, as everywhere: else the load balancer has but one group
    max_replicas = 4
    vcpu         = 0.5
    memory_gb    = 2
  }

  # 100 units are a tenth of a node. Without incremental backups the cheapest
  # edition does.
  spanner = {
    topology          = "regional"
    region            = "us-east1"
    capacity          = { processing_units = 100 }
    version_retention = "1d"
    backups = {
      full        = { retention_days = 3 }
      incremental = { enabled = false }
    }
  }

  # One zone, the smallest machine that Google vouches for, the smallest disk.
  sql = {
    tier               = "db-custom-1-3840"
    regional           = false
    disk_gb            = 10
    retained_backups   = 2
    log_retention_days = 1
  }
  cache = { memory_gb = 1, replicas = 0 } # BASIC: what it holds is lost when its node is

  # Nobody else could take the rest of the requests: it joins and leaves at once.
  join = {
    health = { stable_seconds = 5 }
    ramp   = { steps = [] }
    drain  = { steps = [] }
  }

  armor         = null
  jwt           = { protection_level = "SOFTWARE", destroy_after_days = 1 }
  network       = { flow_logs = { enabled = false } }
  audit         = {}
  observability = null
  analytics     = null

  promises = {
    usage = { spanner_gb = 1, backup_gb = 3, replicated_gb = 0, internet_gb = 1, cdn_gb = 1, million_requests = 1, nat_gb = 5, logs_gib = 1 }
    accepted = [
      "availability",
      "capacity without one region",
      "dashboards",
      "no data lost with a region",
      "recovery from the loss of a region",
      "reports",
      "writes outlast the loss of any region",
    ]
  }
}
