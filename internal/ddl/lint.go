package ddl

import (
	"fmt"
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
	// RuleWideKey: a key column that may hold more than the 8 KB that Spanner
	// allows for a whole key.
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
	var out []Finding
	note := func(rule Rule, at Position, token, format string, args ...any) {
		out = append(out, Finding{rule, Problem{Position: at, Token: token, Message: fmt.Sprintf(format, args...)}})
	}
	for _, o := range s.objects {
		switch {
		case o.table != nil:
			lintTable(s, o, note)
		case o.index != nil && len(o.index.keys) > 0:
			t := s.relation(o.index.table.key)
			if t == nil || t.table == nil {
				continue
			}
			if c := t.table.column(o.index.keys[0].column); c != nil && c.grows() {
				note(RuleMonotonicKey, o.pos, o.name.String(), "index %s begins with %s, which only grows, so all new entries go to one split; put a column that spreads them before it", o.name, c.name)
			}
		}
	}
	return out
}

func lintTable(s *Schema, o *Object, note func(Rule, Position, string, string, ...any)) {
	for i, k := range o.table.primaryKey {
		c := o.table.column(k.column)
		if c == nil {
			continue
		}
		if i == 0 && o.table.interleave == nil && c.grows() {
			note(RuleMonotonicKey, c.pos, c.name, "the key of table %s begins with %s, which only grows, so all new rows go to one split; put a column that spreads them before it, or use a UUID or a bit-reversed sequence", o.name, c.name)
		}
		if text := c.typ.base == "STRING" || c.typ.base == "BYTES"; text && c.typ.length > maxKeyBytes {
			note(RuleWideKey, c.pos, c.name, "key column %s.%s may hold more than the 8 KB that a whole key may have", o.name, c.name)
		}
	}
	for _, c := range o.table.constraints {
		if c.name == "" {
			note(RuleUnnamedConstraint, c.pos, "", "a constraint of table %s has no name; with a name it can be changed and dropped later", o.name)
		}
		if c.fk == nil || o.table.interleave != nil || c.fk.refTable.key == o.name.key {
			continue
		}
		if target := s.relation(c.fk.refTable.key); target != nil && target.table != nil && keyBegins(o.table, c.fk, target.table) {
			note(RuleMissingInterleave, o.pos, o.name.String(), "the key of table %s begins with the key of %s, to which it refers; interleaved in it, both would be stored and read together", o.name, target.name)
		}
	}
}

// keyBegins reports whether the key of a table begins with the columns by
// which it refers to the whole key of another.
func keyBegins(t *table, fk *foreignKey, target *table) bool {
	if len(fk.columns) != len(target.primaryKey) || len(t.primaryKey) <= len(fk.columns) {
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
// definition tells.
func (c *column) grows() bool {
	if c.typ.array || c.generated != nil {
		return false
	}
	switch c.typ.base {
	case "TIMESTAMP", "DATE":
		return true
	case "INT64":
		// A sequence hands out reversed bits; a plain number is often a counter,
		// and only its name can tell.
		name := c.key
		return c.identity == nil && c.def == nil && (strings.HasSuffix(name, "sequence") || strings.HasSuffix(name, "counter") || strings.HasSuffix(name, "serial"))
	}
	return false
}
