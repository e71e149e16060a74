package spanneradmin_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-log/tflogtest"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

const (
	refusedAsConcurrent = "Schema change operation rejected because a concurrent schema change operation or read-write transaction is already in progress."
	blocked             = "operation rejected: Cannot drop column `Events.Payload`"
)

var three = []string{"CREATE TABLE A", "CREATE UNIQUE INDEX B", "CREATE TABLE C"}

// reply is one answer of a script: an operation, or an error.
type reply struct {
	operation *longrunningpb.Operation
	err       error
}

func refuse(code codes.Code, message string) reply {
	return reply{err: status.Error(code, message)}
}

// script answers one call after the other; a call too many is an error that
// no retry cures.
type script struct {
	updates, polls []reply
	sent           []*databasepb.UpdateDatabaseDdlRequest
	asked          []string
}

func (s *script) answers() admintest.Answers {
	next := func(replies *[]reply, what string) (*longrunningpb.Operation, error) {
		if len(*replies) == 0 {
			return nil, status.Errorf(codes.Internal, "the script has no answer left for %s", what)
		}
		first := (*replies)[0]
		*replies = (*replies)[1:]
		return first.operation, first.err
	}
	return admintest.Answers{
		UpdateDDL: func(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
			s.sent = append(s.sent, req)
			return next(&s.updates, "the update")
		},
		GetOperation: func(req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
			s.asked = append(s.asked, req.GetName())
			return next(&s.polls, "the poll")
		},
	}
}

func operation(id string) string { return events.String() + "/operations/" + id }

func (s *script) ids() []string {
	var ids []string
	for _, req := range s.sent {
		ids = append(ids, req.GetOperationId())
	}
	return ids
}

