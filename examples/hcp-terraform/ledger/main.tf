# The ledger, applied by HCP Terraform. The module comes from git at a release,
# so that a run is what was reviewed.

terraform {
  required_version = ">= 1.9"

  # The organization is TF_CLOUD_ORGANIZATION's. Each workspace with the tag is a
  # ledger of its own.
  cloud {
    workspaces {
      tags = ["ledger"]
    }
  }
}

# No credentials: each run has its own in GOOGLE_CREDENTIALS, an external_account
# that ends with the run.
provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

module "ledger" {
  source = "git::https://github.com/proveniq/terraform-provider-proveniq.git//modules/ledger?ref=v0.1.0"

  project_id     = var.project_id
  project_number = var.project_number
  labels         = { workspace = terraform.workspace }
  domains        = [var.domain]
  regions        = var.regions
  delivery       = { config_sync = var.config_image == null ? null : { image = var.config_image } }

  # Made by identity: whoever applies here may make no roles.
  analytics = { data_boost_role = "projects/${var.project_id}/roles/ledger_data_boost" }

  # Whoever applies writes the region table.
  spanner = {
    topology = var.topology
    access   = { registrars = ["serviceAccount:ledger-apply@${var.project_id}.iam.gserviceaccount.com"] }
  }
}
