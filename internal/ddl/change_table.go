package ddl

import (
	"fmt"
	"slices"
	"strings"
)

// changeTable plans what leads from one version of a table to another.
func (p *planner) changeTable(i int, cur, want *Object) {
	t := &tableChange{p: p, cur: cur, want: want, alter: p.alterTable(cur), at: rank{phaseAlter, i}}
	if a := p.req.Applied.get(cur.key()); a != nil {
		t.applied = a.table
	}
	if why := t.needsNewTable(); why != "" {
		p.recreateTable(cur, want, why)
		return
	}
	t.interleaving()
	t.columns()
	t.constraints()
	t.rowDeletion()
	t.options()
	t.synonyms()
}

// tableChange is one table's way from cur to want.
type tableChange struct {
	p         *planner
	cur, want *Object
	applied   *table // what the owner last declared; nil when it declared no such table
	alter     string
	at        rank
}

// next ranks the actions of one table in the order in which they are planned.
func (t *tableChange) next() rank {
	t.at[2]++
	return t.at
}

func (t *tableChange) step(clause string, h Hazard, reason string) Step {
	return Step{Statement: t.alter + clause, Hazard: h, Reason: reason, Objects: []string{t.cur.name.String()}}
}

// add plans a change to the table, which has its name by then.
func (t *tableChange) add(a *action) {
	a.uses = append(a.uses, objectElement(t.cur.key()))
	t.p.add(a)
}

func (t *tableChange) columnName(c *column) string { return t.cur.name.String() + "." + c.name }

// needsNewTable says why no ALTER TABLE leads from cur to want; empty when one
// does.
func (t *tableChange) needsNewTable() string {
	from, to := t.cur.table.interleave, t.want.table.interleave
	switch {
	case !sameKey(t.cur.table.primaryKey, t.want.table.primaryKey):
		return "its primary key differs, and Spanner cannot change a primary key"
	case (from == nil) != (to == nil) || from != nil && from.parent.key != to.parent.key:
		return "it would move to another place in the hierarchy of tables, and Spanner cannot interleave a table after it was created, or move it to another parent"
	}
	return ""
}

func (t *tableChange) interleaving() {
	from, to := t.cur.table.interleave, t.want.table.interleave
	if sameInterleave(from, to) {
		return
	}
	parent := t.p.sql(to.parent)
	if from.inside == to.inside {
		a := &action{rank: t.next(), step: t.step("SET ON DELETE "+onDelete(to), Instant, "changes what happens to rows when their parent row is deleted")}
		if to.cascade {
			a.makes = t.p.cascadesOf(t.want)
		} else {
			a.removes = t.p.cascadesOf(t.want)
		}
		t.add(a)
		return
	}
	if !to.inside {
		// Rows of the ancestors no longer take these with them, and need not.
		t.add(&action{rank: t.next(), makes: t.p.cascadesOf(t.want), step: t.step("SET INTERLEAVE IN "+parent, Instant, "rows no longer need a parent row")})
		return
	}
	t.add(&action{rank: t.next(), step: t.step("SET INTERLEAVE IN PARENT "+parent, Unsafe, "fails if a row has no parent row (validates)")})
	if to.cascade {
		// Spanner takes the two changes only one after the other.
		t.add(&action{rank: t.next(), makes: t.p.cascadesOf(t.want), step: t.step("SET ON DELETE CASCADE", Instant, "deletes rows with their parent row from now on")})
	}
}

// cascade stands for "all descendants of a table are deleted with its rows",
// which a row deletion policy on the table needs.
func cascade(tableKey string) element { return element("cascade " + tableKey) }

// cascadesOf lists the cascades that a table is part of: those of its
// ancestors.
func (p *planner) cascadesOf(o *Object) []element {
	var out []element
	for depth := 0; o != nil && o.table != nil && o.table.interleave != nil && depth < maxDepth; depth++ {
		out = append(out, cascade(o.table.interleave.parent.key))
		o = p.want.relation(o.table.interleave.parent.key)
	}
	return out
}

// maxDepth is more than Spanner's limit of 7 levels of interleaving; it ends
// the walk in a text whose tables stand in a circle.
const maxDepth = 16

func onDelete(il *interleave) string {
	if il.cascade {
		return "CASCADE"
	}
	return "NO ACTION"
}

func (t *tableChange) columns() {
	for _, c := range t.want.table.columns {
		cur := t.cur.table.column(c.key)
		switch {
		case cur == nil:
			t.p.addColumn(t.cur, t.want, c, t.next())
		case !sameColumn(cur, c):
			t.column(cur, c)
		}
	}
	for _, c := range t.cur.table.columns {
		if t.want.table.column(c.key) == nil {
			t.removeColumn(c)
		}
	}
}

