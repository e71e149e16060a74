package api

import (
	"cmp"
	"net/http"
	"slices"
	"strings"
)

// ResourceInfo is one resource, for people to look at.
type ResourceInfo struct {
	Service string // as "compute"
	Kind    string // as "backendServices"
	Path    string
}

// Resources lists what was made in a project, by service and path.
func (s *Server) Resources(projectID string) []ResourceInfo {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []ResourceInfo
	for _, r := range s.store.byKey {
		own := strings.HasPrefix(r.path+"/", "projects/"+projectID+"/") || strings.HasPrefix(r.path, "b/")
		if own && !r.given && r.path != "projects/"+projectID {
			out = append(out, ResourceInfo{Service: r.service, Kind: r.kind.word, Path: r.path})
		}
	}
	slices.SortFunc(out, func(a, b ResourceInfo) int {
		return cmp.Or(cmp.Compare(a.Service, b.Service), cmp.Compare(a.Path, b.Path))
	})
	return out
}

// Backend is one group of a backend service with what the load balancer knows
// of it.
type Backend struct {
	Zone, NEG          string
	Description        string
	Capacity           float64 // 0 to 1
	Healthy, Endpoints int
	// Share is the part of the service's traffic that the group gets, 0 to 1.
	Share float64
}

// Service is one global backend service.
type Service struct {
	Name     string
	Used     bool // a forwarding rule leads to it
	Backends []Backend
}

// Services lists a project's backend services, by name. Traffic is shared by
// capacity among the groups that have a healthy endpoint.
func (s *Server) Services(projectID string) []Service {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Service
	for _, r := range s.store.in("compute", "projects/"+projectID+"/global/backendServices") {
		service := Service{Name: r.id(), Used: s.used(r)}
		total := 0.0
		for _, b := range backendsOf(r.data) {
			g, ok := parseGroup(text(b, "group"))
			if !ok {
				continue
			}
			backend := Backend{Zone: g.place, NEG: g.name, Description: text(b, "description")}
			if capacity, ok := b["capacityScaler"].(float64); ok {
				backend.Capacity = capacity
			}
			if neg := s.store.get("compute", negPath(g.project, g.place, g.name)); neg != nil {
				backend.Endpoints = len(neg.endpoints())
				for _, e := range neg.endpoints() {
					if e.healthy {
						backend.Healthy++
					}
				}
			}
			if backend.Healthy > 0 {
				backend.Share = backend.Capacity * float64(backend.Healthy)
				total += backend.Share
			}
			service.Backends = append(service.Backends, backend)
		}
		for i := range service.Backends {
			if total > 0 {
				service.Backends[i].Share /= total
			}
		}
		slices.SortFunc(service.Backends, func(a, b Backend) int { return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.NEG, b.NEG)) })
		out = append(out, service)
	}
	slices.SortFunc(out, func(a, b Service) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// NEG is one zonal network endpoint group.
type NEG struct {
	Zone, Region, Name string
	Endpoints          []Endpoint
}

// Endpoint is one pod behind a NEG.
type Endpoint struct {
	Address string
	Healthy bool
}

// NEGs lists a project's zonal NEGs, by zone and name.
func (s *Server) NEGs(projectID string) []NEG {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []NEG
	for _, zone := range s.zoneNames() {
		for _, r := range s.store.in("compute", "projects/"+projectID+"/zones/"+zone+"/networkEndpointGroups") {
			g := NEG{Zone: zone, Region: s.zones[zone], Name: r.id()}
			for _, e := range r.endpoints() {
				g.Endpoints = append(g.Endpoints, Endpoint{Address: e.address, Healthy: e.healthy})
			}
			out = append(out, g)
		}
	}
	slices.SortStableFunc(out, func(a, b NEG) int { return cmp.Or(cmp.Compare(a.Zone, b.Zone), cmp.Compare(a.Name, b.Name)) })
	return out
}

// SetEndpoint makes one endpoint of a NEG healthy or not.
func (s *Server) SetEndpoint(projectID, zone, neg, address string, healthy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r := s.store.get("compute", negPath(projectID, zone, neg)); r != nil {
		for _, e := range r.endpoints() {
			if e.address == address {
				e.healthy = healthy
			}
		}
	}
}

// SetRegion makes all endpoints of a region healthy, or none.
func (s *Server) SetRegion(projectID, region string, healthy bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for zone, in := range s.zones {
		if in != region {
			continue
		}
		for _, r := range s.store.in("compute", "projects/"+projectID+"/zones/"+zone+"/networkEndpointGroups") {
			for _, e := range r.endpoints() {
				e.healthy = healthy
			}
		}
	}
}

// SetAPI lets an API answer, or makes it answer 503 to everybody.
func (s *Server) SetAPI(name string, answers bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.failing == nil {
		s.failing = map[string]bool{}
	}
	s.failing[name] = !answers
}

// APIs lists the names of all APIs, and whether they answer.
func (s *Server) APIs() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := map[string]bool{}
	for _, host := range s.router.Hosts() {
		name := strings.TrimSuffix(host, ".googleapis.com")
		out[name] = !s.failing[name]
	}
	return out
}

// errFailing is the answer of an API that was made to fail.
func errFailing(name string) *apiError {
	return &apiError{code: http.StatusServiceUnavailable, reason: "backendError", status: "UNAVAILABLE", message: "The service " + name + " is currently unavailable."}
}
