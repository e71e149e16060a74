# The way from PostgreSQL to Spanner: changes are captured into a bucket and
# applied by Dataflow.
resource "google_compute_network" "migration" {
  name                    = "ledger-migration"
  auto_create_subnetworks = false
}

resource "google_storage_bucket" "migration" {
  name                        = "${var.project}-ledger-migration"
  location                    = "US-EAST1"
  uniform_bucket_level_access = true
  force_destroy               = true
}

resource "google_datastream_private_connection" "vpc" {
  display_name          = "Into the VPC"
  location              = local.region
  private_connection_id = "ledger-vpc"

  vpc_peering_config {
    vpc    = google_compute_network.migration.id
    subnet = "10.90.0.0/29"
  }
}

resource "google_datastream_connection_profile" "source" {
  display_name          = var.change ? "Metadata, PostgreSQL 16" : "Metadata, PostgreSQL"
  location              = local.region
  connection_profile_id = "ledger-source"
  labels                = local.labels

  postgresql_profile {
    hostname = var.change ? "10.20.0.4" : "10.20.0.3"
    port     = 5432
    username = "datastream"
    password = "not-a-secret"
    database = "ledger"
  }
  private_connectivity {
    private_connection = google_datastream_private_connection.vpc.id
  }
}

resource "google_datastream_connection_profile" "target" {
  display_name          = "Files"
  location              = local.region
  connection_profile_id = "ledger-target"

  gcs_profile {
    bucket    = google_storage_bucket.migration.name
    root_path = "/ledger"
  }
}

resource "google_datastream_connection_profile" "reports" {
  display_name          = "BigQuery"
  location              = local.region
  connection_profile_id = "ledger-bigquery"

  bigquery_profile {}
}

resource "google_datastream_stream" "migration" {
  display_name  = var.change ? "From PostgreSQL to files" : "From PostgreSQL"
  location      = local.region
  stream_id     = "ledger-migration"
  desired_state = var.change ? "RUNNING" : "NOT_STARTED"
  labels        = local.labels

  source_config {
    source_connection_profile = google_datastream_connection_profile.source.id
    postgresql_source_config {
      publication      = "ledger"
      replication_slot = "ledger"
      include_objects {
        postgresql_schemas {
          schema = "public"
          postgresql_tables {
            table = "events"
          }
        }
      }
    }
  }
  destination_config {
    destination_connection_profile = google_datastream_connection_profile.target.id
    gcs_destination_config {
      path                   = "cdc"
      file_rotation_mb       = var.change ? 100 : 50
      file_rotation_interval = "60s"
      avro_file_format {}
    }
  }
  backfill_all {}
}

resource "google_datastream_stream" "reports" {
  display_name = "Into BigQuery"
  location     = local.region
  stream_id    = "ledger-reports"

  source_config {
    source_connection_profile = google_datastream_connection_profile.source.id
    postgresql_source_config {
      publication      = "ledger"
      replication_slot = "reports"
    }
  }
  destination_config {
    destination_connection_profile = google_datastream_connection_profile.reports.id
    bigquery_destination_config {
      data_freshness = var.change ? "1800s" : "900s"
      single_target_dataset {
        dataset_id = "${var.project}:${google_bigquery_dataset.staging.dataset_id}"
      }
    }
  }
  backfill_none {}
}

resource "google_dataflow_job" "migration" {
  name                    = "ledger-migration"
  region                  = local.region
  template_gcs_path       = "gs://dataflow-templates/latest/Cloud_PubSub_to_GCS_Text"
  temp_gcs_location       = "gs://${google_storage_bucket.migration.name}/temp"
  service_account_email   = google_service_account.reports.email
  max_workers             = 2
  on_delete               = "cancel"
  enable_streaming_engine = true
  labels                  = local.labels

  parameters = {
    inputTopic      = google_pubsub_topic.dead.id
    outputDirectory = "gs://${google_storage_bucket.migration.name}/${var.change ? "dead/v2" : "dead"}"
  }
}
