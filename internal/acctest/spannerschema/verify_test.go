package spannerschema_test

import (
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// Each change is one that the rows forbid; Spanner would find it out after
// hours, the plan says it at once.
func TestVerifyData(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const places = "CREATE TABLE Places (Region STRING(32) NOT NULL) PRIMARY KEY (Region)"
	const before = `CREATE TABLE Events (
  Id INT64 NOT NULL,
  Region STRING(32),
  Kind STRING(MAX),
  Digest BYTES(64),
  Tags ARRAY<STRING(32)>,
  Height INT64,
  Born TIMESTAMP,
) PRIMARY KEY (Id)`
	after := replaced(before,
		"Kind STRING(MAX)", "Kind STRING(4)",
		"Region STRING(32)", "Region STRING(32) NOT NULL",
		"Digest BYTES(64)", "Digest BYTES(2)",
		"ARRAY<STRING(32)>", "ARRAY<STRING(2)>",
		"Born TIMESTAMP", "Born TIMESTAMP OPTIONS (allow_commit_timestamp = true)",
		",\n)", ",\n  CONSTRAINT HeightIsPositive CHECK (Height > 0),\n  CONSTRAINT InPlace FOREIGN KEY (Region) REFERENCES Places (Region),\n)")
	// Queries do not pass the gateway.
	tf := acctest.NewCLI(t, b.config(text(places, before)))
	tf.Apply(0)
	b.sql(`INSERT INTO Events (Id, Region, Kind, Digest, Tags, Height, Born) VALUES
		(1, NULL, 'note', b'a', ['x'], 1, NULL),
		(2, 'nowhere', 'message', b'abc', ['xyz'], -7, TIMESTAMP '2999-01-01')`)
	b.sql(`INSERT INTO Events (Id, Region, Kind) VALUES (3, 'nowhere', 'entry')`)
	changed := text(places, after, "CREATE UNIQUE INDEX OnePerRegion ON Events (Region)", "CREATE UNIQUE NULL_FILTERED INDEX OnePerHeight ON Events (Height)")

	tf.Write(b.config(changed + `verify_data = "keys"`))
	output := tf.Run(1, "plan", "-no-color", "-input=false")
	acctest.WantOutput(t, output, "Existing rows would make the change fail",
		"1 row with NULL in Events.Region", "For example: (1)",
		"2 rows with a value in Events.Kind that does not fit into STRING(4). For example: (2), (3)",
		"1 row with a value in Events.Digest that does not fit into BYTES(2). For example: (2)",
		"1 row with a value in Events.Tags that does not fit into ARRAY<STRING(2)>. For example: (2)",
		"1 row with a time in the future in Events.Born",
		"1 row not fulfilling CHECK (Height > 0)",
		"2 rows referring to no row of Places",
		`1 key of (Region) that several rows of Events share, where index OnePerRegion is to be unique. For example: ("nowhere")`,
		"ALTER TABLE Events")
	if strings.Contains(output, "OnePerHeight (") {
		t.Errorf("an index that no rows contradict is reported:\n%s", output)
	}

	tf.Write(b.config(changed + `verify_data = "count"`))
	if output := tf.Run(1, "plan", "-no-color", "-input=false"); strings.Contains(output, "For example") {
		t.Errorf("keys are shown that were not asked for:\n%s", output)
	}

	b.sql("INSERT INTO Places (Region) VALUES ('a'), ('b'), ('c')",
		"UPDATE Events SET Region = 'a', Kind = 'k', Digest = NULL, Tags = NULL, Height = 1, Born = NULL WHERE Id = 1",
		"UPDATE Events SET Region = 'b', Kind = 'k', Digest = NULL, Tags = NULL, Height = 2, Born = NULL WHERE Id = 2",
		"UPDATE Events SET Region = 'c', Kind = 'k' WHERE Id = 3")
	tf.Apply(0)
	tf.Plan(false)
	b.wantLive("Places", "Events", "OnePerRegion")
}

// Of what the change itself makes, renames or loses there is nothing to ask.
func TestVerifyDataBesideOtherChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := acctest.NewCLI(t, b.config(text(events)))
	tf.Apply(0)
	b.sql("INSERT INTO Events (Id) VALUES ('a')")
	const renamed = "CREATE TABLE Entries (Id STRING(36) NOT NULL, Region STRING(32) NOT NULL, Payload JSON, Kind STRING(8), CONSTRAINT K CHECK (Kind != 'x')) PRIMARY KEY (Id)"
	tf.Write(b.config(text(renamed, regions, "CREATE UNIQUE INDEX R ON Regions (Region)") + "verify_data = \"keys\"\nrenames = [{ from = \"Events\", to = \"Entries\" }]\n"))
	acctest.WantOutput(t, tf.Run(1, "plan", "-no-color", "-input=false"), `1 row with NULL in Entries.Region, which becomes NOT NULL. For example: ("a")`)
	b.sql("UPDATE Events SET Region = 'us-east1' WHERE Id = 'a'")
	tf.Apply(0)
	b.wantLive("Entries", "Regions", "R")
}

