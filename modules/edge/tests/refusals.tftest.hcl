# What is refused before anything is planned, each by the variable that has to change.
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

run "name_too_long" {
  command = plan
  variables {
    name = "a-name-that-is-too-long-for-google"
  }
  expect_failures = [var.name]
}

run "name_ends_in_hyphen" {
  command = plan
  variables {
    name = "main-"
  }
  expect_failures = [var.name]
}

run "no_domain" {
  command = plan
  variables {
    domains = []
  }
  expect_failures = [var.domains]
}

run "domains_twice" {
  command = plan
  variables {
    domains = ["ledger.example.com", "ledger.example.com"]
  }
  expect_failures = [var.domains]
}

run "domain_with_wildcard" {
  command = plan
  variables {
    domains = ["*.example.com"]
    dns     = null
  }
  expect_failures = [var.domains]
}

run "domain_in_capitals" {
  command = plan
  variables {
    domains = ["Ledger.example.com"]
  }
  expect_failures = [var.domains]
}

run "no_region" {
  command = plan
  variables {
    regions = {}
  }
  expect_failures = [var.regions]
}

run "region_that_is_a_zone" {
  command = plan
  variables {
    regions = { us-east1-b = {} }
  }
  expect_failures = [var.regions]
}

run "capacity_of_five_percent" {
  command = plan
  variables {
    regions = { us-east1 = { capacity_percent = 5 } }
  }
  expect_failures = [var.regions]
}

run "capacity_above_all" {
  command = plan
  variables {
    regions = { us-east1 = { capacity_percent = 101 } }
  }
  expect_failures = [var.regions]
}

run "capacity_in_fractions" {
  command = plan
  variables {
    regions = { us-east1 = { capacity_percent = 50.5 } }
  }
  expect_failures = [var.regions]
}

run "region_without_endpoints" {
  command = plan
  variables {
    regions = { us-east1 = { min_endpoints = 0 } }
  }
  expect_failures = [var.regions]
}

run "leader_that_is_no_region" {
  command = plan
  variables {
    leader_region = "us-west1"
  }
  expect_failures = [var.leader_region]
}

run "leader_routing_without_leader" {
  command = plan
  variables {
    write_routing = "leader"
  }
  expect_failures = [var.write_routing]
}

run "unknown_routing" {
  command = plan
  variables {
    write_routing = "fastest"
  }
  expect_failures = [var.write_routing]
}

run "unknown_mode" {
  command = plan
  variables {
    mode = "off"
  }
  expect_failures = [var.mode]
}

run "retry_after_nothing" {
  command = plan
  variables {
    read_only_answer = { retry_after_seconds = 0 }
  }
  expect_failures = [var.read_only_answer]
}

run "share_above_all" {
  command = plan
  variables {
    traffic_shift = { global_percent = 101, stable_regions = ["us-east1"] }
  }
  expect_failures = [var.traffic_shift]
}

run "share_in_fractions" {
  command = plan
  variables {
    traffic_shift = { global_percent = 0.5, stable_regions = ["us-east1"] }
  }
  expect_failures = [var.traffic_shift]
}

run "nothing_stable" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = [] }
  }
  expect_failures = [var.traffic_shift]
}

run "stable_region_unknown" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = ["us-west1"] }
  }
  expect_failures = [var.traffic_shift]
}

run "test_header_that_is_taken" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"], header = "x-ledger-region" }
  }
  expect_failures = [var.traffic_shift]
}

run "affinity_beside_weights" {
  command = plan
  variables {
    session_affinity = "CLIENT_IP"
    traffic_shift    = { global_percent = 10, stable_regions = ["us-east1"] }
  }
  expect_failures = [var.session_affinity]
}

run "unknown_affinity" {
  command = plan
  variables {
    session_affinity = "HEADER_FIELD"
  }
  expect_failures = [var.session_affinity]
}

run "rate_of_nothing" {
  command = plan
  variables {
    rates = { read = 0 }
  }
  expect_failures = [var.rates]
}

run "peak_of_unknown_class" {
  command = plan
  variables {
    peak_requests_per_second = { webhook = 10 }
  }
  expect_failures = [var.peak_requests_per_second]
}

run "timeout_in_fractions" {
  command = plan
  variables {
    timeouts_seconds = { read = 0.5 }
  }
  expect_failures = [var.timeouts_seconds]
}

