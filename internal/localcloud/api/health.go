package api

// getHealth answers the health of one group of a backend service, as its health
// checks see it. The answer is empty, not unhealthy, for a service that no
// forwarding rule leads to and for a while after a group was attached.
func getHealth(k *call) (map[string]any, *apiError) {
	s, err := k.find(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	given := text(k.body, "group")
	if given == "" {
		return nil, errRequired("resource.group")
	}
	g, ok := parseGroup(given)
	if !ok {
		return nil, errInvalid("resource.group", given, "The URL is malformed.")
	}
	if g.project == "" {
		g.project = k.project.id
	}
	path := negPath(g.project, g.place, g.name)
	if !hasBackend(s, computeSelfLink+path) {
		return nil, errInvalid("resource.group", given, "The group is not a backend of the backend service.")
	}
	neg := k.s.store.get("compute", path)
	if neg == nil {
		return nil, errNotFound(path)
	}
	answer := map[string]any{"kind": "compute#backendServiceGroupHealth"}
	if s.fresh()[computeSelfLink+path] > 0 {
		s.fresh()[computeSelfLink+path]--
		return answer, nil
	}
	if !k.s.used(s) || len(neg.endpoints()) == 0 {
		return answer, nil
	}
	var status []any
	for _, e := range neg.endpoints() {
		status = append(status, map[string]any{
			"healthState": e.state(), "instance": e.instance, "ipAddress": e.address, "port": endpointPort,
		})
	}
	answer["healthStatus"] = status
	return answer, nil
}

// hasBackend reports whether a group is a backend of the service.
func hasBackend(s *resource, group string) bool {
	for _, b := range backendsOf(s.data) {
		if text(b, "group") == group {
			return true
		}
	}
	return false
}

func (e *endpoint) state() string {
	if e.healthy {
		return "HEALTHY"
	}
	return "UNHEALTHY"
}

// endpointHealths is an endpoint's health as each backend service sees it that
// uses the NEG and that a forwarding rule leads to.
func (s *Server) endpointHealths(neg *resource, e *endpoint) []any {
	var out []any
	for _, key := range s.store.usedBy(neg) {
		service := s.store.byKey[key]
		if service == nil || service.kind.word != "backendServices" || !s.used(service) {
			continue
		}
		health := map[string]any{
			"backendService": map[string]any{"backendService": service.data["selfLink"]},
			"healthState":    e.state(),
		}
		if checks, ok := service.data["healthChecks"].([]any); ok && len(checks) > 0 {
			health["healthCheck"] = map[string]any{"healthCheck": checks[0]}
		}
		out = append(out, health)
	}
	return out
}
