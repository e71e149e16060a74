# Config Sync through the fleet, and whether there will be a workload.

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

run "off" {
  command = plan

  assert {
    condition     = !output.ready && length(google_gke_hub_feature_membership.config_sync) + length(google_gke_hub_feature.config_sync) + length(google_service_account.config_sync) == 0
    error_message = "Without Config Sync nobody is known to deliver a workload."
  }
}

run "from_an_image" {
  command = plan
  variables {
    config_sync = { image = "europe-docker.pkg.dev/images/ledger/workload:v1" }
  }

  assert {
    condition = [
      google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].sync_repo,
      google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].policy_dir,
      google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].secret_type,
      google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].gcp_service_account_email,
    ] == ["europe-docker.pkg.dev/images/ledger/workload:v1", "us-east1", "gcpserviceaccount", "ledger-cfg-use1@ledger-test.iam.gserviceaccount.com"]
    error_message = "Each region must sync its own directory of the image, as an account of its own."
  }
  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].enabled && google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].source_format == "unstructured"
    error_message = "Kustomize's output has no hierarchy."
  }
  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].configmanagement[0].management == "MANAGEMENT_AUTOMATIC"
    error_message = "Without a version the fleet must upgrade Config Sync."
  }
  assert {
    condition     = google_gke_hub_feature.config_sync[0].name == "configmanagement" && google_gke_hub_feature.config_sync[0].location == "global" && google_gke_hub_feature.config_sync[0].labels == tomap({ ledger = "main" })
    error_message = "The fleet must have the feature."
  }
  assert {
    condition     = google_artifact_registry_repository_iam_member.config_sync[0].project == "images" && google_artifact_registry_repository_iam_member.config_sync[0].location == "europe" && google_artifact_registry_repository_iam_member.config_sync[0].repository == "ledger" && google_artifact_registry_repository_iam_member.config_sync[0].role == "roles/artifactregistry.reader"
    error_message = "The account must read the image's repository, and no other."
  }
  assert {
    condition     = values(google_service_account_iam_member.config_sync)[*].member == ["serviceAccount:ledger-test.svc.id.goog[config-management-system/root-reconciler]"]
    error_message = "Config Sync's reconciler must be the account."
  }
  assert {
    condition     = output.ready
    error_message = "Config Sync delivers a workload."
  }
}

run "where_the_project_has_the_feature" {
  command = plan
  variables {
    config_sync = {
      image           = "us-docker.pkg.dev/ledger-test/ledger/workload@sha256:0000000000000000000000000000000000000000000000000000000000000000"
      directory       = "regions/us-east1"
      version         = "1.20.0"
      service_account = "sync@ledger-test.iam.gserviceaccount.com"
      fleet_feature   = false
      prevent_drift   = true
    }
  }

  assert {
    condition     = length(google_gke_hub_feature.config_sync) == 0 && google_gke_hub_feature_membership.config_sync[0].feature == "configmanagement"
    error_message = "A fleet has the feature once: fleet_feature = false must use what is there."
  }
  assert {
    condition     = length(google_service_account.config_sync) + length(google_artifact_registry_repository_iam_member.config_sync) + length(google_service_account_iam_member.config_sync) == 0 && google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].gcp_service_account_email == "sync@ledger-test.iam.gserviceaccount.com"
    error_message = "A given account must be taken as it is."
  }
  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].configmanagement[0].management == "MANAGEMENT_MANUAL" && google_gke_hub_feature_membership.config_sync[0].configmanagement[0].version == "1.20.0"
    error_message = "A version that is said must stay."
  }
  assert {
    condition     = google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].oci[0].policy_dir == "regions/us-east1" && google_gke_hub_feature_membership.config_sync[0].configmanagement[0].config_sync[0].prevent_drift
    error_message = "The directory must be the user's to choose."
  }
}

run "fleet_of_another_project" {
  command = plan
  variables {
    cluster     = { fleet_project = "fleet-host" }
    config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/workload:v1" }
  }

  assert {
    condition     = google_container_cluster.region[0].fleet[0].project == "fleet-host" && google_gke_hub_feature_membership.config_sync[0].project == "fleet-host" && google_gke_hub_feature.config_sync[0].project == "fleet-host"
    error_message = "Feature and membership must be in the fleet's project."
  }
  assert {
    condition     = toset(values(google_service_account_iam_member.config_sync)[*].member) == toset(["serviceAccount:ledger-test.svc.id.goog[config-management-system/root-reconciler]", "serviceAccount:fleet-host.svc.id.goog[config-management-system/root-reconciler]"])
    error_message = "The fleet's pool of identities must be let in too."
  }
}
