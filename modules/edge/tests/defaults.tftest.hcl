# What is built when nothing is said but where.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "main"
  labels     = { ledger = "main" }
  domains    = ["ledger.example.com", "api.ledger.example.com"]
  regions    = { us-east1 = {}, europe-west1 = {}, asia-southeast1 = {} }
}

run "services" {
  command = plan

  assert {
    condition     = sort(keys(google_compute_backend_service.ledger)) == tolist(["analytics", "probe-asia-southeast1", "probe-europe-west1", "probe-us-east1", "read", "reports", "sealed", "webhook-asia-southeast1", "webhook-europe-west1", "webhook-us-east1", "write"])
    error_message = "There is a service for each class, each home and each probe."
  }
  assert {
    condition     = alltrue([for key, s in google_compute_backend_service.ledger : s.name == "main-${key}" && s.load_balancing_scheme == "EXTERNAL_MANAGED" && s.session_affinity == "NONE" && s.locality_lb_policy == "ROUND_ROBIN" && s.connection_draining_timeout_sec == 30])
    error_message = "Each is EXTERNAL_MANAGED, without affinity, its policy written out."
  }
  assert {
    condition     = alltrue([for key, s in google_compute_backend_service.ledger : s.enable_cdn == (key == "sealed")])
    error_message = "Only sealed objects are cached."
  }
  assert {
    condition     = google_compute_backend_service.ledger["sealed"].cdn_policy[0].cache_mode == "USE_ORIGIN_HEADERS" && !google_compute_backend_service.ledger["sealed"].cdn_policy[0].negative_caching && google_compute_backend_service.ledger["sealed"].cdn_policy[0].request_coalescing
    error_message = "The origin decides what is kept, nothing that is missing is, and requests for one object are one."
  }
  assert {
    condition     = google_compute_backend_service.ledger["sealed"].cdn_policy[0].cache_key_policy[0].include_query_string && google_compute_backend_service.ledger["sealed"].cdn_policy[0].bypass_cache_on_request_headers[0].header_name == "Authorization"
    error_message = "The key of the cache is written out, and who shows a token goes past it."
  }
  assert {
    condition     = alltrue([for key, s in google_compute_backend_service.ledger : startswith(key, "probe-") ? length(s.outlier_detection) == 0 : s.outlier_detection[0].interval[0].seconds == 1 && s.outlier_detection[0].max_ejection_percent == 50])
    error_message = "Outliers leave a second after they begin to fail, but for probes, and never more than half."
  }
  assert {
    condition     = alltrue(flatten([for s in google_compute_backend_service.ledger : [for o in s.outlier_detection : [for v in values({ for k, v in o : k => v if can(tonumber(v)) }) : v == null || try(tonumber(v) > 0, true)]]]))
    error_message = "The provider leaves a 0 out, so none is written."
  }
  assert {
    condition     = alltrue([for s in google_compute_backend_service.ledger : contains(s.custom_request_headers, "X-Client-Region:{client_region}") && contains(s.custom_request_headers, "X-Client-Rtt-Msec:{client_rtt_msec}")])
    error_message = "Services learn where a client is."
  }
  assert {
    condition     = alltrue([for s in google_compute_backend_service.ledger : s.log_config[0].enable && s.log_config[0].sample_rate == 0.1])
    error_message = "A tenth of requests is logged."
  }
}

