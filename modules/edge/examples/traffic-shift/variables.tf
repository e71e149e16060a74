variable "project_id" {
  description = "Id of the project that the ledger runs in."
  type        = string
  default     = "ledger-production"
}
