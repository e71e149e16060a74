package spanneradmin

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// What a call may have failed of, for errors.Is.
var (
	ErrDatabaseNotFound = errors.New("the database does not exist")
	ErrInstanceNotFound = errors.New("the instance does not exist")
	ErrPermissionDenied = errors.New("the credentials lack a permission")
)

// APIError is a refusal by the API, in its own words.
type APIError struct {
	// Code is the canonical code, e.g. codes.PermissionDenied.
	Code codes.Code
	// Message is what the API said.
	Message string

	kind  error
	cause error
}

// Error gives code and message.
func (e *APIError) Error() string {
	return fmt.Sprintf("%s (%s)", e.Message, e.Code)
}

// Is makes errors.Is find the sentinels of this package.
func (e *APIError) Is(target error) bool {
	return e.kind != nil && target == e.kind
}

// Unwrap gives the error of the transport.
func (e *APIError) Unwrap() error {
	return e.cause
}

// apiError makes an APIError of what a call returned; errors that are not the
// API's pass as they are.
func apiError(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	known, ok := status.FromError(err)
	if !ok {
		return err
	}
	return &APIError{Code: known.Code(), Message: known.Message(), kind: kindOf(known), cause: err}
}

// kindOf tells a missing database from a missing instance. Any other NOT_FOUND
// is neither: forgetting a schema because of, say, a proxy would be worse than
// an error.
func kindOf(s *status.Status) error {
	switch s.Code() {
	case codes.PermissionDenied, codes.Unauthenticated:
		return ErrPermissionDenied
	case codes.NotFound:
		subject := strings.ToLower(s.Message())
		for _, detail := range s.Details() {
			if info, ok := detail.(*errdetails.ResourceInfo); ok {
				subject = strings.ToLower(info.GetResourceType()[strings.LastIndex(info.GetResourceType(), ".")+1:]) + " not found"
			}
		}
		switch {
		case strings.HasPrefix(subject, "database not found"):
			return ErrDatabaseNotFound
		case strings.HasPrefix(subject, "instance not found"):
			return ErrInstanceNotFound
		}
	}
	return nil
}

// concurrentChange reports whether a schema change was refused only because of
// another one, or of an open read-write transaction, which both pass.
func concurrentChange(err error) bool {
	if status.Code(err) != codes.FailedPrecondition {
		return false
	}
	said := strings.ToLower(err.Error())
	return strings.Contains(said, "concurrent schema change") || strings.Contains(said, "concurrent read-write transaction")
}

// UpdateError says how far a schema change came before it failed.
type UpdateError struct {
	// Operation is the full name of the operation, empty when the API refused
	// the batch before it made one.
	Operation string
	// Statements is the whole batch.
	Statements []string
	// Applied is how many statements, counted from the first, are in effect.
	Applied int
	// Failed is the index of the statement that failed, or -1 when the API
	// did not say: it refused the batch as a whole without quoting one
	// statement, or the end is not known.
	Failed int
	// Unfinished is true when the operation may still be running, because
	// waiting for it was interrupted or its state could not be read.
	Unfinished bool
	// Cancelled is true when the operation was cancelled, as
	// Batch.CancelOnInterrupt asks.
	Cancelled bool
	// Err is the cause: an *APIError, or the context's.
	Err error
}

// Error gives the count of applied statements and the cause.
func (e *UpdateError) Error() string {
	if e.Unfinished {
		return fmt.Sprintf("the end of the schema change is not known, %d of %d statements were applied so far: %v", e.Applied, len(e.Statements), e.Err)
	}
	return fmt.Sprintf("the schema change failed after %d of %d statements: %v", e.Applied, len(e.Statements), e.Err)
}

// Unwrap gives the cause.
func (e *UpdateError) Unwrap() error {
	return e.Err
}