run "regions_get_their_services" {
  command = plan

  assert {
    condition     = length(output.backend_services) == 3 && alltrue([for services in values(output.backend_services) : length(services) == 9])
    error_message = "Each region is in 5 classes, every home and its own probe."
  }
  assert {
    condition     = output.backend_services["us-east1"]["write"] == { name = "main-write", max_rate_per_endpoint = 50, preference = "DEFAULT", guard = true, follow_capacity = true }
    error_message = "Not what proveniq_ledger_region takes."
  }
  assert {
    condition     = alltrue(flatten([for region, services in output.backend_services : [for home in keys(output.backend_services) : services["webhook-${home}"].preference == (home == region ? "PREFERRED" : "DEFAULT") && !services["webhook-${home}"].guard]]))
    error_message = "A region is preferred for its own webhooks, and a home may go."
  }
  assert {
    condition     = alltrue([for region, services in output.backend_services : services["probe-${region}"] == { name = "main-probe-${region}", max_rate_per_endpoint = 10, preference = "DEFAULT", guard = false, follow_capacity = false }])
    error_message = "A probe is neither guarded nor drained."
  }
  assert {
    condition     = alltrue([for services in values(output.backend_services) : services["write"].preference == "DEFAULT"])
    error_message = "Writes go to the nearest region."
  }
}

run "detection" {
  command = plan

  assert {
    condition     = google_compute_health_check.ledger.check_interval_sec == 5 && google_compute_health_check.ledger.timeout_sec == 2 && google_compute_health_check.ledger.unhealthy_threshold == 2
    error_message = "2 * 5 + 2 = 12 seconds."
  }
  assert {
    condition     = output.health_check.path == "/healthz" && output.health_check.port == null && output.health_check.detection_seconds == 12
    error_message = "Not the health check's own figures."
  }
  assert {
    condition     = google_compute_health_check.ledger.http_health_check[0].port_specification == "USE_SERVING_PORT"
    error_message = "The health check asks the port that the pods serve on."
  }
}

run "entry" {
  command = plan

  assert {
    condition     = [for version, a in google_compute_global_address.ledger : "${a.name} ${a.ip_version} ${a.deletion_policy}"] == ["main-ipv4 IPV4 PREVENT", "main-ipv6 IPV6 PREVENT"]
    error_message = "Two addresses, both guarded."
  }
  assert {
    condition     = alltrue([for r in concat(values(google_compute_global_forwarding_rule.https), values(google_compute_global_forwarding_rule.http)) : r.load_balancing_scheme == "EXTERNAL_MANAGED" && r.network_tier == "PREMIUM" && r.deletion_policy == "PREVENT" && r.labels == tomap({ ledger = "main" })])
    error_message = "The rules are not those of a global load balancer."
  }
  assert {
    condition     = google_compute_target_https_proxy.ledger.tls_early_data == "DISABLED" && google_compute_target_https_proxy.ledger.quic_override == "ENABLE"
    error_message = "Early data may be replayed."
  }
  assert {
    condition     = google_compute_ssl_policy.ledger.profile == "MODERN" && google_compute_ssl_policy.ledger.min_tls_version == "TLS_1_2"
    error_message = "TLS is not modern."
  }
  assert {
    condition     = google_compute_url_map.redirect.default_url_redirect[0].redirect_response_code == "PERMANENT_REDIRECT" && google_compute_url_map.redirect.default_url_redirect[0].https_redirect && !google_compute_url_map.redirect.default_url_redirect[0].strip_query
    error_message = "HTTP leads to HTTPS, a POST as a POST, its query kept."
  }
}

run "certificates_and_names" {
  command = plan

  assert {
    condition     = alltrue([for d, c in google_certificate_manager_certificate.ledger : c.managed[0].domains == tolist([d])])
    error_message = "Each domain has a certificate of its own."
  }
  assert {
    condition     = length(distinct(values(google_certificate_manager_certificate.ledger)[*].name)) == 2 && alltrue([for e in google_certificate_manager_certificate_map_entry.ledger : e.map == "main-ledger"])
    error_message = "The map has an entry for each."
  }
  assert {
    condition     = google_dns_managed_zone.ledger[0].dns_name == "ledger.example.com." && google_dns_managed_zone.ledger[0].dnssec_config[0].state == "on" && google_dns_managed_zone.ledger[0].deletion_policy == "PREVENT" && !google_dns_managed_zone.ledger[0].force_destroy
    error_message = "The zone is signed and guarded."
  }
  assert {
    condition     = sort(keys(google_dns_record_set.address)) == tolist(["api.ledger.example.com A", "api.ledger.example.com AAAA", "ledger.example.com A", "ledger.example.com AAAA"])
    error_message = "Each domain has both addresses."
  }
  assert {
    condition     = alltrue([for d, r in google_dns_record_set.caa : r.rrdatas == tolist(["0 issue \"pki.goog\""])])
    error_message = "Google may issue certificates, and nobody else."
  }
  assert {
    condition     = length(output.dns_records) == 8 && output.host == "ledger.example.com"
    error_message = "The records are not told."
  }
}

