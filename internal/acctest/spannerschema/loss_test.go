package spannerschema_test

import (
	"regexp"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// said makes a pattern of words that core may break into lines.
func said(words string) *regexp.Regexp {
	return regexp.MustCompile(regexp.MustCompile(`\s+`).ReplaceAllString(regexp.QuoteMeta(words), `[\s│]+`))
}

func TestRefusesLoss(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const without = "CREATE TABLE Events (Id STRING(36) NOT NULL, Region STRING(32)) PRIMARY KEY (Id)"
	const column = "ALTER TABLE Events DROP COLUMN Payload"
	b.test(
		applies(b.config(text(regions, events)), plancheck.ResourceActionCreate, regions, events),
		resource.TestStep{Config: b.config(text(regions, without)), ExpectError: said(`allow_destructive = ["Events.Payload"]`)},
		resource.TestStep{Config: b.config(text(regions, without)), ExpectError: said("[destructive] " + column)},
		resource.TestStep{Config: b.config(text(without)), ExpectError: said("DROP TABLE Regions")},
		// Nothing happened, and nothing stands in the way of the former text.
		acctest.EmptyPlan(b.config(text(regions, events))),
		applies(b.config(text(regions, without)+`allow_destructive = ["Events.Payload"]`), plancheck.ResourceActionUpdate, column),
		applies(b.config(text(without)+`allow_destructive = ["*"]`), plancheck.ResourceActionUpdate, "DROP TABLE Regions"),
	)
	b.wantLive("Events")
}

func TestLeavesUnmanagedObjectsAlone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const others = "CREATE TABLE Others (Id INT64) PRIMARY KEY (Id)"
	b.change(others)
	create := applies(b.config(text(regions)), plancheck.ResourceActionCreate, regions)
	create.ConfigStateChecks = []statecheck.StateCheck{shows("unmanaged_objects", names("Others"))}
	all := applies(b.config(text(regions)+`allow_destructive = ["*"]`), plancheck.ResourceActionUpdate)
	all.ConfigStateChecks = create.ConfigStateChecks
	all.Check = live(b, "Others", "Regions")
	exact := applies(b.config(text(regions)+`allow_destructive = ["Others"]`), plancheck.ResourceActionUpdate, "DROP TABLE Others")
	exact.ConfigStateChecks = []statecheck.StateCheck{shows("unmanaged_objects", names())}
	b.test(create, all, exact)
	b.wantLive("Regions")
}

func TestMalformed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	steps := []resource.TestStep{}
	for arguments, words := range map[string]string{
		"ddl = \"CREATE TABLE A (\\n  Id INT64 DEFAULT ('x)\\n) PRIMARY KEY (Id)\"":                           "ddl:2:21",
		"ddl_files = { \"010.sql\" = \"" + regions + "\", \"020.sql\" = \"\\n\\nCREATE TABLE A (Id INT64\" }": "020.sql:3:16",
		"ddl = \"\"":                             "never taken as the wish to drop everything",
		"ddl_files = {}":                         "declares nothing",
		"":                                       "There is no DDL",
		"ddl = \"a\"\nddl_files = { a = \"b\" }": "not both",
	} {
		steps = append(steps, resource.TestStep{Config: b.config(arguments), ExpectError: said(words), PlanOnly: true})
	}
	b.test(steps...)
	if reads, writes := b.gateway.counts(); reads+writes != 0 {
		t.Errorf("%d reads and %d schema changes for texts that cannot be read", reads, writes)
	}
}
