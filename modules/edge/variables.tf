variable "project_id" {
  description = "Id of the project that holds the load balancer."
  type        = string
  nullable    = false
}

variable "name" {
  description = "Begins the name of everything here, so that two ledgers can share a project: 2 to 20 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name must have 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "labels" {
  description = "Labels on everything that takes labels."
  type        = map(string)
  nullable    = false
  default     = {}
}

variable "deletion_protection" {
  description = "Refuses to delete what cannot be made again as it was: the addresses, their forwarding rules, the DNS zone, the bucket of static files and the queues. Lift it in an apply of its own before a destroy or before a region leaves."
  type        = bool
  nullable    = false
  default     = true
}

variable "domains" {
  description = "Host names that the ledger answers to, the first of them its main one; requests with another Host header get 404, and TLS for another name has no certificate. Each has a certificate of its own, so that adding one does not touch the others."
  type        = list(string)
  nullable    = false

  validation {
    condition     = length(var.domains) > 0
    error_message = "domains must name at least one host name."
  }
  validation {
    condition     = length(distinct(var.domains)) == length(var.domains)
    error_message = "domains names ${join(", ", distinct([for d in var.domains : d if length([for e in var.domains : e if e == d]) > 1]))} more than once: a host stands in one host rule only. Name each once."
  }
  validation {
    condition     = alltrue([for d in var.domains : can(regex("^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", d)) && length(d) <= 253])
    error_message = "domains must be host names in lower case, without wildcard, port or final dot, as api.example.com; not so: ${join(", ", [for d in var.domains : d if !can(regex("^([a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\\.)+[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", d))])}."
  }
}

variable "regions" {
  description = <<-EOT
    The ledger's regions, by their names.
    `joined`: whether the region is to take requests; the region's own resource acts on it, its services here are there either way, so that joining and leaving need nothing of the edge.
    `capacity_percent`: the share of its rates that it takes, 0 or 10 to 100.
    `min_endpoints`: how many pods it has at the least, which says what it can take when another region is gone.
  EOT
  type = map(object({
    joined           = optional(bool, true)
    capacity_percent = optional(number, 100)
    min_endpoints    = optional(number, 3)
  }))
  nullable = false

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions must name at least one region."
  }
  validation {
    condition     = alltrue([for r in keys(var.regions) : can(regex("^[a-z]+(-[a-z]+)+[0-9]+$", r))])
    error_message = "The keys of regions must be Google regions, as us-east1; not so: ${join(", ", [for r in keys(var.regions) : r if !can(regex("^[a-z]+(-[a-z]+)+[0-9]+$", r))])}."
  }
  validation {
    condition     = alltrue([for r in values(var.regions) : r.capacity_percent == 0 || (r.capacity_percent >= 10 && r.capacity_percent <= 100 && floor(r.capacity_percent) == r.capacity_percent)])
    error_message = "capacity_percent must be 0 (drained) or a whole number from 10 to 100: Google's capacity scaler takes nothing between 0 and 0.1. To send few users to a region, use traffic_shift. Not so: ${join(", ", [for name, r in var.regions : "${name} = ${r.capacity_percent}" if !(r.capacity_percent == 0 || (r.capacity_percent >= 10 && r.capacity_percent <= 100 && floor(r.capacity_percent) == r.capacity_percent))])}."
  }
  validation {
    condition     = alltrue([for r in values(var.regions) : r.min_endpoints >= 1 && floor(r.min_endpoints) == r.min_endpoints])
    error_message = "min_endpoints must be a whole number, at least 1; not so: ${join(", ", [for name, r in var.regions : "${name} = ${r.min_endpoints}" if !(r.min_endpoints >= 1 && floor(r.min_endpoints) == r.min_endpoints)])}."
  }
}

variable "leader_region" {
  description = "The region where Spanner's leader is, which write_routing = \"leader\" prefers for writes. Null: none is known, and writes go to the nearest region."
  type        = string
  default     = null

  validation {
    condition     = var.leader_region == null || contains(keys(var.regions), coalesce(var.leader_region, "-"))
    error_message = "leader_region is ${coalesce(var.leader_region, "null")}, which is none of the regions (${join(", ", keys(var.regions))}): name one of them, or null."
  }
}

variable "write_routing" {
  description = "Where writes run: \"nearest\" (as the document has it), or \"leader\", the region of Spanner's leader as long as it has room. A transaction far from the leader pays its distance at every step; a request to the leader's region pays it once."
  type        = string
  nullable    = false
  default     = "nearest"

  validation {
    condition     = contains(["nearest", "leader"], var.write_routing)
    error_message = "write_routing must be \"nearest\" or \"leader\"."
  }
  validation {
    condition     = var.write_routing != "leader" || var.leader_region != null
    error_message = "write_routing = \"leader\" needs leader_region: name the region of Spanner's leader, or write \"nearest\"."
  }
}

variable "mode" {
  description = "\"read_write\", or \"read_only\": writes are answered with 503 at the edge and Retry-After, reads go on. The switch is in the URL map alone, so that it works while Spanner, or any region, does not."
  type        = string
  nullable    = false
  default     = "read_write"

  validation {
    condition     = contains(["read_write", "read_only"], var.mode)
    error_message = "mode must be \"read_write\" or \"read_only\"."
  }
}

variable "read_only_answer" {
  description = <<-EOT
    What a refused write is answered with: a JSON object in a bucket of its own, always there, so that the switch makes nothing. The bucket's objects are public, which the organisation policies storage.publicAccessPrevention and iam.allowedPolicyMemberDomains must allow.
    `bucket_name`: null means the project's id, the name and "read-only". `retry_after_seconds`: the Retry-After header.
    Null: no bucket; a refused write is a bare 503 of the load balancer.
  EOT
  type = object({
    bucket_name         = optional(string)
    location            = optional(string, "US")
    retry_after_seconds = optional(number, 30)
    message             = optional(string, "The ledger takes no writes at the moment. Reads go on. Try again later.")
  })
  default = {}

  validation {
    condition     = var.read_only_answer == null || try(var.read_only_answer.retry_after_seconds >= 1 && floor(var.read_only_answer.retry_after_seconds) == var.read_only_answer.retry_after_seconds, false)
    error_message = "read_only_answer.retry_after_seconds must be a whole number of seconds, at least 1."
  }
  validation {
    condition     = try(var.read_only_answer.bucket_name, null) == null || try(can(regex("^[a-z0-9]([-_a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-_a-z0-9]{0,61}[a-z0-9])?)*$", var.read_only_answer.bucket_name)) && length(var.read_only_answer.bucket_name) >= 3 && length(var.read_only_answer.bucket_name) <= 222, false)
    error_message = "read_only_answer.bucket_name must be a bucket's name: 3 to 63 lower-case letters, digits, hyphens and underscores, a letter or digit first and last; dots join such parts, up to 222."
  }
}

variable "traffic_shift" {
  description = <<-EOT
    Null: one set of services, every region in all of them. Else the users of new regions are few at first: each service has a second one beside it whose name ends in "-global".
    `global_percent`: how many of 100 requests use the global set, in which every region is. 0, 10, 50 and 100 are the document's stages.
    `stable_regions`: the regions of the first set, as they served before. To end with one set once all requests use the global one: name all regions here, go back to 0 %, and then set traffic_shift to null, each in an apply of its own.
    `header`: a request that carries it, with the value "global" or "stable", uses that set whatever the stage, so that new regions can be tried, and their health be known, before users come. Its name begins with "x-"; the ledger never gets it.
  EOT
  type = object({
    global_percent = number
    stable_regions = set(string)
    header         = optional(string, "x-ledger-set")
  })
  default = null

  validation {
    condition     = var.traffic_shift == null || try(var.traffic_shift.global_percent >= 0 && var.traffic_shift.global_percent <= 100 && floor(var.traffic_shift.global_percent) == var.traffic_shift.global_percent, false)
    error_message = "traffic_shift.global_percent must be a whole number from 0 to 100."
  }
  validation {
    condition     = var.traffic_shift == null || try(length(var.traffic_shift.stable_regions) > 0, false)
    error_message = "traffic_shift.stable_regions must name at least one region: those that serve today."
  }
  validation {
    condition     = var.traffic_shift == null || length(setsubtract(try(var.traffic_shift.stable_regions, []), keys(var.regions))) == 0
    error_message = "traffic_shift.stable_regions names ${join(", ", setsubtract(try(var.traffic_shift.stable_regions, []), keys(var.regions)))}, which regions does not: add it there, or leave it out here."
  }
  validation {
    condition     = var.traffic_shift == null || can(regex("^x(-[a-z0-9]+)+$", var.traffic_shift.header)) && !can(regex("^x-(ledger-region|cloud-trace-context|(client|forwarded|goog)-.*)$", var.traffic_shift.header))
    error_message = "traffic_shift.header must be a name of its own that begins with \"x-\", in lower case, as x-ledger-set: it is taken off every request. x-ledger-region, x-cloud-trace-context and what begins with x-client-, x-forwarded- or x-goog- have a meaning already."
  }
}

variable "session_affinity" {
  description = "Whether requests of one client keep to one endpoint: NONE, as the ledger's sessions are tokens; CLIENT_IP or GENERATED_COOKIE, for which endpoints are chosen by a hash (MAGLEV) instead of in turn. Weights of a traffic shift need NONE."
  type        = string
  nullable    = false
  default     = "NONE"

  validation {
    condition     = contains(["NONE", "CLIENT_IP", "GENERATED_COOKIE"], var.session_affinity)
    error_message = "session_affinity must be NONE, CLIENT_IP or GENERATED_COOKIE."
  }
  validation {
    condition     = var.traffic_shift == null || var.session_affinity == "NONE"
    error_message = "traffic_shift sends requests by weight, which Google refuses beside session affinity: set session_affinity to NONE, or traffic_shift to null."
  }
}

variable "rates" {
  description = "Requests per second that one pod takes of each class of traffic, as Google's max_rate_per_endpoint. A region whose pods have more spills over to the next, so too small a rate sends users across an ocean. The classes add up on a pod: Google does not know that they share it."
  type = object({
    write     = optional(number, 50)
    read      = optional(number, 200)
    sealed    = optional(number, 200)
    analytics = optional(number, 20)
    reports   = optional(number, 10)
    webhook   = optional(number, 50)
    probe     = optional(number, 10)
  })
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for rate in values(var.rates) : rate > 0])
    error_message = "Each of rates must be greater than 0: a region is drained by its capacity_percent, not by its rate."
  }
}

