variable "project_id" {
  description = "Id of the project that the region's resources are in."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id must be a project's id (6 to 30 lower-case letters, digits and hyphens), not its number or name."
  }
}

variable "project_number" {
  description = "Number of that project, as a string of digits. It is part of the workload's identity, and no data source is read to find it."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{6,}$", var.project_number))
    error_message = "project_number must be the project's number, digits only (gcloud projects describe PROJECT_ID --format 'value(projectNumber)')."
  }
}

variable "name" {
  description = "The ledger's name: what this module makes is called `<name>-...`, so that two ledgers fit into one project. 2 to 20 lower-case letters, digits and hyphens."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name must be 2 to 20 lower-case letters, digits and hyphens, begin with a letter and not end with a hyphen."
  }
}

variable "region" {
  description = "The Google Cloud region, such as us-east1. It cannot be changed: another region is another call of this module."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}$", var.region))
    error_message = "region must be a Google Cloud region, such as us-east1 (a zone such as us-east1-b is no region)."
  }
  validation {
    # Names of clusters and of Redis instances have at most 40 characters.
    condition     = length(var.name) + length(var.region) <= 39
    error_message = "region and name are together more than 39 characters, and clusters are called <name>-<region>: take a shorter name for the ledger."
  }
}

variable "labels" {
  description = "Labels for everything that can have them."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether cluster, databases, cache and secrets refuse to be destroyed, in Terraform and, for Cloud SQL, at Google too. Set it to false and apply before destroying."
  type        = bool
  default     = true
  nullable    = false
}

variable "network" {
  description = <<-EOT
    Where the region lies. `id` is projects/<project>/global/networks/<name>, `subnet_id` projects/<project>/regions/<region>/subnetworks/<name>;
    `pods_range` and `services_range` are names of the subnet's secondary ranges; `node_tag` is the network tag that the
    firewall rule for health checks targets. Cloud SQL and Redis are made after `private_services_connection` and
    destroyed before it; `private_services_range` is the reserved range that they take addresses from (null: any).
    `project_id` is the network's project (null: this module's). `neg_cleanup` is the id of what clears the NEGs that a
    deleted cluster leaves: it is destroyed after the cluster.
  EOT
  type = object({
    id                          = string
    subnet_id                   = string
    pods_range                  = string
    services_range              = string
    node_tag                    = string
    private_services_connection = string
    private_services_range      = optional(string)
    project_id                  = optional(string)
    neg_cleanup                 = optional(string)
  })
  nullable = false

  validation {
    condition     = can(regex("^projects/[^/]+/global/networks/[^/]+$", var.network.id))
    error_message = "network.id must be a network's id, projects/<project>/global/networks/<name>: Memorystore takes no other form."
  }
  validation {
    condition     = can(regex("^projects/[^/]+/regions/${var.region}/subnetworks/[^/]+$", var.network.subnet_id))
    error_message = "network.subnet_id must be the id of a subnet in the region: projects/<project>/regions/<region>/subnetworks/<name>."
  }
}

