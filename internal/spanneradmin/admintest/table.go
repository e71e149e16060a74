package admintest

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// table is a table with all that belongs to it.
type table struct {
	labelled
	columns     []*column
	key         []keyPart
	parent      *interleave
	foreignKeys []*foreignKey
	checks      []*check
	policy      *policy
	options     options
	synonym     string
}

type column struct {
	name         string
	typ          columnType
	notNull      bool
	def          *expression
	onUpdate     *expression
	generated    *expression
	stored       bool
	identity     *counter
	hidden       bool
	placementKey bool
	options      options
	// primary is PRIMARY KEY behind the column.
	primary bool
}

type keyPart struct {
	column string
	order  string
}

func (k keyPart) String() string {
	if k.order == "DESC" {
		return quoted(k.column) + " DESC"
	}
	return quoted(k.column)
}

// interleave is a table's place under another one.
type interleave struct {
	parent  *table
	inside  bool // IN PARENT
	cascade bool
}

type foreignKey struct {
	name string
	// constraintName is name, or what Spanner calls a foreign key without one.
	constraintName string
	columns        []string
	target         *table
	targetColumns  []string
	cascade        bool
	unenforced     bool
}

type check struct {
	name, constraintName string
	condition            *expression
}

// policy is a row deletion policy.
type policy struct{ column, days string }

// column finds a column by its exact name.
func (t *table) column(name string) (*column, error) {
	for _, c := range t.columns {
		if c.name == name {
			return c, nil
		}
	}
	return nil, notFound("Column not found in table %s: %s", t.name, name)
}

// has reports whether there is a column of this name, letter case aside.
func (t *table) has(name string) bool {
	return slices.ContainsFunc(t.columns, func(c *column) bool { return strings.EqualFold(c.name, name) })
}

func (t *table) inKey(name string) bool {
	return slices.ContainsFunc(t.key, func(k keyPart) bool { return k.column == name })
}

// children are the tables interleaved in a table.
func (s *schema) children(of *table) []*table {
	var out []*table
	for _, t := range s.tables {
		if t.parent != nil && t.parent.parent == of {
			out = append(out, t)
		}
	}
	return out
}

// keyParts reads "(a, b DESC)".
func (c *cursor) keyParts() []keyPart {
	c.need("(")
	out := []keyPart{}
	for !c.done() && !c.take(")") {
		part := keyPart{column: c.ident()}
		if c.take("DESC") {
			part.order = "DESC"
		} else {
			c.take("ASC")
		}
		out = append(out, part)
		if !c.is(")") {
			c.need(",")
		}
	}
	return out
}

func (s *schema) createTable(c *cursor) error {
	maybe := c.take("IF", "NOT", "EXISTS")
	t := &table{labelled: labelled{c.path()}}
	if _, ok := find(s.tables, t.name); ok && maybe {
		c.skip()
		return nil
	}
	if err := s.claim(t.name); err != nil {
		return err
	}
	s.tables = append(s.tables, t)
	s.fresh[t] = true
	if err := s.elements(c, t); err != nil {
		return err
	}
	if c.take("PRIMARY", "KEY") {
		t.key = c.keyParts()
	}
	for !c.done() {
		c.need(",")
		if err := s.tableClause(c, t); err != nil {
			return err
		}
	}
	if c.err != nil {
		return c.err
	}
	return s.checkTable(t)
}

// elements reads what stands between the parentheses of CREATE TABLE.
// Constraints may speak of columns below them, so they are checked at the end.
func (s *schema) elements(c *cursor, t *table) error {
	c.need("(")
	var later []func() error
	for !c.done() && !c.take(")") {
		switch {
		case c.is("CONSTRAINT"), c.is("FOREIGN"), c.is("CHECK"):
			constraint, err := s.readConstraint(c, t)
			if err != nil {
				return err
			}
			later = append(later, constraint)
		case c.is("SYNONYM", "("):
			if err := s.addSynonym(c, t); err != nil {
				return err
			}
		default:
			col, err := s.readColumn(c)
			if err != nil {
				return err
			}
			if t.has(col.name) {
				return blocked("Duplicate column name %s.%s.", t.name, col.name)
			}
			t.columns = append(t.columns, col)
			if col.primary {
				t.key = append(t.key, keyPart{column: col.name})
			}
		}
		if !c.is(")") {
			c.need(",")
		}
	}
	for _, constraint := range later {
		if err := constraint(); err != nil {
			return err
		}
	}
	return nil
}

// tableClause reads one of the clauses behind a table's columns.
func (s *schema) tableClause(c *cursor, t *table) error {
	switch {
	case c.is("INTERLEAVE"):
		placed, err := s.readInterleave(c)
		if err != nil {
			return err
		}
		t.parent = placed
		return s.checkInterleave(t)
	case c.take("ROW", "DELETION", "POLICY"):
		t.policy = readPolicy(c)
		return s.checkPolicies(t)
	case c.is("OPTIONS"):
		t.options = c.options()
		return s.checkTableOptions(t.options)
	}
	c.fail("Encountered '" + c.next() + "' while parsing: table_clause")
	return c.err
}

