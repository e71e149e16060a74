# Network and edge of a ledger: what stands in front of its regions.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
  }
}

provider "google" {
  project = "proveniq-local"
}

variable "change" {
  description = "Changes what can be changed in place."
  type        = bool
  default     = false
}

locals {
  regions = {
    asia-southeast1 = { slot = 2 }
    europe-west1    = { slot = 1 }
    us-east1        = { slot = 0 }
  }
}

resource "google_compute_network" "ledger" {
  name                    = "ledger"
  auto_create_subnetworks = false
  routing_mode            = "GLOBAL"
  mtu                     = 1460
}

resource "google_compute_subnetwork" "ledger" {
  for_each = local.regions

  name                     = "ledger-${each.key}"
  region                   = each.key
  network                  = google_compute_network.ledger.id
  ip_cidr_range            = cidrsubnet("10.0.0.0/12", 8, each.value.slot)
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = cidrsubnet("10.64.0.0/10", 6, each.value.slot)
  }
  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = cidrsubnet("10.32.0.0/12", 8, each.value.slot)
  }

  log_config {
    aggregation_interval = "INTERVAL_5_SEC"
    flow_sampling        = var.change ? 0.25 : 0.5
    metadata             = "INCLUDE_ALL_METADATA"
  }
}

resource "google_compute_router" "ledger" {
  for_each = local.regions

  name    = "ledger-${each.key}"
  region  = each.key
  network = google_compute_network.ledger.id
}

resource "google_compute_router_nat" "ledger" {
  for_each = local.regions

  name                               = "ledger-${each.key}"
  region                             = each.key
  router                             = google_compute_router.ledger[each.key].name
  nat_ip_allocate_option             = "AUTO_ONLY"
  source_subnetwork_ip_ranges_to_nat = "ALL_SUBNETWORKS_ALL_IP_RANGES"
  min_ports_per_vm                   = var.change ? 128 : 64

  log_config {
    enable = true
    filter = "ERRORS_ONLY"
  }
}

resource "google_compute_firewall" "health_checks" {
  name          = "ledger-health-checks"
  network       = google_compute_network.ledger.id
  source_ranges = ["130.211.0.0/22", "35.191.0.0/16"]
  priority      = var.change ? 900 : 1000

  allow {
    protocol = "tcp"
    ports    = ["8080"]
  }
}

resource "google_compute_global_address" "services" {
  name          = "ledger-services"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  prefix_length = 16
  network       = google_compute_network.ledger.id
}

resource "google_compute_global_address" "edge" {
  for_each = toset(["IPV4", "IPV6"])

  name       = "ledger-${lower(each.key)}"
  ip_version = each.key
}

resource "google_compute_health_check" "ledger" {
  name                = "ledger"
  check_interval_sec  = 5
  timeout_sec         = 5
  healthy_threshold   = 2
  unhealthy_threshold = var.change ? 3 : 2

  http_health_check {
    port_specification = "USE_SERVING_PORT"
    request_path       = "/healthz"
  }
}

