package ddl_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

const postgresBase = `
CREATE TABLE p (id varchar(36) NOT NULL, n bigint, s varchar(20), b bytea, t timestamptz, PRIMARY KEY (id));
CREATE TABLE c (id varchar(36) NOT NULL, k bigint NOT NULL, v bigint, PRIMARY KEY (id, k)) INTERLEAVE IN PARENT p;
`

// postgresTable is a table a with an id and the columns given.
func postgresTable(columns string, clauses ...string) string {
	text := "CREATE TABLE a (id bigint PRIMARY KEY, " + columns + ")"
	for _, c := range clauses {
		text += " " + c
	}
	return text + ";\n"
}

func TestPostgresMigrate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name          string
		before, after string
		allow         []string
		want          []ddl.Step // statement and hazard only
	}{
		{name: "nothing", before: postgresBase, after: "/* the same, written /* otherwise */ */\n" + `
			create table C (id character varying(36), v int8, k int not null, primary key (id, "k")) interleave in parent public.p on delete no action;
			CREATE TABLE P (t timestamp with time zone, s character varying(20) NULL, n integer, b bytea, "id" varchar(36) primary key);`},
		{name: "column added", before: postgresBase, after: postgresBase + "ALTER TABLE p ADD COLUMN x bool;",
			want: steps("ALTER TABLE p ADD COLUMN x bool", ddl.Instant)},
		{name: "column with default added", before: postgresBase, after: postgresBase + `ALTER TABLE p ADD COLUMN "X" boolean NOT NULL DEFAULT true;`,
			want: steps(`ALTER TABLE p ADD COLUMN "X" boolean NOT NULL DEFAULT true`, ddl.Backfill)},
		{name: "column with its constraints added", before: postgresTable("n bigint"), after: postgresTable("n bigint, m bigint CONSTRAINT up CHECK (m > 1) DEFAULT 2 REFERENCES a (id) NULL"),
			want: slices.Concat(
				steps("ALTER TABLE a ADD COLUMN m bigint DEFAULT 2 NULL", ddl.Backfill),
				steps("ALTER TABLE a ADD CONSTRAINT up CHECK (m > 1)", ddl.Unsafe),
				steps("ALTER TABLE a ADD FOREIGN KEY (m) REFERENCES a (id)", ddl.Unsafe))},
		{name: "column dropped", before: postgresBase + `ALTER TABLE p ADD COLUMN "X" bool;`, after: postgresBase, allow: []string{"p.x"},
			want: steps(`ALTER TABLE p DROP COLUMN "X"`, ddl.Destructive)},
		{name: "column dropped with all that stood on it",
			before: postgresBase + "CREATE INDEX ix ON p (s); CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.id, p.s FROM p; CREATE CHANGE STREAM cs FOR p(s, n);",
			after:  replace(postgresBase, " s varchar(20),", "") + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.id FROM p; CREATE CHANGE STREAM cs FOR p(n);", allow: []string{"*"},
			want: slices.Concat(
				steps("CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT p.id FROM p", ddl.Instant),
				steps("ALTER CHANGE STREAM cs SET FOR p(n)", ddl.Instant),
				steps("DROP INDEX ix", ddl.Destructive),
				steps("ALTER TABLE p DROP COLUMN s", ddl.Destructive))},
		{name: "widened", before: postgresTable("s varchar(10)"), after: postgresTable("s text"),
			want: steps("ALTER TABLE a ALTER COLUMN s TYPE text, ALTER COLUMN s DROP NOT NULL", ddl.Instant)},
		{name: "narrowed", before: postgresTable("s text"), after: postgresTable("s varchar(5)"),
			want: steps("ALTER TABLE a ALTER COLUMN s TYPE varchar(5), ALTER COLUMN s DROP NOT NULL", ddl.Unsafe)},
		{name: "widened keeps NOT NULL and default", before: postgresTable(`"S" varchar(10) NOT NULL DEFAULT 'x'`), after: postgresTable(`"S" varchar(11) NOT NULL DEFAULT 'x'`),
			want: slices.Concat(
				steps(`ALTER TABLE a ALTER COLUMN "S" TYPE varchar(11), ALTER COLUMN "S" SET NOT NULL`, ddl.Instant),
				steps(`ALTER TABLE a ALTER COLUMN "S" SET DEFAULT 'x'`, ddl.Instant))},
		{name: "text to bytes under a view, an index and a check",
			before: postgresTable("s varchar(10), CONSTRAINT ck CHECK (s <> 'x')") + "CREATE INDEX ix ON a (s); CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, s FROM a; CREATE VIEW w SQL SECURITY INVOKER AS SELECT id FROM v;",
			after:  postgresTable("s bytea, CONSTRAINT ck CHECK (s <> 'x'::bytea)") + "CREATE INDEX ix ON a (s); CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, s FROM a; CREATE VIEW w SQL SECURITY INVOKER AS SELECT id FROM v;",
			want: slices.Concat(
				steps("ALTER TABLE a DROP CONSTRAINT ck", ddl.Instant),
				steps("DROP VIEW w", ddl.Instant), steps("DROP VIEW v", ddl.Instant),
				steps("ALTER TABLE a ALTER COLUMN s TYPE bytea, ALTER COLUMN s DROP NOT NULL", ddl.Instant),
				steps("ALTER TABLE a ADD CONSTRAINT ck CHECK (s <> 'x'::bytea)", ddl.Unsafe),
				steps("CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, s FROM a", ddl.Instant), steps("CREATE VIEW w SQL SECURITY INVOKER AS SELECT id FROM v", ddl.Instant))},
		{name: "not null under an index", before: postgresTable("s varchar(10)") + "CREATE UNIQUE INDEX ix ON a (s);", after: postgresTable("s varchar(10) NOT NULL") + "CREATE UNIQUE INDEX ix ON a (s);",
			want: slices.Concat(
				steps("DROP INDEX ix", ddl.Instant),
				steps("ALTER TABLE a ALTER COLUMN s TYPE varchar(10), ALTER COLUMN s SET NOT NULL", ddl.Unsafe),
				steps("CREATE UNIQUE INDEX ix ON a (s)", ddl.Unsafe))},
		{name: "null allowed", before: postgresTable("n bigint NOT NULL"), after: postgresTable("n bigint"),
			want: steps("ALTER TABLE a ALTER COLUMN n TYPE bigint, ALTER COLUMN n DROP NOT NULL", ddl.Instant)},
		{name: "default set, changed and dropped", before: postgresTable("a1 bigint, b1 bigint DEFAULT 1, c1 bigint DEFAULT 1, d1 bigint DEFAULT 1"), after: postgresTable("a1 bigint DEFAULT 1 + 1, b1 bigint DEFAULT 2, c1 bigint, d1 bigint DEFAULT '1'::bigint"),
			want: slices.Concat(
				steps("ALTER TABLE a ALTER COLUMN a1 SET DEFAULT 1 + 1", ddl.Instant),
				steps("ALTER TABLE a ALTER COLUMN b1 SET DEFAULT 2", ddl.Instant),
				steps("ALTER TABLE a ALTER COLUMN c1 DROP DEFAULT", ddl.Instant))},
		{name: "default from a new sequence", before: postgresTable("n bigint"), after: postgresTable("n bigint DEFAULT nextval('sq')") + "CREATE SEQUENCE sq BIT_REVERSED_POSITIVE;",
			want: slices.Concat(
				steps("CREATE SEQUENCE sq BIT_REVERSED_POSITIVE", ddl.Instant),
				steps("ALTER TABLE a ALTER COLUMN n SET DEFAULT nextval('sq')", ddl.Instant))},
		{name: "on delete in place", before: postgresBase, after: replace(postgresBase, "PARENT p", "PARENT p ON DELETE CASCADE"),
			want: steps("ALTER TABLE c SET ON DELETE CASCADE", ddl.Instant)},
		{name: "index on an existing table", before: postgresBase, after: postgresBase + "CREATE INDEX ix ON p (s DESC) INCLUDE (n);",
			want: steps("CREATE INDEX ix ON p (s DESC) INCLUDE (n)", ddl.Backfill)},
		{name: "index includes another column", before: postgresBase + "CREATE INDEX ix ON p (s) INCLUDE (n);", after: postgresBase + "CREATE INDEX ix ON p (s) INCLUDE (b);",
			want: slices.Concat(steps("ALTER INDEX ix DROP INCLUDE COLUMN n", ddl.Instant), steps("ALTER INDEX ix ADD INCLUDE COLUMN b", ddl.Backfill))},
		{name: "index sorts otherwise", before: postgresBase + "CREATE INDEX ix ON p (s);", after: postgresBase + "CREATE INDEX ix ON p (s NULLS FIRST);",
			want: slices.Concat(steps("DROP INDEX ix", ddl.Instant), steps("CREATE INDEX ix ON p (s NULLS FIRST)", ddl.Backfill))},
		{name: "index made partial", before: postgresBase + "CREATE INDEX ix ON p (s);", after: postgresBase + "CREATE INDEX ix ON p (s) WHERE s IS NOT NULL;",
			want: slices.Concat(steps("DROP INDEX ix", ddl.Instant), steps("CREATE INDEX ix ON p (s) WHERE s IS NOT NULL", ddl.Backfill))},
		{name: "index of a named schema", before: "CREATE SCHEMA x; CREATE TABLE x.t (id bigint PRIMARY KEY, n bigint); CREATE INDEX ix ON x.t (n);", after: "CREATE SCHEMA x; CREATE TABLE x.t (id bigint PRIMARY KEY, n bigint);", allow: []string{"x.ix"},
			want: steps("DROP INDEX x.ix", ddl.Destructive)},
		{name: "circle of foreign keys created and dropped",
			before: "CREATE TABLE x (i bigint PRIMARY KEY, CONSTRAINT xy FOREIGN KEY (i) REFERENCES y (i)); CREATE TABLE y (i bigint CONSTRAINT yx REFERENCES x (i) PRIMARY KEY);",
			after:  "CREATE SEQUENCE s BIT_REVERSED_POSITIVE", allow: []string{"*"},
			want: slices.Concat(
				steps("CREATE SEQUENCE s BIT_REVERSED_POSITIVE", ddl.Instant),
				steps("ALTER TABLE x DROP CONSTRAINT xy", ddl.Destructive), steps("ALTER TABLE y DROP CONSTRAINT yx", ddl.Destructive),
				steps("DROP TABLE y", ddl.Destructive), steps("DROP TABLE x", ddl.Destructive))},
		{name: "foreign key by ALTER TABLE is the same", before: postgresBase + "CREATE TABLE f (i bigint PRIMARY KEY, r varchar(36), CONSTRAINT fk FOREIGN KEY (r) REFERENCES p (id) ON DELETE NO ACTION);",
			after: postgresBase + "CREATE TABLE f (i bigint, r varchar(36) CONSTRAINT fk REFERENCES p (id), PRIMARY KEY (i));"},
		{name: "foreign key cascades", before: postgresTable("n bigint, CONSTRAINT fk FOREIGN KEY (n) REFERENCES a (id)"), after: postgresTable("n bigint, CONSTRAINT fk FOREIGN KEY (n) REFERENCES a (id) ON DELETE CASCADE"),
			want: slices.Concat(steps("ALTER TABLE a DROP CONSTRAINT fk", ddl.Instant), steps("ALTER TABLE a ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES a (id) ON DELETE CASCADE", ddl.Unsafe))},
		{name: "unnamed constraints stay", before: postgresTable("s text, CHECK (s <> 'x')"), after: postgresTable("s text CHECK((s != 'x'::text))")},
		{name: "check changed", before: postgresTable("n bigint, CONSTRAINT ck CHECK ((n + 1) * 2 > 0)"), after: postgresTable("n bigint, CONSTRAINT ck CHECK (n + 1 * 2 > 0)"),
			want: slices.Concat(steps("ALTER TABLE a DROP CONSTRAINT ck", ddl.Instant), steps("ALTER TABLE a ADD CONSTRAINT ck CHECK (n + 1 * 2 > 0)", ddl.Unsafe))},
		{name: "constraint dropped", before: postgresTable("n bigint, CONSTRAINT ck CHECK (n > 0)"), after: postgresTable("n bigint"), allow: []string{"ck"},
			want: steps("ALTER TABLE a DROP CONSTRAINT ck", ddl.Destructive)},
		{name: "view changed", before: postgresBase + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT id FROM p;", after: postgresBase + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, n FROM p WHERE n > 1;",
			want: steps("CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT id, n FROM p WHERE n > 1", ddl.Instant)},
		{name: "view written otherwise", before: postgresBase + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, n FROM p x WHERE n > 1;", after: postgresBase + "create or replace view V sql security invoker as select x.id as id, (x.n) from public.P as x where (n) > '1'::int8;"},
		{name: "views made and dropped in order", before: postgresBase + "CREATE VIEW w SQL SECURITY INVOKER AS SELECT id FROM p; CREATE VIEW v SQL SECURITY INVOKER AS SELECT id FROM w;",
			after: postgresBase + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT id FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT id FROM p;", allow: []string{"*"},
			want: slices.Concat(
				steps("CREATE VIEW z SQL SECURITY INVOKER AS SELECT id FROM p", ddl.Instant), steps("CREATE VIEW y SQL SECURITY INVOKER AS SELECT id FROM z", ddl.Instant),
				steps("DROP VIEW v", ddl.Destructive), steps("DROP VIEW w", ddl.Destructive))},
		{name: "ttl added", before: postgresTable("t timestamptz"), after: postgresTable("t timestamptz", "TTL INTERVAL '30 days' ON t"), allow: []string{"a"},
			want: steps("ALTER TABLE a ADD TTL INTERVAL '30 days' ON t", ddl.Destructive)},
		{name: "ttl lengthened", before: postgresTable("t timestamptz", "TTL INTERVAL '30 days' ON t"), after: postgresTable("t timestamptz", "TTL INTERVAL '5 weeks' ON t"),
			want: steps("ALTER TABLE a ALTER TTL INTERVAL '5 weeks' ON t", ddl.Instant)},
		{name: "ttl in other units", before: postgresTable("t timestamptz", "TTL INTERVAL '30 days' ON t"), after: postgresTable("t timestamptz", "TTL INTERVAL '1 mon' ON t")},
		{name: "ttl dropped", before: postgresTable("t timestamptz", "TTL INTERVAL '30 days' ON t"), after: postgresTable("t timestamptz"),
			want: steps("ALTER TABLE a DROP TTL", ddl.Instant)},
		{name: "stream options and watch", before: postgresBase + "CREATE CHANGE STREAM cs FOR p WITH (retention_period = '36h');", after: postgresBase + "CREATE CHANGE STREAM cs FOR ALL WITH (value_capture_type = 'NEW_ROW', retention_period = '7d');",
			want: slices.Concat(steps("ALTER CHANGE STREAM cs SET FOR ALL", ddl.Instant), steps("ALTER CHANGE STREAM cs SET (retention_period = '7d', value_capture_type = 'NEW_ROW')", ddl.Instant))},
		{name: "stream watches nothing", before: postgresBase + "CREATE CHANGE STREAM cs FOR p(n), c;", after: postgresBase + "CREATE CHANGE STREAM cs;",
			want: steps("ALTER CHANGE STREAM cs DROP FOR ALL", ddl.Instant)},
		{name: "sequence skips other numbers", before: "CREATE SEQUENCE s BIT_REVERSED_POSITIVE;", after: "CREATE SEQUENCE s BIT_REVERSED_POSITIVE SKIP RANGE 1 10;",
			want: steps("ALTER SEQUENCE s SKIP RANGE 1 10", ddl.Instant)},
		{name: "identity skips other numbers", before: postgresTable("i bigint GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE)"), after: postgresTable("i bigint GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE SKIP RANGE 1 20)"),
			want: steps("ALTER TABLE a ALTER COLUMN i SET SKIP RANGE 1 20", ddl.Instant)},
		{name: "database option", before: "ALTER DATABASE db SET spanner.default_leader TO 'us-central1';", after: "ALTER DATABASE db SET spanner.default_leader TO 'us-east1';",
			want: steps("ALTER DATABASE db SET spanner.default_leader = 'us-east1'", ddl.Instant)},
		{name: "column of another type where the column was given up",
			before: postgresTable("n bigint, s varchar(5)") + "CREATE INDEX ix ON a (n); CREATE CHANGE STREAM cs FOR a(n, s);", after: postgresTable("n varchar(10), s varchar(5)") + "CREATE INDEX ix ON a (n); CREATE CHANGE STREAM cs FOR a(n, s);", allow: []string{"a.n"},
			want: slices.Concat(
				steps("DROP INDEX ix", ddl.Instant), steps("ALTER CHANGE STREAM cs SET FOR a(s)", ddl.Instant),
				steps("ALTER TABLE a DROP COLUMN n", ddl.Destructive), steps("ALTER TABLE a ADD COLUMN n varchar(10)", ddl.Instant),
				steps("CREATE INDEX ix ON a (n)", ddl.Backfill), steps("ALTER CHANGE STREAM cs SET FOR a(n, s)", ddl.Instant))},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []ddl.Step
			for _, s := range migratePostgres(t, c.before, c.after, c.allow...) {
				got = append(got, steps(s.Statement, s.Hazard)...)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPostgresRename: what the emulator takes of a rename, and how.
func TestPostgresRename(t *testing.T) {
	t.Parallel()
	const before = "CREATE TABLE a (id bigint PRIMARY KEY, n bigint); CREATE INDEX ix ON a (n)"
	const after = `CREATE TABLE "B" (id bigint PRIMARY KEY, n bigint); CREATE INDEX ix ON "B" (n)`
	for statement, rename := range map[string]ddl.Rename{
		`ALTER TABLE a RENAME TO "B"`:              {From: "a", To: "B"},
		`ALTER TABLE a RENAME WITH SYNONYM TO "B"`: {From: "a", To: "B", KeepSynonym: true},
	} {
		d := newPostgresDatabase(t)
		from, to := parsePostgres(t, before), parsePostgres(t, after)
		empty, _ := d.echo()
		d.mustApply(statements(ddl.Diff(ddl.Request{Live: empty, Desired: from}).Steps))
		live, _ := d.echo()
		plan := ddl.Diff(ddl.Request{Live: live, Applied: from, AppliedEcho: live, Desired: to, Renames: []ddl.Rename{rename}})
		if diff := cmp.Diff([]string{statement}, statements(plan.Steps)); diff != "" || len(plan.Refused) > 0 {
			t.Errorf("%s, refused %+v", diff, plan.Refused)
		}
		d.mustApply(statements(plan.Steps))
		live, echo := d.echo()
		quiet(t, "after the rename", ddl.Diff(ddl.Request{Live: live, Applied: to, AppliedEcho: live, Desired: to, Renames: []ddl.Rename{rename}}), echo)
	}
}

// TestPostgresUnnamedCheck: a check that Spanner named is found by its clause
// as INFORMATION_SCHEMA writes it.
func TestPostgresUnnamedCheck(t *testing.T) {
	t.Parallel()
	d := newPostgresDatabase(t)
	from, to := parsePostgres(t, postgresTable("n bigint, CHECK (n > 3), CHECK (n IN (5, 6))")), parsePostgres(t, postgresTable("n bigint, CHECK (n IN (5, 6))"))
	empty, _ := d.echo()
	d.mustApply(statements(ddl.Diff(ddl.Request{Live: empty, Desired: from}).Steps))
	rows, err := d.on.Query(t.Context(), `SELECT c.table_name, c.constraint_name, k.check_clause FROM information_schema.table_constraints c
		JOIN information_schema.check_constraints k ON k.constraint_schema = c.constraint_schema AND k.constraint_name = c.constraint_name
		WHERE c.table_schema = 'public' AND c.constraint_name NOT LIKE 'CK_IS_NOT_NULL%'`)
	if err != nil || len(rows) != 2 {
		t.Fatal(rows, err)
	}
	var names []ddl.ConstraintName
	for _, r := range rows {
		names = append(names, ddl.ConstraintName{Table: r[0], Name: r[1], Check: r[2]})
	}
	live, _ := d.echo()
	plan := ddl.Diff(ddl.Request{Live: live, Applied: from, AppliedEcho: live, Desired: to, AllowDestructive: []string{"*"}, ConstraintNames: names})
	if len(plan.Refused) > 0 || len(plan.Steps) != 1 {
		t.Fatalf("refused %+v, steps %q, names %v", plan.Refused, statements(plan.Steps), names)
	}
	d.mustApply(statements(plan.Steps))
	live, echo := d.echo()
	quiet(t, "after the change", ddl.Diff(ddl.Request{Live: live, Applied: to, AppliedEcho: live, Desired: to}), echo)
	quiet(t, "of a new owner", ddl.Diff(ddl.Request{Live: live, Desired: to}), echo)
}
