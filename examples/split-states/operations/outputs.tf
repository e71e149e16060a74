output "edge" {
  description = "What regions takes: `webhook_queues`, the queue of each region's webhooks, by region."
  value       = { webhook_queues = module.edge.webhook_queues }
}

output "addresses" {
  description = "The addresses that users reach the ledger under, by `ipv4` and `ipv6`."
  value       = module.edge.addresses
}

output "name_servers" {
  description = "The name servers to give to the domain's registrar."
  value       = module.edge.name_servers
}
