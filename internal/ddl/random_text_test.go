package ddl_test

import (
	"fmt"
	"strings"
)

// text writes the schema as DDL.
func (s *randomSchema) text() string {
	var b strings.Builder
	for _, t := range s.tables {
		t.write(&b)
	}
	for _, t := range s.tables {
		for _, x := range t.indexes {
			unique := ""
			if x.unique {
				unique = "UNIQUE "
			}
			fmt.Fprintf(&b, "CREATE %sINDEX %s ON %s(%s)", unique, x.name, t.name, strings.Join(x.columns, ", "))
			if len(x.storing) > 0 {
				fmt.Fprintf(&b, " STORING (%s)", strings.Join(x.storing, ", "))
			}
			b.WriteString(";\n")
		}
		if len(t.view) > 0 {
			var columns []string
			for _, c := range t.view {
				columns = append(columns, "t."+c)
			}
			fmt.Fprintf(&b, "CREATE VIEW V%s SQL SECURITY INVOKER AS SELECT %s FROM %s t;\n", t.name, strings.Join(columns, ", "), t.name)
			fmt.Fprintf(&b, "CREATE VIEW W%s SQL SECURITY INVOKER AS SELECT v.%s FROM V%s v;\n", t.name, t.view[0], t.name)
		}
		if len(t.stream) > 0 {
			fmt.Fprintf(&b, "CREATE CHANGE STREAM S%s FOR %s(%s);\n", t.name, t.name, strings.Join(t.stream, ", "))
		}
	}
	return b.String()
}

func (t *randomTable) write(b *strings.Builder) {
	keys := t.keyColumns()
	fmt.Fprintf(b, "CREATE TABLE %s (\n", t.name)
	for _, k := range keys {
		fmt.Fprintf(b, "  %s INT64 NOT NULL,\n", k)
	}
	for _, c := range t.columns {
		fmt.Fprintf(b, "  %s %s", c.name, c.typ)
		if c.notNull {
			b.WriteString(" NOT NULL")
		}
		if c.def != "" {
			b.WriteString(" DEFAULT " + c.def)
		}
		b.WriteString(",\n")
	}
	if t.ttl > 0 {
		b.WriteString("  Aged TIMESTAMP,\n")
	} else {
		b.WriteString("  Aged TIMESTAMP, -- no policy\n")
	}
	for _, c := range t.checks {
		fmt.Fprintf(b, "  CONSTRAINT CK%s CHECK (%s > 0),\n", c, c)
	}
	for _, f := range t.foreign {
		fmt.Fprintf(b, "  CONSTRAINT %s FOREIGN KEY (%s) REFERENCES %s (K%s),\n", f.name, f.column, f.target.name, f.target.name)
	}
	fmt.Fprintf(b, ") PRIMARY KEY (%s)", strings.Join(keys, ", "))
	if t.parent != nil {
		fmt.Fprintf(b, ",\n  INTERLEAVE IN PARENT %s", t.parent.name)
		if t.cascade {
			b.WriteString(" ON DELETE CASCADE")
		}
	}
	if t.ttl > 0 {
		fmt.Fprintf(b, ",\n  ROW DELETION POLICY (OLDER_THAN(Aged, INTERVAL %d DAY))", t.ttl)
	}
	b.WriteString(";\n")
}
