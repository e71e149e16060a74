// Package api is a strict fake of Google's APIs, made from their discovery
// documents: what a document says about paths, queries and bodies is checked,
// what it says about resources is stored and shown, and a method that needs
// more than that is served by a hook, or answered with 501 and its name.
//
// It refuses what Google refuses: references to what does not exist, the
// deletion of what is in use, a stale fingerprint or etag. Nothing in it
// depends on wall-clock time or on chance, so a test that passes once passes
// always.
package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

const maxBody = 10 << 20 // bytes

// Options set how the server behaves. The zero value is a healthy cloud without
// projects whose operations are done at once.
type Options struct {
	// Now is the clock for timestamps; nil means time.Now. Nothing else depends
	// on time.
	Now func() time.Time
	// OperationPolls is how often an operation must be asked for before it is done.
	OperationPolls int
	// FreshHealthAnswers is how many getHealth answers for a newly attached group
	// stay empty.
	FreshHealthAnswers int
	// CheckAnswers makes an answer that its document does not know an error, to
	// find faults of the fake itself.
	CheckAnswers bool
	// Spanner carries databases and their DDL to a real Spanner; nil leaves those
	// methods unserved.
	Spanner SpannerBackend
}

// Server is the fake. It is an http.Handler and may be used by many goroutines.
type Server struct {
	router  *discovery.Router
	hooks   *hooks
	options Options

	mu         sync.Mutex
	kinds      *kinds
	store      store
	projects   map[string]*project
	zones      map[string]string // zone to region
	idSequence uint64
	addresses  uint32          // given to endpoints so far
	failing    map[string]bool // APIs that answer 503
	externals  uint32          // addresses given to the edge so far
	dialects   map[string]bool // true for PostgreSQL, by database and schema that were saved last

	faultsMu sync.Mutex
	faults   []*armedFault

	requestsMu sync.Mutex
	requests   []*Request
}

// project is what the server knows of a project beside its resources.
type project struct {
	id     string
	number string
	denied map[string]bool // permissions
	// disabled are APIs that were switched off.
	disabled map[string]bool
	// quotas limit how many resources of a kind ("service word") there may be.
	quotas map[string]int
	// unreachable are zones, and how lists tell that they are missing.
	unreachable map[string]Partial
	enabled     map[string]bool
}

// New makes a cloud without any project.
func New(o Options) (*Server, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	router, err := discovery.Shared()
	if err != nil {
		return nil, err
	}
	s := &Server{router: router, hooks: newHooks(), options: o, projects: map[string]*project{}, zones: map[string]string{}}
	s.store.init()
	for region, letters := range regionZones {
		for _, letter := range letters {
			s.zones[region+"-"+string(letter)] = region
		}
	}
	return s, nil
}

// AddProject makes a project known, with a number of its own. A project that
// nobody added does not exist.
func (s *Server) AddProject(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.project(id)
}

func (s *Server) project(id string) *project {
	p := s.projects[id]
	if p == nil {
		p = &project{id: id, number: fmt.Sprintf("%d", 100_000_000_001+len(s.projects)), denied: map[string]bool{}, disabled: map[string]bool{}, quotas: map[string]int{}, unreachable: map[string]Partial{}, enabled: map[string]bool{}}
		s.projects[id] = p
	}
	return p
}

// projectID turns a project's number into its id.
func (s *Server) projectID(idOrNumber string) string {
	if s.projects[idOrNumber] != nil {
		return idOrNumber
	}
	for id, p := range s.projects {
		if p.number == idOrNumber {
			return id
		}
	}
	return idOrNumber
}

// Deny takes permissions away from the caller, as "compute.backendServices.update".
func (s *Server) Deny(projectID string, permissions ...string) { s.deny(projectID, true, permissions) }

// Allow gives permissions back that Deny took.
func (s *Server) Allow(projectID string, permissions ...string) {
	s.deny(projectID, false, permissions)
}

func (s *Server) deny(projectID string, denied bool, permissions []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, permission := range permissions {
		s.project(projectID).denied[permission] = denied
	}
}

// SetOperationPolls says how often operations started from now on must be asked
// for before they are done.
func (s *Server) SetOperationPolls(polls int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.OperationPolls = polls
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		// The client went away or sent more than any method takes.
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}
	match, address, routeErr := s.route(r)
	name := ""
	if match.Method != nil {
		name = match.Method.ID
	}
	answered := s.record(Request{Name: name, Host: address, Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header, Body: body})

	fault := s.fault(r, body)
	if fault == nil {
		fault = &Fault{}
	}
	if fault.Before != nil {
		fault.Before()
	}
	var reply answer
	if fault.Performed || fault.Status == 0 && !fault.Drop {
		if routeErr != nil {
			reply = render(nil, routeErr)
		} else {
			reply = s.perform(r, match, body, fault.Operation)
		}
	}
	if fault.Drop {
		drop(w)
		return
	}
	if fault.Status != 0 {
		reply = answer{status: fault.Status, body: []byte(fault.Body)}
		if fault.Body == "" {
			reply = render(nil, injected(fault.Status))
		}
	}
	if reply.contentType == "" {
		reply.contentType = "application/json; charset=UTF-8"
	}
	w.Header().Set("Content-Type", reply.contentType)
	for key, values := range fault.Header {
		w.Header()[http.CanonicalHeaderKey(key)] = values
	}
	answered(reply.status)
	w.WriteHeader(reply.status)
	// A client that went away is no concern of the fake.
	_, _ = w.Write(reply.body)
}

