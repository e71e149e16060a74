variable "project" {
  description = "Project of the database and the load balancer. Null: the provider's, from GOOGLE_PROJECT."
  type        = string
  default     = null
}

variable "database" {
  description = "The Spanner database as instance/name: the id that google_spanner_database exports."
  type        = string
  default     = "ledger/ledger"
}

variable "ledger_id" {
  description = "Name of the ledger, as it marks its backends and its rows."
  type        = string
  default     = "ledger"
}

variable "schema_dir" {
  description = "Folder of the schema's .sql files. Null: the ledger's own, modules/spanner/schema."
  type        = string
  default     = null
}

variable "schema_version" {
  description = "1: the schema as it is. 2: a column, an index and a longer column more. 3: a column less than 2, which is refused unless allow_destructive names it."
  type        = number
  default     = 1

  validation {
    condition     = contains([1, 2, 3], var.schema_version)
    error_message = "schema_version is 1, 2 or 3."
  }
}

variable "allow_destructive" {
  description = "Names of schema objects that may be lost, such as WebhookDeliveries.LastStatus."
  type        = set(string)
  default     = []
}

variable "on_destroy" {
  description = "What destroy does to the schema: abandon leaves it in the database, drop drops it."
  type        = string
  default     = "abandon"
}

variable "regions" {
  description = "The regions that serve the ledger, each with the name of its network endpoint groups and the share of its capacity to offer: 0, or 10 to 100 percent."
  type = map(object({
    neg_name         = string
    capacity_percent = optional(number, 100)
  }))
  default = {
    us-east1        = { neg_name = "ledger-api-us-east1" }
    europe-west1    = { neg_name = "ledger-api-europe-west1" }
    asia-southeast1 = { neg_name = "ledger-api-asia-southeast1" }
  }
}

variable "drained_regions" {
  description = "Regions that take no traffic for now; they stay attached."
  type        = set(string)
  default     = []

  validation {
    condition     = length(setsubtract(var.drained_regions, keys(var.regions))) == 0
    error_message = "drained_regions names a region that regions does not have."
  }
}

variable "backend_services" {
  description = "The load balancer's backend services by class of traffic, and the requests per second that one endpoint takes in each."
  type = map(object({
    name                  = string
    max_rate_per_endpoint = number
  }))
  default = {
    write   = { name = "ledger-write", max_rate_per_endpoint = 100 }
    read    = { name = "ledger-read", max_rate_per_endpoint = 400 }
    webhook = { name = "ledger-webhook", max_rate_per_endpoint = 50 }
  }
}

variable "min_remaining_regions" {
  description = "How many other healthy regions must be left when one is drained or leaves. 0 lifts the guard, which taking the whole ledger down needs."
  type        = number
  default     = 1
}

variable "stable_seconds" {
  description = "How long a region must stay healthy before it counts as joined."
  type        = number
  default     = 30
}

variable "health_timeout_seconds" {
  description = "How long a region may take to become healthy, when it joins and at each step of its ramp, before the change is taken back."
  type        = number
  default     = 600
}

variable "hold_seconds" {
  description = "How long a region stays at each step of its ramp and of its drain."
  type        = number
  default     = 30
}

variable "settle_seconds" {
  description = "How long to wait for requests in flight after a region was detached. Not below the backend services' connection draining timeout."
  type        = number
  default     = 60
}
