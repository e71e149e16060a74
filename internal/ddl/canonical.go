package ddl

import (
	"slices"
	"sort"
	"strings"

	"github.com/cloudspannerecosystem/memefish/token"
)

// Canonical writes the schema in one spelling: whatever Diff does not take for
// a change (layout, comments, letter case of keywords and references, quotes,
// default actions, the order of objects, options and stored columns) is spelled
// the same way. What others stand on comes first, then kinds and names decide.
// It reads as the schema it was written of; a name keeps the letters of its
// declaration.
func (s *Schema) Canonical() string {
	c := &canonical{schema: s, objects: map[string]string{}, columns: map[string]string{}}
	for _, o := range s.objects {
		c.objects[o.name.key] = o.name.String()
		if o.table == nil {
			continue
		}
		for _, con := range o.table.constraints {
			if con.name != "" {
				c.objects[con.key] = con.name
			}
		}
		for _, col := range o.table.columns {
			// One spelling for all tables: the first in the alphabet.
			if have, ok := c.columns[col.key]; !ok || col.name < have {
				c.columns[col.key] = col.name
			}
		}
	}
	database, statement := c.database, c.statement
	if s.dialect == PostgreSQL {
		p := &postgresCanon{canonical: c}
		database, statement = p.database, p.statement
	}
	var b strings.Builder
	if len(s.databaseOptions) > 0 {
		b.WriteString(database())
	}
	for _, o := range c.ordered() {
		b.WriteString(statement(o) + ";\n")
	}
	return b.String()
}

// canonical spells the objects of one schema.
type canonical struct {
	schema *Schema
	// objects and columns are names as declared, by key.
	objects, columns map[string]string
}

// kindRanks order kinds where no dependency does.
var kindRanks = []Kind{KindSchema, "PROTO BUNDLE", "LOCALITY GROUP", "PLACEMENT", KindSequence, KindTable, KindIndex, KindSearchIndex, KindVectorIndex,
	"FUNCTION", KindView, "MODEL", "PROPERTY GRAPH", KindChangeStream, "ROLE", kindGrant}

func kindRank(k Kind) int {
	if i := slices.Index(kindRanks, k); i >= 0 {
		return i
	}
	return len(kindRanks)
}

// ordered lists the objects so that what others stand on comes first.
func (c *canonical) ordered() []*Object {
	all := slices.Clone(c.schema.objects)
	sort.SliceStable(all, func(i, j int) bool {
		if a, b := kindRank(all[i].kind), kindRank(all[j].kind); a != b {
			return a < b
		}
		if all[i].name.key != all[j].name.key {
			return all[i].name.key < all[j].name.key
		}
		return all[i].kind < all[j].kind
	})
	place := map[element]int{}
	for i, o := range all {
		place[objectElement(o.key())] = i
	}
	p := &planner{want: c.schema}
	seen := make([]bool, len(all))
	out := make([]*Object, 0, len(all))
	var visit func(int)
	visit = func(i int) {
		if seen[i] {
			return
		}
		seen[i] = true
		needs := p.desiredUses(all[i])
		if all[i].table != nil {
			for _, con := range all[i].table.constraints {
				needs = append(needs, constraintUses(all[i], con)...)
			}
		}
		var before []int
		for _, e := range needs {
			if j, ok := place[e]; ok {
				before = append(before, j)
			}
		}
		sort.Ints(before)
		for _, j := range before {
			visit(j)
		}
		out = append(out, all[i])
	}
	for i := range all {
		visit(i)
	}
	return out
}

func (c *canonical) database() string {
	return "ALTER DATABASE " + quoted([]string{c.schema.databaseName}) + " SET OPTIONS " + c.options(c.schema.databaseOptions) + ";\n"
}

func (c *canonical) statement(o *Object) string {
	switch {
	case o.implied:
		return o.text
	case o.table != nil:
		return c.table(o)
	case o.stream != nil:
		return c.stream(o)
	}
	words := slices.DeleteFunc(slices.Clone(meaningful(o.words())), func(l lexeme) bool { return o.index != nil && isWord(l, "ASC") })
	return c.spell(words, c.declared(nil))
}

