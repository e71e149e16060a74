# Where the instance is, which is not where it is wanted while a move is left to do,
# and what can lead and hold a read lease there.

locals {
  # Where the instance was made, or last moved to.
  home = terraform_data.home.input

  # The instance's live configuration, since the argument is ignored.
  live_config = basename(google_spanner_instance.this.config)
  settled     = local.live_config == local.config

  # The same the other way round, and known before there is an instance.
  unmoved = local.home.config == local.config ? false : local.live_config != local.config

  # Where one region votes, none is chosen.
  leader_options = (local.unmoved ? local.home.leader : local.wanted.leader) == null ? [] : local.unmoved ? local.home.leader_options : local.wanted.leader_options
  lease_options  = local.unmoved ? local.home.lease_options : local.wanted.lease_options

  leads_here    = contains(local.leader_options, coalesce(local.wanted.leader, "none"))
  led_before    = [for region, led in terraform_data.leader : region if led.input]
  placed_leader = local.leads_here ? local.wanted.leader : length(local.leader_options) == 0 ? null : try(local.led_before[0], local.home.leader)
  placed_leases = [for region in local.wanted.read_leases : region if contains(local.lease_options, region)]

  serving = local.unmoved ? data.proveniq_spanner_topology.unmoved[0] : data.proveniq_spanner_topology.this
}

# Terraform cannot move an instance, and would rather delete it with all data:
# its configuration is an argument that replaces. So the instance's is ignored,
# and this remembers it until the move is done.
resource "terraform_data" "home" {
  input            = local.wanted
  triggers_replace = var.finished_moves

  lifecycle {
    ignore_changes = [input]
  }
}

# Remembers which region leads, for as long as the wanted leader has no vote where
# the instance is. Then all that might lead are kept, and the one that was there
# before is the one that did: its input is true, and never changes.
resource "terraform_data" "leader" {
  for_each = toset(local.leads_here ? [local.wanted.leader] : local.leader_options)

  input = local.leads_here

  lifecycle {
    ignore_changes = [input]

    postcondition {
      condition     = self.input || !local.leads_here
      error_message = "${each.key} is to lead, and another region did when topology was changed to one whose leader cannot lead from ${local.live_config}. Give up that change with the leader from before (leader names it), apply, and then change the leader."
    }
  }
}

# What the instance can do until it is moved.
data "proveniq_spanner_topology" "unmoved" {
  count = local.unmoved ? 1 : 0

  base_config        = local.home.base_config
  replicas           = [for location in local.home.locations : { location = location, count = 1 }]
  leader             = local.placed_leader
  read_lease_regions = local.placed_leases
  regions            = var.ledger_regions
  round_trips_ms     = var.round_trips_ms
}
