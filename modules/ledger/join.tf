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
      base_config        = module.spanner.serving.base_config
      replicas           = module.spanner.serving.replicas
      leader             = module.spanner.serving.leader
      read_lease_regions = module.spanner.serving.read_lease_regions
      round_trips_ms     = module.spanner.serving.round_trips_ms
    }
  }

  # What is asked of the region has to hold after a move too, and not turn out then.
  lifecycle {
    precondition {
      condition     = length(local.lost_by_move[each.key]) == 0
      error_message = "Spanner is to be moved to where ${each.key} would have ${join(" and ", local.lost_by_move[each.key])}. Choose another spanner.topology, or ask for less in ${each.key}."
    }
  }
}

locals {
  # Empty for what is in force already: that the resource checks itself.
  lost_by_move = {
    for name in keys(var.regions) : name => module.spanner.serving == module.spanner.topology ? [] : concat(
      local.role_rank[module.spanner.topology.region_floors[name].role] >= local.role_rank[lookup(var.required_role, name, "NONE")] ? [] : [
        "the role ${module.spanner.topology.region_floors[name].role} (required_role is ${var.required_role[name]})",
      ],
      [
        for limit in [
          { argument = "max_commit_ms", asked = lookup(var.max_commit_ms, name, null), least = module.spanner.topology.region_floors[name].commit_at_least_ms },
          { argument = "max_strong_read_ms", asked = lookup(var.max_strong_read_ms, name, null), least = module.spanner.topology.region_floors[name].strong_read_at_least_ms },
        ] : "${limit.least} ms at least (${limit.argument} is ${limit.asked})" if try(limit.least > limit.asked, false)
      ],
    )
  }
  # Whoever writes also reads; a witness serves nobody.
  role_rank = { NONE = 0, WITNESS = 1, ANY_REPLICA = 2, READ_ONLY = 2, READ_WRITE = 3 }
}
