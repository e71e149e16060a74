variable "foundation" {
  type = object({
    project_id     = string
    project_number = string
    name           = string
    labels         = map(string)
    network = object({
      id                          = string
      project_id                  = string
      node_tag                    = string
      private_services_range      = string
      private_services_connection = string
    })
    regions = map(object({
      subnet_id      = string
      pods_range     = string
      services_range = string
      dr_region      = string
      directed_reads = list(object({ location = string, type = string }))
    }))
    spanner = object({
      database      = string
      api_role      = string
      leader_region = string
    })
    jwt_key             = string
    config_sync_feature = string
  })
  nullable    = false
  description = "Output `foundation` of the root of that name; more in it than is named here does no harm."
}

variable "edge" {
  type        = object({ webhook_queues = map(string) })
  nullable    = false
  description = "Output `edge` of operations: the queue of each region's webhooks."
}

variable "region" {
  type        = string
  default     = null
  description = "The region that this state is of: one that foundation knows. Null: the workspace's name. Where there are workspaces, it must be the same."
}

variable "config_image" {
  type        = string
  default     = null
  description = "The OCI image with the workload's manifests (examples/workload). A new version goes to one region first. Null: your own pipeline deploys."
}

variable "min_replicas" {
  type        = number
  default     = 20
  nullable    = false
  description = "The least pods of the region."
}

variable "deletion_protection" {
  type        = bool
  default     = true
  nullable    = false
  description = "Whether cluster, databases and cache refuse to be deleted. To take the region down, apply false, then destroy."
}
