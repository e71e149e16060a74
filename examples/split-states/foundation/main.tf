# What is there once, is changed seldom, and is the dearest to lose: the project's
# own settings, the network, the signing key and the database. Who may use the
# database is said here too, so that who turns the levers need not be able to.

locals {
  labels = merge(var.labels, { ledger = var.name })

  by_slot = [for key in sort([for name, r in var.regions : format("%02d/%s", r.slot, name)]) : split("/", key)[1]]
  several = length(var.regions) > 1

  # Where a Cloud SQL replica goes at first: to the region just below; for the lowest
  # to the one just above.
  next_regions = local.several ? { for place, name in local.by_slot : name => local.by_slot[place == 0 ? 1 : place - 1] } : {}

  # The project, once its APIs are on: whatever is made in it comes after them.
  project_id = one(distinct(values(google_project_service.this)[*].project))
}

resource "google_project_service" "this" {
  for_each = toset([
    "anthosconfigmanagement.googleapis.com",
    "artifactregistry.googleapis.com",
    "certificatemanager.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudtasks.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "dns.googleapis.com",
    "gkehub.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "parametermanager.googleapis.com",
    "redis.googleapis.com",
    "secretmanager.googleapis.com",
    "servicenetworking.googleapis.com",
    "spanner.googleapis.com",
    "sqladmin.googleapis.com",
    "storage.googleapis.com",
  ])

  project            = var.project_id
  service            = each.key
  disable_on_destroy = false
}

# It stays there when further regions come.
resource "terraform_data" "dr_region" {
  for_each = local.next_regions

  input = each.value

  lifecycle {
    ignore_changes = [input]
  }
}

module "network" {
  source = "../../../modules/network"

  project_id          = local.project_id
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  regions             = { for name, r in var.regions : name => { slot = r.slot } }
}

module "spanner" {
  source = "../../../modules/spanner"

  project_id          = local.project_id
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  topology            = var.topology
  extra_replicas      = var.topology == "three-continents" ? [{ location = "europe-west4" }, { location = "asia-southeast2" }] : []
  ledger_regions      = keys(var.regions)
  required_role       = var.required_role
  capacity            = var.capacity
  fine_grained        = var.fine_grained
  access = {
    api        = var.workload_principals
    sealer     = var.workload_principals
    webhooks   = var.workload_principals
    registrars = var.registrars
  }
}

# Signs the sessions of all regions.
resource "google_kms_key_ring" "jwt" {
  project  = local.project_id
  name     = "${var.name}-jwt"
  location = "global"
}

resource "google_kms_crypto_key" "jwt" {
  name     = "${var.name}-jwt"
  key_ring = google_kms_key_ring.jwt.id
  purpose  = "ASYMMETRIC_SIGN"
  labels   = local.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = "HSM"
  }
}

resource "google_kms_crypto_key_iam_member" "jwt" {
  for_each = var.workload_principals

  crypto_key_id = google_kms_crypto_key.jwt.id
  role          = "roles/cloudkms.signerVerifier"
  member        = each.key
}

# The fleet has it once; each region's cluster is then a member.
resource "google_gke_hub_feature" "config_sync" {
  project         = local.project_id
  name            = "configmanagement"
  location        = "global"
  labels          = local.labels
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}
