package ddl

import (
	"slices"
	"strings"
)

// blocks decides whether a user of a column stands in the way of a change.
type blocks func(user) bool

// blocksType: Spanner does not change the type of a column that a view, a
// check or a generated column reads, or that a foreign key starts from or
// points to.
func blocksType(u user) bool {
	return u.object.view != nil || u.constraint != nil || u.column != nil && u.column.generated != nil
}

// blocksNullability: Spanner does not change NOT NULL on a column that a
// foreign key starts from or points to, and on a key column of an index that
// is not null-filtered.
func blocksNullability(column string) blocks {
	return func(u user) bool {
		if u.constraint != nil {
			return u.constraint.fk != nil
		}
		if u.object.index == nil || u.object.index.nullFiltered {
			return false
		}
		for _, k := range u.object.index.keys {
			if k.column == column {
				return true
			}
		}
		return false
	}
}

// blocksDrop: everything that reads a column stands in the way of dropping it.
func blocksDrop(u user) bool {
	return u.object.table == nil || u.constraint != nil || u.column != nil || u.ttl
}

// makeWay drops what stands in the way of a change to an element and creates
// it again behind the change. What the text changes or removes anyway needs
// nothing here: the order of statements sees to it.
func (p *planner) makeWay(e element, what string, in blocks) {
	for _, u := range p.users()[e] {
		if in(u) && !givesUp(u.object, p.want.get(u.object.key()), e) {
			p.rebuild(u, e, what)
		}
	}
}

// rebuild drops one user of an element and creates it again.
func (p *planner) rebuild(u user, e element, what string) {
	o := u.object
	want := p.want.get(o.key())
	if want == nil {
		if p.req.Applied.get(o.key()) == nil && !p.allowed(false, o.name.String()) {
			p.refuse(Refusal{Object: o.name.String(),
				Reason: describe(o) + " is not in the text and stands in the way of the change to " + what,
				Remedy: "add it to the text, or drop it by naming it in allow_destructive", Allowable: true})
		}
		return
	}
	place := p.place[want]
	reason, again := "stands in the way of the change to "+what+"; created again below", "created again after the change to "+what
	switch {
	case u.constraint != nil:
		p.rebuildConstraint(o, want, u.constraint, place, reason, again)
	case u.column != nil:
		p.rebuildColumn(o, want, u.column, place, reason)
	case u.ttl:
		p.rebuildPolicy(o, want, place, reason, again)
	case o.stream != nil:
		p.unwatch(o, want, place, e, what)
	case o.table == nil:
		if p.rebuilt[o.key()] || o.index != nil && p.indexNeedsCreating(o, want) {
			return
		}
		p.rebuilt[o.key()] = true
		p.makeWay(objectElement(o.key()), describe(o), func(user) bool { return true })
		p.drop(o, rank{phaseAlter, place, 0}, Instant, reason)
		p.create(place, want)
	}
}

// givesUp reports whether a view that changes no longer reads an element: it is
// replaced ahead of the change to that, and stays.
func givesUp(cur, want *Object, e element) bool {
	return cur.view != nil && want != nil && want.view != nil && cur.view.sig != want.view.sig && !slices.Contains(currentUses(want), e)
}

func (p *planner) rebuildConstraint(o, want *Object, c *constraint, place int, reason, again string) {
	id := string(constraintElement(o.name.key, c))
	pairs, _, _ := pairConstraints(o.table, want.table)
	var target *constraint
	for w, cur := range pairs {
		if cur == c {
			target = w
		}
	}
	if p.rebuilt[id] || target == nil || target.sig != c.sig {
		return
	}
	p.rebuilt[id] = true
	if c.name == "" {
		p.refuse(Refusal{Object: o.name.String(), Position: c.pos,
			Reason: "an unnamed constraint of table " + o.name.String() + " stands in the way of a change, and cannot be dropped without a name",
			Remedy: "give the constraint a name in a change of its own"})
		return
	}
	p.dropConstraint(o, c, rank{phaseAlter, place, 0}, Instant, reason)
	p.add(&action{rank: rank{phaseConstraint, place, len(p.actions)}, makes: []element{constraintElement(want.name.key, target)},
		uses: append(constraintUses(want, target), relationElement(want.name.key)),
		step: Step{Statement: p.alterTable(o) + "ADD " + target.text, Hazard: Unsafe,
			Reason: again + "; fails if a row does not fulfil it (validates)", Objects: constraintObjects(o, target)}})
}

