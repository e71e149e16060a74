package loadbalancer

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
)

// operation is a global or zonal operation as the API reports it.
type operation struct {
	Name   string `json:"name"`
	Zone   string `json:"zone"` // URL; empty for a global one
	Status string `json:"status"`
	Error  struct {
		Errors []struct {
			Code    string `json:"code"`
			Message string `json:"message"`
		} `json:"errors"`
	} `json:"error"`
	HTTPStatus  int    `json:"httpErrorStatusCode"`
	HTTPMessage string `json:"httpErrorMessage"`
}

// follow polls an operation until it is done; failure then tells how it ended.
// When ctx ends first it polls on for a minute: the change is under way.
func (c *Client) follow(ctx context.Context, project, what string, op *operation) error {
	err := c.poll(ctx, project, what, op)
	if err != nil && ctx.Err() != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), detachedLimit)
		defer cancel()
		err = c.poll(last, project, what, op)
	}
	return err
}

func (c *Client) poll(ctx context.Context, project, what string, op *operation) error {
	backoff := gax.Backoff{Initial: 200 * time.Millisecond, Max: 5 * time.Second, Multiplier: 1.5}
	for op.Status != "DONE" {
		if err := c.clock.Wait(ctx, backoff.Pause()); err != nil {
			return fmt.Errorf("%s: wait for operation %q: %w", what, op.Name, err)
		}
		var next operation
		err := c.call(ctx, request{
			operation: fmt.Sprintf("%s: read operation %q", what, op.Name),
			method:    http.MethodGet,
			path:      "projects/" + url.PathEscape(project) + "/" + op.scope() + "/operations/" + url.PathEscape(op.Name),
		}, &next)
		if err != nil {
			return err
		}
		*op = next
	}
	return nil
}

// scope is the part of an operation's path that says where it runs.
func (o operation) scope() string {
	if zone := pathPart(o.Zone, "zones"); zone != "" {
		return "zones/" + url.PathEscape(zone)
	}
	return "global"
}

// failure is the error that a finished operation reports.
func (o operation) failure(what string) error {
	if len(o.Error.Errors) == 0 && o.HTTPStatus < http.StatusBadRequest {
		return nil
	}
	e := &Error{Operation: what, Status: o.HTTPStatus, Reason: o.HTTPMessage}
	var messages []string
	for i, one := range o.Error.Errors {
		if i == 0 {
			e.Reason = one.Code
		}
		messages = append(messages, one.Message)
	}
	e.Message = strings.Join(messages, "; ")
	return e
}
