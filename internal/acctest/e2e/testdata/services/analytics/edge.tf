resource "google_compute_global_address" "edge" {
  name = "ledger-edge"
}

resource "google_compute_health_check" "callout" {
  name = "ledger-callout"
  http_health_check {
    port = 8080
  }
}

resource "google_compute_backend_service" "callout" {
  name                  = "ledger-callout"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP2"
  health_checks         = [google_compute_health_check.callout.id]
}

resource "google_compute_url_map" "edge" {
  name            = "ledger-edge"
  default_service = google_compute_backend_service.callout.id
}

resource "google_compute_target_http_proxy" "edge" {
  name    = "ledger-edge"
  url_map = google_compute_url_map.edge.id
}

resource "google_compute_global_forwarding_rule" "edge" {
  name                  = "ledger-edge"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  ip_address            = google_compute_global_address.edge.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.edge.id
}

resource "google_network_services_wasm_plugin" "router" {
  name            = "ledger-router"
  description     = var.change ? "Chooses a tenant's home, second edition" : "Chooses a tenant's home"
  main_version_id = var.change ? "v2" : "v1"
  labels          = local.labels

  log_config {
    enable        = true
    sample_rate   = 1
    min_log_level = "WARN"
  }
  versions {
    version_name = "v1"
    image_uri    = "us-east1-docker.pkg.dev/${var.project}/edge/router:v1"
    labels       = { edition = "one" }
  }
  dynamic "versions" {
    for_each = var.change ? ["v2"] : []
    content {
      version_name = versions.value
      image_uri    = "us-east1-docker.pkg.dev/${var.project}/edge/router:v2"
      labels       = { edition = "two" }
    }
  }
}

resource "google_network_services_lb_edge_extension" "router" {
  name                  = "ledger-edge"
  location              = "global"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  description           = var.change ? "Before the cache" : null
  forwarding_rules      = [google_compute_global_forwarding_rule.edge.self_link]

  extension_chains {
    name = "router"
    match_condition {
      cel_expression = "request.path.startsWith('/events')"
    }
    extensions {
      name             = "router"
      service          = google_network_services_wasm_plugin.router.id
      supported_events = ["REQUEST_HEADERS"]
      fail_open        = var.change
      forward_headers  = ["authorization"]
    }
  }
}

resource "google_network_services_lb_route_extension" "tenants" {
  name                  = "ledger-route"
  location              = "global"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  labels                = local.labels
  forwarding_rules      = [google_compute_global_forwarding_rule.edge.self_link]

  extension_chains {
    name = "tenants"
    match_condition {
      cel_expression = var.change ? "request.path.startsWith('/events') || request.path.startsWith('/webhooks')" : "request.path.startsWith('/events')"
    }
    extensions {
      name             = "tenants"
      authority        = "tenants.example.com"
      service          = google_compute_backend_service.callout.self_link
      timeout          = "0.1s"
      fail_open        = true
      supported_events = ["REQUEST_HEADERS"]
    }
  }
}

resource "google_network_services_lb_traffic_extension" "audit" {
  name                  = "ledger-traffic"
  location              = "global"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  labels                = local.labels
  forwarding_rules      = [google_compute_global_forwarding_rule.edge.self_link]

  extension_chains {
    name = "audit"
    match_condition {
      cel_expression = "true"
    }
    extensions {
      name             = "audit"
      authority        = "audit.example.com"
      service          = google_compute_backend_service.callout.self_link
      timeout          = var.change ? "0.2s" : "0.1s"
      fail_open        = true
      supported_events = ["REQUEST_HEADERS", "RESPONSE_HEADERS"]
    }
  }
}