func TestUpdateDDL(t *testing.T) {
	t.Parallel()
	running := reply{operation: admintest.Running(operation("op"), 1, 40, false)}
	done := reply{operation: admintest.Succeeded(operation("op"), 3)}
	exists := refuse(codes.AlreadyExists, "Operation already exists: op")

	for _, test := range []struct {
		name    string
		updates []reply
		polls   []reply
		ids     []string // operation ids sent, in order
		failure *spanneradmin.UpdateError
		text    string // a part of the failure's cause
	}{
		{name: "done at once", updates: []reply{done}, ids: []string{"op"}},
		{name: "followed to the end", updates: []reply{running}, polls: []reply{running, running, done}, ids: []string{"op"}},
		{
			name:    "polls survive a silent API",
			updates: []reply{running},
			polls:   []reply{refuse(codes.Unavailable, "later"), refuse(codes.ResourceExhausted, "quota"), done},
			ids:     []string{"op"},
		},
		{
			name:    "lost answer, still running",
			updates: []reply{refuse(codes.Unavailable, "connection lost"), exists},
			polls:   []reply{running, done},
			ids:     []string{"op", "op"},
		},
		{
			name:    "lost answer, finished meanwhile: not sent again",
			updates: []reply{refuse(codes.Unavailable, "connection lost"), exists},
			polls:   []reply{done},
			ids:     []string{"op", "op"},
		},
		{
			name:    "lost answer, failed meanwhile",
			updates: []reply{refuse(codes.Unavailable, "connection lost"), exists},
			polls:   []reply{{operation: admintest.Failed(operation("op"), 1, codes.FailedPrecondition, "duplicate rows")}},
			ids:     []string{"op", "op"},
			failure: &spanneradmin.UpdateError{Operation: operation("op"), Applied: 1, Failed: 1},
			text:    "duplicate rows",
		},
		{
			name:    "begun by an earlier run, still running: joined",
			updates: []reply{exists},
			polls:   []reply{running, running, done},
			ids:     []string{"op"},
		},
		{
			name:    "done by earlier runs: the next id that is free",
			updates: []reply{exists, exists, done},
			polls:   []reply{done, {operation: admintest.Failed(operation("op_2"), 0, codes.FailedPrecondition, "rows")}},
			ids:     []string{"op", "op_2", "op_3"},
		},
		{
			name:    "something else already exists",
			updates: []reply{refuse(codes.AlreadyExists, "table A exists")},
			polls:   []reply{refuse(codes.NotFound, "no such operation")},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Failed: -1},
			text:    "table A exists",
		},
		{
			name:    "quota",
			updates: []reply{refuse(codes.ResourceExhausted, "quota"), done},
			ids:     []string{"op", "op"},
		},
		{
			name:    "concurrent change at the call",
			updates: []reply{refuse(codes.FailedPrecondition, refusedAsConcurrent), refuse(codes.FailedPrecondition, refusedAsConcurrent), done},
			ids:     []string{"op", "op", "op"},
		},
		{
			name:    "concurrent change in the operation",
			updates: []reply{{operation: admintest.Failed(operation("op"), 0, codes.FailedPrecondition, refusedAsConcurrent)}, {operation: admintest.Succeeded(operation("op_2"), 3)}},
			ids:     []string{"op", "op_2"},
		},
		{
			name:    "lost answer, then in its own way",
			updates: []reply{refuse(codes.Unavailable, "connection lost"), refuse(codes.FailedPrecondition, refusedAsConcurrent), exists},
			polls:   []reply{done},
			ids:     []string{"op", "op", "op"},
		},
		{
			name:    "batch refused as a whole",
			updates: []reply{refuse(codes.FailedPrecondition, blocked)},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Failed: -1},
			text:    blocked,
		},
		{
			name:    "batch refused because of one statement",
			updates: []reply{refuse(codes.InvalidArgument, "Error parsing Spanner DDL statement: CREATE UNIQUE\nINDEX  B : Syntax error")},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Failed: 1},
			text:    "Syntax error",
		},
		{
			name:    "failed half-way",
			updates: []reply{running},
			polls:   []reply{{operation: admintest.Failed(operation("op"), 1, codes.FailedPrecondition, "Duplicate name")}},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Operation: operation("op"), Applied: 1, Failed: 1},
			text:    "Duplicate name",
		},
		{
			name:    "failed at once",
			updates: []reply{{operation: admintest.Failed(operation("op"), 2, codes.ResourceExhausted, "too many")}},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Operation: operation("op"), Applied: 2, Failed: 2},
			text:    "too many",
		},
		{
			name:    "interfered with half-way: not sent again",
			updates: []reply{{operation: admintest.Failed(operation("op"), 1, codes.FailedPrecondition, refusedAsConcurrent)}},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Operation: operation("op"), Applied: 1, Failed: 1},
			text:    "concurrent schema change",
		},
		{
			name:    "permission",
			updates: []reply{refuse(codes.PermissionDenied, "missing spanner.databases.updateDdl")},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Failed: -1},
			text:    "missing spanner.databases.updateDdl",
		},
		{
			name:    "the state of the operation cannot be read",
			updates: []reply{running},
			polls:   []reply{refuse(codes.PermissionDenied, "missing spanner.databaseOperations.get")},
			ids:     []string{"op"},
			failure: &spanneradmin.UpdateError{Operation: operation("op"), Applied: 1, Failed: -1, Unfinished: true},
			text:    "databaseOperations.get",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := &script{updates: test.updates, polls: test.polls}
			server := admintest.Start(t, s.answers())
			err := connect(t, server).UpdateDDL(t.Context(), events, spanneradmin.Batch{
				Statements: three, OperationID: "op", ProtoDescriptors: []byte("protos"),
			})
			if diff := cmp.Diff(test.ids, s.ids()); diff != "" {
				t.Errorf("unexpected operation ids (-want +got):\n%s", diff)
			}
			for _, req := range s.sent {
				if diff := cmp.Diff(three, req.GetStatements()); diff != "" || req.GetDatabase() != events.String() || string(req.GetProtoDescriptors()) != "protos" {
					t.Errorf("unexpected request %v", req)
				}
			}
			if len(s.updates) > 0 || len(s.polls) > 0 {
				t.Errorf("%d updates and %d polls were never made", len(s.updates), len(s.polls))
			}
			if test.failure == nil {
				if err != nil {
					t.Errorf("failed: %v", err)
				}
				return
			}
			var got *spanneradmin.UpdateError
			if !errors.As(err, &got) {
				t.Fatalf("got %v, want an UpdateError", err)
			}
			if !strings.Contains(got.Err.Error(), test.text) || !strings.Contains(got.Error(), test.text) {
				t.Errorf("got %q, want the API's words %q in it", got, test.text)
			}
			test.failure.Statements = three
			got.Err = nil
			if diff := cmp.Diff(test.failure, got); diff != "" {
				t.Errorf("unexpected failure (-want +got):\n%s", diff)
			}
		})
	}
}

