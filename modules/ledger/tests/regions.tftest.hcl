# One, three and ten regions, added and removed: nobody else is moved.

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
  required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY" }
  spanner       = { extra_replicas = [{ location = "europe-west4" }, { location = "asia-southeast2" }] }
  promises = {
    accepted = [
      "Spanner in europe-west1", "Spanner in asia-southeast1", "write from europe-west1", "write from asia-southeast1",
      "strong read from asia-southeast1", "availability", "cost of a month", "capacity without one region",
    ]
  }
}

run "three_regions" {
  command = plan

  assert {
    condition     = { for region, subnet in module.network.subnets : region => subnet.cidr } == { us-east1 = "10.0.0.0/20", europe-west1 = "10.0.16.0/20", asia-southeast1 = "10.0.32.0/20" }
    error_message = "A region's range follows from its slot, not from its name: ${jsonencode(module.network.subnets)}"
  }
  assert {
    condition     = local.dr_regions == { us-east1 = "europe-west1", europe-west1 = "us-east1", asia-southeast1 = "europe-west1" }
    error_message = "The replica is in the region of the slot below; for the lowest in the one above."
  }
  assert {
    condition     = length(proveniq_ledger_region.this) == 0 && !anytrue(values(output.joined))
    error_message = "Without a workload no region joins."
  }
  assert {
    condition     = alltrue([for region, cleanup in proveniq_neg_cleanup.this : cleanup.neg_names == toset(["ledger-api-${region}"])])
    error_message = "What a deleted cluster leaves behind is cleared by its own names."
  }
  assert {
    condition     = toset(module.spanner.topology.replicas[*].location) == toset(["europe-west1", "asia-southeast1", "europe-west4", "asia-southeast2"])
    error_message = "Replicas are what spanner says."
  }
  assert {
    condition     = alltrue([for region in keys(var.regions) : jsondecode(output.neg_annotations[region]) == { exposed_ports = { "8080" = { name = "ledger-api-${region}" } } }])
    error_message = "The annotation names the region's groups."
  }
}

run "a_fourth_that_sorts_first" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 1 }
      asia-southeast1 = { slot = 2 }
      asia-east1      = { slot = 3 }
    }
    required_role = { europe-west1 = "READ_ONLY", asia-southeast1 = "READ_ONLY", asia-east1 = "NONE" }
    promises = {
      accepted = [
        "Spanner in europe-west1", "Spanner in asia-southeast1", "Spanner in asia-east1", "write from europe-west1", "write from asia-southeast1", "write from asia-east1",
        "strong read from asia-southeast1", "strong read from asia-east1", "availability", "cost of a month", "capacity without one region",
      ]
    }
  }

  assert {
    condition     = { for region, subnet in module.network.subnets : region => subnet.cidr } == { us-east1 = "10.0.0.0/20", europe-west1 = "10.0.16.0/20", asia-southeast1 = "10.0.32.0/20", asia-east1 = "10.0.48.0/20" }
    error_message = "The other regions keep their ranges."
  }
  assert {
    condition     = local.dr_regions == { us-east1 = "europe-west1", europe-west1 = "us-east1", asia-southeast1 = "europe-west1", asia-east1 = "asia-southeast1" }
    error_message = "The other regions' replicas stay where they are."
  }
  assert {
    condition     = toset(module.spanner.topology.replicas[*].location) == toset(["europe-west1", "asia-southeast1", "europe-west4", "asia-southeast2"])
    error_message = "A region of the ledger places no replica of Spanner."
  }
  assert {
    condition     = local.directed_reads["asia-east1"][*].location == tolist(["asia-southeast1"])
    error_message = "A region without a replica reads at the nearest."
  }
}

