variable "project_id" {
  description = "Project that holds the datasets and runs the queries."
  type        = string
  nullable    = false
}

variable "project_number" {
  description = "Number of that project: the connection's full name has it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]+$", var.project_number))
    error_message = "project_number must be digits only; \"${var.project_number}\" looks like an id."
  }
}

variable "name" {
  description = "The ledger's name, 2 to 20 characters of a-z, 0-9 and -, first a letter, last no -. Everything that is made begins with it; in BigQuery, which takes no -, with _ instead."
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

variable "deletion_protection" {
  description = "Whether the tables with the reports refuse to be destroyed. They can be filled again from Spanner, events older than its own retention too, but that is a full read of the ledger."
  type        = bool
  default     = true
  nullable    = false
}

variable "location" {
  description = "BigQuery location of datasets and queries: US, EU or a region. Reports of EU users may have to stay in EU. What Spanner sends is billed between its nearest replica and here."
  type        = string
  default     = "US"
  nullable    = false

  validation {
    condition     = contains(["US", "EU"], var.location) || can(regex("^[a-z]+-[a-z]+[0-9]+$", var.location))
    error_message = "location must be US, EU or a region such as us-east1: \"${var.location}\" is none."
  }
}

variable "spanner" {
  description = <<-EOT
    The ledger's database.
    `database`: full path, projects/P/instances/I/databases/D.
    `database_role`: role inside Spanner that the reports read with; null means the whole database, read only. The role must be granted SELECT on Events, on its index EventsByCommitTime by way of the table, and on the view ReportEvents.
    `data_boost`: whether reports run on compute of their own, apart from the ledger's.
    `max_parallelism`: how many partitions Spanner answers at once, 1 to 1000; null lets BigQuery choose.
  EOT
  type = object({
    database        = string
    database_role   = optional(string)
    data_boost      = optional(bool, true)
    max_parallelism = optional(number)
  })
  nullable = false

  validation {
    condition     = can(regex("^projects/[^/]+/instances/[^/]+/databases/[^/]+$", var.spanner.database))
    error_message = "spanner.database must be of the form projects/P/instances/I/databases/D: \"${var.spanner.database}\" is not."
  }
  validation {
    condition     = var.spanner.max_parallelism == null || var.spanner.data_boost
    error_message = "spanner.max_parallelism needs spanner.data_boost: only there are partitions read in parallel without the ledger noticing."
  }
  validation {
    condition     = coalesce(var.spanner.max_parallelism, 1) >= 1 && coalesce(var.spanner.max_parallelism, 1) <= 1000 && floor(coalesce(var.spanner.max_parallelism, 1)) == coalesce(var.spanner.max_parallelism, 1)
    error_message = "spanner.max_parallelism must be a whole number from 1 to 1000."
  }
}

variable "data_boost_role" {
  description = "Custom role that lets one use Data Boost and read nothing, with spanner.databases.partitionQuery, spanner.databases.useDataBoost and spanner.instances.get: projects/P/roles/R or organizations/O/roles/R. null: this module makes one, for which whoever applies must be allowed to make roles. Only used with a database_role."
  type        = string
  default     = null

  validation {
    condition     = var.data_boost_role == null || can(regex("^(projects|organizations)/[^/]+/roles/[a-zA-Z0-9_.]{3,64}$", var.data_boost_role))
    error_message = "data_boost_role must be of the form projects/P/roles/R or organizations/O/roles/R: Google's own roles for Data Boost can read as well."
  }
}

variable "workload_principals" {
  description = "IAM members that serve GET /reports/*, such as a Kubernetes service account's principal://...: they read the reports and run queries."
  type        = list(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for principal in var.workload_principals : can(regex("^(principal|principalSet|serviceAccount|user|group)(:|://)", principal))])
    error_message = "workload_principals must be IAM members with their kind in front, such as principal://... or serviceAccount:..."
  }
}

