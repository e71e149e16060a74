variable "project_id" {
  description = "Project that the ledger's load balancer, Spanner and Cloud SQL report their metrics to. Alerts, SLOs and the dashboard are made there."
  type        = string
  nullable    = false
}

variable "name" {
  description = "The ledger's name, 2 to 20 characters of a-z, 0-9 and -, first a letter, last no -. Everything that is made begins with it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter, the last none of -: \"${var.name}\" is not."
  }
}

variable "labels" {
  description = "Labels for everything that takes labels."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "live" {
  description = "Whether users may reach the ledger. While false there are no uptime checks and no alerts on region health: before the first traffic they would only cry."
  type        = bool
  default     = true
  nullable    = false
}

variable "regions" {
  description = "The ledger's regions by Google's name of the region. Only a region with joined = true has an uptime check and counts for region health, so draining a region for maintenance alarms nobody."
  type = map(object({
    joined = optional(bool, true)
  }))
  nullable = false

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions must name at least one region."
  }
}

variable "edge" {
  description = <<-EOT
    What the load balancer is, as the edge module says it.
    `url_map`: name of the URL map, the label of all its metrics.
    `backend_services`: class of traffic to name of its backend service or backend bucket, such as `{ write = "ledger-write" }`. A class may have one for each region (`webhook-us-east1`) and a second one while traffic shifts (`write-global`): those count as `webhook` and `write`.
    `probe_paths`: region to the path that only this region answers.
    `host`: domain that the uptime checks ask.
    `cached_classes`: classes whose answers the CDN may keep; they get cache panels and alerts.
    `refused_classes`: classes that the load balancer refuses on purpose at the moment, as writes in read-only mode: their 503 is no error that alarms. Objectives count it.
  EOT
  type = object({
    url_map          = string
    backend_services = map(string)
    probe_paths      = optional(map(string), {})
    host             = string
    cached_classes   = optional(set(string), ["static", "sealed"])
    refused_classes  = optional(set(string), [])
  })
  nullable = false

  validation {
    condition     = length(var.edge.backend_services) > 0
    error_message = "edge.backend_services must name the backend of at least one class of traffic."
  }
  validation {
    condition     = length(setsubtract(var.edge.refused_classes, keys(var.edge.backend_services))) == 0
    error_message = "edge.refused_classes may only name classes of edge.backend_services; unknown: ${join(", ", setsubtract(var.edge.refused_classes, keys(var.edge.backend_services)))}."
  }
  validation {
    condition = !var.live || alltrue([
      for region, at in var.regions : startswith(lookup(var.edge.probe_paths, region, ""), "/") if at.joined
    ])
    error_message = "edge.probe_paths must have a path, beginning with /, for each joined region; missing: ${join(", ", [
      for region, at in var.regions : region if at.joined && !startswith(lookup(var.edge.probe_paths, region, ""), "/")
    ])}. Without it nobody could tell that the region is down while others answer."
  }
}

variable "spanner" {
  description = <<-EOT
    The ledger's database.
    `instance`, `database`: names, without projects/.
    `leader`: region that should hold the leaders; null when it is not known, then nothing watches the leaders' place.
    `multi_region`: whether the configuration has more than one read-write region. It decides the CPU that can be used before the loss of a region overloads the rest: 45 % of high priority, against 65 % in a regional one.
    `cmek`: whether the database is encrypted with the user's keys; then a revoked key is an alert.
    `floors`: region to the latencies that no software can go below, in milliseconds, as `proveniq_spanner_topology` answers them in `region_floors`; a missing region or null means not known, and nothing is derived from it.
  EOT
  type = object({
    instance     = string
    database     = string
    leader       = optional(string)
    multi_region = optional(bool, true)
    cmek         = optional(bool, false)
    floors = optional(map(object({
      commit_floor_ms      = optional(number)
      rw_txn_floor_ms      = optional(number)
      strong_read_floor_ms = optional(number)
      stale_read_floor_ms  = optional(number)
    })), {})
  })
  nullable = false

  validation {
    condition     = !strcontains(var.spanner.instance, "/") && !strcontains(var.spanner.database, "/")
    error_message = "spanner.instance and spanner.database must be plain names, the labels of the metrics: leave projects/, instances/ and databases/ out."
  }
}

