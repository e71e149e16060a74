package alerttest

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// The ledger that testdata/root describes.
const (
	project  = "ledger-test"
	instance = "ledger-spanner"
	database = "ledger"
	replica  = project + ":ledger-us-east1-replica"
)

var (
	regions = []string{"asia-southeast1", "europe-west1", "us-east1"}
	// zones that answer in a region, and the checkers that ask it.
	zones    = []string{"b", "c"}
	checkers = []string{"apac-singapore", "eur-belgium", "usa-iowa", "usa-oregon", "usa-virginia"}
)

// Latency is what most requests take, and some others.
type Latency struct {
	Ms        float64
	SlowMs    float64
	SlowShare float64
}

// Region is how a region does in one minute.
type Region struct {
	// Up is the share of checkers that reach it, 0 to 1.
	Up float64
	// Traffic is how much is asked of it, 1 as usual.
	Traffic float64
	// Errors has the share of 5xx, 0 to 1, of writes and reads.
	Errors map[string]float64
	// Latency of writes and reads.
	Latency map[string]Latency
	// CPU is Spanner's high-priority share in it.
	CPU float64
	// Commit is what Spanner takes for commits from it.
	Commit Latency
}

// State is how the ledger does in one minute.
type State struct {
	Regions map[string]*Region
	// Up is the share of checkers that reach the ledger by its name.
	Up float64
	// Leaders has the share of leaders by region.
	Leaders map[string]float64
	// SpannerErrors has the share of calls that end with a status.
	SpannerErrors map[string]float64
	// SmoothedCPU is Spanner's CPU over a day.
	SmoothedCPU float64
	// Lag of the Cloud SQL replica, in seconds.
	Lag float64
	// Hits is the share that the cache answers, static files and reads.
	Hits map[string]float64
	// HitMs is what the cache takes.
	HitMs float64
	// RevokedKeys counts keys of Spanner's that are revoked.
	RevokedKeys float64
	// Merged is whether the scheduled merges succeed.
	Merged bool
	// Asked is how much is asked of the whole ledger, 1 as usual.
	Asked float64
	// WritesIn is the region where all writes run; where they come from when empty.
	WritesIn string
	// Refused is the target that refused writes are counted for; they are taken
	// when empty.
	Refused string
}

// Healthy is a usual minute: a little above each floor.
func Healthy() *State {
	usual := map[string]struct{ write, read, commit float64 }{
		"us-east1":        {write: 20, read: 6, commit: 14},
		"europe-west1":    {write: 205, read: 95, commit: 108},
		"asia-southeast1": {write: 460, read: 230, commit: 240},
	}
	state := &State{
		Regions: map[string]*Region{}, Up: 1, Leaders: map[string]float64{"us-east1": 1, "us-east4": 0},
		SpannerErrors: map[string]float64{"UNAVAILABLE": 0, "DEADLINE_EXCEEDED": 0, "ABORTED": 0.02, "ALREADY_EXISTS": 0.01},
		SmoothedCPU:   0.35, Lag: 1, Hits: map[string]float64{"static": 0.98, "read": 0.9}, HitMs: 3, Merged: true, Asked: 1,
	}
	for region, at := range usual {
		state.Regions[region] = &Region{
			Up: 1, Traffic: 1, CPU: 0.3,
			Errors: map[string]float64{"write": 0.00002, "read": 0.00002},
			Latency: map[string]Latency{
				"write": {at.write, 2 * at.write, 0.004},
				"read":  {at.read, 2 * at.read, 0.004},
			},
			Commit: Latency{at.commit, 2 * at.commit, 0.004},
		}
	}
	return state
}

// series is one series with a sample for each minute.
type series struct {
	labels  map[string]string
	samples []float64
}

// bounds are those of Google's latency buckets: each 1.4 times the one before.
var bounds = func() []float64 {
	var all []float64
	for bound := 1.0; bound < 20000; bound *= 1.4 {
		all = append(all, bound)
	}
	return append(all, math.Inf(1))
}()

// recorder collects series minute by minute.
type recorder struct {
	applied Applied
	minutes int
	minute  int
	series  map[string]*series
	// buckets has the series of a distribution, in the order of bounds, by its
	// labels without le.
	buckets map[string][]*series
}

func (r *recorder) at(metric string, labels ...string) *series {
	key := metric + "\x00" + strings.Join(labels, "\x00")
	one, ok := r.series[key]
	if !ok {
		one = &series{labels: map[string]string{nameLabel: metric}, samples: make([]float64, r.minutes)}
		for i := 0; i < len(labels); i += 2 {
			one.labels[labels[i]] = labels[i+1]
		}
		r.series[key] = one
	}
	return one
}

