package ledgerregion_test

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"cloud.google.com/go/spanner"
	database "cloud.google.com/go/spanner/admin/database/apiv1"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const (
	east   = "proveniq_ledger_region.us-east1"
	europe = "proveniq_ledger_region.europe-west1"
)

// bench is a ledger's load balancer in a project of the test's own.
type bench struct {
	t       *testing.T
	project string
	compute *api.Server
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{t: t, project: acctest.NewProject(t), compute: acctest.Cloud(t).API()}
	localcloud.DefaultLedger(b.project).AddTo(b.compute)
	return b
}

// test runs steps against the provider.
func (b *bench) test(steps ...resource.TestStep) {
	b.t.Helper()
	resource.Test(b.t, resource.TestCase{ProtoV6ProviderFactories: b.factories(), Steps: steps})
}

func (b *bench) factories() map[string]func() (tfprotov6.ProviderServer, error) {
	b.t.Helper()
	return acctest.Factories(b.t)
}

// quick are arguments without any waits.
const quick = `
  ramp   = { hold_seconds = 0 }
  health = { stable_seconds = 0, timeout_seconds = 1 }
  drain  = { hold_seconds = 0, settle_seconds = 0 }
`

// services joins two services.
const services = `
  backend_services = {
    write = { name = "ledger-write", max_rate_per_endpoint = 50 }
    read  = { name = "ledger-read", max_rate_per_endpoint = 200.5, preference = "PREFERRED" }
  }
`

// region is a resource named after its region, with the arguments given.
func region(name, arguments string) string {
	return fmt.Sprintf("resource \"proveniq_ledger_region\" %q {\n  ledger_id = \"demo\"\n  region = %q\n  neg_name = \"ledger-api-%s\"\n%s\n}\n",
		name, name, name, arguments)
}

// standard is a region with both services and no waits.
func standard(name, more string) string { return region(name, services+quick+more) }

// config is the provider and resources.
func (b *bench) config(resources ...string) string {
	return acctest.ProviderBlock(b.t, "") + strings.Join(resources, "\n")
}

// backends lists a service's backends as "zone scaler rate preference description".
func (b *bench) backends(service string) []string {
	b.t.Helper()
	list, _ := b.compute.BackendService(b.project, service)["backends"].([]any)
	lines := make([]string, 0, len(list))
	for _, one := range list {
		m, _ := one.(map[string]any)
		url, _ := m["group"].(string)
		_, zone, _ := strings.Cut(url, "/zones/")
		zone, _, _ = strings.Cut(zone, "/")
		lines = append(lines, fmt.Sprintf("%s %v %v %v %v", zone, m["capacityScaler"], m["maxRatePerEndpoint"], m["preference"], m["description"]))
	}
	slices.Sort(lines)
	return lines
}

// change changes a service's backends behind the provider's back.
func (b *bench) change(service string, each func(backend map[string]any) (keep bool)) {
	b.t.Helper()
	if !b.compute.UpdateBackendService(b.project, service, func(body map[string]any) {
		var kept []any
		list, _ := body["backends"].([]any)
		for _, one := range list {
			if m, _ := one.(map[string]any); each(m) {
				kept = append(kept, m)
			}
		}
		body["backends"] = kept
	}) {
		b.t.Fatalf("there is no service %s", service)
	}
}

// setHealth makes all endpoints of a region healthy or not.
func (b *bench) setHealth(name string, healthy int) {
	for _, r := range localcloud.DefaultLedger(b.project).Regions {
		if r.Name != name {
			continue
		}
		for _, zone := range r.Zones {
			b.compute.SetHealthy(b.project, zone, r.NEG, healthy)
		}
	}
}

// calls matches requests of the test's project.
func (b *bench) calls(method, end string) func(*http.Request) bool {
	return func(r *http.Request) bool {
		return r.Method == method && strings.Contains(r.URL.Path, "/projects/"+b.project+"/") && strings.HasSuffix(r.URL.Path, end)
	}
}

// requests counts the project's requests by API method.
func (b *bench) requests() map[string]int {
	counts := map[string]int{}
	for _, r := range b.compute.Requests() {
		if strings.Contains(r.Path, "/projects/"+b.project+"/") {
			counts[strings.TrimPrefix(r.Name, "compute.")]++
		}
	}
	return counts
}

