provider "google" {
  project = "ledger-test"
  region  = "us-east1"
}

module "analytics" {
  source = "../.."

  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  labels         = { ledger = "proveniq" }

  spanner = {
    database        = "projects/ledger-test/instances/ledger-spanner/databases/ledger"
    max_parallelism = 100
  }

  # The Kubernetes service account of the ledger's API, the same in all clusters.
  workload_principals = [
    "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api",
  ]

  regions = {
    us-east1        = { nearest_read_region = "us-east1" }
    europe-west1    = { nearest_read_region = "europe-west1" }
    asia-southeast1 = { nearest_read_region = "asia-southeast1" }
  }
}
