# What follows from the map of regions. Nothing here goes by the alphabet, so that
# a further region changes no other.

locals {
  labels  = merge(var.labels, { ledger = var.name })
  several = length(var.regions) > 1

  by_slot = [for key in sort([for name, r in var.regions : format("%02d/%s", r.slot, name)]) : split("/", key)[1]]

  # Where a region's replica goes by itself: to the region just below; for the lowest
  # to the one just above.
  next_regions = local.several ? { for place, name in local.by_slot : name => local.by_slot[place == 0 ? 1 : place - 1] } : {}
  dr_regions = {
    for name, r in var.regions : name =>
    r.dr_region != null || !local.several ? r.dr_region :
    contains(keys(var.regions), terraform_data.dr_region[name].input) ? terraform_data.dr_region[name].input : local.next_regions[name]
  }

  config_sync = var.delivery.config_sync != null
  delivered   = local.config_sync || var.delivery.pipeline

  joined = {
    for name, r in var.regions : name => r.joined != null ? r.joined : local.delivered || r.existing.neg_name != null
  }

  protected = { for name, r in var.regions : name => r.deletion_protection != null ? r.deletion_protection : var.deletion_protection }

  namespace = coalesce(var.workload.namespace, var.name)

  # All clusters of a project share one pool of identities, so this is one identity
  # in every region. The pool comes with the first cluster: what is granted to the
  # identity is granted after it.
  workload_principal = module.region[local.by_slot[0]].workload_principal

  # Of where Spanner is, not of where it is wanted: the two differ until it is moved.
  leader        = module.spanner.serving.leader
  leader_region = contains(keys(var.regions), local.leader) ? local.leader : null

  # Stale reads go to the nearest replica. With one region there is no other.
  directed_reads = {
    for name in keys(var.regions) : name => local.several && module.spanner.serving.region_floors[name].nearest_read_region != null ? [
      { location = module.spanner.serving.region_floors[name].nearest_read_region, type = null }
    ] : []
  }
}

# A replica stays where it was put first: a further region, whatever its slot, moves
# nobody's. Only when that region leaves is the rule asked again.
resource "terraform_data" "dr_region" {
  for_each = { for name, next in local.next_regions : name => next if var.regions[name].dr_region == null }

  input = each.value

  lifecycle {
    ignore_changes = [input]
  }
}
