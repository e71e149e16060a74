# What the ledger stands on: APIs, identities, keys, secrets, names, certificates, files and queues.

terraform {
  required_providers {
    google = {
      source = "hashicorp/google"
    }
  }
}

provider "google" {
  project = var.project
}

variable "project" {
  type    = string
  default = "proveniq-local"
}

variable "change" {
  type        = bool
  description = "Changes whatever can be changed in place."
  default     = false
}

locals {
  regions = ["us-east1", "europe-west1"]
  apis = toset([
    "certificatemanager.googleapis.com", "cloudkms.googleapis.com", "cloudtasks.googleapis.com", "dns.googleapis.com",
    "iam.googleapis.com", "parametermanager.googleapis.com", "secretmanager.googleapis.com",
  ])
  # Encrypts and decrypts for Secret Manager; Google makes it with the API.
  secret_agent = "serviceAccount:service-${data.google_project.this.number}@gcp-sa-secretmanager.iam.gserviceaccount.com"
  labels       = { stage = var.change ? "after" : "before" }
}

data "google_project" "this" {}

resource "google_project_service" "api" {
  for_each = local.apis

  service            = each.key
  disable_on_destroy = false
}

resource "google_project_service" "extra" {
  service                    = "pubsub.googleapis.com"
  disable_on_destroy         = true
  disable_dependent_services = true
}

# Identities

resource "google_service_account" "api" {
  account_id   = "ledger-api"
  display_name = var.change ? "Ledger API (after)" : "Ledger API"
  description  = "Runs the ledger."
  depends_on   = [google_project_service.api]
}

# Not together with another change: provider 7.45 would wait for a display name "true".
resource "google_service_account" "deployer" {
  account_id = "deployer"
  disabled   = var.change
}

resource "google_service_account_iam_member" "deployer" {
  service_account_id = google_service_account.api.name
  role               = "roles/iam.serviceAccountUser"
  member             = google_service_account.deployer.member
}

resource "google_project_iam_custom_role" "reader" {
  role_id     = "ledgerReader"
  title       = var.change ? "Ledger reader (after)" : "Ledger reader"
  description = "Reads proofs."
  permissions = var.change ? ["spanner.databases.select", "spanner.sessions.create"] : ["spanner.databases.select"]
  stage       = "GA"
}

resource "google_project_iam_member" "reader" {
  project = var.project
  role    = google_project_iam_custom_role.reader.id
  member  = google_service_account.api.member
}

resource "google_project_iam_member" "api" {
  for_each = toset(["roles/cloudtrace.agent", "roles/monitoring.metricWriter", "roles/logging.logWriter"])

  project = var.project
  role    = each.key
  member  = google_service_account.api.member
}

resource "google_project_iam_member" "office_hours" {
  project = var.project
  role    = "roles/viewer"
  member  = google_service_account.deployer.member

  condition {
    title      = "until"
    expression = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}

resource "google_project_iam_binding" "browsers" {
  project = var.project
  role    = "roles/browser"
  members = var.change ? [google_service_account.api.member, google_service_account.deployer.member] : [google_service_account.api.member]
}

resource "google_project_iam_audit_config" "kms" {
  project = var.project
  service = "cloudkms.googleapis.com"

  audit_log_config {
    log_type = "DATA_READ"
  }
  audit_log_config {
    log_type = "DATA_WRITE"
  }
}

resource "google_iam_workload_identity_pool" "ci" {
  workload_identity_pool_id = "continuous-delivery"
  display_name              = var.change ? "CI after" : "CI"
  description               = "Pipelines."
}

resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.ci.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  display_name                       = var.change ? "GitHub after" : "GitHub"
  attribute_condition                = "assertion.repository_owner == \"proveniq\""
  attribute_mapping = {
    "google.subject"       = "assertion.sub"
    "attribute.repository" = "assertion.repository"
  }

  oidc {
    issuer_uri = "https://token.actions.githubusercontent.com"
  }
}

resource "google_service_account_iam_member" "pipelines" {
  service_account_id = google_service_account.deployer.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/${google_iam_workload_identity_pool.ci.name}/attribute.repository/proveniq/ledger"
  depends_on         = [google_iam_workload_identity_pool_provider.github]
}

# Keys

resource "google_kms_key_ring" "ledger" {
  for_each = toset(local.regions)

  name       = "ledger"
  location   = each.key
  depends_on = [google_project_service.api]
}

resource "google_kms_crypto_key" "data" {
  for_each = google_kms_key_ring.ledger

  name                       = "data"
  key_ring                   = each.value.id
  rotation_period            = var.change ? "5184000s" : "7776000s"
  destroy_scheduled_duration = "2592000s"
  labels                     = local.labels
}

resource "google_kms_crypto_key" "signing" {
  name     = "signing"
  key_ring = google_kms_key_ring.ledger["us-east1"].id
  purpose  = "ASYMMETRIC_SIGN"
  labels   = local.labels

  version_template {
    algorithm        = "EC_SIGN_P256_SHA256"
    protection_level = "HSM"
  }
}

