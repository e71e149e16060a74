package api

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// registerAlerting: a document says nothing about queries, filters and what a
// type of channel needs.
func registerAlerting(h *hooks) {
	h.check["monitoring alertPolicies"] = checkAlertPolicy
	h.check["monitoring notificationChannels"] = checkNotificationChannel
	h.show["monitoring notificationChannels"] = showNotificationChannel
	h.deletion["monitoring notificationChannels"] = func(k *call, r *resource) *apiError {
		if users := k.s.store.usedBy(r); len(users) > 0 && k.query.Get("force") != "true" {
			return errPrecondition(fmt.Sprintf("Cannot delete notification channel '%s': %s uses it, and force is not set", r.path, users[0]))
		}
		return nil
	}
}

const maxConditions = 6

func checkAlertPolicy(k *call, r, before *resource) *apiError {
	conditions := listOfObjects(r.data["conditions"])
	switch combiner := text(r.data, "combiner"); {
	case len(conditions) == 0:
		return errArgument("Field alert_policy.conditions had an invalid value: at least one condition is needed.")
	case len(conditions) > maxConditions:
		return errArgument("Field alert_policy.conditions had an invalid value: at most %d conditions are allowed.", maxConditions)
	case combiner == "" || combiner == "COMBINE_UNSPECIFIED":
		return errArgument("Field alert_policy.combiner had an invalid value: a combiner must be set.")
	}
	isLog := false
	for i, c := range conditions {
		if err := k.checkCondition(fmt.Sprintf("alert_policy.conditions[%d]", i), c); err != nil {
			return err
		}
		if text(c, "name") == "" {
			c["name"] = r.path + "/conditions/" + k.s.newID()
		}
		isLog = isLog || c["conditionMatchedLog"] != nil
	}
	if err := checkAlertStrategy(memberAt(r.data, "alertStrategy"), isLog, len(conditions)); err != nil {
		return err
	}
	setDefault(r.data, "enabled", true)
	record := map[string]any{"mutateTime": k.s.timestamp("monitoring"), "mutatedBy": "localcloud@example.com"}
	r.data["mutationRecord"] = record
	if before == nil {
		r.data["creationRecord"] = record
	}
	return nil
}

func checkAlertStrategy(strategy map[string]any, isLog bool, conditions int) *apiError {
	limit := memberAt(strategy, "notificationRateLimit")
	switch {
	case isLog && conditions > 1:
		return errArgument("Field alert_policy.conditions had an invalid value: a log match must be the only condition.")
	case isLog && len(limit) == 0:
		return errArgument("Field alert_policy.alert_strategy had an invalid value: a policy that matches logs needs a notification rate limit.")
	case !isLog && len(limit) > 0:
		return errArgument("Field alert_policy.alert_strategy had an invalid value: only log-based alert policies may specify a notification rate limit.")
	}
	if given := text(strategy, "autoClose"); given != "" {
		if d, err := time.ParseDuration(given); err != nil || d < 30*time.Minute || d > 7*24*time.Hour {
			return errArgument("Field alert_policy.alert_strategy.auto_close had an invalid value of \"%s\": must be between 30 minutes and 7 days.", given)
		}
	}
	return nil
}

func (k *call) checkCondition(at string, c map[string]any) *apiError {
	var set []string
	for name, inner := range c {
		if strings.HasPrefix(name, "condition") && inner != nil {
			set = append(set, name)
		}
	}
	if len(set) != 1 {
		return errArgument("Field %s had an invalid value: a condition needs exactly one kind, not %d.", at, len(set))
	}
	if text(c, "displayName") == "" {
		return errArgument("Field %s.display_name had an invalid value: a condition needs a display name.", at)
	}
	at += "." + snakeCase(set[0])
	inner := memberAt(c, set[0])
	if d := text(inner, "duration"); d != "" && !wholeMinutes(d, 0) {
		return errArgument("Field %s.duration had an invalid value of \"%s\": must be a multiple of a minute.", at, d)
	}
	switch set[0] {
	case "conditionPrometheusQueryLanguage":
		return k.checkPrometheus(at, inner)
	case "conditionMatchedLog":
		if why := balanced(text(inner, "filter")); why != "" {
			return errArgument("Field %s.filter had an invalid value: %s.", at, why)
		}
	case "conditionThreshold":
		of, err := k.checkMetricFilter(at+".filter", text(inner, "filter"))
		if err != nil {
			return err
		}
		if comparison := text(inner, "comparison"); comparison != "COMPARISON_GT" && comparison != "COMPARISON_LT" {
			return errArgument("Field %s.comparison had an invalid value of \"%s\": only COMPARISON_GT and COMPARISON_LT are supported.", at, comparison)
		}
		if of.value == "DISTRIBUTION" && len(listOfObjects(inner["aggregations"])) == 0 {
			return errArgument("Field %s.aggregations had an invalid value: a distribution cannot be compared without an aligner.", at)
		}
		return checkAggregations(at+".aggregations[0]", inner["aggregations"], of)
	case "conditionAbsent":
		of, err := k.checkMetricFilter(at+".filter", text(inner, "filter"))
		if err != nil {
			return err
		}
		if d := text(inner, "duration"); !wholeMinutes(d, 2) {
			return errArgument("Field %s.duration had an invalid value of \"%s\": absence cannot be told in less than two minutes.", at, d)
		}
		return checkAggregations(at+".aggregations[0]", inner["aggregations"], of)
	}
	return nil
}

