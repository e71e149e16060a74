# The examples are what the README shows; they must plan.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
}

run "one_region" {
  command = plan
  module {
    source = "./examples/one-region"
  }

  assert {
    condition     = output.neg_annotation == "{\"exposed_ports\":{\"8080\":{\"name\":\"ledger-api-us-east1\"}}}"
    error_message = "The region must render its Service's annotation."
  }
}

run "existing_cluster" {
  command = plan
  module {
    source = "./examples/existing-cluster"
  }

  assert {
    condition     = output.neg_name == "main-api"
    error_message = "The region must join with the NEG that is there."
  }
}
