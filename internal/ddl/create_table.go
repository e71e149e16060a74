package ddl

import (
	"fmt"
	"slices"
	"strings"
)

// createTables plans all tables that do not exist yet. Foreign keys that
// close a circle among them are added once all tables of the circle stand.
func (p *planner) createTables() {
	var fresh []*Object
	var nodes []string
	edges := map[string][]string{}
	for _, o := range p.want.objects {
		if o.table == nil || p.cur.get(o.key()) != nil {
			continue
		}
		fresh = append(fresh, o)
		nodes = append(nodes, o.name.key)
		edges[o.name.key] = references(o)
	}
	circle := components(nodes, edges)
	for _, o := range fresh {
		p.createTable(o, func(c *constraint) bool {
			ref := c.fk.refTable.key
			return ref != o.name.key && circle[ref] == circle[o.name.key]
		})
	}
}

// references are the tables that a table's foreign keys and interleaving name.
func references(o *Object) []string {
	var out []string
	if il := o.table.interleave; il != nil {
		out = append(out, il.parent.key)
	}
	for _, c := range o.table.constraints {
		if c.fk != nil {
			out = append(out, c.fk.refTable.key)
		}
	}
	return out
}

func (p *planner) createTable(o *Object, closesCircle func(*constraint) bool) {
	defer p.change()()
	place := p.place[o]
	create := &action{
		rank: rank{phaseTable, place, 0},
		step: Step{Statement: o.text, Hazard: Instant, Reason: "creates " + describe(o), Objects: []string{o.name.String()}},
		uses: p.desiredUses(o), makes: []element{objectElement(o.key())},
	}
	var later []*constraint
	for _, c := range o.table.constraints {
		if !c.inline() || c.fk != nil && closesCircle(c) {
			later = append(later, c)
			continue
		}
		create.uses = append(create.uses, constraintUses(o, c)...)
		create.makes = append(create.makes, constraintElement(o.name.key, c))
		if c.fk != nil {
			create.step.Objects = append(create.step.Objects, c.fk.refTable.String())
		}
	}
	create.step.Statement = o.textWithout(later)
	for key := range o.table.synonyms {
		if !slices.Contains(o.table.synonymsAdded, key) {
			create.makes = append(create.makes, relationElement(key))
		}
	}
	if il := o.table.interleave; il != nil {
		p.refuseSpelling(o, o.pos, il.parent, nil)
	}
	for _, c := range o.table.constraints {
		if c.fk != nil {
			p.refuseSpelling(o, c.pos, c.fk.refTable, c.fk.refColumns)
		}
	}
	for _, c := range o.table.columns {
		if c.added {
			p.addColumn(o, o, c, rank{phaseTable, place, 1, len(p.actions)})
			continue
		}
		create.makes = append(create.makes, columnElement(o.name.key, c.key))
	}
	p.add(create)
	for _, c := range later {
		p.add(&action{
			rank: rank{phaseTable, place, 1, len(p.actions)}, makes: []element{constraintElement(o.name.key, c)},
			uses: append(constraintUses(o, c), objectElement(o.key())),
			step: Step{Statement: p.alterTable(o) + "ADD " + c.text, Hazard: Instant,
				Reason: "adds a constraint to the new table " + o.name.String(), Objects: constraintObjects(o, c)},
		})
	}
	for _, key := range o.table.synonymsAdded {
		p.add(&action{rank: rank{phaseTable, place, 1, len(p.actions)}, uses: []element{objectElement(o.key())}, makes: []element{relationElement(key)},
			step: Step{Statement: p.alterTable(o) + "ADD SYNONYM " + p.quote(o.table.synonyms[key]), Hazard: Instant,
				Reason: "adds a second name for the new table " + o.name.String(), Objects: []string{o.name.String()}}})
	}
	if o.table.ttlAdded {
		p.add(&action{rank: rank{phaseTable, place, 1, len(p.actions)}, uses: []element{objectElement(o.key())},
			step: Step{Statement: p.alterTable(o) + p.syntax.addPolicy(o.table.ttl.text), Hazard: Instant,
				Reason: "adds a row deletion policy to the new table " + o.name.String(), Objects: []string{o.name.String()}}})
	}
}

func constraintObjects(o *Object, c *constraint) []string {
	out := []string{o.name.String()}
	if c.fk != nil {
		out = append(out, c.fk.refTable.String())
	}
	return out
}

// textWithout gives the CREATE TABLE without some of the constraints that
// stand in it.
func (o *Object) textWithout(constraints []*constraint) string {
	if !slices.ContainsFunc(constraints, (*constraint).inline) {
		return o.text
	}
	words := o.words()
	gone := make([]bool, len(words))
	for _, c := range constraints {
		if !c.inline() {
			continue
		}
		for i := c.from; i < c.to; i++ {
			gone[i] = true
		}
		if c.ofColumn {
			continue
		}
		if c.to < len(words) && words[c.to].kind == "," {
			gone[c.to] = true
			continue
		}
		for i := c.from; i >= 0; i-- {
			if !gone[i] {
				gone[i] = words[i].kind == ","
				break
			}
		}
	}
	var b strings.Builder
	for i, l := range words {
		if gone[i] {
			continue
		}
		if i > 0 {
			b.WriteString(o.text[words[i-1].end():l.pos()])
		}
		b.WriteString(l.raw)
	}
	return b.String()
}

// addColumn plans ALTER TABLE ADD COLUMN on the table as it is now.
func (p *planner) addColumn(now, o *Object, c *column, r rank) {
	defer p.change()()
	step := Step{
		Statement: p.alterTable(now) + "ADD COLUMN " + c.text,
		Hazard:    Instant, Reason: fmt.Sprintf("adds column %s.%s", now.name, c.name), Objects: []string{now.name.String()},
	}
	switch {
	case c.generated != nil && c.stored:
		step.Hazard, step.Reason = Backfill, step.Reason+"; Spanner computes it for existing rows"
	case c.def != nil || c.identity != nil:
		step.Hazard, step.Reason = Backfill, step.Reason+"; Spanner writes the default into existing rows"
	case c.notNull && c.generated == nil && now != o:
		p.refuse(Refusal{Object: now.name.String() + "." + c.name, Position: c.pos,
			Reason: fmt.Sprintf("column %s.%s is NOT NULL without a DEFAULT, and Spanner cannot add such a column to a table that exists", now.name, c.name),
			Remedy: "give it a DEFAULT (it can be taken away in a later change), or leave out NOT NULL until every row has a value"})
	}
	p.add(&action{step: step, rank: r, makes: []element{columnElement(o.name.key, c.key)},
		uses: append(columnUses(o, c), relationElement(o.name.key))})
}
