locals {
  syncs = var.config_sync != null
  # <location>-docker.pkg.dev/<project>/<repository>/<image>
  sync_image           = local.syncs ? split("/", var.config_sync.image) : []
  makes_sync_account   = local.syncs ? var.config_sync.service_account == null : false
  makes_fleet_feature  = local.syncs ? var.config_sync.fleet_feature : false
  sync_service_account = local.makes_sync_account ? google_service_account.config_sync[0].email : try(var.config_sync.service_account, null)
}

# A fleet has the feature once, however many clusters it serves.
resource "google_gke_hub_feature" "config_sync" {
  count = local.makes_fleet_feature ? 1 : 0

  project  = local.fleet_project
  name     = var.config_sync.feature
  location = "global"
  labels   = var.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}

resource "google_service_account" "config_sync" {
  count = local.makes_sync_account ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-cfg-${local.region_code[var.region]}"
  display_name = "Config Sync of ${local.full_name}"
}

resource "google_artifact_registry_repository_iam_member" "config_sync" {
  count = local.makes_sync_account ? 1 : 0

  project    = local.sync_image[1]
  location   = trimsuffix(local.sync_image[0], "-docker.pkg.dev")
  repository = local.sync_image[2]
  role       = "roles/artifactregistry.reader"
  member     = google_service_account.config_sync[0].member
}

# A fleet in another project has its own pool of identities.
resource "google_service_account_iam_member" "config_sync" {
  for_each = local.makes_sync_account ? toset([var.project_id, local.fleet_project]) : []

  service_account_id = google_service_account.config_sync[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${each.key}.svc.id.goog[config-management-system/root-reconciler]"

  depends_on = [google_container_cluster.region]
}

resource "google_gke_hub_feature_membership" "config_sync" {
  count = local.syncs ? 1 : 0

  project             = local.fleet_project
  location            = "global"
  feature             = local.makes_fleet_feature ? google_gke_hub_feature.config_sync[0].name : var.config_sync.feature
  membership          = split("/", local.fleet_membership)[5]
  membership_location = split("/", local.fleet_membership)[3]

  configmanagement {
    version    = var.config_sync.version
    management = var.config_sync.version == null ? "MANAGEMENT_AUTOMATIC" : "MANAGEMENT_MANUAL"

    config_sync {
      enabled       = true
      source_format = "unstructured"
      prevent_drift = var.config_sync.prevent_drift

      oci {
        sync_repo                 = var.config_sync.image
        policy_dir                = coalesce(var.config_sync.directory, var.region)
        sync_wait_secs            = tostring(var.config_sync.sync_wait_seconds)
        secret_type               = "gcpserviceaccount"
        gcp_service_account_email = local.sync_service_account
      }
    }
  }

  # It cannot pull before it may, nor must it lose that while it still runs.
  depends_on = [google_artifact_registry_repository_iam_member.config_sync, google_service_account_iam_member.config_sync]
}
