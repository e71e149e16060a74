locals {
  makes_cluster = var.existing.cluster == null
  fleet_project = local.makes_cluster || try(var.existing.cluster.fleet_membership, null) == null ? coalesce(var.cluster.fleet_project, var.project_id) : split("/", var.existing.cluster.fleet_membership)[1]
  # GKE registers a cluster under its own name, in its own region.
  fleet_membership = local.makes_cluster ? "projects/${local.fleet_project}/locations/${google_container_cluster.region[0].fleet[0].membership_location}/memberships/${google_container_cluster.region[0].fleet[0].membership_id}" : var.existing.cluster.fleet_membership

  # 3 January 2026 is a Saturday; GKE reads the date only as the first day that counts.
  maintenance_start = "2026-01-03T${var.cluster.maintenance.start}:00Z"
}

# Autopilot runs nodes as Compute's default account, which may edit the whole
# project, unless it is told otherwise.
resource "google_service_account" "nodes" {
  count = local.makes_cluster ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-gke-${local.region_code[var.region]}"
  display_name = "Nodes of ${local.full_name}"
}

resource "google_project_iam_member" "nodes" {
  count = local.makes_cluster ? 1 : 0

  project = var.project_id
  role    = "roles/container.defaultNodeServiceAccount"
  member  = google_service_account.nodes[0].member
}

# The workload's images may lie where its manifests do.
locals {
  image_repositories = setunion(var.workload.image_repositories, local.syncs ? [
    "projects/${local.sync_image[1]}/locations/${trimsuffix(local.sync_image[0], "-docker.pkg.dev")}/repositories/${local.sync_image[2]}"
  ] : [])
}

resource "google_artifact_registry_repository_iam_member" "nodes" {
  for_each = local.makes_cluster ? local.image_repositories : toset([])

  project    = split("/", each.key)[1]
  location   = split("/", each.key)[3]
  repository = split("/", each.key)[5]
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.nodes[0].member
}

resource "google_container_cluster" "region" {
  count = local.makes_cluster ? 1 : 0

  project             = var.project_id
  name                = local.full_name
  location            = var.region
  description         = "The ledger ${var.name} in ${var.region}."
  enable_autopilot    = true
  deletion_protection = var.deletion_protection
  network             = var.network.id
  subnetwork          = var.network.subnet_id
  resource_labels     = var.labels

  ip_allocation_policy {
    cluster_secondary_range_name  = var.network.pods_range
    services_secondary_range_name = var.network.services_range
  }

  release_channel {
    channel = var.cluster.release_channel
  }

  fleet {
    project = local.fleet_project
  }

  private_cluster_config {
    enable_private_nodes = true
  }

  # One way in, and IAM guards it: the API server has no IP endpoint.
  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = var.cluster.external_access
    }
    ip_endpoints_config {
      enabled = false
    }
  }

  anonymous_authentication_config {
    mode = "LIMITED"
  }

  rbac_binding_config {
    enable_insecure_binding_system_unauthenticated = false
    enable_insecure_binding_system_authenticated   = false
  }

  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account   = google_service_account.nodes[0].email
      oauth_scopes      = ["https://www.googleapis.com/auth/cloud-platform"]
      boot_disk_kms_key = var.cluster.boot_disk_key
    }
  }

  node_pool_auto_config {
    network_tags {
      tags = [var.network.node_tag]
    }
    node_kubelet_config {
      insecure_kubelet_readonly_port_enabled = "FALSE"
    }
  }

  dynamic "database_encryption" {
    for_each = var.cluster.cmek_key == null ? [] : [var.cluster.cmek_key]

    content {
      state    = "ENCRYPTED"
      key_name = database_encryption.value
    }
  }

  # Pods mount secrets from Secret Manager, and see new versions without a restart.
  secret_manager_config {
    enabled = true
    rotation_config {
      enabled           = true
      rotation_interval = "120s"
    }
  }

  cost_management_config {
    enabled = true
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  dynamic "binary_authorization" {
    for_each = var.cluster.binary_authorization ? [true] : []

    content {
      evaluation_mode = "PROJECT_SINGLETON_POLICY_ENFORCE"
    }
  }

  maintenance_policy {
    recurring_window {
      start_time = local.maintenance_start
      end_time   = timeadd(local.maintenance_start, "${var.cluster.maintenance.hours}h")
      recurrence = "FREQ=WEEKLY;BYDAY=${join(",", var.cluster.maintenance.days)}"
    }

    dynamic "maintenance_exclusion" {
      for_each = var.cluster.maintenance.exclusions

      content {
        exclusion_name = maintenance_exclusion.value.name
        start_time     = maintenance_exclusion.value.start
        end_time       = maintenance_exclusion.value.end
        exclusion_options {
          scope = maintenance_exclusion.value.scope
        }
      }
    }
  }

  # Nodes cannot start before their account may write logs; what else the
  # network says, such as its NEGs' clean-up, must outlive the cluster.
  depends_on = [google_project_iam_member.nodes, var.network]
}
