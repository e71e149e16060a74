terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source                = "hashicorp/google"
      version               = ">= 7.33, < 8"
      configuration_aliases = [google.billing]
    }
    proveniq = {
      source = "proveniq/proveniq"
    }
    own = {
      source  = "registry.example.com/acme/own"
      version = "~> 1.0"
    }
  }
}