func (t *tableChange) removeColumn(c *column) {
	defer t.p.change()()
	owned := t.applied != nil && t.applied.column(c.key) != nil
	full := t.columnName(c)
	if !owned && !t.p.allowed(false, full) {
		if !t.p.req.Scope.Ignores(full) {
			t.p.unmanaged = append(t.p.unmanaged, full)
		}
		return
	}
	if !t.p.allowed(owned, full) {
		t.p.refuse(removal(full, "column "+full, t.want.pos))
	}
	t.add(&action{
		rank:    rank{phaseRemove, 0, t.at[1], len(t.p.actions)},
		removes: []element{columnElement(t.cur.name.key, c.key)},
		frees:   columnUses(t.cur, c),
		step:    t.step("DROP COLUMN "+t.p.quote(c.name), Destructive, "deletes column "+full+" and its values"),
	})
}

// removal refuses to drop what the text no longer holds; at is where the text
// declares what it was part of.
func removal(object, what string, at Position) Refusal {
	return Refusal{Object: object, Position: at, Allowable: true,
		Reason: what + " is no longer in the text and would be dropped",
		Remedy: fmt.Sprintf("name %q in allow_destructive if it may be lost, or put it back into the text", object)}
}

// column plans the change of one column that exists in both versions.
func (t *tableChange) column(cur, want *column) {
	defer t.p.change()()
	name := t.p.alterColumn(cur.name)
	if why := t.needsNewColumn(cur, want); why != "" {
		t.replaceColumn(cur, want, why)
		return
	}
	self := columnElement(t.cur.name.key, cur.key)
	change := func(clause string, h Hazard, reason string, e *expr) {
		a := &action{rank: t.next(), step: t.step(name+clause, h, reason), makes: []element{self}, removes: []element{self}}
		if e != nil {
			a.uses = foundationUses(newName(), e.names)
		}
		t.add(a)
	}
	if cur.typ.sig != want.typ.sig || cur.notNull != want.notNull {
		t.retype(cur, want)
	} else {
		if cur.onUpdate != nil && want.onUpdate == nil {
			change("DROP ON UPDATE", Instant, "rows keep the column's value on update", nil)
		}
		switch {
		case sameExpr(cur.def, want.def):
		case want.def == nil:
			change("DROP DEFAULT", Instant, "new rows no longer get a default", nil)
		default:
			change(t.p.syntax.setDefault(want.def), Instant, "applies to new rows only", want.def)
		}
		if want.onUpdate != nil && !sameExpr(cur.onUpdate, want.onUpdate) {
			change("SET ON UPDATE ("+want.onUpdate.text+")", Instant, "applies to later updates only", want.onUpdate)
		}
	}
	t.identity(cur, want)
	if changes := optionChanges(cur.options, want.options); len(changes) > 0 {
		hazard, reason := Instant, "changes options of column "+t.columnName(cur)
		if on, ok := want.options["allow_commit_timestamp"]; ok && on.sig == "TRUE" {
			hazard, reason = Unsafe, "fails if a value lies in the future (validates)"
		}
		change(t.p.syntax.setOptions(changes), hazard, reason, nil)
	}
}

// needsNewColumn says why no ALTER COLUMN leads from cur to want; empty when
// one does.
func (t *tableChange) needsNewColumn(cur, want *column) string {
	ok, _ := alterable(cur.typ, want.typ)
	switch {
	case cur.typ.sig != want.typ.sig && !ok:
		return fmt.Sprintf("Spanner cannot change its type from %s to %s", cur.typ.text, want.typ.text)
	case !sameExpr(cur.generated, want.generated) || cur.stored != want.stored:
		return "Spanner cannot change, add or remove what a column is generated from"
	case cur.typ.sig != want.typ.sig && want.generated != nil:
		return "Spanner cannot change the type of a generated column"
	case (cur.identity == nil) != (want.identity == nil):
		return "Spanner cannot turn a plain column into an identity column or back"
	case cur.identity != nil && cur.identity.kind != want.identity.kind && cur.identity.kind != "" && want.identity.kind != "":
		return "Spanner cannot change the kind of sequence behind an identity column"
	case cur.hidden != want.hidden:
		return "Spanner cannot hide or show a column after it was created"
	case cur.placementKey != want.placementKey:
		return "Spanner cannot make a column the placement key after it was created"
	case !cur.notNull && want.notNull && want.typ.array:
		return "Spanner cannot add NOT NULL to an ARRAY column"
	case cur.notNull != want.notNull && t.inKey(cur):
		return "Spanner cannot change NOT NULL on a column of the primary key"
	case cur.typ.sig != want.typ.sig && t.inKey(cur) && t.isParent():
		return "Spanner cannot change the type or length of a key column that tables interleaved in this one inherit"
	}
	return ""
}

