package alerttest

// leverScenarios are what operators do, and what the alerts make of it.
var leverScenarios = []scenario{
	{
		name: "the pods of a drained region do not answer their probe",
		happens: func(_ int, now *State) {
			now.Regions["europe-west1"].Up = 0
			now.Regions["europe-west1"].Traffic, now.Regions["us-east1"].Traffic = 0, 2
		},
		fires: []string{"region_health_warning"},
	},
	{
		name:    "writes are refused at the edge, and the module does not know",
		happens: func(_ int, now *State) { now.Refused = "ledger-write" },
		fires:   []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning"},
	},
	{
		name:  "writes are taken again after an hour of refusals",
		since: 60,
		happens: func(minute int, now *State) {
			if minute < 0 {
				now.Refused = "ledger-write"
			}
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning"},
	},
	{
		name:    "writes are refused at the edge, counted for their backend service",
		setting: "read-only",
		happens: func(_ int, now *State) { now.Refused = "ledger-write" },
	},
	{
		name:    "writes are refused at the edge, counted for no backend service",
		setting: "read-only",
		happens: func(_ int, now *State) { now.Refused = "UNKNOWN" },
	},
	{
		name:    "Spanner is not there, writes are refused and one read in three fails",
		setting: "read-only",
		happens: func(_ int, now *State) {
			now.Refused = "ledger-write"
			now.SpannerErrors = map[string]float64{"UNAVAILABLE": 0.9, "DEADLINE_EXCEEDED": 0.1, "ABORTED": 0, "ALREADY_EXISTS": 0}
			everywhere(now, func(region *Region) { region.Errors["read"] = 0.3 })
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning", "spanner_errors_critical", "spanner_errors_warning"},
	},
	{
		name: "all writes run in us-east1, and the module does not know",
		happens: func(_ int, now *State) {
			now.WritesIn = "us-east1"
			now.Regions["us-east1"].Latency["write"] = Latency{240, 480, 0.004}
		},
		fires: []string{"latency_burn_fast_write", "latency_burn_medium_write"},
	},
	{
		name:    "all writes run in the leader's region",
		setting: "leader-writes",
		happens: func(_ int, now *State) {
			now.WritesIn = "us-east1"
			now.Regions["us-east1"].Latency["write"] = Latency{240, 480, 0.004}
		},
	},
	{
		name:    "all writes run in the leader's region and take 800 ms",
		setting: "leader-writes",
		happens: func(_ int, now *State) {
			now.WritesIn = "us-east1"
			now.Regions["us-east1"].Latency["write"] = Latency{800, 800, 0}
		},
		fires: []string{"api_latency_p99_warning", "latency_burn_fast_write", "latency_burn_medium_write"},
	},
	{
		name:    "all writes run in the leader's region and one in twenty fails",
		setting: "leader-writes",
		happens: func(_ int, now *State) {
			now.WritesIn = "us-east1"
			now.Regions["us-east1"].Latency["write"] = Latency{240, 480, 0.004}
			now.Regions["us-east1"].Errors["write"] = 0.05
		},
		fires: []string{"availability_burn_fast", "availability_burn_medium", "availability_burn_slow", "error_rate_critical", "error_rate_warning"},
	},
}
