# The whole architecture in several regions: what the end-to-end test builds,
# changes and takes down.

terraform {
  required_version = ">= 1.9"
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
    proveniq = {
      source = "proveniq/proveniq"
    }
  }
}

provider "google" {
  project = var.project
}

provider "proveniq" {
  project = var.project
}

variable "project" {
  type        = string
  default     = "proveniq-local"
  description = "Id of the project that holds everything."
}

variable "project_number" {
  type        = string
  default     = "100000000001"
  description = "The project's number: the first that the local cloud gives out."
}

variable "regions" {
  type = map(object({
    slot     = number
    capacity = optional(number, 100)
    joined   = optional(bool)
  }))
  default = {
    asia-southeast1 = { slot = 2 }
    europe-west1    = { slot = 1 }
    us-east1        = { slot = 0 }
  }
  description = "The ledger's regions: slot is the region's place in the address plan, capacity its share of its rates in percent (0 drains it)."
}

variable "schema_version" {
  type        = number
  default     = 1
  description = "1 is the ledger's schema; 2 adds a table."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  description = "False before everything is taken down."
}

variable "runtime_mode" {
  type        = string
  default     = null
  description = "What the regions' runtime documents say of the mode."
}

variable "mode" {
  type        = string
  default     = "read_write"
  description = "read_only refuses writes at the edge."
}

variable "write_routing" {
  type        = string
  default     = "nearest"
  description = "nearest or leader."
}

variable "database" {
  type        = string
  default     = "ledger"
  description = "The database's name: another one is that of a restored backup."
}

variable "traffic_shift" {
  type        = object({ global_percent = number, stable_regions = set(string) })
  default     = null
  description = "While regions are added."
}

# Where the pipeline puts the workload's manifests.
resource "google_artifact_registry_repository" "ledger" {
  location      = "us"
  repository_id = "ledger"
  format        = "DOCKER"
}

module "ledger" {
  source = "../../../../../modules/ledger"

  project_id          = var.project
  project_number      = var.project_number
  name                = "main"
  labels              = { environment = "local" }
  deletion_protection = var.deletion_protection
  regions             = { for name, r in var.regions : name => { slot = r.slot, capacity_percent = r.capacity, joined = r.joined } }
  delivery            = { config_sync = { image = "us-docker.pkg.dev/${google_artifact_registry_repository.ledger.project}/${google_artifact_registry_repository.ledger.repository_id}/config:v1" } }
  secrets             = ["partner-token"]

  spanner = {
    database_name = var.database
    capacity      = { autoscaling = { min_processing_units = 1000, max_processing_units = 3000 } }
    schema = {
      files = var.schema_version < 2 ? {} : {
        "900_audits.sql" = "CREATE TABLE Audits (AuditId STRING(36) NOT NULL, AuditedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true)) PRIMARY KEY (AuditId);"
      }
    }
    # The emulator has no roles.
    fine_grained = false
  }

  domains       = ["ledger.example.com"]
  mode          = var.mode
  runtime_mode  = var.runtime_mode
  write_routing = var.write_routing
  traffic_shift = var.traffic_shift
  change_reason = "e2e"

  edge = { draining_seconds = 1 }

  # Nobody's requests are on the way here.
  join = {
    health = { stable_seconds = 1 }
    ramp   = { steps = [50], hold_seconds = 1 }
    drain  = { steps = [50], hold_seconds = 1, settle_seconds = 1 }
  }
}
