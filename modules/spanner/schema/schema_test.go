// Package schema_test applies the ledger's schema to the real Spanner emulator
// and uses it as the ledger's services do.
package schema_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/api/iterator"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// statement is one statement of a schema file and the comment that leads it.
type statement struct {
	file    string
	comment string
	ddl     string
}

// readSchema gives the statements of all files in name order.
func readSchema(t *testing.T) []statement {
	t.Helper()
	files, err := filepath.Glob("*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no schema files here: %v, %v", files, err)
	}
	sort.Strings(files)
	var statements []statement
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := memefish.SplitRawStatements(file, string(text))
		if err != nil {
			t.Fatalf("%s does not tokenise: %v", file, err)
		}
		for _, one := range raw {
			if s := cutComments(t, file, one.Statement); s.ddl != "" {
				statements = append(statements, s)
			}
		}
	}
	return statements
}

// cutComments parts a statement from its comments: the emulator takes none.
func cutComments(t *testing.T, file, text string) statement {
	t.Helper()
	lexer := memefish.Lexer{File: &token.File{FilePath: file, Buffer: text}}
	result := statement{file: file}
	var ddl strings.Builder
	end := 0
	for lexer.Token.Kind != token.TokenEOF {
		if err := lexer.NextToken(); err != nil {
			t.Fatal(err)
		}
		for _, comment := range lexer.Token.Comments {
			if ddl.Len() == 0 && strings.TrimSpace(text[end:comment.Pos]) == "" {
				result.comment += comment.Raw
			} else {
				ddl.WriteString(text[end:comment.Pos])
			}
			end = int(comment.End)
		}
		ddl.WriteString(text[end:lexer.Token.End])
		end = int(lexer.Token.End)
	}
	result.ddl = strings.TrimSpace(ddl.String())
	return result
}

// startEmulator runs a Spanner emulator for the length of the test.
func startEmulator(t *testing.T) *localcloud.Emulator {
	t.Helper()
	emulator, err := localcloud.StartEmulator(t.Context(), localcloud.EmulatorOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := emulator.Stop(); err != nil {
			t.Error(err)
		}
	})
	return emulator
}

// path names the database that each test has in an emulator of its own.
const path = "projects/proveniq-test/instances/ledger/databases/main"

// newLedger starts an emulator with one database that has the whole schema.
func newLedger(t *testing.T) *spanner.Client {
	t.Helper()
	client, _ := newLedgerAndEmulator(t)
	return client
}

func newLedgerAndEmulator(t *testing.T) (*spanner.Client, *localcloud.Emulator) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	emulator := startEmulator(t)
	if err := emulator.CreateDatabase(ctx, "proveniq-test", "ledger", "main"); err != nil {
		t.Fatal(err)
	}
	var statements []string
	for _, s := range readSchema(t) {
		statements = append(statements, s.ddl)
	}
	if err := change(t, emulator, statements); err != nil {
		t.Fatalf("the emulator refuses the schema: %v", err)
	}
	client, err := spanner.NewClientWithConfig(context.Background(), path, spanner.ClientConfig{DisableNativeMetrics: true}, emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(client.Close)
	return client, emulator
}

// change runs DDL statements as one batch.
func change(t *testing.T, emulator *localcloud.Emulator, statements []string) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	admin, err := database.NewDatabaseAdminClient(ctx, emulator.ClientOptions()...)
	if err != nil {
		return err
	}
	defer admin.Close()
	operation, err := admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: statements})
	if err != nil {
		return err
	}
	return operation.Wait(ctx)
}

// query gives all rows of a query, each as its columns printed with %v.
func query(t *testing.T, client *spanner.Client, sql string, params map[string]any) [][]any {
	t.Helper()
	rows := client.Single().Query(t.Context(), spanner.Statement{SQL: sql, Params: params})
	defer rows.Stop()
	var all [][]any
	for {
		row, err := rows.Next()
		if err == iterator.Done {
			return all
		}
		if err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
		values := make([]any, row.Size())
		for i := range values {
			var value spanner.GenericColumnValue
			if err := row.Column(i, &value); err != nil {
				t.Fatal(err)
			}
			values[i] = value.Value.AsInterface()
		}
		all = append(all, values)
	}
}

