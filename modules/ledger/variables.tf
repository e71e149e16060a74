variable "project_id" {
  type        = string
  nullable    = false
  description = "The project that holds the ledger, by id."

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{4,28}[a-z0-9]$", var.project_id))
    error_message = "project_id is the project's id, such as proveniq-prod: 6 to 30 lower-case letters, digits and hyphens. The number goes into project_number."
  }
}

variable "project_number" {
  type        = string
  nullable    = false
  description = "The project's number, as `gcloud projects describe ID --format='value(projectNumber)'` prints it. An input, so that a plan needs no Google."

  validation {
    condition     = can(regex("^[0-9]{6,20}$", var.project_number))
    error_message = "project_number is digits only, as `gcloud projects describe ID --format='value(projectNumber)'` prints it."
  }
}

variable "name" {
  type        = string
  default     = "ledger"
  nullable    = false
  description = "The ledger's name: it begins the name of everything that is made, so that several ledgers fit into one project. 2 to 20 lower-case letters, digits and hyphens, a letter first, no hyphen last. Never change it."

  validation {
    condition     = can(regex("^[a-z][-a-z0-9]{0,18}[a-z0-9]$", var.name))
    error_message = "name is 2 to 20 lower-case letters, digits and hyphens; it begins with a letter and does not end in a hyphen."
  }
}

variable "regions" {
  type = map(object({
    slot                = number
    joined              = optional(bool)
    capacity_percent    = optional(number, 100)
    dr_region           = optional(string)
    replicas            = optional(number)
    sql_name            = optional(string)
    sql_tier            = optional(string)
    deletion_protection = optional(bool)
    keys = optional(object({
      cluster     = optional(string)
      disks       = optional(string)
      sql         = optional(string)
      sql_replica = optional(string)
      cache       = optional(string)
    }), {})
    existing = optional(object({
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
        database        = optional(string)
        user            = string
        impersonate     = optional(string)
      }))
    }), {})
  }))
  nullable    = false
  description = <<-EOT
    The regions that serve the ledger, by Google Cloud region. A further region is a further entry, whatever its place in the alphabet.
    - `slot`: its part of the address plan, from 0 to one below `network.address_plan.slots` (16), unlike any other's. It never changes; a removed region's slot may be used again.
    - `joined`: whether it takes traffic. Null: once `delivery` says who brings its workload. `false` builds everything and joins nothing.
    - `capacity_percent`: the share of its rates that it offers, 0 (drained) or 10 to 100. It bounds the region, it is no share of all traffic.
    - `dr_region`: where the replica of its Cloud SQL instance is. Null: the region of the slot just below, for the lowest the one just above, as it was when the region came; a further region moves nobody's replica, and one that leaves only those that it had.
    - `replicas`: the least pods in the region. Null: `workload.min_replicas`.
    - `sql_name`: another name for its Cloud SQL instance, as that of a deleted one is kept for a week. Null: `<name>-<region>`.
    - `sql_tier`: a machine of its own for Cloud SQL. Null: `sql.tier`.
    - `deletion_protection`: whether its cluster, databases and cache are kept from being deleted. Null: as `deletion_protection` of the ledger. False before the region is taken out.
    - `keys`: Cloud KMS crypto keys of the region, by what they encrypt: `cluster` (what Kubernetes keeps), `disks` (the nodes'), `sql`, `sql_replica` (of dr_region), `cache`. Left out: Google's keys.
    - `existing`: what the region has already and that is not made: `cluster`, `neg_name` of a Service that runs there, `sql`. See the region module.
  EOT

  validation {
    condition     = length(var.regions) > 0
    error_message = "regions names no region: one at least is needed."
  }
  validation {
    condition     = length(distinct([for r in var.regions : r.slot])) == length(var.regions)
    error_message = "Two regions have the same slot: ${join(", ", [for name, r in var.regions : "${name} = ${r.slot}"])}. Each needs one of its own."
  }
  validation {
    condition     = alltrue([for r in var.regions : floor(r.slot) == r.slot && r.slot >= 0 && r.slot < coalesce(var.network.address_plan.slots, 16)])
    error_message = "A slot is a whole number from 0 to ${coalesce(var.network.address_plan.slots, 16) - 1}: network.address_plan.slots says how many there are."
  }
  validation {
    condition     = alltrue([for name in keys(var.regions) : can(regex("^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}$", name))])
    error_message = "A key of regions is a Google Cloud region, such as us-east1, and no zone; not so: ${join(", ", [for name in keys(var.regions) : name if !can(regex("^(africa|asia|australia|europe|me|northamerica|southamerica|us)-(north|south|east|west|central|northeast|northwest|southeast|southwest)[0-9]{1,2}$", name))])}."
  }
  validation {
    condition     = alltrue([for r in var.regions : floor(r.capacity_percent) == r.capacity_percent && (r.capacity_percent == 0 || r.capacity_percent >= 10 && r.capacity_percent <= 100)])
    error_message = "capacity_percent is 0, which drains the region, or a whole number from 10 to 100: the load balancer takes nothing between."
  }
  validation {
    condition     = alltrue([for r in var.regions : r.replicas == null ? true : floor(r.replicas) == r.replicas && r.replicas >= var.workload.min_zones && r.replicas <= var.workload.max_replicas])
    error_message = "replicas of ${join(", ", [for name, r in var.regions : name if r.replicas == null ? false : floor(r.replicas) != r.replicas || r.replicas < var.workload.min_zones || r.replicas > var.workload.max_replicas])}: a whole number from workload.min_zones (${var.workload.min_zones}) to workload.max_replicas (${var.workload.max_replicas})."
  }
  validation {
    condition     = alltrue([for name, r in var.regions : r.dr_region == null || r.dr_region != name && contains(keys(var.regions), coalesce(r.dr_region, "none"))])
    error_message = "A dr_region is another key of regions."
  }
  validation {
    condition     = alltrue([for r in var.regions : coalesce(r.joined, false) == false || var.delivery.config_sync != null || var.delivery.pipeline || r.existing.neg_name != null])
    error_message = "A region is joined, but nothing brings its workload: without pods there are no network endpoint groups, and the join waits for them in vain. Set delivery.config_sync, or delivery.pipeline = true if your own pipeline deploys, or leave joined out until then."
  }
}

