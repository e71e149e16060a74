# The document's ledger: three continents, two read-only replicas on each remote
# one, and one service identity that records, seals and delivers.

provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

locals {
  service = "principal://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${var.project_id}.svc.id.goog/subject/ns/ledger/sa/ledger-api"
}

module "spanner" {
  source = "../.."

  project_id     = var.project_id
  topology       = "three-continents"
  extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }]

  # What is enough where: us-east1 leads, the others read at home.
  ledger_regions = ["us-east1", "europe-west1", "asia-southeast1"]
  required_role = {
    us-east1        = "READ_WRITE"
    europe-west1    = "READ_ONLY"
    asia-southeast1 = "READ_ONLY"
  }

  access = {
    api      = [local.service]
    sealer   = [local.service]
    webhooks = [local.service]
  }
}
