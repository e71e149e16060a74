package spannerschema_test

import (
	"strings"
	"testing"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const atMode = `AttributeName("mode")`

func TestCheckOnlyLooks(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	wanted := config(createRegions+";"+createEvents, "mode", "check", "on_destroy", "drop")
	plan := c.plan(wanted, nil)
	plan.diagnostics.wantWarning(t, atMode, "nothing is sent", "1. [instant] "+createEvents)
	wantList(t, plan.object, "planned_statements", createEvents)
	state, diags := c.apply(wanted, nil, plan)
	diags.wantNone(t)

	// As long as the difference is there, every plan says so and changes nothing.
	for range 2 {
		state, diags = c.read(state)
		diags.wantNone(t)
		wantList(t, state, "planned_statements", createEvents)
		plan = c.plan(wanted, state)
		plan.diagnostics.wantWarning(t, atMode, createEvents)
		wantSame(t, state, plan)
	}

	// Another text is compared, and kept in the state.
	after := config(createRegions+";"+createEvents+";"+createBlocks, "mode", "check", "on_destroy", "drop")
	plan = c.plan(after, state)
	wantList(t, plan.object, "planned_statements", createEvents, createBlocks)
	state, diags = c.apply(after, state, plan)
	diags.wantNone(t)
	state, diags = c.read(state)
	diags.wantNone(t)
	wantSame(t, state, c.plan(after, state))

	// Once the database is as wanted there is nothing to say.
	d.echo = []string{createRegions, createEvents, createBlocks}
	state, diags = c.read(state)
	diags.wantNone(t)
	wantList(t, state, "planned_statements")
	plan = c.plan(after, state)
	plan.diagnostics.wantNone(t)
	wantSame(t, state, plan)

	gone := c.plan(nil, state)
	gone.diagnostics.wantNone(t)
	_, diags = c.apply(nil, state, gone)
	diags.wantNone(t)
	d.wantSent(t)
	if count := d.server.Count(admintest.UpdateDDL); count != 0 {
		t.Errorf("%d schema changes were sent", count)
	}
}

// A check refuses nothing: it says what an apply would refuse.
func TestCheckOfALoss(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions + ";" + createEvents))
	check := config(createRegions, "mode", "check")
	plan := c.plan(check, state)
	plan.diagnostics.wantWarning(t, atMode, "[destructive] DROP TABLE Events", "would be refused", "Events")
	state, diags := c.apply(check, state, plan)
	diags.wantNone(t)
	state, diags = c.read(state)
	diags.wantNone(t)
	wantList(t, state, "planned_statements", "DROP TABLE Events")
	plan = c.plan(check, state)
	plan.diagnostics.wantWarning(t, atMode, "DROP TABLE Events")
	wantSame(t, state, plan)
	d.wantSent(t, []string{createRegions, createEvents})
}

// What was only compared was never applied: a resource that applies again
// goes on from what it applied last.
func TestFromApplyToCheckAndBack(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions + ";" + createEvents))
	step := func(wanted values, statements ...string) {
		t.Helper()
		plan := c.plan(wanted, state)
		wantList(t, plan.object, "planned_statements", statements...)
		var diags diagnostics
		state, diags = c.apply(wanted, state, plan)
		diags.wantNone(t)
		state, diags = c.read(state)
		diags.wantNone(t)
		wantSame(t, state, c.plan(wanted, state))
	}
	step(config(createRegions+";"+createBlocks, "mode", "check"), createBlocks, "DROP TABLE Events")
	step(config(createRegions+";"+createBlocks+";"+createProofs, "mode", "check"), createBlocks, createProofs, "DROP TABLE Events")
	back := config(createRegions + ";" + createBlocks)
	back["allow_destructive"] = []string{"*"}
	step(back, createBlocks, "DROP TABLE Events")
	d.wantSent(t, []string{createRegions, createEvents}, []string{createBlocks, "DROP TABLE Events"})
}

func TestCheckAdoptedLater(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	check := config(createRegions, "mode", "check")
	state := c.created(check)
	apply := config(createRegions)
	state, diags := c.apply(apply, state, c.plan(apply, state))
	diags.wantNone(t)
	// From now on the table is owned: leaving it out is its loss.
	c.plan(config(createEvents), state).diagnostics.wantError(t, atDDL, `allow_destructive = ["Regions"]`)
	d.wantSent(t)
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	for name, code := range map[string]codes.Code{"unavailable": codes.Unavailable, "no answer": codes.DeadlineExceeded} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			wanted := config(createRegions)
			state, diags := c.apply(wanted, nil, c.plan(wanted, nil))
			diags.wantNone(t)
			d.getDDL = func() error { return status.Error(code, "try later") }
			read, diags := c.read(state)
			diags.wantWarning(t, atDatabase, "cannot be reached", "made from the state")
			plan := c.plan(wanted, read)
			plan.diagnostics.wantNone(t)
			wantSame(t, read, plan)

			// Another text is planned from what was last known, and stops where that
			// is not so any more.
			after := config(createRegions + ";" + createEvents)
			plan = c.plan(after, read)
			plan.diagnostics.wantNone(t)
			wantList(t, plan.object, "planned_statements", createEvents)
			d.getDDL = nil
			d.echo = []string{strings.Replace(createRegions, "32", "64", 1)}
			_, diags = c.apply(after, read, plan)
			diags.wantError(t, atDDL, "changed after the plan was made", "Regions")
			d.wantSent(t, []string{createRegions})
		})
	}
}

func TestUnreachableOnImport(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	d.getDDL = func() error { return status.Error(codes.Unavailable, "try later") }
	_, diags := newCore(t, d).importState("ledger/events")
	diags.wantError(t, atDatabase, "cannot be read", "try later")
}
