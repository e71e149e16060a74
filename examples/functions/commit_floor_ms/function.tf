variable "max_commit_ms" {
  description = "The longest that a commit from europe-west1 may take, in milliseconds."
  type        = number

  validation {
    condition = var.max_commit_ms >= provider::proveniq::commit_floor_ms({
      base_config = "nam3"
      leader      = "us-east1"
      replicas    = [{ location = "europe-west1" }]
    }, "europe-west1")
    error_message = "No commit from europe-west1 to us-east1 is that fast."
  }
}

# A configuration that is newer than the provider's table.
output "newer_commit_ms" {
  value = provider::proveniq::commit_floor_ms({
    base_config = "nam99"
    configuration = {
      name = "nam99"
      replicas = [
        { location = "us-east1", type = "READ_WRITE", count = 2 },
        { location = "us-east4", type = "READ_WRITE", count = 2 },
        { location = "us-central1", type = "WITNESS" },
      ]
    }
  }, "us-east1")
}
