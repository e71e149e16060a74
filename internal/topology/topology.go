package topology

import (
	"fmt"
	"slices"
)

// Role is what a region can do.
func (t Topology) Role(region string) Role {
	for _, r := range t.Replicas {
		if r.Location == region {
			return r.Type // a configuration lists read-write replicas first, witnesses last
		}
	}
	return NoRole
}

// Regions are all regions with a replica, witnesses too, sorted. Each needs a
// key where the instance is encrypted with keys of its own.
func (t Topology) Regions() []string {
	return t.where(func(Replicas) bool { return true })
}

// ReadRegions are the regions with a replica that serves reads, sorted.
func (t Topology) ReadRegions() []string {
	return t.where(func(r Replicas) bool { return r.Type != Witness })
}

// VotingRegions are the regions whose replicas vote, sorted.
func (t Topology) VotingRegions() []string {
	return t.where(func(r Replicas) bool { return r.Type != ReadOnly })
}

func (t Topology) where(holds func(Replicas) bool) []string {
	var regions []string
	for _, r := range t.Replicas {
		if holds(r) {
			regions = append(regions, r.Location)
		}
	}
	slices.Sort(regions)
	return slices.Compact(regions)
}

// Added tells whether read-only replicas were added to the base.
func (t Topology) Added() bool {
	return slices.ContainsFunc(t.Replicas, func(r Replicas) bool { return r.Added })
}

// LeaderOrder is in which order regions lead as each is lost: the leader, then
// the other read-write regions in the base's order.
func (t Topology) LeaderOrder() []string {
	if t.Leader == "" {
		return nil
	}
	order := []string{t.Leader}
	for _, region := range t.Base.LeaderOptions() {
		if region != t.Leader && t.Role(region) == ReadWrite {
			order = append(order, region)
		}
	}
	return order
}

// Edition is the lowest edition that allows the topology.
func (t Topology) Edition() Edition {
	switch {
	case t.Base.Kind != Regional:
		return EnterprisePlus
	case t.Added():
		return Enterprise
	}
	return Standard
}

// SLAPercent is the availability that Google's agreement promises for the
// configuration, in percent of a month. Added read-only replicas do not change
// it.
func (t Topology) SLAPercent() float64 {
	if t.Base.Kind == Regional {
		return 99.99
	}
	return 99.999
}

// HighPriorityCeilingPercent is the CPU use of high priority tasks that Google
// recommends not to pass, so that the loss of a zone or a region can be borne.
func (t Topology) HighPriorityCeilingPercent() int {
	if t.Base.Kind == Regional {
		return 65
	}
	return 45
}

// TotalCeilingPercent is the same for all tasks, smoothed over 24 hours.
func (t Topology) TotalCeilingPercent() int { return 90 }

func (t Topology) phrase() string {
	switch {
	case t.Added():
		return fmt.Sprintf("%s with added read-only replicas", t.Base.Name)
	case t.Base.Kind == MultiRegion:
		return fmt.Sprintf("The multi-region configuration %s", t.Base.Name)
	case t.Base.Kind == DualRegion:
		return fmt.Sprintf("The dual-region configuration %s", t.Base.Name)
	}
	return t.Base.Name
}
