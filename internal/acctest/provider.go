package acctest

import (
	"fmt"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/providerserver"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/proveniq/terraform-provider-proveniq/internal/provider"
)

// Version is the provider's version in acceptance tests.
const Version = "0.0.0-acctest"

// Factories serve the provider in the test's process. It does not see the
// process's environment, but only that SPANNER_EMULATOR_HOST is the emulator's
// address, and what variables add or replace ("NAME", "value", ...).
func Factories(t testing.TB, variables ...string) map[string]func() (tfprotov6.ProviderServer, error) {
	t.Helper()
	environment := map[string]string{"SPANNER_EMULATOR_HOST": Cloud(t).Emulator().Host()}
	if len(variables)%2 != 0 {
		t.Fatal("variables come as pairs of name and value")
	}
	for i := 0; i < len(variables); i += 2 {
		environment[variables[i]] = variables[i+1]
	}
	constructor := provider.New(Version, provider.WithEnvironment(func(name string) (string, bool) {
		value, found := environment[name]
		return value, found
	}))
	return map[string]func() (tfprotov6.ProviderServer, error){
		"proveniq": providerserver.NewProtocol6WithError(constructor()),
	}
}

// ProviderBlock configures the provider for the test's project and the local
// cloud; arguments are lines to add.
func ProviderBlock(t testing.TB, arguments string) string {
	t.Helper()
	return fmt.Sprintf(`provider "proveniq" {
  project                 = %q
  compute_custom_endpoint = %q
  %s
}

`, NewProject(t), Cloud(t).ComputeEndpoint(), arguments)
}

// EmptyPlan is a step that plans the configuration and finds nothing to do,
// neither before nor after a refresh.
func EmptyPlan(config string) resource.TestStep {
	return resource.TestStep{
		Config: config,
		ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		},
	}
}
