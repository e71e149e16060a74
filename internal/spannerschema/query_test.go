package spannerschema_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"sync"
	"testing"

	"cloud.google.com/go/spanner/apiv1/spannerpb"
	"google.golang.org/api/option"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/status"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/structpb"

	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
)

// rowServer answers queries in-process as Spanner does, with what the emulator
// lacks. It takes what spannerquery sends and nothing else: one query at a time
// in a session of this database, of a read-only transaction that ends with it.
type rowServer struct {
	spannerpb.UnimplementedSpannerServer
	address string
	// answer gives the rows of a query, each value a STRING. It may wait for
	// the context.
	answer func(ctx context.Context, sql string) ([][]string, error)

	mu      sync.Mutex
	queries []string
}

func startRows(t *testing.T, answer func(ctx context.Context, sql string) ([][]string, error)) *rowServer {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &rowServer{address: listener.Addr().String(), answer: answer}
	server := grpc.NewServer()
	spannerpb.RegisterSpannerServer(server, s)
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Stop()
		if err := <-served; err != nil && !errors.Is(err, grpc.ErrServerStopped) {
			t.Errorf("the in-process server of rows: %v", err)
		}
	})
	return s
}

// client is what the provider queries the database with.
func (s *rowServer) client(t *testing.T) *spannerquery.Client {
	t.Helper()
	client, err := spannerquery.New(context.Background(), fullPath, spannerquery.Options{Staleness: spannerquery.Staleness, ClientOptions: []option.ClientOption{
		option.WithEndpoint("passthrough:///" + s.address),
		option.WithoutAuthentication(),
		option.WithGRPCDialOption(grpc.WithTransportCredentials(insecure.NewCredentials())),
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
	})
	return client
}

// asked lists the queries so far.
func (s *rowServer) asked() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]string(nil), s.queries...)
}

const session = fullPath + "/sessions/one"

// CreateSession implements the API.
func (s *rowServer) CreateSession(_ context.Context, req *spannerpb.CreateSessionRequest) (*spannerpb.Session, error) {
	if req.GetDatabase() != fullPath {
		return nil, status.Errorf(codes.NotFound, "Database not found: %s", req.GetDatabase())
	}
	return &spannerpb.Session{Name: session, Multiplexed: req.GetSession().GetMultiplexed()}, nil
}

// DeleteSession implements the API.
func (*rowServer) DeleteSession(context.Context, *spannerpb.DeleteSessionRequest) (*emptypb.Empty, error) {
	return &emptypb.Empty{}, nil
}

// ExecuteStreamingSql implements the API.
//
//nolint:revive // the API's name
func (s *rowServer) ExecuteStreamingSql(req *spannerpb.ExecuteSqlRequest, stream spannerpb.Spanner_ExecuteStreamingSqlServer) error {
	if req.GetSession() != session || req.GetTransaction().GetSingleUse().GetReadOnly() == nil {
		return status.Errorf(codes.InvalidArgument, "not a query of one read-only transaction: %v", req)
	}
	s.mu.Lock()
	s.queries = append(s.queries, req.GetSql())
	s.mu.Unlock()
	rows, err := s.answer(stream.Context(), req.GetSql())
	if err != nil {
		return err
	}
	result := &spannerpb.PartialResultSet{Metadata: &spannerpb.ResultSetMetadata{RowType: &spannerpb.StructType{}}, Last: true}
	for i, row := range rows {
		for column, value := range row {
			if i == 0 {
				result.Metadata.RowType.Fields = append(result.Metadata.RowType.Fields,
					&spannerpb.StructType_Field{Name: fmt.Sprint("c", column), Type: &spannerpb.Type{Code: spannerpb.TypeCode_STRING}})
			}
			result.Values = append(result.Values, structpb.NewStringValue(value))
		}
	}
	return stream.Send(result)
}
