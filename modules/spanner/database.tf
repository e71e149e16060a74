# The database, its schema and its backups.

locals {
  schema_directory = coalesce(var.schema.directory, "${path.module}/schema")

  # The ledger's own roles are about the ledger's own tables.
  access_files = var.fine_grained && var.schema.directory == null ? {
    "900_access.sql" = file("${path.module}/access/roles.sql")
  } : {}

  database_options = compact([
    local.placed_leader == null ? "" : "default_leader = '${coalesce(local.placed_leader, "none")}'",
    length(local.placed_leases) == 0 ? "" : "read_lease_regions = '${join(",", local.placed_leases)}'",
  ])
  # Where one region votes there is nothing to choose, and Spanner refuses to.
  placement_files = length(local.database_options) == 0 ? {} : {
    "000_placement.sql" = "ALTER DATABASE `${var.database_name}` SET OPTIONS (${join(", ", local.database_options)});\n"
  }

  ddl_files = merge(
    local.placement_files,
    { for name in fileset(local.schema_directory, "*.sql") : name => file("${local.schema_directory}/${name}") },
    local.access_files,
    var.schema.files,
  )

  # The keys that the database is made with, and those it would be made with now.
  keys_wanted    = var.encryption == null ? [] : [for region in sort(keys(var.encryption)) : var.encryption[region]]
  keys_missing   = var.encryption == null ? [] : sort(setsubtract(data.proveniq_spanner_topology.this.cmek_regions, keys(var.encryption)))
  keys_elsewhere = var.encryption == null ? [] : sort(setsubtract(keys(var.encryption), data.proveniq_spanner_topology.this.cmek_regions))

  # The hours of a day at which a schedule runs, in their order, and how far apart
  # they are at least, over midnight too.
  backup_hours = {
    for kind, hours in { full = split(" ", var.backups.full.cron)[1], incremental = split(" ", var.backups.incremental.cron)[1] } : kind => [
      for hour in range(24) : hour if(
        strcontains(hours, "/")
        ? hour >= try(tonumber(split("/", hours)[0]), 0) && (hour - try(tonumber(split("/", hours)[0]), 0)) % tonumber(split("/", hours)[1]) == 0
        : hours == "*" ? true : contains([for named in split(",", hours) : tonumber(named)], hour)
      )
    ]
  }
  backup_hours_apart = {
    for kind, hours in local.backup_hours : kind => min([
      for i, hour in hours : i + 1 < length(hours) ? hours[i + 1] - hour : 24 - hour + hours[0]
    ]...)
  }
}

resource "google_spanner_database" "this" {
  project                  = var.project_id
  instance                 = google_spanner_instance.this.name
  name                     = var.database_name
  version_retention_period = var.version_retention
  enable_drop_protection   = var.deletion_protection
  deletion_protection      = var.deletion_protection

  dynamic "encryption_config" {
    for_each = var.encryption == null ? [] : [local.keys_wanted]
    content {
      kms_key_names = encryption_config.value
    }
  }

  lifecycle {
    # Both would replace the database. The schema is proveniq_spanner_schema's;
    # keys change by a move of the instance or by restoring a backup.
    ignore_changes = [ddl, encryption_config]

    precondition {
      condition     = length(local.keys_missing) == 0 && length(local.keys_elsewhere) == 0
      error_message = "encryption has to have one key for each region with a replica of ${local.config}, the witness too: ${join(", ", data.proveniq_spanner_topology.this.cmek_regions)}. Missing: ${join(", ", local.keys_missing)}. Not among them: ${join(", ", local.keys_elsewhere)}."
    }
  }
}

resource "proveniq_spanner_schema" "this" {
  project           = var.project_id
  database          = google_spanner_database.this.id
  ddl_files         = local.ddl_files
  allow_destructive = var.schema.allow_destructive
  manage            = var.schema.manage
  ignore            = var.schema.ignore
  on_destroy        = var.schema.on_destroy
  change_reason     = var.schema.change_reason
}

resource "google_spanner_backup_schedule" "full" {
  count = var.backups.full.enabled ? 1 : 0

  project            = var.project_id
  instance           = google_spanner_instance.this.name
  database           = google_spanner_database.this.name
  name               = "${var.name}-full"
  retention_duration = "${var.backups.full.retention_days * 86400}s"

  spec {
    cron_spec {
      text = var.backups.full.cron
    }
  }
  full_backup_spec {}

  encryption_config {
    encryption_type = "USE_DATABASE_ENCRYPTION"
  }

  lifecycle {
    precondition {
      condition     = local.backup_hours_apart.full >= 12
      error_message = "backups.full.cron: the hours ${split(" ", var.backups.full.cron)[1]} are ${local.backup_hours_apart.full} apart, and Spanner makes such a backup at most every 12 hours. For example 0 2,14 * * *."
    }
  }
}

resource "google_spanner_backup_schedule" "incremental" {
  count = var.backups.incremental.enabled ? 1 : 0

  project            = var.project_id
  instance           = google_spanner_instance.this.name
  database           = google_spanner_database.this.name
  name               = "${var.name}-incremental"
  retention_duration = "${var.backups.incremental.retention_days * 86400}s"

  spec {
    cron_spec {
      text = var.backups.incremental.cron
    }
  }
  incremental_backup_spec {}

  encryption_config {
    encryption_type = "USE_DATABASE_ENCRYPTION"
  }

  lifecycle {
    precondition {
      condition     = local.backup_hours_apart.incremental >= 4
      error_message = "backups.incremental.cron: the hours ${split(" ", var.backups.incremental.cron)[1]} are ${local.backup_hours_apart.incremental} apart, and Spanner makes such a backup at most every 4 hours. For example 0 */4 * * *."
    }
  }
}
