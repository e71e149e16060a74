package api

import (
	"fmt"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/discovery"
)

// freeText are members whose text is never a reference, whatever it looks like.
var freeText = map[string]bool{
	"description": true, "selfLink": true, "kind": true, "etag": true, "displayName": true, "content": true, "filter": true, "query": true,
	"dashboardJson": true, "documentation": true, "id": true, "selfLinkWithId": true, "statements": true, "extraStatements": true,
}

// reference is a text in a body that names a resource.
type reference struct {
	at      string // path into the body
	text    string
	service string // of the resource; empty when none of the kinds has it
	path    string
	kinds   []*kind
}

// referencesIn finds what a body refers to. Members that only the server writes
// are left out.
func (k *call) referencesIn(schema string, body map[string]any) []reference {
	var out []reference
	k.walk(&discovery.Schema{Ref: schema}, body, "", func(at string, text string) {
		if ref, ok := k.s.readReference(k, text); ok {
			ref.at = at
			out = append(out, ref)
		}
	})
	return out
}

// walk visits all texts of a value that a client wrote.
func (k *call) walk(s *discovery.Schema, value any, at string, visit func(at, text string)) {
	s = k.method.Document.Resolve(s)
	if s != nil && s.ReadOnly {
		return
	}
	switch v := value.(type) {
	case string:
		visit(at, v)
	case []any:
		for i, e := range v {
			var items *discovery.Schema
			if s != nil {
				items = s.Items
			}
			k.walk(items, e, fmt.Sprintf("%s[%d]", at, i), visit)
		}
	case map[string]any:
		for _, name := range sortedKeys(v) { // in order: of two wrong references the same one is always told
			e := v[name]
			if freeText[name] || at == "" && name == "name" {
				continue
			}
			var property *discovery.Schema
			if s != nil {
				if property = s.Properties[name]; property == nil {
					property = s.AdditionalProperties
				}
				if property != nil && property.ReadOnly {
					continue
				}
			}
			k.walk(property, e, strings.TrimPrefix(at+"."+name, "."), visit)
		}
	}
}

var (
	serviceAccountEmail = regexp.MustCompile(`^(?:serviceAccount:)?([a-z][-a-z0-9]*)@([a-z][-a-z0-9]{4,28}[a-z0-9])\.iam\.gserviceaccount\.com$`)
	partialCompute      = regexp.MustCompile(`^(?:global|regions/[^/]+|zones/[^/]+)/[A-Za-z]+/[^/]+$`)
)

// readReference reads a URL, a full or partial path, or the address of a
// service account.
func (s *Server) readReference(k *call, text string) (reference, bool) {
	if m := serviceAccountEmail.FindStringSubmatch(text); m != nil {
		if s.projects[m[2]] == nil {
			return reference{}, false
		}
		return s.locate(text, "projects/"+m[2]+"/serviceAccounts/"+m[1]+"@"+m[2]+".iam.gserviceaccount.com", "iam")
	}
	path, service := text, ""
	switch {
	case strings.HasPrefix(text, "https://") || strings.HasPrefix(text, "http://") || strings.HasPrefix(text, "//"):
		u, err := url.Parse(text)
		if err != nil || u.Host == "" {
			return reference{}, false
		}
		path, service = pathOfURL(u)
		if path == "" {
			return reference{}, false
		}
	case partialCompute.MatchString(text) && k.service() == "compute" && k.project != nil:
		path, service = "projects/"+k.project.id+"/"+text, "compute"
	case !strings.HasPrefix(text, "projects/") || strings.ContainsAny(text, " \n\t"):
		return reference{}, false
	}
	if strings.HasPrefix(path, "projects/") {
		segments := strings.SplitN(path, "/", 3)
		if len(segments) < 3 {
			return reference{}, false
		}
		path = "projects/" + s.projectID(segments[1]) + "/" + segments[2]
	}
	return s.locate(text, path, service)
}

