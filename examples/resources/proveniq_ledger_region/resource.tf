variable "change_reason" {
  description = "Why regions change, such as a ticket."
  type        = string
  default     = null
}

resource "google_compute_health_check" "ledger" {
  name = "ledger"
  http_health_check {
    port_specification = "USE_SERVING_PORT"
    request_path       = "/healthz"
  }
}

resource "google_compute_backend_service" "api" {
  for_each = toset(["ledger-write", "ledger-read"])

  name                  = each.key
  load_balancing_scheme = "EXTERNAL_MANAGED"
  protocol              = "HTTP2"
  health_checks         = [google_compute_health_check.ledger.id]

  # The backends belong to proveniq_ledger_region.
  lifecycle {
    ignore_changes = [backend]
  }
}

resource "proveniq_ledger_region" "this" {
  for_each = toset(["us-east1", "europe-west1", "asia-southeast1"])

  ledger_id = "main"
  region    = each.key
  neg_name  = "ledger-api"

  backend_services = {
    write = {
      name                  = google_compute_backend_service.api["ledger-write"].name
      max_rate_per_endpoint = 50
    }
    read = {
      name                  = google_compute_backend_service.api["ledger-read"].name
      max_rate_per_endpoint = 200
    }
  }

  # 0 drains the region; it stays attached and can be brought back.
  capacity_percent = 100

  # Up in steps, each healthy before the next; down in steps, and time for the
  # last requests before it is left alone.
  ramp = {
    steps        = [10, 50]
    hold_seconds = 60
  }
  drain = {
    settle_seconds = google_compute_backend_service.api["ledger-write"].connection_draining_timeout_sec
  }

  # What Spanner can do in each region: in the first plan, before there is an
  # instance, and an error where it does not do.
  spanner = {
    topology = {
      base_config = "nam3"
      replicas    = [{ location = "europe-west1" }, { location = "asia-southeast1" }]
      leader      = "us-east1"
    }
    max_strong_read_ms = 250
  }

  # For the history of the region table.
  change_reason = var.change_reason

  registry = {
    database = "projects/proveniq-ledger/instances/ledger/databases/ledger"
  }
}