// TestSchemaIsExplained keeps the promise that each index says why it is there
// and each table who uses it and how.
func TestSchemaIsExplained(t *testing.T) {
	t.Parallel()
	for _, s := range readSchema(t) {
		kind, head := strings.Fields(s.ddl)[1], strings.SplitN(s.ddl, "\n", 2)[0]
		switch {
		case strings.Contains(head, " INDEX "):
			if !strings.Contains(s.comment, "-- Why: ") {
				t.Errorf("%s: %s: no comment says why", s.file, head)
			}
		case kind == "TABLE":
			if !strings.Contains(s.comment, "-- Access paths:\n") {
				t.Errorf("%s: %s: no comment names its access paths", s.file, head)
			}
		case s.comment == "" || !strings.Contains(s.comment, "-- "):
			t.Errorf("%s: %s: no comment", s.file, head)
		}
	}
}

// TestNothingGrowsAtOneEnd looks at the first part of every primary and index
// key: neither a time nor a number, which grow, unless the number is a shard.
func TestNothingGrowsAtOneEnd(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	firsts := query(t, client, `
		SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, SPANNER_TYPE
		FROM INFORMATION_SCHEMA.INDEX_COLUMNS
		WHERE TABLE_SCHEMA = '' AND ORDINAL_POSITION = 1`, nil)
	if len(firsts) < 13 {
		t.Fatalf("only %d keys found: %v", len(firsts), firsts)
	}
	for _, key := range firsts {
		column, kind := key[2].(string), key[3].(string)
		if kind == "TIMESTAMP" || kind == "INT64" && !strings.HasSuffix(column, "Shard") {
			t.Errorf("%v.%v begins with %s %s, which only grows", key[0], key[1], column, kind)
		}
	}
}

// TestRegionTablesAreAsAgreed pins the columns that the region resource writes.
func TestRegionTablesAreAsAgreed(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	for table, want := range map[string][]string{
		"LedgerRegions": {
			"LedgerId STRING(63) NO", "Region STRING(63) NO", "State STRING(16) NO", "CapacityPercent INT64 NO",
			"Zones ARRAY<STRING(63)> YES", "ProviderVersion STRING(64) YES", "UpdatedAt TIMESTAMP NO",
		},
		"LedgerRegionChanges": {
			"LedgerId STRING(63) NO", "Region STRING(63) NO", "ChangeId STRING(36) NO", "State STRING(16) NO",
			"CapacityPercent INT64 NO", "Zones ARRAY<STRING(63)> YES", "ProviderVersion STRING(64) YES",
			"Reason STRING(MAX) YES", "ChangedAt TIMESTAMP NO",
		},
	} {
		var got []string
		for _, column := range query(t, client, `
			SELECT COLUMN_NAME, SPANNER_TYPE, IS_NULLABLE
			FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_NAME = @table ORDER BY ORDINAL_POSITION`,
			map[string]any{"table": table}) {
			got = append(got, fmt.Sprintf("%v %v %v", column...))
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-agreed +is):\n%s", table, diff)
		}
	}
}

// TestLifetimes checks that deliveries expire, and nothing else does.
func TestLifetimes(t *testing.T) {
	t.Parallel()
	client := newLedger(t)
	got := query(t, client, `
		SELECT TABLE_NAME, ROW_DELETION_POLICY_EXPRESSION FROM INFORMATION_SCHEMA.TABLES
		WHERE TABLE_SCHEMA = '' AND ROW_DELETION_POLICY_EXPRESSION IS NOT NULL`, nil)
	want := [][]any{{"WebhookDeliveries", "OLDER_THAN(CreatedAt, INTERVAL 30 DAY)"}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("row deletion policies (-want +got):\n%s", diff)
	}
	watched := query(t, client, `
		SELECT TABLE_NAME, ALL_COLUMNS FROM INFORMATION_SCHEMA.CHANGE_STREAM_TABLES
		WHERE CHANGE_STREAM_NAME = 'LedgerStream' ORDER BY TABLE_NAME`, nil)
	if diff := cmp.Diff([][]any{{"Blocks", true}, {"Events", true}}, watched); diff != "" {
		t.Errorf("tables that the change stream watches (-want +got):\n%s", diff)
	}
}
