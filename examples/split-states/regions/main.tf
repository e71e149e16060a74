# One region, in a state of its own: its cluster, Cloud SQL, cache and what the
# workload reads. No apply here can touch another region.

locals {
  name = coalesce(var.region, terraform.workspace)
  # In the form that the module wants, so that the error below is the only one.
  nowhere = { subnet_id = "projects/none/regions/${local.name}/subnetworks/none", pods_range = "none", services_range = "none", dr_region = null, directed_reads = [] }
  region  = try(var.foundation.regions[local.name], local.nowhere)
}

module "region" {
  source = "../../../modules/region"

  project_id          = var.foundation.project_id
  project_number      = var.foundation.project_number
  name                = var.foundation.name
  labels              = var.foundation.labels
  region              = local.name
  deletion_protection = var.deletion_protection
  network = merge(var.foundation.network, {
    subnet_id      = local.region.subnet_id
    pods_range     = local.region.pods_range
    services_range = local.region.services_range
    neg_cleanup    = proveniq_neg_cleanup.this.id
  })
  config_sync = var.config_image == null ? null : {
    image         = var.config_image
    fleet_feature = false
    feature       = var.foundation.config_sync_feature
  }
  workload  = { min_replicas = var.min_replicas }
  dr_region = local.region.dr_region
  runtime = {
    spanner = {
      database       = var.foundation.spanner.database
      role           = var.foundation.spanner.api_role
      leader         = var.foundation.spanner.leader_region
      directed_reads = local.region.directed_reads
    }
    webhook_queue = lookup(var.edge.webhook_queues, local.name, null)
  }
  jwt_key = var.foundation.jwt_key
}

# What a deleted cluster leaves behind holds the subnet. It goes after the cluster;
# the subnet goes with foundation, later still.
resource "proveniq_neg_cleanup" "this" {
  project   = var.foundation.project_id
  network   = var.foundation.network.id
  region    = local.name
  neg_names = ["${var.foundation.name}-api-${local.name}"]

  deletion_protection = var.deletion_protection

  lifecycle {
    precondition {
      condition     = contains(keys(var.foundation.regions), local.name)
      error_message = "foundation has no subnet for ${local.name}, only for ${join(", ", keys(var.foundation.regions))}: name the region there, apply, and hand its output over again."
    }
    precondition {
      condition     = contains(["default", local.name], terraform.workspace)
      error_message = "The workspace ${terraform.workspace} is not the state of ${local.name}: this plan would replace one region by another. Select workspace ${local.name}, or leave region null."
    }
  }
}
