# Three continents on nam3: it votes in the east of the United States, and two
# read-only replicas are added. Nothing of it needs to exist.
data "proveniq_spanner_topology" "ledger" {
  base_config = "nam3"
  leader      = "us-east1"
  regions     = ["us-east1", "europe-west1", "asia-southeast1"]

  replicas = [
    { location = "europe-west1" },
    { location = "asia-southeast1" },
  ]
}

# What a transaction from each region takes at least.
output "transaction_floors_ms" {
  value = { for region, floors in data.proveniq_spanner_topology.ledger.region_floors : region => floors.rw_txn_floor_ms }
}

check "writes_outlast_any_region" {
  assert {
    condition     = alltrue([for lost in data.proveniq_spanner_topology.ledger.survivors : lost.writes])
    error_message = "The loss of one region ends writes."
  }
}

# Which configuration would serve two regions best.
data "proveniq_spanner_topology" "advice" {
  regions = ["us-central1", "europe-west1"]
}

output "advice" {
  value = data.proveniq_spanner_topology.advice.best
}

# A configuration that is newer than the provider's table.
data "proveniq_spanner_topology" "newer" {
  base_config = "nam99"
  regions     = ["us-east1", "europe-west1"]
  replicas    = [{ location = "europe-west1" }]

  configuration = {
    name              = "nam99"
    resource_location = "us"
    default_leader    = "us-east1"
    replicas = [
      { location = "us-east1", type = "READ_WRITE", count = 2 },
      { location = "us-east4", type = "READ_WRITE", count = 2 },
      { location = "us-central1", type = "WITNESS" },
    ]
    optional_replicas = [{ location = "europe-west1" }]
  }
}
