resource "google_compute_network" "ledger" {
  name                    = "ledger"
  auto_create_subnetworks = false
  routing_mode            = "GLOBAL"
}

resource "google_compute_global_address" "services" {
  name          = "ledger-services"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = "10.48.0.0"
  prefix_length = 16
  network       = google_compute_network.ledger.id
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.ledger.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}

resource "google_compute_firewall" "health_checks" {
  name          = "ledger-health-checks"
  network       = google_compute_network.ledger.id
  source_ranges = ["130.211.0.0/22", "35.191.0.0/16"]

  allow {
    protocol = "tcp"
    ports    = ["8080"]
  }
}

resource "google_compute_subnetwork" "ledger" {
  for_each = var.regions

  name                     = "ledger-${each.key}"
  region                   = each.key
  network                  = google_compute_network.ledger.id
  ip_cidr_range            = cidrsubnet("10.0.0.0/12", 8, each.value.slot)
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = cidrsubnet("10.64.0.0/10", 6, each.value.slot)
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = cidrsubnet("10.32.0.0/12", 8, each.value.slot)
  }
}

resource "google_compute_router" "ledger" {
  for_each = var.regions

  name    = "ledger-${each.key}"
  region  = each.key
  network = google_compute_network.ledger.id
}

resource "google_compute_router_nat" "ledger" {
  for_each = var.regions

  name                               = "ledger-${each.key}"
  region                             = each.key
  router                             = google_compute_router.ledger[each.key].name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
}
