# What the arguments change. The routes of each request stand in the repository's
# table of routes; here is what is built.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
  name       = "main"
  domains    = ["ledger.example.com"]
  regions    = { us-east1 = {}, europe-west1 = {}, asia-southeast1 = {} }
}

run "one_region" {
  command = plan
  variables {
    regions = { us-east1 = {} }
  }

  assert {
    condition     = length(google_compute_backend_service.ledger) == 7 && length(output.backend_services["us-east1"]) == 7
    error_message = "5 classes, a home and a probe."
  }
}

run "routes" {
  command = plan

  assert {
    condition     = [for r in google_compute_url_map.ledger.path_matcher[0].route_rules : r.priority] == [for i in range(13) : (i + 1) * 10]
    error_message = "Google wants the rules in the order of their priorities."
  }
  assert {
    condition = [for t in google_compute_url_map.ledger.test : "${one([for h in t.headers : h.value if h.name == ":method"])} ${t.path} ${basename(t.service)}" if t.host == "ledger.example.com"] == [
      "GET /probe/asia-southeast1/healthz main-probe-asia-southeast1",
      "GET /probe/europe-west1/healthz main-probe-europe-west1",
      "GET /probe/us-east1/healthz main-probe-us-east1",
      "GET /webhooks/asia-southeast1/url-map-test main-webhook-asia-southeast1",
      "GET /webhooks/europe-west1/url-map-test main-webhook-europe-west1",
      "GET /webhooks/us-east1/url-map-test main-webhook-us-east1",
      "GET /webhooks/url-map-test main-write",
      "POST /url-map-test main-write",
      "GET /static/url-map-test main-static",
      "GET /blocks/url-map-test main-sealed",
      "GET /analytics/url-map-test main-analytics",
      "GET /reports/url-map-test main-reports",
      "GET /url-map-test main-read",
      "HEAD /probe/asia-southeast1/healthz main-probe-asia-southeast1",
      "HEAD /probe/europe-west1/healthz main-probe-europe-west1",
      "HEAD /probe/us-east1/healthz main-probe-us-east1",
      "GET /proofs/url-map-test main-sealed",
      "GET /proof/url-map-test main-sealed",
    ]
    error_message = "Each rule is tried, and each of its methods and paths."
  }
  assert {
    condition     = alltrue(flatten([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : [for m in r.match_rules : (m.full_path_match == null || m.full_path_match == "") != (m.prefix_match == null || m.prefix_match == "")]]))
    error_message = "A match has one path."
  }
  assert {
    condition     = google_compute_url_map.ledger.default_route_action[0].fault_injection_policy[0].abort[0].http_status == 404
    error_message = "Another host is not the ledger's."
  }
}

run "no_route_tests" {
  command = plan
  variables {
    routes = { tests = false }
  }

  assert {
    condition     = length(google_compute_url_map.ledger.test) == 0
    error_message = "Tests that were switched off."
  }
}

run "read_only" {
  command = plan
  variables {
    mode = "read_only"
  }

  assert {
    condition     = [for r in google_compute_url_map.ledger.path_matcher[0].route_rules : r.service if try(r.route_action[0].fault_injection_policy[0].abort[0].http_status, 0) == 503] == ["projects/ledger-test/global/backendServices/main-write"]
    error_message = "Writes are refused, and nothing else."
  }
  assert {
    condition     = one([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : r.custom_error_response_policy[0] if length(r.custom_error_response_policy) > 0]).error_service == "projects/ledger-test/global/backendBuckets/main-read-only"
    error_message = "The answer comes from the bucket that is there for it."
  }
}

run "read_only_without_a_bucket" {
  command = plan
  variables {
    mode             = "read_only"
    read_only_answer = null
  }

  assert {
    condition     = length(google_storage_bucket.read_only) == 0 && alltrue([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : length(r.custom_error_response_policy) == 0])
    error_message = "There is no bucket to answer from."
  }
}

run "leader_alone" {
  command = plan
  variables {
    leader_region = "us-east1"
    write_routing = "leader"
    regions       = { us-east1 = {}, europe-west1 = { joined = false } }
  }

  assert {
    condition     = output.backend_services["us-east1"]["write"].preference == "DEFAULT" && output.backend_services["us-east1"]["webhook-us-east1"].preference == "DEFAULT"
    error_message = "The only region that is joined would be preferred to none."
  }
}

