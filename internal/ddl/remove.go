package ddl

import (
	"sort"
	"strings"
)

// remove plans the drop of what the text no longer declares. What no applied
// text declared stays, unless the user named exactly that.
func (p *planner) remove() {
	var leaving []*Object
	refusals := map[*Object]int{}
	for _, o := range p.cur.objects {
		if p.want.get(o.key()) != nil || strings.HasPrefix(string(o.kind), "ALTER") || len(o.grant) > 0 || o.existsByItself() {
			continue
		}
		if !p.req.Scope.owns(o.kind, o.name.String()) {
			continue
		}
		owned := p.req.Applied.get(o.key()) != nil
		named := p.allowed(false, o.name.String())
		switch {
		case !owned && !named:
			if !o.implied && p.req.Scope.reports(o.kind) {
				p.unmanaged = append(p.unmanaged, o.name.String())
			}
			continue
		case !p.allowed(owned, o.name.String()):
			refusals[o] = len(p.refused)
			p.refuse(removal(o.name.String(), describe(o), Position{}))
		}
		p.leaving[o.key()] = true
		leaving = append(leaving, o)
	}
	circle := circles(leaving)
	for i, o := range leaving {
		first, end := len(p.actions), p.change()
		p.openCircle(o, circle)
		p.refuseStranded(o)
		p.drop(o, rank{phaseRemove, 1, -i}, Destructive, lossOf(o))
		end()
		if refusal, ok := refusals[o]; ok {
			p.holdBack(p.actions[first:], refusal)
		}
	}
}

// existsByItself is true for what Spanner makes and nobody can drop.
func (o *Object) existsByItself() bool {
	return o.kind == kindStatistics || o.kind == kindLocality && o.name.key == "default"
}

func lossOf(o *Object) string {
	switch o.kind {
	case KindTable:
		return "deletes table " + o.name.String() + " and all its rows"
	case KindChangeStream:
		return "deletes change stream " + o.name.String() + " and its records"
	default:
		return "drops " + describe(o)
	}
}

// refuseStranded refuses to drop a table while something that stays stands
// on it.
func (p *planner) refuseStranded(o *Object) {
	if o.table == nil {
		return
	}
	for _, u := range p.users()[objectElement(o.key())] {
		own := u.object == o || p.leaving[u.object.key()]
		want := p.want.get(u.object.key())
		changed := want != nil && want.sig != u.object.sig
		if own || changed || u.column != nil || u.object.table == nil && u.object.index == nil && u.object.view == nil {
			continue
		}
		p.refuse(Refusal{Object: u.object.name.String(),
			Reason:    describe(o) + " cannot be dropped while " + describe(u.object) + " stands on it",
			Remedy:    "drop that too: take it out of the text, or name it in allow_destructive if the text never held it",
			Allowable: want == nil})
	}
}

// circles gives tables that refer to each other the same number.
func circles(leaving []*Object) map[string]int {
	var nodes []string
	edges := map[string][]string{}
	for _, o := range leaving {
		if o.table != nil {
			nodes = append(nodes, o.name.key)
			edges[o.name.key] = references(o)
		}
	}
	sort.Strings(nodes)
	return components(nodes, edges)
}

// openCircle drops the foreign keys of a table that close a circle among
// tables that are all being dropped.
func (p *planner) openCircle(o *Object, circle map[string]int) {
	if o.table == nil {
		return
	}
	for _, c := range o.table.constraints {
		if c.fk == nil || c.fk.refTable.key == o.name.key {
			continue
		}
		if c.name != "" && circle[c.fk.refTable.key] != 0 && circle[c.fk.refTable.key] == circle[o.name.key] {
			p.opened[c] = true
			p.dropConstraint(o, c, rank{phaseRemove, 0, len(p.actions)}, Destructive, "removes constraint "+o.name.String()+"."+c.name+", so that both tables can be dropped")
		}
	}
}

// Drop plans the removal of everything in owned that is live, dependents
// first; all steps are Destructive. Database options stay as they are.
func Drop(live, owned *Schema) []Step {
	if owned == nil {
		return nil
	}
	applied := *owned
	applied.databaseOptions = nil
	return Diff(Request{Live: live, Applied: &applied, AllowDestructive: []string{"*"}}).Steps
}

// Drifted names, sorted, the objects among those that owned declares or steps
// name whose echo differs between stored and live.
func Drifted(stored, live, owned *Schema, steps []Step) []string {
	watched := map[string]bool{}
	if owned != nil {
		for _, o := range owned.objects {
			watched[o.name.key] = true
		}
	}
	for _, s := range steps {
		for _, n := range s.Objects {
			watched[strings.ToLower(n)] = true
		}
	}
	drifted := map[string]bool{}
	compare := func(a, b *Schema) {
		if a == nil {
			return
		}
		for _, o := range a.objects {
			if other := b.get(o.key()); watched[o.name.key] && (other == nil || other.sig != o.sig) {
				drifted[o.name.String()] = true
			}
		}
	}
	compare(stored, live)
	compare(live, stored)
	return sortedKeys(drifted)
}
