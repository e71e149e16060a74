# Schema, roles, IAM and backups.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

provider "proveniq" {
  project = "ledger-test"
}

variables {
  project_id     = "ledger-test"
  name           = "ledger"
  ledger_regions = ["us-east1", "europe-west1", "asia-southeast1"]
  required_role  = { us-east1 = "READ_WRITE", europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  warnings       = { recommendations = false }
}

run "defaults" {
  command = plan

  assert {
    condition = keys(proveniq_spanner_schema.this.ddl_files) == tolist([
      "000_placement.sql", "010_regions.sql", "020_events.sql", "030_blocks.sql", "040_proofs.sql", "050_webhooks.sql", "060_analytics.sql", "900_access.sql",
    ])
    error_message = "The schema is the ledger's own: ${join(", ", keys(proveniq_spanner_schema.this.ddl_files))}"
  }
  assert {
    condition     = proveniq_spanner_schema.this.on_destroy == "abandon"
    error_message = "Destroying the resource leaves the schema."
  }
  assert {
    condition     = google_spanner_database.this.enable_drop_protection && google_spanner_database.this.deletion_protection && google_spanner_instance.this.deletion_policy == "PREVENT"
    error_message = "Instance, database and backups are protected."
  }
  assert {
    condition     = google_spanner_backup_schedule.full[0].retention_duration == "2592000s" && google_spanner_backup_schedule.full[0].spec[0].cron_spec[0].text == "0 2 * * *"
    error_message = "A full backup a day is kept for 30 days."
  }
  assert {
    condition     = google_spanner_backup_schedule.incremental[0].retention_duration == "1209600s" && google_spanner_backup_schedule.incremental[0].encryption_config[0].encryption_type == "USE_DATABASE_ENCRYPTION"
    error_message = "Incremental backups are kept for 14 days, under the database's keys."
  }
  assert {
    condition     = length(google_spanner_database_iam_member.fine_grained) + length(google_spanner_database_iam_member.database_role) + length(google_spanner_database_iam_member.whole_database) + length(google_spanner_instance_iam_member.viewer) == 0
    error_message = "Nobody has access who is not named."
  }
}

run "roles" {
  command = plan
  variables {
    access = {
      api        = ["principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]
      sealer     = ["principal://iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]
      reports    = ["serviceAccount:reports@ledger-test.iam.gserviceaccount.com"]
      registrars = ["serviceAccount:terraform@ledger-test.iam.gserviceaccount.com"]
      viewers    = ["group:operators@example.com"]
    }
  }

  assert {
    condition     = length(google_spanner_database_iam_member.fine_grained) == 2 && alltrue([for m in google_spanner_database_iam_member.fine_grained : m.role == "roles/spanner.fineGrainedAccessUser" && length(m.condition) == 0])
    error_message = "Who has a role may use roles, once."
  }
  assert {
    condition     = length(google_spanner_database_iam_member.database_role) == 3 && alltrue([for m in google_spanner_database_iam_member.database_role : m.role == "roles/spanner.databaseRoleUser" && length(m.condition) == 1])
    error_message = "Each role is given for itself, by a condition."
  }
  assert {
    condition = google_spanner_database_iam_member.database_role["reports serviceAccount:reports@ledger-test.iam.gserviceaccount.com"].condition[0].expression == (
      "resource.type == \"spanner.googleapis.com/DatabaseRole\" && resource.name.endsWith(\"/databaseRoles/ledger_reports\")"
    )
    error_message = "The condition names one role of the database."
  }
  assert {
    condition     = [for m in google_spanner_database_iam_member.whole_database : "${m.role} ${m.member}"] == ["roles/spanner.databaseUser serviceAccount:terraform@ledger-test.iam.gserviceaccount.com"]
    error_message = "Only who runs proveniq_ledger_region has the whole database."
  }
  assert {
    condition     = google_spanner_instance_iam_member.viewer["group:operators@example.com"].role == "roles/spanner.viewer"
    error_message = "Viewers see the instance."
  }
  assert {
    condition     = output.roles.api == "ledger_api" && output.roles.feed == "ledger_feed"
    error_message = "Services are told their role."
  }
}

run "without_roles" {
  command = plan
  variables {
    fine_grained = false
    access = {
      api      = ["serviceAccount:api@ledger-test.iam.gserviceaccount.com"]
      webhooks = ["serviceAccount:api@ledger-test.iam.gserviceaccount.com"]
      reports  = ["serviceAccount:reports@ledger-test.iam.gserviceaccount.com"]
    }
  }

  assert {
    condition     = !contains(keys(proveniq_spanner_schema.this.ddl_files), "900_access.sql") && length(google_spanner_database_iam_member.database_role) == 0 && length(output.roles) == 0
    error_message = "Without roles there are none, and nothing refers to them."
  }
  assert {
    condition = toset([for m in google_spanner_database_iam_member.whole_database : "${m.role} ${m.member}"]) == toset([
      "roles/spanner.databaseUser serviceAccount:api@ledger-test.iam.gserviceaccount.com",
      "roles/spanner.databaseReader serviceAccount:reports@ledger-test.iam.gserviceaccount.com",
    ])
    error_message = "Services get the whole database, readers read it."
  }
}

run "own_files" {
  command = plan
  variables {
    schema = {
      files             = { "100_tenants.sql" = "CREATE TABLE Tenants (TenantId STRING(36) NOT NULL) PRIMARY KEY (TenantId);", "060_analytics.sql" = "CREATE CHANGE STREAM LedgerStream FOR Events;" }
      allow_destructive = ["Tenants.Name"]
      ignore            = ["Temp*"]
      change_reason     = "tenants"
    }
    fine_grained = false
  }

  assert {
    condition     = length(proveniq_spanner_schema.this.ddl_files) == 8 && proveniq_spanner_schema.this.ddl_files["060_analytics.sql"] == "CREATE CHANGE STREAM LedgerStream FOR Events;"
    error_message = "Own files stand beside the ledger's, or take the place of one."
  }
  assert {
    condition     = contains(proveniq_spanner_schema.this.allow_destructive, "Tenants.Name") && contains(proveniq_spanner_schema.this.ignore, "Temp*") && proveniq_spanner_schema.this.change_reason == "tenants"
    error_message = "The rest is handed on."
  }
}

run "own_schema" {
  command = plan
  variables {
    schema = { directory = "./schema", on_destroy = "drop" }
  }

  assert {
    condition     = !contains(keys(proveniq_spanner_schema.this.ddl_files), "900_access.sql") && contains(keys(proveniq_spanner_schema.this.ddl_files), "020_events.sql")
    error_message = "Whoever brings a schema brings its roles."
  }
}

run "schedules" {
  command = plan
  variables {
    backups = { full = { cron = "30 2,14 * * *" }, incremental = { cron = "0 1/4 * * *", retention_days = 1 } }
  }

  assert {
    condition     = google_spanner_backup_schedule.full[0].spec[0].cron_spec[0].text == "30 2,14 * * *" && google_spanner_backup_schedule.incremental[0].retention_duration == "86400s"
    error_message = "12 and 4 hours apart are allowed."
  }
}

run "schedules_in_any_order" {
  command = plan
  variables {
    backups = { full = { cron = "59 14,02 * * 1-5" }, incremental = { cron = "05 21,1,5,9 * * *" } }
  }

  assert {
    condition     = local.backup_hours_apart == { full = 12, incremental = 4 }
    error_message = "Hours are compared by the clock: ${jsonencode(local.backup_hours_apart)}"
  }
}

run "no_schedules" {
  command = plan
  variables {
    backups = { full = { enabled = false }, incremental = { enabled = false } }
  }

  assert {
    condition     = length(google_spanner_backup_schedule.full) + length(google_spanner_backup_schedule.incremental) == 0
    error_message = "No schedule is none."
  }
}
