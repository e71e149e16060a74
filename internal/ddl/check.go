package ddl

import (
	"fmt"
	"strings"
)

// Check is a question to the rows that a database holds: whether some would
// make a change fail. Its queries read only.
type Check struct {
	// Object is what the change is about: "Table.Column", an index, or a
	// constraint as "Table.Constraint" or its columns.
	Object string
	// Table is the table whose rows are asked for, by its name in the database.
	Table string
	// Position is where the text declares Object.
	Position Position
	// Finding says what is wrong with the rows that the queries find, without
	// their number.
	Finding string
	// Count gives one INT64: how many rows, or duplicate keys, would fail. It is
	// empty when no query tells.
	Count string
	// Keys gives the keys of up to KeyLimit of them, as one STRING each.
	Keys string
}

// KeyLimit is how many keys a Check's Keys gives at most.
const KeyLimit = 3

// Checks derives from a request what Spanner would check on existing rows, and
// how to ask the rows beforehand. What is only new in this change (a column, a
// table) has no row to ask.
func Checks(req Request) []Check {
	p := newPlanner(req)
	c := &checks{planner: p, former: map[string]*Object{}}
	for _, r := range req.Renames {
		from, to := newName(strings.Split(r.From, ".")...), newName(strings.Split(r.To, ".")...)
		if cur := p.cur.relation(from.key); cur != nil && p.cur.relation(to.key) == nil {
			c.former[to.key] = cur
		}
	}
	for _, want := range p.want.objects {
		switch {
		case want.table != nil:
			if cur := c.live(want.name.key); cur != nil {
				c.table(cur, want)
			}
		case want.index != nil:
			c.index(want)
		}
	}
	return c.found
}

// checks collects the checks of one request.
type checks struct {
	*planner
	// former are tables that are being renamed, by the key of their new name.
	former map[string]*Object
	found  []Check
}

// live is the table as the database holds it, under whatever name.
func (c *checks) live(key string) *Object {
	cur := c.cur.relation(key)
	if cur == nil {
		cur = c.former[key]
	}
	if cur == nil || cur.table == nil {
		return nil
	}
	return cur
}

// ask adds a check of the rows of a table that fulfil a condition, in which the
// table is called child.
func (c *checks) ask(cur *Object, object string, at Position, finding, condition string) {
	from := " FROM " + c.sql(cur.name) + " AS child WHERE " + condition
	c.found = append(c.found, Check{Object: object, Table: cur.name.String(), Position: at, Finding: finding,
		Count: "SELECT COUNT(*)" + from,
		Keys:  fmt.Sprintf("SELECT %s%s LIMIT %d", c.keyOf(cur), from, KeyLimit)})
}

// keyOf is an expression for the primary key of a row, as a text.
func (c *checks) keyOf(cur *Object) string {
	columns := make([]keyColumn, 0, len(cur.table.primaryKey))
	for _, k := range cur.table.primaryKey {
		columns = append(columns, c.keyColumn(cur, k.column))
	}
	if len(columns) == 0 {
		return "'()'" // the one row of a table without key columns
	}
	return c.syntax.keyText(columns)
}

// keyColumn is a column as a query names it, and its type.
type keyColumn struct {
	sql string
	typ columnType
}

func (c *checks) keyColumn(o *Object, key string) keyColumn {
	out := keyColumn{sql: c.columnIn(o, key)}
	if col := o.table.column(key); col != nil {
		out.typ = col.typ
	}
	return out
}

func (c *checks) columnIn(o *Object, key string) string {
	if o.table != nil {
		if col := o.table.column(key); col != nil {
			return c.quote(col.name)
		}
	}
	return c.quote(key)
}

func (c *checks) table(cur, want *Object) {
	for _, w := range want.table.columns {
		if col := cur.table.column(w.key); col != nil && col.generated == nil && w.generated == nil {
			c.column(cur, want, col, w)
		}
	}
	_, _, added := pairConstraints(cur.table, want.table)
	for _, con := range added {
		c.constraint(cur, want, con)
	}
	from, to := cur.table.interleave, want.table.interleave
	if from == nil || to == nil || from.inside || !to.inside || from.parent.key != to.parent.key {
		return
	}
	if parent := c.live(to.parent.key); parent != nil {
		var on []string
		for _, k := range parent.table.primaryKey {
			column := c.columnIn(parent, k.column)
			on = append(on, "parent."+column+" = child."+column)
		}
		condition := "NOT EXISTS (SELECT 1 FROM " + c.sql(parent.name) + " AS parent WHERE " + strings.Join(on, " AND ") + ")"
		c.ask(cur, want.name.String(), want.pos, fmt.Sprintf("without a parent row in %s, where %s is to be interleaved", parent.name, want.name), condition)
	}
}