run "unknown_protocol" {
  command = plan
  variables {
    backend_protocol = "GRPC"
  }
  expect_failures = [var.backend_protocol]
}

run "recovery_of_nothing" {
  command = plan
  variables {
    recovery_seconds = 0
  }
  expect_failures = [var.recovery_seconds]
}

run "recovery_that_health_checks_cannot_meet" {
  command = plan
  variables {
    health_check = { interval_seconds = 10, timeout_seconds = 5 }
  }
  expect_failures = [var.health_check]
}

run "health_check_slower_than_its_interval" {
  command = plan
  variables {
    health_check = { timeout_seconds = 6 }
  }
  expect_failures = [var.health_check]
}

run "health_check_threshold" {
  command = plan
  variables {
    health_check = { healthy_threshold = 11 }
  }
  expect_failures = [var.health_check]
}

run "health_check_without_slash" {
  command = plan
  variables {
    health_check = { path = "healthz" }
  }
  expect_failures = [var.health_check]
}

run "draining_for_ever" {
  command = plan
  variables {
    draining_seconds = 3601
  }
  expect_failures = [var.draining_seconds]
}

run "log_sample_above_all" {
  command = plan
  variables {
    log_sample_rate = 2
  }
  expect_failures = [var.log_sample_rate]
}

run "path_with_wildcard" {
  command = plan
  variables {
    routes = { sealed = ["/blocks/*"] }
  }
  expect_failures = [var.routes]
}

run "path_that_ends_in_slash" {
  command = plan
  variables {
    routes = { sealed = ["/blocks/"] }
  }
  expect_failures = [var.routes]
}

run "path_twice" {
  command = plan
  variables {
    routes = { sealed = ["/blocks"], reports = ["/blocks"] }
  }
  expect_failures = [var.routes]
}

run "route_of_unknown_class" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "webhook", paths = ["/x"] }] }
  }
  expect_failures = [var.routes]
}

run "route_without_paths" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = [] }] }
  }
  expect_failures = [var.routes]
}

run "route_with_method_in_small_letters" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"], methods = ["get"] }] }
  }
  expect_failures = [var.routes]
}

run "routes_of_one_name" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"] }, { name = "x", class = "read", paths = ["/y"] }] }
  }
  expect_failures = [var.routes]
}

run "retry_on_post" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "write", paths = ["/x"], methods = ["POST"], retries = 1 }] }
  }
  expect_failures = [var.routes]
}

run "retry_without_end" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"], retries = 6 }] }
  }
  expect_failures = [var.routes]
}

run "sealed_post" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "sealed", paths = ["/x"], methods = ["POST"] }] }
  }
  expect_failures = [var.routes]
}

run "negative_caching_of_reads" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"], negative_caching = true }] }
  }
  expect_failures = [var.routes]
}

run "negative_caching_of_proofs" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "sealed", paths = ["/proofs"], negative_caching = true }] }
  }
  expect_failures = [var.routes]
}

run "negative_caching_below_proofs" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "sealed", paths = ["/proofs/old"], negative_caching = true }] }
  }
  expect_failures = [var.routes]
}

run "negative_caching_above_proofs" {
  command = plan
  variables {
    routes = { sealed = ["/v1/proofs"], more = [{ name = "x", class = "sealed", paths = ["/v1"], negative_caching = true }] }
  }
  expect_failures = [var.routes]
}

run "safe_retries_without_end" {
  command = plan
  variables {
    safe_retries = { times = 6 }
  }
  expect_failures = [var.safe_retries]
}

run "safe_retries_on_what_cannot_happen" {
  command = plan
  variables {
    safe_retries = { conditions = ["rain"] }
  }
  expect_failures = [var.safe_retries]
}

run "stale_for_too_long" {
  command = plan
  variables {
    cdn = { serve_while_stale_seconds = 604801 }
  }
  expect_failures = [var.cdn]
}

run "static_path_that_ends_in_slash" {
  command = plan
  variables {
    static = { path = "/static/" }
  }
  expect_failures = [var.static]
}

run "static_times_beyond_their_limit" {
  command = plan
  variables {
    static = { default_seconds = 100000 }
  }
  expect_failures = [var.static]
}

run "unknown_home" {
  command = plan
  variables {
    webhooks = { homes = ["us-west1"] }
  }
  expect_failures = [var.webhooks]
}