// rebuildColumn: a generated column holds nothing that is not computed again.
func (p *planner) rebuildColumn(o, want *Object, c *column, place int, reason string) {
	self := columnElement(o.name.key, c.key)
	target := want.table.column(c.key)
	if p.rebuilt[string(self)] || target == nil || !sameColumn(c, target) {
		return
	}
	p.rebuilt[string(self)] = true
	p.makeWay(self, o.name.String()+"."+c.name, blocksDrop)
	p.add(&action{rank: rank{phaseAlter, place, 0}, removes: []element{self}, frees: columnUses(o, c),
		step: Step{Statement: p.alterTable(o) + "DROP COLUMN " + p.quote(c.name), Hazard: Instant,
			Reason: reason + "; its values are computed again", Objects: []string{o.name.String()}}})
	p.addColumn(o, want, target, rank{phaseAlter, place, 2})
}

func (p *planner) rebuildPolicy(o, want *Object, place int, reason, again string) {
	id := "ttl " + o.name.key
	if p.rebuilt[id] || !sameExpr(o.table.ttl, want.table.ttl) {
		return
	}
	p.rebuilt[id] = true
	alter := p.alterTable(o)
	p.add(&action{rank: rank{phaseAlter, place, 0}, frees: tableColumns(o, o.table.ttl.names),
		step: Step{Statement: alter + p.syntax.dropPolicy(), Hazard: Instant, Reason: reason, Objects: []string{o.name.String()}}})
	p.add(&action{rank: rank{phaseConstraint, place}, uses: tableColumns(want, want.table.ttl.names),
		step: Step{Statement: alter + p.syntax.addPolicy(want.table.ttl.text), Hazard: Instant, Reason: again, Objects: []string{o.name.String()}}})
}

// unwatch takes a table or column out of a change stream and puts it back: the
// stream itself is never dropped, for its records would be lost.
func (p *planner) unwatch(o, want *Object, place int, e element, what string) {
	if o.stream.forSig != want.stream.forSig {
		return // it changes anyway
	}
	if before := p.unwatched[o.key()]; before != nil {
		before.without = append(before.without, e)
		before.action.step.Statement = p.watchWithout(o, before.without)
		return
	}
	a := &action{rank: rank{phaseAlter, place, 0}, frees: currentUses(o),
		step: Step{Statement: p.watchWithout(o, []element{e}), Hazard: Instant, Objects: streamObjects(o),
			Reason: "stops watching during the change to " + what + "; the stream's records stay"}}
	p.unwatched[o.key()] = &unwatched{action: a, without: []element{e}}
	p.add(a)
	p.add(&action{rank: rank{phaseStream, place}, uses: p.desiredUses(want),
		step: Step{Statement: "ALTER CHANGE STREAM " + p.sql(o.name) + " SET " + want.stream.forText, Hazard: Instant, Objects: streamObjects(want),
			Reason: "watches again after the change to " + what}})
}

// unwatched is a change stream that looks away from some elements for a while.
type unwatched struct {
	action  *action
	without []element
}

// watchWithout lets a stream watch all it does but some elements.
func (p *planner) watchWithout(o *Object, without []element) string {
	var watched []string
	for _, t := range o.stream.tables {
		if slices.Contains(without, relationElement(t.table)) {
			continue
		}
		text := p.sql(newName(strings.Split(t.tableName, ".")...))
		if t.columns != nil {
			var columns []string
			for _, c := range t.columnNames {
				if !slices.Contains(without, columnElement(t.table, strings.ToLower(c))) {
					columns = append(columns, p.quote(c))
				}
			}
			text += "(" + strings.Join(columns, ", ") + ")"
		}
		watched = append(watched, text)
	}
	alter := "ALTER CHANGE STREAM " + p.sql(o.name) + " "
	if len(watched) == 0 {
		return alter + "DROP FOR ALL"
	}
	return alter + "SET FOR " + strings.Join(watched, ", ")
}
