# Forms of the platform's resources that the ledger does not use today.

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

data "google_client_openid_userinfo" "me" {}

data "google_client_config" "this" {}

data "google_storage_project_service_account" "gcs" {}

resource "google_pubsub_topic" "t" { name = "files" }

resource "google_pubsub_topic_iam_member" "t" {
  topic  = google_pubsub_topic.t.id
  role   = "roles/pubsub.publisher"
  member = data.google_storage_project_service_account.gcs.member
}

resource "google_storage_bucket" "b" {
  name                        = "${var.project}-notify"
  location                    = "EUR4"
  rpo                         = var.change ? "ASYNC_TURBO" : "DEFAULT"
  uniform_bucket_level_access = true
  force_destroy               = true
  autoclass { enabled = true }
}

resource "google_storage_notification" "n" {
  bucket         = google_storage_bucket.b.name
  payload_format = "JSON_API_V1"
  topic          = google_pubsub_topic.t.id
  event_types    = ["OBJECT_FINALIZE"]
  depends_on     = [google_pubsub_topic_iam_member.t]
}

resource "google_storage_bucket_iam_binding" "b" {
  bucket  = google_storage_bucket.b.name
  role    = "roles/storage.objectViewer"
  members = var.change ? ["allUsers"] : ["allAuthenticatedUsers"]
}

data "google_storage_bucket" "b" { name = google_storage_bucket.b.name }

resource "google_kms_key_ring" "r" {
  name     = "other"
  location = "europe-west1"
}

resource "google_kms_crypto_key" "k" {
  name                          = "k"
  key_ring                      = google_kms_key_ring.r.id
  skip_initial_version_creation = true
}

resource "google_kms_crypto_key" "mac" {
  name     = "mac"
  key_ring = google_kms_key_ring.r.id
  purpose  = "MAC"
  version_template { algorithm = "HMAC_SHA256" }
}

resource "google_kms_crypto_key_version" "v" {
  crypto_key = google_kms_crypto_key.k.id
  state      = var.change ? "DISABLED" : "ENABLED"
}

data "google_kms_key_ring" "r" {
  name     = google_kms_key_ring.r.name
  location = "europe-west1"
}

data "google_kms_crypto_key" "k" {
  name     = google_kms_crypto_key.k.name
  key_ring = google_kms_key_ring.r.id
}

resource "google_secret_manager_regional_secret" "s" {
  secret_id = "regional"
  location  = "europe-west1"
  labels    = { a = var.change ? "b" : "a" }
}

resource "google_secret_manager_regional_secret_version" "v" {
  secret      = google_secret_manager_regional_secret.s.id
  secret_data = "x"
  enabled     = !var.change
}

resource "google_secret_manager_secret" "rotating" {
  secret_id = "rotating"
  replication {
    auto {}
  }
  topics { name = google_pubsub_topic.t.id }
  rotation {
    rotation_period    = var.change ? "7200s" : "3600s"
    next_rotation_time = "2030-01-01T00:00:00Z"
  }
}

resource "google_service_account" "a" { account_id = "another" }

data "google_service_account" "a" {
  account_id = google_service_account.a.account_id
}

data "google_service_account_access_token" "a" {
  target_service_account = google_service_account.a.email
  scopes                 = ["cloud-platform"]
}

resource "google_service_account_iam_binding" "a" {
  service_account_id = google_service_account.a.name
  role               = "roles/iam.serviceAccountTokenCreator"
  members            = var.change ? ["user:a@example.com", "user:b@example.com"] : ["user:a@example.com"]
}

resource "google_dns_managed_zone" "org" {
  name     = "org"
  dns_name = "example.org."
  dnssec_config {
    state = var.change ? "off" : "on"
    default_key_specs {
      algorithm  = "ecdsap256sha256"
      key_length = 256
      key_type   = "keySigning"
    }
    default_key_specs {
      algorithm  = "ecdsap256sha256"
      key_length = 256
      key_type   = "zoneSigning"
    }
  }
}

resource "google_dns_record_set" "txt" {
  name         = google_dns_managed_zone.org.dns_name
  managed_zone = google_dns_managed_zone.org.name
  type         = "TXT"
  ttl          = 300
  rrdatas      = [var.change ? "\"v=spf1 -all\"" : "\"v=spf1 ~all\""]
}

resource "google_dns_record_set" "ns" {
  name         = "sub.${google_dns_managed_zone.org.dns_name}"
  managed_zone = google_dns_managed_zone.org.name
  type         = "NS"
  ttl          = var.change ? 60 : 300
  rrdatas      = ["ns1.example.net.", "ns2.example.net."]
}

resource "google_dns_record_set" "wrr" {
  name         = "wrr.${google_dns_managed_zone.org.dns_name}"
  managed_zone = google_dns_managed_zone.org.name
  type         = "A"
  ttl          = 300
  routing_policy {
    wrr {
      weight  = 0.8
      rrdatas = ["10.0.0.1"]
    }
    wrr {
      weight  = 0.2
      rrdatas = ["10.0.0.2"]
    }
  }
}

resource "google_certificate_manager_dns_authorization" "d" {
  name     = "regional"
  location = "europe-west1"
  domain   = "eu.example.org"
}

resource "google_project_iam_audit_config" "all" {
  project = var.project
  service = "allServices"
  audit_log_config { log_type = var.change ? "DATA_READ" : "ADMIN_READ" }
}

resource "google_iam_workload_identity_pool" "p" {
  workload_identity_pool_id = "aws-pool"
  disabled                  = var.change
}

resource "google_iam_workload_identity_pool_provider" "aws" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.p.workload_identity_pool_id
  workload_identity_pool_provider_id = "aws-provider"
  disabled                           = var.change
  aws { account_id = "999999999999" }
}

resource "google_cloud_tasks_queue" "http" {
  name          = "http"
  location      = "us-east1"
  desired_state = var.change ? "PAUSED" : "RUNNING"
  http_target {
    http_method = "POST"
    uri_override {
      host = "api.example.org"
    }
    oidc_token { service_account_email = google_service_account.a.email }
  }
}

resource "google_parameter_manager_parameter" "p" {
  parameter_id = "encrypted"
  format       = "YAML"
}

data "google_iam_policy" "p" {
  binding {
    role    = "roles/secretmanager.secretAccessor"
    members = [google_service_account.a.member]
  }
}

resource "google_secret_manager_secret_iam_policy" "p" {
  secret_id   = google_secret_manager_secret.rotating.id
  policy_data = data.google_iam_policy.p.policy_data
}
