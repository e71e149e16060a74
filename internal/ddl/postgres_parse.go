package ddl

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// readPostgres reads one statement in the PostgreSQL dialect.
func (r *reader) readPostgres(st statement) {
	c := &cursor{src: st.src, lexemes: st.lexemes}
	var done func()
	switch {
	case c.take("CREATE", "TABLE"):
		done = r.postgresTable(st, c)
	case c.take("CREATE", "INDEX"), c.take("CREATE", "UNIQUE", "INDEX"):
		done = r.postgresIndex(st, c, KindIndex)
	case c.take("CREATE", "SEARCH", "INDEX"):
		done = r.postgresIndex(st, c, KindSearchIndex)
	case c.take("CREATE", "VIEW"), c.take("CREATE", "OR", "REPLACE", "VIEW"):
		done = r.postgresView(st, c)
	case c.take("CREATE", "CHANGE", "STREAM"):
		done = r.postgresStream(st, c)
	case c.take("CREATE", "SEQUENCE"):
		done = r.postgresSequence(st, c)
	case c.take("ALTER", "DATABASE"):
		done = r.postgresDatabase(c)
	case c.take("ALTER", "TABLE"):
		done = r.postgresAlterTable(st, c)
	default:
		r.readPlain(st)
		return
	}
	if c.stuck == nil && c.at < len(c.lexemes) {
		c.fail("nothing is expected here")
	}
	if c.stuck != nil {
		r.keepUnread(st, c.stuck.at, c.stuck.message)
		return
	}
	done()
}

// named reads IF NOT EXISTS and the name of what a statement creates, and
// makes the object.
func (r *reader) named(st statement, c *cursor, kind Kind) *Object {
	c.take("IF", "NOT", "EXISTS")
	pos := c.peek().pos()
	n := c.name()
	if c.stuck != nil {
		return &Object{}
	}
	return r.object(st, kind, n, token.Pos(pos-st.start()))
}

// expr is an expression of the statement.
func (c *cursor) expr(lexemes []lexeme) *expr {
	if len(lexemes) == 0 {
		c.fail("expected an expression")
		return &expr{}
	}
	return postgresExpr(c.src, lexemes)
}

// options reads "(name = value, ...)".
func (c *cursor) options() map[string]option {
	out := map[string]option{}
	for _, item := range items(c.group()) {
		in := c.within(item)
		n := in.name()
		in.expect("=")
		if value := in.lexemes[in.at:]; in.stuck == nil && len(value) > 0 {
			out[n.key] = option{name: n.String(), value: c.src.written(value), sig: signature(value)}
		} else {
			in.fail("expected a value")
		}
		c.join(in)
	}
	return out
}

func (r *reader) postgresDatabase(c *cursor) func() {
	database := c.ident()
	var o option
	if c.take("RESET") {
		o = option{name: c.name().String(), value: "", sig: "NULL"}
	} else {
		c.expect("SET")
		o.name = c.name().String()
		if !c.take("TO") {
			c.expect("=")
		}
		value := c.lexemes[min(c.at, len(c.lexemes)):]
		c.next()
		c.at = len(c.lexemes)
		if c.stuck == nil {
			o.value, o.sig = c.src.written(value), signature(value)
		}
		if o.sig == "DEFAULT" || o.sig == "NULL" {
			o.value, o.sig = "", "NULL"
		}
	}
	return func() {
		r.databaseName = database
		r.databaseOptions = append(r.databaseOptions, databaseOption{strings.ToLower(o.name), o})
	}
}

// postgresAlterTable keeps an ALTER TABLE that adds to a table. Any other is a
// Problem.
func (r *reader) postgresAlterTable(st statement, c *cursor) func() {
	a := alteration{at: st.position(), sig: st.sig, table: c.name()}
	switch {
	case c.ahead("ADD", "TTL"):
		c.next()
		p := c.policy()
		a.apply = func(_ *reader, t *table) { t.ttl, t.ttlAdded = p, true }
	case c.take("ADD", "SYNONYM"):
		n := c.name()
		a.apply = func(_ *reader, t *table) { t.addSynonym(n.String()) }
	case c.ahead("ADD", "CONSTRAINT"), c.ahead("ADD", "FOREIGN"), c.ahead("ADD", "CHECK"):
		c.next()
		con := c.tableConstraint()
		con.from, con.to = 0, 0
		a.apply = func(_ *reader, t *table) { t.constraints = append(t.constraints, con) }
	case c.take("ADD"):
		c.take("COLUMN")
		c.take("IF", "NOT", "EXISTS")
		d := c.columnDefinition()
		if d.key {
			c.fail("a column of the primary key cannot be added")
		}
		a.apply = func(r *reader, t *table) {
			if t.column(d.column.key) != nil {
				r.problem(Problem{Position: d.column.pos, Token: d.column.name, Message: "column " + d.column.name + " is declared twice"})
				return
			}
			d.column.added = true
			t.columns = append(t.columns, d.column)
			for _, con := range d.constraints {
				con.from, con.to = 0, 0
				t.constraints = append(t.constraints, con)
			}
		}
	default:
		r.problem(st.problem(st.lexemes[0], onlyAdditions))
		c.at = len(c.lexemes)
		return func() {}
	}
	return func() { r.alters = append(r.alters, a) }
}
