# The cluster, its nodes' account, and who the workload is.

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

run "autopilot_as_the_architecture_has_it" {
  command = plan

  assert {
    condition     = google_container_cluster.region[0].enable_autopilot && google_container_cluster.region[0].name == "ledger-us-east1" && google_container_cluster.region[0].location == "us-east1"
    error_message = "The cluster must be a regional Autopilot cluster."
  }
  assert {
    condition     = google_container_cluster.region[0].release_channel[0].channel == "REGULAR"
    error_message = "Autopilot always has a release channel."
  }
  assert {
    condition     = google_container_cluster.region[0].ip_allocation_policy[0].cluster_secondary_range_name == "ledger-pods" && google_container_cluster.region[0].ip_allocation_policy[0].services_secondary_range_name == "ledger-services"
    error_message = "Pods and Services must take the subnet's ranges: others could overlap."
  }
  assert {
    condition     = google_container_cluster.region[0].resource_labels == tomap({ ledger = "main" })
    error_message = "What can have labels must have them."
  }
  assert {
    condition     = google_container_cluster.region[0].fleet[0].project == "ledger-test"
    error_message = "The cluster must join the project's fleet."
  }
  assert {
    condition     = google_container_cluster.region[0].secret_manager_config[0].enabled && google_container_cluster.region[0].secret_manager_config[0].rotation_config[0].enabled
    error_message = "Pods must be able to mount secrets, and to see new versions of them."
  }
  assert {
    condition     = google_container_cluster.region[0].cost_management_config[0].enabled && google_container_cluster.region[0].gateway_api_config[0].channel == "CHANNEL_STANDARD"
    error_message = "Costs must be told by namespace, and the Gateway API be there."
  }
}

run "nothing_of_the_cluster_is_public" {
  command = plan

  assert {
    condition     = google_container_cluster.region[0].private_cluster_config[0].enable_private_nodes
    error_message = "Nodes must have no public addresses."
  }
  assert {
    condition     = !google_container_cluster.region[0].control_plane_endpoints_config[0].ip_endpoints_config[0].enabled && google_container_cluster.region[0].control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
    error_message = "The API server must be reached by its DNS endpoint alone, which IAM guards."
  }
  assert {
    condition     = google_container_cluster.region[0].anonymous_authentication_config[0].mode == "LIMITED"
    error_message = "Who is anonymous may ask for the API server's health alone."
  }
  assert {
    condition     = !google_container_cluster.region[0].rbac_binding_config[0].enable_insecure_binding_system_unauthenticated && !google_container_cluster.region[0].rbac_binding_config[0].enable_insecure_binding_system_authenticated
    error_message = "No role may be bound to everybody."
  }
  assert {
    condition     = google_container_cluster.region[0].node_pool_auto_config[0].node_kubelet_config[0].insecure_kubelet_readonly_port_enabled == "FALSE"
    error_message = "The kubelet's unauthenticated port must be shut."
  }
  assert {
    condition     = google_container_cluster.region[0].security_posture_config[0].mode == "BASIC"
    error_message = "Workloads must be looked through for what is insecure."
  }
}

run "closed_to_the_outside" {
  command = plan
  variables {
    cluster = { external_access = false, binary_authorization = true }
  }

  assert {
    condition     = !google_container_cluster.region[0].control_plane_endpoints_config[0].dns_endpoint_config[0].allow_external_traffic
    error_message = "external_access = false must shut the DNS endpoint to the outside."
  }
  assert {
    condition     = google_container_cluster.region[0].binary_authorization[0].evaluation_mode == "PROJECT_SINGLETON_POLICY_ENFORCE"
    error_message = "binary_authorization must enforce the project's policy."
  }
}

