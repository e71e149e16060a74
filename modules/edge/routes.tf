# The rules of the URL map, in the order in which Google tries them: the first that
# matches decides. Every path stands for itself and for all below it. After the rule
# for writes no method is left but GET, HEAD and OPTIONS.
locals {
  read_only = var.mode == "read_only"

  # What a rule does with a request, where nothing else is said of it.
  plain = {
    class    = null  # of local.classes, which a traffic shift splits
    service  = null  # key of local.services
    bucket   = false # the static files instead of a service
    methods  = ["*"]
    headers  = []
    exact    = false # the paths alone, and nothing below them
    weights  = {}
    cached   = false
    negative = false
    retries  = 0
    rewrite  = null
    abort    = null  # the status to answer with, in place of a service
    answer   = false # with the body of the read-only answer
    remove   = ["x-ledger-region"]
  }

  probe_rules = [
    for region in sort(keys(var.regions)) : merge(local.plain, {
      name    = "probe of ${region}"
      paths   = ["/probe/${region}${var.health_check.path}"]
      exact   = true # nothing else of one region can be reached by name
      methods = ["GET", "HEAD"]
      service = "probe-${region}"
      rewrite = var.health_check.path
    })
  ]

  webhook_rules = [for rule in concat(
    [
      for home in sort(local.homes) : merge(local.webhook, {
        name    = "webhooks to ${home}"
        paths   = ["${local.webhook_path}/${home}"]
        service = "webhook-${home}"
      })
    ],
    [
      for home in sort(local.homes) : merge(local.webhook, {
        name    = "webhooks of tenants at home in ${home}"
        paths   = [local.webhook_path]
        headers = [{ name = "x-ledger-region", value = home, invert = false }]
        service = "webhook-${home}"
      }) if var.edge_plugin != null
    ],
    [
      merge(local.webhook, {
        name    = "webhooks that name no home"
        paths   = [local.webhook_path]
        service = local.default_home == null ? "write" : "webhook-${local.default_home}"
        abort   = local.default_home == null ? 404 : local.webhook.abort
        answer  = local.default_home != null && local.webhook.answer
      })
    ],
  ) : rule if var.webhooks != null]
  webhook_path     = try(var.webhooks.path, "/webhooks")
  default_home     = try(var.webhooks.default_home, null)
  refuses_webhooks = local.read_only && try(var.webhooks.in_read_only, "accept") == "refuse"
  webhook = merge(local.plain, {
    abort  = local.refuses_webhooks ? 503 : null
    answer = local.refuses_webhooks
    remove = var.edge_plugin == null ? ["x-ledger-region"] : [] # the plugin has set it
  })

  more_rules = [
    for r in var.routes.more : merge(local.plain, {
      name     = r.name
      paths    = r.paths
      methods  = distinct(r.methods)
      class    = r.class
      cached   = r.class == "sealed" && var.cdn.reads
      negative = r.negative_caching
      retries  = coalesce(r.retries, length(setsubtract(r.methods, ["GET", "HEAD", "OPTIONS"])) == 0 ? var.safe_retries.times : 0)
      abort    = local.read_only && r.class == "write" ? 503 : null
      answer   = local.read_only && r.class == "write"
    })
  ]

  # Every method but three is a write, also one that nobody has heard of: what is not
  # known to be safe is neither cached nor tried again.
  write_rule = merge(local.plain, {
    name    = "writes"
    paths   = [""]
    class   = "write"
    headers = [for method in ["GET", "HEAD", "OPTIONS"] : { name = ":method", value = method, invert = true }]
    abort   = local.read_only ? 503 : null
    answer  = local.read_only
  })

  static_rules = [
    for static in var.static[*] : merge(local.plain, { name = "static files", paths = [static.path], bucket = true })
  ]

  read_rules = concat(
    [for paths in [var.routes.sealed] : merge(local.safe, { name = "sealed blocks and proofs", paths = paths, class = "sealed", cached = var.cdn.reads }) if length(paths) > 0],
    [for paths in [var.routes.analytics] : merge(local.safe, { name = "analytics", paths = paths, class = "analytics" }) if length(paths) > 0],
    [for paths in [var.routes.reports] : merge(local.safe, { name = "reports", paths = paths, class = "reports" }) if length(paths) > 0],
    [merge(local.safe, { name = "reads", paths = [""], class = "read" })],
  )
  safe = merge(local.plain, { retries = var.safe_retries.times })

  written_rules = concat(local.probe_rules, local.webhook_rules, local.more_rules, [local.write_rule], local.static_rules, local.read_rules)

  # Methods and paths that an earlier rule takes whole: they would never reach their
  # own, and their test would keep Google from taking the map.
  unreached = distinct(flatten([
    for i, rule in local.written_rules : [
      for request in setproduct(contains(rule.methods, "*") ? ["GET"] : rule.methods, rule.paths) : [
        for earlier in slice(local.written_rules, 0, i) : "${request[0]} ${request[1]} (${rule.name}) is taken by ${earlier.name}"
        if !earlier.exact && length(earlier.headers) == 0 && length(setintersection(earlier.methods, ["*", request[0]])) > 0
        && anytrue([for taken in earlier.paths : startswith("${request[1]}/", "${taken}/")])
      ]
    ]
  ]))

  # While traffic shifts, a rule of a class is three: a header chooses either set, and
  # without it the weights do. Only weights that are not 0 are written: the provider
  # would leave out a 0.
  global_percent = try(var.traffic_shift.global_percent, 0)
  rules = flatten([
    for rule in local.written_rules : [
      [for set in ["global", "stable"] : merge(rule, {
        name    = "${rule.name}, ${set}"
        service = set == "global" ? "${rule.class}-global" : rule.class
        headers = concat(rule.headers, [{ name = var.traffic_shift.header, value = set, invert = false }])
      }) if rule.class != null && var.traffic_shift != null],
      [for one in [rule] : merge(one, {
        service = one.class
      }) if one.class != null && var.traffic_shift == null],
      [for one in [rule] : merge(one, {
        weights = { for service, weight in { (one.class) = (100 - local.global_percent) * 10, "${one.class}-global" = local.global_percent * 10 } : service => weight if weight > 0 }
      }) if one.class != null && var.traffic_shift != null],
      [for one in [rule] : one if one.class == null],
    ]
  ])

  # A request for each method and path of a rule. Google takes 100, so that each rule's
  # first stands before all others. Where weights decide there is nothing to expect;
  # the two rules before, which choose by a header, are tried.
  requests = [
    for rule in local.rules : [
      for request in setproduct(contains(rule.methods, "*") ? [anytrue(rule.headers[*].invert) ? "POST" : "GET"] : rule.methods, rule.paths) :
      merge(rule, { method = request[0], path = rule.exact ? request[1] : "${request[1]}/url-map-test" })
    ] if var.routes.tests && length(rule.weights) == 0
  ]
  tests = concat([for of_rule in local.requests : of_rule[0]], flatten([for of_rule in local.requests : slice(of_rule, 1, length(of_rule))]))
}

