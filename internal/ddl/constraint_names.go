package ddl

import (
	"slices"
	"strings"
)

// withConstraintNames gives a copy of a schema in which constraints without a
// name have the one that Spanner gave them, where it is known. They still
// count as unnamed when two versions of a table are compared.
func withConstraintNames(s *Schema, names []ConstraintName) *Schema {
	if len(names) == 0 {
		return s
	}
	known := *s
	out := &known
	out.objects, out.byKey = nil, make(map[string]*Object, len(s.byKey))
	byTable := map[string][]ConstraintName{}
	for _, n := range names {
		key := strings.ToLower(n.Table)
		byTable[key] = append(byTable[key], n)
	}
	for _, o := range s.objects {
		if rows := byTable[o.name.key]; o.table != nil && len(rows) > 0 {
			c := *o
			c.table = tableWithConstraintNames(o.table, rows, o.dialect)
			o = &c
		}
		out.add(o)
	}
	return out
}

func tableWithConstraintNames(t *table, rows []ConstraintName, d Dialect) *table {
	out := *t
	out.constraints = slices.Clone(t.constraints)
	taken := map[string]bool{}
	for i, c := range out.constraints {
		if c.name != "" {
			continue
		}
		at := slices.IndexFunc(rows, func(n ConstraintName) bool { return !taken[n.Name] && c.is(n, d) })
		if at < 0 {
			continue
		}
		taken[rows[at].Name] = true
		named := *c
		named.name = rows[at].Name
		out.constraints[i] = &named
	}
	return &out
}

// is reports whether a row of INFORMATION_SCHEMA speaks of the constraint.
func (c *constraint) is(n ConstraintName, d Dialect) bool {
	if c.fk != nil {
		return slices.EqualFunc(c.fk.columns, n.Columns, strings.EqualFold)
	}
	if c.check == nil || n.Check == "" {
		return false
	}
	src := d.source(Source{Text: n.Check})
	if src.lex() != nil {
		return false
	}
	if d == PostgreSQL {
		return postgresExpr(src, src.lexemes).sig == c.check.sig
	}
	return signature(src.lexemes) == c.check.sig
}
