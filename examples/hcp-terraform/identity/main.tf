# Who HCP Terraform is in the ledger's project: run once, by an owner. No key is
# made; a run shows the token that HCP Terraform signed for it, and Google gives
# it one of two accounts, by workspace and phase.

locals {
  roles_directory = coalesce(var.roles_directory, "${path.module}/../../../modules/ledger/roles")
  roles           = { for phase in ["plan", "apply"] : phase => jsondecode(file("${local.roles_directory}/${phase}.json")) }

  # What a role of the project may have, and what is bound by a condition.
  permissions = {
    for phase, role in local.roles : phase => sort(distinct(flatten([
      for grant in role.grants : grant.permissions
      if grant.on == "project" && !can(grant.condition) && (!can(grant.optional) || var.plan_reads_data)
    ])))
  }
  conditional = sort(distinct(flatten([for grant in local.roles.apply.grants : grant.permissions if can(grant.condition)])))
  may_grant   = join(", ", [for role in local.roles.apply.may_grant.roles : "'${role}'"])

  # On the project; a billing account has another administrator.
  predefined = merge([
    for phase, role in local.roles : { for one in role.predefined_roles : "${phase} ${one.role}" => { phase = phase, role = one.role } if one.on == "project" }
  ]...)
}

provider "google" {
  project = var.project_id
}

resource "google_iam_workload_identity_pool" "hcp" {
  workload_identity_pool_id = "hcp-terraform"
  display_name              = "HCP Terraform"
  description               = "Runs of the ledger's workspaces."
}

resource "google_iam_workload_identity_pool_provider" "hcp" {
  workload_identity_pool_id          = google_iam_workload_identity_pool.hcp.workload_identity_pool_id
  workload_identity_pool_provider_id = "hcp-terraform"
  display_name                       = "HCP Terraform"

  attribute_mapping = {
    "google.subject" = "assertion.sub"
    # A workspace's name has no dot.
    "attribute.run" = "assertion.terraform_workspace_name + '.' + assertion.terraform_run_phase"
  }
  # Every customer of HCP Terraform has the same issuer.
  attribute_condition = "assertion.terraform_organization_name == '${var.organization}' && assertion.terraform_workspace_name == '${var.workspace}'"

  oidc {
    issuer_uri = "https://${var.hostname}"
  }
}

resource "google_service_account" "run" {
  for_each = local.roles

  account_id   = "ledger-${each.key}"
  display_name = each.value.title
  description  = each.value.description
}

# A plan cannot get at the account that applies.
resource "google_service_account_iam_member" "run" {
  for_each = google_service_account.run

  service_account_id = each.value.name
  role               = "roles/iam.workloadIdentityUser"
  member             = "principalSet://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${google_iam_workload_identity_pool.hcp.workload_identity_pool_id}/attribute.run/${var.workspace}.${each.key}"
}

resource "google_project_iam_custom_role" "run" {
  for_each = local.roles

  role_id     = "ledger_${each.key}"
  title       = each.value.title
  description = each.value.description
  permissions = local.permissions[each.key]
}

resource "google_project_iam_member" "run" {
  for_each = google_project_iam_custom_role.run

  project = var.project_id
  role    = each.value.id
  member  = google_service_account.run[each.key].member
}

resource "google_project_iam_member" "predefined" {
  for_each = local.predefined

  project = var.project_id
  role    = each.value.role
  member  = google_service_account.run[each.value.phase].member
}

# Whoever may change roles may add to its own what it likes. So the apply account
# changes none, and the one that the ledger needs is made here.
resource "google_project_iam_custom_role" "data_boost" {
  role_id     = "ledger_data_boost"
  title       = "Ledger: Data Boost"
  description = "Runs what one may read anyway on Data Boost."
  permissions = ["spanner.databases.partitionQuery", "spanner.databases.useDataBoost", "spanner.instances.get"]
}

# To set the project's policy, and in it only the roles that the modules give.
resource "google_project_iam_custom_role" "policy" {
  role_id     = "ledger_policy"
  title       = "Ledger: policy"
  description = "Gives and takes what the ledger's own accounts need."
  permissions = local.conditional
}

resource "google_project_iam_member" "policy" {
  project = var.project_id
  role    = google_project_iam_custom_role.policy.id
  member  = google_service_account.run["apply"].member

  condition {
    title       = "only_the_ledgers_roles"
    description = "Nothing else may be given, least of all to oneself."
    expression  = "api.getAttribute('iam.googleapis.com/modifiedGrantsByRole', []).hasOnly([${local.may_grant}])"
  }
}