variable "schedule" {
  description = <<-EOT
    When Spanner's events are brought over.
    `every_minutes`: 5 to 1440. `run_minutes`: how long a run may take until it counts as stuck.
    `staleness_minutes`: what reports promise, 60 as documented. The worst age is `every_minutes + run_minutes`, which must be below it. As documented a single failed run breaks it; every 20 minutes one may fail.
    `alert`: whether there are alerts on it. The critical one comes `run_minutes` and 5 minutes before the promise breaks, and not while all is well: then `every_minutes`, twice `run_minutes` and 5 must fit into `staleness_minutes`.
  EOT
  type = object({
    every_minutes     = optional(number, 30)
    run_minutes       = optional(number, 10)
    staleness_minutes = optional(number, 60)
    alert             = optional(bool, true)
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.schedule.every_minutes >= 5 && var.schedule.every_minutes <= 1440 && floor(var.schedule.every_minutes) == var.schedule.every_minutes
    error_message = "schedule.every_minutes must be a whole number from 5, the least that BigQuery schedules, to 1440."
  }
  validation {
    condition     = var.schedule.run_minutes >= 1 && floor(var.schedule.run_minutes) == var.schedule.run_minutes && floor(var.schedule.staleness_minutes) == var.schedule.staleness_minutes
    error_message = "schedule.run_minutes and schedule.staleness_minutes must be whole numbers, from 1."
  }
  validation {
    condition     = var.schedule.every_minutes + var.schedule.run_minutes < var.schedule.staleness_minutes
    error_message = "Reports would be up to ${var.schedule.every_minutes + var.schedule.run_minutes} minutes old (every_minutes + run_minutes), and schedule.staleness_minutes promises less than ${var.schedule.staleness_minutes}: run more often, or promise less."
  }
  validation {
    condition     = !var.schedule.alert || var.schedule.every_minutes + 2 * var.schedule.run_minutes + 5 <= var.schedule.staleness_minutes
    error_message = "Runs that are all well can be ${var.schedule.every_minutes + var.schedule.run_minutes} minutes apart (every_minutes + run_minutes), and the alert before the promise breaks comes after ${var.schedule.staleness_minutes - var.schedule.run_minutes - 5} minutes: run more often, lower schedule.run_minutes, promise less, or set schedule.alert = false."
  }
}

variable "dashboards" {
  description = <<-EOT
    How the ledger's services read for GET /analytics/*, which Spanner answers itself.
    `staleness_seconds`: 10 to 3600; 15 as documented. From 10 the nearest replica can answer alone.
    `priority`: PRIORITY_LOW, PRIORITY_MEDIUM or PRIORITY_HIGH, so that dashboards give way to events.
  EOT
  type = object({
    staleness_seconds = optional(number, 15)
    priority          = optional(string, "PRIORITY_LOW")
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.dashboards.staleness_seconds >= 10 && var.dashboards.staleness_seconds <= 3600
    error_message = "dashboards.staleness_seconds must be from 10, below which the nearest replica has to ask the leader, to 3600, after which Spanner may have collected old versions."
  }
  validation {
    condition     = contains(["PRIORITY_LOW", "PRIORITY_MEDIUM", "PRIORITY_HIGH"], var.dashboards.priority)
    error_message = "dashboards.priority must be PRIORITY_LOW, PRIORITY_MEDIUM or PRIORITY_HIGH."
  }
}

variable "regions" {
  description = "The ledger's regions by Google's name, each with the region of its nearest replica that can serve reads, as `proveniq_spanner_topology` answers it; null when that is not known, then Spanner chooses."
  type = map(object({
    nearest_read_region = optional(string)
  }))
  default  = {}
  nullable = false
}

variable "live" {
  description = "Whether the reports are in use. While false there are no alerts on them: before the first run of the merge they would only cry."
  type        = bool
  default     = true
  nullable    = false
}

variable "live_dataset" {
  description = "Whether there is a dataset of Spanner's tables as they are, for queries by hand. Each query reads Spanner on Data Boost, as whoever asks: they need roles/spanner.databaseReaderWithDataBoost on the database or, with `spanner.database_role`, what the reports' account has. Nobody is granted it here."
  type        = bool
  default     = true
  nullable    = false
}

variable "retention_days" {
  description = "How long events stay in the reports, in whole days, by their day; null means for ever. Spanner keeps them anyway."
  type        = number
  default     = null

  validation {
    condition     = try(var.retention_days >= 1 && floor(var.retention_days) == var.retention_days, var.retention_days == null)
    error_message = "retention_days must be a whole number of days, at least 1, or null for ever."
  }
}

variable "kms_key" {
  description = "Key that encrypts the datasets, projects/P/locations/L/keyRings/R/cryptoKeys/K in their location; null means Google's."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key == null || can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.kms_key))
    error_message = "kms_key must be of the form projects/P/locations/L/keyRings/R/cryptoKeys/K."
  }
}

variable "channels" {
  description = "Severity, WARNING or CRITICAL, to the notification channels that hear of stale reports, as the observability module gives them out."
  type        = map(list(string))
  default     = {}
  nullable    = false
}

variable "runbook_url" {
  description = "Where the runbooks lie, without a / at the end."
  type        = string
  default     = "https://github.com/proveniq/terraform-provider-proveniq/blob/main/docs/guides"
  nullable    = false
}
