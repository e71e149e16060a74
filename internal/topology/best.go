package topology

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
)

// Best is the choice that serves a set of regions best, and why.
type Best struct {
	Choice
	Why string
}

// candidate is a choice with what it is judged by.
type candidate struct {
	choice   Choice
	replicas int
	// served are the regions that have a replica for reads.
	served []string
	// led tells that one of the regions leads, survives that any one region may be lost.
	led, survives bool
	// transactions is the sum of the floors of read-write transactions, at most.
	transactions float64
}

// Best looks through the catalogue, every leader of every configuration with
// the optional replicas that stand in the regions, for the one that serves
// these regions best. What counts, in this order: how many of them have a
// replica that serves reads; that writes outlast the loss of any one region;
// that one of them leads, so that its own writes leave the region once; the
// sum of their floors of a read-write transaction; few replicas; the name.
// Allow-listed configurations do not take part. ok is false without regions.
func (f Facts) Best(regions []string) (best Best, ok bool) {
	regions = slices.Compact(slices.Sorted(slices.Values(regions)))
	if len(regions) == 0 {
		return Best{}, false
	}
	var candidates []candidate
	for _, name := range f.Configurations.Names() {
		base := f.Configurations.byName[name]
		if base.Restricted {
			continue
		}
		for _, leader := range base.LeaderOptions() {
			candidates = append(candidates, f.judge(base, leader, regions))
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int {
		return cmp.Or(
			cmp.Compare(len(b.served), len(a.served)),
			before(a.survives, b.survives),
			before(a.led, b.led),
			cmp.Compare(a.transactions, b.transactions),
			cmp.Compare(a.replicas, b.replicas),
			cmp.Compare(a.choice.BaseConfig, b.choice.BaseConfig),
			cmp.Compare(a.choice.Leader, b.choice.Leader),
		)
	})
	if len(candidates) == 0 {
		return Best{}, false
	}
	return Best{Choice: candidates[0].choice, Why: candidates[0].why(regions, candidates)}, true
}

func before(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func (f Facts) judge(base Configuration, leader string, regions []string) candidate {
	c := candidate{choice: Choice{BaseConfig: base.Name, Leader: leader}, led: slices.Contains(regions, leader), survives: true}
	for _, region := range regions {
		if base.OptionalAt(region) > 0 {
			c.choice.Replicas = append(c.choice.Replicas, Addition{Location: region, Count: 1})
		}
	}
	t, _ := f.Configurations.Choose(c.choice)
	for _, r := range t.Replicas {
		c.replicas += r.Count
	}
	for _, region := range regions {
		if role := t.Role(region); role == ReadWrite || role == ReadOnly {
			c.served = append(c.served, region)
		}
		c.transactions += t.Floors(region, f.RoundTrips).ReadWrite.AtMost
	}
	for _, region := range t.Regions() {
		if writes, _ := t.Without(region).Writable(); !writes {
			c.survives = false
		}
	}
	return c
}

func (c candidate) why(regions []string, all []candidate) string {
	var why []string
	same := map[string]bool{}
	for _, other := range all {
		if len(other.served) == len(c.served) {
			same[other.choice.BaseConfig] = true
		}
	}
	switch {
	case len(c.served) < len(regions):
		why = append(why, fmt.Sprintf("no configuration has a replica in all %d regions; this one has in %s", len(regions), strings.Join(c.served, ", ")))
	case len(same) == 1 && len(regions) > 1:
		why = append(why, fmt.Sprintf("it is the only one with a replica in all %d regions", len(regions)))
	case len(same) == 1:
		why = append(why, "it is the only one with a replica in "+regions[0])
	case len(same) == 2:
		why = append(why, "it has a replica in each of the regions, like one other")
	default:
		why = append(why, fmt.Sprintf("it has a replica in each of the regions, like %d others", len(same)-1))
	}
	if c.survives {
		why = append(why, "writes outlast the loss of any one region")
	} else {
		why = append(why, "writes do not outlast the loss of every region")
	}
	if c.led {
		why = append(why, fmt.Sprintf("%s leads, so writes from there stay near", c.choice.Leader))
	} else {
		why = append(why, fmt.Sprintf("none of the regions can lead in what serves as many of them, so %s does", c.choice.Leader))
	}
	if mean := c.transactions / float64(len(regions)); !math.IsInf(mean, 1) {
		why = append(why, fmt.Sprintf("a read-write transaction costs the regions %.0f ms at least on average", mean))
	}
	return strings.Join(why, "; ")
}
