package api_test

const (
	monitoring = "monitoring.googleapis.com/v3/projects/" + testProject + "/"
	dashboards = "monitoring.googleapis.com/v1/projects/" + testProject + "/dashboards"
	logging    = "logging.googleapis.com/v2/projects/" + testProject + "/"
	cpuMetric  = `metric.type="spanner.googleapis.com/instance/cpu/utilization_by_priority" resource.type="spanner_instance"`
)

func policy(condition object) object {
	condition["displayName"] = "c"
	return object{"displayName": "p", "combiner": "OR", "conditions": []any{condition}}
}

func promPolicy(query string) object {
	return policy(object{"conditionPrometheusQueryLanguage": object{"query": query, "duration": "300s", "evaluationInterval": "60s"}})
}

func threshold(filter, aligner string) object {
	return policy(object{"conditionThreshold": object{"filter": filter, "comparison": "COMPARISON_GT", "duration": "60s",
		"aggregations": []any{object{"alignmentPeriod": "60s", "perSeriesAligner": aligner}}}})
}

func channel(kind string, labels object) object { return object{"type": kind, "labels": labels} }

func uptime(member string, value any) object {
	body := object{"displayName": "u", "timeout": "10s", "period": "60s", "httpCheck": object{"path": "/"}, "monitoredResource": object{"type": "uptime_url", "labels": object{"host": "h.example.com"}}}
	body[member] = value
	return body
}

func slo(member string, value any) object {
	const filter = `metric.type="loadbalancing.googleapis.com/https/request_count" resource.type="https_lb_rule"`
	body := object{"goal": 0.99, "rollingPeriod": "2419200s", "serviceLevelIndicator": object{"requestBased": object{"goodTotalRatio": object{"totalServiceFilter": filter, "goodServiceFilter": filter}}}}
	body[member] = value
	return body
}

var aService3 = insert(monitoring+"services?serviceId=api", object{"displayName": "a", "custom": object{}})

func tile(x, width float64, widget object) object {
	return object{"xPos": x, "width": width, "height": 4, "widget": widget}
}

func dashboard(tiles ...any) request {
	return insert(dashboards, object{"displayName": "d", "mosaicLayout": object{"columns": 12, "tiles": tiles}})
}

func logMetric(more object) request {
	body := object{"name": "m", "filter": "severity>=ERROR"}
	for name, value := range more {
		body[name] = value
	}
	return insert(logging+"metrics", body)
}

