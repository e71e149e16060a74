package admintest

import "slices"

// readColumn reads a column's definition.
func (s *schema) readColumn(c *cursor) (*column, error) {
	col := &column{name: c.ident()}
	typ, err := s.columnType(c)
	if err != nil {
		return nil, err
	}
	col.typ = typ
	for !c.done() && !c.is(",") && !c.is(")") {
		switch {
		case c.take("NOT", "NULL"):
			col.notNull = true
		case c.take("HIDDEN"):
			col.hidden = true
		case c.take("PLACEMENT", "KEY"):
			col.placementKey = true
		case c.take("PRIMARY", "KEY"):
			col.primary = true
		case c.is("OPTIONS"):
			col.options = col.options.set(c.options())
		default:
			if err := s.readSource(c, col); err != nil {
				return nil, err
			}
		}
	}
	return col, nil
}

// readSource reads where a column's values come from when nobody gives one.
func (s *schema) readSource(c *cursor, col *column) (err error) {
	switch {
	case c.take("DEFAULT"):
		col.def, err = readExpression(c.group())
	case c.take("ON", "UPDATE"):
		col.onUpdate, err = readExpression(c.group())
	case c.take("AS"):
		col.generated, err = readExpression(c.group())
		col.stored = c.take("STORED")
	case c.take("GENERATED", "BY", "DEFAULT", "AS", "IDENTITY"):
		col.identity = new(counter)
		if c.take("(") {
			col.identity.read(c)
			c.need(")")
		}
	case c.take("AUTO_INCREMENT"):
		col.identity = new(counter)
	default:
		c.fail("Encountered '" + c.next() + "' while parsing: column_def")
	}
	return err
}

// checkColumn checks one column of a table.
func (s *schema) checkColumn(t *table, col *column) error {
	for _, e := range []*expression{col.def, col.onUpdate, col.generated} {
		if err := e.check(s, t); err != nil {
			return err
		}
	}
	name := t.name + "." + col.name
	switch {
	case col.def != nil && len(col.def.used.columns) > 0 && !dateParts(col.def):
		return invalid("The default value of column %s cannot refer to other columns.", name)
	case col.generated != nil && (col.def != nil || col.identity != nil || col.onUpdate != nil):
		return invalid("Column %s cannot be both generated and have a default value.", name)
	case col.generated.reads(col.name):
		return invalid("Generated column %s refers to itself.", name)
	case col.onUpdate != nil && col.def == nil:
		return invalid("Column %s has ON UPDATE without a DEFAULT.", name)
	case col.onUpdate != nil && col.typ.base != "TIMESTAMP":
		return invalid("ON UPDATE is only for TIMESTAMP columns: %s.", name)
	case col.identity != nil && col.typ.base != "INT64":
		return invalid("Identity column %s must be of type INT64.", name)
	case col.identity != nil && col.identity.kind == "" && s.options.get("default_sequence_kind") == "":
		return invalid("The sequence kind of an identity column %s is not specified. Please specify the sequence kind explicitly or set the database option `default_sequence_kind`.", name)
	case col.typ.base == "TOKENLIST" && col.generated == nil:
		return invalid("TOKENLIST column %s must be generated.", name)
	case col.placementKey && col.typ.base != "STRING":
		return invalid("Placement key %s must be of type STRING.", name)
	}
	if err := col.options.known("allow_commit_timestamp", "locality_group"); err != nil {
		return err
	}
	if col.options.get("allow_commit_timestamp") == "true" && col.typ.base != "TIMESTAMP" {
		return invalid("Option: allow_commit_timestamp is only for TIMESTAMP columns: %s.", name)
	}
	return s.checkLocality(col.options)
}

// dateParts reports whether all names in an expression are parts of dates.
func dateParts(e *expression) bool {
	for _, path := range e.used.columns {
		if !containsFold(parts, path[0]) {
			return false
		}
	}
	return true
}

func (s *schema) addColumn(c *cursor, t *table) error {
	maybe := c.take("IF", "NOT", "EXISTS")
	col, err := s.readColumn(c)
	if err != nil {
		return err
	}
	if t.has(col.name) {
		return unless(maybe, blocked("Duplicate column name %s.%s.", t.name, col.name))
	}
	switch {
	case col.primary:
		return invalid("Cannot add column %s.%s to the primary key of an existing table.", t.name, col.name)
	case col.placementKey:
		return blocked("Cannot add placement key %s.%s to existing table %s.", t.name, col.name, t.name)
	case col.notNull && col.def == nil && col.generated == nil && col.identity == nil:
		return invalid("Cannot add NOT NULL column %s.%s to existing table %s.", t.name, col.name, t.name)
	}
	if col.stored {
		s.costs(t)
	}
	t.columns = append(t.columns, col)
	return s.checkColumn(t, col)
}

// costs counts a statement that reads or writes the rows of a table.
func (s *schema) costs(t *table) {
	if !s.fresh[t] {
		s.work++
	}
}

func (s *schema) dropColumn(c *cursor, t *table) error {
	name := c.ident()
	col, err := t.column(name)
	switch {
	case err != nil:
		return err
	case t.inKey(name):
		return invalid("Cannot drop key column %s from table %s.", name, t.name)
	case col.placementKey:
		return invalid("Cannot drop placement key %s from table %s.", name, t.name)
	}
	if err := s.columnInUse(t, name); err != nil {
		return err
	}
	for i, have := range t.columns {
		if have == col {
			t.columns = append(t.columns[:i:i], t.columns[i+1:]...)
			break
		}
	}
	return nil
}

// columnInUse tells what a column cannot be dropped because of.
func (s *schema) columnInUse(t *table, name string) error {
	for _, x := range s.indexes {
		if x.table == t && x.uses(name) {
			return blocked("Cannot drop column %s from table %s because it is used by index %s.", name, t.name, x.name)
		}
	}
	for _, other := range t.columns {
		if other.name != name && other.generated.reads(name) {
			return blocked("Cannot drop column `%s` from table `%s` because it is referenced by generated column `%s`.", name, t.name, other.name)
		}
	}
	for _, k := range t.checks {
		if k.condition.reads(name) {
			return blocked("Cannot drop column `%s` on which there is a dependent check constraint: %s.", name, k.constraintName)
		}
	}
	for _, other := range s.tables {
		for _, f := range other.foreignKeys {
			if other == t && slices.Contains(f.columns, name) || f.target == t && slices.Contains(f.targetColumns, name) {
				return blocked("Cannot drop column `%s` from table `%s`. It is used by one or more foreign keys: `%s`. You must drop the foreign keys before dropping the column.", name, t.name, f.constraintName)
			}
		}
	}
	for _, v := range s.views {
		if v.readsColumn(t, name) {
			return blocked("Cannot drop column `%s` on which there are dependent views: %s.", name, v.name)
		}
	}
	for _, g := range s.graphs {
		if containsFold(g.relations, t.name) && containsFold(g.words, name) {
			return blocked("Cannot drop column `%s` on which there are dependent property graphs: %s.", name, g.name)
		}
	}
	for _, stream := range s.streams {
		if stream.lists(t, name) {
			return blocked("Cannot drop column %s.%s . Column %s.%s is tracked by 1 Change Stream: %s. Columns explicitly tracked by a Change Stream cannot be dropped.", t.name, name, t.name, name, stream.name)
		}
	}
	if t.policy != nil && t.policy.column == name {
		return blocked("ROW DELETION POLICY will break if drop/alter column named %s in table %s.", name, t.name)
	}
	return s.granted(t, name)
}
