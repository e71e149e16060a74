package localcloud

import (
	"maps"
	"slices"
)

// getHealth answers the health of one group of a backend service, as its health
// checks see it. The answer is empty, not unhealthy, for a service that no
// forwarding rule leads to and for a while after a group was attached.
func (c *Compute) getHealth(k *call) (map[string]any, *apiError) {
	s, err := k.findService(k.arg("backendService"))
	if err != nil {
		return nil, err
	}
	given := text(k.body, "group")
	if given == "" {
		return nil, errRequired("resource.group")
	}
	projectID, zone, _, name, ok := parseGroup(given)
	if !ok {
		return nil, errInvalid("resource.group", given, "The URL is malformed.")
	}
	if projectID == "" {
		projectID = k.project.id
	}
	group := computeSelfLink + negPath(projectID, zone, name)
	if !s.has(group) {
		return nil, errInvalid("resource.group", given, "The group is not a backend of the backend service.")
	}
	var g *neg
	if p := c.projects[projectID]; p != nil {
		g = p.negs[zone][name]
	}
	if g == nil {
		return nil, errNotFound(negPath(projectID, zone, name))
	}
	answer := map[string]any{"kind": "compute#backendServiceGroupHealth"}
	if s.fresh[group] > 0 {
		s.fresh[group]--
		return answer, nil
	}
	if !s.used() || len(g.endpoints) == 0 {
		return answer, nil
	}
	var status []any
	for _, e := range g.endpoints {
		status = append(status, map[string]any{
			"healthState": e.state(), "instance": e.instance, "ipAddress": e.address, "port": endpointPort,
		})
	}
	answer["healthStatus"] = status
	return answer, nil
}

// has reports whether a group is a backend of the service.
func (s *backendService) has(group string) bool {
	for _, b := range backendsOf(s.data) {
		if text(b, "group") == group {
			return true
		}
	}
	return false
}

func (e endpoint) state() string {
	if e.healthy {
		return "HEALTHY"
	}
	return "UNHEALTHY"
}

// endpointHealths is an endpoint's health as each backend service sees it that
// uses the NEG and that a forwarding rule leads to.
func (c *Compute) endpointHealths(p *project, g *neg, e endpoint) []any {
	var out []any
	for _, name := range slices.Sorted(maps.Keys(p.services)) {
		s := p.services[name]
		if !s.used() || !s.has(computeSelfLink+g.path) {
			continue
		}
		health := map[string]any{
			"backendService": map[string]any{"backendService": s.data["selfLink"]},
			"healthState":    e.state(),
		}
		if checks, ok := s.data["healthChecks"].([]any); ok && len(checks) > 0 {
			health["healthCheck"] = map[string]any{"healthCheck": checks[0]}
		}
		out = append(out, health)
	}
	return out
}