variable "delivery" {
  type = object({
    config_sync = optional(object({
      image           = string
      version         = optional(string)
      service_account = optional(string)
    }))
    pipeline = optional(bool, false)
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    Who brings the workload to the clusters.
    - `config_sync`: Config Sync does, from an OCI image in Artifact Registry with one directory per region, such as `us-docker.pkg.dev/P/ledger/config:v1`; `service_account` is the e-mail of who reads it (null: one is made that may read the repository and nothing else), `version` Config Sync's own (null: the fleet upgrades it).
    - `pipeline`: your own pipeline does. Then a region is joined from the first apply on, and waits for its pods.
    Neither: infrastructure comes up, and no region is joined.
  EOT
}

variable "workload" {
  type = object({
    namespace          = optional(string)
    service_account    = optional(string, "ledger-api")
    service            = optional(string, "ledger-api")
    port               = optional(number, 8080)
    min_replicas       = optional(number, 3)
    max_replicas       = optional(number, 20)
    min_zones          = optional(number, 2)
    vcpu               = optional(number, 1)
    memory_gb          = optional(number, 4)
    image_repositories = optional(set(string), [])
  })
  default     = {}
  nullable    = false
  description = "The ledger's pods, as the Kubernetes manifests declare them: `namespace` (null: the ledger's name, for all clusters of a project share their identities), Kubernetes service account, Service and its port, the least and most pods of a region and in how many zones, what a pod asks for (which only the costs are reckoned from), and the Artifact Registry repositories of their images."

  validation {
    condition     = var.workload.max_replicas >= var.workload.min_replicas
    error_message = "workload.max_replicas is below workload.min_replicas."
  }
}

variable "labels" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "Labels for everything that takes labels, beside `ledger = name`."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  nullable    = false
  description = "Guards clusters, Cloud SQL, Spanner, buckets, addresses, tables of reports and the last region. To take everything down, apply it with false, then destroy."
}

variable "owns_project" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether this ledger keeps what a project has once: enabled APIs, audit configuration, the fleet's Config Sync feature. False for a second ledger in the project."
}

