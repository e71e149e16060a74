package ddl_test

import "github.com/proveniq/terraform-provider-proveniq/internal/ddl"

// microIndexes are changes of indexes: in place where Spanner can, anew where
// it cannot.
var microIndexes = []microCase{
	{name: "index: made unique", before: table("N INT64") + "CREATE INDEX ix ON A(N);", after: table("N INT64") + "CREATE UNIQUE INDEX ix ON A(N);",
		want: []string{"DROP INDEX ix", "CREATE UNIQUE INDEX ix ON A(N)"}},
	{name: "index: null-filtered no longer", before: table("N INT64") + "CREATE NULL_FILTERED INDEX ix ON A(N);", after: table("N INT64") + "CREATE INDEX ix ON A(N);",
		want: []string{"DROP INDEX ix", "CREATE INDEX ix ON A(N)"}},
	{name: "index: sorted otherwise", before: table("N INT64") + "CREATE INDEX ix ON A(N);", after: table("N INT64") + "CREATE INDEX ix ON A(N DESC);",
		want: []string{"DROP INDEX ix", "CREATE INDEX ix ON A(N DESC)"}},
	{name: "index: its columns the other way round", before: table("N INT64, M INT64") + "CREATE INDEX ix ON A(N, M);", after: table("N INT64, M INT64") + "CREATE INDEX ix ON A(M, N);",
		want: []string{"DROP INDEX ix", "CREATE INDEX ix ON A(M, N)"}},
	{name: "index: stores one more", before: table("N INT64, M INT64, O INT64") + "CREATE INDEX ix ON A(N) STORING (M);", after: table("N INT64, M INT64, O INT64") + "CREATE INDEX ix ON A(N) STORING (O, M);",
		want: []string{"ALTER INDEX ix ADD STORED COLUMN O"}},
	{name: "index: stores nothing more", before: table("N INT64, M INT64") + "CREATE INDEX ix ON A(N) STORING (M);", after: table("N INT64, M INT64") + "CREATE INDEX ix ON A(N);",
		want: []string{"ALTER INDEX ix DROP STORED COLUMN M"}},
	{name: "index: stores a column of the same change", before: table("N INT64") + "CREATE INDEX ix ON A(N);", after: table("N INT64, M INT64") + "CREATE INDEX ix ON A(N) STORING (M);",
		want: []string{"ALTER TABLE A ADD COLUMN M INT64", "ALTER INDEX ix ADD STORED COLUMN M"}},
	{name: "index: on another table", before: base + table("N INT64") + "CREATE INDEX ix ON A(N);", after: base + table("N INT64") + "CREATE INDEX ix ON P(N);",
		want: []string{"DROP INDEX ix", "CREATE INDEX ix ON P(N)"}},
	{name: "index: interleaved later", before: base + "CREATE INDEX ix ON C(Id, V);", after: base + "CREATE INDEX ix ON C(Id, V), INTERLEAVE IN P;",
		want: []string{"DROP INDEX ix", "CREATE INDEX ix ON C(Id, V), INTERLEAVE IN P"}},
	{name: "index: directly behind its new table", before: base, after: base + "CREATE TABLE X (I INT64, N INT64) PRIMARY KEY (I); CREATE TABLE Y (I INT64, N INT64) PRIMARY KEY (I); CREATE INDEX ip ON P(N); CREATE INDEX iy ON Y(N); CREATE INDEX ix ON X(N);",
		want: []string{"CREATE TABLE X (I INT64, N INT64) PRIMARY KEY (I)", "CREATE INDEX ix ON X(N)", "CREATE TABLE Y (I INT64, N INT64) PRIMARY KEY (I)", "CREATE INDEX iy ON Y(N)", "CREATE INDEX ip ON P(N)"}},
}

