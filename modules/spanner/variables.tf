variable "project_id" {
  description = "Id of the project that holds the instance."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9.:]{4,}[a-z0-9]$", var.project_id))
    error_message = "project_id is a project's id, such as my-ledger-prod: not its number and not its display name."
  }
}

variable "name" {
  description = "The ledger's name: 2 to 20 lower-case letters, digits and hyphens, a letter first. The instance is called NAME-spanner."
  type        = string
  default     = "ledger"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name has 2 to 20 lower-case letters, digits and hyphens, begins with a letter and ends with a letter or a digit."
  }
}

variable "labels" {
  description = "Labels of the instance and of its configurations."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether instance and database are kept from being deleted: by Terraform, and the database by anyone else too. Backups go only with the instance; who may delete one by itself is a question of IAM (spanner.backups.delete). To take the ledger down, apply false first."
  type        = bool
  default     = true
  nullable    = false
}

# Where the replicas are. None of these is derived from the ledger's regions:
# adding a region to the ledger never moves its database.

variable "topology" {
  description = <<-EOT
    What is wanted of the replicas. three-continents: nam3 with read-only replicas in europe-west1 and asia-southeast1, leader us-east1; the only configuration with a replica in all of us-east1, europe-west1 and asia-southeast1.
    as-documented: nam-eur-asia1, whose replicas that vote are in us-central1 and us-central2; us-east1 has only the witness, and asia-southeast1 nothing.
    regional: one region, set region. custom: set custom. A change is a move of the instance, which Terraform cannot make: the plan says how.
  EOT
  type        = string
  default     = "three-continents"
  nullable    = false

  validation {
    condition     = contains(["three-continents", "as-documented", "regional", "custom"], var.topology)
    error_message = "topology is three-continents, as-documented, regional or custom."
  }
}

variable "region" {
  description = "The region of topology regional, such as us-east1. Null with any other topology."
  type        = string
  default     = null

  validation {
    condition     = (var.topology == "regional") == (var.region != null)
    error_message = "region belongs to topology regional: set both, or neither."
  }
}

variable "custom" {
  description = "Topology custom: a configuration of Google's, such as nam6 or regional-europe-west1, the read-only replicas to add to it, and a short name for what comes of it (2 to 12 letters, digits, hyphens; null: the base's name). Null with any other topology."
  type = object({
    base_config = string
    short_name  = optional(string)
    replicas    = optional(list(object({ location = string, count = optional(number, 1) })), [])
  })
  default = null

  validation {
    condition     = (var.topology == "custom") == (var.custom != null)
    error_message = "custom belongs to topology custom: set both, or neither."
  }
  validation {
    condition     = try(var.custom.short_name, null) == null ? true : can(regex("^[a-z0-9][-a-z0-9]{0,10}[a-z0-9]$", var.custom.short_name))
    error_message = "custom.short_name has 2 to 12 lower-case letters, digits and hyphens."
  }
}

variable "extra_replicas" {
  description = "Read-only replicas to add to those of the topology. Google recommends two for each continent that is not the leader's: europe-west4 and asia-southeast2 beside three-continents. Each costs a replica's compute and storage."
  type        = list(object({ location = string, count = optional(number, 1) }))
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for replica in concat(var.extra_replicas, try(var.custom.replicas, [])) : replica.count == 1])
    error_message = "A location takes one added replica: the google provider keeps replicas as a set, in which a second one at the same place is lost."
  }
  validation {
    condition     = length(distinct(concat(local.topologies[var.topology].locations, var.extra_replicas[*].location))) == length(concat(local.topologies[var.topology].locations, var.extra_replicas))
    error_message = "A location is named twice among the topology's own replicas (${join(", ", local.topologies[var.topology].locations)}) and extra_replicas."
  }
}

variable "leader" {
  description = "Region whose replica leads, one of the two that vote and serve (output topology.leader_options). Null: the topology's own. Where only one region votes there is no choice."
  type        = string
  default     = null

  validation {
    condition     = var.leader == null ? true : !(startswith(local.base_config, "regional-"))
    error_message = "A regional configuration leads where it is: leave leader null."
  }
}

