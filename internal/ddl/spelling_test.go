package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Names that Spanner would not find are told with their place, before anything
// is sent; those that it finds in any letter case are left alone.
func TestNamesInOtherLetters(t *testing.T) {
	t.Parallel()
	const table = "CREATE TABLE T (Id INT64, N INT64, W TIMESTAMP) PRIMARY KEY (Id);\n"
	for name, c := range map[string]struct{ text, want string }{
		"key":               {"CREATE TABLE T (Id INT64) PRIMARY KEY (id)", `1:40: Spanner finds a column by its exact letters: write Id, as it is declared, at "id"`},
		"index: table":      {table + "CREATE INDEX x ON t(N)", "2:19: Spanner finds a table by its exact letters: write T"},
		"index: column":     {table + "CREATE INDEX x ON T(n)", "2:21: Spanner finds a column"},
		"index: stored":     {table + "CREATE INDEX x ON T(N) STORING (w)", "2:33: Spanner finds a column by its exact letters: write W"},
		"foreign key":       {table + "CREATE TABLE C (I INT64, FOREIGN KEY (i) REFERENCES t (id)) PRIMARY KEY (I)", "2:39: Spanner finds a column"},
		"its table":         {table + "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES t (Id)", "2:59: Spanner finds a table"},
		"parent":            {table + "CREATE TABLE C (Id INT64, K INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT t", "2:78: Spanner finds a table"},
		"altered":           {table + "ALTER TABLE t ADD COLUMN M INT64", "2:13: Spanner finds a table"},
		"stream":            {table + "CREATE CHANGE STREAM c FOR t(n)", ""},
		"view":              {table + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT t.n FROM t", ""},
		"expressions":       {"CREATE TABLE T (Id INT64, N INT64, W TIMESTAMP, G INT64 AS (n + 1) STORED, CHECK (n > 0)) PRIMARY KEY (Id), ROW DELETION POLICY (OLDER_THAN(w, INTERVAL 1 DAY))", ""},
		"nothing declares":  {"CREATE INDEX x ON t(n)", ""},
		"all in lower case": {strings.ToLower(table) + "create index x on t(n)", ""},
	} {
		_, _, err := ddl.Parse(ddl.Source{Text: c.text})
		if c.want == "" && err != nil || c.want != "" && (err == nil || !strings.Contains(err.Error(), c.want)) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
	// What an echo says is right.
	if got := ddl.ParseEcho([]string{"CREATE TABLE T (Id INT64) PRIMARY KEY (id)"}).Names(); len(got) != 1 {
		t.Errorf("the echo declares %q", got)
	}
}

// A text may adopt a table under names in other letters, but what it adds to it
// would be refused by Spanner.
func TestAdditionsNameWhatTheDatabaseHas(t *testing.T) {
	t.Parallel()
	live := ddl.ParseEcho([]string{"CREATE TABLE Singers (\n  Id INT64,\n  Name STRING(10),\n) PRIMARY KEY(Id)"})
	for name, c := range map[string]struct{ text, want string }{
		"index on a table":  {"create table singers (id int64, name string(10)) primary key (id); create index x on singers (name)", "index x names table singers, which the database holds as Singers"},
		"index on a column": {"create table Singers (Id int64, name string(10)) primary key (Id); create index x on Singers (name)", "index x names column name, which the database holds as Name"},
		"foreign key":       {"create table singers (id int64, name string(10)) primary key (id); create table songs (id int64, constraint f foreign key (id) references singers (id)) primary key (id)", "table songs names table singers"},
		"child":             {"create table singers (id int64, name string(10)) primary key (id); create table songs (id int64, n int64) primary key (id, n), interleave in parent singers", "table songs names table singers"},
		"new constraint":    {"create table Singers (id int64, name string(10), constraint f foreign key (id) references Singers (id)) primary key (id)", "table Singers names column id, which the database holds as Id"},
		"as it is":          {"create table Singers (Id int64, Name string(10)) primary key (Id); create index x on Singers (Name)", ""},
	} {
		var told []string
		for _, r := range ddl.Diff(ddl.Request{Live: live, Desired: parse(t, c.text)}).Refused {
			told = append(told, r.Reason)
		}
		if text := strings.Join(told, "\n"); c.want == "" && text != "" || !strings.Contains(text, c.want) {
			t.Errorf("%s: refused %q, want %q", name, told, c.want)
		}
	}
}

func TestSynonymOfANewTable(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"by ALTER": "CREATE VIEW V SQL SECURITY INVOKER AS SELECT o.Id FROM Old o; CREATE TABLE T (Id INT64) PRIMARY KEY (Id); ALTER TABLE T ADD SYNONYM Old",
		"inline":   "CREATE VIEW V SQL SECURITY INVOKER AS SELECT o.Id FROM Old o; CREATE TABLE T (Id INT64, SYNONYM (Old)) PRIMARY KEY (Id)",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			want := parse(t, text)
			d.mustApply(ddl.Diff(ddl.Request{Live: d.echo(), Desired: want}).Steps)
			if again := ddl.Diff(ddl.Request{Live: d.echo(), Desired: want}); len(again.Steps) > 0 {
				t.Errorf("the second plan is not empty: %q", statements(again.Steps))
			}
		})
	}
}

