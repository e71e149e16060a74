package alerttest

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// before is how many minutes of a healthy ledger come before what happens: more
// than the longest window.
const before = 3*24*60 + 60

// scenario is what happens to a ledger, and which alerts tell of it.
type scenario struct {
	name string
	// basis of the thresholds; attainable when empty.
	basis string
	// minutes that are watched, 60 when 0.
	minutes int
	// since is how many minutes it has been going on when watching begins.
	since int
	// happens changes a healthy minute; the first one that is watched is 0.
	happens func(minute int, now *State)
	// fires has the alerts that fire.
	fires []string
}

func everywhere(now *State, change func(region *Region)) {
	for _, region := range now.Regions {
		change(region)
	}
}

// down takes a region out: it answers errors until health checks see it, about
// twelve seconds, and its users go to the next region.
func down(minute int, now *State, region, next string) {
	now.Regions[region].Up = 0
	if minute == 0 {
		now.Regions[region].Errors = map[string]float64{"write": 0.2, "read": 0.2}
		return
	}
	now.Regions[region].Traffic = 0
	now.Regions[next].Traffic++
}

// documentedAlways fire with the thresholds of the architecture document while
// nothing is wrong: what they ask for is below what is possible.
var documentedAlways = []string{
	"api_latency_p99_warning", "cache_hit_ratio",
	"latency_burn_fast_read", "latency_burn_fast_write", "latency_burn_medium_read", "latency_burn_medium_write",
	"latency_burn_slow_read", "latency_burn_slow_write", "spanner_commit_p99_critical", "spanner_commit_p99_warning",
}