func (s *schema) readInterleave(c *cursor) (*interleave, error) {
	c.need("INTERLEAVE", "IN")
	placed := &interleave{inside: c.take("PARENT")}
	parent, err := s.table(c.path())
	placed.parent = parent
	if placed.inside && c.is("ON", "DELETE") {
		placed.cascade = readAction(c)
	}
	return placed, err
}

// readAction reads ON DELETE and tells whether it says CASCADE.
func readAction(c *cursor) bool {
	c.need("ON", "DELETE")
	if c.take("CASCADE") {
		return true
	}
	c.need("NO", "ACTION")
	return false
}

// maxDepth is how deep Spanner interleaves.
const maxDepth = 7

// checkInterleave demands that the keys of the parent begin those of the child.
func (s *schema) checkInterleave(t *table) error {
	parent := t.parent.parent
	if parent == t {
		return invalid("Table %s cannot be interleaved in itself.", t.name)
	}
	for i, k := range parent.key {
		if i >= len(t.key) || t.key[i] != k {
			return blocked("Interleaving table %s within the rows of table %s: the key columns of %s must begin with those of its parent.", t.name, parent.name, t.name)
		}
		up, err := parent.column(k.column)
		if err != nil {
			return err
		}
		down, err := t.column(k.column)
		if err != nil {
			return err
		}
		if up.typ != down.typ || up.notNull != down.notNull {
			return blocked("Interleaving table %s within the rows of table %s: key column %s must have the same type and nullability.", t.name, parent.name, k.column)
		}
	}
	depth := 1
	for up := t.parent; up != nil; up = up.parent.parent {
		if depth++; depth > maxDepth+1 {
			return blocked("Table %s exceeds the interleaving depth of %d.", t.name, maxDepth)
		}
	}
	return nil
}

// checkTable checks a new table as a whole.
func (s *schema) checkTable(t *table) error {
	for _, k := range t.key {
		col, err := t.column(k.column)
		switch {
		case err != nil:
			return err
		case !col.typ.isKey():
			return invalid("Key column %s.%s has type %s, but is part of the primary key.", t.name, k.column, col.typ)
		case col.generated != nil && !col.stored:
			return invalid("Key column %s.%s is a generated column that is not stored.", t.name, k.column)
		}
	}
	placement := 0
	for _, col := range t.columns {
		if err := s.checkColumn(t, col); err != nil {
			return err
		}
		if col.placementKey {
			placement++
		}
	}
	if placement > 1 {
		return invalid("Table %s has more than one placement key.", t.name)
	}
	return nil
}

func (s *schema) checkTableOptions(o options) error {
	if err := o.known("locality_group", "columnar_policy"); err != nil {
		return err
	}
	return s.checkLocality(o)
}

// generatedName is what Spanner calls a constraint without a name.
func generatedName(kind, of string, n int, text string) string {
	sum := sha256.Sum256([]byte(text))
	return fmt.Sprintf("%s_%s_%d_%s", kind, strings.ReplaceAll(of, ".", "_"), n, strings.ToUpper(hex.EncodeToString(sum[:8])))
}

func (s *schema) dropTable(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	t, err := s.table(name)
	if err != nil {
		return unless(maybe, err)
	}
	if children := s.children(t); len(children) > 0 {
		return blocked("Cannot drop table %s with interleaved tables: %s.", name, strings.Join(namesOf(children), ","))
	}
	for _, x := range s.indexes {
		if x.table == t {
			return blocked("Cannot drop table %s with indices: %s.", name, x.name)
		}
		if x.parent == t {
			return blocked("Cannot drop table %s: index %s is interleaved in it.", name, x.name)
		}
	}
	for _, other := range s.tables {
		for _, f := range other.foreignKeys {
			if f.target == t && other != t {
				return blocked("Cannot drop table `%s`. It is referenced by one or more foreign keys: `%s`. You must drop the foreign keys before dropping the table.", name, f.constraintName)
			}
		}
	}
	if err := s.blockedByReaders("TABLE", name, t.synonym); err != nil {
		return err
	}
	for _, stream := range s.streams {
		if stream.lists(t, "") {
			return blocked("Cannot drop table %s. Table %s is tracked by 1 Change Stream: %s. Tables explicitly tracked by a Change Stream cannot be dropped.", name, name, stream.name)
		}
	}
	s.tables = without(s.tables, t)
	s.forget(t)
	return nil
}

// blockedByReaders refuses to take away what views and graphs read.
func (s *schema) blockedByReaders(kind string, relation ...string) error {
	for _, name := range relation {
		if name == "" {
			continue
		}
		for _, v := range s.views {
			if _, ok := v.reads[strings.ToLower(name)]; ok {
				return blocked("Cannot drop %s `%s` on which there are dependent views: %s.", kind, relation[0], v.name)
			}
		}
		for _, g := range s.graphs {
			if containsFold(g.relations, name) {
				return blocked("Cannot drop %s `%s` on which there are dependent property graphs: %s.", kind, relation[0], g.name)
			}
		}
	}
	return nil
}
