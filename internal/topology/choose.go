package topology

import (
	"fmt"
	"slices"
	"strings"
)

// Choice is what somebody wants of Spanner.
type Choice struct {
	// BaseConfig is the name of a base configuration, with or without its path.
	BaseConfig string
	// Replicas are the read-only replicas that are added to it.
	Replicas []Addition
	// Leader is the region that leads; empty for the default leader.
	Leader string
	// ReadLeaseRegions serve strong reads by themselves.
	ReadLeaseRegions []string
	// Edition is the instance's, empty for whatever is needed.
	Edition Edition
}

// Edition is a Spanner edition.
type Edition string

// The editions, from least to most.
const (
	Standard       Edition = "STANDARD"
	Enterprise     Edition = "ENTERPRISE"
	EnterprisePlus Edition = "ENTERPRISE_PLUS"
)

// Editions are the editions from least to most.
func Editions() []Edition { return []Edition{Standard, Enterprise, EnterprisePlus} }

// The arguments of a choice, as a Refusal names them.
const (
	ArgumentBaseConfig       = "base_config"
	ArgumentReplicas         = "replicas"
	ArgumentLeader           = "leader"
	ArgumentReadLeaseRegions = "read_lease_regions"
	ArgumentEdition          = "edition"
)

// Refusal is why Google would not take a choice.
type Refusal struct {
	// Argument is the argument that it is about, Index the position in it where
	// it is a list (Whole for all of it), and Field the attribute of that element,
	// or empty.
	Argument string
	Index    int
	Field    string
	Summary  string
	// Detail says what is wrong and what to do.
	Detail string
}

// Whole is the index of a refusal that is about all of a list.
const Whole = -1

// Listed tells whether the refusal is about one element of a list.
func (r Refusal) Listed() bool {
	return r.Index != Whole && slices.Contains([]string{ArgumentReplicas, ArgumentOptionalReplicas, ArgumentReadLeaseRegions}, r.Argument)
}

// Place is where the refusal's argument stands: replicas[1].count.
func (r Refusal) Place() string {
	place := r.Argument
	if r.Listed() {
		place = fmt.Sprintf("%s[%d]", place, r.Index)
	}
	if r.Field != "" {
		place += "." + r.Field
	}
	return place
}

// Error tells the refusal in one line.
func (r Refusal) Error() string { return r.Place() + ": " + r.Summary + ": " + r.Detail }

// Topology is a configuration with its added replicas, its leader and its read
// leases, or what the loss of a region has left of it.
type Topology struct {
	Base     Configuration
	Replicas []Replicas
	// Leader is empty where no region can lead any more.
	Leader           string
	ReadLeaseRegions []string
	// majority is how many voters a commit needs, the leader among them.
	majority int
	// lost is the region that is gone, or empty.
	lost string
}

// Choose makes a topology of a choice. With a refusal the topology is what
// could be made of the rest; without a base configuration it is empty.
func (c *Configurations) Choose(choice Choice) (Topology, []Refusal) {
	base, found := c.Named(choice.BaseConfig)
	if !found {
		detail := fmt.Sprintf("There is no base configuration %q in the catalogue of %s. ", BaseName(choice.BaseConfig), c.AsOf)
		if strings.HasPrefix(BaseName(choice.BaseConfig), "custom-") {
			detail += "A custom configuration is described by the base that it was made of and by the replicas it adds."
		} else {
			detail += "It is one of " + strings.Join(c.multiRegionNames(), ", ") + ", or regional-REGION, or dual-region-COUNTRY1."
		}
		return Topology{}, []Refusal{{Argument: ArgumentBaseConfig, Summary: "The base configuration is not known", Detail: detail}}
	}
	t := Topology{Base: base, Replicas: slices.Clone(base.Replicas), Leader: base.LeaderOptions()[0]}
	for _, r := range base.Replicas {
		if r.Type != ReadOnly {
			t.majority += r.Count
		}
	}
	t.majority = t.majority/2 + 1
	refusals := t.add(choice.Replicas)
	if choice.Leader != "" {
		if slices.Contains(base.LeaderOptions(), choice.Leader) {
			t.Leader = choice.Leader
		} else {
			refusals = append(refusals, Refusal{Argument: ArgumentLeader, Summary: "The region cannot lead", Detail: fmt.Sprintf(
				"%s in %s is %s. The leader is one of the read-write regions: %s.", choice.Leader, base.Name, t.Role(choice.Leader).phrase(), strings.Join(base.LeaderOptions(), ", "))})
		}
	}
	refusals = append(refusals, t.lease(choice.ReadLeaseRegions)...)
	if choice.Edition != "" && slices.Index(Editions(), choice.Edition) < slices.Index(Editions(), t.Edition()) {
		refusals = append(refusals, Refusal{Argument: ArgumentEdition, Summary: "The edition is too small", Detail: fmt.Sprintf(
			"%s needs the edition %s; %q is not enough.", t.phrase(), t.Edition(), choice.Edition)})
	}
	return t, refusals
}

