# Keys of your own, one in every region that has a replica, the witness's too.
#
# Spanner takes the keys through its service agent of the project, which has to
# exist before it can be given access. It is made once for each project:
#
#   gcloud services enable spanner.googleapis.com cloudkms.googleapis.com
#   gcloud beta services identity create --service=spanner.googleapis.com
#
# Others that the ledger's keys serve, where they are used. The first four lines make
# the agent; those of Cloud Storage and BigQuery are made when they are asked for, and
# Compute Engine's and GKE's when their APIs are enabled:
#
#   gcloud beta services identity create --service=sqladmin.googleapis.com
#     -> service-NUMBER@gcp-sa-cloud-sql.iam.gserviceaccount.com
#   gcloud beta services identity create --service=redis.googleapis.com
#     -> service-NUMBER@cloud-redis.iam.gserviceaccount.com
#   gcloud beta services identity create --service=memorystore.googleapis.com
#     -> service-NUMBER@gcp-sa-memorystore.iam.gserviceaccount.com
#   gcloud beta services identity create --service=secretmanager.googleapis.com
#     -> service-NUMBER@gcp-sa-secretmanager.iam.gserviceaccount.com
#   gcloud storage service-agent
#     -> service-NUMBER@gs-project-accounts.iam.gserviceaccount.com
#   bq show --encryption_service_account
#     -> bq-NUMBER@bigquery-encryption.iam.gserviceaccount.com
#   gcloud services enable compute.googleapis.com    (keys.disks: the nodes' boot disks)
#     -> service-NUMBER@compute-system.iam.gserviceaccount.com
#   gcloud services enable container.googleapis.com  (keys.cluster: the cluster's secrets)
#     -> service-NUMBER@container-engine-robot.iam.gserviceaccount.com

provider "google" {
  project = var.project_id
}

provider "proveniq" {
  project = var.project_id
}

# Which regions that are, told before anything exists.
data "proveniq_spanner_topology" "wanted" {
  base_config = "nam3"
  replicas    = [{ location = "europe-west1" }, { location = "asia-southeast1" }]
}

resource "google_kms_key_ring" "spanner" {
  for_each = toset(data.proveniq_spanner_topology.wanted.cmek_regions)

  name     = "ledger-spanner"
  location = each.key
}

resource "google_kms_crypto_key" "spanner" {
  for_each = google_kms_key_ring.spanner

  name            = "ledger-spanner"
  key_ring        = each.value.id
  rotation_period = "7776000s"
  labels          = { ledger = "ledger" }
}

resource "google_kms_crypto_key_iam_member" "spanner" {
  for_each = google_kms_crypto_key.spanner

  crypto_key_id = each.value.id
  role          = "roles/cloudkms.cryptoKeyEncrypterDecrypter"
  member        = "serviceAccount:service-${var.project_number}@gcp-sa-spanner.iam.gserviceaccount.com"
}

module "spanner" {
  source = "../.."

  project_id = var.project_id
  topology   = "three-continents"

  # From the grants and not from the keys: Spanner needs to be let in first.
  encryption = { for region, grant in google_kms_crypto_key_iam_member.spanner : region => grant.crypto_key_id }

  # One read-only replica on each remote continent is enough here.
  warnings = { recommendations = false }
}