run "leader_alone_in_the_first_set" {
  command = plan
  variables {
    leader_region = "us-east1"
    write_routing = "leader"
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"] }
  }

  assert {
    condition     = output.backend_services["us-east1"]["write"].preference == "DEFAULT" && output.backend_services["us-east1"]["write-global"].preference == "PREFERRED" && output.backend_services["europe-west1"]["write-global"].preference == "DEFAULT"
    error_message = "In the first set the leader's region is alone, in the second it is not."
  }
}

run "affinity" {
  command = plan
  variables {
    session_affinity = "CLIENT_IP"
  }

  assert {
    condition     = alltrue([for key, s in google_compute_backend_service.ledger : s.session_affinity == (length(regexall("^(probe|webhook)-", key)) > 0 ? "NONE" : "CLIENT_IP")])
    error_message = "Users keep to an endpoint, probes and webhooks do not."
  }
  assert {
    condition     = alltrue([for s in google_compute_backend_service.ledger : (s.session_affinity == "NONE") == (s.locality_lb_policy == "ROUND_ROBIN") && contains(["ROUND_ROBIN", "MAGLEV"], s.locality_lb_policy)])
    error_message = "Affinity takes effect with a hash only."
  }
}

run "leader_routing" {
  command = plan
  variables {
    leader_region = "us-east1"
    write_routing = "leader"
  }

  assert {
    condition     = [for region in ["us-east1", "europe-west1", "asia-southeast1"] : output.backend_services[region]["write"].preference] == ["PREFERRED", "DEFAULT", "DEFAULT"]
    error_message = "Writes prefer the leader's region."
  }
  assert {
    condition     = alltrue([for services in values(output.backend_services) : services["read"].preference == "DEFAULT"])
    error_message = "Reads do not."
  }
}

run "traffic_shift_at_nothing" {
  command = plan
  variables {
    traffic_shift = { global_percent = 0, stable_regions = ["us-east1"] }
  }

  assert {
    condition     = length(google_compute_backend_service.ledger) == 16
    error_message = "Each class has a second service."
  }
  assert {
    condition     = contains(keys(output.backend_services["us-east1"]), "read") && !contains(keys(output.backend_services["europe-west1"]), "read") && alltrue([for services in values(output.backend_services) : contains(keys(services), "read-global")])
    error_message = "Stable regions are in the first set, all in the second."
  }
  assert {
    condition     = output.backend_services["us-east1"]["read"].guard && !output.backend_services["us-east1"]["read-global"].guard
    error_message = "A set without users is not guarded."
  }
  assert {
    condition     = alltrue(flatten([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : [for a in r.route_action : [for w in a.weighted_backend_services : w.weight == 1000 && !endswith(w.backend_service, "-global")]]]))
    error_message = "A weight of 0 is written, which the provider leaves out."
  }
  assert {
    condition     = length(distinct([for t in google_compute_url_map.ledger.test : t.service if endswith(t.service, "-global")])) == 5
    error_message = "The second set is not led to by a header, and its health would stay unknown."
  }
}

run "traffic_shift_at_all" {
  command = plan
  variables {
    traffic_shift = { global_percent = 100, stable_regions = ["us-east1"] }
  }

  assert {
    condition     = !output.backend_services["us-east1"]["read"].guard && output.backend_services["us-east1"]["read-global"].guard
    error_message = "The guard is on the wrong set."
  }
}

run "caches_apart" {
  command = plan
  variables {
    cdn = { static = false }
  }

  assert {
    condition     = !google_compute_backend_bucket.static[0].enable_cdn && google_compute_backend_service.ledger["sealed"].enable_cdn
    error_message = "The switches are independent."
  }
}

run "reads_past_the_cache" {
  command = plan
  variables {
    cdn = { reads = false }
  }

  assert {
    condition     = google_compute_backend_bucket.static[0].enable_cdn && !google_compute_backend_service.ledger["sealed"].enable_cdn && length(output.cached_classes) == 0
    error_message = "The switches are independent."
  }
  assert {
    condition     = alltrue(flatten([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : [for a in r.route_action : length(a.cache_policy) == 0]]))
    error_message = "A route still caches."
  }
}

