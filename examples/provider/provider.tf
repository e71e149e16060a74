terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
    proveniq = {
      source  = "proveniq/proveniq"
      version = "~> 0.1"
    }
  }
}

# Both providers read the same arguments and environment variables, so that
# what configures one configures the other.
provider "google" {
  project                     = "proveniq-ledger"
  impersonate_service_account = "terraform@proveniq-ledger.iam.gserviceaccount.com"
}

provider "proveniq" {
  project                     = "proveniq-ledger"
  impersonate_service_account = "terraform@proveniq-ledger.iam.gserviceaccount.com"
}
