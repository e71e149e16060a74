# One small region, for development. What only several regions can have is left
# out by itself; Spanner's configuration is said, for it follows from no region.

provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

module "ledger" {
  source = "../.."

  project_id          = var.project_id
  project_number      = var.project_number
  name                = "dev"
  domains             = ["dev.ledger.example.com"]
  deletion_protection = false

  regions  = { europe-west1 = { slot = 0 } }
  delivery = { pipeline = true }
  spanner = {
    topology = "regional"
    region   = "europe-west1"
    capacity = { processing_units = 100 }
  }
  sql = {
    tier     = "db-custom-1-3840"
    regional = false
    disk_gb  = 10
  }
  cache = { memory_gb = 1, replicas = 0 }

  promises = {
    asked = { availability_percent = 99.8, monthly_usd = 1000 }
    usage = { spanner_gb = 10, backup_gb = 10, replicated_gb = 0, internet_gb = 10, cdn_gb = 10, million_requests = 1 }
    accepted = [
      "recovery from the loss of a region", "no data lost with a region",
      "writes outlast the loss of any region", "capacity without one region",
    ]
  }
}
