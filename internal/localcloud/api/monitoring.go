package api

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// registerMonitoring: names of metrics have slashes, groups and checks refer to
// each other in ways that the document does not tell.
func registerMonitoring(h *hooks) {
	h.methods["monitoring.projects.metricDescriptors.create"] = createMetricDescriptor
	for _, name := range []string{"get", "delete"} {
		h.methods["monitoring.projects.metricDescriptors."+name] = func(k *call) (map[string]any, *apiError) {
			k.path = metricDescriptorPath(k.project.id, k.arg("metricDescriptorsId"))
			return k.s.generic(k)(k)
		}
	}
	h.check["monitoring metricDescriptors"] = checkMetricDescriptor
	h.check["monitoring uptimeCheckConfigs"] = checkUptime
	h.deletion["monitoring uptimeCheckConfigs"] = uptimeUnused
	h.check["monitoring groups"] = checkGroup
	h.deletion["monitoring groups"] = groupHasNoChildren
	h.check["monitoring services"] = checkService
	h.methods["monitoring.uptimeCheckIps.list"] = listCheckers
	h.check["monitoring serviceLevelObjectives"] = checkSLO
}

// createMetricDescriptor makes a descriptor or changes the one that there is:
// the API has no other way to change one.
func createMetricDescriptor(k *call) (map[string]any, *apiError) {
	name := text(k.body, "type")
	domain, _, _ := strings.Cut(name, "/")
	if !slices.Contains([]string{"custom.googleapis.com", "external.googleapis.com", "workload.googleapis.com", "prometheus.googleapis.com"}, domain) {
		return nil, errArgument("Field metric_descriptor.type had an invalid value of \"%s\": only custom metrics can be made.", name)
	}
	path := metricDescriptorPath(k.project.id, name)
	of := k.s.kindAt("monitoring", "projects/{}/metricDescriptors/{}")
	dropNulls(k.body)
	r := k.s.store.get("monitoring", path)
	if r == nil {
		return k.make(&resource{kind: of, service: "monitoring", path: path}, k.body)
	}
	if r.data["metricKind"] != k.body["metricKind"] || r.data["valueType"] != k.body["valueType"] {
		return nil, errArgument("Field metric_descriptor had an invalid value: the kind and the value type of %s cannot change.", name)
	}
	return k.replace(r, "update", k.body)
}

func checkMetricDescriptor(k *call, r, _ *resource) *apiError {
	if kind := text(r.data, "metricKind"); kind == "DELTA" || kind == "" {
		return errArgument("Field metric_descriptor.metric_kind had an invalid value of \"%s\": custom metrics are GAUGE or CUMULATIVE.", kind)
	}
	if value := text(r.data, "valueType"); text(r.data, "metricKind") == "CUMULATIVE" && (value == "BOOL" || value == "STRING") {
		return errArgument("Field metric_descriptor.value_type had an invalid value of \"%s\": it cannot accumulate.", value)
	}
	r.data["name"] = "projects/" + k.project.id + "/metricDescriptors/" + text(r.data, "type")
	return nil
}

func checkUptime(_ *call, r, _ *resource) *apiError {
	kinds := 0
	for _, name := range []string{"httpCheck", "tcpCheck", "syntheticMonitor"} {
		if r.data[name] != nil {
			kinds++
		}
	}
	target := memberAt(r.data, "monitoredResource")
	setDefault(r.data, "period", "60s")
	setDefault(r.data, "checkerType", "STATIC_IP_CHECKERS")
	period, timeout := text(r.data, "period"), text(r.data, "timeout")
	limit, err := time.ParseDuration(timeout)
	switch {
	case kinds != 1:
		return errArgument("Field uptime_check_config had an invalid value: exactly one kind of check must be set.")
	case !slices.Contains([]string{"60s", "300s", "600s", "900s"}, period):
		return errArgument("Field uptime_check_config.period had an invalid value of \"%s\": must be 60s, 300s, 600s or 900s.", period)
	case err != nil || limit < time.Second || limit > time.Minute:
		return errArgument("Field uptime_check_config.timeout had an invalid value of \"%s\": must be between 1 and 60 seconds.", timeout)
	case len(listOfObjects(r.data["contentMatchers"])) > 1:
		return errArgument("Field uptime_check_config.content_matchers had an invalid value: at most one is supported.")
	case text(target, "type") == "uptime_url" && text(memberAt(target, "labels"), "host") == "":
		return errArgument("Field uptime_check_config.monitored_resource had an invalid value: the label \"host\" is missing.")
	}
	places := 0
	for _, region := range texts(r.data["selectedRegions"]) {
		if places++; region == "USA" { // three checkers of its own
			places += 2
		}
	}
	if places > 0 && places < 3 {
		return errArgument("Field uptime_check_config.selected_regions had an invalid value: at least 3 checker locations must be selected, not %d.", places)
	}
	for _, m := range listOfObjects(r.data["contentMatchers"]) {
		setDefault(m, "matcher", "CONTAINS_STRING")
	}
	if check, isHTTP := r.data["httpCheck"].(map[string]any); isHTTP {
		setDefault(check, "path", "/")
		setDefault(check, "requestMethod", "GET")
		port := float64(80)
		if check["useSsl"] == true {
			port = 443
		}
		setDefault(check, "port", port)
		if check["validateSsl"] == true && check["useSsl"] != true {
			return errArgument("Field uptime_check_config.http_check.validate_ssl had an invalid value: there is no certificate without use_ssl.")
		}
		if check["body"] != nil && check["requestMethod"] != "POST" {
			return errArgument("Field uptime_check_config.http_check.body had an invalid value: only a POST has a body.")
		}
	}
	return nil
}

