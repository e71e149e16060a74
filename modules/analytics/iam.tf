# Who may do what: the account of the scheduled query, and the ledger's services.
# All members are added, none is taken from anybody.
locals {
  fine_grained = var.spanner.database_role != null
}

resource "google_project_iam_member" "job_user" {
  project = var.project_id
  role    = "roles/bigquery.jobUser"
  member  = google_service_account.reports.member
}

resource "google_bigquery_dataset_iam_member" "reports" {
  project    = var.project_id
  dataset_id = google_bigquery_dataset.reports.dataset_id
  role       = "roles/bigquery.dataEditor"
  member     = google_service_account.reports.member
}

resource "google_bigquery_connection_iam_member" "reports" {
  project       = var.project_id
  location      = google_bigquery_connection.spanner.location
  connection_id = google_bigquery_connection.spanner.connection_id
  role          = "roles/bigquery.connectionUser"
  member        = google_service_account.reports.member
}

# Without a role inside Spanner: the whole database, read only.
resource "google_spanner_database_iam_member" "reports" {
  count = local.fine_grained ? 0 : 1

  project  = local.database.project
  instance = local.database.instance
  database = local.database.database
  role     = var.spanner.data_boost ? "roles/spanner.databaseReaderWithDataBoost" : "roles/spanner.databaseReader"
  member   = google_service_account.reports.member
}

# With a role: what that role is granted, and nothing else. The second grant holds
# for this role alone.
resource "google_spanner_database_iam_member" "fine_grained" {
  for_each = local.fine_grained ? {
    "roles/spanner.fineGrainedAccessUser" = null
    "roles/spanner.databaseRoleUser"      = "${var.spanner.database}/databaseRoles/${var.spanner.database_role}"
  } : {}

  project  = local.database.project
  instance = local.database.instance
  database = local.database.database
  role     = each.key
  member   = google_service_account.reports.member

  dynamic "condition" {
    for_each = each.value[*]
    content {
      title       = "${var.name}-reports-role"
      description = "The role of the ledger's reports only."
      expression  = "resource.type == \"spanner.googleapis.com/DatabaseRole\" && resource.name.endsWith(\"/databaseRoles/${var.spanner.database_role}\")"
    }
  }
}

# Google has no role of its own that lets one use Data Boost and read nothing. Beside
# its use a federated query needs to see the instance.
resource "google_project_iam_custom_role" "data_boost" {
  count = local.fine_grained && var.spanner.data_boost && var.data_boost_role == null ? 1 : 0

  project     = local.database.project
  role_id     = "${local.prefix}_data_boost"
  title       = "${var.name}: Data Boost"
  description = "Runs what one may read anyway on Data Boost."
  permissions = ["spanner.databases.partitionQuery", "spanner.databases.useDataBoost", "spanner.instances.get"]
}

resource "google_spanner_database_iam_member" "data_boost" {
  count = local.fine_grained && var.spanner.data_boost ? 1 : 0

  project  = local.database.project
  instance = local.database.instance
  database = local.database.database
  role     = var.data_boost_role != null ? var.data_boost_role : google_project_iam_custom_role.data_boost[0].id
  member   = google_service_account.reports.member
}

resource "google_bigquery_dataset_iam_member" "workload" {
  for_each = toset(var.workload_principals)

  project    = var.project_id
  dataset_id = google_bigquery_dataset.reports.dataset_id
  role       = "roles/bigquery.dataViewer"
  # A dataset's access list knows users, groups and service accounts by name; any
  # other identity needs this prefix, here alone.
  member = startswith(each.value, "principal") ? "iamMember:${each.value}" : each.value
}

resource "google_project_iam_member" "workload" {
  for_each = toset(var.workload_principals)

  project = var.project_id
  role    = "roles/bigquery.jobUser"
  member  = each.value
}
