package spannerschema

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// namesLimit bounds the questions for the names of constraints.
const namesLimit = 10 * time.Second

// The echo tells no names that Spanner made up; only these tables do. They are
// the same in both dialects.
const (
	constraintsQuery = `SELECT c.table_schema, c.table_name, c.constraint_name, k.check_clause
FROM information_schema.table_constraints AS c
LEFT JOIN information_schema.check_constraints AS k ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
WHERE c.constraint_type IN ('CHECK', 'FOREIGN KEY') AND c.constraint_name NOT LIKE 'CK_IS_NOT_NULL%'
ORDER BY 1, 2, 3`
	constraintColumnsQuery = `SELECT constraint_schema, constraint_name, column_name
FROM information_schema.key_column_usage
ORDER BY constraint_schema, constraint_name, ordinal_position`
)

// constraintNames asks what Spanner calls the constraints of a schema that has
// some without a name. It is nil when there is nothing to ask or no answer:
// then such a constraint cannot be dropped, which the plan says where it matters.
func (r *schemaResource) constraintNames(ctx context.Context, database spanneradmin.DatabasePath, schema *ddl.Schema) []ddl.ConstraintName {
	if !schema.HasUnnamedConstraints() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, namesLimit)
	defer cancel()
	names, err := r.askNames(ctx, database)
	if err != nil {
		tflog.Debug(ctx, "What Spanner calls the constraints without a name is not known", map[string]any{"database": database.String(), "error": err.Error()})
	}
	return names
}

func (r *schemaResource) askNames(ctx context.Context, database spanneradmin.DatabasePath) ([]ddl.ConstraintName, error) {
	client, err := r.connector.Query(ctx, database.String())
	if err != nil {
		return nil, err
	}
	columns, err := columnsOfKeys(ctx, client)
	if err != nil {
		return nil, err
	}
	rows, err := client.Rows(ctx, constraintsQuery)
	if err != nil {
		return nil, err
	}
	names := make([]ddl.ConstraintName, 0, len(rows))
	for _, row := range rows {
		name := ddl.ConstraintName{Table: qualified(row[0], row[1]), Name: row[2], Check: row[3]}
		if name.Check == "" {
			name.Columns = columns[qualified(row[0], row[2])]
		}
		names = append(names, name)
	}
	return names, nil
}

func columnsOfKeys(ctx context.Context, client *spannerquery.Client) (map[string][]string, error) {
	rows, err := client.Rows(ctx, constraintColumnsQuery)
	if err != nil {
		return nil, err
	}
	columns := map[string][]string{}
	for _, row := range rows {
		key := qualified(row[0], row[1])
		columns[key] = append(columns[key], row[2])
	}
	return columns, nil
}

// qualified is a name with that of its schema, but for the default schema,
// which is called "" or, in the PostgreSQL dialect, "public".
func qualified(schema, name string) string {
	if schema == "" || schema == "public" {
		return name
	}
	return strings.Join([]string{schema, name}, ".")
}

func readNames(ctx context.Context, private privateReader) ([]ddl.ConstraintName, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, namesKey)
	if diags.HasError() || value == nil {
		return nil, diags
	}
	var names []ddl.ConstraintName
	if err := unpack(value, &names); err != nil {
		diags.AddError("The stored names of constraints are damaged",
			fmt.Sprintf("Private state %q: %v. Run `terraform apply -refresh-only` to read them anew.", namesKey, err))
	}
	return names, diags
}

func writeNames(ctx context.Context, private privateWriter, names []ddl.ConstraintName) diag.Diagnostics {
	value, err := pack(names)
	if err != nil {
		var diags diag.Diagnostics
		diags.AddError("The names of constraints cannot be kept in private state", wording.Sentence(err.Error()))
		return diags
	}
	return private.SetKey(ctx, namesKey, value)
}