// uptimeUnused refuses to delete a check that an alert policy asks about.
func uptimeUnused(k *call, r *resource) *apiError {
	for _, policy := range k.s.store.in("monitoring", "projects/"+k.project.id+"/alertPolicies") {
		if strings.Contains(jsonText(policy.data["conditions"]), r.id()) {
			return errPrecondition(fmt.Sprintf("Cannot delete check '%s'. One or more alerting policies is using it: '%s'", r.path, policy.path))
		}
	}
	return nil
}

func checkGroup(_ *call, r, _ *resource) *apiError {
	if why := balanced(text(r.data, "filter")); why != "" {
		return errArgument("Field group.filter had an invalid value: %s.", why)
	}
	if text(r.data, "parentName") == r.path {
		return errArgument("Field group.parent_name had an invalid value: a group cannot be part of itself.")
	}
	return nil
}

func groupHasNoChildren(k *call, r *resource) *apiError {
	for _, key := range k.s.store.usedBy(r) {
		user := k.s.store.byKey[key]
		if user == nil || user.kind != r.kind {
			continue
		}
		if k.query.Get("recursive") != "true" {
			return errPrecondition("The group '" + r.path + "' has descendants, as '" + user.path + "'")
		}
		k.s.store.remove(user)
	}
	return nil
}

func checkService(_ *call, r, _ *resource) *apiError {
	if r.data["custom"] == nil && r.data["basicService"] == nil && r.data["gkeService"] == nil && r.data["cloudRun"] == nil {
		return errArgument("Field service had an invalid value: it must say what kind of service it is.")
	}
	return nil
}

const maxGoal = 0.9999

func checkSLO(k *call, r, _ *resource) *apiError {
	goal, _ := r.data["goal"].(float64)
	rolling, calendar := text(r.data, "rollingPeriod"), text(r.data, "calendarPeriod")
	days, err := time.ParseDuration(rolling)
	switch {
	case goal <= 0 || goal > maxGoal+1e-9:
		return errArgument("Field service_level_objective.goal had an invalid value of \"%v\": must be greater than 0 and at most %v.", goal, maxGoal)
	case (rolling == "") == (calendar == ""):
		return errArgument("Field service_level_objective.period had an invalid value: exactly one of a rolling and a calendar period must be set.")
	case rolling != "" && (err != nil || days%(24*time.Hour) != 0 || days < 24*time.Hour || days > 30*24*time.Hour):
		return errArgument("Field service_level_objective.rolling_period had an invalid value of \"%s\": must be 1 to 30 whole days.", rolling)
	case calendar != "" && !slices.Contains([]string{"DAY", "WEEK", "FORTNIGHT", "MONTH"}, calendar):
		return errArgument("Field service_level_objective.calendar_period had an invalid value of \"%s\": must be DAY, WEEK, FORTNIGHT or MONTH.", calendar)
	}
	sli := memberAt(r.data, "serviceLevelIndicator")
	for _, requests := range []map[string]any{memberAt(sli, "requestBased"), memberAt(sli, "windowsBased", "goodTotalRatioThreshold", "performance")} {
		if err := k.checkRequests(requests); err != nil {
			return err
		}
	}
	if len(sli) == 0 {
		return errArgument("Field service_level_objective.service_level_indicator had an invalid value: there is none.")
	}
	return nil
}

// checkRequests refuses ratios and cuts of metrics that do not exist or have no
// such form.
func (k *call) checkRequests(sli map[string]any) *apiError {
	const field = "service_level_objective.service_level_indicator"
	if ratio := memberAt(sli, "goodTotalRatio"); len(ratio) > 0 {
		given := 0
		for _, name := range []string{"goodServiceFilter", "badServiceFilter", "totalServiceFilter"} {
			filter := text(ratio, name)
			if filter == "" {
				continue
			}
			given++
			of, err := k.checkMetricFilter(field+"."+snakeCase(name), filter)
			if err != nil {
				return err
			}
			if of.kind == "GAUGE" {
				return errArgument("Field %s.%s had an invalid value: a ratio needs a DELTA or CUMULATIVE metric.", field, snakeCase(name))
			}
		}
		if given != 2 {
			return errArgument("Field %s.good_total_ratio had an invalid value: exactly two of good, bad and total must be set, not %d.", field, given)
		}
	}
	if cut := memberAt(sli, "distributionCut"); len(cut) > 0 {
		of, err := k.checkMetricFilter(field+".distribution_filter", text(cut, "distributionFilter"))
		if err != nil {
			return err
		}
		if of.value != "" && of.value != "DISTRIBUTION" {
			return errArgument("Field %s.distribution_filter had an invalid value: the metric is no distribution but %s.", field, of.value)
		}
	}
	return nil
}

// listCheckers gives addresses that are kept for documentation.
func listCheckers(*call) (map[string]any, *apiError) {
	var out []any
	for i, region := range []string{"USA_VIRGINIA", "USA_OREGON", "USA_IOWA", "EUROPE", "SOUTH_AMERICA", "ASIA_PACIFIC"} {
		out = append(out, map[string]any{"region": region, "location": region, "ipAddress": fmt.Sprintf("192.0.2.%d", i+1)})
	}
	return map[string]any{"uptimeCheckIps": out}, nil
}
