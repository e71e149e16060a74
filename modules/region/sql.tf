locals {
  makes_sql     = var.sql != null && var.existing.sql == null
  makes_replica = local.makes_sql && var.dr_region != null

  sql_flags = merge(
    local.makes_sql ? var.sql.database_flags : {},
    { "cloudsql.iam_authentication" = "on" },
    try(var.sql.logical_decoding, false) ? { "cloudsql.logical_decoding" = "on" } : {},
  )

  sql_instance = local.makes_sql ? google_sql_database_instance.primary[0].name : try(var.existing.sql.instance, null)
}

resource "google_sql_database_instance" "primary" {
  count = local.makes_sql ? 1 : 0

  project             = var.project_id
  name                = coalesce(var.sql.name, local.full_name)
  region              = var.region
  database_version    = var.sql.database_version
  encryption_key_name = var.sql.cmek_key
  # Against Terraform; deletion_protection_enabled below is against everybody.
  deletion_protection = var.deletion_protection

  settings {
    tier                        = var.sql.tier
    edition                     = var.sql.edition
    availability_type           = var.sql.regional ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_size                   = var.sql.disk_gb
    disk_autoresize             = true
    disk_autoresize_limit       = var.sql.disk_limit_gb
    deletion_protection_enabled = var.deletion_protection
    # Streaming changes out is done by clients that know no connector.
    connector_enforcement = var.sql.logical_decoding ? "NOT_REQUIRED" : "REQUIRED"
    user_labels           = var.labels

    backup_configuration {
      enabled                        = true
      point_in_time_recovery_enabled = true
      start_time                     = var.sql.backup_start
      transaction_log_retention_days = var.sql.log_retention_days

      backup_retention_settings {
        retained_backups = var.sql.retained_backups
        retention_unit   = "COUNT"
      }
    }

    ip_configuration {
      ipv4_enabled                                  = false
      private_network                               = var.network.id
      allocated_ip_range                            = var.network.private_services_range
      ssl_mode                                      = "ENCRYPTED_ONLY"
      enable_private_path_for_google_cloud_services = true
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = true
      record_client_address   = false
    }

    maintenance_window {
      day          = var.sql.maintenance_day
      hour         = var.sql.maintenance_hour
      update_track = "stable"
    }

    dynamic "database_flags" {
      for_each = local.sql_flags

      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    # The disk has grown by itself; what it began with would be a smaller disk,
    # and that is a new instance.
    ignore_changes = [settings[0].disk_size]
  }

  # Private Service Access before it, and after it is gone.
  depends_on = [var.network]
}

# It refers to the primary, so that it is destroyed before it: Cloud SQL deletes
# no instance that has replicas.
resource "google_sql_database_instance" "replica" {
  count = local.makes_replica ? 1 : 0

  project = var.project_id
  # The region is part of the name, for another region is another instance and
  # the old one's name stays taken.
  name                 = "${coalesce(var.sql.name, local.full_name)}-dr-${local.region_code[var.dr_region]}"
  region               = var.dr_region
  database_version     = var.sql.database_version
  master_instance_name = google_sql_database_instance.primary[0].name
  encryption_key_name  = var.sql.replica.cmek_key
  deletion_protection  = var.deletion_protection

  settings {
    tier                        = coalesce(var.sql.replica.tier, var.sql.tier)
    edition                     = var.sql.edition
    availability_type           = var.sql.replica.regional ? "REGIONAL" : "ZONAL"
    disk_type                   = "PD_SSD"
    disk_autoresize             = true
    disk_autoresize_limit       = var.sql.disk_limit_gb
    deletion_protection_enabled = var.deletion_protection
    connector_enforcement       = var.sql.logical_decoding ? "NOT_REQUIRED" : "REQUIRED"
    user_labels                 = var.labels

    ip_configuration {
      ipv4_enabled                                  = false
      private_network                               = var.network.id
      allocated_ip_range                            = var.network.private_services_range
      ssl_mode                                      = "ENCRYPTED_ONLY"
      enable_private_path_for_google_cloud_services = true
    }

    insights_config {
      query_insights_enabled  = true
      query_string_length     = 1024
      record_application_tags = true
      record_client_address   = false
    }

    dynamic "database_flags" {
      for_each = local.sql_flags

      content {
        name  = database_flags.key
        value = database_flags.value
      }
    }
  }

  lifecycle {
    ignore_changes = [settings[0].disk_size]
  }

  depends_on = [var.network]
}

resource "google_sql_database" "ledger" {
  count = local.makes_sql ? 1 : 0

  project  = var.project_id
  name     = var.sql.database
  instance = google_sql_database_instance.primary[0].name
  # PostgreSQL drops no database that has connections; it goes with its instance.
  deletion_policy = var.deletion_protection ? "PREVENT" : "ABANDON"
}

# Cloud SQL knows users, groups and service accounts, but no identities of
# workloads: this account exists to log in as, and for nothing else.
resource "google_service_account" "sql" {
  count = local.makes_sql ? 1 : 0

  project      = var.project_id
  account_id   = "${var.name}-sql-${local.region_code[var.region]}"
  display_name = "Database user of ${local.full_name}"
}

resource "google_service_account_iam_member" "sql" {
  count = local.makes_sql ? 1 : 0

  service_account_id = google_service_account.sql[0].name
  role               = "roles/iam.workloadIdentityUser"
  member             = local.workload_principal

  depends_on = [google_container_cluster.region]
}

resource "google_project_iam_member" "sql" {
  for_each = local.makes_sql ? toset(["roles/cloudsql.client", "roles/cloudsql.instanceUser"]) : []

  project = var.project_id
  role    = each.key
  member  = google_service_account.sql[0].member

  condition {
    title       = "${local.full_name}-sql"
    description = "Only the instances of the ledger ${var.name} in ${var.region}."
    expression = join(" || ", [
      for instance in compact([google_sql_database_instance.primary[0].name, one(google_sql_database_instance.replica[*].name)]) :
      "(resource.service == \"sqladmin.googleapis.com\" && resource.name == \"projects/${var.project_id}/instances/${instance}\")"
    ])
  }
}

resource "google_sql_user" "workload" {
  count = local.makes_sql ? 1 : 0

  project  = var.project_id
  name     = trimsuffix(google_service_account.sql[0].email, ".gserviceaccount.com")
  instance = google_sql_database_instance.primary[0].name
  type     = "CLOUD_IAM_SERVICE_ACCOUNT"
  # PostgreSQL drops no user that owns something; it goes with its instance.
  deletion_policy = var.deletion_protection ? "PREVENT" : "ABANDON"
}