var scenarios = []scenario{
	{name: "a healthy ledger"},
	{
		name:    "one region is down",
		happens: func(minute int, now *State) { down(minute, now, "europe-west1", "us-east1") },
		fires:   []string{"error_rate_critical", "error_rate_warning", "region_health_warning"},
	},
	{
		name: "two regions are down",
		happens: func(minute int, now *State) {
			down(minute, now, "europe-west1", "us-east1")
			down(minute, now, "asia-southeast1", "us-east1")
		},
		fires: []string{"availability_burn_fast", "error_rate_critical", "error_rate_warning", "region_health_critical", "region_health_warning"},
	},
	{
		name: "a region is reached by one checker in five less",
		happens: func(_ int, now *State) {
			now.Regions["us-east1"].Up = 0.8
		},
	},
	{
		name: "a region flaps: two minutes down, three up",
		happens: func(minute int, now *State) {
			if minute%5 < 2 {
				now.Regions["us-east1"].Up = 0
			}
		},
	},
	{
		name: "the domain does not resolve",
		happens: func(_ int, now *State) {
			now.Up = 0
			everywhere(now, func(region *Region) { region.Up, region.Traffic = 0, 0 })
			now.Asked = 0
		},
		fires: []string{"global_endpoint", "region_health_critical", "region_health_warning"},
	},
	{
		name:  "slow burn: 0.03 % errors for two days",
		since: 2 * 24 * 60,
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) { region.Errors["write"] = 0.0003 })
		},
		fires: []string{"availability_burn_slow"},
	},
	{
		name:  "medium burn: 0.09 % errors for seven hours",
		since: 7 * 60,
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) { region.Errors["write"] = 0.0009 })
		},
		fires: []string{"availability_burn_medium", "availability_burn_slow"},
	},
	{
		name: "fast burn: 0.5 % errors",
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) { region.Errors["write"] = 0.005 })
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "error_rate_warning"},
	},
	{
		name: "a bad release: 5 % errors in one region",
		happens: func(_ int, now *State) {
			now.Regions["us-east1"].Errors = map[string]float64{"write": 0.05, "read": 0.05}
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning"},
	},
	{
		name: "a burst of 1.5 % errors, over within two minutes",
		happens: func(minute int, now *State) {
			if minute < 2 {
				everywhere(now, func(region *Region) { region.Errors["write"] = 0.015 })
			}
		},
		fires: []string{"error_rate_warning"},
	},
	{
		name: "errors flap: 0.3 % in one minute of ten",
		happens: func(minute int, now *State) {
			if minute%10 == 0 {
				everywhere(now, func(region *Region) { region.Errors["write"] = 0.003 })
			}
		},
	},
	{
		name: "hardly anyone asks, and one in twenty fails",
		happens: func(_ int, now *State) {
			now.Asked = 0.002
			everywhere(now, func(region *Region) { region.Errors["write"] = 0.05 })
		},
	},
	{
		name: "writes from us-east1 take 600 ms",
		happens: func(_ int, now *State) {
			now.Regions["us-east1"].Latency["write"] = Latency{600, 600, 0}
		},
		fires: []string{"api_latency_p99_warning", "latency_burn_fast_write"},
	},
	{
		name: "writes from us-east1 take 1200 ms",
		happens: func(_ int, now *State) {
			now.Regions["us-east1"].Latency["write"] = Latency{1200, 1200, 0}
		},
		fires: []string{"api_latency_p99_critical", "api_latency_p99_warning", "latency_burn_fast_write"},
	},
	{
		name: "writes from asia-southeast1 have a P99 of 560 ms",
		happens: func(_ int, now *State) {
			now.Regions["asia-southeast1"].Latency["write"] = Latency{460, 560, 0.05}
		},
	},
	{
		name: "one read in twenty-five is slow, all the time",
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) {
				region.Latency["read"] = Latency{region.Latency["read"].Ms, 400, 0.04}
			})
		},
	},
	{
		name:  "one request in eight is slow, for two days",
		since: 2 * 24 * 60,
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) {
				region.Latency["write"] = Latency{region.Latency["write"].Ms, 800, 0.12}
				region.Latency["read"] = Latency{region.Latency["read"].Ms, 400, 0.12}
			})
		},
		fires: []string{"api_latency_p99_warning", "latency_burn_slow_read", "latency_burn_slow_write"},
	},
	{
		name:  "everything is slow for seven hours",
		since: 7 * 60,
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) {
				region.Latency["write"], region.Latency["read"] = Latency{2000, 2000, 0}, Latency{2000, 2000, 0}
			})
			now.HitMs = 300
		},
		fires: []string{"api_latency_p99_critical", "api_latency_p99_warning", "edge_hit_latency", "latency_burn_fast_read", "latency_burn_fast_static", "latency_burn_fast_write", "latency_burn_medium_read", "latency_burn_medium_static", "latency_burn_medium_write", "latency_burn_slow_read", "latency_burn_slow_static", "latency_burn_slow_write"},
	},
	{
		name: "latency flaps: one minute of ten",
		happens: func(minute int, now *State) {
			if minute%10 == 0 {
				everywhere(now, func(region *Region) { region.Latency["write"] = Latency{3000, 3000, 0} })
			}
		},
	},
	{
		name:    "Spanner's CPU is at 50 % in europe-west1",
		happens: func(_ int, now *State) { now.Regions["europe-west1"].CPU = 0.5 },
		fires:   []string{"spanner_cpu_warning"},
	},
	{
		name:    "Spanner's CPU is at 70 % in us-east1",
		happens: func(_ int, now *State) { now.Regions["us-east1"].CPU = 0.7 },
		fires:   []string{"spanner_cpu_critical", "spanner_cpu_warning"},
	},
	{
		name: "Spanner's CPU is high for eight minutes",
		happens: func(minute int, now *State) {
			if minute < 8 {
				now.Regions["us-east1"].CPU = 0.9
			}
		},
	},
	{
		name:    "Spanner's CPU is at 95 % over the day",
		happens: func(_ int, now *State) { now.SmoothedCPU = 0.95 },
		fires:   []string{"spanner_cpu_smoothed"},
	},
	{
		name: "the leaders move to us-east4",
		happens: func(_ int, now *State) {
			now.Leaders = map[string]float64{"us-east1": 0, "us-east4": 1}
			now.Regions["us-east1"].Commit.Ms += 12
		},
		fires: []string{"spanner_leader_critical", "spanner_leader_warning"},
	},
	{
		name:    "one leader in five moves",
		happens: func(_ int, now *State) { now.Leaders = map[string]float64{"us-east1": 0.8, "us-east4": 0.2} },
		fires:   []string{"spanner_leader_warning"},
	},
	{
		name: "commits are slow beside the leader",
		happens: func(_ int, now *State) {
			now.Regions["us-east1"].Commit = Latency{20, 70, 0.05}
		},
		fires: []string{"spanner_commit_p99_warning"},
	},
	{
		name: "commits are slow everywhere",
		happens: func(_ int, now *State) {
			everywhere(now, func(region *Region) { region.Commit = Latency{900, 900, 0} })
		},
		fires: []string{"spanner_commit_p99_critical", "spanner_commit_p99_warning"},
	},
	{
		name: "Spanner is not there",
		happens: func(_ int, now *State) {
			now.SpannerErrors = map[string]float64{"UNAVAILABLE": 0.9, "DEADLINE_EXCEEDED": 0.1, "ABORTED": 0, "ALREADY_EXISTS": 0}
			everywhere(now, func(region *Region) { region.Errors = map[string]float64{"write": 1, "read": 0.3} })
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning", "spanner_errors_critical", "spanner_errors_warning"},
	},
	{
		name: "a partition: europe-west1 and asia-southeast1 lose the leader",
		happens: func(_ int, now *State) {
			now.SpannerErrors["UNAVAILABLE"] = 0.3
			for _, region := range []string{"europe-west1", "asia-southeast1"} {
				now.Regions[region].Errors = map[string]float64{"write": 1, "read": 0.2}
			}
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning", "spanner_errors_critical", "spanner_errors_warning"},
	},
	{
		name:    "Spanner refuses two calls in a thousand",
		happens: func(_ int, now *State) { now.SpannerErrors["RESOURCE_EXHAUSTED"] = 0.002 },
		fires:   []string{"spanner_errors_warning"},
	},
	{
		name: "events are sent twice and transactions retried",
		happens: func(_ int, now *State) {
			now.SpannerErrors["ALREADY_EXISTS"], now.SpannerErrors["ABORTED"] = 0.2, 0.2
		},
	},
	{
		name:    "a key is revoked",
		happens: func(_ int, now *State) { now.RevokedKeys = 1 },
		fires:   []string{"spanner_key_revoked"},
	},
	{
		name:    "the replica is 30 seconds behind",
		happens: func(_ int, now *State) { now.Lag = 30 },
		fires:   []string{"sql_replica_lag_warning"},
	},
	{
		name:    "the replica is five minutes behind",
		happens: func(_ int, now *State) { now.Lag = 300 },
		fires:   []string{"sql_replica_lag_critical", "sql_replica_lag_warning"},
	},
	{
		name:    "the replica no longer replicates",
		happens: func(_ int, now *State) { now.Lag = -1 },
		fires:   []string{"sql_replica_lag_critical"},
	},
	{
		name:    "the cache answers nothing",
		happens: func(_ int, now *State) { now.Hits = map[string]float64{"static": 0, "read": 0} },
		fires:   []string{"cache_hit_ratio"},
	},
	{
		name:    "hits take 40 ms",
		happens: func(_ int, now *State) { now.HitMs = 40 },
		fires:   []string{"edge_hit_latency"},
	},
	{
		name:    "one merge fails, which is one too many at 30 minutes",
		minutes: 90,
		happens: func(minute int, now *State) { now.Merged = minute > 25 },
		fires:   []string{"report_freshness_critical", "report_freshness_warning"},
	},
	{
		name:    "merges fail",
		minutes: 90,
		happens: func(_ int, now *State) { now.Merged = false },
		fires:   []string{"report_freshness_critical", "report_freshness_warning"},
	},
	{
		name:  "a healthy ledger",
		basis: "as-documented",
		fires: documentedAlways,
	},
	{
		name:    "Spanner's CPU is at 50 % in europe-west1",
		basis:   "as-documented",
		happens: func(_ int, now *State) { now.Regions["europe-west1"].CPU = 0.5 },
		fires:   documentedAlways,
	},
}

// run records what happens in a scenario and gives the alerts that fire, with
// the minutes after which each does.
func run(t *testing.T, applied Applied, healthy Recording, s scenario) map[string]int {
	t.Helper()
	minutes := s.minutes
	if minutes == 0 {
		minutes = 60
	}
	history := NewHistory(healthy.Continue(applied, before-s.since, before+minutes+1, func(minute int) *State {
		now := Healthy()
		if s.happens != nil {
			s.happens(minute-before, now)
		}
		return now
	}))
	basis := s.basis
	if basis == "" {
		basis = "attainable"
	}
	alerts := maps.Clone(applied.Alerts[basis])
	maps.Copy(alerts, applied.Alerts["reports"])
	fired := map[string]int{}
	for key, alert := range alerts {
		after, fires, err := history.Firing(t.Context(), alert, before, minutes)
		if err != nil {
			t.Errorf("%s: %v", key, err)
		}
		if fires {
			fired[key] = after
		}
	}
	return fired
}

// TestAlerts prints, with -v, which alerts fire in which scenario and after how
// many minutes.
func TestAlerts(t *testing.T) {
	applied := Apply(t)
	healthy := Record(applied, before, func(int) *State { return Healthy() })
	results := make([]map[string]int, len(scenarios))
	t.Run("scenarios", func(t *testing.T) {
		for i, s := range scenarios {
			t.Run(strings.ReplaceAll(s.name, " ", "_"), func(t *testing.T) {
				t.Parallel()
				results[i] = run(t, applied, healthy, s)
				if diff := cmp.Diff(append([]string{}, s.fires...), slices.AppendSeq([]string{}, slices.Values(slices.Sorted(maps.Keys(results[i]))))); diff != "" {
					t.Errorf("alerts (-want +got):\n%s", diff)
				}
			})
		}
	})
	tested := map[string]bool{}
	var table strings.Builder
	for i, s := range scenarios {
		fmt.Fprintf(&table, "\n%s", s.name)
		if s.basis != "" {
			fmt.Fprintf(&table, ", thresholds %s", s.basis)
		}
		if len(results[i]) == 0 {
			table.WriteString("\n    nothing fires")
		}
		for _, name := range slices.Sorted(maps.Keys(results[i])) {
			tested[name] = true
			fmt.Fprintf(&table, "\n    after %2d min  %s", results[i][name], name)
		}
	}
	t.Log(table.String())
	for basis, alerts := range applied.Alerts {
		for key := range alerts {
			if !tested[key] {
				t.Errorf("no scenario makes %s (%s) fire", key, basis)
			}
		}
	}
}
