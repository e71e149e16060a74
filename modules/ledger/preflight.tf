# What a project must have room for, before half of it is built. Nothing is read:
# the figures come from `gcloud`, as the variables say.

locals {
  # As many of each as this ledger makes; a joined region has a group in three zones
  # at most, in every backend service.
  needs = {
    alert_policies                      = var.observability == null ? 0 : length(module.observability[0].alerts)
    backend_services                    = length(module.edge.backend_service_names)
    cloud_sql_instances                 = sum(concat([0], [for size in local.sql_sizes : 1 + size.replicas]))
    forwarding_rules                    = 4
    global_addresses                    = 3
    groups_in_a_backend_service         = 3 * length([for joined in values(local.joined) : joined if joined])
    network_endpoint_groups_in_a_region = 3
    pods_in_a_region                    = var.workload.max_replicas
    spanner_nodes                       = ceil(module.spanner.processing_units.most / 1000)
    vcpus_in_a_region                   = var.workload.max_replicas * var.workload.vcpu
  }
  beyond_quota = [for name, need in local.needs : "${name} needs ${need} and has ${var.quotas[name]}" if need > try(var.quotas[name], need)]
  missing_apis = var.owns_project || var.enabled_apis == null ? [] : sort(setsubtract(local.apis, var.enabled_apis))
}

check "quotas" {
  assert {
    condition     = length(local.beyond_quota) == 0
    error_message = "The project's quotas are too small: ${join("; ", local.beyond_quota)}. Ask for more before applying, or the apply stops half way."
  }
}

check "apis" {
  assert {
    condition     = length(local.missing_apis) == 0
    error_message = "These APIs are off in ${var.project_id}: ${join(", ", local.missing_apis)}. Enable them (gcloud services enable ...), or let this ledger do it with owns_project = true."
  }
}
