variable "project_id" {
  type        = string
  nullable    = false
  description = "The project of this environment, by id: it exists, has billing, and nothing else in it."
}

variable "project_number" {
  type        = string
  nullable    = false
  description = "The project's number: `gcloud projects describe ID --format='value(projectNumber)'`."
}

variable "domain" {
  type        = string
  nullable    = false
  description = "The name of this environment in the DNS. A zone is made for it; its name servers are an output."
}

variable "config_image" {
  type        = string
  default     = null
  description = "The OCI image with the workload's manifests, one directory per region (examples/workload). Null: the infrastructure comes up and no region joins."
}

variable "deletion_protection" {
  type        = bool
  default     = false
  nullable    = false
  description = "Whether databases, clusters, addresses and buckets refuse to be deleted. To take the ledger down, apply false, then destroy."
}
