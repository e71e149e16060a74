# What capacity and edition follow from what is asked for.

locals {
  # What Google recommends to run at. The autoscaler reacts within minutes and not
  # over a day, so where several regions vote its total is 50 percent.
  ceilings = {
    high_priority = data.proveniq_spanner_topology.this.cpu_high_priority_ceiling_percent
    total         = data.proveniq_spanner_topology.this.multi_region ? 50 : data.proveniq_spanner_topology.this.cpu_total_ceiling_percent
  }
  # Until a move is done they have to do for the home too.
  ceilings_now = { for name, percent in local.ceilings : name => min(percent, local.home.cpu_ceilings[name]) }

  autoscaling = var.capacity.autoscaling == null ? null : merge(var.capacity.autoscaling, {
    high_priority_cpu_percent = coalesce(var.capacity.autoscaling.high_priority_cpu_percent, local.ceilings_now.high_priority)
    total_cpu_percent         = coalesce(var.capacity.autoscaling.total_cpu_percent, local.ceilings_now.total)
  })
  asymmetric = try(local.autoscaling.asymmetric, {})

  cpu_targets = local.autoscaling == null ? {} : merge(
    {
      "high priority" = { percent = local.autoscaling.high_priority_cpu_percent, ceiling = local.ceilings_now.high_priority }
      "total"         = { percent = local.autoscaling.total_cpu_percent, ceiling = local.ceilings_now.total }
    },
    { for location, own in local.asymmetric : "high priority in ${location}" => { percent = own.high_priority_cpu_percent, ceiling = local.ceilings_now.high_priority } if own.high_priority_cpu_percent != null },
    { for location, own in local.asymmetric : "total in ${location}" => { percent = own.total_cpu_percent, ceiling = local.ceilings_now.total } if own.total_cpu_percent != null },
  )
  cpu_above_ceiling = [
    for name, target in local.cpu_targets : "${name} ${target.percent} %, at most ${target.ceiling} %" if target.percent > target.ceiling
  ]

  # Google takes a target below or at that of high priority tasks from nobody.
  cpu_pairs = local.autoscaling == null ? {} : merge(
    { "the instance" = { high_priority = local.autoscaling.high_priority_cpu_percent, total = local.autoscaling.total_cpu_percent } },
    {
      for location, own in local.asymmetric : location => {
        high_priority = coalesce(own.high_priority_cpu_percent, local.autoscaling.high_priority_cpu_percent)
        total         = coalesce(own.total_cpu_percent, local.autoscaling.total_cpu_percent)
      }
    },
  )
  cpu_upside_down = [for where, pair in local.cpu_pairs : "for ${where}: ${pair.total} % and ${pair.high_priority} %" if pair.total <= pair.high_priority]

  read_only_locations  = sort(distinct([for replica in data.proveniq_spanner_topology.this.replicas_all : replica.location if replica.type == "READ_ONLY"]))
  asymmetric_elsewhere = sort(setsubtract(keys(local.asymmetric), local.read_only_locations))

  edition_rank = { STANDARD = 1, ENTERPRISE = 2, ENTERPRISE_PLUS = 3 }
  edition_asked_by = merge(
    { (local.config) = data.proveniq_spanner_topology.this.edition },
    # Until a move is done the instance still needs what its home needs.
    { (local.home.config) = local.home.edition },
    local.autoscaling == null ? {} : { "managed autoscaling" = "ENTERPRISE" },
    !var.backups.incremental.enabled ? {} : { "incremental backups" = "ENTERPRISE" },
  )
  edition_needed = [
    for name, rank in local.edition_rank : name if rank == max([for asked in values(local.edition_asked_by) : local.edition_rank[asked]]...)
  ][0]
  edition_reasons = join(", ", [for what, asked in local.edition_asked_by : "${what} has ${asked}" if asked == local.edition_needed])
  edition         = coalesce(var.edition, local.edition_needed)
}