func TestUpdateDDLOfNothing(t *testing.T) {
	t.Parallel()
	server := admintest.Start(t, admintest.Answers{})
	if err := connect(t, server).UpdateDDL(t.Context(), events, spanneradmin.Batch{OperationID: "op"}); err != nil {
		t.Error(err)
	}
	if calls := server.Calls(); len(calls) != 0 {
		t.Errorf("calls were made for no statement: %v", calls)
	}
}

func TestUpdateDDLAsksBeforeRetry(t *testing.T) {
	t.Parallel()
	s := &script{updates: []reply{refuse(codes.FailedPrecondition, refusedAsConcurrent)}}
	server := admintest.Start(t, s.answers())
	changed := errors.New("the schema is another now")
	err := connect(t, server).UpdateDDL(t.Context(), events, spanneradmin.Batch{
		Statements: three, OperationID: "op",
		BeforeRetry: func(context.Context) error { return changed },
	})
	if !errors.Is(err, changed) {
		t.Errorf("got %v, want the error of BeforeRetry", err)
	}
	if count := server.Count(admintest.UpdateDDL); count != 1 {
		t.Errorf("sent %d times, want once", count)
	}
}

func TestUpdateDDLInterrupted(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	polls := 0
	server := admintest.Start(t, admintest.Answers{
		UpdateDDL: func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
			return admintest.Running(operation("op"), 0, 0, false), nil
		},
		GetOperation: func(*longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
			if polls++; polls == 3 {
				cancel()
			}
			return admintest.Running(operation("op"), 2, 10, false), nil
		},
	})
	err := connect(t, server).UpdateDDL(ctx, events, spanneradmin.Batch{Statements: three, OperationID: "op"})
	var failure *spanneradmin.UpdateError
	if !errors.As(err, &failure) || !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want an UpdateError by the cancellation", err)
	}
	if !failure.Unfinished || failure.Applied != 2 || failure.Failed != -1 || failure.Operation != operation("op") {
		t.Errorf("unexpected failure %+v", failure)
	}
}

func TestUpdateDDLWaitsNoLongerThanTheContext(t *testing.T) {
	t.Parallel()
	server := admintest.Start(t, admintest.Answers{
		UpdateDDL: func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
			return nil, status.Error(codes.FailedPrecondition, refusedAsConcurrent)
		},
	})
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	err := connect(t, server).UpdateDDL(ctx, events, spanneradmin.Batch{Statements: three, OperationID: "op"})
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "concurrent schema change") {
		t.Errorf("got %v, want the deadline and what stood in the way", err)
	}
}

func TestUpdateDDLLogsProgress(t *testing.T) {
	t.Parallel()
	s := &script{
		updates: []reply{{operation: admintest.Running(operation("op"), 0, 0, false)}},
		polls: []reply{
			{operation: admintest.Running(operation("op"), 1, 40, false)},
			{operation: admintest.Running(operation("op"), 1, 40, false)},
			{operation: admintest.Running(operation("op"), 1, 40, true)},
			{operation: admintest.Succeeded(operation("op"), 3)},
		},
	}
	server := admintest.Start(t, s.answers())
	var log strings.Builder
	ctx := tflogtest.RootLogger(t.Context(), &log)
	if err := connect(t, server).UpdateDDL(ctx, events, spanneradmin.Batch{Statements: three, OperationID: "op"}); err != nil {
		t.Fatal(err)
	}
	for text, times := range map[string]int{
		`"percent":40`:                        2, // new, then throttled; not the poll that told nothing new
		`"throttled":true`:                    1,
		`"statement":"CREATE UNIQUE INDEX B"`: 2,
		`"applied":3`:                         1,
		`"@level":"warn"`:                     1,
	} {
		if got := strings.Count(log.String(), text); got != times {
			t.Errorf("%s is in the log %d times, want %d:\n%s", text, got, times, log.String())
		}
	}
}
