resource "google_spanner_database" "ledger" {
  instance = "ledger"
  name     = "ledger"

  # The schema belongs to proveniq_spanner_schema.
  lifecycle {
    ignore_changes = [ddl]
  }
}

# One file for each part of the schema: an error then reads 020_events.sql:14:7.
resource "proveniq_spanner_schema" "ledger" {
  database = google_spanner_database.ledger.id
  ddl_files = {
    for name in fileset("${path.module}/schema", "*.sql") :
    name => file("${path.module}/schema/${name}")
  }
}

# A small schema fits into the configuration.
resource "proveniq_spanner_schema" "reports" {
  database = "projects/proveniq-ledger/instances/ledger/databases/reports"
  ddl      = <<-SQL
    CREATE TABLE Reports (
      ReportId  STRING(36) NOT NULL,
      CreatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
      Title     STRING(200),
    ) PRIMARY KEY (ReportId);

    CREATE INDEX ReportsByTitle ON Reports (Title);
  SQL

  # The column Reports.Draft was removed from the DDL above: dropping it, with
  # its data, is allowed here by name.
  allow_destructive = ["Reports.Draft"]
}
