//go:build unix

package localcloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const ledgerPath = "projects/ledger-test/instances/ledger"

// rest is a client of the fake with the emulator behind it.
type rest struct {
	t        *testing.T
	url      string
	emulator *Emulator
	admin    *database.DatabaseAdminClient
}

type object = map[string]any

func newREST(t *testing.T) rest {
	t.Helper()
	e := start(t, EmulatorOptions{})
	s, err := api.New(api.Options{Spanner: e.Backend(), Now: func() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }})
	if err != nil {
		t.Fatal(err)
	}
	s.AddProject("ledger-test")
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	admin, err := database.NewDatabaseAdminClient(t.Context(), e.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { closed(t, admin) })
	c := rest{t: t, url: server.URL + "/spanner.googleapis.com/v1/", emulator: e, admin: admin}
	c.do("POST", "projects/ledger-test/instances", object{"instanceId": "ledger", "instance": object{
		"config": "projects/ledger-test/instanceConfigs/nam3", "displayName": "Ledger", "edition": "ENTERPRISE_PLUS", "nodeCount": 1}})
	return c
}

func (c rest) try(verb, path string, body object) (int, object) {
	c.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			c.t.Fatal(err)
		}
	}
	r, err := http.NewRequestWithContext(c.t.Context(), verb, c.url+path, &sent)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	defer closed(c.t, resp.Body)
	answer := object{}
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		c.t.Fatal(err)
	}
	return resp.StatusCode, answer
}

func (c rest) do(verb, path string, body object) object {
	c.t.Helper()
	code, answer := c.try(verb, path, body)
	if failure := answer["error"]; code != http.StatusOK || failure != nil {
		c.t.Fatalf("%s %s: %d %v", verb, path, code, failure)
	}
	return answer
}

// refused sends a request that Spanner refuses.
func (c rest) refused(code int, status, says, verb, path string, body object) {
	c.t.Helper()
	got, answer := c.try(verb, path, body)
	failure, _ := answer["error"].(object)
	if message := fmt.Sprint(failure["message"]); got != code || failure["status"] != status || !strings.Contains(message, says) {
		c.t.Errorf("%s %s: %d %v, want %d %s %q", verb, path, got, failure, code, status, says)
	}
}

// texts reads the first column of a query.
func (c rest) texts(name, query string) []string {
	c.t.Helper()
	client, err := spanner.NewClientWithConfig(c.t.Context(), name, spanner.ClientConfig{DisableNativeMetrics: true}, c.emulator.ClientOptions()...)
	if err != nil {
		c.t.Fatal(err)
	}
	defer client.Close()
	var out []string
	if err := client.Single().Query(c.t.Context(), spanner.NewStatement(query)).Do(func(r *spanner.Row) error {
		var s string
		err := r.Column(0, &s)
		out = append(out, s)
		return err
	}); err != nil {
		c.t.Fatal(err)
	}
	return out
}

func (c rest) write(name string, mutations ...*spanner.Mutation) {
	c.t.Helper()
	client, err := spanner.NewClientWithConfig(c.t.Context(), name, spanner.ClientConfig{DisableNativeMetrics: true}, c.emulator.ClientOptions()...)
	if err != nil {
		c.t.Fatal(err)
	}
	defer client.Close()
	if _, err := client.Apply(c.t.Context(), mutations); err != nil {
		c.t.Fatal(err)
	}
}

