# What is wrong with data and what is there already is refused before anything is planned, at the variable that has to change.

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

run "mysql" {
  command = plan
  variables {
    sql = { database_version = "MYSQL_8_0" }
  }
  expect_failures = [var.sql]
}

run "edition_that_is_none" {
  command = plan
  variables {
    sql = { edition = "STANDARD" }
  }
  expect_failures = [var.sql]
}

run "tier_of_the_other_edition" {
  command = plan
  variables {
    sql = { edition = "ENTERPRISE_PLUS" }
  }
  expect_failures = [var.sql]
}

run "tier_of_enterprise_plus_in_enterprise" {
  command = plan
  variables {
    sql = { tier = "db-perf-optimized-N-4" }
  }
  expect_failures = [var.sql]
}

run "disk_too_small" {
  command = plan
  variables {
    sql = { disk_gb = 5 }
  }
  expect_failures = [var.sql]
}

run "disk_above_its_limit" {
  command = plan
  variables {
    sql = { disk_gb = 100, disk_limit_gb = 50 }
  }
  expect_failures = [var.sql]
}

run "logs_kept_too_long" {
  command = plan
  variables {
    sql = { log_retention_days = 8 }
  }
  expect_failures = [var.sql]
}

run "fewer_backups_than_days_of_logs" {
  command = plan
  variables {
    sql = { retained_backups = 7 }
  }
  expect_failures = [var.sql]
}

run "flag_that_is_the_modules_own" {
  command = plan
  variables {
    sql = { database_flags = { "cloudsql.iam_authentication" = "off" } }
  }
  expect_failures = [var.sql]
}

run "logical_decoding_as_a_flag" {
  command = plan
  variables {
    sql = { database_flags = { "cloudsql.logical_decoding" = "on" } }
  }
  expect_failures = [var.sql]
}

run "backup_at_no_time" {
  command = plan
  variables {
    sql = { backup_start = "3 am" }
  }
  expect_failures = [var.sql]
}

run "maintenance_on_day_zero" {
  command = plan
  variables {
    sql = { maintenance_day = 0 }
  }
  expect_failures = [var.sql]
}

