# What the plan says without stopping: what Google would refuse is an error
# elsewhere, this is what one has to know.

locals {
  role_rank = { NONE = 0, ANY_REPLICA = 1, WITNESS = 1, READ_ONLY = 2, READ_WRITE = 3 }
  region_roles = {
    for region in var.ledger_regions : region => try(data.proveniq_spanner_topology.this.region_floors[region].role, "NONE")
  }
  roles_unmet = [
    for region, needed in var.required_role : "${region} needs ${needed} and has ${lookup(local.region_roles, region, "NONE")}"
    if local.role_rank[lookup(local.region_roles, region, "NONE")] < local.role_rank[needed]
  ]
  offered = length(data.proveniq_spanner_topology.this.optional_replicas) == 0 ? "none" : join(", ", data.proveniq_spanner_topology.this.optional_replicas[*].location)

  what_a_role_does = {
    NONE      = "has no replica: all reads leave the region"
    WITNESS   = "has a witness, which votes and serves nothing: all reads leave the region"
    READ_ONLY = "has a read-only replica: stale reads are local, strong reads and writes go to the leader"
  }
  # What required_role names is either enough or an error.
  weak_regions = [
    for region, role in local.region_roles : "${region} ${local.what_a_role_does[role]}" if role != "READ_WRITE" && !contains(keys(var.required_role), region)
  ]

  # What a region cannot do is no recommendation: it is told above.
  problems = [
    for problem in data.proveniq_spanner_topology.this.problems : problem
    if !anytrue([
      for region in setunion(var.ledger_regions, data.proveniq_spanner_topology.this.replicas_all[*].location) : startswith(problem, "${region} ")
    ])
  ]

  write_penalty_ms = try(data.proveniq_spanner_topology.this.quorum_ms - data.proveniq_spanner_topology.without_leases[0].quorum_ms, null)

  # What moves the instance. Each database with keys names those of the target.
  move_command = join(" ", compact([
    "gcloud spanner instances move ${var.name}-spanner --project=${var.project_id} --target-config=${local.config}",
    length(local.keys_wanted) == 0 ? "" : "--target-database-move-configs=^:^database-id=${var.database_name}:kms-key-names=${join(",", local.keys_wanted)}",
  ]))
  live_keys = try(flatten(google_spanner_database.this.encryption_config[*].kms_key_names), [])
}

check "configuration" {
  assert {
    condition     = local.settled
    error_message = "The instance lives in ${local.live_config}, wanted is ${local.config}. Terraform moves nothing and replaces nothing. Move it online, without downtime: give it processing_units instead of autoscaling, delete its backups, then run: ${local.move_command} ; when it is done, apply again (Spanner resets the leader in a move), bring backups and autoscaling back, and raise finished_moves."
  }
}

check "encryption" {
  assert {
    condition     = toset(local.live_keys) == toset(local.keys_wanted)
    error_message = "The database is encrypted with ${length(local.live_keys) == 0 ? "Google's keys" : join(", ", local.live_keys)}, wanted is ${length(local.keys_wanted) == 0 ? "Google's keys" : join(", ", local.keys_wanted)}. Keys change only when the instance moves (--target-database-move-configs) or when a backup is restored into a new database."
  }
}

check "regions" {
  assert {
    condition     = !var.warnings.regions || length(local.weak_regions) == 0
    error_message = "In ${local.config}: ${join("; ", local.weak_regions)}. Name in required_role what is enough there (an error below it, silence from there on), or set warnings.regions to false."
  }
}

check "recommendations" {
  assert {
    condition     = !var.warnings.recommendations || length(local.problems) == 0
    error_message = "In ${local.config}: ${join("; ", local.problems)}. Add what is recommended in extra_replicas, or set warnings.recommendations to false."
  }
}

check "read_leases" {
  assert {
    condition     = !var.warnings.read_leases || length(var.read_lease_regions) == 0 || try(local.write_penalty_ms == 0, false)
    error_message = "Read leases in ${join(", ", var.read_lease_regions)} make every commit take ${try(format("%d ms more", local.write_penalty_ms), "longer")}, so that strong reads there are local. Knowing that, set warnings.read_leases to false."
  }
}
