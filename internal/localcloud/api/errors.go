package api

import (
	"fmt"
	"net/http"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// apiError is an answer in the shape that the APIs give their errors.
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

// errViolation is the error of a request that does not fit its method.
func errViolation(bad *discovery.Violation, reason string) *apiError {
	e := errPayload(bad.Field, bad.Message)
	e.reason = reason
	return e
}

func errNoProject(service, id string) *apiError {
	if service == "compute" {
		return &apiError{code: http.StatusNotFound, reason: "notFound", message: fmt.Sprintf("The resource 'projects/%s' was not found", id)}
	}
	return &apiError{code: http.StatusForbidden, reason: "forbidden", status: "PERMISSION_DENIED",
		message: fmt.Sprintf("Permission denied on resource project %s. (It may not exist.)", id)}
}

func errServiceDisabled(service string, p *project) *apiError {
	return &apiError{code: http.StatusForbidden, reason: "accessNotConfigured", status: "PERMISSION_DENIED",
		message: fmt.Sprintf("%s API has not been used in project %s before or it is disabled.", service, p.number),
		details: []any{map[string]any{"@type": "type.googleapis.com/google.rpc.ErrorInfo", "reason": "SERVICE_DISABLED", "domain": "googleapis.com",
			"metadata": map[string]any{"service": service + ".googleapis.com", "consumer": "projects/" + p.number}}}}
}

func errExists(path string) *apiError {
	return &apiError{code: http.StatusConflict, reason: "alreadyExists", status: "ALREADY_EXISTS",
		message: fmt.Sprintf("The resource '%s' already exists", path)}
}

func errMissingReference(k *call, ref reference) *apiError {
	if m := serviceAccountEmail.FindStringSubmatch(ref.text); m != nil {
		return &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT",
			message: fmt.Sprintf("Service account %s does not exist.", m[1]+"@"+m[2]+".iam.gserviceaccount.com")}
	}
	if k.service() == "compute" {
		return &apiError{code: http.StatusNotFound, reason: "notFound",
			message: fmt.Sprintf("The resource '%s' was not found, which %s refers to", ref.path, ref.at)}
	}
	return &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT",
		message: fmt.Sprintf("%s refers to '%s', which does not exist", ref.at, ref.text)}
}

func errInUse(r, user *resource) *apiError {
	if r.service == "compute" {
		return &apiError{code: http.StatusBadRequest, reason: "resourceInUseByAnotherResource",
			message: fmt.Sprintf("The %s resource '%s' is already being used by '%s'", r.kind.schema, r.path, user.path)}
	}
	return errPrecondition(fmt.Sprintf("The resource '%s' is in use by '%s'", r.path, user.path))
}

// errPrecondition is a state that does not allow the request.
func errPrecondition(message string) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "failedPrecondition", status: "FAILED_PRECONDITION", message: message}
}

// errArgument is a value that the API refuses whatever the state.
func errArgument(message string, args ...any) *apiError {
	return &apiError{code: http.StatusBadRequest, reason: "badRequest", status: "INVALID_ARGUMENT", message: fmt.Sprintf(message, args...)}
}

// errEtag is a change of something that changed meanwhile.
func errEtag() *apiError {
	return &apiError{code: http.StatusConflict, reason: "aborted", status: "ABORTED",
		message: "There were concurrent policy changes. Please retry the whole read-modify-write with exponential backoff. The request's ETag did not match the current one."}
}