run "armor" {
  command = plan

  assert {
    condition     = alltrue([for r in google_compute_security_policy.requests[0].rule : r.priority < 2000 || !startswith(try(r.match[0].expr[0].expression, ""), "evaluatePreconfiguredWaf")])
    error_message = "The limit of rates matches everything: what stands behind it is never looked at."
  }
  assert {
    condition     = length([for r in google_compute_security_policy.requests[0].rule : r if startswith(try(r.match[0].expr[0].expression, ""), "evaluatePreconfiguredWaf") && r.preview && r.action == "deny(403)"]) == 7
    error_message = "The rule sets are in preview."
  }
  assert {
    condition     = one([for r in google_compute_security_policy.requests[0].rule : r.rate_limit_options[0] if r.action == "throttle"]).enforce_on_key == "IP"
    error_message = "One address is limited, not all together."
  }
  assert {
    condition     = google_compute_security_policy.cached[0].type == "CLOUD_ARMOR_EDGE" && alltrue([for r in google_compute_security_policy.cached[0].rule : r.action != "throttle"])
    error_message = "A policy at the edge cannot limit rates."
  }
  assert {
    condition     = google_compute_security_policy.requests[0].adaptive_protection_config[0].layer_7_ddos_defense_config[0].enable && google_compute_security_policy.requests[0].advanced_options_config[0].json_parsing == "STANDARD"
    error_message = "Floods are told of, and JSON is read as JSON."
  }
}

run "files_and_queues" {
  command = plan

  assert {
    condition     = output.static_bucket == "ledger-test-main-static" && output.static_backend == "main-static" && !google_storage_bucket.static[0].force_destroy && google_storage_bucket.static[0].deletion_policy == "PREVENT" && google_storage_bucket.static[0].uniform_bucket_level_access
    error_message = "The bucket of static files is guarded."
  }
  assert {
    condition     = google_compute_backend_bucket.static[0].enable_cdn && google_compute_backend_bucket.static[0].cdn_policy[0].cache_mode == "CACHE_ALL_STATIC"
    error_message = "Static files are cached."
  }
  assert {
    condition     = contains(google_compute_backend_bucket.read_only[0].custom_response_headers, "Retry-After:30") && !google_compute_backend_bucket.read_only[0].enable_cdn && google_storage_bucket_object.read_only[0].content_type == "application/json"
    error_message = "A refused write says when to come again, and is not cached."
  }
  assert {
    condition     = output.webhook_queues["us-east1"] == "projects/ledger-test/locations/us-east1/queues/main-webhooks" && length(output.webhook_queues) == 3
    error_message = "Each region has its queue."
  }
  assert {
    condition     = alltrue([for q in google_cloud_tasks_queue.webhooks : q.retry_config[0].min_backoff == "1s" && q.retry_config[0].max_backoff == "3600s" && q.retry_config[0].max_doublings == 12 && q.desired_state == "RUNNING" && q.deletion_policy == "PREVENT"])
    error_message = "Webhooks are tried again with growing pauses."
  }
}

run "outputs" {
  command = plan

  assert {
    condition     = output.url_map.name == "main-ledger" && output.draining_seconds == 30 && one(output.cached_classes) == "sealed" && output.probe_paths["us-east1"] == "/probe/us-east1/healthz"
    error_message = "Not what it says of itself."
  }
  assert {
    condition     = output.backend_service_names["webhook-us-east1"] == "main-webhook-us-east1" && length(output.backend_service_names) == 11
    error_message = "Not the names of its services."
  }
}
