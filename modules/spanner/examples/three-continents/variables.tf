variable "project_id" {
  description = "Id of the project that holds the ledger."
  type        = string
  default     = "my-ledger"
}

variable "project_number" {
  description = "Number of that project, which names the clusters' workload identities."
  type        = string
  default     = "100000000001"
}
