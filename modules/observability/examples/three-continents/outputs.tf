output "alerts" {
  description = "The catalogue of alerts."
  value       = module.observability.alerts
}

output "dashboard" {
  description = "The dashboard's JSON."
  value       = module.observability.dashboard.json
}

output "objectives" {
  description = "Burn rates and latency targets."
  value       = module.observability.objectives
}
