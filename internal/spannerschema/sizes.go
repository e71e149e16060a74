package spannerschema

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// sizesLimit bounds the question for the sizes of tables. They are good to
// know, and no plan waits long for them.
const sizesLimit = 5 * time.Second

// Spanner measures its tables every hour. The Go client wants other types of
// the same columns in each dialect, hence texts.
// Source: Spanner documentation, "Table sizes statistics".
const (
	sizesQuery = `SELECT TABLE_NAME, CAST(USED_BYTES AS STRING), FORMAT_TIMESTAMP('%F %H:%M UTC', INTERVAL_END, 'UTC')
FROM SPANNER_SYS.TABLE_SIZES_STATS_1HOUR
WHERE INTERVAL_END = (SELECT MAX(INTERVAL_END) FROM SPANNER_SYS.TABLE_SIZES_STATS_1HOUR)`
	postgresSizesQuery = `SELECT table_name, CAST(used_bytes AS text), CAST(interval_end AS text)
FROM spanner_sys.table_sizes_stats_1hour
WHERE interval_end = (SELECT MAX(interval_end) FROM spanner_sys.table_sizes_stats_1hour)`
)

// warnOfSizes says how large the tables are that the plan reads or fills,
// where the database tells it.
func (r *schemaResource) warnOfSizes(ctx context.Context, plan *model, database spanneradmin.DatabasePath, made change) (diags diag.Diagnostics) {
	request := made.wanted.request(made.live, made.applied, false)
	tables := make([]string, len(made.Steps))
	none := true
	for i, step := range made.Steps {
		switch step.Hazard {
		case ddl.Validates, ddl.Backfill, ddl.Unsafe:
			tables[i] = request.TableOf(step)
			none = none && tables[i] == ""
		}
	}
	if none {
		return diags
	}
	ctx, cancel := context.WithTimeout(ctx, sizesLimit)
	defer cancel()
	sizes, at, err := r.askSizes(ctx, plan.language(), database)
	if err != nil {
		// The emulator has no such table, and who plans need not be allowed to
		// query: the plan is right without it.
		tflog.Debug(ctx, "The sizes of the tables are not known", map[string]any{"database": database.String(), "error": err.Error()})
		return diags
	}
	var list strings.Builder
	for i, step := range made.Steps {
		if bytes, told := sizes[strings.ToLower(tables[i])]; told {
			fmt.Fprintf(&list, "%3d. [%s] %s: table %s, %s\n", i+1, step.Hazard, step.Objects[0], tables[i], size(bytes))
		}
	}
	if list.Len() > 0 {
		diags.AddAttributeWarning(plan.textPath(""), "The plan reads or fills whole tables",
			fmt.Sprintf("%s: these of the planned_statements, by their number, go through all rows of a table, with its size as Spanner measured it up to %s:\n%s\nSpanner works on them in the background, up to hours for a large table, and the apply waits as long as timeouts allows.", database, at, list.String()))
	}
	return diags
}

// askSizes gives the bytes of each table by its name in lower case, and when
// they were measured.
func (r *schemaResource) askSizes(ctx context.Context, dialect ddl.Dialect, database spanneradmin.DatabasePath) (sizes map[string]float64, at string, err error) {
	client, err := r.connector.Query(ctx, database.String())
	if err != nil {
		return nil, "", err
	}
	query := sizesQuery
	if dialect == ddl.PostgreSQL {
		query = postgresSizesQuery
	}
	rows, err := client.Rows(ctx, query)
	if err != nil {
		return nil, "", err
	}
	sizes = map[string]float64{}
	for _, row := range rows {
		bytes, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			continue // NULL: not measured
		}
		sizes[strings.ToLower(strings.TrimPrefix(row[0], "public."))], at = bytes, row[2]
	}
	return sizes, at, nil
}

// size writes a number of bytes so that sizes can be compared at a glance.
func size(bytes float64) string {
	const mebibyte, gibibyte = 1 << 20, 1 << 30
	switch {
	case bytes >= gibibyte:
		return fmt.Sprintf("%.1f GiB", bytes/gibibyte)
	case bytes >= mebibyte:
		return fmt.Sprintf("%.1f MiB", bytes/mebibyte)
	default:
		return "less than 1 MiB"
	}
}
