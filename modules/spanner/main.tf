# Where the data lives: what is wanted, the configuration that has it, and the
# instance in it.

locals {
  topologies = {
    "three-continents" = { base_config = "nam3", leader = "us-east1", locations = ["europe-west1", "asia-southeast1"] }
    "as-documented"    = { base_config = "nam-eur-asia1", leader = null, locations = [] }
    "regional"         = { base_config = "regional-${coalesce(var.region, "unset")}", leader = null, locations = [] }
    "custom" = {
      base_config = basename(try(var.custom.base_config, "unset"))
      leader      = null
      locations   = try(var.custom.replicas[*].location, [])
    }
  }
  base_config = local.topologies[var.topology].base_config
  replicas = [
    for location in concat(local.topologies[var.topology].locations, var.extra_replicas[*].location) : { location = location, count = 1 }
  ]
  leader = var.leader != null ? var.leader : local.topologies[var.topology].leader

  # A configuration can never be changed, only made and deleted. Its name says
  # what is in it, so other contents are another configuration beside it.
  short_name = coalesce(try(var.custom.short_name, null), local.base_config)
  contents   = substr(sha256(join(" ", concat([local.base_config], sort(local.replicas[*].location)))), 0, 6)
  config     = length(local.replicas) == 0 ? local.base_config : "custom-${var.name}-${local.short_name}-${local.contents}"

  wanted = {
    config         = local.config
    base_config    = local.base_config
    locations      = sort(local.replicas[*].location)
    leader         = data.proveniq_spanner_topology.this.multi_region ? data.proveniq_spanner_topology.this.leader : null
    leader_options = data.proveniq_spanner_topology.this.leader_options
    lease_options  = data.proveniq_spanner_topology.this.multi_region ? sort(distinct([for r in data.proveniq_spanner_topology.this.replicas_all : r.location if r.type != "WITNESS"])) : []
    read_leases    = sort(var.read_lease_regions)
    edition        = data.proveniq_spanner_topology.this.edition
    cpu_ceilings   = local.ceilings
  }

  # Ours, that is those with replicas of our own. The instance may still be in
  # its home, so that one stays until the move is done.
  configs = merge(
    length(local.home.locations) == 0 ? {} : { (local.home.config) = local.home },
    length(local.wanted.locations) == 0 ? {} : { (local.wanted.config) = local.wanted },
  )
}

# Google's table of configurations, and what follows from a choice. Nothing is
# read: the table is part of the provider.
data "proveniq_spanner_topology" "this" {
  base_config        = local.base_config
  replicas           = local.replicas
  leader             = local.leader
  read_lease_regions = var.read_lease_regions
  regions            = var.ledger_regions
  round_trips_ms     = var.round_trips_ms
}

# The same without read leases: the difference is what a write pays for them.
data "proveniq_spanner_topology" "without_leases" {
  count = length(var.read_lease_regions) == 0 ? 0 : 1

  base_config    = local.base_config
  replicas       = local.replicas
  leader         = local.leader
  regions        = var.ledger_regions
  round_trips_ms = var.round_trips_ms
}

resource "google_spanner_instance_config" "this" {
  for_each = local.configs

  project      = var.project_id
  name         = each.key
  display_name = "${var.name} on ${each.value.base_config}"
  base_config  = each.value.base_config
  labels       = var.labels

  # Only what is added; the provider adds the base's own.
  dynamic "replicas" {
    for_each = each.value.locations
    content {
      location = replicas.value
      type     = "READ_ONLY"
    }
  }
}

resource "google_spanner_instance" "this" {
  project                      = var.project_id
  name                         = "${var.name}-spanner"
  display_name                 = "${var.name} ledger"
  config                       = "projects/${var.project_id}/instanceConfigs/${try(google_spanner_instance_config.this[local.config].name, local.config)}"
  edition                      = local.edition
  processing_units             = var.capacity.processing_units
  default_backup_schedule_type = "NONE"
  labels                       = var.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
  # Google keeps an instance that has backups, so they go with it, when deletion_policy
  # lets it go. This never changes: the google provider would send an update of no
  # field, which Spanner refuses.
  force_destroy = true

  dynamic "autoscaling_config" {
    for_each = local.autoscaling == null ? [] : [local.autoscaling]
    content {
      autoscaling_limits {
        min_processing_units = autoscaling_config.value.min_processing_units
        max_processing_units = autoscaling_config.value.max_processing_units
      }
      autoscaling_targets {
        high_priority_cpu_utilization_percent = autoscaling_config.value.high_priority_cpu_percent
        total_cpu_utilization_percent         = autoscaling_config.value.total_cpu_percent
        storage_utilization_percent           = autoscaling_config.value.storage_percent
      }
      dynamic "asymmetric_autoscaling_options" {
        for_each = autoscaling_config.value.asymmetric
        content {
          replica_selection {
            location = asymmetric_autoscaling_options.key
          }
          overrides {
            autoscaling_target_high_priority_cpu_utilization_percent = asymmetric_autoscaling_options.value.high_priority_cpu_percent
            autoscaling_target_total_cpu_utilization_percent         = asymmetric_autoscaling_options.value.total_cpu_percent
            autoscaling_limits {
              min_processing_units = coalesce(asymmetric_autoscaling_options.value.min_processing_units, autoscaling_config.value.min_processing_units)
              max_processing_units = coalesce(asymmetric_autoscaling_options.value.max_processing_units, autoscaling_config.value.max_processing_units)
            }
          }
        }
      }
    }
  }

  lifecycle {
    ignore_changes = [config]

    precondition {
      condition     = local.edition_rank[local.edition] >= local.edition_rank[local.edition_needed]
      error_message = "edition ${local.edition} is too low for this ledger, which needs ${local.edition_needed}: ${local.edition_reasons}. Leave edition null, or ask for less."
    }
    precondition {
      condition     = length(local.cpu_above_ceiling) == 0
      error_message = "capacity.autoscaling aims above what leaves room for the loss of a ${data.proveniq_spanner_topology.this.multi_region ? "region" : "zone"}: ${join("; ", local.cpu_above_ceiling)}. Lower the targets, or leave them null."
    }
    precondition {
      condition     = length(local.cpu_upside_down) == 0
      error_message = "capacity.autoscaling: the total CPU target must be above the high priority one, and is not ${join("; ", local.cpu_upside_down)}. What asymmetric leaves null is the instance's."
    }
    precondition {
      condition     = length(local.asymmetric_elsewhere) == 0
      error_message = "capacity.autoscaling.asymmetric names ${join(", ", local.asymmetric_elsewhere)}, where ${local.config} has no read-only replica. It has some in: ${join(", ", local.read_only_locations)}."
    }
    precondition {
      condition     = length(local.roles_unmet) == 0
      error_message = "required_role is not met by ${local.base_config}: ${join(", ", local.roles_unmet)}. Choose another topology or add replicas there (offered: ${local.offered}), or ask for less."
    }

    # Also when nothing else changes: a configuration that is in use must not go.
    postcondition {
      condition     = !startswith(basename(self.config), "custom-${var.name}-") || contains(concat(keys(local.configs), [local.config]), basename(self.config))
      error_message = "The instance lives in ${basename(self.config)}, which this plan would delete. Either the last move is not done and finished_moves was raised too early, or it is done and finished_moves has to be raised before topology, custom or extra_replicas change again."
    }
  }
}
