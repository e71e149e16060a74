package admintest_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const path = "projects/p/instances/i/databases/db"

// What most rules are tried on.
const (
	tableT = "CREATE TABLE T (Id INT64 NOT NULL, S STRING(10), N INT64, M INT64, W TIMESTAMP, A ARRAY<STRING(10)>) PRIMARY KEY (Id);"
	child  = tableT + "CREATE TABLE C (Id INT64 NOT NULL, K INT64 NOT NULL, N INT64) PRIMARY KEY (Id, K), INTERLEAVE IN PARENT T;"
	apart  = tableT + "CREATE TABLE C (Id INT64 NOT NULL, K INT64 NOT NULL, N INT64) PRIMARY KEY (Id, K), INTERLEAVE IN T;"
	viewV  = tableT + "CREATE VIEW V SQL SECURITY INVOKER AS SELECT t.N, t.S FROM T AS t;"
	views  = viewV + "CREATE VIEW V2 SQL SECURITY INVOKER AS SELECT V.N FROM V;"
	search = "CREATE TABLE D (Id INT64 NOT NULL, S STRING(10), W TOKENLIST AS (TOKENIZE_FULLTEXT(S)) HIDDEN, X TOKENLIST AS (TOKENIZE_FULLTEXT(S)) HIDDEN) PRIMARY KEY (Id); CREATE SEARCH INDEX x ON D(W);"
	vector = "CREATE TABLE E (Id INT64 NOT NULL, N INT64, V ARRAY<FLOAT32>(vector_length=>8)) PRIMARY KEY (Id); CREATE VECTOR INDEX x ON E(V) OPTIONS (distance_type = 'COSINE');"
	roles  = tableT + "CREATE ROLE r;"
)

