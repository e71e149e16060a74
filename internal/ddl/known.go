package ddl

import (
	"slices"
	"strings"
)

// knownObjects finds objects of schemas that were read before by their
// meaning, so that an echo that says the same is not parsed again.
func knownObjects(schemas []*Schema) map[string]*Object {
	known := map[string]*Object{}
	for _, s := range schemas {
		if s == nil {
			continue
		}
		for _, o := range s.objects {
			if !o.implied && !o.opaque {
				known[o.sig] = o
			}
		}
	}
	return known
}

// takeKnown takes the parts of an object that was read before, where a
// statement declares the same one by the same names.
func (r *reader) takeKnown(st statement) bool {
	o := r.known[st.sig]
	if o == nil || o.dialect != st.src.dialect || !o.spelledIn(st.lexemes) {
		return false
	}
	same := *o
	same.pos, same.text = st.position(), st.src.written(st.lexemes)
	r.add(&same)
	return true
}

// spelledIn reports whether every name of the object stands in the lexemes in
// the same letter case: statements must use a name as Spanner has it.
func (o *Object) spelledIn(lexemes []lexeme) bool {
	// Names stand in the order in which they are asked for, nearly always.
	at := 0
	spelled := func(name string) bool {
		for range lexemes {
			if l := lexemes[at]; len(l.raw) >= len(name) && (l.raw == name || unquoted(l) == name) {
				return true
			}
			if at++; at == len(lexemes) {
				at = 0
			}
		}
		return false
	}
	for _, part := range o.name.parts {
		if o.kind != kindGrant && o.kind != kindBundle && !spelled(part) {
			return false
		}
	}
	switch {
	case o.table != nil:
		return o.table.spelled(spelled)
	case o.index != nil:
		return all(o.index.table.parts, spelled) && allValues(o.index.storing, spelled) && allValues(o.index.tokens, spelled)
	case o.stream != nil:
		for _, t := range o.stream.tables {
			if !all(strings.Split(t.tableName, "."), spelled) || !all(t.columnNames, spelled) {
				return false
			}
		}
	}
	return true
}

func (t *table) spelled(spelled func(string) bool) bool {
	for _, c := range t.columns {
		if !spelled(c.name) {
			return false
		}
	}
	for _, c := range t.constraints {
		if c.name != "" && !spelled(c.name) || c.fk != nil && !all(c.fk.refTable.parts, spelled) {
			return false
		}
	}
	return (t.interleave == nil || all(t.interleave.parent.parts, spelled)) && allValues(t.synonyms, spelled)
}

func all(names []string, holds func(string) bool) bool {
	return !slices.ContainsFunc(names, func(n string) bool { return !holds(n) })
}

func allValues(names map[string]string, holds func(string) bool) bool {
	for _, n := range names {
		if !holds(n) {
			return false
		}
	}
	return true
}
