variable "project_id" {
  description = "Id of the ledger's project."
  type        = string
}

variable "project_number" {
  description = "Number of the ledger's project."
  type        = string
}

variable "organization" {
  description = "Name of the organization in HCP Terraform."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.organization))
    error_message = "organization has letters, digits, hyphens and underscores: it goes into a condition."
  }
}

variable "workspace" {
  description = "Name of the workspace that the ledger is applied in."
  type        = string
  default     = "ledger-prod"

  validation {
    condition     = can(regex("^[A-Za-z0-9_-]+$", var.workspace))
    error_message = "workspace has letters, digits, hyphens and underscores: it goes into a condition."
  }
}

variable "hostname" {
  description = "Host that signs the tokens: app.terraform.io, or that of Terraform Enterprise."
  type        = string
  default     = "app.terraform.io"
}

variable "plan_reads_data" {
  description = "Whether the plan identity may read the ledger's data too. A plan then knows the region table and how large tables are."
  type        = bool
  default     = false
}

variable "roles_directory" {
  description = "Folder with plan.json and apply.json. Null: modules/ledger/roles of this repository."
  type        = string
  default     = null
}
