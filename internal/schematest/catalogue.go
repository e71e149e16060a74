package schematest

import (
	"context"
	"regexp"
	"sort"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// queries ask what a database holds in Spanner's own words, ordinals and
// generated names aside. What Spanner itself keeps in a database is left out.
var queries = []string{
	"SELECT 'schema', schema_name FROM information_schema.schemata WHERE schema_name NOT IN ('INFORMATION_SCHEMA', 'SPANNER_SYS')",
	"SELECT 'database option', option_name, option_value FROM information_schema.database_options WHERE option_name != 'database_dialect'",
	"SELECT 'table', table_schema, table_name, parent_table_name, on_delete_action, interleave_type, row_deletion_policy_expression FROM information_schema.tables WHERE " + ours("table"),
	"SELECT 'column', table_schema, table_name, column_name, is_nullable, spanner_type, CAST(column_default AS STRING), is_generated, generation_expression, is_stored, is_identity, identity_kind, identity_start_with_counter, identity_skip_range_min, identity_skip_range_max FROM information_schema.columns WHERE " + ours("table"),
	"SELECT 'option', table_schema, table_name, column_name, option_name, option_value FROM information_schema.column_options WHERE " + ours("table"),
	"SELECT 'index', table_schema, table_name, index_name, index_type, CAST(is_unique AS STRING), CAST(is_null_filtered AS STRING), parent_table_name FROM information_schema.indexes WHERE NOT spanner_is_managed AND " + ours("table"),
	"SELECT 'index column', c.table_schema, c.table_name, c.index_name, c.column_name, CAST(c.ordinal_position AS STRING), c.column_ordering FROM information_schema.index_columns c JOIN information_schema.indexes x USING (table_schema, table_name, index_name) WHERE NOT x.spanner_is_managed AND c.table_schema NOT IN ('INFORMATION_SCHEMA', 'SPANNER_SYS')",
	"SELECT 'check', constraint_schema, constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_name NOT LIKE 'CK_IS_NOT_NULL%' AND " + ours("constraint"),
	"SELECT 'foreign key', constraint_schema, constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE " + ours("constraint"),
	"SELECT 'key column', k.table_schema, k.table_name, k.column_name, k.constraint_name, CAST(k.ordinal_position AS STRING), CAST(k.position_in_unique_constraint AS STRING) FROM information_schema.key_column_usage k WHERE " + ours("table"),
	"SELECT 'referenced', constraint_schema, constraint_name, table_schema, table_name FROM information_schema.constraint_table_usage WHERE " + ours("table"),
	"SELECT 'view', table_schema, table_name, view_definition, security_type FROM information_schema.views WHERE " + ours("table"),
	"SELECT 'stream', change_stream_name, CAST(`all` AS STRING) FROM information_schema.change_streams",
	"SELECT 'stream table', change_stream_name, table_schema, table_name, CAST(all_columns AS STRING) FROM information_schema.change_stream_tables",
	"SELECT 'stream column', change_stream_name, table_schema, table_name, column_name FROM information_schema.change_stream_columns",
	"SELECT 'stream option', change_stream_name, option_name, option_value FROM information_schema.change_stream_options",
	"SELECT 'sequence option', schema, name, option_name, option_value FROM information_schema.sequence_options",
	"SELECT 'model column', model_name, column_kind, column_name, data_type FROM information_schema.model_columns",
	"SELECT 'model option', model_name, option_name, option_value FROM information_schema.model_options",
}

func ours(what string) string {
	return what + "_schema NOT IN ('INFORMATION_SCHEMA', 'SPANNER_SYS')"
}

var (
	generatedName = regexp.MustCompile(`\b(CK|FK|IDX|PK)_\w+_[0-9A-F]{16}(_\d+)?\b`)
	synonymClause = regexp.MustCompile(`(?i)^\s*SYNONYM\s*\(.*\)`)
)

// Catalogue says what the database holds, one line per fact, sorted: two
// databases with equal catalogues are the same to Spanner.
func (d *Database) Catalogue(ctx context.Context) ([]string, error) {
	var out []string
	for _, q := range queries {
		rows, err := d.Query(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, cells := range rows {
			out = append(out, generatedName.ReplaceAllString(strings.Join(cells, " | "), "$1 generated"))
		}
	}
	echo, err := d.Echo(ctx)
	if err != nil {
		return nil, err
	}
	// The emulator tells of synonyms only there.
	for _, statement := range echo {
		head, _, _ := strings.Cut(statement, "\n")
		for line := range strings.SplitSeq(statement, "\n") {
			if clause := synonymClause.FindString(line); clause != "" {
				out = append(out, "synonym | "+head+" | "+strings.TrimSpace(clause))
			}
		}
	}
	sort.Strings(out)
	return out, nil
}

// ConstraintNames are the names of all constraints, those that Spanner made up
// too.
func (d *Database) ConstraintNames(ctx context.Context) ([]ddl.ConstraintName, error) {
	rows, err := d.Query(ctx, `SELECT c.table_schema, c.table_name, c.constraint_name, IFNULL(k.check_clause, '')
FROM information_schema.table_constraints c LEFT JOIN information_schema.check_constraints k USING (constraint_schema, constraint_name)
WHERE c.constraint_type IN ('CHECK', 'FOREIGN KEY') AND c.constraint_name NOT LIKE 'CK_IS_NOT_NULL%' AND c.table_schema NOT IN ('INFORMATION_SCHEMA', 'SPANNER_SYS')`)
	if err != nil {
		return nil, err
	}
	columns, err := d.Query(ctx, "SELECT constraint_schema, constraint_name, column_name FROM information_schema.key_column_usage ORDER BY constraint_schema, constraint_name, ordinal_position")
	if err != nil {
		return nil, err
	}
	of := map[string][]string{}
	for _, c := range columns {
		key := c[0] + "." + c[1]
		of[key] = append(of[key], c[2])
	}
	var out []ddl.ConstraintName
	for _, r := range rows {
		name := ddl.ConstraintName{Table: strings.TrimPrefix(r[0]+"."+r[1], "."), Name: r[2], Check: r[3]}
		if name.Check == "" {
			name.Columns = of[r[0]+"."+r[2]]
		}
		out = append(out, name)
	}
	return out, nil
}