resource "google_compute_url_map" "ledger" {
  project         = var.project_id
  name            = "${var.name}-ledger"
  default_service = local.service_ids["read"]

  # A host that is not the ledger's: somebody points a name of theirs here.
  default_route_action {
    fault_injection_policy {
      abort {
        http_status = 404
        percentage  = 100
      }
    }
  }

  host_rule {
    hosts        = var.domains
    path_matcher = "ledger"
  }

  path_matcher {
    name            = "ledger"
    default_service = local.service_ids["read"] # never reached: the last rule takes all

    dynamic "route_rules" {
      for_each = local.rules
      iterator = rule
      content {
        priority = (rule.key + 1) * 10
        service  = rule.value.bucket ? "${local.global_path}/backendBuckets/${google_compute_backend_bucket.static[0].name}" : rule.value.service == null ? null : local.service_ids[rule.value.service]

        dynamic "match_rules" {
          for_each = flatten([
            for path in rule.value.paths : [
              for method in rule.value.methods : [
                for below in rule.value.exact ? [false] : path == "" ? [true] : [false, true] : { path = path, method = method, below = below }
              ]
            ]
          ])
          iterator = match
          content {
            full_path_match = match.value.below ? null : match.value.path
            prefix_match    = match.value.below ? "${match.value.path}/" : null

            dynamic "header_matches" {
              for_each = concat(rule.value.headers, [for method in [match.value.method] : { name = ":method", value = method, invert = false } if method != "*"])
              iterator = header
              content {
                header_name  = header.value.name
                exact_match  = header.value.value
                invert_match = header.value.invert
              }
            }
          }
        }

        dynamic "header_action" {
          for_each = [for headers in [concat(rule.value.remove, var.traffic_shift[*].header)] : headers if length(headers) > 0]
          iterator = removed
          content {
            request_headers_to_remove = removed.value
          }
        }

        dynamic "route_action" {
          for_each = length(rule.value.weights) > 0 || rule.value.cached || rule.value.retries > 0 || rule.value.abort != null || rule.value.rewrite != null ? [rule.value] : []
          iterator = action
          content {
            dynamic "weighted_backend_services" {
              for_each = action.value.weights
              iterator = weighted
              content {
                backend_service = local.service_ids[weighted.key]
                weight          = weighted.value
              }
            }

            dynamic "url_rewrite" {
              for_each = action.value.rewrite[*]
              content {
                path_prefix_rewrite = url_rewrite.value
              }
            }

            dynamic "cache_policy" {
              for_each = action.value.cached ? [action.value] : []
              iterator = cache
              content {
                cache_mode                        = "USE_ORIGIN_HEADERS"
                negative_caching                  = cache.value.negative
                request_coalescing                = true
                cache_bypass_request_header_names = var.cdn.proofs_are_public ? null : ["Authorization"]

                serve_while_stale {
                  seconds = var.cdn.serve_while_stale_seconds
                }
                cache_key_policy {
                  include_host         = true
                  include_protocol     = true
                  include_query_string = true
                }
              }
            }

            dynamic "retry_policy" {
              for_each = action.value.retries > 0 ? [action.value.retries] : []
              iterator = retry
              content {
                num_retries      = retry.value
                retry_conditions = var.safe_retries.conditions
                per_try_timeout {
                  # What takes long by its nature is not cut off half way, and no try is longer than all.
                  seconds = contains(["analytics", "reports"], action.value.class) ? var.timeouts_seconds[action.value.class] : min(var.safe_retries.per_try_seconds, var.timeouts_seconds[action.value.class])
                }
              }
            }

            dynamic "fault_injection_policy" {
              for_each = action.value.abort[*]
              iterator = abort
              content {
                abort {
                  http_status = abort.value
                  percentage  = 100
                }
              }
            }
          }
        }

        dynamic "custom_error_response_policy" {
          for_each = rule.value.answer ? google_compute_backend_bucket.read_only[*].name : []
          iterator = answer
          content {
            error_service = "${local.global_path}/backendBuckets/${answer.value}"
            error_response_rule {
              match_response_codes   = ["503"]
              path                   = "/${google_storage_bucket_object.read_only[0].name}"
              override_response_code = 503
            }
          }
        }
      }
    }
  }

  # Google tries these before it takes the map.
  dynamic "test" {
    for_each = slice(local.tests, 0, min(100, length(local.tests)))
    content {
      description = test.value.name
      host        = var.domains[0]
      path        = test.value.path
      service     = test.value.bucket ? "${local.global_path}/backendBuckets/${google_compute_backend_bucket.static[0].name}" : local.service_ids[test.value.service]

      dynamic "headers" {
        for_each = concat([for h in test.value.headers : h if !h.invert], [{ name = ":method", value = test.value.method }])
        content {
          name  = headers.value.name
          value = headers.value.value
        }
      }
    }
  }

  lifecycle {
    create_before_destroy = true

    precondition {
      condition     = length(local.unreached) == 0
      error_message = "Some paths would never be reached: ${join("; ", local.unreached)}. Take these methods or paths out of routes, static.path or webhooks.path, or put the narrower of two routes first."
    }
  }
}
