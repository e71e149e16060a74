package topology

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Role is what a region can do for a database.
type Role string

// The roles, from most to least. A region with replicas of several kinds has
// the first of their roles.
const (
	ReadWrite Role = "READ_WRITE" // votes, serves reads, may lead
	ReadOnly  Role = "READ_ONLY"  // serves reads
	Witness   Role = "WITNESS"    // votes, serves nothing
	NoRole    Role = "NONE"       // has no replica
)

// Kind is the kind of a configuration.
type Kind string

// The kinds of configurations.
const (
	Regional    Kind = "REGIONAL"
	DualRegion  Kind = "DUAL_REGION"
	MultiRegion Kind = "MULTI_REGION"
)

// Replicas are the replicas of one type in one region.
type Replicas struct {
	Location string
	Type     Role
	Count    int
	// Added marks read-only replicas that a custom configuration adds to its base.
	Added bool
}

// Addition is a number of read-only replicas in a region.
type Addition struct {
	Location string
	Count    int
}

// Configuration is a base instance configuration.
type Configuration struct {
	Name             string
	Kind             Kind
	ResourceLocation string
	// Replicas has the default leader's first, then read-write, read-only and
	// witness replicas in the source's order.
	Replicas []Replicas
	// Optional is how many read-only replicas a custom configuration may add where.
	Optional []Addition
	// Restricted configurations are given only to those who ask Google.
	Restricted bool
}

// Configurations is the catalogue of base instance configurations.
type Configurations struct {
	Origin
	byName map[string]Configuration
}

// ParseConfigurations reads a table with the columns name, kind,
// resource_location, read_write, read_only, witness, optional and access.
func ParseConfigurations(text string) (*Configurations, error) {
	rows, origin, err := readTable("configurations", text, "name", "kind", "resource_location", "read_write", "read_only", "witness", "optional", "access")
	if err != nil {
		return nil, err
	}
	c := &Configurations{Origin: origin, byName: map[string]Configuration{}}
	for _, row := range rows {
		configuration := Configuration{Name: row[0], Kind: Kind(row[1]), ResourceLocation: row[2], Restricted: row[7] != ""}
		if _, twice := c.byName[configuration.Name]; twice {
			return nil, fmt.Errorf("configurations: %s is there twice", configuration.Name)
		}
		for i, role := range []Role{ReadWrite, ReadOnly, Witness} {
			cells, err := parseCell(row[3+i])
			if err != nil {
				return nil, fmt.Errorf("configurations: %s: %w", configuration.Name, err)
			}
			for _, cell := range cells {
				configuration.Replicas = append(configuration.Replicas, Replicas{Location: cell.Location, Type: role, Count: cell.Count})
			}
		}
		if configuration.Optional, err = parseCell(row[6]); err != nil {
			return nil, fmt.Errorf("configurations: %s: %w", configuration.Name, err)
		}
		if len(configuration.LeaderOptions()) == 0 {
			return nil, fmt.Errorf("configurations: %s: no region can lead", configuration.Name)
		}
		c.byName[configuration.Name] = configuration
	}
	return c, nil
}

// parseCell reads "us-east4 2; us-east1 2".
func parseCell(cell string) ([]Addition, error) {
	var all []Addition
	for part := range strings.SplitSeq(cell, ";") {
		words := strings.Fields(part)
		if len(words) == 0 {
			continue
		}
		if len(words) != 2 {
			return nil, fmt.Errorf("%q is not a region and a number of replicas", part)
		}
		count, err := strconv.Atoi(words[1])
		if err != nil || count < 1 {
			return nil, fmt.Errorf("%q: %q is no number of replicas", part, words[1])
		}
		all = append(all, Addition{Location: words[0], Count: count})
	}
	return all, nil
}

// Names are the names of all configurations, sorted.
func (c *Configurations) Names() []string { return slices.Sorted(maps.Keys(c.byName)) }

// Named is the configuration of this name, with or without a path before it
// (projects/P/instanceConfigs/NAME).
func (c *Configurations) Named(name string) (Configuration, bool) {
	configuration, found := c.byName[BaseName(name)]
	return configuration, found
}

// BaseName is the last part of an instance configuration's path.
func BaseName(name string) string { return name[strings.LastIndex(name, "/")+1:] }

// LeaderOptions are the regions that may lead, the default leader first: those
// with at least two read-write replicas.
func (c Configuration) LeaderOptions() []string {
	var options []string
	for _, r := range c.Replicas {
		if r.Type == ReadWrite && r.Count >= 2 {
			options = append(options, r.Location)
		}
	}
	return options
}

// OptionalAt is how many read-only replicas may be added in a region.
func (c Configuration) OptionalAt(region string) int {
	for _, o := range c.Optional {
		if o.Location == region {
			return o.Count
		}
	}
	return 0
}
