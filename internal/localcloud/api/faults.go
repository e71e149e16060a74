package api

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
)

// Request is one call that the fake received, in order of arrival.
type Request struct {
	// Name is the API method, as "compute.backendServices.patch"; empty for a
	// path that the API does not have.
	Name   string
	Host   string // Google's, as "compute.googleapis.com"
	Method string
	Path   string
	Query  url.Values
	Header http.Header // without Authorization
	Body   []byte
	// Status is the answer's HTTP status; 0 while the request is held or when
	// the connection was dropped without an answer.
	Status int
}

// Fault makes chosen requests fail, or lets something happen while they wait.
type Fault struct {
	// Match chooses the requests; nil matches all. It may read the body. It must
	// not call Inject or ClearFaults.
	Match func(*http.Request) bool
	// After is how many matching requests pass before the fault acts.
	After int
	// Times is how many requests it acts on: 0 means one, less than 0 means all.
	Times int
	// Before runs while the request is held, before anything is looked at: a
	// foreign writer, for example.
	Before func()
	// Performed says that the request is carried out before the answer is
	// replaced or dropped: the change is made and the client does not learn it.
	Performed bool
	// Drop closes the connection instead of answering.
	Drop bool
	// Status replaces the answer; 0 leaves the real one.
	Status int
	// Body of the replaced answer; empty means an error body as Google would send.
	Body string
	// Header is added to the answer, replaced or real.
	Header http.Header
	// Operation makes the operation that the request starts end with this error,
	// and its change not happen.
	Operation *OperationError
}

// OperationError is how an operation fails after the request was accepted.
type OperationError struct {
	Code       string // as "RESOURCE_NOT_READY"
	Message    string
	HTTPStatus int // 0 means 400
}

// armedFault is a fault with what is left of its counters.
type armedFault struct {
	Fault
	pass int
	left int // less than 0 means without end
}

// Inject adds a fault. Every fault counts every request that it matches; when
// several could act on one request, the one injected first does.
func (s *Server) Inject(f Fault) {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	left := f.Times
	if left == 0 {
		left = 1
	}
	s.faults = append(s.faults, &armedFault{Fault: f, pass: f.After, left: left})
}

// ClearFaults removes all faults.
func (s *Server) ClearFaults() {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	s.faults = nil
}

// Requests returns the calls so far, in order of arrival.
func (s *Server) Requests() []Request {
	s.requestsMu.Lock()
	defer s.requestsMu.Unlock()
	out := make([]Request, len(s.requests))
	for i, r := range s.requests {
		out[i] = *r
	}
	return out
}

// ResetRequests empties the request log.
func (s *Server) ResetRequests() {
	s.requestsMu.Lock()
	defer s.requestsMu.Unlock()
	s.requests = nil
}

// fault returns the fault that acts on this request, or nil.
func (s *Server) fault(r *http.Request, body []byte) *Fault {
	s.faultsMu.Lock()
	defer s.faultsMu.Unlock()
	var acts *Fault
	for _, f := range s.faults {
		// Each Match may read the body, so each gets its own.
		r.Body = io.NopCloser(bytes.NewReader(body))
		if f.Match != nil && !f.Match(r) {
			continue
		}
		if f.pass > 0 {
			f.pass--
			continue
		}
		if acts == nil {
			acts = &f.Fault
			f.left--
		}
	}
	s.faults = slices.DeleteFunc(s.faults, func(f *armedFault) bool { return f.left == 0 })
	return acts
}

// record adds a request to the log and returns how to note its answer.
func (s *Server) record(r Request) (answered func(status int)) {
	r.Header = r.Header.Clone()
	r.Header.Del("Authorization")
	entry := &r
	s.requestsMu.Lock()
	s.requests = append(s.requests, entry)
	s.requestsMu.Unlock()
	return func(status int) {
		s.requestsMu.Lock()
		defer s.requestsMu.Unlock()
		entry.Status = status
	}
}