// answer is what goes back to the client.
type answer struct {
	status      int
	contentType string
	body        []byte
}

// drop closes the connection without an answer.
func drop(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		// Only HTTP/2 and test recorders have no connection to take.
		http.Error(w, "the connection cannot be dropped: "+err.Error(), http.StatusBadGateway)
		return
	}
	// Nothing can be told to anybody when closing fails.
	_ = conn.Close()
}

// perform checks a request against the document and carries it out.
func (s *Server) perform(r *http.Request, match discovery.Match, body []byte, failure *OperationError) answer {
	k := &call{ctx: r.Context(), s: s, method: match.Method, args: match.Args, path: match.Path, query: documented(match.Method, r.URL.Query()), header: r.Header, raw: body, upload: match.Upload, failure: failure}
	if bad := match.Method.CheckArgs(k.args); bad != nil {
		return render(nil, errViolation(bad, "invalid"))
	}
	if alt := k.query.Get("alt"); alt != "" && alt != "json" && k.service() != "storage" {
		return render(nil, errNotServed("the format that the query parameter 'alt' asks for"))
	}
	if bad := match.Method.CheckQuery(k.queryOfDocument()); bad != nil {
		return render(nil, errViolation(bad, "badRequest"))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.prepare(); err != nil {
		return render(nil, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: err.Error()})
	}
	if s.failing[k.service()] {
		return render(nil, errFailing(k.service()))
	}
	if err := k.place(); err != nil {
		return render(nil, err)
	}
	if err := k.readBody(); err != nil {
		return render(nil, err)
	}
	result, err := s.answer(k)
	if s.options.CheckAnswers && err == nil && k.reply == nil {
		err = k.checkAnswer(result)
	}
	if err == nil && k.reply != nil {
		return *k.reply
	}
	if err == nil {
		result, err = k.partial(result)
	}
	// The result shares maps with what is stored: it is written out under the lock.
	return render(result, err)
}

// readBody decodes and checks the body that the method takes.
func (k *call) readBody() *apiError {
	if k.upload {
		return nil
	}
	body := bytes.TrimSpace(k.raw)
	if k.method.Request == "" {
		// Clients send an empty message with a DELETE, and Google lets them.
		if empty := string(body) == "{}" || string(body) == "null"; len(body) > 0 && (!empty || k.method.Verb == http.MethodGet) {
			return errPayload("", "Invalid JSON payload received. The method takes no body.")
		}
		return nil
	}
	k.body = map[string]any{}
	if len(body) == 0 {
		return nil
	}
	var value any
	if err := json.Unmarshal(body, &value); err != nil {
		return errPayload("", "Invalid JSON payload received. "+err.Error())
	}
	checked, bad := k.method.Document.CheckBody(k.method.Request, tolerate(value), snakeCase(k.method.Request))
	if bad != nil {
		return errViolation(bad, "badRequest")
	}
	object, ok := checked.(map[string]any)
	if !ok {
		return errPayload("", "Invalid JSON payload received. Root element must be a message.")
	}
	k.body = object
	return nil
}

// render writes the answer as JSON.
func render(result map[string]any, failed *apiError) answer {
	status := http.StatusOK
	if failed != nil {
		status, result = failed.code, failed.body()
	}
	if result == nil {
		result = map[string]any{}
	}
	out, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return answer{status: http.StatusInternalServerError, body: fmt.Appendf(nil, `{"error":{"code":500,"message":%q}}`, err)}
	}
	return answer{status: status, body: append(out, '\n')}
}

// injected is the error body of a fault that gives only a status.
func injected(status int) *apiError {
	reason := map[int]string{
		http.StatusBadRequest:          "invalid",
		http.StatusUnauthorized:        "authError",
		http.StatusForbidden:           "forbidden",
		http.StatusNotFound:            "notFound",
		http.StatusConflict:            "alreadyExists",
		http.StatusPreconditionFailed:  "conditionNotMet",
		http.StatusTooManyRequests:     "rateLimitExceeded",
		http.StatusInternalServerError: "internalError",
	}[status]
	if reason == "" {
		reason = "backendError"
	}
	return &apiError{code: status, reason: reason, message: http.StatusText(status) + " (injected)"}
}

// newID returns the next unique id, as a number of 19 digits.
func (s *Server) newID() string {
	s.idSequence++
	return fmt.Sprint(1_000_000_000_000_000_000 + s.idSequence)
}

// timestamp is the present in the form that an API gives times.
func (s *Server) timestamp(service string) string {
	if service == "compute" {
		return s.options.Now().UTC().Format("2006-01-02T15:04:05.000-07:00")
	}
	return s.options.Now().UTC().Format("2006-01-02T15:04:05.000000Z")
}
