# Cloud SQL, its replica, and who logs in.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  region         = "us-east1"
  labels         = { ledger = "main" }
  network = {
    id                          = "projects/ledger-test/global/networks/ledger-network"
    subnet_id                   = "projects/ledger-test/regions/us-east1/subnetworks/ledger-us-east1"
    pods_range                  = "ledger-pods"
    services_range              = "ledger-services"
    node_tag                    = "ledger-nodes"
    private_services_connection = "projects/ledger-test/global/networks/ledger-network:servicenetworking.googleapis.com"
    private_services_range      = "ledger-private-services"
  }
  runtime = {
    spanner = { database = "projects/ledger-test/instances/ledger/databases/ledger" }
  }
}

run "as_the_architecture_has_it" {
  command = plan

  assert {
    condition     = google_sql_database_instance.primary[0].name == "ledger-us-east1" && google_sql_database_instance.primary[0].region == "us-east1" && google_sql_database_instance.primary[0].settings[0].tier == "db-custom-4-16384"
    error_message = "Each region must have its own PostgreSQL of the documented size."
  }
  assert {
    # From POSTGRES_16 on, an edition that is not said is ENTERPRISE_PLUS, which has other tiers.
    condition     = google_sql_database_instance.primary[0].database_version == "POSTGRES_16" && google_sql_database_instance.primary[0].settings[0].edition == "ENTERPRISE"
    error_message = "The edition must be said."
  }
  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].availability_type == "REGIONAL"
    error_message = "There must be a standby in a second zone."
  }
  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].disk_autoresize && google_sql_database_instance.primary[0].settings[0].disk_size == 50 && google_sql_database_instance.primary[0].settings[0].disk_autoresize_limit == 500
    error_message = "The disk must grow by itself, up to a limit."
  }
  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].user_labels == tomap({ ledger = "main" })
    error_message = "What can have labels must have them."
  }
  assert {
    condition     = length(google_sql_database_instance.replica) == 0 && output.sql.replica == null
    error_message = "Without dr_region there must be no replica."
  }
}

run "private_and_encrypted" {
  command = plan
  variables {
    dr_region = "europe-west1"
  }

  assert {
    condition = alltrue([
      for instance in [google_sql_database_instance.primary[0], google_sql_database_instance.replica[0]] :
      !instance.settings[0].ip_configuration[0].ipv4_enabled && instance.settings[0].ip_configuration[0].private_network == var.network.id && instance.settings[0].ip_configuration[0].allocated_ip_range == "ledger-private-services"
    ])
    error_message = "Instances must have private addresses alone, out of the ledger's range."
  }
  assert {
    condition     = alltrue([for instance in [google_sql_database_instance.primary[0], google_sql_database_instance.replica[0]] : instance.settings[0].ip_configuration[0].ssl_mode == "ENCRYPTED_ONLY"])
    error_message = "Connections must be encrypted."
  }
  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].connector_enforcement == "REQUIRED"
    error_message = "Connections must come through a connector, which IAM guards."
  }
}

run "restore_to_any_second" {
  command = plan

  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].backup_configuration[0].enabled && google_sql_database_instance.primary[0].settings[0].backup_configuration[0].point_in_time_recovery_enabled && google_sql_database_instance.primary[0].settings[0].backup_configuration[0].transaction_log_retention_days == 7 && google_sql_database_instance.primary[0].settings[0].backup_configuration[0].backup_retention_settings[0].retained_backups == 14
    error_message = "Backups and logs must allow a restore to any second of the last week."
  }
  assert {
    condition     = google_sql_database_instance.primary[0].settings[0].insights_config[0].query_insights_enabled && !google_sql_database_instance.primary[0].settings[0].insights_config[0].record_client_address
    error_message = "Query insights must be on, without clients' addresses."
  }
}

run "iam_is_the_only_login" {
  command = plan

  assert {
    condition     = contains([for flag in google_sql_database_instance.primary[0].settings[0].database_flags : "${flag.name}=${flag.value}"], "cloudsql.iam_authentication=on")
    error_message = "IAM authentication must be on."
  }
  assert {
    # Cloud SQL has no users for identities of workloads.
    condition     = google_sql_user.workload[0].type == "CLOUD_IAM_SERVICE_ACCOUNT" && google_sql_user.workload[0].name == "ledger-sql-use1@ledger-test.iam"
    error_message = "The database user must be the service account that the workload logs in as, without the end of its e-mail."
  }
  assert {
    condition     = google_service_account_iam_member.sql[0].member == output.workload_principal && google_service_account_iam_member.sql[0].role == "roles/iam.workloadIdentityUser"
    error_message = "Only the workload may log in as that account."
  }
  assert {
    condition     = toset(values(google_project_iam_member.sql)[*].role) == toset(["roles/cloudsql.client", "roles/cloudsql.instanceUser"]) && alltrue([for member in google_project_iam_member.sql : member.member == "serviceAccount:ledger-sql-use1@ledger-test.iam.gserviceaccount.com"])
    error_message = "The account must have the two roles that logging in takes."
  }
  assert {
    condition     = alltrue([for member in google_project_iam_member.sql : member.condition[0].expression == "(resource.service == \"sqladmin.googleapis.com\" && resource.name == \"projects/ledger-test/instances/ledger-us-east1\")"])
    error_message = "It may log in to this region's instance alone."
  }
}

