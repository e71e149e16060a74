package admintest

import "strings"

// alterTable reads an ALTER TABLE, which makes one change.
func (s *schema) alterTable(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	t, err := s.table(c.path())
	if err != nil {
		if maybe {
			c.skip()
		}
		return unless(maybe, err)
	}
	switch {
	case c.take("ADD", "COLUMN"):
		return s.addColumn(c, t)
	case c.is("ADD", "CONSTRAINT"), c.is("ADD", "FOREIGN"), c.is("ADD", "CHECK"):
		c.need("ADD")
		add, err := s.readConstraint(c, t)
		if err != nil {
			return err
		}
		return add()
	case c.take("ADD", "ROW", "DELETION", "POLICY"):
		if t.policy != nil {
			return blocked("Table %s has a ROW DELETION POLICY already.", t.name)
		}
		t.policy = readPolicy(c)
		return s.checkPolicies(t)
	case c.take("REPLACE", "ROW", "DELETION", "POLICY"):
		if t.policy == nil {
			return blocked("Table %s does not have a ROW DELETION POLICY.", t.name)
		}
		t.policy = readPolicy(c)
		return s.checkPolicies(t)
	case c.take("DROP", "ROW", "DELETION", "POLICY"):
		if !c.take("IF", "EXISTS") && t.policy == nil {
			return blocked("Table %s does not have a ROW DELETION POLICY.", t.name)
		}
		t.policy = nil
		return nil
	case c.take("ADD"):
		return s.addSynonym(c, t)
	case c.take("DROP", "SYNONYM"):
		return s.dropSynonym(c, t)
	case c.take("DROP", "CONSTRAINT"):
		return s.dropConstraint(c, t)
	case c.take("DROP", "COLUMN"):
		return s.dropColumn(c, t)
	case c.take("ALTER", "CONSTRAINT"):
		return invalid("Cannot alter a constraint of table %s: drop it and add another one.", t.name)
	case c.take("ALTER", "COLUMN"):
		return s.alterColumn(c, t)
	case c.is("SET", "ON", "DELETE"):
		c.need("SET")
		return s.setOnDelete(c, t)
	case c.is("SET", "INTERLEAVE"):
		c.need("SET")
		return s.setInterleave(c, t)
	case c.is("SET", "OPTIONS"):
		c.need("SET")
		t.options = t.options.set(c.options())
		return s.checkTableOptions(t.options)
	case c.take("RENAME", "TO"):
		return s.renameTo(c, t)
	}
	c.fail("Encountered '" + c.next() + "' while parsing: alter_table_statement")
	return c.err
}

func (s *schema) setOnDelete(c *cursor, t *table) error {
	cascade := readAction(c)
	if t.parent == nil || !t.parent.inside {
		return blocked("Cannot set ON DELETE on table %s, which is not interleaved in a parent.", t.name)
	}
	t.parent.cascade = cascade
	return s.checkPolicies(t)
}

func (s *schema) setInterleave(c *cursor, t *table) error {
	to, err := s.readInterleave(c)
	switch {
	case err != nil:
		return err
	case t.parent == nil:
		return blocked("Cannot interleave table %s after it was created as a root table.", t.name)
	case t.parent.parent != to.parent:
		return blocked("Cannot move table %s from parent %s to %s.", t.name, t.parent.parent.name, to.parent.name)
	case !t.parent.inside && to.inside && to.cascade:
		return blocked("Cannot change table %s from INTERLEAVE IN to INTERLEAVE IN PARENT ON DELETE CASCADE in one step: use ON DELETE NO ACTION first.", t.name)
	}
	if !t.parent.inside && to.inside {
		s.costs(t)
	}
	t.parent = to
	return s.checkPolicies(t)
}

func (s *schema) addSynonym(c *cursor, t *table) error {
	c.need("SYNONYM")
	var name string
	if c.take("(") { // as CREATE TABLE spells it
		name = c.ident()
		c.need(")")
	} else {
		name = c.path()
	}
	if t.synonym != "" {
		return blocked("Table %s has a synonym already: %s.", t.name, t.synonym)
	}
	if err := s.claim(name); err != nil {
		return err
	}
	t.synonym = name
	return nil
}

func (s *schema) dropSynonym(c *cursor, t *table) error {
	name := c.path()
	if t.synonym != name {
		return notFound("Synonym not found: %s", name)
	}
	if err := s.blockedByReaders("SYNONYM", name); err != nil {
		return err
	}
	t.synonym = ""
	return nil
}

// renameTo reads a new name. Views keep the old one, so they must be able to
// go on with it as a synonym.
func (s *schema) renameTo(c *cursor, t *table) error {
	to, synonym := c.path(), ""
	if c.take(",", "ADD", "SYNONYM") {
		synonym = c.path()
	}
	if schemaOf(to) != schemaOf(t.name) {
		return invalid("Cannot move table %s to another schema.", t.name)
	}
	from := t.name
	if !strings.EqualFold(synonym, from) {
		if err := s.blockedByReaders("TABLE", from); err != nil {
			return blocked("Cannot rename table %s without leaving it a synonym: %v", from, err)
		}
	}
	t.name = ""
	if err := s.claim(to); err != nil {
		return err
	}
	t.name = to
	if synonym == "" {
		return nil
	}
	if t.synonym != "" {
		return blocked("Table %s has a synonym already: %s.", t.name, t.synonym)
	}
	if err := s.claim(synonym); err != nil {
		return err
	}
	t.synonym = synonym
	return nil
}

func schemaOf(name string) string {
	schema, _, qualified := strings.Cut(name, ".")
	if !qualified {
		return ""
	}
	return schema
}

// renameTables reads RENAME TABLE a TO b, c TO d.
func (s *schema) renameTables(c *cursor) error {
	for {
		t, err := s.table(c.path())
		if err != nil {
			return err
		}
		c.need("TO")
		if err := s.blockedByReaders("TABLE", t.name); err != nil {
			return err
		}
		to := c.path()
		t.name = ""
		if err := s.claim(to); err != nil {
			return err
		}
		t.name = to
		if !c.take(",") {
			return nil
		}
	}
}
