# A region is added that sorts before all others, and one is removed: what the
# others have stays as it is.

provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id          = "ledger-test"
  name                = "ledger"
  deletion_protection = false
}

run "two_regions" {
  variables {
    regions = {
      us-east1     = { slot = 0 }
      europe-west1 = { slot = 1 }
    }
  }
}

run "a_region_that_sorts_first" {
  command = plan
  variables {
    regions = {
      asia-southeast1 = { slot = 2 }
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 1 }
    }
  }

  assert {
    # Ids too: a replaced subnet would have an unknown one.
    condition     = alltrue([for region, subnet in run.two_regions.subnets : output.subnets[region] == subnet])
    error_message = "A new region must change no other region's subnet."
  }
  assert {
    condition     = output.network == run.two_regions.network && output.private_services == run.two_regions.private_services && output.node_tag == run.two_regions.node_tag
    error_message = "A new region must change nothing that regions share."
  }
  assert {
    condition     = output.subnets["asia-southeast1"].cidr == "10.0.32.0/20"
    error_message = "The new region must have its own slot's range."
  }
}

run "a_region_less" {
  command = plan
  variables {
    regions = {
      europe-west1 = { slot = 1 }
    }
  }

  assert {
    condition     = output.subnets["europe-west1"] == run.two_regions.subnets["europe-west1"] && length(output.subnets) == 1
    error_message = "A region that goes must change no other region's subnet."
  }
}
