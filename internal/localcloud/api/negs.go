package api

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// registerNEGs: zonal NEGs are made by GKE, not by callers, and zones can be
// out of reach.
func registerNEGs(h *hooks) {
	h.show["compute networkEndpointGroups"] = showNEG
	h.methods["compute.networkEndpointGroups.get"] = func(k *call) (map[string]any, *apiError) {
		r, err := k.findNEG(k.path)
		if err != nil {
			return nil, err
		}
		return r.show(k), nil
	}
	h.methods["compute.networkEndpointGroups.list"] = func(k *call) (map[string]any, *apiError) {
		if err := k.reachable(); err != nil {
			return nil, err
		}
		return list(k)
	}
	h.methods["compute.networkEndpointGroups.delete"] = func(k *call) (map[string]any, *apiError) {
		// One with endpoints may go; one that a backend service uses may not.
		if err := k.reachable(); err != nil {
			return nil, err
		}
		return remove(k)
	}
	h.methods["compute.networkEndpointGroups.listNetworkEndpoints"] = listNetworkEndpoints
	h.methods["compute.networkEndpointGroups.testIamPermissions"] = func(k *call) (map[string]any, *apiError) {
		if _, err := k.findNEG(parentPath(k.path)); err != nil {
			return nil, err
		}
		return testIamPermissions(k)
	}
}

// endpoint is one pod behind a NEG.
type endpoint struct {
	instance string // URL
	address  string
	healthy  bool
}

const endpointPort = 8080

// Partial says in which of Google's ways a list tells that a zone is missing.
type Partial int

const (
	// PartialEveryway is all of the ways at once, as aggregated lists do.
	PartialEveryway Partial = iota
	// PartialScopeWarning is a warning in the zone's own part of the list.
	PartialScopeWarning
	// PartialListWarning is a warning of the whole list.
	PartialListWarning
	// PartialUnreachables is the list's unreachables only.
	PartialUnreachables
)

func negPath(projectID, zone, name string) string {
	return "projects/" + projectID + "/zones/" + zone + "/networkEndpointGroups/" + name
}

// endpoints are those of a NEG.
func (r *resource) endpoints() []*endpoint {
	list, ok := r.extra["endpoints"].([]*endpoint)
	if !ok {
		return nil
	}
	return list
}

func showNEG(_ *Server, r *resource) map[string]any {
	out := maps.Clone(r.data)
	out["size"] = len(r.endpoints())
	return out
}

// emptyNEGs takes the endpoints out of the NEGs that a cluster's controller made:
// they go with the cluster's nodes. The NEGs stay, and hold the subnetwork.
func emptyNEGs(s *Server, cluster *resource) {
	for _, r := range s.store.byKey {
		if r.service == "compute" && r.kind.word == "networkEndpointGroups" && r.extra["cluster"] == cluster.path {
			r.extra["endpoints"] = []*endpoint{}
		}
	}
}

// reachable refuses calls about a zone that is out of reach.
func (k *call) reachable() *apiError {
	if _, gone := k.project.unreachable[k.arg("zone")]; gone {
		return errUnreachable("zones/" + k.arg("zone"))
	}
	return nil
}

func (k *call) findNEG(path string) (*resource, *apiError) {
	if err := k.reachable(); err != nil {
		return nil, err
	}
	return k.find(path)
}

func listNetworkEndpoints(k *call) (map[string]any, *apiError) {
	r, err := k.findNEG(parentPath(k.path))
	if err != nil {
		return nil, err
	}
	if k.query.Get("filter") != "" {
		return nil, errNotServed("filters of " + k.method.ID)
	}
	var items []listed
	for i, e := range r.endpoints() {
		item := map[string]any{
			"networkEndpoint": map[string]any{"instance": e.instance, "ipAddress": e.address, "port": endpointPort},
		}
		if text(k.body, "healthStatus") == "SHOW" {
			item["healths"] = k.s.endpointHealths(r, e)
		}
		items = append(items, listed{fmt.Sprintf("%06d", i), item})
	}
	answer, err := k.listAnswer(&kind{doc: r.kind.doc, schema: "NetworkEndpointWithHealthStatus", word: "items"}, items)
	if err != nil {
		return nil, err
	}
	answer["id"] = r.path
	delete(answer, "selfLink") // this list has none
	return answer, nil
}

// tellUnreachable adds to an aggregated list which zones it lacks.
func (p *project) tellUnreachable(answer, items map[string]any) {
	var unreachables []any
	for _, zone := range slices.Sorted(maps.Keys(p.unreachable)) {
		scope, how := "zones/"+zone, p.unreachable[zone]
		if how == PartialUnreachables || how == PartialEveryway {
			unreachables = append(unreachables, "projects/"+p.id+"/"+scope)
		}
		warning := scopeWarning("UNREACHABLE", fmt.Sprintf("The scope '%s' cannot be reached.", scope), scope)
		if how == PartialScopeWarning || how == PartialEveryway {
			items[scope] = map[string]any{"warning": warning}
		} else {
			delete(items, scope)
		}
		if how == PartialListWarning || how == PartialEveryway {
			answer["warning"] = warning
		}
	}
	if unreachables != nil {
		answer["unreachables"] = unreachables
	}
}

// cutLast slices s around the last separator.
func cutLast(s, separator string) (before, after string) {
	i := strings.LastIndex(s, separator)
	if i < 0 {
		return s, ""
	}
	return s[:i], s[i+len(separator):]
}
