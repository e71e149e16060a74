# What the plan says without stopping: what Google would refuse is an error
# elsewhere, this is what one has to know.

locals {
  # Any replica is one that serves: a witness does not.
  role_rank = { NONE = 0, WITNESS = 1, ANY_REPLICA = 2, READ_ONLY = 2, READ_WRITE = 3 }
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

  # The keys that the database is encrypted with, and what moves the instance: the
  # target's keys can be named for a database that has keys, and for no other.
  live_keys = try(flatten(google_spanner_database.this.encryption_config[*].kms_key_names), [])
  move_command = join(" ", compact([
    "gcloud spanner instances move ${google_spanner_instance.this.name} --project=${var.project_id} --target-config=${local.config}",
    length(local.live_keys) == 0 || length(local.keys_wanted) == 0 ? "" : "--target-database-move-configs=^:^database-id=${var.database_name}:kms-key-names=${join(",", local.keys_wanted)}",
  ]))
}

check "configuration" {
  assert {
    condition     = local.settled
    error_message = "The instance lives in ${local.live_config}, wanted is ${local.config}. Terraform moves nothing and replaces nothing. Move it online, without downtime, by \"Changing the topology\" in the README of modules/spanner: first at least 1000 processing units, enough for less than 40 % of CPU at peak, instead of autoscaling, and no backups; then ${local.move_command} ; meanwhile Google refuses changes of the instance and new backups. Then apply again, bring backups and autoscaling back, and raise finished_moves."
  }
}

check "encryption" {
  assert {
    condition     = toset(local.live_keys) == toset(local.keys_wanted)
    error_message = "The database is encrypted with ${length(local.live_keys) == 0 ? "Google's keys" : join(", ", local.live_keys)}, wanted is ${length(local.keys_wanted) == 0 ? "Google's keys" : join(", ", local.keys_wanted)}. ${length(local.live_keys) == 0 || length(local.keys_wanted) == 0 ? "No move changes that: restore a backup into a new database (\"Backups and recovery\" in the README of modules/spanner), and until then let encryption say what is." : "Keys change only when the instance moves (--target-database-move-configs) or when a backup is restored into a new database."}"
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
