# What a plan accepts and Google refuses, each mistake under what Google says of
# it, and the resources that they need.

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

data "google_project" "this" {}

# refused: Not found or permission denied for service(s): secretmanger.googleapis.com
resource "google_project_service" "typo" {
  service = "secretmanger.googleapis.com"
}

# refused: Permission spaner.databases.select is not valid
resource "google_project_iam_custom_role" "typo" {
  role_id     = "typo"
  title       = "t"
  permissions = ["spaner.databases.select"]
}

# refused: projects/proveniq-local/roles/absent
resource "google_project_iam_member" "no_role" {
  project = var.project
  role    = "projects/${var.project}/roles/absent"
  member  = "user:a@example.com"
}

resource "google_service_account" "a" { account_id = "account-a" }

# refused: Identity Pool does not exist (proveniq-local.svc.id.goog)
resource "google_service_account_iam_member" "no_cluster" {
  service_account_id = google_service_account.a.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principal://iam.googleapis.com/projects/${data.google_project.this.number}/locations/global/workloadIdentityPools/${var.project}.svc.id.goog/subject/ns/a/sa/b"
}

# refused: Service account nobody@proveniq-local.iam.gserviceaccount.com does not exist
resource "google_service_account_iam_member" "no_account" {
  service_account_id = google_service_account.a.name
  role               = "roles/iam.serviceAccountUser"
  member             = "serviceAccount:nobody@${var.project}.iam.gserviceaccount.com"
}

# refused: Key creation is not allowed on this service account
resource "google_service_account_key" "k" { service_account_id = google_service_account.a.name }

resource "google_iam_workload_identity_pool" "p" { workload_identity_pool_id = "ci-pool" }

# refused: The attribute condition must reference one of the provider
resource "google_iam_workload_identity_pool_provider" "github" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.p.workload_identity_pool_id
  workload_identity_pool_provider_id = "github"
  attribute_mapping                  = { "google.subject" = "assertion.sub" }
  oidc { issuer_uri = "https://token.actions.githubusercontent.com" }
}

resource "google_kms_key_ring" "r" {
  name     = "ring"
  location = "us-east1"
}

resource "google_kms_crypto_key" "k" {
  name     = "k"
  key_ring = google_kms_key_ring.r.id
}

# refused: CryptoKeys of purpose ASYMMETRIC_SIGN cannot be rotated automatically
resource "google_kms_crypto_key" "rotating_signer" {
  name            = "s"
  key_ring        = google_kms_key_ring.r.id
  purpose         = "ASYMMETRIC_SIGN"
  rotation_period = "7776000s"
  version_template { algorithm = "EC_SIGN_P256_SHA256" }
}

# refused: The algorithm GOOGLE_SYMMETRIC_ENCRYPTION
resource "google_kms_crypto_key" "wrong_algorithm" {
  name     = "w"
  key_ring = google_kms_key_ring.r.id
  purpose  = "ASYMMETRIC_SIGN"
  version_template { algorithm = "GOOGLE_SYMMETRIC_ENCRYPTION" }
}

# refused: @gs-project-accounts.iam.gserviceaccount.com., failedPrecondition
resource "google_storage_bucket" "no_grant" {
  name     = "${var.project}-mistake-no-grant"
  location = "us-east1"
  encryption { default_kms_key_name = google_kms_crypto_key.k.id }
}

# refused: is in us-east1, it must be in us
resource "google_storage_bucket" "elsewhere" {
  name     = "${var.project}-mistake-elsewhere"
  location = "US"
  encryption { default_kms_key_name = google_kms_crypto_key.k.id }
}

# refused: The specified location constraint is not valid: 'US-EAST9'
resource "google_storage_bucket" "nowhere" {
  name     = "${var.project}-mistake-nowhere"
  location = "us-east9"
}

