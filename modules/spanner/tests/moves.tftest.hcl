# A change of topology or of the ledger's regions replaces nothing and deletes
# nothing: what was applied keeps its id in every later plan (a replacement's is
# unknown), and the configuration where the instance lives stays.

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
  warnings       = { recommendations = false }
}

# There is no Spanner to apply a schema to.
override_resource {
  target = proveniq_spanner_schema.this
  values = { database_path = "projects/ledger-test/instances/ledger-spanner/databases/ledger" }
}

run "made" {
  assert {
    condition     = output.settled && output.move_command == null && length(google_spanner_instance_config.this) == 1
    error_message = "What was just made is where it is wanted."
  }
}

run "another_region_in_the_ledger" {
  command = plan
  variables {
    ledger_regions = ["us-east1", "europe-west1", "asia-southeast1", "australia-southeast1", "us-west1"]
    required_role  = {}
    warnings       = { recommendations = false, regions = false }
  }

  assert {
    condition     = google_spanner_instance.this.id == run.made.instance.id && google_spanner_database.this.id == run.made.database.id
    error_message = "The ledger's regions place no replica."
  }
  assert {
    condition     = output.settled && join(" ", keys(google_spanner_instance_config.this)) == run.made.instance.config
    error_message = "The ledger's regions change no configuration."
  }
}

run "more_replicas" {
  command = plan
  variables {
    extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }]
  }
  expect_failures = [check.configuration]

  assert {
    condition     = google_spanner_instance.this.id == run.made.instance.id && google_spanner_database.this.id == run.made.database.id
    error_message = "More replicas replace the instance or its database."
  }
  assert {
    condition     = basename(google_spanner_instance.this.config) == run.made.instance.config
    error_message = "The instance's configuration is changed by Terraform."
  }
  assert {
    condition     = google_spanner_instance_config.this[run.made.instance.config].id == "ledger-test/${run.made.instance.config}" && length(google_spanner_instance_config.this) == 2
    error_message = "The new configuration stands beside the one that is in use: ${join(", ", keys(google_spanner_instance_config.this))}"
  }
  assert {
    condition     = !output.settled && startswith(output.move_command, "gcloud spanner instances move ledger-spanner --project=ledger-test --target-config=custom-ledger-nam3-") && !endswith(output.move_command, run.made.instance.config)
    error_message = "The move is not named: ${output.move_command}"
  }
}

run "as_documented" {
  command = plan
  variables {
    topology      = "as-documented"
    required_role = {}
    warnings      = { recommendations = false, regions = false }
  }
  expect_failures = [check.configuration]

  assert {
    condition     = google_spanner_instance.this.id == run.made.instance.id && google_spanner_database.this.id == run.made.database.id
    error_message = "Another topology replaces the instance or its database."
  }
  assert {
    condition     = join(" ", keys(google_spanner_instance_config.this)) == run.made.instance.config
    error_message = "A configuration of Google's is not made, and the one in use is kept."
  }
  assert {
    condition     = output.topology.leader == "us-central1" && strcontains(proveniq_spanner_schema.this.ddl_files["000_placement.sql"], "default_leader = 'us-east1'")
    error_message = "Until it is moved the database leads where it can: us-central1 is a witness in nam3."
  }
}

run "regional" {
  command = plan
  variables {
    topology       = "regional"
    region         = "us-east1"
    ledger_regions = ["us-east1"]
    capacity       = { processing_units = 1000 }
    backups        = { incremental = { enabled = false } }
    required_role  = {}
  }
  expect_failures = [check.configuration]

  assert {
    condition     = google_spanner_instance.this.id == run.made.instance.id && google_spanner_database.this.id == run.made.database.id
    error_message = "Going regional replaces the instance or its database."
  }
  assert {
    condition     = google_spanner_instance.this.edition == "ENTERPRISE_PLUS"
    error_message = "As long as it lives in several regions it needs ENTERPRISE_PLUS."
  }
}

run "keys_for_what_has_none" {
  command = plan
  variables {
    encryption = {
      for region in ["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"] :
      region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger"
    }
  }
  expect_failures = [check.encryption]

  assert {
    condition     = google_spanner_database.this.id == run.made.database.id
    error_message = "Keys replace the database."
  }
}

run "no_move_brings_keys_to_what_has_none" {
  command = plan
  variables {
    extra_replicas = [{ location = "europe-west4" }]
    encryption = {
      for region in ["asia-southeast1", "europe-west1", "europe-west4", "us-central1", "us-east1", "us-east4"] :
      region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger"
    }
  }
  expect_failures = [check.configuration, check.encryption]

  assert {
    condition     = !strcontains(output.move_command, "kms")
    error_message = "Google refuses keys for a database that has none: ${output.move_command}"
  }
}

run "a_move_is_not_done_by_saying_so" {
  command = plan
  variables {
    finished_moves = 1
    extra_replicas = [{ location = "europe-west4" }]
  }
  expect_failures = [google_spanner_instance.this]
}

run "saying_so_without_a_move_does_no_harm" {
  command = plan
  variables {
    finished_moves = 1
  }

  assert {
    condition     = output.settled && join(" ", keys(google_spanner_instance_config.this)) == run.made.instance.config
    error_message = "The instance is where it is wanted, so nothing follows."
  }
}

run "the_rest_changes_in_place" {
  command = plan
  variables {
    deletion_protection = false
    labels              = { team = "ledger" }
    version_retention   = "3d"
    capacity            = { processing_units = 3000 }
    leader              = "us-east4"
  }

  assert {
    condition = (
      google_spanner_instance.this.id == run.made.instance.id && google_spanner_database.this.id == run.made.database.id &&
      google_spanner_instance_config.this[run.made.instance.config].id == "ledger-test/${run.made.instance.config}"
    )
    error_message = "Labels, capacity, protection, retention or leader replace something."
  }
  assert {
    condition     = strcontains(proveniq_spanner_schema.this.ddl_files["000_placement.sql"], "default_leader = 'us-east4'")
    error_message = "Another leader is another statement."
  }
  assert {
    condition     = google_spanner_instance.this.deletion_policy == "DELETE" && google_spanner_instance.this.force_destroy && !google_spanner_database.this.deletion_protection && !google_spanner_database.this.enable_drop_protection
    error_message = "One switch takes every guard away."
  }
}
