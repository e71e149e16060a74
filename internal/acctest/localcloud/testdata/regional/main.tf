# What each region of the ledger holds beside its load balancer: clusters, SQL,
# caches, and the private connections that they need.

terraform {
  required_providers {
    google = {
      source  = "hashicorp/google"
      version = "7.45.0"
    }
  }
}

provider "google" {
  project = "proveniq-local"
}

variable "change" {
  description = "Changes everything that can be changed in place."
  type        = bool
  default     = false
}

locals {
  project = "proveniq-local"
  regions = {
    "us-east1"     = { primary = "10.0.0.0/20", pods = "10.64.0.0/16", services = "10.96.0.0/20" }
    "europe-west1" = { primary = "10.0.16.0/20", pods = "10.65.0.0/16", services = "10.96.16.0/20" }
  }
  labels = { ledger = "main", stage = var.change ? "after" : "before" }
}

# Network

resource "google_compute_network" "ledger" {
  name                    = "regional-ledger"
  auto_create_subnetworks = false
  routing_mode            = "GLOBAL"
}

resource "google_compute_subnetwork" "nodes" {
  for_each = local.regions

  name                     = "regional-nodes-${each.key}"
  region                   = each.key
  network                  = google_compute_network.ledger.id
  ip_cidr_range            = each.value.primary
  private_ip_google_access = true

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = each.value.pods
  }

  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = each.value.services
  }
}

resource "google_compute_global_address" "peering" {
  count = 2

  name          = "regional-peering-${count.index}"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = "10.${128 + count.index}.0.0"
  prefix_length = 16
  network       = google_compute_network.ledger.id
}

resource "google_service_networking_connection" "peering" {
  network                 = google_compute_network.ledger.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = var.change ? google_compute_global_address.peering[*].name : [google_compute_global_address.peering[0].name]
}

resource "google_network_connectivity_service_connection_policy" "valkey" {
  for_each = local.regions

  name          = "regional-valkey-${each.key}"
  location      = each.key
  service_class = "gcp-memorystore"
  description   = var.change ? "Endpoints of the Valkey instances." : "Endpoints of Valkey."
  network       = google_compute_network.ledger.id
  labels        = local.labels

  psc_config {
    subnetworks = [google_compute_subnetwork.nodes[each.key].id]
    limit       = var.change ? 8 : 4
  }
}

# Keys

resource "google_kms_key_ring" "region" {
  for_each = local.regions

  name     = "regional-${each.key}"
  location = each.key
}

resource "google_kms_crypto_key" "region" {
  for_each = local.regions

  name            = "data"
  key_ring        = google_kms_key_ring.region[each.key].id
  rotation_period = "7776000s"
}

# Clusters

resource "google_service_account" "nodes" {
  account_id   = "regional-nodes"
  display_name = "Nodes of the ledger's clusters"
}

resource "google_container_cluster" "region" {
  for_each = local.regions

  name                = "ledger-${each.key}"
  location            = each.key
  description         = "The ledger in ${each.key}."
  enable_autopilot    = true
  deletion_protection = false
  network             = google_compute_network.ledger.id
  subnetwork          = google_compute_subnetwork.nodes[each.key].id
  resource_labels     = local.labels

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }

  release_channel {
    channel = var.change ? "STABLE" : "REGULAR"
  }

  fleet {
    project = local.project
  }

  private_cluster_config {
    enable_private_nodes = true
  }

  control_plane_endpoints_config {
    dns_endpoint_config {
      allow_external_traffic = var.change
    }
    ip_endpoints_config {
      enabled = false
    }
  }

  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account = google_service_account.nodes.email
      oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    }
  }

  node_pool_auto_config {
    network_tags {
      tags = var.change ? ["ledger-nodes", "ledger-${each.key}"] : ["ledger-nodes"]
    }
  }

  database_encryption {
    state    = "ENCRYPTED"
    key_name = google_kms_crypto_key.region[each.key].id
  }

  secret_manager_config {
    enabled = true
  }

  cost_management_config {
    enabled = var.change
  }

  gateway_api_config {
    channel = "CHANNEL_STANDARD"
  }

  anonymous_authentication_config {
    mode = "LIMITED"
  }

  logging_config {
    enable_components = var.change ? ["SYSTEM_COMPONENTS", "WORKLOADS", "APISERVER"] : ["SYSTEM_COMPONENTS", "WORKLOADS"]
  }

  monitoring_config {
    enable_components = ["SYSTEM_COMPONENTS", "DEPLOYMENT", "POD"]
    managed_prometheus {
      enabled = true
    }
  }

  security_posture_config {
    mode               = "BASIC"
    vulnerability_mode = "VULNERABILITY_DISABLED"
  }

  binary_authorization {
    evaluation_mode = var.change ? "PROJECT_SINGLETON_POLICY_ENFORCE" : "DISABLED"
  }

  maintenance_policy {
    recurring_window {
      start_time = "2026-01-03T02:00:00Z"
      end_time   = var.change ? "2026-01-03T09:00:00Z" : "2026-01-03T08:00:00Z"
      recurrence = "FREQ=WEEKLY;BYDAY=SA,SU"
    }

    dynamic "maintenance_exclusion" {
      for_each = var.change ? ["close of the year"] : []

      content {
        exclusion_name = maintenance_exclusion.value
        start_time     = "2026-12-20T00:00:00Z"
        end_time       = "2027-01-05T00:00:00Z"
        exclusion_options {
          scope = "NO_MINOR_UPGRADES"
        }
      }
    }
  }

  timeouts {
    create = "30m"
  }
}