variable "sql" {
  description = "Cloud SQL per region: `instance` is the primary's name, `replica` the name of its replica in another region, null when it has none. Only replicas are watched."
  type = map(object({
    instance = string
    replica  = optional(string)
  }))
  default  = {}
  nullable = false
}

variable "class_floors" {
  description = "Which of Spanner's latency floors bounds a class of traffic from below: `rw_txn` (a read-write transaction), `commit` (a blind write), `strong_read`, `stale_read`, or `none` for what never reaches Spanner. A class that is not named has none."
  type        = map(string)
  default = {
    write     = "rw_txn"
    read      = "strong_read"
    sealed    = "strong_read"
    webhook   = "rw_txn"
    analytics = "stale_read"
    reports   = "none"
    static    = "none"
  }
  nullable = false

  validation {
    condition     = alltrue([for floor in values(var.class_floors) : contains(["rw_txn", "commit", "strong_read", "stale_read", "none"], floor)])
    error_message = "class_floors must be rw_txn, commit, strong_read, stale_read or none for each class."
  }
}

variable "latency_floors_ms" {
  description = "Floors that are not those of `spanner.floors`: class to the region that answers to milliseconds, as the load balancer near the user sees them. With writes routed to the leader it is the leader's region that answers, and the way there from the farthest user counts: `{ write = { us-east1 = 232 } }`."
  type        = map(map(number))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(flatten([for floors in values(var.latency_floors_ms) : keys(floors)]), keys(var.regions))) == 0
    error_message = "latency_floors_ms names what is no region of the ledger: ${join(", ", setsubtract(flatten([for floors in values(var.latency_floors_ms) : keys(floors)]), keys(var.regions)))}."
  }
  validation {
    condition     = alltrue(flatten([for floors in values(var.latency_floors_ms) : [for floor in values(floors) : floor >= 0]]))
    error_message = "latency_floors_ms cannot be negative."
  }
}

