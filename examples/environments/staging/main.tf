# Production's shape in small: two of its regions, Spanner across them, and every
# lever that production has, so that failover and rollout are rehearsed here.

module "ledger" {
  source = "../../../modules/ledger"

  project_id          = var.project_id
  project_number      = var.project_number
  labels              = { environment = "staging" }
  deletion_protection = var.deletion_protection

  # The slots are production's: the address plans of both can be compared.
  regions = {
    us-east1     = { slot = 0 }
    europe-west1 = { slot = 1 }
  }
  domains  = [var.domain]
  delivery = { config_sync = var.config_image == null ? null : { image = var.config_image } }
  workload = {
    min_replicas = 2
    max_replicas = 6
    vcpu         = 0.5
    memory_gb    = 2
  }

  # Production's base configuration and leader, with one replica less.
  spanner = {
    topology = "custom"
    custom   = { base_config = "nam3", replicas = [{ location = "europe-west1" }] }
    leader   = "us-east1"
    capacity = { processing_units = 100 }
    backups  = { full = { retention_days = 7 }, incremental = { retention_days = 7 } }
    warnings = { recommendations = false }
  }
  required_role = { europe-west1 = "READ_ONLY" }

  sql = {
    tier             = "db-custom-1-3840"
    disk_gb          = 10
    retained_backups = 8
  }
  cache = { memory_gb = 1 }

  # Everything is measured and nobody is woken up.
  observability = { live = false }

  promises = {
    usage = {
      spanner_gb = 10, backup_gb = 50, replicated_gb = 20, internet_gb = 10, cdn_gb = 10, million_requests = 5
      nat_gb     = 10, inter_region_gb = 10, logs_gib = 5
    }
    accepted = [
      "Spanner in europe-west1",
      "availability",
      "write from europe-west1",
    ]
  }
}
