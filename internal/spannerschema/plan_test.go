package spannerschema_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const (
	createRegions = "CREATE TABLE Regions (Region STRING(32) NOT NULL) PRIMARY KEY (Region)"
	createEvents  = "CREATE TABLE Events (Id STRING(36) NOT NULL, Payload JSON) PRIMARY KEY (Id)"

	atDatabase = `AttributeName("database")`
	atDDL      = `AttributeName("ddl")`
	atProject  = `AttributeName("project")`
)

// config is a configuration with this text.
func config(text string, more ...string) values {
	v := values{"database": "ledger/events", "ddl": text}
	for i := 0; i < len(more); i += 2 {
		v[more[i]] = more[i+1]
	}
	return v
}

func wantList(t *testing.T, o *object, name string, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), o.list(t, name)); diff != "" {
		t.Errorf("unexpected %s (-want +got):\n%s", name, diff)
	}
}

func wantUnknown(t *testing.T, o *object, names ...string) {
	t.Helper()
	for _, name := range names {
		if o.values[name].IsKnown() {
			t.Errorf("%s is known: %s", name, o.values[name])
		}
	}
}

// wantSame checks that the plan changes nothing at all.
func wantSame(t *testing.T, prior *object, plan planned) {
	t.Helper()
	if plan.replaces {
		t.Error("the plan replaces the resource")
	}
	for name, value := range plan.values {
		if !value.Equal(prior.values[name]) {
			t.Errorf("the plan changes %s from %s to %s", name, prior.values[name], value)
		}
	}
}

func TestPlanCreate(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	plan := c.plan(config(createRegions+";"+createEvents), nil)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", createEvents)
	wantUnknown(t, plan.object, "unmanaged_objects")
	if got := plan.text(t, "database_path"); got != fullPath {
		t.Errorf("database_path is %q", got)
	}
	if calls := d.server.Calls(); !cmp.Equal(calls, []string{admintest.GetDDL, admintest.GetDatabase, admintest.Permissions}) {
		t.Errorf("a plan needs one read, but called %v", calls)
	}
}

func TestPlanCreateBesideOthers(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t, createRegions))
	plan := c.plan(config(createEvents), nil)
	plan.diagnostics.wantWarning(t, atDDL, "left alone: Regions", "allow_destructive")
	wantList(t, plan.object, "planned_statements", createEvents)
}

func TestPlanCreateOfTheUnknown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		config values
		change func(*testProvider)
	}{
		"database":          {config: values{"database": unknown{}, "ddl": createEvents}},
		"project":           {config: values{"database": "ledger/events", "project": unknown{}, "ddl": createEvents}},
		"text":              {config: values{"database": "ledger/events", "ddl": unknown{}}},
		"files":             {config: values{"database": "ledger/events", "ddl_files": unknown{}}},
		"allow_destructive": {config: values{"database": "ledger/events", "ddl": createEvents, "allow_destructive": unknown{}}},
		"one allowed name": {config: values{"database": "ledger/events", "ddl": createEvents, "allow_destructive": tftypes.NewValue(
			tftypes.Set{ElementType: tftypes.String}, []tftypes.Value{tftypes.NewValue(tftypes.String, tftypes.UnknownValue)})}},
		"project of the provider":     {config: config(createEvents), change: func(p *testProvider) { p.projectErr = unknownArgument{} }},
		"credentials of the provider": {config: config(createEvents), change: func(p *testProvider) { p.clientErr = unknownArgument{} }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			if test.change != nil {
				test.change(c.provider)
			}
			plan := c.plan(test.config, nil)
			plan.diagnostics.wantNone(t)
			wantUnknown(t, plan.object, "planned_statements", "unmanaged_objects")
			if calls := d.server.Calls(); len(calls) > 0 {
				t.Errorf("called %v", calls)
			}
		})
	}
}

