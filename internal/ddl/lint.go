package ddl

import (
	"fmt"
	"slices"
	"strings"
)

// Rule is a rule of Lint.
type Rule string

// The rules.
const (
	// RuleMonotonicKey: a key or index that begins with something that only
	// grows sends every new row to one server.
	// Source: Spanner documentation, "Schema design best practices".
	RuleMonotonicKey Rule = "monotonic_key"
	// RuleMissingInterleave: a table whose key begins with the whole key of a
	// table it refers to is read together with it, but stored elsewhere.
	RuleMissingInterleave Rule = "missing_interleave"
	// RuleWideKey: a key that may hold more than the 8 KB that Spanner allows.
	// Source: Spanner documentation, "Quotas and limits".
	RuleWideKey Rule = "wide_key"
	// RuleUnnamedConstraint: a constraint that Spanner names cannot be changed
	// or dropped by a plan that does not know the name.
	RuleUnnamedConstraint Rule = "unnamed_constraint"
)

// Finding is what a rule has to say about a place in the text.
type Finding struct {
	Rule    Rule
	Problem Problem
}

// maxKeyBytes is the size of a whole key.
const maxKeyBytes = 8 * 1024

// Lint looks for what Spanner accepts and its users regret, in the order of
// the text.
func Lint(s *Schema) []Finding {
	l := &linter{schema: s}
	for _, o := range s.objects {
		switch {
		case o.table != nil:
			l.table(o)
		case o.index != nil && len(o.index.keys) > 0:
			if t := s.relation(o.index.table.key); t != nil && t.table != nil {
				l.index(o, t)
			}
		}
	}
	return l.found
}

// linter collects the findings in one schema.
type linter struct {
	schema *Schema
	found  []Finding
}

func (l *linter) note(rule Rule, at Position, token, format string, args ...any) {
	l.found = append(l.found, Finding{rule, Problem{Position: at, Token: token, Message: fmt.Sprintf(format, args...)}})
}

func (l *linter) table(o *Object) {
	key := o.table.primaryKey
	if len(key) > 0 && o.table.interleave == nil {
		if c := o.table.column(key[0].column); c != nil && c.grows(true) {
			l.note(RuleMonotonicKey, c.pos, c.name, "the key of table %s begins with %s, which only grows, so all new rows go to one split; put a column that spreads them before it, or use a UUID or a bit-reversed sequence", o.name, c.name)
		}
	}
	l.tableWidth(o)
	for _, c := range o.table.constraints {
		if c.name == "" {
			l.note(RuleUnnamedConstraint, c.pos, "", "a constraint of table %s has no name; with a name it can be changed and dropped later", o.name)
		}
		if c.fk == nil || o.table.interleave != nil || c.fk.refTable.key == o.name.key {
			continue
		}
		if target := l.schema.relation(c.fk.refTable.key); target != nil && target.table != nil && keyBegins(o.table, c.fk, target.table) {
			l.note(RuleMissingInterleave, o.pos, o.name.String(), "the key of table %s begins with the key of %s, to which it refers; interleaved in it, both would be stored and read together", o.name, target.name)
		}
	}
}

// tableWidth looks at the key of a table. What the key has from the table that
// this one is interleaved in is said of that one.
func (l *linter) tableWidth(o *Object) {
	inherited := 0
	if il := o.table.interleave; il != nil {
		if parent := l.schema.relation(il.parent.key); parent != nil && parent.table != nil {
			inherited = len(parent.table.primaryKey)
		}
	}
	var columns []*column
	wide := false
	for i, k := range o.table.primaryKey {
		c := o.table.column(k.column)
		if c == nil {
			continue
		}
		columns = append(columns, c)
		if c.width() > maxKeyBytes {
			wide = true
			if i >= inherited {
				l.note(RuleWideKey, c.pos, c.name, "key column %s.%s may hold more than the 8 KB that a whole key may have; give it a length", o.name, c.name)
			}
		}
	}
	if sum := widthOf(columns); !wide && sum > maxKeyBytes {
		l.note(RuleWideKey, o.pos, o.name.String(), "the columns of the key of table %s may hold %d bytes together, more than the 8 KB that a whole key may have; give them shorter lengths", o.name, sum)
	}
}

func (l *linter) index(o, on *Object) {
	if c := on.table.column(o.index.keys[0].column); c != nil && c.grows(false) {
		l.note(RuleMonotonicKey, o.pos, o.name.String(), "index %s begins with %s, which only grows, so all new entries go to one split; put a column that spreads them before it", o.name, c.name)
	}
	var columns []*column
	wide := false
	add := func(k keyPart, own bool) {
		c := on.table.column(k.column)
		if c == nil || c.typ.array || slices.Contains(columns, c) {
			return
		}
		columns = append(columns, c)
		if c.width() <= maxKeyBytes {
			return
		}
		wide = true
		if own {
			l.note(RuleWideKey, o.pos, o.name.String(), "index %s has the column %s, which may hold more than the 8 KB that a whole key may have, and a row with more is refused; give the column a length, or index something shorter, such as a hash", o.name, c.name)
		}
	}
	for _, k := range o.index.keys {
		add(k, true)
	}
	// An entry of an index ends in the key of its row, of which the table's own
	// finding tells.
	for _, k := range on.table.primaryKey {
		add(k, false)
	}
	if sum := widthOf(columns); !wide && sum > maxKeyBytes {
		l.note(RuleWideKey, o.pos, o.name.String(), "the columns of index %s and the key of %s behind them may hold %d bytes together, more than the 8 KB that a whole key may have; give them shorter lengths", o.name, on.name, sum)
	}
}

// keyBegins reports whether the key of a table begins with the columns by
// which it refers to the whole key of another.
func keyBegins(t *table, fk *foreignKey, target *table) bool {
	if len(fk.columns) != len(target.primaryKey) || len(fk.refColumns) != len(fk.columns) || len(t.primaryKey) <= len(fk.columns) {
		return false
	}
	for i, k := range target.primaryKey {
		if fk.refColumns[i] != k.column || t.primaryKey[i].column != fk.columns[i] || t.primaryKey[i].descending != k.descending {
			return false
		}
	}
	return true
}

// grows reports whether a column's values only ever grow, as far as its
// definition tells. A date is taken to grow in the key of a table, which such a
// column is put into to order the rows; in an index it is as often a day of
// birth.
func (c *column) grows(inTable bool) bool {
	if c.typ.array {
		return false
	}
	switch c.typ.base {
	case "TIMESTAMP":
		return true
	case "DATE":
		return inTable
	case "INT64":
		// A sequence hands out reversed bits; a plain number is often a counter,
		// and only its name can tell.
		plain := c.identity == nil && c.def == nil && c.generated == nil
		return plain && slices.ContainsFunc([]string{"sequence", "counter", "serial"}, func(end string) bool { return strings.HasSuffix(c.key, end) })
	}
	return false
}

// width is how many bytes a column may take in a key, a character counted as
// one: most texts in keys are plain.
func (c *column) width() int64 {
	switch c.typ.base {
	case "STRING", "BYTES":
		return c.typ.length
	case "NUMERIC":
		return 22
	case "UUID":
		return 16
	case "BOOL":
		return 1
	default:
		return 8
	}
}

func widthOf(columns []*column) int64 {
	var sum int64
	for _, c := range columns {
		if c.width() == lengthMax {
			return lengthMax
		}
		sum += c.width()
	}
	return sum
}
