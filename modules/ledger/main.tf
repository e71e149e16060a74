# The composition: network, Spanner and edge for all regions; clusters, Cloud SQL
# and cache in each; and then each region's join. What depends on what is said by
# references alone, so that a lever of the edge is planned without the regions.

module "network" {
  source = "../network"

  project_id          = local.project_id
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  regions             = { for name, r in var.regions : name => { slot = r.slot } }
  address_plan        = var.network.address_plan
  flow_logs           = var.network.flow_logs.enabled ? var.network.flow_logs : null
  nat                 = var.network.nat.enabled ? var.network.nat : null
  health_check_ports  = distinct(concat([var.workload.port], var.edge.health_check.port[*]))
  existing            = var.network.existing
}

module "spanner" {
  source = "../spanner"

  project_id          = local.project_id
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  database_name       = var.spanner.database_name
  topology            = var.spanner.topology
  region              = var.spanner.region
  custom              = var.spanner.custom
  extra_replicas      = local.several ? var.spanner.extra_replicas : []
  leader              = var.spanner.leader
  read_lease_regions  = local.several ? var.spanner.read_lease_regions : []
  round_trips_ms      = var.spanner.round_trips_ms
  finished_moves      = var.spanner.finished_moves
  ledger_regions      = keys(var.regions)
  # A joined region checks its role itself, and the error stands at it.
  required_role     = { for region, role in var.required_role : region => local.joined[region] ? "NONE" : role }
  capacity          = var.spanner.capacity
  edition           = var.spanner.edition
  encryption        = var.spanner.encryption
  version_retention = var.spanner.version_retention
  backups           = var.spanner.backups
  schema            = var.spanner.schema
  warnings          = var.spanner.warnings
  fine_grained      = var.spanner.fine_grained
  access = merge(var.spanner.access, {
    api      = setunion(coalesce(var.spanner.access.api, []), [local.workload_principal])
    sealer   = setunion(coalesce(var.spanner.access.sealer, []), [local.workload_principal])
    webhooks = setunion(coalesce(var.spanner.access.webhooks, []), [local.workload_principal])
    # It answers /analytics as this role: its runtime document says so.
    reports = setunion(coalesce(var.spanner.access.reports, []), var.analytics == null ? [] : [local.workload_principal])
  })
}

module "edge" {
  source = "../edge"

  project_id          = local.project_id
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  domains             = var.domains
  regions = {
    for name, r in var.regions : name => {
      joined           = local.joined[name]
      capacity_percent = r.capacity_percent
      min_endpoints    = coalesce(r.replicas, var.workload.min_replicas)
    }
  }
  leader_region = local.leader_region
  # A leader that is no region of the ledger cannot be preferred.
  write_routing            = local.routed ? "leader" : "nearest"
  mode                     = var.mode
  traffic_shift            = local.several ? var.traffic_shift : null
  recovery_seconds         = var.recovery_seconds
  rates                    = var.edge.rates
  peak_requests_per_second = local.several ? var.edge.peak_requests_per_second : {}
  health_check             = var.edge.health_check
  draining_seconds         = var.edge.draining_seconds
  timeouts_seconds         = var.edge.timeouts_seconds
  backend_protocol         = var.edge.backend_protocol
  routes                   = var.edge.routes
  safe_retries             = var.edge.safe_retries
  cdn                      = var.edge.cdn
  read_only_answer         = var.read_only_answer
  log_sample_rate          = var.edge.log_sample_rate
  static                   = var.static
  webhooks                 = var.webhooks
  edge_plugin              = var.edge.plugin
  armor                    = var.armor
  tls                      = var.edge.tls
  dns                      = var.dns
}

module "region" {
  source   = "../region"
  for_each = var.regions

  project_id          = local.project_id
  project_number      = var.project_number
  name                = var.name
  region              = each.key
  labels              = local.labels
  deletion_protection = local.protected[each.key]
  network = {
    id                          = module.network.network.id
    subnet_id                   = module.network.subnets[each.key].id
    pods_range                  = module.network.subnets[each.key].pods_range
    services_range              = module.network.subnets[each.key].services_range
    node_tag                    = module.network.node_tag
    private_services_connection = module.network.private_services.connection
    private_services_range      = module.network.private_services.range
    project_id                  = module.network.network.project_id
    neg_cleanup                 = each.value.existing.cluster == null ? proveniq_neg_cleanup.this[each.key].id : null
  }
  cluster = merge(var.cluster, { cmek_key = each.value.keys.cluster, boot_disk_key = each.value.keys.disks })
  config_sync = var.delivery.config_sync == null ? null : {
    image           = var.delivery.config_sync.image
    version         = var.delivery.config_sync.version
    service_account = var.delivery.config_sync.service_account
    fleet_feature   = false
    feature         = var.owns_project ? google_gke_hub_feature.config_sync[0].name : "configmanagement"
  }
  workload = {
    namespace          = local.namespace
    service_account    = var.workload.service_account
    service            = var.workload.service
    port               = var.workload.port
    min_replicas       = coalesce(each.value.replicas, var.workload.min_replicas)
    min_zones          = var.workload.min_zones
    image_repositories = var.workload.image_repositories
  }
  sql = var.sql == null ? null : merge(var.sql, {
    name     = each.value.sql_name
    tier     = each.value.sql_tier != null ? each.value.sql_tier : var.sql.tier
    cmek_key = each.value.keys.sql
    replica  = merge(var.sql.replica, { cmek_key = each.value.keys.sql_replica })
  })
  dr_region = var.sql == null ? null : local.dr_regions[each.key]
  cache     = var.cache == null ? null : merge(var.cache, { cmek_key = each.value.keys.cache })
  secrets   = var.secrets
  runtime = {
    mode = coalesce(var.runtime_mode, var.mode)
    spanner = {
      database           = module.spanner.database.path
      role               = try(module.spanner.roles.api, null)
      leader             = local.leader
      stale_read_seconds = var.stale_read_seconds
      directed_reads     = local.directed_reads[each.key]
    }
    analytics = var.analytics == null ? null : {
      staleness_seconds = var.analytics.dashboards.staleness_seconds
      priority          = var.analytics.dashboards.priority
      directed_reads    = local.directed_reads[each.key]
      database_role     = try(module.spanner.roles.reports, null)
    }
    reports       = var.analytics == null ? null : module.analytics[0].runtime[each.key].reports
    webhook_queue = try(module.edge.webhook_queues[each.key], null)
  }
  jwt_key  = google_kms_crypto_key.jwt.id
  existing = each.value.existing
}

# What a deleted cluster leaves behind holds the subnet: it goes after the cluster
# and before the subnet.
resource "proveniq_neg_cleanup" "this" {
  for_each = { for name, r in var.regions : name => r if r.existing.cluster == null }

  project   = local.project_id
  network   = module.network.network.id
  region    = each.key
  neg_names = ["${var.name}-api-${each.key}"]
  # Refused when it is planned: the guards of clusters and databases come too late
  # for what is destroyed before them.
  deletion_protection = local.protected[each.key]

  depends_on = [module.network]
}

# The fleet has it once, whatever the number of its clusters.
resource "google_gke_hub_feature" "config_sync" {
  count = local.config_sync && var.owns_project ? 1 : 0

  project  = coalesce(var.cluster.fleet_project, local.project_id)
  name     = "configmanagement"
  location = "global"
  labels   = local.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}
