package admintest

import (
	"context"
	"regexp"
	"sync"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// StatisticsPackage is the package that every database has.
const StatisticsPackage = "auto_20261126_14_47_22UTC"

// Spanner is a database of the GoogleSQL dialect in memory. It knows the kinds
// of objects that the emulator lacks, refuses what Spanner's documentation
// forbids, and echoes as production does. It holds no rows: a test says itself
// when a statement is to fail on them.
//
// It shares no code with the schema engine, so that each can show the other's
// mistakes.
type Spanner struct {
	*Server

	path string

	mu sync.Mutex
	// history is what was applied. The schema is made from it anew each time:
	// so a trial never leaves anything behind.
	history    []batch
	operations map[string]*operation
	running    *operation
	next       Work
	sent       [][]string
}

// batch is statements with the proto descriptors that came with them.
type batch struct {
	statements  []string
	descriptors []byte
}

// Work is how Spanner goes about an operation. The zero value is done at once.
type Work struct {
	// Polls is how many times the operation is asked for until it is done.
	// Its statements are applied one after the other meanwhile.
	Polls int
	// Throttled is said as long as the operation runs.
	Throttled bool
	// FailAt is the number, counted from 1, of a statement that existing rows
	// make fail. Those before it stay applied. The batch may be shorter.
	FailAt int
	// LoseAnswer lets the call that starts the operation fail as if the
	// connection had broken.
	LoseAnswer bool
	// OnPoll, when set, is called each time the operation is asked for.
	OnPoll func()
}

// StartSpanner serves an empty database of this path until the test ends.
func StartSpanner(t testing.TB, path string) *Spanner {
	t.Helper()
	s := &Spanner{path: path, operations: map[string]*operation{}}
	s.Server = Start(t, Answers{
		GetDDL:       s.getDDL,
		UpdateDDL:    s.updateDDL,
		GetOperation: s.getOperation,
		GetDatabase:  s.getDatabase,
		Cancel:       s.cancel,
		Permissions: func(req *iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
			return &iampb.TestIamPermissionsResponse{Permissions: req.GetPermissions()}, nil
		},
	})
	return s
}

// Next says how the operation that starts next goes.
func (s *Spanner) Next(w Work) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = w
}

// Sent lists the batches that were accepted, in order.
func (s *Spanner) Sent() [][]string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([][]string(nil), s.sent...)
}

// Echo is what GetDatabaseDdl answers.
func (s *Spanner) Echo() ([]string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, err := s.replay()
	if err != nil {
		return nil, err
	}
	return now.echo(), nil
}

// Change applies statements as somebody else would, beside the API.
func (s *Spanner) Change(statements ...string) error {
	_, err := s.UpdateDatabaseDdl(context.Background(), &databasepb.UpdateDatabaseDdlRequest{Database: s.path, Statements: statements})
	return err
}

// replay makes the schema from what was applied.
func (s *Spanner) replay() (*schema, error) {
	_, database := splitLast(s.path)
	now := &schema{database: database, fresh: map[*table]bool{}, statistics: []*configured{{labelled: labelled{StatisticsPackage}}}}
	for _, b := range s.history {
		if _, err := now.applyAll(b); err != nil {
			return nil, err
		}
	}
	return now, nil
}

// applyAll applies a batch and counts its statements that touch rows.
func (s *schema) applyAll(b batch) (work int, err error) {
	if s.descriptors, err = readDescriptors(b.descriptors); err != nil {
		return 0, err
	}
	s.fresh, s.work = map[*table]bool{}, 0
	for _, statement := range b.statements {
		if err := s.apply(statement); err != nil {
			return 0, err
		}
	}
	return s.work, nil
}

func (s *Spanner) getDDL(req *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
	if err := s.here(req.GetDatabase()); err != nil {
		return nil, err
	}
	statements, err := s.Echo()
	if err != nil {
		return nil, err
	}
	response := &databasepb.GetDatabaseDdlResponse{Statements: statements}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.history {
		if len(b.descriptors) > 0 {
			response.ProtoDescriptors = b.descriptors
		}
	}
	return response, nil
}

func (s *Spanner) getDatabase(req *databasepb.GetDatabaseRequest) (*databasepb.Database, error) {
	if err := s.here(req.GetName()); err != nil {
		return nil, err
	}
	return &databasepb.Database{Name: s.path, DatabaseDialect: databasepb.DatabaseDialect_GOOGLE_STANDARD_SQL, State: databasepb.Database_READY}, nil
}

func (s *Spanner) here(database string) error {
	if database != s.path {
		return status.Errorf(codes.NotFound, "Database not found: %s", database)
	}
	return nil
}

// The limits of one schema change.
const (
	// maxBytes is the documented limit of one change.
	maxBytes = 10 << 20
	// maxWork is how many statements that validate or backfill the
	// documentation recommends at most; here it is the law.
	maxWork = 10
)

var operationID = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// updateDDL tries the whole batch on a copy before any of it is applied.
func (s *Spanner) updateDDL(req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
	if err := s.here(req.GetDatabase()); err != nil {
		return nil, err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := req.GetOperationId()
	if id == "" {
		id = automaticID(len(s.operations))
	} else if !operationID.MatchString(id) {
		return nil, invalid("Invalid operation id: %s", id)
	}
	name := s.path + "/operations/" + id
	if s.operations[name] != nil {
		return nil, status.Errorf(codes.AlreadyExists, "Operation already exists: %s", name)
	}
	b := batch{statements: req.GetStatements(), descriptors: req.GetProtoDescriptors()}
	if err := s.try(b); err != nil {
		return nil, err
	}
	op := &operation{name: name, batch: b, work: s.next}
	if op.work.FailAt > len(b.statements) {
		op.work.FailAt = 0
	}
	s.next = Work{}
	s.operations[name], s.running = op, op
	s.sent = append(s.sent, b.statements)
	if op.work.Polls == 0 {
		s.advance(op)
	}
	if op.work.LoseAnswer {
		return nil, status.Error(codes.Unavailable, "connection lost")
	}
	return op.message(), nil
}

// try refuses a batch that would not come to its end.
func (s *Spanner) try(b batch) error {
	if s.running != nil && !s.running.done {
		return blocked("Schema change operation rejected because a concurrent schema change operation or read-write transaction is already in progress.")
	}
	if len(b.statements) == 0 {
		return invalid("UpdateDatabaseDdl needs at least one statement.")
	}
	size := 0
	for _, statement := range b.statements {
		size += len(statement)
	}
	if size > maxBytes {
		return invalid("The statements exceed %d bytes.", maxBytes)
	}
	trial, err := s.replay()
	if err != nil {
		return err
	}
	work, err := trial.applyAll(b)
	if err != nil {
		return err
	}
	if work > maxWork {
		return invalid("The batch holds %d statements that validate or backfill, more than %d.", work, maxWork)
	}
	return nil
}
