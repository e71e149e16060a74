# What a configuration looks up.
data "google_bigquery_default_service_account" "this" {}

data "google_bigquery_dataset" "reports" {
  dataset_id = google_bigquery_dataset.reports.dataset_id
}

data "google_bigquery_tables" "reports" {
  dataset_id = google_bigquery_table.events.dataset_id
}

data "google_monitoring_notification_channel" "mail" {
  type         = google_monitoring_notification_channel.mail.type
  display_name = google_monitoring_notification_channel.mail.display_name
}

data "google_monitoring_uptime_check_ips" "all" {}

data "google_datastream_static_ips" "this" {
  location = local.region
}

data "google_logging_project_settings" "this" {
  project = var.project
}

data "google_logging_project_cmek_settings" "this" {
  project = var.project
}

data "google_logging_sink" "audit" {
  id = google_logging_project_sink.audit.id
}

data "google_pubsub_topic" "events" {
  name = google_pubsub_topic.events.name
}

data "google_pubsub_subscription" "webhooks" {
  name = google_pubsub_subscription.webhooks.name
}