// rules are those of Spanner's documentation: a statement, and what it is
// refused with; nothing where it is taken.
var rules = []struct{ name, before, statement, refusal string }{
	// Types.
	{"STRING to BYTES", tableT, "ALTER TABLE T ALTER COLUMN S BYTES(10)", ""},
	{"length up", tableT, "ALTER TABLE T ALTER COLUMN S STRING(20)", ""},
	{"length down", tableT, "ALTER TABLE T ALTER COLUMN S STRING(5)", ""},
	{"length MAX", tableT, "ALTER TABLE T ALTER COLUMN S STRING(MAX)", ""},
	{"length in an array", tableT, "ALTER TABLE T ALTER COLUMN A ARRAY<STRING(20)>", ""},
	{"array of another type", tableT, "ALTER TABLE T ALTER COLUMN A ARRAY<BYTES(20)>", "Cannot change type of column `A`"},
	{"INT64 to STRING", tableT, "ALTER TABLE T ALTER COLUMN N STRING(10)", "Cannot change type of column `N` from `INT64` to `STRING(10)`"},
	{"INT64 to NUMERIC", tableT, "ALTER TABLE T ALTER COLUMN N NUMERIC", "Cannot change type of column `N`"},
	{"STRING to UUID", tableT, "ALTER TABLE T ALTER COLUMN S UUID", "Cannot change type of column `S`"},
	{"FLOAT64 to FLOAT32", "CREATE TABLE T (Id INT64, F FLOAT64) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN F FLOAT32", "Cannot change type of column `F`"},
	{"JSON to STRING", "CREATE TABLE T (Id INT64, J JSON) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN J STRING(MAX)", "Cannot change type of column `J`"},
	{"key column of no child", "CREATE TABLE T (S STRING(9)) PRIMARY KEY (S)", "ALTER TABLE T ALTER COLUMN S STRING(10)", ""},
	{"key column that a child has", "CREATE TABLE T (S STRING(9)) PRIMARY KEY (S); CREATE TABLE C (S STRING(9), K INT64) PRIMARY KEY (S, K), INTERLEAVE IN PARENT T", "ALTER TABLE T ALTER COLUMN S STRING(10)", "Requested change to key column T.S could not be made"},
	{"type under a generated column", "CREATE TABLE T (Id INT64, S STRING(9), G STRING(9) AS (LOWER(S)) STORED) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN S BYTES(9)", "used by generated column `T.G`"},
	{"type under a check", "CREATE TABLE T (Id INT64, S STRING(9), CONSTRAINT k CHECK (S != '')) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN S BYTES(9)", "used by check constraint `k`"},
	{"type under a view", viewV, "ALTER TABLE T ALTER COLUMN S BYTES(10)", "implicitly change the type of an output column for VIEW `V`"},
	{"type that a view casts", tableT + "CREATE VIEW V SQL SECURITY INVOKER AS SELECT CAST(t.S AS STRING) AS S FROM T AS t", "ALTER TABLE T ALTER COLUMN S BYTES(10)", ""},
	{"length under a view", viewV, "ALTER TABLE T ALTER COLUMN S STRING(20)", ""},
	{"type of a generated column", "CREATE TABLE T (Id INT64, N INT64, G STRING(9) AS (CAST(N AS STRING)) STORED) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN G STRING(10) AS (CAST(N AS STRING)) STORED", "Cannot change the type of generated column"},

	// NOT NULL.
	{"NOT NULL", tableT, "ALTER TABLE T ALTER COLUMN N INT64 NOT NULL", ""},
	{"SET NOT NULL", tableT, "ALTER TABLE T ALTER COLUMN N SET NOT NULL", ""},
	{"NOT NULL on an array", tableT, "ALTER TABLE T ALTER COLUMN A ARRAY<STRING(10)> NOT NULL", "Cannot add NOT NULL to array column T.A"},
	{"NOT NULL dropped on a key", tableT, "ALTER TABLE T ALTER COLUMN Id INT64", "Cannot change key column T.Id"},
	{"DROP NOT NULL on a key", tableT, "ALTER TABLE T ALTER COLUMN Id DROP NOT NULL", "Cannot change key column T.Id"},
	{"NOT NULL under an index", tableT + "CREATE INDEX x ON T(N)", "ALTER TABLE T ALTER COLUMN N INT64 NOT NULL", "affects index x"},
	{"NOT NULL under a null-filtered index", tableT + "CREATE NULL_FILTERED INDEX x ON T(N)", "ALTER TABLE T ALTER COLUMN N INT64 NOT NULL", ""},
	{"NOT NULL on a stored column", tableT + "CREATE INDEX x ON T(M) STORING (N)", "ALTER TABLE T ALTER COLUMN N INT64 NOT NULL", ""},

	// Defaults and the like.
	{"DROP DEFAULT", "CREATE TABLE T (Id INT64, N INT64 DEFAULT (1)) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN N DROP DEFAULT", ""},
	{"DROP DEFAULT under ON UPDATE", "CREATE TABLE T (Id INT64, W TIMESTAMP DEFAULT (CURRENT_TIMESTAMP()) ON UPDATE (CURRENT_TIMESTAMP())) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN W DROP DEFAULT", "which has ON UPDATE"},
	{"ON UPDATE without a default", tableT, "ALTER TABLE T ALTER COLUMN W SET ON UPDATE (CURRENT_TIMESTAMP())", "ON UPDATE without a DEFAULT"},
	{"a default that knows no sequence", tableT, "ALTER TABLE T ALTER COLUMN N SET DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))", "Sequence not found: q"},
	{"commit timestamp", tableT, "ALTER TABLE T ALTER COLUMN W SET OPTIONS (allow_commit_timestamp = true)", ""},
	{"commit timestamp on a number", tableT, "ALTER TABLE T ALTER COLUMN N SET OPTIONS (allow_commit_timestamp = true)", "only for TIMESTAMP columns"},
	{"an option that no column has", tableT, "ALTER TABLE T ALTER COLUMN N SET OPTIONS (colour = 'red')", "Option: colour is unknown"},
	{"ADD COLUMN NOT NULL", tableT, "ALTER TABLE T ADD COLUMN Z INT64 NOT NULL", "Cannot add NOT NULL column T.Z"},
	{"ADD COLUMN NOT NULL with a default", tableT, "ALTER TABLE T ADD COLUMN Z INT64 NOT NULL DEFAULT (0)", ""},
	{"ADD COLUMN NOT NULL, generated", tableT, "ALTER TABLE T ADD COLUMN Z INT64 NOT NULL AS (Id + 1) STORED", ""},
	{"ADD COLUMN that is there in other letters", tableT, "ALTER TABLE T ADD COLUMN n INT64", "Duplicate column name T.n"},

	// Generated columns.
	{"plain to generated", tableT, "ALTER TABLE T ALTER COLUMN M INT64 AS (N + 1) STORED", "Cannot convert regular column"},
	{"generated to plain", "CREATE TABLE T (Id INT64, G INT64 AS (Id + 1) STORED) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN G INT64", "Cannot convert generated column"},
	{"stored expression", "CREATE TABLE T (Id INT64, G INT64 AS (Id + 1) STORED) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN G INT64 AS (Id + 2) STORED", "Cannot change the expression of a generated column"},
	{"expression that is not stored", "CREATE TABLE T (Id INT64, G INT64 AS (Id + 1)) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN G INT64 AS (Id + 2)", ""},
	{"STORED", "CREATE TABLE T (Id INT64, G INT64 AS (Id + 1)) PRIMARY KEY (Id)", "ALTER TABLE T ALTER COLUMN G INT64 AS (Id + 1) STORED", "Cannot change the STORED attribute"},
	{"plain to identity", tableT, "ALTER TABLE T ALTER COLUMN N INT64 GENERATED BY DEFAULT AS IDENTITY (BIT_REVERSED_POSITIVE)", "to an identity column"},

	// DROP COLUMN.
	{"drop a free column", tableT, "ALTER TABLE T DROP COLUMN N", ""},
	{"drop a key column", tableT, "ALTER TABLE T DROP COLUMN Id", "Cannot drop key column Id"},
	{"drop an index's key", tableT + "CREATE INDEX x ON T(N)", "ALTER TABLE T DROP COLUMN N", "used by index x"},
	{"drop what an index stores", tableT + "CREATE INDEX x ON T(N) STORING (M)", "ALTER TABLE T DROP COLUMN M", "used by index x"},
	{"drop what an index filters by", tableT + "CREATE INDEX x ON T(N) WHERE M IS NOT NULL", "ALTER TABLE T DROP COLUMN M", "used by index x"},
	{"drop a foreign key's column", tableT + "CREATE TABLE R (Id INT64, R INT64, CONSTRAINT f FOREIGN KEY (R) REFERENCES T (Id)) PRIMARY KEY (Id)", "ALTER TABLE R DROP COLUMN R", "used by one or more foreign keys: `f`"},
	{"drop a referenced column", tableT + "CREATE TABLE R (Id INT64, R INT64, CONSTRAINT f FOREIGN KEY (R) REFERENCES T (N)) PRIMARY KEY (Id)", "ALTER TABLE T DROP COLUMN N", "used by one or more foreign keys: `f`"},
	{"drop what a check reads", tableT + "ALTER TABLE T ADD CONSTRAINT k CHECK (N > 0)", "ALTER TABLE T DROP COLUMN N", "dependent check constraint: k"},
	{"drop what a column is made of", tableT + "ALTER TABLE T ADD COLUMN G INT64 AS (N + 1) STORED", "ALTER TABLE T DROP COLUMN N", "referenced by generated column `G`"},
	{"drop what a view reads", viewV, "ALTER TABLE T DROP COLUMN N", "dependent views: V"},
	{"drop what a view does not read", viewV, "ALTER TABLE T DROP COLUMN M", ""},
	{"drop what SELECT * reads", tableT + "CREATE VIEW V SQL SECURITY INVOKER AS SELECT * FROM T", "ALTER TABLE T DROP COLUMN M", "dependent views: V"},
	{"drop what rows live by", tableT + "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "ALTER TABLE T DROP COLUMN W", "ROW DELETION POLICY will break"},
	{"drop what a stream lists", tableT + "CREATE CHANGE STREAM c FOR T(N)", "ALTER TABLE T DROP COLUMN N", "tracked by 1 Change Stream: c"},
	{"drop under a stream of the whole table", tableT + "CREATE CHANGE STREAM c FOR T", "ALTER TABLE T DROP COLUMN N", ""},
	{"drop what a graph names", tableT + "CREATE PROPERTY GRAPH g NODE TABLES (T KEY (Id) PROPERTIES (N))", "ALTER TABLE T DROP COLUMN N", "dependent property graphs: g"},

	// Keys and interleaving.
	{"a column of the key added", tableT, "ALTER TABLE T ADD COLUMN Z INT64 PRIMARY KEY", "to the primary key"},
	{"ON DELETE", child, "ALTER TABLE C SET ON DELETE CASCADE", ""},
	{"ON DELETE of a root", child, "ALTER TABLE T SET ON DELETE CASCADE", "not interleaved in a parent"},
	{"IN to IN PARENT", apart, "ALTER TABLE C SET INTERLEAVE IN PARENT T", ""},
	{"IN to IN PARENT CASCADE at once", apart, "ALTER TABLE C SET INTERLEAVE IN PARENT T ON DELETE CASCADE", "in one step"},
	{"IN to IN PARENT CASCADE in two steps", apart, "ALTER TABLE C SET INTERLEAVE IN PARENT T; ALTER TABLE C SET ON DELETE CASCADE", ""},
	{"IN PARENT to IN", child, "ALTER TABLE C SET INTERLEAVE IN T", ""},
	{"interleave a root", tableT + "CREATE TABLE C (Id INT64 NOT NULL) PRIMARY KEY (Id)", "ALTER TABLE C SET INTERLEAVE IN PARENT T", "created as a root table"},
	{"another parent", child + "CREATE TABLE U (Id INT64 NOT NULL) PRIMARY KEY (Id)", "ALTER TABLE C SET INTERLEAVE IN PARENT U", "Cannot move table C"},
	{"a key that does not begin with the parent's", tableT, "CREATE TABLE C (K INT64) PRIMARY KEY (K), INTERLEAVE IN PARENT T", "must begin with those of its parent"},
	{"eight levels", deep(7), "CREATE TABLE L8 (K0 INT64, K1 INT64, K2 INT64, K3 INT64, K4 INT64, K5 INT64, K6 INT64, K7 INT64, K8 INT64) PRIMARY KEY (K0, K1, K2, K3, K4, K5, K6, K7, K8), INTERLEAVE IN PARENT L7", "interleaving depth"},

	// Row deletion policies.
	{"policy over a referenced table", tableT + "CREATE TABLE R (Id INT64, CONSTRAINT f FOREIGN KEY (Id) REFERENCES T (Id)) PRIMARY KEY (Id)", "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "referenced by foreign key f"},
	{"foreign key to a table with a policy", tableT + "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "CREATE TABLE R (Id INT64, CONSTRAINT f FOREIGN KEY (Id) REFERENCES T (Id)) PRIMARY KEY (Id)", "which has a ROW DELETION POLICY"},
	{"policy over a child that stays", child, "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "not all of its descendants are ON DELETE CASCADE"},
	{"policy over a child that goes", child + "ALTER TABLE C SET ON DELETE CASCADE", "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", ""},
	{"a child that stays under a policy", child + "ALTER TABLE C SET ON DELETE CASCADE; ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "ALTER TABLE C SET ON DELETE NO ACTION", "not all of its descendants"},
	{"policy on a number", tableT, "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(N, INTERVAL 1 DAY))", "column of type TIMESTAMP"},
	{"a second policy", tableT + "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 1 DAY))", "ALTER TABLE T ADD ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 2 DAY))", "has a ROW DELETION POLICY already"},
	{"replace a policy that is not there", tableT, "ALTER TABLE T REPLACE ROW DELETION POLICY (OLDER_THAN(W, INTERVAL 2 DAY))", "does not have a ROW DELETION POLICY"},

	// Constraints.
	{"alter a foreign key", tableT + "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id)", "ALTER TABLE T ALTER CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id) ON DELETE CASCADE", "Cannot alter a constraint"},
	{"a foreign key beside the old one", tableT + "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id)", "ALTER TABLE T ADD CONSTRAINT f2 FOREIGN KEY (N) REFERENCES T (Id) ON DELETE CASCADE; ALTER TABLE T DROP CONSTRAINT f", ""},
	{"a foreign key to a later table", "", "CREATE TABLE A (I INT64, CONSTRAINT f FOREIGN KEY (I) REFERENCES B (I)) PRIMARY KEY (I); CREATE TABLE B (I INT64) PRIMARY KEY (I)", "Table not found: B"},
	{"NOT ENFORCED", tableT, "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id) NOT ENFORCED", ""},
	{"NOT ENFORCED with CASCADE", tableT, "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id) ON DELETE CASCADE NOT ENFORCED", "not enforced cannot have"},
	{"a check of a name that is none", tableT, "ALTER TABLE T ADD CONSTRAINT k CHECK (Zz > 0)", "Unrecognized name: zz"},
	{"drop a constraint that is not there", tableT, "ALTER TABLE T DROP CONSTRAINT k", "k is not a constraint in T"},

	// Indexes.
	{"store a column", tableT + "CREATE INDEX x ON T(N)", "ALTER INDEX x ADD STORED COLUMN M", ""},
	{"no longer store it", tableT + "CREATE INDEX x ON T(N) STORING (M)", "ALTER INDEX x DROP STORED COLUMN M", ""},
	{"no longer store what is not stored", tableT + "CREATE INDEX x ON T(N)", "ALTER INDEX x DROP STORED COLUMN M", "does not store column M"},
	{"rename an index", tableT + "CREATE INDEX x ON T(N)", "ALTER INDEX x RENAME TO y", "drop it and create it anew"},
	{"an index of a column that is not there", tableT, "CREATE INDEX x ON T(Zz)", "specifies key column Zz which does not exist"},
	{"an index of an array", tableT, "CREATE INDEX x ON T(A)", "Cannot use column A"},
	{"search index: one more column", search, "ALTER SEARCH INDEX x ADD COLUMN X", ""},
	{"search index: store", search, "ALTER SEARCH INDEX x ADD STORED COLUMN S", ""},
	{"search index: options", search, "ALTER SEARCH INDEX x SET OPTIONS (sort_order_sharding = true)", "drop it and create it anew"},
	{"search index: as an index", search, "DROP INDEX x", "INDEX not found: x"},
	{"vector index: store", vector, "ALTER VECTOR INDEX x ADD STORED COLUMN N", ""},
	{"vector index: options", vector, "ALTER VECTOR INDEX x SET OPTIONS (num_leaves = 7)", ""},
	{"vector index: one more key", vector, "ALTER VECTOR INDEX x ADD COLUMN N", "drop it and create it anew"},
	{"vector index: without a distance", vector, "CREATE VECTOR INDEX y ON E(V) OPTIONS (num_leaves = 7)", "needs the option distance_type"},
	{"vector index: of no vector", vector, "CREATE VECTOR INDEX y ON E(N) OPTIONS (distance_type = 'COSINE')", "Cannot use column N"},

	// Change streams.
	{"watch another column", tableT + "CREATE CHANGE STREAM c FOR T(N)", "ALTER CHANGE STREAM c SET FOR T(M)", ""},
	{"watch a table twice", tableT, "CREATE CHANGE STREAM c FOR T(N), T(M)", "more than once"},
	{"watch a key", tableT, "CREATE CHANGE STREAM c FOR T(Id)", "should not list key column"},
	{"watch nothing", tableT + "CREATE CHANGE STREAM c FOR T", "ALTER CHANGE STREAM c DROP FOR ALL", ""},
	{"options back to their defaults", tableT + "CREATE CHANGE STREAM c FOR ALL OPTIONS (retention_period = '2d')", "ALTER CHANGE STREAM c SET OPTIONS (retention_period = null)", ""},
	{"four streams of a column", tableT + "CREATE CHANGE STREAM a FOR T(N); CREATE CHANGE STREAM b FOR T(N); CREATE CHANGE STREAM c FOR T(N)", "CREATE CHANGE STREAM d FOR T(N)", "more than 3 change streams"},
	{"a table that a stream lists", tableT + "CREATE CHANGE STREAM c FOR T", "DROP TABLE T", "tracked by 1 Change Stream: c"},
	{"a table under a stream of all", tableT + "CREATE CHANGE STREAM c FOR ALL", "DROP TABLE T", ""},

	// Sequences.
	{"sequence options", "CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive')", "ALTER SEQUENCE q SET OPTIONS (start_with_counter = 9)", ""},
	{"clauses for a sequence with options", "CREATE SEQUENCE q OPTIONS (sequence_kind = 'bit_reversed_positive')", "ALTER SEQUENCE q SKIP RANGE 1, 9", "either clauses and options"},
	{"options for a sequence with clauses", "CREATE SEQUENCE q BIT_REVERSED_POSITIVE", "ALTER SEQUENCE q SET OPTIONS (start_with_counter = 9)", "either clauses and options"},
	{"clauses and options at once", "", "CREATE SEQUENCE q BIT_REVERSED_POSITIVE OPTIONS (start_with_counter = 9)", "either clauses and options"},
	{"clauses for a sequence with clauses", "CREATE SEQUENCE q BIT_REVERSED_POSITIVE", "ALTER SEQUENCE q RESTART COUNTER WITH 9", ""},
	{"a sequence of no kind", "", "CREATE SEQUENCE q", "The sequence kind of sequence q is not specified"},
	{"a sequence in a default", "CREATE SEQUENCE q BIT_REVERSED_POSITIVE; CREATE TABLE T (Id INT64 DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE q))) PRIMARY KEY (Id)", "DROP SEQUENCE q", "dependent column: T.Id"},
	{"a sequence in a view", tableT + "CREATE SEQUENCE q BIT_REVERSED_POSITIVE; CREATE VIEW V SQL SECURITY INVOKER AS SELECT GET_INTERNAL_SEQUENCE_STATE(SEQUENCE q) AS s FROM T", "DROP SEQUENCE q", "dependent view: V"},
	{"a free sequence", "CREATE SEQUENCE q BIT_REVERSED_POSITIVE", "DROP SEQUENCE q", ""},

	// Views.
	{"a view without security", tableT, "CREATE VIEW V AS SELECT t.N FROM T AS t", "missing the SQL SECURITY clause"},
	{"a view of nothing", "", "CREATE VIEW V SQL SECURITY INVOKER AS SELECT t.N FROM T AS t", "Table not found: T"},
	{"a view of a column that is not there", tableT, "CREATE VIEW V SQL SECURITY INVOKER AS SELECT t.Zz FROM T AS t", "t.zz not found"},
	{"replace a view with more", views, "CREATE OR REPLACE VIEW V SQL SECURITY INVOKER AS SELECT t.N, t.M FROM T AS t", ""},
	{"replace a view that another needs", views, "CREATE OR REPLACE VIEW V SQL SECURITY INVOKER AS SELECT t.M FROM T AS t", "causes the definition of VIEW `V2` to become invalid"},
	{"drop a view that another needs", views, "DROP VIEW V", "dependent views: V2"},
	{"drop the last view", views, "DROP VIEW V2", ""},
	{"drop a table under a view", viewV, "DROP TABLE T", "dependent views: V"},

	// DROP TABLE.
	{"drop a parent", child, "DROP TABLE T", "interleaved tables: C"},
	{"drop an indexed table", tableT + "CREATE INDEX x ON T(N)", "DROP TABLE T", "with indices: x"},
	{"drop a referenced table", tableT + "CREATE TABLE R (Id INT64, CONSTRAINT f FOREIGN KEY (Id) REFERENCES T (Id)) PRIMARY KEY (Id)", "DROP TABLE T", "referenced by one or more foreign keys: `f`"},
	{"drop a table that refers", tableT + "CREATE TABLE R (Id INT64, CONSTRAINT f FOREIGN KEY (Id) REFERENCES T (Id)) PRIMARY KEY (Id)", "DROP TABLE R", ""},
	{"drop a table that refers to itself", tableT + "ALTER TABLE T ADD CONSTRAINT f FOREIGN KEY (N) REFERENCES T (Id)", "DROP TABLE T", ""},
	{"drop a table of a graph", tableT + "CREATE PROPERTY GRAPH g NODE TABLES (T)", "DROP TABLE T", "dependent property graphs: g"},

	// Names.
	{"the same name in other letters", tableT, "CREATE TABLE t (Id INT64) PRIMARY KEY (Id)", "Duplicate name in schema: t."},
	{"an index called like a table", tableT, "CREATE INDEX t ON T(N)", "Duplicate name in schema: t."},
	{"a view called like an index", tableT + "CREATE INDEX x ON T(N)", "CREATE VIEW X SQL SECURITY INVOKER AS SELECT t.N FROM T AS t", "Duplicate name in schema: X."},
	{"a constraint called like a constraint", tableT + "ALTER TABLE T ADD CONSTRAINT k CHECK (N > 0)", "ALTER TABLE T ADD CONSTRAINT K CHECK (N > 1)", "Duplicate name in schema: K."},
	{"a schema called like a table", tableT, "CREATE SCHEMA t", "Duplicate name in schema: t."},
	{"a reference in other letters", tableT, "ALTER TABLE t ADD COLUMN Z INT64", "Table not found: t"},
	{"a column in other letters", tableT, "ALTER TABLE T DROP COLUMN n", "Column not found in table T: n"},
	{"an expression in other letters", tableT, "ALTER TABLE T ADD CONSTRAINT k CHECK (n > 0)", ""},
	{"a name in a schema that is not there", "", "CREATE TABLE z.T (Id INT64) PRIMARY KEY (Id)", "Schema not found: z"},
	{"a schema with tables", "CREATE SCHEMA z; CREATE TABLE z.T (Id INT64) PRIMARY KEY (Id)", "DROP SCHEMA z", "while it has dependencies"},

	// New names.
	{"rename", child, "ALTER TABLE T RENAME TO U", ""},
	{"rename by RENAME TABLE", child, "RENAME TABLE T TO U, C TO D", ""},
	{"rename to a name that is taken", child, "ALTER TABLE T RENAME TO c", "Duplicate name in schema: c."},
	{"rename under a view", viewV, "ALTER TABLE T RENAME TO U", "without leaving it a synonym"},
	{"rename under a view, with a synonym", viewV, "ALTER TABLE T RENAME TO U, ADD SYNONYM T", ""},
	{"a second synonym", tableT + "ALTER TABLE T ADD SYNONYM a", "ALTER TABLE T ADD SYNONYM b", "has a synonym already: a"},
	{"a synonym in a statement", tableT + "ALTER TABLE T ADD SYNONYM a", "CREATE INDEX x ON a(N)", "Table not found: a"},
	{"rename a column", tableT, "ALTER TABLE T RENAME COLUMN N TO X", "Syntax error"},

	// Models, functions, graphs.
	{"model options", "CREATE MODEL m INPUT (q STRING(MAX)) OUTPUT (o FLOAT64) REMOTE OPTIONS (endpoint = 'a')", "ALTER MODEL m SET OPTIONS (endpoint = 'b')", ""},
	{"replace a function", "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x)", "CREATE OR REPLACE FUNCTION f(x INT64) RETURNS INT64 AS (x + 1)", ""},
	{"a function that is there", "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x)", "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x + 1)", "Duplicate name"},
	{"a function in a view", tableT + "CREATE FUNCTION f(x INT64) RETURNS INT64 AS (x); CREATE VIEW V SQL SECURITY INVOKER AS SELECT f(t.N) AS n FROM T AS t", "DROP FUNCTION f", "dependent views: V"},
	{"a graph of nothing", "", "CREATE PROPERTY GRAPH g NODE TABLES (T)", "Table not found: T"},

	// Roles.
	{"a free role", roles, "DROP ROLE r", ""},
	{"a role with privileges", roles + "GRANT SELECT ON TABLE T TO ROLE r", "DROP ROLE r", "revoke them first"},
	{"a role whose privileges are taken", roles + "GRANT SELECT ON TABLE T TO ROLE r; REVOKE SELECT ON TABLE T FROM ROLE r", "DROP ROLE r", ""},
	{"a role taken only from a column", roles + "GRANT SELECT ON TABLE T TO ROLE r; REVOKE SELECT(N) ON TABLE T FROM ROLE r", "DROP ROLE r", "revoke them first"},
	{"a role that has left a role of the system", roles + "GRANT ROLE spanner_info_reader TO ROLE r; REVOKE ROLE spanner_info_reader FROM ROLE r", "DROP ROLE r", ""},
	{"a role with members", roles + "CREATE ROLE m; GRANT ROLE r TO ROLE m", "DROP ROLE r", "revoke them first"},
	{"a privilege on nothing", roles, "GRANT SELECT ON TABLE Zz TO ROLE r", "TABLE not found: Zz"},
	{"a privilege for nobody", roles, "GRANT SELECT ON TABLE T TO ROLE nobody", "Role not found: nobody"},
	{"a column with a privilege", roles + "GRANT SELECT(N) ON TABLE T TO ROLE r", "ALTER TABLE T DROP COLUMN N", "role r has a privilege on it"},

	// What has options.
	{"a locality group in use", "CREATE LOCALITY GROUP g OPTIONS (storage = 'ssd'); CREATE TABLE L (Id INT64) PRIMARY KEY (Id), OPTIONS (locality_group = 'g')", "DROP LOCALITY GROUP g", "table L uses it"},
	{"a locality group that is not there", tableT, "ALTER TABLE T SET OPTIONS (locality_group = 'g')", "Locality group not found: g"},
	{"the default locality group", "", "ALTER LOCALITY GROUP `default` SET OPTIONS (storage = 'hdd')", ""},
	{"a placement key added", tableT, "ALTER TABLE T ADD COLUMN P STRING(MAX) PLACEMENT KEY", "Cannot add placement key"},
	{"a placement", "CREATE PLACEMENT p OPTIONS (instance_partition = 'a')", "DROP PLACEMENT p", ""},
	{"a statistics package", "", "ALTER STATISTICS " + admintest.StatisticsPackage + " SET OPTIONS (allow_gc = false)", ""},
	{"a statistics package that is not there", "", "ALTER STATISTICS zz SET OPTIONS (allow_gc = false)", "Statistics package not found: zz"},

	// Options of the database.
	{"retention", "", "ALTER DATABASE db SET OPTIONS (version_retention_period = '7d')", ""},
	{"too long a retention", "", "ALTER DATABASE db SET OPTIONS (version_retention_period = '8d')", "between 1h and 7d"},
	{"optimizer version 9", "", "ALTER DATABASE db SET OPTIONS (optimizer_version = 9)", "Unexpected value"},
	{"an option that is none", "", "ALTER DATABASE db SET OPTIONS (colour = 'red')", "Option: colour is unknown"},
	{"time zone of an empty database", "", "ALTER DATABASE db SET OPTIONS (default_time_zone = 'UTC')", ""},
	{"time zone of another database", tableT, "ALTER DATABASE db SET OPTIONS (default_time_zone = 'UTC')", "while the database holds no tables"},
	{"a sequence kind in use", "ALTER DATABASE db SET OPTIONS (default_sequence_kind = 'bit_reversed_positive'); CREATE SEQUENCE q", "ALTER DATABASE db SET OPTIONS (default_sequence_kind = null)", "sequences or identity columns use it"},
	{"an option back to its default", "ALTER DATABASE db SET OPTIONS (optimizer_version = 3)", "ALTER DATABASE db SET OPTIONS (optimizer_version = null)", ""},
	{"another database's options", "", "ALTER DATABASE other SET OPTIONS (optimizer_version = 3)", "does not match"},

	// Proto bundles come with descriptors, or not at all.
	{"a bundle without descriptors", "", "CREATE PROTO BUNDLE (a.B)", "not in the proto descriptors"},
	{"a column of an unknown type", "", "CREATE TABLE T (Id INT64, P a.B) PRIMARY KEY (Id)", "Type not found: a.B"},
}

// deep is a table L0 with as many levels below it.
func deep(levels int) string {
	text, columns, key := "", "", ""
	for i := range levels + 1 {
		k := "K" + string(rune('0'+i))
		columns += k + " INT64, "
		key += ", " + k
		text += "CREATE TABLE L" + string(rune('0'+i)) + " (" + columns + ") PRIMARY KEY (" + key[2:] + ")"
		if i > 0 {
			text += ", INTERLEAVE IN PARENT L" + string(rune('0'+i-1))
		}
		text += ";"
	}
	return text
}

// cut makes statements of a text whose literals hold no ";".
func cut(text string) []string {
	var out []string
	for statement := range strings.SplitSeq(text, ";") {
		if statement = strings.TrimSpace(statement); statement != "" {
			out = append(out, statement)
		}
	}
	return out
}

func TestRules(t *testing.T) {
	t.Parallel()
	for _, rule := range rules {
		t.Run(rule.name, func(t *testing.T) {
			t.Parallel()
			s := admintest.StartSpanner(t, path)
			if before := cut(rule.before); len(before) > 0 {
				if err := s.Change(before...); err != nil {
					t.Fatalf("the schema before: %v", err)
				}
			}
			was := echo(t, s)
			err := s.Change(cut(rule.statement)...)
			if rule.refusal == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if echo(t, s) == was && !strings.Contains(rule.statement, "allow_commit_timestamp") {
					t.Error("the statement was taken and changed nothing")
				}
				return
			}
			if err == nil || !strings.Contains(status.Convert(err).Message(), rule.refusal) {
				t.Fatalf("answered %v, want a refusal that says %q", err, rule.refusal)
			}
			if code := status.Code(err); code != codes.InvalidArgument && code != codes.FailedPrecondition && code != codes.NotFound {
				t.Errorf("refused as %s", code)
			}
			if now := echo(t, s); now != was {
				t.Errorf("a refused statement left something behind:\n%s", now)
			}
		})
	}
}

func echo(t *testing.T, s *admintest.Spanner) string {
	t.Helper()
	statements, err := s.Echo()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(statements, ";\n")
}

func TestRequests(t *testing.T) {
	t.Parallel()
	const good = "CREATE TABLE T (Id INT64) PRIMARY KEY (Id)"
	many := make([]string, 11)
	for i := range many {
		many[i] = "CREATE INDEX x" + string(rune('a'+i)) + " ON T(Id)"
	}
	for _, c := range []struct {
		name    string
		req     *databasepb.UpdateDatabaseDdlRequest
		code    codes.Code
		refusal string
	}{
		{"another database", &databasepb.UpdateDatabaseDdlRequest{Database: path + "2", Statements: []string{good}}, codes.NotFound, "Database not found"},
		{"nothing", &databasepb.UpdateDatabaseDdlRequest{Database: path}, codes.InvalidArgument, "at least one"},
		{"an empty statement", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{""}}, codes.InvalidArgument, "DDL statement is empty"},
		{"a comment first", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{"-- new\n" + good}}, codes.InvalidArgument, "comment at the start"},
		{"a semicolon last", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good + ";"}}, codes.InvalidArgument, "found ';'"},
		{"no DDL", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{"UPDATE T SET Id = 1 WHERE TRUE"}}, codes.InvalidArgument, "ddl_statement"},
		{"a bad id", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good}, OperationId: "Not-Good"}, codes.InvalidArgument, "Invalid operation id"},
		{"an id of Spanner's own kind", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good}, OperationId: "_auto"}, codes.InvalidArgument, "Invalid operation id"},
		{"a used id", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good}, OperationId: "first"}, codes.AlreadyExists, "first"},
		{"a bad statement behind a good one", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good, "DROP TABLE Zz"}}, codes.NotFound, "Table not found: Zz"},
		{"eleven backfills", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: many}, codes.InvalidArgument, "11 statements that validate or backfill"},
		{"too much", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good + strings.Repeat(" ", 11<<20)}}, codes.InvalidArgument, "exceed"},
		{"descriptors that are none", &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{good}, ProtoDescriptors: []byte("no")}, codes.InvalidArgument, "FileDescriptorSet"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s := admintest.StartSpanner(t, path)
			seed := &databasepb.UpdateDatabaseDdlRequest{Database: path, OperationId: "first", Statements: []string{"CREATE ROLE seed"}}
			if len(c.req.Statements) == len(many) {
				seed.Statements = append(seed.Statements, good)
			}
			if _, err := s.UpdateDatabaseDdl(t.Context(), seed); err != nil {
				t.Fatal(err)
			}
			was := echo(t, s)
			_, err := s.UpdateDatabaseDdl(t.Context(), c.req)
			if status.Code(err) != c.code || !strings.Contains(status.Convert(err).Message(), c.refusal) {
				t.Fatalf("answered %v, want %s that says %q", err, c.code, c.refusal)
			}
			if now := echo(t, s); now != was {
				t.Errorf("a refused request left something behind:\n%s", now)
			}
		})
	}
}
