package spannerschema_test

import (
	"testing"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const (
	createAccounts = "CREATE TABLE accounts (id varchar(36) NOT NULL, PRIMARY KEY (id))"
	echoedAccounts = "CREATE TABLE accounts (\n  id character varying(36) NOT NULL,\n  PRIMARY KEY(id)\n)"
	atDialect      = `AttributeName("dialect")`
)

func TestDialectIsTheDatabases(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, echoedAccounts)
	d.dialect = databasepb.DatabaseDialect_POSTGRESQL
	c := newCore(t, d)
	state := c.created(config(createAccounts))
	d.wantSent(t)
	asked := d.server.Count(admintest.GetDatabase)
	wantSame(t, state, c.plan(config("-- reworded\ncreate table Accounts (ID character varying(36) primary key)"), state))
	plan := c.plan(config(createAccounts+"; CREATE TABLE more (id bigint PRIMARY KEY)"), state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", "CREATE TABLE more (id bigint PRIMARY KEY)")
	_, diags := c.read(state)
	diags.wantNone(t)
	if again := d.server.Count(admintest.GetDatabase); again != asked {
		t.Errorf("a known dialect was asked for %d times", again-asked)
	}
}

func TestDialectContradicted(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	d.dialect = databasepb.DatabaseDialect_GOOGLE_STANDARD_SQL
	c := newCore(t, d)
	c.plan(config(createAccounts, "dialect", "POSTGRESQL"), nil).diagnostics.wantError(t, atDialect, "GOOGLE_STANDARD_SQL", "dialect says POSTGRESQL")
}

func TestDialectThatNobodyTells(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		echo []string
		text string
	}{
		"by the text": {nil, createAccounts},
		"by the echo": {[]string{echoedAccounts}, echoedAccounts},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, test.echo...)
			d.getDatabase = status.Error(codes.PermissionDenied, "spanner.databases.get is missing")
			c := newCore(t, d)
			state := c.created(config(test.text))
			wantSame(t, state, c.plan(config(test.text), state))
		})
	}
}

func TestDialectOfADatabaseToCome(t *testing.T) {
	t.Parallel()
	absent := func(text string, more ...string) values {
		v := config(text, more...)
		v["database"] = "ledger/others"
		return v
	}
	c := newCore(t, newDatabase(t))
	c.plan(absent("CREATE SCHEMA either"), nil).diagnostics.wantError(t, atDialect, "not clear", "POSTGRESQL")
	for _, wanted := range []values{absent("CREATE SCHEMA either", "dialect", "POSTGRESQL"), absent(createAccounts), absent(createRegions)} {
		plan := c.plan(wanted, nil)
		plan.diagnostics.wantWarning(t, atDatabase, "does not exist yet")
		if planned := plan.list(t, "planned_statements"); len(planned) != 1 {
			t.Errorf("planned %q", planned)
		}
	}
	c.validate(config(createRegions, "dialect", "ORACLE")).wantError(t, atDialect, "POSTGRESQL")
	plan := c.plan(values{"database": "ledger/events", "ddl": createRegions, "dialect": unknown{}}, nil)
	plan.diagnostics.wantNone(t)
	wantUnknown(t, plan.object, "planned_statements")
}
