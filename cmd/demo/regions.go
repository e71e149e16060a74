package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"cloud.google.com/go/spanner"
	"google.golang.org/api/iterator"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	regionQuery = "SELECT Region, State, CapacityPercent, Zones FROM LedgerRegions ORDER BY Region"
	tableQuery  = "SELECT COUNT(*) FROM INFORMATION_SCHEMA.TABLES WHERE TABLE_SCHEMA = ''"
)

// regionRow is a row of the region table.
type regionRow struct {
	Region          string
	State           string
	CapacityPercent int64
	Zones           []string
}

// database reads the ledger's database by SQL, as the ledger's services do.
type database struct {
	client *spanner.Client
}

func openDatabase(ctx context.Context, emulator *localcloud.Emulator, ledger localcloud.Ledger) (*database, error) {
	path := fmt.Sprintf("projects/%s/instances/%s/databases/%s", ledger.Project, ledger.Instance, ledger.Database)
	client, err := spanner.NewClientWithConfig(ctx, path, spanner.ClientConfig{DisableNativeMetrics: true}, emulator.ClientOptions()...)
	if err != nil {
		return nil, fmt.Errorf("the database cannot be opened: %w", err)
	}
	return &database{client}, nil
}

func (d *database) close() { d.client.Close() }

func (d *database) regions(ctx context.Context) ([]regionRow, error) {
	rows := d.client.Single().Query(ctx, spanner.NewStatement(regionQuery))
	defer rows.Stop()
	var all []regionRow
	for {
		row, err := rows.Next()
		if errors.Is(err, iterator.Done) {
			return all, nil
		}
		var one regionRow
		if err == nil {
			err = row.ToStruct(&one)
		}
		if err != nil {
			return nil, fmt.Errorf("the region table cannot be read: %w", err)
		}
		all = append(all, one)
	}
}

// tables counts the tables and views in the database.
func (d *database) tables(ctx context.Context) (int64, error) {
	rows := d.client.Single().Query(ctx, spanner.NewStatement(tableQuery))
	defer rows.Stop()
	row, err := rows.Next()
	var count int64
	if err == nil {
		err = row.Columns(&count)
	}
	if err != nil {
		return 0, fmt.Errorf("the database's tables cannot be counted: %w", err)
	}
	return count, nil
}

// table aligns rows of cells below their heads.
func table(rows [][]string) []string {
	widths := make([]int, len(rows[0]))
	for _, row := range rows {
		for i, cell := range row {
			widths[i] = max(widths[i], len(cell))
		}
	}
	var lines []string
	for _, row := range rows {
		var b strings.Builder
		for i, cell := range row {
			fmt.Fprintf(&b, "%-*s  ", widths[i], cell)
		}
		lines = append(lines, strings.TrimRight(b.String(), " "))
	}
	return lines
}

func regionTable(rows []regionRow) []string {
	cells := [][]string{{"Region", "State", "CapacityPercent", "Zones"}}
	for _, r := range rows {
		cells = append(cells, []string{r.Region, r.State, strconv.FormatInt(r.CapacityPercent, 10), strings.Join(r.Zones, " ")})
	}
	return table(cells)
}

// backends counts the backends of all services, and those that take no traffic.
func backends(cloud *api.Server, ledger localcloud.Ledger) (all, drained int) {
	for _, name := range ledger.BackendServices {
		list, _ := cloud.BackendService(ledger.Project, name)["backends"].([]any)
		all += len(list)
		drained += len(slices.DeleteFunc(slices.Clone(list), func(one any) bool {
			backend, _ := one.(map[string]any)
			return !isZero(backend["capacityScaler"])
		}))
	}
	return all, drained
}

// isZero goes by what is printed: the number's type depends on who made it.
func isZero(value any) bool { return value != nil && fmt.Sprint(value) == "0" }
