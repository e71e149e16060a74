# What users reach: two addresses that every edge location of Google announces.
resource "google_compute_global_address" "ledger" {
  for_each = toset(["ipv4", "ipv6"])

  project         = var.project_id
  name            = "${var.name}-${each.key}"
  ip_version      = upper(each.key)
  labels          = var.labels
  deletion_policy = local.deletion_policy

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}

resource "google_compute_ssl_policy" "ledger" {
  project         = var.project_id
  name            = "${var.name}-ledger"
  profile         = var.tls.profile
  min_tls_version = var.tls.min_version

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_target_https_proxy" "ledger" {
  project         = var.project_id
  name            = "${var.name}-https"
  url_map         = google_compute_url_map.ledger.id
  ssl_policy      = google_compute_ssl_policy.ledger.id
  certificate_map = "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.ledger.id}"
  quic_override   = var.tls.quic ? "ENABLE" : "DISABLE"
  tls_early_data  = "DISABLED" # early data may be replayed, and a POST must not

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = google_compute_global_address.ledger

  project               = var.project_id
  name                  = "${var.name}-https-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  network_tier          = "PREMIUM"
  ip_protocol           = "TCP"
  ip_address            = each.value.id
  port_range            = "443"
  target                = google_compute_target_https_proxy.ledger.id
  labels                = var.labels
  deletion_policy       = local.deletion_policy
}

resource "google_compute_url_map" "redirect" {
  project = var.project_id
  name    = "${var.name}-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "PERMANENT_REDIRECT" # 308: a POST stays a POST
    strip_query            = false
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_target_http_proxy" "redirect" {
  project = var.project_id
  name    = "${var.name}-redirect"
  url_map = google_compute_url_map.redirect.id

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = google_compute_global_address.ledger

  project               = var.project_id
  name                  = "${var.name}-http-${each.key}"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  network_tier          = "PREMIUM"
  ip_protocol           = "TCP"
  ip_address            = each.value.id
  port_range            = "80"
  target                = google_compute_target_http_proxy.redirect.id
  labels                = var.labels
  deletion_policy       = local.deletion_policy
}
