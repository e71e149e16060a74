package alerttest

// requestScenarios are about what users ask and what answers them.
var requestScenarios = []scenario{
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
}
