# A region whose Cloud SQL is lost goes on with the replica that was promoted, as the
# guide on it shows.

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
  project_number = "123456789012"
  domains        = ["ledger.example.com"]
  regions = {
    us-east1        = { slot = 0 }
    europe-west1    = { slot = 1 }
    asia-southeast1 = { slot = 2 }
  }
  delivery      = { config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/config:v1" } }
  required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  spanner       = { warnings = { recommendations = false } }
  promises = {
    accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
      "strong read from asia-southeast1", "availability", "cost of a month",
    ]
  }
}

run "before" {
  command = plan
}

run "promoted" {
  command = plan
  variables {
    regions = {
      us-east1 = { slot = 0, existing = { sql = {
        instance        = "ledger-us-east1-dr-euw1"
        connection_name = "ledger-test:europe-west1:ledger-us-east1-dr-euw1"
        private_ip      = "10.2.16.5"
        database        = "ledger"
        user            = "ledger-sql-use1@ledger-test.iam"
        impersonate     = "ledger-sql-use1@ledger-test.iam.gserviceaccount.com"
      } } }
      europe-west1    = { slot = 1 }
      asia-southeast1 = { slot = 2 }
    }
  }

  assert {
    condition = alltrue([
      for name in ["user", "impersonate"] : output.sql["us-east1"][name] == run.before.sql["us-east1"][name]
    ])
    error_message = "Pods log in as before: ${jsonencode(run.before.sql["us-east1"])}, then ${jsonencode(output.sql["us-east1"])}"
  }
  assert {
    condition     = output.sql["us-east1"].instance == "ledger-us-east1-dr-euw1" && output.sql["us-east1"].replica == null
    error_message = "The promoted instance has no replica."
  }
}

run "at_home_again" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0, sql_name = "ledger-us-east1-home" }
      europe-west1    = { slot = 1 }
      asia-southeast1 = { slot = 2 }
    }
  }

  assert {
    condition     = output.sql["us-east1"].instance == "ledger-us-east1-home" && output.sql["us-east1"].replica == "ledger-us-east1-home-dr-euw1"
    error_message = "The new primary has the name that it was made with, and a replica again."
  }
}
