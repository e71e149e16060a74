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
	drain        drain
}

// service is a backend service that the region joins.
type service struct {
	class      string
	name       string
	rate       float64 // requests per second and endpoint
	preference string
}

// health is the gate after joining and after raising the capacity.
type health struct {
	minPercent      int
	stable, timeout time.Duration
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

// entry is what the region's backends in one service are to be.
type entry struct {
	owner   owner
	service service
	percent int
	negs    []loadbalancer.NEG
}
