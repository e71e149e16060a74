package ddl_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
)

// randomSchema is a schema in the making: small tables that stand on each
// other in every way that the emulator knows.
type randomSchema struct {
	r      *rand.Rand
	next   int
	tables []*randomTable
}

type randomTable struct {
	name    string
	parent  *randomTable
	cascade bool
	key     int // columns of the primary key beyond the parent's
	columns []*randomColumn
	indexes []*randomIndex
	checks  []string // names of columns
	foreign []*randomForeignKey
	ttl     int // days; 0: none
	view    []string
	stream  []string // columns; nil: none
}

type randomColumn struct {
	name    string
	typ     string
	notNull bool
	def     string
}

type randomIndex struct {
	name    string
	unique  bool
	columns []string
	storing []string
}

type randomForeignKey struct {
	name   string
	column string
	target *randomTable
}

func newRandomSchema(seed uint64) *randomSchema {
	s := &randomSchema{r: rand.New(rand.NewPCG(seed, 1))} //nolint:gosec // a seed must give the same schema again
	for range 3 + s.r.IntN(4) {
		s.addTable()
	}
	for range 12 {
		s.edit()
	}
	return s
}

func (s *randomSchema) name(prefix string) string {
	s.next++
	return fmt.Sprintf("%s%d", prefix, s.next)
}

func (s *randomSchema) chance(percent int) bool { return s.r.IntN(100) < percent }

func pick[T any](s *randomSchema, from []T) (T, bool) {
	var none T
	if len(from) == 0 {
		return none, false
	}
	return from[s.r.IntN(len(from))], true
}

func (s *randomSchema) addTable() {
	t := &randomTable{name: s.name("T"), key: 1}
	if p, ok := pick(s, s.tables); ok && s.chance(40) && p.depth() < 3 {
		t.parent, t.cascade = p, s.chance(50) || p.needsCascade()
	}
	for range 2 + s.r.IntN(4) {
		s.addColumn(t)
	}
	s.tables = append(s.tables, t)
}

func (t *randomTable) depth() int {
	if t.parent == nil {
		return 0
	}
	return t.parent.depth() + 1
}

// needsCascade is true where a row deletion policy above forbids NO ACTION.
func (t *randomTable) needsCascade() bool {
	return t.ttl > 0 || t.parent != nil && t.parent.needsCascade()
}

func (t *randomTable) keyColumns() []string {
	var out []string
	if t.parent != nil {
		out = t.parent.keyColumns()
	}
	return append(out, "K"+t.name)
}

var randomTypes = []string{"INT64", "STRING(10)", "STRING(20)", "STRING(MAX)", "BYTES(10)", "BYTES(30)", "BOOL", "TIMESTAMP", "FLOAT64", "DATE", "JSON", "NUMERIC", "ARRAY<STRING(5)>"}

var randomDefaults = map[string]string{"INT64": "(1 + 2)", "BOOL": "(true)", "STRING(10)": "('a b')", "FLOAT64": "(1.5)"}

func (s *randomSchema) addColumn(t *randomTable) {
	typ := randomTypes[s.r.IntN(len(randomTypes))]
	c := &randomColumn{name: s.name("C"), typ: typ}
	if d := randomDefaults[typ]; d != "" && s.chance(50) {
		c.def, c.notNull = d, s.chance(50)
	}
	t.columns = append(t.columns, c)
}

// edit changes one thing at random; what cannot be done is left.
func (s *randomSchema) edit() {
	t, ok := pick(s, s.tables)
	if !ok {
		s.addTable()
		return
	}
	switch s.r.IntN(16) {
	case 0:
		s.addTable()
	case 1:
		s.dropTable(t)
	case 2, 3:
		s.addColumn(t)
	case 4:
		s.dropColumn(t)
	case 5, 6:
		s.retype(t)
	case 7:
		s.redefault(t)
	case 8, 9:
		s.addIndex(t)
	case 10:
		s.changeIndex(t)
	case 11:
		s.toggleCheck(t)
	case 12:
		s.toggleForeignKey(t)
	case 13:
		s.toggleCascadeOrTTL(t)
	case 14:
		t.view = s.someColumns(t)
	case 15:
		t.stream = s.someColumns(t)
	}
}

func (s *randomSchema) dropTable(gone *randomTable) {
	for _, t := range s.tables {
		if t.parent == gone {
			return
		}
	}
	var kept []*randomTable
	for _, t := range s.tables {
		if t == gone {
			continue
		}
		var fks []*randomForeignKey
		for _, f := range t.foreign {
			if f.target != gone {
				fks = append(fks, f)
			}
		}
		t.foreign = fks
		kept = append(kept, t)
	}
	s.tables = kept
}

