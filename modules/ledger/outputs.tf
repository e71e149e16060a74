output "addresses" {
  description = "The addresses that users reach the ledger under, by `ipv4` and `ipv6`."
  value       = module.edge.addresses
}

output "name_servers" {
  description = "The name servers of the DNS zone that was made, for the domain's registrar. Empty where none was."
  value       = module.edge.name_servers
}

output "dns_records" {
  description = "The DNS records that the domains need, whether or not they are made here: `name`, `type`, `ttl` in seconds, `values`."
  value       = module.edge.dns_records
}

output "joined" {
  description = "Whether a region takes part in the ledger, by region."
  value       = local.joined
}

output "clusters" {
  description = "Each region's cluster, by region: `id`, `name`, `location`, `dns_endpoint`, `fleet_membership`."
  value       = { for region, made in module.region : region => made.cluster }
}

output "sql" {
  description = "Each region's Cloud SQL, by region: `instance`, `connection_name`, `private_ip`, `database`, `user`, `replica`. Null where there is none."
  value       = { for region, made in module.region : region => made.sql }
}

output "cache" {
  description = "Each region's cache, by region: `engine`, `host`, `port`, and the secret version with the password, if it has one. Null where there is none."
  value       = { for region, made in module.region : region => made.cache }
}

output "neg_annotations" {
  description = "The value of the annotation `cloud.google.com/neg` for the workload's Service, by region: without it no region can join."
  value       = { for region, made in module.region : region => made.neg_annotation }
}

output "topology_spread" {
  description = "The `topologySpreadConstraints` for the workload's pods, by region."
  value       = { for region, made in module.region : region => made.topology_spread }
}

output "runtime_parameters" {
  description = "The document in Parameter Manager that the workload reads, by region: `parameter`, `version`, `document`."
  value       = { for region, made in module.region : region => made.runtime_parameter }
}

output "workload_principal" {
  description = "The workload's identity as IAM members are written, the same in all regions: grant it what is the ledger's own."
  value       = local.workload_principal
}

output "database" {
  description = "The ledger's Spanner database: `id` (instance/name), `name`, `path` (projects/…/databases/…)."
  value       = module.spanner.database
}

output "spanner_settled" {
  description = "Whether Spanner is where `spanner.topology` wants it. False until it has been moved; leader, reads and promises are then of where it is."
  value       = module.spanner.settled
}

output "move_command" {
  description = "The command that moves Spanner to the wanted configuration, once it is ready to move (see the README of modules/spanner). Null where nothing is to be moved."
  value       = module.spanner.move_command
}

output "database_roles" {
  description = "The database's roles, by who uses them: api, sealer, webhooks, reports, feed. Empty without fine-grained access."
  value       = module.spanner.roles
}

output "jwt_key" {
  description = "The id of the Cloud KMS key that signs sessions in every region."
  value       = google_kms_crypto_key.jwt.id
}

output "backend_services" {
  description = "The names of the load balancer's backend services, by class of traffic."
  value       = module.edge.backend_service_names
}

output "static_bucket" {
  description = "The bucket of the static files. Null where there are none."
  value       = module.edge.static_bucket
}

output "promises" {
  description = "What the architecture document promises, one object each: `promise`, `asked`, `attainable` (null where nobody knows), `verdict` (kept, broken, unknown) and `why`. Known at the first plan."
  value       = local.promises
}

output "promises_table" {
  description = "The promises as a table: `terraform output -raw promises_table`."
  value       = provider::proveniq::promises_table(local.promises)
}

output "cost" {
  description = "The estimate of a month, with Spanner at the least that it scales to: `total_usd`, `components` by name, `extra_region_usd`, `assumed` (prices that no source gives), `as_of`; and `most_usd`, with Spanner at its most all month."
  value = {
    total_usd        = local.cost.total_usd
    most_usd         = local.cost_bounds.most.total_usd
    components       = local.cost.components
    extra_region_usd = local.cost.extra_region_usd
    assumed          = local.cost.assumed
    as_of            = local.cost.as_of
  }
}

output "alerts" {
  description = "The catalogue of alerts, by name: row of the document, severity, PromQL expression, runbook. Empty without observability."
  value       = var.observability == null ? {} : module.observability[0].alerts
}

output "needs" {
  description = "How many of each the ledger makes where projects have quotas, by the names that `quotas` takes."
  value       = local.needs
}
