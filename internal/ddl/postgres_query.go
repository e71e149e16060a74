package ddl

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// query reads a query in one spelling for all that mean the same, as far as a
// view needs it; it stops the cursor at anything else.
func (c *cursor) query() string {
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxBrackets {
		c.fail("too many brackets within each other")
		return ""
	}
	var b strings.Builder
	b.WriteString(c.selection())
	for _, op := range []string{"UNION", "INTERSECT", "EXCEPT"} {
		for c.take(op) {
			b.WriteString(" " + op)
			if c.take("ALL") {
				b.WriteString(" ALL")
			} else {
				c.take("DISTINCT")
			}
			b.WriteString(" " + c.selection())
		}
	}
	return b.String()
}

// selection reads one SELECT with all its clauses. In a query of one table no
// column needs a qualifier, and Spanner's echo has none.
func (c *cursor) selection() string {
	if c.ahead("(", "SELECT") {
		c.next()
		q := c.query()
		c.expect(")")
		return "(" + q + ")"
	}
	outer := c.from
	defer func() { c.from = outer }()
	c.from = ""
	c.expect("SELECT")
	head := "SELECT"
	if c.take("DISTINCT") {
		head += " DISTINCT"
	} else {
		c.take("ALL")
	}
	first := c.at
	tables, behind := "", -1
	if from := c.findFrom(); from >= 0 {
		c.at = from + 1
		var only string
		tables, only = c.tables()
		c.from, behind = only, c.at
		c.at = first
	}
	var b strings.Builder
	b.WriteString(head)
	for separator := " "; ; separator = ", " {
		b.WriteString(separator + c.item())
		if !c.take(",") {
			break
		}
	}
	if behind >= 0 {
		c.expect("FROM")
		c.at = behind
		b.WriteString(" FROM" + tables)
	}
	c.clauses(&b)
	return b.String()
}

// findFrom gives the place of the FROM that belongs to the SELECT that the
// cursor is in; -1 when there is none.
func (c *cursor) findFrom() int {
	depth := 0
	for i := c.at; i < len(c.lexemes); i++ {
		switch l := c.lexemes[i]; l.kind {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
			if depth < 0 {
				return -1
			}
		case "FROM":
			if depth == 0 && (i == 0 || c.lexemes[i-1].kind != "DISTINCT") {
				return i
			}
		case "UNION", "INTERSECT", "EXCEPT":
			if depth == 0 {
				return -1
			}
		}
	}
	return -1
}

// clauses reads what follows FROM.
func (c *cursor) clauses(b *strings.Builder) {
	if c.take("WHERE") {
		b.WriteString(" WHERE " + c.say(c.expression(0)))
	}
	if c.take("GROUP") {
		c.expect("BY")
		b.WriteString(" GROUP BY")
		c.expressions(b)
	}
	if c.take("HAVING") {
		b.WriteString(" HAVING " + c.say(c.expression(0)))
	}
	if c.take("ORDER") {
		c.expect("BY")
		b.WriteString(" ORDER BY")
		c.expressions(b)
	}
	limit, offset := "", ""
	for {
		switch {
		case limit == "" && c.take("LIMIT"):
			limit = " LIMIT " + c.say(c.expression(0))
			continue
		case offset == "" && c.take("OFFSET"):
			offset = " OFFSET " + c.say(c.expression(0))
			continue
		}
		break
	}
	b.WriteString(limit + offset)
}

// expressions reads a list of expressions and the order of each.
func (c *cursor) expressions(b *strings.Builder) {
	for separator := " "; ; separator = ", " {
		b.WriteString(separator + c.say(c.expression(0)) + c.ordering())
		if !c.take(",") {
			return
		}
	}
}

// ordering reads ASC, DESC and NULLS; what is the default is left out.
func (c *cursor) ordering() string {
	out := ""
	if c.take("DESC") {
		out = " DESC"
		if c.take("NULLS", "LAST") {
			return out + " NULLS LAST"
		}
		c.take("NULLS", "FIRST")
		return out
	}
	c.take("ASC")
	if c.take("NULLS", "FIRST") {
		return " NULLS FIRST"
	}
	c.take("NULLS", "LAST")
	return out
}

// item reads one expression of a SELECT and its name, which is left out where
// the expression has it anyway.
func (c *cursor) item() string {
	if c.take("*") {
		return "*"
	}
	first := c.at
	n := c.expression(0)
	alias, written := "", ""
	if c.take("AS") || c.peek().kind == token.TokenIdent {
		written = postgresWord(c.next())
		alias = strings.ToLower(written)
	}
	own := strings.TrimSuffix(n.op, "()")
	own, _, _ = strings.Cut(own, "() ") // count() *
	own = own[strings.LastIndexByte(own, '.')+1:]
	if isName := len(n.args) == 0 || strings.HasSuffix(n.op, "()"); isName && alias == own && c.sameLetters(n, written) {
		alias = ""
	}
	if c.stuck == nil && c.at == first {
		c.fail("expected an expression")
	}
	if alias != "" {
		return c.say(n) + " AS " + c.sayAlias(written)
	}
	return c.say(n)
}