var observabilityMistakes = []golden{
	{"PromQL that is not closed", nil, insert(monitoring+"alertPolicies", promPolicy("sum(rate(a[5m]) > 1")), 400, `invalid PromQL: unclosed "("`},
	{"PromQL without a right side", nil, insert(monitoring+"alertPolicies", promPolicy("sum(rate(a[5m])) >")), 400, "has no right side"},
	{"PromQL function that does not exist", nil, insert(monitoring+"alertPolicies", promPolicy("histogram_quantil(0.99, a) > 1")), 400, "unknown function"},
	{"PromQL metric that does not exist", nil, insert(monitoring+"alertPolicies", promPolicy("max(spanner_googleapis_com:instance_cpu_utilisation) > 1")), 400, "spanner_googleapis_com:instance_cpu_utilisation does not exist"},
	{"metric type with a typo", nil, insert(monitoring+"alertPolicies", threshold(`metric.type="spanner.googleapis.com/instance/cpu/utilisation" resource.type="spanner_instance"`, "ALIGN_MEAN")), 404, "Cannot find metric that matches type"},
	{"log-based metric that does not exist", nil, insert(monitoring+"alertPolicies", threshold(`metric.type="logging.googleapis.com/user/absent" resource.type="k8s_container"`, "ALIGN_RATE")), 404, "logging.googleapis.com/user/absent"},
	{"threshold without a metric", nil, insert(monitoring+"alertPolicies", threshold(`resource.type="spanner_instance"`, "ALIGN_MEAN")), 400, `restriction on "metric.type"`},
	{"threshold without a resource", nil, insert(monitoring+"alertPolicies", threshold(`metric.type="spanner.googleapis.com/instance/cpu/utilization"`, "ALIGN_MEAN")), 400, `restriction on "resource.type"`},
	{"rate of a gauge", nil, insert(monitoring+"alertPolicies", threshold(cpuMetric, "ALIGN_RATE")), 400, "cannot be applied to metrics with kind GAUGE"},
	{"filter with a quote that is open", nil, insert(monitoring+"alertPolicies", threshold(`metric.type="x resource.type=y`, "ALIGN_RATE")), 400, "a quote is not closed"},
	{"burn rate of an objective that does not exist", nil, insert(monitoring+"alertPolicies", threshold(`select_slo_burn_rate("projects/`+testProject+`/services/api/serviceLevelObjectives/s", "3600s")`, "ALIGN_MEAN")), 400, "the service level objective"},
	{"policy without a condition", nil, insert(monitoring+"alertPolicies", object{"displayName": "p", "combiner": "OR"}), 400, "at least one condition"},
	{"channel that does not exist", nil, insert(monitoring+"alertPolicies", object{"displayName": "p", "combiner": "OR", "notificationChannels": []any{"projects/" + testProject + "/notificationChannels/1"},
		"conditions": []any{object{"displayName": "c", "conditionThreshold": object{"filter": cpuMetric, "comparison": "COMPARISON_GT", "duration": "0s"}}}}), 400, "notificationChannels/1', which does not exist"},
	{"closed too early", nil, insert(monitoring+"alertPolicies", object{"displayName": "p", "combiner": "OR", "alertStrategy": object{"autoClose": "60s"},
		"conditions": []any{object{"displayName": "c", "conditionThreshold": object{"filter": cpuMetric, "comparison": "COMPARISON_GT", "duration": "0s"}}}}), 400, "between 30 minutes and 7 days"},
	{"log match without a limit", nil, insert(monitoring+"alertPolicies", policy(object{"conditionMatchedLog": object{"filter": "severity>=ERROR"}})), 400, "needs a notification rate limit"},
	{"type of channel that does not exist", nil, insert(monitoring+"notificationChannels", channel("mail", object{"email_address": "a@example.com"})), 400, "no such type of channel"},
	{"channel without its label", nil, insert(monitoring+"notificationChannels", channel("email", object{"address": "a@example.com"})), 400, `needs the label "email_address"`},
	{"channel's topic that does not exist", nil, insert(monitoring+"notificationChannels", channel("pubsub", object{"topic": "projects/" + testProject + "/topics/none"})), 404, "topics/none does not exist"},
	{"uptime check every 45 seconds", nil, insert(monitoring+"uptimeCheckConfigs", uptime("period", "45s")), 400, "must be 60s, 300s, 600s or 900s"},
	{"uptime check from two places", nil, insert(monitoring+"uptimeCheckConfigs", uptime("selectedRegions", []any{"EUROPE", "ASIA_PACIFIC"})), 400, "at least 3 checker locations"},
	{"uptime check without a host", nil, insert(monitoring+"uptimeCheckConfigs", uptime("monitoredResource", object{"type": "uptime_url"})), 400, `the label "host"`},
	{"goal of everything", []request{aService3}, insert(monitoring+"services/api/serviceLevelObjectives", slo("goal", 1)), 400, "at most 0.9999"},
	{"period of 45 days", []request{aService3}, insert(monitoring+"services/api/serviceLevelObjectives", slo("rollingPeriod", "3888000s")), 400, "1 to 30 whole days"},
	{"two periods", []request{aService3}, insert(monitoring+"services/api/serviceLevelObjectives", slo("calendarPeriod", "WEEK")), 400, "exactly one of a rolling and a calendar period"},
	{"ratio of one filter", []request{aService3}, insert(monitoring+"services/api/serviceLevelObjectives", slo("serviceLevelIndicator", object{"requestBased": object{"goodTotalRatio": object{"totalServiceFilter": `metric.type="loadbalancing.googleapis.com/https/request_count" resource.type="https_lb_rule"`}}})), 400, "exactly two of good, bad and total"},
	{"cut of a metric that is no distribution", []request{aService3}, insert(monitoring+"services/api/serviceLevelObjectives", slo("serviceLevelIndicator", object{"requestBased": object{"distributionCut": object{"distributionFilter": cpuMetric, "range": object{"max": 1}}}})), 400, "the metric is no distribution"},
	{"objective of no service", nil, insert(monitoring+"services/api/serviceLevelObjectives", slo("goal", 0.9)), 404, "services/api' was not found"},
	{"metric in Google's own domain", nil, insert(monitoring+"metricDescriptors", object{"type": "spanner.googleapis.com/mine", "metricKind": "GAUGE", "valueType": "INT64"}), 400, "only custom metrics"},
	{"dashboard field with a typo", nil, dashboard(tile(0, 6, object{"title": "t", "xyChart": object{"dataSet": []any{}}})), 400, `Unknown name "dataSet" at 'dashboard.mosaicLayout.tiles[0].widget.xyChart'`},
	{"dashboard enum with a typo", nil, dashboard(tile(0, 6, object{"xyChart": object{"dataSets": []any{object{"plotType": "LINES"}}}})), 400, "tiles[0].widget.xyChart.dataSets[0].plotType"},
	{"tile beyond the grid", nil, dashboard(tile(8, 6, object{})), 400, "reaches beyond the 12 columns"},
	{"tiles on top of each other", nil, dashboard(tile(0, 6, object{}), tile(4, 6, object{})), 400, "overlaps with tiles[0]"},
	{"distribution without an extractor", nil, logMetric(object{"metricDescriptor": object{"metricKind": "DELTA", "valueType": "DISTRIBUTION"}}), 400, "needs a value_extractor"},
	{"label without an extractor", nil, logMetric(object{"metricDescriptor": object{"labels": []any{object{"key": "region"}}}}), 400, "has no extractor"},
	{"extractor that cannot be parsed", nil, logMetric(object{"metricDescriptor": object{"valueType": "DISTRIBUTION"}, "valueExtractor": "jsonPayload.ms"}), 400, "The value_extractor 'jsonPayload.ms'"},
	{"gauge of logs", nil, logMetric(object{"metricDescriptor": object{"metricKind": "GAUGE", "valueType": "INT64"}}), 400, "have the kind DELTA"},
	{"sink to nowhere", nil, insert(logging+"sinks", object{"name": "s", "destination": "pubsub.googleapis.com/ledger-events"}), 400, "none of the forms"},
	{"logs kept for eleven years", nil, insert(logging+"locations/us-east1/buckets?bucketId=b", object{"retentionDays": 4000}), 400, "retention_days 4000"},
	{"linked dataset without Log Analytics", []request{insert(logging+"locations/us-east1/buckets?bucketId=b", object{})}, insert(logging+"locations/us-east1/buckets/b/links?linkId=l", object{}), 400, "needs Log Analytics"},
	{"view that restricts the payload", []request{insert(logging+"locations/us-east1/buckets?bucketId=b", object{})}, insert(logging+"locations/us-east1/buckets/b/views?viewId=v", object{"filter": `jsonPayload.a="b"`}), 400, "can only restrict source"},
}
