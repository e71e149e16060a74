# How the ledger is seen and reported on: nothing here is needed to serve.

module "observability" {
  source = "../observability"
  count  = var.observability == null ? 0 : 1

  project_id = local.project_id
  name       = var.name
  labels     = local.labels
  live       = var.observability.live
  regions    = { for name, joined in local.joined : name => { joined = joined } }
  edge = {
    url_map          = module.edge.url_map.name
    backend_services = local.watched_backends
    probe_paths      = module.edge.probe_paths
    host             = module.edge.host
    cached_classes   = setintersection(concat(module.edge.cached_classes, module.edge.static_backend == null ? [] : ["static"]), keys(local.watched_backends))
    refused_classes = [
      for class in keys(local.watched_backends) : class
      if var.mode == "read_only" && (contains(["write", "write-global"], class) || startswith(class, "webhook-") && try(var.webhooks.in_read_only, null) == "refuse")
    ]
  }
  spanner = {
    instance     = module.spanner.instance.name
    database     = module.spanner.database.name
    leader       = module.spanner.serving.multi_region ? local.leader : null
    multi_region = module.spanner.serving.multi_region
    cmek         = var.spanner.encryption != null
    floors       = module.spanner.serving.region_floors
  }
  sql = {
    for region, made in module.region : region => { instance = made.sql.instance, replica = made.sql.replica } if made.sql != null
  }
  class_floors = merge(
    { write = "rw_txn", read = "strong_read", sealed = "strong_read", analytics = "stale_read", reports = "none", static = "none" },
    { for class in keys(local.watched_backends) : class => "rw_txn" if startswith(class, "webhook-") },
  )
  # Where writes run in the leader's region, that region answers the farthest user.
  latency_floors_ms  = local.routed ? { write = { (local.leader) = max([for region, at in local.bounds : coalesce(at.write.least, 0)]...) } } : {}
  thresholds         = var.observability.thresholds
  slo                = var.observability.slo
  uptime             = merge(var.observability.uptime, { global_path = coalesce(var.observability.uptime.global_path, module.edge.health_check.path) })
  channels           = var.observability.channels
  existing_channels  = var.observability.existing_channels
  runbook_url        = var.observability.runbook_url
  auto_close_seconds = var.observability.auto_close_seconds
}

module "analytics" {
  source = "../analytics"
  count  = var.analytics == null ? 0 : 1

  project_id          = local.project_id
  project_number      = var.project_number
  name                = var.name
  labels              = local.labels
  deletion_protection = var.deletion_protection
  location            = var.analytics.location
  spanner = {
    # Known once the schema is there, which the queries are made for.
    database        = module.spanner.schema_database_path
    database_role   = try(module.spanner.roles.reports, null)
    data_boost      = var.analytics.data_boost
    max_parallelism = var.analytics.max_parallelism
  }
  data_boost_role     = var.analytics.data_boost_role
  workload_principals = [local.workload_principal]
  schedule            = var.analytics.schedule
  dashboards          = var.analytics.dashboards
  regions             = { for name in keys(var.regions) : name => { nearest_read_region = local.several ? module.spanner.serving.region_floors[name].nearest_read_region : null } }
  live_dataset        = var.analytics.live_dataset
  live                = try(var.observability.live, true)
  retention_days      = var.analytics.retention_days
  kms_key             = var.analytics.kms_key
  channels            = var.observability == null ? {} : module.observability[0].channels
  runbook_url         = try(var.observability.runbook_url, null)
}

locals {
  # A probe's service holds one region and is no traffic of users.
  watched_backends = merge(
    { for class, name in module.edge.backend_service_names : class => name if !startswith(class, "probe-") },
    module.edge.static_backend == null ? {} : { static = module.edge.static_backend },
  )
}
