# What is made, and who may do what with it.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  labels         = { ledger = "proveniq" }

  spanner = {
    database = "projects/ledger-test/instances/ledger-spanner/databases/ledger"
  }
  workload_principals = ["principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]

  regions = {
    us-east1        = { nearest_read_region = "us-east1" }
    europe-west1    = { nearest_read_region = "europe-west1" }
    asia-southeast1 = {}
  }
}

run "defaults" {
  command = plan

  assert {
    condition     = google_bigquery_connection.spanner.cloud_spanner[0].use_data_boost && google_bigquery_connection.spanner.cloud_spanner[0].use_parallelism && google_bigquery_connection.spanner.cloud_spanner[0].database == "projects/ledger-test/instances/ledger-spanner/databases/ledger"
    error_message = "Reports run on Data Boost, apart from the ledger."
  }
  assert {
    condition     = google_bigquery_dataset.reports.dataset_id == "ledger_reports" && google_bigquery_dataset.reports.location == "US" && !google_bigquery_dataset.reports.delete_contents_on_destroy && google_bigquery_table.events.deletion_protection
    error_message = "The reports are in US and protected."
  }
  assert {
    condition     = google_bigquery_table.events.time_partitioning[0].field == "committed_at" && google_bigquery_table.events.time_partitioning[0].type == "DAY"
    error_message = "A merge reads the days it changes only."
  }
  assert {
    condition     = google_bigquery_dataset.live[0].external_dataset_reference[0].external_source == "google-cloudspanner:/projects/ledger-test/instances/ledger-spanner/databases/ledger" && google_bigquery_dataset.live[0].external_dataset_reference[0].connection == ""
    error_message = "Spanner's tables can be asked as they are, by whoever may read them there."
  }
  assert {
    condition     = strcontains(google_bigquery_data_transfer_config.merge.params.query, "EXTERNAL_QUERY('projects/123456789012/locations/us/connections/ledger-spanner'") && strcontains(google_bigquery_data_transfer_config.merge.params.query, "r\"\"\"SELECT EventId AS event_id, SourceId AS source_id, EventType AS event_type, EntryRegion AS entry_region, PayloadHash AS payload_hash, CommittedAt AS committed_at FROM ReportEvents WHERE Shard IN (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15) AND CommittedAt > @since\"\"\"")
    error_message = "The script has the query that was tried on Spanner."
  }
  assert {
    condition     = length(google_spanner_database_iam_member.reports) == 1 && google_spanner_database_iam_member.reports[0].role == "roles/spanner.databaseReaderWithDataBoost" && length(google_spanner_database_iam_member.fine_grained) == 0
    error_message = "Without a role inside Spanner: read only, with Data Boost."
  }
  assert {
    condition     = google_bigquery_dataset_iam_member.reports.role == "roles/bigquery.dataEditor" && google_project_iam_member.job_user.role == "roles/bigquery.jobUser" && google_bigquery_connection_iam_member.reports.role == "roles/bigquery.connectionUser"
    error_message = "The scheduled query writes its dataset, runs jobs and uses its connection."
  }
  assert {
    condition     = toset([for member in google_bigquery_dataset_iam_member.workload : member.role]) == toset(["roles/bigquery.dataViewer"]) && toset([for member in google_project_iam_member.workload : member.role]) == toset(["roles/bigquery.jobUser"])
    error_message = "The ledger's services read the reports and run queries."
  }
  assert {
    condition     = toset([for member in google_bigquery_dataset_iam_member.workload : member.member]) == toset(["iamMember:${var.workload_principals[0]}"]) && toset([for member in google_project_iam_member.workload : member.member]) == toset(var.workload_principals)
    error_message = "A dataset takes a workload's identity as iamMember:principal://..., a project without."
  }
  assert {
    condition     = alltrue([for view in google_bigquery_table.view : startswith(view.view[0].query, "SELECT")])
    error_message = "A view is a SELECT; its comments are for readers of the file."
  }
  assert {
    condition     = google_service_account.reports.account_id == "ledger-reports" && google_bigquery_data_transfer_config.merge.service_account_name == "ledger-reports@ledger-test.iam.gserviceaccount.com"
    error_message = "The merge runs as an account of its own."
  }
}