variable "read_lease_regions" {
  description = "Regions that answer strong reads by themselves. Every write then waits for the farthest of them (output read_leases says how much)."
  type        = list(string)
  default     = []
  nullable    = false
}

variable "round_trips_ms" {
  description = "Round trips in milliseconds that you measured, from region to region, in place of the provider's figures: `{ us-east1 = { europe-west1 = 88 } }`. One direction is enough; of two that differ the mean is taken. They change what is said of latency, and the choice of the nearest replica."
  type        = map(map(number))
  default     = {}
  nullable    = false
}

variable "finished_moves" {
  description = "How many moves of the instance to another configuration are done. Raise it by one after each: the module then forgets the configuration that the instance has left and deletes it. Refused while the instance still lives there."
  type        = number
  default     = 0
  nullable    = false

  validation {
    condition     = var.finished_moves >= 0 && floor(var.finished_moves) == var.finished_moves
    error_message = "finished_moves counts: 0, 1, 2 and so on."
  }
}

variable "ledger_regions" {
  description = "The regions where the ledger serves: what is said of latency and roles is said of them. They place no replica."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "required_role" {
  description = "The least that a region must have, by region: READ_WRITE, READ_ONLY, ANY_REPLICA (one that serves reads, which a witness does not) or NONE. Below it in the wanted topology the plan fails. A region of ledger_regions that is not named and cannot write at home is warned of."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for role in values(var.required_role) : contains(["READ_WRITE", "READ_ONLY", "ANY_REPLICA", "NONE"], role)])
    error_message = "required_role maps a region to READ_WRITE, READ_ONLY, ANY_REPLICA or NONE."
  }
  validation {
    condition     = length(setsubtract(keys(var.required_role), var.ledger_regions)) == 0
    error_message = "required_role names ${join(", ", setsubtract(keys(var.required_role), var.ledger_regions))}, which is not among ledger_regions."
  }
}

variable "database_name" {
  description = "Name of the database: 2 to 30 lower-case letters, digits, underscores and hyphens. Another name is another, empty database."
  type        = string
  default     = "ledger"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-_a-z0-9]{0,28}[a-z0-9]$", var.database_name))
    error_message = "database_name has 2 to 30 lower-case letters, digits, underscores and hyphens, begins with a letter and ends with a letter or a digit."
  }
}

variable "capacity" {
  description = <<-EOT
    Compute capacity, which is provisioned in every replica: 1000 processing units are one node in each of them, and there is no number of nodes per region.
    Exactly one of processing_units (100 to 900 in hundreds, or thousands) and autoscaling. Limits are thousands; the upper one is at most ten times the lower.
    CPU targets are percent; null is the highest that leaves room for the loss of a zone or region: 45 high priority and 50 in total where several regions vote.
    asymmetric gives a read-only replica, by its location, limits or targets of its own; null is the instance's.
  EOT
  type = object({
    processing_units = optional(number)
    autoscaling = optional(object({
      min_processing_units      = optional(number, 2000)
      max_processing_units      = optional(number, 6000)
      high_priority_cpu_percent = optional(number)
      total_cpu_percent         = optional(number)
      storage_percent           = optional(number, 90)
      asymmetric = optional(map(object({
        min_processing_units      = optional(number)
        max_processing_units      = optional(number)
        high_priority_cpu_percent = optional(number)
        total_cpu_percent         = optional(number)
      })), {})
    }))
  })
  default  = { autoscaling = {} }
  nullable = false

  validation {
    condition     = (var.capacity.processing_units == null) != (var.capacity.autoscaling == null)
    error_message = "capacity sets exactly one of processing_units and autoscaling."
  }
  validation {
    condition = var.capacity.processing_units == null ? true : (
      var.capacity.processing_units >= 100 && var.capacity.processing_units % (var.capacity.processing_units < 1000 ? 100 : 1000) == 0
    )
    error_message = "capacity.processing_units is 100 to 900 in hundreds, or a multiple of 1000."
  }
  validation {
    condition = var.capacity.autoscaling == null ? true : alltrue([
      for limits in concat([var.capacity.autoscaling], [
        for own in values(var.capacity.autoscaling.asymmetric) : {
          min_processing_units = coalesce(own.min_processing_units, var.capacity.autoscaling.min_processing_units)
          max_processing_units = coalesce(own.max_processing_units, var.capacity.autoscaling.max_processing_units)
        }
      ]) :
      limits.min_processing_units >= 1000 && limits.min_processing_units % 1000 == 0 && limits.max_processing_units % 1000 == 0 &&
      limits.max_processing_units >= limits.min_processing_units && limits.max_processing_units <= 10 * limits.min_processing_units
    ])
    error_message = "capacity.autoscaling: limits are multiples of 1000, the lower at least 1000 and the upper at least the lower and at most ten times it, for the instance and for each replica in asymmetric."
  }
  validation {
    condition = var.capacity.autoscaling == null ? true : alltrue([
      for percent in concat(
        [var.capacity.autoscaling.high_priority_cpu_percent, var.capacity.autoscaling.total_cpu_percent],
        flatten([for own in values(var.capacity.autoscaling.asymmetric) : [own.high_priority_cpu_percent, own.total_cpu_percent]]),
      ) : percent == null ? true : percent >= 10 && percent <= 90 && floor(percent) == percent
    ]) && contains(range(10, 100), var.capacity.autoscaling.storage_percent)
    error_message = "capacity.autoscaling: CPU targets are 10 to 90 percent, the storage target is 10 to 99 percent, all of them whole numbers."
  }
}

