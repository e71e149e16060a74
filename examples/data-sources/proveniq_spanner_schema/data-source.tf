data "proveniq_spanner_schema" "ledger" {
  database = "projects/proveniq-ledger/instances/ledger/databases/ledger"
}

# What stands on the table Events, and must go before it could be dropped.
output "stands_on_events" {
  value = [for object in data.proveniq_spanner_schema.ledger.objects : object.name if contains(object.dependencies, "Events")]
}
