variable "project_id" {
  description = "Id of the project that holds the ledger."
  type        = string
  default     = "my-ledger"
}

variable "project_number" {
  description = "The project's number, as `gcloud projects describe` prints it."
  type        = string
  default     = "100000000001"
}
