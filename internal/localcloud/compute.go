package localcloud

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	computePrefix   = "/compute/v1/"
	computeSelfLink = "https://www.googleapis.com/compute/v1/"
	maxBody         = 10 << 20 // bytes
)

// ComputeOptions set how the fake behaves. The zero value is a healthy cloud
// whose operations are done at once.
type ComputeOptions struct {
	// Now is the clock for timestamps; nil means time.Now. Nothing else in the
	// fake depends on time.
	Now func() time.Time
	// OperationPolls is how often an operation must be asked for before it is done.
	OperationPolls int
	// FreshHealthAnswers is how many getHealth answers for a newly attached group
	// stay empty.
	FreshHealthAnswers int
}

// Compute is a strict fake of the Compute API calls that a ledger region
// makes. It is an http.Handler that serves /compute/v1/ and may be used by many
// goroutines.
type Compute struct {
	discovery *discovery
	broken    error             // why discovery is nil
	served    map[string]served // by method id

	mu         sync.Mutex
	options    ComputeOptions
	projects   map[string]*project
	zones      map[string]string // zone to region
	idSequence uint64
	addresses  uint32 // given to endpoints so far

	faultsMu sync.Mutex
	faults   []*armedFault

	requestsMu sync.Mutex
	requests   []*Request
}

// project holds the resources of one project.
type project struct {
	id          string
	services    map[string]*backendService
	negs        map[string]map[string]*neg // by zone and name
	operations  map[string]*operation
	byRequestID map[string]*operation
	denied      map[string]bool // permissions
	unreachable map[string]Partial
}

// NewCompute returns a fake without any project.
func NewCompute(o ComputeOptions) *Compute {
	if o.Now == nil {
		o.Now = time.Now
	}
	d, err := computeDiscovery()
	c := &Compute{
		discovery: d, broken: err, served: servedMethods(), options: o,
		projects: map[string]*project{}, zones: map[string]string{},
	}
	for region, letters := range regionZones {
		for _, letter := range letters {
			c.zones[region+"-"+string(letter)] = region
		}
	}
	return c
}

// AddProject makes an empty project known. Every other Add method does so too.
// A project that nobody added answers 404.
func (c *Compute) AddProject(id string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.project(id)
}

// project returns the project, making it when it is new.
func (c *Compute) project(id string) *project {
	p := c.projects[id]
	if p == nil {
		p = &project{
			id:          id,
			services:    map[string]*backendService{},
			negs:        map[string]map[string]*neg{},
			operations:  map[string]*operation{},
			byRequestID: map[string]*operation{},
			denied:      map[string]bool{},
			unreachable: map[string]Partial{},
		}
		c.projects[id] = p
	}
	return p
}

// Deny takes permissions away from the caller, as "compute.backendServices.update".
func (c *Compute) Deny(projectID string, permissions ...string) {
	c.setDenied(projectID, true, permissions)
}

// Allow gives permissions back that Deny took.
func (c *Compute) Allow(projectID string, permissions ...string) {
	c.setDenied(projectID, false, permissions)
}

func (c *Compute) setDenied(projectID string, denied bool, permissions []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.project(projectID)
	for _, permission := range permissions {
		p.denied[permission] = denied
	}
}

// call is one request on its way to the method that answers it.
type call struct {
	method  *method
	project *project
	args    map[string]string
	query   url.Values
	body    map[string]any
	failure *OperationError // how the operation that it starts is to end
}

// arg returns a path parameter.
func (k *call) arg(name string) string { return k.args[name] }

// served is a method that the fake answers.
type served struct {
	// permission that the caller needs in the project.
	permission string
	answer     func(*Compute, *call) (map[string]any, *apiError)
}

// servedMethods lists what the fake serves; every other method answers 501.
func servedMethods() map[string]served {
	return map[string]served{
		"compute.backendServices.get":                        {"compute.backendServices.get", (*Compute).getBackendService},
		"compute.backendServices.list":                       {"compute.backendServices.list", (*Compute).listBackendServices},
		"compute.backendServices.patch":                      {"compute.backendServices.update", (*Compute).patchBackendService},
		"compute.backendServices.update":                     {"compute.backendServices.update", (*Compute).putBackendService},
		"compute.backendServices.getHealth":                  {"compute.backendServices.get", (*Compute).getHealth},
		"compute.backendServices.testIamPermissions":         {"", (*Compute).testBackendServicePermissions},
		"compute.networkEndpointGroups.aggregatedList":       {"compute.networkEndpointGroups.list", (*Compute).aggregatedListNEGs},
		"compute.networkEndpointGroups.list":                 {"compute.networkEndpointGroups.list", (*Compute).listNEGs},
		"compute.networkEndpointGroups.get":                  {"compute.networkEndpointGroups.get", (*Compute).getNEG},
		"compute.networkEndpointGroups.listNetworkEndpoints": {"compute.networkEndpointGroups.get", (*Compute).listNetworkEndpoints},
		"compute.networkEndpointGroups.testIamPermissions":   {"", (*Compute).testNEGPermissions},
		"compute.globalOperations.get":                       {"compute.globalOperations.get", (*Compute).pollOperation},
		"compute.globalOperations.wait":                      {"compute.globalOperations.get", (*Compute).pollOperation},
		"compute.regions.get":                                {"compute.regions.get", (*Compute).getRegion},
		"compute.regions.list":                               {"compute.regions.list", (*Compute).listRegions},
		"compute.zones.get":                                  {"compute.zones.get", (*Compute).getZone},
		"compute.zones.list":                                 {"compute.zones.list", (*Compute).listZones},
	}
}

