package ddl

import (
	"fmt"
	"strings"
)

// changeIndex alters in place what each kind of index lets alter; anything else
// about an index is fixed when it is created.
func (p *planner) changeIndex(i int, cur, want *Object) {
	if p.indexNeedsCreating(cur, want) {
		p.drop(cur, rank{phaseAlter, i, 0}, Instant, "takes the index away to create it as it should be; queries go without it until then")
		p.create(i, want)
		return
	}
	if changes := optionChanges(cur.index.options, want.index.options); len(changes) > 0 {
		p.alterIndex(cur, p.syntax.setOptions(changes), "", Instant, "changes options of the index", rank{phaseIndex, i})
	}
	p.indexColumns(i, cur, cur.index.tokens, want.index.tokens, "ADD COLUMN", "DROP COLUMN")
	p.indexColumns(i, cur, cur.index.storing, want.index.storing, p.syntax.storedColumn(true), p.syntax.storedColumn(false))
}

// indexNeedsCreating reports whether no ALTER leads from one index to another.
func (p *planner) indexNeedsCreating(cur, want *Object) bool {
	return cur.kind != want.kind || cur.index.table.key != want.index.table.key || cur.index.shape != want.index.shape ||
		want.kind == KindSearchIndex && !sameOptions(cur.index.options, want.index.options)
}

// indexColumns plans the columns that an index gains and loses.
func (p *planner) indexColumns(i int, cur *Object, before, after map[string]string, add, drop string) {
	for _, key := range sortedKeys(after) {
		if _, ok := before[key]; !ok {
			p.alterIndex(cur, add+" "+p.quote(after[key]), key, Backfill, "writes the column into the index", rank{phaseIndex, i, 0, len(p.actions)})
		}
	}
	for _, key := range sortedKeys(before) {
		if _, ok := after[key]; !ok {
			p.alterIndex(cur, drop+" "+p.quote(before[key]), key, Instant, "the index goes on without the column; the table keeps it", rank{phaseAlter, i, 0, len(p.actions)})
		}
	}
}

// alterIndex plans one ALTER of an index; column is the column that it is about.
func (p *planner) alterIndex(cur *Object, clause, column string, h Hazard, reason string, r rank) {
	a := &action{rank: r, step: Step{Statement: fmt.Sprintf("ALTER %s %s %s", cur.kind, p.sql(cur.name), clause), Hazard: h, Reason: reason,
		Objects: []string{cur.name.String(), cur.index.table.String()}}}
	if column != "" {
		e := columnElement(cur.index.table.key, column)
		if h == Backfill {
			a.uses = []element{e}
		} else {
			a.frees = []element{e}
		}
	}
	p.add(a)
}

func (p *planner) changeView(i int, cur, want *Object) {
	if p.planned[cur.key()] || cur.view.sig == want.view.sig {
		return
	}
	p.planned[cur.key()] = true
	// What it reads from decides first: that may drop this view and create it
	// again.
	for _, from := range sortedKeys(cur.view.from) {
		f, wanted := p.cur.relation(from), p.want.relation(from)
		if f != nil && wanted != nil && f.view != nil && wanted.view != nil {
			p.changeView(p.place[wanted], f, wanted)
		}
	}
	if p.rebuilt[cur.key()] {
		return
	}
	self := objectElement(want.key())
	replace := &action{rank: rank{phaseView, i}, makes: []element{self}, uses: p.desiredUses(want), frees: currentUses(cur)}
	if losesNames(cur, want) {
		// Spanner refuses to replace a view by one without a column that
		// another view still reads, even if that one changes next.
		replace.removes = replace.makes
		for _, u := range p.users()[self] {
			if next := p.want.get(u.object.key()); next != nil && next.sig != u.object.sig {
				p.rebuild(u, self, describe(want))
			}
		}
	}
	replace.step = Step{Statement: want.replacing(), Hazard: Instant, Reason: "replaces " + describe(want), Objects: []string{want.name.String()}}
	p.add(replace)
}

// losesNames reports whether a view no longer mentions something it did, and
// so may lack a column that it had.
func losesNames(cur, want *Object) bool {
	for m := range cur.mentions() {
		if !want.mentions()[m] {
			return true
		}
	}
	return false
}

func (p *planner) changeStream(i int, cur, want *Object) {
	alter := "ALTER CHANGE STREAM " + p.sql(cur.name) + " "
	add := func(clause, reason string) {
		p.add(&action{rank: rank{phaseStream, i, 0, len(p.actions)}, uses: p.desiredUses(want), frees: currentUses(cur),
			step: Step{Statement: alter + clause, Hazard: Instant, Reason: reason, Objects: streamObjects(want)}})
	}
	if cur.stream.forSig != want.stream.forSig {
		if want.stream.forText == "" {
			add("DROP FOR ALL", "the stream watches nothing any more; its records stay until they expire")
		} else {
			add("SET "+want.stream.forText, "changes what the stream watches; its records stay")
		}
	}
	if changes := optionChanges(cur.stream.options, want.stream.options); len(changes) > 0 {
		add(p.syntax.setOptions(changes), "changes options of the stream")
	}
}

func streamObjects(o *Object) []string {
	out := []string{o.name.String()}
	for _, t := range o.stream.tables {
		out = append(out, t.table)
	}
	return out
}

// drop plans the DROP of an object.
func (p *planner) drop(o *Object, r rank, h Hazard, reason string) {
	a := &action{rank: r, removes: []element{objectElement(o.key())},
		step: Step{Statement: p.dropStatement(o), Hazard: h, Reason: reason, Objects: []string{o.name.String()}}}
	if o.table == nil {
		a.frees = currentUses(o)
	} else {
		a.frees = foundationUses(o.name, nil)
		if il := o.table.interleave; il != nil {
			a.frees = append(a.frees, relationElement(il.parent.key))
		}
		for _, c := range o.table.columns {
			a.removes = append(a.removes, columnElement(o.name.key, c.key))
			a.frees = append(a.frees, columnUses(o, c)...)
		}
		for _, c := range o.table.constraints {
			if c.fk != nil && !p.opened[c] {
				a.frees = append(a.frees, relationElement(c.fk.refTable.key))
			}
		}
	}
	p.add(a)
}

func (p *planner) dropStatement(o *Object) string {
	switch o.kind {
	case kindBundle:
		return "DROP PROTO BUNDLE"
	case kindGrant:
		text := "REVOKE" + o.text[len(kindGrant):]
		if at := strings.LastIndex(strings.ToUpper(text), " TO "); at >= 0 {
			text = text[:at] + " FROM " + text[at+len(" TO "):]
		}
		return text
	default:
		return fmt.Sprintf("DROP %s %s", o.kind, p.sql(o.name))
	}
}
