package localcloud

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
)

// operation is a change on its way.
type operation struct {
	data   map[string]any
	polls  int // how often it must still be asked for
	target *backendService
	apply  func()          // makes the change
	fails  *OperationError // how it ends instead; nil when it succeeds
}

// SetOperationPolls says how often operations started from now on must be asked
// for before they are done. Until then their change is not visible and their
// target refuses other changes.
func (c *Compute) SetOperationPolls(polls int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.options.OperationPolls = polls
}

// SetFreshHealthAnswers says how many getHealth answers for a group attached
// from now on stay empty.
func (c *Compute) SetFreshHealthAnswers(answers int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.options.FreshHealthAnswers = answers
}

var requestID = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// repeated returns the operation that an earlier request with this requestId
// started: a retry of a request whose answer was lost does nothing twice.
func (k *call) repeated() (map[string]any, *apiError) {
	id := k.query.Get("requestId")
	if id == "" {
		return nil, nil
	}
	if !requestID.MatchString(id) || strings.Trim(id, "0-") == "" {
		return nil, errInvalid("requestId", id, "Must be a valid UUID.")
	}
	if op := k.project.byRequestID[id]; op != nil {
		return op.data, nil
	}
	return nil, nil
}

// startOperation starts the change of a backend service.
func (c *Compute) startOperation(k *call, kind string, s *backendService, apply func()) map[string]any {
	id := c.newID()
	name := "operation-" + id
	link := computeSelfLink + "projects/" + k.project.id
	now := c.timestamp()
	op := &operation{polls: c.options.OperationPolls, target: s, apply: apply, fails: k.failure, data: map[string]any{
		"kind": "compute#operation", "id": id, "name": name, "operationType": kind,
		"targetLink": computeSelfLink + s.path, "targetId": s.data["id"],
		"status": "RUNNING", "progress": 0, "user": "localcloud@" + k.project.id + ".iam.gserviceaccount.com",
		"insertTime": now, "startTime": now, "selfLink": link + "/global/operations/" + name,
	}}
	if id := k.query.Get("requestId"); id != "" {
		op.data["clientOperationId"] = id
		k.project.byRequestID[id] = op
	}
	k.project.operations[name] = op
	s.pending = op
	if op.polls <= 0 {
		c.finish(op)
	}
	return op.data
}

// advance asks for the operation once.
func (c *Compute) advance(op *operation) {
	if op.data["status"] == "DONE" {
		return
	}
	op.polls--
	if op.polls <= 0 {
		c.finish(op)
	}
}

func (c *Compute) finish(op *operation) {
	if op.fails == nil {
		op.apply()
	} else {
		op.fail(*op.fails)
	}
	op.target.pending = nil
	op.data["status"] = "DONE"
	op.data["progress"] = 100
	op.data["endTime"] = c.timestamp()
}

// fail writes into the operation why its change did not happen.
func (o *operation) fail(f OperationError) {
	if f.HTTPStatus == 0 {
		f.HTTPStatus = http.StatusBadRequest
	}
	if f.Code == "" {
		f.Code = "INTERNAL_ERROR"
	}
	o.data["error"] = map[string]any{"errors": []any{map[string]any{"code": f.Code, "message": f.Message}}}
	o.data["httpErrorStatusCode"] = f.HTTPStatus
	o.data["httpErrorMessage"] = strings.ToUpper(http.StatusText(f.HTTPStatus))
}

// pollOperation serves get and wait. A wait answers as Google's does after its
// two minutes: with the operation as it is then.
func (c *Compute) pollOperation(k *call) (map[string]any, *apiError) {
	name := k.arg("operation")
	op := k.project.operations[name]
	if op == nil {
		return nil, errNotFound(fmt.Sprintf("projects/%s/global/operations/%s", k.project.id, name))
	}
	c.advance(op)
	return op.data, nil
}
