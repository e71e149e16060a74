output "addresses" {
  description = "The addresses that users reach the ledger under."
  value       = module.ledger.addresses
}

output "name_servers" {
  description = "The name servers to give to the domain's registrar."
  value       = module.ledger.name_servers
}
