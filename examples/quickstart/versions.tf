terraform {
  required_version = ">= 1.9"

  required_providers {
    proveniq = {
      source  = "proveniq/proveniq"
      version = ">= 0.1"
    }
  }
}
