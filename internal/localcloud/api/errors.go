package api

import (
	"fmt"
	"net/http"
)

// apiError is an answer in the shape that the Compute API gives its errors.
type apiError struct {
	code    int
	reason  string
	message string
	status  string // google.rpc code; only the errors of Google's front end carry one
	details []any
	extra   map[string]any // further members of errors[0]
}

func (e *apiError) Error() string { return fmt.Sprintf("%d %s: %s", e.code, e.reason, e.message) }

func (e *apiError) body() map[string]any {
	first := map[string]any{"message": e.message, "domain": "global", "reason": e.reason}
	for k, v := range e.extra {
		first[k] = v
	}
	inner := map[string]any{"code": e.code, "message": e.message, "errors": []any{first}}
	if e.status != "" {
		inner["status"] = e.status
	}
	if len(e.details) > 0 {
		inner["details"] = e.details
	}
	return map[string]any{"error": inner}
}

func errNotFound(resource string) *apiError {
	return &apiError{code: http.StatusNotFound, reason: "notFound", status: "NOT_FOUND",
		message: fmt.Sprintf("The resource '%s' was not found", resource)}
}

func errInvalid(field string, value any, why string) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "invalid",
		message: fmt.Sprintf("Invalid value for field '%s': '%v'. %s", field, value, why)}
}

func errRequired(field string) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "required",
		message: fmt.Sprintf("Required field '%s' not specified", field)}
}

// errPayload is how Google's front end refuses a body that does not fit the schema.
func errPayload(field, why string) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "badRequest", message: why, status: "INVALID_ARGUMENT",
		details: []any{map[string]any{
			"@type":           "type.googleapis.com/google.rpc.BadRequest",
			"fieldViolations": []any{map[string]any{"field": field, "description": why}},
		}}}
}

func errFingerprint() *apiError {
	return &apiError{code: http.StatusPreconditionFailed, reason: "conditionNotMet", message: "Invalid fingerprint.",
		extra: map[string]any{"location": "If-Match", "locationType": "header"}}
}

func errNotReady(resource string) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "resourceNotReady",
		message: fmt.Sprintf("The resource '%s' is not ready", resource)}
}

func errForbidden(permission, resource string) *apiError {
	return &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED",
		message: fmt.Sprintf("Required '%s' permission for '%s'", permission, resource)}
}

func errUnreachable(scope string) *apiError {
	return &apiError{code: http.StatusServiceUnavailable, reason: "backendError", status: "UNAVAILABLE",
		message: fmt.Sprintf("The scope '%s' cannot be reached", scope)}
}

// errNotServed answers for what Google has and this fake has not.
func errNotServed(what string) *apiError {
	return &apiError{code: http.StatusNotImplemented, reason: "notImplemented",
		message: "localcloud does not serve " + what}
}
