package ddl

import (
	"fmt"
	"slices"
	"strings"
)

func (t *tableChange) constraints() {
	pairs, removed, added := pairConstraints(t.cur.table, t.want.table)
	for _, want := range t.want.table.constraints {
		if cur := pairs[want]; cur != nil && cur.sig != want.sig {
			t.p.dropConstraint(t.cur, cur, t.next(), Instant, "takes the constraint away to add it as it should be")
			t.addConstraint(want)
		}
	}
	for _, c := range added {
		t.addConstraint(c)
	}
	for _, c := range removed {
		t.removeConstraint(c)
	}
}

func (t *tableChange) addConstraint(c *constraint) {
	defer t.p.change()()
	if c.fk != nil {
		t.p.refuseSpelling(t.want, c.pos, c.fk.refTable, c.fk.refColumns)
		t.p.refuseSpelling(t.want, c.pos, t.cur.name, c.fk.columns)
	}
	hazard, reason := Unsafe, "fails if a row does not fulfil it (validates)"
	switch {
	case c.check != nil && t.holdsAlready(c):
		hazard, reason = Validates, "checks the rows, which fulfil the same constraint under another name"
	case c.fk != nil && c.fk.unenforced:
		hazard, reason = Instant, "tells the optimizer of a relation; Spanner checks no rows"
	case c.fk != nil:
		reason = "fails if a row refers to no row of " + c.fk.refTable.String() + " (validates), and makes an index over the columns (backfill)"
	}
	t.add(&action{
		rank:  rank{phaseConstraint, t.at[1], len(t.p.actions)},
		makes: []element{constraintElement(t.want.name.key, c)},
		uses:  append(constraintUses(t.want, c), relationElement(t.want.name.key)),
		step:  Step{Statement: t.alter + "ADD " + c.text, Hazard: hazard, Reason: reason, Objects: constraintObjects(t.cur, c)},
	})
}

// holdsAlready reports whether the table has a check of the same meaning, over
// columns whose types stay as they are.
func (t *tableChange) holdsAlready(c *constraint) bool {
	for key := range c.check.names {
		cur, want := t.cur.table.column(key), t.want.table.column(key)
		if want != nil && (cur == nil || cur.typ.sig != want.typ.sig) {
			return false
		}
	}
	return slices.ContainsFunc(t.cur.table.constraints, func(held *constraint) bool { return held.sig == c.sig })
}

// removeConstraint drops what the text no longer declares. A constraint's own
// name or "Table.Constraint" allows it.
func (t *tableChange) removeConstraint(c *constraint) {
	defer t.p.change()()
	owned := t.applied != nil && t.applied.constraintLike(c) != nil
	if c.name == "" {
		if owned {
			t.p.refuse(Refusal{Object: t.cur.name.String(), Position: t.want.pos,
				Reason: fmt.Sprintf("the text no longer declares %q on table %s, but the constraint has no name of its own to drop it by", c.text, t.cur.name),
				Remedy: "drop it by the name that INFORMATION_SCHEMA.TABLE_CONSTRAINTS shows, and name constraints in the text"})
		}
		return
	}
	full := t.cur.name.String() + "." + c.name
	if !owned && !t.p.allowed(false, full, c.name) {
		if !t.p.req.Scope.Ignores(full) {
			t.p.unmanaged = append(t.p.unmanaged, full)
		}
		return
	}
	if !t.p.allowed(owned, full, c.name) {
		t.p.refuse(removal(full, "constraint "+full, t.want.pos))
	}
	t.p.dropConstraint(t.cur, c, rank{phaseAlter, t.at[1], t.next()[2]}, Destructive, "removes constraint "+full)
}

func (p *planner) dropConstraint(o *Object, c *constraint, r rank, h Hazard, reason string) {
	p.add(&action{
		rank: r, removes: []element{constraintElement(o.name.key, c)}, uses: []element{objectElement(o.key())},
		frees: append(constraintUses(o, c), relationElement(o.name.key)),
		step: Step{Statement: p.alterTable(o) + "DROP CONSTRAINT " + p.quote(c.name),
			Hazard: h, Reason: reason, Objects: constraintObjects(o, c)},
	})
}

