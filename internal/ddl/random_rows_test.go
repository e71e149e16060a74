package ddl_test

import (
	"context"
	"fmt"
	"strings"

	"google.golang.org/protobuf/types/known/structpb"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// Every table holds one row whose values fit every key, check, length and type
// that an edit may ask for: 3 and its like. So no legal change may fail on it
// or lose it.

// wire gives the value of a column as the API takes it.
func wire(typ string) *structpb.Value {
	switch base, _, _ := strings.Cut(typ, "("); base {
	case "STRING":
		return structpb.NewStringValue("s3")
	case "BYTES":
		return structpb.NewStringValue("czM=") // "s3"
	case "BOOL":
		return structpb.NewBoolValue(true)
	case "TIMESTAMP":
		return structpb.NewStringValue("2020-01-02T03:04:05Z")
	case "DATE":
		return structpb.NewStringValue("2020-01-02")
	case "FLOAT64":
		return structpb.NewNumberValue(3)
	case "JSON":
		return structpb.NewStringValue(`{"a":3}`)
	case "ARRAY<STRING":
		return structpb.NewListValue(&structpb.ListValue{Values: []*structpb.Value{structpb.NewStringValue("s3")}})
	default:
		return structpb.NewStringValue("3")
	}
}

// isIntact is a condition that the value still fulfils, whatever its column's
// type is by now.
func isIntact(column, typ string) string {
	switch base, _, _ := strings.Cut(typ, "("); base {
	case "STRING":
		return column + " = 's3'"
	case "BYTES":
		return column + " = b's3'"
	case "BOOL":
		return column
	case "TIMESTAMP":
		return column + " = TIMESTAMP '2020-01-02T03:04:05Z'"
	case "DATE":
		return column + " = DATE '2020-01-02'"
	case "JSON":
		return "JSON_VALUE(" + column + ", '$.a') = '3'"
	case "ARRAY<STRING":
		return column + "[OFFSET(0)] = 's3'"
	default:
		return column + " = 3"
	}
}

// rows gives one row for every table.
func (s *randomSchema) rows() []schematest.Row {
	var out []schematest.Row
	for _, t := range s.tables {
		r := schematest.Row{Table: t.path()}
		for _, k := range t.keyColumns() {
			r.Columns, r.Values = append(r.Columns, k), append(r.Values, wire("INT64"))
		}
		for _, c := range t.columns {
			if c.generated == nil {
				r.Columns, r.Values = append(r.Columns, c.name), append(r.Values, wire(c.typ))
			}
		}
		out = append(out, r)
	}
	return out
}

// look checks that the rows that s.rows inserted before the change are there.
func (s *randomSchema) look(ctx context.Context, d *schematest.Database) error {
	for _, t := range s.tables {
		if t.fresh {
			continue
		}
		intact, table := isIntact, t.path()
		if s.dialect == ddl.PostgreSQL {
			intact, table = isIntactInPostgres, t.postgresPath()
		}
		var conditions []string
		for _, k := range t.keyColumns() {
			conditions = append(conditions, intact(k, "INT64"))
		}
		for _, c := range t.columns {
			if !c.fresh && c.generated == nil {
				conditions = append(conditions, intact(c.name, c.typ))
			}
		}
		query := fmt.Sprintf("SELECT COUNT(*) FROM %s WHERE %s", table, strings.Join(conditions, " AND "))
		rows, err := d.Query(ctx, query)
		if err != nil {
			return err
		}
		if rows[0][0] != "1" {
			return fmt.Errorf("table %s no longer holds its row:\n%s", t.path(), query)
		}
	}
	return nil
}
