package spannertopology_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const ledger = "data.proveniq_spanner_topology.ledger"

func test(t *testing.T, steps ...resource.TestStep) {
	t.Helper()
	resource.Test(t, resource.TestCase{ProtoV6ProviderFactories: acctest.Factories(t), Steps: steps})
}

// The example of the documentation, without anything to read: it is known when
// the plan is made, and says what it says twice.
func TestExample(t *testing.T) {
	t.Parallel()
	example, err := os.ReadFile(filepath.Join("..", "..", "..", "examples", "data-sources", "proveniq_spanner_topology", "data-source.tf"))
	if err != nil {
		t.Fatal(err)
	}
	config := string(example)
	floors := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"us-east1": knownvalue.Int64Exact(14), "europe-west1": knownvalue.Int64Exact(193), "asia-southeast1": knownvalue.Int64Exact(447),
	})
	test(t, resource.TestStep{
		Config:           config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectKnownOutputValue("transaction_floors_ms", floors)}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(ledger, tfjsonpath.New("survivors").AtMapKey("us-east1").AtMapKey("leader"), knownvalue.StringExact("us-east4")),
			statecheck.ExpectKnownValue(ledger, tfjsonpath.New("sla_percent"), knownvalue.Float64Exact(99.999)),
			statecheck.ExpectKnownOutputValueAtPath("advice", tfjsonpath.New("base_config"), knownvalue.StringExact("eur5")),
		},
	}, acctest.EmptyPlan(config))
}

// What is not known when the plan is made is read in the apply.
func TestUnknownConfiguration(t *testing.T) {
	t.Parallel()
	config := `
resource "terraform_data" "chosen" {
  input = { base = "nam3", leader = "us-east1", region = "europe-west1" }
}

data "proveniq_spanner_topology" "ledger" {
  base_config        = terraform_data.chosen.output.base
  leader             = terraform_data.chosen.output.leader
  replicas           = [{ location = terraform_data.chosen.output.region }]
  read_lease_regions = [terraform_data.chosen.output.region]
  regions            = [terraform_data.chosen.output.region]
}

output "commit_floor_ms" {
  value = provider::proveniq::commit_floor_ms({ base_config = "nam3", leader = terraform_data.chosen.output.leader }, "europe-west1")
}
`
	test(t, resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{PreApply: []plancheck.PlanCheck{
			plancheck.ExpectUnknownOutputValue("commit_floor_ms"),
			plancheck.ExpectResourceAction(ledger, plancheck.ResourceActionRead),
		}},
		ConfigStateChecks: []statecheck.StateCheck{
			statecheck.ExpectKnownValue(ledger, tfjsonpath.New("quorum_ms"), knownvalue.Int64Exact(90)),
			statecheck.ExpectKnownOutputValue("commit_floor_ms", knownvalue.Int64Exact(102)),
		},
	}, acctest.EmptyPlan(config))
}

// Mistakes are told when the configuration is validated, at their line.
func TestMistakes(t *testing.T) {
	t.Parallel()
	for argument, says := range map[string]string{
		`base_config = "nam4"`: `(?s)base_config = "nam4".*no base configuration "nam4"`,
		`base_config = "nam3"
  leader = "europe-west1"`: `(?s)leader = "europe-west1".*us-east4, us-east1`,
		`base_config = "nam3"
  replicas = [{ location = "europe-west1", count = 2 }]`: `(?s)europe-west1\s+is\s+1;\s+2\s+were\s+asked\s+for`,
	} {
		config := fmt.Sprintf("data \"proveniq_spanner_topology\" \"ledger\" {\n  %s\n}\n", argument)
		test(t, resource.TestStep{Config: config, PlanOnly: true, ExpectError: regexp.MustCompile(says)})
	}
}

// Null arguments of functions are told apart from those that are left out.
func TestFunctionArguments(t *testing.T) {
	t.Parallel()
	for call, says := range map[string]string{
		`commit_floor_ms(null, "us-east1")`:                     `must not be null`,
		`commit_floor_ms({ base_config = null }, "us-east1")`:   `topology.base_config must be`,
		`availability(null)`:                                    `must not be null`,
		`monthly_cost({}, { spanner_node_regional = null })`:    `(?s)spanner_node_regional\s+is\s+null`,
		`failover_order("us-east1", ["us-east1", null])`:        `(?s)null\s+or\s+empty`,
		`detection_seconds(5, 6, 2)`:                            `(?s)longer\s+than\s+the\s+interval`,
		`promises_table([{ promise = "commit", why = ["x"] }])`: `promises\[0\]\.why`,
	} {
		test(t, resource.TestStep{Config: "output \"answer\" {\n  value = provider::proveniq::" + call + "\n}\n" + providers, PlanOnly: true, ExpectError: regexp.MustCompile(says)})
	}
}

// providers makes core load the provider where nothing but a function needs it.
const providers = `
data "proveniq_spanner_topology" "any" {
  base_config = "nam3"
}
`

// A configuration of the local cloud is read over REST.
func TestInstanceConfig(t *testing.T) {
	t.Parallel()
	endpoint := strings.Replace(acctest.Cloud(t).ComputeEndpoint(), "/compute/v1/", "/spanner.googleapis.com/v1/", 1)
	config := acctest.ProviderBlock(t, fmt.Sprintf("spanner_custom_endpoint = %q", endpoint)) + `
data "proveniq_spanner_topology" "ledger" {
  instance_config = "nam3"
  leader          = "us-east1"
}
`
	test(t, resource.TestStep{Config: config, ConfigStateChecks: []statecheck.StateCheck{
		statecheck.ExpectKnownValue(ledger, tfjsonpath.New("name"), knownvalue.StringExact("nam3")),
		statecheck.ExpectKnownValue(ledger, tfjsonpath.New("quorum_ms"), knownvalue.Int64Exact(12)),
		statecheck.ExpectKnownValue(ledger, tfjsonpath.New("resource_location"), knownvalue.StringExact("us")),
	}}, acctest.EmptyPlan(config))
}