// rowDeletion: a policy deletes rows, so adding one to existing rows, or
// making one delete more, is destructive.
func (t *tableChange) rowDeletion() {
	defer t.p.change()()
	cur, want := t.cur.table.ttl, t.want.table.ttl
	if sameExpr(cur, want) {
		return
	}
	a := &action{rank: t.next()}
	if cur != nil {
		a.frees = append(tableColumns(t.cur, cur.names), cascade(t.cur.name.key))
	}
	switch {
	case want == nil:
		a.step = t.step(t.p.syntax.dropPolicy(), Instant, "rows are no longer deleted by age")
	case cur == nil:
		a.step = t.step(t.p.syntax.addPolicy(want.text), Destructive, "Spanner deletes the rows that are older than the policy allows")
	default:
		a.step = t.step(t.p.syntax.replacePolicy(want.text), Destructive, "Spanner deletes the rows that are older than the new policy allows")
		if keepsLonger(cur, want) {
			a.step.Hazard, a.step.Reason = Instant, "rows are kept longer than before"
		}
	}
	if want != nil {
		a.uses = append(tableColumns(t.want, want.names), cascade(t.cur.name.key))
	}
	if a.step.Hazard == Destructive && !t.p.allowed(false, t.cur.name.String()) {
		t.p.refuse(Refusal{Object: t.cur.name.String(), Position: t.want.pos, Allowable: true,
			Reason: fmt.Sprintf("the row deletion policy of table %s would delete existing rows", t.cur.name),
			Remedy: fmt.Sprintf("name %q in allow_destructive if rows of that age may go", t.cur.name)})
	}
	t.add(a)
}

// keepsLonger reports whether two policies differ in nothing but a greater
// number of days.
func keepsLonger(cur, want *expr) bool {
	var curDays, wantDays int64
	const form = "ROW DELETION POLICY ( OLDER_THAN ( %s , INTERVAL %d DAY ) )"
	curColumn, wantColumn := "", ""
	if n, err := fmt.Sscanf(foldPolicy(cur.sig), form, &curColumn, &curDays); n != 2 || err != nil {
		return false
	}
	if n, err := fmt.Sscanf(foldPolicy(want.sig), form, &wantColumn, &wantDays); n != 2 || err != nil {
		return false
	}
	return curColumn == wantColumn && wantDays >= curDays
}

func (t *tableChange) options() {
	if changes := optionChanges(t.cur.table.options, t.want.table.options); len(changes) > 0 {
		t.add(&action{rank: t.next(), step: t.step(t.p.syntax.setOptions(changes), Instant, "changes options of table "+t.cur.name.String())})
	}
}

func (t *tableChange) synonyms() {
	for _, key := range sortedKeys(t.want.table.synonyms) {
		if _, ok := t.cur.table.synonyms[key]; !ok {
			t.add(&action{rank: t.next(), step: t.step("ADD SYNONYM "+t.p.quote(t.want.table.synonyms[key]), Instant, "adds a second name for the table")})
		}
	}
	for _, key := range sortedKeys(t.cur.table.synonyms) {
		if _, wanted := t.want.table.synonyms[key]; wanted || t.p.keepsSynonym(t.cur.name.String(), key) {
			continue
		}
		t.removeSynonym(key)
	}
}

func (t *tableChange) removeSynonym(key string) {
	defer t.p.change()()
	synonym := t.cur.table.synonyms[key]
	owned := t.applied != nil && t.applied.synonyms[key] != ""
	if !owned && !t.p.allowed(false, synonym) {
		t.p.unmanaged = append(t.p.unmanaged, synonym)
		return
	}
	if !t.p.allowed(owned, synonym) {
		t.p.refuse(removal(synonym, "synonym "+synonym, t.want.pos))
	}
	t.add(&action{rank: t.next(), step: t.step("DROP SYNONYM "+t.p.quote(synonym), Destructive, "queries can no longer use the name "+synonym)})
}

// foldPolicy gives a policy's meaning in one case, for names in it differ in
// case only.
func foldPolicy(sig string) string { return strings.ToUpper(sig) }
