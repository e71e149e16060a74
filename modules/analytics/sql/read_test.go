// Package sql_test runs what Spanner executes of the reports on the real
// emulator, over the ledger's own schema, and checks what BigQuery executes by
// its structure.
package sql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"cloud.google.com/go/spanner/apiv1/spannerpb"
	"github.com/cloudspannerecosystem/memefish"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/api/iterator"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

const path = "projects/proveniq-test/instances/ledger/databases/main"

// newLedger starts an emulator with a database that has the ledger's schema.
func newLedger(t *testing.T) *spanner.Client {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	emulator, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Stop(); err != nil {
			t.Error(err)
		}
	})
	if err := emulator.CreateDatabase(ctx, "proveniq-test", "ledger", "main"); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob("../../spanner/schema/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema files: %v, %v", files, err)
	}
	slices.Sort(files)
	var statements []string
	for _, file := range files {
		parsed, err := memefish.ParseDDLs(file, read(t, file))
		if err != nil {
			t.Fatal(err)
		}
		for _, statement := range parsed {
			statements = append(statements, statement.SQL())
		}
	}
	admin, err := database.NewDatabaseAdminClient(ctx, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close()
	operation, err := admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: statements})
	if err != nil {
		t.Fatal(err)
	}
	if err := operation.Wait(ctx); err != nil {
		t.Fatalf("the emulator refuses the schema: %v", err)
	}
	client, err := spanner.NewClientWithConfig(context.Background(), path, spanner.ClientConfig{DisableNativeMetrics: true}, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client
}

