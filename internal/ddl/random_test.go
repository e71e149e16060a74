package ddl_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// randomSchema is a schema in the making: small tables that stand on each
// other in every way that the emulator knows.
type randomSchema struct {
	r       *rand.Rand
	dialect ddl.Dialect
	// edit numbers the edit that is being made, and made counts its names, so
	// that an edit gives the same names whatever edits are left out before it.
	edit, made int
	// changing is true for edits of the change; what they make is fresh.
	changing  bool
	tables    []*randomTable
	sequences []*randomSequence
	schemas   []string
	models    []*randomModel
	// watchAll is a change stream over everything.
	watchAll *randomStream
	// options are those of the database.
	retention, kind string
	renamed         []randomRename
}

type randomTable struct {
	schema  string // empty for the default one
	name    string
	parent  *randomTable
	cascade bool
	columns []*randomColumn
	indexes []*randomIndex
	checks  []*randomCheck
	foreign []*randomForeignKey
	ttl     int // days; 0: none
	view    []string
	join    *randomTable // that a view puts beside this one
	stream  *randomStream
	synonym string
	fresh   bool
	// named is true once a foreign key of its own or a stream has spoken of it.
	named bool
}

type randomColumn struct {
	name     string
	typ      string
	notNull  bool
	def      string
	sequence *randomSequence // that the default takes values from
	// generated is the column that this one is computed from, by formula.
	generated *randomColumn
	formula   string
	identity  bool
	commit    bool // OPTIONS (allow_commit_timestamp = true)
	fresh     bool
}

type randomIndex struct {
	name         string
	unique       bool
	nullFiltered bool
	descending   bool
	interleaved  bool // in the table's parent
	columns      []string
	storing      []string
}

type randomCheck struct {
	name   string // empty for one that Spanner names
	column *randomColumn
	limit  int
}

type randomForeignKey struct {
	name    string // empty for one that Spanner names
	column  string
	target  *randomTable
	cascade bool
}

type randomStream struct {
	whole     bool
	columns   []string // none: keys only
	retention string
	capture   string
}

type randomSequence struct {
	name     string
	skip     int // 0: no range
	counter  int
	inSchema string
}

type randomModel struct {
	name    string
	version int
}

type randomRename struct {
	from, to string
	synonym  bool
}

// path is a name with its schema.
func path(schema, name string) string {
	if schema == "" {
		return name
	}
	return schema + "." + name
}

func (t *randomTable) path() string { return path(t.schema, t.name) }

// born is the name before a rename, after which other things are called.
func (t *randomTable) born() string { return strings.TrimPrefix(t.name, "R") }

func (s *randomSequence) path() string { return path(s.inSchema, s.name) }

// name makes a name that no other edit makes.
func (s *randomSchema) name(prefix string) string {
	s.made++
	return fmt.Sprintf("%s%d%c", prefix, s.edit, 'a'+rune(s.made-1))
}

// maybe makes a name, or leaves that to Spanner.
func (s *randomSchema) maybe(prefix string) string {
	if s.chance(25) {
		return ""
	}
	return s.name(prefix)
}

func (s *randomSchema) chance(percent int) bool { return s.r.IntN(100) < percent }

func pick[T any](s *randomSchema, from []T) (T, bool) {
	var none T
	if len(from) == 0 {
		return none, false
	}
	return from[s.r.IntN(len(from))], true
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
	return append(out, "K"+t.born())
}

func (t *randomTable) column(name string) *randomColumn {
	for _, c := range t.columns {
		if c.name == name {
			return c
		}
	}
	return nil
}

func (t *randomTable) checked(c *randomColumn) bool {
	return slices.ContainsFunc(t.checks, func(k *randomCheck) bool { return k.column == c })
}

// basis reports whether another column is computed from c.
func (t *randomTable) basis(c *randomColumn) bool {
	return slices.ContainsFunc(t.columns, func(g *randomColumn) bool { return g.generated == c })
}

// children are the tables interleaved in t.
func (s *randomSchema) children(t *randomTable) []*randomTable {
	var out []*randomTable
	for _, c := range s.tables {
		if c.parent == t {
			out = append(out, c)
		}
	}
	return out
}

// referenced reports whether a foreign key points to t.
func (s *randomSchema) referenced(t *randomTable) bool {
	return slices.ContainsFunc(s.tables, func(o *randomTable) bool {
		return slices.ContainsFunc(o.foreign, func(f *randomForeignKey) bool { return f.target == t })
	})
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

// drop gives a list without what matches.
func drop[T any](from []T, match func(T) bool) []T {
	var out []T
	for _, x := range from {
		if !match(x) {
			out = append(out, x)
		}
	}
	return out
}

func dropName(from []string, name string) []string {
	return drop(from, func(n string) bool { return n == name })
}
