variable "labels" {
  description = "Labels for everything | that has them, such as <team>."
  type        = map(string)
  default     = {}
  nullable    = false
}

variable "regions" {
  description = <<-EOT
    The regions, by name: see `<region>`. Each has a slot.
    `capacity` is a share in percent.
    It is wrapped
    here, and <this> stays visible.

    - first
    - second
  EOT
  type = map(object({
    # Place in the address plan, 0 to 15.
    slot = number

    capacity = optional(object({
      percent = optional(number, 100)
    }), {})
  }))

  validation {
    condition     = length(var.regions) > 0
    error_message = "At least one region."
  }
}

variable "password" {
  description = "What nobody sees."
  type        = string
  default     = null
  sensitive   = true
}

variable "anything" {}
