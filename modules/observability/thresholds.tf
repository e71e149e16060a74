# What every threshold is, after the variable's basis, the floors and the
# reader's own figures are put together.
locals {
  attainable = var.thresholds.basis == "attainable"
  regions    = sort(keys(var.regions))
  classes    = sort(keys(var.edge.backend_services))
  cached     = sort([for class in var.edge.cached_classes : class if contains(local.classes, class)])

  # Region to the floors, 0 where one is not known.
  floors = {
    for region in local.regions : region => {
      rw_txn      = try(coalesce(var.spanner.floors[region].rw_txn_floor_ms, 0), 0)
      commit      = try(coalesce(var.spanner.floors[region].commit_floor_ms, 0), 0)
      strong_read = try(coalesce(var.spanner.floors[region].strong_read_floor_ms, 0), 0)
      stale_read  = try(coalesce(var.spanner.floors[region].stale_read_floor_ms, 0), 0)
      none        = 0
    }
  }
  # Backend services of one class of traffic: one for each region, as
  # webhook-us-east1, or a second one while traffic shifts, as write-global.
  home_regions = {
    for class in local.classes : class => one([for region in local.regions : region if endswith(class, "-${region}")])
  }
  base_classes = {
    for class in local.classes : class => trimsuffix(local.home_regions[class] == null ? class : trimsuffix(class, "-${local.home_regions[class]}"), "-global")
  }
  # Class to the kind of floor, and to region to the floor that bounds it.
  floor_kinds = { for class, base in local.base_classes : class => lookup(var.class_floors, class, lookup(var.class_floors, base, "none")) }
  class_floors = {
    for class, base in local.base_classes : class => {
      for region in local.regions : region => try(
        var.latency_floors_ms[class][region],
        var.latency_floors_ms[base][region],
        local.floors[region][local.floor_kinds[class]],
      )
    }
  }

  severities = ["warning", "critical"]
  as_documented = {
    api_latency_p99_ms       = { warning = 500, critical = 1000 }
    error_rate_percent       = { warning = 0.1, critical = 1 }
    spanner_cpu_percent      = { warning = 65, critical = 85 }
    unhealthy_regions        = { warning = 1, critical = 2 }
    spanner_commit_p99_ms    = { warning = 50, critical = 100 }
    sql_replica_lag_seconds  = { warning = 1, critical = 60 }
    spanner_error_percent    = { warning = 0.1, critical = 1 }
    leader_elsewhere_percent = { warning = 10, critical = 50 }
  }
  # What differs where the document's figure cannot work.
  corrected = {
    spanner_cpu_percent     = var.spanner.multi_region ? { warning = 45, critical = 65 } : { warning = 65, critical = 85 }
    sql_replica_lag_seconds = { warning = 10, critical = 60 }
  }
  # Row to severity to figure, without what depends on a region.
  thresholds = {
    for row, documented in local.as_documented : row => {
      for severity in local.severities : severity => coalesce(
        lookup(var.thresholds[row], severity, null),
        (local.attainable ? lookup(local.corrected, row, documented) : documented)[severity],
      )
    }
  }

  # Row to the floors that its defaults stand above, where it has any.
  row_floors = {
    api_latency_p99_ms    = distinct(flatten([for floors in local.class_floors : values(floors)]))
    spanner_commit_p99_ms = distinct([for floors in local.floors : floors.commit])
  }

  # How much of a floor a threshold leaves at least: the floor is the best case,
  # a percentile has queues and retries on top.
  floor_margins = { warning = 1.5, critical = 3 }

  # Severity to class to region to milliseconds.
  latency_thresholds = {
    for severity in local.severities : severity => {
      for class in local.classes : class => {
        for region in local.regions : region => (
          local.attainable && lookup(var.thresholds.api_latency_p99_ms, severity, null) == null
          ? max(local.thresholds.api_latency_p99_ms[severity], ceil(local.floor_margins[severity] * local.class_floors[class][region]))
          : local.thresholds.api_latency_p99_ms[severity]
        )
      }
    }
  }
  # Severity to region to milliseconds.
  commit_thresholds = {
    for severity in local.severities : severity => {
      for region in local.regions : region => (
        local.attainable && lookup(var.thresholds.spanner_commit_p99_ms, severity, null) == null
        ? max(local.thresholds.spanner_commit_p99_ms[severity], ceil(local.floor_margins[severity] * local.floors[region].commit))
        : local.thresholds.spanner_commit_p99_ms[severity]
      )
    }
  }
  # Class to percent of the answers that the cache should give.
  cache_hit_percent = {
    for class in local.cached : class => lookup(var.thresholds.cache_hit_percent, class, local.attainable && class != "static" ? 80 : 95)
  }

  # Class to region to the target of the latency objective, in milliseconds.
  latency_targets = {
    for class in local.classes : class => {
      for region in local.regions : region => lookup(var.slo.latency_targets_ms, class, (
        local.attainable
        ? max(var.slo.latency_target_ms, ceil(1.5 * local.class_floors[class][region]))
        : var.slo.latency_target_ms
      ))
    }
  }

  joined = [for region in local.regions : region if var.regions[region].joined]
  probed = var.live ? local.joined : []
  # All regions are always critical, also where there are fewer than two.
  critical_regions = min(local.thresholds.unhealthy_regions.critical, length(local.joined))
}

# What is not refused, because the document or the user wants it, is said.
check "latency_thresholds_above_floors" {
  assert {
    condition = alltrue(flatten([for class, regions in local.latency_thresholds.warning : [for region, threshold in regions : threshold >= local.class_floors[class][region]]]))
    error_message = "thresholds.api_latency_p99_ms.warning is below what is physically possible and fires always: ${join("; ", flatten([
      for class, regions in local.latency_thresholds.warning : [
        for region, threshold in regions : "${class} from ${region} has a floor of ${local.class_floors[class][region]} ms, the threshold is ${threshold} ms" if threshold < local.class_floors[class][region]
      ]
    ]))}."
  }
}

check "commit_thresholds_above_floors" {
  assert {
    condition = alltrue([for region, threshold in local.commit_thresholds.warning : threshold >= local.floors[region].commit])
    error_message = "thresholds.spanner_commit_p99_ms.warning is below what is physically possible and fires always: ${join("; ", [
      for region, threshold in local.commit_thresholds.warning : "a commit from ${region} takes ${local.floors[region].commit} ms at least, the threshold is ${threshold} ms" if threshold < local.floors[region].commit
    ])}. Use thresholds.basis = \"attainable\", or send writes to the leader's region."
  }
}

check "latency_objective_above_floors" {
  assert {
    condition = alltrue(flatten([for class, regions in local.latency_targets : [for region, target in regions : target >= local.class_floors[class][region]]]))
    error_message = "The latency objective cannot be met and its burn-rate alerts fire always: ${join("; ", flatten([
      for class, regions in local.latency_targets : [
        for region, target in regions : "${class} from ${region} within ${target} ms, the floor is ${local.class_floors[class][region]} ms" if target < local.class_floors[class][region]
      ]
    ]))}. Use thresholds.basis = \"attainable\", or move Spanner's leader."
  }
}

check "spanner_cpu_leaves_room" {
  assert {
    condition     = !var.spanner.multi_region || local.thresholds.spanner_cpu_percent.warning <= 45
    error_message = "thresholds.spanner_cpu_percent.warning is ${local.thresholds.spanner_cpu_percent.warning} %, and above 45 % of high priority the other regions cannot carry a lost region's load. Between the two nothing warns."
  }
}
