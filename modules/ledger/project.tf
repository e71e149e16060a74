# What belongs to the project as a whole. With owns_project = false somebody else
# keeps it, such as the first of two ledgers in one project.

locals {
  apis = toset(concat([
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "bigqueryconnection.googleapis.com",
    "bigquerydatatransfer.googleapis.com",
    "certificatemanager.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudresourcemanager.googleapis.com",
    "cloudtasks.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "dns.googleapis.com",
    "gkehub.googleapis.com",
    "iam.googleapis.com",
    "iamcredentials.googleapis.com",
    "logging.googleapis.com",
    "monitoring.googleapis.com",
    "parametermanager.googleapis.com",
    "secretmanager.googleapis.com",
    "servicenetworking.googleapis.com",
    "spanner.googleapis.com",
    "sqladmin.googleapis.com",
    "storage.googleapis.com",
    ],
    local.config_sync ? ["anthosconfigmanagement.googleapis.com"] : [],
    try(var.cache.engine, "redis") == "valkey" ? ["memorystore.googleapis.com", "networkconnectivity.googleapis.com"] : ["redis.googleapis.com"],
    var.edge.plugin == null ? [] : ["networkservices.googleapis.com"],
    coalesce(var.cluster.binary_authorization, false) ? ["binaryauthorization.googleapis.com"] : [],
    var.budget == null ? [] : ["billingbudgets.googleapis.com"],
  ))
}

locals {
  # The project, once its APIs are on. What refers to it is made after them, which
  # depends_on would do for a module too, but then nothing of it is known at plan.
  project_id = length(google_project_service.this) == 0 ? var.project_id : one(distinct(values(google_project_service.this)[*].project))
}

resource "google_project_service" "this" {
  for_each = var.owns_project ? local.apis : toset([])

  project = var.project_id
  service = each.key

  # Another workload of the project may need it too.
  disable_on_destroy = false
}

# Who changed what, and who read secrets and keys. Reads and writes of the ledger's
# own data are many and dear, so they are off unless asked for.
resource "google_project_iam_audit_config" "this" {
  for_each = var.owns_project ? var.audit : {}

  project = local.project_id
  service = each.key

  dynamic "audit_log_config" {
    for_each = each.value

    content {
      log_type = audit_log_config.value
    }
  }
}

resource "google_billing_budget" "this" {
  count = var.budget == null ? 0 : 1

  billing_account = var.budget.billing_account
  display_name    = "${var.name}: ${var.project_id}"

  amount {
    specified_amount {
      currency_code = var.budget.currency
      units         = tostring(floor(var.budget.monthly))
    }
  }

  budget_filter {
    projects               = ["projects/${var.project_number}"]
    credit_types_treatment = "INCLUDE_ALL_CREDITS"
  }

  dynamic "threshold_rules" {
    for_each = var.budget.spent_percent

    content {
      threshold_percent = threshold_rules.value / 100
      spend_basis       = "CURRENT_SPEND"
    }
  }

  dynamic "threshold_rules" {
    for_each = var.budget.forecast_percent

    content {
      threshold_percent = threshold_rules.value / 100
      spend_basis       = "FORECASTED_SPEND"
    }
  }

  # Without it the account's administrators are told.
  dynamic "all_updates_rule" {
    for_each = length(var.budget.notification_channels) > 0 ? [var.budget.notification_channels] : []

    content {
      monitoring_notification_channels = all_updates_rule.value
      disable_default_iam_recipients   = false
    }
  }
}