func (t *tableChange) inKey(c *column) bool {
	for _, k := range t.cur.table.primaryKey {
		if k.column == c.key {
			return true
		}
	}
	return false
}

// isParent reports whether tables are interleaved in this one.
func (t *tableChange) isParent() bool {
	return slices.ContainsFunc(t.p.users()[objectElement(t.cur.key())], func(u user) bool { return u.interleave })
}

// retype plans a change of type or NOT NULL, and of default and ON UPDATE with
// it.
func (t *tableChange) retype(cur, want *column) {
	hazard, reasons := Instant, []string{}
	if cur.typ.sig != want.typ.sig {
		_, unsafe := alterable(cur.typ, want.typ)
		reason := fmt.Sprintf("changes %s from %s to %s", t.columnName(cur), cur.typ.text, want.typ.text)
		if unsafe {
			hazard, reason = Unsafe, reason+"; fails if a value does not fit (validates)"
		}
		reasons = append(reasons, reason)
		if cur.typ.base != want.typ.base {
			t.p.makeWay(columnElement(t.cur.name.key, cur.key), t.columnName(cur), blocksType)
		}
	}
	switch {
	case want.notNull && !cur.notNull:
		hazard = Unsafe
		reasons = append(reasons, "fails if a row has NULL in it (validates); writes of NULL are refused at once")
	case cur.notNull && !want.notNull:
		reasons = append(reasons, "NULL is allowed from now on")
	}
	if cur.notNull != want.notNull {
		t.p.makeWay(columnElement(t.cur.name.key, cur.key), t.columnName(cur), blocksNullability(cur.key))
	}
	self := columnElement(t.cur.name.key, cur.key)
	for i, clause := range t.p.syntax.columnType(t.p.quote(cur.name), want) {
		if i > 0 {
			hazard, reasons = Instant, []string{"sets the default again, which goes with a change of type"}
		}
		a := &action{rank: t.next(), step: t.step(clause, hazard, strings.Join(reasons, "; ")), uses: []element{self}}
		if i == 0 {
			a.makes, a.removes, a.uses = a.uses, a.uses, nil
		}
		if want.def != nil {
			a.uses = append(a.uses, foundationUses(newName(), want.def.names)...)
		}
		t.add(a)
	}
}

// replaceColumn drops and adds a column where the user gave up exactly this
// one, and refuses otherwise.
func (t *tableChange) replaceColumn(cur, want *column, why string) {
	full := t.columnName(cur)
	refusal := Refusal{Object: full, Position: want.pos, Reason: fmt.Sprintf("column %s cannot become what the text declares: %s", full, why)}
	switch {
	case t.inKey(cur):
		refusal.Remedy = "declare a new table, copy the rows, and remove the old table afterwards"
		t.p.refuse(refusal)
		return
	case !t.p.allowed(false, full):
		refusal.Allowable = true
		refusal.Remedy = fmt.Sprintf("add a column under another name, copy the values and remove this one later; or name %q in allow_destructive to have it dropped and added anew without its values", full)
		t.p.refuse(refusal)
	}
	self := columnElement(t.cur.name.key, cur.key)
	t.p.makeWay(self, full, blocksDrop)
	t.p.regrant(t.cur, cur, t.at)
	t.add(&action{rank: t.next(), removes: []element{self}, frees: columnUses(t.cur, cur),
		step: t.step("DROP COLUMN "+t.p.quote(cur.name), Destructive, "deletes column "+full+" and its values to add it anew")})
	t.p.addColumn(t.cur, t.want, want, t.next())
}

// optionChanges lists what leads from one set of options to another.
func optionChanges(cur, want map[string]option) []optionChange {
	var changes []optionChange
	for _, key := range sortedKeys(want) {
		if c, ok := cur[key]; !ok || c.sig != want[key].sig {
			changes = append(changes, optionChange{want[key].name, want[key].value})
		}
	}
	for _, key := range sortedKeys(cur) {
		if _, ok := want[key]; !ok && cur[key].sig != "NULL" {
			changes = append(changes, optionChange{name: cur[key].name})
		}
	}
	return changes
}
