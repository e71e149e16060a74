package ledgerregion

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// lastRegionError refuses to take a region out of a service.
type lastRegionError struct {
	owner        owner
	service      string
	minRemaining int
	healthy      int
	others       []string // what each other region is like, in words
	announced    []string // regions that leave by the same plan
	unknown      bool     // the region's own health is not known
	askedBy      string   // whose minRemaining it is, when another's
}

// Error implements error.
func (e *lastRegionError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "Without %s, backend service %q would keep %s of ledger %s; min_remaining_regions%s is %d.",
		e.owner.region, e.service, count(e.healthy, "healthy region"), e.owner.ledger, e.of(), e.minRemaining)
	switch {
	case len(e.others) > 0:
		fmt.Fprintf(&b, " Other regions: %s.", strings.Join(e.others, "; "))
	default:
		b.WriteString(" No other region is attached.")
	}
	if len(e.announced) > 1 {
		fmt.Fprintf(&b, " This plan takes out %s together.", strings.Join(e.announced, ", "))
	}
	if e.unknown {
		fmt.Fprintf(&b, " The load balancer does not report the health of %s itself, so it counts as serving.", e.owner.region)
	}
	return b.String()
}

// of names the region whose setting counts, where it is another one that leaves.
func (e *lastRegionError) of() string {
	if e.askedBy == "" {
		return ""
	}
	return " of " + e.askedBy
}

// problem is the refusal in the user's words. destroying says that no
// configuration of the resource is left that could allow it.
func (e *lastRegionError) problem(destroying bool) *problem {
	how := "To take it out all the same, set min_remaining_regions = 0" + e.of() + " in the same change."
	if destroying {
		how = "At destroy the value in state counts: to take it out all the same, first apply min_remaining_regions = 0" + e.of() + " " +
			"(with capacity_percent = 0, if it is to be drained in steps you watch), then destroy. " +
			fmt.Sprintf("Or name the ledger in the provider's configuration, unguarded_ledgers = [%q].", e.owner.ledger)
	}
	return &problem{
		at:      path.Root("min_remaining_regions"),
		summary: "Taking out the last healthy region is refused",
		detail:  e.Error() + "\n\n" + how,
		cause:   e,
	}
}

// healthReader asks for the health of one group in a service.
type healthReader interface {
	Health(ctx context.Context, project, service, group string) (loadbalancer.Health, error)
}

// guard decides whether a region may leave a service.
type guard struct {
	health       healthReader
	owner        owner
	minRemaining int
	// sizes are the endpoints of groups by path, where known: a group without
	// endpoints has no health, and that is not the same as an unknown one.
	sizes map[string]int
	// announced are the owners that leave the service by the same plan; askedBy is
	// the one whose minRemaining it is, where that is another.
	announced []string
	askedBy   string
}

// check returns a *lastRegionError when fewer than the minimum of other regions
// would be left serving, and nil when enough would be, when the region has
// nothing healthy to lose, or when the guard is lifted. It asks only as many
// regions as it needs to know.
func (g guard) check(ctx context.Context, s *loadbalancer.Service) error {
	if g.minRemaining <= 0 {
		return nil
	}
	serves, unknown, err := g.serving(ctx, s)
	if err != nil || !serves {
		return err
	}
	refusal := &lastRegionError{
		owner: g.owner, service: s.Name, minRemaining: g.minRemaining, unknown: unknown, announced: g.announced, askedBy: g.askedBy,
	}
	for _, other := range g.peers(s) {
		if slices.Contains(g.announced, other.owner.String()) {
			refusal.others = append(refusal.others, other.owner.region+" leaves too")
			continue
		}
		healthy, words, err := g.peer(ctx, s, other)
		if err != nil {
			return err
		}
		refusal.others = append(refusal.others, other.owner.region+" "+words)
		if healthy {
			refusal.healthy++
		}
		if refusal.healthy >= g.minRemaining {
			return nil
		}
	}
	return refusal
}

// serving says whether the region has endpoints in the service that take
// requests, or may have, because their health is unknown.
func (g guard) serving(ctx context.Context, s *loadbalancer.Service) (serves, unknown bool, err error) {
	for _, b := range g.owner.own(s) {
		if b.CapacityPercent() == 0 {
			continue
		}
		h, gone, err := g.read(ctx, s, b)
		if err != nil {
			return false, false, err
		}
		if gone {
			continue
		}
		if h.Healthy > 0 {
			return true, false, nil
		}
		size, known := g.sizes[b.Group()]
		if h.Reported == 0 && (!known || size > 0) {
			unknown = true
		}
	}
	return unknown, unknown, nil
}

// peer is another region's share of a service.
type peer struct {
	owner    owner
	backends []loadbalancer.Backend
}

// peers are the other regions of the ledger in a service, by region.
func (g guard) peers(s *loadbalancer.Service) []peer {
	var peers []peer
	for _, b := range s.Backends {
		by, _, marked := parseMark(b.Description())
		if !marked || by.ledger != g.owner.ledger || by == g.owner {
			continue
		}
		at := slices.IndexFunc(peers, func(p peer) bool { return p.owner == by })
		if at < 0 {
			peers = append(peers, peer{owner: by})
			at = len(peers) - 1
		}
		peers[at].backends = append(peers[at].backends, b)
	}
	slices.SortFunc(peers, func(a, b peer) int { return cmp.Compare(a.owner.region, b.owner.region) })
	return peers
}

// peer says whether another region serves, and what it is like.
func (g guard) peer(ctx context.Context, s *loadbalancer.Service, p peer) (healthy bool, words string, err error) {
	var sum loadbalancer.Health
	drained := true
	for _, b := range p.backends {
		if b.CapacityPercent() == 0 {
			continue
		}
		drained = false
		h, _, err := g.read(ctx, s, b)
		if err != nil {
			return false, "", err
		}
		sum.Healthy += h.Healthy
		sum.Reported += h.Reported
	}
	switch {
	case drained:
		return false, "is drained", nil
	case sum.Reported == 0:
		return false, "has unknown health, the load balancer reports on none of its endpoints", nil
	default:
		return sum.Healthy > 0, fmt.Sprintf("has %d of %d endpoints healthy", sum.Healthy, sum.Reported), nil
	}
}

// read asks for one backend's health. gone says that its group no longer exists.
// One that has left the service since that was read has no health.
func (g guard) read(ctx context.Context, s *loadbalancer.Service, b loadbalancer.Backend) (h loadbalancer.Health, gone bool, err error) {
	h, err = g.health.Health(ctx, s.Project, s.Name, b.GroupURL())
	var answer *loadbalancer.Error
	switch {
	case loadbalancer.IsNotFound(err):
		return loadbalancer.Health{}, true, nil
	case errors.As(err, &answer) && answer.Status == http.StatusBadRequest:
		return loadbalancer.Health{}, false, nil
	}
	return h, false, err
}
