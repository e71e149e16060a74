# What a month costs, by the provider's dated prices and what the variables say is
# used.

locals {
  # The estimate takes regions alike: each is the mean of them.
  regions_made = length(var.regions)
  sql_sizes    = [for made in module.region : made.size.sql if made.size.sql != null]
  cache_sizes  = [for made in module.region : made.size.cache if made.size.cache != null]

  # The key that signs sessions, and those of Spanner. Whether a region has keys of
  # its own may not be known yet.
  keys = 1 + length(coalesce(var.spanner.encryption, {}))

  # Between two bounds where Spanner scales by itself: at its least all month, and at
  # its most.
  cost_bounds = {
    for bound, units in module.spanner.processing_units : bound => provider::proveniq::monthly_cost({
      regions = local.regions_made
      spanner = {
        base_config          = module.spanner.serving.base_config
        replicas             = [for r in coalesce(module.spanner.serving.replicas, []) : { location = r.location, count = r.count }]
        processing_units     = units
        storage_gb           = var.promises.usage.spanner_gb
        backup_gb            = var.promises.usage.backup_gb
        replicated_gb        = var.promises.usage.replicated_gb
        data_boost_spu_hours = var.analytics == null ? 0 : var.promises.usage.data_boost_spu_hours
        commitment_years     = var.promises.usage.commitment_years
      }
      gke = {
        pods              = sum([for r in var.regions : coalesce(r.replicas, var.workload.min_replicas)]) / local.regions_made
        vcpu_per_pod      = var.workload.vcpu
        memory_gb_per_pod = var.workload.memory_gb
      }
      sql = length(local.sql_sizes) == 0 ? null : {
        vcpus             = sum(local.sql_sizes[*].vcpus) / local.regions_made
        memory_gb         = sum(local.sql_sizes[*].memory_gb) / local.regions_made
        high_availability = alltrue(local.sql_sizes[*].regional) ? 1 : 0
        replicas          = sum(local.sql_sizes[*].replicas) / length(local.sql_sizes)
        storage_gb        = sum(local.sql_sizes[*].storage_gb) / local.regions_made
      }
      cache = length(local.cache_sizes) == 0 ? null : {
        memory_gb         = sum(local.cache_sizes[*].memory_gb) / local.regions_made
        high_availability = alltrue(local.cache_sizes[*].replicated) ? 1 : 0
      }
      edge = {
        internet_gb       = var.promises.usage.internet_gb
        cdn_gb            = var.promises.usage.cdn_gb
        processed_gb      = var.promises.usage.internet_gb
        security_policies = 2
        security_rules    = 10
        million_requests  = var.promises.usage.million_requests
      }
      network = {
        nat_gb          = var.promises.usage.nat_gb
        inter_region_gb = local.several ? var.promises.usage.inter_region_gb : 0
      }
      encryption    = { key_versions = local.keys }
      observability = { logs_gib = var.promises.usage.logs_gib, metrics_mib = var.promises.usage.metrics_mib }
    }, var.promises.prices_usd)
  }
  cost = local.cost_bounds.least
}

check "budget" {
  assert {
    condition     = var.budget == null || local.cost.total_usd <= try(var.budget.monthly, 0) || try(var.budget.currency, "USD") != "USD"
    error_message = "A month costs at least ${ceil(local.cost.total_usd)} USD at list prices, which is above the budget of ${try(var.budget.monthly, 0)}: ${join(", ", [for name, usd in local.cost.components : "${name} ${ceil(usd)}"])}. Raise budget.monthly, or build less."
  }
}
