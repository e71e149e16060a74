package ledgerregion

import (
	"cmp"
	"context"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// observed is a region as the load balancer has it, in terms of what state said.
type observed struct {
	// services are those that exist, with the values of their backends.
	services []service
	// absent are the names of services of state that no longer exist.
	absent []string
	// attached says whether the region has any backend.
	attached bool
	// percent is the capacity; of several, one that differs from state's.
	percent int
	// neg is the name of the groups; of several, one that differs from state's.
	neg string
	// zones are those attached in every service, by name.
	zones []string
	// anywhere are those in which any service has a backend for these groups.
	anywhere []string
	// uneven says that the backends do not all have this capacity, these groups and,
	// above 0, these zones: a change did not get to its end. At 0 no zone is attached,
	// so that nothing could make them even.
	uneven bool
}

// serviceReader reads one backend service.
type serviceReader func(ctx context.Context, project, name string) (*loadbalancer.Service, error)

// observe reads the services of a region and compares them with what was.
func observe(ctx context.Context, read serviceReader, was spec) (observed, error) {
	seen := observed{percent: was.percent, neg: was.neg}
	own := map[string][]loadbalancer.Backend{}
	var every, following []loadbalancer.Backend
	for _, s := range was.services {
		live, err := read(ctx, was.project, s.name)
		if loadbalancer.IsNotFound(err) {
			seen.absent = append(seen.absent, s.name)
			continue
		}
		if err != nil {
			return observed{}, err
		}
		own[s.name] = was.own(live)
		every = append(every, own[s.name]...)
		if s.follows {
			following = append(following, own[s.name]...)
		}
		seen.services = append(seen.services, s.observed(own[s.name]))
	}
	seen.attached = len(every) > 0
	seen.percent = differing(following, was.percent, loadbalancer.Backend.CapacityPercent)
	seen.neg = differing(every, was.neg, loadbalancer.Backend.GroupName)
	seen.zones = seen.common(own)
	for _, b := range every {
		if b.GroupName() == seen.neg {
			seen.anywhere = append(seen.anywhere, b.Zone())
		}
	}
	for _, s := range seen.services {
		seen.uneven = seen.uneven || slices.ContainsFunc(own[s.name], func(b loadbalancer.Backend) bool {
			return b.GroupName() != seen.neg || seen.percent > 0 && !slices.Contains(seen.zones, b.Zone()) || b.CapacityPercent() != s.target(seen.percent)
		})
	}
	return seen, nil
}

// observed is the service with the values that its backends have.
func (s service) observed(own []loadbalancer.Backend) service {
	// The API does not keep all digits of a rate: that is no drift.
	if rate := differing(own, loadbalancer.Single(s.rate), loadbalancer.Backend.RatePerEndpoint); rate != loadbalancer.Single(s.rate) {
		s.rate = rate
	}
	s.preference = differing(own, s.preference, loadbalancer.Backend.Preference)
	return s
}

// differing returns a value that differs from what was, so that drift shows even
// where it touches one backend of many, and otherwise what was.
func differing[T comparable](backends []loadbalancer.Backend, was T, value func(loadbalancer.Backend) T) T {
	for _, b := range backends {
		if v := value(b); v != was {
			return v
		}
	}
	return was
}

// common are the zones in which every service has a backend for the region's
// groups. A drained region may have left a service altogether, because 0 is not
// allowed for its only backend; such a service does not count.
func (seen observed) common(own map[string][]loadbalancer.Backend) []string {
	var zones []string
	first := true
	for _, s := range seen.services {
		var here []string
		for _, b := range own[s.name] {
			// A service that does not follow counts a zone that has its full capacity.
			if b.GroupName() == seen.neg && (s.follows || b.CapacityPercent() == s.target(seen.percent)) {
				here = append(here, b.Zone())
			}
		}
		if len(own[s.name]) == 0 && seen.percent == 0 && s.follows {
			continue
		}
		if first {
			zones, first = here, false
			continue
		}
		zones = slices.DeleteFunc(zones, func(zone string) bool { return !slices.Contains(here, zone) })
	}
	slices.Sort(zones)
	return zones
}

// find lists a project's backend services for those that carry the region's
// mark: what is known of a region that is imported.
func find(ctx context.Context, lb *loadbalancer.Client, project string, o owner) (services []service, backends []loadbalancer.Backend, percent int, err error) {
	all, err := lb.BackendServices(ctx, project)
	if err != nil {
		return nil, nil, 0, err
	}
	for _, s := range all {
		own := o.own(s)
		if len(own) == 0 {
			continue
		}
		class, _ := o.owns(own[0].Description())
		services = append(services, service{
			class: class, name: s.Name, rate: own[0].RatePerEndpoint(), preference: own[0].Preference(),
		})
		backends = append(backends, own...)
	}
	slices.SortFunc(services, func(a, b service) int { return cmp.Compare(a.name, b.name) })
	return services, backends, infer(services, o, all), nil
}

// infer gives the capacity of an imported region, and tells which services do not
// follow it: those that hold the region alone, at 100 while others have less. Marks
// say nothing of it, and a service that other regions are in is one for traffic,
// met in the middle of a change.
func infer(services []service, o owner, all []*loadbalancer.Service) (percent int) {
	capacity, shared := map[string]int{}, map[string]bool{}
	lowest := 100
	for _, s := range all {
		if len(o.own(s)) == 0 {
			continue
		}
		capacity[s.Name] = o.capacity(s)
		shared[s.Name] = len(guard{owner: o}.peers(s)) > 0
		lowest = min(lowest, capacity[s.Name])
	}
	for i, s := range services {
		follows := capacity[s.name] < 100 || lowest == 100 || shared[s.name]
		services[i].follows, services[i].guarded = follows, follows
	}
	return lowest
}
