package ddl

import (
	"path"
	"slices"
	"strings"
)

// ManageableKinds are the values of Scope.Kinds, in the order of documentation.
func ManageableKinds() []string {
	return []string{"options", "schemas", "proto_bundle", "locality_groups", "placements", "sequences", "tables", "indexes",
		"views", "functions", "models", "property_graphs", "change_streams", "roles", "grants", "statistics"}
}

// kindName is the name of a kind in Scope.Kinds.
func kindName(k Kind) string {
	switch k {
	case KindDatabase:
		return "options"
	case kindBundle:
		return "proto_bundle"
	case KindIndex, KindSearchIndex, KindVectorIndex:
		return "indexes"
	case kindStatistics:
		return "statistics"
	default:
		return strings.ReplaceAll(strings.ToLower(string(k)), " ", "_") + "s"
	}
}

// kindStatistics is a statistics package, which exists by itself and is only
// ever altered.
const kindStatistics Kind = "STATISTICS"

// owns reports whether the owner looks at an object at all.
func (s Scope) owns(k Kind, objectName string) bool {
	return s.ownsKind(k) && !s.Ignores(objectName)
}

func (s Scope) ownsKind(k Kind) bool {
	return s.Kinds == nil || slices.Contains(s.Kinds, kindName(k))
}

// reports tells whether an object that the text does not declare is worth a
// word: roles, grants and statistics are often somebody else's.
func (s Scope) reports(k Kind) bool {
	return s.Kinds != nil || k != "ROLE" && k != kindGrant && k != kindStatistics
}

// Ignores reports whether a name matches one of the patterns in Ignore.
func (s Scope) Ignores(objectName string) bool {
	return slices.ContainsFunc(s.Ignore, func(pattern string) bool {
		ok, err := path.Match(strings.ToLower(pattern), strings.ToLower(objectName))
		return err == nil && ok
	})
}

// OutOfScope names, with their place in the text, the objects that a text
// declares although its owner does not manage them.
func (s Scope) OutOfScope(declared *Schema) []Problem {
	var out []Problem
	for _, o := range declared.objects {
		switch {
		case !s.ownsKind(o.kind):
			out = append(out, Problem{Position: o.pos, Token: o.name.String(), Message: "this is declared, but \"" + kindName(o.kind) + "\" is not among the kinds to manage"})
		case s.Ignores(o.name.String()):
			out = append(out, Problem{Position: o.pos, Token: o.name.String(), Message: "this is declared, and a pattern to ignore matches its name"})
		}
	}
	if len(declared.databaseOptions) > 0 && !s.ownsKind(KindDatabase) {
		out = append(out, Problem{Message: "database options are set, but \"options\" is not among the kinds to manage"})
	}
	return out
}
