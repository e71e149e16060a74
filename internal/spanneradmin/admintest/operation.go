package admintest

import (
	"strconv"
	"strings"

	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// operation is a batch on its way.
type operation struct {
	name    string
	batch   batch
	work    Work
	polls   int
	applied int
	done    bool
	failure error
}

// automaticID is like those that Spanner makes itself.
func automaticID(n int) string { return "_auto_op_" + strconv.Itoa(n) }

func splitLast(path string) (before, last string) {
	i := strings.LastIndexByte(path, '/')
	return path[:i+1], path[i+1:]
}

func (s *Spanner) getOperation(req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := s.operations[req.GetName()]
	if op == nil {
		return nil, status.Errorf(codes.NotFound, "Operation not found: %s", req.GetName())
	}
	if !op.done {
		op.polls++
		s.advance(op)
		if op.work.OnPoll != nil {
			op.work.OnPoll()
		}
	}
	return op.message(), nil
}

// advance applies what is finished by now.
func (s *Spanner) advance(op *operation) {
	end := len(op.batch.statements)
	if op.work.FailAt > 0 {
		end = min(end, op.work.FailAt-1)
	}
	now := end
	if op.polls < op.work.Polls {
		now = end * op.polls / op.work.Polls
	} else {
		op.done = true
		if op.work.FailAt > 0 {
			op.failure = blocked("Existing rows do not allow the statement: %s", op.batch.statements[end])
		}
	}
	if now > op.applied {
		s.history = append(s.history, batch{statements: op.batch.statements[op.applied:now], descriptors: op.batch.descriptors})
		op.applied = now
	}
}

func (s *Spanner) cancel(req *longrunningpb.CancelOperationRequest) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	op := s.operations[req.GetName()]
	if op == nil {
		return status.Errorf(codes.NotFound, "Operation not found: %s", req.GetName())
	}
	if !op.done {
		op.done = true
		op.failure = status.Error(codes.Canceled, "The operation was cancelled.")
	}
	return nil
}

// message is the operation as the API tells it.
func (op *operation) message() *longrunningpb.Operation {
	database, _, _ := strings.Cut(op.name, "/operations/")
	told := &databasepb.UpdateDatabaseDdlMetadata{Database: database, Statements: op.batch.statements, Throttled: op.work.Throttled && !op.done}
	for i := range op.batch.statements {
		progress := &databasepb.OperationProgress{}
		switch {
		case i < op.applied:
			at := &timestamppb.Timestamp{Seconds: int64(i + 1)}
			told.CommitTimestamps = append(told.CommitTimestamps, at)
			progress.ProgressPercent, progress.StartTime, progress.EndTime = 100, at, at
		case i == op.applied && !op.done && op.work.Polls > 0:
			progress.ProgressPercent = int32(100 * op.polls / op.work.Polls)
		}
		told.Progress = append(told.Progress, progress)
	}
	message := &longrunningpb.Operation{Name: op.name, Metadata: pack(told), Done: op.done}
	switch {
	case op.failure != nil:
		message.Result = &longrunningpb.Operation_Error{Error: status.Convert(op.failure).Proto()}
	case op.done:
		message.Result = &longrunningpb.Operation_Response{Response: pack(&emptypb.Empty{})}
	}
	return message
}
