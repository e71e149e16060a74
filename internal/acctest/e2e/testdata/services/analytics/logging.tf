resource "google_logging_metric" "rejected" {
  name        = "ledger/rejected"
  description = var.change ? "Events that the ledger rejected, by region" : "Events that the ledger rejected"
  filter      = "resource.type=\"k8s_container\" AND jsonPayload.outcome=\"rejected\""

  metric_descriptor {
    metric_kind  = "DELTA"
    value_type   = "INT64"
    unit         = "1"
    display_name = "Rejected events"
    labels {
      key         = "region"
      value_type  = "STRING"
      description = "Where it was rejected"
    }
  }
  label_extractors = {
    region = "EXTRACT(resource.labels.location)"
  }
}

resource "google_logging_metric" "latency" {
  name            = "ledger/latency"
  filter          = "resource.type=\"k8s_container\" AND jsonPayload.latency_ms>0"
  value_extractor = "EXTRACT(jsonPayload.latency_ms)"

  metric_descriptor {
    metric_kind = "DELTA"
    value_type  = "DISTRIBUTION"
    unit        = "ms"
  }
  bucket_options {
    exponential_buckets {
      num_finite_buckets = var.change ? 32 : 16
      growth_factor      = 2
      scale              = 1
    }
  }
}

resource "google_logging_project_bucket_config" "audit" {
  project          = var.project
  location         = local.region
  bucket_id        = "ledger-audit"
  description      = var.change ? "Audit log of the ledger, a year" : "Audit log of the ledger"
  retention_days   = var.change ? 365 : 90
  enable_analytics = true
}

resource "google_logging_log_view" "audit" {
  name        = "ledger-audit-view"
  bucket      = google_logging_project_bucket_config.audit.id
  description = var.change ? "What auditors see, all of it" : "What auditors see"
  filter      = "LOG_ID(\"cloudaudit.googleapis.com/activity\")"
}

resource "google_logging_linked_dataset" "audit" {
  link_id     = "ledger_audit"
  bucket      = google_logging_project_bucket_config.audit.id
  description = "Audit log in BigQuery"
}

resource "google_logging_project_sink" "audit" {
  name                   = "ledger-audit"
  destination            = "logging.googleapis.com/${google_logging_project_bucket_config.audit.id}"
  filter                 = var.change ? "LOG_ID(\"cloudaudit.googleapis.com/activity\") OR LOG_ID(\"cloudaudit.googleapis.com/data_access\")" : "LOG_ID(\"cloudaudit.googleapis.com/activity\")"
  unique_writer_identity = true
}

resource "google_logging_project_sink" "reports" {
  name                   = "ledger-reports"
  description            = var.change ? "Requests for reports" : null
  destination            = "bigquery.googleapis.com/${google_bigquery_dataset.staging.id}"
  filter                 = "resource.type=\"http_load_balancer\""
  unique_writer_identity = true

  bigquery_options {
    use_partitioned_tables = true
  }
  exclusions {
    name   = "health"
    filter = "httpRequest.requestUrl:\"/healthz\""
  }
}

resource "google_logging_project_sink" "events" {
  name                   = "ledger-events"
  destination            = "pubsub.googleapis.com/${google_pubsub_topic.alerts.id}"
  filter                 = "severity>=ERROR"
  unique_writer_identity = true
  disabled               = var.change
}

resource "google_pubsub_topic_iam_member" "sink" {
  topic  = google_pubsub_topic.alerts.id
  role   = "roles/pubsub.publisher"
  member = google_logging_project_sink.events.writer_identity
}

resource "google_logging_project_exclusion" "probes" {
  name        = "ledger-probes"
  description = var.change ? "Health checks, which nobody reads" : "Health checks"
  filter      = "resource.type=\"http_load_balancer\" AND httpRequest.userAgent:\"GoogleHC\""
}

# Every project has this one: it is taken over, not made.
resource "google_logging_project_bucket_config" "default" {
  project        = var.project
  location       = "global"
  bucket_id      = "_Default"
  retention_days = var.change ? 60 : 30
}

resource "google_logging_log_view_iam_member" "audit" {
  parent   = "projects/${var.project}"
  location = local.region
  bucket   = google_logging_project_bucket_config.audit.bucket_id
  name     = google_logging_log_view.audit.name
  role     = "roles/logging.viewAccessor"
  member   = google_service_account.reports.member
}

resource "google_logging_log_scope" "ledger" {
  parent         = "projects/${var.project}"
  location       = "global"
  name           = "ledger"
  resource_names = ["projects/${var.project}"]
  description    = var.change ? "The ledger's logs, all" : "The ledger's logs"
}
