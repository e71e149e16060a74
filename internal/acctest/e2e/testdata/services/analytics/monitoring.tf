resource "google_monitoring_notification_channel" "mail" {
  display_name = var.change ? "On call, ledger" : "On call"
  type         = "email"
  user_labels  = local.labels
  labels = {
    email_address = var.change ? "ledger-oncall@example.com" : "oncall@example.com"
  }
}

resource "google_monitoring_notification_channel" "pubsub" {
  display_name = "Alerts as messages"
  type         = "pubsub"
  labels = {
    topic = google_pubsub_topic.alerts.id
  }
}

resource "google_monitoring_notification_channel" "chat" {
  display_name = "Chat room"
  type         = "slack"
  labels = {
    channel_name = "#ledger"
  }
  sensitive_labels {
    auth_token = "not-a-token"
  }
}

resource "google_monitoring_alert_policy" "latency" {
  display_name          = "API latency P99"
  combiner              = "OR"
  severity              = var.change ? "CRITICAL" : "WARNING"
  notification_channels = [google_monitoring_notification_channel.mail.name]
  user_labels           = local.labels

  conditions {
    display_name = "P99 above the limit"
    condition_prometheus_query_language {
      query                     = "histogram_quantile(0.99, sum by (le) (rate(loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\"}[5m]))) > ${var.change ? 1000 : 500}"
      duration                  = "300s"
      evaluation_interval       = "60s"
      rule_group                = "ledger"
      alert_rule                = "LatencyHigh"
      disable_metric_validation = true
      labels                    = { severity = "page" }
    }
  }
  alert_strategy {
    auto_close = var.change ? "3600s" : "1800s"
  }
  documentation {
    content   = "See the runbook."
    mime_type = "text/markdown"
    subject   = "Latency"
    links {
      display_name = "Runbook"
      url          = "https://runbooks.example.com/latency"
    }
  }
}

resource "google_monitoring_alert_policy" "cpu" {
  display_name          = "Spanner CPU"
  combiner              = "OR"
  enabled               = !var.change
  notification_channels = [google_monitoring_notification_channel.mail.name, google_monitoring_notification_channel.pubsub.name]

  dynamic "conditions" {
    for_each = var.change ? { warning = 0.45, critical = 0.65 } : { warning = 0.45 }
    content {
      display_name = conditions.key
      condition_threshold {
        filter          = "resource.type = \"spanner_instance\" AND metric.type = \"spanner.googleapis.com/instance/cpu/utilization_by_priority\" AND metric.labels.priority = \"high\""
        comparison      = "COMPARISON_GT"
        threshold_value = conditions.value
        duration        = "300s"
        aggregations {
          alignment_period     = "60s"
          per_series_aligner   = "ALIGN_MEAN"
          cross_series_reducer = "REDUCE_SUM"
          group_by_fields      = ["resource.label.location"]
        }
        trigger {
          count = 1
        }
      }
    }
  }
}

resource "google_monitoring_alert_policy" "rejected" {
  display_name = "Rejected events"
  combiner     = "OR"

  conditions {
    display_name = "any"
    condition_threshold {
      filter     = "resource.type = \"k8s_container\" AND metric.type = \"logging.googleapis.com/user/${google_logging_metric.rejected.id}\""
      comparison = "COMPARISON_GT"
      duration   = "0s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_RATE"
      }
    }
  }
  conditions {
    display_name = "none at all"
    condition_absent {
      filter   = "resource.type = \"k8s_container\" AND metric.type = \"${google_monitoring_metric_descriptor.blocks.type}\""
      duration = "300s"
      aggregations {
        alignment_period   = "60s"
        per_series_aligner = "ALIGN_SUM"
      }
    }
  }
}

resource "google_monitoring_alert_policy" "audit" {
  display_name = "Somebody touched the key"
  combiner     = "OR"

  conditions {
    display_name = "log"
    condition_matched_log {
      filter           = "protoPayload.methodName=\"DestroyCryptoKeyVersion\""
      label_extractors = { who = "EXTRACT(protoPayload.authenticationInfo.principalEmail)" }
    }
  }
  alert_strategy {
    notification_rate_limit {
      period = var.change ? "600s" : "300s"
    }
  }
}

resource "google_monitoring_alert_policy" "burn" {
  display_name = "Error budget burns"
  combiner     = "AND"

  dynamic "conditions" {
    for_each = { "one hour" = "3600s", "five minutes" = "300s" }
    content {
      display_name = conditions.key
      condition_threshold {
        filter          = "select_slo_burn_rate(\"${google_monitoring_slo.availability.id}\", \"${conditions.value}\")"
        comparison      = "COMPARISON_GT"
        threshold_value = 14.4
        duration        = "0s"
      }
    }
  }
}

