output "neg_name" {
  description = "Name of the NEG that the region joins with."
  value       = module.us_east1.neg_name
}