// ServeHTTP answers one request.
func (c *Compute) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		// The client went away or sent more than any method takes: there is nobody
		// to answer in Google's words.
		http.Error(w, "the request's body cannot be read", http.StatusBadRequest)
		return
	}
	m, segments, routeErr := c.route(r)
	name := ""
	if m != nil {
		name = m.ID
	}
	answered := c.record(Request{Name: name, Method: r.Method, Path: r.URL.Path, Query: r.URL.Query(), Header: r.Header, Body: body})

	fault := c.fault(r, body)
	if fault == nil {
		fault = &Fault{}
	}
	if fault.Before != nil {
		fault.Before()
	}
	status, answer := 0, []byte(nil)
	if fault.Performed || fault.Status == 0 && !fault.Drop {
		if routeErr != nil {
			status, answer = render(nil, routeErr)
		} else {
			status, answer = c.perform(m, segments, r.URL.Query(), body, fault.Operation)
		}
	}
	if fault.Drop {
		drop(w)
		return
	}
	if fault.Status != 0 {
		status, answer = fault.Status, []byte(fault.Body)
		if fault.Body == "" {
			_, answer = render(nil, injected(fault.Status))
		}
	}
	for key, values := range fault.Header {
		w.Header()[http.CanonicalHeaderKey(key)] = values
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	answered(status)
	w.WriteHeader(status)
	// A client that went away is no concern of the fake.
	_, _ = w.Write(answer)
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

// route finds the method for a request. Without one it returns the error that
// Google, or this fake for Google, answers with.
func (c *Compute) route(r *http.Request) (*method, []string, *apiError) {
	if c.broken != nil {
		return nil, nil, &apiError{code: http.StatusInternalServerError, reason: "backendError", message: c.broken.Error()}
	}
	rest, ok := strings.CutPrefix(r.URL.EscapedPath(), computePrefix)
	if !ok {
		return nil, nil, &apiError{code: http.StatusNotFound, reason: "notFound", message: "Not Found"}
	}
	segments := strings.Split(rest, "/")
	for i, s := range segments {
		plain, err := url.PathUnescape(s)
		if err != nil {
			return nil, nil, errInvalid("path", r.URL.Path, "It is not escaped as a path must be")
		}
		segments[i] = plain
	}
	end := c.discovery.root.find(segments)
	if end == nil {
		return nil, nil, errNotServed("compute: " + r.Method + " " + r.URL.Path)
	}
	m := end.methods[r.Method]
	if m == nil {
		return nil, nil, &apiError{code: http.StatusNotFound, reason: "notFound", message: "Not Found"}
	}
	return m, segments, nil
}

// perform checks a request against the document and carries it out.
func (c *Compute) perform(m *method, segments []string, query url.Values, body []byte, failure *OperationError) (int, []byte) {
	s, ok := c.served[m.ID]
	if !ok {
		return render(nil, errNotServed(m.ID))
	}
	k := &call{method: m, args: m.arguments(segments), query: query, failure: failure}
	if err := m.checkArguments(k.args); err != nil {
		return render(nil, err)
	}
	if err := c.discovery.checkQuery(m, query); err != nil {
		return render(nil, err)
	}
	if err := k.readBody(c.discovery, body); err != nil {
		return render(nil, err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	id := k.arg("project")
	if k.project = c.projects[id]; k.project == nil {
		return render(nil, errNotFound("projects/"+id))
	}
	if k.project.denied[s.permission] {
		return render(nil, errForbidden(s.permission, strings.Join(segments, "/")))
	}
	// The result shares maps with what is stored: it is written out under the lock.
	return render(s.answer(c, k))
}

// readBody decodes and checks the body that the method takes.
func (k *call) readBody(d *discovery, body []byte) *apiError {
	body = bytes.TrimSpace(body)
	if k.method.Request == "" {
		if len(body) > 0 {
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
	checked, err := d.checkBody(&schema{Ref: k.method.Request}, value, snakeCase(k.method.Request))
	if err != nil {
		return err
	}
	object, ok := checked.(map[string]any)
	if !ok {
		return errPayload("", "Invalid JSON payload received. Root element must be a message.")
	}
	k.body = object
	return nil
}

// snakeCase writes a schema's name as Google's front end does in its errors.
func snakeCase(name string) string {
	var b strings.Builder
	for i, r := range name {
		if 'A' <= r && r <= 'Z' {
			if i > 0 {
				b.WriteByte('_')
			}
			r += 'a' - 'A'
		}
		b.WriteRune(r)
	}
	return b.String()
}

// render writes the answer as JSON.
func render(result map[string]any, failed *apiError) (int, []byte) {
	status := http.StatusOK
	if failed != nil {
		status, result = failed.code, failed.body()
	}
	out, err := json.MarshalIndent(result, "", "  ")
	if err != nil {
		return http.StatusInternalServerError, fmt.Appendf(nil, `{"error":{"code":500,"message":%q}}`, err)
	}
	return status, append(out, '\n')
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
func (c *Compute) newID() string {
	c.idSequence++
	return strconv.FormatUint(1_000_000_000_000_000_000+c.idSequence, 10)
}

// timestamp is the present in the form that the Compute API gives times.
func (c *Compute) timestamp() string {
	return c.options.Now().UTC().Format("2006-01-02T15:04:05.000-07:00")
}
