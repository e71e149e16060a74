package ddl

import (
	"maps"
	"slices"
)

func sameOptions(a, b map[string]option) bool {
	return maps.EqualFunc(a, b, func(x, y option) bool { return x.sig == y.sig })
}

func sameColumn(a, b *column) bool {
	return a.typ.sig == b.typ.sig && a.notNull == b.notNull && sameExpr(a.def, b.def) && sameExpr(a.onUpdate, b.onUpdate) &&
		sameExpr(a.generated, b.generated) && a.stored == b.stored && sameCounter(a.identity, b.identity) &&
		a.hidden == b.hidden && a.placementKey == b.placementKey && sameOptions(a.options, b.options)
}

func sameKey(a, b []keyPart) bool { return slices.Equal(a, b) }

func sameInterleave(a, b *interleave) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.parent.key == b.parent.key && a.inside == b.inside && a.cascade == b.cascade
}

// constraintNamed finds a constraint by its name's key.
func (t *table) constraintNamed(key string) *constraint {
	for _, c := range t.constraints {
		if c.key == key {
			return c
		}
	}
	return nil
}

// constraintLike finds the constraint that c is, by name where it has one
// here too, else by meaning.
func (t *table) constraintLike(c *constraint) *constraint {
	var byMeaning *constraint
	for _, own := range t.constraints {
		if own.sig != c.sig {
			continue
		}
		if own.key == c.key {
			return own
		}
		if byMeaning == nil && (own.key == "" || c.key == "") {
			byMeaning = own
		}
	}
	return byMeaning
}

// pairConstraints matches the constraints of two versions of a table. A
// constraint without a name takes the first of equal meaning that no other
// has taken, whatever Spanner named it.
func pairConstraints(cur, want *table) (pairs map[*constraint]*constraint, removed, added []*constraint) {
	pairs = map[*constraint]*constraint{}
	taken := map[*constraint]bool{}
	for _, w := range want.constraints {
		if w.key == "" {
			continue
		}
		if c := cur.constraintNamed(w.key); c != nil {
			pairs[w], taken[c] = c, true
		}
	}
	for _, w := range want.constraints {
		if pairs[w] != nil {
			continue
		}
		for _, c := range cur.constraints {
			if !taken[c] && c.sig == w.sig && (c.key == "" || w.key == "") {
				pairs[w], taken[c] = c, true
				break
			}
		}
	}
	for _, c := range cur.constraints {
		if !taken[c] {
			removed = append(removed, c)
		}
	}
	for _, w := range want.constraints {
		if pairs[w] == nil {
			added = append(added, w)
		}
	}
	return pairs, removed, added
}

// alterable reports whether ALTER COLUMN can change one type into the other,
// and whether existing values may not fit.
// Source: Spanner documentation, "Make schema updates", supported updates.
func alterable(from, to columnType) (ok, unsafe bool) {
	if from.array != to.array {
		return false, false
	}
	text := func(t columnType) bool { return t.base == "STRING" || t.base == "BYTES" }
	switch {
	case text(from) && text(to):
		return true, to.length < from.length || from.base == "BYTES" && to.base == "STRING"
	case from.base == "" && to.base == "": // one proto or enum type to another
		return true, true
	case from.base == "" && to.base == "BYTES", from.base == "BYTES" && to.base == "":
		return true, to.base == ""
	case from.base == "INT64" && to.base == "":
		return true, true
	default:
		return false, false
	}
}
