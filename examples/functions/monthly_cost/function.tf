locals {
  cost = provider::proveniq::monthly_cost({
    regions = 3
    spanner = {
      base_config      = "nam3"
      replicas         = [{ location = "europe-west1" }, { location = "asia-southeast1" }]
      processing_units = 2000
      storage_gb       = 500
      commitment_years = 1
    }
    gke   = { pods = 20, vcpu_per_pod = 1, memory_gb_per_pod = 4 }
    sql   = { vcpus = 4, memory_gb = 16, high_availability = true }
    cache = { memory_gb = 5 }
    edge  = { internet_gb = 1000, cdn_gb = 10240 }
  }, { spanner_node_added_replica = 0.65 })
}

output "cost" {
  value = {
    total        = local.cost.total_usd
    components   = local.cost.components
    extra_region = local.cost.extra_region_usd
  }
}

check "budget" {
  assert {
    condition     = local.cost.total_usd <= 15000
    error_message = "The estimate is above the budget; these prices in it are assumed: ${join(", ", local.cost.assumed)}."
  }
}
