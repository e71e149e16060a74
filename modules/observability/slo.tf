# Objectives. What alerts on them are PromQL expressions over the same requests;
# Cloud Monitoring's own objects feed the dashboard's panel.
locals {
  # Share of the budget that may burn in a window before somebody is told.
  burn_windows = {
    fast   = { long = "1h", hours = 1, short = "5m", budget_percent = 2, severity = "CRITICAL" }
    medium = { long = "6h", hours = 6, short = "30m", budget_percent = 5, severity = "CRITICAL" }
    slow   = { long = "3d", hours = 72, short = "6h", budget_percent = 10, severity = "WARNING" }
  }
  # Window to how many times the even rate that is: 14.4, 6 and 1 over 30 days.
  burn_factors = {
    for window, at in local.burn_windows : window => at.budget_percent / 100 * var.slo.period_days * 24 / at.hours
  }
  # Window to the share of requests, 0 to 1, that may miss the objective.
  burn_shares = {
    availability = { for window, factor in local.burn_factors : window => factor * (100 - var.slo.availability_percent) / 100 }
    latency      = { for window, factor in local.burn_factors : window => factor * (100 - var.slo.latency_percent) / 100 }
  }

  # A class that never reaches Spanner is the same everywhere, and much of it is
  # answered by the cache, which is in no region.
  regional_classes = [for class, kind in local.floor_kinds : class if kind != "none"]

  # They share alerts: to whoever is woken they are one.
  class_groups = { for class, base in local.base_classes : base => class... }

  # Group to the terms of its expressions: classes and regions that share a
  # target. Without regions it is all answers of the classes.
  latency_terms = {
    for group, classes in local.class_groups : group => flatten([
      for targets in distinct([for class in classes : jsonencode(local.latency_targets[class])]) : [
        for target in distinct(values(jsondecode(targets))) : {
          target   = target
          backends = join("|", [for class in classes : var.edge.backend_services[class] if jsonencode(local.latency_targets[class]) == targets])
          regions  = contains(local.regional_classes, classes[0]) ? join("|", [for region, at in jsondecode(targets) : region if at == target]) : ""
        }
      ]
    ])
  }

  slo_filter = "resource.type=\"https_lb_rule\" resource.label.\"url_map_name\"=\"${var.edge.url_map}\""
  slo_scopes = merge(
    { for class in local.classes : class => { class = class, region = null } if !contains(local.regional_classes, class) },
    {
      for pair in setproduct(local.regional_classes, local.regions) : "${trimsuffix(pair[0], "-${pair[1]}")}-${pair[1]}" => { class = pair[0], region = pair[1] }
      if coalesce(local.home_regions[pair[0]], pair[1]) == pair[1]
    },
  )
  latency_slos = {
    for key, scope in local.slo_scopes : key => {
      target  = local.latency_targets[scope.class][coalesce(scope.region, local.regions[0])]
      subject = scope.region == null ? scope.class : "${scope.class} from ${scope.region}"
      filter = join(" ", concat(
        [local.slo_filter, "resource.label.\"backend_target_name\"=\"${var.edge.backend_services[scope.class]}\""],
        scope.region == null ? [] : ["resource.label.\"backend_scope\"=starts_with(\"${scope.region}-\")"],
      ))
    }
  }
}

resource "google_monitoring_custom_service" "this" {
  project      = var.project_id
  service_id   = "${var.name}-ledger"
  display_name = "${var.name} ledger"
  user_labels  = var.labels
}

resource "google_monitoring_slo" "availability" {
  for_each = var.edge.backend_services

  project             = var.project_id
  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "availability-${each.key}"
  display_name        = "${var.slo.availability_percent} % of ${each.key} are answered"
  goal                = var.slo.availability_percent / 100
  rolling_period_days = var.slo.period_days
  user_labels         = var.labels

  request_based_sli {
    good_total_ratio {
      total_service_filter = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" ${local.slo_filter} resource.label.\"backend_target_name\"=\"${each.value}\""
      bad_service_filter   = "metric.type=\"loadbalancing.googleapis.com/https/request_count\" ${local.slo_filter} resource.label.\"backend_target_name\"=\"${each.value}\" metric.label.\"response_code_class\"=\"500\""
    }
  }
}

resource "google_monitoring_slo" "latency" {
  for_each = local.latency_slos

  project             = var.project_id
  service             = google_monitoring_custom_service.this.service_id
  slo_id              = "latency-${each.key}"
  display_name        = "${var.slo.latency_percent} % of ${each.value.subject} within ${each.value.target} ms"
  goal                = var.slo.latency_percent / 100
  rolling_period_days = var.slo.period_days
  user_labels         = var.labels

  request_based_sli {
    distribution_cut {
      distribution_filter = "metric.type=\"loadbalancing.googleapis.com/https/total_latencies\" ${each.value.filter}"
      range {
        min = 0
        max = each.value.target
      }
    }
  }
}
