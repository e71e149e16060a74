output "subnets" {
  description = "The regions' subnets."
  value       = module.network.subnets
}
