# The network team owns the network and the subnet in us-east1; the ledger adds
# a subnet in europe-west1 from its own address plan.
module "network" {
  source = "../.."

  project_id = var.project_id
  name       = "ledger"
  regions = {
    us-east1     = { slot = 0 }
    europe-west1 = { slot = 1 }
  }
  address_plan = {
    nodes            = "10.16.0.0/16"
    pods             = "10.192.0.0/11"
    services         = "10.17.0.0/16"
    private_services = "10.18.0.0/16"
  }
  existing = {
    host_project = "network-host"
    network      = "shared"
    subnets = {
      us-east1 = {
        name           = "shared-us-east1"
        cidr           = "10.8.0.0/20"
        pods_range     = "gke-pods"
        services_range = "gke-services"
      }
    }
  }
}
