variable "project_id" {
  description = "Id of the project that the ledger runs in."
  type        = string
}

variable "project_number" {
  description = "Number of that project."
  type        = string
}
