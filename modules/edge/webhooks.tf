resource "google_cloud_tasks_queue" "webhooks" {
  for_each = var.webhooks == null ? {} : var.regions

  project         = var.project_id
  name            = "${var.name}-webhooks${var.webhooks.queue.suffix}"
  location        = each.key
  desired_state   = var.webhooks.queue.paused ? "PAUSED" : "RUNNING"
  deletion_policy = local.deletion_policy

  rate_limits {
    max_dispatches_per_second = var.webhooks.queue.dispatches_per_second
    max_concurrent_dispatches = var.webhooks.queue.concurrent_dispatches
  }

  retry_config {
    max_attempts  = var.webhooks.queue.max_attempts
    min_backoff   = "${var.webhooks.queue.min_backoff_seconds}s"
    max_backoff   = "${var.webhooks.queue.max_backoff_seconds}s"
    max_doublings = var.webhooks.queue.max_doublings
  }
}

resource "google_network_services_wasm_plugin" "home" {
  count = var.edge_plugin == null ? 0 : 1

  project         = var.project_id
  name            = "${var.name}-home"
  description     = "Tells a webhook's home from its tenant."
  main_version_id = local.plugin_version
  labels          = var.labels

  log_config {
    enable        = true
    sample_rate   = 0.1
    min_log_level = "WARN"
  }

  versions {
    version_name       = local.plugin_version
    image_uri          = var.edge_plugin.image
    plugin_config_data = var.edge_plugin.config == null ? null : base64encode(var.edge_plugin.config)
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  # A version never changes: another image or configuration is another version.
  plugin_version = "v${substr(sha256(jsonencode(var.edge_plugin)), 0, 12)}"
}

resource "google_network_services_lb_edge_extension" "home" {
  count = var.edge_plugin == null ? 0 : 1

  project               = var.project_id
  name                  = "${var.name}-home"
  location              = "global"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  forwarding_rules      = [for rule in google_compute_global_forwarding_rule.https : rule.self_link]
  labels                = var.labels

  extension_chains {
    name = "home"
    match_condition {
      # Whatever the rules of the plugin's header match: past it, the header would be
      # the client's.
      cel_expression = "request.path == '${var.webhooks.path}' || request.path.startsWith('${var.webhooks.path}/')"
    }
    extensions {
      name             = "home"
      service          = google_network_services_wasm_plugin.home[0].id
      supported_events = ["REQUEST_HEADERS"]
      fail_open        = var.edge_plugin.fail_open
    }
  }
}
