variable "project_id" {
  description = "Id of the ledger's project."
  type        = string
}

variable "project_number" {
  description = "Number of the ledger's project."
  type        = string
}

variable "domain" {
  description = "The ledger's domain, such as ledger.example.com."
  type        = string
}

variable "config_image" {
  description = "The OCI image with the workload's manifests, one directory per region (examples/workload). Null: the infrastructure comes up and no region joins."
  type        = string
  default     = null
}

variable "regions" {
  description = "The ledger's regions, each with its place in the address plan."
  type        = map(object({ slot = number }))
  default = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
}

variable "topology" {
  description = "Where Spanner's replicas are: three-continents or as-documented."
  type        = string
  default     = "three-continents"
}