run "one_region" {
  command = plan
  variables {
    name          = "dev"
    regions       = { europe-west1 = { slot = 0 } }
    required_role = {}
    delivery      = { pipeline = true }
    spanner = {
      topology           = "regional"
      region             = "europe-west1"
      capacity           = { processing_units = 100 }
      read_lease_regions = ["us-east1"]
      extra_replicas     = [{ location = "us-central1" }]
    }
    traffic_shift = { global_percent = 50, stable_regions = ["europe-west1"] }
    promises      = { accepted = ["availability", "recovery from the loss of a region", "no data lost with a region", "writes outlast the loss of any region", "capacity without one region"] }
  }

  assert {
    condition     = module.spanner.edition == "ENTERPRISE" && module.spanner.instance.config == "regional-europe-west1"
    error_message = "One region needs neither replicas nor the dearest edition, only incremental backups: ${module.spanner.edition} ${module.spanner.instance.config}"
  }
  assert {
    condition     = local.dr_regions["europe-west1"] == null && module.region["europe-west1"].sql.replica == null
    error_message = "There is nowhere to replicate to."
  }
  assert {
    condition     = length(local.directed_reads["europe-west1"]) == 0
    error_message = "Reads are directed nowhere."
  }
  assert {
    condition     = !anytrue([for class in keys(output.backend_services) : endswith(class, "-global")])
    error_message = "One region's traffic is not shifted."
  }
  assert {
    condition     = proveniq_ledger_region.this["europe-west1"].min_remaining_regions == 1 && proveniq_ledger_region.this["europe-west1"].backend_services["webhook-europe-west1"].preference == "DEFAULT"
    error_message = "The only region is guarded too, and preferred to nobody."
  }
  assert {
    condition     = alltrue([for key in keys(output.alerts) : !startswith(key, "sql_replica")])
    error_message = "There is no replica to watch: ${join(", ", keys(output.alerts))}"
  }
}

run "ten_regions" {
  command = plan
  variables {
    regions = {
      us-east1                = { slot = 0 }
      europe-west1            = { slot = 1 }
      asia-southeast1         = { slot = 2 }
      us-west1                = { slot = 3 }
      europe-west4            = { slot = 4 }
      asia-east1              = { slot = 5 }
      asia-south1             = { slot = 6 }
      us-central1             = { slot = 7 }
      asia-northeast1         = { slot = 8 }
      northamerica-northeast1 = { slot = 9 }
    }
    spanner  = { warnings = { regions = false, recommendations = false } }
    promises = { asked = { role = "NONE" }, accepted = [] }
  }
  # Ten regions cannot all be near one leader.
  expect_failures = [check.promises]

  assert {
    condition     = length(module.network.subnets) == 10 && length(distinct([for subnet in module.network.subnets : subnet.cidr])) == 10
    error_message = "Each region has a range of its own."
  }
  assert {
    condition     = length(proveniq_neg_cleanup.this) == 10
    error_message = "Each region is there."
  }
}

run "more_slots" {
  command = plan
  variables {
    regions = {
      us-east1        = { slot = 0 }
      europe-west1    = { slot = 20 }
      asia-southeast1 = { slot = 31 }
    }
    network = { address_plan = { slots = 32 } }
  }

  assert {
    condition     = module.network.subnets["asia-southeast1"].cidr == "10.0.248.0/21"
    error_message = "There are as many slots as the address plan has: ${module.network.subnets["asia-southeast1"].cidr}"
  }
}

run "a_slot_is_used_again" {
  command = plan
  variables {
    regions = {
      us-east1     = { slot = 0 }
      europe-west1 = { slot = 1 }
      asia-east1   = { slot = 2 }
    }
    required_role = { europe-west1 = "READ_ONLY", asia-east1 = "NONE" }
    promises = {
      accepted = ["Spanner in europe-west1", "Spanner in asia-east1", "write from europe-west1", "write from asia-east1", "strong read from asia-east1", "availability", "cost of a month", "capacity without one region"]
    }
  }

  assert {
    condition     = module.network.subnets["us-east1"].cidr == "10.0.0.0/20" && module.network.subnets["asia-east1"].cidr == "10.0.32.0/20"
    error_message = "A removed region's slot goes to the next."
  }
}
