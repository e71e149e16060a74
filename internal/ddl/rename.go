package ddl

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// renames plans the new names of tables, and goes on with a database in which
// they have them: Spanner carries a new name on to indexes, foreign keys,
// children, streams and grants, but not to views.
func (p *planner) renames() {
	for i, r := range p.req.Renames {
		from, to := newName(strings.Split(r.From, ".")...), newName(strings.Split(r.To, ".")...)
		cur, taken := p.cur.relation(from.key), p.cur.relation(to.key)
		if cur == nil && taken != nil {
			continue // done before
		}
		if problem := p.cannotRename(cur, taken, from, to); problem != "" {
			p.refuse(Refusal{Object: from.String(), Reason: fmt.Sprintf("table %s cannot be renamed to %s: %s", from, to, problem),
				Remedy: "correct renames, or leave the rename out"})
			continue
		}
		readers := usersOf(p.cur)[objectElement(cur.key())]
		p.cur = withTableRenamed(p.cur, from, to)
		p.req.Applied = withTableRenamed(p.req.Applied, from, to)
		p.using = nil
		renamed := p.cur.relation(to.key)
		statement, reason := p.alterTable(cur)+p.syntax.rename(p.sql(from), p.sql(to), r.KeepSynonym), "gives the table its new name; nothing is copied"
		if r.KeepSynonym {
			reason += ", and the old one goes on to work in queries"
			renamed.table.synonyms[from.key] = from.String()
		}
		for _, u := range readers {
			if u.object.view != nil {
				p.rebuild(u, relationElement(from.key), "the name of table "+from.String())
			}
		}
		a := &action{rank: rank{phaseDatabase, 1, i}, removes: []element{relationElement(from.key)}, makes: []element{relationElement(to.key)},
			step: Step{Statement: statement, Hazard: Instant, Reason: reason, Objects: []string{from.String(), to.String()}}}
		for _, c := range renamed.table.columns {
			a.makes = append(a.makes, columnElement(to.key, c.key))
		}
		p.add(a)
	}
}

func (p *planner) cannotRename(cur, taken *Object, from, to name) string {
	switch {
	case cur == nil || cur.table == nil:
		return fmt.Sprintf("the database has neither a table %s nor a table %s", from, to)
	case taken != nil:
		return fmt.Sprintf("the database has both a table %s and something called %s", from, to)
	case p.want.relation(from.key) != nil:
		return fmt.Sprintf("the text still declares %s", from)
	case p.want.relation(to.key) == nil || p.want.relation(to.key).table == nil:
		return fmt.Sprintf("the text declares no table %s", to)
	}
	return ""
}

// keepsSynonym reports whether a synonym is the old name of a renamed table.
func (p *planner) keepsSynonym(table, synonym string) bool {
	return slices.ContainsFunc(p.req.Renames, func(r Rename) bool {
		return r.KeepSynonym && strings.EqualFold(r.To, table) && strings.EqualFold(r.From, synonym)
	})
}

// withTableRenamed gives a copy of a schema in which a table has another name.
func withTableRenamed(s *Schema, from, to name) *Schema {
	if s == nil {
		return nil
	}
	renamed := *s
	out := &renamed
	out.objects, out.byKey = nil, make(map[string]*Object, len(s.byKey))
	for _, o := range s.objects {
		c := *o
		switch {
		case o.table != nil:
			if o.name.key == from.key {
				c.name = to
			}
			c.table = tableWithReference(o.table, from, to)
		case o.index != nil && o.index.table.key == from.key:
			ix := *o.index
			ix.table = to
			c.index = &ix
		case o.stream != nil:
			st := *o.stream
			st.tables = slices.Clone(st.tables)
			for i := range st.tables {
				if st.tables[i].table == from.key {
					st.tables[i].table, st.tables[i].tableName = to.key, to.String()
				}
			}
			st.forSig = watchSignature(st.all, st.tables)
			c.stream = &st
		case len(o.grant) > 0:
			c.grant = slices.Clone(o.grant)
			for i := range c.grant {
				if c.grant[i].kind == "TABLE" && strings.EqualFold(c.grant[i].object, from.String()) {
					c.grant[i].object = to.String()
				}
			}
		}
		out.add(&c)
	}
	return out
}

// tableWithReference gives a copy of a table whose references to another, or
// to itself, use the new name.
func tableWithReference(t *table, from, to name) *table {
	out := *t
	out.synonyms = maps.Clone(t.synonyms)
	if il := t.interleave; il != nil && il.parent.key == from.key {
		moved := *il
		moved.parent = to
		out.interleave = &moved
	}
	out.constraints = slices.Clone(t.constraints)
	for i, c := range t.constraints {
		if c.fk == nil || c.fk.refTable.key != from.key {
			continue
		}
		moved, fk := *c, *c.fk
		fk.refTable = to
		moved.fk, moved.sig = &fk, fk.signature()
		out.constraints[i] = &moved
	}
	return &out
}
