output "neg_name" {
  description = "Name of the region's NEGs, one in each zone that has pods: what proveniq_ledger_region takes."
  value       = local.neg_name

  # Who joins the region waits for its pods, so that all they need is there before,
  # and drains it while they still have it.
  depends_on = [
    var.network,
    google_container_cluster.region,
    google_artifact_registry_repository_iam_member.nodes,
    google_gke_hub_feature_membership.config_sync,
    google_sql_database_instance.primary,
    google_sql_database_instance.replica,
    google_sql_user.workload,
    google_project_iam_member.sql,
    google_service_account_iam_member.sql,
    google_redis_instance.redis,
    google_memorystore_instance.valkey,
    google_project_iam_member.valkey,
    google_secret_manager_secret_version.cache_auth,
    google_secret_manager_secret_iam_member.workload,
    google_parameter_manager_regional_parameter_version.runtime,
    google_project_iam_member.runtime,
  ]
}

output "neg_annotation" {
  description = "Value of the annotation cloud.google.com/neg on the workload's Service, as JSON: GKE makes the NEGs from it."
  value       = local.neg_annotation
}

output "topology_spread" {
  description = "The Deployment's topologySpreadConstraints: pods in as many zones as the load balancer waits for."
  value       = local.topology_spread
}

output "cluster" {
  description = "The cluster: `id` is projects/<project>/locations/<region>/clusters/<name>, `dns_endpoint` its API server's host name, `fleet_membership` projects/<project>/locations/<location>/memberships/<name> (each null where an existing cluster's is not known)."
  value = {
    id               = local.makes_cluster ? google_container_cluster.region[0].id : var.existing.cluster.id
    name             = local.makes_cluster ? google_container_cluster.region[0].name : split("/", var.existing.cluster.id)[5]
    location         = local.makes_cluster ? google_container_cluster.region[0].location : split("/", var.existing.cluster.id)[3]
    dns_endpoint     = local.makes_cluster ? google_container_cluster.region[0].control_plane_endpoints_config[0].dns_endpoint_config[0].endpoint : var.existing.cluster.dns_endpoint
    fleet_membership = local.fleet_membership
  }
}

output "sql" {
  description = "Cloud SQL: `instance` is its name, `connection_name` <project>:<region>:<instance>, `replica` the name of the replica in dr_region (null: none), `user` the database user and `impersonate` the service account to log in as. null without Cloud SQL."
  value = local.sql_instance == null ? null : {
    instance        = local.runtime_document.sql.instance
    connection_name = local.runtime_document.sql.connection_name
    private_ip      = local.runtime_document.sql.private_ip
    database        = local.runtime_document.sql.database
    user            = local.runtime_document.sql.user
    impersonate     = local.runtime_document.sql.impersonate
    replica         = local.makes_sql ? one(google_sql_database_instance.replica[*].name) : var.existing.sql.replica
  }
}

output "cache" {
  description = "The cache: `engine` is redis or valkey, `host` and `port` its endpoint (TLS only), `secret` the name of the secret version that holds Redis' password (null for Valkey, which takes IAM). null without a cache."
  value = local.runtime_document.cache == null ? null : {
    engine = local.runtime_document.cache.engine
    host   = local.runtime_document.cache.host
    port   = local.runtime_document.cache.port
    secret = local.runtime_document.cache.secret
  }
}

output "workload" {
  description = "Where the workload has to run: `namespace`, Kubernetes `service_account`, `service`, `port`, and how many pods it has at least (`min_replicas`) in how many zones (`min_zones`)."
  value = {
    namespace       = local.namespace
    service_account = var.workload.service_account
    service         = var.workload.service
    port            = var.workload.port
    min_replicas    = var.workload.min_replicas
    min_zones       = var.workload.min_zones
  }
}

output "workload_principal" {
  description = "The workload's identity, as IAM members are written. It is the same in all regions of one project: grant what is not regional once. What is made from it is made after the cluster, for before the first one the project has no such identities."
  value       = local.workload_principal

  depends_on = [google_container_cluster.region]
}

output "runtime_parameter" {
  description = "The runtime document: `parameter` is projects/<project>/locations/<region>/parameters/<id>, `version` the id of its newest version, `document` its JSON. It holds no secrets."
  value = {
    parameter = google_parameter_manager_regional_parameter.runtime.id
    version   = google_parameter_manager_regional_parameter_version.runtime.parameter_version_id
    document  = local.runtime_json
  }
}

output "secrets" {
  description = "Ids of the secrets that the workload may read, by their short names."
  value       = { for name, secret in google_secret_manager_secret.region : name => secret.id }
}

output "node_service_account" {
  description = "E-mail of the nodes' service account; null with an existing cluster. It must be allowed to pull the workload's images."
  value       = one(google_service_account.nodes[*].email)
}

output "ready" {
  description = "Whether there will be a workload to take traffic: Config Sync delivers one, or existing.neg_name says that one runs."
  value       = local.syncs || var.existing.neg_name != null
}

output "size" {
  description = "What this module makes, for an estimate of its cost: `sql` with `vcpus`, `memory_gb`, `storage_gb`, `regional` and `replicas`, `cache` with `memory_gb` and `replicated`; each null where it makes none. A shared core counts as one vCPU and 4 GB."
  value = {
    sql = !local.makes_sql ? null : {
      vcpus      = tonumber(try(regex("^db-[a-zA-Z-]+-([0-9]+)", var.sql.tier)[0], 1))
      memory_gb  = try(tonumber(regex("^db-custom-[0-9]+-([0-9]+)$", var.sql.tier)[0]) / 1024, 8 * tonumber(regex("^db-perf-optimized-N-([0-9]+)$", var.sql.tier)[0]), 4)
      storage_gb = var.sql.disk_gb
      regional   = var.sql.regional
      replicas   = var.dr_region == null ? 0 : 1
    }
    cache = var.cache == null ? null : { memory_gb = var.cache.memory_gb, replicated = var.cache.replicas > 0 }
  }
}
