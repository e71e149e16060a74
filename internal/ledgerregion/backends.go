package ledgerregion

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// foreignError is a backend that stands where the region's own would be.
type foreignError struct {
	service, group, description string
}

// Error implements error.
func (e *foreignError) Error() string {
	if e.description == "" {
		return fmt.Sprintf("backend service %q already has %s as a backend, without any mark of an owner", e.service, e.group)
	}
	return fmt.Sprintf("backend service %q already has %s as a backend, with the description %q", e.service, e.group, e.description)
}

// own returns the backends of a service that belong to o.
func (o owner) own(s *loadbalancer.Service) []loadbalancer.Backend {
	var own []loadbalancer.Backend
	for _, b := range s.Backends {
		if _, ok := o.owns(b.Description()); ok {
			own = append(own, b)
		}
	}
	return own
}

// remove takes the backends of o for which gone is true out of a service.
func (o owner) remove(s *loadbalancer.Service, gone func(loadbalancer.Backend) bool) {
	s.Backends = slices.DeleteFunc(s.Backends, func(b loadbalancer.Backend) bool {
		_, own := o.owns(b.Description())
		return own && gone(b)
	})
}

// all is for remove.
func all(loadbalancer.Backend) bool { return true }

// put brings the region's backends for the entry's groups into a service:
// missing ones are added behind the others, its own are set, other backends of
// the region stay. A backend of somebody else on one of the groups is a
// *foreignError, unless the entry adopts it.
func (e entry) put(s *loadbalancer.Service) error {
	for _, neg := range e.negs {
		at := slices.IndexFunc(s.Backends, func(b loadbalancer.Backend) bool {
			return b.Group() == loadbalancer.GroupPath(neg.URL)
		})
		if at < 0 {
			b := loadbalancer.Backend{"group": neg.URL, "preference": e.service.preference, "capacityScaler": json.Number("0")}
			e.set(b)
			s.Backends = append(s.Backends, b)
			continue
		}
		b := s.Backends[at]
		if _, own := e.owner.owns(b.Description()); !own && !e.adopt {
			return &foreignError{service: s.Name, group: b.Group(), description: b.Description()}
		}
		e.set(b)
	}
	return nil
}

// set gives one backend of the region the entry's values.
func (e entry) set(b loadbalancer.Backend) {
	// Zonal NEGs are balanced by rate, and by rate per endpoint alone.
	for _, other := range []string{"maxRate", "maxConnections", "maxConnectionsPerEndpoint", "maxUtilization"} {
		delete(b, other)
	}
	b.Text("balancingMode", "RATE")
	b.Text("description", e.owner.mark(e.service.class))
	b.Number("maxRatePerEndpoint", e.service.rate)
	b.Number("capacityScaler", float64(e.capacity(b.CapacityPercent()))/100)
	if b.Preference() != e.service.preference {
		b.Text("preference", e.service.preference)
	}
}

// capacity is what a backend's capacity becomes: never above the target, and
// at least the present step's. What stands in between stays where it stands.
func (e entry) capacity(now int) int {
	target, level := e.service.target(e.percent), e.service.target(e.level)
	return min(max(now, level), target)
}

// raises says whether the entry gives one of the backends more than it had:
// all of it where the group is new.
func (e entry) raises(before *loadbalancer.Service) bool {
	own := e.owner.own(before)
	for _, n := range e.negs {
		at := slices.IndexFunc(own, func(b loadbalancer.Backend) bool { return b.Group() == loadbalancer.GroupPath(n.URL) })
		if at < 0 || own[at].CapacityPercent() < e.service.target(e.level) {
			return true
		}
	}
	return false
}

// finds says whether a service has backends of the region, or of anybody on the
// entry's groups.
func (e entry) finds(s *loadbalancer.Service) bool {
	return slices.ContainsFunc(s.Backends, func(b loadbalancer.Backend) bool {
		_, own := e.owner.owns(b.Description())
		return own || slices.ContainsFunc(e.negs, func(n loadbalancer.NEG) bool { return loadbalancer.GroupPath(n.URL) == b.Group() })
	})
}

// lowest is the lowest capacity that one of the groups has in a service as the
// region's; 0 for one that it is not attached by.
func (o owner) lowest(s *loadbalancer.Service, negs []loadbalancer.NEG) int {
	lowest := 100
	own := o.own(s)
	for _, n := range negs {
		at := slices.IndexFunc(own, func(b loadbalancer.Backend) bool { return b.Group() == loadbalancer.GroupPath(n.URL) })
		if at < 0 {
			return 0
		}
		lowest = min(lowest, own[at].CapacityPercent())
	}
	return lowest
}

// keepServing enforces what the API demands of a capacity of 0: it must not be
// that of a service's only backend. That one is taken out instead.
func (o owner) keepServing(s *loadbalancer.Service) {
	if len(s.Backends) == 1 {
		o.remove(s, func(b loadbalancer.Backend) bool { return b.CapacityPercent() == 0 })
	}
}

// lower sets the capacity of the region's backends in a service to percent
// where it is higher.
func (o owner) lower(s *loadbalancer.Service, percent int) {
	for _, b := range o.own(s) {
		if b.CapacityPercent() > percent {
			b.Number("capacityScaler", float64(percent)/100)
		}
	}
}

// capacity is the highest capacity of the region's backends in a service.
func (o owner) capacity(s *loadbalancer.Service) int {
	highest := 0
	for _, b := range o.own(s) {
		highest = max(highest, b.CapacityPercent())
	}
	return highest
}

// restore gives a service the region's backends of an earlier read, and hands
// back those that were adopted since.
func (o owner) restore(s, before *loadbalancer.Service) {
	before = before.Clone()
	for i, b := range s.Backends {
		if _, own := o.owns(b.Description()); !own {
			continue
		}
		s.Backends[i] = nil
		if at := slices.IndexFunc(before.Backends, func(old loadbalancer.Backend) bool { return old.Group() == b.Group() }); at >= 0 {
			s.Backends[i] = before.Backends[at]
		}
	}
	s.Backends = slices.DeleteFunc(s.Backends, func(b loadbalancer.Backend) bool { return b == nil })
	for _, old := range o.own(before) {
		// A group that somebody else has taken meanwhile stays with them.
		if !slices.ContainsFunc(s.Backends, func(b loadbalancer.Backend) bool { return b.Group() == old.Group() }) {
			s.Backends = append(s.Backends, old)
		}
	}
}
