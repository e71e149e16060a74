# What is wrong with the cluster and its workload is refused before anything is planned, at the variable that has to change.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  region         = "us-east1"
  labels         = { ledger = "main" }
  network = {
    id                          = "projects/ledger-test/global/networks/ledger-network"
    subnet_id                   = "projects/ledger-test/regions/us-east1/subnetworks/ledger-us-east1"
    pods_range                  = "ledger-pods"
    services_range              = "ledger-services"
    node_tag                    = "ledger-nodes"
    private_services_connection = "projects/ledger-test/global/networks/ledger-network:servicenetworking.googleapis.com"
    private_services_range      = "ledger-private-services"
  }
  runtime = {
    spanner = { database = "projects/ledger-test/instances/ledger/databases/ledger" }
  }
}

run "project_number_for_id" {
  command = plan
  variables {
    project_id = "123456789012"
  }
  expect_failures = [var.project_id]
}

run "project_id_for_number" {
  command = plan
  variables {
    project_number = "ledger-test"
  }
  expect_failures = [var.project_number]
}

run "name_in_capitals" {
  command = plan
  variables {
    name = "Ledger"
  }
  expect_failures = [var.name]
}

run "zone_for_region" {
  command = plan
  variables {
    region = "us-east1-b"
  }
  expect_failures = [var.region]
}

run "unknown_region" {
  command = plan
  variables {
    region = "us-est1"
  }
  expect_failures = [var.region]
}

run "cluster_name_too_long" {
  command = plan
  variables {
    name   = "a-name-of-20-letters"
    region = "northamerica-northeast1"
    network = {
      id                          = "projects/p/global/networks/n"
      subnet_id                   = "projects/p/regions/northamerica-northeast1/subnetworks/s"
      pods_range                  = "p"
      services_range              = "s"
      node_tag                    = "n"
      private_services_connection = "c"
    }
  }
  expect_failures = [var.region]
}

run "network_by_name" {
  command = plan
  variables {
    network = {
      id                          = "n"
      subnet_id                   = "projects/p/regions/us-east1/subnetworks/s"
      pods_range                  = "p"
      services_range              = "s"
      node_tag                    = "n"
      private_services_connection = "c"
    }
  }
  expect_failures = [var.network]
}

run "subnet_of_another_region" {
  command = plan
  variables {
    network = {
      id                          = "projects/p/global/networks/n"
      subnet_id                   = "projects/p/regions/us-west1/subnetworks/s"
      pods_range                  = "p"
      services_range              = "s"
      node_tag                    = "n"
      private_services_connection = "c"
    }
  }
  expect_failures = [var.network]
}

run "channel_that_autopilot_lacks" {
  command = plan
  variables {
    cluster = { release_channel = "UNSPECIFIED" }
  }
  expect_failures = [var.cluster]
}

run "day_that_is_none" {
  command = plan
  variables {
    cluster = { maintenance = { days = ["SATURDAY"] } }
  }
  expect_failures = [var.cluster]
}

run "hour_that_is_none" {
  command = plan
  variables {
    cluster = { maintenance = { start = "25:00" } }
  }
  expect_failures = [var.cluster]
}

run "window_too_short_for_gke" {
  command = plan
  variables {
    cluster = { maintenance = { days = ["SA"], hours = 6 } }
  }
  expect_failures = [var.cluster]
}

run "exclusion_that_ends_before_it_begins" {
  command = plan
  variables {
    cluster = { maintenance = { exclusions = [{ name = "x", start = "2026-02-01T00:00:00Z", end = "2026-01-01T00:00:00Z" }] } }
  }
  expect_failures = [var.cluster]
}

run "exclusion_without_a_time" {
  command = plan
  variables {
    cluster = { maintenance = { exclusions = [{ name = "x", start = "soon", end = "later" }] } }
  }
  expect_failures = [var.cluster]
}

run "cluster_key_of_another_region" {
  command = plan
  variables {
    cluster = { cmek_key = "projects/p/locations/us/keyRings/r/cryptoKeys/k" }
  }
  expect_failures = [var.cluster]
}

run "disk_key_that_is_a_version" {
  command = plan
  variables {
    cluster = { boot_disk_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k/cryptoKeyVersions/1" }
  }
  expect_failures = [var.cluster]
}

run "image_with_a_scheme" {
  command = plan
  variables {
    config_sync = { image = "oci://us-docker.pkg.dev/p/r/i:v1" }
  }
  expect_failures = [var.config_sync]
}

run "image_outside_artifact_registry" {
  command = plan
  variables {
    config_sync = { image = "gcr.io/p/i:v1" }
  }
  expect_failures = [var.config_sync]
}

run "directory_with_a_slash" {
  command = plan
  variables {
    config_sync = { image = "us-docker.pkg.dev/p/r/i:v1", directory = "/us-east1" }
  }
  expect_failures = [var.config_sync]
}

run "sync_account_by_id" {
  command = plan
  variables {
    config_sync = { image = "us-docker.pkg.dev/p/r/i:v1", service_account = "sync" }
  }
  expect_failures = [var.config_sync]
}

run "config_sync_outside_a_fleet" {
  command = plan
  variables {
    config_sync = { image = "us-docker.pkg.dev/p/r/i:v1" }
    existing    = { cluster = { id = "projects/p/locations/us-east1/clusters/c" } }
  }
  expect_failures = [var.config_sync]
}

run "namespace_in_capitals" {
  command = plan
  variables {
    workload = { namespace = "Ledger" }
  }
  expect_failures = [var.workload]
}

run "port_that_is_none" {
  command = plan
  variables {
    workload = { port = 0 }
  }
  expect_failures = [var.workload]
}

run "more_zones_than_pods" {
  command = plan
  variables {
    workload = { min_zones = 3, min_replicas = 2 }
  }
  expect_failures = [var.workload]
}

run "more_zones_than_regions_have" {
  command = plan
  variables {
    workload = { min_zones = 4, min_replicas = 4 }
  }
  expect_failures = [var.workload]
}

run "repository_by_url" {
  command = plan
  variables {
    workload = { image_repositories = ["us-docker.pkg.dev/p/r"] }
  }
  expect_failures = [var.workload]
}
