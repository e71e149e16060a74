package api

import (
	"maps"
	"slices"
	"strings"
)

// store holds resources so that no request has to look at all of them: by path,
// by collection, by parent, and by what refers to what.
type store struct {
	byKey       map[string]*resource
	collections map[string]map[string]*resource // by service and collection path
	children    map[string]map[string]bool      // by key of the resource above
	referrers   map[string]map[string]bool      // by key of what is referred to
	operations  map[string]*operation           // by service and path
	byRequest   map[string]*operation           // by service and requestId
}

// resource is one resource as its API shows it.
type resource struct {
	kind    *kind
	service string
	path    string
	data    map[string]any
	// generation grows with every change.
	generation int
	policy     map[string]any // IAM
	refs       []string       // keys of what it refers to
	pending    *operation     // the change that is not done yet
	// given is true for what is in every project, made by nobody.
	given bool
	// extra is what a hook keeps of it.
	extra map[string]any
}

func (r *resource) key() string { return resourceKey(r.service, r.path) }

// id is the last segment of the path.
func (r *resource) id() string { return r.path[strings.LastIndexByte(r.path, '/')+1:] }

func resourceKey(service, path string) string { return service + " " + path }

func (st *store) init() {
	st.byKey, st.collections = map[string]*resource{}, map[string]map[string]*resource{}
	st.children, st.referrers = map[string]map[string]bool{}, map[string]map[string]bool{}
	st.operations, st.byRequest = map[string]*operation{}, map[string]*operation{}
}

func (st *store) get(service, path string) *resource { return st.byKey[resourceKey(service, path)] }

// put adds a resource.
func (st *store) put(r *resource) {
	st.byKey[r.key()] = r
	collection := resourceKey(r.service, parentPath(r.path))
	if st.collections[collection] == nil {
		st.collections[collection] = map[string]*resource{}
	}
	st.collections[collection][r.path] = r
	if above := st.above(r); above != nil {
		mark(st.children, above.key(), r.key())
	}
}

// above is the resource that another is part of.
func (st *store) above(r *resource) *resource {
	for path := parentPath(r.path); path != ""; path = parentPath(path) {
		if found := st.get(r.service, path); found != nil {
			return found
		}
	}
	return nil
}

// remove takes a resource away with all that is part of it.
func (st *store) remove(r *resource) {
	for _, child := range slices.Collect(maps.Keys(st.children[r.key()])) {
		if c := st.byKey[child]; c != nil {
			st.remove(c)
		}
	}
	if above := st.above(r); above != nil {
		delete(st.children[above.key()], r.key())
	}
	st.refer(r, nil)
	delete(st.children, r.key())
	delete(st.byKey, r.key())
	delete(st.collections[resourceKey(r.service, parentPath(r.path))], r.path)
}

// refer says what a resource refers to from now on.
func (st *store) refer(r *resource, to []string) {
	for _, key := range r.refs {
		delete(st.referrers[key], r.key())
	}
	r.refs = to
	for _, key := range to {
		mark(st.referrers, key, r.key())
	}
}

func mark(of map[string]map[string]bool, key, value string) {
	if of[key] == nil {
		of[key] = map[string]bool{}
	}
	of[key][value] = true
}

// in lists the resources of a collection.
func (st *store) in(service, collection string) []*resource {
	return slices.Collect(maps.Values(st.collections[resourceKey(service, collection)]))
}

// usedBy names, sorted, the resources that refer to one.
func (st *store) usedBy(r *resource) []string {
	return st.usedByKey(r.key())
}

// usedByKey does the same for a key.
func (st *store) usedByKey(key string) []string {
	return slices.Sorted(maps.Keys(st.referrers[key]))
}

// parentPath is a path without its last segment.
func parentPath(path string) string {
	i := strings.LastIndexByte(path, '/')
	if i < 0 {
		return ""
	}
	return path[:i]
}
