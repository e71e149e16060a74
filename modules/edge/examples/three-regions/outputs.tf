output "name_servers" {
  description = "For the domain's registrar."
  value       = module.edge.name_servers
}
