package binary

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// The provider may be configured by what the same apply creates: the first
// plan succeeds although its arguments are unknown, and the apply knows them.
func TestProviderArgumentsThatAreKnownAfterApply(t *testing.T) {
	t.Parallel()
	project := acctest.NewProject(t)
	localcloud.DefaultLedger(project).AddTo(acctest.Cloud(t).API())
	database := acctest.NewDatabase(t)
	core := acctest.NewCLI(t, `
resource "terraform_data" "settings" {
  input = {
    project  = "`+project+`"
    timeout  = "1m"
    endpoint = "`+acctest.Cloud(t).ComputeEndpoint()+`"
  }
}

provider "proveniq" {
  project                 = terraform_data.settings.output.project
  request_timeout         = terraform_data.settings.output.timeout
  compute_custom_endpoint = terraform_data.settings.output.endpoint
}

resource "proveniq_spanner_schema" "test" {
  database = "`+database+`"
  ddl      = "CREATE TABLE Later (Id INT64) PRIMARY KEY (Id)"
}

resource "proveniq_ledger_region" "test" {
  ledger_id = "ledger"
  region    = "us-east1"
  neg_name  = "ledger-api-us-east1"
  backend_services = {
    write = { name = "ledger-write", max_rate_per_endpoint = 50 }
  }
  ramp   = { steps = [] }
  health = { stable_seconds = 0, timeout_seconds = 5 }
  drain  = { steps = [], hold_seconds = 0, settle_seconds = 0 }
  min_remaining_regions = 0
}
`)
	core.Plan(true)
	core.Apply(0)
	core.Plan(false)
	core.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
}
