package ddl_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestParseProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unclosed string", "CREATE TABLE T (\n  S STRING(10) DEFAULT ('é', 'x)\n) PRIMARY KEY (S)",
			[]string{`f.sql:2:30: this does not read as SQL: unclosed string literal: newline appears in non triple-quoted, at "'x)"`}},
		{"unclosed comment", "CREATE TABLE T (S INT64) PRIMARY KEY (S);\n/* what", []string{`f.sql:2:1: this does not read as SQL: unclosed comment, at "/* what"`}},
		{"unclosed escape", "CREATE TABLE T (\n  S STRING(10) DEFAULT ('x\\0", []string{`f.sql:2:25: this does not read as SQL: the text ends within an escape sequence`}},
		{"unclosed bracket", "-- a comment\nCREATE TABLE T (S INT64", []string{`f.sql:2:16: this bracket is never closed, at "("`}},
		{"stray bracket", "CREATE TABLE T (S INT64)) PRIMARY KEY (S)", []string{`f.sql:1:25: this bracket was never opened, at ")"`}},
		{"wrong bracket", "CREATE TABLE T (S ARRAY[INT64) PRIMARY KEY (S)", []string{`f.sql:1:30: this bracket was never opened, at ")"`}},
		{"no kind", "CREATE", []string{`f.sql:1:1: no kind and name of a schema object can be read here, at "CREATE"`}},
		{"no name", "CREATE TABLE", []string{`f.sql:1:8: no kind and name of a schema object can be read here, at "TABLE"`}},
		{"number for a name", "CREATE TABLE 5 (S INT64)", []string{`f.sql:1:14: no kind and name of a schema object can be read here, at "5"`}},
		{"no statement", "hello", []string{`f.sql:1:1: no kind and name of a schema object can be read here, at "hello"`}},
		{"data", "INSERT INTO T (A) VALUES (1)", []string{`f.sql:1:1: no kind and name of a schema object can be read here, at "INSERT"`}},
		{"an order", "DROP TABLE T", []string{
			`f.sql:1:1: a schema says what should exist; DROP is planned from the difference, so write the CREATE statement as it should be and leave this out, at "DROP"`}},
		{"another order", "CREATE TABLE T (S INT64) PRIMARY KEY (S); ALTER TABLE T DROP COLUMN S", []string{
			`f.sql:1:43: a schema says what should exist; this ALTER TABLE is planned from the difference, so change the CREATE TABLE and leave this out, at "ALTER"`}},
		{"altered, never created", "ALTER TABLE T ADD COLUMN S INT64", []string{
			`f.sql:1:1: ALTER TABLE names a table that no CREATE TABLE in this text declares, at "T"`}},
		{"twice", "CREATE TABLE T (S INT64) PRIMARY KEY (S);\nCREATE VIEW t SQL SECURITY INVOKER AS SELECT 1 AS x", []string{`f.sql:2:13: t is declared twice, first at f.sql:1:14, at "t"`}},
		{"column twice", "CREATE TABLE T (S INT64, s BOOL) PRIMARY KEY (S)", []string{`f.sql:1:26: column s is declared twice, first at f.sql:1:17, at "s"`}},
		{"all at once", "CREATE;\nhello", []string{
			`f.sql:1:1: no kind and name of a schema object can be read here, at "CREATE"`,
			`f.sql:2:1: no kind and name of a schema object can be read here, at "hello"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := ddl.Parse(ddl.Source{Name: "f.sql", Text: c.text})
			var problems ddl.Problems
			if !errors.As(err, &problems) {
				t.Fatalf("got %v, want Problems", err)
			}
			var got []string
			for _, p := range problems {
				got = append(got, p.Error())
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestParseKeepsWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	s, warnings, err := ddl.Parse(ddl.Source{Name: "f.sql", Text: "CREATE SEQUENCE s WITH LOVE;\nCREATE QUEUE q (a, b);\nCREATE TABLE T (I INTERVAL) PRIMARY KEY (I);"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"T", "q", "s"}, s.Names()); diff != "" {
		t.Error(diff)
	}
	var at []string
	for _, w := range warnings {
		at = append(at, w.Position.String()+" "+w.Token)
	}
	if diff := cmp.Diff([]string{"f.sql:1:19 WITH", "f.sql:2:8 QUEUE", "f.sql:3:19 INTERVAL"}, at); diff != "" {
		t.Error(diff)
	}
	again := parse(t, "create sequence S with LOVE; create QUEUE Q (A, b); create table T (i interval) primary key (i)")
	if plan := ddl.Diff(ddl.Request{Live: s, Applied: s, AppliedEcho: s, Desired: again}); len(plan.Steps)+len(plan.Refused) > 0 {
		t.Errorf("another spelling is a change: %+v", plan)
	}
	changed := parse(t, "CREATE SEQUENCE s WITH LOVE; CREATE QUEUE q (a, c); CREATE TABLE T (I INTERVAL) PRIMARY KEY (I)")
	plan := ddl.Diff(ddl.Request{Live: s, Applied: s, AppliedEcho: s, Desired: changed})
	if len(plan.Refused) != 1 || plan.Refused[0].Object != "q" || !plan.Refused[0].Allowable {
		t.Errorf("got %+v, want q refused", plan.Refused)
	}
}

func TestParseNothing(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", " \n", ";;", "-- only a comment\n", "/* and */ ;"} {
		s, warnings, err := ddl.Parse(ddl.Source{Text: text})
		if err != nil || len(warnings) > 0 || !s.Empty() {
			t.Errorf("%q: got %v, %v, empty %t", text, err, warnings, s.Empty())
		}
	}
	var none *ddl.Schema
	if !none.Empty() || none.Names() != nil {
		t.Error("a nil schema is not empty")
	}
}

func TestCommentsNeverReachSpanner(t *testing.T) {
	t.Parallel()
	s := parse(t, `
-- before
CREATE TABLE T ( -- beside
  -- above
  I INT64 NOT NULL, /* within */ S STRING(10) DEFAULT ('-- not a comment'), # another
) PRIMARY KEY /* here */ (I); -- after`)
	want := "CREATE TABLE T (\n  I INT64 NOT NULL, S STRING(10) DEFAULT ('-- not a comment'),\n) PRIMARY KEY (I)"
	got := ddl.Diff(ddl.Request{Desired: s}).Steps[0].Statement
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
