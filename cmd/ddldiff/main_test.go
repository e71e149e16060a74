package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// asCommand makes the test binary the command.
const asCommand = "DDLDIFF_TEST_AS_COMMAND"

func TestMain(m *testing.M) {
	if os.Getenv(asCommand) != "" {
		main()
		return
	}
	os.Exit(m.Run())
}

// ddldiff runs the command in a folder that holds the files given, and returns
// its exit status and output.
func ddldiff(t *testing.T, files map[string]string, stdin string, args ...string) (status int, stdout, stderr string) {
	t.Helper()
	folder := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), self, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = folder, append(os.Environ(), asCommand+"=1"), strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	if err := cmd.Run(); err != nil && !errors.As(err, new(*exec.ExitError)) {
		t.Fatal(err)
	}
	return cmd.ProcessState.ExitCode(), out.String(), errs.String()
}

const oldSchema = `
CREATE TABLE Accounts (
  Id STRING(36) NOT NULL,
  Email STRING(100),
  Balance INT64 NOT NULL DEFAULT (0),
) PRIMARY KEY (Id);
CREATE INDEX ByEmail ON Accounts(Email);
`

func TestPlans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, old, desired string
		flags              []string
		status             int
		want               string
	}{
		{name: "nothing to do", old: oldSchema, desired: "-- the same\n" + strings.ToLower(strings.ReplaceAll(oldSchema, "Accounts", "`Accounts`"))},
		{name: "both empty"},
		{name: "what each statement costs", old: oldSchema, status: 0,
			desired: strings.ReplaceAll(strings.Replace(oldSchema, "Balance", "Name STRING(MAX), -- as shown\n  Balance", 1), "STRING(100)", "STRING(50)") +
				"create index ByName\n  on Accounts(Name);",
			want: `
-- unsafe: changes Accounts.Email from STRING(100) to STRING(50); fails if a value does not fit (validates)
ALTER TABLE Accounts ALTER COLUMN Email STRING(50);

-- instant: adds column Accounts.Name
ALTER TABLE Accounts ADD COLUMN Name STRING(MAX);

-- backfill: fills the index from existing rows
create index ByName
  on Accounts(Name);
`},
		{name: "refused beside what may run", old: oldSchema, status: 3,
			desired: "CREATE TABLE Users (Id INT64) PRIMARY KEY (Id);",
			want: `
-- instant: creates table Users
CREATE TABLE Users (Id INT64) PRIMARY KEY (Id);

-- refused: index ByEmail is no longer in the text and would be dropped
--   name "ByEmail" in allow_destructive if it may be lost, or put it back into the text
-- destructive: drops index ByEmail
-- DROP INDEX ByEmail;

-- refused: table Accounts is no longer in the text and would be dropped
--   name "Accounts" in allow_destructive if it may be lost, or put it back into the text
-- destructive: deletes table Accounts and all its rows
-- DROP TABLE Accounts;
`},
		{name: "allowed by name", old: oldSchema, flags: []string{"-allow-destructive", "accounts, BYEMAIL"}, status: 0,
			want: `
-- destructive: drops index ByEmail
DROP INDEX ByEmail;

-- destructive: deletes table Accounts and all its rows
DROP TABLE Accounts;
`},
		{name: "all allowed, in flags that repeat", old: oldSchema, flags: []string{"-allow-destructive", "Nothing", "--allow-destructive=*"}, status: 0,
			want: `
-- destructive: drops index ByEmail
DROP INDEX ByEmail;

-- destructive: deletes table Accounts and all its rows
DROP TABLE Accounts;
`},
		{name: "a table with a new name", old: oldSchema, desired: strings.ReplaceAll(oldSchema, "Accounts", "Users"), flags: []string{"-rename", "Accounts=Users+synonym"}, status: 0,
			want: `
-- instant: gives the table its new name; nothing is copied, and the old one goes on to work in queries
ALTER TABLE Accounts RENAME TO Users, ADD SYNONYM Accounts;
`},
		{name: "what is refused holds back all of its change, and nothing else", old: oldSchema, desired: "CREATE TABLE Accounts (Id STRING(36) NOT NULL, Email INT64, Balance INT64 NOT NULL DEFAULT (1)) PRIMARY KEY (Id); CREATE INDEX ByEmail ON Accounts(Email)", status: 3,
			want: `
-- instant: applies to new rows only
ALTER TABLE Accounts ALTER COLUMN Balance SET DEFAULT (1);

-- refused: column Accounts.Email cannot become what the text declares: Spanner cannot change its type from STRING(100) to INT64
--   declared at new.sql:1:48
--   add a column under another name, copy the values and remove this one later; or name "Accounts.Email" in allow_destructive to have it dropped and added anew without its values
-- instant: stands in the way of the change to Accounts.Email; created again below
-- DROP INDEX ByEmail;

-- destructive: deletes column Accounts.Email and its values to add it anew
-- ALTER TABLE Accounts DROP COLUMN Email;

-- instant: adds column Accounts.Email
-- ALTER TABLE Accounts ADD COLUMN Email INT64;

-- backfill: fills the index from existing rows
-- CREATE INDEX ByEmail ON Accounts(Email);
`},
		{name: "what no statement can do", old: "CREATE VIEW v SQL SECURITY INVOKER AS SELECT 1 AS One", desired: "-- a table now\nCREATE TABLE v (One INT64) PRIMARY KEY (One)", flags: []string{"-allow-destructive", "*"}, status: 3,
			want: `
-- refused: v is a view in the database, and the text declares a table
--   declared at new.sql:2:14
--   give the new object another name
`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := ddldiff(t, map[string]string{"old.sql": c.old, "new.sql": c.desired}, "", append(c.flags, "old.sql", "new.sql")...)
			if status != c.status || stderr != "" {
				t.Errorf("status %d, stderr %q; want status %d", status, stderr, c.status)
			}
			if diff := cmp.Diff(strings.TrimPrefix(c.want, "\n"), stdout); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestJSON(t *testing.T) {
	t.Parallel()
	files := map[string]string{"old.sql": oldSchema, "new.sql": strings.Replace(oldSchema, "Email STRING(100)", "Email INT64", 1)}
	status, stdout, stderr := ddldiff(t, files, "", "old.sql", "new.sql", "-json")
	if status != 3 || stderr != "" {
		t.Errorf("status %d, stderr %q; want status 3", status, stderr)
	}
	want := `{
  "runnable": false,
  "statements": [
    {
      "statement": "DROP INDEX ByEmail",
      "hazard": "instant",
      "reason": "stands in the way of the change to Accounts.Email; created again below",
      "objects": [
        "ByEmail"
      ],
      "refused": true
    },
    {
      "statement": "ALTER TABLE Accounts DROP COLUMN Email",
      "hazard": "destructive",
      "reason": "deletes column Accounts.Email and its values to add it anew",
      "objects": [
        "Accounts"
      ],
      "refused": true
    },
    {
      "statement": "ALTER TABLE Accounts ADD COLUMN Email INT64",
      "hazard": "instant",
      "reason": "adds column Accounts.Email",
      "objects": [
        "Accounts"
      ],
      "refused": true
    },
    {
      "statement": "CREATE INDEX ByEmail ON Accounts(Email)",
      "hazard": "backfill",
      "reason": "fills the index from existing rows",
      "objects": [
        "ByEmail",
        "Accounts"
      ],
      "refused": true
    }
  ],
  "refused": [
    {
      "object": "Accounts.Email",
      "reason": "column Accounts.Email cannot become what the text declares: Spanner cannot change its type from STRING(100) to INT64",
      "remedy": "add a column under another name, copy the values and remove this one later; or name \"Accounts.Email\" in allow_destructive to have it dropped and added anew without its values",
      "allowable": true,
      "position": {
        "file": "new.sql",
        "line": 4,
        "column": 3
      }
    }
  ]
}
`
	if diff := cmp.Diff(want, stdout); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	status, stdout, stderr = ddldiff(t, files, "", "-json", "old.sql", "old.sql")
	if want := "{\n  \"runnable\": true,\n  \"statements\": [],\n  \"refused\": []\n}\n"; status != 0 || stdout != want || stderr != "" {
		t.Errorf("nothing to do: status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestPostgreSQL(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"old.sql": "CREATE TABLE accounts (id bigint NOT NULL, email character varying(100), PRIMARY KEY(id));",
		"new.sql": "create table public.accounts (id int8 primary key, email varchar(200));",
		"same":    "create table accounts (id int8 primary key, email varchar(100));",
	}
	for _, flags := range [][]string{nil, {"-dialect", "postgresql"}} {
		status, stdout, stderr := ddldiff(t, files, "", append(flags, "old.sql", "new.sql")...)
		want := "-- instant: changes accounts.email from character varying(100) to varchar(200)\nALTER TABLE accounts ALTER COLUMN email TYPE varchar(200), ALTER COLUMN email DROP NOT NULL;\n"
		if status != 0 || stdout != want || stderr != "" {
			t.Errorf("%v: status %d, stdout %q, stderr %q", flags, status, stdout, stderr)
		}
		if status, stdout, stderr := ddldiff(t, files, "", append(flags, "old.sql", "same")...); status != 0 || stdout != "" || stderr != "" {
			t.Errorf("%v: the same: status %d, stdout %q, stderr %q", flags, status, stdout, stderr)
		}
	}
}

func TestStandardInput(t *testing.T) {
	t.Parallel()
	const want = "-- instant: creates table T\nCREATE TABLE T (I INT64) PRIMARY KEY (I);\n"
	status, stdout, stderr := ddldiff(t, map[string]string{"old.sql": ""}, "create table T (I int64) primary key (I)", "old.sql", "-")
	if status != 0 || !strings.EqualFold(stdout, want) || stderr != "" {
		t.Errorf("new schema: status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
	status, stdout, stderr = ddldiff(t, map[string]string{"new.sql": "CREATE TABLE T (I INT64) PRIMARY KEY (I);"}, "", "-", "new.sql")
	if status != 0 || stdout != want || stderr != "" {
		t.Errorf("old schema: status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestWhatIsOnlyComparedWordByWord(t *testing.T) {
	t.Parallel()
	files := map[string]string{"old.sql": "CREATE QUEUE q (a);", "new.sql": "\n create queue Q(A)"}
	status, stdout, stderr := ddldiff(t, files, "", "old.sql", "new.sql")
	if status != 0 || stdout != "" || strings.Count(stderr, "\n") != 2 ||
		!strings.Contains(stderr, "warning: old.sql:1:8: ") || !strings.Contains(stderr, "warning: new.sql:2:9: ") {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}

func TestBadInput(t *testing.T) {
	t.Parallel()
	files := map[string]string{
		"good.sql": oldSchema,
		"bad.sql":  "CREATE TABLE T (I INT64) PRIMARY KEY (I);\n  DROP TABLE T;\nhello;",
		"worse":    "CREATE TABLE T (\n\tI STRING(10) DEFAULT ('x",
	}
	for _, c := range []struct {
		name, stdin string
		args        []string
		says        []string // the lines on stderr, from their beginning
	}{
		{"mistakes in both files", "", []string{"bad.sql", "worse"}, []string{
			"bad.sql:2:3: a schema says what should exist", `bad.sql:3:1: no kind and name of a schema object can be read here, at "hello"`,
			"worse:2:24: this does not read as SQL"}},
		{"mistake in standard input", "CREATE", []string{"-", "good.sql"}, []string{"<stdin>:1:1: no kind and name"}},
		{"file that is not there", "", []string{"good.sql", "none.sql"}, []string{"ddldiff: open none.sql: "}},
		{"no file", "", nil, []string{"ddldiff: two files are needed, the old schema and the new one; got 0", "ddldiff -help"}},
		{"one file", "", []string{"good.sql"}, []string{"ddldiff: two files are needed, the old schema and the new one; got 1", "ddldiff -help"}},
		{"three files", "", []string{"good.sql", "good.sql", "bad.sql"}, []string{"ddldiff: two files are needed, the old schema and the new one; got 3", "ddldiff -help"}},
		{"standard input twice", "", []string{"-", "-"}, []string{"ddldiff: only one of the two", "ddldiff -help"}},
		{"unknown flag", "", []string{"-yaml", "good.sql", "good.sql"}, []string{"ddldiff: flag provided but not defined: -yaml", "ddldiff -help"}},
		{"empty name", "", []string{"-allow-destructive", "A,,B", "good.sql", "good.sql"}, []string{`ddldiff: invalid value "A,,B" for flag -allow-destructive: a name is empty`, "ddldiff -help"}},
		{"rename without a new name", "", []string{"-rename", "A", "good.sql", "good.sql"}, []string{`ddldiff: invalid value "A" for flag -rename: write OLD=NEW`, "ddldiff -help"}},
		{"unknown dialect", "", []string{"-dialect", "mysql", "good.sql", "good.sql"}, []string{`ddldiff: -dialect "mysql" is neither googlesql nor postgresql`, "ddldiff -help"}},
		{"GoogleSQL that is called PostgreSQL", "", []string{"-dialect", "postgresql", "worse", "-"}, []string{"worse:2:24: this does not read as SQL"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			status, stdout, stderr := ddldiff(t, files, c.stdin, c.args...)
			lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
			if status != 2 || stdout != "" || len(lines) != len(c.says) {
				t.Fatalf("status %d, stdout %q, stderr %q; want status 2 and %d lines", status, stdout, stderr, len(c.says))
			}
			for i, line := range lines {
				if !strings.HasPrefix(line, c.says[i]) {
					t.Errorf("line %d is %q, want %q", i+1, line, c.says[i])
				}
			}
		})
	}
}

func TestHelp(t *testing.T) {
	t.Parallel()
	status, stdout, stderr := ddldiff(t, nil, "", "-help")
	if status != 0 || stdout != "" || stderr != usage {
		t.Errorf("status %d, stdout %q, stderr %q", status, stdout, stderr)
	}
}
