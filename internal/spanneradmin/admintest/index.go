package admintest

import (
	"regexp"
	"slices"
	"strings"
)

// The kinds of index but for the ordinary one.
const (
	searchIndex = "SEARCH"
	vectorIndex = "VECTOR"
)

// index is an index of any kind.
type index struct {
	labelled
	kind                 string
	unique, nullFiltered bool
	table                *table
	keys                 []keyPart
	storing              []string
	partition            []string
	order                string
	where                string
	parent               *table
	options              options
}

func (x *index) hasKey(column string) bool {
	return slices.ContainsFunc(x.keys, func(k keyPart) bool { return k.column == column })
}

// uses reports whether the index would not be what it is without a column.
func (x *index) uses(column string) bool {
	word := regexp.MustCompile(`(?i)\b` + regexp.QuoteMeta(column) + `\b`)
	return x.hasKey(column) || slices.Contains(x.storing, column) || slices.Contains(x.partition, column) ||
		word.MatchString(x.order) || word.MatchString(x.where)
}

// called is the kind of index in the words of DROP.
func (x *index) called() string { return strings.TrimSpace(x.kind + " INDEX") }

// indexReader reads what follows the first words of CREATE INDEX.
func indexReader(like index) func(*schema, *cursor) error {
	return func(s *schema, c *cursor) error {
		x := like
		maybe := c.take("IF", "NOT", "EXISTS")
		x.name = c.path()
		if _, ok := find(s.indexes, x.name); ok && maybe {
			c.skip()
			return nil
		}
		if err := s.claim(x.name); err != nil {
			return err
		}
		c.need("ON")
		var err error
		if x.table, err = s.table(c.path()); err != nil {
			return err
		}
		x.keys = c.keyParts()
		for !c.done() {
			if err := s.indexClause(c, &x); err != nil {
				return err
			}
		}
		if c.err != nil {
			return c.err
		}
		if err := s.checkIndex(&x); err != nil {
			return err
		}
		s.costs(x.table)
		s.indexes = append(s.indexes, &x)
		return nil
	}
}

func (s *schema) indexClause(c *cursor, x *index) (err error) {
	switch {
	case c.take("STORING"):
		x.storing = c.names()
	case c.take("PARTITION", "BY"):
		x.partition = c.list(c.ident)
	case c.take("ORDER", "BY"):
		x.order = strings.Join(c.list(func() string {
			column := quoted(c.ident())
			if c.take("DESC") {
				return column + " DESC"
			}
			c.take("ASC")
			return column
		}), ", ")
	case c.take("WHERE"):
		x.where = s.indexFilter(c, x.table)
	case c.take(",", "INTERLEAVE", "IN"):
		x.parent, err = s.table(c.path())
	case c.is("OPTIONS"):
		x.options = c.options()
	default:
		c.fail("Encountered '" + c.next() + "' while parsing: create_index_statement")
	}
	return err
}

// indexFilter reads "a IS NOT NULL AND ...", all that Spanner takes there.
func (s *schema) indexFilter(c *cursor, t *table) string {
	var terms []string
	for {
		column := c.ident()
		if _, err := t.column(column); err != nil && c.err == nil {
			c.err = err
		}
		c.need("IS", "NOT", "NULL")
		terms = append(terms, quoted(column)+" IS NOT NULL")
		if !c.take("AND") {
			return strings.Join(terms, " AND ")
		}
	}
}

func (s *schema) checkIndex(x *index) error {
	if len(x.keys) == 0 {
		return invalid("Index %s has no key.", x.name)
	}
	for _, k := range x.keys {
		col, err := x.table.column(k.column)
		if err != nil {
			return invalid("Index %s specifies key column %s which does not exist in the index's base table.", x.name, k.column)
		}
		fits := col.typ.isKey()
		switch x.kind {
		case searchIndex:
			fits = col.typ.base == "TOKENLIST"
		case vectorIndex:
			fits = col.typ.vector != ""
		}
		if !fits {
			return invalid("Cannot use column %s of type %s as a key of %s %s.", k.column, col.typ, x.called(), x.name)
		}
	}
	for _, name := range append(slices.Clone(x.storing), x.partition...) {
		if _, err := x.table.column(name); err != nil {
			return invalid("Index %s specifies stored column %s which does not exist in the index's base table.", x.name, name)
		}
		if x.hasKey(name) || x.kind == "" && x.table.inKey(name) {
			return invalid("Index %s stores column %s, which is part of a key already.", x.name, name)
		}
	}
	if x.kind == vectorIndex {
		if err := x.options.known("distance_type", "tree_depth", "num_leaves", "num_branches", "leaf_scatter_factor", "min_branch_splits", "min_leaf_splits", "locality_group"); err != nil {
			return err
		}
		if !slices.Contains([]string{"COSINE", "DOT_PRODUCT", "EUCLIDEAN"}, x.options.get("distance_type")) {
			return invalid("Vector index %s needs the option distance_type.", x.name)
		}
	}
	if x.parent == nil {
		return nil
	}
	for i, k := range x.parent.key {
		if i >= len(x.keys) || x.keys[i] != k {
			return blocked("Index %s cannot be interleaved in table %s: its keys do not begin with those of the table.", x.name, x.parent.name)
		}
	}
	return nil
}

// ofKind finds an index of the kind that the statement speaks of.
func (s *schema) ofKind(kind, name string) (*index, error) {
	x, ok := find(s.indexes, name)
	if !ok || x.kind != kind {
		return nil, notFound("%s not found: %s", strings.TrimSpace(kind+" INDEX"), name)
	}
	return x, nil
}

func indexAlterer(kind string) func(*schema, *cursor) error {
	return func(s *schema, c *cursor) error {
		x, err := s.ofKind(kind, c.path())
		if err != nil {
			return err
		}
		switch {
		case c.take("ADD", "STORED", "COLUMN"):
			x.storing = append(x.storing, c.ident())
			s.costs(x.table)
		case c.take("DROP", "STORED", "COLUMN"):
			name := c.ident()
			if !slices.Contains(x.storing, name) {
				return notFound("Index %s does not store column %s.", x.name, name)
			}
			x.storing = without(x.storing, name)
		case kind == searchIndex && c.take("ADD", "COLUMN"):
			x.keys = append(x.keys, keyPart{column: c.ident()})
			s.costs(x.table)
		case kind == searchIndex && c.take("DROP", "COLUMN"):
			name := c.ident()
			if !x.hasKey(name) {
				return notFound("Index %s does not have column %s.", x.name, name)
			}
			x.keys = without(x.keys, keyPart{column: name})
		case kind != searchIndex && c.is("SET", "OPTIONS"):
			c.need("SET")
			x.options = x.options.set(c.options())
		default:
			return invalid("Cannot alter %s %s so: drop it and create it anew.", x.called(), x.name)
		}
		return s.checkIndex(x)
	}
}

func indexDropper(kind string) func(*schema, *cursor) error {
	return func(s *schema, c *cursor) error {
		maybe := c.take("IF", "EXISTS")
		x, err := s.ofKind(kind, c.path())
		if err != nil {
			return unless(maybe, err)
		}
		s.indexes = without(s.indexes, x)
		return nil
	}
}
