package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"
)

// Error is an answer of the Compute API that refuses a call, or an operation
// that ended in an error.
type Error struct {
	// Operation is what was asked, in words: `read backend service "ledger-write"`.
	Operation string
	// Status is the HTTP status; 0 when an operation failed without naming one.
	Status int
	// Reason is the API's own code, such as "conditionNotMet" or "forbidden".
	Reason string
	// Message is the API's sentence.
	Message string
	// retryAfter is how long the API asks to wait before the next try; 0 when it
	// does not say.
	retryAfter time.Duration
}

// Error implements error.
func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Operation)
	b.WriteString(":")
	if e.Status != 0 {
		fmt.Fprintf(&b, " %d", e.Status)
	}
	if e.Reason != "" {
		b.WriteString(" " + e.Reason)
	}
	if e.Message != "" {
		if e.Status != 0 || e.Reason != "" {
			b.WriteString(",")
		}
		b.WriteString(" " + e.Message)
	}
	return b.String()
}

// IsNotFound says whether err is the API's answer that an object does not exist.
func IsNotFound(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusNotFound
}

// absentService is Modify's own reading of a service that does not exist.
type absentService struct{ answer error }

// Error implements error.
func (e *absentService) Error() string { return e.answer.Error() }

// Unwrap returns the API's answer.
func (e *absentService) Unwrap() error { return e.answer }

// IsAbsentService says whether Modify read that its service does not exist. A 404
// to the change itself, or of its operation, is about something else, such as a
// group, and leaves the service as it is.
func IsAbsentService(err error) bool {
	var absent *absentService
	return errors.As(err, &absent)
}

// IsForbidden says whether err is the API's answer that the caller lacks a permission.
func IsForbidden(err error) bool {
	var e *Error
	return errors.As(err, &e) && e.Status == http.StatusForbidden
}

// IsInUse says whether err is the API's answer that another resource uses the
// one to be deleted; the message names the user.
func IsInUse(err error) bool {
	var e *Error
	return errors.As(err, &e) && (e.Reason == "resourceInUseByAnotherResource" || e.Reason == "RESOURCE_IN_USE_BY_ANOTHER_RESOURCE")
}

// IsPassing says whether err may be over when the call is made once more: after
// a conflict with another change, a broken connection, a fault of the API, or
// too many calls.
func IsPassing(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	return isConflict(err) || broken(err)
}

// putOff says whether the API asks for the call to come again later.
func putOff(e *Error) bool { return tooMany(e) || e.Status == http.StatusServiceUnavailable }

// tooMany says whether the API put a call off because there were too many.
func tooMany(e *Error) bool {
	return e.Status == http.StatusTooManyRequests ||
		e.Status == http.StatusForbidden && (e.Reason == "rateLimitExceeded" || e.Reason == "userRateLimitExceeded")
}

// isConflict says whether another writer, or another operation on the same
// object, was in the way, so that the change has to be computed anew.
func isConflict(err error) bool {
	var e *Error
	if !errors.As(err, &e) {
		return false
	}
	return isStale(err) || e.Status == http.StatusConflict || e.Reason == "resourceNotReady" || e.Reason == "RESOURCE_NOT_READY"
}

// isStale says whether the API refused the fingerprint of a change.
func isStale(err error) bool {
	var e *Error
	return errors.As(err, &e) &&
		(e.Status == http.StatusPreconditionFailed || e.Reason == "conditionNotMet" || e.Reason == "CONDITION_NOT_MET")
}

// errorBody is the JSON of a refused call.
type errorBody struct {
	Error struct {
		Message string `json:"message"`
		Status  string `json:"status"`
		Errors  []struct {
			Reason  string `json:"reason"`
			Message string `json:"message"`
		} `json:"errors"`
	} `json:"error"`
}

// responseError makes an Error of a refused call's status and body. A body that
// is not the API's JSON, as from a proxy, is quoted in part.
func responseError(operation string, status int, body []byte) *Error {
	const quoted = 300
	e := &Error{Operation: operation, Status: status}
	var parsed errorBody
	if err := json.Unmarshal(body, &parsed); err == nil && parsed.Error.Message != "" {
		e.Message = parsed.Error.Message
		e.Reason = parsed.Error.Status
		if len(parsed.Error.Errors) > 0 && parsed.Error.Errors[0].Reason != "" {
			e.Reason = parsed.Error.Errors[0].Reason
		}
		return e
	}
	e.Reason = http.StatusText(status)
	e.Message = strings.TrimSpace(string(body[:min(len(body), quoted)]))
	return e
}
