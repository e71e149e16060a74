package modules_test

var observabilityRefusals = refusals{
	sound: `project_id = "ledger-test"
name = "ledger"
labels = { ledger = "proveniq" }
regions = { us-east1 = {}, europe-west1 = {}, asia-southeast1 = {} }
edge = { url_map = "ledger-edge", host = "ledger.example.com", backend_services = { write = "ledger-write", read = "ledger-read", static = "ledger-static" }, cached_classes = ["static", "read"], probe_paths = { us-east1 = "/probe/us-east1", europe-west1 = "/probe/europe-west1", asia-southeast1 = "/probe/asia-southeast1" } }
spanner = { instance = "ledger-spanner", database = "ledger", leader = "us-east1", floors = { us-east1 = { commit_floor_ms = 12, rw_txn_floor_ms = 14, strong_read_floor_ms = 1, stale_read_floor_ms = 1 }, europe-west1 = { commit_floor_ms = 102, rw_txn_floor_ms = 193, strong_read_floor_ms = 90, stale_read_floor_ms = 1 }, asia-southeast1 = { commit_floor_ms = 230, rw_txn_floor_ms = 447, strong_read_floor_ms = 218, stale_read_floor_ms = 1 } } }
sql = { us-east1 = { instance = "ledger-us-east1", replica = "ledger-us-east1-replica" }, europe-west1 = { instance = "ledger-europe-west1" } }
channels = { team = { type = "email", labels = { email_address = "ledger@example.com" } }, oncall = { type = "sms", labels = { number = "+15551234567" }, severities = ["CRITICAL"] } }
existing_channels = { CRITICAL = ["projects/ledger-test/notificationChannels/17"] }`,
	calls: []refusal{
		{"a_name_with_capitals", `name = "Ledger"`, "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter"},
		{"a_name_too_long", `name = "abcdefghijklmnopqrstu"`, "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter"},
		{"no_region", `regions = {}`, "regions must name at least one region"},
		{"no_class", `edge = { url_map = "e", host = "h", backend_services = {} }`, "edge.backend_services must name the backend of at least one class of traffic"},
		{"a_joined_region_without_a_probe", `edge = { url_map = "e", host = "h", backend_services = { write = "w" }, probe_paths = { us-east1 = "/p" } }`, "edge.probe_paths must have a path"},
		{"a_probe_that_is_no_path", `regions = { us-east1 = {} }
edge = { url_map = "e", host = "h", backend_services = { write = "w" }, probe_paths = { us-east1 = "probe" } }`, "edge.probe_paths must have a path"},
		{"an_instance_with_its_path", `spanner = { instance = "projects/p/instances/ledger", database = "ledger" }`, "spanner.instance and spanner.database must be plain names, the labels of the metrics"},
		{"a_floor_that_is_none", `class_floors = { write = "fast" }`, "class_floors must be rw_txn, commit, strong_read, stale_read or none for each class"},
		{"an_unknown_basis", `thresholds = { basis = "optimistic" }`, "thresholds.basis must be \"attainable\" or \"as-documented\""},
		{"a_warning_above_its_critical", `thresholds = { error_rate_percent = { warning = 2, critical = 1 } }`, "What warns would be above what is critical, in thresholds: error_rate_percent"},
		{"a_warning_above_the_default_critical", `thresholds = { unhealthy_regions = { warning = 3 } }`, "in thresholds: unhealthy_regions. Where only one of warning and critical is set"},
		{"a_critical_below_zero", `thresholds = { spanner_commit_p99_ms = { critical = -5 } }`, "Each threshold must be above 0"},
		{"a_threshold_of_zero", `thresholds = { api_latency_p99_ms = { warning = 0 } }`, "Each threshold must be above 0"},
		{"a_percentage_of_a_hundred", `thresholds = { spanner_cpu_percent = { critical = 100 } }`, "Percentages in thresholds must be above 0 and below 100"},
		{"half_a_region", `thresholds = { unhealthy_regions = { warning = 0.5 } }`, "thresholds.unhealthy_regions counts regions"},
		{"hits_of_a_class_that_is_not_cached", `thresholds = { cache_hit_percent = { write = 90 } }`, "thresholds.cache_hit_percent may only name classes in edge.cached_classes"},
		{"a_hit_in_no_time", `thresholds = { edge_hit_p95_ms = 0 }`, "thresholds.edge_hit_p95_ms must be above 0 and thresholds.minimum_requests_per_second not negative"},
		{"an_objective_without_a_budget", `slo = { availability_percent = 100 }`, "slo.availability_percent and slo.latency_percent must be above 0 and at most 99.99"},
		{"an_objective_that_google_has_not", `slo = { availability_percent = 99.995 }`, "Cloud Monitoring takes no larger goal than 0.9999"},
		{"a_target_of_no_time", `slo = { latency_target_ms = 0 }`, "slo.latency_target_ms and slo.latency_targets_ms are milliseconds and must be above 0"},
		{"refused_writes_of_no_class", `edge = { url_map = "e", host = "h", backend_services = { write = "w" }, refused_classes = ["writes"], probe_paths = { us-east1 = "/p", europe-west1 = "/p", asia-southeast1 = "/p" } }`, "edge.refused_classes may only name classes of edge.backend_services; unknown: writes"},
		{"mail_to_nobody", `channels = { team = { type = "email", labels = {} } }`, "team has no email_address"},
		{"a_period_of_31_days", `slo = { period_days = 31 }`, "slo.period_days must be a whole number from 1 to 30"},
		{"an_objective_that_cannot_burn_fast", `slo = { latency_percent = 93 }`, "The fast burn alert could never fire"},
		{"a_target_for_an_unknown_class", `slo = { latency_targets_ms = { batch = 100 } }`, "slo.latency_targets_ms may only name classes of edge.backend_services"},
		{"a_global_path_without_a_slash", `uptime = { global_path = "healthz" }`, "uptime.global_path must begin with /"},
		{"a_period_that_google_has_not", `uptime = { period_seconds = 30 }`, "uptime.period_seconds must be 60, 300, 600 or 900, and uptime.timeout_seconds a whole number from 1 to 60"},
		{"an_unknown_place_to_ask_from", `uptime = { checker_regions = ["USA", "MOON"] }`, "uptime.checker_regions may hold USA, USA_OREGON, USA_IOWA, USA_VIRGINIA, EUROPE, SOUTH_AMERICA and ASIA_PACIFIC"},
		{"too_few_places_to_ask_from", `uptime = { checker_regions = ["EUROPE", "ASIA_PACIFIC"] }`, "uptime.checker_regions must give at least three places to ask from"},
		{"a_channel_with_a_secret", `channels = { chat = { type = "slack", labels = { channel_name = "#ledger" } } }`, "channels may be of type email, pubsub, sms or google_chat"},
		{"a_channel_of_no_severity", `channels = { mail = { type = "email", labels = { email_address = "a@example.com" }, severities = [] } }`, "channels severities must be WARNING, CRITICAL or both"},
		{"an_existing_channel_of_another_severity", `existing_channels = { INFO = [] }`, "existing_channels has the keys WARNING and CRITICAL only"},
		{"an_existing_channel_by_its_number", `existing_channels = { CRITICAL = ["17"] }`, "existing_channels must hold names of the form projects/P/notificationChannels/N"},
		{"a_runbook_without_encryption", `runbook_url = "http://runbooks.example.com"`, "runbook_url must begin with https:// and must not end in /"},
		{"a_close_too_early", `auto_close_seconds = 60`, "auto_close_seconds must be from 1800"},
		{"a_floor_of_an_unknown_region", `latency_floors_ms = { write = { moon-north1 = 1300 } }`, "latency_floors_ms names what is no region of the ledger"},
		{"a_negative_floor", `latency_floors_ms = { write = { us-east1 = -1 } }`, "latency_floors_ms cannot be negative"},
		{"faster_than_spanner_can", `slo = { latency_targets_ms = { write = 10 } }`, "slo.latency_targets_ms asks for what cannot be"},
		{"a_target_below_a_floor", `slo = { latency_targets_ms = { write = 400 } }`, "slo.latency_targets_ms asks for what cannot be: write from asia-southeast1 within 400 ms, the floor is 447 ms"},
		{"a_name_that_ends_in_a_hyphen", `name = "ledger-"`, "name must be 2 to 20 characters of a-z, 0-9 and -, the first a letter, the last none of -: \"ledger-\" is not"},
		{"a_latency_goal_that_google_does_not_take", `slo = { latency_percent = 99.999 }`, "slo.availability_percent and slo.latency_percent must be above 0 and at most 99.99: Cloud Monitoring takes no"},
		{"a_warning_alone_above_the_default_critical", `thresholds = { api_latency_p99_ms = { warning = 2000 } }`, "What warns would be above what is critical, in thresholds: api_latency_p99_ms. Where only one of warning and c"},
		{"a_critical_alone_below_the_default_warning", `thresholds = { error_rate_percent = { critical = 0.01 } }`, "What warns would be above what is critical, in thresholds: error_rate_percent. Where only one of warning and c"},
		{"a_commit_warning_above_the_critical_of_the_near_region", `thresholds = { spanner_commit_p99_ms = { warning = 1000 } }`, "What warns would be above what is critical, in thresholds: spanner_commit_p99_ms. Where only one of warning an"},
		{"a_critical_below_the_warning_of_the_far_region", `thresholds = { api_latency_p99_ms = { critical = 600 } }`, "What warns would be above what is critical, in thresholds: api_latency_p99_ms. Where only one of warning and c"},
		{"a_negative_critical", `thresholds = { sql_replica_lag_seconds = { critical = -5 } }`, "Each threshold must be above 0"},
		{"a_critical_of_zero", `thresholds = { error_rate_percent = { critical = 0 } }`, "Each threshold must be above 0"},
		{"one_place_three_times", `uptime = { checker_regions = ["EUROPE", "EUROPE", "EUROPE"] }`, "uptime.checker_regions must give at least three places to ask from: three different entries, or USA"},
		{"a_second_and_a_half", `uptime = { timeout_seconds = 1.5 }`, "uptime.period_seconds must be 60, 300, 600 or 900, and uptime.timeout_seconds a whole number from 1 to 60: Goo"},
		{"a_text_to_an_address", `channels = { team = { type = "sms", labels = { email_address = "ledger@example.com" } } }`, "channels must have the label of their type: team has no number"},
	},
}
