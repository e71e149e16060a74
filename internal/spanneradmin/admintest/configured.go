package admintest

import (
	"regexp"
	"slices"
	"strconv"
)

// configured is what has options and nothing else: a locality group, a
// placement, a statistics package.
type configured struct {
	labelled
	options options
}

// defaultLocality is in every database.
const defaultLocality = "default"

func newConfigured(c *cursor, list *[]*configured, kind string) (*configured, error) {
	maybe := c.take("IF", "NOT", "EXISTS")
	o := &configured{labelled: labelled{c.ident()}}
	o.options = o.options.set(c.options())
	if _, ok := fold(*list, o.name); ok || kind == "Locality group" && o.name == defaultLocality {
		return o, unless(maybe, blocked("%s %s already exists.", kind, o.name))
	}
	*list = append(*list, o)
	return o, nil
}

func alterConfigured(c *cursor, list []*configured, kind string) (*configured, error) {
	maybe := c.take("IF", "EXISTS")
	name := defaultLocality
	if kind != "Locality group" || !c.take("DEFAULT") {
		name = c.ident()
	}
	c.need("SET")
	changes := c.options()
	o, ok := find(list, name)
	if !ok {
		return &configured{}, unless(maybe, notFound("%s not found: %s", kind, name))
	}
	o.options = o.options.set(changes)
	return o, nil
}

func dropConfigured(c *cursor, list *[]*configured, kind string) (string, error) {
	maybe := c.take("IF", "EXISTS")
	name := c.ident()
	o, ok := find(*list, name)
	if !ok {
		return name, unless(maybe, notFound("%s not found: %s", kind, name))
	}
	*list = without(*list, o)
	return name, nil
}

func (o *configured) locality(err error) error {
	if err != nil {
		return err
	}
	return o.options.known("storage", "ssd_to_hdd_spill_timespan")
}

func (s *schema) createLocality(c *cursor) error {
	o, err := newConfigured(c, &s.localities, "Locality group")
	return o.locality(err)
}

func (s *schema) alterLocality(c *cursor) error {
	if _, ok := find(s.localities, defaultLocality); !ok {
		s.localities = append(s.localities, &configured{labelled: labelled{defaultLocality}})
	}
	o, err := alterConfigured(c, s.localities, "Locality group")
	return o.locality(err)
}

func (s *schema) dropLocality(c *cursor) error {
	name, err := dropConfigured(c, &s.localities, "Locality group")
	if err != nil {
		return err
	}
	for _, t := range s.tables {
		if t.options.get("locality_group") == name {
			return blocked("Cannot drop locality group %s: table %s uses it.", name, t.name)
		}
		for _, col := range t.columns {
			if col.options.get("locality_group") == name {
				return blocked("Cannot drop locality group %s: column %s.%s uses it.", name, t.name, col.name)
			}
		}
	}
	for _, x := range s.indexes {
		if x.options.get("locality_group") == name {
			return blocked("Cannot drop locality group %s: index %s uses it.", name, x.name)
		}
	}
	return nil
}

// checkLocality refuses options that name a locality group that is not there.
func (s *schema) checkLocality(o options) error {
	name := o.get("locality_group")
	if _, ok := find(s.localities, name); !ok && name != "" && name != defaultLocality {
		return notFound("Locality group not found: %s", name)
	}
	return nil
}

func (o *configured) placement(err error) error {
	if err != nil {
		return err
	}
	return o.options.known("instance_partition", "default_leader")
}

func (s *schema) createPlacement(c *cursor) error {
	o, err := newConfigured(c, &s.placements, "Placement")
	return o.placement(err)
}

func (s *schema) alterPlacement(c *cursor) error {
	o, err := alterConfigured(c, s.placements, "Placement")
	return o.placement(err)
}

func (s *schema) dropPlacement(c *cursor) error {
	_, err := dropConfigured(c, &s.placements, "Placement")
	return err
}

func (s *schema) alterStatistics(c *cursor) error {
	o, err := alterConfigured(c, s.statistics, "Statistics package")
	if err != nil {
		return err
	}
	return o.options.known("allow_gc")
}

// databaseOptions are those that Spanner knows, with what their values look like.
var databaseOptions = map[string]*regexp.Regexp{
	"default_leader":                                    regexp.MustCompile(`^'[a-z0-9-]+'$`),
	"optimizer_version":                                 regexp.MustCompile(`^[1-8]$`),
	"optimizer_statistics_package":                      regexp.MustCompile(`^'.+'$`),
	"version_retention_period":                          regexp.MustCompile(`^'\d+[smhd]'$`),
	"default_sequence_kind":                             regexp.MustCompile(`^'bit_reversed_positive'$`),
	"default_time_zone":                                 regexp.MustCompile(`^'.+'$`),
	"read_lease_regions":                                regexp.MustCompile(`^'.*'$`),
	"use_unenforced_foreign_key_for_query_optimization": regexp.MustCompile(`^(true|false)$`),
	"witness_location":                                  regexp.MustCompile(`^'[a-z0-9-]+'$`),
	"columnar_policy":                                   regexp.MustCompile(`^'(enabled|disabled)'$`),
}

func (s *schema) alterDatabase(c *cursor) error {
	if name := c.ident(); name != s.database {
		return invalid("Database name %s does not match %s.", name, s.database)
	}
	c.need("SET")
	changes := c.options()
	for _, change := range changes {
		form, ok := databaseOptions[change.name]
		switch {
		case !ok:
			return invalid("Option: %s is unknown.", change.name)
		case change.value == "null":
		case !form.MatchString(change.value):
			return invalid("Unexpected value for option: %s: %s", change.name, change.value)
		}
		switch change.name {
		case "version_retention_period":
			if change.value != "null" && !retention(change.value) {
				return invalid("version_retention_period must lie between 1h and 7d: %s", change.value)
			}
		case "default_time_zone":
			if len(s.tables) > 0 {
				return blocked("default_time_zone can only be changed while the database holds no tables.")
			}
		case "default_sequence_kind":
			if change.value == "null" && s.defaultKindInUse() {
				return blocked("default_sequence_kind cannot be changed: sequences or identity columns use it.")
			}
		}
	}
	s.options = s.options.set(changes)
	return nil
}

// retention reports whether a quoted duration lies between an hour and a week.
func retention(value string) bool {
	value = value[1 : len(value)-1]
	count, err := strconv.Atoi(value[:len(value)-1])
	if err != nil {
		return false
	}
	seconds := count * map[byte]int{'s': 1, 'm': 60, 'h': 3600, 'd': 86400}[value[len(value)-1]]
	return seconds >= 3600 && seconds <= 7*86400
}

// defaultKindInUse reports whether something counts as default_sequence_kind says.
func (s *schema) defaultKindInUse() bool {
	return slices.ContainsFunc(s.sequences, func(q *sequence) bool { return q.counter.kind == "" && q.options.get("sequence_kind") == "" }) ||
		slices.ContainsFunc(s.tables, func(t *table) bool {
			return slices.ContainsFunc(t.columns, func(col *column) bool { return col.identity != nil && col.identity.kind == "" })
		})
}
