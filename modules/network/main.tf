locals {
  network_project = var.existing == null ? var.project_id : coalesce(var.existing.host_project, var.project_id)
  network_name    = var.existing == null ? google_compute_network.ledger[0].name : reverse(split("/", var.existing.network))[0]
  network_id      = var.existing == null ? google_compute_network.ledger[0].id : "projects/${local.network_project}/global/networks/${local.network_name}"

  existing_subnets = var.existing == null ? {} : var.existing.subnets
  # Each region's ranges follow from its own slot alone, so that no other region's can move.
  new_subnets = { for region, place in var.regions : region => place.slot if !contains(keys(local.existing_subnets), region) }
  slot_bits   = ceil(log(var.address_plan.slots, 2))

  makes_private_services = var.existing == null ? true : !var.existing.private_services_access
  makes_firewall         = var.existing == null ? true : var.existing.firewall

  node_tag = "${var.name}-nodes"

  # On everything: a destroy that the network alone refused would by then have
  # taken the firewall rule, and all traffic with it.
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}

resource "google_compute_network" "ledger" {
  count = var.existing == null ? 1 : 0

  project                 = var.project_id
  name                    = "${var.name}-network"
  description             = "Network of the ledger ${var.name}."
  auto_create_subnetworks = false
  # One router's routes are every region's: the ledger's regions are one network.
  routing_mode    = "GLOBAL"
  deletion_policy = local.deletion_policy
}

resource "google_compute_subnetwork" "region" {
  for_each = local.new_subnets

  project       = local.network_project
  name          = "${var.name}-${each.key}"
  description   = "Nodes, pods and Services of the ledger ${var.name} in ${each.key}."
  region        = each.key
  network       = local.network_id
  ip_cidr_range = cidrsubnet(var.address_plan.nodes, local.slot_bits, each.value)
  # Nodes have no public addresses: this is how they reach Google's APIs.
  private_ip_google_access = true
  deletion_policy          = local.deletion_policy

  secondary_ip_range {
    range_name    = "${var.name}-pods"
    ip_cidr_range = cidrsubnet(var.address_plan.pods, local.slot_bits, each.value)
  }
  secondary_ip_range {
    range_name    = "${var.name}-services"
    ip_cidr_range = cidrsubnet(var.address_plan.services, local.slot_bits, each.value)
  }

  dynamic "log_config" {
    for_each = var.flow_logs == null ? [] : [var.flow_logs]

    content {
      aggregation_interval = log_config.value.interval
      flow_sampling        = log_config.value.sampling
      filter_expr          = log_config.value.filter
      metadata             = "INCLUDE_ALL_METADATA"
    }
  }
}

resource "google_compute_router" "region" {
  for_each = var.nat == null ? {} : local.new_subnets

  project         = local.network_project
  name            = "${var.name}-${each.key}"
  description     = "Holds the NAT of the ledger ${var.name} in ${each.key}."
  region          = each.key
  network         = local.network_id
  deletion_policy = local.deletion_policy
}

resource "google_compute_router_nat" "region" {
  for_each = var.nat == null ? {} : local.new_subnets

  project                = local.network_project
  name                   = "${var.name}-${each.key}"
  region                 = each.key
  router                 = google_compute_router.region[each.key].name
  nat_ip_allocate_option = "AUTO_ONLY"
  # Our subnet only: another NAT of the region may serve all the others.
  source_subnetwork_ip_ranges_to_nat = "LIST_OF_SUBNETWORKS"
  enable_dynamic_port_allocation     = true
  # Google refuses dynamic ports together with endpoint-independent mapping.
  enable_endpoint_independent_mapping = false
  min_ports_per_vm                    = var.nat.min_ports_per_node
  max_ports_per_vm                    = var.nat.max_ports_per_node
  deletion_policy                     = local.deletion_policy

  subnetwork {
    name                    = google_compute_subnetwork.region[each.key].id
    source_ip_ranges_to_nat = ["ALL_IP_RANGES"]
  }

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

resource "google_compute_global_address" "private_services" {
  count = local.makes_private_services ? 1 : 0

  project       = local.network_project
  name          = "${var.name}-private-services"
  description   = "Cloud SQL and Memorystore of the ledger ${var.name}."
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = split("/", var.address_plan.private_services)[0]
  prefix_length = tonumber(split("/", var.address_plan.private_services)[1])
  network       = local.network_id
  labels        = var.labels

  deletion_policy = local.deletion_policy
}

resource "google_service_networking_connection" "private_services" {
  count = local.makes_private_services ? 1 : 0

  network                 = local.network_id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.private_services[0].name]
  # Google keeps a deleted Cloud SQL instance's network for days, and refuses to
  # delete the connection meanwhile. It goes with the network; in one that stays,
  # the next ledger finds it and takes it over.
  deletion_policy         = var.deletion_protection ? "PREVENT" : "ABANDON"
  update_on_creation_fail = true
}

# GKE makes no rule for standalone NEGs: without this one every endpoint stays unhealthy.
resource "google_compute_firewall" "health_checks" {
  count = local.makes_firewall ? 1 : 0

  project       = local.network_project
  name          = "${var.name}-health-checks"
  description   = "Google's load balancers and their health checks to the ledger's pods."
  network       = local.network_id
  direction     = "INGRESS"
  source_ranges = ["130.211.0.0/22", "35.191.0.0/16"]
  target_tags   = [local.node_tag]

  deletion_policy = local.deletion_policy

  allow {
    protocol = "tcp"
    ports    = [for port in var.health_check_ports : tostring(port)]
  }
}
