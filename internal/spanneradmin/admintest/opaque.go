package admintest

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// opaque is a model, function or property graph: Spanner keeps its text, and
// all that matters here is what it speaks of.
type opaque struct {
	labelled
	kind string
	text string // what follows the name
	// words are the names in the text, relations those among them that are
	// tables or views.
	words     []string
	relations []string
}

// list is the schema's list of a kind.
func (s *schema) list(kind string) *[]*opaque {
	switch kind {
	case "MODEL":
		return &s.models
	case "FUNCTION":
		return &s.functions
	default:
		return &s.graphs
	}
}

// opaqueReader reads what follows CREATE [OR REPLACE] and the kind.
func opaqueReader(kind string, replace bool) func(*schema, *cursor) error {
	return func(s *schema, c *cursor) error {
		maybe := c.take("IF", "NOT", "EXISTS")
		o := &opaque{labelled: labelled{c.path()}, kind: kind}
		for _, t := range c.tokens[min(c.at, len(c.tokens)):] {
			if t.Kind == token.TokenIdent {
				o.words = append(o.words, t.AsString)
			}
		}
		from := c.at
		o.text = c.rest()
		if o.text == "" {
			c.fail("a definition is missing")
			return c.err
		}
		list := s.list(kind)
		before, exists := fold(*list, o.name)
		switch {
		case exists && maybe:
			return nil
		case exists && !replace:
			return blocked("Duplicate name in schema: %s.", o.name)
		}
		c.at = from
		if kind == "PROPERTY GRAPH" {
			if err := s.readGraph(c, o); err != nil {
				return err
			}
		}
		c.skip()
		if exists {
			o.name = before.name
			*before = *o
			return nil
		}
		*list = append(*list, o)
		return nil
	}
}

// readGraph finds the tables and views that a graph is made of.
func (s *schema) readGraph(c *cursor, g *opaque) error {
	for _, group := range []string{"NODE", "EDGE"} {
		if group == "EDGE" && c.done() {
			break
		}
		c.need(group, "TABLES")
		elements := newCursor(c.group())
		for !elements.done() {
			name := elements.path()
			if _, ok := s.relation(name); !ok && elements.err == nil {
				return notFound("Table not found: %s", name)
			}
			g.relations = append(g.relations, name)
			for depth := 0; !elements.done() && (depth > 0 || !elements.is(",")); elements.at++ {
				if elements.is("(") {
					depth++
				} else if elements.is(")") {
					depth--
				}
			}
			elements.take(",")
		}
		if err := elements.end(); err != nil {
			return err
		}
	}
	return nil
}

// opaqueDropper reads what follows DROP and the kind.
func opaqueDropper(kind string) func(*schema, *cursor) error {
	return func(s *schema, c *cursor) error {
		maybe := c.take("IF", "EXISTS")
		name := c.path()
		list := s.list(kind)
		o, ok := find(*list, name)
		if !ok {
			return unless(maybe, notFound("%s not found: %s", kind, name))
		}
		if kind == "FUNCTION" {
			if err := s.functionInUse(name); err != nil {
				return err
			}
		}
		*list = without(*list, o)
		s.forget(o)
		return nil
	}
}

// functionInUse tells what a function cannot be dropped because of.
func (s *schema) functionInUse(name string) error {
	for _, v := range s.views {
		if containsFold(v.used.functions, name) {
			return blocked("Cannot drop FUNCTION `%s` on which there are dependent views: %s.", name, v.name)
		}
	}
	for _, t := range s.tables {
		for _, col := range t.columns {
			if col.def.calls(name) || col.generated.calls(name) || col.onUpdate.calls(name) {
				return blocked("Cannot drop FUNCTION `%s` on which there is a dependent column: %s.%s.", name, t.name, col.name)
			}
		}
		for _, k := range t.checks {
			if k.condition.calls(name) {
				return blocked("Cannot drop FUNCTION `%s` on which there is a dependent check constraint: %s.", name, k.constraintName)
			}
		}
	}
	for _, f := range s.functions {
		if f.name != name && containsFold(f.words, name) {
			return blocked("Cannot drop FUNCTION `%s` on which there are dependent functions: %s.", name, f.name)
		}
	}
	return nil
}

// alterModel sets the options that stand at the end of a model's text.
func (s *schema) alterModel(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	m, ok := find(s.models, name)
	if !ok {
		if maybe {
			c.skip()
		}
		return unless(maybe, notFound("Model not found: %s", name))
	}
	c.need("SET")
	changes := c.options()
	text := newCursor(m.text)
	depth := 0 // a column of the model has its options within brackets
	at := slices.IndexFunc(text.tokens, func(t token.Token) bool {
		switch t.Kind {
		case "(":
			depth++
		case ")":
			depth--
		}
		return depth == 0 && strings.EqualFold(t.Raw, "OPTIONS")
	})
	if at < 0 {
		m.text += changes.String()
		return nil
	}
	text.at = at
	m.text = strings.TrimSpace(m.text[:text.tokens[at].Pos]) + text.options().set(changes).String()
	return text.err
}
