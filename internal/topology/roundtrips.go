package topology

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// RoundTrips is a table of round trips between regions.
type RoundTrips struct {
	Origin
	// withinRegion is the round trip between two zones of a region.
	withinRegion Latency
	between      map[pair]Latency
	regions      map[string]bool
}

// pair is two regions in alphabetical order: a round trip has no direction.
type pair struct{ first, second string }

func pairOf(a, b string) pair { return pair{min(a, b), max(a, b)} }

// ParseRoundTrips reads a table with the columns from, to and round_trip_ms. A
// value after ">=" is a lower bound; the row "*,*" is the round trip between
// two zones of a region.
func ParseRoundTrips(text string) (*RoundTrips, error) {
	rows, origin, err := readTable("round trips", text, "from", "to", "round_trip_ms")
	if err != nil {
		return nil, err
	}
	r := &RoundTrips{Origin: origin, withinRegion: Unbounded(0), between: map[pair]Latency{}, regions: map[string]bool{}}
	for _, row := range rows {
		value, isBound := strings.CutPrefix(row[2], ">=")
		milliseconds, err := strconv.ParseFloat(value, 64)
		if err != nil || !plausible(milliseconds) {
			return nil, fmt.Errorf("round trips: %s to %s: %q is no time between 0 and %d ms", row[0], row[1], row[2], longestRoundTrip)
		}
		latency := Exactly(milliseconds)
		if isBound {
			latency = Unbounded(milliseconds)
		}
		if row[0] == "*" && row[1] == "*" {
			r.withinRegion = latency
			continue
		}
		key := pairOf(row[0], row[1])
		if _, twice := r.between[key]; twice || row[0] == row[1] {
			return nil, fmt.Errorf("round trips: %s to %s: there is one round trip between two different regions", row[0], row[1])
		}
		r.between[key] = latency
		r.regions[row[0]], r.regions[row[1]] = true, true
	}
	return r, nil
}

// longestRoundTrip bounds what is taken for a round trip, in milliseconds: no
// two regions are farther apart, so a larger figure is in another unit.
const longestRoundTrip = 1000

func plausible(milliseconds float64) bool {
	return milliseconds > 0 && milliseconds <= longestRoundTrip
}

// Between is the round trip between two regions, or between two zones where
// both are the same. Of regions that the table does not hold nothing is known.
func (r *RoundTrips) Between(a, b string) Latency {
	if a == b {
		return r.withinRegion
	}
	if latency, known := r.between[pairOf(a, b)]; known {
		return latency
	}
	return Unbounded(r.withinRegion.AtLeast)
}

// Regions are the regions of the table, sorted.
func (r *RoundTrips) Regions() []string { return slices.Sorted(maps.Keys(r.regions)) }

// Knows tells whether the table holds a round trip of the region.
func (r *RoundTrips) Knows(region string) bool { return r.regions[region] }

// With is the table with these round trips in milliseconds in place of its
// own. One direction is enough; of two that differ the mean is taken. A region
// to itself is the round trip between its zones, which is one for all regions
// and cannot be overridden.
func (r *RoundTrips) With(overrides map[string]map[string]float64) (*RoundTrips, error) {
	merged := &RoundTrips{Origin: r.Origin, withinRegion: r.withinRegion, between: maps.Clone(r.between), regions: maps.Clone(r.regions)}
	for _, from := range slices.Sorted(maps.Keys(overrides)) {
		for _, to := range slices.Sorted(maps.Keys(overrides[from])) {
			there := overrides[from][to]
			if from == to {
				return nil, fmt.Errorf("%s to %s is no way between two regions", from, to)
			}
			if !plausible(there) {
				return nil, fmt.Errorf("%s to %s: %v is no round trip; give milliseconds, more than 0 and at most %d", from, to, there, longestRoundTrip)
			}
			if back, given := overrides[to][from]; given {
				there = (there + back) / 2
			}
			merged.between[pairOf(from, to)] = Exactly(there)
			merged.regions[from], merged.regions[to] = true, true
		}
	}
	return merged, nil
}
