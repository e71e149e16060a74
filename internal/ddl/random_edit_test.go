package ddl_test

import (
	"math/rand/v2"
	"slices"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// randomEdit is one edit of a schema. It does the same to the same schema
// again, and nothing to one in which it makes no sense: edits may be left out.
type randomEdit struct {
	kind int
	seed uint64
	id   int
}

// edits are all kinds; how often one stands here is how often it is made.
var edits = []func(*randomSchema, *randomTable){
	addTable, dropTable,
	addColumn, addColumn, addGenerated, dropColumn, dropColumn,
	retype, retype, retype, regenerate, redefault, redefault, toggleCommit,
	addIndex, addIndex, addIndex, changeIndex, changeIndex,
	toggleCheck, toggleCheck, toggleForeignKey, toggleForeignKey, changeForeignKey,
	toggleOnDelete, toggleTTL, changeView, changeView, changeJoin, changeStream, changeStream, toggleWatchAll,
	toggleSynonym, addSequence, changeSequence, dropSequence, addSchema, dropSchema, changeModel, changeOptions, rename,
}

func (s *randomSchema) apply(e randomEdit) {
	s.r = rand.New(rand.NewPCG(e.seed, uint64(e.id)))
	s.edit, s.made = e.id, 0
	if t, ok := pick(s, s.tables); ok {
		edits[e.kind](s, t)
	} else {
		addTable(s, nil)
	}
}

func addTable(s *randomSchema, _ *randomTable) {
	if len(s.tables) > 7 {
		return
	}
	t := &randomTable{name: s.name("T"), fresh: s.changing}
	if p, ok := pick(s, s.tables); ok && s.chance(50) && p.depth() < 3 {
		t.parent, t.schema, t.cascade = p, p.schema, s.chance(50) || p.needsCascade()
	} else if in, ok := pick(s, s.schemas); ok && s.chance(40) {
		t.schema = in
	}
	for range 2 + s.r.IntN(4) {
		addColumn(s, t)
	}
	if s.chance(15) {
		t.columns = append(t.columns, &randomColumn{name: s.name("C"), typ: "INT64", identity: true, fresh: s.changing})
	}
	t.named = s.watchAll != nil
	s.tables = append(s.tables, t)
}

func dropTable(s *randomSchema, gone *randomTable) {
	if len(s.children(gone)) > 0 {
		return
	}
	s.tables = drop(s.tables, func(t *randomTable) bool { return t == gone })
	for _, t := range s.tables {
		t.foreign = drop(t.foreign, func(f *randomForeignKey) bool { return f.target == gone })
		if t.join == gone {
			t.join = nil
		}
	}
}

var randomTypes = []string{"INT64", "INT64", "STRING(10)", "STRING(20)", "STRING(MAX)", "BYTES(10)", "BYTES(30)", "BOOL", "TIMESTAMP", "FLOAT64", "DATE", "JSON", "NUMERIC", "ARRAY<STRING(5)>"}

var randomDefaults = map[string]string{"INT64": "1 + 2", "BOOL": "true", "STRING(10)": "'a b'", "FLOAT64": "1.5", "TIMESTAMP": "CURRENT_TIMESTAMP()"}

func addColumn(s *randomSchema, t *randomTable) {
	typ := randomTypes[s.r.IntN(len(randomTypes))]
	c := &randomColumn{name: s.name("C"), typ: typ, fresh: s.changing}
	if d := randomDefaults[typ]; d != "" && s.chance(50) {
		c.def, c.notNull = d, s.chance(50)
		if q, ok := pick(s, s.sequences); ok && typ == "INT64" {
			c.def, c.sequence = "", q
		}
	}
	t.columns = append(t.columns, c)
}

// formulas compute columns from columns of their type.
var formulas = map[string][]string{"INT64": {"%s + 1", "%s * 2"}, "STRING(10)": {"UPPER(%s)", "LOWER(%s)"}, "STRING(MAX)": {"CONCAT(%s, 'x;y')"}}

func addGenerated(s *randomSchema, t *randomTable) {
	base, _ := pick(s, t.columns)
	if base == nil || base.generated != nil {
		return
	}
	if f, ok := pick(s, formulas[base.typ]); ok {
		t.columns = append(t.columns, &randomColumn{name: s.name("G"), typ: base.typ, generated: base, formula: f, fresh: s.changing})
	}
}

func dropColumn(s *randomSchema, t *randomTable) {
	if c, ok := pick(s, t.columns); ok && len(t.columns) > 1 {
		t.without(c)
	}
}

// without drops a column and what stands on it.
func (t *randomTable) without(gone *randomColumn) {
	t.columns = drop(t.columns, func(c *randomColumn) bool { return c == gone })
	for _, g := range slices.Clone(t.columns) {
		if g.generated == gone {
			t.without(g)
		}
	}
	t.checks = drop(t.checks, func(k *randomCheck) bool { return k.column == gone })
	t.view = dropName(t.view, gone.name)
	if t.stream != nil {
		changed := *t.stream
		changed.columns = dropName(changed.columns, gone.name)
		t.stream = &changed
	}
	var indexes []*randomIndex
	for _, x := range t.indexes {
		c := *x
		c.columns, c.storing = dropName(x.columns, gone.name), dropName(x.storing, gone.name)
		if len(c.columns) > 0 {
			indexes = append(indexes, &c)
		}
	}
	t.indexes = indexes
	t.foreign = drop(t.foreign, func(f *randomForeignKey) bool { return f.column == gone.name })
}

// retype makes changes that Spanner can make.
func retype(s *randomSchema, t *randomTable) {
	c, _ := pick(s, t.columns)
	if c == nil || c.generated != nil || c.identity {
		return
	}
	array := strings.HasPrefix(c.typ, "ARRAY")
	if s.chance(40) && !array && (t.fresh || !c.fresh || c.notNull || c.def != "" || c.sequence != nil) {
		c.notNull = !c.notNull
	}
	if t.basis(c) {
		return
	}
	ways := map[string][]string{
		"STRING(10)": {"STRING(20)", "STRING(MAX)", "BYTES(30)"}, "STRING(20)": {"STRING(10)", "STRING(MAX)"},
		"STRING(MAX)": {"STRING(20)"}, "BYTES(10)": {"BYTES(30)", "STRING(20)"}, "BYTES(30)": {"STRING(20)"}, // the emulator fails on fewer bytes where there are rows
		"ARRAY<STRING(5)>": {"ARRAY<STRING(MAX)>"}, "ARRAY<STRING(MAX)>": {"ARRAY<STRING(5)>"},
	}
	to, ok := pick(s, ways[c.typ])
	if ok && (c.def == "" || strings.HasPrefix(to, "STRING")) {
		c.typ = to
	}
}

func regenerate(s *randomSchema, t *randomTable) {
	for _, c := range t.columns {
		if f, ok := pick(s, formulas[c.typ]); ok && c.generated != nil {
			c.formula = f
		}
	}
}

func redefault(s *randomSchema, t *randomTable) {
	c, _ := pick(s, t.columns)
	if c == nil || c.generated != nil || c.identity || c.commit {
		return
	}
	if c.def != "" || c.sequence != nil {
		if t.fresh || !c.fresh || !c.notNull {
			c.def, c.sequence = "", nil
		}
		return
	}
	if q, ok := pick(s, s.sequences); ok && c.typ == "INT64" && s.chance(60) {
		c.sequence = q
	} else {
		c.def = randomDefaults[c.typ]
	}
}

func toggleCommit(_ *randomSchema, t *randomTable) {
	for _, c := range t.columns {
		if c.typ == "TIMESTAMP" && c.def == "" {
			c.commit = !c.commit
			return
		}
	}
}

func addIndex(s *randomSchema, t *randomTable) {
	columns := s.someColumns(t)
	if len(columns) == 0 || len(t.indexes) > 2 || s.dialect == ddl.PostgreSQL && t.column(columns[0]).typ == "NUMERIC" {
		return // PostgreSQL's NUMERIC cannot be a key
	}
	x := &randomIndex{name: s.name("X"), unique: s.chance(30), nullFiltered: s.chance(25), descending: s.chance(25), columns: columns[:1]}
	if t.parent != nil && s.chance(40) {
		x.interleaved = true
	}
	x.storing = columns[1:]
	t.indexes = append(t.indexes, x)
}

func changeIndex(s *randomSchema, t *randomTable) {
	if len(t.indexes) == 0 {
		return
	}
	i := s.r.IntN(len(t.indexes))
	x := *t.indexes[i]
	switch s.r.IntN(5) {
	case 0:
		t.indexes = slices.Delete(slices.Clone(t.indexes), i, i+1)
		return
	case 1:
		x.unique = !x.unique
	case 2:
		x.nullFiltered = !x.nullFiltered
	default:
		x.storing = drop(s.someColumns(t), func(c string) bool { return slices.Contains(x.columns, c) })
	}
	t.indexes[i] = &x
}

func toggleCheck(s *randomSchema, t *randomTable) {
	c, _ := pick(s, t.columns)
	if c == nil || c.generated != nil {
		return
	}
	for i, have := range t.checks {
		if have.column == c && s.chance(50) {
			changed := *have
			changed.limit++
			t.checks[i] = &changed
			return
		}
	}
	if t.checked(c) {
		t.checks = drop(t.checks, func(k *randomCheck) bool { return k.column == c })
		return
	}
	if c.typ == "INT64" || c.typ == "FLOAT64" || strings.HasPrefix(c.typ, "STRING") || strings.HasPrefix(c.typ, "BYTES") {
		t.checks = append(t.checks, &randomCheck{name: s.maybe("CK"), column: c})
	}
}

func toggleForeignKey(s *randomSchema, t *randomTable) {
	if len(t.foreign) > 0 && s.chance(50) {
		t.foreign = t.foreign[1:]
		return
	}
	target, _ := pick(s, s.tables)
	if target.parent != nil || target.ttl > 0 || target.fresh && !t.fresh {
		return // what is fresh has no row yet to refer to
	}
	for _, c := range t.columns {
		// A sequence gives rows that exist a value that no row of the target has.
		if c.typ == "INT64" && c.generated == nil && !c.identity && (c.sequence == nil || !c.fresh || t.fresh) && s.chance(60) {
			t.named, target.named = true, true
			t.foreign = append(t.foreign, &randomForeignKey{name: s.maybe("F"), column: c.name, target: target, cascade: s.chance(30)})
			return
		}
	}
}

func changeForeignKey(_ *randomSchema, t *randomTable) {
	for i, f := range t.foreign {
		changed := *f
		changed.cascade = !f.cascade
		t.foreign[i] = &changed
		return
	}
}