resource "google_monitoring_metric_descriptor" "blocks" {
  type         = "custom.googleapis.com/ledger/blocks"
  metric_kind  = "GAUGE"
  value_type   = "INT64"
  unit         = "1"
  description  = var.change ? "Sealed blocks, all regions" : "Sealed blocks"
  display_name = "Blocks"
  labels {
    key         = "region"
    value_type  = "STRING"
    description = "Where"
  }
}

resource "google_monitoring_uptime_check_config" "region" {
  display_name       = var.change ? "us-east1 answers, always" : "us-east1 answers"
  timeout            = var.change ? "5s" : "10s"
  period             = "60s"
  selected_regions   = ["USA", "EUROPE", "ASIA_PACIFIC"]
  log_check_failures = var.change

  http_check {
    path         = "/healthz"
    port         = 443
    use_ssl      = true
    validate_ssl = true
    headers      = { x-ledger-probe-region = local.region }
    accepted_response_status_codes {
      status_class = "STATUS_CLASS_2XX"
    }
  }
  monitored_resource {
    type = "uptime_url"
    labels = {
      host       = "ledger.example.com"
      project_id = var.project
    }
  }
  content_matchers {
    content = "ok"
    matcher = "CONTAINS_STRING"
  }
}

resource "google_monitoring_group" "region" {
  display_name = var.change ? "us-east1, all" : "us-east1"
  filter       = "resource.metadata.region=\"us-east1\""
}

resource "google_monitoring_group" "cluster" {
  display_name = "cluster"
  filter       = "resource.metadata.region=\"us-east1\" AND resource.metadata.tag.role=\"node\""
  parent_name  = google_monitoring_group.region.name
  is_cluster   = true
}

resource "google_monitoring_custom_service" "api" {
  service_id   = "ledger-api"
  display_name = var.change ? "Ledger API, global" : "Ledger API"
  user_labels  = local.labels
}

resource "google_monitoring_slo" "availability" {
  service             = google_monitoring_custom_service.api.service_id
  slo_id              = "availability"
  display_name        = "99.99 % of the requests"
  goal                = var.change ? 0.9995 : 0.9999
  rolling_period_days = 28

  request_based_sli {
    good_total_ratio {
      total_service_filter = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" resource.type=\"https_lb_rule\""
      bad_service_filter   = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" resource.type=\"https_lb_rule\" metric.label.response_code_class=\"500\""
    }
  }
}

resource "google_monitoring_slo" "latency" {
  service         = google_monitoring_custom_service.api.service_id
  display_name    = "95 % below the floor"
  goal            = 0.95
  calendar_period = var.change ? "MONTH" : "WEEK"

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"loadbalancing.googleapis.com/https/total_latencies\" resource.type=\"https_lb_rule\""
      range {
        min = 0
        max = 500
      }
    }
  }
}

resource "google_monitoring_dashboard" "ledger" {
  dashboard_json = jsonencode({
    displayName = var.change ? "Ledger, all regions" : "Ledger"
    labels      = { ledger = "" }
    dashboardFilters = [{
      filterType = "RESOURCE_LABEL"
      labelKey   = "location"
    }]
    mosaicLayout = {
      columns = 48
      tiles = [
        {
          width = 24, height = 16
          widget = {
            title = "Latency"
            xyChart = {
              chartOptions = { mode = "COLOR" }
              dataSets = [{
                plotType           = "LINE"
                targetAxis         = "Y1"
                minAlignmentPeriod = "60s"
                timeSeriesQuery    = { prometheusQuery = "histogram_quantile(0.99, sum by (le) (rate(loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource=\"https_lb_rule\"}[5m])))" }
              }]
              thresholds = [{ value = var.change ? 1000 : 500, targetAxis = "Y1" }]
              yAxis      = { scale = "LINEAR", label = "ms" }
            }
          }
        },
        {
          xPos = 24, width = 24, height = 16
          widget = {
            title = "Spanner CPU"
            scorecard = {
              timeSeriesQuery = {
                timeSeriesFilter = {
                  filter      = "metric.type=\"spanner.googleapis.com/instance/cpu/utilization_by_priority\" resource.type=\"spanner_instance\""
                  aggregation = { alignmentPeriod = "60s", perSeriesAligner = "ALIGN_MEAN", crossSeriesReducer = "REDUCE_MAX" }
                }
              }
              gaugeView  = { lowerBound = 0, upperBound = 1 }
              thresholds = [{ color = "RED", direction = "ABOVE", value = 0.65 }]
            }
          }
        },
        {
          yPos = 16, width = 48, height = 8
          widget = {
            text = { content = "Commit latency excludes the network.", format = "MARKDOWN" }
          }
        },
      ]
    }
  })
}

resource "google_monitoring_service" "gke" {
  service_id   = "ledger-gke"
  display_name = var.change ? "Ledger on GKE, all" : "Ledger on GKE"

  basic_service {
    service_type = "GKE_SERVICE"
    service_labels = {
      project_id     = var.project
      location       = local.region
      cluster_name   = "ledger"
      namespace_name = "ledger"
      service_name   = "api"
    }
  }
}
