# Memorystore in both kinds, and the secrets.

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

run "redis_as_the_architecture_has_it" {
  command = plan

  assert {
    condition     = google_redis_instance.redis[0].tier == "STANDARD_HA" && google_redis_instance.redis[0].memory_size_gb == 5 && google_redis_instance.redis[0].redis_version == "REDIS_7_2"
    error_message = "Redis must have 5 GB and a replica in another zone."
  }
  assert {
    condition     = google_redis_instance.redis[0].auth_enabled && google_redis_instance.redis[0].transit_encryption_mode == "SERVER_AUTHENTICATION"
    error_message = "Redis must have a password and TLS, neither of which is the default; TLS cannot be had later."
  }
  assert {
    condition     = google_redis_instance.redis[0].connect_mode == "PRIVATE_SERVICE_ACCESS" && google_redis_instance.redis[0].authorized_network == var.network.id && google_redis_instance.redis[0].reserved_ip_range == "ledger-private-services"
    error_message = "Redis must be reached through Private Service Access, in the ledger's range."
  }
  assert {
    condition     = google_redis_instance.redis[0].deletion_protection && google_redis_instance.redis[0].labels == tomap({ ledger = "main" })
    error_message = "Redis must be guarded and labelled."
  }
  assert {
    condition     = length(google_memorystore_instance.valkey) + length(google_network_connectivity_service_connection_policy.valkey) + length(google_project_iam_member.valkey) == 0
    error_message = "There must be one cache."
  }
}

run "the_password_goes_through_secret_manager" {
  command = plan

  assert {
    condition     = google_secret_manager_secret.region["cache-auth"].secret_id == "ledger-us-east1-cache-auth" && google_secret_manager_secret.region["cache-auth"].replication[0].user_managed[0].replicas[0].location == "us-east1"
    error_message = "The password must be kept in the region alone."
  }
  assert {
    condition     = google_secret_manager_secret_iam_member.workload["cache-auth"].member == output.workload_principal && google_secret_manager_secret_iam_member.workload["cache-auth"].role == "roles/secretmanager.secretAccessor"
    error_message = "The workload must be able to read the password."
  }
  assert {
    condition     = google_secret_manager_secret.region["cache-auth"].deletion_protection && google_secret_manager_secret_version.cache_auth[0].deletion_policy == "ABANDON"
    error_message = "A destroy that is refused must not have taken the password away."
  }
}

run "the_workloads_own_secrets" {
  command = plan
  variables {
    secrets = ["webhook-signing"]
    cache   = null
  }

  assert {
    condition     = keys(google_secret_manager_secret.region) == ["webhook-signing"] && google_secret_manager_secret.region["webhook-signing"].deletion_protection
    error_message = "What the user puts in cannot be had again: it must be guarded."
  }
  assert {
    condition     = length(google_secret_manager_secret_version.cache_auth) == 0
    error_message = "The module must put no value into the user's secrets: it would be in the state."
  }
  assert {
    condition     = keys(output.secrets) == ["webhook-signing"] && output.cache == null && length(google_redis_instance.redis) == 0
    error_message = "cache = null must make no cache."
  }
}

run "redis_small" {
  command = plan
  variables {
    cache = { memory_gb = 1, replicas = 0, version = "REDIS_7_0", config = {} }
  }

  assert {
    condition     = google_redis_instance.redis[0].tier == "BASIC" && google_redis_instance.redis[0].memory_size_gb == 1 && google_redis_instance.redis[0].auth_enabled
    error_message = "Without replicas it must be the BASIC tier, with a password all the same."
  }
}

run "redis_with_read_replicas_and_a_key" {
  command = plan
  variables {
    cache = { replicas = 2, cmek_key = "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/cache" }
  }

  assert {
    condition     = google_redis_instance.redis[0].replica_count == 2 && google_redis_instance.redis[0].read_replicas_mode == "READ_REPLICAS_ENABLED" && google_redis_instance.redis[0].customer_managed_key == "projects/ledger-test/locations/us-east1/keyRings/ledger/cryptoKeys/cache"
    error_message = "More than one replica is read replicas."
  }
}

run "valkey" {
  command = plan
  variables {
    cache = { engine = "valkey" }
  }

  assert {
    condition     = google_memorystore_instance.valkey[0].authorization_mode == "IAM_AUTH" && google_memorystore_instance.valkey[0].transit_encryption_mode == "SERVER_AUTHENTICATION"
    error_message = "Valkey must have IAM and TLS, neither of which can be had later."
  }
  assert {
    condition     = google_memorystore_instance.valkey[0].mode == "CLUSTER_DISABLED" && google_memorystore_instance.valkey[0].shard_count == 1 && google_memorystore_instance.valkey[0].replica_count == 1 && google_memorystore_instance.valkey[0].zone_distribution_config[0].mode == "MULTI_ZONE" && google_memorystore_instance.valkey[0].engine_version == "VALKEY_8_0"
    error_message = "Valkey must be one shard with a replica in another zone."
  }
  assert {
    condition     = google_memorystore_instance.valkey[0].node_type == "STANDARD_SMALL"
    error_message = "5 GB must be the smallest node that has them."
  }
  assert {
    condition     = google_memorystore_instance.valkey[0].deletion_protection_enabled && google_memorystore_instance.valkey[0].labels == tomap({ ledger = "main" })
    error_message = "Valkey must be guarded and labelled."
  }
  assert {
    condition     = google_network_connectivity_service_connection_policy.valkey[0].service_class == "gcp-memorystore" && tolist(google_network_connectivity_service_connection_policy.valkey[0].psc_config[0].subnetworks) == tolist([var.network.subnet_id])
    error_message = "Without a connection policy Valkey gets no address."
  }
  assert {
    condition     = google_project_iam_member.valkey[0].role == "roles/memorystore.dbConnectionUser" && google_project_iam_member.valkey[0].member == output.workload_principal && google_project_iam_member.valkey[0].condition[0].title == "ledger-us-east1-valkey"
    error_message = "The workload must be able to connect, by a grant that is this region's own."
  }
  assert {
    condition     = length(google_secret_manager_secret.region) == 0 && length(google_redis_instance.redis) == 0
    error_message = "Valkey has no password."
  }
}

run "valkey_in_a_shared_vpc_that_has_the_policy" {
  command = plan
  variables {
    cache = { engine = "valkey", memory_gb = 20, replicas = 2, connection_policy = false }
  }

  assert {
    condition     = length(google_network_connectivity_service_connection_policy.valkey) == 0
    error_message = "A network has one policy per region: it must be possible to leave it out."
  }
  assert {
    condition     = google_memorystore_instance.valkey[0].node_type == "HIGHMEM_XLARGE" && google_memorystore_instance.valkey[0].replica_count == 2
    error_message = "20 GB must be the next larger node."
  }
}

run "valkey_smallest" {
  command = plan
  variables {
    cache = { engine = "valkey", memory_gb = 1, replicas = 0 }
  }

  assert {
    condition     = google_memorystore_instance.valkey[0].node_type == "SHARED_CORE_NANO" && google_memorystore_instance.valkey[0].replica_count == 0
    error_message = "1 GB must be the smallest node."
  }
}
