terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
    proveniq = {
      source  = "proveniq/proveniq"
      version = ">= 0.1"
    }
  }
}

provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}
