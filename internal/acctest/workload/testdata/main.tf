# The regions of the example, and two more that have other runtime documents.

terraform {
  required_version = ">= 1.9"

  required_providers {
    google = {
      source  = "hashicorp/google"
      version = ">= 7.33, < 8"
    }
  }
}

provider "google" {
  project = "ledger-test"
}

locals {
  regions = {
    us-east1        = { region = "us-east1", slot = 0, cache = {}, sql = {}, analytics = null }
    europe-west1    = { region = "europe-west1", slot = 1, cache = {}, sql = {}, analytics = {} }
    asia-southeast1 = { region = "asia-southeast1", slot = 2, cache = {}, sql = {}, analytics = {} }
    us-east4-valkey = { region = "us-east4", slot = 3, cache = { engine = "valkey" }, sql = {}, analytics = {} }
    us-west1-bare   = { region = "us-west1", slot = 4, cache = null, sql = null, analytics = null }
  }
}

module "network" {
  source = "../../../../modules/network"

  project_id = "ledger-test"
  name       = "ledger"
  regions    = { for of in local.regions : of.region => { slot = of.slot } }
}

module "region" {
  source   = "../../../../modules/region"
  for_each = local.regions

  project_id     = "ledger-test"
  project_number = "123456789012"
  name           = "ledger"
  region         = each.value.region
  cache          = each.value.cache
  sql            = each.value.sql
  secrets        = ["webhook-signing"]
  jwt_key        = each.value.analytics == null ? null : "projects/ledger-test/locations/global/keyRings/ledger/cryptoKeys/jwt"

  network = {
    id                          = module.network.network.id
    subnet_id                   = module.network.subnets[each.value.region].id
    pods_range                  = module.network.subnets[each.value.region].pods_range
    services_range              = module.network.subnets[each.value.region].services_range
    node_tag                    = module.network.node_tag
    private_services_connection = module.network.private_services.connection
  }

  runtime = {
    spanner = {
      database       = "projects/ledger-test/instances/ledger/databases/ledger"
      leader         = each.value.analytics == null ? null : "us-east1"
      directed_reads = each.value.analytics == null ? [] : [{ location = each.value.region, type = "READ_ONLY" }, { location = "us-east1" }]
    }
    analytics     = each.value.analytics
    webhook_queue = each.value.analytics == null ? null : "projects/ledger-test/locations/${each.value.region}/queues/ledger-webhooks"
  }
}
