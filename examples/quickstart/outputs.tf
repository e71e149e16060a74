output "database_path" {
  description = "Full path of the database that holds the ledger."
  value       = proveniq_spanner_schema.ledger.database_path
}

output "regions" {
  description = "State and capacity of each region."
  value = {
    for name, region in proveniq_ledger_region.this : name => {
      state            = region.state
      capacity_percent = region.capacity_percent
      zones            = sort(region.zones_attached)
    }
  }
}
