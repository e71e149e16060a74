package ddl_test

import (
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

func toggleOnDelete(_ *randomSchema, t *randomTable) {
	if t.parent != nil && !t.parent.needsCascade() {
		t.cascade = !t.cascade
	}
}

func toggleTTL(s *randomSchema, t *randomTable) {
	switch {
	case t.ttl > 0 && s.chance(50):
		t.ttl = 1 + s.r.IntN(60)
	case t.ttl > 0:
		t.ttl = 0
	case !s.referenced(t) && s.cascades(t):
		t.ttl = 1 + s.r.IntN(60)
	}
}

// cascades reports whether all that lies in a table goes with its rows.
func (s *randomSchema) cascades(t *randomTable) bool {
	return !slices.ContainsFunc(s.children(t), func(c *randomTable) bool { return !c.cascade || !s.cascades(c) })
}

func changeView(s *randomSchema, t *randomTable) { t.view = s.someColumns(t) }

func changeJoin(s *randomSchema, t *randomTable) {
	if t.join != nil {
		t.join = nil
	} else if other, _ := pick(s, s.tables); other != t {
		t.join = other
	}
}

// An option of a stream, once set, is changed and never unset: the emulator
// accepts null and keeps the old value.
func (s *randomSchema) newStream(old *randomStream, t *randomTable) *randomStream {
	stream := &randomStream{whole: s.chance(30)}
	if s.chance(50) || old != nil && old.retention != "" {
		stream.retention, _ = pick(s, []string{"36h", "7d"})
	}
	if s.chance(50) || old != nil && old.capture != "" {
		stream.capture, _ = pick(s, []string{"NEW_ROW", "OLD_AND_NEW_VALUES"})
	}
	if t != nil && !stream.whole {
		stream.columns = drop(s.someColumns(t), func(name string) bool { return t.column(name).generated != nil })
	}
	return stream
}

func changeStream(s *randomSchema, t *randomTable) {
	streams := 0
	for _, o := range s.tables {
		if o.stream != nil {
			streams++
		}
	}
	switch {
	case t.stream != nil && s.chance(30):
		t.stream = nil
	case t.stream != nil || streams < 8: // Spanner allows 10
		t.stream, t.named = s.newStream(t.stream, t), true
	}
}

func toggleWatchAll(s *randomSchema, _ *randomTable) {
	if s.watchAll != nil && s.chance(50) {
		s.watchAll = nil
	} else {
		s.watchAll = s.newStream(s.watchAll, nil)
		for _, t := range s.tables {
			t.named = true
		}
	}
}

func toggleSynonym(s *randomSchema, t *randomTable) {
	if t.synonym != "" {
		t.synonym = ""
	} else if t.schema == "" {
		t.synonym = s.name("Y")
	}
}

func addSequence(s *randomSchema, _ *randomTable) {
	q := &randomSequence{name: s.name("Q"), skip: s.r.IntN(3), counter: s.r.IntN(3)}
	if in, ok := pick(s, s.schemas); ok && s.chance(30) {
		q.inSchema = in
	}
	s.sequences = append(s.sequences, q)
}

func changeSequence(s *randomSchema, _ *randomTable) {
	if q, ok := pick(s, s.sequences); ok {
		// The same object: columns point to it.
		had := q.skip
		q.skip, q.counter = s.r.IntN(3), 1+s.r.IntN(9)
		if s.dialect == ddl.PostgreSQL && q.skip == 0 {
			q.skip = had // the emulator does not know NO SKIP RANGE there
		}
	}
}

func dropSequence(s *randomSchema, _ *randomTable) {
	gone, ok := pick(s, s.sequences)
	if !ok {
		return
	}
	for _, t := range s.tables {
		for _, c := range t.columns {
			if c.sequence == gone {
				c.sequence = nil
				c.notNull = c.notNull && (t.fresh || !c.fresh)
			}
		}
	}
	s.sequences = drop(s.sequences, func(q *randomSequence) bool { return q == gone })
}

func addSchema(s *randomSchema, _ *randomTable) {
	if len(s.schemas) < 2 {
		s.schemas = append(s.schemas, s.name("n"))
	}
}

func dropSchema(s *randomSchema, _ *randomTable) {
	used := map[string]bool{}
	for _, t := range s.tables {
		used[t.schema] = true
	}
	for _, q := range s.sequences {
		used[q.inSchema] = true
	}
	s.schemas = drop(s.schemas, func(name string) bool { return !used[name] })
}

func changeModel(s *randomSchema, _ *randomTable) {
	switch m, ok := pick(s, s.models); {
	case !ok:
		s.models = append(s.models, &randomModel{name: s.name("M")})
	case s.chance(60):
		m.version++
	default:
		s.models = nil
	}
}

func changeOptions(s *randomSchema, _ *randomTable) {
	if s.chance(70) {
		s.retention, _ = pick(s, []string{"", "2h", "7d"})
	} else {
		s.kind = "bit_reversed_positive"
	}
}

// rename gives a table a new name, once, and only in the change. The emulator
// fails on one that a foreign key starts from or points to, and dies of one that
// a change stream watches.
func rename(s *randomSchema, t *randomTable) {
	if !s.changing || t.fresh || t.schema != "" || t.name[0] == 'R' || t.named || !s.chance(60) {
		return
	}
	r := randomRename{from: t.name, to: "R" + t.name, synonym: t.synonym == "" && s.chance(40)}
	t.name = r.to
	s.renamed = append(s.renamed, r)
}
