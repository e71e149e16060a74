# The document's three regions. Europe and Asia read at home and write over the
# ocean; what that breaks is known and accepted, so that a plan warns of nothing
# but what is new.

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
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }

  # Who brings the pods. Without it everything is built and no region joins.
  delivery = {
    config_sync = { image = "us-docker.pkg.dev/${var.project_id}/ledger/config:v1" }
  }

  # Two read-only replicas on each continent that is not the leader's.
  spanner = {
    extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }]
  }

  # The plan fails where Spanner cannot give a region this much.
  required_role = {
    us-east1        = "READ_WRITE"
    europe-west1    = "READ_ONLY"
    asia-southeast1 = "READ_ONLY"
  }

  promises = {
    accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1",
      "write from europe-west1", "write from asia-southeast1", "strong read from asia-southeast1",
      "availability", "cost of a month",
    ]
  }
}
