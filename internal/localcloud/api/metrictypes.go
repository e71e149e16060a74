package api

import (
	"regexp"
	"strings"
)

// metricType is what a metric's descriptor says.
type metricType struct{ kind, value string }

// metricFolders are folders of Google's own metrics of which all metrics are
// known here, so that a name that is not among them is a mistake. What is in
// other folders is taken as it comes.
var metricFolders = map[string]map[string]metricType{
	"spanner.googleapis.com/api/": {
		"api_request_count": {"DELTA", "INT64"}, "request_count": {"DELTA", "INT64"}, "request_latencies": {"DELTA", "DISTRIBUTION"},
		"received_bytes_count": {"DELTA", "INT64"}, "sent_bytes_count": {"DELTA", "INT64"},
		"request_count_per_transaction_options": {"DELTA", "INT64"}, "request_latencies_per_transaction_options": {"DELTA", "DISTRIBUTION"},
		"request_latencies_by_transaction_type": {"DELTA", "DISTRIBUTION"}, "read_request_latencies_by_serving_location": {"DELTA", "DISTRIBUTION"},
		"read_request_count_by_serving_location": {"DELTA", "INT64"}, "read_request_latencies_by_change_stream": {"DELTA", "DISTRIBUTION"},
	},
	"spanner.googleapis.com/instance/cpu/": {
		"utilization": {"GAUGE", "DOUBLE"}, "smoothed_utilization": {"GAUGE", "DOUBLE"}, "utilization_by_priority": {"GAUGE", "DOUBLE"},
		"utilization_by_operation_type": {"GAUGE", "DOUBLE"},
	},
	"loadbalancing.googleapis.com/https/": {
		"request_count": {"DELTA", "INT64"}, "request_bytes_count": {"DELTA", "INT64"}, "response_bytes_count": {"DELTA", "INT64"},
		"backend_request_count": {"DELTA", "INT64"}, "backend_request_bytes_count": {"DELTA", "INT64"}, "backend_response_bytes_count": {"DELTA", "INT64"},
		"total_latencies": {"DELTA", "DISTRIBUTION"}, "backend_latencies": {"DELTA", "DISTRIBUTION"}, "frontend_tcp_rtt": {"DELTA", "DISTRIBUTION"},
	},
	"cloudsql.googleapis.com/database/cpu/": {
		"utilization": {"GAUGE", "DOUBLE"}, "usage_time": {"DELTA", "DOUBLE"}, "reserved_cores": {"GAUGE", "DOUBLE"},
	},
	"monitoring.googleapis.com/uptime_check/": {
		"check_passed": {"GAUGE", "BOOL"}, "request_latency": {"GAUGE", "DOUBLE"}, "content_mismatch": {"GAUGE", "BOOL"}, "error_code": {"GAUGE", "STRING"},
		"http_status": {"GAUGE", "INT64"}, "time_until_ssl_cert_expires": {"GAUGE", "DOUBLE"},
	},
}

// metric finds a metric by its type, as "spanner.googleapis.com/api/request_count".
// What is known of it is empty where it exists and no more is known.
func (s *Server) metric(project, name string) (metricType, bool) {
	domain, path, hasPath := strings.Cut(name, "/")
	if !hasPath || !strings.Contains(domain, ".") {
		return metricType{}, false
	}
	if user, isLog := strings.CutPrefix(path, "user/"); isLog && domain == "logging.googleapis.com" {
		r := s.store.get("logging", logMetricPath(project, user))
		if r == nil {
			return metricType{}, false
		}
		d := memberAt(r.data, "metricDescriptor")
		return metricType{text(d, "metricKind"), text(d, "valueType")}, true
	}
	if domain == "custom.googleapis.com" || domain == "external.googleapis.com" {
		r := s.store.get("monitoring", metricDescriptorPath(project, name))
		if r == nil {
			return metricType{}, false
		}
		return metricType{text(r.data, "metricKind"), text(r.data, "valueType")}, true
	}
	for folder, metrics := range metricFolders {
		if rest, inside := strings.CutPrefix(name, folder); inside && !strings.Contains(rest, "/") {
			known, found := metrics[rest]
			return known, found
		}
	}
	return metricType{}, true
}

// prometheusMetric reports whether a metric that a PromQL query names exists:
// "spanner_googleapis_com:api_request_latencies_bucket". Names without a colon
// are of the user's own Prometheus, which nobody describes.
func (s *Server) prometheusMetric(project, name string) bool {
	domain, path, isGoogle := strings.Cut(name, ":")
	if !isGoogle {
		return true
	}
	for _, suffix := range []string{"_bucket", "_count", "_sum"} {
		if s.mangledMetric(project, domain, strings.TrimSuffix(path, suffix)) {
			return true
		}
	}
	return s.mangledMetric(project, domain, path)
}

func (s *Server) mangledMetric(project, domain, path string) bool {
	mangled := domain + ":" + path
	for folder, metrics := range metricFolders {
		rest, inside := strings.CutPrefix(mangled, mangle(folder))
		if !inside {
			continue
		}
		_, found := metrics[rest]
		return found || strings.HasPrefix(rest, "external_") || strings.HasPrefix(rest, "internal_")
	}
	user, isUser := strings.CutPrefix(path, "user_")
	switch {
	case isUser && domain == "logging_googleapis_com":
		for _, r := range s.store.in("logging", "projects/"+project+"/metrics") {
			if mangle("x/"+text(r.data, "name")) == "x:"+user {
				return true
			}
		}
		return false
	case domain == "custom_googleapis_com", domain == "external_googleapis_com":
		for _, r := range s.store.in("monitoring", "projects/"+project+"/metricDescriptors") {
			if mangle(text(r.data, "type")) == mangled {
				return true
			}
		}
		return false
	}
	return true
}

var notInPromQL = regexp.MustCompile(`[^A-Za-z0-9_:]`)

// mangle writes a metric's type as PromQL names it.
func mangle(name string) string {
	domain, path, _ := strings.Cut(name, "/")
	return notInPromQL.ReplaceAllString(domain, "_") + ":" + notInPromQL.ReplaceAllString(path, "_")
}

// slashed writes a name with slashes as one segment of a path.
func slashed(name string) string { return strings.ReplaceAll(name, "/", "%2F") }

func metricDescriptorPath(project, name string) string {
	return "projects/" + project + "/metricDescriptors/" + slashed(name)
}

func logMetricPath(project, name string) string {
	return "projects/" + project + "/metrics/" + slashed(name)
}