// What REST makes, gRPC finds, and the other way round: a database has one
// schema, whoever changes it.
func TestOneDatabase(t *testing.T) {
	t.Parallel()
	c := newREST(t)
	ctx, name := t.Context(), ledgerPath+"/databases/ledger"
	c.do("POST", ledgerPath+"/databases", object{"createStatement": "CREATE DATABASE `ledger`", "extraStatements": []any{"CREATE TABLE Events (Id INT64) PRIMARY KEY (Id)"}})
	c.do("PATCH", name+"/ddl", object{"statements": []any{"ALTER DATABASE `ledger` SET OPTIONS (version_retention_period = '3d')", "CREATE TABLE Proofs (Id INT64) PRIMARY KEY (Id)"}})
	ddl, err := c.admin.GetDatabaseDdl(ctx, &databasepb.GetDatabaseDdlRequest{Database: name})
	if err != nil || len(ddl.GetStatements()) != 2 || !strings.HasPrefix(ddl.GetStatements()[1], "CREATE TABLE Proofs") {
		t.Errorf("gRPC finds %q, %v", ddl.GetStatements(), err)
	}
	op, err := c.admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: name, Statements: []string{
		"CREATE INDEX ByProof ON Proofs(Id DESC)", "ALTER DATABASE ledger SET OPTIONS (default_leader = 'us-east1')"}})
	if err == nil {
		err = op.Wait(ctx)
	}
	if err != nil {
		t.Fatal(err)
	}
	shown := fmt.Sprint(c.do("GET", name+"/ddl", nil)["statements"])
	for _, part := range []string{"CREATE TABLE Events", "CREATE INDEX ByProof", "default_leader = 'us-east1'", "version_retention_period = '3d'"} {
		if !strings.Contains(shown, part) {
			t.Errorf("REST lacks %q: %s", part, shown)
		}
	}
	if d := c.do("GET", name, nil); d["defaultLeader"] != "us-east1" || d["versionRetentionPeriod"] != "3d" {
		t.Errorf("the database: %v", d)
	}
	c.refused(400, "INVALID_ARGUMENT", "Syntax error", "PATCH", name+"/ddl", object{"statements": []any{"CREATE TABL"}})
	c.refused(400, "FAILED_PRECONDITION", "Duplicate name in schema: Events", "PATCH", name+"/ddl", object{"statements": []any{"CREATE TABLE Events (Id INT64) PRIMARY KEY (Id)"}})
	c.refused(404, "NOT_FOUND", "Table not found: Nothing", "PATCH", name+"/ddl", object{"statements": []any{"CREATE INDEX I ON Nothing(x)"}})
	c.refused(501, "UNIMPLEMENTED", "does not serve this statement", "PATCH", name+"/ddl", object{"statements": []any{"GRANT SELECT ON TABLE Events TO ROLE reader"}})
	c.refused(400, "INVALID_ARGUMENT", "Syntax error", "POST", ledgerPath+"/databases", object{"createStatement": "CREATE DATABASE `bad`", "extraStatements": []any{"CREATE TABL"}})
	if code, _ := c.try("GET", ledgerPath+"/databases/bad", nil); code != http.StatusNotFound {
		t.Errorf("a database whose statements were refused: %d", code)
	}

	for _, other := range []*databasepb.CreateDatabaseRequest{
		{Parent: ledgerPath, CreateStatement: "CREATE DATABASE `other`"},
		{Parent: ledgerPath, CreateStatement: `CREATE DATABASE "postgres"`, DatabaseDialect: databasepb.DatabaseDialect_POSTGRESQL},
	} {
		op, err := c.admin.CreateDatabase(ctx, other)
		if err == nil {
			_, err = op.Wait(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if d := c.do("GET", ledgerPath+"/databases/postgres", nil); d["databaseDialect"] != "POSTGRESQL" || d["state"] != "READY" {
		t.Errorf("a database that gRPC made: %v", d)
	}
	if err := c.admin.DropDatabase(ctx, &databasepb.DropDatabaseRequest{Database: ledgerPath + "/databases/other"}); err != nil {
		t.Fatal(err)
	}
	if list, _ := c.do("GET", ledgerPath+"/databases", nil)["databases"].([]any); len(list) != 2 {
		t.Errorf("the databases: %v", list)
	}
	c.do("DELETE", ledgerPath, nil)
	if left, err := c.emulator.Backend().Databases(ctx, ledgerPath); err != nil || left != nil {
		t.Errorf("the instance is gone and its databases are %v, %v", left, err)
	}
}

// A backup holds a database's schema and rows as they were.
func TestBackupAndRestore(t *testing.T) {
	t.Parallel()
	c := newREST(t)
	for _, d := range []struct {
		id, create, dialect, first, second, read string
		statements                               []any
	}{
		{"ledger", "CREATE DATABASE `ledger`", "GOOGLE_STANDARD_SQL", "Accounts", "Events", "SELECT e.Upper FROM Events e JOIN Accounts a ON a.Id = e.Account ORDER BY e.Upper", []any{
			"CREATE TABLE Accounts (Id STRING(36) NOT NULL) PRIMARY KEY (Id)",
			"CREATE TABLE Blocks (Id STRING(36) NOT NULL) PRIMARY KEY (Id)",
			"CREATE TABLE Events (Account STRING(36) NOT NULL, Id STRING(36) NOT NULL, Upper STRING(MAX) AS (UPPER(Id)) STORED, CONSTRAINT ToAccount FOREIGN KEY (Account) REFERENCES Accounts (Id)) PRIMARY KEY (Account, Id)",
			// Before its parent by name.
			"CREATE TABLE Attachments (Account STRING(36) NOT NULL, Id STRING(36) NOT NULL, Body JSON, Seen TIMESTAMP OPTIONS (allow_commit_timestamp = true)) PRIMARY KEY (Account, Id), INTERLEAVE IN PARENT Events ON DELETE CASCADE",
			"CREATE INDEX ByUpper ON Events(Upper)", "CREATE CHANGE STREAM Everything FOR ALL", "ALTER DATABASE `ledger` SET OPTIONS (default_leader = 'us-east1')"}},
		{"metadata", `CREATE DATABASE "metadata"`, "POSTGRESQL", "accounts", "events", "SELECT e.id FROM events e JOIN accounts a ON a.id = e.account ORDER BY e.id", []any{
			"CREATE TABLE accounts (id varchar(36) PRIMARY KEY)",
			"CREATE TABLE events (account varchar(36) REFERENCES accounts (id), id varchar(36), n numeric, PRIMARY KEY (account, id))"}},
	} {
		name, again := ledgerPath+"/databases/"+d.id, ledgerPath+"/databases/"+d.id+"-again"
		c.do("POST", ledgerPath+"/databases", object{"createStatement": d.create, "databaseDialect": d.dialect})
		c.do("PATCH", name+"/ddl", object{"statements": d.statements})
		c.write(name, spanner.Insert(d.first, []string{"Id"}, []any{"a"}), spanner.Insert(d.second, []string{"Account", "Id"}, []any{"a", "X"}), spanner.Insert(d.second, []string{"Account", "Id"}, []any{"a", "Y"}))
		if d.dialect != "POSTGRESQL" {
			c.write(name, spanner.Insert("Attachments", []string{"Account", "Id", "Body", "Seen"}, []any{"a", "X", spanner.NullJSON{Value: object{"n": 1}, Valid: true}, spanner.CommitTimestamp}))
		}
		c.do("POST", ledgerPath+"/backups?backupId="+d.id+"-1", object{"database": name, "expireTime": "2026-12-01T00:00:00Z"})
		c.write(name, spanner.Insert(d.second, []string{"Account", "Id"}, []any{"a", "Z"}))
		c.do("POST", ledgerPath+"/databases:restore", object{"databaseId": d.id + "-again", "backup": ledgerPath + "/backups/" + d.id + "-1"})
		if got := c.texts(again, d.read); !slices.Equal(got, []string{"X", "Y"}) {
			t.Errorf("the rows of %s are %q", again, got)
		}
		schema := fmt.Sprint(c.do("GET", name+"/ddl", nil))
		if got, want := fmt.Sprint(c.do("GET", again+"/ddl", nil)), strings.ReplaceAll(schema, "DATABASE "+d.id, "DATABASE "+d.id+"-again"); got != want {
			t.Errorf("the schema of %s is %s, want %s", again, got, want)
		}
		c.do("DELETE", ledgerPath+"/backups/"+d.id+"-1", nil)
	}
}
