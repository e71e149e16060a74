package spannerschema_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

func TestDataSource(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const index = "CREATE INDEX ByRegion ON Events (Region)"
	b.change(regions, events, index)
	config := b.config(text(regions, events, index)) + `
data "proveniq_spanner_schema" "live" {
  database   = proveniq_spanner_schema.ledger.database_path
  depends_on = [proveniq_spanner_schema.ledger]
}
`
	const live = "data.proveniq_spanner_schema.live"
	b.test(resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue(live, tfjsonpath.New("database_path"), knownvalue.StringExact(b.database)),
		statecheck.ExpectKnownValue(live, tfjsonpath.New("dialect"), knownvalue.StringExact("GOOGLE_STANDARD_SQL")),
		statecheck.ExpectKnownValue(live, tfjsonpath.New("statements"), knownvalue.ListSizeExact(3)),
		statecheck.ExpectKnownValue(live, tfjsonpath.New("objects").AtSliceIndex(2), knownvalue.ObjectExact(map[string]knownvalue.Check{
			"kind":         knownvalue.StringExact("INDEX"),
			"name":         knownvalue.StringExact("ByRegion"),
			"ddl":          knownvalue.StringExact("CREATE INDEX ByRegion ON Events(Region)"),
			"dependencies": names("Events"),
		})),
	}})
}

func TestFunctions(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	output := func(name string, value knownvalue.Check) statecheck.StateCheck {
		return statecheck.ExpectKnownOutputValue(name, value)
	}
	config := b.config(text(regions)) + `
output "diff" {
  value = provider::proveniq::schema_diff("` + regions + `", "` + regions + ";" + blocks + `")
}

output "same" {
  value = provider::proveniq::canonicalize_ddl("create table T(A int64)primary key(A)") == provider::proveniq::canonicalize_ddl(<<-EOT
    CREATE TABLE T (
      A INT64, -- the key
    ) PRIMARY KEY (A ASC);
  EOT
  , "GOOGLE_STANDARD_SQL")
}

output "statements" {
  value = provider::proveniq::ddl_statements("CREATE SCHEMA a; CREATE SCHEMA b;")
}
`
	b.test(resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		output("diff", exactly(blocks)),
		output("same", knownvalue.Bool(true)),
		output("statements", names("CREATE SCHEMA a", "CREATE SCHEMA b")),
	}})
}