variable "peak_requests_per_second" {
  description = "The peak of each class that the regions must hold when one of them is gone; the plan warns where they do not. A class left out is not checked."
  type        = map(number)
  nullable    = false
  default     = {}

  validation {
    condition     = alltrue([for peak in values(var.peak_requests_per_second) : peak == null ? false : peak >= 0])
    error_message = "Each of peak_requests_per_second must be a number, at least 0: leave out what is not to be checked."
  }
  validation {
    condition     = length(setsubtract(keys(var.peak_requests_per_second), ["write", "read", "sealed", "analytics", "reports"])) == 0
    error_message = "peak_requests_per_second takes the classes write, read, sealed, analytics and reports, not ${join(", ", setsubtract(keys(var.peak_requests_per_second), ["write", "read", "sealed", "analytics", "reports"]))}."
  }
}

variable "timeouts_seconds" {
  description = "How long the load balancer waits for an answer of each class."
  type = object({
    write     = optional(number, 10)
    read      = optional(number, 10)
    sealed    = optional(number, 10)
    analytics = optional(number, 30)
    reports   = optional(number, 60)
    webhook   = optional(number, 30)
    probe     = optional(number, 5)
  })
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for t in values(var.timeouts_seconds) : t >= 1 && t <= 2147483647 && floor(t) == t])
    error_message = "Each of timeouts_seconds must be a whole number of seconds, 1 to 2147483647."
  }
}

