package ddl_test

// circleOf are tables that refer to each other, X first.
const circleOf = `
CREATE TABLE X (I INT64, CONSTRAINT xy FOREIGN KEY (I) REFERENCES Y (I)) PRIMARY KEY (I);
CREATE TABLE Y (I INT64, CONSTRAINT yx FOREIGN KEY (I) REFERENCES X (I)) PRIMARY KEY (I);
`

// referring is a table F with a column R and the clauses given, beside base.
func referring(clauses string) string {
	return base + "CREATE TABLE F (I INT64, R STRING(36)" + clauses + ") PRIMARY KEY (I);\n"
}

// microConstraints are foreign keys, checks and interleaving.
var microConstraints = []microCase{
	{name: "foreign keys in a circle: created", before: table("N INT64"), after: table("N INT64") + circleOf,
		want: []string{"CREATE TABLE X (I INT64) PRIMARY KEY (I)", "CREATE TABLE Y (I INT64) PRIMARY KEY (I)",
			"ALTER TABLE X ADD CONSTRAINT xy FOREIGN KEY (I) REFERENCES Y (I)", "ALTER TABLE Y ADD CONSTRAINT yx FOREIGN KEY (I) REFERENCES X (I)"}},
	{name: "foreign keys in a circle: dropped", before: table("N INT64") + circleOf, after: table("N INT64"), allow: []string{"*"},
		want: []string{"ALTER TABLE X DROP CONSTRAINT xy", "ALTER TABLE Y DROP CONSTRAINT yx", "DROP TABLE Y", "DROP TABLE X"}},
	{name: "foreign keys in a circle: one opens it", before: circleOf, after: replace(circleOf, ", CONSTRAINT xy FOREIGN KEY (I) REFERENCES Y (I)", ""), allow: []string{"xy"},
		want: []string{"ALTER TABLE X DROP CONSTRAINT xy"}},
	{name: "foreign keys in a circle: a third table joins",
		before: circleOf,
		after:  circleOf + "CREATE TABLE Z (I INT64, CONSTRAINT zx FOREIGN KEY (I) REFERENCES X (I)) PRIMARY KEY (I); ALTER TABLE X ADD CONSTRAINT xz FOREIGN KEY (I) REFERENCES Z (I);",
		want:   []string{"CREATE TABLE Z (I INT64, CONSTRAINT zx FOREIGN KEY (I) REFERENCES X (I)) PRIMARY KEY (I)", "ALTER TABLE X ADD CONSTRAINT xz FOREIGN KEY (I) REFERENCES Z (I)"}},
	{name: "foreign key: to the table itself", before: base, after: base + "CREATE TABLE F (I INT64, R INT64, CONSTRAINT self FOREIGN KEY (R) REFERENCES F (I)) PRIMARY KEY (I);",
		want: []string{"CREATE TABLE F (I INT64, R INT64, CONSTRAINT self FOREIGN KEY (R) REFERENCES F (I)) PRIMARY KEY (I)"}},
	{name: "foreign key: to a table that the text declares later", before: base, after: "CREATE TABLE F (I INT64, R INT64, CONSTRAINT fk FOREIGN KEY (R) REFERENCES A (Id)) PRIMARY KEY (I);" + base + table("N INT64"),
		want: []string{"CREATE TABLE A (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id)", "CREATE TABLE F (I INT64, R INT64, CONSTRAINT fk FOREIGN KEY (R) REFERENCES A (Id)) PRIMARY KEY (I)"}},
	{name: "foreign key: added to a table and its new column", before: referring(""), after: referring(", Q STRING(36), CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (Id)"),
		want: []string{"ALTER TABLE F ADD COLUMN Q STRING(36)", "ALTER TABLE F ADD CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (Id)"}},
	{name: "foreign key: dropped", before: referring(", CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)"), after: referring(""), allow: []string{"F.fk"},
		want: []string{"ALTER TABLE F DROP CONSTRAINT fk"}},
	{name: "foreign key: its action", before: referring(", CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)"), after: referring(", CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id) ON DELETE CASCADE"),
		want: []string{"ALTER TABLE F DROP CONSTRAINT fk", "ALTER TABLE F ADD CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id) ON DELETE CASCADE"}},
	{name: "foreign key: the action of an unnamed one", before: referring(", FOREIGN KEY (R) REFERENCES P (Id) ON DELETE CASCADE"), after: referring(", FOREIGN KEY (R) REFERENCES P (Id)"), allow: []string{"*"},
		want: []string{"ALTER TABLE F DROP CONSTRAINT FK_GENERATED", "ALTER TABLE F ADD FOREIGN KEY (R) REFERENCES P (Id)"}},
	{name: "foreign key: an unnamed one dropped", before: referring(", FOREIGN KEY (R) REFERENCES P (Id)"), after: referring(""), allow: []string{"*"},
		want: []string{"ALTER TABLE F DROP CONSTRAINT FK_GENERATED"}},
	{name: "foreign key: NOT NULL where it starts from", before: referring(", CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)"), after: replace(referring(", CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)"), "R STRING(36)", "R STRING(36) NOT NULL"),
		want: []string{"ALTER TABLE F DROP CONSTRAINT fk", "ALTER TABLE F ALTER COLUMN R STRING(36) NOT NULL", "ALTER TABLE F ADD CONSTRAINT fk FOREIGN KEY (R) REFERENCES P (Id)"}},
	{name: "foreign key: NOT NULL where an unnamed one points to", before: referring(", Q INT64, FOREIGN KEY (Q) REFERENCES P (N)"), after: replace(referring(", Q INT64, FOREIGN KEY (Q) REFERENCES P (N)"), "N INT64,", "N INT64 NOT NULL,"),
		want: []string{"ALTER TABLE F DROP CONSTRAINT FK_GENERATED", "ALTER TABLE P ALTER COLUMN N INT64 NOT NULL", "ALTER TABLE F ADD FOREIGN KEY (Q) REFERENCES P (N)"}},
	{name: "foreign key: the types at both ends", before: referring(", Q STRING(20), CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (S)"), after: replace(referring(", Q BYTES(20), CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (S)"), "S STRING(20)", "S BYTES(20)"),
		want: []string{"ALTER TABLE F DROP CONSTRAINT fk", "ALTER TABLE P ALTER COLUMN S BYTES(20)", "ALTER TABLE F ALTER COLUMN Q BYTES(20)", "ALTER TABLE F ADD CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (S)"}},
	{name: "foreign key: the lengths at both ends", before: referring(", Q STRING(20), CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (S)"), after: replace(referring(", Q STRING(30), CONSTRAINT fk FOREIGN KEY (Q) REFERENCES P (S)"), "S STRING(20)", "S STRING(30)"),
		want: []string{"ALTER TABLE P ALTER COLUMN S STRING(30)", "ALTER TABLE F ALTER COLUMN Q STRING(30)"}},
	{name: "check: added", before: table("N INT64"), after: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), want: []string{"ALTER TABLE A ADD CONSTRAINT ck CHECK (N > 0)"}},
	{name: "check: added by ALTER TABLE", before: table("N INT64"), after: table("N INT64") + "ALTER TABLE A ADD CONSTRAINT ck CHECK (N > 0);", want: []string{"ALTER TABLE A ADD CONSTRAINT ck CHECK (N > 0)"}},
	{name: "check: changed", before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: table("N INT64, CONSTRAINT ck CHECK (N > 5)"),
		want: []string{"ALTER TABLE A DROP CONSTRAINT ck", "ALTER TABLE A ADD CONSTRAINT ck CHECK (N > 5)"}},
	{name: "check: an unnamed one changed", before: table("N INT64, CHECK (N > 0)"), after: table("N INT64, CHECK (N > 5)"), allow: []string{"*"},
		want: []string{"ALTER TABLE A DROP CONSTRAINT CK_GENERATED", "ALTER TABLE A ADD CHECK (N > 5)"}},
	{name: "check: an unnamed one of two dropped", before: table("N INT64, CHECK (N > 0), CHECK (N < 9)"), after: table("N INT64, CHECK (N < 9)"), allow: []string{"*"},
		want: []string{"ALTER TABLE A DROP CONSTRAINT CK_GENERATED"}},
	{name: "check: dropped", before: table("N INT64, CONSTRAINT ck CHECK (N > 0)"), after: table("N INT64"), allow: []string{"*"}, want: []string{"ALTER TABLE A DROP CONSTRAINT ck"}},
	{name: "interleaving: the action, to cascade", before: base, after: replace(base, "PARENT P", "PARENT P ON DELETE CASCADE"), want: []string{"ALTER TABLE C SET ON DELETE CASCADE"}},
	{name: "interleaving: the action, back", before: replace(base, "PARENT P", "PARENT P ON DELETE CASCADE"), after: base, want: []string{"ALTER TABLE C SET ON DELETE NO ACTION"}},
	{name: "interleaving: child, parent and index, declared the other way round", before: table("N INT64"),
		after: table("N INT64") + "CREATE INDEX ix ON C(Id, V), INTERLEAVE IN P; CREATE TABLE C (Id INT64, K INT64, V INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT P; CREATE TABLE P (Id INT64) PRIMARY KEY (Id);",
		want:  []string{"CREATE TABLE P (Id INT64) PRIMARY KEY (Id)", "CREATE TABLE C (Id INT64, K INT64, V INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT P", "CREATE INDEX ix ON C(Id, V), INTERLEAVE IN P"}},
	{name: "interleaving: a new child of a table that is there", before: table("N INT64"), after: table("N INT64") + "CREATE TABLE D (Id INT64 NOT NULL, K INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT A ON DELETE CASCADE;",
		want: []string{"CREATE TABLE D (Id INT64 NOT NULL, K INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT A ON DELETE CASCADE"}},
	{name: "primary key: sorted otherwise, given up", allow: []string{"A"}, before: table("N INT64") + "CREATE INDEX ix ON A(N);", after: replace(table("N INT64"), "KEY (Id)", "KEY (Id DESC)") + "CREATE INDEX ix ON A(N);",
		want: []string{"DROP INDEX ix", "DROP TABLE A", "CREATE TABLE A (Id INT64 NOT NULL, N INT64) PRIMARY KEY (Id DESC)", "CREATE INDEX ix ON A(N)"}},
}
