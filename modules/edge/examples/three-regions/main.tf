provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

module "edge" {
  source = "../.."

  project_id    = var.project_id
  name          = "ledger"
  labels        = { ledger = "main" }
  domains       = ["ledger.example.com"]
  leader_region = "us-east1"
  regions = {
    us-east1        = {}
    europe-west1    = {}
    asia-southeast1 = { joined = false }
  }

  peak_requests_per_second = { write = 100, read = 500 }
}

resource "proveniq_ledger_region" "ledger" {
  for_each = toset(["us-east1", "europe-west1"])

  ledger_id        = "main"
  region           = each.key
  neg_name         = "ledger-api-${each.key}"
  backend_services = module.edge.backend_services[each.key]
}