run "replica_of_the_region_in_another" {
  command = plan
  variables {
    dr_region = "europe-west1"
  }

  assert {
    condition     = google_sql_database_instance.replica[0].region == "europe-west1" && google_sql_database_instance.replica[0].name == "ledger-us-east1-dr-euw1" && output.sql.replica == "ledger-us-east1-dr-euw1"
    error_message = "The replica must be in dr_region, under a name that another dr_region does not have."
  }
  assert {
    # The reference has the replica destroyed before its primary.
    condition     = google_sql_database_instance.replica[0].master_instance_name == google_sql_database_instance.primary[0].name
    error_message = "The replica must be the primary's."
  }
  assert {
    condition     = google_sql_database_instance.replica[0].settings[0].tier == "db-custom-4-16384" && google_sql_database_instance.replica[0].settings[0].edition == "ENTERPRISE" && google_sql_database_instance.replica[0].settings[0].availability_type == "ZONAL"
    error_message = "The replica must be able to take over: the primary's size and edition."
  }
  assert {
    condition     = google_sql_database_instance.replica[0].settings[0].database_flags == google_sql_database_instance.primary[0].settings[0].database_flags
    error_message = "Both must have the same flags, or a login fails after the switch."
  }
  assert {
    condition     = strcontains(google_project_iam_member.sql["roles/cloudsql.client"].condition[0].expression, "projects/ledger-test/instances/ledger-us-east1-dr-euw1\"")
    error_message = "The workload must be able to log in to the replica."
  }
}

run "guarded_both_ways" {
  command = plan
  variables {
    dr_region = "europe-west1"
  }

  assert {
    condition     = alltrue([for instance in [google_sql_database_instance.primary[0], google_sql_database_instance.replica[0]] : instance.deletion_protection && instance.settings[0].deletion_protection_enabled])
    error_message = "Both guards must be on: Terraform's and Google's."
  }
  assert {
    # ABANDON would leave the state, and the next apply would find them already there.
    condition     = google_sql_database.ledger[0].deletion_policy == "PREVENT" && google_sql_user.workload[0].deletion_policy == "PREVENT"
    error_message = "A destroy that the instance refuses must not have lost database and user."
  }
}

run "flags_and_logical_decoding" {
  command = plan
  variables {
    dr_region = "europe-west1"
    sql = {
      logical_decoding = true
      database_flags   = { log_min_duration_statement = "250" }
    }
  }

  assert {
    condition = toset([for flag in google_sql_database_instance.primary[0].settings[0].database_flags : "${flag.name}=${flag.value}"]) == toset([
      "cloudsql.iam_authentication=on", "cloudsql.logical_decoding=on", "log_min_duration_statement=250",
    ])
    error_message = "The user's flags must stand beside the module's own."
  }
  assert {
    # Datastream and other readers of changes know no connector.
    condition     = google_sql_database_instance.primary[0].settings[0].connector_enforcement == "NOT_REQUIRED"
    error_message = "Who reads changes connects without a connector."
  }
}

run "own_keys_in_both_regions" {
  command = plan
  variables {
    dr_region = "europe-west1"
    sql = {
      cmek_key = "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/sql"
      replica  = { cmek_key = "projects/ledger-test/locations/europe-west1/keyRings/ledger/cryptoKeys/sql" }
    }
  }

  assert {
    condition     = google_sql_database_instance.primary[0].encryption_key_name == "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/sql" && google_sql_database_instance.replica[0].encryption_key_name == "projects/ledger-test/locations/europe-west1/keyRings/ledger/cryptoKeys/sql"
    error_message = "Each instance must be encrypted with a key of its own region."
  }
}

run "small_and_without_a_standby" {
  command = plan
  variables {
    sql = { tier = "db-f1-micro", regional = false, disk_gb = 10, disk_limit_gb = 0, name = "ledger-metadata", database = "meta" }
  }

  assert {
    condition     = google_sql_database_instance.primary[0].name == "ledger-metadata" && google_sql_database_instance.primary[0].settings[0].availability_type == "ZONAL" && google_sql_database.ledger[0].name == "meta"
    error_message = "Name, size and availability must be the user's to choose."
  }
}

run "no_sql" {
  command = plan
  variables {
    sql       = null
    dr_region = "europe-west1"
  }

  assert {
    condition     = output.sql == null && length(google_sql_database_instance.primary) + length(google_sql_database_instance.replica) + length(google_service_account.sql) + length(google_project_iam_member.sql) == 0
    error_message = "sql = null must make nothing of Cloud SQL."
  }
}

run "size_of_each_kind_of_machine" {
  command = plan
  variables {
    dr_region = "europe-west1"
  }

  assert {
    condition     = output.size.sql == { vcpus = 4, memory_gb = 16, storage_gb = 50, regional = true, replicas = 1 }
    error_message = "An estimate must know the machine: ${jsonencode(output.size.sql)}"
  }
}

run "size_of_a_shared_core" {
  command = plan
  variables {
    sql = { tier = "db-g1-small", regional = false }
  }

  assert {
    condition     = output.size.sql == { vcpus = 1, memory_gb = 4, storage_gb = 50, regional = false, replicas = 0 }
    error_message = "A shared core counts as the smallest machine: ${jsonencode(output.size.sql)}"
  }
}

run "size_of_enterprise_plus" {
  command = plan
  variables {
    sql = { edition = "ENTERPRISE_PLUS", tier = "db-perf-optimized-N-8", log_retention_days = 7 }
  }

  assert {
    condition     = output.size.sql.vcpus == 8 && output.size.sql.memory_gb == 64
    error_message = "These machines have 8 GB for each vCPU: ${jsonencode(output.size.sql)}"
  }
}