func TestPlanCreateAbsent(t *testing.T) {
	t.Parallel()
	for name, answer := range map[string]string{
		"database": "Database not found: " + fullPath,
		"instance": "Instance not found: projects/acme/instances/ledger",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			d.getDDL = func() error { return status.Error(codes.NotFound, answer) }
			plan := newCore(t, d).plan(config(createEvents), nil)
			plan.diagnostics.wantWarning(t, atDatabase, "does not exist yet", answer, "empty database")
			wantList(t, plan.object, "planned_statements", createEvents)
			wantUnknown(t, plan.object, "unmanaged_objects")
		})
	}
}

func TestPlanCreateErrors(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*testProvider)
		answer error
		at     string
		says   []string
	}{
		"permission": {
			answer: status.Error(codes.PermissionDenied, "Caller is missing IAM permission spanner.databases.getDdl"),
			at:     atDatabase,
			says:   []string{fullPath, "Caller is missing IAM permission spanner.databases.getDdl", "roles/spanner.databaseUser"},
		},
		"out of reach": {
			answer: status.Error(codes.Unavailable, "no route"),
			at:     atDatabase,
			says:   []string{"no route", "run the command again"},
		},
		"no project": {
			change: func(p *testProvider) { p.projectErr = errors.New("the provider has no default project") },
			at:     atProject,
			says:   []string{"The provider has no default project."},
		},
		"no credentials": {
			change: func(p *testProvider) { p.clientErr = errors.New("could not find default credentials") },
			at:     atDatabase,
			says:   []string{"Could not find default credentials."},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			d.getDDL = func() error { return test.answer }
			c := newCore(t, d)
			if test.change != nil {
				test.change(c.provider)
			}
			c.plan(config(createEvents), nil).diagnostics.wantError(t, test.at, test.says...)
		})
	}
}

func TestPlanUnchanged(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	before := config("-- the regions\n" + createRegions + ";\n")
	state := c.created(before)
	calls := len(d.server.Calls())
	for name, after := range map[string]values{
		"same":         before,
		"reworded":     config("create table `Regions` (\n  Region string(32) not null,\n) primary key (Region asc)"),
		"full path":    {"database": fullPath, "ddl": before["ddl"]},
		"with project": {"database": "acme/ledger/events", "ddl": before["ddl"]},
		"defaults":     {"database": "ledger/events", "ddl": before["ddl"], "on_destroy": "abandon", "allow_destructive": []string{}},
	} {
		plan := c.plan(after, state)
		if len(plan.diagnostics) > 0 {
			t.Errorf("%s: unexpected diagnostics:\n%s", name, plan.diagnostics)
		}
		wantSame(t, state, plan)
	}
	if more := d.server.Calls()[calls:]; len(more) > 0 {
		t.Errorf("plans of an existing resource called %v", more)
	}
}

func TestPlanUnchangedWithoutRefresh(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	wanted := config(createRegions)
	state, diags := c.apply(wanted, nil, c.plan(wanted, nil))
	diags.wantNone(t)
	wantList(t, state, "planned_statements", createRegions)
	plan := c.plan(wanted, state)
	plan.diagnostics.wantNone(t)
	wantSame(t, state, plan)
}

