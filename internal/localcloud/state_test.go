//go:build unix

package localcloud

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
)

// ddl reads the schema of a database as clients that speak gRPC do.
func ddl(t *testing.T, c *Cloud, name string) []string {
	t.Helper()
	got, _, err := c.emulator.Backend().DDL(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// The state of a cloud is there in the next run, with the databases that nobody
// made through the fake.
func TestStateOfCloud(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	first, err := Start(t.Context(), Options{Project: "my-project", State: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, first)
	if first.Restored() {
		t.Error("the first run has restored something")
	}
	if err := first.SeedLedger(t.Context(), DefaultLedger("my-project")); err != nil {
		t.Fatal(err)
	}
	const ledger, postgres = "projects/my-project/instances/ledger/databases/ledger", "projects/my-project/instances/ledger/databases/pg"
	admin, err := database.NewDatabaseAdminClient(t.Context(), first.emulator.ClientOptions()...)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, admin)
	made, err := admin.CreateDatabase(t.Context(), &databasepb.CreateDatabaseRequest{Parent: "projects/my-project/instances/ledger",
		CreateStatement: `CREATE DATABASE "pg"`, DatabaseDialect: databasepb.DatabaseDialect_POSTGRESQL})
	if err == nil {
		_, err = made.Wait(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	for name, statements := range map[string][]string{
		ledger: {"CREATE TABLE Events (Id INT64, Body STRING(MAX)) PRIMARY KEY (Id)", "CREATE TABLE Proofs (Id INT64, Seq INT64) PRIMARY KEY (Id, Seq), INTERLEAVE IN PARENT Events ON DELETE CASCADE",
			"CREATE INDEX ByBody ON Events(Body DESC)", "ALTER DATABASE ledger SET OPTIONS (default_leader = 'us-east1')", "CREATE CHANGE STREAM Everything FOR ALL"},
		postgres: {"CREATE TABLE events (id bigint PRIMARY KEY, body varchar)"},
	} {
		if err := first.emulator.Backend().UpdateDDL(t.Context(), name, statements, nil); err != nil {
			t.Fatal(err)
		}
	}
	before := map[string][]string{ledger: ddl(t, first, ledger), postgres: ddl(t, first, postgres)}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode() != fs.FileMode(0o600) {
		t.Errorf("the file: %v, %v", info, err)
	}
	if left, err := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %q, %v", left, err)
	}

	second, err := Start(t.Context(), Options{Project: "my-project", State: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, second)
	if !second.Restored() || second.API().BackendService("my-project", "ledger-read") == nil {
		t.Error("the second run has nothing of the first")
	}
	for name, want := range before {
		if diff := cmp.Diff(want, ddl(t, second, name)); diff != "" || len(want) == 0 {
			t.Errorf("DDL of %s (-before +after):\n%s", name, diff)
		}
	}
	if is, err := second.emulator.Backend().IsPostgreSQL(t.Context(), postgres); !is || err != nil {
		t.Errorf("IsPostgreSQL = %v, %v", is, err)
	}
}

// What was made through the fake is there too: settings that the emulator does
// not know, and backups, which have their schema and no rows.
func TestStateOfBackup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	run := func() (*Cloud, rest) {
		c, err := Start(t.Context(), Options{Project: "ledger-test", State: path})
		if err != nil {
			t.Fatal(err)
		}
		return c, rest{t: t, url: c.PageURL() + "spanner.googleapis.com/v1/", emulator: c.emulator}
	}
	first, c := run()
	c.do("POST", "projects/ledger-test/instances", object{"instanceId": "ledger", "instance": object{
		"config": "projects/ledger-test/instanceConfigs/nam3", "displayName": "Ledger", "edition": "ENTERPRISE_PLUS", "nodeCount": 1}})
	const name = ledgerPath + "/databases/ledger"
	c.do("POST", ledgerPath+"/databases", object{"createStatement": "CREATE DATABASE `ledger`", "extraStatements": []any{"CREATE TABLE Events (Id INT64) PRIMARY KEY (Id)"}})
	c.do("PATCH", name+"/ddl", object{"statements": []any{"ALTER DATABASE `ledger` SET OPTIONS (version_retention_period = '3d')", "CREATE ROLE reader"}})
	c.write(name, spanner.Insert("Events", []string{"Id"}, []any{1}))
	c.do("POST", ledgerPath+"/backups?backupId=first", object{"database": name, "expireTime": time.Now().Add(48 * time.Hour).UTC().Format(time.RFC3339)})
	before := []object{c.do("GET", name, nil), c.do("GET", name+"/ddl", nil), c.do("GET", ledgerPath+"/backups/first", nil), c.do("GET", ledgerPath, nil)}
	closed(t, first)

	second, c := run()
	defer closed(t, second)
	after := []object{c.do("GET", name, nil), c.do("GET", name+"/ddl", nil), c.do("GET", ledgerPath+"/backups/first", nil), c.do("GET", ledgerPath, nil)}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
	c.do("POST", ledgerPath+"/databases:restore", object{"databaseId": "again", "backup": ledgerPath + "/backups/first"})
	for _, database := range []string{name, ledgerPath + "/databases/again"} {
		if rows := c.texts(database, "SELECT CAST(Id AS STRING) FROM Events"); len(rows) > 0 {
			t.Errorf("%s has the rows %q", database, rows)
		}
	}
}

func TestStateWithoutEmulator(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	c, err := Start(t.Context(), Options{Project: "my-project", State: path})
	if err != nil {
		t.Fatal(err)
	}
	if err := c.emulator.Stop(); err != nil {
		t.Fatal(err)
	}
	if err := c.Close(); err == nil || !strings.Contains(err.Error(), "cannot be saved without the Spanner emulator") {
		t.Errorf("Close = %v", err)
	}
}

// A start that fails leaves nothing that the next one would take for a cloud.
func TestStateOfHalfACloud(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	c, err := Start(t.Context(), Options{Project: "my-project", State: path})
	if err != nil {
		t.Fatal(err)
	}
	ledger := DefaultLedger("my-project")
	ledger.Instance = "A"
	if err := c.SeedLedger(t.Context(), ledger); err == nil {
		t.Error("an instance of a bad name is no error")
	}
	closed(t, c)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the file: %v", err)
	}
}

func TestStateFileThatIsRefused(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, holds, says string }{
		{"damaged", `{"format": "localcloud st`, "it is damaged"},
		{"other version", `{"format": "localcloud state", "version": 7}`, "it has version 7"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "state")
			if err := os.WriteFile(path, []byte(test.holds), 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Start(t.Context(), Options{State: path})
			if err == nil || !strings.Contains(err.Error(), path) || !strings.Contains(err.Error(), test.says) || !strings.Contains(err.Error(), "move the file away") {
				t.Errorf("Start = %v", err)
			}
			if raw, err := os.ReadFile(path); string(raw) != test.holds {
				t.Errorf("the file holds %q, %v", raw, err)
			}
		})
	}
	if _, err := Start(t.Context(), Options{State: filepath.Join(t.TempDir(), "no", "state")}); err == nil || !strings.Contains(err.Error(), "cannot be made") {
		t.Errorf("a folder that is not there: %v", err)
	}
}

