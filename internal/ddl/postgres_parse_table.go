package ddl

import (
	"fmt"
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// postgresTable reads a CREATE TABLE behind these words.
func (r *reader) postgresTable(st statement, c *cursor) func() {
	o := r.named(st, c, KindTable)
	t := &table{options: map[string]option{}, synonyms: map[string]string{}}
	o.table = t
	for _, item := range items(c.group()) {
		in := c.within(item)
		r.tableItem(t, in)
		if !in.done() {
			in.fail("nothing is expected here")
		}
		c.join(in)
	}
	for !c.done() {
		switch {
		case c.take("INTERLEAVE", "IN"):
			t.interleave = &interleave{inside: c.take("PARENT")}
			t.interleave.parent = c.name()
			t.interleave.cascade = c.onDelete()
		case c.ahead("TTL"):
			t.ttl = c.policy()
		default:
			c.fail("nothing is expected here")
		}
	}
	for _, k := range t.primaryKey {
		if col := t.column(k.column); col != nil {
			col.notNull = true // Spanner says so in the echo
		}
	}
	t.countPlaces(st.lexemes)
	return func() { r.add(o) }
}

// tableItem reads one line of a table: a column or a constraint.
func (r *reader) tableItem(t *table, c *cursor) {
	switch {
	case c.take("PRIMARY", "KEY"):
		t.primaryKey = append(t.primaryKey, c.keyParts()...)
	case c.take("SYNONYM"):
		for _, s := range c.names() {
			t.synonyms[strings.ToLower(s)] = s
		}
	case c.ahead("CONSTRAINT"), c.ahead("FOREIGN"), c.ahead("CHECK"):
		t.constraints = append(t.constraints, c.tableConstraint())
	default:
		d := c.columnDefinition()
		if first := t.column(d.column.key); first != nil && c.stuck == nil {
			r.problem(Problem{Position: d.column.pos, Token: d.column.name,
				Message: fmt.Sprintf("column %s is declared twice, first at %s", d.column.name, first.pos)})
		}
		t.columns = append(t.columns, d.column)
		t.constraints = append(t.constraints, d.constraints...)
		if d.key {
			t.primaryKey = append(t.primaryKey, keyPart{column: d.column.key})
		}
	}
}

func (c *cursor) keyParts() []keyPart {
	var out []keyPart
	for _, item := range items(c.group()) {
		in := c.within(item)
		k := keyPart{column: strings.ToLower(in.ident())}
		if k.descending = in.take("DESC"); !k.descending {
			in.take("ASC")
		}
		if !in.done() {
			in.fail("nothing is expected here")
		}
		c.join(in)
		out = append(out, k)
	}
	return out
}

// onDelete reads ON DELETE and ON UPDATE and reports whether rows are deleted
// with those they hang on.
func (c *cursor) onDelete() (cascade bool) {
	for {
		switch {
		case c.take("ON", "DELETE", "CASCADE"):
			cascade = true
		case c.take("ON", "DELETE", "NO", "ACTION"), c.take("ON", "UPDATE", "NO", "ACTION"):
		default:
			return cascade
		}
	}
}

// tableConstraint reads a constraint that stands by itself.
func (c *cursor) tableConstraint() *constraint {
	first := c.at
	con := &constraint{pos: c.src.position(c.peek().pos())}
	c.constraintName(con)
	switch {
	case c.take("CHECK"):
		con.check = c.expr(c.group())
		con.sig = "CHECK " + con.check.sig
	case c.take("FOREIGN", "KEY"):
		con.fk = &foreignKey{columns: lowered(c.names())}
		c.references(con.fk)
		con.sig = con.fk.signature()
	default:
		c.fail("expected FOREIGN KEY or CHECK")
	}
	c.placed(con, first)
	if c.stuck == nil {
		con.text = c.src.written(c.lexemes[first:c.at])
	}
	return con
}

func (c *cursor) constraintName(con *constraint) {
	if c.take("CONSTRAINT") {
		con.name = c.ident()
		con.key = strings.ToLower(con.name)
	}
}

// placed notes where in the text a constraint stands.
func (c *cursor) placed(con *constraint, first int) {
	if c.stuck == nil && first < c.at {
		con.from, con.to = c.lexemes[first].pos(), c.lexemes[c.at-1].end()
	}
}

func (c *cursor) references(fk *foreignKey) {
	c.expect("REFERENCES")
	fk.refTable = c.name()
	fk.refColumns = lowered(c.names())
	fk.cascade = c.onDelete()
	if fk.unenforced = c.take("NOT", "ENFORCED"); !fk.unenforced {
		c.take("ENFORCED")
	}
}

// columnWords begin what may follow a column's type.
var columnWords = wordSet("NOT NULL DEFAULT PRIMARY UNIQUE CHECK REFERENCES GENERATED CONSTRAINT COLLATE HIDDEN ON")

// definition is a column's line in CREATE TABLE.
type definition struct {
	column      *column
	key         bool // PRIMARY KEY stands behind it
	constraints []*constraint
}

func (c *cursor) columnDefinition() definition {
	first := c.at
	col := &column{options: map[string]option{}, pos: c.src.position(c.peek().pos())}
	d := definition{column: col}
	col.name = c.ident()
	col.key = strings.ToLower(col.name)
	col.typ = c.typeName()
	// The definition without what ADD COLUMN does not take.
	var kept []string
	keep := func() {
		if c.stuck == nil && c.at > first {
			kept = append(kept, c.src.written(c.lexemes[first:c.at]))
		}
		first = c.at
	}
	keep()
	for !c.done() {
		switch {
		case c.take("NOT", "NULL"):
			col.notNull = true
		case c.take("NULL"):
		case c.take("HIDDEN"):
			col.hidden = true
		case c.take("DEFAULT"):
			col.def = c.expr(c.until(columnWords))
		case c.take("ON", "UPDATE"):
			col.onUpdate = c.expr(c.until(columnWords))
		case c.take("GENERATED", "ALWAYS", "AS"):
			col.generated = c.expr(c.group())
			col.stored = c.take("STORED")
			if !col.stored {
				c.take("VIRTUAL")
			}
		case c.take("GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"):
			col.identity = &counter{kind: bitReversed}
			if c.ahead("(") {
				in := c.within(c.group())
				*col.identity = in.counter()
				c.join(in)
			}
		case c.take("PRIMARY", "KEY"):
			d.key = true
			first = c.at
		case c.ahead("CONSTRAINT"), c.ahead("CHECK"), c.ahead("REFERENCES"):
			d.constraints = append(d.constraints, c.columnConstraint(col))
			first = c.at
		default:
			c.fail("nothing is expected here")
		}
		keep()
	}
	col.text = strings.Join(kept, " ")
	return d
}

// columnConstraint reads a constraint that stands behind a column. As an
// addition to a table it needs the column's name.
func (c *cursor) columnConstraint(col *column) *constraint {
	first := c.at
	con := &constraint{pos: c.src.position(c.peek().pos()), ofColumn: true}
	c.constraintName(con)
	start, prefix := c.at, ""
	switch {
	case c.take("CHECK"):
		con.check = c.expr(c.group())
		con.sig = "CHECK " + con.check.sig
	case c.ahead("REFERENCES"):
		con.fk = &foreignKey{columns: []string{col.key}}
		c.references(con.fk)
		con.sig = con.fk.signature()
		prefix = "FOREIGN KEY (" + postgreSQL{}.quote(col.name) + ") "
	default:
		c.fail("expected REFERENCES or CHECK")
	}
	c.placed(con, first)
	if c.stuck == nil {
		if con.name != "" {
			prefix = "CONSTRAINT " + postgreSQL{}.quote(con.name) + " " + prefix
		}
		con.text = prefix + c.src.written(c.lexemes[start:c.at])
	}
	return con
}

// bitReversed is the only kind of sequence that Spanner has in this dialect.
const bitReversed = "BIT_REVERSED_POSITIVE"

// counter reads what a sequence says about its numbers, up to the end.
func (c *cursor) counter() counter {
	out := counter{kind: bitReversed}
	for !c.done() {
		switch {
		case c.take(bitReversed), c.take("NO", "SKIP", "RANGE"):
		case c.take("SKIP", "RANGE"):
			out.skip = c.integer()
			c.take(",")
			out.skip += " " + c.integer()
		case c.take("START", "COUNTER"):
			c.take("WITH")
			// 1 is where it starts anyway, and what Spanner echoes then.
			if out.start = c.integer(); out.start == "1" {
				out.start = ""
			}
		default:
			c.fail("nothing is expected here")
		}
	}
	return out
}

func (c *cursor) integer() string {
	sign := ""
	if c.take("-") {
		sign = "-"
	}
	if c.peek().kind != token.TokenInt {
		c.fail("expected a number")
		return ""
	}
	return sign + c.next().norm()
}

// isNullFiltered reports whether a condition leaves out rows with NULL in any
// column of a key.
func isNullFiltered(where *expr, keys []keyPart) bool {
	return where != nil && !slices.ContainsFunc(keys, func(k keyPart) bool {
		return !strings.Contains(where.sig, "(is not null "+k.column+")")
	})
}