run "nodes_have_an_account_of_their_own" {
  command = plan
  variables {
    workload = { image_repositories = ["projects/images/locations/us/repositories/ledger"] }
  }

  assert {
    # Unless told otherwise, Autopilot takes Compute's default account, an editor of the project.
    condition     = google_container_cluster.region[0].cluster_autoscaling[0].auto_provisioning_defaults[0].service_account == "ledger-gke-use1@ledger-test.iam.gserviceaccount.com" && output.node_service_account == "ledger-gke-use1@ledger-test.iam.gserviceaccount.com"
    error_message = "Nodes must run as their own account."
  }
  assert {
    condition     = google_project_iam_member.nodes[0].role == "roles/container.defaultNodeServiceAccount" && google_project_iam_member.nodes[0].member == "serviceAccount:ledger-gke-use1@ledger-test.iam.gserviceaccount.com"
    error_message = "Nodes must have the least role that GKE works with."
  }
  assert {
    condition = {
      for key, member in google_artifact_registry_repository_iam_member.nodes : key => [member.project, member.location, member.repository, member.role]
    } == { "projects/images/locations/us/repositories/ledger" = ["images", "us", "ledger", "roles/artifactregistry.reader"] }
    error_message = "Nodes must read the named repositories, and no others."
  }
  assert {
    # Firewall rules reach nodes of Autopilot by this tag alone.
    condition     = tolist(google_container_cluster.region[0].node_pool_auto_config[0].network_tags[0].tags) == tolist(["ledger-nodes"])
    error_message = "Nodes must have the tag that the rule for health checks targets."
  }
}

run "upgrades_come_at_the_weekend" {
  command = plan

  assert {
    condition = [
      google_container_cluster.region[0].maintenance_policy[0].recurring_window[0].start_time,
      google_container_cluster.region[0].maintenance_policy[0].recurring_window[0].end_time,
      google_container_cluster.region[0].maintenance_policy[0].recurring_window[0].recurrence,
    ] == ["2026-01-03T02:00:00Z", "2026-01-03T08:00:00Z", "FREQ=WEEKLY;BYDAY=SA,SU"]
    error_message = "Upgrades must come on Saturdays and Sundays from 02:00 to 08:00 UTC."
  }
}

run "upgrades_over_midnight_and_not_in_december" {
  command = plan
  variables {
    cluster = {
      release_channel = "STABLE"
      maintenance = {
        days  = ["TU", "TH"]
        start = "22:30"
        hours = 8
        exclusions = [
          { name = "close of the year", start = "2026-12-01T00:00:00Z", end = "2027-01-05T00:00:00Z" },
        ]
      }
    }
  }

  assert {
    condition     = google_container_cluster.region[0].maintenance_policy[0].recurring_window[0].end_time == "2026-01-04T06:30:00Z" && google_container_cluster.region[0].maintenance_policy[0].recurring_window[0].recurrence == "FREQ=WEEKLY;BYDAY=TU,TH"
    error_message = "A window may end on the next day."
  }
  assert {
    condition     = one(google_container_cluster.region[0].maintenance_policy[0].maintenance_exclusion).exclusion_options[0].scope == "NO_MINOR_UPGRADES"
    error_message = "An exclusion must keep minor upgrades out."
  }
}

run "own_keys" {
  command = plan
  variables {
    cluster = {
      cmek_key      = "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/gke"
      boot_disk_key = "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/disks"
    }
  }

  assert {
    condition     = google_container_cluster.region[0].database_encryption[0].state == "ENCRYPTED" && google_container_cluster.region[0].database_encryption[0].key_name == "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/gke"
    error_message = "Kubernetes' secrets must be encrypted with the key."
  }
  assert {
    condition     = google_container_cluster.region[0].cluster_autoscaling[0].auto_provisioning_defaults[0].boot_disk_kms_key == "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/disks"
    error_message = "The nodes' disks must be encrypted with the key."
  }
}

run "the_workload_is_its_kubernetes_account" {
  command = plan

  assert {
    condition     = output.workload_principal == "principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"
    error_message = "The workload must be known by its Kubernetes account, without a service account of Google's."
  }
  assert {
    condition     = output.workload == { namespace = "ledger", service_account = "ledger-api", service = "ledger-api", port = 8080, min_replicas = 3, min_zones = 2 }
    error_message = "Where the workload has to run must be told."
  }
}

