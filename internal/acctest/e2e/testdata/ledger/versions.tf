# A ledger in several regions, about a hundred resources: what the end-to-end
# test builds, changes and takes down. The modules' own root takes its place
# once they are there.

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
  project        = var.project
  default_labels = { ledger = "main" }
}

provider "proveniq" {
  project = var.project
}

variable "project" {
  description = "Id of the project that holds everything."
  type        = string
  default     = "proveniq-local"
}

variable "regions" {
  description = "The ledger's regions: slot is the region's place in the address plan, capacity its share of traffic in percent (0 drains it)."
  type        = map(object({ slot = number, capacity = optional(number, 100) }))
  default = {
    asia-southeast1 = { slot = 2 }
    europe-west1    = { slot = 1 }
    us-east1        = { slot = 0 }
  }
}

variable "schema_version" {
  description = "1 is the first schema; 2 adds a column and an index."
  type        = number
  default     = 1
}

variable "min_remaining_regions" {
  description = "How many regions must go on serving when others leave."
  type        = number
  default     = 1
}