variable "thresholds" {
  description = <<-EOT
    Where alerts begin. `basis` chooses the figures of every row that is not set itself:

    | row | as-documented | attainable | why they differ |
    |---|---|---|---|
    | `api_latency_p99_ms` | 500 / 1000 | the larger of that and 1.5 / 3 times the floor of class and region | a write from Singapore crosses the Pacific twice: 447 ms with a leader in us-east1, and 500 would flap |
    | `error_rate_percent` | 0.1 / 1 | the same | 0.1 % is ten times what an SLO of 99.99 % allows; burn rates see what stays below it |
    | `spanner_cpu_percent` | 65 / 85 | 45 / 65 where there are several regions, 65 / 85 in one | what is left must carry a lost region's load |
    | `unhealthy_regions` | 1 / 2 | the same | critical is at all regions where there is one only |
    | `spanner_commit_p99_ms` | 50 / 100 | the larger of that and 1.5 / 3 times the region's commit floor | 50 ms is only possible near the leader |
    | `cache_hit_percent` | 95 over everything that is cached | 95 for static files, 80 for others | a sealed proof is asked for once and again, a fresh one only once |
    | `edge_hit_p95_ms` | 10 | the same | measured at the edge, without the way to the client |
    | `sql_replica_lag_seconds` | 1 / 60 | 10 / 60 | replication is asynchronous and promises nothing |
    | `spanner_error_percent` | 0.1 / 1 | the same | by status, only those that are Spanner's fault |
    | `leader_elsewhere_percent` | 10 / 50 | the same | share of leaders outside `spanner.leader` |

    A pair is warning / critical. `minimum_requests_per_second` keeps ratios and percentiles quiet while hardly anyone asks.
  EOT
  type = object({
    basis                       = optional(string, "attainable")
    api_latency_p99_ms          = optional(object({ warning = optional(number), critical = optional(number) }), {})
    error_rate_percent          = optional(object({ warning = optional(number), critical = optional(number) }), {})
    spanner_cpu_percent         = optional(object({ warning = optional(number), critical = optional(number) }), {})
    unhealthy_regions           = optional(object({ warning = optional(number), critical = optional(number) }), {})
    spanner_commit_p99_ms       = optional(object({ warning = optional(number), critical = optional(number) }), {})
    sql_replica_lag_seconds     = optional(object({ warning = optional(number), critical = optional(number) }), {})
    spanner_error_percent       = optional(object({ warning = optional(number), critical = optional(number) }), {})
    leader_elsewhere_percent    = optional(object({ warning = optional(number), critical = optional(number) }), {})
    cache_hit_percent           = optional(map(number), {})
    edge_hit_p95_ms             = optional(number, 10)
    minimum_requests_per_second = optional(number, 0.1)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["attainable", "as-documented"], var.thresholds.basis)
    error_message = "thresholds.basis must be \"attainable\" or \"as-documented\"."
  }
  validation {
    condition = alltrue([
      for pair in [
        var.thresholds.api_latency_p99_ms, var.thresholds.error_rate_percent, var.thresholds.spanner_cpu_percent,
        var.thresholds.unhealthy_regions, var.thresholds.spanner_commit_p99_ms, var.thresholds.sql_replica_lag_seconds,
        var.thresholds.spanner_error_percent, var.thresholds.leader_elsewhere_percent,
      ] : coalesce(pair.warning, 1) > 0 && coalesce(pair.critical, 1) > 0
    ])
    error_message = "Each threshold must be above 0."
  }
  validation {
    condition = length([for row, documented in local.as_documented : row if anytrue([
      for floor in lookup(local.row_floors, row, [0]) :
      coalesce(var.thresholds[row].warning, var.thresholds.basis != "attainable" ? documented.warning : max(lookup(local.corrected, row, documented).warning, ceil(local.floor_margins.warning * floor))) >
      coalesce(var.thresholds[row].critical, var.thresholds.basis != "attainable" ? documented.critical : max(lookup(local.corrected, row, documented).critical, ceil(local.floor_margins.critical * floor)))
    ])]) == 0
    error_message = "What warns would be above what is critical, in thresholds: ${join(", ", [for row, documented in local.as_documented : row if anytrue([
      for floor in lookup(local.row_floors, row, [0]) :
      coalesce(var.thresholds[row].warning, var.thresholds.basis != "attainable" ? documented.warning : max(lookup(local.corrected, row, documented).warning, ceil(local.floor_margins.warning * floor))) >
      coalesce(var.thresholds[row].critical, var.thresholds.basis != "attainable" ? documented.critical : max(lookup(local.corrected, row, documented).critical, ceil(local.floor_margins.critical * floor)))
    ])])}. Where only one of warning and critical is set, the other is the default above: set both."
  }
  validation {
    condition = alltrue([
      for pair in [var.thresholds.error_rate_percent, var.thresholds.spanner_cpu_percent, var.thresholds.spanner_error_percent, var.thresholds.leader_elsewhere_percent] :
      coalesce(pair.warning, 1) < 100 && coalesce(pair.critical, 1) < 100
    ]) && alltrue([for percent in values(var.thresholds.cache_hit_percent) : percent > 0 && percent < 100])
    error_message = "Percentages in thresholds must be above 0 and below 100: 0.1 is one request in a thousand."
  }
  validation {
    condition     = coalesce(var.thresholds.unhealthy_regions.critical, 1) == floor(coalesce(var.thresholds.unhealthy_regions.critical, 1)) && coalesce(var.thresholds.unhealthy_regions.warning, 1) == floor(coalesce(var.thresholds.unhealthy_regions.warning, 1))
    error_message = "thresholds.unhealthy_regions counts regions: whole numbers only."
  }
  validation {
    condition     = alltrue([for class in keys(var.thresholds.cache_hit_percent) : contains(var.edge.cached_classes, class)])
    error_message = "thresholds.cache_hit_percent may only name classes in edge.cached_classes; others are never cached: ${join(", ", setsubtract(keys(var.thresholds.cache_hit_percent), var.edge.cached_classes))}."
  }
  validation {
    condition     = var.thresholds.edge_hit_p95_ms > 0 && var.thresholds.minimum_requests_per_second >= 0
    error_message = "thresholds.edge_hit_p95_ms must be above 0 and thresholds.minimum_requests_per_second not negative."
  }
}