func (c *canonical) table(o *Object) string {
	t, in := o.table, c.declared(o.table)
	var parts []string
	for _, col := range t.columns {
		parts = append(parts, c.column(col, in))
	}
	var constraints []string
	for _, con := range t.constraints {
		constraints = append(constraints, c.spell(withoutDefaults(relex(con.text)), in))
	}
	sort.Strings(constraints)
	parts = append(parts, constraints...)
	for _, key := range sortedKeys(t.synonyms) {
		parts = append(parts, "SYNONYM ("+quoted([]string{t.synonyms[key]})+")")
	}
	var b strings.Builder
	b.WriteString("CREATE TABLE " + quoted(o.name.parts) + " (\n")
	for _, part := range parts {
		b.WriteString("  " + part + ",\n")
	}
	keys := make([]string, 0, len(t.primaryKey))
	for _, k := range t.primaryKey {
		key := quoted([]string{in(k.column)})
		if k.descending {
			key += " DESC"
		}
		keys = append(keys, key)
	}
	b.WriteString(") PRIMARY KEY (" + strings.Join(keys, ", ") + ")")
	if il := t.interleave; il != nil {
		b.WriteString(",\n  INTERLEAVE IN ")
		if il.inside {
			b.WriteString("PARENT ")
		}
		b.WriteString(c.path(il.parent))
		if il.inside {
			b.WriteString(" ON DELETE " + onDelete(il))
		}
	}
	if t.ttl != nil {
		b.WriteString(",\n  " + c.spell(relex(t.ttl.text), in))
	}
	if len(t.options) > 0 {
		b.WriteString(",\n  OPTIONS " + c.options(t.options))
	}
	return b.String()
}

// column spells a column's definition without its place in the primary key,
// which the table's own clause tells.
func (c *canonical) column(col *column, in func(string) string) string {
	words := relex(col.text)
	typ := relex(col.typ.text)
	rest := words[min(1+len(typ), len(words)):]
	for i := 0; i+1 < len(rest); i++ {
		if isWord(rest[i], "PRIMARY") && isWord(rest[i+1], "KEY") {
			rest = slices.Delete(slices.Clone(rest), i, i+2)
			break
		}
	}
	out := quoted([]string{col.name}) + " " + c.spell(typ, func(key string) string { return key })
	if len(rest) > 0 {
		out += " " + c.spell(rest, in)
	}
	return out
}

func (c *canonical) stream(o *Object) string {
	out := "CREATE CHANGE STREAM " + quoted(o.name.parts)
	var watched []string
	for _, t := range o.stream.tables {
		one := c.path(newName(strings.Split(t.table, ".")...))
		if t.columns != nil {
			var in func(string) string
			if table := c.schema.relation(t.table); table != nil {
				in = c.declared(table.table)
			} else {
				in = c.declared(nil)
			}
			columns := make([]string, 0, len(t.columns))
			for _, key := range t.columns {
				columns = append(columns, quoted([]string{in(key)}))
			}
			one += " (" + strings.Join(columns, ", ") + ")"
		}
		watched = append(watched, one)
	}
	sort.Strings(watched)
	switch {
	case o.stream.all:
		out += " FOR ALL"
	case len(watched) > 0:
		out += " FOR " + strings.Join(watched, ", ")
	}
	if len(o.stream.options) > 0 {
		out += " OPTIONS " + c.options(o.stream.options)
	}
	return out
}

func (c *canonical) options(options map[string]option) string {
	parts := make([]string, 0, len(options))
	for _, key := range sortedKeys(options) {
		parts = append(parts, key+" = "+c.spell(relex(options[key].value), c.declared(nil)))
	}
	return "(" + strings.Join(parts, ", ") + ")"
}

// path spells the name of another object as that declares it.
func (c *canonical) path(n name) string {
	if declared, ok := c.objects[n.key]; ok {
		return quoted(strings.Split(declared, "."))
	}
	return quoted(strings.Split(n.key, "."))
}

// declared gives the spelling of a name in the table, in the schema, or its
// key when nothing declares it.
func (c *canonical) declared(t *table) func(string) string {
	return func(key string) string {
		if t != nil {
			if col := t.column(key); col != nil {
				return col.name
			}
		}
		if name, ok := c.objects[key]; ok {
			return name
		}
		if name, ok := c.columns[key]; ok {
			return name
		}
		return key
	}
}

// relex cuts a text of GoogleSQL that was cut before.
func relex(text string) []lexeme { return GoogleSQL.relex(text) }

// withoutDefaults leaves out what a foreign key says anyway.
func withoutDefaults(words []lexeme) []lexeme {
	var out []lexeme
	for i := 0; i < len(words); i++ {
		rest := words[i:]
		switch {
		case len(rest) >= 4 && isWord(rest[0], "ON") && isWord(rest[1], "DELETE") && isWord(rest[2], "NO") && isWord(rest[3], "ACTION"):
			i += 3
		case isWord(rest[0], "ENFORCED") && rest[0].kind == token.TokenIdent && (i == 0 || !isWord(words[i-1], "NOT")) && i == len(words)-1:
		default:
			out = append(out, rest[0])
		}
	}
	return out
}
