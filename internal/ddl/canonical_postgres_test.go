package ddl_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// canonicalPostgres spells a text and checks what must hold for any: the
// spelling is its own, and means the same.
func canonicalPostgres(t *testing.T, text string) string {
	t.Helper()
	schema, _, err := ddl.PostgreSQL.Parse(ddl.Source{Text: text})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	once := schema.Canonical()
	again, _, err := ddl.PostgreSQL.Parse(ddl.Source{Text: once})
	if err != nil {
		t.Fatalf("the canonical spelling cannot be read: %v\n%s", err, once)
	}
	if twice := again.Canonical(); once != twice {
		t.Errorf("not idempotent (-once +twice):\n%s", cmp.Diff(once, twice))
	}
	for _, pair := range [][2]*ddl.Schema{{schema, again}, {again, schema}} {
		if plan := ddl.Diff(ddl.Request{Live: pair[0], Applied: pair[0], Desired: pair[1]}); len(plan.Steps)+len(plan.Refused) > 0 {
			t.Errorf("the canonical spelling means something else: %q, refused %+v\n%s\n%s", statements(plan.Steps), plan.Refused, text, once)
		}
	}
	return once
}

// wantCanonical checks the spelling of a text and of its echo: what it makes
// echoes as the same, and where the echo loses nothing both are one.
func wantCanonical(t *testing.T, text string, echo []string, lossy bool) {
	t.Helper()
	once := canonicalPostgres(t, text)
	echoed := canonicalPostgres(t, strings.Join(echo, ";\n"))
	if diff := cmp.Diff(once, echoed); diff != "" && !lossy {
		t.Errorf("the echo is spelled otherwise (-text +echo):\n%s", diff)
	}
	fresh := newPostgresDatabase(t)
	empty, _ := fresh.echo()
	fresh.mustApply(statements(ddl.Diff(ddl.Request{Live: empty, Desired: parsePostgres(t, once)}).Steps))
	_, again := fresh.echo()
	if diff := cmp.Diff(echoed, canonicalPostgres(t, strings.Join(again, ";\n"))); diff != "" {
		t.Errorf("what the canonical spelling makes differs (-text +canonical):\n%s\n%s", diff, once)
	}
}

