package api

import "strings"

// registerBackendServices: Google decides more about backends than a schema
// says, and a region of the ledger lives by these rules.
func registerBackendServices(h *hooks) {
	const services = "compute backendServices"
	h.check[services] = checkBackendService
	h.replaced[services] = noteFreshGroups
	h.show[services] = showBackendService
	h.methods["compute.backendServices.patch"] = changeBackendService
	h.methods["compute.backendServices.update"] = changeBackendService
	h.methods["compute.backendServices.getHealth"] = getHealth
	h.methods["compute.backendServices.setEdgeSecurityPolicy"] = setEdgeSecurityPolicy
	h.methods["compute.backendBuckets.setEdgeSecurityPolicy"] = setEdgeSecurityPolicy
}

// serviceFields are a backend service's members that only the server writes,
// whatever the document says of them. In a request they are ignored.
var serviceFields = []string{"id", "kind", "creationTimestamp", "selfLink", "usedBy", "region"}

// changeBackendService wants the fingerprint, which the document calls optional.
func changeBackendService(k *call) (map[string]any, *apiError) {
	r, err := k.find(k.path)
	if err != nil {
		return nil, err
	}
	if again, err := k.repeated(); again != nil || err != nil {
		return again, err
	}
	if r.pending != nil {
		// Asking counts as a poll, so that a change whose client was killed does
		// not block the service for ever.
		k.s.advance(r.pending)
		return nil, errNotReady(r.path)
	}
	for _, name := range serviceFields {
		delete(k.body, name)
	}
	if name := text(k.body, "name"); name != "" && name != r.id() {
		return nil, errInvalid("resource.name", name, "The name of a backend service cannot be changed.")
	}
	if given := text(k.body, "fingerprint"); given != r.data["fingerprint"] {
		return nil, errFingerprint()
	}
	return k.change(r, k.body)
}

// checkBackendService fills in what a body leaves out and refuses what Google
// refuses.
func checkBackendService(k *call, r, before *resource) *apiError {
	for _, name := range serviceFields[:4] {
		if before != nil && before.data[name] != nil {
			r.data[name] = before.data[name]
		}
	}
	r.data = withServiceDefaults(r.data)
	attached, scheme := map[string]bool{}, text(r.data, "loadBalancingScheme")
	if before != nil {
		if was := text(before.data, "loadBalancingScheme"); was != scheme {
			return errInvalid("resource.loadBalancingScheme", scheme, "The load balancing scheme cannot be changed.")
		}
		for _, b := range backendsOf(before.data) {
			attached[text(b, "group")] = true
		}
	}
	backends, seen := backendsOf(r.data), map[string]bool{}
	for i, b := range backends {
		if err := k.checkBackend(b, i, backends, attached, text(r.data, "protocol")); err != nil {
			return err
		}
		group := text(b, "group")
		if seen[group] {
			return errInvalid(backendAt(i)+".group", group, "Each group may be a backend of a backend service only once.")
		}
		seen[group] = true
	}
	if err := k.checkAffinity(r); err != nil {
		return err
	}
	return checkServicePolicies(r.data)
}

// noteFreshGroups remembers which groups are newly attached: Google knows
// nothing of their health for a while.
func noteFreshGroups(s *Server, r *resource, after map[string]any) {
	before := map[string]bool{}
	for _, b := range backendsOf(r.data) {
		before[text(b, "group")] = true
	}
	for _, b := range backendsOf(after) {
		if group := text(b, "group"); !before[group] {
			r.fresh()[group] = s.options.FreshHealthAnswers
		}
	}
}

// fresh counts, by group, the answers of getHealth that stay empty.
func (r *resource) fresh() map[string]int {
	counts, ok := r.extra["fresh"].(map[string]int)
	if !ok {
		counts = map[string]int{}
		if r.extra == nil {
			r.extra = map[string]any{}
		}
		r.extra["fresh"] = counts
	}
	return counts
}

// showBackendService tells which URL maps lead to the service.
func showBackendService(s *Server, r *resource) map[string]any {
	out := map[string]any{}
	for name, value := range r.data {
		out[name] = value
	}
	var by []any
	for _, key := range s.store.usedBy(r) {
		if user := s.store.byKey[key]; user != nil && user.kind.word == "urlMaps" {
			by = append(by, map[string]any{"reference": user.data["selfLink"]})
		}
	}
	if pretended, ok := r.extra["used"].(bool); ok && pretended {
		project := strings.SplitN(r.path, "/", 3)[1]
		by = append(by, map[string]any{"reference": computeSelfLink + "projects/" + project + "/global/urlMaps/localcloud"})
	}
	if by != nil {
		out["usedBy"] = by
	}
	return out
}

// used reports whether a forwarding rule leads to the service, through proxies
// and URL maps.
func (s *Server) used(r *resource) bool {
	if pretended, ok := r.extra["used"].(bool); ok {
		return pretended
	}
	seen := map[string]bool{}
	queue := s.store.usedBy(r)
	for len(queue) > 0 {
		user := s.store.byKey[queue[0]]
		queue = queue[1:]
		if user == nil || seen[user.key()] {
			continue
		}
		seen[user.key()] = true
		switch {
		case user.kind.schema == "ForwardingRule":
			return true
		case user.kind.word == "urlMaps" || strings.HasPrefix(user.kind.word, "target"):
			queue = append(queue, s.store.usedBy(user)...)
		}
	}
	return false
}

// withServiceDefaults returns a copy of body with what an insert or PUT leaves
// out, and with what each backend leaves out. Nulls are gone.
func withServiceDefaults(body map[string]any) map[string]any {
	body = jsonCopy(body)
	dropNulls(body)
	for name, value := range map[string]any{
		"description":         "",
		"protocol":            "HTTP",
		"timeoutSec":          30.0,
		"sessionAffinity":     "NONE",
		"loadBalancingScheme": "EXTERNAL",
		"connectionDraining":  map[string]any{"drainingTimeoutSec": 0.0},
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
func backendsOf(body map[string]any) []map[string]any { return objectsOf(body, "backends") }

// objectsOf returns the objects in a member that is a list.
func objectsOf(body map[string]any, name string) []map[string]any {
	return listOfObjects(body[name])
}

// setEdgeSecurityPolicy: the policy's member has another name than in the
// request.
func setEdgeSecurityPolicy(k *call) (map[string]any, *apiError) {
	r, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	after := jsonCopy(r.data)
	after["edgeSecurityPolicy"] = k.body["securityPolicy"]
	dropNulls(after)
	return k.replace(r, "setEdgeSecurityPolicy", after)
}