// What changes while the cloud runs is saved without anybody's doing.
func TestStateIsSavedMeanwhile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "state")
	c, err := Start(t.Context(), Options{Project: "my-project", State: path})
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, c)
	c.API().AddBackendService("my-project", "late", nil)
	appears(t, path, "global/backendServices/late")
}

// channel gives on what is written.
type channel chan string

func (c channel) Write(b []byte) (int, error) {
	c <- string(b)
	return len(b), nil
}

func TestStateThatCannotBeSaved(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "folder")
	if err := os.Mkdir(folder, 0o700); err != nil {
		t.Fatal(err)
	}
	warnings := make(channel, 10)
	c, err := Start(t.Context(), Options{Project: "my-project", State: filepath.Join(folder, "state"), Warnings: warnings})
	if err != nil {
		t.Fatal(err)
	}
	if err := os.RemoveAll(folder); err != nil {
		t.Fatal(err)
	}
	select {
	case warning := <-warnings:
		if !strings.Contains(warning, "cannot be saved in "+folder) || !strings.Contains(warning, "it is tried again every 3s") {
			t.Errorf("the warning: %s", warning)
		}
	case <-time.After(30 * time.Second):
		t.Error("nobody is told that the state cannot be saved")
	}
	if err := c.Close(); err == nil || !strings.Contains(err.Error(), "cannot be saved in "+folder) {
		t.Errorf("Close = %v", err)
	}
}

// A link to the file stays a link.
func TestStateBehindLink(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	target, link := filepath.Join(folder, "target"), filepath.Join(folder, "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		c, err := Start(t.Context(), Options{Project: "my-project", State: target})
		if err != nil {
			t.Fatal(err)
		}
		closed(t, c)
		target = link
	}
	if info, err := os.Lstat(link); err != nil || info.Mode()&fs.ModeSymlink == 0 {
		t.Errorf("the link: %v, %v", info, err)
	}
}

// appears waits until a file holds something.
func appears(t *testing.T, path, what string) {
	t.Helper()
	ticker := time.NewTicker(50 * time.Millisecond)
	defer ticker.Stop()
	limit := time.After(30 * time.Second)
	for {
		select {
		case <-ticker.C:
		case <-limit:
			t.Fatalf("%s never held %s", path, what)
		}
		raw, err := os.ReadFile(path)
		if err != nil && !os.IsNotExist(err) {
			t.Fatal(err)
		}
		if strings.Contains(string(raw), what) {
			return
		}
	}
}
