# From one region, with a key, to three continents.

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
  ledger_regions = ["us-east1", "europe-west1"]
  encryption     = { us-east1 = "projects/ledger-test/locations/us-east1/keyRings/spanner/cryptoKeys/ledger" }
  warnings       = { recommendations = false, regions = false }
}

override_resource {
  target = proveniq_spanner_schema.this
  values = { database_path = "projects/ledger-test/instances/ledger-spanner/databases/ledger" }
}

run "made" {
  variables {
    topology = "regional"
    region   = "us-east1"
  }
}

run "wanted_on_three_continents" {
  command = plan
  variables {
    encryption = {
      for region in ["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"] :
      region => "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger"
    }
  }
  expect_failures = [check.configuration, check.encryption]

  assert {
    condition     = !contains(keys(proveniq_spanner_schema.this.ddl_files), "000_placement.sql")
    error_message = "Where one region votes Spanner takes no leader, also when one is wanted for later."
  }
  assert {
    condition     = output.serving.leader == "us-east1" && !output.serving.multi_region && output.serving.region_floors["europe-west1"].role == "NONE" && output.topology.region_floors["europe-west1"].role == "READ_ONLY"
    error_message = "Until the move europe-west1 has nothing: ${jsonencode(output.serving.region_floors)}"
  }
  assert {
    condition     = endswith(output.move_command, " --target-database-move-configs=^:^database-id=ledger:kms-key-names=${join(",", [for region in ["asia-southeast1", "europe-west1", "us-central1", "us-east1", "us-east4"] : "projects/ledger-test/locations/${region}/keyRings/spanner/cryptoKeys/ledger"])}")
    error_message = "A database with keys needs those of the target's regions: ${output.move_command}"
  }
}