// TestVerifyDataInPostgreSQL is TestVerifyData for the other dialect, whose
// queries are spelled otherwise.
func TestVerifyDataInPostgreSQL(t *testing.T) {
	t.Parallel()
	b := newPostgresBench(t)
	const places = "CREATE TABLE places (region varchar(32) PRIMARY KEY)"
	const before = `CREATE TABLE events (
  id bigint NOT NULL,
  part varchar(8) NOT NULL,
  "Region" varchar(32),
  kind text,
  digest bytea,
  tags varchar(32)[],
  height bigint,
  PRIMARY KEY (id, part)
)`
	after := replaced(before,
		"kind text", "kind varchar(4)",
		`"Region" varchar(32)`, `"Region" varchar(32) NOT NULL`,
		"digest bytea", "digest varchar(2)",
		"tags varchar(32)", "tags varchar(2)",
		"PRIMARY KEY", `CONSTRAINT height_is_positive CHECK (height > 0), CONSTRAINT in_place FOREIGN KEY ("Region") REFERENCES places (region), PRIMARY KEY`)
	// Queries do not pass the gateway.
	tf := acctest.NewCLI(t, b.config(text(places, before)))
	tf.Apply(0)
	b.sql(`INSERT INTO events (id, part, "Region", kind, digest, tags, height) VALUES
		(1, 'it''s', NULL, 'note', 'a'::bytea, ARRAY['x'], 1),
		(2, '', 'nowhere', 'message', 'abc'::bytea, ARRAY['xyz'], -7)`,
		// Two rows without a height, which the unique index takes.
		`INSERT INTO events (id, part, "Region", kind) VALUES (3, 'c', 'nowhere', 'entry'), (4, 'd', 'd', 'k')`)
	changed := text(places, after, `CREATE UNIQUE INDEX one_per_region ON events ("Region")`, "CREATE UNIQUE INDEX one_per_height ON events (height)")

	tf.Write(b.config(changed + `verify_data = "keys"`))
	output := tf.Run(1, "plan", "-no-color", "-input=false")
	acctest.WantOutput(t, output, "Existing rows would make the change fail",
		"1 row with NULL in events.Region", "For example: (1, 'it''s')",
		"2 rows with a value in events.kind that does not fit into varchar(4). For example: (2, ''), (3, 'c')",
		"1 row with a value in events.digest that does not fit into varchar(2). For example: (2, '')",
		"1 row with a value in events.tags that does not fit into varchar(2)[]. For example: (2, '')",
		"1 row not fulfilling CHECK (height > 0)",
		"3 rows referring to no row of places",
		`1 key of ("Region") that several rows of events share, where index one_per_region is to be unique. For example: ('nowhere')`,
		"ALTER TABLE events")
	if strings.Contains(output, "one_per_height (") || strings.Contains(output, "not verified") {
		t.Errorf("what no rows contradict is reported:\n%s", output)
	}

	tf.Write(b.config(changed + `verify_data = "count"`))
	if output := tf.Run(1, "plan", "-no-color", "-input=false"); strings.Contains(output, "For example") {
		t.Errorf("keys are shown that were not asked for:\n%s", output)
	}

	b.sql("INSERT INTO places (region) VALUES ('a'), ('b'), ('c'), ('d')",
		`UPDATE events SET "Region" = 'a' WHERE id = 1`,
		`UPDATE events SET "Region" = 'b', kind = 'k', digest = NULL, tags = NULL, height = 2 WHERE id = 2`,
		`UPDATE events SET "Region" = 'c', kind = 'k' WHERE id = 3`)
	tf.Apply(0)
	tf.Plan(false)
	b.wantLive("places", "events", "one_per_region", "one_per_height")
}

// TestVerifyDataUnanswered: what the database refuses to answer is said, and
// hides nothing of what it answers.
func TestVerifyDataUnanswered(t *testing.T) {
	t.Parallel()
	b := newPostgresBench(t)
	const before = "CREATE TABLE sums (id bytea PRIMARY KEY, note bytea, amount bigint)"
	after := replaced(before, "note bytea", "note text", "amount bigint", "amount bigint NOT NULL")
	tf := acctest.NewCLI(t, b.config(text(before)))
	tf.Apply(0)
	// Neither is a text.
	b.sql(`INSERT INTO sums (id, note) VALUES ('\xff'::bytea, '\xfe'::bytea)`)
	tf.Write(b.config(text(after) + `verify_data = "keys"`))
	acctest.WantOutput(t, tf.Run(1, "plan", "-no-color", "-input=false"),
		"Existing rows are not verified", "sums.note: ",
		"1 row with NULL in sums.amount, which becomes NOT NULL. Their keys cannot be shown: ")
}
