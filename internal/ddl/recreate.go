package ddl

import "fmt"

// recreateTable drops a table and creates it as the text declares it, with
// everything that hangs on it, where the user gave up exactly this table and
// each of its children.
func (p *planner) recreateTable(cur, want *Object, why string) {
	if p.rebuilt[cur.key()] {
		return
	}
	p.rebuilt[cur.key()] = true
	defer p.change()()
	if !p.allowed(false, cur.name.String()) {
		p.refuse(Refusal{Object: cur.name.String(), Position: want.pos, Allowable: true,
			Reason: fmt.Sprintf("table %s cannot become what the text declares: %s", cur.name, why),
			Remedy: fmt.Sprintf("declare a new table, copy the rows, and remove the old table afterwards; or name %q in allow_destructive to have it dropped and created anew without its rows", cur.name)})
	}
	self := objectElement(cur.key())
	for _, u := range p.users()[self] {
		switch {
		case u.object == cur:
		case u.interleave:
			if next := p.want.get(u.object.key()); next != nil {
				p.recreateTable(u.object, next, "its parent "+cur.name.String()+" is dropped and created anew")
			}
		default:
			p.rebuild(u, self, "table "+cur.name.String())
		}
	}
	p.drop(cur, rank{phaseAlter, p.place[want], 0}, Destructive, "deletes table "+cur.name.String()+" and all its rows to create it anew")
	p.createTable(want, func(*constraint) bool { return false })
}
