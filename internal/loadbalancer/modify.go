package loadbalancer

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-log/tflog"
)

const (
	// conflictTries bounds how often one change is computed anew.
	conflictTries = 60
	// stuckTries is how many conflicts in a row with one and the same
	// fingerprint mean that no other writer is the cause.
	stuckTries = 4
	// lostTries bounds how often a change is sent again whose answer got lost.
	lostTries = 3
)

// Change is what Modify did to a backend service.
type Change struct {
	// Before is the service as read for the change that was made, or for the
	// first one whose outcome is not known.
	Before *Service
	// Made is whether a changed list of backends was sent.
	Made bool
	// Last is the service as last read, and with the last change if one was sent.
	Last *Service
}

// Original is the service as it was before Modify, nil when it was not read or
// could not be changed as asked.
func (c Change) Original() *Service {
	if c.Before != nil {
		return c.Before
	}
	return c.Last
}

// Modify changes the backends of a service. It hands change a copy of a fresh
// read, sends the resulting backends under that read's fingerprint, and starts
// over when another writer was faster, so change runs once or more and must
// decide from what it is given. An error of change ends Modify and is returned
// as it is. Changes of one service by one client wait for each other.
//
// Once a change has been sent, Modify follows it to its end, for at most a
// minute after ctx has ended, because whoever undoes a change must know whether
// it was made.
func (c *Client) Modify(ctx context.Context, project, name string, change func(context.Context, *Service) error) (Change, error) {
	unlock, err := c.changing.lock(ctx, project+"/"+name)
	if err != nil {
		return Change{}, fmt.Errorf("change backend service %q: %w", name, err)
	}
	defer unlock()
	defer c.services.forget(project + "/" + name)

	backoff := gax.Backoff{Initial: 500 * time.Millisecond, Max: 10 * time.Second, Multiplier: 1.6}
	var done Change
	var fingerprint string
	stuck, lost := 0, 0
	for try := 1; ; try++ {
		current, err := c.BackendService(ctx, project, name)
		if IsNotFound(err) {
			err = &absentService{answer: err}
		}
		if err != nil {
			return done, err
		}
		if current.Fingerprint != fingerprint {
			fingerprint, stuck = current.Fingerprint, 0
		}
		wanted := current.Clone()
		if err := change(ctx, wanted); err != nil {
			return done, err
		}
		done.Last = wanted
		if same(current.Backends, wanted.Backends) {
			return done, nil
		}
		uncertain, err := c.patch(ctx, wanted)
		if err == nil || uncertain {
			if !done.Made {
				done.Before = current
			}
			done.Made = true
		}
		// A conflict, a change that was put off, and an answer that got lost, which the
		// fingerprint makes harmless.
		if err == nil || !IsPassing(err) {
			return done, err
		}
		if isStale(err) {
			stuck++
		}
		if !isConflict(err) {
			if lost++; lost >= lostTries && !isPutOff(err) || lost >= refusedTries {
				return done, err
			}
		} else if isStale(err) && stuck >= stuckTries {
			return done, fmt.Errorf("%w. The service's fingerprint has stayed the same over %d tries, so no other writer is in the way: "+
				"the API also answers so when the caller lacks the permission compute.backendServices.update on the service "+
				"or compute.networkEndpointGroups.use on the groups", err, stuck)
		}
		if try >= conflictTries {
			return done, fmt.Errorf("%w. Another writer was in the way of each of %d tries", err, try)
		}
		pause := pauseAfter(err, backoff.Pause())
		tflog.Debug(ctx, "computing the change of a backend service anew", map[string]any{
			"service": name, "error": err.Error(), "try": try, "wait": pause.String(),
		})
		if werr := c.clock.Wait(ctx, pause); werr != nil {
			return done, fmt.Errorf("%w (waiting to try again: %w)", err, werr)
		}
	}
}

// patch sends the backends of a service and follows the operation. When it
// fails, uncertain says that the change may have been made all the same.
func (c *Client) patch(ctx context.Context, s *Service) (uncertain bool, err error) {
	var op operation
	what := fmt.Sprintf("change the backends of backend service %q", s.Name)
	backends := s.Backends
	if backends == nil {
		backends = []Backend{}
	}
	err = c.call(ctx, request{
		operation: what,
		method:    http.MethodPatch,
		path:      servicePath(s.Project, s.Name),
		body:      map[string]any{"fingerprint": s.Fingerprint, "backends": backends},
		detached:  true,
	}, &op)
	if err != nil {
		return broken(err), err
	}
	if err := c.follow(ctx, s.Project, what, &op); err != nil {
		// It was accepted, and how it ended could not be read.
		return true, err
	}
	err = op.failure(what)
	return err != nil && broken(err), err
}

// broken says whether an error leaves open what the API has done. An answer that
// puts a change off does: the API, or a proxy, may have given it too late.
func broken(err error) bool {
	var e *Error
	return !errors.As(err, &e) || e.Status >= http.StatusInternalServerError || putOff(e)
}

// isPutOff says whether the API asks for a change to come again later.
func isPutOff(err error) bool {
	var e *Error
	return errors.As(err, &e) && putOff(e)
}

// same compares two lists of backends as they would be sent.
func same(a, b []Backend) bool {
	return slices.EqualFunc(a, b, func(x, y Backend) bool {
		one, errOne := json.Marshal(x)
		two, errTwo := json.Marshal(y)
		return errOne == nil && errTwo == nil && string(one) == string(two)
	})
}
