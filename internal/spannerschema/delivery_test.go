package spannerschema_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

// indexes are n indexes that have to be filled, and a table before and behind.
func indexes(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "CREATE INDEX I%02d ON Events (Id);", i)
	}
	return text.String()
}

func TestBatches(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		costly int
		sizes  []int
	}{
		"instant ones together": {0, []int{2}},
		"ten":                   {10, []int{12}},
		"eleven":                {11, []int{12, 1}},
		"twenty-one":            {21, []int{12, 10, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t, createEvents)
			c := newCore(t, d)
			state := c.created(config(createEvents))
			after := config(createEvents + ";" + createRegions + ";" + createBlocks + ";" + indexes(test.costly))
			plan := c.plan(after, state)
			plan.diagnostics.wantNone(t)
			state, diags := c.apply(after, state, plan)
			diags.wantNone(t)
			var sizes []int
			var all []string
			for _, batch := range d.sent {
				sizes = append(sizes, len(batch))
				all = append(all, batch...)
			}
			if fmt.Sprint(sizes) != fmt.Sprint(test.sizes) {
				t.Errorf("batches of %v statements, want %v", sizes, test.sizes)
			}
			wantList(t, plan.object, "planned_statements", all...)
			wantSame(t, state, c.plan(after, state))
		})
	}
}

func TestLaterBatchFails(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createEvents)
	c := newCore(t, d)
	state := c.created(config(createEvents))
	after := config(createEvents + ";" + indexes(13))
	plan := c.plan(after, state)
	all := plan.list(t, "planned_statements")
	d.updateDDL = func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		if len(d.sent) == 1 {
			return nil, nil
		}
		d.apply(req, 1)
		return admintest.Failed(req.GetDatabase()+"/operations/"+req.GetOperationId(), 1, codes.FailedPrecondition, "too many"), nil
	}
	state, diags := c.apply(after, state, plan)
	diags.wantError(t, atDDL, "Statement 12 of 13", "Failed:\n 12. "+all[11], "  1. "+all[0], " 11. "+all[10], "Not applied:\n 13. "+all[12])
	rest := c.plan(after, state)
	rest.diagnostics.wantNone(t)
	wantList(t, rest.object, "planned_statements", all[11:]...)
	d.updateDDL = nil
	state, diags = c.apply(after, state, rest)
	diags.wantNone(t)
	wantSame(t, state, c.plan(after, state))
}

// Wherever a change fails, the next plan shows exactly the rest.
func TestFailureAtEveryStatement(t *testing.T) {
	t.Parallel()
	all := []string{createEvents, createBlocks, createProofs}
	for k := range all {
		t.Run(fmt.Sprint(k+1), func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			state := c.created(config(createRegions))
			after := config(createRegions + ";" + strings.Join(all, ";"))
			d.failAfter(k, codes.FailedPrecondition, "bad rows")
			state, diags := c.apply(after, state, c.plan(after, state))
			diags.wantError(t, atDDL, fmt.Sprintf("Statement %d of 3", k+1), all[k])
			state, diags = c.read(state)
			diags.wantNone(t)
			rest := c.plan(after, state)
			rest.diagnostics.wantNone(t)
			wantList(t, rest.object, "planned_statements", all[k:]...)
			state, diags = c.apply(after, state, rest)
			diags.wantNone(t)
			wantSame(t, state, c.plan(after, state))
		})
	}
}

func TestCancelOnInterrupt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		optedIn bool
		// end is the operation after it was cancelled.
		end       func(string) *longrunningpb.Operation
		refused   bool
		cancelled int
		says      []string
		rest      []string
	}{
		"not opted in": {optedIn: false, says: []string{"The end of the schema change is not known", "interrupted"}, rest: []string{createBlocks}},
		"cancelled": {
			optedIn: true, cancelled: 1, end: func(name string) *longrunningpb.Operation {
				return admintest.Failed(name, 1, codes.Canceled, "cancelled")
			},
			says: []string{"The schema change was cancelled after 1 of 2 statements", "Applied:\n  1. " + createEvents, "Not applied:\n  2. " + createBlocks, "cancel_on_interrupt"},
			rest: []string{createBlocks},
		},
		"refused": {optedIn: true, cancelled: 1, refused: true, says: []string{"The end of the schema change is not known"}, rest: []string{createBlocks}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			settings := func(text string) values {
				v := config(text)
				v["cancel_on_interrupt"] = test.optedIn
				return v
			}
			state := c.created(settings(createRegions))
			after := settings(createRegions + ";" + createEvents + ";" + createBlocks)
			plan := c.plan(after, state)
			ctx, interrupt := context.WithCancel(t.Context())
			defer interrupt()
			cancelled := 0
			d.updateDDL = func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
				d.apply(req, 1)
				return admintest.Running("op", 1, 0, false), nil
			}
			d.poll = func(req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
				interrupt()
				if cancelled > 0 && test.end != nil {
					return test.end(req.GetName()), nil
				}
				return admintest.Running(req.GetName(), 1, 50, false), nil
			}
			d.cancel = func(*longrunningpb.CancelOperationRequest) error {
				cancelled++
				if test.refused {
					return context.DeadlineExceeded
				}
				return nil
			}
			state, diags := c.applyIn(ctx, after, state, plan)
			diags.wantError(t, atDDL, test.says...)
			if cancelled != test.cancelled {
				t.Errorf("cancelled %d times, want %d", cancelled, test.cancelled)
			}
			rest := c.plan(after, state)
			wantList(t, rest.object, "planned_statements", test.rest...)
		})
	}
}
