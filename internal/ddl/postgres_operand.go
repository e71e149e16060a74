package ddl

import (
	"encoding/hex"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// operand reads what stands left of an operator.
func (c *cursor) operand() node {
	l := c.peek()
	switch l.kind {
	case token.TokenString:
		return constant(c.next().norm()[1:])
	case token.TokenInt, token.TokenFloat:
		return number(c.next().norm())
	case "TRUE", "FALSE", "NULL":
		return node{op: strings.ToLower(c.next().norm()), literal: true}
	case "CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME", "CURRENT_USER":
		return leaf(strings.ToLower(c.next().norm()))
	case "NOT":
		c.next()
		return call("not", c.expression(bindNot))
	case "CASE":
		return c.caseOf()
	case "CAST":
		c.next()
		c.expect("(")
		n := c.expression(0)
		c.expect("AS")
		n = cast(n, c.typeName())
		c.expect(")")
		return n
	case "ARRAY":
		c.next()
		return node{op: "array", args: c.list("[", "]")}
	case "(":
		return c.bracketed()
	case token.TokenIdent:
		return c.named()
	}
	if c.take("-") {
		n := c.expression(bindSign)
		if signed, ok := negated(n); ok {
			return signed
		}
		return call("-", n)
	}
	if c.take("+") {
		return c.expression(bindSign)
	}
	c.fail("expected an expression")
	return node{}
}

// negated gives a number with the other sign, as Spanner writes it: nothing is
// left of a minus before nought or before another minus.
func negated(n node) (node, bool) {
	if !n.literal || len(n.op) < 2 {
		return n, false
	}
	value := n.op[1:]
	positive, negative := strings.CutPrefix(value, "-")
	switch {
	case positive == "" || !isDigit(positive[0]):
		return n, false
	case negative, strings.Trim(value, "0.") == "":
		return number(positive), true
	}
	return number("-" + value), true
}

// named reads a column, a function call, or a literal with its type before it.
func (c *cursor) named() node {
	if next := c.peekAt(1); next.kind == token.TokenString {
		typ := c.typeName()
		return cast(constant(c.next().norm()[1:]), typ)
	}
	if c.ahead("EXISTS", "(") {
		c.next()
		return call("exists", c.bracketed())
	}
	if c.ahead("EXTRACT", "(") && isWord(c.peekAt(3), "FROM") {
		c.at += 2
		field := constant(strings.ToLower(c.next().raw))
		c.next()
		n := call("extract()", field, c.expression(0))
		c.expect(")")
		return n
	}
	name := []string{c.ident()}
	for c.take(".") {
		if c.take("*") {
			name = append(name, "*")
			break
		}
		name = append(name, c.ident())
	}
	name = withoutPublic(name)
	parts := lowered(name)
	if c.ahead("(") {
		return c.function(parts)
	}
	if len(parts) == 2 && parts[0] == c.from {
		parts, name = parts[1:], name[1:]
	}
	return node{op: strings.Join(parts, "."), name: name}
}

func (c *cursor) function(parts []string) node {
	if parts[0] == "pg_catalog" {
		parts = parts[1:]
	}
	op := strings.Join(parts, ".") + "()"
	if c.take("(", "*", ")") {
		return leaf(op + " *")
	}
	if c.ahead("(", "DISTINCT") {
		c.next()
		op += " distinct"
		c.next()
		n := call(op, c.expression(0))
		c.expect(")")
		return n
	}
	n := node{op: op, args: c.list("(", ")")}
	if len(n.args) == 0 {
		return leaf(op)
	}
	if c.ahead("OVER") || c.ahead("FILTER") {
		c.fail("not a plain call")
	}
	return n
}

func (c *cursor) caseOf() node {
	c.expect("CASE")
	n := node{op: "case"}
	if !c.ahead("WHEN") {
		n.args = append(n.args, call("of", c.expression(0)))
	}
	for c.take("WHEN") {
		when := c.expression(0)
		c.expect("THEN")
		n.args = append(n.args, call("when", when, c.expression(0)))
	}
	if c.take("ELSE") {
		// Spanner echoes an ELSE NULL that nobody wrote.
		if otherwise := c.expression(0); otherwise.op != "null" {
			n.args = append(n.args, call("else", otherwise))
		}
	}
	c.expect("END")
	return n
}

// cast gives a constant in the spelling of its type, for Spanner writes a type
// to every constant; of anything else the cast is part of the meaning, and so
// is one that may cut a constant short.
func cast(n node, typ columnType) node {
	if !n.literal || strings.Contains(typ.sig, "(") {
		return call("::"+typ.sig, n)
	}
	if len(n.op) < 2 || n.op[0] != '\'' {
		return n
	}
	switch value := n.op[1:]; typ.sig {
	case "bigint", "numeric", "double precision", "real":
		n = constant(sameNumber(strings.TrimSpace(value)))
	case "bytea":
		if digits, isHex := strings.CutPrefix(value, `\x`); isHex {
			if bytes, err := hex.DecodeString(digits); err == nil {
				n = constant(string(bytes))
			}
		}
	}
	n.typ = typ.sig
	return n
}
