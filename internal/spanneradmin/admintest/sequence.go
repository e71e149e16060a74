package admintest

import "strings"

// counter is how a sequence or an identity counts, in clauses.
type counter struct {
	kind, skip, start string
}

// read reads clauses in any order.
func (n *counter) read(c *cursor) {
	for {
		switch {
		case c.take("BIT_REVERSED_POSITIVE"):
			n.kind = "BIT_REVERSED_POSITIVE"
		case c.take("SKIP", "RANGE"):
			from := c.number()
			c.need(",")
			n.skip = from + ", " + c.number()
		case c.take("START", "COUNTER", "WITH"):
			n.start = c.number()
		default:
			return
		}
	}
}

// alter reads a change of the clauses.
func (n *counter) alter(c *cursor) {
	switch {
	case c.take("NO", "SKIP", "RANGE"):
		n.skip = ""
	case c.take("RESTART", "COUNTER", "WITH"):
		n.start = c.number()
	default:
		c.need("SKIP", "RANGE")
		from := c.number()
		c.need(",")
		n.skip = from + ", " + c.number()
	}
}

// String gives the clauses.
func (n *counter) String() string {
	var clauses []string
	if n.kind != "" {
		clauses = append(clauses, n.kind)
	}
	if n.skip != "" {
		clauses = append(clauses, "SKIP RANGE "+n.skip)
	}
	if n.start != "" {
		clauses = append(clauses, "START COUNTER WITH "+n.start)
	}
	return strings.Join(clauses, " ")
}

// sequence is a sequence, made with clauses or with options but not with both.
type sequence struct {
	labelled
	counter counter
	options options
}

func (s *schema) createSequence(c *cursor) error {
	maybe := c.take("IF", "NOT", "EXISTS")
	q := &sequence{labelled: labelled{c.path()}}
	if _, ok := find(s.sequences, q.name); ok && maybe {
		c.skip()
		return nil
	}
	if err := s.claim(q.name); err != nil {
		return err
	}
	q.counter.read(c)
	q.options = c.options()
	if q.counter.kind == "" && q.options.get("sequence_kind") == "" && s.options.get("default_sequence_kind") == "" {
		return invalid("The sequence kind of sequence %s is not specified. Please specify the sequence kind explicitly or set the database option `default_sequence_kind`.", q.name)
	}
	s.sequences = append(s.sequences, q)
	return q.check()
}

func (q *sequence) check() error {
	if len(q.options) > 0 && q.counter != (counter{}) {
		return invalid("The sequence properties can only be set in either clauses and options for the sequence %s", q.name)
	}
	return q.options.known("sequence_kind", "skip_range_min", "skip_range_max", "start_with_counter")
}

func (s *schema) alterSequence(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	q, ok := find(s.sequences, name)
	if !ok {
		if maybe {
			c.skip()
		}
		return unless(maybe, notFound("Sequence not found: %s", name))
	}
	if c.is("SET", "OPTIONS") {
		c.need("SET")
		changes := c.options()
		for _, change := range changes {
			if change.name == "sequence_kind" && change.value == "null" {
				return invalid("The kind of sequence %s cannot be taken back.", name)
			}
		}
		if q.counter != (counter{}) {
			return invalid("The sequence properties can only be set in either clauses and options for the sequence %s", name)
		}
		q.options = q.options.set(changes)
		return q.check()
	}
	if len(q.options) > 0 {
		return invalid("The sequence properties can only be set in either clauses and options for the sequence %s", name)
	}
	q.counter.alter(c)
	return q.check()
}

func (s *schema) dropSequence(c *cursor) error {
	maybe := c.take("IF", "EXISTS")
	name := c.path()
	q, ok := find(s.sequences, name)
	if !ok {
		return unless(maybe, notFound("Sequence not found: %s", name))
	}
	for _, t := range s.tables {
		for _, col := range t.columns {
			if col.def.draws(name) {
				return blocked("Cannot drop SEQUENCE `%s` on which there is a dependent column: %s.%s.", name, t.name, col.name)
			}
		}
	}
	for _, v := range s.views {
		if containsFold(v.used.sequences, name) {
			return blocked("Cannot drop SEQUENCE `%s` on which there is a dependent view: %s.", name, v.name)
		}
	}
	s.sequences = without(s.sequences, q)
	s.forget(q)
	return nil
}
