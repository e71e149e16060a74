data "google_project" "this" {}

resource "google_billing_project_info" "this" {
  project         = var.project
  billing_account = var.billing_account
}

resource "google_billing_budget" "ledger" {
  billing_account = var.billing_account
  display_name    = "Ledger"

  budget_filter {
    projects               = ["projects/${data.google_project.this.number}"]
    credit_types_treatment = var.change ? "INCLUDE_ALL_CREDITS" : "EXCLUDE_ALL_CREDITS"
    labels                 = { ledger = "proveniq" }
  }
  amount {
    specified_amount {
      currency_code = "USD"
      units         = var.change ? "15000" : "12300"
    }
  }
  threshold_rules {
    threshold_percent = 0.9
  }
  threshold_rules {
    threshold_percent = 1.0
    spend_basis       = "FORECASTED_SPEND"
  }
  all_updates_rule {
    pubsub_topic                     = google_pubsub_topic.alerts.id
    monitoring_notification_channels = [google_monitoring_notification_channel.mail.id]
    disable_default_iam_recipients   = var.change
  }

  depends_on = [google_billing_project_info.this]
}

data "google_billing_account" "this" {
  billing_account = var.billing_account
}

resource "google_billing_account_iam_member" "costs" {
  billing_account_id = data.google_billing_account.this.id
  role               = "roles/billing.viewer"
  member             = google_service_account.reports.member
}
