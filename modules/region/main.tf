locals {
  full_name = "${var.name}-${var.region}"

  # us-east1 is use1, europe-west12 is euw12: ids of service accounts have 30
  # characters at most.
  region_code = { for region in toset(compact([var.region, var.dr_region])) : region => join("", [
    {
      africa = "af", asia = "as", australia = "au", europe = "eu", me = "me", northamerica = "na", southamerica = "sa", us = "us"
    }[split("-", region)[0]],
    {
      north     = "n", south = "s", east = "e", west = "w", central = "c"
      northeast = "ne", northwest = "nw", southeast = "se", southwest = "sw"
    }[regex("[a-z]+", split("-", region)[1])],
    regex("[0-9]+$", region),
  ]) }

  namespace = coalesce(var.workload.namespace, var.name)
  neg_name  = coalesce(var.existing.neg_name, "${var.name}-api-${var.region}")

  # The pool is the project's: the same name in another cluster of the project
  # is the same workload. It is there once the project has a cluster, which is
  # why every grant to it waits for ours.
  workload_principal = "principal://iam.googleapis.com/projects/${var.project_number}/locations/global/workloadIdentityPools/${var.project_id}.svc.id.goog/subject/ns/${local.namespace}/sa/${var.workload.service_account}"

  neg_annotation = jsonencode({ exposed_ports = { (tostring(var.workload.port)) = { name = local.neg_name } } })

  # DoNotSchedule, for a zone without pods has no NEG. minDomains has the first
  # pods start in several zones; more than needed would stop scheduling when a
  # zone is lost. matchLabelKeys has each version spread by itself.
  topology_spread = [{
    topologyKey       = "topology.kubernetes.io/zone"
    maxSkew           = 1
    minDomains        = var.workload.min_zones
    whenUnsatisfiable = "DoNotSchedule"
    labelSelector     = { matchLabels = { "app.kubernetes.io/name" = var.workload.service } }
    matchLabelKeys    = ["pod-template-hash"]
  }]
}
