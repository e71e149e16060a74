package ledgerregion

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
)

// States that only a look at the load balancer knows.
const (
	stateDegraded = "DEGRADED"
	stateUnknown  = "UNKNOWN"
	stateAbsent   = "ABSENT"
)

// sight is one region of a ledger as the load balancer and the registry have it.
type sight struct {
	region  string
	members []member
	groups  map[string]loadbalancer.NEG // those attached, by path, where the list has them
	pending []string                    // zones with a group of the same name that is attached nowhere
	row     *registry.Row
}

// member is one backend of a region.
type member struct {
	class, service, zone, neg string
	path                      string
	percent                   int
	rate                      float64
	preference                string
	endpoints                 int
	known                     bool // whether endpoints is
	health                    loadbalancer.Health
}

// survey looks at all regions of a ledger: one list of backend services, one of
// groups, and the health of each backend.
func survey(ctx context.Context, lb *loadbalancer.Client, project, ledger string) (regions map[string]*sight, unreachable []string, err error) {
	services, err := lb.BackendServices(ctx, project)
	if err != nil {
		return nil, nil, err
	}
	// Groups may have appeared since the run began.
	list, err := lb.NEGs(ctx, project)
	if err != nil {
		return nil, nil, err
	}
	regions = map[string]*sight{}
	for _, s := range services {
		for _, b := range s.Backends {
			by, class, marked := parseMark(b.Description())
			if !marked || by.ledger != ledger {
				continue
			}
			one := regions[by.region]
			if one == nil {
				one = &sight{region: by.region, groups: map[string]loadbalancer.NEG{}}
				regions[by.region] = one
			}
			m := member{
				class: class, service: s.Name, zone: b.Zone(), neg: b.GroupName(), path: b.Group(),
				percent: b.CapacityPercent(), rate: b.RatePerEndpoint(), preference: b.Preference(),
			}
			if m.health, err = healthOf(ctx, lb, project, s.Name, b); err != nil {
				return nil, nil, err
			}
			one.members = append(one.members, m)
		}
	}
	for _, one := range regions {
		unreachable = append(unreachable, one.match(list)...)
	}
	slices.Sort(unreachable)
	return regions, slices.Compact(unreachable), nil
}

// healthOf asks for one backend's health; a group that is gone or not known yet
// has none.
func healthOf(ctx context.Context, lb *loadbalancer.Client, project, service string, b loadbalancer.Backend) (loadbalancer.Health, error) {
	h, err := lb.Health(ctx, project, service, b.GroupURL())
	var answer *loadbalancer.Error
	if errors.As(err, &answer) && (answer.Status == http.StatusBadRequest || answer.Status == http.StatusNotFound) {
		return loadbalancer.Health{}, nil
	}
	return h, err
}

// match finds the region's groups in the list, and those that wait to be attached.
// unreachable are the zones that did not answer, as the list names them, or as
// groups that are attached and not in it tell.
func (s *sight) match(list *loadbalancer.NEGList) (unreachable []string) {
	slices.SortFunc(s.members, func(a, b member) int {
		return cmp.Or(cmp.Compare(a.class, b.class), cmp.Compare(a.zone, b.zone), cmp.Compare(a.neg, b.neg))
	})
	names := map[string]bool{}
	for _, m := range s.members {
		names[m.neg] = true
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		groups, gaps, _ := list.In(s.region, name)
		unreachable = gaps
		for _, n := range groups {
			path, attached := loadbalancer.GroupPath(n.URL), false
			for i := range s.members {
				if s.members[i].path == path {
					s.members[i].endpoints, s.members[i].known, attached = n.Size, true, true
				}
			}
			if attached {
				s.groups[path] = n
			} else {
				s.pending = append(s.pending, n.Zone)
			}
		}
	}
	for _, m := range s.members {
		if !m.known && !list.Answered(m.zone) {
			unreachable = append(unreachable, m.zone)
		}
	}
	slices.Sort(s.pending)
	s.pending = slices.Compact(s.pending)
	return unreachable
}

// zones are those attached in any service.
func (s *sight) zones() []string {
	var zones []string
	for _, m := range s.members {
		zones = append(zones, m.zone)
	}
	slices.Sort(zones)
	return slices.Compact(zones)
}

// percent is the region's capacity: the lowest of its services, as one that does
// not follow it stays at 100.
func (s *sight) percent() int {
	if len(s.members) == 0 {
		return 0
	}
	lowest := 100
	for _, m := range s.members {
		lowest = min(lowest, m.percent)
	}
	return lowest
}

// endpoints counts those of the attached groups.
func (s *sight) endpoints() int {
	n := 0
	for _, g := range s.groups {
		n += g.Size
	}
	return n
}

// health is that of the service in which the region is least healthy. It is not
// known when a service reports on nothing.
func (s *sight) health() (worst loadbalancer.Health, known bool) {
	sums := map[string]loadbalancer.Health{}
	for _, m := range s.members {
		sum := sums[m.service]
		sum.Healthy += m.health.Healthy
		sum.Reported += m.health.Reported
		sums[m.service] = sum
	}
	for _, name := range slices.Sorted(maps.Keys(sums)) {
		sum := sums[name]
		if sum.Reported == 0 {
			return loadbalancer.Health{}, false
		}
		if !known || sum.Healthy*worst.Reported < worst.Healthy*sum.Reported {
			worst, known = sum, true
		}
	}
	return worst, known
}

// state puts capacity and health into one word.
func (s *sight) state(minHealthyPercent int) string {
	h, known := s.health()
	switch {
	case len(s.members) == 0:
		return stateAbsent
	case s.percent() == 0:
		return stateDrained
	case !known:
		return stateUnknown
	case h.Healthy*100 < minHealthyPercent*h.Reported:
		return stateDegraded
	default:
		return stateActive
	}
}

// differences say where the registry has the region otherwise than the load balancer.
func (s *sight) differences() []string {
	attached := len(s.members) > 0
	switch {
	case s.row == nil && attached:
		return []string{"the region table has no row"}
	case s.row == nil:
		return nil
	case !attached && s.row.CapacityPercent > 0:
		return []string{"the region table has a row, and the load balancer no backend"}
	case !attached:
		return nil
	}
	var found []string
	percent := s.percent()
	if int(s.row.CapacityPercent) != percent {
		found = append(found, fmt.Sprintf("capacity: %d %% in the region table, %d %% in the load balancer", s.row.CapacityPercent, percent))
	}
	if state := steady(int64(percent)); s.row.State != state {
		found = append(found, fmt.Sprintf("state: %s in the region table, %s in the load balancer", s.row.State, state))
	}
	// A drained region may have left a service, as 0 is not allowed for the only backend.
	if zones := s.zones(); percent > 0 && !slices.Equal(s.row.Zones, zones) {
		found = append(found, fmt.Sprintf("zones: %s in the region table, %s in the load balancer",
			strings.Join(s.row.Zones, ", "), strings.Join(zones, ", ")))
	}
	return found
}
