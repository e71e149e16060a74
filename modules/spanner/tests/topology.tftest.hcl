# Which configuration an intent becomes, and what follows from it.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

provider "proveniq" {
  project = "ledger-test"
}

variables {
  project_id     = "ledger-test"
  name           = "ledger"
  ledger_regions = ["us-east1", "europe-west1", "asia-southeast1"]
  required_role  = { us-east1 = "READ_WRITE", europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
}

run "three_continents" {
  command = plan

  # One replica on a continent where Google recommends two.
  expect_failures = [check.recommendations]

  assert {
    condition     = one(values(google_spanner_instance_config.this)).base_config == "nam3"
    error_message = "Three continents stand on nam3."
  }
  assert {
    condition     = toset(one(values(google_spanner_instance_config.this)).replicas[*].location) == toset(["europe-west1", "asia-southeast1"])
    error_message = "Only the added replicas are named: the provider adds those of the base."
  }
  assert {
    condition     = startswith(google_spanner_instance.this.config, "projects/ledger-test/instanceConfigs/custom-ledger-nam3-")
    error_message = "The instance is not made in the configuration of its own: ${google_spanner_instance.this.config}"
  }
  assert {
    condition     = google_spanner_instance.this.edition == "ENTERPRISE_PLUS" && google_spanner_instance.this.default_backup_schedule_type == "NONE"
    error_message = "Several regions that vote need ENTERPRISE_PLUS, and Google must not add a schedule of its own."
  }
  assert {
    condition     = google_spanner_instance.this.autoscaling_config[0].autoscaling_targets[0].high_priority_cpu_utilization_percent == 45 && google_spanner_instance.this.autoscaling_config[0].autoscaling_targets[0].total_cpu_utilization_percent == 50
    error_message = "Where several regions vote the targets are 45 and 50 percent."
  }
  assert {
    condition     = google_spanner_database.this.ddl == null && google_spanner_database.this.version_retention_period == "7d"
    error_message = "The schema is not the database's argument, whose change would replace it."
  }
  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1');\n"
    error_message = "The leader is a statement of the schema: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
  assert {
    condition     = output.topology.cmek_regions == tolist(["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"])
    error_message = "Five regions have replicas, the witness's too."
  }
  assert {
    condition     = alltrue([for region in ["us-east1", "europe-west1", "asia-southeast1"] : output.topology.region_floors[region].stale_read_floor_ms == 1])
    error_message = "Each of the three regions reads at home."
  }
}

run "order_of_replicas_is_nothing" {
  command = plan
  variables {
    topology       = "custom"
    custom         = { base_config = "projects/ledger-test/instanceConfigs/nam3", replicas = [{ location = "asia-southeast1" }, { location = "europe-west1" }] }
    leader         = "us-east1"
    ledger_regions = []
    required_role  = {}
  }
  expect_failures = [check.recommendations]

  # The name of three_continents above: the same contents.
  assert {
    condition     = google_spanner_instance.this.config == "projects/ledger-test/instanceConfigs/custom-ledger-nam3-348c8f"
    error_message = "The same replicas in another order are another configuration: ${google_spanner_instance.this.config}"
  }
}

run "what_is_recommended" {
  command = plan
  variables {
    extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }]
  }

  assert {
    condition     = toset(one(values(google_spanner_instance_config.this)).replicas[*].location) == toset(["asia-southeast1", "asia-southeast2", "europe-west1", "europe-west4"])
    error_message = "Extra replicas stand beside the topology's own."
  }
}

run "as_documented" {
  command = plan
  variables {
    topology      = "as-documented"
    required_role = {}
  }
  expect_failures = [check.regions]

  assert {
    condition     = length(google_spanner_instance_config.this) == 0 && endswith(google_spanner_instance.this.config, "/nam-eur-asia1")
    error_message = "A configuration of Google's is used as it is."
  }
  assert {
    condition     = output.topology.region_floors["us-east1"].role == "WITNESS" && output.topology.region_floors["asia-southeast1"].role == "NONE"
    error_message = "The plan does not say what the document's configuration is."
  }
  assert {
    condition     = strcontains(proveniq_spanner_schema.this.ddl_files["000_placement.sql"], "default_leader = 'us-central1'")
    error_message = "It leads in us-central1."
  }
}