func TestPlanChange(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	calls := len(d.server.Calls())
	plan := c.plan(config(createRegions+";"+createEvents), state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", createEvents)
	wantList(t, plan.object, "unmanaged_objects")
	// Statements ask for the right to send them; the schema is not read.
	if diff := cmp.Diff([]string{admintest.Permissions}, d.server.Calls()[calls:]); diff != "" {
		t.Errorf("calls of a plan of an existing resource (-want +got):\n%s", diff)
	}
}

func TestPlanChangeOfTheUnknown(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	state := c.created(config(createRegions))
	for name, after := range map[string]values{
		"text":    {"database": "ledger/events", "ddl": unknown{}},
		"allowed": {"database": "ledger/events", "ddl": createRegions, "allow_destructive": unknown{}},
	} {
		plan := c.plan(after, state)
		if len(plan.diagnostics) > 0 || plan.replaces {
			t.Errorf("%s: replaced: %t, diagnostics:\n%s", name, plan.replaces, plan.diagnostics)
		}
		wantUnknown(t, plan.object, "planned_statements", "unmanaged_objects")
	}
}

func TestPlanOfSettingsOnly(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	before := config(createRegions)
	after := config("/* reworded */ "+createRegions, "on_destroy", "drop", "project", "acme")
	state := c.created(before)
	calls := len(d.server.Calls())
	plan := c.plan(after, state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements")
	state, diags := c.apply(after, state, plan)
	diags.wantNone(t)
	wantSame(t, state, c.plan(after, state))
	if more := d.server.Calls()[calls:]; len(more) > 0 {
		t.Errorf("a change of settings called %v", more)
	}
}

func TestPlanReplacement(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	for name, test := range map[string]struct {
		before, after values
		replaces      bool
		warns         string
	}{
		"other database":   {before: config(createRegions), after: values{"database": "ledger/other", "ddl": createRegions}, replaces: true},
		"unknown database": {before: config(createRegions), after: values{"database": unknown{}, "ddl": createRegions}, replaces: true},
		"drops first": {
			before: config(createRegions, "on_destroy", "drop"), after: values{"database": "ledger/other", "ddl": createRegions},
			replaces: true, warns: "DROP TABLE Regions",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan := c.plan(test.after, newCore(t, newDatabase(t)).created(test.before))
			if plan.replaces != test.replaces {
				t.Errorf("replaces: %t, want %t", plan.replaces, test.replaces)
			}
			wantUnknown(t, plan.object, "planned_statements", "unmanaged_objects")
			if test.warns == "" {
				plan.diagnostics.wantNone(t)
			} else {
				plan.diagnostics.wantWarning(t, `AttributeName("on_destroy")`, test.warns)
			}
		})
	}
}

func TestPlanWithoutKnownProviderProject(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	wanted := config(createRegions)
	state := c.created(wanted)
	c.provider.projectErr = unknownArgument{}
	plan := c.plan(wanted, state)
	plan.diagnostics.wantNone(t)
	wantSame(t, state, plan)
}

func TestPlanRefused(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions + ";" + createEvents))
	more := "CREATE TABLE More (Id INT64 NOT NULL) PRIMARY KEY (Id)"
	after := config(createRegions + ";" + more)

	plan := c.plan(after, state)
	plan.diagnostics.wantError(t, atDDL,
		"a loss that allow_destructive does not name", "Events", `allow_destructive = ["Events"]`,
		"[destructive] DROP TABLE Events", "[instant] "+more)

	for _, allowed := range []string{"Events", "*"} {
		after["allow_destructive"] = []string{allowed}
		plan = c.plan(after, state)
		plan.diagnostics.wantWarning(t, `AttributeName("allow_destructive")`, "[destructive] DROP TABLE Events", "for 1h", "gcloud spanner backups create")
		if planned := plan.list(t, "planned_statements"); len(planned) != 2 {
			t.Errorf("planned %q", planned)
		}
	}
}

func TestPlanRefusedPointsAtTheFile(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	wanted := values{"database": "ledger/events", "ddl_files": map[string]string{"010.sql": createRegions + ";", "020.sql": createEvents}}
	state := c.created(wanted)
	wanted["ddl_files"] = map[string]string{"010.sql": createRegions + ";", "020.sql": "\nCREATE TABLE Events (Id STRING(36) NOT NULL, Payload INT64) PRIMARY KEY (Id)"}
	c.plan(wanted, state).diagnostics.wantError(t, `AttributeName("ddl_files").ElementKeyString("020.sql")`, "Events.Payload", "020.sql:2:")
}

func TestPlanDrops(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	abandoned := c.created(config(createRegions))
	c.plan(nil, abandoned).diagnostics.wantNone(t)

	dropped := c.created(config(createRegions, "on_destroy", "drop"))
	calls := len(d.server.Calls())
	c.plan(nil, dropped).diagnostics.wantWarning(t, `AttributeName("on_destroy")`, "DROP TABLE Regions", fullPath, "gcloud spanner databases restore")
	if more := d.server.Calls()[calls:]; len(more) > 0 {
		t.Errorf("a plan to destroy called %v", more)
	}
}

func TestPlanFindsDrift(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	wanted := config(createRegions)
	state := c.created(wanted)

	d.echo = nil
	state, diags := c.read(state)
	diags.wantNone(t)
	plan := c.plan(wanted, state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", createRegions)
}
