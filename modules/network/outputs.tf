output "network" {
  description = "The network: `id` is projects/<project>/global/networks/<name>, `project_id` its own project (the host project of a Shared VPC)."
  value = {
    id         = local.network_id
    name       = local.network_name
    self_link  = var.existing == null ? google_compute_network.ledger[0].self_link : "https://www.googleapis.com/compute/v1/${local.network_id}"
    project_id = local.network_project
  }
}

output "subnets" {
  description = "Each region's subnet: `id` is projects/<project>/regions/<region>/subnetworks/<name>, `cidr` the primary range (null for an existing subnet whose range was not said), `pods_range` and `services_range` the names of its secondary ranges."
  value = {
    for region in keys(var.regions) : region => contains(keys(local.existing_subnets), region) ? {
      id             = startswith(local.existing_subnets[region].name, "projects/") ? local.existing_subnets[region].name : "projects/${local.network_project}/regions/${region}/subnetworks/${local.existing_subnets[region].name}"
      name           = reverse(split("/", local.existing_subnets[region].name))[0]
      cidr           = local.existing_subnets[region].cidr
      pods_range     = local.existing_subnets[region].pods_range
      services_range = local.existing_subnets[region].services_range
      } : {
      id             = google_compute_subnetwork.region[region].id
      name           = google_compute_subnetwork.region[region].name
      cidr           = google_compute_subnetwork.region[region].ip_cidr_range
      pods_range     = google_compute_subnetwork.region[region].secondary_ip_range[0].range_name
      services_range = google_compute_subnetwork.region[region].secondary_ip_range[1].range_name
    }
  }

  # Nodes reach the registry that their images come from through it.
  depends_on = [google_compute_router_nat.region]
}

output "private_services" {
  description = "Private Service Access: `range` is the name of the range that this module reserved (null where the network had it), `connection` the connection's id. What is made from `connection` is made after it and destroyed before it."
  value = {
    range      = local.makes_private_services ? google_compute_global_address.private_services[0].name : null
    connection = local.makes_private_services ? google_service_networking_connection.private_services[0].id : "${local.network_id}:servicenetworking.googleapis.com"
  }
}

output "node_tag" {
  description = "Network tag that the firewall rule for health checks targets: the nodes of every cluster must have it."
  value       = local.node_tag

  # Without the rule every endpoint is unhealthy: what takes traffic is there after
  # it, and gone before it.
  depends_on = [google_compute_firewall.health_checks]
}