func (t *Topology) add(additions []Addition) []Refusal {
	var refusals []Refusal
	refuse := func(index int, field, summary, detail string) {
		refusals = append(refusals, Refusal{Argument: ArgumentReplicas, Index: index, Field: field, Summary: summary, Detail: detail})
	}
	for i, addition := range additions {
		offered := t.Base.OptionalAt(addition.Location)
		earlier := slices.IndexFunc(t.Replicas, func(r Replicas) bool { return r.Location == addition.Location })
		switch {
		case earlier >= 0 && t.Replicas[earlier].Added:
			refuse(i, "location", "The region is named twice", fmt.Sprintf("Name %s once, with the number of its replicas in count.", addition.Location))
		case earlier >= 0:
			refuse(i, "location", "The region has replicas already", fmt.Sprintf("%s belongs to %s itself (%s). Replicas are only those that are added: leave it out.",
				addition.Location, t.Base.Name, t.Role(addition.Location)))
		case offered == 0 && len(t.Base.Optional) == 0:
			refuse(i, "location", "No replica can be added there", fmt.Sprintf("Google offers no optional read-only replicas for %s. Choose another base configuration.", t.Base.Name))
		case offered == 0:
			refuse(i, "location", "No replica can be added there", fmt.Sprintf("Google offers optional read-only replicas for %s only in %s.", t.Base.Name, offers(t.Base.Optional)))
		case addition.Count < 1:
			refuse(i, "count", "There is no such number of replicas", fmt.Sprintf("%d replicas are none: leave the region out, or give a count of 1 or more.", addition.Count))
		case addition.Count > offered:
			refuse(i, "count", "That many replicas cannot be added there", fmt.Sprintf("The limit of optional read-only replicas of %s in %s is %d; %d were asked for.",
				t.Base.Name, addition.Location, offered, addition.Count))
		default:
			t.Replicas = append(t.Replicas, Replicas{Location: addition.Location, Type: ReadOnly, Count: addition.Count, Added: true})
		}
	}
	return refusals
}

func (t *Topology) lease(regions []string) []Refusal {
	var refusals []Refusal
	for i, region := range regions {
		detail := ""
		switch role := t.Role(region); {
		case t.Base.Kind == Regional:
			detail = fmt.Sprintf("%s is regional, and read leases are for dual-region and multi-region configurations. Leave read_lease_regions out.", t.Base.Name)
		case role == Witness || role == NoRole:
			detail = fmt.Sprintf("%s is %s and serves no reads. A lease needs one of %s.", region, role.phrase(), strings.Join(t.ReadRegions(), ", "))
		case slices.Contains(t.ReadLeaseRegions, region):
			detail = fmt.Sprintf("%s is named twice.", region)
		}
		if detail != "" {
			refusals = append(refusals, Refusal{Argument: ArgumentReadLeaseRegions, Index: i, Summary: "The region cannot hold a read lease", Detail: detail})
			continue
		}
		t.ReadLeaseRegions = append(t.ReadLeaseRegions, region)
	}
	return refusals
}

// multiRegionNames are what a wrong name is held against.
func (c *Configurations) multiRegionNames() []string {
	var names []string
	for _, name := range c.Names() {
		if c.byName[name].Kind == MultiRegion {
			names = append(names, name)
		}
	}
	return names
}

func offers(optional []Addition) string {
	var all []string
	for _, o := range optional {
		all = append(all, fmt.Sprintf("%s (%d)", o.Location, o.Count))
	}
	return strings.Join(all, ", ")
}

func (r Role) phrase() string {
	switch r {
	case ReadWrite:
		return "a read-write region"
	case ReadOnly:
		return "a read-only region"
	case Witness:
		return "only the witness"
	}
	return "a region without a replica"
}
