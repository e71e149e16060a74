# The examples are what the README shows; they must plan.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id = "ledger-test"
}

run "three_regions" {
  command = plan
  module {
    source = "./examples/three-regions"
  }

  assert {
    condition     = length(output.subnets) == 3
    error_message = "Three regions must have three subnets."
  }
}

run "shared_vpc" {
  command = plan
  module {
    source = "./examples/shared-vpc"
  }

  assert {
    condition     = output.subnets["us-east1"].name == "shared-us-east1" && output.subnets["europe-west1"].cidr == "10.16.16.0/20"
    error_message = "One subnet must be the network team's, the other from the address plan."
  }
}
