# One dashboard, one row for each question. Layout follows from the rows: a
# header, then the row's panels in equal widths.
locals {
  columns       = 48
  header_height = 4
  panel_height  = 12

  quantiles = { P50 = 0.5, P95 = 0.95, P99 = 0.99 }
  rate_5m   = { for name in ["requests", "latency"] : name => "rate(${local.metrics[name]}{${local.users}}[5m])" }

  slo_path = "projects/${var.project_id}/services/${google_monitoring_custom_service.this.service_id}/serviceLevelObjectives"
  burn_series = {
    for kind, slos in { availability = google_monitoring_slo.availability, latency = google_monitoring_slo.latency } : kind => [
      for key in sort(keys(slos)) : { legend = key, slo = "${local.slo_path}/${slos[key].slo_id}" }
    ]
  }

  rows = [
    {
      question = "How fast are answers?"
      why      = "Measured at the load balancer, without the way to the client. Answers of the cache have no region."
      panels = [
        {
          title = "Latency P50, P95, P99 by region", unit = "ms", thresholds = [local.thresholds.api_latency_p99_ms.warning, local.thresholds.api_latency_p99_ms.critical]
          series = [for name, quantile in local.quantiles : {
            legend = "${name} $${labels.metric.ledger_region}"
            query  = "histogram_quantile(${quantile}, sum by (le, ledger_region) (${format(local.with_region, local.rate_5m.latency)}))"
          }]
        },
        {
          title = "Latency P95 by class", unit = "ms", thresholds = [var.slo.latency_target_ms]
          series = [{
            legend = "$${labels.metric.backend_target_name}"
            query  = "histogram_quantile(0.95, sum by (le, backend_target_name) (${local.rate_5m.latency}))"
          }]
        },
        {
          title = "Client round trip P50 by continent", unit = "ms", thresholds = []
          series = [{
            legend = "$${labels.metric.proxy_continent}"
            query  = "histogram_quantile(0.5, sum by (le, proxy_continent) (rate(${local.metrics.client_rtt}{${local.lb}}[5m])))"
          }]
        },
      ]
    },
    {
      question = "Are requests answered?"
      why      = "5xx of what users ask, also those of the load balancer itself; by status class also probes and what read-only mode refuses."
      panels = [
        {
          title = "Error rate by region", unit = "share", thresholds = [local.thresholds.error_rate_percent.warning / 100, local.thresholds.error_rate_percent.critical / 100]
          series = [{
            legend = "$${labels.metric.ledger_region}"
            query  = "sum by (ledger_region) (${format(local.with_region, "rate(${local.metrics.requests}{${local.users},response_code_class=\"500\"}[5m])")}) / sum by (ledger_region) (${format(local.with_region, local.rate_5m.requests)})"
          }]
        },
        {
          title = "Error rate by class", unit = "share", thresholds = [local.thresholds.error_rate_percent.warning / 100, local.thresholds.error_rate_percent.critical / 100]
          series = [{
            legend = "$${labels.metric.backend_target_name}"
            query  = "sum by (backend_target_name) (rate(${local.metrics.requests}{${local.users},response_code_class=\"500\"}[5m])) / sum by (backend_target_name) (${local.rate_5m.requests})"
          }]
        },
        {
          title = "Requests by status class", unit = "1/s", thresholds = []
          series = [{
            legend = "$${labels.metric.response_code_class}"
            query  = "sum by (response_code_class) (rate(${local.metrics.requests}{${local.lb}}[5m]))"
          }]
        },
      ]
    },
    {
      question = "Which regions serve?"
      why      = "Health is what the uptime checks see through the paths that only one region answers. A region that has not joined is not asked."
      panels = [
        {
          title = "Region health", unit = "share of checkers", thresholds = [0.5]
          series = [{
            legend = "$${labels.metric.check_id}"
            query  = "avg by (check_id) (avg_over_time(${local.metrics.uptime}{monitored_resource=\"uptime_url\",project_id=\"${var.project_id}\",host=\"${var.edge.host}\"}[5m]))"
          }]
        },
        {
          title = "Traffic share by region", unit = "share", thresholds = []
          series = [{
            legend = "$${labels.metric.ledger_region}"
            query  = "sum by (ledger_region) (${format(local.with_region, local.rate_5m.requests)}) / on () group_left () sum(${local.rate_5m.requests})"
          }]
        },
        {
          title = "Requests by class", unit = "1/s", thresholds = []
          series = [{
            legend = "$${labels.metric.backend_target_name}"
            query  = "sum by (backend_target_name) (${local.rate_5m.requests})"
          }]
        },
      ]
    },
    {
      question = "Does Spanner keep up?"
      why      = "Commit latency is Spanner's own, by the region that took the call: it has the way to the leader, not the way to the client."
      panels = [
        {
          title = "Commit latency P50, P99 by region", unit = "s", thresholds = [local.thresholds.spanner_commit_p99_ms.warning / 1000]
          series = [for name in ["P50", "P99"] : {
            legend = "${name} $${labels.metric.region}"
            query  = "histogram_quantile(${local.quantiles[name]}, sum by (le, region) (rate(${local.metrics.commit}{${local.spanner},database=\"${var.spanner.database}\",method=\"Commit\"}[5m])))"
          }]
        },
        {
          title = "CPU, high priority, by region", unit = "share", thresholds = [local.thresholds.spanner_cpu_percent.warning / 100, local.thresholds.spanner_cpu_percent.critical / 100]
          series = [{
            legend = "$${labels.metric.location}"
            query  = local.cpu
          }]
        },
        {
          title = "CPU by region and priority", unit = "share", thresholds = []
          series = [{
            legend = "$${labels.metric.location} $${labels.metric.priority}"
            query  = "sum by (location, priority) (${local.metrics.cpu}{${local.spanner}})"
          }]
        },
        {
          title = "Calls that fail, by status", unit = "1/s", thresholds = []
          series = [{
            legend = "$${labels.metric.status}"
            query  = "sum by (status) (rate(${local.metrics.spanner_calls}{${local.spanner},database=\"${var.spanner.database}\",status!~\"(?i)ok\"}[5m]))"
          }]
        },
      ]
    },
    {
      question = "Where are the leaders, and what is replicated?"
      why      = "Spanner's voting replicas are synchronous and have no lag: bytes say that they receive. Cloud SQL's replicas have one."
      panels = [
        {
          title = "Leaders by region", unit = "share", thresholds = []
          series = [{
            legend = "$${labels.metric.region}"
            query  = "sum by (region) (${local.metrics.leaders}{${local.spanner},database=\"${var.spanner.database}\"})"
          }]
        },
        {
          title = "Replicated bytes between regions", unit = "By/s", thresholds = []
          series = [{
            legend = "$${labels.metric.source_region} to $${labels.metric.destination_region}"
            query  = "sum by (source_region, destination_region) (rate(${local.metrics.replicated}{${local.spanner},database=\"${var.spanner.database}\"}[5m]))"
          }]
        },
        {
          title = "Cloud SQL replica lag", unit = "s", thresholds = [local.thresholds.sql_replica_lag_seconds.warning, local.thresholds.sql_replica_lag_seconds.critical]
          series = [{
            legend = "$${labels.metric.database_id}"
            query  = local.lag
          }]
        },
      ]
    },
    {
      question = "Does the cache help?"
      why      = "Over what may be cached: writes and strong reads never are."
      panels = [
        {
          title = "Hit ratio by cached backend", unit = "share", thresholds = [0.95]
          series = [{
            legend = "$${labels.metric.backend_target_name}"
            query  = "1 - sum by (backend_target_name) (rate(${local.metrics.requests}{${local.lb},backend_target_name=~\"${local.cached_backends}\",cache_result!~\"HIT|PARTIAL_HIT|DISABLED\"}[30m])) / sum by (backend_target_name) (rate(${local.metrics.requests}{${local.lb},backend_target_name=~\"${local.cached_backends}\",cache_result!=\"DISABLED\"}[30m]))"
          }]
        },
        {
          title = "Latency of hits P95", unit = "ms", thresholds = [var.thresholds.edge_hit_p95_ms]
          series = [{
            legend = "$${labels.metric.backend_target_name}"
            query  = local.edge_hit_p95
          }]
        },
      ]
    },
    {
      question = "Are the objectives kept?"
      why      = "Burn rate of one hour: 1 uses the budget up exactly in ${var.slo.period_days} days, ${format("%.3g", local.burn_factors.fast)} pages somebody."
      panels = [
        {
          title  = "Availability ${var.slo.availability_percent} %, burn rate", unit = "times", thresholds = [1, local.burn_factors.fast]
          series = [for series in local.burn_series.availability : { legend = series.legend, slo = series.slo }]
        },
        {
          title  = "Latency ${var.slo.latency_percent} %, burn rate", unit = "times", thresholds = [1, local.burn_factors.fast]
          series = [for series in local.burn_series.latency : { legend = series.legend, slo = series.slo }]
        },
      ]
    },
  ]

  row_height = local.header_height + local.panel_height
  tiles = flatten([
    for number, row in local.rows : concat(
      [{
        x      = 0, y = number * local.row_height, width = local.columns, height = local.header_height
        widget = { title = row.question, sectionHeader = { subtitle = row.why, dividerBelow = true } }
      }],
      [for column, panel in row.panels : {
        x      = column * local.columns / length(row.panels)
        y      = number * local.row_height + local.header_height
        width  = local.columns / length(row.panels)
        height = local.panel_height
        widget = {
          title = panel.title
          xyChart = merge(length(panel.thresholds) == 0 ? {} : {
            thresholds = [for value in panel.thresholds : { value = value, targetAxis = "Y1" }]
            }, {
            chartOptions = { mode = "COLOR" }
            yAxis        = { scale = "LINEAR", label = panel.unit }
            dataSets = [for series in panel.series : {
              plotType           = "LINE"
              targetAxis         = "Y1"
              minAlignmentPeriod = "60s"
              legendTemplate     = series.legend
              timeSeriesQuery = { for kind, query in {
                prometheusQuery = lookup(series, "query", null)
                timeSeriesFilter = can(series.slo) ? {
                  filter      = "select_slo_burn_rate(\"${series.slo}\", \"3600s\")"
                  aggregation = { perSeriesAligner = "ALIGN_NEXT_OLDER" }
                } : null
              } : kind => query if query != null }
            }]
          })
        }
      }],
    )
  ])
}

locals {
  dashboard_json = jsonencode({
    displayName = "${var.name}: overview"
    labels      = { for label in sort(keys(var.labels)) : label => "" }
    mosaicLayout = {
      columns = local.columns
      # Google leaves zeros and empty lists out of what it gives back.
      tiles = [
        for tile in local.tiles : merge(
          { width = tile.width, height = tile.height, widget = tile.widget },
          tile.x == 0 ? {} : { xPos = tile.x },
          tile.y == 0 ? {} : { yPos = tile.y },
        )
      ]
    }
  })
}

resource "google_monitoring_dashboard" "this" {
  project        = var.project_id
  dashboard_json = local.dashboard_json
}
