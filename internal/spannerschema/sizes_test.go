package spannerschema_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

const createPlaces = "CREATE TABLE Places (Id INT64 NOT NULL, Name STRING(8), Area FLOAT64) PRIMARY KEY (Id)"

// fillsPlaces goes through all rows of Places twice and makes a table of its own.
var fillsPlaces = config(strings.Join([]string{createRegions,
	strings.Replace(createPlaces, "Area FLOAT64", "Area FLOAT64, Age INT64 NOT NULL DEFAULT (0), CONSTRAINT Named CHECK (Name != '')", 1),
	createEvents, "CREATE INDEX PlacesByName ON Places (Name)", "CREATE INDEX RegionsBackwards ON Regions (Region DESC)"}, ";"))

func TestSizesOfWholeTables(t *testing.T) {
	t.Parallel()
	const at = "2026-11-22 10:00 UTC"
	for name, test := range map[string]struct {
		rows [][]string
		err  error
		says []string
		// lines is how many statements are listed.
		lines int
	}{
		"both":           {rows: [][]string{{"Places", "2.68435456e+09", at}, {"PlacesByName", "1", at}, {"REGIONS", "123456", at}}, says: []string{": table Places, 2.5 GiB\n", "PlacesByName: table Places, 2.5 GiB\n", "RegionsBackwards: table Regions, less than 1 MiB\n", "up to " + at}, lines: 4},
		"one":            {rows: [][]string{{"Regions", "157286400", at}}, says: []string{"RegionsBackwards: table Regions, 150.0 MiB\n"}, lines: 1},
		"not measured":   {rows: [][]string{{"Places", "", at}, {"Elsewhere", "1", at}}},
		"none":           {},
		"no such table":  {err: status.Error(codes.InvalidArgument, "Table not found: SPANNER_SYS.TABLE_SIZES_STATS_1HOUR")},
		"not allowed":    {err: status.Error(codes.PermissionDenied, "spanner.databases.select is missing")},
		"no answer ever": {err: context.DeadlineExceeded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			state := c.created(config(createRegions + ";" + createPlaces))
			without := c.plan(fillsPlaces, state)
			without.diagnostics.wantNone(t)
			server := startRows(t, func(ctx context.Context, _ string) ([][]string, error) {
				if errors.Is(test.err, context.DeadlineExceeded) {
					<-ctx.Done()
				}
				return test.rows, test.err
			})
			d.rows = server.client(t)
			plan := c.plan(fillsPlaces, state)
			wantSame(t, without.object, plan)
			if test.says == nil {
				plan.diagnostics.wantNone(t)
			} else {
				plan.diagnostics.wantWarning(t, `AttributeName("ddl")`, append(test.says, "The plan reads or fills whole tables")...)
				if lines := strings.Count(plan.diagnostics[0].Detail, ": table "); lines != test.lines {
					t.Errorf("%d statements are listed, want %d:\n%s", lines, test.lines, plan.diagnostics)
				}
			}
			if asked := server.asked(); len(asked) != 1 || !strings.Contains(asked[0], "SPANNER_SYS.TABLE_SIZES_STATS_1HOUR") {
				t.Errorf("asked %q", asked)
			}
			// What goes through no rows asks nothing.
			c.plan(config(createRegions+";"+createPlaces+";"+createEvents), state).diagnostics.wantNone(t)
			if asked := server.asked(); len(asked) != 1 {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestSizesInPostgreSQL(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, echoedAccounts)
	d.dialect = databasepb.DatabaseDialect_POSTGRESQL
	c := newCore(t, d)
	state := c.created(config(createAccounts))
	server := startRows(t, func(context.Context, string) ([][]string, error) {
		return [][]string{{"public.accounts", "1073741824", "2026-11-22 02:00:00-08"}}, nil
	})
	d.rows = server.client(t)
	c.plan(config(createAccounts+"; CREATE INDEX backwards ON accounts (id DESC)"), state).diagnostics.
		wantWarning(t, `AttributeName("ddl")`, "1. [backfill] backwards: table accounts, 1.0 GiB")
	if asked := server.asked(); len(asked) != 1 || !strings.Contains(asked[0], "spanner_sys.table_sizes_stats_1hour") {
		t.Errorf("asked %q", asked)
	}
}

// TestSizesOfRenamedTables: the database still calls the table by its old name.
func TestSizesOfRenamedTables(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createPlaces))
	d.rows = startRows(t, func(context.Context, string) ([][]string, error) {
		return [][]string{{"Places", "1073741824", "noon"}}, nil
	}).client(t)
	after := config(strings.Replace(createPlaces, "TABLE Places", "TABLE Spots", 1) + "; CREATE INDEX SpotsByName ON Spots (Name)")
	after["renames"] = renamed(c, "Places", "Spots", nil)
	c.plan(after, state).diagnostics.wantWarning(t, `AttributeName("ddl")`, "2. [backfill] SpotsByName: table Places, 1.0 GiB")
}