variable "edition" {
  description = "Spanner's edition: STANDARD, ENTERPRISE or ENTERPRISE_PLUS. Null: the lowest that has what is asked for."
  type        = string
  default     = null

  validation {
    condition     = var.edition == null ? true : contains(["STANDARD", "ENTERPRISE", "ENTERPRISE_PLUS"], var.edition)
    error_message = "edition is STANDARD, ENTERPRISE, ENTERPRISE_PLUS, or null for the lowest that has what is asked for."
  }
}

variable "encryption" {
  description = "Cloud KMS keys by region, PROJECT's full path each: one for every region that has a replica, the witness too (output topology.cmek_regions). Null: Google's keys. Read when the database is made; later only a move or a restored backup changes keys."
  type        = map(string)
  default     = null

  validation {
    condition = var.encryption == null ? true : alltrue([
      for region, key in var.encryption : can(regex("^projects/[^/]+/locations/${region}/keyRings/[^/]+/cryptoKeys/[^/]+$", key))
    ])
    error_message = "encryption maps a region to a key of that region: projects/PROJECT/locations/REGION/keyRings/RING/cryptoKeys/KEY."
  }
}

variable "version_retention" {
  description = "How far back reads and restores reach (point-in-time recovery): 1h to 7d, as 7d, 168h, 10080m or 604800s."
  type        = string
  default     = "7d"
  nullable    = false

  validation {
    condition = try(
      tonumber(regex("^([0-9]+)[dhms]$", var.version_retention)[0]) * { d = 86400, h = 3600, m = 60, s = 1 }[regex("[dhms]$", var.version_retention)] >= 3600 &&
      tonumber(regex("^([0-9]+)[dhms]$", var.version_retention)[0]) * { d = 86400, h = 3600, m = 60, s = 1 }[regex("[dhms]$", var.version_retention)] <= 604800,
      false,
    )
    error_message = "version_retention is between 1h and 7d: a whole number followed by d, h, m or s."
  }
}

