# us-east1 serves already, with a cluster and a Cloud SQL instance of its own. Two
# regions are built beside it and join once their pods are there.

provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

module "ledger" {
  source = "../.."

  project_id     = var.project_id
  project_number = var.project_number
  domains        = ["ledger.example.com"]

  regions = {
    us-east1 = {
      slot = 0
      existing = {
        cluster  = { id = "projects/${var.project_id}/locations/us-east1/clusters/main" }
        neg_name = "main-api"
        sql = {
          instance        = "metadata"
          connection_name = "${var.project_id}:us-east1:metadata"
          private_ip      = "10.9.0.3"
          user            = "api"
        }
      }
    }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
  network = {
    existing = {
      network = "main"
      subnets = {
        us-east1 = { name = "main-us-east1", pods_range = "pods", services_range = "services" }
      }
    }
  }

  # The new regions get no user yet. A request with x-ledger-set: global does.
  traffic_shift = {
    global_percent = 0
    stable_regions = ["us-east1"]
  }

  required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  spanner       = { extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }] }
  promises = {
    accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1",
      "write from europe-west1", "write from asia-southeast1", "strong read from asia-southeast1",
      "capacity without one region", "availability", "cost of a month",
    ]
  }
}