run "no_static_files_no_webhooks_no_armor" {
  command = plan
  variables {
    static   = null
    webhooks = null
    armor    = null
  }

  assert {
    condition     = output.static_bucket == null && length(output.webhook_queues) == 0 && length(google_compute_security_policy.requests) == 0 && length(google_compute_backend_service.ledger) == 8
    error_message = "Something of them is left."
  }
}

run "dns_absent" {
  command = plan
  variables {
    dns = null
  }

  assert {
    condition     = length(google_dns_managed_zone.ledger) == 0 && length(google_dns_record_set.address) == 0 && length(google_dns_record_set.authorization) == 0 && length(output.dns_records) == 4 && length(output.name_servers) == 0
    error_message = "Records are made, or not told."
  }
}

run "existing_zone" {
  command = plan
  variables {
    domains = ["ledger.example.com", "ledger.example.org"]
    dns     = { zone_name = "company", caa_issuers = [] }
  }

  assert {
    condition     = length(google_dns_managed_zone.ledger) == 0 && length(google_dns_record_set.caa) == 0 && alltrue([for r in google_dns_record_set.address : r.managed_zone == "company"])
    error_message = "The records are not in the zone."
  }
}

run "edge_plugin" {
  command = plan
  variables {
    edge_plugin = { image = "us-east1-docker.pkg.dev/p/r/home@sha256:1" }
  }

  assert {
    condition     = google_network_services_lb_edge_extension.home[0].extension_chains[0].match_condition[0].cel_expression == "request.path == '/webhooks' || request.path.startsWith('/webhooks/')"
    error_message = "A path that the plugin's header chooses a home for is not the plugin's."
  }
  assert {
    condition     = google_network_services_lb_edge_extension.home[0].extension_chains[0].extensions[0].supported_events == tolist(["REQUEST_HEADERS"]) && !google_network_services_lb_edge_extension.home[0].extension_chains[0].extensions[0].fail_open
    error_message = "The plugin may be gone past."
  }
  assert {
    condition     = length([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : r if anytrue(flatten([for m in r.match_rules : [for h in m.header_matches : h.header_name == "x-ledger-region"]]))]) == 3
    error_message = "The plugin's header chooses no home."
  }
  # An empty header action would be planned again and again.
  assert {
    condition     = alltrue(flatten([for r in google_compute_url_map.ledger.path_matcher[0].route_rules : [for h in r.header_action : length(h.request_headers_to_remove) > 0]]))
    error_message = "A header action is empty."
  }
}

run "another_plugin_version" {
  command = plan
  variables {
    edge_plugin = { image = "us-east1-docker.pkg.dev/p/r/home@sha256:2" }
  }

  assert {
    condition     = google_network_services_wasm_plugin.home[0].main_version_id == "v${substr(sha256(jsonencode(var.edge_plugin)), 0, 12)}"
    error_message = "Another image is another version."
  }
}

run "tls_to_the_pods" {
  command = plan
  variables {
    backend_protocol = "HTTP2"
    health_check     = { port = 8081 }
  }

  assert {
    condition     = google_compute_health_check.ledger.http2_health_check[0].port == 8081 && google_compute_health_check.ledger.http2_health_check[0].port_specification == "USE_FIXED_PORT" && google_compute_health_check.ledger.name == "main-http2"
    error_message = "The health check speaks another protocol."
  }
}

run "blocked_and_trusted" {
  command = plan
  variables {
    armor = {
      blocked_ip_ranges = [for i in range(12) : "203.0.113.${i}/32"]
      blocked_countries = ["XX"]
      trusted_ip_ranges = ["198.51.100.0/24"]
      waf               = { mode = "enforce" }
    }
  }

  assert {
    condition     = alltrue([for p in [google_compute_security_policy.requests[0], google_compute_security_policy.cached[0]] : length([for r in p.rule : r if r.priority < 400 && r.action == "deny(403)" && alltrue([for c in r.match[0].config : length(c.src_ip_ranges) <= 10])]) == 2])
    error_message = "A rule takes ten ranges; both policies refuse them."
  }
  assert {
    condition     = alltrue([for r in google_compute_security_policy.requests[0].rule : !r.preview])
    error_message = "The rule sets only watch."
  }
}

