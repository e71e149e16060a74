locals {
  # The classes of the users' traffic. Webhooks and probes have a service for each
  # home and each region beside them.
  classes = ["analytics", "read", "reports", "sealed", "write"]

  homes = var.webhooks == null ? toset([]) : coalesce(var.webhooks.homes, keys(var.regions))

  # Every backend service by its key, with the class whose rate and timeout it has.
  # While traffic shifts, the first set is "stable" and each service of it has a
  # second one, "global", beside it.
  services = merge(
    { for class in local.classes : class => class },
    var.traffic_shift == null ? {} : { for class in local.classes : "${class}-global" => class },
    { for home in local.homes : "webhook-${home}" => "webhook" },
    { for region in keys(var.regions) : "probe-${region}" => "probe" },
  )

  # Which regions are in the first set.
  stable_regions = var.traffic_shift == null ? keys(var.regions) : tolist(var.traffic_shift.stable_regions)

  # A region is preferred only where another is beside it: what Google makes of a
  # service that has preferred backends alone is not written anywhere.
  joined = [for name, r in var.regions : name if r.joined]
  write_preference = {
    for set, members in { stable = local.stable_regions, global = keys(var.regions) } : set => {
      for region in members : region => var.write_routing == "leader" && region == var.leader_region && length(setsubtract(setintersection(members, local.joined), [region])) > 0 ? "PREFERRED" : "DEFAULT"
    }
  }

  # References by name, not by id: a name is known when the plan is made, so the
  # plan shows every route with its service.
  global_path = "projects/${var.project_id}/global"
  service_ids = { for key, service in google_compute_backend_service.ledger : key => "${local.global_path}/backendServices/${service.name}" }

  detection_seconds = var.health_check.unhealthy_threshold * var.health_check.interval_seconds + var.health_check.timeout_seconds
}

resource "google_compute_health_check" "ledger" {
  project             = var.project_id
  name                = "${var.name}-${lower(local.health_check_kind)}"
  check_interval_sec  = var.health_check.interval_seconds
  timeout_sec         = var.health_check.timeout_seconds
  healthy_threshold   = var.health_check.healthy_threshold
  unhealthy_threshold = var.health_check.unhealthy_threshold

  dynamic "http_health_check" {
    for_each = local.health_check_kind == "HTTP" ? [var.health_check] : []
    content {
      port_specification = http_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
      port               = http_health_check.value.port
      request_path       = http_health_check.value.path
    }
  }
  dynamic "https_health_check" {
    for_each = local.health_check_kind == "HTTPS" ? [var.health_check] : []
    content {
      port_specification = https_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
      port               = https_health_check.value.port
      request_path       = https_health_check.value.path
    }
  }
  dynamic "http2_health_check" {
    for_each = local.health_check_kind == "HTTP2" ? [var.health_check] : []
    content {
      port_specification = http2_health_check.value.port == null ? "USE_SERVING_PORT" : "USE_FIXED_PORT"
      port               = http2_health_check.value.port
      request_path       = http2_health_check.value.path
    }
  }

  log_config {
    enable = true # why a region left is asked long after
  }

  lifecycle {
    create_before_destroy = true
  }
}

locals {
  health_check_kind = var.backend_protocol == "H2C" ? "HTTP" : var.backend_protocol
}

resource "google_compute_backend_service" "ledger" {
  for_each = local.services

  project                         = var.project_id
  name                            = "${var.name}-${each.key}"
  load_balancing_scheme           = "EXTERNAL_MANAGED"
  protocol                        = var.backend_protocol
  timeout_sec                     = var.timeouts_seconds[each.value]
  session_affinity                = contains(local.classes, each.value) ? var.session_affinity : "NONE"
  locality_lb_policy              = contains(local.classes, each.value) && var.session_affinity != "NONE" ? "MAGLEV" : "ROUND_ROBIN" # affinity takes effect with a hash only
  connection_draining_timeout_sec = var.draining_seconds
  health_checks                   = [google_compute_health_check.ledger.id]
  security_policy                 = one(google_compute_security_policy.requests[*].id)
  edge_security_policy            = each.value == "sealed" && var.cdn.reads ? one(google_compute_security_policy.cached[*].id) : null
  enable_cdn                      = each.value == "sealed" && var.cdn.reads

  # Of the client's place and its distance, for logs and for choosing a tenant's
  # home; Google sets them over what a client sends.
  custom_request_headers = [
    "X-Client-Region:{client_region}",
    "X-Client-Region-Subdivision:{client_region_subdivision}",
    "X-Client-City:{client_city}",
    "X-Client-Rtt-Msec:{client_rtt_msec}",
  ]

  dynamic "cdn_policy" {
    for_each = each.value == "sealed" && var.cdn.reads ? [var.cdn] : []
    content {
      cache_mode         = "USE_ORIGIN_HEADERS"
      negative_caching   = false # or a proof asked for too early would stay missing
      request_coalescing = true
      serve_while_stale  = cdn_policy.value.serve_while_stale_seconds

      cache_key_policy {
        include_host         = true
        include_protocol     = true
        include_query_string = true
      }

      dynamic "bypass_cache_on_request_headers" {
        for_each = cdn_policy.value.proofs_are_public ? [] : ["Authorization"]
        content {
          header_name = bypass_cache_on_request_headers.value
        }
      }
    }
  }

  # Takes one bad endpoint out a second after it begins to fail, while the health
  # check still counts. A probe has one region only, and is to see it as it is. All
  # is written out: Google's defaults and the provider's differ, and no 0 is, which
  # the provider would leave out.
  dynamic "outlier_detection" {
    for_each = each.value == "probe" ? [] : [1]
    content {
      consecutive_errors                    = 5
      consecutive_gateway_failure           = 3
      enforcing_consecutive_errors          = 100
      enforcing_consecutive_gateway_failure = 100
      enforcing_success_rate                = 100
      max_ejection_percent                  = 50
      success_rate_minimum_hosts            = 5
      success_rate_request_volume           = 100
      success_rate_stdev_factor             = 1900

      interval {
        seconds = 1
      }
      base_ejection_time {
        seconds = 30
      }
    }
  }

  log_config {
    enable      = var.log_sample_rate > 0
    sample_rate = var.log_sample_rate > 0 ? var.log_sample_rate : null
  }

  lifecycle {
    create_before_destroy = true
    # The backends are proveniq_ledger_region's: a PUT without them would take every
    # region out.
    ignore_changes = [backend]
  }
}

# What the other regions hold at the least when one is gone. A region's rate is that
# of its pods of the class, at its share.
locals {
  region_rates = {
    for class in local.classes : class => {
      for region, r in var.regions : region => r.joined ? var.rates[class] * r.min_endpoints * r.capacity_percent / 100 : 0
    }
  }
  short_of_peak = flatten([
    for class, peak in var.peak_requests_per_second : [
      for region in keys(var.regions) : "without ${region} the regions hold ${sum(values(local.region_rates[class])) - local.region_rates[class][region]} requests per second of class ${class}, the peak is ${peak}"
      if var.regions[region].joined && sum(values(local.region_rates[class])) - local.region_rates[class][region] < peak
    ]
  ])
}

check "peak_without_a_region" {
  assert {
    condition     = length(local.short_of_peak) == 0
    error_message = "The peak does not fit when a region is gone, and new nodes take minutes: ${join("; ", local.short_of_peak)}. Raise min_endpoints or the rates, or add a region."
  }
}
