package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// postgresDatabase is an empty database of the PostgreSQL dialect.
type postgresDatabase struct {
	t  *testing.T
	on *schematest.Database
}

func newPostgresDatabase(t *testing.T) postgresDatabase {
	t.Helper()
	return postgresDatabase{t: t, on: emulators.NewPostgresDatabase(t)}
}

func (d postgresDatabase) mustApply(statements []string) {
	d.t.Helper()
	if err := d.on.Apply(d.t.Context(), statements); err != nil {
		d.t.Fatal(err)
	}
}

func (d postgresDatabase) echo() (*ddl.Schema, []string) {
	d.t.Helper()
	echo, err := d.on.Echo(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return ddl.PostgreSQL.ParseEcho(echo), echo
}

func (d postgresDatabase) rows() []string {
	d.t.Helper()
	rows, err := d.on.Catalogue(d.t.Context())
	if err != nil {
		d.t.Fatal(err)
	}
	return rows
}

func parsePostgres(t *testing.T, text string) *ddl.Schema {
	t.Helper()
	s, warnings, err := ddl.PostgreSQL.Parse(ddl.Source{Name: "f.sql", Text: text})
	if err != nil {
		t.Fatal(err)
	}
	for _, w := range warnings {
		t.Errorf("warning: %v", w)
	}
	return s
}

// migratePostgres is migrate for the PostgreSQL dialect.
func migratePostgres(t *testing.T, before, after string, allow ...string) []ddl.Step {
	t.Helper()
	d := newPostgresDatabase(t)
	from, to := parsePostgres(t, before), parsePostgres(t, after)
	live, _ := d.echo()
	d.mustApply(statements(ddl.Diff(ddl.Request{Live: live, Desired: from}).Steps))
	live, text := d.echo()
	again := ddl.Diff(ddl.Request{Live: live, Applied: from, AppliedEcho: live, Desired: from})
	quiet(t, "after creating", again, text)
	plan := ddl.Diff(ddl.Request{Live: live, Applied: from, AppliedEcho: live, Desired: to, AllowDestructive: allow})
	if len(plan.Refused) > 0 {
		t.Fatalf("refused: %+v\nsteps: %q", plan.Refused, statements(plan.Steps))
	}
	d.mustApply(statements(plan.Steps))
	live, text = d.echo()
	quiet(t, "after the change", ddl.Diff(ddl.Request{Live: live, Applied: to, AppliedEcho: live, Desired: to}), text)
	fresh := newPostgresDatabase(t)
	empty, _ := fresh.echo()
	fresh.mustApply(statements(ddl.Diff(ddl.Request{Live: empty, Desired: to}).Steps))
	if diff := cmp.Diff(fresh.rows(), d.rows()); diff != "" {
		t.Fatalf("the migrated database differs from a fresh one (-fresh +migrated):\n%s\nsteps:\n%q", diff, statements(plan.Steps))
	}
	return plan.Steps
}

func quiet(t *testing.T, when string, plan ddl.Plan, echo []string) {
	t.Helper()
	if len(plan.Steps)+len(plan.Refused)+len(plan.Unmanaged) > 0 {
		t.Errorf("the plan %s is not empty: %q, refused %+v, unmanaged %q\necho: %q", when, statements(plan.Steps), plan.Refused, plan.Unmanaged, echo)
	}
}

// TestPostgresRoundTrip: what was applied leaves nothing to do, both to its
// owner and, where the echo loses nothing, to who takes the database over.
func TestPostgresRoundTrip(t *testing.T) {
	t.Parallel()
	const parent = "CREATE TABLE t1 (id bigint PRIMARY KEY, s varchar(100), n bigint, f float8, ts timestamptz, b bool, d date, m numeric, j jsonb);\n"
	for _, c := range []struct {
		name, text string
		// lossy says what the echo does not tell.
		lossy string
	}{
		{name: "types", text: `CREATE TABLE ty (id int8, a varchar, b varchar(10), c text, d character varying(7), e bytea, f float4, g float8, h bool, i date,
			j timestamptz, k numeric, l jsonb, m bigint[], n int, o integer, p double precision, q real, r boolean, s timestamp with time zone, t decimal,
			u varchar(10)[], v text ARRAY, w spanner.commit_timestamp, x pg_catalog.int8, y float, PRIMARY KEY (id))`},
		{name: "inline key", text: "CREATE TABLE p (id bigint PRIMARY KEY, v text)"},
		{name: "if not exists", text: "CREATE TABLE IF NOT EXISTS p (id bigint NOT NULL, v text NULL, PRIMARY KEY (id))"},
		{name: "quoted names", text: `CREATE TABLE "Orders" ("Id" bigint PRIMARY KEY, "select" text, "a b" bigint); CREATE INDEX "By Name" ON "Orders" ("select", "a b" DESC)`},
		{name: "defaults", text: `CREATE TABLE df (id varchar(36) DEFAULT spanner.generate_uuid() PRIMARY KEY, n bigint NOT NULL DEFAULT 1+2, t timestamptz DEFAULT now(),
			s text default 'x;y', e text default E'a\nb\\', q text DEFAULT $$it's$$, k bigint DEFAULT -1, u text DEFAULT null, a bigint[] DEFAULT array[1, 2],
			ct timestamptz DEFAULT CURRENT_TIMESTAMP, f float8 DEFAULT 2, g float8 DEFAULT 1.5::float8, m numeric DEFAULT 1.50, d date DEFAULT '2020-01-01'::date,
			b boolean DEFAULT TRUE, v varchar(5) DEFAULT 'abc'::varchar(5), c text DEFAULT 'a' || 'b', y bytea DEFAULT 'ab'::bytea, p bigint DEFAULT (((1))))`},
		{name: "generated", text: "CREATE TABLE gs (id bigint PRIMARY KEY, a text, n bigint, b text GENERATED ALWAYS AS (upper(a)) STORED, c bigint GENERATED ALWAYS AS (n * 2 + 1) STORED)"},
		{name: "generated, not stored", text: "CREATE TABLE gs (id bigint PRIMARY KEY, a text, b text GENERATED ALWAYS AS (upper(a)) VIRTUAL)", lossy: "says STORED"},
		{name: "identity", text: "CREATE TABLE i (id bigint GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE) PRIMARY KEY, v bigint)"},
		{name: "identity with clauses", text: "CREATE TABLE i (id bigint GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE START COUNTER WITH 5 SKIP RANGE 1 9) PRIMARY KEY, v bigint)"},
		{name: "bare identity", text: "ALTER DATABASE db SET spanner.default_sequence_kind TO 'bit_reversed_positive'; CREATE TABLE i (id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY)"},
		{name: "interleaved", text: parent + "CREATE TABLE t2 (id bigint NOT NULL, c varchar(36), PRIMARY KEY (id, c)) INTERLEAVE IN PARENT t1 ON DELETE CASCADE; CREATE TABLE t3 (id bigint, c bigint, PRIMARY KEY (id, c)) INTERLEAVE IN PARENT t1"},
		{name: "ttl in days", text: "CREATE TABLE tt (id bigint PRIMARY KEY, t timestamptz) TTL INTERVAL '30 days' ON t"},
		{name: "ttl in months", text: "CREATE TABLE tt (id bigint PRIMARY KEY, t timestamptz) TTL INTERVAL '1 year 40 days' ON t"},
		{name: "ttl of a day", text: "CREATE TABLE tt (id bigint PRIMARY KEY, t timestamptz) TTL INTERVAL '1 day' ON t"},
		{name: "ttl in ISO form", text: "CREATE TABLE tt (id bigint PRIMARY KEY, t timestamptz) TTL INTERVAL 'P30D' ON t"},
		{name: "ttl added", text: "CREATE TABLE tt (id bigint PRIMARY KEY, t timestamptz); ALTER TABLE tt ADD TTL INTERVAL '100 days' ON t"},
		{name: "foreign keys", text: parent + `CREATE TABLE fk (id bigint PRIMARY KEY, r bigint, CONSTRAINT fk1 FOREIGN KEY (r) REFERENCES t1 (id) ON DELETE CASCADE);
			CREATE TABLE f2 (id bigint PRIMARY KEY, r bigint REFERENCES public.t1 (id), q bigint CONSTRAINT qq REFERENCES t1 (id) ON DELETE NO ACTION)`},
		{name: "constraints added", text: parent + `ALTER TABLE t1 ADD CONSTRAINT fk FOREIGN KEY (n) REFERENCES t1 (id); ALTER TABLE t1 ADD CHECK (n > 3); ALTER TABLE t1 ADD CONSTRAINT ck CHECK (n < 9);
			ALTER TABLE t1 ADD COLUMN z varchar; ALTER TABLE t1 ADD y bigint NOT NULL DEFAULT 0; ALTER TABLE t1 ADD COLUMN IF NOT EXISTS x bigint`},
		{name: "checks", text: `CREATE TABLE ck (id bigint PRIMARY KEY, v bigint CHECK (v > 1) NOT NULL, s text, m bigint CONSTRAINT mm CHECK (m > 1), CONSTRAINT ck1 CHECK(v>0), CHECK (v <> 5), CHECK (v != 6),
			CHECK (v > 0 AND (s = 'x' OR s IN ('y','z')) AND s LIKE 'a%' AND v BETWEEN 1 AND 5 AND NOT (v = 3) AND s IS NOT NULL and length(s) > 2),
			CHECK (v + 2 * 3 > 1), CHECK ((v + 2) * 3 > 1), CHECK (v NOT IN (1, 2)), CHECK (v IN (7)), CHECK (s NOT LIKE 'b'), CHECK (v NOT BETWEEN 4 AND 5), CHECK (v::text = s), CHECK (CAST(v AS text) <> 'q'), CHECK (-v < -1),
			CHECK (CASE WHEN v > 1 THEN true ELSE s IS NULL END), CHECK (coalesce(v, 1) > nullif(v, 2)), CHECK (v < 2 OR v > 3 AND s > 'a'))`},
		{name: "circle", text: "CREATE TABLE x (i bigint PRIMARY KEY, CONSTRAINT xy FOREIGN KEY (i) REFERENCES y (i)); CREATE TABLE y (i bigint PRIMARY KEY, CONSTRAINT yx FOREIGN KEY (i) REFERENCES x (i))"},
		{name: "inline circle", text: "CREATE TABLE x (i bigint PRIMARY KEY, a bigint REFERENCES y (i), b bigint); CREATE TABLE y (i bigint PRIMARY KEY, a bigint CONSTRAINT back REFERENCES x (i) NOT NULL)"},
		{name: "indexes", text: parent + `create index i1 on t1 (s asc nulls first, n DESC); CREATE INDEX i2 ON t1 (s ASC NULLS LAST, n DESC NULLS FIRST); CREATE INDEX i3 ON t1 (s DESC NULLS LAST);
			CREATE UNIQUE INDEX i4 ON t1 (s) INCLUDE (f, n); CREATE INDEX IF NOT EXISTS i5 ON t1 USING btree (n); CREATE INDEX i6 ON public.t1 (n)`},
		{name: "partial index", text: parent + "CREATE INDEX i1 ON t1 (s) WHERE s IS NOT NULL", lossy: "leaves WHERE out"},
		{name: "interleaved index", text: parent + "CREATE TABLE t2 (id bigint, c bigint, x bigint, PRIMARY KEY (id, c)) INTERLEAVE IN PARENT t1; CREATE INDEX i1 ON t2 (id, x) INTERLEAVE IN t1"},
		{name: "views", text: parent + `create view v1 sql security invoker as select id,  s from t1  where n>1;
			CREATE OR REPLACE VIEW v2 SQL SECURITY INVOKER AS SELECT a.id, a.s AS "Name" FROM t1 a WHERE a.n > 1 AND a.s LIKE 'x%' ORDER BY a.n DESC, a.id NULLS FIRST LIMIT 10 OFFSET 2;
			CREATE VIEW v3 SQL SECURITY INVOKER AS SELECT t1.id, x.id AS i2 FROM t1 INNER JOIN v1 AS x ON t1.id = x.id LEFT OUTER JOIN v2 ON v2.id = x.id WHERE t1.n IN (1,2,3);
			CREATE VIEW v4 SQL SECURITY INVOKER AS SELECT count(*) AS n, max(n) AS m, s FROM public.t1 GROUP BY s HAVING count(*) > 1;
			CREATE VIEW v5 SQL SECURITY INVOKER AS SELECT DISTINCT id i, lower(s) FROM t1 WHERE (n = 1 OR n = 2) AND f > 1.5;
			CREATE VIEW v6 SQL SECURITY INVOKER AS SELECT CASE n WHEN 1 THEN 'a' END AS k, coalesce(s, 'z') AS c, n + 1 AS p, -n AS neg, s || 'x' AS cat, n::text AS t, NOT b AS nb, b IS TRUE AS bt,
				extract(year from ts) as y, j->>'a' AS jj, n / 2 % 3 as o, substr(s, 1, 2) as h, abs(-5) AS i, (SELECT max(x.id) FROM v1 x) AS mx FROM t1;
			CREATE VIEW v7 SQL SECURITY INVOKER AS SELECT id FROM t1 UNION ALL SELECT id FROM v1;
			CREATE VIEW v8 SQL SECURITY INVOKER AS SELECT id FROM t1 WHERE EXISTS (SELECT 1 FROM v1 WHERE v1.id = t1.id) LIMIT 5;
			CREATE VIEW v9 SQL SECURITY INVOKER AS SELECT t1.id FROM t1 JOIN v1 USING (id)`},
		{name: "view of a query", text: parent + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT x.id FROM (SELECT id, n FROM t1 WHERE n = 1) x WHERE x.n > 2"},
		{name: "view with other types", text: parent + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, n, m FROM t1 WHERE d = DATE '2020-01-01' AND f < 3 AND m > 1.50"},
		{name: "view with a cast of Spanner's own", text: parent + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT n * 1.5 AS q FROM t1", lossy: "casts n"},
		{name: "view of all columns", text: parent + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT * FROM t1", lossy: "lists the columns"},
		{name: "streams", text: parent + `CREATE CHANGE STREAM c1 FOR ALL; CREATE CHANGE STREAM c2 FOR t1(s, n) WITH (retention_period='36h', value_capture_type='NEW_ROW');
			CREATE CHANGE STREAM c3; CREATE CHANGE STREAM c5 FOR t1();
			CREATE TABLE z (id bigint PRIMARY KEY, n bigint); CREATE CHANGE STREAM c4 FOR public.z, t1(f); CREATE CHANGE STREAM c6 FOR "z"("n") WITH (exclude_insert = TRUE)`},
		{name: "sequences", text: `CREATE SEQUENCE s1 BIT_REVERSED_POSITIVE; CREATE SEQUENCE IF NOT EXISTS s2 BIT_REVERSED_POSITIVE SKIP RANGE 1 1000 START COUNTER WITH 50; CREATE SEQUENCE s3 BIT_REVERSED_POSITIVE START COUNTER 10;
			CREATE TABLE q (id bigint DEFAULT nextval('s1') PRIMARY KEY, v bigint)`},
		{name: "named schema", text: `CREATE SCHEMA sales; CREATE TABLE sales."Or" (id bigint PRIMARY KEY, "N" bigint); CREATE INDEX ix ON sales."Or" ("N"); CREATE SEQUENCE sales.sq BIT_REVERSED_POSITIVE;
			CREATE VIEW sales.v SQL SECURITY INVOKER AS SELECT id, "N" FROM sales."Or"; CREATE TABLE sales.k (id bigint DEFAULT nextval('sales.sq') PRIMARY KEY, f bigint REFERENCES sales."Or" (id));
			CREATE CHANGE STREAM cs FOR sales."Or"("N")`},
		{name: "public schema", text: "CREATE TABLE public.q (id bigint PRIMARY KEY)"},
		{name: "synonym", text: "CREATE TABLE q (id bigint PRIMARY KEY); ALTER TABLE q ADD SYNONYM qs", lossy: "leaves synonyms out"},
		{name: "leader", text: "ALTER DATABASE db SET spanner.default_leader TO 'us-central1'"},
		{name: "leader, quoted", text: `ALTER DATABASE db SET "spanner.default_leader" = 'us-central1'`},
		{name: "comments", text: "-- c\nCREATE TABLE p (id bigint PRIMARY KEY /* x /* y */ z */); -- end"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := newPostgresDatabase(t)
			want := parsePostgres(t, c.text)
			empty, _ := d.echo()
			d.mustApply(statements(ddl.Diff(ddl.Request{Live: empty, Desired: want}).Steps))
			live, echo := d.echo()
			quiet(t, "of its owner", ddl.Diff(ddl.Request{Live: live, Applied: want, AppliedEcho: live, Desired: want}), echo)
			quiet(t, "of the echo itself", ddl.Diff(ddl.Request{Live: live, Desired: live}), echo)
			if taken := ddl.Diff(ddl.Request{Live: live, Desired: want}); c.lossy == "" {
				quiet(t, "of a new owner", taken, echo)
			} else if len(taken.Steps)+len(taken.Refused) == 0 {
				t.Errorf("the echo is said to be lossy (it %s), but a new owner has nothing to do", c.lossy)
			}
			wantCanonical(t, c.text, echo, c.lossy != "")
			// To remove it all again names every kind of object in DROP.
			d.mustApply(statements(ddl.Drop(live, want)))
		})
	}
}
