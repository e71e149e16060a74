output "neg_annotation" {
  description = "Value of the annotation cloud.google.com/neg on the workload's Service."
  value       = module.us_east1.neg_annotation
}

output "topology_spread" {
  description = "The Deployment's topologySpreadConstraints."
  value       = module.us_east1.topology_spread
}
