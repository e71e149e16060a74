# The levers: where requests go, what is refused, which region takes part with what
# share. Everything here can be planned and applied in seconds, and none of it can
# lose data: the database and the clusters are in other states.

module "edge" {
  source = "../../../modules/edge"

  project_id          = var.foundation.project_id
  name                = var.foundation.name
  labels              = var.foundation.labels
  deletion_protection = var.deletion_protection
  domains             = var.domains
  regions = {
    for name in keys(var.foundation.regions) : name => {
      joined           = contains(keys(var.joined), name)
      capacity_percent = lookup(var.capacity_percent, name, 100)
      min_endpoints    = var.min_replicas
    }
  }
  leader_region    = var.foundation.spanner.leader_region
  write_routing    = var.write_routing
  mode             = var.mode
  read_only_answer = var.read_only_answer
  traffic_shift = var.traffic_shift == null ? null : {
    stable_regions = var.traffic_shift.stable
    global_percent = var.traffic_shift.percent
  }
}

# It refers to the forwarding rules through the services, so that a destroy drains
# the regions before it takes the edge from them.
resource "proveniq_ledger_region" "this" {
  for_each = var.joined

  project               = var.foundation.project_id
  ledger_id             = var.foundation.name
  region                = each.key
  neg_name              = each.value
  capacity_percent      = lookup(var.capacity_percent, each.key, 100)
  min_zones             = 2
  min_remaining_regions = var.deletion_protection && length(var.foundation.regions) > 1 ? 1 : 0
  backend_services      = module.edge.backend_services[each.key]
  change_reason         = var.change_reason
  health                = var.pace.health
  ramp                  = var.pace.ramp
  drain                 = merge(var.pace.drain, { settle_seconds = module.edge.draining_seconds })

  registry = {
    database = var.foundation.spanner.database
  }

  spanner = {
    database      = var.foundation.spanner.database
    required_role = lookup(var.foundation.spanner.required_role, each.key, "NONE")
    topology      = var.foundation.spanner.topology
  }
}