run "sql_key_of_another_region" {
  command = plan
  variables {
    sql = { cmek_key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k" }
  }
  expect_failures = [var.sql]
}

run "replica_key_without_a_key" {
  command = plan
  variables {
    dr_region = "europe-west1"
    sql       = { replica = { cmek_key = "projects/p/locations/europe-west1/keyRings/r/cryptoKeys/k" } }
  }
  expect_failures = [var.sql]
}

run "replica_without_its_key" {
  command = plan
  variables {
    dr_region = "europe-west1"
    sql       = { cmek_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k" }
  }
  expect_failures = [var.sql]
}

run "replica_with_the_primarys_key" {
  command = plan
  variables {
    dr_region = "europe-west1"
    sql       = { cmek_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k", replica = { cmek_key = "projects/p/locations/us-east1/keyRings/r/cryptoKeys/k" } }
  }
  expect_failures = [var.sql]
}

run "replica_beside_its_primary" {
  command = plan
  variables {
    dr_region = "us-east1"
  }
  expect_failures = [var.dr_region]
}

run "replica_in_a_zone" {
  command = plan
  variables {
    dr_region = "europe-west1-b"
  }
  expect_failures = [var.dr_region]
}

run "engine_that_is_none" {
  command = plan
  variables {
    cache = { engine = "memcached" }
  }
  expect_failures = [var.cache]
}

run "too_many_replicas" {
  command = plan
  variables {
    cache = { replicas = 6 }
  }
  expect_failures = [var.cache]
}

run "half_a_gigabyte" {
  command = plan
  variables {
    cache = { memory_gb = 0.5 }
  }
  expect_failures = [var.cache]
}

run "read_replicas_of_a_small_redis" {
  command = plan
  variables {
    cache = { memory_gb = 4, replicas = 2 }
  }
  expect_failures = [var.cache]
}

run "valkey_larger_than_any_node" {
  command = plan
  variables {
    cache = { engine = "valkey", memory_gb = 100 }
  }
  expect_failures = [var.cache]
}

run "node_type_that_is_none" {
  command = plan
  variables {
    cache = { engine = "valkey", node_type = "db-f1-micro" }
  }
  expect_failures = [var.cache]
}

run "day_in_small_letters" {
  command = plan
  variables {
    cache = { maintenance_day = "sunday" }
  }
  expect_failures = [var.cache]
}

run "cache_key_of_another_region" {
  command = plan
  variables {
    cache = { cmek_key = "projects/p/locations/global/keyRings/r/cryptoKeys/k" }
  }
  expect_failures = [var.cache]
}

run "secret_with_a_path" {
  command = plan
  variables {
    secrets = ["projects/p/secrets/s"]
  }
  expect_failures = [var.secrets]
}

run "secret_of_the_cache" {
  command = plan
  variables {
    secrets = ["cache-auth"]
  }
  expect_failures = [var.secrets]
}

run "mode_that_is_none" {
  command = plan
  variables {
    runtime = {
      mode    = "maintenance"
      spanner = { database = "projects/p/instances/i/databases/d" }
    }
  }
  expect_failures = [var.runtime]
}

run "database_as_terraform_ids_are" {
  command = plan
  variables {
    runtime = { spanner = { database = "i/d" } }
  }
  expect_failures = [var.runtime]
}

run "staleness_beyond_an_hour" {
  command = plan
  variables {
    runtime = {
      spanner = { database = "projects/p/instances/i/databases/d", stale_read_seconds = 3601 }
    }
  }
  expect_failures = [var.runtime]
}

run "analytics_from_the_future" {
  command = plan
  variables {
    runtime = {
      analytics = { staleness_seconds = -1 }
      spanner   = { database = "projects/p/instances/i/databases/d" }
    }
  }
  expect_failures = [var.runtime]
}

run "reads_from_a_witness" {
  command = plan
  variables {
    runtime = {
      spanner = { database = "projects/p/instances/i/databases/d", directed_reads = [{ location = "us-central1", type = "WITNESS" }] }
    }
  }
  expect_failures = [var.runtime]
}

run "analytics_from_a_witness" {
  command = plan
  variables {
    runtime = {
      analytics = { directed_reads = [{ location = "us-central1", type = "WITNESS" }] }
      spanner   = { database = "projects/p/instances/i/databases/d" }
    }
  }
  expect_failures = [var.runtime]
}

run "priority_that_is_none" {
  command = plan
  variables {
    runtime = {
      analytics = { priority = "LOW" }
      spanner   = { database = "projects/p/instances/i/databases/d" }
    }
  }
  expect_failures = [var.runtime]
}

run "queue_by_name" {
  command = plan
  variables {
    runtime = {
      webhook_queue = "webhooks"
      spanner       = { database = "projects/p/instances/i/databases/d" }
    }
  }
  expect_failures = [var.runtime]
}

run "jwt_key_that_is_a_ring" {
  command = plan
  variables {
    jwt_key = "projects/p/locations/global/keyRings/r"
  }
  expect_failures = [var.jwt_key]
}

run "cluster_of_another_region" {
  command = plan
  variables {
    existing = { cluster = { id = "projects/p/locations/us-west1/clusters/c" } }
  }
  expect_failures = [var.existing]
}

run "membership_by_name" {
  command = plan
  variables {
    existing = { cluster = { id = "projects/p/locations/us-east1/clusters/c", fleet_membership = "c" } }
  }
  expect_failures = [var.existing]
}

run "neg_by_link" {
  command = plan
  variables {
    existing = { cluster = { id = "projects/p/locations/us-east1/clusters/c" }, neg_name = "zones/us-east1-b/networkEndpointGroups/n" }
  }
  expect_failures = [var.existing]
}

run "neg_without_its_cluster" {
  command = plan
  variables {
    existing = { neg_name = "main-api" }
  }
  expect_failures = [var.existing]
}

run "sql_by_its_name" {
  command = plan
  variables {
    existing = { sql = { instance = "m", connection_name = "m", private_ip = "10.0.0.1", user = "u" } }
  }
  expect_failures = [var.existing]
}
