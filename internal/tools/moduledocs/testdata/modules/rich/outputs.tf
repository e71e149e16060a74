output "addresses" {
  description = <<-EOT
    The addresses.
    - v4
    - v6
  EOT
  value       = google_compute_global_address.this[*].address
}

output "token" {
  description = "A secret."
  value       = "x"
  sensitive   = true
}
