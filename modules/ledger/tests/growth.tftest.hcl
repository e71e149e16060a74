# A ledger that stands, and regions that come and go: from state, so that what
# would be replaced or moved shows.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

provider "proveniq" {
  project = "ledger-test"
}

# Neither a database is at hand nor a load balancer.
override_resource {
  target = proveniq_neg_cleanup.this
}
override_resource {
  target = module.spanner.proveniq_spanner_schema.this
  values = { database_path = "projects/ledger-test/instances/ledger-spanner/databases/ledger" }
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  domains        = ["ledger.example.com"]
  regions = {
    us-east1        = { slot = 0 }
    asia-southeast1 = { slot = 2 }
  }
  deletion_protection = false
  spanner             = { warnings = { regions = false, recommendations = false } }
  promises            = { asked = { role = "NONE", latency_ms = 1000, commit_ms = 1000, availability_percent = 90, monthly_usd = 1000000 }, accepted = ["capacity without one region"] }
}

run "made" {
  assert {
    condition     = local.dr_regions == { us-east1 = "asia-southeast1", asia-southeast1 = "us-east1" }
    error_message = "Of two regions each has the other's replica."
  }
}

run "one_between_and_one_that_sorts_first" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      asia-southeast1 = { slot = 2 }
      europe-west1    = { slot = 1 }
      africa-south1   = { slot = 3 }
    }
  }

  assert {
    condition     = local.dr_regions == { us-east1 = "asia-southeast1", asia-southeast1 = "us-east1", europe-west1 = "us-east1", africa-south1 = "asia-southeast1" }
    error_message = "A further region moves nobody's replica: ${jsonencode(local.dr_regions)}"
  }
  # What is replaced has no id in a plan.
  assert {
    condition = alltrue([
      for region in ["us-east1", "asia-southeast1"] :
      output.clusters[region] == run.made.clusters[region] && output.sql[region] == run.made.sql[region] && output.cache[region] == run.made.cache[region] &&
      output.runtime_parameters[region].parameter == run.made.runtime_parameters[region].parameter
    ])
    error_message = "The regions that are there stay as they are."
  }
  assert {
    condition     = output.database == run.made.database && output.addresses == run.made.addresses && output.jwt_key == run.made.jwt_key
    error_message = "What all regions share stays as it is."
  }
}

run "more" {
  variables {
    regions = {
      us-east1        = { slot = 0 }
      asia-southeast1 = { slot = 2 }
      europe-west1    = { slot = 1 }
    }
  }
}

run "the_second_leaves" {
  command = plan
  variables {
    regions = {
      us-east1     = { slot = 0 }
      europe-west1 = { slot = 1 }
    }
  }

  assert {
    condition     = local.dr_regions == { us-east1 = "europe-west1", europe-west1 = "us-east1" }
    error_message = "Whose replica was in the region that left has a new one: ${jsonencode(local.dr_regions)}"
  }
  assert {
    condition     = output.clusters["europe-west1"] == run.more.clusters["europe-west1"] && output.sql["europe-west1"] == run.more.sql["europe-west1"] && output.clusters["us-east1"] == run.more.clusters["us-east1"] && output.database == run.more.database
    error_message = "The others stay as they are."
  }
}
