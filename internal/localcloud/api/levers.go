package api

import (
	"fmt"
	"strings"
)

// What follows is for tests and for the local cloud's own doing: it changes the
// cloud behind the API's back, as Google's controllers and other writers do.

// AddBackendService adds a global backend service, or replaces one of that name
// by a new one. Body holds further fields as the API names them; what it leaves
// out is as after an insert, but the default scheme is EXTERNAL_MANAGED and a
// forwarding rule is taken to lead to the service. Nothing in body is checked.
func (s *Server) AddBackendService(projectID, name string, body map[string]any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prepare() != nil {
		return
	}
	s.project(projectID)
	project := computeSelfLink + "projects/" + projectID
	_, tellsUsers := body["usedBy"]
	users, _ := jsonCopy(body)["usedBy"].([]any)
	data := withServiceDefaults(mergePatch(map[string]any{
		"loadBalancingScheme": "EXTERNAL_MANAGED",
		"healthChecks":        []any{project + "/global/healthChecks/" + name},
	}, jsonCopy(body)))
	for _, b := range backendsOf(data) {
		if g, ok := parseGroup(text(b, "group")); ok {
			if g.project == "" {
				g.project = projectID
			}
			b["group"] = computeSelfLink + "projects/" + g.project + "/zones/" + g.place + "/" + g.kind + "/" + g.name
		}
	}
	r := s.plant("projects/{}/global/backendServices/{}", "projects/"+projectID+"/global/backendServices/"+name, data)
	delete(r.data, "usedBy")
	r.extra = map[string]any{"used": !tellsUsers || len(users) > 0}
}

// plant puts a resource of the Compute API into the cloud, unchecked.
func (s *Server) plant(template, path string, data map[string]any) *resource {
	of := s.kindAt("compute", template)
	if old := s.store.get("compute", path); old != nil {
		s.store.remove(old)
	}
	_, name := cutLast(path, "/")
	schema := of.schema
	data["kind"], data["name"], data["id"] = "compute#"+lowerFirst(schema), name, s.newID()
	data["selfLink"], data["creationTimestamp"] = selfLink(of, path), s.timestamp("compute")
	r := &resource{kind: of, service: "compute", path: path, data: data}
	s.store.put(r)
	s.store.refer(r, s.heldReferences(r))
	s.changed(r)
	return r
}

// heldReferences are the keys of all that a resource names, whether it exists or
// not.
func (s *Server) heldReferences(r *resource) []string {
	var keys []string
	k := &call{s: s, method: s.anyMethod(r.kind)}
	for _, ref := range k.referencesIn(r.kind.schema, r.data) {
		for _, of := range ref.kinds {
			if of.doc == r.kind.doc && ref.path != r.path {
				keys = append(keys, resourceKey(of.doc.Name, ref.path))
			}
		}
	}
	return keys
}

// RemoveBackendService removes a backend service at once, whoever uses it.
func (s *Server) RemoveBackendService(projectID, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.backendService(projectID, name); r != nil {
		s.store.remove(r)
	}
}

func (s *Server) backendService(projectID, name string) *resource {
	return s.store.get("compute", "projects/"+projectID+"/global/backendServices/"+name)
}

// BackendService returns a copy of a backend service as the API shows it, nil
// when it does not exist.
func (s *Server) BackendService(projectID, name string) map[string]any {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.backendService(projectID, name)
	if r == nil {
		return nil
	}
	return jsonCopy(showBackendService(s, r))
}

// UpdateBackendService changes a backend service as a foreign writer would: the
// change gets a new fingerprint and is not checked. It reports whether the
// service exists. A pending operation is done first.
func (s *Server) UpdateBackendService(projectID, name string, change func(body map[string]any)) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.backendService(projectID, name)
	if r == nil {
		return false
	}
	for r.pending != nil {
		s.advance(r.pending)
	}
	body := jsonCopy(r.data)
	change(body)
	body = jsonCopy(body)
	noteFreshGroups(s, r, body)
	r.data = body
	s.store.refer(r, s.heldReferences(r))
	s.changed(r)
	return true
}

// SetUsed says whether a forwarding rule leads to a backend service, whatever
// does. The health of one that none leads to is not known to Google: getHealth
// answers empty.
func (s *Server) SetUsed(projectID, name string, used bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.backendService(projectID, name); r != nil {
		if r.extra == nil {
			r.extra = map[string]any{}
		}
		r.extra["used"] = used
	}
}

// SetFreshHealthAnswers says how many getHealth answers for a group attached
// from now on stay empty.
func (s *Server) SetFreshHealthAnswers(answers int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.options.FreshHealthAnswers = answers
}