// sameLetters reports whether an alias gives a column no other letters, which
// matters to those who read what is written and not to its meaning.
func (c *cursor) sameLetters(n node, alias string) bool {
	return c.canon == nil || len(n.name) == 0 || alias == n.name[len(n.name)-1]
}

// say writes an expression, sayAlias a name that the query itself gives, and
// sayTable one of a table.
func (c *cursor) say(n node) string {
	if c.canon != nil {
		return c.canon.expression(n)
	}
	return n.String()
}

func (c *cursor) sayAlias(written string) string {
	if c.canon != nil {
		return postgreSQL{}.quote(written)
	}
	return strings.ToLower(written)
}

func (c *cursor) sayTable(n name) string {
	if c.canon != nil {
		return c.canon.path(n)
	}
	return n.key
}

// postgresWord is a name, or a word that may stand for one behind AS.
func postgresWord(l lexeme) string {
	if l.kind == token.TokenIdent {
		return postgresName(l)
	}
	return l.raw
}

// tables reads what stands behind FROM. only is the name of the one table
// there, if it is one.
func (c *cursor) tables() (text, only string) {
	var b strings.Builder
	for separator := " "; ; separator = ", " {
		t, name := c.joined()
		b.WriteString(separator + t)
		if !c.take(",") {
			if text = b.String(); text == " "+t {
				only = name
			}
			return text, only
		}
	}
}

// joined reads a table and what is joined to it.
func (c *cursor) joined() (text, only string) {
	text, only = c.table()
	for c.stuck == nil {
		join := ""
		switch {
		case c.take("JOIN"), c.take("INNER", "JOIN"):
			join = "JOIN"
		case c.take("CROSS", "JOIN"):
			join = "CROSS JOIN"
		default:
			for _, side := range []string{"LEFT", "RIGHT", "FULL"} {
				if c.take(side, "JOIN") || c.take(side, "OUTER", "JOIN") {
					join = side + " JOIN"
				}
			}
		}
		if join == "" {
			return text, only
		}
		other, _ := c.table()
		text, only = "("+text+" "+join+" "+other, ""
		if c.take("ON") {
			text += " ON " + c.say(c.expression(0))
		} else if c.take("USING") {
			columns := c.names()
			for i, column := range columns {
				columns[i] = c.sayAlias(column)
			}
			text += " USING (" + strings.Join(columns, ", ") + ")"
		}
		text += ")"
	}
	return text, only
}

// table reads a table, a query in brackets, or joined tables in brackets.
func (c *cursor) table() (text, only string) {
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxBrackets {
		c.fail("too many brackets within each other")
		return "", ""
	}
	switch {
	case c.ahead("(", "SELECT"):
		c.next()
		text = "(" + c.query() + ")"
		c.expect(")")
	case c.take("("):
		text, only = c.joined()
		c.expect(")")
		return text, only
	default:
		n := c.name()
		text, only = c.sayTable(n), n.key
		if i := strings.LastIndexByte(only, '.'); i >= 0 {
			only = only[i+1:]
		}
		if c.ahead("(") || c.ahead("TABLESAMPLE") {
			c.fail("not a plain table")
		}
	}
	if c.take("AS") || c.peek().kind == token.TokenIdent {
		alias := c.ident()
		if c.ahead("(") {
			c.fail("not a plain alias")
		}
		only = strings.ToLower(alias)
		text += " AS " + c.sayAlias(alias)
	}
	return text, only
}

// readFrom gives the keys of the tables and views that a query names behind
// FROM and JOIN, whether or not the rest of it can be read.
func readFrom(lexemes []lexeme) map[string]bool {
	out := map[string]bool{}
	for i := 0; i+1 < len(lexemes); i++ {
		switch lexemes[i].kind {
		case "FROM", "JOIN", ",", "(":
		default:
			continue
		}
		var parts []string
		for j := i + 1; j < len(lexemes) && lexemes[j].kind == token.TokenIdent; j += 2 {
			parts = append(parts, postgresName(lexemes[j]))
			if j+1 >= len(lexemes) || lexemes[j+1].kind != "." {
				break
			}
		}
		if parts = withoutPublic(parts); len(parts) > 0 {
			out[newName(parts...).key] = true
		}
	}
	return out
}