# A cluster that joins the fleet from outside.
resource "google_container_cluster" "batch" {
  name                = "batch"
  location            = "us-east1"
  enable_autopilot    = true
  deletion_protection = false
  network             = google_compute_network.ledger.id
  subnetwork          = google_compute_subnetwork.nodes["us-east1"].id

  ip_allocation_policy {}
}

# Fleet

resource "google_gke_hub_fleet" "ledger" {
  display_name = var.change ? "Ledger, all regions" : "Ledger"
}

resource "google_gke_hub_feature" "config" {
  name     = "configmanagement"
  location = "global"
  labels   = local.labels

  depends_on = [google_container_cluster.region]
}

resource "google_gke_hub_feature_membership" "config" {
  for_each = local.regions

  location            = "global"
  feature             = google_gke_hub_feature.config.name
  membership          = google_container_cluster.region[each.key].fleet[0].membership_id
  membership_location = google_container_cluster.region[each.key].fleet[0].membership_location

  configmanagement {
    config_sync {
      enabled       = true
      source_format = "unstructured"
      git {
        sync_repo   = "https://git.example.com/ledger/config"
        sync_branch = var.change ? "release" : "main"
        policy_dir  = "regions/${each.key}"
        secret_type = "none"
      }
    }
  }
}

resource "google_gke_hub_membership" "batch" {
  membership_id = "batch"
  location      = "us-east1"
  labels        = local.labels

  endpoint {
    gke_cluster {
      resource_link = "//container.googleapis.com/${google_container_cluster.batch.id}"
    }
  }
}

resource "google_gke_hub_membership_iam_member" "oncall" {
  membership_id = google_gke_hub_membership.batch.membership_id
  location      = "us-east1"
  role          = "roles/gkehub.viewer"
  member        = "user:oncall@example.com"
}

resource "google_gke_hub_scope" "ledger" {
  scope_id         = "ledger"
  namespace_labels = local.labels
}

resource "google_gke_hub_membership_binding" "region" {
  for_each = local.regions

  membership_binding_id = "ledger-${each.key}"
  scope                 = google_gke_hub_scope.ledger.id
  membership_id         = google_container_cluster.region[each.key].fleet[0].membership_id
  location              = each.key
}

resource "google_gke_hub_namespace" "ledger" {
  scope_namespace_id = "ledger"
  scope_id           = google_gke_hub_scope.ledger.scope_id
  scope              = google_gke_hub_scope.ledger.name
}

# SQL

resource "google_sql_database_instance" "primary" {
  name                = "ledger-meta"
  region              = "us-east1"
  database_version    = "POSTGRES_16"
  encryption_key_name = google_kms_crypto_key.region["us-east1"].id
  deletion_protection = false

  settings {
    tier                        = var.change ? "db-custom-8-32768" : "db-custom-4-16384"
    edition                     = "ENTERPRISE"
    availability_type           = "REGIONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = 50
    disk_autoresize             = true
    disk_autoresize_limit       = var.change ? 500 : 200
    deletion_protection_enabled = false
    connector_enforcement       = "REQUIRED"
    user_labels                 = local.labels

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = "03:00"
      location                       = "us"
      transaction_log_retention_days = 7
      backup_retention_settings {
        retained_backups = var.change ? 30 : 14
      }
    }

    ip_configuration {
      ipv4_enabled                                  = false
      private_network                               = google_compute_network.ledger.id
      ssl_mode                                      = "ENCRYPTED_ONLY"
      enable_private_path_for_google_cloud_services = true
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = var.change ? 2048 : 1024
      record_application_tags = true
      record_client_address   = false
    }

    maintenance_window {
      day          = 7
      hour         = var.change ? 4 : 3
      update_track = "stable"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }

    database_flags {
      name  = "log_min_duration_statement"
      value = var.change ? "250" : "500"
    }

    password_validation_policy {
      enable_password_policy      = true
      min_length                  = 16
      complexity                  = "COMPLEXITY_DEFAULT"
      disallow_username_substring = true
    }
  }

  depends_on = [google_service_networking_connection.peering]
}

