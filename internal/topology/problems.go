package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Problems is what Google takes but what breaks a recommendation, or what the
// regions of a ledger would wait for in vain. The order is that of the regions.
func (t Topology) Problems(regions []string, roundTrips *RoundTrips) []string {
	problems := []string{}
	say := func(format string, values ...any) { problems = append(problems, fmt.Sprintf(format, values...)) }
	if t.Base.Restricted {
		say("%s is only for those whom Google has put on its list: ask your account manager", t.Base.Name)
	}
	for _, region := range slices.Compact(slices.Sorted(slices.Values(regions))) {
		switch f := t.Floors(region, roundTrips); {
		case !roundTrips.Knows(region) && f.Role == NoRole:
			say("%s: no round trip of this region is known, so nothing can be promised; give round_trips_ms", region)
		case f.Role == NoRole:
			say("%s has no replica: its reads go to %s (%s ms), its transactions to %s (at least %.0f ms)", region, f.NearestReadRegion, f.StaleRead, t.Leader, f.ReadWrite.AtLeast)
		case f.Role == Witness:
			say("%s has only the witness, which serves nothing: its reads go to %s (%s ms)", region, f.NearestReadRegion, f.StaleRead)
		case f.Role == ReadOnly:
			say("%s reads only: its transactions go to %s (at least %.0f ms)", region, t.Leader, f.ReadWrite.AtLeast)
		}
	}
	for _, region := range t.ReadLeaseRegions {
		if region == t.Leader {
			say("%s holds a read lease and leads, so its reads are local without one", region)
		}
	}
	home := continent(t.Leader)
	readOnly := map[string]int{}
	var continents []string
	for _, r := range t.Replicas {
		if place := continent(r.Location); r.Type == ReadOnly && place != home {
			if readOnly[place] == 0 {
				continents = append(continents, place)
			}
			readOnly[place] += r.Count
		}
	}
	slices.Sort(continents)
	for _, place := range continents {
		if readOnly[place] < 2 {
			say("there is one read-only replica in %s: Google recommends two on a continent other than the leader's, so that reads there outlast one%s", place, t.hardening(place))
		}
	}
	if quorum := t.Quorum(roundTrips); !quorum.Bounded() {
		say("the commit's quorum cannot be bounded: a round trip from %s to another voter is not known", t.Leader)
	}
	return problems
}

// hardening names where a second replica on a continent could stand.
func (t Topology) hardening(place string) string {
	var names []string
	for _, o := range t.Base.Optional {
		if continent(o.Location) != place {
			continue
		}
		if here := slices.IndexFunc(t.Replicas, func(r Replicas) bool { return r.Location == o.Location }); here < 0 || t.Replicas[here].Count < o.Count {
			names = append(names, o.Location)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return fmt.Sprintf(" (%s offers %s)", t.Base.Name, strings.Join(names, ", "))
}

// continent is the first part of a region's name, with the United States in
// North America.
func continent(region string) string {
	place, _, _ := strings.Cut(region, "-")
	switch place {
	case "us", "northamerica":
		return "north america"
	case "southamerica":
		return "south america"
	case "me":
		return "the middle east"
	}
	return place
}