run "default_home_that_is_no_home" {
  command = plan
  variables {
    webhooks = { homes = ["us-east1"], default_home = "europe-west1" }
  }
  expect_failures = [var.webhooks]
}

run "unknown_way_with_webhooks" {
  command = plan
  variables {
    webhooks = { in_read_only = "drop" }
  }
  expect_failures = [var.webhooks]
}

run "backoff_that_shrinks" {
  command = plan
  variables {
    webhooks = { queue = { min_backoff_seconds = 60, max_backoff_seconds = 30 } }
  }
  expect_failures = [var.webhooks]
}

run "no_attempts" {
  command = plan
  variables {
    webhooks = { queue = { max_attempts = 0 } }
  }
  expect_failures = [var.webhooks]
}

run "plugin_from_elsewhere" {
  command = plan
  variables {
    edge_plugin = { image = "docker.io/home:1" }
  }
  expect_failures = [var.edge_plugin]
}

run "plugin_without_webhooks" {
  command = plan
  variables {
    edge_plugin = { image = "us-east1-docker.pkg.dev/p/r/home@sha256:1" }
    webhooks    = null
  }
  expect_failures = [var.edge_plugin]
}

run "unknown_waf_mode" {
  command = plan
  variables {
    armor = { waf = { mode = "on" } }
  }
  expect_failures = [var.armor]
}

run "throttle_interval_of_its_own" {
  command = plan
  variables {
    armor = { throttle = { interval_seconds = 61 } }
  }
  expect_failures = [var.armor]
}

run "waf_sensitivity" {
  command = plan
  variables {
    armor = { waf = { sensitivity = 5 } }
  }
  expect_failures = [var.armor]
}

run "blocked_range_that_is_none" {
  command = plan
  variables {
    armor = { blocked_ip_ranges = ["203.0.113.0"] }
  }
  expect_failures = [var.armor]
}

run "blocked_country_in_words" {
  command = plan
  variables {
    armor = { blocked_countries = ["Nowhere"] }
  }
  expect_failures = [var.armor]
}

run "old_tls" {
  command = plan
  variables {
    tls = { min_version = "TLS_1_1" }
  }
  expect_failures = [var.tls]
}

run "tls_1_3_with_old_ciphers" {
  command = plan
  variables {
    tls = { min_version = "TLS_1_3" }
  }
  expect_failures = [var.tls]
}

run "zone_made_and_existing" {
  command = plan
  variables {
    dns = { dns_name = "example.com", zone_name = "example" }
  }
  expect_failures = [var.dns]
}

run "zone_that_cannot_hold_all" {
  command = plan
  variables {
    domains = ["ledger.example.com", "ledger.example.org"]
  }
  expect_failures = [var.dns]
}

run "caa_that_shuts_google_out" {
  command = plan
  variables {
    dns = { caa_issuers = ["letsencrypt.org"] }
  }
  expect_failures = [var.dns]
}

run "test_header_that_is_everybodys" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"], header = "host" }
  }
  expect_failures = [var.traffic_shift]
}

run "test_header_of_the_load_balancer" {
  command = plan
  variables {
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"], header = "x-forwarded-for" }
  }
  expect_failures = [var.traffic_shift]
}

run "endpoints_in_fractions" {
  command = plan
  variables {
    regions = { us-east1 = { min_endpoints = 1.5 } }
  }
  expect_failures = [var.regions]
}

run "bucket_of_the_answer" {
  command = plan
  variables {
    read_only_answer = { bucket_name = "Bad Bucket" }
  }
  expect_failures = [var.read_only_answer]
}

run "peak_below_nothing" {
  command = plan
  variables {
    peak_requests_per_second = { read = -5 }
  }
  expect_failures = [var.peak_requests_per_second]
}

run "timeout_without_end" {
  command = plan
  variables {
    timeouts_seconds = { reports = 3000000000 }
  }
  expect_failures = [var.timeouts_seconds]
}

run "draining_in_fractions" {
  command = plan
  variables {
    draining_seconds = 1.5
  }
  expect_failures = [var.draining_seconds]
}

run "health_check_never" {
  command = plan
  variables {
    health_check = { interval_seconds = 0, timeout_seconds = 0 }
  }
  expect_failures = [var.health_check]
}

