# What is planned: the address plan, and what Google asks for that no schema says.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "ledger"
  regions = {
    us-east1     = { slot = 0 }
    europe-west1 = { slot = 1 }
  }
  labels = { ledger = "main" }
}

run "defaults" {
  command = plan

  assert {
    condition     = google_compute_network.ledger[0].name == "ledger-network" && google_compute_network.ledger[0].auto_create_subnetworks == false
    error_message = "There must be one network, with the subnets of the address plan alone."
  }
  assert {
    condition     = google_compute_network.ledger[0].routing_mode == "GLOBAL"
    error_message = "Routes must reach every region."
  }
  assert {
    condition = {
      for region, subnet in google_compute_subnetwork.region :
      region => [subnet.name, subnet.ip_cidr_range, subnet.secondary_ip_range[0].ip_cidr_range, subnet.secondary_ip_range[1].ip_cidr_range]
      } == {
      us-east1     = ["ledger-us-east1", "10.0.0.0/20", "10.128.0.0/15", "10.1.0.0/20"]
      europe-west1 = ["ledger-europe-west1", "10.0.16.0/20", "10.130.0.0/15", "10.1.16.0/20"]
    }
    error_message = "Each region's ranges must be its slot's part of the address plan."
  }
  assert {
    condition     = alltrue([for subnet in google_compute_subnetwork.region : subnet.private_ip_google_access])
    error_message = "Nodes without public addresses must reach Google's APIs."
  }
  assert {
    condition     = alltrue([for subnet in google_compute_subnetwork.region : subnet.log_config[0].flow_sampling == 0.1 && subnet.log_config[0].metadata == "INCLUDE_ALL_METADATA"])
    error_message = "Flow logs must be on, at a tenth of the packets."
  }
  assert {
    condition     = google_compute_global_address.private_services[0].purpose == "VPC_PEERING" && google_compute_global_address.private_services[0].address == "10.2.0.0" && google_compute_global_address.private_services[0].prefix_length == 16
    error_message = "Private Service Access must take its range from the address plan, not any that Google finds free."
  }
  assert {
    condition     = google_compute_global_address.private_services[0].labels == tomap({ ledger = "main" })
    error_message = "What can have labels must have them."
  }
  assert {
    condition     = output.node_tag == "ledger-nodes" && output.network.name == "ledger-network" && output.network.project_id == "ledger-test"
    error_message = "Outputs must say what others need."
  }
  assert {
    condition     = output.subnets["us-east1"].pods_range == "ledger-pods" && output.subnets["us-east1"].services_range == "ledger-services" && output.subnets["us-east1"].cidr == "10.0.0.0/20"
    error_message = "Each subnet must come with the names of its ranges."
  }
  assert {
    condition     = output.private_services.range == "ledger-private-services"
    error_message = "The reserved range must have a name that others can pin their addresses to."
  }
}

run "only_google_reaches_the_pods" {
  command = plan
  variables {
    health_check_ports = [8080, 9090]
  }

  assert {
    condition     = toset(google_compute_firewall.health_checks[0].source_ranges) == toset(["130.211.0.0/22", "35.191.0.0/16"])
    error_message = "Only Google's proxies and health checks may come in."
  }
  assert {
    condition     = one(google_compute_firewall.health_checks[0].allow).protocol == "tcp" && tolist(one(google_compute_firewall.health_checks[0].allow).ports) == tolist(["8080", "9090"])
    error_message = "Standalone NEGs get no rule from GKE: the pods' ports must be open to health checks."
  }
  assert {
    condition     = tolist(google_compute_firewall.health_checks[0].target_tags) == tolist([output.node_tag])
    error_message = "The rule must target the tag that the clusters give their nodes."
  }
}

run "nat_is_for_our_subnets_with_dynamic_ports" {
  command = plan

  assert {
    condition     = alltrue([for nat in google_compute_router_nat.region : nat.enable_dynamic_port_allocation && !nat.enable_endpoint_independent_mapping && nat.min_ports_per_vm == 64 && nat.max_ports_per_vm == 8192])
    error_message = "NAT must allocate ports as needed, which Google refuses with endpoint-independent mapping."
  }
  assert {
    condition     = alltrue([for nat in google_compute_router_nat.region : nat.source_subnetwork_ip_ranges_to_nat == "LIST_OF_SUBNETWORKS" && one(nat.subnetwork).source_ip_ranges_to_nat == toset(["ALL_IP_RANGES"])])
    error_message = "A NAT of all subnets would exclude every other NAT of the region."
  }
  assert {
    condition     = alltrue([for nat in google_compute_router_nat.region : nat.log_config[0].enable && nat.log_config[0].filter == "ERRORS_ONLY"])
    error_message = "Refused translations must be logged."
  }
}

run "everything_is_guarded" {
  command = plan

  assert {
    condition = alltrue([
      for policy in concat(
        [google_compute_network.ledger[0].deletion_policy, google_compute_firewall.health_checks[0].deletion_policy],
        [google_compute_global_address.private_services[0].deletion_policy, google_service_networking_connection.private_services[0].deletion_policy],
        values(google_compute_subnetwork.region)[*].deletion_policy,
        values(google_compute_router.region)[*].deletion_policy,
        values(google_compute_router_nat.region)[*].deletion_policy,
      ) : policy == "PREVENT"
    ])
    error_message = "With deletion_protection a destroy must be refused before it has taken the firewall rule."
  }
}

run "unguarded_it_can_be_destroyed" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = google_compute_network.ledger[0].deletion_policy == "DELETE" && google_compute_firewall.health_checks[0].deletion_policy == "DELETE"
    error_message = "Without deletion_protection nothing may refuse."
  }
  assert {
    # Google holds the connection for days after the last Cloud SQL instance.
    condition     = google_service_networking_connection.private_services[0].deletion_policy == "ABANDON"
    error_message = "Private Service Access must be left to go with its network: deleting it fails while producers linger."
  }
}

run "no_flow_logs_and_no_nat" {
  command = plan
  variables {
    flow_logs = null
    nat       = null
  }

  assert {
    condition     = alltrue([for subnet in google_compute_subnetwork.region : length(subnet.log_config) == 0])
    error_message = "flow_logs = null must switch flow logs off."
  }
  assert {
    condition     = length(google_compute_router.region) == 0 && length(google_compute_router_nat.region) == 0
    error_message = "nat = null must make no NAT and no router."
  }
}

run "two_ledgers_in_one_project" {
  command = plan
  variables {
    name = "second"
  }

  assert {
    condition = alltrue([
      for name in concat(
        [google_compute_network.ledger[0].name, google_compute_global_address.private_services[0].name, google_compute_firewall.health_checks[0].name, output.node_tag],
        values(google_compute_subnetwork.region)[*].name,
        values(google_compute_router.region)[*].name,
        values(google_compute_router_nat.region)[*].name,
      ) : startswith(name, "second-")
    ])
    error_message = "Every name must begin with the ledger's."
  }
}

run "largest_plan" {
  command = plan
  variables {
    regions = {
      us-east1                = { slot = 0 }
      europe-west12           = { slot = 15 }
      northamerica-northeast2 = { slot = 7 }
    }
  }

  assert {
    condition     = google_compute_subnetwork.region["europe-west12"].ip_cidr_range == "10.0.240.0/20" && google_compute_subnetwork.region["europe-west12"].secondary_ip_range[0].ip_cidr_range == "10.158.0.0/15"
    error_message = "The last slot must be the last part of each range."
  }
}