func read(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// insert commits events and gives the commit's timestamp.
func insert(t *testing.T, client *spanner.Client, ids ...string) time.Time {
	t.Helper()
	var mutations []*spanner.Mutation
	for _, id := range ids {
		mutations = append(mutations, spanner.InsertMap("Events", map[string]any{
			"EventId": id, "SourceId": "acme", "EventType": "lot.created", "EntryRegion": "us-east1",
			"Payload": spanner.NullJSON{Value: map[string]any{"id": id}, Valid: true}, "PayloadHash": make([]byte, 32), "CommittedAt": spanner.CommitTimestamp,
		}))
	}
	at, err := client.Apply(t.Context(), mutations)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// ids runs the read and gives the events it finds, sorted.
func ids(t *testing.T, rows *spanner.RowIterator) []string {
	t.Helper()
	defer rows.Stop()
	found := []string{}
	for {
		row, err := rows.Next()
		if err == iterator.Done {
			slices.Sort(found)
			return found
		}
		if err != nil {
			t.Fatal(err)
		}
		var id string
		if err := row.ColumnByName("event_id", &id); err != nil {
			t.Fatal(err)
		}
		found = append(found, id)
	}
}

// TestSpannerExecutesTheRead reads what was committed after a time, with the
// parameter and with the literal that BigQuery puts in its place.
func TestSpannerExecutesTheRead(t *testing.T) {
	t.Parallel()
	client, sql := newLedger(t), read(t, "read_events.sql")
	first := insert(t, client, "a", "b")
	second := insert(t, client, "c")
	for name, test := range map[string]struct {
		since time.Time
		want  []string
	}{
		"from the beginning":     {time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), []string{"a", "b", "c"}},
		"from the first commit":  {first, []string{"c"}},
		"from the second commit": {second, []string{}},
		"just before the second": {second.Add(-time.Microsecond), []string{"c"}},
	} {
		statement := spanner.Statement{SQL: sql, Params: map[string]any{"since": test.since}}
		if diff := cmp.Diff(test.want, ids(t, client.Single().Query(t.Context(), statement))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		// FORMAT('%T', since), to the microsecond: both keep no more.
		literal := fmt.Sprintf("TIMESTAMP %q", test.since.UTC().Format("2006-01-02 15:04:05.999999")+"+00")
		statement = spanner.Statement{SQL: strings.ReplaceAll(sql, "@since", literal)}
		if diff := cmp.Diff(test.want, ids(t, client.Single().Query(t.Context(), statement))); diff != "" {
			t.Errorf("%s, %s (-want +got):\n%s", name, literal, diff)
		}
	}
}

// TestReadNamesEveryShard: an event in a shard that is not named would never be
// reported.
func TestReadNamesEveryShard(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	var all []string
	for i := range 200 {
		all = append(all, fmt.Sprintf("event-%03d", i))
	}
	insert(t, client, all...)
	shards := client.Single().Query(t.Context(), spanner.Statement{SQL: "SELECT COUNT(DISTINCT Shard) AS n, MIN(Shard) AS low, MAX(Shard) AS high FROM Events"})
	defer shards.Stop()
	row, err := shards.Next()
	if err != nil {
		t.Fatal(err)
	}
	var n, low, high int64
	if err := row.Columns(&n, &low, &high); err != nil || n != 16 || low != 0 || high != 15 {
		t.Fatalf("events lie in %d shards, %d to %d (%v): all 16 are wanted for the test", n, low, high, err)
	}
	statement := spanner.Statement{SQL: read(t, "read_events.sql"), Params: map[string]any{"since": time.Time{}}}
	if found := ids(t, client.Single().Query(t.Context(), statement)); len(found) != len(all) {
		t.Errorf("%d of %d events are read", len(found), len(all))
	}
}

// TestReadIsSplitIntoPartitions: Data Boost runs only what Spanner can split.
func TestReadIsSplitIntoPartitions(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	insert(t, client, "a", "b", "c", "d")
	transaction, err := client.BatchReadOnlyTransaction(t.Context(), spanner.StrongRead())
	if err != nil {
		t.Fatal(err)
	}
	defer transaction.Close()
	statement := spanner.Statement{SQL: read(t, "read_events.sql"), Params: map[string]any{"since": time.Time{}}}
	partitions, err := transaction.PartitionQueryWithOptions(t.Context(), statement, spanner.PartitionOptions{}, spanner.QueryOptions{DataBoostEnabled: true})
	if err != nil {
		t.Fatalf("the query cannot be split: %v", err)
	}
	var found []string
	for _, partition := range partitions {
		found = append(found, ids(t, transaction.Execute(t.Context(), partition))...)
	}
	slices.Sort(found)
	if diff := cmp.Diff([]string{"a", "b", "c", "d"}, found); diff != "" {
		t.Errorf("events in %d partitions (-want +got):\n%s", len(partitions), diff)
	}
}

// column is a column of a BigQuery table.
type column struct {
	Name string `json:"name"`
	Type string `json:"type"`
	Mode string `json:"mode"`
}

func columns(t *testing.T, table string) []column {
	t.Helper()
	var all []column
	if err := json.Unmarshal([]byte(read(t, table+".schema.json")), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

// TestReadFitsTheTable compares what Spanner answers with the table that takes
// it: names, order, types and NOT NULL.
func TestReadFitsTheTable(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	insert(t, client, "a")
	statement := spanner.Statement{SQL: read(t, "read_events.sql"), Params: map[string]any{"since": time.Time{}}}
	rows := client.Single().Query(t.Context(), statement)
	defer rows.Stop()
	if _, err := rows.Next(); err != nil {
		t.Fatal(err)
	}
	var got []column
	for _, field := range rows.Metadata.RowType.Fields {
		// None of them can be NULL in Spanner, so REQUIRED refuses no event.
		got = append(got, column{field.Name, spannerpb.TypeCode_name[int32(field.Type.Code)], "REQUIRED"})
	}
	if diff := cmp.Diff(columns(t, "events"), got); diff != "" {
		t.Errorf("table events against the read (-table +read):\n%s", diff)
	}
	nullable := client.Single().Query(t.Context(), spanner.Statement{SQL: `
		SELECT COLUMN_NAME AS event_id FROM INFORMATION_SCHEMA.COLUMNS
		WHERE TABLE_NAME = 'Events' AND IS_NULLABLE = 'YES'
		AND COLUMN_NAME IN ('EventId', 'SourceId', 'EventType', 'EntryRegion', 'PayloadHash', 'CommittedAt')`})
	if found := ids(t, nullable); len(found) > 0 {
		t.Errorf("%v may be NULL in Spanner, and the table refuses that", found)
	}
}
