package modules_test

import (
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

// production is the production example on an empty local cloud, with nobody's
// credentials. PLAN_GOOGLE=real takes the google provider that init finds; else,
// and where there is none, the schema replica stands in for it.
func production(t *testing.T) (root *acctest.CLI, google string) {
	t.Helper()
	const project = "proveniq-prod"
	cloud, err := localcloud.Start(t.Context(), localcloud.Options{Project: project, Proxy: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cloud.Close(); err != nil {
			t.Error(err)
		}
	})
	tree := acctest.NewTree(t, top, []string{"modules", "examples"}, cloud.Environment(),
		"SPANNER_EMULATOR_HOST", cloud.Emulator().Host(), "GOOGLE_COMPUTE_CUSTOM_ENDPOINT", cloud.ComputeEndpoint(), "GOOGLE_OAUTH_ACCESS_TOKEN", localcloud.AccessToken)
	root = tree.In(t, "examples/production")
	root.WriteFile("terraform.tfvars", `project_id     = "`+project+`"
project_number = "100000000001"
domain         = "ledger.example.com"
config_image   = "us-docker.pkg.dev/`+project+`/ledger/config:v1"
`)
	if os.Getenv("PLAN_GOOGLE") == "real" {
		if code, _ := root.Start("init", "-no-color", "-input=false").End(); code == 0 {
			return root, "the google provider"
		}
	}
	root.Attach(replicatest.Join(t, root.Reattach(), replicatest.Attach(t)))
	root.Run(0, "init", "-no-color", "-input=false")
	return root, "the schema replica of the google provider"
}

// TestProduction plans the production example with nothing existing: what it
// builds, what it promises, and that nothing in it is open.
// make plan-production prints it; PLAN_ARGUMENTS are added to the plan.
func TestProduction(t *testing.T) {
	root, google := production(t)
	begin := time.Now()
	arguments := strings.Fields(os.Getenv("PLAN_ARGUMENTS"))
	code, output := root.Start(append([]string{"plan", "-no-color", "-input=false", "-out=tfplan"}, arguments...)...).Lines()
	took := time.Since(begin)
	if code != 0 {
		if len(arguments) > 0 {
			fmt.Println(output[max(0, strings.Index(output, "Error:")):])
		}
		t.Fatalf("plan: %s", acctest.Flat(output[max(0, strings.Index(output, "Error:")):]))
	}
	p := read(t, root)
	names, count := p.types()
	total := 0
	if os.Getenv("PLAN_PRINT") != "" {
		for _, name := range names {
			fmt.Printf("%5d %s\n", count[name], name)
		}
	}
	for _, name := range names {
		total += count[name]
	}
	if os.Getenv("PLAN_PRINT") != "" {
		fmt.Printf("%5d resources, planned in %.1f s with %s\n\n", total, took.Seconds(), google)
		fmt.Println(p.Values.Outputs["promises_table"].Value)
		if at := strings.Index(output, "Warning:"); at >= 0 {
			fmt.Println(output[at:])
		}
	}
	if len(arguments) > 0 {
		return // somebody looks at a plan of their own
	}
	if total < 200 || count["proveniq_ledger_region"] != 3 || count["google_container_cluster"] != 3 || count["google_sql_database_instance"] != 6 || count["google_redis_instance"] != 3 || count["google_spanner_database"] != 1 {
		t.Errorf("%d resources: %v", total, count)
	}
	if strings.Contains(output, "Warning:") {
		t.Errorf("the plan warns: %s", output[strings.Index(output, "Warning:"):])
	}
	for _, c := range p.Changes {
		if c.Change.Actions[0] != "create" && c.Change.Actions[0] != "no-op" && c.Change.Actions[0] != "read" {
			t.Errorf("%s: %v", c.Address, c.Change.Actions)
		}
	}
	keepsPolicies(t, p)
}

// TestPromises: what the plan says of a topology that cannot keep the document's
// promises, and that what is required of it fails where it is asked.
func TestPromises(t *testing.T) {
	root, _ := production(t)
	output := root.Plan(true, "-var=topology=as-documented")
	acctest.WantOutput(t, output, "The topology cannot keep:",
		"Spanner in us-east1: asked READ_WRITE, attainable WITNESS", "Spanner in asia-southeast1: asked READ_WRITE, attainable NONE",
		"write from europe-west1: asked 100 ms", "write from asia-southeast1: asked 100 ms", "strong read from asia-southeast1: asked 100 ms",
		"cost of a month: asked 12300 USD")

	code, output := root.Start("plan", "-no-color", "-input=false", `-var=required_role={"europe-west1"="READ_WRITE"}`).End()
	if code != 1 {
		t.Errorf("a role that the topology cannot give is planned: exit code %d", code)
	}
	acctest.WantOutput(t, output, `with module.ledger.proveniq_ledger_region.this["europe-west1"]`, "required_role", "READ_ONLY")
}
