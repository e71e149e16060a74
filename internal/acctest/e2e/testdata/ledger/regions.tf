resource "google_service_account" "nodes" {
  account_id = "ledger-nodes"
}

resource "google_service_account" "ledger" {
  account_id = "ledger-api"
}

resource "google_service_account_iam_member" "workload" {
  service_account_id = google_service_account.ledger.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "serviceAccount:${var.project}.svc.id.goog[ledger/api]"
}

resource "google_project_iam_member" "nodes" {
  for_each = toset(["roles/logging.logWriter", "roles/monitoring.metricWriter"])

  project = var.project
  role    = each.key
  member  = google_service_account.nodes.member
}

resource "google_container_cluster" "ledger" {
  for_each = var.regions

  name                = "ledger-${each.key}"
  location            = each.key
  enable_autopilot    = true
  deletion_protection = false
  network             = google_compute_network.ledger.id
  subnetwork          = google_compute_subnetwork.ledger[each.key].id

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }
  private_cluster_config {
    enable_private_nodes = true
  }
  release_channel {
    channel = "REGULAR"
  }
  cluster_autoscaling {
    auto_provisioning_defaults {
      service_account = google_service_account.nodes.email
      oauth_scopes    = ["https://www.googleapis.com/auth/cloud-platform"]
    }
  }
}

resource "google_sql_database_instance" "ledger" {
  for_each = var.regions

  name                = "ledger-${each.key}"
  region              = each.key
  database_version    = "POSTGRES_16"
  deletion_protection = false

  settings {
    tier              = "db-custom-2-8192"
    edition           = "ENTERPRISE"
    availability_type = "REGIONAL"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.ledger.id
    }
    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
    }
  }

  depends_on = [google_service_networking_connection.services]
}

resource "google_sql_database" "ledger" {
  for_each = var.regions

  name     = "ledger"
  instance = google_sql_database_instance.ledger[each.key].name
}

resource "google_redis_instance" "ledger" {
  for_each = var.regions

  name                    = "ledger-${each.key}"
  region                  = each.key
  tier                    = "STANDARD_HA"
  memory_size_gb          = 5
  authorized_network      = google_compute_network.ledger.id
  transit_encryption_mode = "SERVER_AUTHENTICATION"
  deletion_protection     = false
}

resource "google_cloud_tasks_queue" "webhooks" {
  for_each = var.regions

  name     = "webhooks"
  location = each.key

  retry_config {
    max_attempts  = 10
    min_backoff   = "1s"
    max_doublings = 6
  }
}

resource "google_secret_manager_secret" "ledger" {
  for_each = var.regions

  secret_id = "ledger-${each.key}"

  replication {
    user_managed {
      replicas {
        location = each.key
      }
    }
  }
}

resource "google_secret_manager_secret_version" "ledger" {
  for_each = var.regions

  secret      = google_secret_manager_secret.ledger[each.key].id
  secret_data = "of ${each.key}"
}

resource "google_parameter_manager_parameter" "runtime" {
  for_each = var.regions

  parameter_id = "ledger-runtime-${each.key}"
  format       = "JSON"
}

resource "google_parameter_manager_parameter_version" "runtime" {
  for_each = var.regions

  parameter            = google_parameter_manager_parameter.runtime[each.key].id
  parameter_version_id = "v1"
  parameter_data       = jsonencode({ region = each.key, sql = google_sql_database_instance.ledger[each.key].connection_name })
}
