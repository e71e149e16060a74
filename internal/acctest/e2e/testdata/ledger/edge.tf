locals {
  classes = { read = 200, webhook = 50, write = 50 }
}

resource "google_compute_health_check" "ledger" {
  name               = "ledger"
  check_interval_sec = 5
  timeout_sec        = 5

  http_health_check {
    port_specification = "USE_SERVING_PORT"
    request_path       = "/healthz"
  }
}

resource "google_compute_security_policy" "edge" {
  name = "ledger-edge"

  rule {
    action   = "throttle"
    priority = 1000
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
    rate_limit_options {
      conform_action = "allow"
      exceed_action  = "deny(429)"
      enforce_on_key = "IP"
      rate_limit_threshold {
        count        = 600
        interval_sec = 60
      }
    }
  }
  rule {
    action   = "allow"
    priority = 2147483647
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }
}

resource "google_compute_backend_service" "ledger" {
  for_each = local.classes

  name                            = "ledger-${each.key}"
  load_balancing_scheme           = "EXTERNAL_MANAGED"
  protocol                        = "HTTP2"
  timeout_sec                     = 10
  connection_draining_timeout_sec = 1
  health_checks                   = [google_compute_health_check.ledger.id]
  security_policy                 = google_compute_security_policy.edge.id

  lifecycle {
    ignore_changes = [backend]
  }
}

resource "google_compute_url_map" "ledger" {
  name            = "ledger"
  default_service = google_compute_backend_service.ledger["read"].id

  host_rule {
    hosts        = ["ledger.example.com"]
    path_matcher = "ledger"
  }
  path_matcher {
    name            = "ledger"
    default_service = google_compute_backend_service.ledger["read"].id

    route_rules {
      priority = 10
      service  = google_compute_backend_service.ledger["write"].id
      match_rules {
        prefix_match = "/v1/events"
      }
    }
    route_rules {
      priority = 20
      service  = google_compute_backend_service.ledger["webhook"].id
      match_rules {
        prefix_match = "/webhooks/"
      }
    }
  }
}

resource "google_compute_ssl_policy" "modern" {
  name            = "ledger"
  profile         = "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_certificate_manager_dns_authorization" "ledger" {
  name   = "ledger"
  domain = "ledger.example.com"
}

resource "google_certificate_manager_certificate" "ledger" {
  name = "ledger"

  managed {
    domains            = ["ledger.example.com"]
    dns_authorizations = [google_certificate_manager_dns_authorization.ledger.id]
  }
}

resource "google_certificate_manager_certificate_map" "ledger" {
  name = "ledger"
}

resource "google_certificate_manager_certificate_map_entry" "ledger" {
  name         = "ledger"
  map          = google_certificate_manager_certificate_map.ledger.name
  certificates = [google_certificate_manager_certificate.ledger.id]
  hostname     = "ledger.example.com"
}

resource "google_compute_target_https_proxy" "ledger" {
  name            = "ledger"
  url_map         = google_compute_url_map.ledger.id
  ssl_policy      = google_compute_ssl_policy.modern.id
  certificate_map = "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.ledger.id}"
}

resource "google_compute_global_address" "edge" {
  for_each = toset(["IPV4", "IPV6"])

  name       = "ledger-${lower(each.key)}"
  ip_version = each.key
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = google_compute_global_address.edge

  name                  = "ledger-https-${lower(each.key)}"
  ip_address            = each.value.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.ledger.id
}

resource "google_dns_managed_zone" "ledger" {
  name     = "ledger"
  dns_name = "ledger.example.com."

  dnssec_config {
    state = "on"
  }
}

resource "google_dns_record_set" "address" {
  for_each = { A = "IPV4", AAAA = "IPV6" }

  managed_zone = google_dns_managed_zone.ledger.name
  name         = google_dns_managed_zone.ledger.dns_name
  type         = each.key
  ttl          = 300
  rrdatas      = [google_compute_global_address.edge[each.value].address]
}

resource "proveniq_ledger_region" "ledger" {
  for_each = var.regions

  ledger_id             = "main"
  region                = each.key
  neg_name              = "ledger-api-${each.key}"
  capacity_percent      = each.value.capacity
  min_remaining_regions = var.min_remaining_regions
  backend_services      = { for class, rate in local.classes : class => { name = google_compute_backend_service.ledger[class].name, max_rate_per_endpoint = rate } }
  # Nobody's requests are on the way here.
  health   = { stable_seconds = 1 }
  drain    = { steps = [50], hold_seconds = 1, settle_seconds = 1 }
  registry = { database = proveniq_spanner_schema.ledger.database_path }

  # A forwarding rule has to lead to the services before health is known.
  depends_on = [google_compute_global_forwarding_rule.https, google_container_cluster.ledger]
}
