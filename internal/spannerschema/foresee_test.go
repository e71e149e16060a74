package spannerschema_test

import (
	"context"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

func TestPreflight(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		permissions []string
		warns       []string
	}{
		"not known":       {nil, nil},
		"all":             {[]string{"spanner.databases.updateDdl", "spanner.databases.getDdl"}, nil},
		"none":            {[]string{}, []string{"spanner.databases.updateDdl and spanner.databases.getDdl", "roles/spanner.databaseAdmin"}},
		"no right to act": {[]string{"spanner.databases.getDdl"}, []string{"the permission spanner.databases.updateDdl is missing", "roles/spanner.databaseAdmin"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			check := func(plan planned) {
				t.Helper()
				if test.warns == nil {
					plan.diagnostics.wantNone(t)
				} else {
					plan.diagnostics.wantWarning(t, atDatabase, test.warns...)
				}
			}
			d.permissions = test.permissions
			check(c.plan(config(createRegions), nil))
			d.permissions = nil
			state := c.created(config(createRegions))
			d.permissions = test.permissions
			before := d.server.Count(admintest.Permissions)
			check(c.plan(config(createRegions+";"+createEvents), state))
			if asked := d.server.Count(admintest.Permissions) - before; asked != 1 {
				t.Errorf("asked %d times", asked)
			}
			// Nothing to send, nothing to ask.
			c.plan(config(createRegions), state).diagnostics.wantNone(t)
			c.plan(config(createRegions+" -- reworded", "on_destroy", "drop"), state).diagnostics.wantNone(t)
			if asked := d.server.Count(admintest.Permissions) - before; asked != 1 {
				t.Errorf("asked %d times", asked)
			}
		})
	}
}

func TestRecoveryWithinTheRetentionPeriod(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, "ALTER DATABASE events SET OPTIONS (version_retention_period = '7d')")
	c := newCore(t, d)
	state := c.created(config(createRegions + ";" + createEvents))
	after := config(createRegions)
	after["allow_destructive"] = []string{"Events"}
	c.plan(after, state).diagnostics.wantWarning(t, `AttributeName("allow_destructive")`,
		"1. [destructive] DROP TABLE Events", "for 7d (as version_retention_period says)",
		"gcloud spanner backups create BEFORE --project=acme --instance=ledger --database=events --version-time=20",
		"gcloud spanner databases restore --project=acme --destination-instance=ledger")
}

func TestNotVerified(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	nullable := "CREATE TABLE Regions (Region STRING(32) NOT NULL, Name STRING(8)) PRIMARY KEY (Region)"
	required := "CREATE TABLE Regions (Region STRING(32) NOT NULL, Name STRING(8) NOT NULL) PRIMARY KEY (Region)"
	state := c.created(config(nullable))
	for _, mode := range []string{"count", "keys"} {
		plan := c.plan(config(required, "verify_data", mode), state)
		plan.diagnostics.wantWarning(t, `AttributeName("verify_data")`, "not verified", "Regions.Name", "There are no rows here.")
		if planned := plan.list(t, "planned_statements"); len(planned) != 1 {
			t.Errorf("planned %q", planned)
		}
		// A change that no row can contradict asks nothing.
		c.plan(config(nullable+";"+createEvents, "verify_data", mode), state).diagnostics.wantNone(t)
	}
	c.plan(config(required, "verify_data", "off"), state).diagnostics.wantNone(t)
	c.plan(config(required), state).diagnostics.wantNone(t)
}

// TestNotVerifiable: what no query can tell is not asked, and said.
func TestNotVerifiable(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	server := startRows(t, func(context.Context, string) ([][]string, error) { return nil, nil })
	c := newCore(t, d)
	const raw = "CREATE TABLE Regions (Region STRING(32) NOT NULL, Shape BYTES(MAX)) PRIMARY KEY (Region)"
	state := c.created(config(raw))
	d.rows = server.client(t)
	plan := c.plan(config(strings.Replace(raw, "BYTES(MAX)", "geo.Shape", 1), "verify_data", "count"), state)
	plan.diagnostics.wantWarning(t, `AttributeName("verify_data")`, "not verified", "Regions.Shape: No query tells whether the values fit.")
	for _, query := range server.asked() {
		if !strings.Contains(query, "SPANNER_SYS") {
			t.Errorf("asked %s", query)
		}
	}
}
