package spannerschema_test

import (
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
