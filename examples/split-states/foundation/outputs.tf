output "foundation" {
  description = "What regions and operations take, in one object; no secrets. `regions` says of each region its subnet, the region of its Cloud SQL replica (null: none) and the Spanner replicas that its stale reads go to."
  value = {
    project_id     = var.project_id
    project_number = var.project_number
    name           = var.name
    labels         = local.labels
    network = {
      id                          = module.network.network.id
      project_id                  = module.network.network.project_id
      node_tag                    = module.network.node_tag
      private_services_range      = module.network.private_services.range
      private_services_connection = module.network.private_services.connection
    }
    regions = {
      for name in keys(var.regions) : name => {
        subnet_id      = module.network.subnets[name].id
        pods_range     = module.network.subnets[name].pods_range
        services_range = module.network.subnets[name].services_range
        dr_region      = !local.several ? null : contains(keys(var.regions), terraform_data.dr_region[name].input) ? terraform_data.dr_region[name].input : local.next_regions[name]
        directed_reads = local.several && module.spanner.serving.region_floors[name].nearest_read_region != null ? [
          { location = module.spanner.serving.region_floors[name].nearest_read_region, type = null }
        ] : []
      }
    }
    spanner = {
      database      = module.spanner.schema_database_path
      api_role      = try(module.spanner.roles.api, null)
      leader_region = contains(keys(var.regions), module.spanner.serving.leader) ? module.spanner.serving.leader : null
      required_role = var.required_role
      topology = {
        base_config = module.spanner.serving.base_config
        replicas    = module.spanner.serving.replicas
        leader      = module.spanner.serving.leader
      }
    }
    jwt_key             = google_kms_crypto_key.jwt.id
    config_sync_feature = google_gke_hub_feature.config_sync.name
  }
}