data "google_kms_crypto_key_version" "signing" {
  crypto_key = google_kms_crypto_key.signing.id
}

output "signing_key" {
  description = "The ledger's public key."
  value       = data.google_kms_crypto_key_version.signing.public_key[0].pem
}

resource "google_kms_crypto_key_iam_member" "secrets" {
  for_each = google_kms_crypto_key.data

  crypto_key_id = each.value.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = local.secret_agent
}

resource "google_kms_key_ring_iam_member" "viewer" {
  key_ring_id = google_kms_key_ring.ledger["us-east1"].id
  role        = "roles/cloudkms.viewer"
  member      = google_service_account.api.member
}

data "google_storage_project_service_account" "this" {}

resource "google_kms_crypto_key_iam_member" "storage" {
  crypto_key_id = google_kms_crypto_key.data["us-east1"].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = data.google_storage_project_service_account.this.member
}

# Secrets and parameters

resource "google_secret_manager_secret" "redis" {
  secret_id           = "redis-auth"
  labels              = local.labels
  annotations         = local.labels
  version_aliases     = var.change ? { current = "1" } : null
  version_destroy_ttl = "86400s"

  replication {
    user_managed {
      dynamic "replicas" {
        for_each = local.regions

        content {
          location = replicas.value

          customer_managed_encryption {
            kms_key_name = google_kms_crypto_key.data[replicas.value].id
          }
        }
      }
    }
  }

  depends_on = [google_kms_crypto_key_iam_member.secrets]
}

resource "google_secret_manager_secret_version" "redis" {
  secret      = google_secret_manager_secret.redis.id
  secret_data = "hunter2"
  enabled     = !var.change
}

resource "google_secret_manager_secret" "jwt" {
  secret_id  = "jwt"
  depends_on = [google_project_service.api]

  replication {
    auto {}
  }
}

resource "google_secret_manager_secret_version" "jwt" {
  secret                 = google_secret_manager_secret.jwt.id
  secret_data_wo         = var.change ? "second" : "first"
  secret_data_wo_version = var.change ? 2 : 1
}

data "google_secret_manager_secret_version" "redis" {
  count = var.change ? 0 : 1

  secret     = google_secret_manager_secret.redis.secret_id
  depends_on = [google_secret_manager_secret_version.redis]
}

resource "google_secret_manager_secret_iam_member" "api" {
  secret_id = google_secret_manager_secret.jwt.id
  role      = "roles/secretmanager.secretAccessor"
  member    = google_service_account.api.member
}

resource "google_parameter_manager_parameter" "settings" {
  parameter_id = "ledger-settings"
  format       = "JSON"
  labels       = local.labels
  depends_on   = [google_project_service.api]
}

resource "google_parameter_manager_parameter_version" "settings" {
  parameter            = google_parameter_manager_parameter.settings.id
  parameter_version_id = "v1"
  parameter_data       = jsonencode({ mode = "read_write" })
  disabled             = var.change
}

# Names and certificates

resource "google_dns_managed_zone" "public" {
  name          = "ledger"
  dns_name      = "ledger.example.com."
  description   = var.change ? "After." : "Before."
  force_destroy = true
  labels        = local.labels
  depends_on    = [google_project_service.api]

  dnssec_config {
    state         = "on"
    non_existence = "nsec3"
  }

  cloud_logging_config {
    enable_logging = var.change
  }
}

data "google_dns_keys" "public" {
  managed_zone = google_dns_managed_zone.public.id
}

output "ds_record" {
  description = "For the registrar."
  value       = data.google_dns_keys.public.key_signing_keys[0].ds_record
}

resource "google_dns_record_set" "a" {
  name         = "api.${google_dns_managed_zone.public.dns_name}"
  managed_zone = google_dns_managed_zone.public.name
  type         = "A"
  ttl          = var.change ? 60 : 300
  rrdatas      = var.change ? ["203.0.113.7", "203.0.113.8"] : ["203.0.113.7"]
}

resource "google_dns_record_set" "aaaa" {
  name         = "api.${google_dns_managed_zone.public.dns_name}"
  managed_zone = google_dns_managed_zone.public.name
  type         = "AAAA"
  ttl          = 300
  rrdatas      = ["2001:db8::1"]
}

resource "google_dns_record_set" "caa" {
  name         = google_dns_managed_zone.public.dns_name
  managed_zone = google_dns_managed_zone.public.name
  type         = "CAA"
  ttl          = 300
  rrdatas      = ["0 issue \"pki.goog\""]
}

resource "google_dns_record_set" "geo" {
  name         = "geo.${google_dns_managed_zone.public.dns_name}"
  managed_zone = google_dns_managed_zone.public.name
  type         = "A"
  ttl          = 60

  routing_policy {
    geo {
      location = "us-east1"
      rrdatas  = ["203.0.113.9"]
    }
    geo {
      location = "europe-west1"
      rrdatas  = [var.change ? "203.0.113.11" : "203.0.113.10"]
    }
  }
}

