package negcleanup_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// A deleted cluster's groups hold its subnetwork; the destroy that comes between
// the two removes them, and nothing else.
func TestDestroyFreesTheSubnetwork(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.standard(""))
	cli.Apply(0)
	b.grow("ledger", "ledger-api")
	b.grow("ledger", "somebody-else")
	b.grow("other", "other-api")
	cli.Plan(false)
	if calls := b.requests(); len(calls) != 0 {
		t.Errorf("remembering made calls: %v", calls)
	}
	b.deleteCluster("ledger")
	if status, said := b.deleteSubnetwork("ledger"); status != http.StatusBadRequest || !strings.Contains(said, "networkEndpointGroups/ledger-api") {
		t.Fatalf("the subnetwork is not held: %d %s", status, said)
	}
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	var want []string
	for _, zone := range api.ZonesOf("us-east1") {
		want = append(want, zone+"/other-api", zone+"/somebody-else")
	}
	b.wantGroups(want...)
	for _, zone := range api.ZonesOf("us-east1") {
		b.compute.RemoveNEG(b.project, zone, "somebody-else")
	}
	if status, said := b.deleteSubnetwork("ledger"); status != http.StatusOK {
		t.Errorf("the subnetwork is still held: %d %s", status, said)
	}
}

// A protected resource stops a plan that takes it down, or replaces it, before
// anything else of that plan is done.
func TestDeletionProtection(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.standard("deletion_protection = true"))
	cli.Apply(0)
	said := []string{"What is protected would be destroyed", "in us-east1", "deletion_protection = false"}
	acctest.WantOutput(t, cli.Run(1, "plan", "-destroy", "-no-color", "-input=false"), said...)
	for _, elsewhere := range []string{
		"network = \"ledger\"\nregion = \"europe-west1\"\nneg_names = [\"ledger-api\"]",
		"network = \"other\"\nregion = \"us-east1\"\nneg_names = [\"ledger-api\"]",
	} {
		cli.Write(b.config(elsewhere))
		acctest.WantOutput(t, cli.Run(1, "plan", "-no-color", "-input=false"), said...)
	}
	cli.Write(b.standard(""))
	cli.Apply(0)
	cli.Plan(false)
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
}

// While the cluster lives the destroy says so, and keeps the resource.
func TestDestroyBeforeTheCluster(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.standard("timeouts = { delete = \"3s\" }"))
	cli.Apply(0)
	b.grow("ledger", "ledger-api")
	before := b.groups()
	acctest.WantOutput(t, cli.Run(1, "destroy", "-no-color", "-input=false", "-auto-approve"),
		"Network endpoint groups still have endpoints", `"ledger-api" in us-east1-b has 2 endpoints (10.`, "Service ledger/ledger-api",
		"Destroy it first", "gcloud compute network-endpoint-groups delete ledger-api --zone=us-east1-b")
	b.wantGroups(before...)
	b.deleteCluster("ledger")
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	b.wantGroups()
}

// Interrupted while it waits, it stops at once and stays in state.
func TestInterruptedDestroy(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	cli := acctest.NewCLI(t, b.standard(""))
	cli.Apply(0)
	b.grow("ledger", "ledger-api")
	listed := make(chan struct{})
	b.compute.Inject(api.Fault{Match: b.calls("/us-east1-d/networkEndpointGroups/ledger-api/listNetworkEndpoints"), Before: func() { close(listed) }})
	destroy := cli.Start("destroy", "-no-color", "-input=false", "-auto-approve")
	<-listed
	destroy.Interrupt()
	acctest.WantOutput(t, destroy.Wait(1), "Terraform was interrupted", "Destroy again")
	if have := cli.Run(0, "state", "list"); have != address {
		t.Errorf("in state: %q", have)
	}
	b.deleteCluster("ledger")
	cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	b.wantGroups()
}

func (b *bench) calls(end string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return strings.Contains(r.URL.Path, "/projects/"+b.project+"/") && strings.HasSuffix(r.URL.Path, end)
	}
}

// A fault at any call of a destroy costs at most another destroy.
func TestFaultsAtEachCall(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]api.Fault{
		"refused":              {Status: http.StatusForbidden},
		"carried out and lost": {Performed: true, Drop: true, Times: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			cli := acctest.NewCLI(t, b.standard(""))
			any := func(r *http.Request) bool { return strings.Contains(r.URL.Path, "/projects/"+b.project+"/") }
			for at := 0; ; at++ {
				cli.Apply(0)
				b.grow("ledger", "ledger-api")
				b.grow("other", "other-api")
				b.deleteCluster("ledger")
				before := len(b.requests())
				fault.Match, fault.After = any, at
				b.compute.Inject(fault)
				code, said := cli.Start("destroy", "-no-color", "-input=false", "-auto-approve").End()
				reached := len(b.requests())-before > at
				b.compute.ClearFaults()
				if code != 0 {
					acctest.WantOutput(t, said, "estroy again")
					cli.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
				}
				b.wantGroups("us-east1-b/other-api", "us-east1-c/other-api", "us-east1-d/other-api")
				if !reached || t.Failed() {
					if at < 7 {
						t.Errorf("a destroy took only %d calls", at)
					}
					return
				}
				b.cluster("ledger")
			}
		})
	}
}

