# What is wrong is refused before anything is planned, at the variable that has to change.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "ledger"
  regions    = { us-east1 = { slot = 0 } }
}

run "project_number_for_id" {
  command = plan
  variables {
    project_id = "123456789012"
  }
  expect_failures = [var.project_id]
}

run "name_too_long" {
  command = plan
  variables {
    name = "a-name-of-21-letters-"
  }
  expect_failures = [var.name]
}

run "name_of_one_letter" {
  command = plan
  variables {
    name = "l"
  }
  expect_failures = [var.name]
}

run "name_in_capitals" {
  command = plan
  variables {
    name = "Ledger"
  }
  expect_failures = [var.name]
}

run "no_region" {
  command = plan
  variables {
    regions = {}
  }
  expect_failures = [var.regions]
}

run "zone_for_region" {
  command = plan
  variables {
    regions = { us-east1-b = { slot = 0 } }
  }
  expect_failures = [var.regions]
}

run "unknown_region" {
  command = plan
  variables {
    regions = { us-est1 = { slot = 0 } }
  }
  expect_failures = [var.regions]
}

run "slot_twice" {
  command = plan
  variables {
    regions = {
      us-east1     = { slot = 1 }
      europe-west1 = { slot = 1 }
    }
  }
  expect_failures = [var.regions]
}

run "slot_out_of_the_plan" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 16 } }
  }
  expect_failures = [var.regions]
}

run "slot_below_zero" {
  command = plan
  variables {
    regions = { us-east1 = { slot = -1 } }
  }
  expect_failures = [var.regions]
}

run "half_a_slot" {
  command = plan
  variables {
    regions = { us-east1 = { slot = 0.5 } }
  }
  expect_failures = [var.regions]
}

run "slot_out_of_a_smaller_plan" {
  command = plan
  variables {
    regions      = { us-east1 = { slot = 4 } }
    address_plan = { slots = 4 }
  }
  expect_failures = [var.regions]
}

run "no_room_for_private_services" {
  command = plan
  variables {
    regions = {
      us-east1     = { slot = 0 }
      europe-west1 = { slot = 1 }
    }
    address_plan = { private_services = "10.2.0.0/22" }
  }
  expect_failures = [var.regions]
}

run "slots_no_power_of_two" {
  command = plan
  variables {
    address_plan = { slots = 10 }
  }
  expect_failures = [var.address_plan]
}

run "no_range" {
  command = plan
  variables {
    address_plan = { nodes = "10.0.0.0" }
  }
  expect_failures = [var.address_plan]
}

run "ipv6_range" {
  command = plan
  variables {
    address_plan = { nodes = "fd00::/48" }
  }
  expect_failures = [var.address_plan]
}

run "range_that_does_not_begin_where_it_says" {
  command = plan
  variables {
    address_plan = { nodes = "10.0.1.0/16" }
  }
  expect_failures = [var.address_plan]
}

run "pods_over_nodes" {
  command = plan
  variables {
    address_plan = { pods = "10.0.0.0/11" }
  }
  expect_failures = [var.address_plan]
}

run "private_services_inside_pods" {
  command = plan
  variables {
    address_plan = { private_services = "10.140.0.0/16" }
  }
  expect_failures = [var.address_plan]
}

run "range_that_cloud_sql_uses_inside" {
  command = plan
  variables {
    address_plan = { nodes = "172.16.0.0/12" }
  }
  expect_failures = [var.address_plan]
}

run "nodes_too_small" {
  command = plan
  variables {
    address_plan = { nodes = "10.0.0.0/21" }
  }
  expect_failures = [var.address_plan]
}

run "pods_too_small" {
  command = plan
  variables {
    address_plan = { pods = "10.128.0.0/17" }
  }
  expect_failures = [var.address_plan]
}

run "services_too_small" {
  command = plan
  variables {
    address_plan = { services = "10.1.0.0/24" }
  }
  expect_failures = [var.address_plan]
}

run "services_too_large" {
  command = plan
  variables {
    address_plan = { services = "10.64.0.0/11", slots = 16 }
  }
  expect_failures = [var.address_plan]
}

run "sampling_of_nothing" {
  command = plan
  variables {
    flow_logs = { sampling = 0 }
  }
  expect_failures = [var.flow_logs]
}

run "sampling_in_percent" {
  command = plan
  variables {
    flow_logs = { sampling = 10 }
  }
  expect_failures = [var.flow_logs]
}

run "interval_that_google_lacks" {
  command = plan
  variables {
    flow_logs = { interval = "INTERVAL_1_HOUR" }
  }
  expect_failures = [var.flow_logs]
}

run "ports_no_power_of_two" {
  command = plan
  variables {
    nat = { min_ports_per_node = 100 }
  }
  expect_failures = [var.nat]
}

run "ports_the_wrong_way_round" {
  command = plan
  variables {
    nat = { min_ports_per_node = 1024, max_ports_per_node = 512 }
  }
  expect_failures = [var.nat]
}

run "no_port_for_health_checks" {
  command = plan
  variables {
    health_check_ports = []
  }
  expect_failures = [var.health_check_ports]
}

run "port_that_is_none" {
  command = plan
  variables {
    health_check_ports = [65536]
  }
  expect_failures = [var.health_check_ports]
}

run "network_by_url" {
  command = plan
  variables {
    existing = {
      network = "https://www.googleapis.com/compute/v1/projects/p/global/networks/n"
    }
  }
  expect_failures = [var.existing]
}

run "network_of_another_project" {
  command = plan
  variables {
    existing = {
      host_project = "network-host"
      network      = "projects/other-host/global/networks/shared"
    }
  }
  expect_failures = [var.existing]
}

run "subnet_of_a_region_that_is_none_of_ours" {
  command = plan
  variables {
    existing = {
      network = "shared"
      subnets = {
        europe-west1 = { name = "eu", pods_range = "pods", services_range = "services" }
      }
    }
  }
  expect_failures = [var.existing]
}

run "subnet_of_another_region" {
  command = plan
  variables {
    existing = {
      network = "shared"
      subnets = {
        us-east1 = { name = "projects/ledger-test/regions/us-west1/subnetworks/us", pods_range = "pods", services_range = "services" }
      }
    }
  }
  expect_failures = [var.existing]
}

run "existing_range_given_out_again" {
  command = plan
  variables {
    regions = {
      us-east1     = { slot = 0 }
      europe-west1 = { slot = 1 }
    }
    existing = {
      network = "shared"
      subnets = {
        us-east1 = { name = "us", pods_range = "pods", services_range = "services", cidr = "10.0.16.0/20" }
      }
    }
  }
  expect_failures = [var.existing]
}
