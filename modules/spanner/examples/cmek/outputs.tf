output "keys" {
  description = "The key of each region with a replica."
  value       = { for region, key in google_kms_crypto_key.spanner : region => key.id }
}