run "many_countries" {
  command = plan
  variables {
    armor = { blocked_countries = ["AA", "AB", "AC", "AD", "AE", "AF", "AG", "AH", "AI", "AJ", "AK"] }
  }

  assert {
    condition     = alltrue([for p in [google_compute_security_policy.requests[0], google_compute_security_policy.cached[0]] : sort([for r in p.rule : "${r.priority} ${length(regexall("origin.region_code", r.match[0].expr[0].expression))}" if startswith(r.description, "Blocked")]) == tolist(["400 5", "401 5", "402 1"])])
    error_message = "Google takes five conditions in a rule."
  }
}

run "peak_does_not_fit" {
  command = plan
  variables {
    peak_requests_per_second = { read = 1300, write = 100 }
  }
  expect_failures = [check.peak_without_a_region]
}

run "peak_fits" {
  command = plan
  variables {
    peak_requests_per_second = { read = 1200, write = 100 }
  }

  assert {
    condition     = length(google_compute_backend_service.ledger) == 11
    error_message = "Two regions of three pods hold 1200 reads per second."
  }
}

run "peak_with_a_drained_region" {
  command = plan
  variables {
    regions                  = { us-east1 = {}, europe-west1 = { capacity_percent = 0 }, asia-southeast1 = {} }
    peak_requests_per_second = { read = 1200 }
  }
  expect_failures = [check.peak_without_a_region]
}

run "unguarded" {
  command = plan
  variables {
    deletion_protection = false
  }

  assert {
    condition     = alltrue([for p in concat(values(google_compute_global_address.ledger)[*].deletion_policy, values(google_compute_global_forwarding_rule.https)[*].deletion_policy, values(google_cloud_tasks_queue.webhooks)[*].deletion_policy, google_storage_bucket.static[*].deletion_policy, google_dns_managed_zone.ledger[*].deletion_policy) : p == "DELETE"]) && google_storage_bucket.static[0].force_destroy
    error_message = "A guard is left."
  }
}

run "long_domain" {
  command = plan
  variables {
    domains = ["a-name-as-long-as-a-label-of-dns-may-be-which-is-sixty-three-ab.and-another-one.example.com"]
    name    = "a-name-of-20-letters"
  }

  assert {
    condition     = alltrue([for c in google_certificate_manager_certificate.ledger : length(c.name) <= 63])
    error_message = "Names of domains' own resources are too long for Google."
  }
  assert {
    condition     = alltrue([for s in google_compute_backend_service.ledger : length(s.name) <= 63])
    error_message = "Names of services are too long for Google."
  }
}

run "one_path_by_method" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"], methods = ["POST"] }, { name = "y", class = "sealed", paths = ["/x"] }, { name = "z", class = "write", paths = ["/blocks/check"], methods = ["PUT"] }, { name = "cors", class = "read", paths = ["/blocks"], methods = ["OPTIONS"] }] }
  }

  assert {
    condition     = length(google_compute_url_map.ledger.path_matcher[0].route_rules) == 17
    error_message = "Other methods of a path are another route."
  }
  assert {
    condition     = length([for t in google_compute_url_map.ledger.test : t if startswith(t.path, "/x/") && contains(["POST", "GET", "HEAD"], one([for h in t.headers : h.value if h.name == ":method"]))]) == 3
    error_message = "Each method is tried."
  }
}

run "more_requests_than_google_tries" {
  command = plan
  variables {
    routes = { more = [{ name = "many", class = "read", paths = [for i in range(60) : "/many/${i}"] }, { name = "last", class = "read", paths = ["/last"] }] }
  }

  assert {
    condition     = length(google_compute_url_map.ledger.test) == 100
    error_message = "Google takes a hundred tests."
  }
  assert {
    condition     = alltrue([for name in ["many", "last", "writes", "sealed blocks and proofs", "reads"] : contains(google_compute_url_map.ledger.test[*].description, name)])
    error_message = "A route is left out for the paths of another."
  }
}
