output "instance" {
  description = "The instance: id (project/name), name, and config, the name of the configuration where it is now."
  value = {
    id     = google_spanner_instance.this.id
    name   = google_spanner_instance.this.name
    config = local.live_config
  }
}

output "database" {
  description = "The database: id (instance/name), name, and path (projects/PROJECT/instances/INSTANCE/databases/NAME)."
  value = {
    id   = google_spanner_database.this.id
    name = google_spanner_database.this.name
    path = "projects/${var.project_id}/instances/${google_spanner_instance.this.name}/databases/${google_spanner_database.this.name}"
  }
}

output "schema_database_path" {
  description = "The database's path once the schema is in it: whatever needs the tables refers to this one."
  value       = proveniq_spanner_schema.this.database_path
}

output "settled" {
  description = "Whether the instance is where topology wants it. False until it has been moved."
  value       = local.settled
}

output "topology" {
  description = "What is known of the wanted topology, as data source proveniq_spanner_topology gives it: leader, leader_options, multi_region, resource_location, replicas_all, cmek_regions, region_floors in milliseconds, survivors and more."
  value       = data.proveniq_spanner_topology.this
}

output "serving" {
  description = "The same of where the instance is now, with its leader and read leases: what is in force. It is output topology, but while a move is left to do."
  value       = local.serving
}

output "wanted_config" {
  description = "Name of the instance configuration that is wanted: output instance has where the instance is."
  value       = local.config
}

output "processing_units" {
  description = "Processing units of the instance, `least` and `most`: the same where it does not scale by itself. Each replica has as many."
  value = {
    least = var.capacity.processing_units != null ? var.capacity.processing_units : var.capacity.autoscaling.min_processing_units
    most  = var.capacity.processing_units != null ? var.capacity.processing_units : var.capacity.autoscaling.max_processing_units
  }
}

output "edition" {
  description = "The instance's edition: STANDARD, ENTERPRISE or ENTERPRISE_PLUS."
  value       = local.edition
}

output "roles" {
  description = "Names of the database's roles by list of var.access (api, sealer, webhooks, reports, feed): what a client gives as its database role. Empty without fine-grained access."
  value       = var.fine_grained ? local.database_roles : {}
}

output "read_leases" {
  description = "The regions with a read lease, and by how many milliseconds each commit is longer for them. Null without read leases; the number is null where a round trip is unknown."
  value       = length(var.read_lease_regions) == 0 ? null : { regions = var.read_lease_regions, commit_penalty_ms = local.write_penalty_ms }
}

output "move_command" {
  description = "What moves the instance to the wanted configuration; null where it is settled."
  value       = local.settled ? null : local.move_command
}
