package discovery

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// Router finds the method that a request is for. It reads a document when its
// host is first asked for, and may be used by many goroutines.
type Router struct {
	hosts map[string]*host
}

// host is all that is served under one name.
type host struct {
	files []string
	once  sync.Once
	root  *node
	docs  []*Document
	err   error
}

// Shared is the one router of the process: the documents are embedded and never
// change.
var Shared = sync.OnceValues(NewRouter)

// NewRouter knows every embedded document.
func NewRouter() (*Router, error) {
	entries, err := documents.ReadDir("documents")
	if err != nil {
		return nil, err
	}
	r := &Router{hosts: map[string]*host{}}
	for _, e := range entries {
		api, isDocument := strings.CutSuffix(e.Name(), ".json.gz")
		if !isDocument {
			continue
		}
		name, _, _ := strings.Cut(api, "-")
		address := hostOf(name)
		if r.hosts[address] == nil {
			r.hosts[address] = &host{}
		}
		r.hosts[address].files = append(r.hosts[address].files, e.Name())
	}
	return r, nil
}

// hostOf is the address of an API by its name.
func hostOf(name string) string {
	if name == "oauth2" {
		return "www.googleapis.com"
	}
	return name + ".googleapis.com"
}

// Hosts lists what is served, sorted.
func (r *Router) Hosts() []string { return slices.Sorted(maps.Keys(r.hosts)) }

// Serves reports whether a host is one of Google's that the router knows.
func (r *Router) Serves(address string) bool { return r.hosts[address] != nil }

// Documents gives the APIs of a host.
func (r *Router) Documents(address string) ([]*Document, error) {
	h := r.hosts[address]
	if h == nil {
		return nil, fmt.Errorf("no API is known under %s", address)
	}
	h.read()
	return h.docs, h.err
}

func (h *host) read() {
	h.once.Do(func() {
		h.root = new(node)
		for _, file := range h.files {
			d, err := load(file)
			if err != nil {
				h.err = err
				return
			}
			h.docs = append(h.docs, d)
			for _, m := range d.Methods {
				h.root.add(m.Template(), route{method: m})
				if m.UploadPath != "" {
					h.root.add(strings.TrimPrefix(m.UploadPath, "/"), route{method: m, upload: true})
				}
			}
		}
	})
}

// Match is a request's method and what its path says.
type Match struct {
	Method *Method
	// Args are the path's parameters, unescaped, by their names in the template.
	Args map[string]string
	// Path is the request's path below the API's version, unescaped parameter by
	// parameter: the name of what the request is about.
	Path string
	// Upload is true when the request came to the method's upload path.
	Upload bool
}

// Find gives the method for a request to a host. known is true when the path
// exists, with whatever verb.
func (r *Router) Find(address, verb, escapedPath string) (match Match, known bool, err error) {
	h := r.hosts[address]
	if h == nil {
		return match, false, nil
	}
	if h.read(); h.err != nil {
		return match, false, h.err
	}
	// Google takes a slash at the end for none.
	segments := strings.Split(strings.TrimSuffix(strings.TrimPrefix(escapedPath, "/"), "/"), "/")
	end := h.root.find(segments)
	if end == nil {
		return match, false, nil
	}
	if last := len(end.pattern) - 1; last < len(segments)-1 {
		segments = append(segments[:last:last], strings.Join(segments[last:], "/"))
	}
	found, ok := end.routes[verb]
	if !ok {
		return match, true, nil
	}
	match = Match{Method: found.method, Upload: found.upload, Args: map[string]string{}}
	var named []string
	for i, part := range end.pattern {
		value, unescaped := url.PathUnescape(strings.TrimSuffix(segments[i], part.suffix))
		if unescaped != nil {
			return Match{}, false, fmt.Errorf("the path is not escaped as a path must be: %w", unescaped)
		}
		if part.param != "" {
			match.Args[part.param] = value
		} else {
			value = segments[i]
		}
		named = append(named, value)
	}
	match.Path = strings.Join(named[found.method.versionSegments(found.upload):], "/")
	return match, true, nil
}

// versionSegments counts the segments ahead of what a resource's name begins
// with: "compute/v1", "v1", "storage/v1".
func (m *Method) versionSegments(upload bool) int {
	if upload {
		return len(strings.Split(strings.Trim(m.UploadPath, "/"), "/")) - len(strings.Split(m.Path, "/"))
	}
	if m.Document.ServicePath != "" {
		return strings.Count(m.Document.ServicePath, "/")
	}
	for i, s := range strings.Split(m.Template(), "/") {
		if s == m.Document.Version {
			return i + 1
		}
	}
	return 0
}

// part is one segment of a template: a literal, or a parameter with what must
// follow it, as ":setIamPolicy".
type part struct {
	param, suffix string
}

type route struct {
	method *Method
	upload bool
}

// node is one segment of the tree that paths are routed by.
type node struct {
	literal map[string]*node
	params  map[string]*node // by suffix; "" for none
	routes  map[string]route // by verb
	pattern []part
	// takesRest is true when the last parameter takes all that follows, as the
	// name of a metric does.
	takesRest bool
}

func (n *node) add(template string, r route) {
	var pattern []part
	for segment := range strings.SplitSeq(template, "/") {
		p := part{}
		if strings.HasPrefix(segment, "{") {
			name, suffix, _ := strings.Cut(segment[1:], "}")
			p = part{param: strings.TrimPrefix(name, "+"), suffix: suffix}
			n = child(&n.params, suffix)
		} else {
			n = child(&n.literal, segment)
		}
		pattern = append(pattern, p)
	}
	if n.routes == nil {
		n.routes = map[string]route{}
	}
	n.routes[r.method.Verb], n.pattern = r, pattern
	n.takesRest = n.takesRest || r.method.takesRest()
}

// takesRest reports whether the pattern of the method's name lets its last part
// have several segments.
func (m *Method) takesRest() bool {
	if m.FlatPath == "" || !strings.HasSuffix(m.FlatPath, "}") {
		return false
	}
	for _, p := range m.Parameters {
		if p.Location == "path" && strings.HasSuffix(p.Pattern, "/.*$") {
			return true
		}
	}
	return false
}

func child(of *map[string]*node, key string) *node {
	if *of == nil {
		*of = map[string]*node{}
	}
	if (*of)[key] == nil {
		(*of)[key] = new(node)
	}
	return (*of)[key]
}

// find returns the node where a path ends, or nil when no method has this path.
// A literal goes before a parameter, and one with a suffix before one without.
func (n *node) find(segments []string) *node {
	if len(segments) == 0 {
		if n.routes == nil {
			return nil
		}
		return n
	}
	if next := n.literal[segments[0]]; next != nil {
		if end := next.find(segments[1:]); end != nil {
			return end
		}
	}
	if segments[0] == "" {
		return nil
	}
	if colon := strings.LastIndexByte(segments[0], ':'); colon > 0 {
		if next := n.params[segments[0][colon:]]; next != nil {
			if end := next.find(segments[1:]); end != nil {
				return end
			}
		}
	}
	if next := n.params[""]; next != nil {
		if end := next.find(segments[1:]); end != nil {
			return end
		}
		if next.takesRest {
			return next
		}
	}
	return nil
}