resource "google_compute_security_policy" "edge" {
  name = "ledger-edge"
  type = "CLOUD_ARMOR"

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable = true
    }
  }

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
        count        = var.change ? 600 : 300
        interval_sec = 60
      }
    }
  }

  rule {
    action   = "deny(403)"
    priority = 2000
    preview  = true
    match {
      expr {
        expression = "evaluatePreconfiguredWaf('sqli-v33-stable', {'sensitivity': 1})"
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

resource "google_compute_security_policy" "cached" {
  name = "ledger-cached"
  type = "CLOUD_ARMOR_EDGE"

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
  for_each = {
    read    = { cdn = true }
    webhook = { cdn = false }
    write   = { cdn = false }
  }

  name                            = "ledger-${each.key}"
  load_balancing_scheme           = "EXTERNAL_MANAGED"
  protocol                        = "HTTP2"
  timeout_sec                     = var.change ? 20 : 10
  session_affinity                = "NONE"
  locality_lb_policy              = "ROUND_ROBIN"
  connection_draining_timeout_sec = 30
  health_checks                   = [google_compute_health_check.ledger.id]
  security_policy                 = google_compute_security_policy.edge.id
  edge_security_policy            = each.value.cdn ? google_compute_security_policy.cached.id : null
  enable_cdn                      = each.value.cdn
  custom_request_headers          = ["X-Client-Region:{client_region}"]

  dynamic "cdn_policy" {
    for_each = each.value.cdn ? [1] : []
    content {
      cache_mode         = "USE_ORIGIN_HEADERS"
      request_coalescing = true
      cache_key_policy {
        include_host         = true
        include_protocol     = true
        include_query_string = true
      }
    }
  }

  log_config {
    enable      = true
    sample_rate = 0.1
  }

  lifecycle {
    ignore_changes = [backend]
  }
}

resource "google_storage_bucket" "static" {
  name                        = "proveniq-local-static"
  location                    = "US"
  uniform_bucket_level_access = true
}

resource "google_compute_backend_bucket" "static" {
  name        = "ledger-static"
  bucket_name = google_storage_bucket.static.name
  enable_cdn  = true

  cdn_policy {
    cache_mode        = "CACHE_ALL_STATIC"
    client_ttl        = var.change ? 600 : 300
    default_ttl       = 3600
    max_ttl           = 86400
    negative_caching  = true
    serve_while_stale = 0
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
        prefix_match = "/"
        header_matches {
          header_name = ":method"
          exact_match = "POST"
        }
      }
    }

    route_rules {
      priority = 20
      match_rules {
        prefix_match = "/webhooks/"
      }
      route_action {
        weighted_backend_services {
          backend_service = google_compute_backend_service.ledger["webhook"].id
          weight          = 100
        }
        retry_policy {
          num_retries      = var.change ? 2 : 1
          retry_conditions = ["gateway-error"]
          per_try_timeout {
            seconds = 5
          }
        }
      }
    }

    route_rules {
      priority = 30
      service  = google_compute_backend_bucket.static.id
      match_rules {
        prefix_match = "/static/"
      }
    }
  }

  test {
    host    = "ledger.example.com"
    path    = "/blocks/1"
    service = google_compute_backend_service.ledger["read"].id
  }
}

resource "google_compute_url_map" "redirect" {
  name = "ledger-redirect"

  default_url_redirect {
    https_redirect         = true
    redirect_response_code = "MOVED_PERMANENTLY_DEFAULT"
    strip_query            = false
  }
}

resource "google_compute_ssl_policy" "modern" {
  name            = "ledger"
  profile         = var.change ? "RESTRICTED" : "MODERN"
  min_tls_version = "TLS_1_2"
}

resource "google_certificate_manager_certificate_map" "ledger" {
  name = "ledger"
}

resource "google_compute_target_https_proxy" "ledger" {
  name            = "ledger"
  url_map         = google_compute_url_map.ledger.id
  ssl_policy      = google_compute_ssl_policy.modern.id
  certificate_map = "//certificatemanager.googleapis.com/${google_certificate_manager_certificate_map.ledger.id}"
  quic_override   = "ENABLE"
}

resource "google_compute_target_http_proxy" "redirect" {
  name    = "ledger-redirect"
  url_map = google_compute_url_map.redirect.id
}

resource "google_compute_global_forwarding_rule" "https" {
  for_each = google_compute_global_address.edge

  name                  = "ledger-https-${lower(each.key)}"
  ip_address            = each.value.id
  port_range            = "443"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_https_proxy.ledger.id
  labels                = { change = tostring(var.change) }
}

resource "google_compute_global_forwarding_rule" "http" {
  for_each = google_compute_global_address.edge

  name                  = "ledger-http-${lower(each.key)}"
  ip_address            = each.value.id
  port_range            = "80"
  load_balancing_scheme = "EXTERNAL_MANAGED"
  target                = google_compute_target_http_proxy.redirect.id
}
