output "region" {
  description = "What operations takes: `name`, `neg_name`, `workload_principal`. The principal goes to foundation too, which is the same for all regions."
  value = {
    name               = local.name
    neg_name           = module.region.neg_name
    workload_principal = module.region.workload_principal
  }
}

output "neg_annotation" {
  description = "The annotation cloud.google.com/neg of the workload's Service."
  value       = module.region.neg_annotation
}

output "cluster" {
  description = "The cluster: `id`, `name`, `location`, `dns_endpoint`, `fleet_membership`."
  value       = module.region.cluster
}

output "sql" {
  description = "Cloud SQL: `instance`, `connection_name`, `private_ip`, `database`, `user`, `replica`."
  value       = module.region.sql
}

output "runtime_parameter" {
  description = "The document in Parameter Manager that the workload reads: `parameter`, `version`, `document`."
  value       = module.region.runtime_parameter
}
