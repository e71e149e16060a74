# Who may do what. A principal with a database role needs two things of IAM: to
# use roles at all, and to use that one. Neither gives any data by itself.

locals {
  # By the name of the list in var.access.
  database_roles = {
    api      = "ledger_api"
    sealer   = "ledger_sealer"
    webhooks = "ledger_webhooks"
    reports  = "ledger_reports"
    feed     = "ledger_feed"
  }
  members = {
    api      = var.access.api
    sealer   = var.access.sealer
    webhooks = var.access.webhooks
    reports  = var.access.reports
    feed     = var.access.feed
  }
  role_members = merge([
    for list, members in local.members : { for member in members : "${list} ${member}" => { list = list, member = member } }
  ]...)

  # Without roles only whole databases can be given.
  users   = setunion(var.access.registrars, var.fine_grained ? [] : setunion(var.access.api, var.access.sealer, var.access.webhooks))
  readers = var.fine_grained ? toset([]) : setunion(var.access.reports, var.access.feed)
  whole_database = merge(
    { for member in local.users : "user ${member}" => { role = "roles/spanner.databaseUser", member = member } },
    { for member in local.readers : "reader ${member}" => { role = "roles/spanner.databaseReader", member = member } },
  )
}

resource "google_spanner_database_iam_member" "fine_grained" {
  for_each = var.fine_grained ? toset(values(local.role_members)[*].member) : toset([])

  project  = var.project_id
  instance = google_spanner_instance.this.name
  database = google_spanner_database.this.name
  role     = "roles/spanner.fineGrainedAccessUser"
  member   = each.key
}

resource "google_spanner_database_iam_member" "database_role" {
  for_each = var.fine_grained ? local.role_members : {}

  project  = var.project_id
  instance = google_spanner_instance.this.name
  database = google_spanner_database.this.name
  role     = "roles/spanner.databaseRoleUser"
  member   = each.value.member

  condition {
    title       = local.database_roles[each.value.list]
    description = "Only this role of the database."
    expression  = "resource.type == \"spanner.googleapis.com/DatabaseRole\" && resource.name.endsWith(\"/databaseRoles/${local.database_roles[each.value.list]}\")"
  }
}

resource "google_spanner_database_iam_member" "whole_database" {
  for_each = local.whole_database

  project  = var.project_id
  instance = google_spanner_instance.this.name
  database = google_spanner_database.this.name
  role     = each.value.role
  member   = each.value.member
}

resource "google_spanner_instance_iam_member" "viewer" {
  for_each = var.access.viewers

  project  = var.project_id
  instance = google_spanner_instance.this.name
  role     = "roles/spanner.viewer"
  member   = each.key
}
