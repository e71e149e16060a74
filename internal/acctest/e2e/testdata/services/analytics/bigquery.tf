resource "google_bigquery_dataset" "reports" {
  dataset_id                 = "ledger_reports"
  friendly_name              = var.change ? "Ledger reports, second edition" : "Ledger reports"
  description                = "Reports about the ledger, at most an hour old"
  location                   = local.region
  labels                     = local.labels
  max_time_travel_hours      = var.change ? "96" : "168"
  delete_contents_on_destroy = true

  access {
    role          = "OWNER"
    special_group = "projectOwners"
  }
  access {
    role          = "READER"
    user_by_email = google_service_account.reports.email
  }
  dynamic "access" {
    for_each = var.change ? ["analysts@example.com"] : []
    content {
      role           = "READER"
      group_by_email = access.value
    }
  }
}

# The policy of this one has members of its own, so its access list is not set here.
resource "google_bigquery_dataset" "staging" {
  dataset_id                      = "ledger_staging"
  location                        = local.region
  default_table_expiration_ms     = var.change ? 7200000 : 3600000
  default_partition_expiration_ms = 86400000
  delete_contents_on_destroy      = true
}

resource "google_bigquery_dataset_iam_member" "staging" {
  dataset_id = google_bigquery_dataset.staging.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.reports.member
}

resource "google_bigquery_dataset_access" "view" {
  dataset_id = google_bigquery_dataset.staging.dataset_id

  view {
    project_id = var.project
    dataset_id = google_bigquery_dataset.reports.dataset_id
    table_id   = google_bigquery_table.daily.table_id
  }
}

# Spanner's tables as they are, without a copy.
resource "google_bigquery_dataset" "live" {
  dataset_id = "ledger_live"
  location   = local.region

  external_dataset_reference {
    external_source = "google-cloudspanner:/projects/${var.project}/instances/ledger/databases/ledger"
    connection      = ""
  }
}

resource "google_bigquery_table" "events" {
  dataset_id               = google_bigquery_dataset.reports.dataset_id
  table_id                 = "events"
  deletion_protection      = false
  labels                   = local.labels
  description              = var.change ? "Events of the ledger, by day" : "Events of the ledger"
  clustering               = ["tenant_id", "event_type"]
  require_partition_filter = var.change

  time_partitioning {
    type          = "DAY"
    field         = "commit_time"
    expiration_ms = var.change ? 31536000000 : 7776000000
  }

  schema = jsonencode(concat([
    { name = "tenant_id", type = "STRING", mode = "REQUIRED" },
    { name = "event_type", type = "STRING", mode = "REQUIRED" },
    { name = "commit_time", type = "TIMESTAMP", mode = "REQUIRED" },
    { name = "payload", type = "JSON", mode = "NULLABLE" },
  ], var.change ? [{ name = "region", type = "STRING", mode = "NULLABLE", description = "Where it was written" }] : []))
}

resource "google_bigquery_table" "daily" {
  dataset_id          = google_bigquery_dataset.reports.dataset_id
  table_id            = "daily"
  deletion_protection = false

  view {
    query          = "SELECT tenant_id, COUNT(*) AS ${var.change ? "n" : "events"} FROM `${var.project}.ledger_reports.${google_bigquery_table.events.table_id}` WHERE commit_time > TIMESTAMP '2026-01-01' GROUP BY tenant_id"
    use_legacy_sql = false
  }
}

resource "google_bigquery_table" "hourly" {
  dataset_id          = google_bigquery_dataset.reports.dataset_id
  table_id            = "hourly"
  deletion_protection = false

  materialized_view {
    query               = "SELECT tenant_id, COUNT(*) AS events FROM `${var.project}.ledger_reports.${google_bigquery_table.events.table_id}` GROUP BY tenant_id"
    enable_refresh      = true
    refresh_interval_ms = var.change ? 3600000 : 1800000
  }
}

resource "google_bigquery_table_iam_member" "events" {
  dataset_id = google_bigquery_dataset.reports.dataset_id
  table_id   = google_bigquery_table.events.table_id
  role       = "roles/bigquery.dataViewer"
  member     = google_service_account.reports.member
}

resource "google_bigquery_routine" "freshness" {
  dataset_id      = google_bigquery_dataset.reports.dataset_id
  routine_id      = "freshness_minutes"
  routine_type    = "SCALAR_FUNCTION"
  language        = "SQL"
  description     = var.change ? "Minutes since a commit, rounded down" : "Minutes since a commit"
  definition_body = "TIMESTAMP_DIFF(CURRENT_TIMESTAMP(), committed, MINUTE)"
  return_type     = jsonencode({ typeKind = "INT64" })

  arguments {
    name      = "committed"
    data_type = jsonencode({ typeKind = "TIMESTAMP" })
  }
}

resource "google_bigquery_connection" "spanner" {
  connection_id = "ledger-spanner"
  location      = local.region
  friendly_name = var.change ? "Ledger, read only" : "Ledger"
  description   = "Reads the ledger without its compute"

  cloud_spanner {
    database        = "projects/${var.project}/instances/ledger/databases/ledger"
    database_role   = "reports"
    use_parallelism = true
    use_data_boost  = true
    max_parallelism = var.change ? 200 : 100
  }
}

resource "google_bigquery_connection_iam_member" "reports" {
  connection_id = google_bigquery_connection.spanner.connection_id
  location      = local.region
  role          = "roles/bigquery.connectionUser"
  member        = google_service_account.reports.member
}

resource "google_bigquery_data_transfer_config" "merge" {
  display_name              = var.change ? "Merge the ledger's events twice an hour" : "Merge the ledger's events"
  location                  = local.region
  data_source_id            = "scheduled_query"
  schedule                  = var.change ? "every 30 minutes" : "every 1 hours"
  service_account_name      = google_service_account.reports.email
  notification_pubsub_topic = google_pubsub_topic.alerts.id

  params = {
    query = "CALL `${var.project}.ledger_reports.merge_events`()"
  }

  dynamic "email_preferences" {
    for_each = var.change ? [true] : []
    content {
      enable_failure_email = true
    }
  }
}
