package spannerschema_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// everything has one object of each kind, in an order that no server accepts.
const everything = `
CREATE VIEW Latest SQL SECURITY INVOKER AS SELECT e.Id, e.Kind FROM Events AS e; -- needs Events
CREATE CHANGE STREAM Changes FOR Events(Kind, Payload), Blocks OPTIONS (retention_period = '2d');
CREATE INDEX EventsByKind ON Events (Kind DESC) STORING (Payload);
CREATE TABLE Proofs (
  Id INT64 NOT NULL,
  Number INT64 NOT NULL,
  Made TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
  CONSTRAINT NumberIsPositive CHECK (Number > 0)
) PRIMARY KEY (Id, Number),
  INTERLEAVE IN PARENT Events ON DELETE CASCADE,
  ROW DELETION POLICY (OLDER_THAN(Made, INTERVAL 30 DAY));
CREATE TABLE Events (
  Id INT64 NOT NULL DEFAULT (GET_NEXT_SEQUENCE_VALUE(SEQUENCE Ids)),
  Kind STRING(32) NOT NULL DEFAULT ('entry'),
  Upper STRING(32) AS (UPPER(Kind)) STORED,
  Payload JSON,
  Height INT64,
  CONSTRAINT EventInBlock FOREIGN KEY (Height) REFERENCES Blocks (Height)
) PRIMARY KEY (Id);
CREATE TABLE Blocks (Height INT64 NOT NULL, Digest BYTES(32)) PRIMARY KEY (Height);
CREATE SEQUENCE Ids OPTIONS (sequence_kind = 'bit_reversed_positive');
`

func replaced(text string, pairs ...string) string {
	return strings.NewReplacer(pairs...).Replace(text)
}

// sends is a step whose plan shows as many statements, all of them of this
// pattern, and which leaves an empty plan.
func sends(config string, action plancheck.ResourceActionType, count int, pattern string) resource.TestStep {
	checks := []knownvalue.Check{}
	for range count {
		checks = append(checks, knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"statement": knownvalue.StringRegexp(regexp.MustCompile(pattern)),
		}))
	}
	return resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, action),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("planned_statements"), knownvalue.ListExact(checks)),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}

func TestEveryKind(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.test(
		sends(b.config(text(everything)), plancheck.ResourceActionCreate, 7, `^(CREATE|ALTER)`),
		acctest.EmptyPlan(b.config(text("-- as it was\n"+everything))),
		sends(b.config(text(replaced(everything,
			"Digest BYTES(32)", "Digest BYTES(64), Weight FLOAT64 DEFAULT (1.5)",
			"STORING (Payload)", "STORING (Payload, Height)",
			"'2d'", "'3d'",
			"INTERVAL 30 DAY", "INTERVAL 60 DAY",
			"ON DELETE CASCADE", "ON DELETE NO ACTION",
			"SELECT e.Id, e.Kind", "SELECT e.Id, e.Kind, e.Height",
			"DEFAULT ('entry')", "DEFAULT ('event')",
		))), plancheck.ResourceActionUpdate, 8, `^(ALTER|CREATE OR REPLACE VIEW)`),
		acctest.EmptyPlan(b.config(text(replaced(everything,
			"Digest BYTES(32)", "Digest BYTES(64), Weight FLOAT64 DEFAULT (1.5)",
			"STORING (Payload)", "STORING (Height, Payload)",
			"'2d'", "\"3d\"",
			"INTERVAL 30 DAY", "INTERVAL 60 DAY",
			"ON DELETE CASCADE", "",
			"SELECT e.Id, e.Kind", "SELECT e.Id, e.Kind, e.Height",
			"DEFAULT ('entry')", "DEFAULT ('event')",
		)))),
		resource.TestStep{Config: b.config(text(everything) + "on_destroy = \"drop\"\n" + `allow_destructive = ["*", "Proofs"]`)},
	)
	if live := b.live(); live != "" {
		t.Errorf("left after the destroy:\n%s", live)
	}
}

func TestThereAndBackAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const one = "CREATE INDEX ByRegion ON Events (Region)"
	without := b.config(text(events) + `allow_destructive = ["*"]`)
	with := b.config(text(events, one) + `allow_destructive = ["*"]`)
	steps := []resource.TestStep{applies(without, plancheck.ResourceActionCreate, events)}
	for range 3 {
		steps = append(steps,
			applies(with, plancheck.ResourceActionUpdate, one),
			applies(without, plancheck.ResourceActionUpdate, "DROP INDEX ByRegion"))
	}
	b.test(steps...)
	b.wantLive("Events")
}

func TestTwoOwnersInOneApply(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	owners := func(first, second string) string {
		return b.config(text(events, first)) + replaced(b.config(text(regions, second)), acctest.ProviderBlock(t, ""), "", `"ledger" {`, `"other" {`)
	}
	empty := resource.ConfigPlanChecks{PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}}
	b.test(
		resource.TestStep{Config: owners("", ""), ConfigPlanChecks: empty},
		resource.TestStep{Config: owners("CREATE INDEX ByRegion ON Events (Region)", "ALTER TABLE Regions ADD COLUMN Name STRING(MAX)"), ConfigPlanChecks: empty},
	)
	b.wantLive("Events", "ByRegion", "Regions")
}

func TestChangedBeforeTheFirstApply(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events, regions)))
	tf.Plan(true, "-out=saved")
	b.change(regions)
	b.gateway.counts()
	// Core itself refuses what is no longer the plan that was shown.
	acctest.WantOutput(t, tf.Run(1, "apply", "-no-color", "-input=false", "saved"), "inconsistent final plan")
	if _, writes := b.gateway.counts(); writes != 0 {
		t.Errorf("%d schema changes were sent", writes)
	}
	tf.Apply(0)
	b.wantLive("Regions", "Events")
}
