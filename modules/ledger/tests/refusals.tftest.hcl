# What is refused, and by which argument.

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
  # What a plan warns of is not looked at here.
  spanner = { warnings = { regions = false, recommendations = false } }
  promises = { asked = {
    role        = "NONE"
    latency_ms  = 1000
    monthly_usd = 100000
    }, accepted = [
    "Spanner in us-east1", "Spanner in europe-west1", "Spanner in asia-southeast1", "availability", "capacity without one region",
  ] }
}

run "accepted_what_is_no_promise" {
  command = plan
  variables {
    promises = { asked = { role = "NONE", latency_ms = 1000, monthly_usd = 100000 }, accepted = [
      "Spanner in us-east1", "Spanner in europe-west1", "Spanner in asia-southeast1", "availability", "capacity without one region", "eternal life",
    ] }
  }
  expect_failures = [check.accepted]
}
