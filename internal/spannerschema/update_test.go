package spannerschema_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

func TestUpdate(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents)
	state, diags := c.apply(after, state, c.plan(after, state))
	diags.wantNone(t)
	d.wantSent(t, []string{createRegions}, []string{createEvents})
	plan := c.plan(after, state)
	plan.diagnostics.wantNone(t)
	wantSame(t, state, plan)
}

func TestUpdateAdoptsWithoutSending(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createEvents)
	c := newCore(t, d)
	first := config(createRegions)
	plan := c.plan(first, nil)
	state, diags := c.apply(first, nil, plan)
	diags.wantNone(t)
	wantList(t, state, "unmanaged_objects", "Events")

	after := config(createRegions + ";" + createEvents)
	plan = c.plan(after, state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements")
	state, diags = c.apply(after, state, plan)
	diags.wantNone(t)
	wantList(t, state, "unmanaged_objects")
	d.wantSent(t, []string{createRegions})
	if got := state.text(t, "ddl"); !strings.Contains(got, createEvents) {
		t.Errorf("the state does not hold the new text: %q", got)
	}
}

func TestUpdateStopsAfterDrift(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents)
	plan := c.plan(after, state)
	plan.diagnostics.wantNone(t)
	d.echo = []string{strings.Replace(createRegions, "32", "64", 1)}
	now, diags := c.apply(after, state, plan)
	diags.wantError(t, atDDL, "changed after the plan was made", "Regions", "Run plan again")
	if got := now.text(t, "ddl"); got != createRegions {
		t.Errorf("the state holds another text: %q", got)
	}
	d.wantSent(t, []string{createRegions})
}

func TestUpdateIgnoresDriftOfOthers(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents)
	plan := c.plan(after, state)
	d.echo = append(d.echo, createProofs)
	_, diags := c.apply(after, state, plan)
	diags.wantNone(t)
	d.wantSent(t, []string{createRegions}, []string{createEvents})
}

func TestUpdateFailsWithFormerText(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	before := config(createRegions)
	state := c.created(before)
	after := config(createRegions + ";" + createEvents + ";" + createBlocks + ";" + createProofs)
	d.failAfter(1, codes.FailedPrecondition, "duplicate rows")
	state, diags := c.apply(after, state, c.plan(after, state))
	diags.wantError(t, atDDL, "Statement 2 of 3", "Failed:\n  2. "+createBlocks, "Applied:\n  1. "+createEvents, "Not applied:\n  3. "+createProofs)
	if got := state.text(t, "ddl"); got != createRegions {
		t.Errorf("the state holds another text: %q", got)
	}
	wantList(t, state, "planned_statements")

	// The next plan shows exactly the rest, with and without a refresh.
	rest := c.plan(after, state)
	rest.diagnostics.wantNone(t)
	wantList(t, rest.object, "planned_statements", createBlocks, createProofs)
	state, diags = c.read(state)
	diags.wantNone(t)
	rest = c.plan(after, state)
	rest.diagnostics.wantNone(t)
	wantList(t, rest.object, "planned_statements", createBlocks, createProofs)
	state, diags = c.apply(after, state, rest)
	diags.wantNone(t)
	wantSame(t, state, c.plan(after, state))
}

func TestUpdateReadBackFails(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents)
	plan := c.plan(after, state)
	d.getDDL = func() error {
		if len(d.sent) > 1 {
			return status.Error(codes.Unavailable, "connection lost")
		}
		return nil
	}
	state, diags := c.apply(after, state, plan)
	diags.wantError(t, atDDL, "could not be read afterwards", "All statements were applied")

	d.getDDL = nil
	state, diags = c.read(state)
	diags.wantNone(t)
	plan = c.plan(after, state)
	wantList(t, plan.object, "planned_statements")
	state, diags = c.apply(after, state, plan)
	diags.wantNone(t)
	d.wantSent(t, []string{createRegions}, []string{createEvents})
	wantSame(t, state, c.plan(after, state))
}

func TestUpdateWaitsNoLongerThanTimeouts(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents + ";" + createBlocks)
	after["timeouts"] = timeoutsOf("update", "3s")
	d.updateDDL = func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		d.apply(req, 1)
		return admintest.Running("op", 1, 0, false), nil
	}
	d.poll = func(*longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
		return admintest.Running("op", 1, 50, false), nil
	}
	state, diags := c.apply(after, state, c.plan(after, state))
	diags.wantError(t, atDDL, "The end of the schema change is not known", "longer than timeouts allows",
		"Applied:\n  1. "+createEvents, "Perhaps not applied:\n  2. "+createBlocks, "still be working on it as op")

	// The schema was read once more, although the time was over.
	plan := c.plan(after, state)
	plan.diagnostics.wantNone(t)
	wantList(t, plan.object, "planned_statements", createBlocks)
}

func TestUpdateStopsWhenAnotherChangeWasFirst(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	state := c.created(config(createRegions))
	after := config(createRegions + ";" + createEvents)
	plan := c.plan(after, state)
	d.updateDDL = func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		d.echo = append(d.echo, createEvents)
		return nil, status.Error(codes.FailedPrecondition, "Schema change operation rejected because a concurrent schema change operation or read-write transaction is already in progress.")
	}
	_, diags := c.apply(after, state, plan)
	diags.wantError(t, atDDL, "changed after the plan was made", "Events")
	d.wantSent(t, []string{createRegions}, []string{createEvents})
}
