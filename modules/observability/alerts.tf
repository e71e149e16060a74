# The catalogue: every alert once, with its expression, severity, duration and
# the words that lead out of it. Policies, outputs and tests are made from it.
locals {
  # Severity to the terms of an expression: classes and regions that share a
  # limit. Without regions it is all answers of the classes.
  p99_terms = {
    for severity, limits in local.latency_thresholds : severity => flatten([
      for regional in [false, true] : [
        for signature in distinct([for class in local.classes : jsonencode(limits[class]) if contains(local.regional_classes, class) == regional]) : [
          for limit in distinct(values(jsondecode(signature))) : {
            limit    = limit
            backends = join("|", [for class in local.classes : var.edge.backend_services[class] if contains(local.regional_classes, class) == regional && jsonencode(limits[class]) == signature])
            regions  = regional ? join("|", [for region, at in jsondecode(signature) : region if at == limit]) : ""
          }
        ]
      ]
    ])
  }
  # A percentile or a share of a handful of requests is one request. Range to what
  # holds where there are more.
  enough_by_class = {
    for range in distinct([for at in local.burn_windows : at.short]) : range =>
    "sum by (backend_target_name) (rate(${local.metrics.requests}{${local.users}}[${range}])) > ${var.thresholds.minimum_requests_per_second}"
  }
  enough = "sum by (backend_target_name, ledger_region) (${format(local.with_region, "rate(${local.metrics.requests}{${local.users}}[5m])")}) > ${var.thresholds.minimum_requests_per_second}"

  latency_p99 = {
    for severity in local.severities : severity => join(" or ", [
      for term in local.p99_terms[severity] : format(
        "(histogram_quantile(0.99, sum by (le, backend_target_name, ledger_region) (%s)) > %v)",
        format(local.with_region, "rate(${local.metrics.latency}{${local.lb},backend_target_name=~\"${term.backends}\"${term.regions == "" ? "" : ",backend_scope=~\"(${term.regions})-[a-z]\""}}[5m])"),
        term.limit,
      )
    ])
  }

  error_ratio = format(
    "sum by (backend_target_name, ledger_region) (%s) / sum by (backend_target_name, ledger_region) (%s)",
    format(local.with_region, "rate(${local.metrics.requests}{${local.served},response_code_class=\"500\"}[5m])"),
    format(local.with_region, "rate(${local.metrics.requests}{${local.served}}[5m])"),
  )

  # By class: a region's errors are the class's errors, wherever users go next.
  burn_availability = {
    for window, at in local.burn_windows : window => join(" and ", concat([
      for range in [at.long, at.short] :
      "(sum by (backend_target_name) (rate(${local.metrics.requests}{${local.served},response_code_class=\"500\"}[${range}])) / sum by (backend_target_name) (rate(${local.metrics.requests}{${local.served}}[${range}])) > ${format("%.8g", local.burn_shares.availability[window])})"
    ], ["(${local.enough_by_class[at.short]})"]))
  }

  # Google's buckets have bounds of their own, none of them at the target. "More
  # than 72 % are slower than 100 ms" is the same as "the 28th percentile is above
  # 100 ms", and a percentile is interpolated. Group and window to the expression.
  burn_latency = {
    for pair in setproduct(keys(local.class_groups), keys(local.burn_windows)) : "${pair[1]}_${pair[0]}" => {
      group  = pair[0]
      window = pair[1]
      expression = format("(%s) and on (backend_target_name) (%s)", join(" or ", [
        for term in local.latency_terms[pair[0]] : "(${join(" and ", [
          for range in [local.burn_windows[pair[1]].long, local.burn_windows[pair[1]].short] : format(
            "(histogram_quantile(%.8g, sum by (le, backend_target_name, ledger_region) (%s)) > %v)",
            1 - local.burn_shares.latency[pair[1]],
            format(local.with_region, "rate(${local.metrics.latency}{${local.lb},backend_target_name=~\"${term.backends}\"${term.regions == "" ? "" : ",backend_scope=~\"(${term.regions})-[a-z]\""}}[${range}])"),
            term.target,
          )
        ])})"
      ]), local.enough_by_class[local.burn_windows[pair[1]].short])
    }
  }

  # One series for each probed region, 1 while all checkers reach it. A checker
  # that cannot reach Google at all is outvoted by the others.
  region_health = join(" or ", [
    for region in local.probed :
    "label_replace(avg by (check_id) (avg_over_time(${local.metrics.uptime}{monitored_resource=\"uptime_url\",project_id=\"${var.project_id}\",check_id=\"${google_monitoring_uptime_check_config.region[region].uptime_check_id}\"}[5m])), \"ledger_region\", \"${region}\", \"check_id\", \".*\")"
  ])

  commit_p99 = {
    for severity in local.severities : severity => join(" or ", [
      for limit in distinct(values(local.commit_thresholds[severity])) : format(
        "(histogram_quantile(0.99, sum by (le, region) (rate(%s{%s,database=\"%s\",method=\"Commit\",region=~\"%s\"}[5m]))) > %v)",
        local.metrics.commit, local.spanner, var.spanner.database,
        join("|", [for region in local.regions : region if local.commit_thresholds[severity][region] == limit]),
        limit / 1000,
      )
    ])
  }

  # Statuses that are Spanner's doing. ABORTED is retried, ALREADY_EXISTS is how a
  # repeated event is recognised, NOT_FOUND an answer.
  spanner_faults      = "(?i)unavailable|deadline_exceeded|internal|resource_exhausted|unknown|data_loss"
  spanner_error_ratio = "sum by (status) (rate(${local.metrics.spanner_calls}{${local.spanner},database=\"${var.spanner.database}\",status=~\"${local.spanner_faults}\"}[5m])) / on () group_left () sum(rate(${local.metrics.spanner_calls}{${local.spanner},database=\"${var.spanner.database}\"}[5m]))"

  cpu = "sum by (location) (${local.metrics.cpu}{${local.spanner},priority=\"high\"})"

  # Counted outside of its region: a region without any leader has no series.
  leaders_elsewhere = var.spanner.leader == null ? "" : "sum by (database) (${local.metrics.leaders}{${local.spanner},database=\"${var.spanner.database}\",region!=\"${var.spanner.leader}\"})"

  replicas = [for region in sort(keys(var.sql)) : "${var.project_id}:${var.sql[region].replica}" if var.sql[region].replica != null]
  lag      = "max by (database_id) (${local.metrics.replica_lag}{project_id=\"${var.project_id}\",database_id=~\"${join("|", local.replicas)}\"})"

  cached_backends = join("|", [for class in local.cached : var.edge.backend_services[class]])
  # Counted by what missed: a cache that answers nothing has no series of hits.
  cache_misses = {
    for class in local.cached : class =>
    "sum by (backend_target_name) (rate(${local.metrics.requests}{${local.lb},backend_target_name=\"${var.edge.backend_services[class]}\",cache_result!~\"HIT|PARTIAL_HIT|DISABLED\"}[30m])) / sum by (backend_target_name) (rate(${local.metrics.requests}{${local.lb},backend_target_name=\"${var.edge.backend_services[class]}\",cache_result!=\"DISABLED\"}[30m]))"
  }
  enough_cached = "sum by (backend_target_name) (rate(${local.metrics.requests}{${local.lb},cache_result!=\"DISABLED\"}[30m])) > ${var.thresholds.minimum_requests_per_second}"
  edge_hit_p95  = "histogram_quantile(0.95, sum by (le, backend_target_name) (rate(${local.metrics.latency}{${local.lb},backend_target_name=~\"${local.cached_backends}\",cache_result=\"HIT\"}[30m])))"

  percent = { for severity in local.severities : severity => {
    for row in ["error_rate_percent", "spanner_cpu_percent", "spanner_error_percent", "leader_elsewhere_percent"] :
    row => format("%.8g", local.thresholds[row][severity] / 100)
  } }

  # Alerts that come in two severities. `row` is the line of the architecture
  # document that the alert keeps, null where it is ours.
  pairs = merge(
    {
      api_latency_p99 = {
        row        = "API Latency P99", title = "API latency P99", guide = "slow-answers", for_seconds = 300
        expression = { for severity in local.severities : severity => "(${local.latency_p99[severity]}) and (${local.enough})" }
      }
      error_rate = {
        row        = "Error Rate", title = "Error rate", guide = "region-down", for_seconds = 60
        expression = { for severity in local.severities : severity => "(${local.error_ratio} > ${local.percent[severity].error_rate_percent}) and (${local.enough})" }
      }
      spanner_cpu = {
        row        = "Spanner CPU", title = "Spanner CPU", guide = "spanner-unavailable", for_seconds = 600
        expression = { for severity in local.severities : severity => "${local.cpu} > ${local.percent[severity].spanner_cpu_percent}" }
      }
      spanner_commit_p99 = {
        row        = null, title = "Spanner commit latency P99", guide = "leader-change", for_seconds = 600
        expression = { for severity in local.severities : severity => local.commit_p99[severity] }
      }
      spanner_errors = {
        row        = null, title = "Spanner errors", guide = "spanner-unavailable", for_seconds = 60
        expression = { for severity in local.severities : severity => "${local.spanner_error_ratio} > ${local.percent[severity].spanner_error_percent}" }
      }
    },
    # Conditions on what is known in a plan, so that the policies' names are too.
    { for name, alert in {
      region_health = {
        row = "Region Health", title = "Region health", guide = "region-down", for_seconds = 0
        expression = {
          warning  = "count((${local.region_health}) < 0.5) >= ${min(local.thresholds.unhealthy_regions.warning, length(local.joined))}"
          critical = "count((${local.region_health}) < 0.5) >= ${local.critical_regions}"
        }
      }
    } : name => alert if length(local.probed) > 0 },
    { for name, alert in {
      spanner_leader = {
        row        = null, title = "Spanner leaders elsewhere", guide = "leader-change", for_seconds = 300
        expression = { for severity in local.severities : severity => "${local.leaders_elsewhere} > ${local.percent[severity].leader_elsewhere_percent}" }
      }
    } : name => alert if var.spanner.multi_region && var.spanner.leader != null },
    { for name, alert in {
      sql_replica_lag = {
        row = null, title = "Cloud SQL replica lag", guide = "promote-replica", for_seconds = 300
        # Below zero means that nothing is replicated at all.
        expression = {
          warning  = "${local.lag} > ${local.thresholds.sql_replica_lag_seconds.warning}"
          critical = "(${local.lag} > ${local.thresholds.sql_replica_lag_seconds.critical}) or (${local.lag} < 0)"
        }
      }
    } : name => alert if length(local.replicas) > 0 },
  )

  singles = merge(
    {
      for window, at in local.burn_windows : "availability_burn_${window}" => {
        row         = null, title = "Availability budget burns, ${at.long} and ${at.short}", severity = at.severity, guide = "region-down"
        for_seconds = 120, expression = local.burn_availability[window]
      }
    },
    {
      for key, burn in local.burn_latency : "latency_burn_${key}" => {
        row         = null
        title       = "Latency budget of ${burn.group} burns, ${local.burn_windows[burn.window].long} and ${local.burn_windows[burn.window].short}"
        guide       = "slow-answers", severity = local.burn_windows[burn.window].severity
        for_seconds = 120, expression = burn.expression
      }
    },
    {
      spanner_cpu_smoothed = {
        row        = null, title = "Spanner CPU over a day", severity = "WARNING", guide = "spanner-unavailable", for_seconds = 600
        expression = "sum by (location) (${local.metrics.smoothed_cpu}{${local.spanner}}) > 0.9"
      }
    },
    { for name, alert in {
      global_endpoint = {
        row        = null, title = "Nothing answers", severity = "CRITICAL", guide = "region-down", for_seconds = 0
        expression = "avg by (check_id) (avg_over_time(${local.metrics.uptime}{monitored_resource=\"uptime_url\",project_id=\"${var.project_id}\",check_id=\"${join("", google_monitoring_uptime_check_config.global[*].uptime_check_id)}\"}[5m])) < 0.5"
      }
    } : name => alert if var.live },
    { for name, alert in {
      cache_hit_ratio = {
        row        = null, title = "Cache hit ratio", severity = "WARNING", guide = "cache-misses", for_seconds = 900
        expression = "(${join(" or ", [for class, misses in local.cache_misses : "(${misses} > ${format("%.8g", (100 - local.cache_hit_percent[class]) / 100)})"])}) and (${local.enough_cached})"
      }
      edge_hit_latency = {
        row        = null, title = "Cache hits are slow", severity = "WARNING", guide = "cache-misses", for_seconds = 900
        expression = "(${local.edge_hit_p95} > ${var.thresholds.edge_hit_p95_ms}) and (${local.enough_cached})"
      }
    } : name => alert if length(local.cached) > 0 },
    { for name, alert in {
      spanner_key_revoked = {
        row        = null, title = "A key of Spanner's is revoked", severity = "CRITICAL", guide = "key-revoked", for_seconds = 0
        expression = "sum by (database) (${local.metrics.keys}{${local.spanner},is_key_revoked=\"true\"}) > 0"
      }
    } : name => alert if var.spanner.cmek },
  )

  alerts = merge(
    merge(flatten([
      for name, alert in local.pairs : [
        for severity in local.severities : {
          "${name}_${severity}" = {
            name        = name
            row         = alert.row
            title       = alert.title
            severity    = upper(severity)
            for_seconds = alert.for_seconds
            guide       = alert.guide
            expression  = alert.expression[severity]
            runbook     = local.runbooks[name]
          }
        }
      ]
    ])...),
    {
      for key, alert in local.singles : key => merge(alert, {
        name    = startswith(key, "latency_burn_") ? regex("^latency_burn_[a-z]+", key) : key
        runbook = local.runbooks[startswith(key, "latency_burn_") ? regex("^latency_burn_[a-z]+", key) : key]
      })
    },
  )
}
