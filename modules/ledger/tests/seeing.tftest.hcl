# What is refused on purpose alarms nobody, and outside checks ask what the ledger answers.

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

run "writes_are_taken" {
  command = plan

  assert {
    condition     = strcontains(module.observability[0].alerts.error_rate_critical.expression, "|ledger-write\"") && !strcontains(module.observability[0].alerts.error_rate_critical.expression, "probe-")
    error_message = "Errors are those of what users ask: ${module.observability[0].alerts.error_rate_critical.expression}"
  }
}

run "writes_are_refused" {
  command = plan
  variables {
    mode = "read_only"
  }

  assert {
    condition = alltrue([
      for key in ["error_rate_warning", "error_rate_critical", "availability_burn_fast", "availability_burn_medium", "availability_burn_slow"] :
      !strcontains(split(" > ", module.observability[0].alerts[key].expression)[0], "ledger-write") && strcontains(module.observability[0].alerts[key].expression, "ledger-webhook-us-east1")
    ])
    error_message = "Writes are refused and no errors; webhooks are still taken."
  }
  assert {
    condition = [
      for key, alert in module.observability[0].alerts : key
      if !contains(["region_health", "global_endpoint"], alert.name) && alert.expression != run.writes_are_taken.alerts[key].expression
    ] == ["availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning"]
    error_message = "The switch is told to these alerts and to no others."
  }
}

run "webhooks_are_refused_too" {
  command = plan
  variables {
    mode     = "read_only"
    webhooks = { in_read_only = "refuse" }
  }

  assert {
    condition     = !can(regex("ledger-(write|webhook)", split(" > ", module.observability[0].alerts.error_rate_critical.expression)[0]))
    error_message = "Webhooks that are refused are no errors either."
  }
}

run "writes_are_refused_while_traffic_shifts" {
  command = plan
  variables {
    mode          = "read_only"
    traffic_shift = { global_percent = 10, stable_regions = ["us-east1"] }
  }

  assert {
    condition     = !strcontains(split(" > ", module.observability[0].alerts.error_rate_critical.expression)[0], "ledger-write") && strcontains(module.observability[0].alerts.error_rate_critical.expression, "ledger-read-global")
    error_message = "Writes have two services while traffic shifts, and both refuse."
  }
}