// registry makes a database with the region table and its history, or without
// them, and gives its path.
func (b *bench) registry(withTables bool) string {
	b.t.Helper()
	path := acctest.NewDatabase(b.t)
	if withTables {
		b.addTables(path)
	}
	return path
}

func (b *bench) addTables(path string) {
	b.t.Helper()
	b.addTablesOn(acctest.Cloud(b.t).Emulator(), path)
}

func (b *bench) addTablesOn(emulator *localcloud.Emulator, path string) {
	b.t.Helper()
	ctx := b.t.Context()
	admin, err := database.NewDatabaseAdminClient(ctx, emulator.ClientOptions()...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer admin.Close()
	op, err := admin.UpdateDatabaseDdl(ctx, &databasepb.UpdateDatabaseDdlRequest{Database: path, Statements: []string{
		`CREATE TABLE LedgerRegions (
			LedgerId STRING(63) NOT NULL, Region STRING(63) NOT NULL, State STRING(16) NOT NULL, CapacityPercent INT64 NOT NULL,
			Zones ARRAY<STRING(63)>, ProviderVersion STRING(64), UpdatedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
		) PRIMARY KEY (LedgerId, Region)`,
		`CREATE TABLE LedgerRegionChanges (
			LedgerId STRING(63) NOT NULL, Region STRING(63) NOT NULL, ChangeId STRING(36) NOT NULL, State STRING(16) NOT NULL,
			CapacityPercent INT64 NOT NULL, Zones ARRAY<STRING(63)>, ProviderVersion STRING(64), Reason STRING(MAX),
			ChangedAt TIMESTAMP NOT NULL OPTIONS (allow_commit_timestamp = true),
		) PRIMARY KEY (LedgerId, Region, ChangeId)`,
	}})
	if err != nil {
		b.t.Fatal(err)
	}
	if err := op.Wait(ctx); err != nil {
		b.t.Fatal(err)
	}
}

// execute changes rows behind the provider's back.
func (b *bench) execute(path, dml string) {
	b.t.Helper()
	c, err := spanner.NewClientWithConfig(b.t.Context(), path, spanner.ClientConfig{DisableNativeMetrics: true},
		acctest.Cloud(b.t).Emulator().ClientOptions()...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer c.Close()
	_, err = c.ReadWriteTransaction(b.t.Context(), func(ctx context.Context, txn *spanner.ReadWriteTransaction) error {
		_, err := txn.Update(ctx, spanner.NewStatement(dml))
		return err
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

// query gives the rows of a query as lines of its string columns.
func (b *bench) query(path, sql string) []string {
	b.t.Helper()
	c, err := spanner.NewClientWithConfig(b.t.Context(), path, spanner.ClientConfig{DisableNativeMetrics: true},
		acctest.Cloud(b.t).Emulator().ClientOptions()...)
	if err != nil {
		b.t.Fatal(err)
	}
	defer c.Close()
	var lines []string
	err = c.Single().Query(b.t.Context(), spanner.NewStatement(sql)).Do(func(r *spanner.Row) error {
		var line string
		if err := r.Columns(&line); err != nil {
			return err
		}
		lines = append(lines, line)
		return nil
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return lines
}

const (
	rowsSQL    = `SELECT CONCAT(Region, " ", State, " ", CAST(CapacityPercent AS STRING), " ", ARRAY_TO_STRING(Zones, ","), " ", ProviderVersion) FROM LedgerRegions ORDER BY Region`
	historySQL = `SELECT CONCAT(Region, " ", State, " ", CAST(CapacityPercent AS STRING), " ", Reason) FROM LedgerRegionChanges ORDER BY ChangedAt, Region`
)

// onlyUpdates expects a plan that updates the resources named and nothing else.
func onlyUpdates(addresses ...string) resource.ConfigPlanChecks {
	checks := resource.ConfigPlanChecks{}
	for _, address := range addresses {
		checks.PreApply = append(checks.PreApply, plancheck.ExpectResourceAction(address, plancheck.ResourceActionUpdate))
	}
	checks.PreApply = append(checks.PreApply, plancheck.ExpectNonEmptyPlan())
	checks.PostApplyPostRefresh = []plancheck.PlanCheck{plancheck.ExpectEmptyPlan()}
	return checks
}
