package topology

import "slices"

// Floors are the least times of a database from one region.
type Floors struct {
	Region string
	Role   Role
	// NearestReadRegion is where a stale read is served; empty where nothing
	// serves reads. Where round trips are unknown it is the nearest of which
	// something is known.
	NearestReadRegion string
	// Commit is a blind write, ReadWrite a read-write transaction: one that
	// reads first, and so pays the way to the leader twice.
	Commit, ReadWrite Latency
	// StrongRead sees everything that was committed before; StaleRead is one
	// that may be 15 seconds old.
	StrongRead, StaleRead Latency
}

// Quorum is how long the leader waits for the votes of a commit, and for the
// regions with a read lease. It is Never where there is no quorum.
func (t Topology) Quorum(roundTrips *RoundTrips) Latency {
	if t.Leader == "" {
		return Never()
	}
	var lows, highs []float64
	for _, r := range t.Replicas {
		if r.Type == ReadOnly {
			continue
		}
		voters := r.Count
		if r.Location == t.Leader && r.Type == ReadWrite {
			voters-- // the leader itself
		}
		latency := roundTrips.Between(t.Leader, r.Location)
		for range voters {
			lows, highs = append(lows, latency.AtLeast), append(highs, latency.AtMost)
		}
	}
	needed := t.majority - 1
	if len(lows) < needed {
		return Never()
	}
	slices.Sort(lows)
	slices.Sort(highs)
	quorum := Latency{lows[needed-1], highs[needed-1]}
	for _, region := range t.ReadLeaseRegions {
		if region != t.Leader {
			quorum = quorum.Slower(roundTrips.Between(t.Leader, region))
		}
	}
	return quorum
}

// Floors are the least times from a region, whether it has a replica or not.
func (t Topology) Floors(region string, roundTrips *RoundTrips) Floors {
	f := Floors{Region: region, Role: t.Role(region), Commit: Never(), ReadWrite: Never(), StrongRead: Never(), StaleRead: Never()}
	if t.Leader != "" {
		distance, quorum := roundTrips.Between(region, t.Leader), t.Quorum(roundTrips)
		f.Commit = distance.Plus(quorum)
		f.ReadWrite = distance.Plus(distance).Plus(quorum)
		f.StrongRead = distance
		if slices.Contains(t.ReadLeaseRegions, region) {
			f.StrongRead = roundTrips.Between(region, region)
		}
	}
	nearest := Never()
	for _, candidate := range t.ReadRegions() {
		latency := roundTrips.Between(region, candidate)
		f.StaleRead = f.StaleRead.Faster(latency)
		if f.NearestReadRegion == "" || latency.AtMost < nearest.AtMost || latency.AtMost == nearest.AtMost && latency.AtLeast < nearest.AtLeast {
			f.NearestReadRegion, nearest = candidate, latency
		}
	}
	return f
}
