package alerttest

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestExpressionsNameWhatGoogleHas parses every expression of alerts and
// dashboard and compares its metrics and labels with the table.
func TestExpressionsNameWhatGoogleHas(t *testing.T) {
	known, err := ReadKnown()
	if err != nil {
		t.Fatal(err)
	}
	applied := Apply(t)
	named := map[string]bool{}
	for setting, alerts := range applied.Alerts {
		if len(alerts) == 0 {
			t.Errorf("no alerts of %s: nothing is checked", setting)
		}
		for key, alert := range alerts {
			if _, err := known.Check(alert.Expression); err != nil {
				t.Errorf("%s (%s): %v\n%s", key, setting, err, alert.Expression)
			}
			for name := range known.byName {
				named[name] = named[name] || strings.Contains(alert.Expression, name)
			}
		}
	}
	queries := panels(t, applied.Dashboard)
	if len(queries) < 15 {
		t.Errorf("the dashboard has %d queries, fewer than its panels", len(queries))
	}
	legendLabel := regexp.MustCompile(`\$\{labels\.metric\.([a-z_]+)\}`)
	for _, query := range queries {
		has, err := known.Check(query.expression)
		if err != nil {
			t.Errorf("%s: %v\n%s", query.title, err, query.expression)
			continue
		}
		for _, match := range legendLabel.FindAllStringSubmatch(query.legend, -1) {
			if !has[match[1]] {
				t.Errorf("%s: its legend has the label %s, its series have %v", query.title, match[1], slices.Sorted(maps.Keys(has)))
			}
		}
	}
}

// query is a PromQL query of a dashboard's panel.
type query struct{ title, legend, expression string }

func panels(t *testing.T, dashboard string) []query {
	t.Helper()
	var read Dashboard
	if err := json.Unmarshal([]byte(dashboard), &read); err != nil {
		t.Fatal(err)
	}
	var queries []query
	for _, tile := range read.MosaicLayout.Tiles {
		if tile.Widget.XYChart == nil {
			continue
		}
		for _, set := range tile.Widget.XYChart.DataSets {
			if set.TimeSeriesQuery.PrometheusQuery != "" {
				queries = append(queries, query{tile.Widget.Title, set.LegendTemplate, set.TimeSeriesQuery.PrometheusQuery})
			}
		}
	}
	return queries
}

// TestRecordedSeriesAreGoogles keeps the made-up ledger from having labels that
// no series of Google's has: an alert on those would fire here only.
func TestRecordedSeriesAreGoogles(t *testing.T) {
	known, err := ReadKnown()
	if err != nil {
		t.Fatal(err)
	}
	applied := Applied{Merge: "projects/1/locations/us/transferConfigs/c", UptimeChecks: map[string]map[string]string{"attainable": {"us-east1": "a", "global": "b"}}}
	recording := Record(applied, 1, func(int) *State { return Healthy() })
	for _, one := range recording {
		name := one.labels[nameLabel]
		has, err := known.series(name, one.labels["monitored_resource"])
		if err != nil {
			t.Error(err)
			continue
		}
		for label := range one.labels {
			if label != nameLabel && !has[label] {
				t.Errorf("%s has no label %s", name, label)
			}
		}
	}
}

// TestMistakesInExpressionsAreFound is what Check is for.
func TestMistakesInExpressionsAreFound(t *testing.T) {
	known, err := ReadKnown()
	if err != nil {
		t.Fatal(err)
	}
	const requests = `loadbalancing_googleapis_com:https_request_count{monitored_resource="https_lb_rule"}`
	const uptime = `monitoring_googleapis_com:uptime_check_check_passed`
	for expression, want := range map[string]string{
		`sum(rate(` + requests + `[5m])) > 1`:                                                                                                 "",
		`sum(rate(` + requests + `[5m]) > 1`:                                                                                                  "unclosed left parenthesis",
		`rate(loadbalancing_googleapis_com:https_requests[5m])`:                                                                               "no metric of Google's",
		`rate(loadbalancing_googleapis_com:https_request_count{code="500"}[5m])`:                                                              "has no label code",
		`sum by (region_name) (rate(` + requests + `[5m]))`:                                                                                   "no label region_name",
		`histogram_quantile(0.9, sum(rate(loadbalancing_googleapis_com:https_total_latencies_bucket[5m])))`:                                   "needs the label le",
		`rate(loadbalancing_googleapis_com:https_total_latencies[5m])`:                                                                        "is a distribution",
		`rate(spanner_googleapis_com:api_request_count[5m])`:                                                                                  "is a GAUGE: it has no rate",
		`avg_over_time(` + uptime + `[5m])`:                                                                                                   "pick one with monitored_resource",
		`avg_over_time(` + uptime + `{monitored_resource="https_lb_rule"}[5m])`:                                                               "not of the resource",
		`label_replace(rate(` + requests + `[5m]), "region", "$1", "backend_scope", "(.*)")`:                                                  "is there already",
		`label_replace(rate(` + requests + `[5m]), "ledger_region", "$1", "zone", "(.*)")`:                                                    "no label zone",
		`sum by (protocol) (rate(` + requests + `[5m])) > 0 and sum by (cache_result) (rate(` + requests + `[5m])) > 0`:                       "never match",
		`sum by (protocol) (rate(` + requests + `[5m])) / on (cache_result) group_left () sum by (cache_result) (rate(` + requests + `[5m]))`: "not on both sides",
	} {
		_, err := known.Check(expression)
		if want == "" && err != nil {
			t.Errorf("%s: %v", expression, err)
		}
		if want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", expression, err, want)
		}
	}
}
