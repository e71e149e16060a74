package admintest

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/token"
)

// cursor reads one statement token by token. Its first error stays, and
// everything read after it is empty, so that readers need not ask each time.
type cursor struct {
	text   string
	tokens []token.Token
	at     int
	err    error
}

func newCursor(statement string) *cursor {
	c := &cursor{text: statement}
	lexer := &memefish.Lexer{File: &token.File{Buffer: statement}}
	for {
		if err := lexer.NextToken(); err != nil {
			c.err = invalid("Error parsing Spanner DDL statement: %s : %v", statement, err)
			return c
		}
		if lexer.Token.Kind == token.TokenEOF {
			break
		}
		c.tokens = append(c.tokens, lexer.Token)
	}
	switch {
	case len(c.tokens) == 0:
		c.err = invalid("DDL statement is empty.")
	case len(c.tokens[0].Comments) > 0:
		c.fail("a comment at the start of a statement")
	}
	return c
}

// fail keeps the first syntax error.
func (c *cursor) fail(what string) {
	if c.err == nil {
		c.err = invalid("Error parsing Spanner DDL statement: %s : Syntax error: %s", c.text, what)
	}
}

func (c *cursor) done() bool { return c.err != nil || c.at >= len(c.tokens) }

// end is the error of a statement that was not read, or not to its end.
func (c *cursor) end() error {
	if !c.done() {
		c.fail("Expecting 'EOF' but found '" + c.tokens[c.at].Raw + "'")
	}
	return c.err
}

// skip gives up the rest of the statement.
func (c *cursor) skip() { c.at = len(c.tokens) }

// is reports whether these words, or signs, come next.
func (c *cursor) is(words ...string) bool {
	if c.err != nil || c.at+len(words) > len(c.tokens) {
		return false
	}
	for i, word := range words {
		if !strings.EqualFold(c.tokens[c.at+i].Raw, word) {
			return false
		}
	}
	return true
}

// take reads these words if they come next.
func (c *cursor) take(words ...string) bool {
	if !c.is(words...) {
		return false
	}
	c.at += len(words)
	return true
}

// need reads these words, which must come next.
func (c *cursor) need(words ...string) {
	if !c.take(words...) {
		c.fail("Expecting '" + strings.Join(words, " ") + "' but found '" + c.next() + "'")
	}
}

// next is the next token as written.
func (c *cursor) next() string {
	if c.done() {
		return "EOF"
	}
	return c.tokens[c.at].Raw
}

func (c *cursor) ident() string {
	if c.done() || c.tokens[c.at].Kind != token.TokenIdent {
		c.fail("Encountered '" + c.next() + "' while parsing: identifier")
		return ""
	}
	c.at++
	return c.tokens[c.at-1].AsString
}

// path reads a name with the schema it is in.
func (c *cursor) path() string {
	name := c.ident()
	for c.take(".") {
		name += "." + c.ident()
	}
	return name
}

// list reads elements between commas.
func (c *cursor) list(element func() string) []string {
	out := []string{element()}
	for c.take(",") {
		out = append(out, element())
	}
	return out
}

// names reads names in parentheses; there may be none.
func (c *cursor) names() []string {
	c.need("(")
	if c.take(")") {
		return []string{}
	}
	out := c.list(c.ident)
	c.need(")")
	return out
}

// group reads what is in parentheses, as it is written.
func (c *cursor) group() string {
	c.need("(")
	from, depth := c.at, 1
	for ; !c.done(); c.at++ {
		switch c.tokens[c.at].Kind {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			c.at++
			return strings.TrimSpace(c.text[c.tokens[from-1].End:c.tokens[c.at-1].Pos])
		}
	}
	c.fail("Expecting ')'")
	return ""
}

// rest reads what is left, as it is written.
func (c *cursor) rest() string {
	if c.done() {
		return ""
	}
	text := c.text[c.tokens[c.at].Pos:]
	c.skip()
	return text
}

// number reads an integer.
func (c *cursor) number() string {
	sign := ""
	if c.take("-") {
		sign = "-"
	}
	if c.done() || c.tokens[c.at].Kind != token.TokenInt {
		c.fail("Encountered '" + c.next() + "' while parsing: integer_value")
		return ""
	}
	c.at++
	return sign + c.tokens[c.at-1].Raw
}

// setting is one "name = value".
type setting struct{ name, value string }

type options []setting

// options reads "OPTIONS (name = value, ...)" where it comes next.
func (c *cursor) options() options {
	if !c.take("OPTIONS") {
		return nil
	}
	c.need("(")
	out := options{}
	for !c.done() && !c.take(")") {
		name := c.ident()
		c.need("=")
		out = append(out, setting{name, c.value()})
		if !c.is(")") {
			c.need(",")
		}
	}
	return out
}

// value reads a literal, or a list of them, and spells it as Spanner does.
func (c *cursor) value() string {
	var value strings.Builder
	depth := 0
	for ; !c.done(); c.at++ {
		t := c.tokens[c.at]
		switch {
		case depth == 0 && (t.Kind == "," || t.Kind == ")"):
			return value.String()
		case t.Kind == "[":
			depth++
		case t.Kind == "]":
			depth--
		}
		switch {
		case t.Kind == token.TokenString:
			value.WriteString("'" + t.AsString + "'")
		case t.Kind == ",":
			value.WriteString(", ")
		case slices.Contains([]string{"TRUE", "FALSE", "NULL"}, strings.ToUpper(t.Raw)):
			value.WriteString(strings.ToLower(t.Raw))
		default:
			value.WriteString(t.Raw)
		}
	}
	return value.String()
}

// set gives the options with changes; null takes one back to its default.
func (o options) set(changes options) options {
	out := slices.Clone(o)
	for _, change := range changes {
		i := slices.IndexFunc(out, func(have setting) bool { return have.name == change.name })
		switch {
		case i < 0 && change.value != "null":
			out = append(out, change)
		case i >= 0 && change.value == "null":
			out = slices.Delete(out, i, i+1)
		case i >= 0:
			out[i] = change
		}
	}
	return out
}

// get is the value of an option, without quotes; empty where it is not set.
func (o options) get(name string) string {
	for _, have := range o {
		if have.name == name {
			return strings.Trim(have.value, "'")
		}
	}
	return ""
}

// known refuses an option that is none of these.
func (o options) known(names ...string) error {
	for _, have := range o {
		if !slices.Contains(names, have.name) {
			return invalid("Option: %s is unknown.", have.name)
		}
	}
	return nil
}

// String is the OPTIONS clause with a space before it, or nothing.
func (o options) String() string {
	if len(o) == 0 {
		return ""
	}
	texts := make([]string, len(o))
	for i, have := range o {
		texts[i] = have.name + " = " + have.value
	}
	return " OPTIONS (" + strings.Join(texts, ", ") + ")"
}