variable "cluster" {
  description = <<-EOT
    The GKE Autopilot cluster. `release_channel` is RAPID, REGULAR, STABLE or EXTENDED. GKE upgrades in `maintenance`: on `days`
    (MO to SU), from `start` (hh:mm, UTC) for `hours`, which must come to 48 hours within 32 days, and never in `exclusions`.
    `cmek_key` encrypts what Kubernetes keeps (its secrets), `boot_disk_key` the nodes' disks; both are crypto key ids of the region.
    `external_access` lets kubectl reach the DNS endpoint from outside Google Cloud: IAM decides who gets in, there is no IP endpoint.
    `fleet_project` is the project whose fleet the cluster joins (null: project_id). `binary_authorization` enforces the project's policy.
  EOT
  type = object({
    release_channel = optional(string, "REGULAR")
    maintenance = optional(object({
      days  = optional(list(string), ["SA", "SU"])
      start = optional(string, "02:00")
      hours = optional(number, 6)
      exclusions = optional(list(object({
        name  = string
        start = string
        end   = string
        scope = optional(string, "NO_MINOR_UPGRADES")
      })), [])
    }), {})
    cmek_key             = optional(string)
    boot_disk_key        = optional(string)
    external_access      = optional(bool, true)
    fleet_project        = optional(string)
    binary_authorization = optional(bool, false)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["RAPID", "REGULAR", "STABLE", "EXTENDED"], var.cluster.release_channel)
    error_message = "cluster.release_channel must be RAPID, REGULAR, STABLE or EXTENDED: Autopilot always has one."
  }
  validation {
    condition     = length(var.cluster.maintenance.days) > 0 && length(setsubtract(var.cluster.maintenance.days, ["MO", "TU", "WE", "TH", "FR", "SA", "SU"])) == 0 && can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.cluster.maintenance.start))
    error_message = "cluster.maintenance must have days out of MO, TU, WE, TH, FR, SA, SU and a start of the form hh:mm in UTC."
  }
  validation {
    condition     = var.cluster.maintenance.hours >= 4 && var.cluster.maintenance.hours <= 24 && length(distinct(var.cluster.maintenance.days)) * var.cluster.maintenance.hours * 32 / 7 >= 48
    error_message = "cluster.maintenance is too short: GKE wants windows of at least 4 hours, and 48 hours within 32 days. Add days or hours."
  }
  validation {
    condition = alltrue([
      for exclusion in var.cluster.maintenance.exclusions :
      contains(["NO_UPGRADES", "NO_MINOR_UPGRADES", "NO_MINOR_OR_NODE_UPGRADES"], exclusion.scope) && try(timecmp(exclusion.start, exclusion.end) < 0, false)
    ])
    error_message = "cluster.maintenance.exclusions must have RFC 3339 times with end after start, and NO_UPGRADES, NO_MINOR_UPGRADES or NO_MINOR_OR_NODE_UPGRADES as scope."
  }
  validation {
    condition = alltrue([
      for key in [var.cluster.cmek_key, var.cluster.boot_disk_key] :
      key == null || can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", key))
    ])
    error_message = "cluster.cmek_key and cluster.boot_disk_key must be crypto keys of the region: projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>."
  }
}

