# Whether the promise is kept, told before it breaks. A run that succeeded at T
# began at T - run_minutes at the earliest, so the reports are as old as the last
# success plus that.
locals {
  config_id = element(split("/", google_bigquery_data_transfer_config.merge.name), -1)
  runs      = "bigquerydatatransfer_googleapis_com:transfer_config_completed_runs{monitored_resource=\"bigquery_dts_config\",project_id=\"${var.project_id}\",config_id=\"${local.config_id}\",completion_state=\"SUCCEEDED\"}"

  silent_minutes = {
    # One run is late or failed, the next can still keep the promise.
    warning = var.schedule.every_minutes + var.schedule.run_minutes
    # The promise is about to break. An alert takes a minute and Google's metrics come
    # late: five minutes are kept for both.
    critical = var.schedule.staleness_minutes - var.schedule.run_minutes - 5
  }
  freshness_runbook = <<-EOT
    **What it means.** GET /reports/* promises data of the last ${var.schedule.staleness_minutes} minutes, and no scheduled merge has succeeded for too long. The ledger itself is not concerned.

    **Look at.** The runs of the scheduled query ${var.name}-merge, with their errors; the view ${local.sql.dataset}.freshness for how old the reports are.

    **What ends it.** "Access denied": apply again, the grants are in the analytics module. Spanner down: it comes back by itself, a run brings all that was missed. Too slow: raise `spanner.max_parallelism`, or run more often with `schedule.every_minutes`.

    Series: $${metric_or_resource.labels}
  EOT
  alerts = {
    for severity, minutes in local.silent_minutes : "report_freshness_${severity}" => {
      name        = "report_freshness"
      row         = null
      title       = "Reports are getting old"
      severity    = upper(severity)
      for_seconds = 60
      guide       = "stale-reports"
      # Nothing at all is no success either.
      expression = "(sum(increase(${local.runs}[${minutes}m])) or vector(0)) < 0.5"
      runbook    = local.freshness_runbook
    } if var.schedule.alert && var.live
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title} (${lower(each.value.severity)})"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = lookup(var.channels, each.value.severity, [])
  user_labels           = merge(var.labels, { ledger = var.name })

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query                     = each.value.expression
      duration                  = "${each.value.for_seconds}s"
      evaluation_interval       = "60s"
      rule_group                = var.name
      alert_rule                = join("", [for word in split("_", each.key) : title(word)])
      disable_metric_validation = true
    }
  }
  alert_strategy {
    auto_close = "1800s"
  }
  documentation {
    subject   = "${var.name}: ${each.value.title}"
    mime_type = "text/markdown"
    content   = each.value.runbook

    links {
      display_name = "Runbook: ${replace(each.value.guide, "-", " ")}"
      url          = "${var.runbook_url}/${each.value.guide}.md"
    }
  }
}
