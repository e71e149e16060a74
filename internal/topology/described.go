package topology

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Description is a base configuration in the words of somebody who knows more
// of it than the catalogue.
type Description struct {
	// Name is the configuration's, with or without its path.
	Name string
	// ResourceLocation is empty for what the catalogue has of that name.
	ResourceLocation string
	// DefaultLeader is empty for the first region that may lead.
	DefaultLeader string
	// Replicas are those of the base, a region once for each type.
	Replicas []Replicas
	// Optional is how many read-only replicas may be added where.
	Optional []Addition
}

// The arguments of a description, as a Refusal names them.
const (
	ArgumentName             = "name"
	ArgumentResourceLocation = "resource_location"
	ArgumentDefaultLeader    = "default_leader"
	ArgumentOptionalReplicas = "optional_replicas"
)

const (
	// leastVoters is how many replicas vote in the smallest of Google's
	// configurations.
	leastVoters = 3
	// mostReplicas in one place are far more than Google has anywhere; beyond it
	// a count is a mistake.
	mostReplicas = 100
)

var configurationName = regexp.MustCompile(`^[a-z][-a-z0-9]*$`)

// Described is the catalogue with a described configuration in place of its own
// of that name. Its kind follows from how many regions vote: one, two (a
// dual-region configuration), or more. What no base configuration of Google's
// could be is refused; the catalogue is then as before.
func (c *Configurations) Described(d Description) (*Configurations, []Refusal) {
	name := BaseName(d.Name)
	refusals := append(d.misnamed(), d.miscounted()...)
	for i, r := range d.Optional {
		refusals = append(refusals, counted(ArgumentOptionalReplicas, i, r.Location, r.Count)...)
		if slices.ContainsFunc(d.Optional[:i], func(o Addition) bool { return o.Location == r.Location }) {
			refusals = append(refusals, twice(ArgumentOptionalReplicas, i, r.Location))
		}
	}
	if len(refusals) > 0 {
		return c, refusals
	}
	voters, regions := 0, map[string]bool{}
	for _, r := range d.Replicas {
		if r.Type != ReadOnly {
			voters += r.Count
			regions[r.Location] = true
		}
	}
	kind := MultiRegion
	switch len(regions) {
	case 1:
		kind = Regional
	case 2:
		kind = DualRegion
	}
	published, _ := c.Named(name)
	base := Observed(name, kind, d.DefaultLeader, d.Replicas, nil)
	base.Optional = slices.Clone(d.Optional)
	base.ResourceLocation, base.Restricted = published.ResourceLocation, published.Restricted
	if d.ResourceLocation != "" {
		base.ResourceLocation = d.ResourceLocation
	}
	leaders := base.LeaderOptions()
	switch {
	case len(leaders) == 0:
		return c, []Refusal{{Argument: ArgumentReplicas, Index: Whole, Summary: "No region can lead",
			Detail: "The leader's region has two READ_WRITE replicas or more, and no region here has. Give their number in count."}}
	case d.DefaultLeader != "" && leaders[0] != d.DefaultLeader:
		return c, []Refusal{{Argument: ArgumentDefaultLeader, Summary: "The region cannot lead",
			Detail: fmt.Sprintf("The leader's region has two READ_WRITE replicas or more, as %s; %s has not.", strings.Join(leaders, ", "), d.DefaultLeader)}}
	case voters < leastVoters:
		return c, []Refusal{{Argument: ArgumentReplicas, Index: Whole, Summary: "Too few replicas vote",
			Detail: fmt.Sprintf("At least %d vote in every configuration of Google's, READ_WRITE replicas and witnesses; here %d do.", leastVoters, voters)}}
	}
	return c.With(base), nil
}

// misnamed refuses a name that no base configuration can have.
func (d Description) misnamed() []Refusal {
	refuse := func(detail string) []Refusal {
		return []Refusal{{Argument: ArgumentName, Summary: "That is no name of a base configuration", Detail: detail}}
	}
	switch name := BaseName(d.Name); {
	case name == "":
		return refuse("Give the name that base_config asks for, such as nam3.")
	case strings.HasPrefix(name, "custom-"):
		return refuse(fmt.Sprintf("%s is a custom configuration. Describe the base that it was made of, and the replicas that it adds in replicas.", name))
	case !configurationName.MatchString(name):
		return refuse(fmt.Sprintf("%q is not made of lower-case letters, digits and hyphens, a letter first.", name))
	}
	return nil
}

// miscounted refuses replicas that cannot be each by itself.
func (d Description) miscounted() []Refusal {
	if len(d.Replicas) == 0 {
		return []Refusal{{Argument: ArgumentReplicas, Index: Whole, Summary: "The configuration has no replicas",
			Detail: "Describe all replicas of the base: the READ_WRITE ones, and what there is of READ_ONLY ones and of a WITNESS."}}
	}
	var refusals []Refusal
	for i, r := range d.Replicas {
		refusals = append(refusals, counted(ArgumentReplicas, i, r.Location, r.Count)...)
		if !slices.Contains(roles(), r.Type) {
			refusals = append(refusals, Refusal{Argument: ArgumentReplicas, Index: i, Field: "type", Summary: "There is no such type of replica",
				Detail: fmt.Sprintf("%q is none of READ_WRITE, READ_ONLY and WITNESS.", string(r.Type))})
		}
		if slices.ContainsFunc(d.Replicas[:i], func(o Replicas) bool { return o.Location == r.Location && o.Type == r.Type }) {
			refusals = append(refusals, twice(ArgumentReplicas, i, r.Location))
		}
	}
	return refusals
}

func counted(argument string, index int, location string, count int) []Refusal {
	switch {
	case location == "":
		return []Refusal{{Argument: argument, Index: index, Field: "location", Summary: "A replica has no location", Detail: "Name the region that it stands in, such as europe-west1."}}
	case count < 1 || count > mostReplicas:
		return []Refusal{{Argument: argument, Index: index, Field: "count", Summary: "There is no such number of replicas",
			Detail: fmt.Sprintf("%d replicas are not what a configuration has in %s: give a count of 1 to %d, or leave the region out.", count, location, mostReplicas)}}
	}
	return nil
}

func twice(argument string, index int, location string) Refusal {
	return Refusal{Argument: argument, Index: index, Field: "location", Summary: "The region is named twice",
		Detail: fmt.Sprintf("Name %s once for each type, with the number of its replicas in count.", location)}
}
