package admintest

import (
	"slices"
	"strings"
)

// stream is a change stream.
type stream struct {
	labelled
	all     bool
	watched []*watched
	options options
}

// watched is a table that a stream lists.
type watched struct {
	table *table
	// columns are those listed; nil: the whole table.
	columns []string
}

// lists reports whether the stream speaks of a table, or of one of its columns.
func (s *stream) lists(t *table, column string) bool {
	for _, w := range s.watched {
		if w.table == t && (column == "" || slices.Contains(w.columns, column)) {
			return true
		}
	}
	return false
}

// The limits of change streams.
const (
	maxStreams          = 10
	maxStreamsPerColumn = 3
)

func (s *schema) createStream(c *cursor) error {
	maybe := c.take("IF", "NOT", "EXISTS")
	st := &stream{labelled: labelled{c.path()}}
	if _, ok := find(s.streams, st.name); ok && maybe {
		c.skip()
		return nil
	}
	if err := s.claim(st.name); err != nil {
		return err
	}
	s.streams = append(s.streams, st)
	if len(s.streams) > maxStreams {
		return blocked("The database has %d change streams already.", maxStreams)
	}
	if err := s.watch(c, st); err != nil {
		return err
	}
	return st.configure(c.options())
}

// watch reads "FOR ALL" or "FOR a, b(c)" where it comes next.
func (s *schema) watch(c *cursor, st *stream) error {
	st.all, st.watched = false, nil
	if !c.take("FOR") {
		return nil
	}
	if c.take("ALL") {
		st.all = true
		return nil
	}
	for {
		t, err := s.table(c.path())
		if err != nil {
			return err
		}
		if st.lists(t, "") {
			return invalid("Change Stream %s should not list Table %s more than once in the FOR clause.", st.name, t.name)
		}
		w := &watched{table: t}
		if c.is("(") {
			w.columns = c.names()
		}
		for _, name := range w.columns {
			col, err := t.column(name)
			switch {
			case err != nil:
				return err
			case t.inKey(name):
				return invalid("Change Stream %s should not list key column %s.%s.", st.name, t.name, name)
			case col.generated != nil:
				return invalid("Change Stream %s should not list generated column %s.%s.", st.name, t.name, name)
			}
		}
		st.watched = append(st.watched, w)
		if err := s.watchers(t, w.columns); err != nil {
			return err
		}
		if !c.take(",") {
			return nil
		}
	}
}

// watchers limits how many streams watch one column.
func (s *schema) watchers(t *table, columns []string) error {
	for _, name := range columns {
		count := 0
		for _, st := range s.streams {
			if st.lists(t, name) {
				count++
			}
		}
		if count > maxStreamsPerColumn {
			return blocked("Column %s.%s is watched by more than %d change streams.", t.name, name, maxStreamsPerColumn)
		}
	}
	return nil
}

func (s *stream) configure(changes options) error {
	s.options = s.options.set(changes)
	return changes.known("retention_period", "value_capture_type", "exclude_ttl_deletes", "exclude_insert", "exclude_update", "exclude_delete", "allow_txn_exclusion", "partition_mode")
}

func (s *schema) alterStream(c *cursor) error {
	name := c.path()
	st, ok := find(s.streams, name)
	if !ok {
		return notFound("Change Stream not found: %s", name)
	}
	switch {
	case c.take("DROP", "FOR", "ALL"):
		st.all, st.watched = false, nil
		return nil
	case c.is("SET", "FOR"):
		c.need("SET")
		return s.watch(c, st)
	}
	c.need("SET")
	return st.configure(c.options())
}

func (s *schema) dropStream(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	st, ok := find(s.streams, name)
	if !ok {
		return unless(maybe, notFound("Change Stream not found: %s", name))
	}
	s.streams = without(s.streams, st)
	s.forget(st)
	return nil
}

// String is the FOR clause with a space before it, or nothing.
func (s *stream) String() string {
	if s.all {
		return " FOR ALL"
	}
	if len(s.watched) == 0 {
		return ""
	}
	texts := make([]string, len(s.watched))
	for i, w := range s.watched {
		texts[i] = quoted(w.table.name)
		if w.columns != nil {
			texts[i] += "(" + quotedAll(w.columns) + ")"
		}
	}
	return " FOR " + strings.Join(texts, ", ")
}
