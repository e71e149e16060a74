resource "google_spanner_instance" "ledger" {
  name             = "ledger"
  display_name     = "Ledger"
  config           = "nam3"
  edition          = "ENTERPRISE_PLUS"
  processing_units = 1000
  force_destroy    = true
}

resource "google_spanner_database" "ledger" {
  instance                 = google_spanner_instance.ledger.name
  name                     = "ledger"
  version_retention_period = "7d"
  deletion_protection      = false

  lifecycle {
    ignore_changes = [ddl]
  }
}

resource "google_spanner_backup_schedule" "full" {
  instance           = google_spanner_instance.ledger.name
  database           = google_spanner_database.ledger.name
  name               = "daily"
  retention_duration = "604800s"

  spec {
    cron_spec {
      text = "0 3 * * *"
    }
  }
  full_backup_spec {}
}

resource "google_spanner_database_iam_member" "ledger" {
  instance = google_spanner_instance.ledger.name
  database = google_spanner_database.ledger.name
  role     = "roles/spanner.databaseUser"
  member   = google_service_account.ledger.member
}

resource "proveniq_spanner_schema" "ledger" {
  database = google_spanner_database.ledger.id

  ddl_files = {
    "events.sql" = <<-SQL
      CREATE TABLE Events (
        EventId STRING(36) NOT NULL,
        Region STRING(63) NOT NULL,
        Payload BYTES(MAX),
        ${var.schema_version > 1 ? "Kind STRING(32)," : ""}
        CreatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
      ) PRIMARY KEY (EventId);

      CREATE INDEX EventsByRegion ON Events (Region, EventId);
      ${var.schema_version > 1 ? "CREATE INDEX EventsByKind ON Events (Kind, EventId);" : ""}

      CREATE CHANGE STREAM EventsFeed FOR Events OPTIONS (retention_period = '7d');
    SQL
    # The table that the regions write about themselves, from the ledger's own
    # schema.
    "regions.sql" = file("${path.module}/regions.sql")
  }
}
