package alerttest

// documentedAlways fire with the thresholds of the architecture document while
// nothing is wrong: what they ask for is below what is possible.
var documentedAlways = []string{
	"api_latency_p99_warning", "cache_hit_ratio",
	"latency_burn_fast_read", "latency_burn_fast_write", "latency_burn_medium_read", "latency_burn_medium_write",
	"latency_burn_slow_read", "latency_burn_slow_write", "spanner_commit_p99_critical", "spanner_commit_p99_warning",
}

// dataScenarios are about Spanner, Cloud SQL, the cache and the reports, and about the
// document's thresholds.
var dataScenarios = []scenario{
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
		name:    "a healthy ledger",
		setting: "as-documented",
		fires:   documentedAlways,
	},
	{
		name:    "Spanner's CPU is at 50 % in europe-west1",
		setting: "as-documented",
		happens: func(_ int, now *State) { now.Regions["europe-west1"].CPU = 0.5 },
		fires:   documentedAlways,
	},
}
