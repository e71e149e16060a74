package api

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// SpannerBackend carries databases to a real Spanner, where clients that speak
// gRPC find them. Names are full: "projects/p/instances/i", and that with
// "/databases/d". An error that holds a gRPC status is Spanner's own refusal and
// becomes the answer.
type SpannerBackend interface {
	// CreateInstance makes the instance that databases live in; one that is there
	// is kept.
	CreateInstance(ctx context.Context, instance string) error
	// DeleteInstance removes an instance and its databases; one that is absent is
	// no error.
	DeleteInstance(ctx context.Context, instance string) error
	// Databases names the databases of an instance, whoever made them.
	Databases(ctx context.Context, instance string) ([]string, error)
	// IsPostgreSQL tells the dialect of a database.
	IsPostgreSQL(ctx context.Context, database string) (bool, error)
	CreateDatabase(ctx context.Context, d SpannerDatabase) error
	DropDatabase(ctx context.Context, database string) error
	// UpdateDDL applies statements. What fails after Spanner took the statements
	// is a SpannerOperationError.
	UpdateDDL(ctx context.Context, database string, statements []string, protoDescriptors []byte) error
	DDL(ctx context.Context, database string) (statements []string, protoDescriptors []byte, err error)
	// Snapshot copies schema and rows of a database; Restore makes a new database
	// of a snapshot of the same backend.
	Snapshot(ctx context.Context, database string) (snapshot any, err error)
	Restore(ctx context.Context, snapshot any, d SpannerDatabase) error
	// Instances names the instances of a project, whoever made them.
	Instances(ctx context.Context, project string) ([]string, error)
	// SnapshotSchema gives the statements of a snapshot; what is none is not ok.
	// SchemaSnapshot makes a snapshot without rows of them.
	SnapshotSchema(snapshot any) (statements []string, protoDescriptors []byte, ok bool)
	SchemaSnapshot(statements []string, protoDescriptors []byte) any
}

// SpannerDatabase is a database to make.
type SpannerDatabase struct {
	Name            string
	PostgreSQL      bool
	ExtraStatements []string
	// ProtoDescriptors describe the message types that statements name.
	ProtoDescriptors []byte
}

// SpannerOperationError is why an operation failed that Spanner had accepted.
type SpannerOperationError struct{ Err error }

func (e *SpannerOperationError) Error() string { return e.Err.Error() }

// Unwrap gives Spanner's own error.
func (e *SpannerOperationError) Unwrap() error { return e.Err }

// spannerLimit bounds a call of the backend, which the server is locked for.
const spannerLimit = 2 * time.Minute

// spanner is the backend, and a context for a call of it: one that outlives the
// request, as a change does not stop because the client went away.
func (k *call) spanner() (SpannerBackend, context.Context, context.CancelFunc, *apiError) {
	if k.s.options.Spanner == nil {
		return nil, nil, nil, errNotServed(k.method.ID + " without a Spanner to carry it to")
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(k.ctx), spannerLimit)
	return k.s.options.Spanner, ctx, cancel, nil
}

// httpOf is the HTTP status of a gRPC code; what is absent is 500.
func httpOf(code codes.Code) int {
	switch code {
	case codes.InvalidArgument, codes.FailedPrecondition, codes.OutOfRange:
		return http.StatusBadRequest
	case codes.PermissionDenied:
		return http.StatusForbidden
	case codes.NotFound:
		return http.StatusNotFound
	case codes.AlreadyExists, codes.Aborted:
		return http.StatusConflict
	case codes.ResourceExhausted:
		return http.StatusTooManyRequests
	case codes.Unimplemented:
		return http.StatusNotImplemented
	case codes.Unavailable:
		return http.StatusServiceUnavailable
	case codes.DeadlineExceeded:
		return http.StatusGatewayTimeout
	}
	return http.StatusInternalServerError
}

// spannerStatus is what Spanner said.
func spannerStatus(err error) (codes.Code, string) {
	var said interface{ GRPCStatus() *status.Status }
	if !errors.As(err, &said) {
		return codes.Internal, err.Error()
	}
	st := said.GRPCStatus()
	// The emulator's way to say that it does not know a statement that Spanner does.
	if st.Code() == codes.Internal && strings.Contains(st.Message(), "Unsupported ddl statement") {
		return codes.Unimplemented, "localcloud does not serve this statement: " + st.Message()
	}
	return st.Code(), st.Message()
}

// errSpanner answers with Spanner's own error.
func errSpanner(err error) *apiError {
	code, message := spannerStatus(err)
	name := rpcName(code)
	return &apiError{code: httpOf(code), reason: lowerFirst(code.String()), status: name, message: message}
}

// isSpanner reports whether an error is Spanner's with some code.
func isSpanner(err error, code codes.Code) bool {
	if err == nil {
		return false
	}
	got, _ := spannerStatus(err)
	return got == code
}

// rpcName writes a code as google.rpc does: INVALID_ARGUMENT.
func rpcName(code codes.Code) string { return strings.ToUpper(snakeCase(code.String())) }
