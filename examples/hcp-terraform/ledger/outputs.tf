output "addresses" {
  description = "The addresses that users reach the ledger under."
  value       = module.ledger.addresses
}

output "name_servers" {
  description = "The name servers to give to the domain's registrar."
  value       = module.ledger.name_servers
}

output "cost" {
  description = "What a month costs in US dollars: `total_usd`, `components` by name, `extra_region_usd`, `assumed` (prices that no source gives), `as_of`."
  value       = module.ledger.cost
}
