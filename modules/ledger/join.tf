# Each region's join. It refers to its cluster, to the backend services (which come
# with the forwarding rules, without which nobody knows its health) and to the
# schema. So a destroy writes its row and takes it out before any of them goes.

resource "proveniq_ledger_region" "this" {
  for_each = { for name, r in var.regions : name => r if local.joined[name] }

  project               = local.project_id
  ledger_id             = var.name
  region                = each.key
  neg_name              = module.region[each.key].neg_name
  capacity_percent      = each.value.capacity_percent
  min_zones             = var.workload.min_zones
  min_remaining_regions = var.deletion_protection ? var.min_remaining_regions : 0
  backend_services      = module.edge.backend_services[each.key]
  change_reason         = var.change_reason
  health                = var.join.health
  ramp                  = var.join.ramp
  drain                 = merge(var.join.drain, { settle_seconds = max(coalesce(var.join.drain.settle_seconds, 60), module.edge.draining_seconds) })
  timeouts              = var.join.timeouts

  registry = {
    database = module.spanner.schema_database_path
  }

  spanner = {
    database           = module.spanner.database.path
    required_role      = lookup(var.required_role, each.key, "NONE")
    max_commit_ms      = lookup(var.max_commit_ms, each.key, null)
    max_strong_read_ms = lookup(var.max_strong_read_ms, each.key, null)
    topology = {
      base_config        = module.spanner.topology.base_config
      replicas           = module.spanner.topology.replicas
      leader             = module.spanner.topology.leader
      read_lease_regions = module.spanner.topology.read_lease_regions
      round_trips_ms     = module.spanner.topology.round_trips_ms
    }
  }
}
