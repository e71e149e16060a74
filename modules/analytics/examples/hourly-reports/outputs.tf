output "runtime" {
  description = "The analytics part of each region's runtime document."
  value       = module.analytics.runtime
}

output "alerts" {
  description = "The catalogue of alerts."
  value       = module.analytics.alerts
}
