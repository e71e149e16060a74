package ddl

import "strings"

// user is something that uses an element: an object, or a part of a table.
type user struct {
	object     *Object
	constraint *constraint // set when a constraint of object is the user
	column     *column     // set when a generated column or default of object is
	ttl        bool        // set when the row deletion policy of object is
	interleave bool        // set when the interleaving of object is
}

// usersOf tells for every element of a schema who uses it.
func usersOf(s *Schema) map[element][]user {
	out := map[element][]user{}
	note := func(u user, elements ...element) {
		for _, e := range elements {
			out[e] = append(out[e], u)
		}
	}
	for _, o := range s.objects {
		if o.table == nil {
			note(user{object: o}, currentUses(o)...)
			continue
		}
		if il := o.table.interleave; il != nil {
			note(user{object: o, interleave: true}, relationElement(il.parent.key))
		}
		for _, c := range o.table.constraints {
			note(user{object: o, constraint: c}, constraintUses(o, c)...)
		}
		for _, c := range o.table.columns {
			note(user{object: o, column: c}, columnUses(o, c)...)
		}
		if o.table.ttl != nil {
			note(user{object: o, ttl: true}, tableColumns(o, o.table.ttl.names)...)
		}
	}
	return out
}

// currentUses lists what an object other than a table uses.
func currentUses(o *Object) []element {
	var out []element
	switch {
	case o.index != nil:
		out = append(out, relationElement(o.index.table.key))
		for column := range o.mentions() {
			out = append(out, columnElement(o.index.table.key, column))
		}
	case o.view != nil:
		for from := range o.view.from {
			out = append(out, relationElement(from))
			for column := range o.mentions() {
				out = append(out, columnElement(from, column))
			}
		}
	case o.stream != nil:
		for _, t := range o.stream.tables {
			out = append(out, relationElement(t.table))
			for _, c := range t.columns {
				out = append(out, columnElement(t.table, c))
			}
		}
	default:
		for m := range o.mentions() {
			if m != o.name.key {
				out = append(out, relationElement(m))
			}
		}
	}
	return append(out, foundationUses(o.name, o.mentions())...)
}

// foundationUses lists the sequences, functions and named schemas among names.
func foundationUses(n name, names map[string]bool) []element {
	var out []element
	if len(n.parts) > 1 {
		out = append(out, objectElement(string(KindSchema)+" "+strings.ToLower(n.parts[0])))
	}
	for m := range names {
		if m != n.key {
			out = append(out, objectElement(string(KindSequence)+" "+m), objectElement("FUNCTION "+m), objectElement("MODEL "+m), objectElement("ROLE "+m))
		}
	}
	return out
}

func constraintUses(o *Object, c *constraint) []element {
	if c.check != nil {
		return tableColumns(o, c.check.names)
	}
	if c.fk == nil {
		return nil
	}
	out := []element{relationElement(c.fk.refTable.key)}
	for _, col := range c.fk.columns {
		out = append(out, columnElement(o.name.key, col))
	}
	for _, col := range c.fk.refColumns {
		out = append(out, columnElement(c.fk.refTable.key, col))
	}
	return out
}

func columnUses(o *Object, c *column) []element {
	var out []element
	for _, e := range []*expr{c.def, c.onUpdate, c.generated} {
		if e != nil {
			out = append(out, foundationUses(newName(), e.names)...)
		}
	}
	if c.generated != nil {
		out = append(out, tableColumns(o, c.generated.names)...)
	}
	return out
}

// tableColumns are those of the table's columns that names hold.
func tableColumns(o *Object, names map[string]bool) []element {
	var out []element
	for _, c := range o.table.columns {
		if names[c.key] {
			out = append(out, columnElement(o.name.key, c.key))
		}
	}
	return out
}

// desiredUses lists what must exist before an object is created.
func (p *planner) desiredUses(o *Object) []element {
	if o.table == nil {
		return currentUses(o)
	}
	out := foundationUses(o.name, nil)
	if il := o.table.interleave; il != nil {
		out = append(out, relationElement(il.parent.key))
	}
	for _, c := range o.table.columns {
		out = append(out, columnUses(o, c)...)
	}
	return out
}
