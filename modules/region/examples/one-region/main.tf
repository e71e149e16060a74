module "network" {
  source = "../../../network"

  project_id = var.project_id
  name       = "ledger"
  regions = {
    us-east1     = { slot = 0 }
    europe-west1 = { slot = 1 }
  }
}

module "us_east1" {
  source = "../.."

  project_id     = var.project_id
  project_number = var.project_number
  name           = "ledger"
  region         = "us-east1"
  dr_region      = "europe-west1"
  labels         = { ledger = "main" }

  network = {
    id                          = module.network.network.id
    project_id                  = module.network.network.project_id
    subnet_id                   = module.network.subnets["us-east1"].id
    pods_range                  = module.network.subnets["us-east1"].pods_range
    services_range              = module.network.subnets["us-east1"].services_range
    node_tag                    = module.network.node_tag
    private_services_connection = module.network.private_services.connection
    private_services_range      = module.network.private_services.range
  }

  config_sync = {
    image = "us-docker.pkg.dev/${var.project_id}/ledger/workload:v1"
  }
  workload = {
    image_repositories = ["projects/${var.project_id}/locations/us/repositories/ledger"]
  }
  secrets = ["webhook-signing"]

  runtime = {
    spanner = {
      database       = "projects/${var.project_id}/instances/ledger/databases/ledger"
      leader         = "us-east1"
      directed_reads = [{ location = "us-east1" }]
    }
  }
}
