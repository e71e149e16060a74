package spannerschema_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const (
	unique = "CREATE UNIQUE INDEX OneEventPerRegion ON Events (Region)"
	proofs = "CREATE TABLE Proofs (Id INT64 NOT NULL) PRIMARY KEY (Id)"
	blocks = "CREATE TABLE Blocks (Height INT64 NOT NULL) PRIMARY KEY (Height)"
)

func TestFailsHalfWay(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	after := b.config(text(events, blocks, unique, proofs))
	tf := b.terraform(b.config(text(events)))
	tf.Apply(0)
	b.sql("INSERT INTO Events (Id, Region) VALUES ('a', 'us-east1'), ('b', 'us-east1')")

	tf.Write(after)
	output := tf.Apply(1)
	acctest.WantOutput(t, output, "of the schema change failed", "uniqueness violation", unique, "Applied:", "apply again")

	// The next plan shows exactly what is not there yet.
	output = tf.Plan(true)
	missing := []string{}
	for name, statement := range map[string]string{"Blocks": blocks, "OneEventPerRegion": unique, "Proofs": proofs} {
		if strings.Contains(b.live(), name) {
			if strings.Contains(output, "statement = \""+statement) {
				t.Errorf("%s is there, but planned again:\n%s", name, output)
			}
			continue
		}
		missing = append(missing, name)
		acctest.WantOutput(t, output, "statement = \""+statement)
	}
	if len(missing) == 0 || len(missing) == 3 {
		t.Fatalf("the change did not fail half-way: %q are missing", missing)
	}

	b.sql("DELETE FROM Events WHERE Id = 'b'")
	tf.Apply(0)
	b.wantLive("Events", "OneEventPerRegion", "Blocks", "Proofs")
	tf.Plan(false)
	tf.Plan(false, "-refresh=false")
}

func TestFailedCreateIsNotTainted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.change(events)
	b.sql("INSERT INTO Events (Id, Region) VALUES ('a', 'us-east1'), ('b', 'us-east1')")
	tf := b.terraform(b.config(text(events, blocks, unique) + `on_destroy = "drop"`))
	acctest.WantOutput(t, tf.Apply(1), "of the schema change failed", unique)
	if state := tf.Run(0, "state", "list"); state != "" {
		t.Errorf("the failed create left a state: %s", state)
	}
	b.sql("DELETE FROM Events WHERE Id = 'b'")
	output := tf.Apply(0)
	acctest.WantOutput(t, output, "1 added, 0 changed, 0 destroyed")
	tf.Plan(false)
	b.sql("UPDATE Events SET Region = 'europe-west1' WHERE Id = 'a'") // the row is still there
}

func TestStopsWhenTheSchemaChangedAfterThePlan(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events)))
	tf.Apply(0)
	tf.Write(b.config(text(events, unique)))
	tf.Plan(true, "-out=saved")
	b.change("ALTER TABLE Events ADD COLUMN Extra STRING(8)")
	b.gateway.counts()
	acctest.WantOutput(t, tf.Run(1, "apply", "-no-color", "-input=false", "saved"), "The schema was changed after the plan was made", "Events", "Run plan again")
	if _, writes := b.gateway.counts(); writes != 0 {
		t.Errorf("%d schema changes were sent", writes)
	}
	// The next plan was made from what is there now: the column is nobody's.
	acctest.WantOutput(t, tf.Apply(0), "left alone: Events.Extra")
	b.wantLive("Events", "OneEventPerRegion")
}

func TestForeignObjectsDoNotStopAnApply(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events)))
	tf.Apply(0)
	tf.Write(b.config(text(events, unique)))
	tf.Plan(true, "-out=saved")
	b.change("CREATE TABLE Others (Id INT64) PRIMARY KEY (Id)")
	tf.Run(0, "apply", "-no-color", "-input=false", "saved")
	acctest.WantOutput(t, tf.Plan(false), "left alone: Others")
}

func TestOneReadPerPlan(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events)))
	plan := func(what string, changes bool, wantReads int, arguments ...string) {
		t.Helper()
		b.gateway.counts()
		tf.Plan(changes, arguments...)
		if reads, writes := b.gateway.counts(); reads != wantReads || writes != 0 {
			t.Errorf("%s: %d reads and %d schema changes, want %d reads", what, reads, writes, wantReads)
		}
	}
	plan("of a create", true, 1)
	tf.Apply(0)
	plan("unchanged without refresh, right after the apply", false, 0, "-refresh=false")
	plan("unchanged", false, 1)
	tf.Write(b.config(text(events, unique)))
	plan("of a change", true, 1)
	plan("of a change without refresh", true, 0, "-refresh=false")
	plan("to destroy", true, 1, "-destroy")
}

