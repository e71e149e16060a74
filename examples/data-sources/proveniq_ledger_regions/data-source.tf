data "proveniq_ledger_regions" "main" {
  ledger_id = "main"

  registry = {
    database = "ledger/ledger"
  }
}

# Reminds of what the load balancer and the region table do not agree on, with
# every plan and apply.
check "ledger_regions" {
  assert {
    condition     = alltrue([for region in data.proveniq_ledger_regions.main.regions : region.state == "ACTIVE" && length(region.differences) == 0])
    error_message = "The ledger's regions are not as they should be: ${jsonencode({ for name, region in data.proveniq_ledger_regions.main.regions : name => concat([region.state], region.differences) })}"
  }
}
