output "addresses" {
  description = "What the names have to lead to."
  value       = module.edge.addresses
}