run "a_role_inside_spanner" {
  command = plan

  variables {
    spanner = { database = "projects/data-test/instances/ledger-spanner/databases/ledger", database_role = "ledger_reports" }
  }

  assert {
    condition     = length(google_spanner_database_iam_member.reports) == 0 && toset(keys(google_spanner_database_iam_member.fine_grained)) == toset(["roles/spanner.fineGrainedAccessUser", "roles/spanner.databaseRoleUser"])
    error_message = "With a role nothing else may be read."
  }
  assert {
    condition     = google_spanner_database_iam_member.fine_grained["roles/spanner.databaseRoleUser"].condition[0].expression == "resource.type == \"spanner.googleapis.com/DatabaseRole\" && resource.name.endsWith(\"/databaseRoles/ledger_reports\")" && length(google_spanner_database_iam_member.fine_grained["roles/spanner.fineGrainedAccessUser"].condition) == 0
    error_message = "Only that role may be used."
  }
  assert {
    condition     = google_project_iam_custom_role.data_boost[0].permissions == toset(["spanner.databases.partitionQuery", "spanner.databases.useDataBoost", "spanner.instances.get"]) && google_project_iam_custom_role.data_boost[0].project == "data-test"
    error_message = "Data Boost without the right to read."
  }
  assert {
    condition     = google_bigquery_connection.spanner.cloud_spanner[0].database_role == "ledger_reports"
    error_message = "The connection reads with the role."
  }
  assert {
    condition     = google_bigquery_dataset.live[0].external_dataset_reference[0].external_source == "google-cloudspanner://ledger_reports@/projects/data-test/instances/ledger-spanner/databases/ledger"
    error_message = "The live dataset shows no more than the role may read."
  }
}

run "a_role_for_data_boost_that_is_there" {
  command = plan

  variables {
    spanner         = { database = "projects/data-test/instances/ledger-spanner/databases/ledger", database_role = "ledger_reports" }
    data_boost_role = "projects/data-test/roles/ledger_data_boost"
  }

  assert {
    condition     = length(google_project_iam_custom_role.data_boost) == 0 && google_spanner_database_iam_member.data_boost[0].role == "projects/data-test/roles/ledger_data_boost"
    error_message = "It is given, and none is made."
  }
}

run "without_data_boost" {
  command = plan

  variables {
    spanner = { database = "projects/ledger-test/instances/ledger-spanner/databases/ledger", data_boost = false }
  }

  assert {
    condition     = google_spanner_database_iam_member.reports[0].role == "roles/spanner.databaseReader" && !google_bigquery_connection.spanner.cloud_spanner[0].use_data_boost
    error_message = "Then the right to use it is not given either."
  }
}

run "in_europe_with_a_key_for_a_year" {
  command = plan

  variables {
    name                = "eu-ledger"
    location            = "EU"
    kms_key             = "projects/ledger-test/locations/europe/keyRings/ledger/cryptoKeys/reports"
    retention_days      = 365
    deletion_protection = false
    live_dataset        = false
  }

  assert {
    condition     = google_bigquery_dataset.reports.dataset_id == "eu_ledger_reports" && google_bigquery_dataset.reports.location == "EU" && google_bigquery_dataset.reports.default_encryption_configuration[0].kms_key_name == var.kms_key
    error_message = "In EU, encrypted, and named as BigQuery allows."
  }
  assert {
    condition     = google_bigquery_table.events.time_partitioning[0].expiration_ms == 31536000000 && google_bigquery_dataset.reports.delete_contents_on_destroy && length(google_bigquery_dataset.live) == 0
    error_message = "Days go after a year; nothing is protected; no live dataset."
  }
  assert {
    condition     = output.connection == "projects/123456789012/locations/eu/connections/eu-ledger-spanner" && output.live_dataset == null
    error_message = "The connection is in EU."
  }
}
