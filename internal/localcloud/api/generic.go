package api

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// hook answers a method that a document alone does not say enough about.
type hook func(*call) (map[string]any, *apiError)

// answer carries out a call: by its hook, or by what the document says.
func (s *Server) answer(k *call) (map[string]any, *apiError) {
	if h := s.hooks.methods[k.method.ID]; h != nil {
		return h(k)
	}
	if does := s.generic(k); does != nil {
		return does(k)
	}
	return nil, errNotServed(k.method.ID)
}

// generic finds what a method does by its shape; nil when the shape does not
// say.
func (s *Server) generic(k *call) hook {
	template, verb := shape(k.method)
	service := k.service()
	own, below := s.kindAt(service, template), s.kindAt(service, template+"/{}")
	name := k.method.Name()
	switch {
	case name == "getIamPolicy":
		return getIamPolicy
	case name == "setIamPolicy":
		return setIamPolicy
	case name == "testIamPermissions":
		return testIamPermissions
	case isOperation(k.method.Response) && (name == "get" || name == "wait") && strings.HasSuffix(strings.ToLower(k.method.Collection()), "operations"):
		return pollOperation
	case verb != "":
		return nil
	case k.method.Verb == http.MethodGet && own != nil:
		return get
	case k.method.Verb == http.MethodGet && below != nil:
		return list
	case name == "aggregatedList":
		return aggregatedList
	case k.method.Verb == http.MethodPost && below != nil && (name == "insert" || name == "create" || strings.HasPrefix(name, "create")):
		return create
	case (k.method.Verb == http.MethodPut || k.method.Verb == http.MethodPatch) && own != nil:
		return update
	case k.method.Verb == http.MethodDelete && own != nil:
		return remove
	case service == "compute" && k.method.Verb == http.MethodPost && strings.HasPrefix(name, "set") && s.kindAt(service, parentPath(template)) != nil:
		return setMembers
	}
	return nil
}

// kind is the kind of what a call is about; up says how many segments of the
// template stand behind it.
func (k *call) kind(up int) *kind {
	template, _ := shape(k.method)
	for range up {
		template = parentPath(template)
	}
	return k.s.kindAt(k.service(), template)
}

// find gives the resource of a path.
func (k *call) find(path string) (*resource, *apiError) {
	r := k.s.store.get(k.service(), path)
	if r == nil {
		return nil, errNotFound(path)
	}
	return r, nil
}

func get(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	return r.show(k), nil
}

// show is the resource as the API shows it.
func (r *resource) show(k *call) map[string]any {
	if shown := k.s.hooks.show[kindKey(r.service, r.kind.word)]; shown != nil {
		return shown(k.s, r)
	}
	return r.data
}

func create(k *call) (map[string]any, *apiError) {
	template, _ := shape(k.method)
	return k.create(k.s.kindAt(k.service(), template+"/{}"), k.path)
}

// create makes a resource of a kind in a collection.
func (k *call) create(of *kind, collection string) (map[string]any, *apiError) {
	if again, err := k.repeated(); again != nil || err != nil {
		return again, err
	}
	body := k.body
	if body == nil {
		body = map[string]any{}
	}
	body, id := k.unwrap(of, body)
	dropNulls(body)
	if id == "" {
		var err *apiError
		if id, err = k.idOf(of, body); err != nil {
			return nil, err
		}
	}
	if err := k.parentExists(collection); err != nil {
		return nil, err
	}
	r := &resource{kind: of, service: k.service(), path: collection + "/" + id}
	if k.s.store.get(r.service, r.path) != nil {
		return nil, errExists(r.path)
	}
	if err := k.checkRequired(of, body); err != nil {
		return nil, err
	}
	return k.make(r, body)
}

