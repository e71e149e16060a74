variable "foundation" {
  type = object({
    project_id = string
    name       = string
    labels     = map(string)
    regions    = map(object({}))
    spanner = object({
      database      = string
      leader_region = string
      required_role = map(string)
      topology = object({
        base_config = string
        replicas    = list(object({ location = string, count = number }))
        leader      = string
      })
    })
  })
  nullable    = false
  description = "Output `foundation` of the root of that name; more in it than is named here does no harm."
}

variable "domains" {
  type        = list(string)
  nullable    = false
  description = "The host names that the ledger answers to, its main one first."
}

variable "joined" {
  type        = map(string)
  default     = {}
  nullable    = false
  description = "The regions that take part: the name of each one's NEGs, as output `region` of regions says it. A region that is not named takes no requests; taking it out drains it."

  validation {
    condition     = length(setsubtract(keys(var.joined), keys(var.foundation.regions))) == 0
    error_message = "joined names ${join(", ", setsubtract(keys(var.joined), keys(var.foundation.regions)))}, which foundation does not know."
  }
}

variable "capacity_percent" {
  type        = map(number)
  default     = {}
  nullable    = false
  description = "The share of its rates that a region offers, by region: 0 drains it, else 10 to 100. Regions that are not named offer 100."
}

variable "min_replicas" {
  type        = number
  default     = 20
  nullable    = false
  description = "The least pods of a region, as in regions: what is left without one follows from it."
}

variable "mode" {
  type        = string
  default     = "read_write"
  nullable    = false
  description = "`read_write`, or `read_only`: writes are answered with 503 at the edge."
}

variable "read_only_answer" {
  type = object({
    bucket_name         = optional(string)
    location            = optional(string)
    retry_after_seconds = optional(number)
    message             = optional(string)
  })
  default     = {}
  description = "What a refused write is answered with, from a public bucket of its own; what is left out is as in the module `edge`. Null: no bucket, a bare 503, where the organisation allows none that is public."
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

variable "pace" {
  type = object({
    health = optional(object({ stable_seconds = optional(number) }), {})
    ramp   = optional(object({ steps = optional(list(number)), hold_seconds = optional(number) }), {})
    drain  = optional(object({ steps = optional(list(number)), hold_seconds = optional(number) }), {})
  })
  default     = {}
  nullable    = false
  description = "How fast regions join and leave: how long they must be healthy, and the steps in percent with how long each is held. Left out: as the resource has it. In an incident `{ drain = { steps = [] } }` drains at once."
}

variable "change_reason" {
  type        = string
  default     = null
  description = "Why regions change, such as a ticket: it stands in the history of the region table."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether addresses, DNS zone, bucket, queues and the last region refuse to go. To take the ledger down, apply false, then destroy."
}
