package ddl

import (
	"slices"
	"sort"
	"strings"
)

// DatabaseOption is the value of a database option that the schema sets, a
// text without its quotes. ok is false when it is not set, or set to NULL.
func (s *Schema) DatabaseOption(option string) (value string, ok bool) {
	if s == nil {
		return "", false
	}
	set, ok := s.databaseOptions[strings.ToLower(option)]
	if !ok {
		// The other dialect's spelling.
		set, ok = s.databaseOptions["spanner."+strings.ToLower(option)]
	}
	if !ok || set.sig == "NULL" {
		return "", false
	}
	return strings.TrimPrefix(set.sig, "'"), true
}

// HasUnnamedConstraints reports whether a table has a check or a foreign key
// without a name, which can only be dropped by the name that Spanner gave it.
func (s *Schema) HasUnnamedConstraints() bool {
	return s != nil && slices.ContainsFunc(s.objects, func(o *Object) bool {
		return o.table != nil && slices.ContainsFunc(o.table.constraints, func(c *constraint) bool { return c.name == "" })
	})
}

// ObjectInfo is a schema object as a text or an echo declares it.
type ObjectInfo struct {
	// Kind is in the words of the object's CREATE statement, e.g. "CHANGE STREAM".
	Kind string
	// Name is as written, without quotes.
	Name string
	// DDL is the statement that creates it.
	DDL string
	// Dependencies are the names of the objects in the same schema that must
	// exist before this one, sorted.
	Dependencies []string
}

// Objects lists all objects in the order of the text. What an ALTER TABLE of
// the text adds to a table counts as a dependency, and is not in DDL.
func (s *Schema) Objects() []ObjectInfo {
	if s == nil {
		return nil
	}
	byElement := map[element]*Object{}
	for _, o := range s.objects {
		byElement[objectElement(o.key())] = o
	}
	p := &planner{want: s}
	out := make([]ObjectInfo, 0, len(s.objects))
	for _, o := range s.objects {
		if o.implied {
			continue
		}
		needed := map[string]bool{}
		need := func(elements []element) {
			for _, e := range elements {
				if other := byElement[e]; other != nil && other != o {
					needed[other.name.String()] = true
				}
			}
		}
		need(p.desiredUses(o))
		if o.table != nil {
			for _, c := range o.table.constraints {
				need(constraintUses(o, c))
			}
		}
		info := ObjectInfo{Kind: string(o.kind), Name: o.name.String(), DDL: o.text, Dependencies: make([]string, 0, len(needed))}
		for name := range needed {
			info.Dependencies = append(info.Dependencies, name)
		}
		sort.Strings(info.Dependencies)
		out = append(out, info)
	}
	return out
}

// Statements cuts texts of the dialect into statements, without comments and
// without the ";" at their ends. All errors are returned together as Problems.
func (d Dialect) Statements(sources ...Source) ([]string, error) {
	statements := []string{}
	var problems Problems
	for _, s := range sources {
		src := d.source(s)
		if p := src.lex(); p != nil {
			problems = append(problems, *p)
			continue
		}
		cut, unbalanced := src.split()
		problems = append(problems, unbalanced...)
		for _, st := range cut {
			statements = append(statements, src.written(st.lexemes))
		}
	}
	if len(problems) > 0 {
		return nil, problems
	}
	return statements, nil
}