variable "audit" {
  type = map(list(string))
  default = {
    "cloudkms.googleapis.com"      = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]
    "secretmanager.googleapis.com" = ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]
    "spanner.googleapis.com"       = ["ADMIN_READ"]
  }
  nullable    = false
  description = "Audit logs by service: `ADMIN_READ`, `DATA_READ`, `DATA_WRITE`. Every read of the ledger would be a line with `DATA_READ` on Spanner, which is dear."

  validation {
    condition     = alltrue(flatten([for types in var.audit : [for type in types : contains(["ADMIN_READ", "DATA_READ", "DATA_WRITE"], type)]]))
    error_message = "A type of audit log is ADMIN_READ, DATA_READ or DATA_WRITE."
  }
}

variable "budget" {
  type = object({
    billing_account       = string
    monthly               = number
    currency              = optional(string, "USD")
    spent_percent         = optional(list(number), [50, 90, 100])
    forecast_percent      = optional(list(number), [100, 120])
    notification_channels = optional(list(string), [])
  })
  default     = null
  description = "A budget on the billing account: what a month may cost, and at which shares of it, spent or forecast, somebody is told. Null: none."
}

variable "jwt" {
  type = object({
    protection_level   = optional(string, "HSM")
    destroy_after_days = optional(number, 30)
  })
  default     = {}
  nullable    = false
  description = "The key that signs sessions in every region: `SOFTWARE` or `HSM`, and after how many days a version that was scheduled for destruction is gone."

  validation {
    condition     = contains(["SOFTWARE", "HSM"], var.jwt.protection_level)
    error_message = "jwt.protection_level is SOFTWARE or HSM."
  }
}

variable "mode" {
  type        = string
  default     = "read_write"
  nullable    = false
  description = "`read_write`, or `read_only`: writes are answered with 503 and Retry-After at the edge, reads go on. The switch is in the load balancer alone, so it works while Spanner is down; the regions' runtime documents say it too (`runtime_mode`)."

  validation {
    condition     = contains(["read_write", "read_only"], var.mode)
    error_message = "mode is read_write or read_only."
  }
}

variable "runtime_mode" {
  type        = string
  default     = null
  description = "What the regions' runtime documents say of the mode. Null: as `mode`. While a region answers no longer, the mode from before: a lever for one region then does not wait for the document of the lost one."

  validation {
    condition     = var.runtime_mode == null ? true : contains(["read_write", "read_only"], var.runtime_mode)
    error_message = "runtime_mode is read_write or read_only, or null for what mode is."
  }
}

variable "network" {
  type = object({
    address_plan = optional(object({
      nodes            = optional(string)
      pods             = optional(string)
      services         = optional(string)
      private_services = optional(string)
      slots            = optional(number)
    }), {})
    flow_logs = optional(object({
      enabled  = optional(bool, true)
      sampling = optional(number)
      interval = optional(string)
      filter   = optional(string)
    }), {})
    nat = optional(object({
      enabled            = optional(bool, true)
      min_ports_per_node = optional(number)
      max_ports_per_node = optional(number)
    }), {})
    existing = optional(object({
      host_project            = optional(string)
      network                 = string
      private_services_access = optional(bool)
      firewall                = optional(bool)
      subnets = optional(map(object({
        name           = string
        cidr           = optional(string)
        pods_range     = string
        pods_cidr      = optional(string)
        services_range = string
        services_cidr  = optional(string)
      })))
    }))
  })
  default     = {}
  nullable    = false
  description = "The address plan, flow logs and NAT of a network that is made (without NAT nodes reach Google's APIs only), or `existing`: a network that is there, of a Shared VPC too. See the network module."
}

variable "cluster" {
  type = object({
    release_channel = optional(string)
    maintenance = optional(object({
      days  = optional(list(string))
      start = optional(string)
      hours = optional(number)
      exclusions = optional(list(object({
        name  = string
        start = string
        end   = string
        scope = optional(string)
      })))
    }))
    external_access      = optional(bool)
    fleet_project        = optional(string)
    binary_authorization = optional(bool)
  })
  default     = {}
  nullable    = false
  description = "Every region's GKE Autopilot cluster: release channel, maintenance window, whether kubectl gets in from outside Google Cloud, the fleet's project. See the region module."
}

variable "sql" {
  type = object({
    database           = optional(string)
    database_version   = optional(string)
    edition            = optional(string)
    tier               = optional(string)
    regional           = optional(bool)
    disk_gb            = optional(number)
    disk_limit_gb      = optional(number)
    database_flags     = optional(map(string))
    logical_decoding   = optional(bool)
    retained_backups   = optional(number)
    log_retention_days = optional(number)
    backup_start       = optional(string)
    maintenance_day    = optional(number)
    maintenance_hour   = optional(number)
    replica = optional(object({
      tier     = optional(string)
      regional = optional(bool)
    }), {})
  })
  default     = {}
  description = "Every region's Cloud SQL for PostgreSQL, and the replica of it in another region. Null: none. See the region module."
}

