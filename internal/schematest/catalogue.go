package schematest

import (
	"context"
	"fmt"
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
	"SELECT 'column', table_schema, table_name, column_name, is_nullable, spanner_type, column_default, is_generated, generation_expression, is_stored, is_identity, identity_kind, identity_start_with_counter, identity_skip_range_min, identity_skip_range_max FROM information_schema.columns WHERE " + ours("table"),
	"SELECT 'option', table_schema, table_name, column_name, option_name, option_value FROM information_schema.column_options WHERE " + ours("table"),
	"SELECT 'index', table_schema, table_name, index_name, index_type, is_unique, is_null_filtered, parent_table_name FROM information_schema.indexes WHERE NOT spanner_is_managed AND " + ours("table"),
	"SELECT 'index column', c.table_schema, c.table_name, c.index_name, c.column_name, c.ordinal_position, c.column_ordering FROM information_schema.index_columns c JOIN information_schema.indexes x USING (table_schema, table_name, index_name) WHERE NOT x.spanner_is_managed AND c.table_schema NOT IN ('INFORMATION_SCHEMA', 'SPANNER_SYS')",
	"SELECT 'check', constraint_schema, constraint_name, check_clause FROM information_schema.check_constraints WHERE constraint_name NOT LIKE 'CK_IS_NOT_NULL%' AND " + ours("constraint"),
	"SELECT 'foreign key', constraint_schema, constraint_name, update_rule, delete_rule FROM information_schema.referential_constraints WHERE " + ours("constraint"),
	"SELECT 'key column', k.table_schema, k.table_name, k.column_name, k.constraint_name, k.ordinal_position, k.position_in_unique_constraint FROM information_schema.key_column_usage k WHERE " + ours("table"),
	"SELECT 'referenced', constraint_schema, constraint_name, table_schema, table_name FROM information_schema.constraint_table_usage WHERE " + ours("table"),
	"SELECT 'view', table_schema, table_name, view_definition, security_type FROM information_schema.views WHERE " + ours("table"),
	"SELECT 'stream', change_stream_name, `all` FROM information_schema.change_streams",
	"SELECT 'stream table', change_stream_name, table_schema, table_name, all_columns FROM information_schema.change_stream_tables",
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
	if d.dialect == ddl.PostgreSQL {
		return d.facts(ctx, postgresFacts)
	}
	out, err := d.facts(ctx, googleFacts)
	if err != nil {
		return nil, err
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

// Both lists of queries as one: the emulator builds its whole catalogue anew
// for every query, so that twenty take ten times as long.
var (
	googleFacts   = united(queries, "CAST(%s AS STRING)")
	postgresFacts = united(postgresQueries, "CAST(%s AS text)")
)

// united makes one query of some that select different numbers of columns; cast
// makes a column text.
func united(queries []string, cast string) string {
	most := 0
	var columns [][]string
	var rest []string
	for _, q := range queries {
		list, from, _ := strings.Cut(strings.TrimPrefix(q, "SELECT "), " FROM ")
		columns, rest = append(columns, strings.Split(list, ", ")), append(rest, from)
		most = max(most, len(columns[len(columns)-1]))
	}
	var parts []string
	for i, list := range columns {
		for at := range list {
			list[at] = fmt.Sprintf(cast, list[at])
		}
		for len(list) < most {
			list = append(list, fmt.Sprintf(cast, "NULL"))
		}
		parts = append(parts, "SELECT "+strings.Join(list, ", ")+" FROM "+rest[i])
	}
	return strings.Join(parts, "\nUNION ALL\n")
}

func (d *Database) facts(ctx context.Context, query string) ([]string, error) {
	rows, err := d.Query(ctx, query)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, cells := range rows {
		line := strings.TrimRight(strings.Join(cells, " | "), " |")
		out = append(out, generatedName.ReplaceAllString(line, "$1 generated"))
	}
	sort.Strings(out)
	return out, nil
}

// ConstraintNames are the names of all constraints, those that Spanner made up
// too. Both dialects are asked the same.
func (d *Database) ConstraintNames(ctx context.Context) ([]ddl.ConstraintName, error) {
	rows, err := d.Query(ctx, `SELECT c.table_schema, c.table_name, c.constraint_name, k.check_clause
FROM information_schema.table_constraints AS c
LEFT JOIN information_schema.check_constraints AS k ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
WHERE c.constraint_type IN ('CHECK', 'FOREIGN KEY') AND c.constraint_name NOT LIKE 'CK_IS_NOT_NULL%'
AND LOWER(c.table_schema) NOT IN ('information_schema', 'spanner_sys', 'pg_catalog')`)
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
		name := ddl.ConstraintName{Table: r[1], Name: r[2], Check: r[3]}
		if r[0] != "" && r[0] != "public" {
			name.Table = r[0] + "." + r[1]
		}
		if name.Check == "" {
			name.Columns = of[r[0]+"."+r[2]]
		}
		out = append(out, name)
	}
	return out, nil
}
