package admintest

import (
	"slices"
	"strings"
)

// readConstraint reads a foreign key or check. What it returns adds it to the
// table, once all columns are known.
func (s *schema) readConstraint(c *cursor, t *table) (func() error, error) {
	name := ""
	if c.take("CONSTRAINT") {
		name = c.ident()
	}
	if c.take("CHECK") {
		condition, err := readExpression(c.group())
		if err != nil {
			return nil, err
		}
		return func() error { return s.addCheck(t, name, condition) }, nil
	}
	c.need("FOREIGN", "KEY")
	f := &foreignKey{name: name, columns: c.names()}
	c.need("REFERENCES")
	target := c.path()
	f.targetColumns = c.names()
	if c.is("ON", "DELETE") {
		f.cascade = readAction(c)
	}
	if c.take("NOT", "ENFORCED") {
		f.unenforced = true
	} else {
		c.take("ENFORCED")
	}
	if c.err != nil {
		return nil, c.err
	}
	return func() error { return s.addForeignKey(t, f, target) }, nil
}

func (s *schema) addCheck(t *table, name string, condition *expression) error {
	if err := condition.check(s, t); err != nil {
		return err
	}
	k := &check{name: name, constraintName: name, condition: condition}
	if name == "" {
		k.constraintName = generatedName("CK", t.name, len(t.checks)+1, condition.text)
	}
	if err := s.claim(k.constraintName); err != nil {
		return err
	}
	s.costs(t)
	t.checks = append(t.checks, k)
	return nil
}

func (s *schema) addForeignKey(t *table, f *foreignKey, target string) error {
	var err error
	if f.target, err = s.table(target); err != nil {
		return err
	}
	if len(f.columns) == 0 || len(f.columns) != len(f.targetColumns) {
		return invalid("The number of referencing and referenced columns of a foreign key of table %s differs.", t.name)
	}
	for i := range f.columns {
		from, err := t.column(f.columns[i])
		if err != nil {
			return err
		}
		to, err := f.target.column(f.targetColumns[i])
		if err != nil {
			return err
		}
		if from.typ.base != to.typ.base || from.typ.array || to.typ.array {
			return invalid("The referencing column %s and the referenced column %s of a foreign key have different types.", from.name, to.name)
		}
	}
	if f.cascade && f.unenforced {
		return invalid("A foreign key that is not enforced cannot have ON DELETE CASCADE.")
	}
	if f.target.policy != nil {
		return blocked("Cannot add a foreign key that references table %s, which has a ROW DELETION POLICY.", f.target.name)
	}
	f.constraintName = f.name
	if f.name == "" {
		f.constraintName = generatedName("FK", t.name+"_"+f.target.name, len(t.foreignKeys)+1, strings.Join(f.columns, " "))
	}
	if err := s.claim(f.constraintName); err != nil {
		return err
	}
	if !f.unenforced {
		s.costs(t)
	}
	t.foreignKeys = append(t.foreignKeys, f)
	return nil
}

func (s *schema) dropConstraint(c *cursor, t *table) error {
	maybe := c.take("IF", "EXISTS")
	name := c.ident()
	for i, f := range t.foreignKeys {
		if f.constraintName == name {
			t.foreignKeys = slices.Delete(t.foreignKeys, i, i+1)
			return nil
		}
	}
	for i, k := range t.checks {
		if k.constraintName == name {
			t.checks = slices.Delete(t.checks, i, i+1)
			return nil
		}
	}
	return unless(maybe, notFound("%s is not a constraint in %s", name, t.name))
}

// readPolicy reads "(OLDER_THAN(column, INTERVAL n DAY))".
func readPolicy(c *cursor) *policy {
	c.need("(", "OLDER_THAN", "(")
	p := &policy{column: c.ident()}
	c.need(",")
	c.need("INTERVAL")
	p.days = c.number()
	c.need("DAY")
	c.need(")", ")")
	return p
}

// checkPolicies checks the row deletion policies that a change to a table may
// break: its own and those above it.
func (s *schema) checkPolicies(t *table) error {
	for at := t; at != nil; {
		if err := s.checkPolicy(at); err != nil {
			return err
		}
		if at.parent == nil || !at.parent.inside {
			break
		}
		at = at.parent.parent
	}
	return nil
}

func (s *schema) checkPolicy(t *table) error {
	if t.policy == nil {
		return nil
	}
	col, err := t.column(t.policy.column)
	if err != nil {
		return err
	}
	if col.typ.base != "TIMESTAMP" || col.typ.array {
		return invalid("ROW DELETION POLICY of table %s must be set on a column of type TIMESTAMP.", t.name)
	}
	for _, other := range s.tables {
		for _, f := range other.foreignKeys {
			if f.target == t {
				return blocked("Cannot set a ROW DELETION POLICY on table %s, which is referenced by foreign key %s.", t.name, f.constraintName)
			}
		}
	}
	for _, child := range s.children(t) {
		if child.parent.inside && !s.cascades(child) {
			return blocked("Cannot set a ROW DELETION POLICY on table %s: not all of its descendants are ON DELETE CASCADE.", t.name)
		}
	}
	return nil
}

// cascades reports whether a table and all below it go with the rows above.
func (s *schema) cascades(t *table) bool {
	return t.parent.cascade && !slices.ContainsFunc(s.children(t), func(child *table) bool {
		return child.parent.inside && !s.cascades(child)
	})
}
