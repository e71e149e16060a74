variable "check_interval_sec" {
  description = "Seconds between two probes of the health check."
  type        = number
  default     = 5

  validation {
    condition     = provider::proveniq::recovery_seconds(provider::proveniq::detection_seconds(var.check_interval_sec, 2, 2)) <= 30
    error_message = "A region that dies keeps getting requests for more than 30 seconds: probe more often."
  }
}
