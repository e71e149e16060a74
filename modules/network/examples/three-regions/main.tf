module "network" {
  source = "../.."

  project_id = var.project_id
  name       = "ledger"
  regions = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
  labels = { ledger = "main" }
}