variable "config_sync" {
  description = <<-EOT
    Config Sync delivers the workload from an OCI image in Artifact Registry; null: somebody else does, for example a pipeline.
    `image` is <location>-docker.pkg.dev/<project>/<repository>/<image>[:<tag>|@<digest>], `directory` the region's directory in it
    (null: the region's name). `version` is Config Sync's (null: the fleet upgrades it). `service_account` is the e-mail of a
    service account that may read the image (null: this module makes one and lets it read the repository).
    `fleet_feature`: whether this call makes the fleet's feature configmanagement. A fleet has it once: set it to false where the
    project has it, and in all but one region; `feature` is then its name.
  EOT
  type = object({
    image             = string
    directory         = optional(string)
    version           = optional(string)
    service_account   = optional(string)
    fleet_feature     = optional(bool, true)
    feature           = optional(string, "configmanagement")
    prevent_drift     = optional(bool, false)
    sync_wait_seconds = optional(number, 15)
  })
  default = null

  validation {
    condition     = var.config_sync == null ? true : can(regex("^[a-z0-9-]+-docker\\.pkg\\.dev/[^/]+/[^/]+/[^/]+", var.config_sync.image))
    error_message = "config_sync.image must be an image in Artifact Registry without a scheme: <location>-docker.pkg.dev/<project>/<repository>/<image>:<tag>."
  }
  validation {
    condition     = var.config_sync == null ? true : var.config_sync.directory == null ? true : can(regex("^[^/].*[^/]$", var.config_sync.directory))
    error_message = "config_sync.directory must be a path within the image, without a slash at either end."
  }
  validation {
    condition     = var.config_sync == null ? true : var.config_sync.service_account == null ? true : can(regex("^[^@]+@[^@]+\\.iam\\.gserviceaccount\\.com$", var.config_sync.service_account))
    error_message = "config_sync.service_account must be a service account's e-mail, or null for one that this module makes."
  }
  validation {
    condition     = var.config_sync == null ? true : var.existing.cluster == null ? true : var.existing.cluster.fleet_membership != null
    error_message = "config_sync needs a cluster that is in a fleet: say existing.cluster.fleet_membership, or leave config_sync out."
  }
}

variable "workload" {
  description = <<-EOT
    The ledger's workload in the cluster: `namespace` (null: the ledger's name, because one project's clusters share their
    identities), Kubernetes `service_account`, `service` and its `port`, which the NEG is of. `min_replicas` pods at least are
    spread over `min_zones` zones at least: a zone without pods has no NEG. `image_repositories` are ids of the repositories that
    the nodes pull from: projects/<project>/locations/<location>/repositories/<name>.
  EOT
  type = object({
    namespace          = optional(string)
    service_account    = optional(string, "ledger-api")
    service            = optional(string, "ledger-api")
    port               = optional(number, 8080)
    min_replicas       = optional(number, 3)
    min_zones          = optional(number, 2)
    image_repositories = optional(set(string), [])
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue([
      for name in [coalesce(var.workload.namespace, var.name), var.workload.service_account, var.workload.service] : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", name))
    ])
    error_message = "workload.namespace, service_account and service must be names of Kubernetes: up to 63 lower-case letters, digits and hyphens, beginning with a letter."
  }
  validation {
    condition     = floor(var.workload.port) == var.workload.port && var.workload.port >= 1 && var.workload.port <= 65535
    error_message = "workload.port must be a port number from 1 to 65535."
  }
  validation {
    condition     = contains([1, 2, 3], var.workload.min_zones) && floor(var.workload.min_replicas) == var.workload.min_replicas && var.workload.min_replicas >= var.workload.min_zones
    error_message = "workload.min_zones must be 1, 2 or 3, and min_replicas at least as many: a zone without a pod has no NEG."
  }
  validation {
    condition     = alltrue([for id in var.workload.image_repositories : can(regex("^projects/[^/]+/locations/[^/]+/repositories/[^/]+$", id))])
    error_message = "workload.image_repositories must be ids of Artifact Registry repositories: projects/<project>/locations/<location>/repositories/<name>."
  }
}

variable "sql" {
  description = <<-EOT
    The region's Cloud SQL for PostgreSQL; null: none. `name` is the instance's (null: <name>-<region>); Google may keep a deleted
    instance's name for a week. `disk_gb` is the size it starts with, which grows by itself up to `disk_limit_gb` (0: no limit).
    `regional` has a standby in a second zone. `cmek_key` is a crypto key of the region. `database_flags` are flags of PostgreSQL;
    `logical_decoding` lets changes be streamed out of it (it restarts the instance, and clients may then connect without a connector).
    `retained_backups` are daily backups, `log_retention_days` (1 to 7, with ENTERPRISE_PLUS to 35) how far back one can restore to
    any second. `maintenance_hour` is in UTC, `maintenance_day` from 1 (Monday) to 7.
    `replica` is the read replica in dr_region: `tier` (null: as the primary, so that it can take over), `regional`, and its own
    `cmek_key`, of dr_region.
  EOT
  type = object({
    name               = optional(string)
    database           = optional(string, "ledger")
    database_version   = optional(string, "POSTGRES_16")
    edition            = optional(string, "ENTERPRISE")
    tier               = optional(string, "db-custom-4-16384")
    regional           = optional(bool, true)
    disk_gb            = optional(number, 50)
    disk_limit_gb      = optional(number, 500)
    cmek_key           = optional(string)
    database_flags     = optional(map(string), {})
    logical_decoding   = optional(bool, false)
    retained_backups   = optional(number, 14)
    log_retention_days = optional(number, 7)
    backup_start       = optional(string, "03:00")
    maintenance_day    = optional(number, 7)
    maintenance_hour   = optional(number, 4)
    replica = optional(object({
      tier     = optional(string)
      regional = optional(bool, false)
      cmek_key = optional(string)
    }), {})
  })
  default = {}

  validation {
    condition     = var.sql == null ? true : can(regex("^POSTGRES_(1[3-9]|[2-9][0-9])$", var.sql.database_version))
    error_message = "sql.database_version must be POSTGRES_13 or a later one: IAM authentication and the flags here are PostgreSQL's."
  }
  validation {
    condition     = var.sql == null ? true : contains(["ENTERPRISE", "ENTERPRISE_PLUS"], var.sql.edition)
    error_message = "sql.edition must be ENTERPRISE or ENTERPRISE_PLUS."
  }
  validation {
    condition     = var.sql == null ? true : startswith(var.sql.tier, "db-perf-optimized-") == (var.sql.edition == "ENTERPRISE_PLUS")
    error_message = "sql.tier must be of the edition: db-perf-optimized-N-... with ENTERPRISE_PLUS, db-custom-<vCPU>-<MB> or a shared core with ENTERPRISE."
  }
  validation {
    condition     = var.sql == null ? true : var.sql.disk_gb >= 10 && (var.sql.disk_limit_gb == 0 || var.sql.disk_limit_gb >= var.sql.disk_gb)
    error_message = "sql.disk_gb must be at least 10, and disk_limit_gb no less (or 0 for no limit)."
  }
  validation {
    condition     = var.sql == null ? true : var.sql.log_retention_days >= 1 && var.sql.log_retention_days <= (var.sql.edition == "ENTERPRISE_PLUS" ? 35 : 7) && var.sql.retained_backups > var.sql.log_retention_days
    error_message = "sql.log_retention_days must be 1 to 7 (35 with ENTERPRISE_PLUS), and retained_backups more than that: a restore to a second starts from a backup."
  }
  validation {
    condition     = var.sql == null ? true : length(setintersection(keys(var.sql.database_flags), ["cloudsql.iam_authentication", "cloudsql.logical_decoding"])) == 0
    error_message = "sql.database_flags must leave out cloudsql.iam_authentication, which is always on, and cloudsql.logical_decoding, which is sql.logical_decoding."
  }
  validation {
    condition     = var.sql == null ? true : can(regex("^([01][0-9]|2[0-3]):[0-5][0-9]$", var.sql.backup_start)) && contains([1, 2, 3, 4, 5, 6, 7], var.sql.maintenance_day) && var.sql.maintenance_hour >= 0 && var.sql.maintenance_hour <= 23
    error_message = "sql.backup_start must be hh:mm in UTC, maintenance_day 1 (Monday) to 7, maintenance_hour 0 to 23."
  }
  validation {
    condition     = var.sql == null ? true : var.sql.cmek_key == null ? var.sql.replica.cmek_key == null : can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.sql.cmek_key))
    error_message = "sql.cmek_key must be a crypto key of the region, and only an instance that has one can have a replica with one."
  }
  validation {
    condition     = var.sql == null ? true : var.dr_region == null || var.sql.cmek_key == null ? true : can(regex("^projects/[^/]+/locations/${var.dr_region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.sql.replica.cmek_key))
    error_message = "sql.replica.cmek_key must be a crypto key of dr_region: a replica of an encrypted instance has its own key where it lies."
  }
}

variable "dr_region" {
  description = "Region of the read replica that takes over when this region's Cloud SQL is lost; null: no replica. Changing it makes a new replica and deletes the old one."
  type        = string
  default     = null

  validation {
    condition     = var.dr_region == null ? true : var.dr_region != var.region && can(regex("^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}$", var.dr_region))
    error_message = "dr_region must be a Google Cloud region other than this one, or null for no replica."
  }
}

variable "cache" {
  description = <<-EOT
    The region's Memorystore; null: none. `engine` is redis (AUTH and TLS, as the architecture has it) or valkey (IAM and TLS).
    Redis draws a password, its `auth_string`: it is in Terraform's state, the one secret that is, and reaches the workload
    through Secret Manager. Valkey has none.
    `memory_gb` is Redis' size; Valkey takes the smallest node with as much (`node_type` names one). `replicas` per region are
    in other zones than the primary; 0 with Redis is the BASIC tier. `cmek_key` is a crypto key of the region. None of engine,
    tier, TLS and key can be changed in place. `maintenance_hour` is in UTC. `connection_policy`: whether this call makes the
    network's connection policy for Valkey in the region, which a network has once.
  EOT
  type = object({
    engine            = optional(string, "redis")
    memory_gb         = optional(number, 5)
    replicas          = optional(number, 1)
    version           = optional(string)
    node_type         = optional(string)
    config            = optional(map(string), { maxmemory-policy = "allkeys-lru" })
    cmek_key          = optional(string)
    maintenance_day   = optional(string, "SUNDAY")
    maintenance_hour  = optional(number, 3)
    connection_policy = optional(bool, true)
  })
  default = {}

  validation {
    condition     = var.cache == null ? true : contains(["redis", "valkey"], var.cache.engine)
    error_message = "cache.engine must be redis or valkey; set cache to null for none."
  }
  validation {
    condition     = var.cache == null ? true : var.cache.replicas >= 0 && var.cache.replicas <= 5 && floor(var.cache.replicas) == var.cache.replicas
    error_message = "cache.replicas must be 0 to 5."
  }
  validation {
    # Redis has read replicas, or more than one, only from 5 GB on.
    condition     = var.cache == null ? true : var.cache.engine != "redis" || (var.cache.memory_gb >= 1 && var.cache.memory_gb <= 300 && floor(var.cache.memory_gb) == var.cache.memory_gb && (var.cache.replicas <= 1 || var.cache.memory_gb >= 5))
    error_message = "cache.memory_gb must be a whole number from 1 to 300, and at least 5 for more than one replica."
  }
  validation {
    condition     = var.cache == null ? true : var.cache.engine != "valkey" || var.cache.memory_gb > 0
    error_message = "cache.memory_gb must be above 0: Valkey takes the smallest node with as much."
  }
  validation {
    condition     = var.cache == null ? true : var.cache.engine != "valkey" || (var.cache.node_type == null ? var.cache.memory_gb <= 58 : contains(["SHARED_CORE_NANO", "STANDARD_SMALL", "HIGHMEM_MEDIUM", "HIGHMEM_XLARGE"], var.cache.node_type))
    error_message = "cache.node_type must be SHARED_CORE_NANO, STANDARD_SMALL, HIGHMEM_MEDIUM or HIGHMEM_XLARGE, the largest of which has 58 GB."
  }
  validation {
    condition     = var.cache == null ? true : contains(["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"], var.cache.maintenance_day) && var.cache.maintenance_hour >= 0 && var.cache.maintenance_hour <= 23
    error_message = "cache.maintenance_day must be a weekday in capitals, and maintenance_hour 0 to 23."
  }
  validation {
    condition     = var.cache == null ? true : var.cache.cmek_key == null ? true : can(regex("^projects/[^/]+/locations/${var.region}/keyRings/[^/]+/cryptoKeys/[^/]+$", var.cache.cmek_key))
    error_message = "cache.cmek_key must be a crypto key of the region: projects/<project>/locations/<region>/keyRings/<ring>/cryptoKeys/<key>."
  }
}

variable "secrets" {
  description = "Names of secrets that the workload may read, each <name>-<region>-<secret> in Secret Manager, kept in this region only. Their values are added outside Terraform, so that they are in no state."
  type        = set(string)
  default     = []
  nullable    = false

  validation {
    condition     = alltrue([for secret in var.secrets : can(regex("^[a-z][-a-z0-9]{0,60}$", secret)) && secret != "cache-auth"])
    error_message = "secrets must be up to 61 lower-case letters, digits and hyphens beginning with a letter, and cache-auth is the cache's own."
  }
}

variable "runtime" {
  description = <<-EOT
    What the workload has to know and this module cannot: it goes into the region's runtime document (runtime.schema.json).
    `mode` is read_write or read_only. `spanner.database` is projects/<project>/instances/<instance>/databases/<database>, `role`
    the database role it uses; `leader` the default leader's region, `stale_read_seconds` how old a read may be where the route allows it,
    `directed_reads` the replicas that such reads go to, nearest first (`type` is READ_ONLY or READ_WRITE, null: any).
    `analytics` is the same for dashboards, `reports` where BigQuery has the reports and how old they may be; `webhook_queue` is projects/<project>/locations/<region>/queues/<queue>.
  EOT
  type = object({
    mode = optional(string, "read_write")
    spanner = object({
      database           = string
      role               = optional(string)
      leader             = optional(string)
      stale_read_seconds = optional(number, 15)
      directed_reads     = optional(list(object({ location = string, type = optional(string) })), [])
    })
    analytics = optional(object({
      staleness_seconds = optional(number, 15)
      directed_reads    = optional(list(object({ location = string, type = optional(string) })), [])
      priority          = optional(string, "PRIORITY_LOW")
      database_role     = optional(string)
    }))
    reports = optional(object({
      project           = string
      dataset           = string
      location          = string
      staleness_seconds = number
    }))
    webhook_queue = optional(string)
  })
  nullable = false

  validation {
    condition     = contains(["read_write", "read_only"], var.runtime.mode)
    error_message = "runtime.mode must be read_write or read_only."
  }
  validation {
    condition     = can(regex("^projects/[^/]+/instances/[^/]+/databases/[^/]+$", var.runtime.spanner.database))
    error_message = "runtime.spanner.database must be projects/<project>/instances/<instance>/databases/<database>."
  }
  validation {
    condition     = var.runtime.spanner.stale_read_seconds >= 0 && var.runtime.spanner.stale_read_seconds <= 3600 && try(var.runtime.analytics.staleness_seconds >= 0 && var.runtime.analytics.staleness_seconds <= 3600, true)
    error_message = "runtime.spanner.stale_read_seconds and analytics.staleness_seconds must be 0 to 3600: Spanner keeps older versions for an hour unless told otherwise."
  }
  validation {
    condition     = alltrue([for replica in concat(var.runtime.spanner.directed_reads, try(coalesce(var.runtime.analytics.directed_reads, []), [])) : replica.type == null ? true : contains(["READ_ONLY", "READ_WRITE"], replica.type)])
    error_message = "runtime's directed_reads must have READ_ONLY or READ_WRITE as type, or none for any."
  }
  validation {
    condition     = try(contains(["PRIORITY_LOW", "PRIORITY_MEDIUM", "PRIORITY_HIGH"], var.runtime.analytics.priority), var.runtime.analytics == null)
    error_message = "runtime.analytics.priority must be PRIORITY_LOW, PRIORITY_MEDIUM or PRIORITY_HIGH."
  }
  validation {
    condition     = var.runtime.webhook_queue == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/queues/[^/]+$", var.runtime.webhook_queue))
    error_message = "runtime.webhook_queue must be projects/<project>/locations/<region>/queues/<queue>."
  }
}

variable "jwt_key" {
  description = "Id of the KMS crypto key that signs JSON web tokens, the same for all regions; null: the workload signs none. Who may sign is granted where the key is made."
  type        = string
  default     = null

  validation {
    condition     = var.jwt_key == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$", var.jwt_key))
    error_message = "jwt_key must be projects/<project>/locations/<location>/keyRings/<ring>/cryptoKeys/<key>."
  }
}

variable "existing" {
  description = <<-EOT
    What the region has already and this module then does not make. `cluster.id` is projects/<project>/locations/<region>/clusters/<name>,
    `fleet_membership` projects/<project>/locations/<location>/memberships/<name> (null: in no fleet). `neg_name` is the NEG of a Service that runs
    there already; with it the region can take traffic. `sql` is a Cloud SQL instance, in another region where a lost one's replica was promoted: `user` is the database user, `impersonate` the e-mail of the service
    account to log in as (null: none).
  EOT
  type = object({
    cluster = optional(object({
      id               = string
      dns_endpoint     = optional(string)
      fleet_membership = optional(string)
    }))
    neg_name = optional(string)
    sql = optional(object({
      instance        = string
      connection_name = string
      private_ip      = string
      replica         = optional(string)
      database        = optional(string, "ledger")
      user            = string
      impersonate     = optional(string)
    }))
  })
  default  = {}
  nullable = false

  validation {
    condition     = var.existing.cluster == null ? true : can(regex("^projects/[^/]+/locations/${var.region}(-[a-z])?/clusters/[^/]+$", var.existing.cluster.id))
    error_message = "existing.cluster.id must be a cluster in the region: projects/<project>/locations/<region>/clusters/<name>."
  }
  validation {
    condition     = var.existing.cluster == null ? true : startswith(var.existing.cluster.id, "projects/${var.project_id}/")
    error_message = "existing.cluster must be in the project project_id: its workloads' identities and its NEGs are looked for there."
  }
  validation {
    condition     = var.existing.cluster == null ? true : var.existing.cluster.fleet_membership == null ? true : can(regex("^projects/[^/]+/locations/[^/]+/memberships/[^/]+$", var.existing.cluster.fleet_membership))
    error_message = "existing.cluster.fleet_membership must be projects/<project>/locations/<location>/memberships/<name>."
  }
  validation {
    condition     = var.existing.neg_name == null ? true : can(regex("^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$", var.existing.neg_name))
    error_message = "existing.neg_name must be a NEG's name: up to 63 lower-case letters, digits and hyphens."
  }
  validation {
    condition     = var.existing.neg_name == null || var.existing.cluster != null
    error_message = "existing.neg_name is the NEG of a Service in a cluster that is there already: say existing.cluster too, or leave it out."
  }
  validation {
    condition     = var.existing.sql == null ? true : can(regex("^[^:]+(:[^:]+)?:[a-z]+(-[a-z]+)+[0-9]+:[^:]+$", var.existing.sql.connection_name))
    error_message = "existing.sql.connection_name must be <project>:<region>:<instance>, with the region where the instance is."
  }
  validation {
    condition     = var.existing.sql == null ? true : startswith(var.existing.sql.connection_name, "${var.project_id}:")
    error_message = "existing.sql must be in the project project_id: alerts and dashboard look for it there."
  }
}
