# What the ledger uses for reports, observability, messages, migration, costs
# and code at the edge of the load balancer. With change = true everything
# changes that can be changed in place.
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

variable "billing_account" {
  type    = string
  default = "012345-6789AB-CDEF01"
}

variable "change" {
  type    = bool
  default = false
}

locals {
  region = "us-east1"
  labels = var.change ? { ledger = "proveniq", stage = "two" } : { ledger = "proveniq" }
}

resource "google_service_account" "reports" {
  account_id   = "ledger-reports"
  display_name = "Ledger reports"
}
