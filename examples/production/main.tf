# The architecture document, in one call. Everything that is left out is as the
# document has it, or as Google really offers it where the document is wrong.

module "ledger" {
  source = "../../modules/ledger"

  project_id          = var.project_id
  project_number      = var.project_number
  name                = "ledger"
  labels              = { environment = "production" }
  deletion_protection = var.deletion_protection

  # A fourth region is one more line with a slot of its own, wherever it stands.
  regions = {
    us-east1        = { slot = 0, capacity_percent = lookup(var.capacity_percent, "us-east1", 100) }
    europe-west1    = { slot = 1, capacity_percent = lookup(var.capacity_percent, "europe-west1", 100) }
    asia-southeast1 = { slot = 2, capacity_percent = lookup(var.capacity_percent, "asia-southeast1", 100) }
  }
  delivery = {
    config_sync = var.config_image == null ? null : { image = var.config_image }
  }
  workload = {
    min_replicas = 20
    max_replicas = 60
  }

  spanner = {
    topology = var.topology
    # Two read-only replicas on each continent that is not the leader's, as Google
    # recommends.
    extra_replicas = var.topology == "three-continents" ? [{ location = "europe-west4" }, { location = "asia-southeast2" }] : []
    capacity       = { autoscaling = { min_processing_units = 2000, max_processing_units = 6000 } }
  }
  # Enough for what runs there: said, it is no news in every plan.
  required_role = merge(
    var.topology == "three-continents" ? { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" } : {},
    var.required_role,
  )
  promises = {
    # What no topology of Spanner can give, and is lived with: see the guide on
    # promises. With another topology the plan says all of it again.
    accepted = var.topology == "three-continents" ? [
      "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
      "strong read from asia-southeast1", "availability", "cost of a month",
    ] : []
  }

  edge = {
    # What two regions must take when the third is lost.
    peak_requests_per_second = { read = 4000, write = 800 }
  }

  domains       = [var.domain]
  mode          = var.mode
  runtime_mode  = var.runtime_mode
  write_routing = var.write_routing
  traffic_shift = var.traffic_shift == null ? null : {
    stable_regions = var.traffic_shift.stable
    global_percent = var.traffic_shift.percent
  }

  observability = {
    channels = { for email in var.pager_emails : email => { type = "email", labels = { email_address = email } } }
  }

  budget = var.billing_account == null ? null : {
    billing_account = var.billing_account
    monthly         = 25000
  }
}
