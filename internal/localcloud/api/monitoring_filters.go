package api

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	metricInFilter   = regexp.MustCompile(`metric\.types?\s*=\s*(?:"([^"]*)"|([\w./]+))`)
	resourceInFilter = regexp.MustCompile(`resource\.type\s*=\s*(?:"[^"]+"|\w+|one_of\()`)
	sloInFilter      = regexp.MustCompile(`^\s*select_slo_(?:burn_rate|health|compliance|budget|budget_fraction|counts)\(\s*"?([^",)]*)"?\s*(?:,\s*"?([^",)]*)"?\s*)?\)\s*$`)
)

// balanced refuses a filter with a quote or a bracket that is not closed, or an
// operator without what it is between.
func balanced(filter string) string {
	depth, quoted := 0, false
	for i := 0; i < len(filter); i++ {
		switch c := filter[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(':
			depth++
		case c == ')':
			if depth--; depth < 0 {
				return "a parenthesis is closed that was not opened"
			}
		}
	}
	words := strings.Fields(filter)
	switch {
	case quoted:
		return "a quote is not closed"
	case depth > 0:
		return "a parenthesis is not closed"
	case len(words) == 0:
		return "it is empty"
	case slices.Contains([]string{"AND", "OR", "NOT"}, words[len(words)-1]), strings.HasSuffix(words[len(words)-1], "="):
		return "it ends in an operator"
	case words[0] == "AND" || words[0] == "OR":
		return "it begins with an operator"
	}
	return ""
}

// checkMetricFilter refuses a filter that does not choose one metric that exists,
// and tells what is known of the metric.
func (k *call) checkMetricFilter(at, filter string) (metricType, *apiError) {
	if why := balanced(filter); why != "" {
		return metricType{}, errArgument("Field %s had an invalid value of \"%s\": The filter cannot be parsed: %s.", at, filter, why)
	}
	if slo := sloInFilter.FindStringSubmatch(filter); slo != nil {
		path := k.withProjectID(slo[1])
		if k.s.store.get("monitoring", path) == nil {
			return metricType{}, errArgument("Field %s had an invalid value: the service level objective '%s' does not exist.", at, slo[1])
		}
		return metricType{"GAUGE", "DOUBLE"}, nil
	}
	found := metricInFilter.FindAllStringSubmatch(filter, -1)
	switch {
	case len(found) == 0 && !strings.Contains(filter, "metric.type"):
		return metricType{}, errArgument("Field %s had an invalid value of \"%s\": must specify a restriction on \"metric.type\" in the filter.", at, filter)
	case !resourceInFilter.MatchString(filter):
		return metricType{}, errArgument("Field %s had an invalid value of \"%s\": must specify a restriction on \"resource.type\" in the filter.", at, filter)
	case len(found) == 0: // starts_with and its like name no single metric
		return metricType{}, nil
	}
	name := found[0][1] + found[0][2]
	known, exists := k.s.metric(k.project.id, name)
	if !exists {
		return metricType{}, &apiError{code: 404, reason: "notFound", status: "NOT_FOUND", message: "Cannot find metric that matches type = \"" + name +
			"\". If a metric was created recently, it could take up to 10 minutes to become available."}
	}
	return known, nil
}

// withProjectID writes a project's number in a name as its id.
func (k *call) withProjectID(name string) string {
	segments := strings.Split(name, "/")
	if len(segments) > 1 && segments[0] == "projects" {
		segments[1] = k.s.projectID(segments[1])
	}
	return strings.Join(segments, "/")
}

// checkAggregations refuses aligners that do not fit the metric's kind and type.
func checkAggregations(at string, list any, of metricType) *apiError {
	for _, a := range listOfObjects(list) {
		aligner := text(a, "perSeriesAligner")
		if period := text(a, "alignmentPeriod"); period != "" && !wholeMinutes(period, 1) {
			return errArgument("Field %s.alignmentPeriod had an invalid value of \"%s\": must be a multiple of 60 seconds.", at, period)
		}
		if text(a, "crossSeriesReducer") != "" && text(a, "crossSeriesReducer") != "REDUCE_NONE" && (aligner == "" || aligner == "ALIGN_NONE") {
			return errArgument("Field %s.perSeriesAligner had an invalid value: a cross-series reducer needs an aligner.", at)
		}
		if of == (metricType{}) {
			return nil
		}
		cumulative := of.kind != "GAUGE"
		rates := slices.Contains([]string{"ALIGN_RATE", "ALIGN_DELTA"}, aligner)
		percentile := strings.HasPrefix(aligner, "ALIGN_PERCENTILE")
		plain := slices.Contains([]string{"ALIGN_MEAN", "ALIGN_MIN", "ALIGN_MAX", "ALIGN_INTERPOLATE", "ALIGN_NEXT_OLDER", "ALIGN_STDDEV"}, aligner)
		if rates && !cumulative && aligner == "ALIGN_RATE" || plain && cumulative || percentile && of.value != "DISTRIBUTION" && cumulative {
			return errArgument("Field %s.perSeriesAligner had an invalid value of \"%s\": The aligner cannot be applied to metrics with kind %s and value type %s.", at, aligner, of.kind, of.value)
		}
		// What comes out of the first aggregation is no longer the metric.
		of = metricType{}
	}
	return nil
}

// wholeMinutes reports whether a duration is a multiple of a minute, and at
// least so many.
func wholeMinutes(text string, atLeast int) bool {
	d, err := time.ParseDuration(text)
	return err == nil && d%time.Minute == 0 && d >= time.Duration(atLeast)*time.Minute
}
