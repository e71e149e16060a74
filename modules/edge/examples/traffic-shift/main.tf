provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

locals {
  regions = ["us-east1", "europe-west1", "asia-southeast1"]
}

module "edge" {
  source = "../.."

  project_id = var.project_id
  name       = "ledger"
  labels     = { ledger = "main" }
  domains    = ["ledger.example.com", "api.example.com"]
  regions    = { for region in local.regions : region => {} }

  traffic_shift = {
    global_percent = 10
    stable_regions = ["us-east1"]
  }

  routes = {
    more = [
      { name = "search", class = "read", paths = ["/v1/search"], methods = ["POST"] },
      { name = "keys", class = "sealed", paths = ["/keys"], negative_caching = true },
    ]
  }
  armor = {
    waf               = { mode = "enforce" }
    trusted_ip_ranges = ["198.51.100.0/24"]
  }
  dns = { zone_name = "example-com" }
}

resource "proveniq_ledger_region" "ledger" {
  for_each = toset(local.regions)

  ledger_id        = "main"
  region           = each.key
  neg_name         = "ledger-api-${each.key}"
  backend_services = module.edge.backend_services[each.key]
}
