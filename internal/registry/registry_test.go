package registry_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

var (
	emulator  *localcloud.Emulator
	databases atomic.Int64
)

func TestMain(m *testing.M) {
	code := func() int {
		started, err := localcloud.StartEmulator(context.Background(), localcloud.EmulatorOptions{})
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		emulator = started
		defer emulator.Stop()
		return m.Run()
	}()
	os.Exit(code)
}

// The columns that the ledger's schema and this package agree on.
var tables = []string{
	`CREATE TABLE LedgerRegions (
		LedgerId STRING(63) NOT NULL, Region STRING(63) NOT NULL, State STRING(16) NOT NULL, CapacityPercent INT64 NOT NULL,
		Zones ARRAY<STRING(63)>, ProviderVersion STRING(64), UpdatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
	) PRIMARY KEY (LedgerId, Region)`,
	`CREATE TABLE LedgerRegionChanges (
		LedgerId STRING(63) NOT NULL, Region STRING(63) NOT NULL, ChangeId STRING(36) NOT NULL, State STRING(16) NOT NULL,
		CapacityPercent INT64 NOT NULL, Zones ARRAY<STRING(63)>, ProviderVersion STRING(64), Reason STRING(MAX),
		ChangedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
	) PRIMARY KEY (LedgerId, Region, ChangeId)`,
}

var standard = registry.Tables{Regions: registry.DefaultTable, History: registry.DefaultHistoryTable}

// newDatabase makes a database with the statements given.
func newDatabase(t *testing.T, name string, ddl ...string) string {
	t.Helper()
	return newDatabaseOn(t, emulator, name, ddl...)
}

func newDatabaseOn(t *testing.T, emulator *localcloud.Emulator, name string, ddl ...string) string {
	t.Helper()
	ctx := t.Context()
	name = fmt.Sprintf("%s-%d", name, databases.Add(1))
	if err := emulator.CreateDatabase(ctx, "acme-prod", "ledger", name); err != nil {
		t.Fatal(err)
	}
	path := "projects/acme-prod/instances/ledger/databases/" + name
	if len(ddl) == 0 {
		return path
	}
	admin, err := database.NewDatabaseAdminClient(ctx, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	op, err := admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: ddl})
	if err != nil {
		t.Fatal(err)
	}
	if err := op.Wait(ctx); err != nil {
		t.Fatal(err)
	}
	return path
}

func newClient(t *testing.T, path string) *registry.Client {
	t.Helper()
	return newClientOn(t, emulator, path)
}

func newClientOn(t *testing.T, emulator *localcloud.Emulator, path string) *registry.Client {
	t.Helper()
	c, err := registry.New(t.Context(), path, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	})
	return c
}

// history reads the reasons and states of a region's changes, oldest first.
func history(t *testing.T, path string) []string {
	t.Helper()
	return historyOn(t, emulator, path)
}