func TestOrderOfPrivilegesAndPolicies(t *testing.T) {
	t.Parallel()
	const base = "CREATE TABLE T (Id INT64 NOT NULL, S STRING(10), N INT64, W TIMESTAMP) PRIMARY KEY (Id); CREATE ROLE a; CREATE ROLE b;"
	const child = "CREATE TABLE C (Id INT64 NOT NULL, K INT64) PRIMARY KEY (Id, K), INTERLEAVE IN "
	for name, c := range map[string]struct {
		before, after string
		allow         []string
		want          []string
	}{
		"taken once": {base + "GRANT SELECT, INSERT(Id, N) ON TABLE T TO ROLE a, b", base + "GRANT SELECT ON TABLE T TO ROLE a; GRANT SELECT, INSERT(Id, N) ON TABLE T TO ROLE b", []string{"*"},
			[]string{"REVOKE INSERT(Id) ON TABLE T FROM ROLE a", "REVOKE INSERT(N) ON TABLE T FROM ROLE a"}},
		"taken before others are given": {base + "GRANT SELECT ON TABLE T TO ROLE a", base + "GRANT SELECT(Id) ON TABLE T TO ROLE a", []string{"*"},
			[]string{"REVOKE SELECT ON TABLE T FROM ROLE a", "GRANT SELECT(Id) ON TABLE T TO ROLE a"}},
		"on a column that is added anew": {base + "GRANT SELECT(N) ON TABLE T TO ROLE a", strings.Replace(base, "N INT64", "N STRING(10)", 1) + "GRANT SELECT(N) ON TABLE T TO ROLE a", []string{"T.N"},
			[]string{"REVOKE SELECT(N) ON TABLE T FROM ROLE a", "ALTER TABLE T DROP COLUMN N", "ALTER TABLE T ADD COLUMN N STRING(10)", "GRANT SELECT(N) ON TABLE T TO ROLE a"}},
		"policy behind its cascade": {base + child + "T", strings.Replace(base, "KEY (Id)", "KEY (Id), ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", 1) + child + "PARENT T ON DELETE CASCADE", []string{"T"},
			[]string{"ALTER TABLE C SET INTERLEAVE IN PARENT T", "ALTER TABLE C SET ON DELETE CASCADE", "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))"}},
		"policy behind a child that is let go": {base + child + "PARENT T", strings.Replace(base, "KEY (Id)", "KEY (Id), ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", 1) + child + "T", []string{"T"},
			[]string{"ALTER TABLE C SET INTERLEAVE IN T", "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))"}},
		"placement":            {"CREATE PLACEMENT p OPTIONS (instance_partition = 'a')", "CREATE PLACEMENT p OPTIONS (instance_partition = 'a', default_leader = 'l')", nil, []string{"ALTER PLACEMENT p SET OPTIONS (default_leader = 'l')"}},
		"default group":        {"ALTER LOCALITY GROUP `default` SET OPTIONS (storage = 'ssd')", "ALTER LOCALITY GROUP default SET OPTIONS (storage = 'hdd')", nil, []string{"ALTER LOCALITY GROUP `default` SET OPTIONS (storage = 'hdd')"}},
		"group no longer told": {"ALTER LOCALITY GROUP default SET OPTIONS (storage = 'hdd')", "", []string{"*"}, []string{}},
		"its first":            {"", "ALTER LOCALITY GROUP default SET OPTIONS (storage = 'hdd')", nil, []string{"ALTER LOCALITY GROUP default SET OPTIONS (storage = 'hdd')"}},
	} {
		before := parse(t, c.before)
		plan := ddl.Diff(ddl.Request{Live: before, Applied: before, AppliedEcho: before, Desired: parse(t, c.after), AllowDestructive: c.allow})
		if diff := cmp.Diff(c.want, statements(plan.Steps)); diff != "" || len(plan.Refused) > 0 {
			t.Errorf("%s: refused %+v, (-want +got):\n%s", name, plan.Refused, diff)
		}
	}
}