// microViews are views and the tables under them.
var microViews = []microCase{
	{name: "view: changed and nothing else", before: base + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.N FROM P p;", after: base + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.N FROM P p WHERE p.N > 1;",
		want: []string{"CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT p.N FROM P p WHERE p.N > 1"}},
	{name: "view: on views that the text declares later", before: base,
		after: base + "CREATE VIEW x SQL SECURITY INVOKER AS SELECT y.N FROM y; CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p;",
		want:  []string{"CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p", "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z", "CREATE VIEW x SQL SECURITY INVOKER AS SELECT y.N FROM y"}},
	{name: "view: a column more through a chain",
		before: base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p;",
		after:  base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N, z.S FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N, p.S FROM P p;",
		want:   []string{"CREATE OR REPLACE VIEW z SQL SECURITY INVOKER AS SELECT p.N, p.S FROM P p", "CREATE OR REPLACE VIEW y SQL SECURITY INVOKER AS SELECT z.N, z.S FROM z"}},
	{name: "view: a column less through a chain",
		before: base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N, z.S FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N, p.S FROM P p;",
		after:  base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p;",
		want:   []string{"DROP VIEW y", "CREATE OR REPLACE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p", "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z"}},
	{name: "view: dropped under its reader, which reads the table now", allow: []string{"z"},
		before: base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT z.N FROM z; CREATE VIEW z SQL SECURITY INVOKER AS SELECT p.N FROM P p;",
		after:  base + "CREATE VIEW y SQL SECURITY INVOKER AS SELECT p.N FROM P p;",
		want:   []string{"CREATE OR REPLACE VIEW y SQL SECURITY INVOKER AS SELECT p.N FROM P p", "DROP VIEW z"}},
	{name: "view: moves from a table that goes to one that comes", allow: []string{"A"},
		before: table("N INT64") + "CREATE VIEW v SQL SECURITY INVOKER AS SELECT a.N FROM A a;", after: "CREATE TABLE Z (N INT64) PRIMARY KEY (N); CREATE VIEW v SQL SECURITY INVOKER AS SELECT z.N FROM Z z;",
		want: []string{"CREATE TABLE Z (N INT64) PRIMARY KEY (N)", "CREATE OR REPLACE VIEW v SQL SECURITY INVOKER AS SELECT z.N FROM Z z", "DROP TABLE A"}},
	{name: "rename: index, child and view go along", renames: []ddl.Rename{{From: "P", To: "Q"}},
		before: base + "CREATE INDEX ix ON P(S); CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM P p;",
		after:  replace(base, "TABLE P ", "TABLE Q ", "PARENT P", "PARENT Q") + "CREATE INDEX ix ON Q(S); CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM Q p;",
		want:   []string{"DROP VIEW v", "ALTER TABLE P RENAME TO Q", "CREATE VIEW v SQL SECURITY INVOKER AS SELECT p.Id FROM Q p"}},
	{name: "rename: with a column more and a check", renames: []ddl.Rename{{From: "A", To: "B"}}, before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: "CREATE TABLE B (Id INT64 NOT NULL, N INT64, M INT64, CONSTRAINT ck CHECK (N > 1)) PRIMARY KEY (Id);",
		want: []string{"ALTER TABLE A RENAME TO B", "ALTER TABLE B ADD COLUMN M INT64", "ALTER TABLE B DROP CONSTRAINT ck", "ALTER TABLE B ADD CONSTRAINT ck CHECK (N > 1)"}},
	{name: "rename: the old name stays a synonym", renames: []ddl.Rename{{From: "A", To: "B", KeepSynonym: true}}, before: table("N INT64"), after: "CREATE TABLE B (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id);",
		want: []string{"ALTER TABLE A RENAME TO B, ADD SYNONYM A"}},
	{name: "rename: a new table takes the old name's place", renames: []ddl.Rename{{From: "A", To: "B"}}, before: table("N INT64"), after: "CREATE TABLE B (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id); CREATE TABLE Z (I INT64) PRIMARY KEY (I);",
		want: []string{"ALTER TABLE A RENAME TO B", "CREATE TABLE Z (I INT64) PRIMARY KEY (I)"}},
}

const numbers = "CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive');"

const remote = "CREATE MODEL m INPUT (t STRING(MAX)) OUTPUT (o FLOAT64) REMOTE OPTIONS (endpoint = '//aiplatform.googleapis.com/projects/p/locations/l/endpoints/1')"