func (c *checks) column(cur, want *Object, from, to *column) {
	ok, narrows := alterable(from.typ, to.typ)
	if from.typ.sig != to.typ.sig && !ok {
		return
	}
	object, name := want.name.String()+"."+to.name, c.quote(from.name)
	if !from.notNull && to.notNull {
		c.ask(cur, object, to.pos, "with NULL in "+object+", which becomes NOT NULL", name+" IS NULL")
	}
	if narrows {
		c.narrower(cur, object, name, from, to)
	}
	now, wasOn := to.options["allow_commit_timestamp"], from.options["allow_commit_timestamp"]
	if now.sig == "TRUE" && wasOn.sig != "TRUE" {
		c.ask(cur, object, to.pos, "with a time in the future in "+object+", which becomes a commit timestamp", c.syntax.future(name))
	}
}

// narrower asks for values that the new type of a column has no room for.
func (c *checks) narrower(cur *Object, object, name string, from, to *column) {
	finding := fmt.Sprintf("with a value in %s that does not fit into %s", object, to.typ.text)
	value := name
	if to.typ.array {
		value = "element"
	}
	condition := c.syntax.unfit(value, from.typ, to.typ)
	switch {
	case condition == "":
		c.found = append(c.found, Check{Object: object, Table: cur.name.String(), Position: to.pos, Finding: finding})
	case to.typ.array:
		c.ask(cur, object, to.pos, finding, fmt.Sprintf("EXISTS (SELECT 1 FROM UNNEST(%s) AS element WHERE %s)", name, condition))
	default:
		c.ask(cur, object, to.pos, finding, condition)
	}
}

func (c *checks) constraint(cur, want *Object, con *constraint) {
	object := want.name.String()
	if con.name != "" {
		object += "." + con.name
	}
	switch {
	case con.check != nil:
		for _, col := range want.table.columns {
			if con.check.names[col.key] && cur.table.column(col.key) == nil {
				return // new in this change
			}
		}
		c.ask(cur, object, con.pos, fmt.Sprintf("not fulfilling CHECK (%s)", con.check.text), "NOT ("+con.check.text+")")
	case con.fk != nil && !con.fk.unenforced:
		c.foreignKey(cur, object, con)
	}
}

func (c *checks) foreignKey(cur *Object, object string, con *constraint) {
	target := c.live(con.fk.refTable.key)
	finding := fmt.Sprintf("referring to no row of %s", con.fk.refTable)
	var set, on []string
	for i, key := range con.fk.columns {
		if cur.table.column(key) == nil {
			return
		}
		column := "child." + c.columnIn(cur, key)
		set = append(set, column+" IS NOT NULL")
		if target != nil && i < len(con.fk.refColumns) {
			if target.table.column(con.fk.refColumns[i]) == nil {
				return
			}
			on = append(on, "parent."+c.columnIn(target, con.fk.refColumns[i])+" = "+column)
		}
	}
	condition := strings.Join(set, " AND ")
	if target != nil {
		condition += " AND NOT EXISTS (SELECT 1 FROM " + c.sql(target.name) + " AS parent WHERE " + strings.Join(on, " AND ") + ")"
	}
	c.ask(cur, object, con.pos, finding, condition)
}

// index asks for keys that several rows share under a new unique index.
func (c *checks) index(want *Object) {
	before := c.cur.get(want.key())
	cur := c.live(want.index.table.key)
	if cur == nil || !want.index.unique || before != nil && before.index != nil && before.index.shape == want.index.shape {
		return
	}
	var columns []keyColumn
	var names, set []string
	filtered := filteredBy(want, cur.table)
	for _, k := range want.index.keys {
		if cur.table.column(k.column) == nil {
			return
		}
		column := c.keyColumn(cur, k.column)
		columns, names = append(columns, column), append(names, column.sql)
		if want.index.nullFiltered || c.syntax.nullsDiffer() {
			filtered[k.column] = true
		}
	}
	for _, key := range sortedKeys(filtered) {
		set = append(set, c.columnIn(cur, key)+" IS NOT NULL")
	}
	groups := " FROM " + c.sql(cur.name)
	if len(set) > 0 {
		groups += " WHERE " + strings.Join(set, " AND ")
	}
	list := strings.Join(names, ", ")
	groups += " GROUP BY " + list + " HAVING COUNT(*) > 1"
	c.found = append(c.found, Check{Object: want.name.String(), Table: cur.name.String(), Position: want.pos,
		Finding: fmt.Sprintf("of (%s) that several rows of %s share, where index %s is to be unique", list, cur.name, want.name),
		Count:   "SELECT COUNT(*) FROM (SELECT 1 AS one" + groups + ") AS shared",
		Keys:    fmt.Sprintf("SELECT %s%s LIMIT %d", c.syntax.keyText(columns), groups, KeyLimit)})
}

// filteredBy gives the columns in which an index leaves out NULL, as its WHERE
// says: Spanner takes no other condition there.
func filteredBy(index *Object, t *table) map[string]bool {
	out := map[string]bool{}
	words := index.words()
	where := topLevel(words, "WHERE")
	if where < 0 {
		return out
	}
	for key := range mentioned(words[where:]) {
		if t.column(key) != nil {
			out[key] = true
		}
	}
	return out
}
