locals {
  # Google takes ten ranges in a rule, and five conditions. The variable's validation
  # keeps each kind of rule within its priorities.
  armor_blocked   = try(chunklist(var.armor.blocked_ip_ranges, 10), [])
  armor_countries = try(chunklist(var.armor.blocked_countries, 5), [])
  armor_trusted   = try(chunklist(var.armor.trusted_ip_ranges, 10), [])
  armor_waf       = try(var.armor.waf.mode, "off") == "off" ? [] : var.armor.waf.rule_sets
}

# Rules are tried in the order of their priorities and the first that matches
# decides, so that the limit of rates, which matches everything, stands last: before
# the rule sets it would let every attack through that is slow enough.
resource "google_compute_security_policy" "requests" {
  count = var.armor == null ? 0 : 1

  project = var.project_id
  name    = "${var.name}-requests"
  labels  = var.labels
  type    = "CLOUD_ARMOR"

  adaptive_protection_config {
    layer_7_ddos_defense_config {
      enable          = var.armor.adaptive_protection
      rule_visibility = "STANDARD"
    }
  }

  advanced_options_config {
    json_parsing = "STANDARD" # or the rule sets would take a body of JSON for an attack
    log_level    = "NORMAL"
  }

  dynamic "rule" {
    for_each = local.armor_blocked
    content {
      action      = "deny(403)"
      priority    = 100 + rule.key
      description = "Blocked addresses."
      preview     = false
      match {
        versioned_expr = "SRC_IPS_V1"
        config {
          src_ip_ranges = rule.value
        }
      }
    }
  }

  dynamic "rule" {
    for_each = local.armor_countries
    content {
      action      = "deny(403)"
      priority    = 400 + rule.key
      description = "Blocked countries."
      preview     = false
      match {
        expr {
          expression = join(" || ", [for c in rule.value : "origin.region_code == '${c}'"])
        }
      }
    }
  }

  dynamic "rule" {
    for_each = local.armor_trusted
    content {
      action      = "allow"
      priority    = 500 + rule.key
      description = "Trusted addresses."
      preview     = false
      match {
        versioned_expr = "SRC_IPS_V1"
        config {
          src_ip_ranges = rule.value
        }
      }
    }
  }

  dynamic "rule" {
    for_each = local.armor_waf
    content {
      action      = "deny(403)"
      priority    = 1000 + rule.key * 10
      description = "Known attacks: ${rule.value}."
      preview     = var.armor.waf.mode == "preview"
      match {
        expr {
          expression = "evaluatePreconfiguredWaf('${rule.value}', {'sensitivity': ${var.armor.waf.sensitivity}})"
        }
      }
    }
  }

  rule {
    action      = "throttle"
    priority    = 2000
    description = "So many requests of one address."
    preview     = false
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
        count        = var.armor.throttle.requests
        interval_sec = var.armor.throttle.interval_seconds
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "All others."
    preview     = false
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}

# What the cache answers never comes to the policy above; this one stands before the
# cache. It can neither limit rates nor look into a request.
resource "google_compute_security_policy" "cached" {
  count = var.armor == null ? 0 : 1

  project = var.project_id
  name    = "${var.name}-cached"
  labels  = var.labels
  type    = "CLOUD_ARMOR_EDGE"

  dynamic "rule" {
    for_each = local.armor_blocked
    content {
      action      = "deny(403)"
      priority    = 100 + rule.key
      description = "Blocked addresses."
      preview     = false
      match {
        versioned_expr = "SRC_IPS_V1"
        config {
          src_ip_ranges = rule.value
        }
      }
    }
  }

  dynamic "rule" {
    for_each = local.armor_countries
    content {
      action      = "deny(403)"
      priority    = 400 + rule.key
      description = "Blocked countries."
      preview     = false
      match {
        expr {
          expression = join(" || ", [for c in rule.value : "origin.region_code == '${c}'"])
        }
      }
    }
  }

  rule {
    action      = "allow"
    priority    = 2147483647
    description = "All others."
    preview     = false
    match {
      versioned_expr = "SRC_IPS_V1"
      config {
        src_ip_ranges = ["*"]
      }
    }
  }

  lifecycle {
    create_before_destroy = true
  }
}