resource "google_dns_managed_zone_iam_member" "deployer" {
  managed_zone = google_dns_managed_zone.public.name
  role         = "roles/dns.reader"
  member       = google_service_account.deployer.member
}

resource "google_certificate_manager_dns_authorization" "ledger" {
  name        = "ledger"
  domain      = "api.ledger.example.com"
  description = var.change ? "After." : "Before."
  labels      = local.labels
  depends_on  = [google_project_service.api]
}

resource "google_dns_record_set" "authorization" {
  name         = google_certificate_manager_dns_authorization.ledger.dns_resource_record[0].name
  managed_zone = google_dns_managed_zone.public.name
  type         = google_certificate_manager_dns_authorization.ledger.dns_resource_record[0].type
  ttl          = 300
  rrdatas      = [google_certificate_manager_dns_authorization.ledger.dns_resource_record[0].data]
}

resource "google_certificate_manager_certificate" "ledger" {
  name        = "ledger"
  description = var.change ? "After." : "Before."
  labels      = local.labels

  managed {
    domains            = [google_certificate_manager_dns_authorization.ledger.domain]
    dns_authorizations = [google_certificate_manager_dns_authorization.ledger.id]
  }
}

resource "google_certificate_manager_certificate_map" "ledger" {
  name        = "ledger"
  description = var.change ? "After." : "Before."
  labels      = local.labels
  depends_on  = [google_project_service.api]
}

resource "google_certificate_manager_certificate_map_entry" "api" {
  name         = "api"
  map          = google_certificate_manager_certificate_map.ledger.name
  description  = var.change ? "After." : "Before."
  certificates = [google_certificate_manager_certificate.ledger.id]
  hostname     = google_certificate_manager_dns_authorization.ledger.domain
}

resource "google_certificate_manager_certificate_map_entry" "primary" {
  name         = "primary"
  map          = google_certificate_manager_certificate_map.ledger.name
  certificates = [google_certificate_manager_certificate.ledger.id]
  matcher      = "PRIMARY"
}

# Files

resource "google_storage_bucket" "static" {
  name                        = "${var.project}-static"
  location                    = "US"
  storage_class               = "STANDARD"
  uniform_bucket_level_access = true
  public_access_prevention    = var.change ? "enforced" : "inherited"
  force_destroy               = true
  labels                      = local.labels

  versioning {
    enabled = true
  }

  website {
    main_page_suffix = "index.html"
    not_found_page   = "404.html"
  }

  cors {
    origin          = ["https://ledger.example.com"]
    method          = var.change ? ["GET", "HEAD"] : ["GET"]
    response_header = ["Content-Type"]
    max_age_seconds = 3600
  }

  lifecycle_rule {
    action {
      type = "Delete"
    }
    condition {
      age                = var.change ? 60 : 30
      num_newer_versions = 3
    }
  }
}

resource "google_storage_bucket" "evidence" {
  name                        = "${var.project}-evidence"
  location                    = "us-east1"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
  force_destroy               = true

  retention_policy {
    retention_period = var.change ? 7200 : 3600
  }

  soft_delete_policy {
    retention_duration_seconds = 604800
  }

  encryption {
    default_kms_key_name = google_kms_crypto_key.data["us-east1"].id
  }

  logging {
    log_bucket = google_storage_bucket.static.name
  }

  depends_on = [google_kms_crypto_key_iam_member.storage]
}

resource "google_storage_bucket_object" "index" {
  name          = "pages/index.html"
  bucket        = google_storage_bucket.static.name
  content       = var.change ? "<p>after</p>" : "<p>before</p>"
  content_type  = "text/html"
  cache_control = "public, max-age=60"
}

data "google_storage_bucket_object_content" "index" {
  name       = google_storage_bucket_object.index.name
  bucket     = google_storage_bucket.static.name
  depends_on = [google_storage_bucket_object.index]
}

output "page" {
  description = "What was uploaded."
  value       = data.google_storage_bucket_object_content.index.content
}

resource "google_storage_bucket_iam_member" "api" {
  bucket = google_storage_bucket.static.name
  role   = "roles/storage.objectViewer"
  member = google_service_account.api.member
}

# Queues

resource "google_cloud_tasks_queue" "webhooks" {
  for_each = toset(local.regions)

  name       = "webhooks"
  location   = each.key
  depends_on = [google_project_service.api]

  rate_limits {
    max_concurrent_dispatches = var.change ? 200 : 100
    max_dispatches_per_second = 500
  }

  retry_config {
    min_backoff   = "1s"
    max_backoff   = "300s"
    max_doublings = 8
    max_attempts  = var.change ? 20 : 12
  }

  stackdriver_logging_config {
    sampling_ratio = 0.1
  }
}

resource "google_cloud_tasks_queue_iam_member" "api" {
  for_each = google_cloud_tasks_queue.webhooks

  name     = each.value.name
  location = each.key
  role     = "roles/cloudtasks.enqueuer"
  member   = google_service_account.api.member
}