func TestAbsentDatabase(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.drop()
	tf := b.terraform(b.config(text(events)))
	acctest.WantOutput(t, tf.Plan(true), "The database does not exist yet", b.database, "planned_statements", events)
	acctest.WantOutput(t, tf.Apply(1), "The database does not exist", "google_spanner_database")

	path := strings.Split(b.database, "/")
	if err := acctest.Cloud(t).Emulator().CreateDatabase(t.Context(), path[1], path[3], path[5]); err != nil {
		t.Fatal(err)
	}
	tf.Apply(0)
	tf.Plan(false)

	// Gone later: the next plan makes the schema anew.
	b.drop()
	acctest.WantOutput(t, tf.Plan(true), "The database is gone", "will be created", events)
}

func TestDestroyShowsWhatWouldBeLost(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events, unique) + `on_destroy = "drop"`))
	tf.Apply(0)
	acctest.WantOutput(t, tf.Plan(true, "-destroy"), "drops its objects and their data", "DROP INDEX OneEventPerRegion", "DROP TABLE Events")
	tf.Run(0, "destroy", "-no-color", "-input=false", "-auto-approve")
	b.wantLive()
}

func TestInterrupt(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	tf := b.terraform(b.config(text(events)))
	tf.Apply(0)
	tf.Write(b.config(text(events, blocks)))

	// The change stays unfinished until terraform was interrupted.
	waiting := make(chan struct{})
	polls := 0
	b.gateway.mu.Lock()
	b.gateway.update = func(_ context.Context, req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		return &longrunningpb.Operation{Name: req.GetDatabase() + "/operations/" + req.GetOperationId()}, nil
	}
	b.gateway.poll = func(_ context.Context, req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
		if polls++; polls == 1 {
			close(waiting)
		}
		return &longrunningpb.Operation{Name: req.GetName()}, nil
	}
	b.gateway.mu.Unlock()

	command := tf.Start("apply", "-no-color", "-input=false", "-auto-approve")
	<-waiting
	command.Interrupt()
	acctest.WantOutput(t, command.Wait(1), "The end of the schema change is not known", "The wait was interrupted", blocks, "/operations/proveniq_")

	b.gateway.mu.Lock()
	b.gateway.update, b.gateway.poll = nil, nil
	b.gateway.mu.Unlock()
	acctest.WantOutput(t, tf.Plan(true), blocks)
	tf.Apply(0)
	tf.Plan(false)
}

func TestLostAnswer(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	lost := false
	b.gateway.update = func(ctx context.Context, req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
		operation, err := b.admin.UpdateDatabaseDdl(ctx, req)
		if !lost {
			lost = true
			return nil, status.Error(codes.Unavailable, "the connection broke")
		}
		if err != nil {
			return nil, err
		}
		return b.admin.GetOperation(ctx, &longrunningpb.GetOperationRequest{Name: operation.Name()})
	}
	b.test(
		applies(b.config(text(events, blocks)), plancheck.ResourceActionCreate, events, blocks),
		resource.TestStep{Config: b.config(text(events, blocks)), PlanOnly: true},
	)
	if !lost {
		t.Error("no answer was lost")
	}
	b.wantLive("Events", "Blocks")
}

// Rows that forbid one of three changes: Spanner finds out when the ones
// before are made, the next plan is the rest, and once the rows are repaired
// the same apply ends well.
func TestFailsAtEveryStatement(t *testing.T) {
	t.Parallel()
	const before = "CREATE TABLE Events (Id INT64 NOT NULL, A STRING(MAX), B STRING(MAX), C STRING(MAX)) PRIMARY KEY (Id)"
	after := text(replaced(before, "B STRING(MAX)", "B STRING(MAX) NOT NULL", "C STRING(MAX)", "C STRING(MAX), CONSTRAINT CIsGood CHECK (C != 'bad')"),
		"CREATE UNIQUE INDEX OnePerA ON Events (A)")
	statements := []string{"ALTER TABLE Events ALTER COLUMN B STRING(MAX) NOT NULL", "ALTER TABLE Events ADD CONSTRAINT CIsGood CHECK (C != 'bad')", "CREATE UNIQUE INDEX OnePerA ON Events (A)"}
	for k, bad := range []string{"INSERT INTO Events (Id, A, C) VALUES (2, 'x', 'good')", "INSERT INTO Events (Id, A, B, C) VALUES (2, 'x', 'b', 'bad')", "INSERT INTO Events (Id, A, B, C) VALUES (2, 'same', 'b', 'good')"} {
		t.Run(statements[k], func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			tf := b.terraform(b.config(text(before)))
			tf.Apply(0)
			b.sql("INSERT INTO Events (Id, A, B, C) VALUES (1, 'same', 'b', 'good')", bad)
			tf.Write(b.config(after))
			acctest.WantOutput(t, tf.Apply(1), fmt.Sprintf("Statement %d of %d of the schema change failed", k+1, len(statements)), statements[k])
			output := acctest.Flat(tf.Plan(true))
			for i, statement := range statements {
				if planned := strings.Contains(output, "statement = \""+statement); planned != (i >= k) {
					t.Errorf("%q is planned again: %t\n%s", statement, planned, output)
				}
			}
			b.sql("DELETE FROM Events WHERE Id = 2")
			tf.Apply(0)
			tf.Plan(false)
			b.wantLive("Events", "OnePerA")
		})
	}
}
