locals {
  runtime_id = "${local.full_name}-runtime"

  runtime_document = {
    version = 1
    ledger  = var.name
    region  = var.region
    mode    = var.runtime.mode

    spanner = var.runtime.spanner
    sql = local.sql_instance == null ? null : {
      instance        = local.sql_instance
      connection_name = local.makes_sql ? google_sql_database_instance.primary[0].connection_name : var.existing.sql.connection_name
      private_ip      = local.makes_sql ? google_sql_database_instance.primary[0].private_ip_address : var.existing.sql.private_ip
      database        = local.makes_sql ? google_sql_database.ledger[0].name : var.existing.sql.database
      user            = local.makes_sql ? google_sql_user.workload[0].name : var.existing.sql.user
      impersonate     = local.makes_sql ? google_service_account.sql[0].email : var.existing.sql.impersonate
    }
    cache = local.makes_redis ? {
      engine          = "redis"
      host            = google_redis_instance.redis[0].host
      port            = google_redis_instance.redis[0].port
      authentication  = "secret"
      secret          = "${google_secret_manager_secret.region["cache-auth"].id}/versions/latest"
      ca_certificates = google_redis_instance.redis[0].server_ca_certs[*].cert
      } : local.makes_valkey ? {
      engine          = "valkey"
      host            = local.valkey_endpoint.ip_address
      port            = local.valkey_endpoint.port
      authentication  = "iam"
      secret          = null
      ca_certificates = flatten(google_memorystore_instance.valkey[0].managed_server_ca[*].ca_certs[*].certificates)
    } : null
    analytics     = var.runtime.analytics
    reports       = var.runtime.reports
    webhook_queue = var.runtime.webhook_queue
    jwt_key       = var.jwt_key
    secrets       = { for name in var.secrets : name => "${google_secret_manager_secret.region[name].id}/versions/latest" }
  }
  runtime_json = jsonencode(local.runtime_document)
}

# Regional, so that a region reads what it runs by from its own region alone.
resource "google_parameter_manager_regional_parameter" "runtime" {
  project      = var.project_id
  location     = var.region
  parameter_id = local.runtime_id
  format       = "JSON"
  labels       = var.labels

  deletion_policy = var.deletion_protection ? "PREVENT" : "DELETE"
}

# A version cannot be changed. Each document has its own, named by its content;
# the next one is there before the last one goes, and the workload takes the newest.
resource "google_parameter_manager_regional_parameter_version" "runtime" {
  parameter            = google_parameter_manager_regional_parameter.runtime.id
  parameter_version_id = "v-${substr(sha256(local.runtime_json), 0, 16)}"
  parameter_data       = local.runtime_json

  lifecycle {
    create_before_destroy = true
  }
}

# Parameters have no policies of their own: the condition makes it this one's.
resource "google_project_iam_member" "runtime" {
  project = var.project_id
  role    = "roles/parametermanager.parameterViewer"
  member  = local.workload_principal

  condition {
    title       = local.runtime_id
    description = "Only the runtime document of the ledger ${var.name} in ${var.region}."
    expression = format("resource.name == %q || resource.name.startsWith(%q)",
      "projects/${var.project_number}/locations/${var.region}/parameters/${local.runtime_id}",
      "projects/${var.project_number}/locations/${var.region}/parameters/${local.runtime_id}/versions/",
    )
  }

  depends_on = [google_container_cluster.region]
}
