package ddl

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// cursor walks over the lexemes of a statement in the PostgreSQL dialect. It
// stops for good at the first lexeme that it cannot make sense of.
type cursor struct {
	src     *source
	lexemes []lexeme
	at      int
	stuck   *unreadable
	// depth is that of brackets, to end the walk in texts made to exhaust the
	// stack.
	depth int
	// from is the one table of a query that needs no qualifier.
	from string
	// canon writes what is read in the canonical spelling; nil writes its
	// meaning, which no one but the engine reads.
	canon *postgresCanon
}

// unreadable says what stopped a cursor and where.
type unreadable struct {
	at      lexeme
	message string
}

const maxBrackets = 200

func (c *cursor) done() bool { return c.stuck != nil || c.at >= len(c.lexemes) }

// peek gives the next lexeme; one without kind at the end.
func (c *cursor) peek() lexeme { return c.peekAt(0) }

func (c *cursor) peekAt(n int) lexeme {
	if c.stuck != nil || c.at+n >= len(c.lexemes) {
		return lexeme{}
	}
	return c.lexemes[c.at+n]
}

func (c *cursor) next() lexeme {
	l := c.peek()
	if l.kind == "" {
		c.fail("the statement ends too early")
		return l
	}
	c.at++
	return l
}

// fail stops the cursor at the next lexeme.
func (c *cursor) fail(message string) {
	if c.stuck != nil {
		return
	}
	c.stuck = &unreadable{message: message}
	if len(c.lexemes) > 0 {
		c.stuck.at = c.lexemes[min(c.at, len(c.lexemes)-1)]
	}
}

// ahead reports whether these words or signs come next.
func (c *cursor) ahead(words ...string) bool {
	for i, w := range words {
		if !isWord(c.peekAt(i), w) {
			return false
		}
	}
	return true
}

// aheadAny reports whether one of these words comes next.
func (c *cursor) aheadAny(words map[string]bool) bool {
	return words[strings.ToUpper(c.peek().raw)]
}

// take moves over these words or signs if they come next.
func (c *cursor) take(words ...string) bool {
	if !c.ahead(words...) {
		return false
	}
	c.at += len(words)
	return true
}

func (c *cursor) expect(words ...string) {
	if !c.take(words...) {
		c.fail("expected " + strings.Join(words, " "))
	}
}

// ident reads one part of a name, as Spanner stores it.
func (c *cursor) ident() string {
	if c.peek().kind != token.TokenIdent {
		c.fail("expected a name")
		return ""
	}
	return postgresName(c.next())
}

// name reads a name and drops the schema that needs no mention.
func (c *cursor) name() name {
	parts := []string{c.ident()}
	for c.take(".") {
		parts = append(parts, c.ident())
	}
	return newName(withoutPublic(parts)...)
}

func withoutPublic(parts []string) []string {
	if len(parts) > 1 && parts[0] == "public" {
		return parts[1:]
	}
	return parts
}

// postgresName gives one part of a name as Spanner stores it: what is not
// quoted in lower case.
func postgresName(l lexeme) string {
	if !strings.HasPrefix(l.raw, `"`) {
		return strings.ToLower(l.raw)
	}
	return strings.ReplaceAll(l.raw[1:len(l.raw)-1], `""`, `"`)
}

// group moves over a pair of brackets and gives what is between them.
func (c *cursor) group() []lexeme {
	c.expect("(")
	first := c.at
	for depth := 1; !c.done(); c.at++ {
		switch c.peek().kind {
		case "(":
			depth++
		case ")":
			depth--
		}
		if depth == 0 {
			c.at++
			return c.lexemes[first : c.at-1]
		}
	}
	c.fail("this bracket is never closed")
	return nil
}

// items cuts lexemes at the commas outside brackets.
func items(lexemes []lexeme) [][]lexeme {
	if len(lexemes) == 0 {
		return nil
	}
	var out [][]lexeme
	depth, first := 0, 0
	for i, l := range lexemes {
		switch l.kind {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		case ",":
			if depth == 0 {
				out = append(out, lexemes[first:i])
				first = i + 1
			}
		}
	}
	return append(out, lexemes[first:])
}

// until moves to the next of these words outside brackets, or to the end, and
// gives what it passed. The first lexeme is never the end.
func (c *cursor) until(words map[string]bool) []lexeme {
	first := c.at
	for depth := 0; !c.done(); c.at++ {
		l := c.peek()
		if depth == 0 && c.at > first && (words[strings.ToUpper(l.raw)] || l.kind == ",") {
			break
		}
		switch l.kind {
		case "(", "[":
			depth++
		case ")", "]":
			depth--
		}
	}
	if c.stuck != nil {
		return nil
	}
	return c.lexemes[first:c.at]
}

// within is a cursor over some lexemes of the same text.
func (c *cursor) within(lexemes []lexeme) *cursor {
	return &cursor{src: c.src, lexemes: lexemes, depth: c.depth, from: c.from, canon: c.canon}
}

// join takes over what stopped another cursor of the same statement.
func (c *cursor) join(other *cursor) {
	if c.stuck == nil && other.stuck != nil {
		c.fail(other.stuck.message)
		if other.stuck.at.kind != "" {
			c.stuck.at = other.stuck.at
		}
	}
}

// names reads a list of column names in brackets.
func (c *cursor) names() []string {
	var out []string
	for _, item := range items(c.group()) {
		in := c.within(item)
		out = append(out, in.ident())
		if !in.done() {
			in.fail("expected a list of names")
		}
		c.join(in)
	}
	return out
}

// lowered gives the keys of names.
func lowered(names []string) []string {
	out := slices.Clone(names)
	for i, n := range out {
		out[i] = strings.ToLower(n)
	}
	return out
}
