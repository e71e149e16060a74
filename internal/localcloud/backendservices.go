package localcloud

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
)

// backendService is one global backend service.
type backendService struct {
	data       map[string]any // as the API shows it, with the fingerprint
	path       string         // "projects/.../backendServices/name"
	generation int            // grows with every change
	fresh      map[string]int // by group: getHealth answers that stay empty
	pending    *operation     // the change that is not done yet
}

// readOnlyFields are a backend service's members that only the server writes,
// whatever the document says of them. In a request they are ignored.
var readOnlyFields = []string{"id", "kind", "creationTimestamp", "selfLink", "usedBy", "region"}

// AddBackendService adds a global backend service, or replaces one of that name
// by a new one. Body holds further fields as the API names them; what it leaves
// out is as after an insert, but the default scheme is EXTERNAL_MANAGED and a
// URL map uses the service. Nothing in body is checked.
func (c *Compute) AddBackendService(projectID, name string, body map[string]any) {
	c.mu.Lock()
	defer c.mu.Unlock()
	p := c.project(projectID)
	path := servicePath(projectID, name)
	project := computeSelfLink + "projects/" + projectID
	s := &backendService{path: path, fresh: map[string]int{}}
	s.data = withServiceDefaults(mergePatch(map[string]any{
		"loadBalancingScheme": "EXTERNAL_MANAGED",
		"healthChecks":        []any{project + "/global/healthChecks/" + name},
		"usedBy":              []any{map[string]any{"reference": project + "/global/urlMaps/localcloud"}},
	}, jsonCopy(body)))
	s.data["kind"] = "compute#backendService"
	s.data["id"] = c.newID()
	s.data["name"] = name
	s.data["selfLink"] = computeSelfLink + path
	s.data["creationTimestamp"] = c.timestamp()
	for _, b := range backendsOf(s.data) {
		s.canonicalGroup(b)
	}
	s.changed()
	p.services[name] = s
}

// RemoveBackendService removes a backend service at once, whoever uses it.
func (c *Compute) RemoveBackendService(projectID, name string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.project(projectID).services, name)
}

// BackendService returns a copy of a backend service as the API shows it, nil
// when it does not exist.
func (c *Compute) BackendService(projectID, name string) map[string]any {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.project(projectID).services[name]
	if s == nil {
		return nil
	}
	return jsonCopy(s.data)
}

// UpdateBackendService changes a backend service as a foreign writer would: the
// change gets a new fingerprint and is not checked. It reports whether the
// service exists. A pending operation is done first.
func (c *Compute) UpdateBackendService(projectID, name string, change func(body map[string]any)) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.project(projectID).services[name]
	if s == nil {
		return false
	}
	for s.pending != nil {
		c.advance(s.pending)
	}
	body := jsonCopy(s.data)
	change(body)
	s.replace(c, jsonCopy(body))
	return true
}

// SetUsed says whether a forwarding rule leads to a backend service. The health
// of one that none leads to is not known to Google: getHealth answers empty.
func (c *Compute) SetUsed(projectID, name string, used bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	s := c.project(projectID).services[name]
	switch {
	case s == nil:
	case used:
		s.data["usedBy"] = []any{map[string]any{"reference": computeSelfLink + "projects/" + projectID + "/global/urlMaps/localcloud"}}
	default:
		delete(s.data, "usedBy")
	}
}

// used reports whether a forwarding rule leads to the service.
func (s *backendService) used() bool {
	by, ok := s.data["usedBy"].([]any)
	return ok && len(by) > 0
}

func servicePath(projectID, name string) string {
	return "projects/" + projectID + "/global/backendServices/" + name
}

// changed gives the service the fingerprint of its next generation.
func (s *backendService) changed() {
	s.generation++
	sum := sha256.Sum256(fmt.Appendf(nil, "%s %v %d", s.path, s.data["id"], s.generation))
	s.data["fingerprint"] = base64.StdEncoding.EncodeToString(sum[:8])
}

// replace puts a new body into the service and notes which groups are newly
// attached.
func (s *backendService) replace(c *Compute, body map[string]any) {
	before := map[string]bool{}
	for _, b := range backendsOf(s.data) {
		before[text(b, "group")] = true
	}
	s.data = body
	for _, b := range backendsOf(body) {
		group := text(b, "group")
		if !before[group] {
			s.fresh[group] = c.options.FreshHealthAnswers
		}
	}
	s.changed()
}

