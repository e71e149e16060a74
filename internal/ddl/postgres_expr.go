package ddl

import (
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// node is an expression in one spelling for all that mean the same: Spanner
// echoes expressions with brackets around everything, types on every literal
// and other operators than were written. (IN, LIKE and BETWEEN, for example,
// come back as = ANY, ~~ and two comparisons.)
type node struct {
	op   string
	args []node
	// literal is true for a constant, whose type the place it stands in
	// decides.
	literal bool
	// typ is the type that a constant was written with, aNumber for one without
	// quotes; it is no part of the meaning.
	typ string
	// name holds the parts of a name with the letters they were written in.
	name []string
}

const aNumber = "number"

func leaf(text string) node             { return node{op: text} }
func call(op string, args ...node) node { return node{op: op, args: args} }
func constant(value string) node        { return node{op: "'" + value, literal: true} }
func number(value string) node          { return node{op: "'" + value, literal: true, typ: aNumber} }

func (n node) String() string {
	var b strings.Builder
	n.write(&b)
	return b.String()
}

func (n node) write(b *strings.Builder) {
	if len(n.args) == 0 {
		b.WriteString(n.op)
		return
	}
	b.WriteString("(" + n.op)
	for _, a := range n.args {
		b.WriteByte(' ')
		a.write(b)
	}
	b.WriteByte(')')
}

// chain makes one node of a row of ANDs or ORs, however they were bracketed.
func chain(op string, args ...node) node {
	out := node{op: op}
	for _, a := range args {
		if a.op == op && len(a.args) > 0 {
			out.args = append(out.args, a.args...)
		} else {
			out.args = append(out.args, a)
		}
	}
	return out
}

// postgresExpr reads an expression; its meaning is that of its lexemes where
// it is of a form that the reader does not know.
func postgresExpr(src *source, lexemes []lexeme) *expr {
	e := &expr{text: src.written(lexemes), names: mentioned(lexemes)}
	for i, l := range lexemes {
		// A sequence is named by a string: nextval('s').
		if l.kind == token.TokenString && i > 1 && lexemes[i-1].kind == "(" && sequenceFunctions[lexemes[i-2].norm()] {
			e.names[strings.ToLower(strings.TrimPrefix(strings.ReplaceAll(l.norm()[1:], `"`, ""), "public."))] = true
		}
	}
	c := &cursor{src: src, lexemes: lexemes}
	if n := c.expression(0); c.at == len(lexemes) && c.stuck == nil {
		e.sig = n.String()
	} else {
		e.sig = signature(lexemes)
	}
	return e
}

var sequenceFunctions = map[string]bool{"nextval": true, "get_internal_sequence_state": true}

// Binding powers, weakest first.
// Source: PostgreSQL documentation, "Operator Precedence".
const (
	bindOr = iota + 1
	bindAnd
	bindNot
	bindIs
	bindCompare
	bindRange // BETWEEN, IN, LIKE
	bindOther
	bindAdd
	bindMultiply
	bindPower
	bindZone
	bindSign
	bindSubscript
	bindCast
)

var binary = map[string]int{
	"<": bindCompare, ">": bindCompare, "=": bindCompare, "<=": bindCompare, ">=": bindCompare, "<>": bindCompare,
	"+": bindAdd, "-": bindAdd, "*": bindMultiply, "/": bindMultiply, "%": bindMultiply, "^": bindPower,
}

// power is how strongly the operator that comes next binds; zero when none
// comes.
func (c *cursor) power() int {
	l := c.peek()
	switch l.kind {
	case "":
		return 0
	case "OR":
		return bindOr
	case "AND":
		return bindAnd
	case "IS", "ISNULL", "NOTNULL":
		return bindIs
	case "IN", "LIKE", "ILIKE":
		return bindRange
	case "NOT":
		return bindRange // only as NOT IN, NOT LIKE, NOT BETWEEN
	case "[":
		return bindSubscript
	case "::":
		return bindCast
	case token.TokenIdent:
		switch l.norm() {
		case "between":
			return bindRange
		case "at":
			return bindZone
		}
		return 0
	}
	if p, ok := binary[l.norm()]; ok {
		return p
	}
	if strings.IndexByte(operatorBytes, l.norm()[0]) >= 0 && l.kind == token.TokenKind(l.norm()) {
		return bindOther
	}
	return 0
}

// expression reads as much as binds stronger than least.
func (c *cursor) expression(least int) node {
	c.depth++
	defer func() { c.depth-- }()
	if c.depth > maxBrackets {
		c.fail("too many brackets within each other")
		return node{}
	}
	left := c.operand()
	for !c.done() {
		p := c.power()
		if p == 0 || p <= least {
			break
		}
		left = c.operator(left, p)
	}
	return left
}

// operator reads an operator that binds with p, and what stands right of it.
func (c *cursor) operator(left node, p int) node {
	switch {
	case c.take("OR"):
		return chain("or", left, c.expression(p))
	case c.take("AND"):
		return chain("and", left, c.expression(p))
	case p == bindIs:
		return c.is(left)
	case p == bindRange:
		return c.rangeOperator(left)
	case p == bindCast:
		c.next()
		return cast(left, c.typeName())
	case c.take("["):
		n := call("[]", left, c.expression(0))
		c.expect("]")
		return n
	case p == bindZone:
		c.expect("AT", "TIME", "ZONE")
		return call("timezone()", c.expression(p), left)
	}
	op := c.next().norm()
	for _, all := range []string{"ANY", "SOME", "ALL"} {
		if c.ahead(all, "(") {
			c.next()
			if all == "SOME" {
				all = "ANY"
			}
			return call(op+" "+all, left, c.bracketed())
		}
	}
	return call(op, left, c.expression(p))
}

func (c *cursor) is(left node) node {
	if c.take("ISNULL") {
		return call("is null", left)
	}
	if c.take("NOTNULL") {
		return call("is not null", left)
	}
	c.expect("IS")
	op := "is "
	if c.take("NOT") {
		op += "not "
	}
	if c.take("DISTINCT", "FROM") {
		return call(op+"distinct", left, c.expression(bindIs))
	}
	return call(op+strings.ToLower(c.next().norm()), left)
}

func (c *cursor) rangeOperator(left node) node {
	wrap := func(n node) node { return n }
	negated := c.take("NOT")
	if negated {
		wrap = func(n node) node { return call("not", n) }
	}
	switch {
	case c.take("LIKE"):
		return wrap(call("~~", left, c.expression(bindRange)))
	case c.take("ILIKE"):
		return wrap(call("~~*", left, c.expression(bindRange)))
	case c.take("BETWEEN"):
		low := c.expression(bindRange)
		c.expect("AND")
		high := c.expression(bindRange)
		if negated {
			return chain("or", call("<", left, low), call(">", left, high))
		}
		return chain("and", call(">=", left, low), call("<=", left, high))
	case c.take("IN"):
		return c.in(left, negated)
	}
	c.fail("expected LIKE, BETWEEN or IN")
	return node{}
}

func (c *cursor) in(left node, negated bool) node {
	if c.ahead("(", "SELECT") {
		n := call("in", left, c.bracketed())
		if negated {
			return call("not", n)
		}
		return n
	}
	list := node{op: "array", args: c.list("(", ")")}
	one, many := "=", "= ANY"
	if negated {
		one, many = "<>", "<> ALL"
	}
	if len(list.args) == 1 {
		return call(one, left, list.args[0])
	}
	return call(many, left, list)
}

// list reads expressions between brackets.
func (c *cursor) list(open, closing string) []node {
	c.expect(open)
	var out []node
	for !c.done() && !c.ahead(closing) {
		out = append(out, c.expression(0))
		if !c.take(",") {
			break
		}
	}
	c.expect(closing)
	return out
}

// bracketed reads what stands in brackets: a query, a row or an expression.
func (c *cursor) bracketed() node {
	if c.ahead("(", "SELECT") {
		c.next()
		q := c.query()
		c.expect(")")
		return node{op: "query", args: []node{leaf(q)}}
	}
	inside := c.list("(", ")")
	if len(inside) == 1 {
		return inside[0]
	}
	if len(inside) == 0 {
		c.fail("expected an expression")
	}
	return node{op: "row", args: inside}
}
