resource "google_compute_network" "ledger" {
  name                    = "ledger"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "us_east1" {
  name          = "ledger-us-east1"
  region        = "us-east1"
  network       = google_compute_network.ledger.id
  ip_cidr_range = "10.0.0.0/20"
}

# Destroyed after the cluster, which depends on it, and before the subnetwork,
# which it depends on.
resource "proveniq_neg_cleanup" "us_east1" {
  network   = google_compute_network.ledger.id
  region    = google_compute_subnetwork.us_east1.region
  neg_names = ["ledger-api"]
}

resource "google_container_cluster" "us_east1" {
  name             = "ledger-us-east1"
  location         = proveniq_neg_cleanup.us_east1.region
  enable_autopilot = true
  network          = google_compute_network.ledger.id
  subnetwork       = google_compute_subnetwork.us_east1.id
}