func (r *recorder) gauge(value float64, metric string, labels ...string) {
	r.at(metric, labels...).samples[r.minute] = value
}

// count adds to a counter.
func (r *recorder) count(value float64, metric string, labels ...string) {
	r.add(value, r.at(metric, labels...))
}

func (r *recorder) add(value float64, counter *series) {
	if r.minute > 0 {
		value += counter.samples[r.minute-1]
	}
	counter.samples[r.minute] = value
}

// distribute adds requests to the buckets of their latencies; scale is 1 for
// milliseconds, 1000 for seconds.
func (r *recorder) distribute(count float64, latency Latency, scale float64, metric string, labels ...string) {
	key := metric + "\x00" + strings.Join(labels, "\x00")
	buckets, ok := r.buckets[key]
	if !ok {
		for _, bound := range bounds {
			le := "+Inf"
			if !math.IsInf(bound, 1) {
				le = fmt.Sprint(bound / scale)
			}
			buckets = append(buckets, r.at(metric, append(slices.Clone(labels), "le", le)...))
		}
		r.buckets[key] = buckets
	}
	for i, bound := range bounds {
		below := 0.0
		if latency.Ms <= bound {
			below += 1 - latency.SlowShare
		}
		if latency.SlowMs <= bound {
			below += latency.SlowShare
		}
		r.add(count*below, buckets[i])
	}
}

// Names of the metrics that a ledger writes.
const (
	requests  = "loadbalancing_googleapis_com:https_request_count"
	latencies = "loadbalancing_googleapis_com:https_total_latencies_bucket"
	uptime    = "monitoring_googleapis_com:uptime_check_check_passed"
	calls     = "spanner_googleapis_com:api_api_request_count"
	commits   = "spanner_googleapis_com:api_request_latencies_per_transaction_options_bucket"
	cpu       = "spanner_googleapis_com:instance_cpu_utilization_by_priority"
	smoothed  = "spanner_googleapis_com:instance_cpu_smoothed_utilization"
	leaders   = "spanner_googleapis_com:instance_leader_percentage_by_region"
	keys      = "spanner_googleapis_com:instance_replica_cmek_total_keys"
	lag       = "cloudsql_googleapis_com:database_replication_replica_lag"
	merges    = "bigquerydatatransfer_googleapis_com:transfer_config_completed_runs"
)

// Recording is what a ledger wrote, by series.
type Recording map[string]*series

// Record gives the series of a ledger that does as state says in each minute.
func Record(applied Applied, minutes int, state func(minute int) *State) Recording {
	return Recording{}.Continue(applied, 0, minutes, state)
}

// Continue gives the series as they were before a minute, and from then on as
// state says, until there are so many minutes.
func (recording Recording) Continue(applied Applied, from, minutes int, state func(minute int) *State) Recording {
	r := &recorder{applied: applied, minutes: minutes, series: map[string]*series{}, buckets: map[string][]*series{}}
	for key, one := range recording {
		samples := make([]float64, minutes)
		copy(samples, one.samples[:from])
		r.series[key] = &series{labels: one.labels, samples: samples}
	}
	for r.minute = from; r.minute < minutes; r.minute++ {
		r.ledger(state(r.minute))
	}
	return r.series
}

// ledger records one minute of everything.
func (r *recorder) ledger(now *State) {
	for _, region := range regions {
		r.region(region, now)
	}
	for class, rate := range map[string]float64{"static": 50, "read": 60} {
		r.cached(class, rate, now)
	}
	if now.Refused != "" {
		labels := lb("write", "UNKNOWN", "DISABLED", "response_code_class", "500")
		labels[slices.Index(labels, "backend_target_name")+1] = now.Refused
		r.count(60*15*now.Asked, requests, labels...)
		r.distribute(60*15*now.Asked, Latency{2, 4, 0.004}, 1, latencies, labels...)
	}
	for _, checks := range r.applied.UptimeChecks {
		r.check(checks["global"], now.Up)
	}
	r.spanner(now)
	r.gauge(now.Lag, lag, "monitored_resource", "cloudsql_database", "project_id", project, "database_id", replica, "region", "europe-west1")
	runs := 0.0
	if now.Merged && r.minute%30 == 0 {
		runs = 1
	}
	r.count(runs, merges, "monitored_resource", "bigquery_dts_config", "project_id", project, "location", "us",
		"config_id", r.applied.Merge[strings.LastIndex(r.applied.Merge, "/")+1:], "completion_state", "SUCCEEDED", "run_cause", "AUTO_SCHEDULE")
}

// lb has the labels of a series of the load balancer.
func lb(class, scope, cache string, more ...string) []string {
	return append([]string{
		"monitored_resource", "https_lb_rule", "project_id", project, "url_map_name", "ledger-edge", "region", "global",
		"backend_target_name", "ledger-" + class, "backend_scope", scope, "cache_result", cache,
	}, more...)
}

