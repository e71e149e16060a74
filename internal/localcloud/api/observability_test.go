package api_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestAlertingLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	mail := c.do("POST", monitoring+"notificationChannels", channel("email", object{"email_address": "a@example.com"}))
	chat := c.do("POST", monitoring+"notificationChannels", channel("slack", object{"channel_name": "#a", "auth_token": "x"}))
	c.want(chat, "**", "labels", "auth_token")
	for filter, found := range map[string]any{
		`type="email" AND labels.email_address="a@example.com"`: mail["name"], `type="sms"`: nil, `labels.channel_name="#a"`: chat["name"],
	} {
		c.want(c.do("GET", monitoring+"notificationChannels?filter="+url.QueryEscape(filter), nil), found, "notificationChannels", 0, "name")
	}
	body := threshold(cpuMetric, "ALIGN_MEAN")
	body["notificationChannels"] = []any{mail["name"]}
	made := c.do("POST", monitoring+"alertPolicies", body)
	name, _ := made["name"].(string)
	if condition, _ := partOf(made, "conditions", 0, "name").(string); !strings.HasPrefix(condition, name+"/conditions/") {
		t.Errorf("the condition is named %q", condition)
	}
	channelName, _ := mail["name"].(string)
	c.refused(400, "force is not set", "DELETE", "monitoring.googleapis.com/v3/"+channelName, nil)
	changed := c.do("PATCH", "monitoring.googleapis.com/v3/"+name+"?updateMask=severity,enabled", object{"severity": "CRITICAL", "enabled": false})
	c.want(changed, "CRITICAL", "severity")
	c.want(changed, false, "enabled")
	c.want(changed, "c", "conditions", 0, "displayName")
	if got := c.do("GET", monitoring+"alertPolicies", nil); len(got["alertPolicies"].([]any)) != 1 {
		t.Errorf("policies: %v", got)
	}
	c.do("DELETE", "monitoring.googleapis.com/v3/"+channelName+"?force=true", nil)
	c.do("DELETE", "monitoring.googleapis.com/v3/"+name, nil)
	c.refused(404, "was not found", "GET", "monitoring.googleapis.com/v3/"+name, nil)
}

// TestPromQL: queries that observe a ledger are taken.
func TestPromQL(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for _, query := range []string{
		`histogram_quantile(0.99, sum by (le) (rate(loadbalancing_googleapis_com:https_total_latencies_bucket{monitored_resource="https_lb_rule",url_map_name=~"ledger.*"}[5m]))) > 1000`,
		`sum(rate(loadbalancing_googleapis_com:https_request_count{response_code_class="500"}[5m])) / sum(rate(loadbalancing_googleapis_com:https_request_count[5m])) > 0.01`,
		`count((avg by (check_id) (avg_over_time(monitoring_googleapis_com:uptime_check_check_passed{monitored_resource="uptime_url"}[5m]))) < 0.5) >= 2`,
		`sum by (location) (spanner_googleapis_com:instance_cpu_utilization_by_priority{priority="high", is_system!="true"}) > 0.45 and on (location) vector(1) == bool 1`,
		`max(cloudsql_googleapis_com:database_replication_replica_lag) > 10 or absent(up{job="ledger"}) # nobody`,
		`-sum(foo offset 5m) by (region) < -1e3`,
		`label_replace(rate(loadbalancing_googleapis_com:https_total_latencies_bucket[5m:1m]), "r", "$1", "backend_scope", "(.*)-[a-z]") > 0`,
	} {
		c.do("POST", monitoring+"alertPolicies", promPolicy(query))
	}
	for query, says := range map[string]string{
		"":                             "the query is empty",
		"sum(a))":                      `unexpected ")"`,
		"a b":                          `unexpected "b"`,
		`rate("a`:                      "unterminated",
		"a > ; 1":                      "unexpected character",
		"[5m]":                         "something to range over",
		"* 2":                          "has no left side",
		"sum(a{b=\"c\"}":               `unclosed "("`,
		"rates(a[5m])":                 "unknown function",
		"a{b=\"c\"":                    `unclosed "{"`,
		"avg(custom_googleapis_com:a)": "does not exist",
	} {
		c.refused(400, says, "POST", monitoring+"alertPolicies", promPolicy(query))
	}
}

func TestMetricsLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	custom := object{"type": "custom.googleapis.com/ledger/blocks", "metricKind": "GAUGE", "valueType": "INT64"}
	c.do("POST", monitoring+"metricDescriptors", custom)
	custom["description"] = "x"
	c.do("POST", monitoring+"metricDescriptors", custom)
	c.want(c.do("GET", monitoring+"metricDescriptors/custom.googleapis.com/ledger/blocks", nil), "x", "description")
	c.do("POST", monitoring+"alertPolicies", threshold(`metric.type="custom.googleapis.com/ledger/blocks" resource.type="global"`, "ALIGN_MEAN"))
	custom["valueType"] = "DOUBLE"
	c.refused(400, "cannot change", "POST", monitoring+"metricDescriptors", custom)
	c.do("DELETE", monitoring+"metricDescriptors/custom.googleapis.com/ledger/blocks", nil)

	m := c.do("POST", logging+"metrics", object{"name": "ledger/rejected", "filter": "severity>=ERROR"})
	c.want(m, "logging.googleapis.com/user/ledger/rejected", "metricDescriptor", "type")
	c.refused(409, "already exists", "POST", logging+"metrics", object{"name": "ledger/rejected", "filter": "x"})
	c.do("POST", monitoring+"alertPolicies", threshold(`metric.type="logging.googleapis.com/user/ledger/rejected" resource.type="global"`, "ALIGN_RATE"))
	c.want(c.do("PUT", logging+"metrics/ledger%2Frejected", object{"name": "ledger/rejected", "filter": "severity>=ERROR", "description": "x"}), "x", "description")
	c.do("DELETE", logging+"metrics/ledger%2Frejected", nil)
}

func TestServicesLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.do(aService3.verb, aService3.address, aService3.body)
	objectives := monitoring + "services/api/serviceLevelObjectives"
	made := c.do("POST", objectives+"?serviceLevelObjectiveId=s", slo("displayName", "a"))
	c.want(made, "projects/"+testProject+"/services/api/serviceLevelObjectives/s", "name")
	changed := c.do("PATCH", objectives+"/s?updateMask=goal", object{"goal": 0.999})
	c.want(changed, 0.999, "goal")
	c.do("POST", monitoring+"alertPolicies", policy(object{"conditionThreshold": object{"filter": `select_slo_burn_rate("` + made["name"].(string) + `", "3600s")`, "comparison": "COMPARISON_GT", "duration": "0s"}}))
	c.do("DELETE", monitoring+"services/api", nil)
	c.refused(404, "was not found", "GET", objectives+"/s", nil)

	check := c.do("POST", monitoring+"uptimeCheckConfigs", uptime("displayName", "u"))
	c.want(check, "GET", "httpCheck", "requestMethod")
	name, _ := check["name"].(string)
	id := name[strings.LastIndexByte(name, '/')+1:]
	user := c.do("POST", monitoring+"alertPolicies", threshold(`metric.type="monitoring.googleapis.com/uptime_check/check_passed" resource.type="uptime_url" metric.label.check_id="`+id+`"`, "ALIGN_NEXT_OLDER"))
	c.refused(400, "One or more alerting policies is using it", "DELETE", "monitoring.googleapis.com/v3/"+name, nil)
	c.do("DELETE", "monitoring.googleapis.com/v3/"+user["name"].(string), nil)
	c.do("DELETE", "monitoring.googleapis.com/v3/"+name, nil)

	above := c.do("POST", monitoring+"groups", object{"displayName": "a", "filter": `resource.type="x"`})
	c.do("POST", monitoring+"groups", object{"displayName": "b", "filter": `resource.type="x"`, "parentName": above["name"]})
	c.refused(400, "has descendants", "DELETE", "monitoring.googleapis.com/v3/"+above["name"].(string), nil)
	c.do("DELETE", "monitoring.googleapis.com/v3/"+above["name"].(string)+"?recursive=true", nil)
}

func TestDashboardLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	made := c.do("POST", dashboards, dashboard(tile(0, 6, object{"title": "t", "text": object{"content": "x"}})).body)
	name, _ := made["name"].(string)
	next := dashboard(tile(0, 12, object{"title": "u"})).body
	next["etag"] = made["etag"]
	changed := c.do("PATCH", "monitoring.googleapis.com/v1/"+name, next)
	c.want(changed, nil, "mosaicLayout", "tiles", 0, "widget", "text")
	next["etag"] = made["etag"]
	c.refused(409, "ETag", "PATCH", "monitoring.googleapis.com/v1/"+name, next)
	c.do("DELETE", "monitoring.googleapis.com/v1/"+name, nil)
	c.refused(404, "was not found", "GET", "monitoring.googleapis.com/v1/"+name, nil)
}

func TestLoggingLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const buckets = logging + "locations/us-east1/buckets"
	op := c.do("POST", buckets+":createAsync?bucketId=audit", object{"analyticsEnabled": true, "retentionDays": 90})
	c.want(op, true, "done")
	c.want(c.do("GET", buckets+"/audit", nil), 90.0, "retentionDays")
	c.refused(400, "cannot be disabled", "PATCH", buckets+"/audit?updateMask=analyticsEnabled", object{"analyticsEnabled": false})
	c.do("PATCH", buckets+"/audit?updateMask=retentionDays", object{"retentionDays": 365})
	c.want(c.do("GET", logging+"locations/global/buckets/_Default", nil), 30.0, "retentionDays")
	c.refused(400, "cannot change", "PATCH", logging+"locations/global/buckets/_Required?updateMask=retentionDays", object{"retentionDays": 90})

	c.do("POST", buckets+"/audit/links?linkId=audit", object{})
	c.want(c.do("GET", bigquery+"/audit", nil), "LINKED", "type")
	c.refused(400, "has the linked dataset", "DELETE", buckets+"/audit", nil)
	c.do("DELETE", buckets+"/audit/links/audit", nil)
	c.refused(404, "was not found", "GET", bigquery+"/audit", nil)

	own := c.do("POST", logging+"sinks?uniqueWriterIdentity=true", object{"name": "audit", "destination": "logging.googleapis.com/projects/" + testProject + "/locations/us-east1/buckets/audit"})
	c.want(own, nil, "writerIdentity")
	far := c.do("POST", logging+"sinks?uniqueWriterIdentity=true", object{"name": "files", "destination": "storage.googleapis.com/audit"})
	if writer, _ := far["writerIdentity"].(string); !strings.HasSuffix(writer, "@gcp-sa-logging.iam.gserviceaccount.com") {
		t.Errorf("the sink writes as %q", writer)
	}
	c.refused(400, "cannot lose it", "PATCH", logging+"sinks/files?updateMask=filter", object{"filter": "severity>=ERROR"})
	c.want(c.do("PATCH", logging+"sinks/files?updateMask=filter&uniqueWriterIdentity=true", object{"filter": "severity>=ERROR"}), "severity>=ERROR", "filter")
	c.do("DELETE", logging+"sinks/files", nil)
	c.do("DELETE", buckets+"/audit", nil)
	c.refused(404, "was not found", "GET", buckets+"/audit", nil)

	c.do("POST", logging+"exclusions", object{"name": "probes", "filter": `httpRequest.userAgent:"GoogleHC"`})
	c.want(c.do("PATCH", logging+"exclusions/probes?updateMask=description", object{"description": "x"}), "x", "description")
	c.do("DELETE", logging+"exclusions/probes", nil)
}

// TestIdentities: what a configuration looks up to give rights to.
func TestIdentities(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for address, member := range map[string]string{
		"bigquery.googleapis.com/bigquery/v2/projects/" + testProject + "/serviceAccount": "email",
		logging + "settings":                                                "loggingServiceAccountId",
		logging + "cmekSettings":                                            "serviceAccountId",
		"monitoring.googleapis.com/v3/uptimeCheckIps":                       "uptimeCheckIps",
		strings.TrimSuffix(datastream, "/") + ":fetchStaticIps":             "staticIps",
		"cloudbilling.googleapis.com/v1/billingAccounts/" + account:         "displayName",
		"cloudbilling.googleapis.com/v1/billingAccounts?filter=open%3Dtrue": "billingAccounts",
	} {
		if got := c.do("GET", address, nil); got[member] == nil {
			t.Errorf("%s: no %s in %v", address, member, got)
		}
	}
}