// withinQuota refuses one resource too many. Only a kind that a test or a user
// has limited is counted.
func (k *call) withinQuota(of *kind) *apiError {
	if k.project == nil {
		return nil
	}
	name := kindKey(of.doc.Name, of.word)
	limit, limited := k.project.quotas[name]
	if !limited {
		return nil
	}
	for _, r := range k.s.store.byKey {
		if r.kind == of && strings.HasPrefix(r.path, "projects/"+k.project.id+"/") {
			limit--
		}
	}
	if limit > 0 {
		return nil
	}
	return &apiError{code: http.StatusForbidden, reason: "quotaExceeded", status: "RESOURCE_EXHAUSTED",
		message: fmt.Sprintf("Quota '%s' exceeded. Limit: %d.", strings.ToUpper(of.word), k.project.quotas[name])}
}

// make checks and stores a new resource, and answers.
func (k *call) make(r *resource, body map[string]any) (map[string]any, *apiError) {
	if err := k.withinQuota(r.kind); err != nil {
		return nil, err
	}
	k.dropReadOnly(r.kind.schema, body)
	refs, err := k.resolve(r, nil, body)
	if err != nil {
		return nil, err
	}
	r.data = body
	k.s.fill(k, r)
	if check := k.s.hooks.check[kindKey(r.service, r.kind.word)]; check != nil {
		if err := check(k, r, nil); err != nil {
			return nil, err
		}
	}
	k.canonical(r)
	return k.conclude(r, "insert", func() {
		k.s.store.put(r)
		k.s.store.refer(r, k.s.usedFrom(r, refs))
		k.s.changed(r)
		if made := k.s.hooks.made[kindKey(r.service, r.kind.word)]; made != nil {
			made(k.s, r)
		}
	})
}

// parentExists refuses to make something in what does not exist.
func (k *call) parentExists(collection string) *apiError {
	parent := parentPath(collection)
	segments := strings.Split(parent, "/")
	if len(segments) < 3 || len(segments)%2 == 1 {
		return nil
	}
	template := make([]string, len(segments))
	for i, s := range segments {
		if template[i] = s; i%2 == 1 {
			template[i] = "{}"
		}
	}
	above := k.s.kindAt(k.service(), strings.Join(template, "/"))
	if above == nil { // a service of Monitoring may be in what is no project
		template[0] = "{}"
		above = k.s.kindAt(k.service(), strings.Join(template, "/"))
	}
	if above == nil || !above.creatable || k.s.store.get(k.service(), parent) != nil {
		return nil
	}
	return errNotFound(parent)
}

func update(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		if k.method.Verb == http.MethodPut && k.kind(0).creatable && k.s.store.get(k.service(), k.path) == nil && (k.method.Name() == "create" || k.query.Get("allowMissing") == "true") {
			return k.make(&resource{kind: k.kind(0), service: k.service(), path: k.path}, k.body)
		}
		return nil, err
	}
	if again, err := k.repeated(); again != nil || err != nil {
		return again, err
	}
	if k.method.Name() == "create" {
		return nil, errExists(k.path)
	}
	return k.change(r, k.body)
}

// change applies a PATCH or PUT to a resource, and answers.
func (k *call) change(r *resource, body map[string]any) (map[string]any, *apiError) {
	if r.pending != nil {
		// Asking counts as a poll, so that a change whose client was killed does
		// not block the resource for ever.
		k.s.advance(r.pending)
		return nil, errNotReady(r.path)
	}
	if err := r.checkVersion(body); err != nil {
		return nil, err
	}
	mask := k.mask(body)
	body = k.unwrapUpdate(r, body)
	k.dropReadOnly(r.kind.schema, body)
	var after map[string]any
	switch {
	case mask != nil:
		var err *apiError
		if after, err = k.masked(r, body, mask); err != nil {
			return nil, err
		}
	case k.method.Verb == http.MethodPatch && replacesOnPatch[kindKey(r.service, r.kind.word)]:
		after = body
		k.s.keepServerSet(k, r, after)
	case k.method.Verb == http.MethodPatch || k.method.Verb == http.MethodPost || mergesOnPut[kindKey(r.service, r.kind.word)]:
		after = mergePatch(r.data, body)
	default:
		after = body
		k.s.keepServerSet(k, r, after)
	}
	dropNulls(after)
	return k.replace(r, "update", after)
}

