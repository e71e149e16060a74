# A ledger's edge with its regions, and beside it what fails in a storm: a Spanner
# instance, and each region's own network and cluster.

terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
    proveniq = {
      source = "proveniq/proveniq"
    }
  }
}

provider "google" {
  project = var.project
}

provider "proveniq" {
  project = var.project
}

variable "project" {
  description = "Id of the project that holds everything."
  type        = string
  default     = "proveniq-local"
}

variable "regions" {
  description = "The ledger's regions: slot is the region's place in the address plan; joined, and its capacity in percent."
  type        = map(object({ slot = number, joined = optional(bool, true), capacity = optional(number, 100) }))
  default = {
    asia-southeast1 = { slot = 2 }
    europe-west1    = { slot = 1 }
    us-east1        = { slot = 0 }
  }
}

variable "edge" {
  description = "Arguments of the edge."
  type = object({
    mode                = optional(string, "read_write")
    write_routing       = optional(string, "nearest")
    write_timeout       = optional(number, 10)
    cdn                 = optional(object({ static = optional(bool), reads = optional(bool) }), {})
    dns                 = optional(bool, true)
    webhooks            = optional(bool, true)
    plugin              = optional(bool, false)
    domains             = optional(list(string), ["ledger.example.com"])
    global_percent      = optional(number)
    stable_regions      = optional(set(string), ["us-east1"])
    deletion_protection = optional(bool, false)
  })
  default = {}
}

variable "min_remaining_regions" {
  description = "How many regions must go on serving when others leave."
  type        = number
  default     = 1
}

resource "google_compute_network" "ledger" {
  name                    = "ledger"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "ledger" {
  for_each = var.regions

  name          = "ledger-${each.key}"
  region        = each.key
  network       = google_compute_network.ledger.id
  ip_cidr_range = cidrsubnet("10.0.0.0/12", 8, each.value.slot)

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = cidrsubnet("10.64.0.0/10", 6, each.value.slot)
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = cidrsubnet("10.32.0.0/12", 8, each.value.slot)
  }
}

# What a deleted cluster leaves behind holds the subnetwork.
resource "proveniq_neg_cleanup" "ledger" {
  for_each = var.regions

  network   = google_compute_network.ledger.id
  region    = each.key
  neg_names = ["main-api-${each.key}"]

  depends_on = [google_compute_subnetwork.ledger]
}

resource "google_container_cluster" "ledger" {
  for_each = var.regions

  name                = "ledger-${each.key}"
  location            = each.key
  enable_autopilot    = true
  deletion_protection = false
  network             = google_compute_network.ledger.id
  subnetwork          = google_compute_subnetwork.ledger[each.key].id

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  depends_on = [proveniq_neg_cleanup.ledger]
}

resource "google_spanner_instance" "ledger" {
  name             = "ledger"
  display_name     = "Ledger"
  config           = "nam3"
  edition          = "ENTERPRISE_PLUS"
  processing_units = 1000
  force_destroy    = true
}

module "edge" {
  source = "../../../../../modules/edge"

  project_id          = var.project
  name                = "main"
  labels              = { ledger = "main" }
  deletion_protection = var.edge.deletion_protection
  domains             = var.edge.domains
  regions             = { for name, r in var.regions : name => { joined = r.joined, capacity_percent = r.capacity } }
  leader_region       = "us-east1"
  write_routing       = var.edge.write_routing
  mode                = var.edge.mode
  timeouts_seconds    = { write = var.edge.write_timeout }
  draining_seconds    = 1 # nobody's requests are on the way here
  cdn                 = var.edge.cdn
  dns                 = var.edge.dns ? {} : null
  webhooks            = var.edge.webhooks ? {} : null
  edge_plugin         = var.edge.plugin ? { image = "us-east1-docker.pkg.dev/${var.project}/edge/home@sha256:1" } : null
  traffic_shift       = var.edge.global_percent == null ? null : { global_percent = var.edge.global_percent, stable_regions = var.edge.stable_regions }
}

resource "proveniq_ledger_region" "ledger" {
  for_each = { for name, r in var.regions : name => r if r.joined }

  ledger_id             = "main"
  region                = each.key
  neg_name              = "main-api-${each.key}"
  capacity_percent      = each.value.capacity
  min_remaining_regions = var.min_remaining_regions
  backend_services      = module.edge.backend_services[each.key]
  ramp                  = { steps = [50], hold_seconds = 1 }
  health                = { stable_seconds = 1 }
  drain                 = { steps = [50], hold_seconds = 1, settle_seconds = 1 }

  depends_on = [google_container_cluster.ledger]
}
