package spanneradmin_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"cloud.google.com/go/spanner/admin/database/apiv1/databasepb"
	"github.com/google/go-cmp/cmp"
	"github.com/googleapis/gax-go/v2"
	"golang.org/x/time/rate"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin/admintest"
)

var events = spanneradmin.DatabasePath{Project: "acme", Instance: "ledger", Database: "events"}

// soon paces attempts so that tests need no patience.
var soon = gax.Backoff{Initial: time.Microsecond, Max: time.Millisecond, Multiplier: 2}

func connect(t *testing.T, server *admintest.Server, change ...func(*spanneradmin.Options)) *spanneradmin.Client {
	t.Helper()
	options := spanneradmin.Options{ClientOptions: server.ClientOptions(), Retry: soon, Poll: soon, Patience: time.Second}
	for _, f := range change {
		f(&options)
	}
	client, err := spanneradmin.New(t.Context(), options)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Errorf("closing the client: %v", err)
		}
	})
	return client
}

// ddlOf answers with the statements, after as many errors as are given.
func ddlOf(statements []string, errs ...error) func(*databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
	return func(req *databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
		if len(errs) > 0 {
			err := errs[0]
			errs = errs[1:]
			return nil, err
		}
		if req.GetDatabase() != events.String() {
			return nil, status.Errorf(codes.InvalidArgument, "asked for %q", req.GetDatabase())
		}
		return &databasepb.GetDatabaseDdlResponse{Statements: statements, ProtoDescriptors: []byte("protos")}, nil
	}
}

func TestGetDDL(t *testing.T) {
	t.Parallel()
	want := spanneradmin.DDL{Statements: []string{"CREATE TABLE A", "CREATE TABLE B"}, ProtoDescriptors: []byte("protos")}
	unavailable := status.Error(codes.Unavailable, "try later")
	overQuota := status.Error(codes.ResourceExhausted, "quota")
	server := admintest.Start(t, admintest.Answers{GetDDL: ddlOf(want.Statements, unavailable, overQuota)})

	got, err := connect(t, server).GetDDL(t.Context(), events)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("unexpected DDL (-want +got):\n%s", diff)
	}
	if count := server.Count(admintest.GetDDL); count != 3 {
		t.Errorf("%d calls, want 3: two that failed, one that succeeded", count)
	}
}

func TestGetDDLErrors(t *testing.T) {
	t.Parallel()
	withResource := func(kind, message string) error {
		s, err := status.New(codes.NotFound, message).WithDetails(&errdetails.ResourceInfo{ResourceType: kind})
		if err != nil {
			t.Fatal(err)
		}
		return s.Err()
	}
	sentinels := []error{spanneradmin.ErrDatabaseNotFound, spanneradmin.ErrInstanceNotFound, spanneradmin.ErrPermissionDenied}
	for _, test := range []struct {
		name   string
		answer error
		want   error // which sentinel, nil for none
		text   string
	}{
		{"database", status.Error(codes.NotFound, "Database not found: projects/acme/instances/ledger/databases/events"), spanneradmin.ErrDatabaseNotFound, "Database not found: projects/acme"},
		{"instance", status.Error(codes.NotFound, "Instance not found: projects/acme/instances/ledger"), spanneradmin.ErrInstanceNotFound, "Instance not found"},
		{"database by resource info", withResource("type.googleapis.com/google.spanner.admin.database.v1.Database", "gone"), spanneradmin.ErrDatabaseNotFound, "gone"},
		{"instance by resource info", withResource("type.googleapis.com/google.spanner.admin.instance.v1.Instance", "gone"), spanneradmin.ErrInstanceNotFound, "gone"},
		{"something else not found", status.Error(codes.NotFound, "no such page"), nil, "no such page"},
		{"permission", status.Error(codes.PermissionDenied, "Caller is missing IAM permission spanner.databases.getDdl on resource x."), spanneradmin.ErrPermissionDenied, "Caller is missing IAM permission spanner.databases.getDdl on resource x. (PermissionDenied)"},
		{"bad request", status.Error(codes.InvalidArgument, "bad"), nil, "bad (InvalidArgument)"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := admintest.Start(t, admintest.Answers{GetDDL: ddlOf(nil, test.answer)})
			_, err := connect(t, server).GetDDL(t.Context(), events)
			if err == nil || !strings.Contains(err.Error(), test.text) {
				t.Fatalf("got %v, want an error with %q", err, test.text)
			}
			for _, sentinel := range sentinels {
				if got := errors.Is(err, sentinel); got != (sentinel == test.want) {
					t.Errorf("errors.Is(%v, %v) is %t", err, sentinel, got)
				}
			}
			if count := server.Count(admintest.GetDDL); count != 1 {
				t.Errorf("%d calls for an error that no retry cures", count)
			}
		})
	}
}

func TestGetDDLGivesUp(t *testing.T) {
	t.Parallel()
	server := admintest.Start(t, admintest.Answers{
		GetDDL: func(*databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
			return nil, status.Error(codes.Unavailable, "down for maintenance")
		},
	})
	client := connect(t, server, func(o *spanneradmin.Options) { o.Patience = 10 * time.Millisecond })
	_, err := client.GetDDL(t.Context(), events)
	if err == nil || !strings.Contains(err.Error(), "down for maintenance") {
		t.Errorf("got %v, want what the API said", err)
	}
	if count := server.Count(admintest.GetDDL); count < 2 {
		t.Errorf("gave up after %d calls", count)
	}
}

func TestGetDDLRequestTimeout(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := admintest.Start(t, admintest.Answers{
		GetDDL: func(*databasepb.GetDatabaseDdlRequest) (*databasepb.GetDatabaseDdlResponse, error) {
			<-release
			return nil, status.Error(codes.Unavailable, "too late")
		},
	})
	t.Cleanup(func() { close(release) })
	client := connect(t, server, func(o *spanneradmin.Options) { o.RequestTimeout = 20 * time.Millisecond })
	_, err := client.GetDDL(t.Context(), events)
	var refused *spanneradmin.APIError
	if !errors.As(err, &refused) || refused.Code != codes.DeadlineExceeded {
		t.Errorf("got %v, want the request to time out", err)
	}
}

func TestLimiterCountsEveryAttempt(t *testing.T) {
	t.Parallel()
	unavailable := status.Error(codes.Unavailable, "try later")
	server := admintest.Start(t, admintest.Answers{GetDDL: ddlOf(nil, unavailable, unavailable)})
	// Two requests are free; the third would have to wait for hours.
	limiter := rate.NewLimiter(rate.Every(time.Hour), 2)
	client := connect(t, server, func(o *spanneradmin.Options) { o.Limiter = limiter })
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	_, err := client.GetDDL(ctx, events)
	if err == nil || !strings.Contains(err.Error(), "limit of admin calls") {
		t.Errorf("got %v, want the limiter to stop the third attempt", err)
	}
	if count := server.Count(admintest.GetDDL); count != 2 {
		t.Errorf("%d requests passed the limiter, want 2", count)
	}
}

func TestCancelledContext(t *testing.T) {
	t.Parallel()
	server := admintest.Start(t, admintest.Answers{GetDDL: ddlOf(nil)})
	client := connect(t, server, func(o *spanneradmin.Options) { o.Limiter = rate.NewLimiter(5, 5) })
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := client.GetDDL(ctx, events); err == nil || !strings.Contains(err.Error(), "cancel") {
		t.Errorf("got %v, want the cancellation", err)
	}
	if count := server.Count(admintest.GetDDL); count != 0 {
		t.Errorf("%d requests were sent after the cancellation", count)
	}
}