// mergesOnPut are kinds whose PUT leaves alone what it does not name.
var mergesOnPut = map[string]bool{"bigquery datasets": true, "bigquery tables": true, "sqladmin users": true, "logging sinks": true}

// replacesOnPatch are kinds whose PATCH without a mask replaces everything.
var replacesOnPatch = map[string]bool{
	"monitoring alertPolicies": true, "monitoring notificationChannels": true, "monitoring uptimeCheckConfigs": true, "monitoring dashboards": true,
	"monitoring services": true, "monitoring serviceLevelObjectives": true,
}

// replace checks and stores new data of a resource, and answers.
func (k *call) replace(r *resource, verb string, after map[string]any) (map[string]any, *apiError) {
	return k.replaceThen(r, verb, after, func() {})
}

// replaceThen does more once the new data is stored.
func (k *call) replaceThen(r *resource, verb string, after map[string]any, then func()) (map[string]any, *apiError) {
	changed := &resource{kind: r.kind, service: r.service, path: r.path, data: after, extra: r.extra}
	refs, err := k.resolve(changed, r, after)
	if err != nil {
		return nil, err
	}
	if check := k.s.hooks.check[kindKey(r.service, r.kind.word)]; check != nil {
		if err := check(k, changed, r); err != nil {
			return nil, err
		}
	}
	k.canonical(changed)
	return k.conclude(r, verb, func() {
		if replaced := k.s.hooks.replaced[kindKey(r.service, r.kind.word)]; replaced != nil {
			replaced(k.s, r, changed.data)
		}
		r.data = changed.data
		k.s.store.refer(r, k.s.usedFrom(r, refs))
		k.s.changed(r)
		then()
	})
}

// usedFrom adds what a resource uses without naming it to what it refers to.
func (s *Server) usedFrom(r *resource, refs []string) []string {
	if more := s.hooks.refers[kindKey(r.service, r.kind.word)]; more != nil {
		refs = append(refs, more(r)...)
		// It may name some of them after all.
		slices.Sort(refs)
		refs = slices.Compact(refs)
	}
	return refs
}

// setMembers serves Compute's setX methods: what the body names becomes part of
// the resource.
func setMembers(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if given, has := k.body["labelFingerprint"]; has && given != r.data["labelFingerprint"] {
		return nil, errFingerprint()
	}
	after := maps.Clone(r.data)
	for name, value := range k.body {
		after[name] = value
	}
	dropNulls(after)
	return k.replace(r, k.method.Name(), after)
}

func remove(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if again, err := k.repeated(); again != nil || err != nil {
		return again, err
	}
	return k.remove(r)
}

// remove deletes a resource that nobody uses, and answers.
func (k *call) remove(r *resource) (map[string]any, *apiError) {
	if err := k.s.inUse(r); err != nil {
		return nil, err
	}
	if check := k.s.hooks.deletion[kindKey(r.service, r.kind.word)]; check != nil {
		if err := check(k, r); err != nil {
			return nil, err
		}
	}
	return k.conclude(r, "delete", func() {
		if gone := k.s.hooks.gone[kindKey(r.service, r.kind.word)]; gone != nil {
			gone(k.s, r)
		}
		k.s.store.remove(r)
	})
}

// conclude makes a change and answers as the method does: with an operation,
// with the resource, or with nothing.
func (k *call) conclude(r *resource, verb string, apply func()) (map[string]any, *apiError) {
	if isOperation(k.method.Response) {
		return k.s.start(k, r, verb, apply), nil
	}
	apply()
	if verb == "delete" || k.method.Response == "" || k.method.Response == "Empty" {
		return map[string]any{}, nil
	}
	return r.show(k), nil
}