variable "backend_protocol" {
  description = "What the load balancer speaks to the pods: HTTP, HTTPS, HTTP2 (with TLS) or H2C (without)."
  type        = string
  nullable    = false
  default     = "HTTP"

  validation {
    condition     = contains(["HTTP", "HTTPS", "HTTP2", "H2C"], var.backend_protocol)
    error_message = "backend_protocol must be HTTP, HTTPS, HTTP2 or H2C."
  }
}

variable "recovery_seconds" {
  description = "Within how many seconds users of a region that fails must be served by another (the document's RTO)."
  type        = number
  nullable    = false
  default     = 30

  validation {
    condition     = var.recovery_seconds > 0
    error_message = "recovery_seconds must be greater than 0."
  }
}

variable "health_check" {
  description = "How the load balancer asks a pod whether it is well. At worst it notices after unhealthy_threshold * interval_seconds + timeout_seconds; 10 seconds more are reckoned until every proxy has learnt of it. `port`: null means the port that the pods serve on."
  type = object({
    path                = optional(string, "/healthz")
    port                = optional(number)
    interval_seconds    = optional(number, 5)
    timeout_seconds     = optional(number, 2)
    healthy_threshold   = optional(number, 2)
    unhealthy_threshold = optional(number, 2)
  })
  nullable = false
  default  = {}

  validation {
    condition     = can(regex("^/[-a-zA-Z0-9._~/]{0,900}$", var.health_check.path))
    error_message = "health_check.path must be as /healthz: it begins with / and has letters, digits and any of - . _ ~ / only, so no query."
  }
  validation {
    condition     = var.health_check.port == null || try(var.health_check.port >= 1 && var.health_check.port <= 65535 && floor(var.health_check.port) == var.health_check.port, false)
    error_message = "health_check.port must be 1 to 65535, or null for the port that the pods serve on."
  }
  validation {
    condition     = alltrue([for t in [var.health_check.interval_seconds, var.health_check.timeout_seconds] : t >= 1 && t <= 300 && floor(t) == t])
    error_message = "health_check.interval_seconds and timeout_seconds must be whole numbers of seconds, 1 to 300."
  }
  validation {
    condition     = var.health_check.timeout_seconds <= var.health_check.interval_seconds
    error_message = "health_check.timeout_seconds (${var.health_check.timeout_seconds}) must not be greater than interval_seconds (${var.health_check.interval_seconds})."
  }
  validation {
    condition     = alltrue([for t in [var.health_check.healthy_threshold, var.health_check.unhealthy_threshold] : t >= 1 && t <= 10 && floor(t) == t])
    error_message = "health_check.healthy_threshold and unhealthy_threshold must be whole numbers, 1 to 10."
  }
  validation {
    condition     = var.health_check.unhealthy_threshold * var.health_check.interval_seconds + var.health_check.timeout_seconds + 10 <= var.recovery_seconds
    error_message = "A failed region is noticed after ${var.health_check.unhealthy_threshold} * ${var.health_check.interval_seconds} + ${var.health_check.timeout_seconds} = ${var.health_check.unhealthy_threshold * var.health_check.interval_seconds + var.health_check.timeout_seconds} seconds and left 10 seconds later, which is more than recovery_seconds = ${var.recovery_seconds}: lower health_check.interval_seconds, timeout_seconds or unhealthy_threshold, or raise recovery_seconds."
  }
}