// locate finds the kinds that a path may be of, and the one that has it.
func (s *Server) locate(text, path, service string) (reference, bool) {
	ref := reference{text: text, path: path}
	for _, found := range s.kinds.byTemplate.find(strings.Split(path, "/")) {
		if service != "" && found.doc.Name != service {
			continue
		}
		ref.kinds = append(ref.kinds, found)
		if s.store.get(found.doc.Name, path) != nil {
			ref.service = found.doc.Name
		}
	}
	return ref, len(ref.kinds) > 0
}

// versionSegment is the version of an API in a URL.
var versionSegment = regexp.MustCompile(`^v\d+(?:(?:alpha|beta)\d*)?$|^beta$|^v1b3$`)

// pathOfURL gives the path below the version and the API that a URL is about.
// Any host will do where the path names the API: the google provider sends the
// address that it was given back in references.
func pathOfURL(u *url.URL) (path, service string) {
	segments := strings.Split(strings.Trim(u.Path, "/"), "/")
	if name, isGoogle := strings.CutSuffix(u.Hostname(), ".googleapis.com"); isGoogle && name != "www" {
		service = name
	}
	for i, segment := range segments {
		if versionSegment.MatchString(segment) {
			if i > 0 && service == "" {
				service = segments[i-1]
			}
			return strings.Join(segments[i+1:], "/"), service
		}
	}
	if service != "" && strings.HasPrefix(u.String(), "//") {
		return strings.Join(segments, "/"), service
	}
	return "", ""
}

// resolve refuses a body that refers to what does not exist, and gives the keys
// of what it refers to. In the Compute API every reference is shown as a full
// URL, however it was written; before is the resource as it was.
func (k *call) resolve(r, before *resource, body map[string]any) ([]string, *apiError) {
	var keys []string
	for _, ref := range k.referencesIn(r.kind.schema, body) {
		if ref.path == r.path || slices.ContainsFunc(ref.kinds, func(other *kind) bool { return mayBeAbsent(k, r, ref, other) }) {
			continue
		}
		if held := ref.heldBy(before); ref.service == "" && held != "" {
			keys = append(keys, held) // only a new reference is looked up
			continue
		}
		if ref.service == "" {
			return nil, errMissingReference(k, ref)
		}
		keys = append(keys, resourceKey(ref.service, ref.path))
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// heldBy is the key of the reference where a resource has it already.
func (ref reference) heldBy(r *resource) string {
	if r == nil {
		return ""
	}
	for _, of := range ref.kinds {
		if key := resourceKey(of.doc.Name, ref.path); slices.Contains(r.refs, key) {
			return key
		}
	}
	return ""
}

// mayBeAbsent are references that Google does not look up.
func mayBeAbsent(k *call, r *resource, ref reference, to *kind) bool {
	switch {
	case k.service() == "monitoring", k.service() == "bigquerydatatransfer" && to.doc.Name != "iam":
		return to.doc.Name != "monitoring" || to.word == "timeSeries"
	case k.service() == "bigqueryconnection" && to.word == "databases": // which nobody asks before the first query
		return true
	case to.word == "instanceGroups": // which the check of backends refuses
		return true
	case to.doc.Name == "logging", to.word == "operations":
		return true
	case r.kind.word == "secrets" && to.word == "secrets":
		return true
	case strings.Contains(ref.at, "labels") || strings.Contains(ref.at, "annotations") || strings.Contains(ref.at, "etadata"):
		return true
	}
	return false
}

// blocksDeletion are the APIs that refuse to delete what another resource of
// theirs uses.
var blocksDeletion = map[string]bool{"compute": true, "certificatemanager": true, "networkconnectivity": true, "networkservices": true}

// inUse is the error of deleting what others use, nil when nobody does.
func (s *Server) inUse(r *resource) *apiError {
	if !blocksDeletion[r.service] {
		return nil
	}
	for _, key := range s.store.usedBy(r) {
		user := s.store.byKey[key]
		if user == nil || strings.HasPrefix(user.path, r.path+"/") {
			continue
		}
		return errInUse(r, user)
	}
	return nil
}
