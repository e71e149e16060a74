output "dataset" {
  description = "Dataset of the reports: `id` of the form projects/P/datasets/D, `name`, `location`, `tables` (events, merges, freshness, events_by_day)."
  value = {
    id       = google_bigquery_dataset.reports.id
    name     = google_bigquery_dataset.reports.dataset_id
    location = google_bigquery_dataset.reports.location
    tables   = concat([google_bigquery_table.events.table_id, google_bigquery_table.merges.table_id], [for view in google_bigquery_table.view : view.table_id])
  }
}

output "live_dataset" {
  description = "Name of the dataset of Spanner's tables as they are, null without one."
  value       = one(google_bigquery_dataset.live[*].dataset_id)
}

output "connection" {
  description = "The connection to Spanner, projects/N/locations/L/connections/C, as EXTERNAL_QUERY takes it."
  value       = local.connection_path

  depends_on = [google_bigquery_connection.spanner]
}

output "service_account" {
  description = "Email of the account that runs the scheduled merge."
  value       = google_service_account.reports.email
}

output "runtime" {
  description = <<-EOT
    Region to the analytics part of its runtime document:
    `analytics` for GET /analytics/*, single reads of Spanner with bounded staleness of `staleness_seconds`, request priority `priority` and `directed_reads` (`include_replicas` to try first, null lets Spanner choose; `auto_failover_disabled` false, so that another replica answers when that one cannot);
    `reports` for GET /reports/*: `project`, `dataset`, `location` and `staleness_seconds`, what may be promised.
  EOT
  value = {
    for region, at in var.regions : region => {
      analytics = {
        staleness_seconds = var.dashboards.staleness_seconds
        priority          = var.dashboards.priority
        directed_reads = {
          include_replicas       = at.nearest_read_region == null ? null : [{ location = at.nearest_read_region }]
          auto_failover_disabled = false
        }
      }
      reports = {
        project           = var.project_id
        dataset           = google_bigquery_dataset.reports.dataset_id
        location          = google_bigquery_dataset.reports.location
        staleness_seconds = var.schedule.staleness_minutes * 60
      }
    }
  }
}

output "alerts" {
  description = "The catalogue of this module's alerts, in the form of the observability module's."
  value       = local.alerts
}

output "worst_staleness_minutes" {
  description = "How old a report can be when every run succeeds within its time: the schedule's interval plus a run."
  value       = var.schedule.every_minutes + var.schedule.run_minutes
}

output "scheduled_query" {
  description = "Name of the scheduled merge, projects/N/locations/L/transferConfigs/C; its last part is the label config_id of its metrics."
  value       = google_bigquery_data_transfer_config.merge.name
}

output "tolerated_failed_runs" {
  description = "How many scheduled runs in a row may fail before reports are older than promised. With the document's 30 minutes and one hour it is none; every 20 minutes it is one."
  value       = floor((var.schedule.staleness_minutes - var.schedule.run_minutes) / var.schedule.every_minutes) - 1
}