func (k *call) checkPrometheus(at string, c map[string]any) *apiError {
	metrics, err := promQL(text(c, "query"))
	if err != nil {
		return errArgument("Field %s.query had an invalid value: invalid PromQL: %v.", at, err)
	}
	if interval := text(c, "evaluationInterval"); interval != "" {
		if d, err := time.ParseDuration(interval); err != nil || d < 30*time.Second || d%(30*time.Second) != 0 {
			return errArgument("Field %s.evaluation_interval had an invalid value of \"%s\": must be a positive multiple of 30 seconds.", at, interval)
		}
	}
	if c["disableMetricValidation"] == true {
		return nil
	}
	for _, m := range metrics {
		if !k.s.prometheusMetric(k.project.id, m) {
			return errArgument("Field %s.query had an invalid value: the metric %s does not exist. Set disable_metric_validation to true for a metric that is yet to come.", at, m)
		}
	}
	return nil
}

// channelLabels are the labels that each type of channel must have, the secret
// ones marked.
var channelLabels = map[string][]string{
	"email": {"email_address"}, "sms": {"number"}, "slack": {"channel_name", "auth_token*"}, "pagerduty": {"service_key*"}, "pubsub": {"topic"},
	"webhook_tokenauth": {"url"}, "webhook_basicauth": {"url", "username", "password*"}, "google_chat": {"space"}, "google_cloud_console_mobile": {},
}

func checkNotificationChannel(k *call, r, _ *resource) *apiError {
	kind := text(r.data, "type")
	wanted, known := channelLabels[kind]
	if !known {
		return errArgument("Field notification_channel.type had an invalid value of \"%s\": there is no such type of channel.", kind)
	}
	labels := memberAt(r.data, "labels")
	for _, name := range wanted {
		if text(labels, strings.TrimSuffix(name, "*")) == "" {
			return errArgument("Field notification_channel.labels had an invalid value: a channel of type %s needs the label \"%s\".", kind, strings.TrimSuffix(name, "*"))
		}
	}
	for name := range labels {
		if !slices.Contains(wanted, name) && !slices.Contains(wanted, name+"*") && name != "team" {
			return errArgument("Field notification_channel.labels had an invalid value: a channel of type %s has no label \"%s\".", kind, name)
		}
	}
	if kind == "email" && !strings.Contains(strings.Trim(text(labels, "email_address"), "@"), "@") {
		return errArgument("Field notification_channel.labels[\"email_address\"] had an invalid value of \"%s\": it is no email address.", text(labels, "email_address"))
	}
	if topic := text(labels, "topic"); kind == "pubsub" && k.s.store.get("pubsub", k.withProjectID(topic)) == nil {
		return &apiError{code: http.StatusNotFound, reason: "notFound", status: "NOT_FOUND", message: "The channel's topic " + topic + " does not exist"}
	}
	setDefault(r.data, "enabled", true)
	return nil
}

// showNotificationChannel hides secrets.
func showNotificationChannel(_ *Server, r *resource) map[string]any {
	shown := jsonCopy(r.data)
	labels := memberAt(shown, "labels")
	for _, name := range channelLabels[text(r.data, "type")] {
		if secret, isSecret := strings.CutSuffix(name, "*"); isSecret && labels[secret] != nil {
			labels[secret] = "**"
		}
	}
	return shown
}
