package api

import (
	"cmp"
	"net/http"
	"regexp"
	"slices"
	"strings"
)

// operation is a change on its way.
type operation struct {
	data   map[string]any
	polls  int // how often it must still be asked for
	target *resource
	apply  func() // makes the change
	// result gives what the operation answers with once it is done.
	result func() map[string]any
	fails  *OperationError
	style  string // of its API
	order  uint64 // grows from operation to operation
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
	if op := k.s.store.byRequest[k.service()+" "+id]; op != nil {
		return op.data, nil
	}
	return nil, nil
}

// start begins a change; with no polls to wait for it is done at once.
func (s *Server) start(k *call, r *resource, verb string, apply func()) map[string]any {
	return s.startWith(k, r, verb, apply, func() map[string]any { return typed(r, r.show(k)) })
}

func (s *Server) startWith(k *call, r *resource, verb string, apply func(), result func() map[string]any) map[string]any {
	op := &operation{polls: s.options.OperationPolls, target: r, apply: apply, fails: k.failure, style: k.service(), result: result}
	id := s.newID()
	op.order = s.idSequence
	name := s.nameOperation(k, op, id, verb)
	if id := k.query.Get("requestId"); id != "" {
		op.data["clientOperationId"] = id
		s.store.byRequest[k.service()+" "+id] = op
	}
	s.store.operations[k.service()+" "+name] = op
	r.pending = op
	if verb == "delete" {
		op.result = func() map[string]any { return map[string]any{"@type": "type.googleapis.com/google.protobuf.Empty"} }
	}
	if op.polls <= 0 {
		s.finish(op)
	}
	return op.data
}

// nameOperation gives the operation the shape that its API gives it, and says
// under which path it is asked for.
func (s *Server) nameOperation(k *call, op *operation, id, verb string) string {
	now, r := s.timestamp(k.service()), op.target
	switch k.service() {
	case "compute":
		scope := "global"
		if region := k.args["region"]; region != "" {
			scope = "regions/" + region
		} else if zone := k.args["zone"]; zone != "" {
			scope = "zones/" + zone
		}
		link := "https://www.googleapis.com/compute/v1/projects/" + k.project.id + "/" + scope
		name := "operation-" + id
		op.data = map[string]any{"kind": "compute#operation", "id": id, "name": name, "operationType": k.method.Name(),
			"targetLink": selfLink(r.kind, r.path), "targetId": r.data["id"], "status": "RUNNING", "progress": 0,
			"user": "localcloud@" + k.project.id + ".iam.gserviceaccount.com", "insertTime": now, "startTime": now,
			"selfLink": link + "/operations/" + name}
		if scope != "global" {
			place, _, _ := strings.Cut(scope, "s/")
			op.data[place] = link
		}
		return "projects/" + k.project.id + "/" + scope + "/operations/" + name
	case "sqladmin":
		op.data = map[string]any{"kind": "sql#operation", "name": opaqueID(id), "operationType": sqlOperationType(r.kind.word, verb), "status": "RUNNING",
			"insertTime": now, "startTime": now, "targetId": r.id(), "targetProject": k.project.id, "targetLink": selfLink(r.kind, r.path), "user": "localcloud"}
		path := "projects/" + k.project.id + "/operations/" + opaqueID(id)
		op.data["selfLink"] = "https://sqladmin.googleapis.com/sql/v1beta4/" + path
		return path
	case "container":
		name := "operation-" + id
		path := "projects/" + k.project.id + "/locations/" + k.arg("locationsId", "zone") + "/operations/" + name
		op.data = map[string]any{"name": name, "status": "RUNNING", "operationType": clusterOperationType(verb), "startTime": now, "location": k.arg("locationsId", "zone"),
			"selfLink": "https://container.googleapis.com/v1/" + path, "targetLink": selfLink(r.kind, r.path)}
		return path
	case "dns":
		op.data = map[string]any{"kind": "dns#operation", "id": id, "status": "pending", "startTime": now, "type": verb, "user": "localcloud"}
		return r.path + "/operations/" + id
	}
	name := s.operationPath(k, r) + "/operation-" + id
	op.data = map[string]any{"name": name, "done": false, "metadata": map[string]any{"@type": "type.googleapis.com/google.cloud.common.OperationMetadata",
		"createTime": now, "target": r.path, "verb": verb, "apiVersion": "v1"}}
	return name
}

