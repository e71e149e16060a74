resource "google_bigquery_dataset" "reports" {
  dataset_id                 = "ledger_reports"
  location                   = "US"
  delete_contents_on_destroy = true
}

resource "google_monitoring_notification_channel" "oncall" {
  display_name = "On call"
  type         = "email"
  labels       = { email_address = "oncall@example.com" }
}

resource "google_monitoring_alert_policy" "ledger" {
  for_each = {
    latency = "histogram_quantile(0.95, sum by (le) (rate(loadbalancing_googleapis_com:https_backend_latencies_bucket[5m]))) > 100"
    errors  = "sum(rate(loadbalancing_googleapis_com:https_request_count{response_code_class=\"500\"}[5m])) > 1"
    spanner = "max(spanner_googleapis_com:instance_cpu_utilization_by_priority) > 0.45"
  }

  display_name          = "Ledger ${each.key}"
  combiner              = "OR"
  notification_channels = [google_monitoring_notification_channel.oncall.id]

  conditions {
    display_name = each.key
    condition_prometheus_query_language {
      query    = each.value
      duration = "300s"
    }
  }
}

resource "google_monitoring_dashboard" "ledger" {
  dashboard_json = jsonencode({
    displayName = "Ledger"
    mosaicLayout = {
      columns = 12
      tiles = [{
        width  = 6
        height = 4
        widget = {
          title   = "Requests"
          xyChart = { dataSets = [{ plotType = "LINE", timeSeriesQuery = { prometheusQuery = "sum(rate(loadbalancing_googleapis_com:https_request_count[5m]))" } }] }
        }
      }]
    }
  })
}

resource "google_pubsub_topic" "alerts" {
  name = "ledger-alerts"
}

resource "google_kms_key_ring" "ledger" {
  name     = "ledger"
  location = "global"
}

resource "google_kms_crypto_key" "signing" {
  name     = "signing"
  key_ring = google_kms_key_ring.ledger.id
  purpose  = "ASYMMETRIC_SIGN"

  version_template {
    algorithm = "EC_SIGN_P256_SHA256"
  }
}

resource "google_storage_bucket" "static" {
  name                        = "${var.project}-static"
  location                    = "US"
  uniform_bucket_level_access = true
  force_destroy               = true
}

resource "google_storage_bucket_object" "index" {
  bucket  = google_storage_bucket.static.name
  name    = "index.html"
  content = "<!doctype html><title>Ledger</title>"
}

resource "google_project_service" "apis" {
  for_each = toset(["compute.googleapis.com", "container.googleapis.com", "spanner.googleapis.com", "sqladmin.googleapis.com"])

  service            = each.key
  disable_on_destroy = false
}
