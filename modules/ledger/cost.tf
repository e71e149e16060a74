# What a month costs, by the provider's dated prices and what the variables say is
# used.

locals {
  processing_units = (
    try(var.spanner.capacity.processing_units, null) != null ? var.spanner.capacity.processing_units
    : coalesce(try(var.spanner.capacity.autoscaling.min_processing_units, null), 2000)
  )
  sql_shape = try(regex("^db-(?:custom|perf-optimized-N)-(?P<vcpus>[0-9]+)(?:-(?P<mb>[0-9]+))?$", coalesce(try(var.sql.tier, null), "db-custom-4-16384")), { vcpus = "1", mb = "4096" })
  cost = provider::proveniq::monthly_cost({
    regions = length(var.regions)
    spanner = {
      base_config      = module.spanner.topology.base_config
      replicas         = [for r in coalesce(module.spanner.topology.replicas, []) : { location = r.location, count = r.count }]
      processing_units = local.processing_units
      storage_gb       = var.promises.usage.spanner_gb
      backup_gb        = var.promises.usage.backup_gb
      replicated_gb    = var.promises.usage.replicated_gb
      commitment_years = var.promises.usage.commitment_years
    }
    gke = {
      pods              = sum([for r in var.regions : coalesce(r.replicas, var.workload.min_replicas)]) / length(var.regions)
      vcpu_per_pod      = var.workload.vcpu
      memory_gb_per_pod = var.workload.memory_gb
    }
    sql = var.sql == null ? null : {
      vcpus             = tonumber(local.sql_shape.vcpus)
      memory_gb         = tonumber(coalesce(local.sql_shape.mb, 1024 * 8 * tonumber(local.sql_shape.vcpus))) / 1024
      high_availability = var.sql.regional == false ? 0 : 1
      replicas          = local.several ? 1 : 0
      storage_gb        = coalesce(var.sql.disk_gb, 50)
    }
    cache = var.cache == null ? null : {
      memory_gb         = coalesce(var.cache.memory_gb, 5)
      high_availability = coalesce(var.cache.replicas, 1) > 0 ? 1 : 0
    }
    edge = {
      internet_gb       = var.promises.usage.internet_gb
      cdn_gb            = var.promises.usage.cdn_gb
      processed_gb      = var.promises.usage.internet_gb
      security_policies = 2
      security_rules    = 10
      million_requests  = var.promises.usage.million_requests
    }
  }, var.promises.prices_usd)
}

check "budget" {
  assert {
    condition     = var.budget == null || local.cost.total_usd <= try(var.budget.monthly, 0) || try(var.budget.currency, "USD") != "USD"
    error_message = "A month costs about ${ceil(local.cost.total_usd)} USD at list prices, which is above the budget of ${try(var.budget.monthly, 0)}: ${join(", ", [for name, usd in local.cost.components : "${name} ${ceil(usd)}"])}. Raise budget.monthly, or build less."
  }
}