// All but what identifies the resource changes in place, without a call.
func TestChanges(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	action := func(config string, want plancheck.ResourceActionType, checks ...statecheck.StateCheck) resource.TestStep {
		return resource.TestStep{Config: config, ConfigStateChecks: checks, ConfigPlanChecks: resource.ConfigPlanChecks{
			PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, want)},
			PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
		}}
	}
	id := func(want string) statecheck.StateCheck {
		return statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(b.project+"/"+want))
	}
	const names = `neg_names = ["ledger-api"]` + "\n"
	b.test(
		action(b.standard(""), plancheck.ResourceActionCreate, id("us-east1/ledger"),
			statecheck.ExpectKnownValue(address, tfjsonpath.New("project"), knownvalue.StringExact(b.project))),
		action(b.standard(fmt.Sprintf("project = %q", b.project)), plancheck.ResourceActionNoop),
		action(b.standard("timeouts = { delete = \"1m\" }"), plancheck.ResourceActionUpdate),
		action(b.config("network = \"ledger\"\nregion = \"us-east1\"\nneg_names = [\"ledger-api\", \"ledger-read\"]"), plancheck.ResourceActionUpdate),
		// The same network, written in another way.
		action(b.config(fmt.Sprintf("network = %q\nregion = \"us-east1\"\n", b.network("ledger"))+names), plancheck.ResourceActionUpdate, id("us-east1/ledger")),
		action(b.config(fmt.Sprintf("network = %q\nregion = \"us-east1\"\n", "https://www.googleapis.com/compute/v1/"+b.network("ledger"))+names), plancheck.ResourceActionUpdate),
		action(b.config("network = \"other\"\nregion = \"us-east1\"\n"+names), plancheck.ResourceActionReplace, id("us-east1/other")),
		action(b.config("network = \"other\"\nregion = \"us-east4\"\n"+names), plancheck.ResourceActionReplace, id("us-east4/other")),
		action(b.config("project = \"another-project\"\nnetwork = \"other\"\nregion = \"us-east4\"\n"+names), plancheck.ResourceActionReplace),
	)
}

func TestUnknownValues(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	later := func(arguments, input string) string {
		return fmt.Sprintf("resource \"terraform_data\" \"later\" {\n  input = %s\n}\n", input) + b.config(arguments)
	}
	unknown := func(attribute string) plancheck.PlanCheck {
		return plancheck.ExpectUnknownValue(address, tfjsonpath.New(attribute))
	}
	const all = "network = terraform_data.later.output.network\nregion = terraform_data.later.output.region\nneg_names = terraform_data.later.output.names\n" +
		"project = terraform_data.later.output.project\ntimeouts = { delete = terraform_data.later.output.limit }"
	values := fmt.Sprintf(`{ network = "ledger", region = "us-east1", names = ["ledger-api"], project = %q, limit = "5m" }`, b.project)
	b.test(
		resource.TestStep{
			Config: later(all, values),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{unknown("id"), unknown("network"), unknown("region"), unknown("neg_names"), unknown("project")},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
			ConfigStateChecks: []statecheck.StateCheck{
				statecheck.ExpectKnownValue(address, tfjsonpath.New("id"), knownvalue.StringExact(b.project+"/us-east1/ledger")),
			},
		},
		// One unknown name among known ones.
		resource.TestStep{
			Config: later("network = \"ledger\"\nregion = \"us-east1\"\nneg_names = [\"a\", terraform_data.later.output.names]", `{ names = "b" }`),
			ConfigPlanChecks: resource.ConfigPlanChecks{
				PreApply:             []plancheck.PlanCheck{plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate)},
				PostApplyPostRefresh: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()},
			},
		},
	)
}

func TestImport(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	shared := b.config("network = \"projects/host-project/global/networks/vpc\"\nregion = \"us-east1\"\nneg_names = [\"b\", \"a\"]")
	b.test(
		resource.TestStep{Config: b.standard("")},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true, ImportStateId: b.project + "/us-east1/ledger/ledger-api"},
		resource.TestStep{Config: shared},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateVerify: true,
			ImportStateId: b.project + "/us-east1/projects/host-project/global/networks/vpc/a,b"},
		resource.TestStep{
			Config: shared, ResourceName: address, ImportState: true, ImportStateKind: resource.ImportBlockWithID,
			ImportStateId:    b.project + "/us-east1/projects/host-project/global/networks/vpc/a,b",
			ImportPlanChecks: resource.ImportPlanChecks{PreApply: []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}},
		},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: b.project + "/us-east1/ledger",
			ExpectError: regexp.MustCompile(`(?s)project/region/network/neg_names.*acme-prod/us-east1/ledger/ledger-api`)},
		resource.TestStep{ResourceName: address, ImportState: true, ImportStateId: b.project + "/us-east1/ledger/a,,b",
			ExpectError: regexp.MustCompile(`project/region/network/neg_names`)},
	)
}
