resource "google_pubsub_schema" "event" {
  name       = "ledger-event"
  type       = "AVRO"
  definition = jsonencode({ type = "record", name = "Event", fields = [{ name = "id", type = "string" }] })
}

resource "google_pubsub_topic" "events" {
  name                       = "ledger-events"
  labels                     = local.labels
  message_retention_duration = var.change ? "172800s" : "86400s"

  schema_settings {
    schema   = google_pubsub_schema.event.id
    encoding = "JSON"
  }

  message_storage_policy {
    allowed_persistence_regions = var.change ? ["europe-west1", "us-east1"] : ["us-east1"]
  }
}

resource "google_pubsub_topic" "dead" {
  name = "ledger-dead"
}

resource "google_pubsub_topic" "alerts" {
  name = "ledger-alerts"
}

resource "google_pubsub_subscription" "webhooks" {
  name                       = "ledger-webhooks"
  topic                      = google_pubsub_topic.events.id
  labels                     = local.labels
  ack_deadline_seconds       = var.change ? 60 : 20
  message_retention_duration = "604800s"
  enable_message_ordering    = true
  filter                     = "attributes.kind = \"webhook\""

  expiration_policy {
    ttl = ""
  }
  retry_policy {
    minimum_backoff = "10s"
    maximum_backoff = var.change ? "600s" : "300s"
  }
  dead_letter_policy {
    dead_letter_topic     = google_pubsub_topic.dead.id
    max_delivery_attempts = var.change ? 10 : 5
  }
}

resource "google_pubsub_subscription" "push" {
  name  = "ledger-push"
  topic = google_pubsub_topic.events.name

  push_config {
    push_endpoint = var.change ? "https://hooks.example.com/v2" : "https://hooks.example.com/v1"
    attributes = {
      x-goog-version = "v1"
    }
    oidc_token {
      service_account_email = google_service_account.reports.email
    }
  }
}

resource "google_pubsub_subscription" "archive" {
  name  = "ledger-archive"
  topic = google_pubsub_topic.events.id

  bigquery_config {
    table               = "${var.project}.${google_bigquery_table.archive.dataset_id}.${google_bigquery_table.archive.table_id}"
    write_metadata      = var.change
    drop_unknown_fields = false
  }
}

resource "google_bigquery_table" "archive" {
  dataset_id          = google_bigquery_dataset.staging.dataset_id
  table_id            = "archive"
  deletion_protection = false
  schema              = jsonencode([{ name = "data", type = "STRING", mode = "NULLABLE" }])
}

resource "google_pubsub_topic_iam_member" "events" {
  topic  = google_pubsub_topic.events.id
  role   = "roles/pubsub.publisher"
  member = google_service_account.reports.member
}

resource "google_pubsub_subscription_iam_member" "webhooks" {
  subscription = google_pubsub_subscription.webhooks.id
  role         = "roles/pubsub.subscriber"
  member       = google_service_account.reports.member
}

resource "google_pubsub_schema_iam_member" "event" {
  schema = google_pubsub_schema.event.name
  role   = "roles/pubsub.viewer"
  member = google_service_account.reports.member
}
