variable "project_id" {
  type        = string
  nullable    = false
  description = "The project of the ledger, by id. It exists, has billing, and nothing else in it."
}

variable "project_number" {
  type        = string
  nullable    = false
  description = "The project's number: `gcloud projects describe ID --format='value(projectNumber)'`."
}

variable "name" {
  type        = string
  default     = "ledger"
  nullable    = false
  description = "The ledger's name, which begins the name of everything."
}

variable "labels" {
  type        = map(string)
  default     = { environment = "production" }
  nullable    = false
  description = "Labels for everything that takes labels."
}

variable "regions" {
  type        = map(object({ slot = number }))
  nullable    = false
  description = "The ledger's regions, each with its place in the address plan, 0 to 15, which never changes. A region is here before it has a state of its own, and until after that is gone."
  default = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
}

variable "topology" {
  type        = string
  default     = "three-continents"
  nullable    = false
  description = "Spanner's topology: `three-continents`, or `as-documented`. See the spanner module."
}

variable "capacity" {
  type = object({
    processing_units = optional(number)
    autoscaling = optional(object({
      min_processing_units = optional(number)
      max_processing_units = optional(number)
    }))
  })
  default     = { autoscaling = { min_processing_units = 2000, max_processing_units = 6000 } }
  nullable    = false
  description = "Spanner's compute capacity: `processing_units`, or the limits of `autoscaling`. See the spanner module."
}

variable "required_role" {
  type        = map(string)
  default     = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  nullable    = false
  description = "What a region's Spanner replica must be able to do: READ_WRITE, READ_ONLY, ANY_REPLICA or NONE, by region."
}

variable "fine_grained" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether access to the database goes by its roles. False is for emulators, which have none."
}

variable "workload_principals" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "The workload's identity, as output `region` of regions says it. Empty until the first cluster is there: before, Google does not know it."
}

variable "registrars" {
  type        = set(string)
  default     = []
  nullable    = false
  description = "Who applies operations, as IAM members such as serviceAccount:…: they keep the region table in the database."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether database, network and feature refuse to be deleted. To take the ledger down, apply false, then destroy."
}
