package ledgerregion

import (
	"slices"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// spec is what a region is to be, in Go's own types.
type spec struct {
	owner
	project      string
	neg          string
	services     []service // by class
	percent      int       // 0, or 10 to 100
	zones        []string  // nil: every zone with a NEG
	minZones     int
	minRemaining int
	health       health
	ramp         ramp
	drain        drain
	adopt        bool // takes over backends on its groups that somebody else made
	hurries      bool // is destroyed without its drain
}

// service is a backend service that the region joins.
type service struct {
	class      string
	name       string
	rate       float64 // requests per second and endpoint
	preference string
	// guarded services keep their last healthy regions.
	guarded bool
	// follows says that the service's capacity is the region's. One that does not
	// follow has all of it for as long as the region is attached, and is left last.
	follows bool
}

// target is the capacity of a service's backends when the region's is percent.
func (s service) target(percent int) int {
	if s.follows {
		return percent
	}
	return 100
}

// health is the gate after joining and after raising the capacity.
type health struct {
	minPercent      int
	stable, timeout time.Duration
}

// ramp is the way up.
type ramp struct {
	steps []int // percent, rising
	hold  time.Duration
}

// between are the steps of the way up from one capacity to another, with that
// one at their end.
func (r ramp) between(from, to int) []int {
	steps := slices.DeleteFunc(slices.Clone(r.steps), func(step int) bool { return step <= from || step >= to })
	return append(steps, to)
}

// drain is the way down.
type drain struct {
	steps        []int // percent, falling
	hold, settle time.Duration
}

// below are the steps of the way down from a capacity.
func (d drain) below(percent int) []int {
	return slices.DeleteFunc(slices.Clone(d.steps), func(step int) bool { return step >= percent })
}

// names are the names of the services.
func (s spec) names() []string {
	names := make([]string, 0, len(s.services))
	for _, one := range s.services {
		names = append(names, one.name)
	}
	return names
}

// find is the service of a name. One that the region is not known to belong in
// counts as one that follows and is guarded.
func (s spec) find(name string) service {
	if at := slices.IndexFunc(s.services, func(one service) bool { return one.name == name }); at >= 0 {
		return s.services[at]
	}
	return service{name: name, guarded: true, follows: true}
}

// entry is what the region's backends in one service are to be.
type entry struct {
	owner   owner
	service service
	// percent is the region's capacity; level is the one of the present step of
	// the way up to it.
	percent, level int
	negs           []loadbalancer.NEG
	// adopt lets the entry take over backends of somebody else.
	adopt bool
}
