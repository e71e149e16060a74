# A region that exists: only what the ledger adds is made.

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

run "cluster_neg_and_sql" {
  command = plan
  variables {
    dr_region = "europe-west1"
    existing = {
      cluster  = { id = "projects/ledger-test/locations/us-east1/clusters/main" }
      neg_name = "main-api"
      sql = {
        instance        = "metadata"
        connection_name = "ledger-test:us-east1:metadata"
        private_ip      = "10.9.0.3"
        user            = "api"
      }
    }
  }

  assert {
    condition     = length(google_container_cluster.region) + length(google_service_account.nodes) + length(google_project_iam_member.nodes) == 0
    error_message = "An existing cluster must not be made again."
  }
  assert {
    condition     = length(google_sql_database_instance.primary) + length(google_sql_database_instance.replica) + length(google_sql_database.ledger) + length(google_sql_user.workload) + length(google_service_account.sql) == 0
    error_message = "An existing instance must not be made again, nor get a replica."
  }
  assert {
    condition     = jsonencode(output.cluster) == jsonencode({ id = "projects/ledger-test/locations/us-east1/clusters/main", name = "main", location = "us-east1", dns_endpoint = null, fleet_membership = null })
    error_message = "The cluster must be told by what its id says."
  }
  assert {
    condition     = output.neg_name == "main-api" && output.neg_annotation == "{\"exposed_ports\":{\"8080\":{\"name\":\"main-api\"}}}"
    error_message = "The region must join with the NEG that is there."
  }
  assert {
    condition     = jsonencode(output.sql) == jsonencode({ instance = "metadata", connection_name = "ledger-test:us-east1:metadata", private_ip = "10.9.0.3", database = "ledger", user = "api", impersonate = null, replica = null })
    error_message = "The instance must be told as it was said."
  }
  assert {
    condition     = output.ready
    error_message = "A NEG that is there has a workload."
  }
  assert {
    condition     = google_parameter_manager_regional_parameter.runtime.parameter_id == "ledger-us-east1-runtime"
    error_message = "The workload must have its runtime document all the same."
  }
}

run "cluster_alone" {
  command = plan
  variables {
    existing = {
      cluster = { id = "projects/ledger-test/locations/us-east1-b/clusters/main", dns_endpoint = "gke-1.us-east1.gke.goog" }
    }
  }

  assert {
    condition     = !output.ready && output.neg_name == "ledger-api-us-east1" && output.cluster.location == "us-east1-b"
    error_message = "In a cluster whose workload nobody delivers the region is not ready."
  }
  assert {
    condition     = length(google_sql_database_instance.primary) == 1
    error_message = "What is not said to exist must be made."
  }
}

run "cluster_in_a_fleet" {
  command = plan
  variables {
    config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/workload:v1", fleet_feature = false }
    existing = {
      cluster = { id = "projects/ledger-test/locations/us-east1/clusters/main", fleet_membership = "projects/fleet-host/locations/global/memberships/main" }
    }
  }

  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].project == "fleet-host"
    error_message = "The membership must be found in its own project."
  }
  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].membership == "main" && google_gke_hub_feature_membership.config_sync[0].membership_location == "global"
    error_message = "Config Sync must be switched on for the membership that is there."
  }
  assert {
    condition     = output.ready
    error_message = "Config Sync delivers a workload."
  }
}

run "null_is_nothing" {
  command = plan
  variables {
    existing = null
  }

  assert {
    condition     = length(google_container_cluster.region) == 1
    error_message = "existing = null must mean that nothing is there."
  }
}
