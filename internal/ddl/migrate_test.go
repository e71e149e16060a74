package ddl_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// migrate creates before in an empty database, leads it to after, and checks
// that the result is what a fresh database made from after would be, and that
// nothing is left to do. It returns the steps in between.
func migrate(t *testing.T, before, after string, allow ...string) []ddl.Step {
	t.Helper()
	return migrateAs(t, before, after, ddl.Request{AllowDestructive: allow})
}

// migrateAs is migrate with a request whose schemas are filled in.
func migrateAs(t *testing.T, before, after string, request ddl.Request) []ddl.Step {
	t.Helper()
	d := newDatabase(t)
	from, to := parse(t, before), parse(t, after)
	first := ddl.Diff(ddl.Request{Live: d.echo(), Desired: from})
	d.mustApply(first.Steps)
	echo := d.echo()
	if again := ddl.Diff(ddl.Request{Live: echo, Applied: from, AppliedEcho: echo, Desired: from}); len(again.Steps) > 0 {
		t.Fatalf("the plan after creating is not empty: %q", statements(again.Steps))
	}
	request.Live, request.Applied, request.AppliedEcho, request.Desired = echo, from, echo, to
	plan := ddl.Diff(request)
	if len(plan.Refused) > 0 {
		t.Fatalf("refused: %+v\nsteps: %q", plan.Refused, statements(plan.Steps))
	}
	d.mustApply(plan.Steps)
	live := d.echo()
	request.Live, request.Applied, request.AppliedEcho = live, to, live
	if again := ddl.Diff(request); len(again.Steps)+len(again.Refused)+len(again.Unmanaged) > 0 {
		t.Fatalf("the second plan is not empty: %q, unmanaged %q", statements(again.Steps), again.Unmanaged)
	}
	fresh := newDatabase(t)
	fresh.mustApply(ddl.Diff(ddl.Request{Live: fresh.echo(), Desired: to}).Steps)
	if diff := cmp.Diff(fresh.rows(), d.rows()); diff != "" {
		t.Fatalf("the migrated database differs from a fresh one (-fresh +migrated):\n%s\nsteps:\n%q", diff, statements(plan.Steps))
	}
	return plan.Steps
}

const base = `
CREATE TABLE P (Id STRING(36) NOT NULL, N INT64, S STRING(20), B BYTES(20), T TIMESTAMP) PRIMARY KEY (Id);
CREATE TABLE C (Id STRING(36) NOT NULL, K INT64 NOT NULL, V INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT P;
`

