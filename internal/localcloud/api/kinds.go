package api

import (
	"strings"
	"sync"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// kind is a kind of resource that a document describes: something that can be
// got by its path.
type kind struct {
	doc    *discovery.Document
	schema string // what get answers
	// template is the path of a resource below the version, parameters as "{}".
	template string
	// word is the collection's last word, as "backendServices".
	word string
	// creatable is true when the API has a method that makes one.
	creatable bool
}

// kinds finds kinds by API and template, and by template alone.
type kinds struct {
	byPath     map[string]*kind
	byTemplate *templateNode
}

// key is where byPath finds the kind of a template.
func kindKey(service, template string) string { return service + " " + template }

// shape is a method's path below the version with every parameter as "{}", and
// the verb of a custom method.
func shape(m *discovery.Method) (template, verb string) {
	segments := strings.Split(m.Template(), "/")
	for i, s := range segments {
		if strings.HasPrefix(s, "{") {
			segments[i] = "{}"
			if _, suffix, ok := strings.Cut(s, "}:"); ok {
				verb = suffix
			}
		} else if before, suffix, ok := strings.Cut(s, ":"); ok {
			segments[i], verb = before, suffix
		}
	}
	for len(segments) > 0 && segments[0] != "{}" && versionOrService(m.Document, segments[0]) {
		segments = segments[1:]
	}
	return strings.Join(segments, "/"), verb
}

// versionOrService reports whether a leading segment is no part of a name.
func versionOrService(d *discovery.Document, segment string) bool {
	return segment == d.Version || strings.Contains("/"+d.ServicePath, "/"+segment+"/") || segment == d.Name || d.Name == "sqladmin" && segment == "sql"
}

// prepare reads all documents: references lead from any API to any other.
func (s *Server) prepare() (err error) {
	if s.kinds != nil {
		return nil
	}
	if s.kinds, err = allKinds(); err != nil {
		return err
	}
	for _, seed := range s.hooks.seed {
		seed(s)
	}
	return nil
}

// allKinds reads the embedded documents, which never change, once for all
// servers of the process.
var allKinds = sync.OnceValues(func() (*kinds, error) {
	router, err := discovery.Shared()
	if err != nil {
		return nil, err
	}
	found := &kinds{byPath: map[string]*kind{}, byTemplate: new(templateNode)}
	for _, address := range router.Hosts() {
		docs, err := router.Documents(address)
		if err != nil {
			return nil, err
		}
		for _, d := range docs {
			found.read(d)
		}
	}
	return found, nil
})

// read adds the kinds of one document.
func (ks *kinds) read(d *discovery.Document) {
	for _, m := range d.Methods {
		template, verb := shape(m)
		schema := d.Schemas[m.Response]
		if m.Verb != "GET" || verb != "" || schema == nil || !strings.HasSuffix(template, "{}") || isOperation(m.Response) {
			continue
		}
		segments := strings.Split(template, "/")
		k := &kind{doc: d, schema: m.Response, template: template}
		if len(segments) > 1 {
			k.word = segments[len(segments)-2]
		}
		ks.byPath[kindKey(d.Name, template)] = k
	}
	for _, m := range d.Methods {
		template, verb := shape(m)
		if verb == "" && m.Verb == "POST" && ks.byPath[kindKey(d.Name, template+"/{}")] != nil {
			ks.byPath[kindKey(d.Name, template+"/{}")].creatable = true
		}
		if verb == "" && m.Verb == "PUT" && ks.byPath[kindKey(d.Name, template)] != nil {
			ks.byPath[kindKey(d.Name, template)].creatable = true
		}
	}
	for _, k := range ks.byPath {
		if k.doc == d && (k.creatable || madeOtherwise[kindKey(d.Name, k.word)]) {
			ks.byTemplate.add(k)
		}
	}
}

// madeOtherwise are kinds that no create method makes, but that references name.
var madeOtherwise = map[string]bool{
	"secretmanager versions": true, "cloudkms cryptoKeyVersions": true, "cloudbilling billingAccounts": true,
}

func isOperation(schema string) bool { return strings.HasSuffix(schema, "Operation") }

// templateNode finds kinds by the path of a resource.
type templateNode struct {
	next  map[string]*templateNode // by literal; "{}" for a parameter
	kinds []*kind
}

func (n *templateNode) add(k *kind) {
	for segment := range strings.SplitSeq(k.template, "/") {
		if n.next == nil {
			n.next = map[string]*templateNode{}
		}
		if n.next[segment] == nil {
			n.next[segment] = new(templateNode)
		}
		n = n.next[segment]
	}
	n.kinds = append(n.kinds, k)
}

// find gives the kinds whose resources may have a path.
func (n *templateNode) find(segments []string) []*kind {
	if len(segments) == 0 {
		return n.kinds
	}
	if literal := n.next[segments[0]]; literal != nil {
		if found := literal.find(segments[1:]); found != nil {
			return found
		}
	}
	if parameter := n.next["{}"]; parameter != nil && segments[0] != "" {
		return parameter.find(segments[1:])
	}
	return nil
}

// anyMethod is a method of a kind's API, for work that is about no request.
func (s *Server) anyMethod(of *kind) *discovery.Method {
	for _, m := range of.doc.Methods {
		return m
	}
	return nil
}

// kindAt is the kind of the resource that a template names, nil for none.
func (s *Server) kindAt(service, template string) *kind {
	return s.kinds.byPath[kindKey(service, template)]
}
