package ddl

import (
	"fmt"
	"sort"
	"strings"
)

// indexWords begin what may follow the columns of an index.
var indexWords = wordSet("INCLUDE WHERE WITH INTERLEAVE PARTITION ORDER")

// postgresIndex reads a CREATE INDEX of any kind behind these words.
func (r *reader) postgresIndex(st statement, c *cursor, kind Kind) func() {
	ix := &index{storing: map[string]string{}, options: map[string]option{}, unique: c.lexemes[1].kind == "UNIQUE"}
	o := r.named(st, c, kind)
	o.index = ix
	c.expect("ON")
	ix.table = c.name()
	if len(ix.table.parts) == 2 && len(o.name.parts) == 1 {
		// An index lives in its table's schema, and CREATE INDEX does not say so.
		o.name = newName(ix.table.parts[0], o.name.parts[0])
	}
	var shape strings.Builder
	fmt.Fprintf(&shape, "%t", ix.unique)
	if c.take("USING") {
		if method := strings.ToLower(c.ident()); method != "btree" {
			shape.WriteString(" USING " + method)
			o.kind = KindVectorIndex
		}
	}
	c.indexKeys(ix, kind, &shape)
	var where *expr
	var clauses []string
	for !c.done() {
		switch {
		case c.take("INCLUDE"):
			for _, n := range c.names() {
				ix.storing[strings.ToLower(n)] = n
			}
		case c.take("WITH"):
			ix.options = c.options()
		case c.take("INTERLEAVE", "IN"):
			clauses = append(clauses, " INTERLEAVE "+c.name().key)
		case c.take("WHERE"):
			where = c.expr(c.until(indexWords))
			clauses = append(clauses, " WHERE "+where.sig)
		case c.ahead("PARTITION", "BY"), c.ahead("ORDER", "BY"):
			clauses = append(clauses, " "+signature(c.clauseLexemes()))
		default:
			c.fail("nothing is expected here")
		}
	}
	sort.Strings(clauses)
	ix.nullFiltered = isNullFiltered(where, ix.keys)
	ix.shape = shape.String() + strings.Join(clauses, "")
	return func() { r.add(o) }
}

// clauseLexemes moves to the next clause of an index.
func (c *cursor) clauseLexemes() []lexeme {
	first := c.at
	for c.at += 2; !c.done() && !c.aheadAny(indexWords); {
		if c.ahead("(") {
			c.group()
		} else {
			c.at++
		}
	}
	return c.lexemes[first:c.at]
}

func (c *cursor) indexKeys(ix *index, kind Kind, shape *strings.Builder) {
	if kind == KindSearchIndex {
		ix.tokens = map[string]string{}
	}
	for _, item := range items(c.group()) {
		in := c.within(item)
		n := in.ident()
		if kind == KindSearchIndex {
			ix.tokens[strings.ToLower(n)] = n
		} else {
			order := in.ordering()
			ix.keys = append(ix.keys, keyPart{column: strings.ToLower(n), descending: strings.HasPrefix(order, " DESC")})
			fmt.Fprintf(shape, " %q%s", strings.ToLower(n), order)
		}
		if !in.done() {
			in.fail("nothing is expected here")
		}
		c.join(in)
	}
}

// postgresView reads a CREATE VIEW behind these words.
func (r *reader) postgresView(st statement, c *cursor) func() {
	o := r.named(st, c, KindView)
	security := "INVOKER"
	if c.take("SQL", "SECURITY") {
		security = strings.ToUpper(c.ident())
	}
	c.expect("AS")
	if c.stuck != nil {
		return nil
	}
	lexemes := c.lexemes[c.at:]
	v := &view{from: readFrom(lexemes)}
	if len(lexemes) == 0 {
		c.fail("the statement ends too early")
		return nil
	}
	in := c.within(lexemes)
	query := in.query()
	if in.stuck != nil || in.at < len(lexemes) {
		query = signature(lexemes)
	}
	v.sig = "VIEW " + security + " " + query
	c.at = len(c.lexemes)
	o.view, o.sig = v, v.sig
	return func() { r.add(o) }
}

// postgresStream reads a CREATE CHANGE STREAM behind these words.
func (r *reader) postgresStream(st statement, c *cursor) func() {
	o := r.named(st, c, KindChangeStream)
	s := &stream{options: map[string]option{}}
	o.stream = s
	first := c.at
	if c.take("FOR", "ALL") {
		s.all, s.forText = true, "FOR ALL"
	} else if c.take("FOR") {
		for {
			s.tables = append(s.tables, c.watched())
			if !c.take(",") {
				break
			}
		}
		if c.stuck == nil {
			s.forText = c.src.written(c.lexemes[first:c.at])
		}
	}
	if s.forText != "" {
		s.forSig = watchSignature(s.all, s.tables)
	}
	if c.take("WITH") {
		s.options = c.options()
	}
	return func() { r.add(o) }
}

// watched reads a table in FOR, and the columns it is watched for.
func (c *cursor) watched() streamTable {
	n := c.name()
	w := streamTable{table: n.key, tableName: n.String()}
	if c.ahead("(") {
		w.columnNames = c.names()
		w.columns = append([]string{}, lowered(w.columnNames)...)
		sort.Strings(w.columns)
	}
	return w
}

// postgresSequence reads a CREATE SEQUENCE behind these words.
func (r *reader) postgresSequence(st statement, c *cursor) func() {
	o := r.named(st, c, KindSequence)
	o.sequence = &sequence{options: map[string]option{}, counter: c.counter()}
	return func() { r.add(o) }
}
