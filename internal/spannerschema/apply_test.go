package spannerschema_test

import (
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const (
	createBlocks = "CREATE TABLE Blocks (Height INT64 NOT NULL) PRIMARY KEY (Height)"
	createProofs = "CREATE TABLE Proofs (Id INT64 NOT NULL) PRIMARY KEY (Id)"
)

func (d *database) wantSent(t *testing.T, want ...[]string) {
	t.Helper()
	if diff := cmp.Diff(want, d.sent); diff != "" {
		t.Errorf("unexpected batches (-want +got):\n%s", diff)
	}
}

// failAfter lets a request fail with its first statements applied.
func (d *database) failAfter(count int, code codes.Code, message string) {
	d.updateDDL = func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		name := d.apply(req, count).GetName()
		d.updateDDL = nil
		return admintest.Failed(name, count, code, message), nil
	}
}

func TestCreate(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	wanted := config(createRegions + ";" + createEvents)
	state, diags := c.apply(wanted, nil, c.plan(wanted, nil))
	diags.wantNone(t)
	d.wantSent(t, []string{createEvents})
	wantList(t, state, "planned_statements", createEvents)

	state, diags = c.read(state)
	diags.wantNone(t)
	wantList(t, state, "planned_statements")
	plan := c.plan(wanted, state)
	plan.diagnostics.wantNone(t)
	wantSame(t, state, plan)
}

func TestCreateAdoptsWithoutSending(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	c.created(config(createRegions))
	d.wantSent(t)
	if count := d.server.Count(admintest.UpdateDDL); count != 0 {
		t.Errorf("%d updates for no statement", count)
	}
}

func TestCreateOfWhatWasUnknownAtPlan(t *testing.T) {
	t.Parallel()
	d := newDatabase(t, createRegions)
	c := newCore(t, d)
	plan := c.plan(values{"database": unknown{}, "ddl": createEvents}, nil)
	plan.diagnostics.wantNone(t)
	// Core plans again when the database is known.
	wanted := config(createEvents)
	plan = c.plan(wanted, nil)
	state, diags := c.apply(wanted, nil, plan)
	diags.wantNone(t)
	wantList(t, state, "planned_statements", createEvents)
	wantList(t, state, "unmanaged_objects", "Regions")
}

func TestCreateStopsAfterDrift(t *testing.T) {
	t.Parallel()
	d := newDatabase(t)
	c := newCore(t, d)
	wanted := config(createRegions + ";" + createEvents)
	plan := c.plan(wanted, nil)
	d.echo = []string{createRegions}
	state, diags := c.apply(wanted, nil, plan)
	diags.wantError(t, atDDL, "changed after the plan was made", "1. [instant] "+createEvents, "Run plan again")
	if state != nil {
		t.Error("there is a state")
	}
	d.wantSent(t)
}

func TestCreateFailsWithoutState(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fail func(*database)
		says []string
		at   string
	}{
		"second statement": {
			fail: func(d *database) { d.failAfter(1, codes.FailedPrecondition, "duplicate rows") },
			at:   atDDL,
			says: []string{"Statement 2 of 3", "Spanner answers: duplicate rows (FailedPrecondition).", "Failed:\n  2. " + createEvents, "Applied:\n  1. " + createRegions, "Not applied:\n  3. " + createBlocks, "apply again"},
		},
		"whole batch": {
			fail: func(d *database) {
				d.updateDDL = func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
					return nil, status.Error(codes.InvalidArgument, "Syntax error")
				}
			},
			at:   atDDL,
			says: []string{"Spanner refused the schema change", "Syntax error", "Not applied:\n  1. " + createRegions},
		},
		"permission": {
			fail: func(d *database) {
				d.updateDDL = func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
					return nil, status.Error(codes.PermissionDenied, "missing spanner.databases.updateDdl")
				}
			},
			at:   atDDL,
			says: []string{"missing spanner.databases.updateDdl", "roles/spanner.databaseUser"},
		},
		"lost answer": {
			fail: func(d *database) {
				d.updateDDL = func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
					return nil, status.Error(codes.Unavailable, "connection lost")
				}
			},
			at:   atDDL,
			says: []string{"The end of the schema change is not known", "connection lost", "Perhaps not applied", fullPath + "/operations/proveniq_"},
		},
		"database gone": {
			fail: func(d *database) {
				d.getDDL = func() error { return status.Error(codes.NotFound, "Database not found: "+fullPath) }
			},
			at:   atDatabase,
			says: []string{"The database does not exist", "google_spanner_database"},
		},
		"read back": {
			fail: func(d *database) {
				d.getDDL = func() error {
					if len(d.sent) > 0 {
						return status.Error(codes.Unavailable, "connection lost")
					}
					return nil
				}
			},
			at:   atDDL,
			says: []string{"could not be read afterwards", "Apply again"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDatabase(t)
			c := newCore(t, d)
			wanted := config(createRegions+";"+createEvents+";"+createBlocks, "on_destroy", "drop")
			plan := c.plan(wanted, nil)
			test.fail(d)
			state, diags := c.apply(wanted, nil, plan)
			diags.wantError(t, test.at, test.says...)
			if state != nil {
				t.Error("there is a state, which core would replace")
			}
			// And again, without the fault.
			d.getDDL, d.updateDDL = nil, nil
			c.created(wanted)
			if diff := cmp.Diff([]string{createRegions, createEvents, createBlocks}, d.echo); diff != "" {
				t.Errorf("unexpected schema in the end (-want +got):\n%s", diff)
			}
		})
	}
}

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