// microObjects are the kinds that other tools leave alone or forget.
var microObjects = []microCase{
	{name: "sequence: before the default that takes from it", before: base, after: base + table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))") + numbers,
		want: []string{"CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive')", "CREATE TABLE A (Id INT64 NOT NULL, N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))) PRIMARY KEY (Id)"}},
	{name: "sequence: before the default that is set to it", before: table("N INT64"), after: table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))") + numbers,
		want: []string{"CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive')", "ALTER TABLE A ALTER COLUMN N SET DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))"}},
	{name: "sequence: dropped after the default", allow: []string{"q"}, before: numbers + table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))"), after: table("N INT64"),
		want: []string{"ALTER TABLE A ALTER COLUMN N DROP DEFAULT", "DROP SEQUENCE q"}},
	{name: "sequence: dropped after the column", allow: []string{"*"}, before: numbers + table("M INT64, N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))"), after: table("M INT64"),
		want: []string{"ALTER TABLE A DROP COLUMN N", "DROP SEQUENCE q"}},
	{name: "sequence: dropped after the table", allow: []string{"*"}, before: base + numbers + table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))"), after: base,
		want: []string{"DROP TABLE A", "DROP SEQUENCE q"}},
	{name: "sequence: one takes the other's place", allow: []string{"q"}, before: numbers + table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))"), after: table("N INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE z))") + replace(numbers, " q ", " z "),
		want: []string{"CREATE SEQUENCE z OPTIONS (sequence_kind = 'bit_reversed_positive')", "ALTER TABLE A ALTER COLUMN N SET DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE z))", "DROP SEQUENCE q"}},
	{name: "sequence: changed and nothing else", before: numbers, after: "CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive', skip_range_min = 1, skip_range_max = 100);",
		want: []string{"ALTER SEQUENCE q SET OPTIONS (skip_range_max = 100, skip_range_min = 1)"}},
	{name: "sequence: in clauses", before: "CREATE SEQUENCE q BIT_REVERSED_POSITIVE START COUNTER WITH 5;", after: "CREATE SEQUENCE q BIT_REVERSED_POSITIVE START COUNTER WITH 7;",
		want: []string{"ALTER SEQUENCE q RESTART COUNTER WITH 7"}},
	{name: "named schema: created before what lies in it", before: base, after: base + "CREATE INDEX n.ix ON n.T(V); CREATE TABLE n.T (I INT64, V INT64) PRIMARY KEY (I); CREATE SCHEMA n;",
		want: []string{"CREATE SCHEMA n", "CREATE TABLE n.T (I INT64, V INT64) PRIMARY KEY (I)", "CREATE INDEX n.ix ON n.T(V)"}},
	{name: "named schema: dropped after what lay in it", allow: []string{"*"}, before: base + "CREATE SCHEMA n; CREATE TABLE n.T (I INT64, V INT64) PRIMARY KEY (I); CREATE INDEX n.ix ON n.T(V);", after: base,
		want: []string{"DROP INDEX n.ix", "DROP TABLE n.T", "DROP SCHEMA n"}},
	{name: "named schema: a table in it changes", before: "CREATE SCHEMA n; CREATE TABLE n.T (I INT64, V STRING(5)) PRIMARY KEY (I); CREATE INDEX n.ix ON n.T(V);", after: "CREATE SCHEMA n; CREATE TABLE n.T (I INT64, V STRING(9), W BOOL) PRIMARY KEY (I); CREATE INDEX n.ix ON n.T(V) STORING (W);",
		want: []string{"ALTER TABLE n.T ALTER COLUMN V STRING(9)", "ALTER TABLE n.T ADD COLUMN W BOOL", "ALTER INDEX n.ix ADD STORED COLUMN W"}},
	{name: "model: replaced", before: remote, after: replace(remote, "OUTPUT (o ", "OUTPUT (score "), want: []string{replace(remote, "CREATE", "CREATE OR REPLACE", "OUTPUT (o ", "OUTPUT (score ")}},
	{name: "model: dropped", before: remote + ";" + base, after: base, allow: []string{"m"}, want: []string{"DROP MODEL m"}},
	{name: "synonym: added", before: table("N INT64"), after: table("N INT64, SYNONYM (Other)"), want: []string{"ALTER TABLE A ADD SYNONYM Other"}},
	{name: "synonym: dropped", before: table("N INT64, SYNONYM (Other)"), after: table("N INT64"), allow: []string{"Other"}, want: []string{"ALTER TABLE A DROP SYNONYM Other"}},
	{name: "stream: watches less", before: base + "CREATE CHANGE STREAM cs FOR P(S, N), C;", after: base + "CREATE CHANGE STREAM cs FOR P(N);", want: []string{"ALTER CHANGE STREAM cs SET FOR P(N)"}},
	// The emulator forgets what a stream watched that watches another table too.
	{name: "stream: watches a table of the same change", before: base + "CREATE CHANGE STREAM cs FOR P(S);", after: base + "CREATE CHANGE STREAM cs FOR A;" + table("N INT64"),
		want: []string{"CREATE TABLE A (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id)", "ALTER CHANGE STREAM cs SET FOR A"}},
	{name: "stream: watches everything", before: base + "CREATE CHANGE STREAM cs FOR P(S);", after: base + "CREATE CHANGE STREAM cs FOR ALL;", want: []string{"ALTER CHANGE STREAM cs SET FOR ALL"}},
	{name: "stream: options", before: "CREATE CHANGE STREAM cs FOR ALL OPTIONS (retention_period = '36h');", after: "CREATE CHANGE STREAM cs FOR ALL OPTIONS (value_capture_type = 'NEW_ROW', retention_period = '7d');",
		want: []string{"ALTER CHANGE STREAM cs SET OPTIONS (retention_period = '7d', value_capture_type = 'NEW_ROW')"}},
	{name: "stream: dropped with the table it watches", allow: []string{"*"}, before: base + table("N INT64") + "CREATE CHANGE STREAM cs FOR A(N);", after: base, want: []string{"DROP CHANGE STREAM cs", "DROP TABLE A"}},
	// The emulator does not let go of a table whose columns a stream listed.
	{name: "stream: the table it watches is dropped", allow: []string{"A"}, before: base + table("N INT64") + "CREATE CHANGE STREAM cs FOR A, P;", after: base + "CREATE CHANGE STREAM cs FOR P;",
		want: []string{"ALTER CHANGE STREAM cs SET FOR P", "DROP TABLE A"}},
	{name: "database: an option set", before: base, after: base + "ALTER DATABASE db SET OPTIONS (version_retention_period = '7d');", want: []string{"ALTER DATABASE db SET OPTIONS (version_retention_period = '7d')"}},
}