// withServiceDefaults returns a copy of body with what an insert or PUT leaves
// out, and with what each backend leaves out. Nulls are gone.
func withServiceDefaults(body map[string]any) map[string]any {
	body = jsonCopy(body)
	dropNulls(body)
	for name, value := range map[string]any{
		"description":        "",
		"protocol":           "HTTP",
		"timeoutSec":         30.0,
		"sessionAffinity":    "NONE",
		"connectionDraining": map[string]any{"drainingTimeoutSec": 0.0},
	} {
		if body[name] == nil {
			body[name] = value
		}
	}
	for _, b := range backendsOf(body) {
		withBackendDefaults(b)
	}
	return body
}

// withBackendDefaults fills in what a backend leaves out. An absent
// capacityScaler means 1: a client that drops a zero un-drains the backend.
func withBackendDefaults(b map[string]any) {
	if b["capacityScaler"] == nil {
		b["capacityScaler"] = 1.0
	}
	if b["balancingMode"] == nil {
		b["balancingMode"] = "UTILIZATION"
	}
}

// backendsOf returns the entries of a service's backends.
func backendsOf(body map[string]any) []map[string]any {
	list, ok := body["backends"].([]any)
	if !ok {
		return nil
	}
	var out []map[string]any
	for _, e := range list {
		if b, ok := e.(map[string]any); ok {
			out = append(out, b)
		}
	}
	return out
}

// findService returns the backend service that a call names.
func (k *call) findService(name string) (*backendService, *apiError) {
	s := k.project.services[name]
	if s == nil {
		return nil, errNotFound(servicePath(k.project.id, name))
	}
	return s, nil
}

func (c *Compute) getBackendService(k *call) (map[string]any, *apiError) {
	s, err := k.findService(k.arg("backendService"))
	if err != nil {
		return nil, err
	}
	return s.data, nil
}

func (c *Compute) listBackendServices(k *call) (map[string]any, *apiError) {
	var items []listed
	for name, s := range k.project.services {
		items = append(items, listed{name, s.data})
	}
	return k.listAnswer("compute#backendServiceList", "projects/"+k.project.id+"/global/backendServices", items)
}

func (c *Compute) testBackendServicePermissions(k *call) (map[string]any, *apiError) {
	if _, err := k.findService(k.arg("resource")); err != nil {
		return nil, err
	}
	return k.permitted()
}

func (c *Compute) patchBackendService(k *call) (map[string]any, *apiError) {
	return c.writeBackendService(k, "patch", func(s *backendService, body map[string]any) map[string]any {
		return mergePatch(s.data, body)
	})
}

// putBackendService replaces the whole service but keeps what the server set,
// as the google provider's update does.
func (c *Compute) putBackendService(k *call) (map[string]any, *apiError) {
	return c.writeBackendService(k, "update", func(s *backendService, body map[string]any) map[string]any {
		for _, name := range append([]string{"name"}, readOnlyFields...) {
			if value, ok := s.data[name]; ok {
				body[name] = value
			}
		}
		return body
	})
}

// writeBackendService checks a change, starts its operation and returns that.
func (c *Compute) writeBackendService(k *call, kind string, combine func(*backendService, map[string]any) map[string]any) (map[string]any, *apiError) {
	s, err := k.findService(k.arg("backendService"))
	if err != nil {
		return nil, err
	}
	if again, err := k.repeated(); again != nil || err != nil {
		return again, err
	}
	if s.pending != nil {
		// Asking counts as a poll, so that a change whose client was killed does
		// not block the service for ever.
		c.advance(s.pending)
		return nil, errNotReady(s.path)
	}
	for _, name := range readOnlyFields {
		delete(k.body, name)
	}
	if name := text(k.body, "name"); name != "" && name != k.arg("backendService") {
		return nil, errInvalid("resource.name", name, "The name of a backend service cannot be changed.")
	}
	if given := text(k.body, "fingerprint"); given != s.data["fingerprint"] {
		return nil, errFingerprint()
	}
	body := withServiceDefaults(combine(s, k.body))
	if err := c.checkService(k, s, body); err != nil {
		return nil, err
	}
	return c.startOperation(k, kind, s, func() { s.replace(c, body) }), nil
}
