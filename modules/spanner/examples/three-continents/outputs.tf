output "database" {
  description = "Full path of the database, once its schema is there."
  value       = module.spanner.schema_database_path
}

output "floors" {
  description = "What each region's reads and writes take at least, in milliseconds."
  value       = module.spanner.topology.region_floors
}
