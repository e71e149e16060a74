package admintest

import "slices"

// alterColumn reads what follows ALTER COLUMN.
func (s *schema) alterColumn(c *cursor, t *table) error {
	col, err := t.column(c.ident())
	if err != nil {
		return err
	}
	name := t.name + "." + col.name
	switch {
	case c.take("SET", "NOT", "NULL"):
		return s.setNotNull(t, col, true)
	case c.take("DROP", "NOT", "NULL"):
		return s.setNotNull(t, col, false)
	case c.take("SET", "DEFAULT"):
		if col.generated != nil || col.identity != nil {
			return invalid("Cannot set a default value on generated or identity column %s.", name)
		}
		if col.def, err = readExpression(c.group()); err != nil {
			return err
		}
		return s.checkColumn(t, col)
	case c.take("DROP", "DEFAULT"):
		if col.onUpdate != nil {
			return blocked("Cannot drop the default value of column %s, which has ON UPDATE.", name)
		}
		col.def = nil
		return nil
	case c.take("SET", "ON", "UPDATE"):
		if col.onUpdate, err = readExpression(c.group()); err != nil {
			return err
		}
		return s.checkColumn(t, col)
	case c.take("DROP", "ON", "UPDATE"):
		col.onUpdate = nil
		return nil
	case c.take("SET"):
		changes := c.options()
		if changes == nil {
			c.need("OPTIONS")
		}
		before := col.options.get("allow_commit_timestamp")
		col.options = col.options.set(changes)
		if col.options.get("allow_commit_timestamp") == "true" && before != "true" {
			s.costs(t)
		}
		return s.checkColumn(t, col)
	case c.take("ALTER", "IDENTITY"):
		if col.identity == nil {
			return invalid("Column %s is not an identity column.", name)
		}
		c.take("SET")
		col.identity.alter(c)
		return nil
	}
	return s.redefine(c, t, col)
}

// redefine reads a column's definition anew. What it does not repeat, a default
// above all, is gone; options stay, and so do an identity and HIDDEN.
func (s *schema) redefine(c *cursor, t *table, col *column) error {
	name := t.name + "." + col.name
	next := &column{name: col.name, hidden: col.hidden, placementKey: col.placementKey, options: col.options}
	var err error
	if next.typ, err = s.columnType(c); err != nil {
		return err
	}
	next.notNull = c.take("NOT", "NULL")
	for !c.done() {
		if err := s.readSource(c, next); err != nil {
			return err
		}
	}
	if c.err != nil {
		return c.err
	}
	switch {
	case next.generated != nil && col.generated == nil:
		return blocked("Cannot convert regular column `%s` to a generated column.", name)
	case next.generated == nil && col.generated != nil:
		return blocked("Cannot convert generated column `%s` to a regular column.", name)
	case next.stored != col.stored:
		return blocked("Cannot change the STORED attribute for generated column `%s`.", name)
	case col.stored && next.generated.text != col.generated.text:
		return blocked("Cannot change the expression of a generated column `%s` because it is stored or has other dependencies.", name)
	case col.generated != nil && next.typ != col.typ:
		return blocked("Cannot change the type of generated column `%s`.", name)
	case next.identity != nil && col.identity == nil:
		return blocked("Cannot convert column `%s` to an identity column.", name)
	}
	next.identity = col.identity
	if err := s.retype(t, col, next.typ); err != nil {
		return err
	}
	if err := s.setNotNull(t, col, next.notNull); err != nil {
		return err
	}
	*col = *next
	return s.checkColumn(t, col)
}

// retype checks a change of type.
func (s *schema) retype(t *table, col *column, to columnType) error {
	if col.typ == to {
		return nil
	}
	if !col.typ.becomes(to) {
		return invalid("Cannot change type of column `%s` from `%s` to `%s`", col.name, col.typ, to)
	}
	if t.inKey(col.name) {
		inherited := func(child *table) bool { return child.inKey(col.name) }
		if slices.ContainsFunc(s.children(t), inherited) || t.parent != nil && t.parent.parent.inKey(col.name) {
			return blocked("Requested change to key column %s.%s could not be made.", t.name, col.name)
		}
	}
	s.costs(t)
	if col.typ.same(to) {
		return nil
	}
	if err := s.typeInUse(t, col, to); err != nil {
		return err
	}
	return nil
}

// typeInUse tells what depends on a column's type.
func (s *schema) typeInUse(t *table, col *column, to columnType) error {
	for _, other := range t.columns {
		if other.generated.reads(col.name) {
			return invalid("Cannot change type of column `%s`: it is used by generated column `%s.%s`.", col.name, t.name, other.name)
		}
	}
	for _, k := range t.checks {
		if k.condition.reads(col.name) {
			return invalid("Cannot change type of column `%s`: it is used by check constraint `%s`.", col.name, k.constraintName)
		}
	}
	for _, v := range s.views {
		if v.shows(t, col.name) {
			return invalid("Cannot alter column `%s.%s`. Action would implicitly change the type of an output column for VIEW `%s` from `%s` to `%s`.", t.name, col.name, v.name, col.typ.base, to.base)
		}
	}
	for _, other := range s.tables {
		for _, f := range other.foreignKeys {
			if other == t && slices.Contains(f.columns, col.name) || f.target == t && slices.Contains(f.targetColumns, col.name) {
				return blocked("Cannot change type of column `%s`: it is used by foreign key `%s`.", col.name, f.constraintName)
			}
		}
	}
	if t.policy != nil && t.policy.column == col.name {
		return blocked("ROW DELETION POLICY will break if drop/alter column named %s in table %s.", col.name, t.name)
	}
	return nil
}

// setNotNull changes whether a column takes NULL.
func (s *schema) setNotNull(t *table, col *column, notNull bool) error {
	if col.notNull == notNull {
		return nil
	}
	if t.inKey(col.name) {
		return invalid("Cannot change key column %s.%s.", t.name, col.name)
	}
	if notNull && col.typ.array {
		return invalid("Cannot add NOT NULL to array column %s.%s.", t.name, col.name)
	}
	for _, x := range s.indexes {
		if x.table == t && !x.nullFiltered && x.hasKey(col.name) {
			return invalid("Changing NOT NULL constraints on column %s is not allowed because it affects index %s.", col.name, x.name)
		}
	}
	if notNull {
		s.costs(t)
	}
	col.notNull = notNull
	return nil
}
