variable "project_id" {
  type        = string
  nullable    = false
  description = "The project of the ledger. It exists, has billing, and nothing else in it."
}

variable "project_number" {
  type        = string
  nullable    = false
  description = "The project's number: `gcloud projects describe ID --format='value(projectNumber)'`."
}

variable "domain" {
  type        = string
  nullable    = false
  description = "The ledger's name in the DNS, such as ledger.example.com. A zone is made for it; its name servers are an output."
}

variable "billing_account" {
  type        = string
  default     = null
  description = "The billing account, for the budget. Null: no budget."
}

variable "config_image" {
  type        = string
  default     = null
  description = "The OCI image with the workload's manifests, one directory per region (examples/workload). Null: the infrastructure comes up and no region joins."
}

variable "pager_emails" {
  type        = list(string)
  default     = []
  nullable    = false
  description = "Who is woken up by a critical alert, and told of a warning."
}

variable "topology" {
  type        = string
  default     = "three-continents"
  nullable    = false
  description = "Spanner's topology: `three-continents` has a replica in each of the three regions; `as-documented` is nam-eur-asia1, which has none in Singapore and no more than a vote in South Carolina."
}

variable "required_role" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "What a region's Spanner replica must be able to do: READ_WRITE, READ_ONLY, ANY_REPLICA or NONE, by region. The plan fails where the topology cannot give it."
}

# The levers: see docs/guides. Each works while Spanner is down.

variable "runtime_mode" {
  type        = string
  default     = null
  description = "What pods are told of the mode. Null: as `mode`. While a region is down, the mode from before: then no lever waits for that region."
}

variable "mode" {
  type        = string
  default     = "read_write"
  nullable    = false
  description = "`read_write`, or `read_only`: writes are answered with 503 at the edge."
}

variable "capacity_percent" {
  type        = map(number)
  default     = {}
  nullable    = false
  description = "The share of its rates that a region offers, by region; 0 drains it. Regions that are not named offer 100."
}

variable "write_routing" {
  type        = string
  default     = "nearest"
  nullable    = false
  description = "Where writes go: `nearest` region, or the `leader`'s."
}

variable "traffic_shift" {
  type = object({
    stable  = list(string)
    percent = number
  })
  default     = null
  description = "While regions are added: which of them served before, and how many percent of the requests go to all of them. Null: all of them do."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  nullable    = false
  description = "To take the ledger down, apply false, then destroy."
}