// TestPostgresCanonical: one spelling for many, as it reads.
func TestPostgresCanonical(t *testing.T) {
	t.Parallel()
	const want = `ALTER DATABASE db SET spanner.default_leader = 'us-central1';
ALTER DATABASE db RESET spanner.version_retention_period;
CREATE SCHEMA sales;
CREATE SEQUENCE sq BIT_REVERSED_POSITIVE SKIP RANGE 1 9 START COUNTER WITH 50;
CREATE TABLE "Parents" (
  "Id" character varying(36) NOT NULL,
  PRIMARY KEY ("Id")
);
CREATE TABLE children (
  id character varying(36) NOT NULL,
  n bigint NOT NULL DEFAULT 0,
  "Name" character varying,
  upper character varying GENERATED ALWAYS AS (upper("Name")) STORED,
  raw bytea DEFAULT 'ab'::bytea,
  born timestamp with time zone,
  CHECK (n > -1 AND (n < 5 OR n = ANY (ARRAY[7, 8]))),
  CONSTRAINT named CHECK ("Name" <> 'it''s' AND raw <> 'x'),
  FOREIGN KEY (id) REFERENCES "Parents" ("Id") ON DELETE CASCADE,
  PRIMARY KEY (id, n DESC)
)
INTERLEAVE IN PARENT "Parents" ON DELETE NO ACTION
TTL INTERVAL '30 days' ON born;
CREATE TABLE sales."Or" (
  id bigint NOT NULL DEFAULT nextval('sq'),
  PRIMARY KEY (id)
);
CREATE UNIQUE INDEX names ON children ("Name" DESC NULLS LAST, n) INCLUDE (born, raw) WHERE "Name" IS NOT NULL AND n IS NOT NULL;
CREATE VIEW v SQL SECURITY INVOKER AS SELECT id AS "Key", count(*) AS number FROM children WHERE born > '2020-01-01' GROUP BY id ORDER BY id DESC LIMIT 3;
CREATE CHANGE STREAM cs FOR "Parents" (), children (n, "Name") WITH (retention_period = '36h', value_capture_type = 'NEW_ROW');
CREATE ROLE "Reader";
CREATE ROLE writer;
GRANT SELECT (id, n) ON TABLE children TO writer;
`
	for name, text := range map[string]string{
		"as it is": want,
		"by an author": `grant select (id,n) on table children to writer; create role writer; create role "Reader"; -- who reads
create change stream cs for public.children(N, "Name"), "Parents"() with (value_capture_type='NEW_ROW', retention_period='36h');
create or replace view V sql security invoker as select children.id "Key", COUNT(*) number from children where (children.born > timestamptz '2020-01-01') group by children.id order by children.id desc nulls first limit 3;
create unique index if not exists names on children using btree ("Name" desc nulls last, n asc) where ("Name" is not null) and n notnull include (raw, born);
alter database db reset spanner.version_retention_period; alter database db set "spanner.default_leader" to 'us-central1';
create table sales."Or" (id int8 default (nextval('sq')) primary key); create schema sales;
create table children (id varchar(36), n int not null default '0', "Name" text null, upper text generated always as (UPPER("Name")) stored, raw bytea default '\x6162'::bytea,
	primary key (id asc, n desc), constraint named check ("Name" != E'it\'s' and ((raw <> 'x'::bytea))), check (n > -1 and (n < 5 or n in (7, 8))), foreign key (id) references public."Parents" ("Id") on delete cascade)
	interleave in parent "Parents";
alter table children add column born timestamptz; alter table children add ttl interval '4 weeks 2 days' on born;
create table "Parents" ("Id" varchar(36) primary key);
create sequence sq bit_reversed_positive start counter 50 skip range 1, 9`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, canonicalPostgres(t, text)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// TestPostgresCanonicalForms: whatever the reader knows or does not know has a
// spelling that reads as the same, and all that has the same meaning has one.
func TestPostgresCanonicalForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", "-- nothing",
		`CREATE ROLE "role"; CREATE ROLE "R x"; CREATE QUEUE q (a, B) WITH (x = 'y'); CREATE FUNCTION f(x bigint) RETURNS bigint RETURN x + 1`,
		`CREATE TABLE t (i bigint UNIQUE, "P q" text DEFAULT $$it's; $$ || E'\n', PRIMARY KEY (i)) LOCALITY GROUP fast`,
		"CREATE TABLE t (id bigint PRIMARY KEY, n numeric DEFAULT 'NaN'::numeric, b bytea DEFAULT '\\xff00'::bytea, c bytea DEFAULT '\\x', d text DEFAULT '\\x41', e bit DEFAULT b'01', f bool DEFAULT (NOT true), g bool DEFAULT (1 IS NULL), x float8 DEFAULT -1.5e300, y float8[] VECTOR LENGTH 3)",
		"CREATE TABLE t (id bigint PRIMARY KEY HIDDEN, at timestamptz DEFAULT now() ON UPDATE (now()), n bigint GENERATED ALWAYS AS (id + 1) VIRTUAL, i bigint GENERATED BY DEFAULT AS IDENTITY); ALTER TABLE t ADD SYNONYM \"S\"; ALTER TABLE t ADD FOREIGN KEY (n) REFERENCES u (m) NOT ENFORCED",
		"CREATE TABLE t (a bigint[], CHECK (a[1] = 2), CHECK ((a || a)[1] > 0), CHECK (- (- a[1]) > 0), CHECK ((-1)::text = 'x'), CHECK (2 - -1 > 0), CHECK (a[1] = ANY (a)), CHECK (row_number() OVER (x) > 1), CHECK (a[1] IN (SELECT 1)), CHECK ((1, 2) = (a[1], 3)))",
		"CREATE TABLE t (s text, CHECK (substring(s FROM 1 FOR 2) = 'a'), CHECK (s COLLATE \"C\" > 'a'), CHECK (extract('year', s) > 1), CHECK (\"a b\".\"C\" > s), CHECK (s ILIKE 'x' OR NOT s NOT LIKE 'y'), CHECK ((s IS NULL) IS NOT DISTINCT FROM (s > 'b')), CHECK (s AT TIME ZONE 'UTC' ~ 'x'))",
		"CREATE TABLE t (id bigint PRIMARY KEY) TTL INTERVAL '90 minutes' ON at",
		"CREATE SEARCH INDEX i ON t (b, a) INCLUDE (d, c) PARTITION BY e, f ORDER BY g DESC WITH (sort_order_sharding = true) WHERE a IS NOT NULL",
		"CREATE INDEX i ON t USING ScaNN (e) WITH (distance_type='COSINE') WHERE e IS NOT NULL",
		"CREATE INDEX ix ON s.t (a) INTERLEAVE IN s.u; CREATE SCHEMA s; CREATE TABLE s.t (a bigint PRIMARY KEY); CREATE CHANGE STREAM c FOR s.t, elsewhere(\"X\")",
		`CREATE VIEW v SQL SECURITY DEFINER AS SELECT DISTINCT t.*, CASE a WHEN 1 THEN x::varchar(3) ELSE NULL END k FROM (SELECT a FROM t WHERE a = ANY (ARRAY[1])) x LEFT JOIN u USING (a, "B"), w ORDER BY 1 OFFSET 2 LIMIT 1`,
		"CREATE VIEW v AS SELECT a FROM t UNION ALL (SELECT b FROM u) EXCEPT SELECT extract(year FROM c) FROM w GROUP BY c HAVING count(DISTINCT a) > 1",
		`CREATE VIEW v AS SELECT "Name" AS name, t."Id" AS "Id", a AS "end" FROM "T" AS t; CREATE TABLE "T" ("Name" text, "Id" bigint, a bigint, PRIMARY KEY ("Id"))`,
		"CREATE VIEW v SQL SECURITY INVOKER AS SELECT id, row_number() OVER (ORDER BY id) FROM t -- by its words",
		"ALTER DATABASE db SET spanner.a = DEFAULT; ALTER DATABASE db SET spanner.b TO 5",
		postgresBase,
	} {
		canonicalPostgres(t, text)
	}
	for _, c := range postgresMeanings {
		create := func(check string) string {
			return canonicalPostgres(t, "CREATE TABLE t (id bigint PRIMARY KEY, CONSTRAINT ck CHECK ("+check+"))")
		}
		if same := create(c.one) == create(c.other); same != c.same {
			t.Errorf("%s and %s: the same spelling is %t", c.one, c.other, same)
		}
	}
	for _, c := range postgresViewMeanings {
		const create = "CREATE VIEW v SQL SECURITY INVOKER AS "
		if same := canonicalPostgres(t, create+c.one) == canonicalPostgres(t, create+c.other); same != c.same {
			t.Errorf("%s and %s: the same spelling is %t", c.one, c.other, same)
		}
	}
}
