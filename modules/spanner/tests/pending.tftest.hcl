# While a move is left to do, what led and held leases goes on to, and output
# serving tells of where the instance is.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

provider "proveniq" {
  project = "ledger-test"
}

variables {
  project_id         = "ledger-test"
  name               = "ledger"
  ledger_regions     = ["us-east1", "europe-west1", "asia-southeast1"]
  read_lease_regions = ["europe-west1"]
  warnings           = { recommendations = false, read_leases = false, regions = false }
}

# There is no Spanner to apply a schema to.
override_resource {
  target = proveniq_spanner_schema.this
  values = { database_path = "projects/ledger-test/instances/ledger-spanner/databases/ledger" }
}

run "made" {
  variables {
    read_lease_regions = []
  }

  assert {
    condition     = output.serving == output.topology
    error_message = "What was just made serves as it is wanted."
  }
}

run "led_elsewhere" {
  variables {
    leader = "us-east4"
  }
}

run "more_replicas" {
  command = plan
  variables {
    leader         = "us-east4"
    extra_replicas = [{ location = "europe-west4" }]
  }
  expect_failures = [check.configuration]

  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east4', read_lease_regions = 'europe-west1');\n"
    error_message = "Replicas move neither leader nor leases: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
  assert {
    condition     = output.serving.leader == "us-east4" && output.serving.read_lease_regions == tolist(["europe-west1"]) && toset(output.serving.replicas[*].location) == toset(["asia-southeast1", "europe-west1"]) && length(output.topology.replicas) == 3
    error_message = "The replicas to come do not serve: ${jsonencode(output.serving.replicas)}"
  }
}

run "a_lease_of_a_replica_to_come" {
  command = plan
  variables {
    extra_replicas     = [{ location = "europe-west4" }]
    read_lease_regions = ["europe-west4", "europe-west1"]
  }
  expect_failures = [check.configuration]

  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1', read_lease_regions = 'europe-west1');\n"
    error_message = "europe-west4 has nothing to hold a lease, and a leader that can lead may change before a move: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
}

run "another_continent_leads" {
  variables {
    topology = "as-documented"
  }
  expect_failures = [check.configuration]

  assert {
    condition     = strcontains(proveniq_spanner_schema.this.ddl_files["000_placement.sql"], "default_leader = 'us-east4', read_lease_regions = 'europe-west1'")
    error_message = "us-central1 cannot lead from here, and whoever led last goes on to: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
  assert {
    condition     = output.serving.leader == "us-east4" && output.serving.region_floors["asia-southeast1"].role == "READ_ONLY" && output.topology.leader == "us-central1" && output.topology.region_floors["asia-southeast1"].role == "NONE"
    error_message = "What serves is not what is wanted: ${output.serving.leader}"
  }
}

run "and_goes_on_to" {
  command = plan
  variables {
    topology           = "as-documented"
    read_lease_regions = []
  }
  expect_failures = [check.configuration]

  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east4');\n"
    error_message = "A lease may be given up at any time: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
}

run "back_and_another_leader_at_once" {
  command = plan
  variables {
    leader = "us-east1"
  }
  expect_failures = [terraform_data.leader["us-east1"]]
}

run "back" {
  variables {
    leader = "us-east4"
  }

  assert {
    condition     = output.settled && output.serving == output.topology
    error_message = "What was not moved is where it was."
  }
}

run "then_another_leader" {
  variables {
    leader = "us-east1"
  }
}

run "regional" {
  command = plan
  variables {
    topology           = "regional"
    region             = "us-east1"
    ledger_regions     = ["us-east1"]
    read_lease_regions = []
    capacity           = { autoscaling = {} }
  }
  expect_failures = [check.configuration]

  assert {
    condition     = proveniq_spanner_schema.this.ddl_files["000_placement.sql"] == "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1');\n"
    error_message = "As long as several regions vote, one leads: ${proveniq_spanner_schema.this.ddl_files["000_placement.sql"]}"
  }
  assert {
    condition     = output.serving.multi_region && !output.topology.multi_region && google_spanner_instance.this.autoscaling_config[0].autoscaling_targets[0].high_priority_cpu_utilization_percent == 45
    error_message = "And it keeps room for the loss of one."
  }
}