variable "backups" {
  description = <<-EOT
    Backup schedules: a full and an incremental one, each by cron in UTC (minute, hours, days, months, weekdays) and days that a backup is kept (1 to 366). enabled = false: no such schedule. Incremental backups need edition ENTERPRISE.
    Full backups are at least 12 hours apart, incremental ones 4. A new schedule makes its first backup within a day.
  EOT
  type = object({
    full        = optional(object({ enabled = optional(bool, true), cron = optional(string, "0 2 * * *"), retention_days = optional(number, 30) }), {})
    incremental = optional(object({ enabled = optional(bool, true), cron = optional(string, "0 */6 * * *"), retention_days = optional(number, 14) }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for schedule in [var.backups.full, var.backups.incremental] :
      contains(range(1, 367), schedule.retention_days)
    ])
    error_message = "backups: retention_days is 1 to 366, a whole number."
  }
  validation {
    condition = alltrue([
      for schedule in [var.backups.full, var.backups.incremental] :
      can(regex("^[0-5]?[0-9] (\\*|(\\*|[01]?[0-9]|2[0-3])/(0?[1-9]|1[0-9]|2[0-3])|([01]?[0-9]|2[0-3])(,([01]?[0-9]|2[0-3]))*) \\S+ \\S+ \\S+$", schedule.cron))
    ])
    error_message = "backups: cron has five parts. The minute is a number from 0 to 59; the hours are *, */n, a/n or a list such as 2,14, with hours from 0 to 23 and n from 1 to 23. For example 0 2 * * *."
  }
}

variable "schema" {
  description = <<-EOT
    The database's schema. directory holds .sql files, read by name; null: the ledger's own. files adds texts by file name; one with the name of a file in the directory takes its place.
    allow_destructive names what may be lost, manage the kinds of objects that are ours (null: those that the files declare), ignore patterns of names that are not.
    on_destroy: abandon leaves the schema in the database, drop drops it. change_reason goes to the log.
  EOT
  type = object({
    directory         = optional(string)
    files             = optional(map(string), {})
    allow_destructive = optional(set(string), [])
    manage            = optional(set(string))
    ignore            = optional(set(string))
    on_destroy        = optional(string, "abandon")
    change_reason     = optional(string)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["abandon", "drop"], var.schema.on_destroy)
    error_message = "schema.on_destroy is abandon or drop."
  }
  validation {
    condition     = alltrue([for name, text in var.schema.files : endswith(name, ".sql") && trimspace(text) != ""])
    error_message = "schema.files maps a file name that ends in .sql to DDL that is not empty."
  }
  validation {
    condition     = var.schema.directory == null ? true : length(fileset(coalesce(var.schema.directory, "."), "*.sql")) > 0
    error_message = "schema.directory holds no .sql file. Give the path of a folder that has some, such as \"$${path.module}/schema\"."
  }
}

variable "fine_grained" {
  description = "Whether access goes by roles of the database, in which nobody may change or delete what is recorded. False gives databaseUser and databaseReader on the whole database instead, so nothing is append-only any more: for emulators, which have no roles."
  type        = bool
  default     = true
  nullable    = false
}

variable "access" {
  description = <<-EOT
    Who may use the database, as IAM members such as serviceAccount:..., group:... or principal://.... Each list is one role in the database, and nothing more:
    api (records events, reads everything, keeps webhook endpoints), sealer (adds blocks, proofs and counts), webhooks (delivers), reports (reads), feed (follows the change stream).
    No role may change or delete an event, a block or a proof. A service that is in several lists opens one client for each role.
    registrars run proveniq_ledger_region: they read and write the whole database, for that provider assumes no database role. viewers see the instance, no data.
  EOT
  type = object({
    api        = optional(set(string), [])
    sealer     = optional(set(string), [])
    webhooks   = optional(set(string), [])
    reports    = optional(set(string), [])
    feed       = optional(set(string), [])
    registrars = optional(set(string), [])
    viewers    = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for member in setunion(var.access.api, var.access.sealer, var.access.webhooks, var.access.reports, var.access.feed, var.access.registrars, var.access.viewers) :
      can(regex("^(user|group|serviceAccount|domain|principal|principalSet):\\S+$", member))
    ])
    error_message = "access: a member is user:..., group:..., serviceAccount:..., domain:..., principal://... or principalSet://.... allUsers and allAuthenticatedUsers have no place in a ledger."
  }
}

variable "warnings" {
  description = "What a plan warns of as long as it is so: regions without a local replica that votes, Google's recommendations that topology does not follow, and the price of read leases. That the instance has to be moved is always told."
  type = object({
    regions         = optional(bool, true)
    recommendations = optional(bool, true)
    read_leases     = optional(bool, true)
  })
  default  = {}
  nullable = false
}
