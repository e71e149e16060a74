package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Spanner knows a table and a column by the letter case of their creation; a
// text that writes them otherwise is the same schema, and its changes must
// still be sent under the names that Spanner has.
func TestNamesAreSentAsSpannerHasThem(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	created := parse(t, "CREATE TABLE Singers (SingerId INT64 NOT NULL, LastName STRING(10)) PRIMARY KEY (SingerId); CREATE INDEX ByName ON Singers (LastName)")
	d.mustApply(ddl.Diff(ddl.Request{Live: d.echo(), Desired: created}).Steps)
	adopted := parse(t, "create table singers (singerid int64 not null, lastname string(10)) primary key (singerid); create index byname on singers (lastname)")
	if plan := ddl.Diff(ddl.Request{Live: d.echo(), Desired: adopted}); len(plan.Steps)+len(plan.Refused) > 0 {
		t.Fatalf("another letter case is a change: %+v", plan)
	}
	wider := parse(t, "create table singers (singerid int64 not null, lastname string(20), age int64) primary key (singerid)")
	echo := d.echo()
	plan := ddl.Diff(ddl.Request{Live: echo, Applied: adopted, AppliedEcho: echo, Desired: wider, AllowDestructive: []string{"byname"}})
	want := []string{
		"ALTER TABLE Singers ADD COLUMN age int64",
		"DROP INDEX ByName",
		"ALTER TABLE Singers ALTER COLUMN LastName string(20)",
	}
	if diff := cmp.Diff(want, statements(plan.Steps)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	d.mustApply(plan.Steps)
}

// An echo that says what the text says, but under names in another letter
// case, must not take over the text's names.
func TestKnownObjectsKeepSpannersNames(t *testing.T) {
	t.Parallel()
	const (
		echo   = "CREATE TABLE A (\n  Id INT64,\n  Name STRING(10),\n  Ref INT64,\n  CONSTRAINT Fk FOREIGN KEY(Ref) REFERENCES B(Id),\n) PRIMARY KEY(Id)"
		change = "CREATE TABLE A (Id INT64, Name STRING(20), Ref INT64) PRIMARY KEY (Id)"
	)
	planned := func(live *ddl.Schema) []string {
		return statements(ddl.Diff(ddl.Request{Live: live, Desired: parse(t, change), AllowDestructive: []string{"Fk"}}).Steps)
	}
	want := []string{"ALTER TABLE A ALTER COLUMN Name STRING(20)", "ALTER TABLE A DROP CONSTRAINT Fk"}
	for name, text := range map[string]string{
		"same":       echo,
		"table":      strings.Replace(echo, "TABLE A", "TABLE a", 1),
		"column":     strings.Replace(echo, "Name", "NAME", 1),
		"constraint": strings.Replace(echo, "Fk", "FK", 1),
	} {
		if diff := cmp.Diff(want, planned(ddl.ParseEcho([]string{echo}, parse(t, text)))); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	// An ALTER of the echo adds to the echo's table alone.
	text := parse(t, "CREATE TABLE A (Id INT64, Ref INT64) PRIMARY KEY (Id)")
	altered := ddl.ParseEcho([]string{"CREATE TABLE A (\n  Id INT64,\n  Ref INT64,\n) PRIMARY KEY(Id)", "ALTER TABLE A ADD CONSTRAINT Ck CHECK(Ref > 0)"}, text)
	plan := ddl.Diff(ddl.Request{Live: altered, Desired: text})
	if diff := cmp.Diff([]string{"A.Ck"}, plan.Unmanaged); diff != "" {
		t.Errorf("what is nobody's (-want +got):\n%s", diff)
	}
}