variable "slo" {
  description = <<-EOT
    The objectives.
    `availability_percent`: share of requests that are not answered with 5xx, up to 99.99.
    `latency_percent`: share of requests that are answered within the target, up to 99.99.
    `latency_target_ms`: above 0, the target where nothing physical stands against it; 100 as documented. With `thresholds.basis = "attainable"` a class has in each region the larger of this and 1.5 times its floor; "as-documented" uses it everywhere, and the plan says where that cannot be met.
    `latency_targets_ms`: a class's own target in all regions. Below the floor of a region it is refused.
    `period_days`: 1 to 30. Burn rates follow from it: 2 % of the budget in an hour, 5 % in six hours, 10 % in three days are 14.4, 6 and 1 times the even rate over 30 days.
  EOT
  type = object({
    availability_percent = optional(number, 99.99)
    latency_percent      = optional(number, 95)
    latency_target_ms    = optional(number, 100)
    latency_targets_ms   = optional(map(number), {})
    period_days          = optional(number, 30)
  })
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for percent in [var.slo.availability_percent, var.slo.latency_percent] : percent > 0 && percent <= 99.99])
    error_message = "slo.availability_percent and slo.latency_percent must be above 0 and at most 99.99: Cloud Monitoring takes no larger goal than 0.9999."
  }
  validation {
    condition     = alltrue([for target in concat([var.slo.latency_target_ms], values(var.slo.latency_targets_ms)) : target > 0])
    error_message = "slo.latency_target_ms and slo.latency_targets_ms are milliseconds and must be above 0."
  }
  validation {
    condition     = var.slo.period_days >= 1 && var.slo.period_days <= 30 && floor(var.slo.period_days) == var.slo.period_days
    error_message = "slo.period_days must be a whole number from 1 to 30: Cloud Monitoring has no longer rolling period."
  }
  validation {
    condition     = (100 - var.slo.latency_percent) / 100 * 0.02 * var.slo.period_days * 24 < 1 && (100 - var.slo.availability_percent) / 100 * 0.02 * var.slo.period_days * 24 < 1
    error_message = "The fast burn alert could never fire: at ${format("%.1f", 0.02 * var.slo.period_days * 24)} times the even rate more than all requests would have to fail. Raise slo.latency_percent or slo.availability_percent, or shorten slo.period_days."
  }
  validation {
    condition     = alltrue([for class in keys(var.slo.latency_targets_ms) : contains(keys(var.edge.backend_services), class)])
    error_message = "slo.latency_targets_ms may only name classes of edge.backend_services; unknown: ${join(", ", setsubtract(keys(var.slo.latency_targets_ms), keys(var.edge.backend_services)))}."
  }
  validation {
    condition = alltrue(flatten([for class, target in var.slo.latency_targets_ms : [for region in keys(var.regions) : target >= local.class_floors[class][region]] if contains(keys(local.class_floors), class)]))
    error_message = "slo.latency_targets_ms asks for what cannot be: ${join("; ", flatten([for class, target in var.slo.latency_targets_ms : [for region in keys(var.regions) :
      "${class} from ${region} within ${target} ms, the floor is ${local.class_floors[class][region]} ms" if target < local.class_floors[class][region]
    ] if contains(keys(local.class_floors), class)]))}. Set a larger target or move Spanner's leader."
  }
}

variable "uptime" {
  description = <<-EOT
    How the ledger is asked from outside.
    `global_path`: path that any region may answer.
    `period_seconds`: 60, 300, 600 or 900. `timeout_seconds`: whole seconds, 1 to 60.
    `checker_regions`: where it is asked from, USA, EUROPE, SOUTH_AMERICA, ASIA_PACIFIC and the three parts of USA; Google wants at least three places, which USA alone has.
    `headers`: request headers, not secret.
  EOT
  type = object({
    global_path     = optional(string, "/healthz")
    period_seconds  = optional(number, 60)
    timeout_seconds = optional(number, 10)
    checker_regions = optional(list(string), ["USA", "EUROPE", "ASIA_PACIFIC"])
    headers         = optional(map(string), {})
  })
  default  = {}
  nullable = false

  validation {
    condition     = startswith(var.uptime.global_path, "/")
    error_message = "uptime.global_path must begin with /."
  }
  validation {
    condition     = contains([60, 300, 600, 900], var.uptime.period_seconds) && var.uptime.timeout_seconds >= 1 && var.uptime.timeout_seconds <= 60 && floor(var.uptime.timeout_seconds) == var.uptime.timeout_seconds
    error_message = "uptime.period_seconds must be 60, 300, 600 or 900, and uptime.timeout_seconds a whole number from 1 to 60: Google allows no others."
  }
  validation {
    condition     = alltrue([for region in var.uptime.checker_regions : contains(["USA", "USA_OREGON", "USA_IOWA", "USA_VIRGINIA", "EUROPE", "SOUTH_AMERICA", "ASIA_PACIFIC"], region)])
    error_message = "uptime.checker_regions may hold USA, USA_OREGON, USA_IOWA, USA_VIRGINIA, EUROPE, SOUTH_AMERICA and ASIA_PACIFIC."
  }
  validation {
    condition     = contains(var.uptime.checker_regions, "USA") || length(distinct(var.uptime.checker_regions)) >= 3
    error_message = "uptime.checker_regions must give at least three places to ask from: three different entries, or USA."
  }
}

