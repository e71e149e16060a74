# Reports are at most an hour old, and somebody hears of it before they are not.
provider "google" {
  project      = "ledger-test"
  region       = "us-east1"
  access_token = "none"
}

variables {
  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  labels         = { ledger = "proveniq" }

  spanner = {
    database = "projects/ledger-test/instances/ledger-spanner/databases/ledger"
  }
  workload_principals = ["principal://iam.googleapis.com/projects/123456789012/locations/global/workloadIdentityPools/ledger-test.svc.id.goog/subject/ns/ledger/sa/ledger-api"]

  regions = {
    us-east1        = { nearest_read_region = "us-east1" }
    europe-west1    = { nearest_read_region = "europe-west1" }
    asia-southeast1 = {}
  }
}

run "as_documented" {
  command = plan

  assert {
    condition     = google_bigquery_data_transfer_config.merge.schedule == "every 30 minutes" && google_bigquery_data_transfer_config.merge.data_source_id == "scheduled_query"
    error_message = "The merge runs every 30 minutes."
  }
  assert {
    condition     = output.worst_staleness_minutes == 40 && output.worst_staleness_minutes < 60
    error_message = "30 minutes and a run of 10 are within the hour."
  }
  assert {
    condition     = output.tolerated_failed_runs == 0
    error_message = "At 30 minutes one failed run breaks the hour, and the output says so."
  }
  assert {
    condition     = toset([for alert in local.alerts : "${alert.severity} ${alert.for_seconds}"]) == toset(["WARNING 60", "CRITICAL 60"])
    error_message = "A warning and a critical one."
  }
  assert {
    condition     = local.silent_minutes.warning == 40 && local.silent_minutes.critical == 45
    error_message = "Warned when a run is late; critical while a run of ten minutes could still keep the hour, the alert's own delay taken off."
  }
  assert {
    condition     = output.runtime.us-east1.reports.staleness_seconds == 3600
    error_message = "Services are told the hour."
  }
}

run "one_failed_run_is_borne" {
  command = plan

  variables {
    schedule = { every_minutes = 20 }
  }

  assert {
    condition     = google_bigquery_data_transfer_config.merge.schedule == "every 20 minutes" && output.tolerated_failed_runs == 1 && output.worst_staleness_minutes == 30
    error_message = "At 20 minutes one run may fail."
  }
}

run "without_alerts" {
  command = plan

  variables {
    schedule = { alert = false }
  }

  assert {
    condition     = length(google_monitoring_alert_policy.this) == 0
    error_message = "No alerts were asked for."
  }
}

run "long_runs_without_an_alert" {
  command = plan

  variables {
    schedule = { run_minutes = 15, alert = false }
  }

  assert {
    condition     = output.worst_staleness_minutes == 45 && length(google_monitoring_alert_policy.this) == 0
    error_message = "45 minutes are within the hour; nobody asked to be told."
  }
}

run "dashboards_read_the_nearest_replica" {
  command = plan

  assert {
    condition = output.runtime.europe-west1.analytics == {
      staleness_seconds = 15
      priority          = "PRIORITY_LOW"
      directed_reads    = { include_replicas = [{ location = "europe-west1" }], auto_failover_disabled = false }
    }
    error_message = "15 seconds, from the replica of the region, at low priority, and another replica if that one is gone."
  }
  assert {
    condition     = output.runtime.asia-southeast1.analytics.directed_reads.include_replicas == null
    error_message = "Where the nearest replica is not known Spanner chooses."
  }
}
