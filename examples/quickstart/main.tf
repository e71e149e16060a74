locals {
  schema_dir  = coalesce(var.schema_dir, "${path.module}/../../modules/spanner/schema")
  overlay_dir = "${path.module}/schema-v${var.schema_version}"

  # A later version of the schema is the first one with some files replaced.
  # The text always says what the schema shall be, never how to get there.
  schema = merge(
    { for name in fileset(local.schema_dir, "*.sql") : name => file("${local.schema_dir}/${name}") },
    { for name in fileset(local.overlay_dir, "*.sql") : name => file("${local.overlay_dir}/${name}") },
  )
}

# The ledger's tables, indexes, views and change stream.
resource "proveniq_spanner_schema" "ledger" {
  project           = var.project
  database          = var.database
  ddl_files         = local.schema
  allow_destructive = var.allow_destructive
  on_destroy        = var.on_destroy
}

# Each region behind the global load balancer.
resource "proveniq_ledger_region" "this" {
  for_each = var.regions

  project               = var.project
  ledger_id             = var.ledger_id
  region                = each.key
  neg_name              = each.value.neg_name
  capacity_percent      = contains(var.drained_regions, each.key) ? 0 : each.value.capacity_percent
  min_remaining_regions = var.min_remaining_regions
  backend_services      = var.backend_services

  ramp = {
    hold_seconds = var.hold_seconds
  }

  health = {
    stable_seconds  = var.stable_seconds
    timeout_seconds = var.health_timeout_seconds
  }

  drain = {
    hold_seconds   = var.hold_seconds
    settle_seconds = var.settle_seconds
  }

  # The region table that the ledger's services read: written after the load
  # balancer has changed.
  registry = {
    database = var.database
  }

  # The region table is part of the schema. At destroy it is the other way
  # round: the regions leave first.
  depends_on = [proveniq_spanner_schema.ledger]
}