resource "google_sql_database_instance" "replica" {
  name                 = "ledger-meta-europe"
  region               = "europe-west1"
  database_version     = "POSTGRES_16"
  master_instance_name = google_sql_database_instance.primary.name
  encryption_key_name  = google_kms_crypto_key.region["europe-west1"].id
  deletion_protection  = false

  settings {
    tier                        = var.change ? "db-custom-8-32768" : "db-custom-4-16384"
    edition                     = "ENTERPRISE"
    availability_type           = "ZONAL"
    disk_autoresize             = true
    deletion_protection_enabled = false
    user_labels                 = local.labels

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.ledger.id
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    database_flags {
      name  = "cloudsql.iam_authentication"
      value = "on"
    }
  }
}

resource "google_sql_database" "meta" {
  name      = "meta"
  instance  = google_sql_database_instance.primary.name
  charset   = "UTF8"
  collation = "en_US.UTF8"
}

resource "google_sql_user" "app" {
  name     = "app"
  instance = google_sql_database_instance.primary.name
  password = var.change ? "another-secret-Of-9-test" : "secret-Of-9-tests-here"
}

resource "google_service_account" "sql" {
  account_id   = "regional-sql"
  display_name = "Reads the ledger's metadata"
}

resource "google_sql_user" "service" {
  name     = trimsuffix(google_service_account.sql.email, ".gserviceaccount.com")
  instance = google_sql_database_instance.primary.name
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
}

resource "google_sql_user" "person" {
  name     = "oncall@example.com"
  instance = google_sql_database_instance.primary.name
  type     = "CLOUD_IAM_USER"
}

resource "google_sql_user" "group" {
  name     = "dba@example.com"
  instance = google_sql_database_instance.primary.name
  type     = "CLOUD_IAM_GROUP"
}

# Caches

resource "google_redis_instance" "sessions" {
  for_each = local.regions

  name                    = "sessions-${each.key}"
  display_name            = var.change ? "Sessions of ${each.key}" : "Sessions"
  region                  = each.key
  tier                    = "STANDARD_HA"
  memory_size_gb          = var.change ? 8 : 5
  redis_version           = "REDIS_7_2"
  auth_enabled            = true
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  connect_mode            = "PRIVATE_SERVICE_ACCESS"
  authorized_network      = google_compute_network.ledger.id
  customer_managed_key    = google_kms_crypto_key.region[each.key].id
  replica_count           = var.change ? 2 : 1
  read_replicas_mode      = "READ_REPLICAS_ENABLED"
  redis_configs           = { maxmemory-policy = var.change ? "volatile-ttl" : "allkeys-lru" }
  labels                  = local.labels
  deletion_protection     = false

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours = var.change ? 4 : 3
      }
    }
  }

  depends_on = [google_service_networking_connection.peering]
}

resource "google_memorystore_instance" "cache" {
  for_each = local.regions

  instance_id                 = "cache-${each.key}"
  location                    = each.key
  engine_version              = "VALKEY_8_0"
  mode                        = "CLUSTER_DISABLED"
  node_type                   = "STANDARD_SMALL"
  shard_count                 = 1
  replica_count               = var.change ? 2 : 1
  authorization_mode          = "IAM_AUTH"
  transit_encryption_mode     = "SERVER_AUTHENTICATION"
  kms_key                     = google_kms_crypto_key.region[each.key].id
  engine_configs              = { maxmemory-policy = var.change ? "volatile-ttl" : "allkeys-lru" }
  labels                      = local.labels
  deletion_protection_enabled = false

  desired_auto_created_endpoints {
    network    = google_compute_network.ledger.id
    project_id = local.project
  }

  zone_distribution_config {
    mode = "MULTI_ZONE"
  }

  persistence_config {
    mode = "RDB"
    rdb_config {
      rdb_snapshot_period = "SIX_HOURS"
    }
  }

  maintenance_policy {
    weekly_maintenance_window {
      day = "SUNDAY"
      start_time {
        hours = var.change ? 4 : 3
      }
    }
  }

  depends_on = [google_network_connectivity_service_connection_policy.valkey]
}

# What other configurations read

data "google_container_cluster" "region" {
  name     = google_container_cluster.region["us-east1"].name
  location = "us-east1"
}

data "google_container_engine_versions" "regular" {
  location = "us-east1"
}

data "google_redis_instance" "sessions" {
  name   = google_redis_instance.sessions["us-east1"].name
  region = "us-east1"
}

data "google_memorystore_instance" "cache" {
  instance_id = google_memorystore_instance.cache["us-east1"].instance_id
  location    = "us-east1"
}

data "google_sql_database_instance" "primary" {
  name = google_sql_database_instance.primary.name
}

output "cluster_dns" {
  value = data.google_container_cluster.region.control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint
}

output "versions" {
  value = keys(data.google_container_engine_versions.regular.release_channel_default_version)
}

output "redis" {
  value     = [data.google_redis_instance.sessions.auth_string, data.google_redis_instance.sessions.host]
  sensitive = true
}

output "valkey" {
  value = data.google_memorystore_instance.cache.endpoints[*].connections
}

output "sql" {
  value = [data.google_sql_database_instance.primary.connection_name, google_sql_database_instance.primary.private_ip_address]
}
