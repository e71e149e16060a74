output "backend_services" {
  description = "By region and class, what proveniq_ledger_region takes as backend_services: the service's name, the rate of one pod, whether the region is preferred there, whether the last region is guarded, and whether the region's capacity applies. Known once users can reach the services: their health is not known before."
  value = {
    for region in keys(var.regions) : region => merge(
      {
        for class in local.classes : class => {
          name                  = google_compute_backend_service.ledger[class].name
          max_rate_per_endpoint = var.rates[class]
          preference            = class == "write" ? local.write_preference.stable[region] : "DEFAULT"
          guard                 = local.global_percent < 100 # a set without users may empty
          follow_capacity       = true
        } if contains(local.stable_regions, region)
      },
      {
        for class in local.classes : "${class}-global" => {
          name                  = google_compute_backend_service.ledger["${class}-global"].name
          max_rate_per_endpoint = var.rates[class]
          preference            = class == "write" ? local.write_preference.global[region] : "DEFAULT"
          guard                 = local.global_percent > 0
          follow_capacity       = true
        } if var.traffic_shift != null
      },
      {
        for home in local.homes : "webhook-${home}" => {
          name                  = google_compute_backend_service.ledger["webhook-${home}"].name
          max_rate_per_endpoint = var.rates.webhook
          preference            = home == region && length(setsubtract(local.joined, [region])) > 0 ? "PREFERRED" : "DEFAULT"
          guard                 = false # all regions are in it, as in the classes; and a home may go, with its service
          follow_capacity       = true
        }
      },
      {
        "probe-${region}" = {
          name                  = google_compute_backend_service.ledger["probe-${region}"].name
          max_rate_per_endpoint = var.rates.probe
          preference            = "DEFAULT"
          guard                 = false # it is the only one there
          follow_capacity       = false # a drained region is still looked at
        }
      },
    )
  }

  depends_on = [google_compute_global_forwarding_rule.https, google_compute_global_forwarding_rule.http]
}

output "backend_service_names" {
  description = "The names of all backend services, by class: analytics, read, reports, sealed and write, webhook-REGION and probe-REGION, and CLASS-global while traffic shifts."
  value       = { for key, service in google_compute_backend_service.ledger : key => service.name }
}

output "cached_classes" {
  description = "The classes whose answers Cloud CDN keeps."
  value       = var.cdn.reads ? [for key, class in local.services : key if class == "sealed"] : []
}

output "rates_without_a_region" {
  description = "Requests per second that the joined regions hold of each class without the largest of them, by class."
  value       = { for class, rates in local.region_rates : class => sum(values(rates)) - max(values(rates)...) }
}

output "url_map" {
  description = "The URL map of the ledger: its name and id."
  value       = { name = google_compute_url_map.ledger.name, id = google_compute_url_map.ledger.id }
}

output "addresses" {
  description = "The addresses of the load balancer, by ipv4 and ipv6."
  value       = { for version, address in google_compute_global_address.ledger : version => address.address }
}

output "host" {
  description = "The ledger's main host name: the first of domains."
  value       = var.domains[0]
}

output "probe_paths" {
  description = "By region, the path that asks the health of this region alone, whichever is nearest."
  value       = { for region in keys(var.regions) : region => "/probe/${region}${var.health_check.path}" }
}

output "name_servers" {
  description = "The name servers of the zone made here, for the domain's registrar; empty when none is made."
  value       = flatten(google_dns_managed_zone.ledger[*].name_servers)
}

output "dns_records" {
  description = "The records that the domains need, whether or not they are made here: name, type, ttl in seconds and values."
  value = concat(
    flatten([for d in var.domains : [
      { name = "${d}.", type = "A", ttl = local.record_ttl, values = [google_compute_global_address.ledger["ipv4"].address] },
      { name = "${d}.", type = "AAAA", ttl = local.record_ttl, values = [google_compute_global_address.ledger["ipv6"].address] },
    ]]),
    [for d in var.domains : { name = "${d}.", type = "CAA", ttl = local.record_ttl, values = [for issuer in local.zone_caa : "0 issue \"${issuer}\""] } if length(local.zone_caa) > 0],
    [for a in google_certificate_manager_dns_authorization.ledger : { name = a.dns_resource_record[0].name, type = a.dns_resource_record[0].type, ttl = local.record_ttl, values = [a.dns_resource_record[0].data] }],
  )
}

output "static_bucket" {
  description = "The name of the bucket of static files, null when there is none."
  value       = one(google_storage_bucket.static[*].name)
}

output "static_backend" {
  description = "The name of the backend bucket that serves the static files, as it stands in metrics; null when there is none."
  value       = one(google_compute_backend_bucket.static[*].name)
}

output "webhook_queues" {
  description = "By region, the id of the Cloud Tasks queue for webhooks, projects/P/locations/R/queues/Q; empty without webhooks."
  value       = { for region, queue in google_cloud_tasks_queue.webhooks : region => "projects/${var.project_id}/locations/${region}/queues/${queue.name}" }
}

output "draining_seconds" {
  description = "How long requests may end after an endpoint is taken out, in seconds: what proveniq_ledger_region must wait at the least."
  value       = var.draining_seconds
}

output "health_check" {
  description = "The health check's path, its port (null: the one that the pods serve on), and after how many seconds at worst it notices a failure."
  value = {
    path              = var.health_check.path
    port              = var.health_check.port
    detection_seconds = local.detection_seconds
  }
}