// probes is how often a region's probe is asked in a minute.
const probes = 20

// writes is how many writes run in a region, 1 as usual.
func (now *State) writes(region string) float64 {
	switch {
	case now.Refused != "":
		return 0
	case now.WritesIn == "":
		return now.Regions[region].Traffic
	case now.WritesIn != region:
		return 0
	}
	all := 0.0
	for _, from := range now.Regions {
		all += from.Traffic
	}
	return all
}

// region records what a region's compute answers, what is asked of it from
// outside, and what Spanner does there.
func (r *recorder) region(name string, now *State) {
	region := now.Regions[name]
	for class, rate := range map[string]float64{"write": 5, "read": 2} {
		cache := "DISABLED"
		if class == "read" {
			cache = "MISS"
			rate = 60 * (1 - now.Hits["read"]) / float64(len(regions))
		}
		traffic := region.Traffic
		if class == "write" {
			traffic = now.writes(name)
		}
		asked := 60 * rate * traffic * now.Asked / float64(len(zones))
		for _, zone := range zones {
			scope := name + "-" + zone
			r.count(asked*(1-region.Errors[class]), requests, lb(class, scope, cache, "response_code_class", "200")...)
			r.count(asked*region.Errors[class], requests, lb(class, scope, cache, "response_code_class", "500")...)
			r.distribute(asked, region.Latency[class], 1, latencies, lb(class, scope, cache, "response_code_class", "200")...)
		}
	}
	for _, checks := range r.applied.UptimeChecks {
		r.check(checks[name], region.Up)
	}
	r.count(probes*region.Up, requests, lb("probe-"+name, name+"-"+zones[0], "DISABLED", "response_code_class", "200")...)
	r.count(probes*(1-region.Up), requests, lb("probe-"+name, "UNKNOWN", "DISABLED", "response_code_class", "500")...)
	spanner := []string{"monitored_resource", "spanner_instance", "project_id", project, "instance_id", instance, "location", name, "database", database}
	r.gauge(region.CPU, cpu, append(slices.Clone(spanner), "priority", "high", "is_system", "false")...)
	r.gauge(0.2, cpu, append(slices.Clone(spanner), "priority", "low", "is_system", "true")...)
	r.gauge(now.SmoothedCPU, smoothed, spanner...)
	r.distribute(60*5*region.Traffic, region.Commit, 1000, commits, append(slices.Clone(spanner), "method", "Commit", "region", name)...)
}

// cached records what the cache answers; what it missed in reads is a region's,
// and static files have no region at all.
func (r *recorder) cached(class string, rate float64, now *State) {
	asked := 60 * rate * now.Asked
	hits := asked * now.Hits[class]
	r.count(hits, requests, lb(class, "UNKNOWN", "HIT", "response_code_class", "200")...)
	r.distribute(hits, Latency{now.HitMs, 2 * now.HitMs, 0.004}, 1, latencies, lb(class, "UNKNOWN", "HIT", "response_code_class", "200")...)
	if class == "static" {
		r.count(asked-hits, requests, lb(class, "GLOBAL", "MISS", "response_code_class", "200")...)
		r.distribute(asked-hits, Latency{40, 80, 0.004}, 1, latencies, lb(class, "GLOBAL", "MISS", "response_code_class", "200")...)
	}
}

func (r *recorder) check(id string, up float64) {
	for i, checker := range checkers {
		passed := 0.0
		if float64(i) < up*float64(len(checkers)) {
			passed = 1
		}
		r.gauge(passed, uptime, "monitored_resource", "uptime_url", "project_id", project, "host", "ledger.example.com", "check_id", id, "checker_location", checker)
	}
}

func (r *recorder) spanner(now *State) {
	spanner := []string{"monitored_resource", "spanner_instance", "project_id", project, "instance_id", instance, "location", "us-east1", "database", database}
	ok := 1.0
	for status, share := range now.SpannerErrors {
		ok -= share
		r.count(60*100*share, calls, append(slices.Clone(spanner), "status", status, "method", "Commit")...)
	}
	r.count(60*100*ok, calls, append(slices.Clone(spanner), "status", "OK", "method", "Commit")...)
	for region, share := range now.Leaders {
		r.gauge(share, leaders, append(slices.Clone(spanner), "region", region)...)
	}
	r.gauge(now.RevokedKeys, keys, append(slices.Clone(spanner), "is_key_revoked", "true")...)
	r.gauge(5-now.RevokedKeys, keys, append(slices.Clone(spanner), "is_key_revoked", "false")...)
}
