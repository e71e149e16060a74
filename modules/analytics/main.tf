locals {
  # BigQuery's names have no -.
  prefix     = replace(var.name, "-", "_")
  connection = "${var.name}-spanner"
  database   = regex("^projects/(?P<project>[^/]+)/instances/(?P<instance>[^/]+)/databases/(?P<database>[^/]+)$", var.spanner.database)

  # What scripts call the connection: its project by number, as the API says it.
  connection_path = "projects/${var.project_number}/locations/${lower(var.location)}/connections/${local.connection}"
  sql = {
    project       = var.project_id
    dataset       = "${local.prefix}_reports"
    connection    = local.connection_path
    every_minutes = var.schedule.every_minutes
    read_events   = local.read_events
  }
  # Comments are for readers of the files.
  read_events = join(" ", [for line in split("\n", file("${path.module}/sql/read_events.sql")) : trimspace(line) if trimspace(line) != "" && !startswith(line, "--")])
  queries = {
    for name in ["merge_events", "freshness", "events_by_day"] : name => join("\n", [
      for line in split("\n", templatefile("${path.module}/sql/${name}.sql.tftpl", local.sql)) : line if !startswith(line, "--")
    ])
  }
}

resource "google_service_account" "reports" {
  project      = var.project_id
  account_id   = "${var.name}-reports"
  display_name = "${var.name}: brings events from Spanner to BigQuery"
}

resource "google_bigquery_connection" "spanner" {
  project       = var.project_id
  connection_id = local.connection
  location      = var.location
  friendly_name = "${var.name}, read only"
  description   = "Reads the ledger for its reports."

  cloud_spanner {
    database        = var.spanner.database
    database_role   = var.spanner.database_role
    use_parallelism = var.spanner.data_boost
    use_data_boost  = var.spanner.data_boost
    max_parallelism = var.spanner.max_parallelism
  }
}

resource "google_bigquery_dataset" "reports" {
  project                    = var.project_id
  dataset_id                 = local.sql.dataset
  friendly_name              = "${var.name} reports"
  description                = "The ledger's events, at most ${var.schedule.staleness_minutes} minutes old. Filled by the scheduled query ${var.name}-merge."
  location                   = var.location
  labels                     = var.labels
  delete_contents_on_destroy = !var.deletion_protection

  dynamic "default_encryption_configuration" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = default_encryption_configuration.value
    }
  }
}

resource "google_bigquery_table" "events" {
  project             = var.project_id
  dataset_id          = google_bigquery_dataset.reports.dataset_id
  table_id            = "events"
  description         = "One row for each event, written once."
  schema              = file("${path.module}/sql/events.schema.json")
  clustering          = ["entry_region", "source_id", "event_type"]
  labels              = var.labels
  deletion_protection = var.deletion_protection

  time_partitioning {
    type          = "DAY"
    field         = "committed_at"
    expiration_ms = var.retention_days == null ? null : var.retention_days * 86400000
  }
  dynamic "encryption_configuration" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = encryption_configuration.value
    }
  }
}

resource "google_bigquery_table" "merges" {
  project             = var.project_id
  dataset_id          = google_bigquery_dataset.reports.dataset_id
  table_id            = "merges"
  description         = "One row for each run of the scheduled merge: how far it got."
  schema              = file("${path.module}/sql/merges.schema.json")
  labels              = var.labels
  deletion_protection = var.deletion_protection

  dynamic "encryption_configuration" {
    for_each = var.kms_key[*]
    content {
      kms_key_name = encryption_configuration.value
    }
  }
}

resource "google_bigquery_table" "view" {
  for_each = {
    freshness     = "How old the reports are."
    events_by_day = "Events per day, region, account and type."
  }

  project             = var.project_id
  dataset_id          = google_bigquery_dataset.reports.dataset_id
  table_id            = each.key
  description         = each.value
  labels              = var.labels
  deletion_protection = false # holds nothing

  view {
    query          = local.queries[each.key]
    use_legacy_sql = false
  }

  depends_on = [google_bigquery_table.events, google_bigquery_table.merges]
}

# Spanner's tables as they are, without a copy.
resource "google_bigquery_dataset" "live" {
  count = var.live_dataset ? 1 : 0

  project       = var.project_id
  dataset_id    = "${local.prefix}_live"
  friendly_name = "${var.name}, live"
  description   = "The ledger's tables in Spanner. Nothing is stored here."
  location      = var.location
  labels        = var.labels

  external_dataset_reference {
    external_source = var.spanner.database_role == null ? "google-cloudspanner:/${var.spanner.database}" : "google-cloudspanner://${var.spanner.database_role}@/${var.spanner.database}"
    # Google takes no connection to Spanner here: whoever asks reads with their own
    # grants in Spanner.
    connection = ""
  }
}

resource "google_bigquery_data_transfer_config" "merge" {
  project              = var.project_id
  display_name         = "${var.name}-merge"
  location             = var.location
  data_source_id       = "scheduled_query"
  schedule             = "every ${var.schedule.every_minutes} minutes"
  service_account_name = google_service_account.reports.email

  params = {
    query = local.queries.merge_events
  }

  # The first run starts at once and would fail without what it needs.
  depends_on = [
    google_bigquery_table.events,
    google_bigquery_table.merges,
    google_bigquery_connection_iam_member.reports,
    google_bigquery_dataset_iam_member.reports,
    google_project_iam_member.job_user,
    google_spanner_database_iam_member.reports,
    google_spanner_database_iam_member.fine_grained,
    google_spanner_database_iam_member.data_boost,
  ]
}