// operationPath is the collection in which an API keeps an operation: the
// deepest one that the path of what it changes leads to.
func (s *Server) operationPath(k *call, r *resource) string {
	if k.service() == "spanner" { // which keeps it with what it is about, new or not
		return r.path + "/operations"
	}
	target := r.path
	var candidates []string
	for _, m := range k.method.Document.Methods {
		template, verb := shape(m)
		if m.Verb == "GET" && verb == "" && isOperation(m.Response) && (strings.HasSuffix(template, "/operations/{}") || template == "operations/{}") {
			candidates = append(candidates, strings.TrimSuffix(template, "/{}"))
		}
	}
	// The methods come in no order: of two candidates of one length the same one
	// always comes first.
	slices.SortFunc(candidates, func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) })
	for _, c := range candidates {
		if path, ok := fillTemplate(parentPath(c), target); ok {
			return strings.TrimPrefix(path+"/operations", "/")
		}
	}
	return "operations"
}

// fillTemplate takes the beginning of a path that has the shape of a template.
func fillTemplate(template, path string) (string, bool) {
	if template == "" {
		return "", true
	}
	want, have := strings.Split(template, "/"), strings.Split(path, "/")
	if len(have) < len(want) {
		return "", false
	}
	for i, w := range want {
		if w != "{}" && w != have[i] {
			return "", false
		}
	}
	return strings.Join(have[:len(want)], "/"), true
}

// renameOperation gives an operation the name that its request asked for.
func (s *Server) renameOperation(service string, data map[string]any, name string) {
	old := service + " " + text(data, "name")
	s.store.operations[service+" "+name] = s.store.operations[old]
	delete(s.store.operations, old)
	data["name"] = name
}

// advance asks for the operation once.
func (s *Server) advance(op *operation) {
	if op.apply == nil {
		return
	}
	op.polls--
	if op.polls <= 0 {
		s.finish(op)
	}
}

func (s *Server) finish(op *operation) {
	apply := op.apply
	op.apply = nil
	if op.fails == nil {
		apply()
	}
	op.target.pending = nil
	now := s.timestamp(op.style)
	switch op.style {
	case "compute", "sqladmin", "container":
		op.data["status"], op.data["endTime"] = "DONE", now
		if op.style == "compute" {
			op.data["progress"], op.data["targetId"] = 100, op.target.data["id"]
		}
	case "dns":
		op.data["status"] = "done"
	default:
		op.data["done"] = true
		if op.fails == nil {
			op.data["response"] = op.result()
		}
	}
	if op.fails != nil {
		op.fail(*op.fails)
	}
}

// typed says of which type a resource is, as answers of operations do.
func typed(r *resource, data map[string]any) map[string]any {
	of := "google.cloud." + r.service + "." + r.kind.doc.Version + "." + r.kind.schema
	if r.service == "spanner" {
		of = "google.spanner.admin." + spannerPackage(r.kind) + ".v1." + r.kind.schema
	}
	out := map[string]any{"@type": "type.googleapis.com/" + of}
	for name, value := range data {
		out[name] = value
	}
	return out
}

// rpcCodes are the names of google.rpc's codes, each at its number.
var rpcCodes = []string{"OK", "CANCELLED", "UNKNOWN", "INVALID_ARGUMENT", "DEADLINE_EXCEEDED", "NOT_FOUND", "ALREADY_EXISTS", "PERMISSION_DENIED",
	"RESOURCE_EXHAUSTED", "FAILED_PRECONDITION", "ABORTED", "OUT_OF_RANGE", "UNIMPLEMENTED", "INTERNAL", "UNAVAILABLE", "DATA_LOSS", "UNAUTHENTICATED"}

// fail writes into the operation why its change did not happen.
func (o *operation) fail(f OperationError) {
	if f.HTTPStatus == 0 {
		f.HTTPStatus = http.StatusBadRequest
	}
	if f.Code == "" {
		f.Code = "INTERNAL_ERROR"
	}
	switch o.style {
	case "compute", "sqladmin":
		o.data["error"] = map[string]any{"errors": []any{map[string]any{"code": f.Code, "message": f.Message}}}
		if o.style == "compute" {
			o.data["httpErrorStatusCode"] = f.HTTPStatus
			o.data["httpErrorMessage"] = strings.ToUpper(http.StatusText(f.HTTPStatus))
		}
	default:
		if code := slices.Index(rpcCodes, f.Code); code >= 0 {
			o.data["error"] = map[string]any{"code": code, "message": f.Message}
			return
		}
		o.data["error"] = map[string]any{"code": 13, "message": f.Code + ": " + f.Message}
	}
}

// pollOperation serves get and wait. A wait answers as Google's does after its
// two minutes: with the operation as it is then.
func pollOperation(k *call) (map[string]any, *apiError) {
	path := strings.TrimSuffix(k.path, "/wait")
	op := k.s.store.operations[k.service()+" "+path]
	if op == nil {
		return nil, errNotFound(path)
	}
	k.s.advance(op)
	return op.data, nil
}