variable "channels" {
  description = <<-EOT
    Who is told. Key: a name of yours. `type` is email, pubsub, sms or google_chat, `labels` what that type wants (`email_address`, `topic`, `number`, `space`), `severities` what is sent there.
    Channels that need a secret (PagerDuty, Slack, webhooks with a token) are made outside, so that the secret stays out of the state: name them in `existing_channels`.
  EOT
  type = map(object({
    type         = string
    labels       = map(string)
    display_name = optional(string)
    severities   = optional(set(string), ["WARNING", "CRITICAL"])
  }))
  default  = {}
  nullable = false

  validation {
    condition     = alltrue([for channel in values(var.channels) : contains(["email", "pubsub", "sms", "google_chat"], channel.type)])
    error_message = "channels may be of type email, pubsub, sms or google_chat. Others hold a secret: create them outside and name them in existing_channels."
  }
  validation {
    condition = alltrue([for channel in values(var.channels) : coalesce(lookup(channel.labels, lookup(local.channel_labels, channel.type, "-"), null), "-") != "-" if contains(keys(local.channel_labels), channel.type)])
    error_message = "channels must have the label of their type: ${join(", ", [
      for name, channel in var.channels : "${name} has no ${local.channel_labels[channel.type]}" if coalesce(lookup(channel.labels, lookup(local.channel_labels, channel.type, "-"), null), "-") == "-" && contains(keys(local.channel_labels), channel.type)
    ])}."
  }
  validation {
    condition     = alltrue([for channel in values(var.channels) : length(channel.severities) > 0 && length(setsubtract(channel.severities, ["WARNING", "CRITICAL"])) == 0])
    error_message = "channels severities must be WARNING, CRITICAL or both."
  }
}

variable "existing_channels" {
  description = "Notification channels that exist already: severity, WARNING or CRITICAL, to names of the form projects/P/notificationChannels/N."
  type        = map(list(string))
  default     = {}
  nullable    = false

  validation {
    condition     = length(setsubtract(keys(var.existing_channels), ["WARNING", "CRITICAL"])) == 0
    error_message = "existing_channels has the keys WARNING and CRITICAL only."
  }
  validation {
    condition     = alltrue([for name in flatten(values(var.existing_channels)) : can(regex("^projects/[^/]+/notificationChannels/[^/]+$", name))])
    error_message = "existing_channels must hold names of the form projects/P/notificationChannels/N."
  }
}

variable "runbook_url" {
  description = "Where the runbooks lie, without a / at the end: an alert links to this, a / and the runbook's name, such as region-down."
  type        = string
  default     = "https://github.com/proveniq/terraform-provider-proveniq/blob/main/docs/guides"
  nullable    = false

  validation {
    condition     = startswith(var.runbook_url, "https://") && !endswith(var.runbook_url, "/")
    error_message = "runbook_url must begin with https:// and must not end in /."
  }
}

variable "auto_close_seconds" {
  description = "An open incident whose series has no more data is closed after this long, 1800 to 604800 seconds."
  type        = number
  default     = 1800
  nullable    = false

  validation {
    condition     = var.auto_close_seconds >= 1800 && var.auto_close_seconds <= 604800
    error_message = "auto_close_seconds must be from 1800 (half an hour) to 604800 (a week)."
  }
}