resource "google_storage_bucket" "closed" {
  name                        = "${var.project}-mistake-closed"
  location                    = "US"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

# refused: since public access prevention is enforced
resource "google_storage_bucket_iam_member" "public" {
  bucket = google_storage_bucket.closed.name
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

# refused: @gcp-sa-secretmanager.iam.gserviceaccount.com., failedPrecondition
resource "google_secret_manager_secret" "no_grant" {
  secret_id = "no-grant"
  replication {
    user_managed {
      replicas {
        location = "us-east1"
        customer_managed_encryption { kms_key_name = google_kms_crypto_key.k.id }
      }
    }
  }
}

# refused: 'global' is no place for a replica of a secret
resource "google_secret_manager_secret" "half" {
  secret_id = "half"
  replication {
    user_managed {
      replicas {
        location = "global"
      }
    }
  }
}

resource "google_parameter_manager_parameter" "p" {
  parameter_id = "p"
  format       = "JSON"
}

# refused: The payload is no JSON, which the parameter's format wants
resource "google_parameter_manager_parameter_version" "p" {
  parameter            = google_parameter_manager_parameter.p.id
  parameter_version_id = "v1"
  parameter_data       = "mode: read_only"
}

resource "google_dns_managed_zone" "z" {
  name     = "z"
  dns_name = "example.com."
}

# refused: Invalid value for 'entity.change.additions[0].name': 'api.example.org.'
resource "google_dns_record_set" "outside" {
  name         = "api.example.org."
  managed_zone = google_dns_managed_zone.z.name
  type         = "A"
  rrdatas      = ["203.0.113.7"]
}

# refused: The resource record set 'entity.change.additions[0]' is invalid because a
resource "google_dns_record_set" "apex_cname" {
  name         = "example.com."
  managed_zone = google_dns_managed_zone.z.name
  type         = "CNAME"
  rrdatas      = ["a.example.net."]
}

# refused: Invalid value for 'entity.change.additions[0].rrdata': '203.0.113.7'
resource "google_dns_record_set" "wrong_data" {
  name         = "v6.example.com."
  managed_zone = google_dns_managed_zone.z.name
  type         = "AAAA"
  rrdatas      = ["203.0.113.7"]
}

# refused: The wildcard domain '*.example.com' needs a DNS authorization
resource "google_certificate_manager_certificate" "wildcard" {
  name = "wildcard"
  managed { domains = ["*.example.com"] }
}

resource "google_certificate_manager_dns_authorization" "a" {
  name   = "a"
  domain = "example.com"
}

# refused: None of the DNS authorizations is for the domain 'api.example.com'
resource "google_certificate_manager_certificate" "other" {
  name = "other"
  managed {
    domains            = ["api.example.com"]
    dns_authorizations = [google_certificate_manager_dns_authorization.a.id]
  }
}

resource "google_certificate_manager_certificate" "c" {
  name = "c"
  managed {
    domains            = ["example.com"]
    dns_authorizations = [google_certificate_manager_dns_authorization.a.id]
  }
}

resource "google_certificate_manager_certificate_map" "m" { name = "m" }

resource "google_certificate_manager_certificate_map_entry" "one" {
  name         = "one"
  map          = google_certificate_manager_certificate_map.m.name
  certificates = [google_certificate_manager_certificate.c.id]
  hostname     = "example.com"
}

# refused: The certificate map has the
resource "google_certificate_manager_certificate_map_entry" "two" {
  name         = "two"
  map          = google_certificate_manager_certificate_map.m.name
  certificates = [google_certificate_manager_certificate.c.id]
  hostname     = "example.com"
  depends_on   = [google_certificate_manager_certificate_map_entry.one]
}

# refused: RateLimits.max_dispatches_per_second must be at most 500, not 1000
resource "google_cloud_tasks_queue" "fast" {
  name     = "fast"
  location = "us-east1"
  rate_limits { max_dispatches_per_second = 1000 }
}

# refused: RetryConfig.max_backoff must be at least min_backoff (60s), not 10s
resource "google_cloud_tasks_queue" "backoff" {
  name     = "backoff"
  location = "us-east1"
  retry_config {
    min_backoff = "60s"
    max_backoff = "10s"
  }
}