variable "cache" {
  type = object({
    engine            = optional(string)
    memory_gb         = optional(number)
    replicas          = optional(number)
    version           = optional(string)
    node_type         = optional(string)
    config            = optional(map(string))
    maintenance_day   = optional(string)
    maintenance_hour  = optional(number)
    connection_policy = optional(bool)
  })
  default     = {}
  description = "Every region's Memorystore: `engine` is redis (AUTH, whose password is the one secret in the state) or valkey (IAM). Null: none. See the region module."
}

variable "secrets" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "Names of secrets that the workload reads, made empty in each region: their values are added outside Terraform."
}

variable "spanner" {
  type = object({
    database_name = optional(string)
    topology      = optional(string)
    region        = optional(string)
    custom = optional(object({
      base_config = string
      short_name  = optional(string)
      replicas    = optional(list(object({ location = string, count = optional(number) })))
    }))
    extra_replicas     = optional(list(object({ location = string, count = optional(number) })), [])
    leader             = optional(string)
    read_lease_regions = optional(list(string), [])
    round_trips_ms     = optional(map(map(number)), {})
    finished_moves     = optional(number)
    edition            = optional(string)
    capacity = optional(object({
      processing_units = optional(number)
      autoscaling = optional(object({
        min_processing_units      = optional(number)
        max_processing_units      = optional(number)
        high_priority_cpu_percent = optional(number)
        total_cpu_percent         = optional(number)
        storage_percent           = optional(number)
        asymmetric = optional(map(object({
          min_processing_units      = optional(number)
          max_processing_units      = optional(number)
          high_priority_cpu_percent = optional(number)
          total_cpu_percent         = optional(number)
        })))
      }))
    }))
    encryption        = optional(map(string))
    version_retention = optional(string)
    backups = optional(object({
      full        = optional(object({ enabled = optional(bool), cron = optional(string), retention_days = optional(number) }))
      incremental = optional(object({ enabled = optional(bool), cron = optional(string), retention_days = optional(number) }))
    }))
    schema = optional(object({
      directory         = optional(string)
      files             = optional(map(string))
      allow_destructive = optional(set(string))
      manage            = optional(set(string))
      ignore            = optional(set(string))
      on_destroy        = optional(string)
      change_reason     = optional(string)
    }))
    warnings = optional(object({
      regions         = optional(bool)
      recommendations = optional(bool)
      read_leases     = optional(bool)
    }))
    fine_grained = optional(bool)
    access = optional(object({
      api        = optional(set(string))
      sealer     = optional(set(string))
      webhooks   = optional(set(string))
      reports    = optional(set(string))
      feed       = optional(set(string))
      registrars = optional(set(string))
      viewers    = optional(set(string))
    }), {})
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    The ledger's database. `topology` is three-continents (default: nam3 with read-only replicas in europe-west1 and asia-southeast1), as-documented (nam-eur-asia1), regional (with `region`) or custom (with `custom`); it is never derived from `regions`. The workload's identity is among `access.api`, `sealer` and `webhooks` without being named. With one region, `extra_replicas` and `read_lease_regions` are left out. Everything else as in the spanner module.
  EOT
}

variable "domains" {
  type        = list(string)
  nullable    = false
  description = "The host names that the ledger answers to, its main one first."

  validation {
    condition     = length(var.domains) > 0
    error_message = "domains names no host: one at least is needed."
  }
}

variable "dns" {
  type = object({
    dns_name    = optional(string)
    zone_name   = optional(string)
    dnssec      = optional(bool)
    ttl         = optional(number)
    caa_issuers = optional(list(string))
    logging     = optional(bool)
  })
  default     = {}
  description = "A zone that is made (`dns_name`; null: the first of domains), or one that exists in the project (`zone_name`). Null: no records; output `dns_records` says which to make elsewhere."
}

variable "write_routing" {
  type        = string
  default     = "nearest"
  nullable    = false
  description = "Where writes run: `nearest`, as the document has it, or `leader`, the region of Spanner's leader while it has room. Where the leader is in no region of the ledger, writes go to the nearest. Output `promises` has the floors."
}

variable "traffic_shift" {
  type = object({
    global_percent = number
    stable_regions = set(string)
    header         = optional(string)
  })
  default     = null
  description = "While regions are added: `stable_regions` served before, and `global_percent` of all requests go to every region. Null: all do. With one region it means nothing."
}

variable "recovery_seconds" {
  type        = number
  default     = 30
  nullable    = false
  description = "Within how many seconds users of a region that fails must be served by another (the document's RTO). Health checks that cannot meet it are refused."
}

variable "edge" {
  type = object({
    rates                    = optional(map(number), {})
    peak_requests_per_second = optional(map(number), {})
    timeouts_seconds         = optional(map(number), {})
    health_check = optional(object({
      path                = optional(string)
      port                = optional(number)
      interval_seconds    = optional(number)
      timeout_seconds     = optional(number)
      healthy_threshold   = optional(number)
      unhealthy_threshold = optional(number)
    }), {})
    safe_retries = optional(object({
      times           = optional(number)
      conditions      = optional(list(string))
      per_try_seconds = optional(number)
    }), {})
    draining_seconds = optional(number)
    backend_protocol = optional(string)
    log_sample_rate  = optional(number)
    routes = optional(object({
      sealed    = optional(list(string))
      analytics = optional(list(string))
      reports   = optional(list(string))
      more = optional(list(object({
        name             = string
        class            = string
        paths            = list(string)
        methods          = optional(list(string))
        retries          = optional(number)
        negative_caching = optional(bool)
      })))
      tests = optional(bool)
    }), {})
    cdn = optional(object({
      static                    = optional(bool)
      reads                     = optional(bool)
      proofs_are_public         = optional(bool)
      serve_while_stale_seconds = optional(number)
    }), {})
    plugin = optional(object({
      image     = string
      config    = optional(string)
      fail_open = optional(bool)
    }))
    tls = optional(object({
      profile     = optional(string)
      min_version = optional(string)
      quic        = optional(bool)
    }), {})
  })
  default     = {}
  nullable    = false
  description = "The load balancer: rates per pod and class, peaks that the other regions must hold, health check, routes, caches, TLS. See the edge module, whose defaults hold for what is left out."
}

variable "read_only_answer" {
  type = object({
    bucket_name         = optional(string)
    location            = optional(string)
    retry_after_seconds = optional(number)
    message             = optional(string)
  })
  default     = {}
  description = "What a write is answered with while `mode` is read_only: a JSON object in a public bucket of its own. Null: no bucket, and the load balancer's bare 503; for where organisation policies forbid public objects (storage.publicAccessPrevention, iam.allowedPolicyMemberDomains). See the edge module."
}

variable "static" {
  type = object({
    path            = optional(string)
    bucket_name     = optional(string)
    location        = optional(string)
    public          = optional(bool)
    client_seconds  = optional(number)
    default_seconds = optional(number)
    max_seconds     = optional(number)
  })
  default     = {}
  description = "Static files from a bucket, under one path. Null: none. See the edge module."
}

variable "webhooks" {
  type = object({
    path         = optional(string)
    homes        = optional(set(string))
    default_home = optional(string)
    in_read_only = optional(string)
    queue = optional(object({
      suffix                = optional(string)
      min_backoff_seconds   = optional(number)
      max_backoff_seconds   = optional(number)
      max_doublings         = optional(number)
      max_attempts          = optional(number)
      dispatches_per_second = optional(number)
      concurrent_dispatches = optional(number)
      paused                = optional(bool)
    }))
  })
  default     = {}
  description = "Webhooks that come to a home region, and the queue per region in which they are tried again. Null: none. See the edge module."
}

variable "armor" {
  type = object({
    throttle = optional(object({
      requests         = optional(number)
      interval_seconds = optional(number)
    }))
    waf = optional(object({
      mode        = optional(string)
      sensitivity = optional(number)
      rule_sets   = optional(list(string))
    }))
    adaptive_protection = optional(bool)
    trusted_ip_ranges   = optional(list(string))
    blocked_ip_ranges   = optional(list(string))
    blocked_countries   = optional(list(string))
  })
  default     = {}
  description = "Cloud Armor: throttling by address, rule sets against known attacks, adaptive protection, who is let through and who is kept out. Null: none. See the edge module."
}

variable "join" {
  type = object({
    health = optional(object({
      min_healthy_percent = optional(number)
      stable_seconds      = optional(number)
      timeout_seconds     = optional(number)
    }), {})
    ramp = optional(object({
      steps        = optional(list(number))
      hold_seconds = optional(number)
    }), {})
    drain = optional(object({
      steps          = optional(list(number))
      hold_seconds   = optional(number)
      settle_seconds = optional(number)
    }), {})
    timeouts = optional(object({
      create = optional(string)
      update = optional(string)
      delete = optional(string)
    }))
  })
  default     = {}
  nullable    = false
  description = "How a region joins and leaves: the health gate, the steps up and down, and how long an apply may take. See proveniq_ledger_region; `drain.settle_seconds` is never below the edge's draining time."
}

variable "min_remaining_regions" {
  type        = number
  default     = 1
  nullable    = false
  description = "How many other healthy regions must go on serving when one is drained or leaves. It counts while deletion_protection is on; 0 lets the only region be drained."
}

variable "change_reason" {
  type        = string
  default     = null
  description = "Why regions change, such as a ticket: it stands in the history of the region table. Null: nothing."
}

variable "stale_read_seconds" {
  type        = number
  default     = 15
  nullable    = false
  description = "How old a read may be where its route allows it. From 15 seconds on the nearest replica answers, below it the leader's region has to be asked."

  validation {
    condition     = var.stale_read_seconds >= 0 && var.stale_read_seconds <= 3600
    error_message = "stale_read_seconds is 0 to 3600."
  }
}

variable "required_role" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "What Spanner must have in a region, by region: `READ_WRITE`, `READ_ONLY`, `ANY_REPLICA` (one that serves: a witness does not) or `NONE`. The plan fails at the region that cannot have it, now or after a move that is asked for. A region that is not named needs nothing, and the plan says what it has."

  validation {
    condition     = length(setsubtract(keys(var.required_role), keys(var.regions))) == 0
    error_message = "required_role names ${join(", ", setsubtract(keys(var.required_role), keys(var.regions)))}, which is no region of the ledger."
  }
  validation {
    condition     = alltrue([for role in values(var.required_role) : contains(["READ_WRITE", "READ_ONLY", "ANY_REPLICA", "NONE"], role)])
    error_message = "A required_role is READ_WRITE, READ_ONLY, ANY_REPLICA or NONE."
  }
}

variable "max_commit_ms" {
  type        = map(number)
  default     = {}
  nullable    = false
  description = "The most milliseconds that a commit may take, by region. The plan fails where the way to Spanner's leader alone takes longer."
}

variable "max_strong_read_ms" {
  type        = map(number)
  default     = {}
  nullable    = false
  description = "The most milliseconds that a strong read may take, by region. The plan fails where the way to Spanner's leader alone takes longer."
}

variable "observability" {
  type = object({
    live = optional(bool, true)
    channels = optional(map(object({
      type         = string
      labels       = map(string)
      display_name = optional(string)
      severities   = optional(set(string))
    })), {})
    existing_channels = optional(map(list(string)), {})
    thresholds = optional(object({
      basis                       = optional(string)
      api_latency_p99_ms          = optional(object({ warning = optional(number), critical = optional(number) }))
      error_rate_percent          = optional(object({ warning = optional(number), critical = optional(number) }))
      spanner_cpu_percent         = optional(object({ warning = optional(number), critical = optional(number) }))
      unhealthy_regions           = optional(object({ warning = optional(number), critical = optional(number) }))
      spanner_commit_p99_ms       = optional(object({ warning = optional(number), critical = optional(number) }))
      sql_replica_lag_seconds     = optional(object({ warning = optional(number), critical = optional(number) }))
      spanner_error_percent       = optional(object({ warning = optional(number), critical = optional(number) }))
      leader_elsewhere_percent    = optional(object({ warning = optional(number), critical = optional(number) }))
      cache_hit_percent           = optional(map(number))
      edge_hit_p95_ms             = optional(number)
      minimum_requests_per_second = optional(number)
    }), {})
    slo = optional(object({
      availability_percent = optional(number)
      latency_percent      = optional(number)
      latency_target_ms    = optional(number)
      latency_targets_ms   = optional(map(number))
      period_days          = optional(number)
    }), {})
    uptime = optional(object({
      global_path     = optional(string)
      period_seconds  = optional(number)
      timeout_seconds = optional(number)
      checker_regions = optional(list(string))
      headers         = optional(map(string))
    }), {})
    runbook_url        = optional(string)
    auto_close_seconds = optional(number)
  })
  default     = {}
  description = "Dashboard, alerts, objectives and uptime checks. `live = false` until users may come; `channels` say who is told; `uptime.global_path` is the health check's path where it is left out. Null: none of it. See the observability module."
}

variable "analytics" {
  type = object({
    location        = optional(string)
    data_boost      = optional(bool)
    data_boost_role = optional(string)
    max_parallelism = optional(number)
    schedule = optional(object({
      every_minutes     = optional(number)
      run_minutes       = optional(number)
      staleness_minutes = optional(number)
      alert             = optional(bool)
    }), {})
    dashboards = optional(object({
      staleness_seconds = optional(number, 15)
      priority          = optional(string, "PRIORITY_LOW")
    }), {})
    live_dataset   = optional(bool)
    retention_days = optional(number)
    kms_key        = optional(string)
  })
  default     = {}
  description = "Reports in BigQuery, an hour old at most, and what dashboards may read from Spanner. `data_boost_role` is a custom role that is there already, for an applying identity that may make none. Null: none of it. See the analytics module."
}

variable "promises" {
  type = object({
    asked = optional(object({
      role                 = optional(string, "READ_WRITE")
      latency_ms           = optional(number, 100)
      commit_ms            = optional(number, 50)
      edge_hit_ms          = optional(number, 10)
      availability_percent = optional(number, 99.99)
      monthly_usd          = optional(number, 12300)
    }), {})
    sla_percent = optional(object({
      load_balancer = optional(number, 99.99)
      region        = optional(number, 99.9)
    }), {})
    usage = optional(object({
      spanner_gb           = optional(number, 500)
      backup_gb            = optional(number, 500)
      replicated_gb        = optional(number, 1000)
      data_boost_spu_hours = optional(number, 1000)
      internet_gb          = optional(number, 1024)
      cdn_gb               = optional(number, 10240)
      million_requests     = optional(number, 500)
      nat_gb               = optional(number, 100)
      inter_region_gb      = optional(number, 500)
      logs_gib             = optional(number, 100)
      metrics_mib          = optional(number, 0)
      commitment_years     = optional(number, 0)
    }), {})
    prices_usd = optional(map(number), {})
    accepted   = optional(set(string), [])
  })
  default     = {}
  nullable    = false
  description = <<-EOT
    What is asked of the ledger, for outputs `promises` and `promises_table`. They change nothing that is built.
    - `asked`: the document's own figures: a read-write replica in every region, milliseconds for users and for Spanner, percent of availability, US dollars for a month.
    - `sla_percent`: what Google's agreements give for the load balancer and for pods in one region's zones; Spanner's is known.
    - `usage`: what a month uses, in GB, millions of requests, serverless processing unit hours of Data Boost, GiB of chargeable logs and MiB of chargeable metrics; `commitment_years` of Spanner, 0, 1 or 3.
    - `prices_usd`: prices in place of the provider's, by the keys that function `monthly_cost` names.
    - `accepted`: names of promises that may be broken without a warning in every plan.
  EOT

  validation {
    condition     = contains(["READ_WRITE", "READ_ONLY", "NONE"], var.promises.asked.role)
    error_message = "promises.asked.role is READ_WRITE, READ_ONLY or NONE: what Spanner is to have in every region."
  }
}

variable "quotas" {
  type        = map(number)
  default     = {}
  nullable    = false
  description = "The project's quotas as far as you want them checked at plan, by the names in output `needs`; `gcloud compute project-info describe` and `gcloud compute regions describe` tell most. What is not named is not checked."

  validation {
    condition = length(setsubtract(keys(var.quotas), [
      "alert_policies", "backend_services", "cloud_sql_instances", "forwarding_rules", "global_addresses", "groups_in_a_backend_service",
      "network_endpoint_groups_in_a_region", "pods_in_a_region", "spanner_nodes", "vcpus_in_a_region",
    ])) == 0
    error_message = "quotas has the names of output needs only."
  }
}

variable "enabled_apis" {
  type        = set(string)
  default     = null
  description = "The APIs that are on in the project, where owns_project is false: `gcloud services list --enabled --format='value(config.name)'`. The plan warns of those that are missing. Null: not checked."
}
