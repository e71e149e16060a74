package ddl

import (
	"fmt"

	"github.com/cloudspannerecosystem/memefish/ast"
)

// namedIn is a place in a text that names a table, or a column of one. Spanner
// finds both by their exact letters, except in expressions and change streams,
// although two names that differ in case alone are the same to it.
// Source: Spanner documentation, "Names"; tried on the emulator.
type namedIn struct {
	src    *source
	offset int
	// table is the key of the table; column is empty where the table is named.
	table, column string
	written       string
}

// noteNames collects the names in a table's keys and constraints, or in an
// index. An echo's are right.
func (r *reader) noteNames(st statement, node ast.Node) {
	if r.echo {
		return
	}
	note := func(table string, column bool, ident *ast.Ident) {
		n := namedIn{src: st.src, offset: st.start() + int(ident.Pos()), table: table, written: ident.Name}
		if column {
			n.column = newName(ident.Name).key
		}
		r.spelled = append(r.spelled, n)
	}
	path := func(p *ast.Path) (table string) {
		table = pathName(p).key
		if len(p.Idents) == 1 {
			note(table, false, p.Idents[0])
		}
		return table
	}
	foreignKey := func(own string, c *ast.TableConstraint) {
		k, ok := c.Constraint.(*ast.ForeignKey)
		if !ok {
			return
		}
		for _, column := range k.Columns {
			note(own, true, column)
		}
		target := path(k.ReferenceTable)
		for _, column := range k.ReferenceColumns {
			note(target, true, column)
		}
	}
	switch n := node.(type) {
	case *ast.CreateTable:
		own := pathName(n.Name).key
		for _, k := range n.PrimaryKeys {
			note(own, true, k.Name)
		}
		for _, c := range n.TableConstraints {
			foreignKey(own, c)
		}
		if n.Cluster != nil {
			path(n.Cluster.TableName)
		}
	case *ast.CreateIndex:
		table := path(n.TableName)
		for _, k := range n.Keys {
			note(table, true, k.Name)
		}
		if n.Storing != nil {
			for _, column := range n.Storing.Columns {
				note(table, true, column)
			}
		}
	case *ast.AlterTable:
		if add, ok := n.TableAlteration.(*ast.AddTableConstraint); ok {
			foreignKey(pathName(n.Name).key, add.TableConstraint)
		}
		path(n.Name)
	}
}

// checkNames refuses a name whose letters differ from those of its declaration
// in the same text.
func (r *reader) checkNames() {
	for _, n := range r.spelled {
		o := r.schema.relation(n.table)
		if o == nil || o.table == nil {
			continue
		}
		what, declared := "table", o.name.String()
		if n.column != "" {
			c := o.table.column(n.column)
			if c == nil {
				continue
			}
			what, declared = "column", c.name
		}
		if declared != n.written {
			r.problem(Problem{Position: n.src.position(n.offset), Token: n.written,
				Message: fmt.Sprintf("Spanner finds a %s by its exact letters: write %s, as it is declared", what, declared)})
		}
	}
}

// refuseSpelling refuses a statement that would name a table, or columns of it,
// in other letters than the database has: the text may spell what it adopts as
// it likes, but what it adds must name what is there.
func (p *planner) refuseSpelling(o *Object, at Position, table name, columns []string) {
	cur, want := p.cur.relation(table.key), p.want.relation(table.key)
	if cur == nil || cur.table == nil {
		return
	}
	refuse := func(what, written, known string) {
		p.refuse(Refusal{Object: o.name.String(), Position: at,
			Reason: fmt.Sprintf("%s names %s %s, which the database holds as %s, and Spanner finds it by its exact letters only", describe(o), what, written, known),
			Remedy: "write " + known + " here and where the text declares it"})
	}
	if cur.name.String() != table.String() {
		refuse("table", table.String(), cur.name.String())
		return
	}
	if want == nil || want.table == nil {
		return
	}
	for _, key := range columns {
		c, w := cur.table.column(key), want.table.column(key)
		if c != nil && w != nil && c.name != w.name {
			refuse("column", w.name, c.name)
		}
	}
}

// columnsOf are the keys of an index's columns.
func (ix *index) columnsOf() []string {
	var out []string
	for _, k := range ix.keys {
		out = append(out, k.column)
	}
	return append(out, sortedKeys(ix.storing)...)
}
