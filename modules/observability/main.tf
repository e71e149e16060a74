locals {
  # Labels that every series of the load balancer, of Spanner and of Cloud SQL is
  # picked by. A metric that exists for several types of resource must name one.
  lb = "monitored_resource=\"https_lb_rule\",project_id=\"${var.project_id}\",url_map_name=\"${var.edge.url_map}\""
  # What users asked. Probes are no traffic of users, and what the load balancer
  # refuses on purpose is no failure, whichever target it is counted for.
  users = "${local.lb},backend_target_name=~\"${join("|", [for class in local.classes : var.edge.backend_services[class]])}\""
  served = "${local.lb},backend_target_name=~\"${coalesce(join("|", [
    for class in local.classes : var.edge.backend_services[class] if !contains(var.edge.refused_classes, class)
  ]), "-")}\""
  spanner = "monitored_resource=\"spanner_instance\",project_id=\"${var.project_id}\",instance_id=\"${var.spanner.instance}\""

  metrics = {
    requests      = "loadbalancing_googleapis_com:https_request_count"
    latency       = "loadbalancing_googleapis_com:https_total_latencies_bucket"
    client_rtt    = "loadbalancing_googleapis_com:https_frontend_tcp_rtt_bucket"
    uptime        = "monitoring_googleapis_com:uptime_check_check_passed"
    commit        = "spanner_googleapis_com:api_request_latencies_per_transaction_options_bucket"
    commits       = "spanner_googleapis_com:api_request_latencies_per_transaction_options_count"
    spanner_calls = "spanner_googleapis_com:api_api_request_count"
    cpu           = "spanner_googleapis_com:instance_cpu_utilization_by_priority"
    smoothed_cpu  = "spanner_googleapis_com:instance_cpu_smoothed_utilization"
    leaders       = "spanner_googleapis_com:instance_leader_percentage_by_region"
    replicated    = "spanner_googleapis_com:instance_cross_region_replicated_bytes_count"
    keys          = "spanner_googleapis_com:instance_replica_cmek_total_keys"
    replica_lag   = "cloudsql_googleapis_com:database_replication_replica_lag"
  }

  # A series has the zone that answered; the ledger thinks in regions. What no
  # zone answered (the cache, an error of the load balancer's own) has no region.
  # The label is not called region: https_lb_rule has one, which says "global".
  with_region = "label_replace(%s, \"ledger_region\", \"$1\", \"backend_scope\", \"([a-z]+-[a-z]+[0-9]+)-[a-z]\")"
}

locals {
  # Type of a channel to the label without which Google refuses it.
  channel_labels = { email = "email_address", pubsub = "topic", sms = "number", google_chat = "space" }
}

resource "google_monitoring_notification_channel" "this" {
  for_each = var.channels

  project      = var.project_id
  display_name = coalesce(each.value.display_name, "${var.name} ${each.key}")
  type         = each.value.type
  labels       = each.value.labels
  user_labels  = var.labels
}

locals {
  channels = {
    for severity in ["WARNING", "CRITICAL"] : severity => concat(
      [for name, channel in var.channels : google_monitoring_notification_channel.this[name].name if contains(channel.severities, severity)],
      lookup(var.existing_channels, severity, []),
    )
  }
}

# One check asks each joined region by the path that only this region answers.
resource "google_monitoring_uptime_check_config" "region" {
  for_each = toset(local.probed)

  project            = var.project_id
  display_name       = "${var.name} ${each.key}"
  period             = "${var.uptime.period_seconds}s"
  timeout            = "${var.uptime.timeout_seconds}s"
  selected_regions   = var.uptime.checker_regions
  log_check_failures = true
  user_labels        = merge(var.labels, { ledger-region = each.key })

  http_check {
    path         = var.edge.probe_paths[each.key]
    port         = 443
    use_ssl      = true
    validate_ssl = true
    headers      = var.uptime.headers

    accepted_response_status_codes {
      status_class = "STATUS_CLASS_2XX"
    }
  }
  monitored_resource {
    type = "uptime_url"
    labels = {
      host       = var.edge.host
      project_id = var.project_id
    }
  }
}

# The ledger as its users see it: whichever region answers.
resource "google_monitoring_uptime_check_config" "global" {
  count = var.live ? 1 : 0

  project            = var.project_id
  display_name       = "${var.name} global"
  period             = "${var.uptime.period_seconds}s"
  timeout            = "${var.uptime.timeout_seconds}s"
  selected_regions   = var.uptime.checker_regions
  log_check_failures = true
  user_labels        = var.labels

  http_check {
    path         = var.uptime.global_path
    port         = 443
    use_ssl      = true
    validate_ssl = true
    headers      = var.uptime.headers

    accepted_response_status_codes {
      status_class = "STATUS_CLASS_2XX"
    }
  }
  monitored_resource {
    type = "uptime_url"
    labels = {
      host       = var.edge.host
      project_id = var.project_id
    }
  }
}

resource "google_monitoring_alert_policy" "this" {
  for_each = local.alerts

  project               = var.project_id
  display_name          = "${var.name}: ${each.value.title} (${lower(each.value.severity)})"
  combiner              = "OR"
  severity              = each.value.severity
  notification_channels = local.channels[each.value.severity]
  user_labels           = merge(var.labels, { ledger = var.name })

  conditions {
    display_name = each.value.title

    condition_prometheus_query_language {
      query               = each.value.expression
      duration            = "${each.value.for_seconds}s"
      evaluation_interval = "60s"
      rule_group          = var.name
      alert_rule          = join("", [for word in split("_", each.key) : title(word)])
      # A new project has no series yet, and Google would refuse the policy.
      disable_metric_validation = true
    }
  }
  alert_strategy {
    auto_close = "${var.auto_close_seconds}s"
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
