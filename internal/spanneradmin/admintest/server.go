// Package admintest serves the Database Admin API in-process for tests of what
// the Spanner emulator lacks. With Server the test decides every answer, and
// what it leaves out is Unimplemented: lost answers, quota. Spanner is a whole
// database: kinds of objects, refusals, progress, throttling, cancellation.
package admintest

import (
	"context"
	"errors"
	"net"
	"sync"
	"testing"

	"cloud.google.com/go/iam/apiv1/iampb"
	"cloud.google.com/go/longrunning/autogen/longrunningpb"
	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/types/known/anypb"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/timestamppb"
)

// The methods that Server counts.
const (
	GetDDL       = "GetDatabaseDdl"
	UpdateDDL    = "UpdateDatabaseDdl"
	GetOperation = "GetOperation"
	Cancel       = "CancelOperation"
	Permissions  = "TestIamPermissions"
	GetDatabase  = "GetDatabase"
)

// Answers are the behaviour of a Server. The functions are called one at a time.
type Answers struct {
	GetDDL       func(*databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error)
	UpdateDDL    func(*databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error)
	GetOperation func(*longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error)
	GetDatabase  func(*databasepb.GetDatabaseRequest) (*databasepb.Database, error)
	Cancel       func(*longrunningpb.CancelOperationRequest) error
	Permissions  func(*iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error)
}

// Server is a Database Admin server on a loopback port.
type Server struct {
	databasepb.UnimplementedDatabaseAdminServer
	longrunningpb.UnimplementedOperationsServer

	address string
	answers Answers

	mu    sync.Mutex
	calls []string
}

// Start serves until the test ends.
func Start(t testing.TB, answers Answers) *Server {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{address: listener.Addr().String(), answers: answers}
	server := grpc.NewServer()
	databasepb.RegisterDatabaseAdminServer(server, s)
	longrunningpb.RegisterOperationsServer(server, s)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Errorf("the in-process admin server: %v", err)
		}
	})
	return s
}

// ClientOptions lead a client to the server.
func (s *Server) ClientOptions() []option.ClientOption {
	return []option.ClientOption{
		option.WithEndpoint("passthrough:///" + s.address),
		option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}
}

// Calls lists the methods called so far.
func (s *Server) Calls() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.calls...)
}

// Count tells how often a method was called.
func (s *Server) Count(method string) int {
	count := 0
	for _, call := range s.Calls() {
		if call == method {
			count++
		}
	}
	return count
}

// GetDatabaseDdl implements the API.
func (s *Server) GetDatabaseDdl(_ context.Context, req *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
	return answer(s, GetDDL, s.answers.GetDDL, req)
}

// UpdateDatabaseDdl implements the API.
func (s *Server) UpdateDatabaseDdl(_ context.Context, req *databasepb.UpdateDatabaseDdlRequest) (*longrunningpb.Operation, error) {
	return answer(s, UpdateDDL, s.answers.UpdateDDL, req)
}

// GetOperation implements the API.
func (s *Server) GetOperation(_ context.Context, req *longrunningpb.GetOperationRequest) (*longrunningpb.Operation, error) {
	return answer(s, GetOperation, s.answers.GetOperation, req)
}

// GetDatabase implements the API.
func (s *Server) GetDatabase(_ context.Context, req *databasepb.GetDatabaseRequest) (*databasepb.Database, error) {
	return answer(s, GetDatabase, s.answers.GetDatabase, req)
}

// CancelOperation implements the API.
func (s *Server) CancelOperation(_ context.Context, req *longrunningpb.CancelOperationRequest) (*emptypb.Empty, error) {
	if s.answers.Cancel == nil {
		return answer[*longrunningpb.CancelOperationRequest, *emptypb.Empty](s, Cancel, nil, req)
	}
	return answer(s, Cancel, func(req *longrunningpb.CancelOperationRequest) (*emptypb.Empty, error) {
		return &emptypb.Empty{}, s.answers.Cancel(req)
	}, req)
}

// TestIamPermissions implements the API.
func (s *Server) TestIamPermissions(_ context.Context, req *iampb.TestIamPermissionsRequest) (*iampb.TestIamPermissionsResponse, error) {
	return answer(s, Permissions, s.answers.Permissions, req)
}

func answer[Request, Response any](s *Server, method string, f func(Request) (Response, error), req Request) (Response, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, method)
	if f == nil {
		var none Response
		return none, status.Errorf(codes.Unimplemented, "the test gives no answer to %s", method)
	}
	return f(req)
}

// Running is an operation that goes on: applied statements are done, the next
// one is at percent.
func Running(name string, applied int, percent int32, throttled bool) *longrunningpb.Operation {
	metadata := metadata(applied)
	metadata.Throttled = throttled
	for range applied {
		metadata.Progress = append(metadata.Progress, &databasepb.OperationProgress{ProgressPercent: 100})
	}
	metadata.Progress = append(metadata.Progress, &databasepb.OperationProgress{ProgressPercent: percent})
	return &longrunningpb.Operation{Name: name, Metadata: pack(metadata)}
}

// Succeeded is an operation that has applied all its statements.
func Succeeded(name string, applied int) *longrunningpb.Operation {
	return &longrunningpb.Operation{
		Name:     name,
		Metadata: pack(metadata(applied)),
		Done:     true,
		Result:   &longrunningpb.Operation_Response{Response: pack(&emptypb.Empty{})},
	}
}

// Failed is an operation that stopped after some statements.
func Failed(name string, applied int, code codes.Code, message string) *longrunningpb.Operation {
	return &longrunningpb.Operation{
		Name:     name,
		Metadata: pack(metadata(applied)),
		Done:     true,
		Result:   &longrunningpb.Operation_Error{Error: status.New(code, message).Proto()},
	}
}

func metadata(applied int) *databasepb.UpdateDatabaseDdlMetadata {
	m := new(databasepb.UpdateDatabaseDdlMetadata)
	for i := range applied {
		m.CommitTimestamps = append(m.CommitTimestamps, &timestamppb.Timestamp{Seconds: int64(i + 1)})
	}
	return m
}

// pack gives nil, an operation without metadata, for what cannot be packed.
func pack(message proto.Message) *anypb.Any {
	packed, err := anypb.New(message)
	if err != nil {
		return nil
	}
	return packed
}