run "health_check_seldom" {
  command = plan
  variables {
    health_check     = { interval_seconds = 301 }
    recovery_seconds = 1000
  }
  expect_failures = [var.health_check]
}

run "health_check_in_fractions" {
  command = plan
  variables {
    health_check = { interval_seconds = 2.5 }
  }
  expect_failures = [var.health_check]
}

run "health_check_of_no_port" {
  command = plan
  variables {
    health_check = { port = 70000 }
  }
  expect_failures = [var.health_check]
}

run "health_check_with_blank" {
  command = plan
  variables {
    health_check = { path = "/a b" }
  }
  expect_failures = [var.health_check]
}

run "retries_in_fractions" {
  command = plan
  variables {
    safe_retries = { times = 1.5 }
  }
  expect_failures = [var.safe_retries]
}

run "retries_of_nothing" {
  command = plan
  variables {
    safe_retries = { conditions = [] }
  }
  expect_failures = [var.safe_retries]
}

run "try_longer_than_the_request" {
  command = plan
  variables {
    safe_retries = { per_try_seconds = 60 }
  }
  expect_failures = [var.safe_retries]
}

run "static_bucket" {
  command = plan
  variables {
    static = { bucket_name = "Bad Bucket" }
  }
  expect_failures = [var.static]
}

run "static_bucket_of_long_parts" {
  command = plan
  variables {
    static = { bucket_name = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" }
  }
  expect_failures = [var.static]
}

run "static_times_in_fractions" {
  command = plan
  variables {
    static = { default_seconds = 1.5 }
  }
  expect_failures = [var.static]
}

run "negative_attempts" {
  command = plan
  variables {
    webhooks = { queue = { max_attempts = -5 } }
  }
  expect_failures = [var.webhooks]
}

run "doublings_beyond_cloud_tasks" {
  command = plan
  variables {
    webhooks = { queue = { max_doublings = 17 } }
  }
  expect_failures = [var.webhooks]
}

run "dispatches_beyond_cloud_tasks" {
  command = plan
  variables {
    webhooks = { queue = { dispatches_per_second = 100000 } }
  }
  expect_failures = [var.webhooks]
}

run "concurrency_beyond_cloud_tasks" {
  command = plan
  variables {
    webhooks = { queue = { concurrent_dispatches = 50000 } }
  }
  expect_failures = [var.webhooks]
}

run "queue_of_no_name" {
  command = plan
  variables {
    webhooks = { queue = { suffix = "_bad suffix" } }
  }
  expect_failures = [var.webhooks]
}

run "backoff_below_nothing" {
  command = plan
  variables {
    webhooks = { queue = { min_backoff_seconds = -1 } }
  }
  expect_failures = [var.webhooks]
}

run "throttle_beyond_google" {
  command = plan
  variables {
    armor = { throttle = { requests = 2000000 } }
  }
  expect_failures = [var.armor]
}

run "rule_set_that_is_none" {
  command = plan
  variables {
    armor = { waf = { rule_sets = ["nonsense"] } }
  }
  expect_failures = [var.armor]
}

run "more_rule_sets_than_priorities" {
  command = plan
  variables {
    armor = { waf = { rule_sets = [for i in range(101) : "x${i}-stable"] } }
  }
  expect_failures = [var.armor]
}

run "more_countries_than_priorities" {
  command = plan
  variables {
    armor = { blocked_countries = [for i in range(501) : "XX"] }
  }
  expect_failures = [var.armor]
}

run "ttl_below_nothing" {
  command = plan
  variables {
    dns = { ttl = -1 }
  }
  expect_failures = [var.dns]
}

run "route_within_webhooks" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/webhooks/us-east1/x"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "static_files_in_place_of_blocks" {
  command = plan
  variables {
    static = { path = "/blocks" }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "analytics_within_sealed" {
  command = plan
  variables {
    routes = { analytics = ["/blocks/analytics"] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "route_twice" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/x"] }, { name = "y", class = "sealed", paths = ["/x/y"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "route_of_ones_own_in_place_of_proofs" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "read", paths = ["/proofs"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}

run "second_method_in_place_of_another" {
  command = plan
  variables {
    routes = { more = [{ name = "x", class = "write", paths = ["/x"], methods = ["POST"] }, { name = "y", class = "write", paths = ["/x/y"], methods = ["PUT", "POST"] }] }
  }
  expect_failures = [google_compute_url_map.ledger]
}