func historyOn(t *testing.T, emulator *localcloud.Emulator, path string) []string {
	t.Helper()
	c, err := spanner.NewClientWithConfig(t.Context(), path, spanner.ClientConfig{DisableNativeMetrics: true}, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var lines []string
	err = c.Single().Query(t.Context(), spanner.NewStatement(
		`SELECT Region, State, CapacityPercent, Reason FROM LedgerRegionChanges ORDER BY ChangedAt`)).Do(func(r *spanner.Row) error {
		var region, state, why string
		var percent int64
		if err := r.Columns(&region, &state, &percent, &why); err != nil {
			return err
		}
		lines = append(lines, fmt.Sprintf("%s %s %d %s", region, state, percent, why))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func row(region, state string, percent int64, zones ...string) registry.Row {
	return registry.Row{LedgerID: "demo", Region: region, State: state, CapacityPercent: percent, Zones: zones, ProviderVersion: "1.0.0"}
}

func TestRowsAndHistory(t *testing.T) {
	t.Parallel()
	path := newDatabase(t, "rows", tables...)
	c := newClient(t, path)
	before := time.Now().Add(-time.Minute)
	for _, step := range []struct {
		row registry.Row
		why string
	}{
		{row("us-east1", "ACTIVE", 100, "us-east1-b", "us-east1-c"), "joined"},
		{row("europe-west1", "ACTIVE", 50), "joined"},
		{row("us-east1", "ACTIVE", 100, "us-east1-b", "us-east1-c"), "the same again"},
		{row("us-east1", "DRAINED", 0, "us-east1-b"), "drained"},
	} {
		if err := c.Put(t.Context(), standard, step.row, step.why); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Regions(t.Context(), standard, "demo")
	if err != nil {
		t.Fatal(err)
	}
	want := []registry.Row{row("europe-west1", "ACTIVE", 50), row("us-east1", "DRAINED", 0, "us-east1-b")}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(registry.Row{}, "UpdatedAt"), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
	for _, r := range got {
		if r.UpdatedAt.Before(before) {
			t.Errorf("%s: UpdatedAt %s is not the commit time", r.Region, r.UpdatedAt)
		}
	}
	if others, err := c.Regions(t.Context(), standard, "other"); err != nil || len(others) != 0 {
		t.Errorf("another ledger has rows %v, %v", others, err)
	}
	left := registry.Row{LedgerID: "demo", Region: "us-east1", State: "LEFT", ProviderVersion: "1.0.0"}
	for range 2 { // once more is no error and writes nothing
		if err := c.Remove(t.Context(), standard, left, "left"); err != nil {
			t.Fatal(err)
		}
	}
	if got, err := c.Regions(t.Context(), standard, "demo"); err != nil || len(got) != 1 {
		t.Errorf("rows after the removal: %v, %v", got, err)
	}
	wantHistory := []string{
		"us-east1 ACTIVE 100 joined", "europe-west1 ACTIVE 50 joined", "us-east1 DRAINED 0 drained", "us-east1 LEFT 0 left",
	}
	if diff := cmp.Diff(wantHistory, history(t, path)); diff != "" {
		t.Error(diff)
	}
}

func TestThreeRegionsAtOnce(t *testing.T) {
	t.Parallel()
	path := newDatabase(t, "parallel", tables...)
	c := newClient(t, path)
	regions := []string{"asia-southeast1", "europe-west1", "us-east1"}
	var wait sync.WaitGroup
	for _, region := range regions {
		wait.Go(func() {
			if err := c.Put(t.Context(), standard, row(region, "ACTIVE", 100), "joined"); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	got, err := c.Regions(t.Context(), standard, "demo")
	if err != nil || len(got) != len(regions) {
		t.Errorf("rows %v, %v", got, err)
	}
	if lines := history(t, path); len(lines) != len(regions) {
		t.Errorf("history %v", lines)
	}
}

// Spanner aborts a transaction that another one disturbs, and here one of
// twenty for no reason: each change is carried out all the same, and once.
func TestAbortedTransactions(t *testing.T) {
	t.Parallel()
	faulty, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{InjectFaults: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := faulty.Stop(); err != nil {
			t.Error(err)
		}
	})
	path := newDatabaseOn(t, faulty, "aborted", tables...)
	c := newClientOn(t, faulty, path)
	const changes = 100
	for i := range changes {
		if err := c.Put(t.Context(), standard, row("us-east1", "ACTIVE", int64(i)), fmt.Sprint(i)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := c.Regions(t.Context(), standard, "demo")
	if err != nil || len(got) != 1 || got[0].CapacityPercent != changes-1 {
		t.Errorf("rows %v, %v", got, err)
	}
	lines := historyOn(t, faulty, path)
	if len(lines) != changes {
		t.Errorf("%d lines of history, want %d", len(lines), changes)
	}
	for i, line := range lines {
		if want := fmt.Sprintf("us-east1 ACTIVE %d %d", i, i); line != want {
			t.Errorf("line %d is %q, want %q", i, line, want)
		}
	}
}

func TestFailuresNameTheTable(t *testing.T) {
	t.Parallel()
	path := newDatabase(t, "empty")
	c := newClient(t, path)
	for name, call := range map[string]func() error{
		"put":     func() error { return c.Put(t.Context(), standard, row("us-east1", "ACTIVE", 100), "joined") },
		"remove":  func() error { return c.Remove(t.Context(), standard, row("us-east1", "LEFT", 0), "left") },
		"regions": func() error { _, err := c.Regions(t.Context(), standard, "demo"); return err },
	} {
		err := call()
		if err == nil || !strings.Contains(err.Error(), "LedgerRegions") || !strings.Contains(err.Error(), "does not exist") {
			t.Errorf("%s on a database without tables: %v", name, err)
		}
	}
}

func TestMissingDatabase(t *testing.T) {
	t.Parallel()
	c, err := registry.New(t.Context(), "projects/acme-prod/instances/ledger/databases/nowhere", emulator.ClientOptions()...)
	if err == nil {
		defer c.Close()
		err = c.Put(t.Context(), standard, row("us-east1", "ACTIVE", 100), "joined")
	}
	if err == nil || !strings.Contains(err.Error(), "nowhere") {
		t.Errorf("error %v, want one that names the database", err)
	}
}

func TestStoppedSpannerIsAnErrorInTime(t *testing.T) {
	t.Parallel()
	stopped, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if err := stopped.CreateDatabase(t.Context(), "acme-prod", "ledger", "gone"); err != nil {
		t.Fatal(err)
	}
	options := stopped.ClientOptions()
	if err := stopped.Stop(); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 3*time.Second)
	defer cancel()
	start := time.Now()
	c, err := registry.New(ctx, "projects/acme-prod/instances/ledger/databases/gone", options...)
	if err == nil {
		err = c.Put(ctx, standard, row("us-east1", "ACTIVE", 100), "joined")
		if took := time.Since(start); took > 6*time.Second {
			t.Errorf("took %s", took)
		}
		if err := c.Close(); err != nil {
			t.Error(err)
		}
	}
	if err == nil || !strings.Contains(err.Error(), "no answer in time") {
		t.Errorf("error %v", err)
	}
}
