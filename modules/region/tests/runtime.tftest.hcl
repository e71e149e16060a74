# The runtime document, and what changes do to what is there. The replica of the
# provider's schema applies without calling anybody.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  deletion_protection = false
  project_id          = "ledger-test"
  project_number      = "123456789012"
  name                = "ledger"
  region              = "us-east1"
  labels              = { ledger = "main" }
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

run "everything" {
  variables {
    dr_region = "europe-west1"
    secrets   = ["webhook-signing"]
    jwt_key   = "projects/ledger-test/locations/global/keyRings/ledger/cryptoKeys/jwt"
    runtime = {
      spanner = {
        database       = "projects/ledger-test/instances/ledger/databases/ledger"
        role           = "ledger_api"
        leader         = "us-east1"
        directed_reads = [{ location = "us-east1" }, { location = "us-east4", type = "READ_WRITE" }]
      }
      analytics     = { database_role = "analytics" }
      reports       = { project = "ledger-test", dataset = "ledger_reports", location = "US", staleness_seconds = 3600 }
      webhook_queue = "projects/ledger-test/locations/us-east1/queues/ledger-webhooks"
    }
  }

  assert {
    condition     = toset(keys(jsondecode(output.runtime_parameter.document))) == toset(jsondecode(file("runtime.schema.json")).required) && toset(keys(jsondecode(output.runtime_parameter.document))) == toset(keys(jsondecode(file("runtime.schema.json")).properties))
    error_message = "The document must have what its schema requires, and nothing else: null says that there is none."
  }
  assert {
    condition = alltrue([
      for part in ["spanner", "sql", "cache", "analytics", "reports"] :
      toset(keys(jsondecode(output.runtime_parameter.document)[part])) == toset(jsondecode(file("runtime.schema.json")).properties[part].required)
    ])
    error_message = "The parts of the document must have what the schema requires, and nothing else."
  }
  assert {
    condition     = jsondecode(output.runtime_parameter.document).version == jsondecode(file("runtime.schema.json")).properties.version.const
    error_message = "The document must name its schema's version."
  }
  assert {
    condition     = jsondecode(output.runtime_parameter.document).sql.connection_name == "ledger-test:us-east1:ledger-us-east1" && jsondecode(output.runtime_parameter.document).sql.user == "ledger-sql-use1@ledger-test.iam" && jsondecode(output.runtime_parameter.document).sql.impersonate == "ledger-sql-use1@ledger-test.iam.gserviceaccount.com"
    error_message = "The workload must learn where its SQL is, and as whom it logs in."
  }
  assert {
    condition     = jsondecode(output.runtime_parameter.document).cache.secret == "projects/ledger-test/secrets/ledger-us-east1-cache-auth/versions/latest" && length(jsondecode(output.runtime_parameter.document).cache.ca_certificates) == 1
    error_message = "The workload must learn where the password is, and whose certificate to trust."
  }
  assert {
    condition     = jsondecode(output.runtime_parameter.document).secrets == { webhook-signing = "projects/ledger-test/secrets/ledger-us-east1-webhook-signing/versions/latest" }
    error_message = "The workload must learn where its secrets are."
  }
  assert {
    condition     = !strcontains(output.runtime_parameter.document, google_redis_instance.redis[0].auth_string)
    error_message = "No secret may be in the document."
  }
  assert {
    condition     = google_secret_manager_secret_version.cache_auth[0].secret_data == google_redis_instance.redis[0].auth_string
    error_message = "The password must be in Secret Manager."
  }
  assert {
    condition     = google_parameter_manager_regional_parameter.runtime.format == "JSON" && google_parameter_manager_regional_parameter.runtime.location == "us-east1" && google_parameter_manager_regional_parameter.runtime.labels == tomap({ ledger = "main" })
    error_message = "The document must be JSON, in the region that reads it."
  }
  assert {
    condition     = google_project_iam_member.runtime.member == output.workload_principal && google_project_iam_member.runtime.role == "roles/parametermanager.parameterViewer" && google_project_iam_member.runtime.condition[0].expression == "resource.name == \"projects/123456789012/locations/us-east1/parameters/ledger-us-east1-runtime\" || resource.name.startsWith(\"projects/123456789012/locations/us-east1/parameters/ledger-us-east1-runtime/versions/\")"
    error_message = "The workload must be able to read this document, and no other."
  }
  assert {
    condition     = output.cluster.fleet_membership == "projects/ledger-test/locations/us-east1/memberships/ledger-us-east1"
    error_message = "GKE registers a cluster under its own name, in its own region."
  }
}

run "another_mode_is_another_version" {
  variables {
    dr_region = "europe-west1"
    secrets   = ["webhook-signing"]
    jwt_key   = "projects/ledger-test/locations/global/keyRings/ledger/cryptoKeys/jwt"
    runtime = {
      mode = "read_only"
      spanner = {
        database       = "projects/ledger-test/instances/ledger/databases/ledger"
        role           = "ledger_api"
        leader         = "us-east1"
        directed_reads = [{ location = "us-east1" }, { location = "us-east4", type = "READ_WRITE" }]
      }
      analytics     = { database_role = "analytics" }
      webhook_queue = "projects/ledger-test/locations/us-east1/queues/ledger-webhooks"
    }
  }

  assert {
    # A version cannot be changed, and its id is free again only once it is gone.
    condition     = output.runtime_parameter.version != run.everything.runtime_parameter.version && output.runtime_parameter.parameter == run.everything.runtime_parameter.parameter
    error_message = "Another document must be another version of the same parameter."
  }
  assert {
    condition     = jsondecode(output.runtime_parameter.document).mode == "read_only"
    error_message = "The workload must learn its mode."
  }
}

run "a_disk_that_has_grown_is_not_made_smaller" {
  command = plan
  variables {
    sql = { disk_gb = 20 }
  }

  assert {
    # A smaller disk is a new instance, and all data lost.
    condition     = google_sql_database_instance.primary[0].settings[0].disk_size == 50 && output.sql.private_ip == run.everything.sql.private_ip
    error_message = "The size that the disk began with must not be compared with what it is."
  }
}

run "the_replica_moves_and_the_primary_stays" {
  command = plan
  variables {
    dr_region = "asia-southeast1"
  }

  assert {
    condition     = google_sql_database_instance.replica[0].name == "ledger-us-east1-dr-asse1" && google_sql_database_instance.replica[0].region == "asia-southeast1"
    error_message = "The replica must be a new one under a new name."
  }
  assert {
    condition     = output.sql.connection_name == run.everything.sql.connection_name && output.sql.private_ip == run.everything.sql.private_ip
    error_message = "The primary must stay as it is."
  }
}
