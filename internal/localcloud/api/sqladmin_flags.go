package api

import (
	"slices"
	"strconv"
	"strings"
)

// sqlFlags refuses values that a database flag cannot have. What is not in the
// table is not served: whether Google takes it cannot be told from here.
func sqlFlags(_ *call, r, _ *resource) *apiError {
	flags, _ := object(r.data, "settings")["databaseFlags"].([]any) // an instance may be without flags
	seen := map[string]bool{}
	for _, f := range flags {
		flag, ok := f.(map[string]any)
		if !ok {
			return errSQL("A database flag is no object.")
		}
		name, value := text(flag, "name"), text(flag, "value")
		allowed, known := sqlFlagValues[name]
		switch {
		case seen[name]:
			return errSQL("The database flag '%s' is set twice.", name)
		case !known:
			return errNotServed("the database flag " + strconv.Quote(name))
		case !flagAllows(allowed, value):
			return errSQL("Flag requires value '%s' for %s, not '%s'.", allowed, name, value)
		}
		seen[name] = true
	}
	return nil
}

// flagAllows reads what a flag takes: one of some words, a range of numbers, or
// any text.
func flagAllows(allowed, value string) bool {
	if allowed == "*" {
		return value != ""
	}
	low, high, isRange := strings.Cut(allowed, "..")
	if !isRange {
		return slices.Contains(strings.Split(allowed, "|"), value)
	}
	number, err := strconv.ParseFloat(value, 64)
	// The table's own numbers are good.
	lowest, _ := strconv.ParseFloat(low, 64)
	highest, _ := strconv.ParseFloat(high, 64)
	return err == nil && number >= lowest && number <= highest
}

const (
	onOff       = "on|off"
	logLevels   = "debug5|debug4|debug3|debug2|debug1|info|notice|warning|error|log|fatal|panic"
	maxInt      = "0..2147483647"
	maxIntOrOff = "-1..2147483647"
)

// sqlFlagValues are the flags of PostgreSQL that are served, with what they take.
var sqlFlagValues = map[string]string{
	"autovacuum":                          onOff,
	"autovacuum_analyze_scale_factor":     "0..100",
	"autovacuum_analyze_threshold":        maxInt,
	"autovacuum_max_workers":              "1..262143",
	"autovacuum_naptime":                  "1..2147483",
	"autovacuum_vacuum_cost_delay":        "0..100",
	"autovacuum_vacuum_cost_limit":        "0..10000",
	"autovacuum_vacuum_scale_factor":      "0..100",
	"autovacuum_vacuum_threshold":         maxInt,
	"checkpoint_completion_target":        "0..1",
	"checkpoint_timeout":                  "30..86400",
	"cloudsql.enable_pg_cron":             onOff,
	"cloudsql.enable_pg_hint_plan":        onOff,
	"cloudsql.enable_pgaudit":             onOff,
	"cloudsql.iam_authentication":         onOff,
	"cloudsql.logical_decoding":           onOff,
	"deadlock_timeout":                    "1..2147483647",
	"default_statistics_target":           "1..10000",
	"default_transaction_isolation":       "serializable|repeatable read|read committed|read uncommitted",
	"effective_cache_size":                "1..2147483647",
	"effective_io_concurrency":            "0..1000",
	"hot_standby_feedback":                onOff,
	"idle_in_transaction_session_timeout": maxInt,
	"jit":                                 onOff,
	"lock_timeout":                        maxInt,
	"log_autovacuum_min_duration":         maxIntOrOff,
	"log_checkpoints":                     onOff,
	"log_connections":                     onOff,
	"log_disconnections":                  onOff,
	"log_duration":                        onOff,
	"log_error_verbosity":                 "terse|default|verbose",
	"log_hostname":                        onOff,
	"log_lock_waits":                      onOff,
	"log_min_duration_statement":          maxIntOrOff,
	"log_min_error_statement":             logLevels,
	"log_min_messages":                    logLevels,
	"log_statement":                       "none|ddl|mod|all",
	"log_temp_files":                      maxIntOrOff,
	"maintenance_work_mem":                "1024..2147483647",
	"max_connections":                     "14..262143",
	"max_parallel_workers":                "0..1024",
	"max_parallel_workers_per_gather":     "0..1024",
	"max_replication_slots":               "10..262143",
	"max_standby_streaming_delay":         maxIntOrOff,
	"max_wal_senders":                     "10..262143",
	"max_wal_size":                        "2..2147483647",
	"max_worker_processes":                "8..262143",
	"pg_stat_statements.max":              "100..2147483647",
	"pg_stat_statements.track":            "none|top|all",
	"pgaudit.log":                         "*",
	"random_page_cost":                    "0..2147483647",
	"shared_buffers":                      "16..2147483647",
	"ssl_max_protocol_version":            "TLSv1|TLSv1.1|TLSv1.2|TLSv1.3",
	"ssl_min_protocol_version":            "TLSv1|TLSv1.1|TLSv1.2|TLSv1.3",
	"statement_timeout":                   maxInt,
	"temp_file_limit":                     "1048576..2147483647",
	"timezone":                            "*",
	"track_activity_query_size":           "100..1048576",
	"track_io_timing":                     onOff,
	"wal_compression":                     onOff,
	"wal_sender_timeout":                  maxInt,
	"work_mem":                            "64..2147483647",
}