func (s *randomSchema) dropColumn(t *randomTable) {
	if len(t.columns) < 2 {
		return
	}
	i := s.r.IntN(len(t.columns))
	gone := t.columns[i].name
	t.columns = append(append([]*randomColumn{}, t.columns[:i]...), t.columns[i+1:]...)
	without := func(names []string) []string {
		var out []string
		for _, n := range names {
			if n != gone {
				out = append(out, n)
			}
		}
		return out
	}
	t.checks, t.view, t.stream = without(t.checks), without(t.view), without(t.stream)
	var indexes []*randomIndex
	for _, x := range t.indexes {
		c := *x
		c.columns, c.storing = without(x.columns), without(x.storing)
		if len(c.columns) > 0 {
			indexes = append(indexes, &c)
		}
	}
	t.indexes = indexes
	var fks []*randomForeignKey
	for _, f := range t.foreign {
		if f.column != gone {
			fks = append(fks, f)
		}
	}
	t.foreign = fks
}

// retype makes changes that Spanner can make.
func (s *randomSchema) retype(t *randomTable) {
	c, _ := pick(s, t.columns)
	ways := map[string][]string{
		"STRING(10)": {"STRING(20)", "STRING(MAX)", "BYTES(30)"}, "STRING(20)": {"STRING(10)", "STRING(MAX)"},
		"STRING(MAX)": {"STRING(20)"}, "BYTES(10)": {"BYTES(30)", "STRING(20)"}, "BYTES(30)": {"BYTES(10)"},
	}
	if s.chance(40) && !strings.HasPrefix(c.typ, "ARRAY") {
		c.notNull = !c.notNull
	}
	for _, x := range t.checks {
		if x == c.name {
			return // the check compares it with a literal of its type
		}
	}
	if to, ok := pick(s, ways[c.typ]); ok && c.def == "" {
		c.typ = to
	}
}

func (s *randomSchema) redefault(t *randomTable) {
	c, _ := pick(s, t.columns)
	if d := randomDefaults[c.typ]; d != "" {
		if c.def == "" {
			c.def = d
		} else {
			c.def = ""
		}
	}
}

// someColumns picks columns that an index, a view or a stream may name.
func (s *randomSchema) someColumns(t *randomTable) []string {
	var out []string
	for _, c := range t.columns {
		if s.chance(40) && c.typ != "JSON" && !strings.HasPrefix(c.typ, "ARRAY") {
			out = append(out, c.name)
		}
	}
	return out
}

func (s *randomSchema) addIndex(t *randomTable) {
	columns := s.someColumns(t)
	if len(columns) == 0 || len(t.indexes) > 2 {
		return
	}
	x := &randomIndex{name: s.name("X"), unique: s.chance(30), columns: columns[:1]}
	x.storing = columns[1:]
	t.indexes = append(t.indexes, x)
}

func (s *randomSchema) changeIndex(t *randomTable) {
	if len(t.indexes) == 0 {
		return
	}
	i := s.r.IntN(len(t.indexes))
	x := *t.indexes[i]
	switch s.r.IntN(3) {
	case 0:
		t.indexes = append(append([]*randomIndex{}, t.indexes[:i]...), t.indexes[i+1:]...)
		return
	case 1:
		x.unique = !x.unique
	case 2:
		x.storing = nil
		for _, c := range s.someColumns(t) {
			if c != x.columns[0] {
				x.storing = append(x.storing, c)
			}
		}
	}
	t.indexes[i] = &x
}

func (s *randomSchema) toggleCheck(t *randomTable) {
	c, _ := pick(s, t.columns)
	for i, have := range t.checks {
		if have == c.name {
			t.checks = append(append([]string{}, t.checks[:i]...), t.checks[i+1:]...)
			return
		}
	}
	if c.typ == "INT64" || c.typ == "FLOAT64" {
		t.checks = append(t.checks, c.name)
	}
}

func (s *randomSchema) toggleForeignKey(t *randomTable) {
	if len(t.foreign) > 0 && s.chance(50) {
		t.foreign = t.foreign[1:]
		return
	}
	target, _ := pick(s, s.tables)
	for _, c := range t.columns {
		if c.typ == "INT64" && target.parent == nil && target.ttl == 0 {
			t.foreign = append(t.foreign, &randomForeignKey{name: s.name("F"), column: c.name, target: target})
			return
		}
	}
}

func (s *randomSchema) toggleCascadeOrTTL(t *randomTable) {
	if t.parent != nil && s.chance(50) && !t.parent.needsCascade() {
		t.cascade = !t.cascade
		return
	}
	if t.ttl > 0 {
		t.ttl = 0
		return
	}
	for _, other := range s.tables {
		if other.parent == t && !other.cascade || other.parent != nil && other.parent.parent == t {
			return
		}
		for _, f := range other.foreign {
			if f.target == t {
				return
			}
		}
	}
	t.ttl = 1 + s.r.IntN(60)
}
