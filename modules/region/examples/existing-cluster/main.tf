# us-east1 runs already: its cluster, its Service's NEG and its Cloud SQL stay as
# they are. What is made is the cache, and the document that the workload reads.
module "us_east1" {
  source = "../.."

  project_id     = var.project_id
  project_number = var.project_number
  name           = "ledger"
  region         = "us-east1"

  network = {
    id                          = "projects/${var.project_id}/global/networks/main"
    subnet_id                   = "projects/${var.project_id}/regions/us-east1/subnetworks/main"
    pods_range                  = "pods"
    services_range              = "services"
    node_tag                    = "main-nodes"
    private_services_connection = "projects/${var.project_id}/global/networks/main:servicenetworking.googleapis.com"
  }

  existing = {
    cluster  = { id = "projects/${var.project_id}/locations/us-east1/clusters/main" }
    neg_name = "main-api"
    sql = {
      instance        = "metadata"
      connection_name = "${var.project_id}:us-east1:metadata"
      private_ip      = "10.9.0.3"
      user            = "api"
    }
  }

  runtime = {
    spanner = { database = "projects/${var.project_id}/instances/ledger/databases/ledger" }
  }
}
