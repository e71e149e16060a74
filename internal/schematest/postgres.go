package schematest

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// NewPostgresDatabase is NewDatabase for the PostgreSQL dialect.
func (e *Emulators) NewPostgresDatabase(t testing.TB) *Database {
	t.Helper()
	return e.newDatabase(t, ddl.PostgreSQL)
}

// postgresQueries are for the PostgreSQL dialect what queries are.
var postgresQueries = []string{
	"SELECT 'schema', schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('information_schema', 'spanner_sys', 'pg_catalog')",
	"SELECT 'database option', option_name, option_value FROM information_schema.database_options WHERE option_name <> 'database_dialect'",
	"SELECT 'table', table_schema, table_name, parent_table_name, on_delete_action, row_deletion_policy_expression FROM information_schema.tables WHERE " + oursPostgres("table"),
	"SELECT 'column', table_schema, table_name, column_name, is_nullable, spanner_type, column_default, is_generated, generation_expression, is_stored, is_identity, identity_start_with_counter, identity_skip_range_min, identity_skip_range_max FROM information_schema.columns WHERE " + oursPostgres("table"),
	"SELECT 'index', table_schema, table_name, index_name, index_type, is_unique, is_null_filtered, parent_table_name FROM information_schema.indexes WHERE spanner_is_managed = 'NO' AND " + oursPostgres("table"),
	"SELECT 'index column', table_schema, table_name, index_name, column_name, ordinal_position, column_ordering FROM information_schema.index_columns WHERE " + oursPostgres("table"),
	"SELECT 'check', constraint_schema, constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_name NOT LIKE 'CK_IS_NOT_NULL%' AND " + oursPostgres("constraint"),
	"SELECT 'foreign key', constraint_schema, constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE " + oursPostgres("constraint"),
	"SELECT 'key column', table_schema, table_name, column_name, constraint_name, ordinal_position, position_in_unique_constraint FROM information_schema.key_column_usage WHERE " + oursPostgres("table"),
	"SELECT 'referenced', constraint_schema, constraint_name, table_schema, table_name FROM information_schema.constraint_table_usage WHERE " + oursPostgres("table"),
	"SELECT 'view', table_schema, table_name, view_definition, security_type FROM information_schema.views WHERE " + oursPostgres("table"),
	`SELECT 'stream', change_stream_name, "all" FROM information_schema.change_streams`,
	"SELECT 'stream table', change_stream_name, table_schema, table_name, all_columns FROM information_schema.change_stream_tables",
	"SELECT 'stream column', change_stream_name, table_schema, table_name, column_name FROM information_schema.change_stream_columns",
	"SELECT 'stream option', change_stream_name, option_name, option_value FROM information_schema.change_stream_options",
	"SELECT 'sequence', sequence_schema, sequence_name, sequence_kind, counter_start_value, skip_range_min, skip_range_max FROM information_schema.sequences",
}

func oursPostgres(what string) string {
	return what + "_schema NOT IN ('information_schema', 'spanner_sys', 'pg_catalog')"
}
