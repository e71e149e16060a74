package spannerschema_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const (
	regions = "CREATE TABLE Regions (Region STRING(32) NOT NULL) PRIMARY KEY (Region)"
	events  = "CREATE TABLE Events (Id STRING(36) NOT NULL, Region STRING(32), Payload JSON) PRIMARY KEY (Id)"
)

// test runs steps against the bench's database.
func (b *bench) test(steps ...resource.TestStep) {
	b.t.Helper()
	resource.Test(b.t, resource.TestCase{
		ProtoV6ProviderFactories: acctest.Factories(b.t, "SPANNER_EMULATOR_HOST", b.gateway.address),
		Steps:                    steps,
	})
}

// applies is a step whose plan takes this action and shows these statements,
// and which leaves an empty plan.
func applies(config string, action plancheck.ResourceActionType, statements ...string) resource.TestStep {
	return resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectResourceAction(address, action),
				plancheck.ExpectKnownValue(address, tfjsonpath.New("planned_statements"), exactly(statements...)),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}

// exactly are planned statements, whatever their hazards.
func exactly(statements ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, statement := range statements {
		checks = append(checks, knownvalue.ObjectPartial(map[string]knownvalue.Check{
			"statement": knownvalue.StringExact(statement),
			"hazard":    knownvalue.StringRegexp(regexp.MustCompile(`^(instant|validates|backfill|unsafe|destructive)$`)),
			"reason":    knownvalue.StringRegexp(regexp.MustCompile(`.`)),
		}))
	}
	return knownvalue.ListExact(checks)
}

// shows checks an attribute of the state.
func shows(name string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(address, tfjsonpath.New(name), value)
}

func names(names ...string) knownvalue.Check {
	checks := []knownvalue.Check{}
	for _, name := range names {
		checks = append(checks, knownvalue.StringExact(name))
	}
	return knownvalue.ListExact(checks)
}

func live(b *bench, names ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		b.wantLive(names...)
		return nil
	}
}

func TestLifecycle(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.config(text("-- Where the ledger is.", regions, events))
	create := applies(first, plancheck.ResourceActionCreate, regions, events)
	create.ConfigStateChecks = []statecheck.StateCheck{
		shows("database_path", knownvalue.StringExact(b.database)),
		shows("unmanaged_objects", names()),
		shows("allow_destructive", knownvalue.SetSizeExact(0)),
		shows("on_destroy", knownvalue.StringExact("abandon")),
	}
	create.Check = live(b, "Regions", "Events")

	wider := regexp.MustCompile(`STRING\(36\)`).ReplaceAllString(events, "STRING(64)")
	wider = regexp.MustCompile(`Payload JSON`).ReplaceAllString(wider, "Payload JSON, Born TIMESTAMP")
	change := applies(b.config(text(regions, wider, "CREATE INDEX EventsByRegion ON Events (Region)")), plancheck.ResourceActionUpdate,
		"ALTER TABLE Events ALTER COLUMN Id STRING(64) NOT NULL",
		"ALTER TABLE Events ADD COLUMN Born TIMESTAMP",
		"CREATE INDEX EventsByRegion ON Events (Region)")
	change.Check = live(b, "Regions", "Events", "EventsByRegion")

	b.test(
		create,
		acctest.EmptyPlan(first),
		change,
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: b.database, ImportStateVerify: true,
			ImportStateVerifyIdentifierAttribute: "database_path",
			// An import has the database's own text, and was refreshed.
			ImportStateVerifyIgnore: []string{"ddl", "planned_statements"}},
	)
	b.wantLive("Regions", "Events", "EventsByRegion") // on_destroy is abandon
}

func TestWordingIsNoChange(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.test(
		applies(b.config(text(regions, events)), plancheck.ResourceActionCreate, regions, events),
		acctest.EmptyPlan(b.config("ddl = \"create table Regions ( -- all\\n Region string( 32 ) not null, ) primary key(Region ASC); /* more */ "+events+"\"")),
		acctest.EmptyPlan(b.config(text(events, "", regions))),
		acctest.EmptyPlan(b.configOf(b.id(), text(regions, events))),
	)
}

func TestAdopts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(regions)
	b.sql("INSERT INTO Regions (Region) VALUES ('us-east1')")
	adopt := applies(b.config(text(regions, events)), plancheck.ResourceActionCreate, events)
	nothing := applies(b.config(text(regions, events)), plancheck.ResourceActionNoop)
	b.test(adopt, nothing)
	b.wantLive("Regions", "Events")
}

func TestAdoptsWithoutStatements(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(regions)
	b.test(applies(b.config(text(regions)), plancheck.ResourceActionCreate))
	if _, writes := b.gateway.counts(); writes != 0 {
		t.Errorf("%d schema changes for an adopted schema", writes)
	}
}

func TestDropsOnDestroy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change("CREATE TABLE Others (Id INT64) PRIMARY KEY (Id)")
	b.test(applies(b.config(text(regions, events, "CREATE INDEX ByRegion ON Events (Region)")+`on_destroy = "drop"`),
		plancheck.ResourceActionCreate, regions, events, "CREATE INDEX ByRegion ON Events (Region)"))
	b.wantLive("Others")
}

func TestFiles(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const index = "CREATE INDEX ByRegion ON Events (Region)"
	files := func(third string) string {
		return b.config("ddl_files = {\n \"030_index.sql\" = \"" + third + "\"\n \"020_events.sql\" = \"" + events + ";\"\n \"010_regions.sql\" = \"" + regions + "\"\n}\n")
	}
	b.test(
		applies(files(index), plancheck.ResourceActionCreate, regions, events, index),
		acctest.EmptyPlan(files("-- as before\\n"+index)),
		// One text instead of three is a change of words only.
		applies(b.config(text(regions, events, index)), plancheck.ResourceActionUpdate),
	)
}

func TestImportBlock(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(regions, events)
	b.test(
		resource.TestStep{
			Config: b.configOf(b.id(), text("-- mine", events, regions)) + "import {\n to = " + address + "\n id = \"" + b.id() + "\"\n}\n",
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionNoop)},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
		applies(b.config(text("-- mine", events, regions, "CREATE INDEX ByRegion ON Events (Region)")), plancheck.ResourceActionUpdate,
			"CREATE INDEX ByRegion ON Events (Region)"),
	)
}

func TestUnknownDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	config := acctest.ProviderBlock(t, "") + `
resource "terraform_data" "database" {
  input = "` + b.id() + `"
}

resource "proveniq_spanner_schema" "ledger" {
  database = terraform_data.database.output
` + text(regions) + `}
`
	b.test(resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply: []plancheck.PlanCheck{
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("planned_statements")),
				plancheck.ExpectUnknownValue(address, tfjsonpath.New("database_path")),
			},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
		Check: live(b, "Regions"),
	})
}
