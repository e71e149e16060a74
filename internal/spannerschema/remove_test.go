package spannerschema_test

import (
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

func TestReadGone(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	d.getDDL = func() error {
		return status.Error(codes.NotFound, "Instance not found: projects/acme/instances/ledger")
	}
	state, diags := c.read(state)
	diags.wantWarning(t, atDatabase, "The database is gone", "Instance not found")
	if state != nil {
		t.Error("there is still a state")
	}
}

func TestReadFails(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	d.getDDL = func() error { return status.Error(codes.NotFound, "no such page") }
	state, diags := c.read(state)
	diags.wantError(t, atDatabase, "no such page")
	if state == nil {
		t.Error("the state is lost")
	}
}

func TestDelete(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		onDestroy string
		sent      [][]string
	}{
		"abandon": {"abandon", [][]string{{createRegions}}},
		"drop":    {"drop", [][]string{{createRegions}, {"DROP TABLE Regions"}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			state := c.created(config(createRegions, "on_destroy", test.onDestroy))
			calls := len(d.server.Calls())
			state, diags := c.apply(nil, state, c.plan(nil, state))
			diags.wantNone(t)
			if state != nil {
				t.Error("there is still a state")
			}
			d.wantSent(t, test.sent...)
			if more := d.server.Calls()[calls:]; test.onDestroy == "abandon" && len(more) > 0 {
				t.Errorf("called %v", more)
			}
		})
	}
}

func TestDeleteStopsAfterDrift(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions+";"+createEvents, "on_destroy", "drop"))
	d.echo = []string{createRegions}
	now, diags := c.apply(nil, state, c.plan(nil, state))
	diags.wantError(t, atDDL, "changed after the plan to destroy", "1. [destructive] DROP TABLE Regions", "Run plan again")
	if now == nil {
		t.Error("the state is lost")
	}
	d.wantSent(t, []string{createRegions, createEvents})

	// Nothing left to drop is no reason to stop.
	d.echo = nil
	now, diags = c.apply(nil, state, c.plan(nil, state))
	diags.wantNone(t)
	if now != nil {
		t.Error("there is still a state")
	}
}

func TestDeleteGone(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions, "on_destroy", "drop"))
	d.getDDL = func() error { return status.Error(codes.NotFound, "Database not found: "+fullPath) }
	state, diags := c.apply(nil, state, c.plan(nil, state))
	diags.wantNone(t)
	if state != nil {
		t.Error("there is still a state")
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	for _, id := range []string{"ledger/events", "acme/ledger/events", fullPath} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			c := newCore(t, newDatabase(t, createRegions, createEvents))
			state, diags := c.importState(id)
			diags.wantNone(t)
			if got := state.text(t, "ddl"); got != createRegions+";\n"+createEvents+";\n" {
				t.Errorf("unexpected text %q", got)
			}
			plan := c.plan(config("-- mine\n"+createEvents+";\n"+createRegions), state)
			plan.diagnostics.wantNone(t)
			wantSame(t, state, plan)
		})
	}
}

func TestImportEmpty(t *testing.T) {
	t.Parallel()
	c := newCore(t, newDatabase(t))
	state, diags := c.importState(fullPath)
	diags.wantNone(t)
	plan := c.plan(config(createRegions), state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", createRegions)
}

func TestImportOfNonsense(t *testing.T) {
	t.Parallel()
	_, diags := newCore(t, newDatabase(t)).importState("events")
	diags.wantError(t, atDatabase, `"events" is not the name of a database`)
}
