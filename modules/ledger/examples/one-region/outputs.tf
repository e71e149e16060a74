output "name_servers" {
  description = "For the domain's registrar."
  value       = module.ledger.name_servers
}

output "promises_table" {
  description = "What is promised, and what can be had."
  value       = module.ledger.promises_table
}
