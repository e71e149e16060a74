# A network, subnets and Private Service Access that are there already.

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
}

run "shared_vpc" {
  command = plan
  variables {
    existing = {
      host_project = "network-host"
      network      = "shared"
      subnets = {
        us-east1     = { name = "shared-us", pods_range = "pods", services_range = "services", cidr = "10.0.0.0/20" }
        europe-west1 = { name = "projects/network-host/regions/europe-west1/subnetworks/shared-eu", pods_range = "pods", services_range = "services" }
      }
    }
  }

  assert {
    condition     = length(google_compute_network.ledger) + length(google_compute_subnetwork.region) + length(google_compute_router.region) + length(google_compute_router_nat.region) + length(google_compute_global_address.private_services) + length(google_service_networking_connection.private_services) == 0
    error_message = "What exists must not be made again."
  }
  assert {
    condition = output.network == {
      id         = "projects/network-host/global/networks/shared"
      name       = "shared"
      self_link  = "https://www.googleapis.com/compute/v1/projects/network-host/global/networks/shared"
      project_id = "network-host"
    }
    error_message = "The network must be the host project's."
  }
  assert {
    condition = jsonencode(output.subnets) == jsonencode({
      us-east1     = { id = "projects/network-host/regions/us-east1/subnetworks/shared-us", name = "shared-us", cidr = "10.0.0.0/20", pods_range = "pods", services_range = "services" }
      europe-west1 = { id = "projects/network-host/regions/europe-west1/subnetworks/shared-eu", name = "shared-eu", cidr = null, pods_range = "pods", services_range = "services" }
    })
    error_message = "Existing subnets must be told like new ones, with ids of the host project."
  }
  assert {
    condition     = output.private_services.range == null && output.private_services.connection == "projects/network-host/global/networks/shared:servicenetworking.googleapis.com"
    error_message = "The network's own Private Service Access must be used."
  }
  assert {
    condition     = google_compute_firewall.health_checks[0].project == "network-host" && google_compute_firewall.health_checks[0].network == "projects/network-host/global/networks/shared"
    error_message = "The rule for health checks must be in the network's own project."
  }
}

run "ranges_that_the_plan_does_not_use" {
  command = plan
  variables {
    existing = {
      network = "shared"
      subnets = {
        us-east1     = { name = "us", cidr = "10.0.0.0/20", pods_range = "pods", pods_cidr = "10.128.0.0/15", services_range = "services", services_cidr = "10.1.0.0/20" }
        europe-west1 = { name = "eu", cidr = "10.0.16.0/20", pods_range = "pods", pods_cidr = "10.2.0.0/16", services_range = "services" }
      }
    }
  }

  assert {
    condition     = output.subnets["us-east1"].cidr == "10.0.0.0/20"
    error_message = "Where every subnet is there, the plan gives nothing out that could overlap."
  }
}

run "network_without_private_services_or_all_subnets" {
  command = plan
  variables {
    existing = {
      network                 = "projects/ledger-test/global/networks/mine"
      private_services_access = false
      firewall                = false
      subnets = {
        us-east1 = { name = "mine-us", pods_range = "pods", services_range = "services", cidr = "10.8.0.0/20" }
      }
    }
  }

  assert {
    condition     = keys(google_compute_subnetwork.region) == ["europe-west1"] && google_compute_subnetwork.region["europe-west1"].network == "projects/ledger-test/global/networks/mine" && google_compute_subnetwork.region["europe-west1"].ip_cidr_range == "10.0.16.0/20"
    error_message = "A region without a subnet must get one from the address plan, in the existing network."
  }
  assert {
    condition     = keys(google_compute_router_nat.region) == ["europe-west1"]
    error_message = "NAT is for the subnets that this module makes."
  }
  assert {
    condition     = google_service_networking_connection.private_services[0].network == "projects/ledger-test/global/networks/mine" && google_compute_global_address.private_services[0].project == "ledger-test"
    error_message = "A network that lacks Private Service Access must get it."
  }
  assert {
    condition     = google_service_networking_connection.private_services[0].update_on_creation_fail
    error_message = "A connection that an earlier ledger left must be taken over."
  }
  assert {
    condition     = length(google_compute_firewall.health_checks) == 0
    error_message = "existing.firewall = false must leave the rule to others."
  }
}