run "regional_and_small" {
  command = plan
  variables {
    topology       = "regional"
    region         = "europe-west1"
    ledger_regions = ["europe-west1"]
    required_role  = { europe-west1 = "READ_WRITE" }
    capacity       = { processing_units = 100 }
    backups        = { incremental = { enabled = false } }
  }

  assert {
    condition     = endswith(google_spanner_instance.this.config, "/regional-europe-west1") && google_spanner_instance.this.processing_units == 100 && length(google_spanner_instance.this.autoscaling_config) == 0
    error_message = "The smallest ledger has 100 processing units in one region."
  }
  assert {
    condition     = google_spanner_instance.this.edition == "STANDARD" && length(google_spanner_backup_schedule.incremental) == 0
    error_message = "Nothing of it needs more than STANDARD."
  }
  assert {
    condition     = !contains(keys(proveniq_spanner_schema.this.ddl_files), "000_placement.sql")
    error_message = "A regional configuration takes no leader statement."
  }
  assert {
    condition     = output.topology.leader == "europe-west1" && output.topology.cmek_regions == tolist(["europe-west1"])
    error_message = "Everything is in one region."
  }
}

run "regional_with_a_replica" {
  command = plan
  variables {
    topology       = "custom"
    custom         = { base_config = "regional-europe-west1", short_name = "dev", replicas = [{ location = "us-central1" }] }
    ledger_regions = ["europe-west1"]
    required_role  = { europe-west1 = "READ_WRITE" }
    capacity       = { processing_units = 1000 }
    backups        = { incremental = { enabled = false } }
    warnings       = { recommendations = false }
  }

  assert {
    condition     = startswith(keys(google_spanner_instance_config.this)[0], "custom-ledger-dev-") && google_spanner_instance.this.edition == "ENTERPRISE"
    error_message = "A regional configuration with a replica of its own needs ENTERPRISE."
  }
  assert {
    condition     = !contains(keys(proveniq_spanner_schema.this.ddl_files), "000_placement.sql")
    error_message = "One region votes, so there is no leader to choose."
  }
}

run "another_leader_and_read_leases" {
  command = plan
  variables {
    leader             = "us-east4"
    read_lease_regions = ["europe-west1"]
  }
  expect_failures = [check.read_leases, check.recommendations]

  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east4', read_lease_regions = 'europe-west1');\n"
    error_message = "Leader and leases are one statement: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
  assert {
    condition     = output.read_leases.commit_penalty_ms == 68
    error_message = "Every commit waits 80 ms for europe-west1 instead of 12: ${output.read_leases.commit_penalty_ms}"
  }
}

run "autoscaling_of_its_own_for_a_replica" {
  command = plan
  variables {
    capacity = { autoscaling = { min_processing_units = 1000, max_processing_units = 10000, high_priority_cpu_percent = 40, asymmetric = { europe-west1 = { min_processing_units = 2000, total_cpu_percent = 45 } } } }
    warnings = { recommendations = false }
  }

  assert {
    condition     = google_spanner_instance.this.autoscaling_config[0].asymmetric_autoscaling_options[0].replica_selection[0].location == "europe-west1"
    error_message = "The replica's options name it."
  }
  assert {
    condition = (
      google_spanner_instance.this.autoscaling_config[0].asymmetric_autoscaling_options[0].overrides[0].autoscaling_limits[0].min_processing_units == 2000 &&
      google_spanner_instance.this.autoscaling_config[0].asymmetric_autoscaling_options[0].overrides[0].autoscaling_limits[0].max_processing_units == 10000 &&
      google_spanner_instance.this.autoscaling_config[0].asymmetric_autoscaling_options[0].overrides[0].autoscaling_target_total_cpu_utilization_percent == 45
    )
    error_message = "What the replica does not set is the instance's."
  }
  assert {
    condition     = google_spanner_instance.this.autoscaling_config[0].autoscaling_targets[0].high_priority_cpu_utilization_percent == 40
    error_message = "A lower target is taken."
  }
}

run "keys_for_every_replica" {
  command = plan
  variables {
    warnings = { recommendations = false }
    encryption = {
      for region in ["us-east4", "us-east1", "us-central1", "europe-west1", "asia-southeast1"] :
      region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger"
    }
  }

  assert {
    condition     = length(google_spanner_database.this.encryption_config[0].kms_key_names) == 5 && google_spanner_database.this.encryption_config[0].kms_key_names[2] == "projects/ledger-test/locations/us-central1/keyRings/spanner/cryptoKeys/ledger"
    error_message = "One key for each region, the witness's in us-central1 too, in an order that never changes."
  }
}

run "two_ledgers_in_one_project" {
  command = plan
  variables {
    name     = "audit"
    warnings = { recommendations = false }
  }

  assert {
    condition     = google_spanner_instance.this.name == "audit-spanner" && startswith(keys(google_spanner_instance_config.this)[0], "custom-audit-nam3-")
    error_message = "What has the ledger's name does not clash with another's."
  }
}
