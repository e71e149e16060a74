package ddl_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func TestPostgresProblems(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"unclosed string", "CREATE TABLE t (\n  s text DEFAULT 'é' || 'x\n)", []string{`f.sql:2:25: this does not read as SQL: unclosed string literal, at "'x"`}},
		{"unclosed escape string", `CREATE TABLE t (s text DEFAULT E'x\')`, []string{`f.sql:1:32: this does not read as SQL: unclosed string literal, at "E'x\\')"`}},
		{"unclosed dollar", "CREATE TABLE t (s text DEFAULT $a$x$b$)", []string{`f.sql:1:32: this does not read as SQL: unclosed string literal, at "$a$x$b$)"`}},
		{"unclosed name", "CREATE TABLE \"t (s text)", []string{`f.sql:1:14: this does not read as SQL: unclosed name, at "\"t (s text)"`}},
		{"empty name", `CREATE TABLE "" (s text)`, []string{`f.sql:1:14: this does not read as SQL: a name without letters, at "\"\" (s text)"`}},
		{"unclosed comment", "CREATE TABLE t (s text PRIMARY KEY);\n/* what /* is */ this", []string{`f.sql:2:1: this does not read as SQL: unclosed comment, at "/* what /* is */ thi"`}},
		{"stray sign", "CREATE TABLE t\\ (s text)", []string{`f.sql:1:15: this does not read as SQL: a character that has no meaning here, at "\\ (s text)"`}},
		{"number and word", "CREATE TABLE t (s text DEFAULT 0x10)", []string{`f.sql:1:32: this does not read as SQL: a number runs into a word, at "0x10)"`}},
		{"unclosed bracket", "-- a comment\nCREATE TABLE t (s text", []string{`f.sql:2:16: this bracket is never closed, at "("`}},
		{"stray bracket", "CREATE TABLE t (s text))", []string{`f.sql:1:24: this bracket was never opened, at ")"`}},
		{"no kind", "CREATE", []string{`f.sql:1:1: no kind and name of a schema object can be read here, at "CREATE"`}},
		{"a word for a name", "CREATE TABLE select (s text)", []string{`f.sql:1:14: no kind and name of a schema object can be read here, at "select"`}},
		{"data", "INSERT INTO t (a) VALUES (1)", []string{`f.sql:1:1: no kind and name of a schema object can be read here, at "INSERT"`}},
		{"an order", "DROP TABLE t", []string{
			`f.sql:1:1: a schema says what should exist; DROP is planned from the difference, so write the CREATE statement as it should be and leave this out, at "DROP"`}},
		{"another order", "CREATE TABLE t (s text PRIMARY KEY); ALTER TABLE t DROP COLUMN s", []string{
			`f.sql:1:38: a schema says what should exist; this ALTER TABLE is planned from the difference, so change the CREATE TABLE and leave this out, at "ALTER"`}},
		{"altered, never created", "ALTER TABLE t ADD COLUMN s text", []string{`f.sql:1:1: ALTER TABLE names a table that no CREATE TABLE in this text declares, at "t"`}},
		{"twice", "CREATE TABLE t (s text PRIMARY KEY);\nCREATE VIEW public.T SQL SECURITY INVOKER AS SELECT 1 AS x", []string{`f.sql:2:13: t is declared twice, first at f.sql:1:14, at "t"`}},
		{"column twice", `CREATE TABLE t (s text, "S" bool)`, []string{`f.sql:1:25: column S is declared twice, first at f.sql:1:17, at "S"`}},
		{"added column twice", `CREATE TABLE t (s text); ALTER TABLE t ADD S bool`, []string{`f.sql:1:44: column s is declared twice, at "s"`}},
		{"all at once", "CREATE;\nhello", []string{
			`f.sql:1:1: no kind and name of a schema object can be read here, at "CREATE"`,
			`f.sql:2:1: no kind and name of a schema object can be read here, at "hello"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, _, err := ddl.PostgreSQL.Parse(ddl.Source{Name: "f.sql", Text: c.text})
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

func TestPostgresKeepsWhatItDoesNotUnderstand(t *testing.T) {
	t.Parallel()
	s, warnings, err := ddl.PostgreSQL.Parse(ddl.Source{Name: "f.sql", Text: `CREATE ROLE "R";
CREATE QUEUE q (a, b);
CREATE TABLE t (i bigint UNIQUE, PRIMARY KEY (i));
CREATE TABLE u (i bigint PRIMARY KEY) LOCALITY GROUP fast;
CREATE FUNCTION f(x bigint) RETURNS bigint RETURN x + 1;
CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, row_number() OVER (ORDER BY id) FROM t`})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"R", "f", "q", "t", "u", "v"}, s.Names()); diff != "" {
		t.Error(diff)
	}
	var at []string
	for _, w := range warnings {
		at = append(at, w.Position.String()+" "+w.Token)
	}
	if diff := cmp.Diff([]string{"f.sql:3:26 UNIQUE", "f.sql:4:39 LOCALITY"}, at); diff != "" {
		t.Error(diff)
	}
	again, _, err := ddl.PostgreSQL.Parse(ddl.Source{Text: `create role "R"; create QUEUE Q (A, b); create table T (i bigint unique, primary key ("i")); create table u (i bigint primary key) locality group Fast;
		create function F(x bigint) returns bigint return x + 1; create view v sql security invoker as select id, row_number() over (order by id) from t`})
	if err != nil {
		t.Fatal(err)
	}
	if plan := ddl.Diff(ddl.Request{Live: s, Applied: s, AppliedEcho: s, Desired: again}); len(plan.Steps)+len(plan.Refused) > 0 {
		t.Errorf("another spelling is a change: %q, %+v", statements(plan.Steps), plan.Refused)
	}
}

// postgresMeanings say what counts as the same expression, and what does not.
var postgresMeanings = []struct {
	one, other string
	same       bool
}{
	{"a > 0", "((a) > '0'::bigint)", true},
	{"a = 1.50", "a = 1.5::numeric", true},
	{"a = 1e3", "a = 1000", true},
	{"s = 'a''b'", "s = $$a'b$$", true},
	{"s = E'\\x41\\u0042\\103\\n'", "s = 'ABC\n'::text", true},
	{"a IN (1, 2)", "a = ANY (ARRAY['1'::bigint, '2'::bigint])", true},
	{"a NOT IN (1)", "a <> 1", true},
	{"a BETWEEN 1 AND 2 AND b", "((a >= 1) AND (a <= 2)) AND b", true},
	{"s NOT LIKE 'x'", "NOT (s ~~ 'x'::text)", true},
	{"NOT a = 1 AND b IS NULL", "(NOT (a = 1)) AND (b ISNULL)", true},
	{"a AND (b AND c)", "a AND b AND c", true},
	{"CAST(a AS varchar)", "(a)::text", true},
	{"pg_catalog.length(s) > 1", "LENGTH(\"s\") > 1", true},
	{"a != -1", "a <> '-1'::bigint", true},
	{"a + b - c", "((a + b) - c)", true},
	{"- a ^ 2", "((- a) ^ 2)", true},
	{"extract(year from t) = 1", "\"extract\"('year'::text, t) = 1", true},
	{"a is not distinct from b", "(a IS NOT DISTINCT FROM b)", true},
	{"d > date '2020-01-01'", "d > '2020-01-01'::date", true},
	{"a <> SOME (x)", "a <> ANY ((x))", true},
	{"(a, b) = (1, 2)", "(a,b)=(1,2)", true},
	{"a[1] = 2", "(a)['1'::bigint] = 2", true},
	{"t AT TIME ZONE 'UTC' > now()", "timezone('UTC'::text, t) > now()", true},
	{"sum(a) OVER (x)", "SUM( a )over(x)", true}, // by its words

	{"(a + b) * c", "a + b * c", false},
	{"a - (b - c)", "a - b - c", false},
	{"(a OR b) AND c", "a OR b AND c", false},
	{"NOT (a AND b)", "NOT a AND b", false},
	{"s = 'A'", "s = 'a'", false},
	{"s = '01'", "s = '1'", false},
	{"s = 'abc'::varchar(2)", "s = 'abc'", false},
	{"a::text = s", "a = s", false},
	{"a IN (1, 2)", "a IN (2, 1)", false},
	{"a IS NULL", "a IS NOT NULL", false},
	{"a < b", "b > a", false},
	{"count(DISTINCT a) > 1", "count(a) > 1", false},
	{"\"a b\" > 1", "\"a\" > 1", false},
	{"CASE WHEN a THEN b END", "CASE WHEN a THEN b ELSE c END", false},
	{"f(a, b)", "f(b, a)", false},
}

// TestPostgresMeaning: what counts as the same expression, and what does not.
func TestPostgresMeaning(t *testing.T) {
	t.Parallel()
	for _, c := range postgresMeanings {
		one, other := parsePostgres(t, "CREATE TABLE t (id bigint PRIMARY KEY, CONSTRAINT ck CHECK ("+c.one+"))"), parsePostgres(t, "CREATE TABLE t (id bigint PRIMARY KEY, CONSTRAINT ck CHECK ("+c.other+"))")
		if same := len(ddl.Diff(ddl.Request{Live: one, Desired: other}).Steps) == 0; same != c.same {
			t.Errorf("%s and %s: same is %t", c.one, c.other, same)
		}
	}
}

// postgresViewMeanings are postgresMeanings for queries.
var postgresViewMeanings = []struct {
	one, other string
	same       bool
}{
	{"SELECT a, lower(s) FROM t", "SELECT t.a AS a, (lower(t.s)) AS lower FROM public.t", true},
	{"SELECT x.a b FROM t AS x", "SELECT a AS b FROM t x", true},
	{"SELECT t.a FROM t JOIN u ON t.a = u.a, w", "SELECT t.a FROM (t INNER JOIN u ON ((t.a = u.a))), w", true},
	{"SELECT a FROM t UNION ALL SELECT a FROM u", "SELECT t.a FROM t UNION ALL SELECT u.a FROM u", true},
	{"SELECT a FROM t LIMIT 1 OFFSET 2", "SELECT a FROM t OFFSET '2'::bigint LIMIT '1'::bigint", true},
	{"SELECT a FROM t ORDER BY a ASC NULLS LAST", "SELECT a FROM t ORDER BY a", true},
	{"SELECT 1 AS x", "SELECT '1'::bigint AS x", true},

	{"SELECT t.a FROM t, u", "SELECT u.a FROM t, u", false},
	{"SELECT a FROM t", "SELECT a AS b FROM t", false},
	{"SELECT a FROM t", "SELECT DISTINCT a FROM t", false},
	{"SELECT a FROM t UNION SELECT a FROM u", "SELECT a FROM t UNION ALL SELECT a FROM u", false},
	{"SELECT a FROM t LEFT JOIN u USING (a)", "SELECT a FROM t JOIN u USING (a)", false},
	{"SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = t.a)", "SELECT a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.a = u.a)", false},
	{"SELECT a FROM t ORDER BY a", "SELECT a FROM t ORDER BY a DESC", false},
	{"SELECT a FROM t GROUP BY a", "SELECT a FROM t GROUP BY a HAVING count(*) > 1", false},
	{"SELECT a FROM t LIMIT 1", "SELECT a FROM t OFFSET 1", false},
}

// TestPostgresViewMeaning is TestPostgresMeaning for queries.
func TestPostgresViewMeaning(t *testing.T) {
	t.Parallel()
	for _, c := range postgresViewMeanings {
		const create = "CREATE VIEW v SQL SECURITY INVOKER AS "
		one, other := parsePostgres(t, create+c.one), parsePostgres(t, create+c.other)
		if same := len(ddl.Diff(ddl.Request{Live: one, Desired: other}).Steps) == 0; same != c.same {
			t.Errorf("%s and %s: same is %t", c.one, c.other, same)
		}
	}
}

func TestPostgresCommentsNeverReachSpanner(t *testing.T) {
	t.Parallel()
	s := parsePostgres(t, `
-- before
CREATE TABLE t ( -- beside
  /* above /* and */ within */
  i bigint NOT NULL, /* within */ s text DEFAULT '-- not a comment',
  r bigint -- a circle
    CONSTRAINT ut REFERENCES u (i) NOT NULL, -- is cut out
  PRIMARY KEY (i)
); -- after
CREATE TABLE u (i bigint PRIMARY KEY, CONSTRAINT tu FOREIGN KEY (i) REFERENCES t (i))`)
	want := []string{
		"CREATE TABLE t (\n  i bigint NOT NULL, s text DEFAULT '-- not a comment',\n  r bigint NOT NULL,\n  PRIMARY KEY (i)\n)",
		"CREATE TABLE u (i bigint PRIMARY KEY)",
		"ALTER TABLE t ADD CONSTRAINT ut FOREIGN KEY (r) REFERENCES u (i)",
		"ALTER TABLE u ADD CONSTRAINT tu FOREIGN KEY (i) REFERENCES t (i)",
	}
	got := statements(ddl.Diff(ddl.Request{Desired: s}).Steps)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestGuessDialect(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want ddl.Dialect // empty: cannot tell
	}{
		{base, ddl.GoogleSQL},
		{postgresBase, ddl.PostgreSQL},
		{"CREATE TABLE t (i INT64) PRIMARY KEY (i)", ddl.GoogleSQL},
		{"CREATE TABLE T (Text STRING(MAX), include BOOL)", ddl.GoogleSQL},
		{"CREATE TABLE T (I INT64 PRIMARY KEY) # a table of varchar text\n", ddl.GoogleSQL},
		{"CREATE TABLE T (I INT64 PRIMARY KEY, S STRING(9) DEFAULT (\"x bigint\"))", ddl.GoogleSQL},
		{"ALTER DATABASE `d` SET OPTIONS (version_retention_period = '7d')", ddl.GoogleSQL},
		{"CREATE CHANGE STREAM s FOR T OPTIONS (retention_period = '7d')", ddl.GoogleSQL},
		{"CREATE INDEX ix ON T (a) STORING (b)", ddl.GoogleSQL},
		{"CREATE TABLE t (i bigint primary key)", ddl.PostgreSQL},
		{"CREATE TABLE t (i varchar(36) PRIMARY KEY)", ddl.PostgreSQL},
		{"CREATE TABLE t (d date PRIMARY KEY, v character varying(3)) -- not STRING(3)", ddl.PostgreSQL},
		{"ALTER DATABASE d SET spanner.version_retention_period TO '7d'", ddl.PostgreSQL},
		{"CREATE INDEX ix ON t (a) INCLUDE (b)", ddl.PostgreSQL},
		{`CREATE INDEX ix ON "T" (a)`, ddl.PostgreSQL},
		{"CREATE VIEW v SQL SECURITY INVOKER AS SELECT a::date AS d FROM t", ddl.PostgreSQL},
		{"CREATE VIEW v SQL SECURITY INVOKER AS SELECT $$x;'$$ AS d", ddl.PostgreSQL},
		{"", ""},
		{"CREATE SCHEMA s", ""},
		{"CREATE INDEX ix ON t (a)", ""},
		{"CREATE TABLE t (i bigint primary key); CREATE TABLE u (i INT64) PRIMARY KEY (i)", ""},
		{"CREATE TABLE 'unclosed", ""},
	} {
		got, ok := ddl.GuessDialect(ddl.Source{Text: c.text})
		if got != c.want || ok != (c.want != "") {
			t.Errorf("%s: got %q, %t", c.text, got, ok)
		}
	}
	if got, ok := ddl.GuessDialect(ddl.Source{Text: "CREATE SCHEMA s"}, ddl.Source{Text: postgresBase}); got != ddl.PostgreSQL || !ok {
		t.Errorf("two sources: got %q, %t", got, ok)
	}
}
