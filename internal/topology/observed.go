package topology

import (
	"fmt"
	"maps"
	"slices"
)

// With is the catalogue with this base configuration in place of its own of
// that name.
func (c *Configurations) With(base Configuration) *Configurations {
	merged := &Configurations{Origin: c.Origin, byName: maps.Clone(c.byName)}
	merged.byName[base.Name] = base
	return merged
}

// Observed makes a base configuration of its single replicas, as the API tells
// them: each with a count of 1, in any order. The default leader's region comes
// first in it.
func Observed(name string, kind Kind, leader string, replicas, optional []Replicas) Configuration {
	c := Configuration{Name: name, Kind: kind, Replicas: gather(replicas)}
	slices.SortStableFunc(c.Replicas, func(a, b Replicas) int {
		if order := slices.Index(roles(), a.Type) - slices.Index(roles(), b.Type); order != 0 {
			return order
		}
		return before(a.Location == leader, b.Location == leader)
	})
	for _, o := range gather(optional) {
		c.Optional = append(c.Optional, Addition{Location: o.Location, Count: o.Count})
	}
	return c
}

func roles() []Role { return []Role{ReadWrite, ReadOnly, Witness} }

// gather counts replicas of the same type in the same region, in the order of
// their first.
func gather(replicas []Replicas) []Replicas {
	var all []Replicas
	for _, r := range replicas {
		same := slices.IndexFunc(all, func(other Replicas) bool { return other.Location == r.Location && other.Type == r.Type })
		if same < 0 {
			all = append(all, r)
		} else {
			all[same].Count += r.Count
		}
	}
	return all
}

// AddedTo are the read-only replicas that a custom configuration, told as for
// Observed, has beyond those of its base.
func AddedTo(base Configuration, replicas []Replicas) []Addition {
	var added []Addition
	for _, r := range gather(replicas) {
		for _, b := range base.Replicas {
			if b.Location == r.Location && b.Type == r.Type {
				r.Count -= b.Count
			}
		}
		if r.Type == ReadOnly && r.Count > 0 {
			added = append(added, Addition{Location: r.Location, Count: r.Count})
		}
	}
	return added
}

// Offering is the configuration that offers at least these optional replicas:
// Google adds regions to single customers' offers.
func (c Configuration) Offering(replicas []Addition) Configuration {
	c.Optional = slices.Clone(c.Optional)
	for _, r := range replicas {
		here := slices.IndexFunc(c.Optional, func(o Addition) bool { return o.Location == r.Location })
		switch {
		case here < 0:
			c.Optional = append(c.Optional, r)
		case c.Optional[here].Count < r.Count:
			c.Optional[here].Count = r.Count
		}
	}
	return c
}

// Differences tells, a sentence each, where another description of the same
// base configuration differs from this one. Where it was observed, its
// resource location is not known and not compared.
func (c Configuration) Differences(observed Configuration) []string {
	var differences []string
	say := func(format string, values ...any) { differences = append(differences, fmt.Sprintf(format, values...)) }
	if c.Kind != observed.Kind {
		say("it is %s and not %s", observed.Kind, c.Kind)
	}
	count := func(of []Replicas, location string, role Role) int {
		n := 0
		for _, r := range of {
			if r.Location == location && r.Type == role {
				n += r.Count
			}
		}
		return n
	}
	for _, region := range regionsOf(c, observed) {
		for _, role := range roles() {
			if ours, theirs := count(c.Replicas, region, role), count(observed.Replicas, region, role); ours != theirs {
				say("%s has %d %s replicas and not %d", region, theirs, role, ours)
			}
		}
		if ours, theirs := c.OptionalAt(region), observed.OptionalAt(region); ours != theirs {
			say("%s offers %d optional replicas and not %d", region, theirs, ours)
		}
	}
	ours, theirs := c.LeaderOptions(), observed.LeaderOptions()
	if len(ours) > 0 && len(theirs) > 0 && ours[0] != theirs[0] {
		say("the default leader is %s and not %s", theirs[0], ours[0])
	}
	return differences
}

// regionsOf are all regions that configurations name, sorted.
func regionsOf(configurations ...Configuration) []string {
	named := map[string]bool{}
	for _, c := range configurations {
		for _, r := range c.Replicas {
			named[r.Location] = true
		}
		for _, o := range c.Optional {
			named[o.Location] = true
		}
	}
	return slices.Sorted(maps.Keys(named))
}
