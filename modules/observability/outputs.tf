output "dashboard" {
  description = "The dashboard: `id` of the form projects/N/dashboards/D and `json`, what was asked for."
  value = {
    id = google_monitoring_dashboard.this.id
    # Not the resource's: Google adds an etag to that, which changes.
    json = local.dashboard_json
  }
}

output "alert_policies" {
  description = "Alert to the name of its policy, projects/P/alertPolicies/A."
  value       = { for name, policy in google_monitoring_alert_policy.this : name => policy.name }
}

output "alerts" {
  description = "The catalogue of alerts: key to `row` (line of the architecture document, null where there is none), `title`, `severity` (WARNING or CRITICAL), `for_seconds`, `expression` (PromQL), `guide` (name of the runbook) and `runbook` (the incident's text). A region's health has an expression once its uptime check exists."
  value       = local.alerts
}

output "slos" {
  description = "Objective to the name of its SLO, projects/N/services/S/serviceLevelObjectives/O; keys are `availability-CLASS`, `latency-CLASS` and `latency-CLASS-REGION`."
  value = merge(
    { for class, slo in google_monitoring_slo.availability : "availability-${class}" => slo.name },
    { for key, slo in google_monitoring_slo.latency : "latency-${key}" => slo.name },
  )
}

output "objectives" {
  description = "What the objectives come to: `burn_factors` (window to times the even rate), `burn_shares` (availability and latency, window to the share of requests that may miss before it alarms) and `latency_targets_ms` (class to region to milliseconds)."
  value = {
    burn_factors       = local.burn_factors
    burn_shares        = local.burn_shares
    latency_targets_ms = local.latency_targets
  }
}

output "thresholds" {
  description = "The thresholds in force: rows to warning and critical, `api_latency_p99_ms_by_class` and `spanner_commit_p99_ms_by_region` by severity, `critical_regions` (so many unhealthy regions are critical), `cache_hit_percent` by class."
  value = merge(local.thresholds, {
    api_latency_p99_ms_by_class     = local.latency_thresholds
    spanner_commit_p99_ms_by_region = local.commit_thresholds
    critical_regions                = local.critical_regions
    cache_hit_percent               = local.cache_hit_percent
  })
}

output "channels" {
  description = "Severity, WARNING or CRITICAL, to the notification channels that hear of it; for alerts that are made elsewhere, as the analytics module's."
  value       = local.channels
}

output "uptime_checks" {
  description = "Region, or `global`, to the id of its uptime check; empty before the ledger is live."
  value = merge(
    { for region, check in google_monitoring_uptime_check_config.region : region => check.uptime_check_id },
    { for check in google_monitoring_uptime_check_config.global : "global" => check.uptime_check_id },
  )
}
