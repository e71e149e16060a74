package topology

import (
	"fmt"
	"slices"
)

// Without is what is left after a region is lost: its replicas are gone, and
// where it led another read-write region does. Leader is empty in it where
// writes and strong reads end; Writable says why.
func (t Topology) Without(region string) Topology {
	rest := t
	rest.lost = region
	rest.Replicas = slices.DeleteFunc(slices.Clone(t.Replicas), func(r Replicas) bool { return r.Location == region })
	rest.ReadLeaseRegions = slices.DeleteFunc(slices.Clone(t.ReadLeaseRegions), func(lease string) bool { return lease == region })
	if t.Role(region) == NoRole {
		return rest
	}
	voters := 0
	for _, r := range rest.Replicas {
		if r.Type != ReadOnly {
			voters += r.Count
		}
	}
	switch order := t.LeaderOrder(); {
	case voters < t.majority:
		rest.Leader = ""
	case t.Leader == region && len(order) > 1:
		rest.Leader = order[1]
	case t.Leader == region:
		rest.Leader = ""
	}
	return rest
}

// Writable tells whether commits are possible, and why or why not.
func (t Topology) Writable() (bool, string) {
	switch {
	case t.lost == "" || t.Base.Kind == MultiRegion && t.Leader != "":
		return true, fmt.Sprintf("%s leads; %d of the remaining voters are a quorum", t.Leader, t.majority)
	case t.Leader != "":
		return true, fmt.Sprintf("%s votes for nothing here", t.lost)
	case t.Base.Kind == DualRegion:
		return false, "a commit needs both regions until the quorum is changed to the one that is left: about a minute by hand, up to 45 minutes by Google"
	case t.Base.Kind == Regional:
		return false, fmt.Sprintf("all voters stood in %s", t.lost)
	}
	return false, fmt.Sprintf("too few voters are left without %s", t.lost)
}
