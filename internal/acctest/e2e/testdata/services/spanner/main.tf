# The ledger's Spanner: a configuration with a replica in all three regions, an
# instance that scales by itself, its databases, backups and policies.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
  }
}

provider "google" {
  project = "proveniq-local"
}

variable "change" {
  description = "Changes what can be changed in place."
  type        = bool
  default     = false
}

variable "project_number" {
  description = "Number of the project, which names Spanner's service agent."
  type        = string
  default     = "100000000001"
}

locals {
  # Who may read and write; the pool of a cluster exists only once there is one.
  api = "group:ledger-operators@example.com"

  # Of nam3's own replicas and of those that the configuration adds.
  key_regions = toset(["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"])
}

resource "google_kms_key_ring" "ledger" {
  for_each = local.key_regions

  name     = "ledger-spanner"
  location = each.key
}

resource "google_kms_crypto_key" "ledger" {
  for_each = local.key_regions

  name     = "ledger"
  key_ring = google_kms_key_ring.ledger[each.key].id
}

resource "google_kms_crypto_key_iam_member" "spanner" {
  for_each = local.key_regions

  crypto_key_id = google_kms_crypto_key.ledger[each.key].id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${var.project_number}@gcp-sa-spanner.iam.gserviceaccount.com"
}

resource "google_spanner_instance_config" "ledger" {
  name         = "custom-ledger-nam3"
  display_name = var.change ? "Ledger, three continents" : "Ledger"
  base_config  = "nam3"
  labels       = { system = var.change ? "ledger-2" : "ledger" }

  dynamic "replicas" {
    for_each = ["asia-southeast1", "europe-west1"]
    content {
      location = replicas.value
      type     = "READ_ONLY"
    }
  }
}

resource "google_spanner_instance" "ledger" {
  name                         = "ledger"
  config                       = "projects/proveniq-local/instanceConfigs/${google_spanner_instance_config.ledger.name}"
  display_name                 = var.change ? "Ledger (changed)" : "Ledger"
  edition                      = "ENTERPRISE_PLUS"
  default_backup_schedule_type = "NONE"
  labels                       = { environment = var.change ? "test-2" : "test" }

  autoscaling_config {
    autoscaling_limits {
      min_processing_units = 1000
      max_processing_units = var.change ? 5000 : 3000
    }
    autoscaling_targets {
      high_priority_cpu_utilization_percent = var.change ? 40 : 45
      total_cpu_utilization_percent         = 50
      storage_utilization_percent           = 90
    }
    asymmetric_autoscaling_options {
      replica_selection {
        location = "europe-west1"
      }
      overrides {
        autoscaling_limits {
          min_processing_units = var.change ? 2000 : 1000
          max_processing_units = 4000
        }
      }
    }
  }
}

resource "google_spanner_instance" "regional" {
  name             = "ledger-regional"
  config           = "regional-europe-west1"
  display_name     = "Ledger regional"
  edition          = var.change ? "ENTERPRISE" : "STANDARD"
  processing_units = var.change ? 2000 : 200
}

resource "google_spanner_database" "ledger" {
  instance                 = google_spanner_instance.ledger.name
  name                     = "ledger"
  version_retention_period = var.change ? "5d" : "7d"
  enable_drop_protection   = false
  deletion_protection      = false
  ddl = concat([
    "CREATE TABLE Events (Id STRING(36) NOT NULL, Body JSON) PRIMARY KEY (Id)",
    "CREATE CHANGE STREAM EventsStream FOR Events",
    ], var.change ? [
    "CREATE TABLE Proofs (Id STRING(36) NOT NULL, Seq INT64 NOT NULL) PRIMARY KEY (Id, Seq), INTERLEAVE IN PARENT Events",
  ] : [])

  encryption_config {
    kms_key_names = [for region in sort(local.key_regions) : google_kms_crypto_key.ledger[region].id]
  }

  depends_on = [google_kms_crypto_key_iam_member.spanner]
}

# Its schema belongs to somebody else.
resource "google_spanner_database" "schema_elsewhere" {
  instance            = google_spanner_instance.ledger.name
  name                = "elsewhere"
  deletion_protection = false

  lifecycle {
    ignore_changes = [ddl]
  }
}

resource "google_spanner_database" "postgres" {
  instance               = google_spanner_instance.regional.name
  name                   = "metadata"
  database_dialect       = "POSTGRESQL"
  default_time_zone      = "UTC"
  enable_drop_protection = !var.change
  deletion_protection    = false
  ddl                    = ["CREATE TABLE tenants (id varchar(36) PRIMARY KEY, name varchar(100) NOT NULL)"]
}

resource "google_spanner_backup_schedule" "full" {
  instance           = google_spanner_instance.ledger.name
  database           = google_spanner_database.ledger.name
  name               = "daily"
  retention_duration = var.change ? "864000s" : "604800s"

  spec {
    cron_spec {
      text = var.change ? "0 3 * * *" : "0 2 * * *"
    }
  }
  full_backup_spec {}

  encryption_config {
    encryption_type = "USE_DATABASE_ENCRYPTION"
  }
}

resource "google_spanner_backup_schedule" "incremental" {
  instance           = google_spanner_instance.ledger.name
  database           = google_spanner_database.schema_elsewhere.name
  name               = "often"
  retention_duration = "172800s"

  spec {
    cron_spec {
      text = "0 */6 * * *"
    }
  }
  incremental_backup_spec {}
}

resource "google_spanner_instance_iam_member" "viewer" {
  instance = google_spanner_instance.ledger.name
  role     = "roles/spanner.viewer"
  member   = local.api
}

resource "google_spanner_instance_iam_binding" "backups" {
  instance = google_spanner_instance.regional.name
  role     = "roles/spanner.backupWriter"
  members  = concat([local.api], var.change ? ["group:operators@example.com"] : [])
}

resource "google_spanner_database_iam_member" "user" {
  instance = google_spanner_instance.ledger.name
  database = google_spanner_database.ledger.name
  role     = "roles/spanner.databaseUser"
  member   = local.api
}

resource "google_spanner_database_iam_member" "reports" {
  instance = google_spanner_instance.ledger.name
  database = google_spanner_database.ledger.name
  role     = "roles/spanner.databaseReaderWithDataBoost"
  member   = local.api

  condition {
    title      = "until_the_audit"
    expression = "request.time < timestamp(\"2030-01-01T00:00:00Z\")"
  }
}

data "google_spanner_database" "elsewhere" {
  instance = google_spanner_instance.ledger.name
  name     = google_spanner_database.schema_elsewhere.name
}

output "elsewhere_state" {
  value = data.google_spanner_database.elsewhere.state
}