run "two_ledgers_in_one_project" {
  command = plan
  variables {
    name        = "second"
    dr_region   = "europe-west1"
    secrets     = ["signing"]
    config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/workload:v1" }
  }

  assert {
    # The clusters of a project share their identities: the same namespace would be the same workload.
    condition     = strcontains(output.workload_principal, "/ns/second/")
    error_message = "Each ledger must have a namespace of its own."
  }
  assert {
    condition = alltrue([
      for name in concat(
        [output.neg_name, output.cluster.name, google_redis_instance.redis[0].name, google_parameter_manager_regional_parameter.runtime.parameter_id],
        [google_sql_database_instance.primary[0].name, google_sql_database_instance.replica[0].name],
        [google_service_account.nodes[0].account_id, google_service_account.sql[0].account_id, google_service_account.config_sync[0].account_id],
        values(google_secret_manager_secret.region)[*].secret_id,
      ) : startswith(name, "second-")
    ])
    error_message = "Every name must begin with the ledger's."
  }
}

run "names_as_long_as_they_may_be" {
  command = plan
  variables {
    name      = "a-ledger-with-20-let"
    dr_region = "europe-west12"
    region    = "northamerica-south1"
    network = {
      id                          = "projects/ledger-test/global/networks/n"
      subnet_id                   = "projects/ledger-test/regions/northamerica-south1/subnetworks/n"
      pods_range                  = "pods"
      services_range              = "services"
      node_tag                    = "nodes"
      private_services_connection = "projects/ledger-test/global/networks/n:servicenetworking.googleapis.com"
    }
    config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/workload:v1" }
  }

  assert {
    condition     = alltrue([for account in [google_service_account.nodes[0], google_service_account.sql[0], google_service_account.config_sync[0]] : length(account.account_id) <= 30])
    error_message = "Ids of service accounts have at most 30 characters."
  }
  assert {
    condition     = length(output.cluster.name) <= 40 && google_service_account.nodes[0].account_id == "a-ledger-with-20-let-gke-nas1"
    error_message = "Names of clusters have at most 40 characters."
  }
}

run "neg_and_spread" {
  command = plan
  variables {
    workload = { service = "api", port = 9090, min_zones = 3 }
  }

  assert {
    condition     = output.neg_name == "ledger-api-us-east1" && output.neg_annotation == "{\"exposed_ports\":{\"9090\":{\"name\":\"ledger-api-us-east1\"}}}"
    error_message = "The annotation must name the NEG that the load balancer looks for, at the Service's port."
  }
  assert {
    condition     = output.topology_spread[0].topologyKey == "topology.kubernetes.io/zone" && output.topology_spread[0].whenUnsatisfiable == "DoNotSchedule" && output.topology_spread[0].maxSkew == 1
    error_message = "A zone without pods has no NEG: pods must be spread, not only where it is convenient."
  }
  assert {
    condition     = output.topology_spread[0].minDomains == 3 && output.topology_spread[0].labelSelector.matchLabels["app.kubernetes.io/name"] == "api"
    error_message = "The spread must be over as many zones as the load balancer waits for."
  }
}

run "guarded" {
  command = plan

  assert {
    condition     = google_container_cluster.region[0].deletion_protection
    error_message = "deletion_protection must guard the cluster."
  }
}

run "unguarded" {
  command = plan
  variables {
    deletion_protection = false
    dr_region           = "europe-west1"
    secrets             = ["signing"]
  }

  assert {
    condition     = !google_container_cluster.region[0].deletion_protection && !google_redis_instance.redis[0].deletion_protection && !google_secret_manager_secret.region["signing"].deletion_protection
    error_message = "Without deletion_protection nothing may refuse."
  }
  assert {
    condition     = alltrue([for instance in [google_sql_database_instance.primary[0], google_sql_database_instance.replica[0]] : !instance.deletion_protection && !instance.settings[0].deletion_protection_enabled])
    error_message = "Without deletion_protection Cloud SQL must refuse neither to Terraform nor to others."
  }
  assert {
    # PostgreSQL would not drop what is in use; both go with the instance.
    condition     = google_sql_database.ledger[0].deletion_policy == "ABANDON" && google_sql_user.workload[0].deletion_policy == "ABANDON"
    error_message = "Database and user must be left to go with the instance."
  }
}
