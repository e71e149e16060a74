locals {
  makes_redis  = try(var.cache.engine, null) == "redis"
  makes_valkey = try(var.cache.engine, null) == "valkey"

  # The smallest node that has as much memory for keys.
  valkey_node = local.makes_valkey ? coalesce(var.cache.node_type, one([
    for node in [
      { type = "SHARED_CORE_NANO", above = 0, up_to = 1.4 },
      { type = "STANDARD_SMALL", above = 1.4, up_to = 6.5 },
      { type = "HIGHMEM_MEDIUM", above = 6.5, up_to = 13 },
      { type = "HIGHMEM_XLARGE", above = 13, up_to = 58 },
    ] : node.type if var.cache.memory_gb > node.above && var.cache.memory_gb <= node.up_to
  ])) : null

  valkey_endpoint = one(flatten([
    for endpoint in try(google_memorystore_instance.valkey[0].endpoints, []) : [
      for connection in endpoint.connections : [
        for psc in connection.psc_auto_connection : psc if contains(["CONNECTION_TYPE_PRIMARY", "CONNECTION_TYPE_DISCOVERY"], psc.connection_type)
      ]
    ]
  ]))
}

resource "google_redis_instance" "redis" {
  count = local.makes_redis ? 1 : 0

  project                 = var.project_id
  name                    = local.full_name
  display_name            = "Sessions and cache of ${local.full_name}"
  region                  = var.region
  tier                    = var.cache.replicas == 0 ? "BASIC" : "STANDARD_HA"
  memory_size_gb          = var.cache.memory_gb
  redis_version           = coalesce(var.cache.version, "REDIS_7_2")
  replica_count           = var.cache.replicas > 1 ? var.cache.replicas : null
  read_replicas_mode      = var.cache.replicas > 1 ? "READ_REPLICAS_ENABLED" : null
  redis_configs           = var.cache.config
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  authorized_network      = var.network.id
  reserved_ip_range       = var.network.private_services_range
  customer_managed_key    = var.cache.cmek_key
  labels                  = var.labels
  deletion_protection     = var.deletion_protection

  maintenance_policy {
    weekly_maintenance_window {
      day = var.cache.maintenance_day
      start_time {
        hours = var.cache.maintenance_hour
      }
    }
  }

  # Private Service Access before it, and after it is gone.
  depends_on = [var.network]
}

# A network has one policy per region and service class.
resource "google_network_connectivity_service_connection_policy" "valkey" {
  count = local.makes_valkey ? (var.cache.connection_policy ? 1 : 0) : 0

  project       = coalesce(var.network.project_id, var.project_id)
  name          = "${local.full_name}-valkey"
  location      = var.region
  service_class = "gcp-memorystore"
  description   = "Addresses of Valkey for the ledger ${var.name} in ${var.region}."
  network       = var.network.id
  labels        = var.labels

  psc_config {
    subnetworks = [var.network.subnet_id]
  }
}

resource "google_memorystore_instance" "valkey" {
  count = local.makes_valkey ? 1 : 0

  project                     = var.project_id
  instance_id                 = local.full_name
  location                    = var.region
  engine_version              = coalesce(var.cache.version, "VALKEY_8_0")
  mode                        = "CLUSTER_DISABLED"
  node_type                   = local.valkey_node
  shard_count                 = 1
  replica_count               = var.cache.replicas
  engine_configs              = var.cache.config
  authorization_mode          = "IAM_AUTH"
  transit_encryption_mode     = "SERVER_AUTHENTICATION"
  kms_key                     = var.cache.cmek_key
  labels                      = var.labels
  deletion_protection_enabled = var.deletion_protection

  desired_auto_created_endpoints {
    network    = var.network.id
    project_id = var.project_id
  }

  zone_distribution_config {
    mode = "MULTI_ZONE"
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = var.cache.maintenance_day
      start_time {
        hours = var.cache.maintenance_hour
      }
    }
  }

  depends_on = [google_network_connectivity_service_connection_policy.valkey, var.network]
}

# Memorystore knows no conditions on names, so this reaches every instance of the
# project. The condition only makes the grant this region's own: without one, all
# regions would share a single grant, and the first to go would take it away.
resource "google_project_iam_member" "valkey" {
  count = local.makes_valkey ? 1 : 0

  project = var.project_id
  role    = "roles/memorystore.dbConnectionUser"
  member  = local.workload_principal

  condition {
    title       = "${local.full_name}-valkey"
    description = "Always; it belongs to the ledger ${var.name} in ${var.region}."
    expression  = "request.time >= timestamp(\"2026-01-01T00:00:00Z\")"
  }

  depends_on = [google_container_cluster.region]
}
