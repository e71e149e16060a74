output "workspace_variables" {
  description = "Environment variables of the workspace: with them HCP Terraform hands each run an external_account credential in GOOGLE_CREDENTIALS, which both providers read."
  value = {
    TFC_GCP_PROVIDER_AUTH               = "true"
    TFC_GCP_WORKLOAD_PROVIDER_NAME      = google_iam_workload_identity_pool_provider.hcp.name
    TFC_GCP_PLAN_SERVICE_ACCOUNT_EMAIL  = google_service_account.run["plan"].email
    TFC_GCP_APPLY_SERVICE_ACCOUNT_EMAIL = google_service_account.run["apply"].email
  }
}
