# What serves users: the architecture document's three regions. Longer, with every
# lever as a variable: examples/production.

module "ledger" {
  source = "../../../modules/ledger"

  project_id          = var.project_id
  project_number      = var.project_number
  labels              = { environment = "prod" }
  deletion_protection = var.deletion_protection

  regions = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
  domains  = [var.domain]
  delivery = { config_sync = var.config_image == null ? null : { image = var.config_image } }
  workload = {
    min_replicas = 20
    max_replicas = 60
  }

  # Two read-only replicas on each continent that is not the leader's, as Google
  # recommends.
  spanner = {
    extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }]
    capacity       = { autoscaling = { min_processing_units = 2000, max_processing_units = 6000 } }
  }
  required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }

  # What is known of this topology, and lived with: see the table of promises.
  promises = {
    accepted = [
      "Spanner in asia-southeast1",
      "Spanner in europe-west1",
      "availability",
      "cost of a month",
      "strong read from asia-southeast1",
      "write from asia-southeast1",
      "write from europe-west1",
    ]
  }
}
