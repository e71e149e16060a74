locals {
  # Part of the names of what a domain has of its own: readable, and its own even
  # where the readable part is cut off.
  domain_names = { for d in var.domains : d => "${var.name}-${trimsuffix(substr(replace(d, ".", "-"), 0, 30), "-")}-${substr(sha256(d), 0, 6)}" }

  zone_name  = local.zone_made ? google_dns_managed_zone.ledger[0].name : try(var.dns.zone_name, null)
  zone_made  = var.dns != null && try(var.dns.zone_name, null) == null
  zone_caa   = try(var.dns.caa_issuers, ["pki.goog"])
  record_ttl = try(var.dns.ttl, 300)
}

# The DNS record proves the domain before any user comes to the load balancer, so
# that the certificate is there when the names are pointed at it.
resource "google_certificate_manager_dns_authorization" "ledger" {
  for_each = toset(var.domains)

  project = var.project_id
  name    = local.domain_names[each.key]
  domain  = each.key
  labels  = var.labels

  lifecycle {
    create_before_destroy = true
  }
}

# One for each domain: a certificate's domains cannot be changed, and a new
# certificate of all of them would leave all without one until it is issued.
resource "google_certificate_manager_certificate" "ledger" {
  for_each = google_certificate_manager_dns_authorization.ledger

  project = var.project_id
  name    = each.value.name
  labels  = var.labels

  managed {
    domains            = [each.value.domain]
    dns_authorizations = [each.value.id]
  }

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_certificate_manager_certificate_map" "ledger" {
  project = var.project_id
  name    = "${var.name}-ledger"
  labels  = var.labels

  lifecycle {
    create_before_destroy = true
  }
}

resource "google_certificate_manager_certificate_map_entry" "ledger" {
  for_each = google_certificate_manager_certificate.ledger

  project      = var.project_id
  name         = each.value.name
  map          = google_certificate_manager_certificate_map.ledger.name
  hostname     = each.key
  certificates = [each.value.id]
  labels       = var.labels
}

resource "google_dns_managed_zone" "ledger" {
  count = local.zone_made ? 1 : 0

  project         = var.project_id
  name            = "${var.name}-ledger"
  dns_name        = "${trimsuffix(coalesce(var.dns.dns_name, var.domains[0]), ".")}."
  description     = "Names of the ledger ${var.name}."
  force_destroy   = !var.deletion_protection
  labels          = var.labels
  deletion_policy = local.deletion_policy

  dnssec_config {
    state         = var.dns.dnssec ? "on" : "off"
    non_existence = "nsec3"
  }

  cloud_logging_config {
    enable_logging = var.dns.logging
  }
}

resource "google_dns_record_set" "authorization" {
  for_each = var.dns == null ? {} : google_certificate_manager_dns_authorization.ledger

  project      = var.project_id
  managed_zone = local.zone_name
  name         = each.value.dns_resource_record[0].name
  type         = each.value.dns_resource_record[0].type
  ttl          = local.record_ttl
  rrdatas      = [each.value.dns_resource_record[0].data]
}

resource "google_dns_record_set" "address" {
  for_each = var.dns == null ? {} : merge([for d in var.domains : { for type, version in { A = "ipv4", AAAA = "ipv6" } : "${d} ${type}" => { domain = d, type = type, version = version } }]...)

  project      = var.project_id
  managed_zone = local.zone_name
  name         = "${each.value.domain}."
  type         = each.value.type
  ttl          = local.record_ttl
  rrdatas      = [google_compute_global_address.ledger[each.value.version].address]
}

resource "google_dns_record_set" "caa" {
  for_each = var.dns == null || length(local.zone_caa) == 0 ? [] : toset(var.domains)

  project      = var.project_id
  managed_zone = local.zone_name
  name         = "${each.key}."
  type         = "CAA"
  ttl          = local.record_ttl
  rrdatas      = [for issuer in local.zone_caa : "0 issue \"${issuer}\""]
}