// AddNEG adds a zonal NEG with a number of healthy endpoints as the GKE
// controller does, or replaces one. A zone that Google does not have is added to
// the fake's zones.
func (s *Server) AddNEG(projectID, zone, name string, endpoints int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.prepare() != nil {
		return
	}
	s.addNEG(projectID, zone, name, "default", "default", "localcloud", endpoints)
}

func (s *Server) addNEG(projectID, zone, name, network, subnetwork, clusterUID string, endpoints int) *resource {
	s.project(projectID)
	if s.zones[zone] == "" {
		region, _ := cutLast(zone, "-")
		s.zones[zone] = region
	}
	project := computeSelfLink + "projects/" + projectID
	r := s.plant("projects/{}/zones/{}/networkEndpointGroups/{}", negPath(projectID, zone, name), map[string]any{
		"zone":                project + "/zones/" + zone,
		"networkEndpointType": "GCE_VM_IP_PORT",
		"network":             project + "/global/networks/" + network,
		"subnetwork":          project + "/regions/" + s.zones[zone] + "/subnetworks/" + subnetwork,
		// The GKE controller signs what it makes; one without this is not its own.
		"description": jsonText(map[string]any{"cluster-uid": clusterUID, "namespace": "ledger", "service-name": name, "port": "8080"}),
	})
	list := make([]*endpoint, endpoints)
	for i := range list {
		list[i] = &endpoint{
			instance: fmt.Sprintf("%s/zones/%s/instances/%s-node-%d", project, zone, name, i/8),
			address:  s.newAddress(),
			healthy:  true,
		}
	}
	r.extra = map[string]any{"endpoints": list}
	return r
}

// GrowNEGs lets a GKE cluster make the zonal NEGs of a Service, as its controller
// does once pods are there: one per zone of the cluster's region, in the
// cluster's network. They outlive the cluster, as Google's do, but empty.
func (s *Server) GrowNEGs(projectID, location, cluster, neg string, endpoints int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.prepare(); err != nil {
		return err
	}
	path := "projects/" + projectID + "/locations/" + location + "/clusters/" + cluster
	r := s.store.get("container", path)
	if r == nil {
		return fmt.Errorf("there is no cluster %s", path)
	}
	network, subnetwork := lastSegment(text(r.data, "network")), lastSegment(text(r.data, "subnetwork"))
	zones := ZonesOf(location)
	if zones == nil {
		zones = []string{location}
	}
	for _, zone := range zones {
		s.addNEG(projectID, zone, neg, network, subnetwork, text(r.data, "id"), endpoints).extra["cluster"] = path
	}
	return nil
}

// lastSegment is a path's last segment: a cluster names its network either way.
func lastSegment(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }

// newAddress returns the next unused address of 10.0.0.0/8.
func (s *Server) newAddress() string {
	s.addresses++
	n := s.addresses
	return fmt.Sprintf("10.%d.%d.%d", n>>16&255, n>>8&255, n&255)
}

// RemoveNEG removes a NEG, as nothing in Google can while a backend service
// uses it: entries of backend services that name it stay behind.
func (s *Server) RemoveNEG(projectID, zone, name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.store.get("compute", negPath(projectID, zone, name)); r != nil {
		s.store.remove(r)
	}
}

// SetHealthy makes the first healthy endpoints of a NEG HEALTHY and the rest
// UNHEALTHY. A NEG that does not exist stays absent.
func (s *Server) SetHealthy(projectID, zone, name string, healthy int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.store.get("compute", negPath(projectID, zone, name)); r != nil {
		for i, e := range r.endpoints() {
			e.healthy = i < healthy
		}
	}
}

// SetQuota limits how many resources of a kind a project may have, as
// "compute addresses"; less than 0 lifts the limit. One more is refused as Google
// refuses what is over a quota.
func (s *Server) SetQuota(projectID, kind string, limit int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if limit < 0 {
		delete(s.project(projectID).quotas, kind)
		return
	}
	s.project(projectID).quotas[kind] = limit
}

// SetUnreachable makes zones unreachable: lists that allow partial success tell
// so in the given way and leave the zones' NEGs out, other lists and reads in
// these zones fail with 503.
func (s *Server) SetUnreachable(projectID string, how Partial, zones ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, zone := range zones {
		s.project(projectID).unreachable[zone] = how
	}
}

// SetReachable ends what SetUnreachable began.
func (s *Server) SetReachable(projectID string, zones ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, zone := range zones {
		delete(s.project(projectID).unreachable, zone)
	}
}