variable "draining_seconds" {
  description = "How long requests that are on the way to an endpoint may end after it is taken out."
  type        = number
  nullable    = false
  default     = 30

  validation {
    condition     = var.draining_seconds >= 1 && var.draining_seconds <= 3600 && floor(var.draining_seconds) == var.draining_seconds
    error_message = "draining_seconds must be a whole number of seconds, 1 to 3600."
  }
}

variable "log_sample_rate" {
  description = "The share of requests that is logged, 0 (none) to 1 (all)."
  type        = number
  nullable    = false
  default     = 0.1

  validation {
    condition     = var.log_sample_rate >= 0 && var.log_sample_rate <= 1
    error_message = "log_sample_rate must be 0 to 1."
  }
}

variable "routes" {
  description = <<-EOT
    Which paths are what. A path stands for itself and all below it: "/blocks" is /blocks and /blocks/**, not /blocksx.
    `sealed`: objects that never change once they are there, and may be cached. `analytics` and `reports`: on services of their own, never cached.
    `more`: routes of your own, looked at before all others but webhooks and probes. `class` is write, read, sealed, analytics or reports. `retries`: null means the class's own; not 0 is refused where a method may change something. `negative_caching`: whether a 404 may be kept, on a sealed route that holds neither blocks nor proofs.
    `tests`: whether Google tries a request of each method and path against the routes before it takes the URL map: 100 at the most, each route's first before all others. The tests name the method by the header ":method", as routes do.
  EOT
  type = object({
    sealed    = optional(list(string), ["/blocks", "/proofs", "/proof"])
    analytics = optional(list(string), ["/analytics"])
    reports   = optional(list(string), ["/reports"])
    more = optional(list(object({
      name             = string
      class            = string
      paths            = list(string)
      methods          = optional(list(string), ["GET", "HEAD"])
      retries          = optional(number)
      negative_caching = optional(bool, false)
    })), [])
    tests = optional(bool, true)
  })
  nullable = false
  default  = {}

  validation {
    condition     = alltrue([for p in concat(var.routes.sealed, var.routes.analytics, var.routes.reports, flatten(var.routes.more[*].paths)) : can(regex("^(/[-a-zA-Z0-9._~]+)+$", p)) && length(p) <= 1000])
    error_message = "The paths of routes must be as /blocks or /v1/blocks: they begin with /, do not end with /, and have no wildcards; not so: ${join(", ", [for p in concat(var.routes.sealed, var.routes.analytics, var.routes.reports, flatten(var.routes.more[*].paths)) : p if !can(regex("^(/[-a-zA-Z0-9._~]+)+$", p))])}."
  }
  validation {
    condition     = length(distinct(concat(var.routes.sealed, var.routes.analytics, var.routes.reports))) == length(concat(var.routes.sealed, var.routes.analytics, var.routes.reports))
    error_message = "A path stands more than once in sealed, analytics and reports: only the first would count. Leave it in one of them."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : contains(["write", "read", "sealed", "analytics", "reports"], r.class)])
    error_message = "The class of each of routes.more must be write, read, sealed, analytics or reports."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : length(r.paths) > 0 && length(r.methods) > 0 && alltrue([for m in r.methods : can(regex("^[A-Z]+$", m))])])
    error_message = "Each of routes.more needs a path and a method in capital letters."
  }
  validation {
    condition     = length(distinct(var.routes.more[*].name)) == length(var.routes.more) && alltrue([for r in var.routes.more : can(regex("^[a-z][-a-z0-9]*$", r.name))])
    error_message = "Each of routes.more needs a name of its own, in lower-case letters, digits and hyphens."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : coalesce(r.retries, 0) == 0 || length(setsubtract(r.methods, ["GET", "HEAD", "OPTIONS"])) == 0])
    error_message = "A retry would repeat a request that may change the ledger: set retries to 0, or leave ${join(", ", distinct(flatten([for r in var.routes.more : setsubtract(r.methods, ["GET", "HEAD", "OPTIONS"]) if coalesce(r.retries, 0) != 0])))} out of methods, in routes.more named ${join(", ", [for r in var.routes.more : r.name if coalesce(r.retries, 0) != 0 && length(setsubtract(r.methods, ["GET", "HEAD", "OPTIONS"])) > 0])}."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : contains([0, 1, 2, 3, 4, 5], coalesce(r.retries, 0))])
    error_message = "retries of routes.more must be 0 to 5."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : r.class != "sealed" || length(setsubtract(r.methods, ["GET", "HEAD", "OPTIONS"])) == 0])
    error_message = "Only GET and HEAD are cached: a route of class sealed has no other methods."
  }
  validation {
    condition     = alltrue([for r in var.routes.more : !r.negative_caching || r.class == "sealed"])
    error_message = "negative_caching is for routes of class sealed: no other is cached."
  }
  validation {
    condition = alltrue([for r in var.routes.more : !r.negative_caching || alltrue(flatten([
      for p in r.paths : [for s in var.routes.sealed : !startswith("${p}/", "${s}/") && !startswith("${s}/", "${p}/")]
    ]))])
    error_message = "A proof asked for a moment too early would stay missing for as long as its 404 is kept: set negative_caching to false, or take the paths of blocks and proofs out of the route, in routes.more named ${join(", ", [for r in var.routes.more : r.name if r.negative_caching])}."
  }
}

variable "safe_retries" {
  description = "How often GET, HEAD and OPTIONS are tried again on another endpoint, 0 to 5, and when (Google's retry conditions). Other methods are never tried again: POST may have been done already. `per_try_seconds`: how long one try may take; timeouts_seconds bounds all of them together, and is one try's for analytics and reports."
  type = object({
    times           = optional(number, 1)
    conditions      = optional(list(string), ["gateway-error", "connect-failure", "refused-stream"])
    per_try_seconds = optional(number, 5)
  })
  nullable = false
  default  = {}

  validation {
    condition     = contains([0, 1, 2, 3, 4, 5], var.safe_retries.times)
    error_message = "safe_retries.times must be 0 (never), 1, 2, 3, 4 or 5."
  }
  validation {
    condition     = var.safe_retries.per_try_seconds >= 1 && floor(var.safe_retries.per_try_seconds) == var.safe_retries.per_try_seconds && var.safe_retries.per_try_seconds <= min(var.timeouts_seconds.read, var.timeouts_seconds.sealed)
    error_message = "safe_retries.per_try_seconds (${var.safe_retries.per_try_seconds}) must be a whole number of seconds, at least 1 and not more than timeouts_seconds.read (${var.timeouts_seconds.read}) and sealed (${var.timeouts_seconds.sealed}), after which nothing is tried again."
  }
  validation {
    condition     = length(var.safe_retries.conditions) > 0 && length(setsubtract(var.safe_retries.conditions, ["5xx", "gateway-error", "connect-failure", "retriable-4xx", "refused-stream"])) == 0
    error_message = "safe_retries.conditions takes one or more of 5xx, gateway-error, connect-failure, retriable-4xx and refused-stream; times = 0 tries nothing again."
  }
}

variable "cdn" {
  description = <<-EOT
    What Cloud CDN caches; the switches are independent. `static`: the static files. `reads`: sealed blocks and proofs, as their own headers say (an object that may be kept is sent with Cache-Control: public, max-age, immutable).
    `proofs_are_public`: false means that a request with an Authorization header goes past the cache.
    `serve_while_stale_seconds`: how long what has expired is still served while the origin does not answer, 60 to 604800; sealed objects do not change, so a day harms nobody.
  EOT
  type = object({
    static                    = optional(bool, true)
    reads                     = optional(bool, true)
    proofs_are_public         = optional(bool, false)
    serve_while_stale_seconds = optional(number, 86400)
  })
  nullable = false
  default  = {}

  validation {
    condition     = var.cdn.serve_while_stale_seconds >= 60 && var.cdn.serve_while_stale_seconds <= 604800 && floor(var.cdn.serve_while_stale_seconds) == var.cdn.serve_while_stale_seconds
    error_message = "cdn.serve_while_stale_seconds must be a whole number, 60 to 604800 (7 days)."
  }
}

variable "static" {
  description = <<-EOT
    The static files: a bucket, served under `path`. An object's name is the whole path without its first /, as static/app.js.
    `public`: whether everybody may read the bucket's objects, which a backend bucket needs; the organisation policies storage.publicAccessPrevention and iam.allowedPolicyMemberDomains must allow it. False leaves the grant to you.
    `bucket_name`: null means the project's id, the name and "static". Another `location` needs another name.
    Null: no static files.
  EOT
  type = object({
    path            = optional(string, "/static")
    bucket_name     = optional(string)
    location        = optional(string, "US")
    public          = optional(bool, true)
    client_seconds  = optional(number, 3600)
    default_seconds = optional(number, 3600)
    max_seconds     = optional(number, 86400)
  })
  default = {}

  validation {
    condition     = var.static == null || can(regex("^(/[-a-zA-Z0-9._~]+)+$", var.static.path))
    error_message = "static.path must be as /static: it begins with / and does not end with /."
  }
  validation {
    condition     = var.static == null || try(alltrue([for t in [var.static.client_seconds, var.static.default_seconds, var.static.max_seconds] : t >= 1 && t <= var.static.max_seconds && floor(t) == t]) && var.static.max_seconds <= 31622400, false)
    error_message = "static.client_seconds, default_seconds and max_seconds must be whole numbers of seconds, at least 1; none is greater than max_seconds, which is 31622400 (366 days) at the most."
  }
  validation {
    condition     = try(var.static.bucket_name, null) == null || try(can(regex("^[a-z0-9]([-_a-z0-9]{0,61}[a-z0-9])?([.][a-z0-9]([-_a-z0-9]{0,61}[a-z0-9])?)*$", var.static.bucket_name)) && length(var.static.bucket_name) >= 3 && length(var.static.bucket_name) <= 222, false)
    error_message = "static.bucket_name must be a bucket's name: 3 to 63 lower-case letters, digits, hyphens and underscores, a letter or digit first and last; dots join such parts, up to 222."
  }
}

variable "webhooks" {
  description = <<-EOT
    Webhooks come to a home region: /webhooks/us-east1/** to us-east1 as long as it is well, else to the nearest.
    `homes`: the regions that are a home; null means all. `default_home`: where webhooks go that name no home; null means that they get 404.
    `in_read_only`: "accept" lets them through to be queued, "refuse" answers them as writes.
    `queue`: a Cloud Tasks queue per region, in which the ledger tries a webhook again with growing pauses (load balancers do not pause): `max_attempts` -1 is without end, `max_doublings` 0 to 16, `dispatches_per_second` up to 500, `concurrent_dispatches` 1 to 5000. A deleted queue's name cannot be used again for days: `suffix`, of letters, digits and hyphens, makes another.
    Null: no webhooks.
  EOT
  type = object({
    path         = optional(string, "/webhooks")
    homes        = optional(set(string))
    default_home = optional(string)
    in_read_only = optional(string, "accept")
    queue = optional(object({
      suffix                = optional(string, "")
      min_backoff_seconds   = optional(number, 1)
      max_backoff_seconds   = optional(number, 3600)
      max_doublings         = optional(number, 12)
      max_attempts          = optional(number, 100)
      dispatches_per_second = optional(number, 100)
      concurrent_dispatches = optional(number, 100)
      paused                = optional(bool, false)
    }), {})
  })
  default = {}

  validation {
    condition     = var.webhooks == null || can(regex("^(/[-a-zA-Z0-9._~]+)+$", var.webhooks.path))
    error_message = "webhooks.path must be as /webhooks: it begins with / and does not end with /."
  }
  validation {
    condition     = try(var.webhooks.homes, null) == null || length(setsubtract(coalesce(try(var.webhooks.homes, null), []), keys(var.regions))) == 0
    error_message = "webhooks.homes names ${join(", ", setsubtract(coalesce(try(var.webhooks.homes, null), []), keys(var.regions)))}, which is none of the regions: add it to regions, or leave it out."
  }
  validation {
    condition     = try(var.webhooks.default_home, null) == null || contains(coalesce(try(var.webhooks.homes, null), keys(var.regions)), coalesce(try(var.webhooks.default_home, null), "-"))
    error_message = "webhooks.default_home is ${coalesce(try(var.webhooks.default_home, null), "null")}, which is no home: name one of ${join(", ", coalesce(try(var.webhooks.homes, null), keys(var.regions)))}."
  }
  validation {
    condition     = var.webhooks == null || contains(["accept", "refuse"], try(var.webhooks.in_read_only, "-"))
    error_message = "webhooks.in_read_only must be \"accept\" or \"refuse\"."
  }
  validation {
    condition     = var.webhooks == null || try(var.webhooks.queue.min_backoff_seconds >= 1 && var.webhooks.queue.max_backoff_seconds >= var.webhooks.queue.min_backoff_seconds && alltrue([for t in [var.webhooks.queue.min_backoff_seconds, var.webhooks.queue.max_backoff_seconds] : floor(t) == t]), false)
    error_message = "webhooks.queue.min_backoff_seconds and max_backoff_seconds must be whole numbers of seconds, at least 1, and the shortest pause not greater than the longest."
  }
  validation {
    condition     = var.webhooks == null || try((var.webhooks.queue.max_attempts == -1 || var.webhooks.queue.max_attempts >= 1) && floor(var.webhooks.queue.max_attempts) == var.webhooks.queue.max_attempts && contains(range(17), var.webhooks.queue.max_doublings), false)
    error_message = "webhooks.queue.max_attempts must be -1 (no limit) or a whole number, at least 1; max_doublings a whole number from 0 to 16."
  }
  validation {
    condition     = var.webhooks == null || try(var.webhooks.queue.dispatches_per_second > 0 && var.webhooks.queue.dispatches_per_second <= 500 && var.webhooks.queue.concurrent_dispatches >= 1 && var.webhooks.queue.concurrent_dispatches <= 5000 && floor(var.webhooks.queue.concurrent_dispatches) == var.webhooks.queue.concurrent_dispatches, false)
    error_message = "webhooks.queue.dispatches_per_second must be greater than 0 and not more than 500, concurrent_dispatches a whole number from 1 to 5000: Cloud Tasks takes no more. To hold the queues, set paused."
  }
  validation {
    condition     = var.webhooks == null || can(regex("^[-a-zA-Z0-9]{0,60}$", var.webhooks.queue.suffix))
    error_message = "webhooks.queue.suffix must have up to 60 letters, digits and hyphens, as -2."
  }
}

variable "edge_plugin" {
  description = <<-EOT
    A Wasm plugin at the edge that tells a webhook's home from its tenant: it runs before the routes, on the webhooks' paths, and sets the header x-ledger-region; it must replace what a client has put there. Null: none; the header is taken off every request.
    `image`: its container image in Artifact Registry, with a digest or a tag that never moves. `fail_open`: whether a request goes on when the plugin fails, with the header as the client sent it.
  EOT
  type = object({
    image     = string
    config    = optional(string)
    fail_open = optional(bool, false)
  })
  default = null

  validation {
    condition     = var.edge_plugin == null || can(regex("-docker\\.pkg\\.dev/", var.edge_plugin.image))
    error_message = "edge_plugin.image must be in Artifact Registry, as us-east1-docker.pkg.dev/PROJECT/REPOSITORY/IMAGE@sha256:DIGEST."
  }
  validation {
    condition     = var.edge_plugin == null || var.webhooks != null
    error_message = "edge_plugin tells the homes of webhooks, and webhooks is null: set webhooks, or edge_plugin to null."
  }
}

variable "armor" {
  description = <<-EOT
    Cloud Armor. `throttle`: requests, up to 1000000, that one address may send in an interval (of 10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700 or 3600 seconds); more get 429.
    `waf`: Google's rule sets against known attacks, by their names, which end in -stable or -canary; "preview" logs what it would refuse, "enforce" refuses with 403, "off" leaves them out.
    `adaptive_protection`: Google learns what is usual and tells of floods.
    `trusted_ip_ranges` pass without rules; `blocked_ip_ranges` and `blocked_countries` (codes such as "XX") are refused, also at the edge, before the cache.
    Null: no policies.
  EOT
  type = object({
    throttle = optional(object({
      requests         = optional(number, 600)
      interval_seconds = optional(number, 60)
    }), {})
    waf = optional(object({
      mode        = optional(string, "preview")
      sensitivity = optional(number, 1)
      rule_sets   = optional(list(string), ["sqli-v33-stable", "xss-v33-stable", "lfi-v33-stable", "rfi-v33-stable", "rce-v33-stable", "protocolattack-v33-stable", "scannerdetection-v33-stable"])
    }), {})
    adaptive_protection = optional(bool, true)
    trusted_ip_ranges   = optional(list(string), [])
    blocked_ip_ranges   = optional(list(string), [])
    blocked_countries   = optional(list(string), [])
  })
  default = {}

  validation {
    condition     = var.armor == null || contains(["preview", "enforce", "off"], try(var.armor.waf.mode, "-"))
    error_message = "armor.waf.mode must be \"preview\", \"enforce\" or \"off\"."
  }
  validation {
    condition     = var.armor == null || contains([10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700, 3600], try(var.armor.throttle.interval_seconds, 0))
    error_message = "armor.throttle.interval_seconds must be one of Google's intervals: 10, 30, 60, 120, 180, 240, 300, 600, 900, 1200, 1800, 2700 or 3600."
  }
  validation {
    condition     = var.armor == null || try(var.armor.throttle.requests >= 1 && var.armor.throttle.requests <= 1000000 && floor(var.armor.throttle.requests) == var.armor.throttle.requests, false)
    error_message = "armor.throttle.requests must be a whole number, 1 to 1000000."
  }
  validation {
    condition     = var.armor == null || contains([1, 2, 3, 4], try(var.armor.waf.sensitivity, 0))
    error_message = "armor.waf.sensitivity must be 1, 2, 3 or 4."
  }
  validation {
    condition     = alltrue([for s in try(var.armor.waf.rule_sets, []) : can(regex("^[a-z0-9]+(-[a-z0-9]+)*-(stable|canary)$", s))])
    error_message = "armor.waf.rule_sets takes names of Google's rule sets, as sqli-v33-stable; not so: ${join(", ", [for s in try(var.armor.waf.rule_sets, []) : s if !can(regex("^[a-z0-9]+(-[a-z0-9]+)*-(stable|canary)$", s))])}."
  }
  # Each kind of rule has its priorities: see armor.tf.
  validation {
    condition     = length(try(var.armor.waf.rule_sets, [])) <= 100 && length(try(var.armor.blocked_ip_ranges, [])) <= 3000 && length(try(var.armor.blocked_countries, [])) <= 500 && length(try(var.armor.trusted_ip_ranges, [])) <= 5000
    error_message = "armor takes up to 100 rule_sets, 3000 blocked_ip_ranges, 500 blocked_countries and 5000 trusted_ip_ranges."
  }
  validation {
    condition     = alltrue([for r in try(concat(var.armor.trusted_ip_ranges, var.armor.blocked_ip_ranges), []) : can(cidrhost(r, 0))])
    error_message = "armor.trusted_ip_ranges and blocked_ip_ranges must be ranges as 203.0.113.0/24 or 2001:db8::/32."
  }
  validation {
    condition     = alltrue([for c in try(var.armor.blocked_countries, []) : can(regex("^[A-Z]{2}$", c))])
    error_message = "armor.blocked_countries takes country codes of two capital letters."
  }
}

variable "tls" {
  description = "TLS towards users: the profile of ciphers (COMPATIBLE, MODERN or RESTRICTED), the oldest version, and whether HTTP/3 is offered. Early data is never taken: it may be replayed, which a write must not."
  type = object({
    profile     = optional(string, "MODERN")
    min_version = optional(string, "TLS_1_2")
    quic        = optional(bool, true)
  })
  nullable = false
  default  = {}

  validation {
    condition     = contains(["COMPATIBLE", "MODERN", "RESTRICTED"], var.tls.profile) && contains(["TLS_1_2", "TLS_1_3"], var.tls.min_version)
    error_message = "tls.profile must be COMPATIBLE, MODERN or RESTRICTED, tls.min_version TLS_1_2 or TLS_1_3."
  }
  validation {
    condition     = var.tls.min_version != "TLS_1_3" || var.tls.profile == "RESTRICTED"
    error_message = "tls.min_version TLS_1_3 goes with tls.profile RESTRICTED only."
  }
}

variable "dns" {
  description = <<-EOT
    Null: no records are made; the output dns_records says which ones to make elsewhere.
    `dns_name`: the name of a zone to make, as "example.com"; null means the first of domains. `zone_name`: the name of a zone that exists in the project instead.
    `dnssec`: signs the new zone; users see it once the registrar has the zone's DS record. `caa_issuers`: who may issue certificates for the domains; an empty list writes no CAA records.
  EOT
  type = object({
    dns_name    = optional(string)
    zone_name   = optional(string)
    dnssec      = optional(bool, true)
    ttl         = optional(number, 300)
    caa_issuers = optional(list(string), ["pki.goog"])
    logging     = optional(bool, false)
  })
  default = {}

  validation {
    condition     = try(var.dns.zone_name, null) == null || try(var.dns.dns_name, null) == null
    error_message = "dns takes dns_name, the name of a zone to make, or zone_name, a zone that exists, not both."
  }
  validation {
    condition     = var.dns == null || try(var.dns.ttl >= 1 && var.dns.ttl <= 2147483647 && floor(var.dns.ttl) == var.dns.ttl, false)
    error_message = "dns.ttl must be a whole number of seconds, 1 to 2147483647."
  }
  validation {
    condition     = try(var.dns.zone_name, null) != null || var.dns == null || alltrue([for d in var.domains : d == trimsuffix(coalesce(try(var.dns.dns_name, null), var.domains[0]), ".") || endswith(d, ".${trimsuffix(coalesce(try(var.dns.dns_name, null), var.domains[0]), ".")}")])
    error_message = "The zone ${coalesce(try(var.dns.dns_name, null), var.domains[0])} cannot hold all of domains: set dns.dns_name to a name that all of them end in."
  }
  validation {
    condition     = length(try(var.dns.caa_issuers, [])) == 0 || contains(try(var.dns.caa_issuers, []), "pki.goog")
    error_message = "dns.caa_issuers must name pki.goog, or Google may not issue the certificates."
  }
}