func TestMigrate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		before string
		after  string
		allow  []string
		want   []ddl.Step // statement and hazard only
	}{
		{name: "nothing", before: base, after: "-- the same, written otherwise\n" + `
			create table C (Id string(0x24) not null, V int64, K int64 not null,) primary key (Id asc, K), interleave in parent P on delete no action;
			create table P (T timestamp, S string(20), N int64, B bytes(20), Id string(36) not null) primary key (Id);`},
		{name: "column added", before: base, after: base + "ALTER TABLE P ADD COLUMN X BOOL;",
			want: steps("ALTER TABLE P ADD COLUMN X BOOL", ddl.Instant)},
		{name: "column with default added", before: base, after: base + "ALTER TABLE P ADD COLUMN X BOOL NOT NULL DEFAULT (true);",
			want: steps("ALTER TABLE P ADD COLUMN X BOOL NOT NULL DEFAULT (true)", ddl.Backfill)},
		{name: "column dropped", before: base + "ALTER TABLE P ADD COLUMN X BOOL;", after: base, allow: []string{"p.x"},
			want: steps("ALTER TABLE P DROP COLUMN X", ddl.Destructive)},
		{name: "widened", before: table("S STRING(10)"), after: table("S STRING(MAX)"),
			want: steps("ALTER TABLE A ALTER COLUMN S STRING(MAX)", ddl.Instant)},
		{name: "narrowed", before: table("S STRING(10)"), after: table("S STRING(5)"),
			want: steps("ALTER TABLE A ALTER COLUMN S STRING(5)", ddl.Unsafe)},
		{name: "widened keeps its default", before: table("S STRING(10) NOT NULL DEFAULT ('x')"), after: table("S STRING(11) NOT NULL DEFAULT ('x')"),
			want: steps("ALTER TABLE A ALTER COLUMN S STRING(11) NOT NULL DEFAULT ('x')", ddl.Instant)},
		{name: "string to bytes under a view, an index and a check",
			before: table("S STRING(10), CONSTRAINT ck CHECK (S != 'x')") + "CREATE INDEX ix ON A(S); CREATE VIEW v SQL SECURITY INVOKER AS SELECT a.Id, a.S FROM A a; CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v;",
			after:  table("S BYTES(10), CONSTRAINT ck CHECK (S != b'x')") + "CREATE INDEX ix ON A(S); CREATE VIEW v SQL SECURITY INVOKER AS SELECT a.Id, a.S FROM A a; CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v;",
			want: append(append(append(append(append(append(
				steps("ALTER TABLE A DROP CONSTRAINT ck", ddl.Instant),
				steps("DROP VIEW w", ddl.Instant)...),
				steps("DROP VIEW v", ddl.Instant)...),
				steps("ALTER TABLE A ALTER COLUMN S BYTES(10)", ddl.Instant)...),
				steps("ALTER TABLE A ADD CONSTRAINT ck CHECK (S != b'x')", ddl.Unsafe)...),
				steps("CREATE VIEW v SQL SECURITY INVOKER AS SELECT a.Id, a.S FROM A a", ddl.Instant)...),
				steps("CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.Id FROM v", ddl.Instant)...)},
		{name: "type under an unchanged check", before: table("S STRING(10), CONSTRAINT ck CHECK (LENGTH(S) < 9)"), after: table("S BYTES(10), CONSTRAINT ck CHECK (LENGTH(S) < 9)"),
			want: append(append(steps("ALTER TABLE A DROP CONSTRAINT ck", ddl.Instant), steps("ALTER TABLE A ALTER COLUMN S BYTES(10)", ddl.Instant)...), steps("ALTER TABLE A ADD CONSTRAINT ck CHECK (LENGTH(S) < 9)", ddl.Unsafe)...)},
		{name: "check under another name", before: table("N INT64, CONSTRAINT old CHECK (N > 0)"), after: table("N INT64, CONSTRAINT fresh CHECK (N > 0)"), allow: []string{"old"},
			want: append(steps("ALTER TABLE A DROP CONSTRAINT old", ddl.Destructive), steps("ALTER TABLE A ADD CONSTRAINT fresh CHECK (N > 0)", ddl.Validates)...)},
		{name: "not null under an index", before: table("S STRING(10)") + "CREATE UNIQUE INDEX ix ON A(S);", after: table("S STRING(10) NOT NULL") + "CREATE UNIQUE INDEX ix ON A(S);",
			want: append(append(steps("DROP INDEX ix", ddl.Instant), steps("ALTER TABLE A ALTER COLUMN S STRING(10) NOT NULL", ddl.Unsafe)...), steps("CREATE UNIQUE INDEX ix ON A(S)", ddl.Unsafe)...)},
		{name: "default set, changed and dropped", before: table("A1 INT64, B1 INT64 DEFAULT (1), C1 INT64 DEFAULT (1)"), after: table("A1 INT64 DEFAULT (2), B1 INT64 DEFAULT (2), C1 INT64"),
			want: append(append(steps("ALTER TABLE A ALTER COLUMN A1 SET DEFAULT (2)", ddl.Instant), steps("ALTER TABLE A ALTER COLUMN B1 SET DEFAULT (2)", ddl.Instant)...), steps("ALTER TABLE A ALTER COLUMN C1 DROP DEFAULT", ddl.Instant)...)},
		{name: "on delete in place", before: base, after: replace(base, "PARENT P", "PARENT P ON DELETE CASCADE"),
			want: steps("ALTER TABLE C SET ON DELETE CASCADE", ddl.Instant)},
		{name: "index on an existing table", before: base, after: base + "CREATE INDEX ix ON P(S DESC) STORING (N);",
			want: steps("CREATE INDEX ix ON P(S DESC) STORING (N)", ddl.Backfill)},
		{name: "index stores another column", before: base + "CREATE INDEX ix ON P(S) STORING (N);", after: base + "CREATE INDEX ix ON P(S) STORING (B);",
			want: append(steps("ALTER INDEX ix DROP STORED COLUMN N", ddl.Instant), steps("ALTER INDEX ix ADD STORED COLUMN B", ddl.Backfill)...)},
		{name: "index made unique", before: base + "CREATE INDEX ix ON P(S);", after: base + "CREATE UNIQUE INDEX ix ON P(S);",
			want: append(steps("DROP INDEX ix", ddl.Instant), steps("CREATE UNIQUE INDEX ix ON P(S)", ddl.Unsafe)...)},
		{name: "index dropped", before: base + "CREATE INDEX ix ON P(S);", after: base, allow: []string{"*"},
			want: steps("DROP INDEX ix", ddl.Destructive)},
		{name: "circle of foreign keys created and dropped",
			before: "CREATE TABLE X (I INT64, CONSTRAINT xy FOREIGN KEY (I) REFERENCES Y (I)) PRIMARY KEY (I); CREATE TABLE Y (I INT64, CONSTRAINT yx FOREIGN KEY (I) REFERENCES X (I)) PRIMARY KEY (I);",
			after:  "CREATE SEQUENCE s OPTIONS (sequence_kind = 'bit_reversed_positive')", allow: []string{"*"},
			want: append(append(append(append(
				steps("CREATE SEQUENCE s OPTIONS (sequence_kind = 'bit_reversed_positive')", ddl.Instant),
				steps("ALTER TABLE X DROP CONSTRAINT xy", ddl.Destructive)...), steps("ALTER TABLE Y DROP CONSTRAINT yx", ddl.Destructive)...),
				steps("DROP TABLE Y", ddl.Destructive)...), steps("DROP TABLE X", ddl.Destructive)...)},
		{name: "foreign key by ALTER TABLE is the same", before: base + "CREATE TABLE F (I INT64, R STRING(36), CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id) ON DELETE NO ACTION) PRIMARY KEY (I);",
			after: base + "CREATE TABLE F (I INT64 PRIMARY KEY, R STRING(36)); ALTER TABLE F ADD CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id);"},
		{name: "unnamed constraints stay", before: table("S STRING(10), CHECK (S != 'x')"), after: table("S STRING(10), check(S != 'x')")},
		{name: "check changed", before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: table("N INT64, CONSTRAINT ck CHECK (N > 1)"),
			want: append(steps("ALTER TABLE A DROP CONSTRAINT ck", ddl.Instant), steps("ALTER TABLE A ADD CONSTRAINT ck CHECK (N > 1)", ddl.Unsafe)...)},
		{name: "constraint dropped", before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: table("N INT64"), allow: []string{"ck"},
			want: steps("ALTER TABLE A DROP CONSTRAINT ck", ddl.Destructive)},
		{name: "column dropped with all that stood on it",
			before: base + "CREATE INDEX ix ON P(S); CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id, p.S FROM P p; CREATE CHANGE STREAM cs FOR P(S, N);",
			after:  replace(base, " S STRING(20),", "") + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM P p; CREATE CHANGE STREAM cs FOR P(N);", allow: []string{"*"},
			want: append(append(append(
				steps("CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM P p", ddl.Instant),
				steps("ALTER CHANGE STREAM cs SET FOR P(N)", ddl.Instant)...),
				steps("DROP INDEX ix", ddl.Destructive)...),
				steps("ALTER TABLE P DROP COLUMN S", ddl.Destructive)...)},
		{name: "views that lose a column, the reader declared first",
			before: base + "CREATE VIEW x SQL SECURITY INVOKER AS SELECT w.N FROM w; CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.N, v.S FROM v; CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.N, p.S, p.B FROM P p;",
			after:  base + "CREATE VIEW x SQL SECURITY INVOKER AS SELECT w.N FROM w; CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.N FROM v; CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.N, p.B FROM P p;",
			want: append(append(append(append(
				steps("DROP VIEW x", ddl.Instant), steps("DROP VIEW w", ddl.Instant)...),
				steps("CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT p.N, p.B FROM P p", ddl.Instant)...),
				steps("CREATE VIEW w SQL SECURITY INVOKER AS SELECT v.N FROM v", ddl.Instant)...),
				steps("CREATE VIEW x SQL SECURITY INVOKER AS SELECT w.N FROM w", ddl.Instant)...)},
		{name: "ttl added, lengthened", before: base, after: replace(base, "PRIMARY KEY (Id);", "PRIMARY KEY (Id), ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 30 DAY));", "PARENT P", "PARENT P ON DELETE CASCADE"), allow: []string{"P"},
			want: append(steps("ALTER TABLE C SET ON DELETE CASCADE", ddl.Instant), steps("ALTER TABLE P ADD ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 30 DAY))", ddl.Destructive)...)},
		{name: "ttl lengthened", before: table("T TIMESTAMP", ", ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 30 DAY))"), after: table("T TIMESTAMP", ", ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 31 DAY))"),
			want: steps("ALTER TABLE A REPLACE ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 31 DAY))", ddl.Instant)},
		{name: "ttl dropped", before: table("T TIMESTAMP", ", ROW DELETION POLICY (OLDER_THAN(T, INTERVAL 30 DAY))"), after: table("T TIMESTAMP"),
			want: steps("ALTER TABLE A DROP ROW DELETION POLICY", ddl.Instant)},
		{name: "commit timestamp on and off", before: table("T TIMESTAMP, U TIMESTAMP OPTIONS (allow_commit_timestamp = true)"), after: table("T TIMESTAMP OPTIONS (allow_commit_timestamp = true), U TIMESTAMP"),
			want: append(steps("ALTER TABLE A ALTER COLUMN T SET OPTIONS (allow_commit_timestamp = true)", ddl.Unsafe), steps("ALTER TABLE A ALTER COLUMN U SET OPTIONS (allow_commit_timestamp = null)", ddl.Instant)...)},
		{name: "stream options and watch", before: base + "CREATE CHANGE STREAM cs FOR P OPTIONS (retention_period = '36h');", after: base + "CREATE CHANGE STREAM cs FOR ALL OPTIONS (value_capture_type = 'NEW_ROW', retention_period = '7d');",
			want: append(steps("ALTER CHANGE STREAM cs SET FOR ALL", ddl.Instant), steps("ALTER CHANGE STREAM cs SET OPTIONS (retention_period = '7d', value_capture_type = 'NEW_ROW')", ddl.Instant)...)},
		{name: "sequence options", before: "CREATE SEQUENCE s OPTIONS (sequence_kind = 'bit_reversed_positive')", after: "CREATE SEQUENCE s OPTIONS (skip_range_max = 10, skip_range_min = 1, sequence_kind = 'bit_reversed_positive')",
			want: steps("ALTER SEQUENCE s SET OPTIONS (skip_range_max = 10, skip_range_min = 1)", ddl.Instant)},
		{name: "sequence in clauses", before: "CREATE SEQUENCE s BIT_REVERSED_POSITIVE SKIP RANGE 1, 1000 START COUNTER WITH 50", after: "CREATE SEQUENCE s BIT_REVERSED_POSITIVE SKIP RANGE 1, 2000 START COUNTER WITH 50",
			want: steps("ALTER SEQUENCE s SKIP RANGE 1, 2000", ddl.Instant)},
		{name: "identity skips other numbers", before: table("I INT64 NOT NULL GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE SKIP RANGE 1, 10)"), after: table("I INT64 NOT NULL GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE SKIP RANGE 1, 20)"),
			want: steps("ALTER TABLE A ALTER COLUMN I ALTER IDENTITY SET SKIP RANGE 1, 20", ddl.Instant)},
		{name: "column of another type where the column was given up",
			before: table("N INT64, S STRING(5)") + "CREATE INDEX ix ON A(N); CREATE CHANGE STREAM cs FOR A(N, S);", after: table("N STRING(10), S STRING(5)") + "CREATE INDEX ix ON A(N); CREATE CHANGE STREAM cs FOR A(N, S);", allow: []string{"A.N"},
			want: append(append(append(append(append(
				steps("DROP INDEX ix", ddl.Instant), steps("ALTER CHANGE STREAM cs SET FOR A(S)", ddl.Instant)...),
				steps("ALTER TABLE A DROP COLUMN N", ddl.Destructive)...), steps("ALTER TABLE A ADD COLUMN N STRING(10)", ddl.Instant)...),
				steps("CREATE INDEX ix ON A(N)", ddl.Backfill)...), steps("ALTER CHANGE STREAM cs SET FOR A(N, S)", ddl.Instant)...)},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var got []ddl.Step
			for _, s := range migrate(t, c.before, c.after, c.allow...) {
				got = append(got, steps(s.Statement, s.Hazard)...)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("steps (-want +got):\n%s", diff)
			}
		})
	}
}
