package ddl

import (
	"fmt"
	"slices"
	"sort"
	"strings"

	"github.com/cloudspannerecosystem/memefish/ast"
	"github.com/cloudspannerecosystem/memefish/token"
)

// lexemesAt gives the lexemes of a node, whose positions are relative to the
// statement.
func (st statement) lexemesAt(pos, end token.Pos) []lexeme {
	return span(st.lexemes, st.start()+int(pos), st.start()+int(end))
}

func (st statement) nodeLexemes(n ast.Node) []lexeme { return st.lexemesAt(n.Pos(), n.End()) }

func (st statement) expr(n ast.Node) *expr {
	l := st.nodeLexemes(n)
	return &expr{text: st.src.written(l), sig: signature(l), names: mentioned(l)}
}

func (r *reader) table(st statement, n *ast.CreateTable) *table {
	t := &table{options: readOptions(st, n.Options), synonyms: map[string]string{}}
	for _, c := range n.Columns {
		col := readColumn(st, c)
		if first := t.column(col.key); first != nil {
			r.problem(Problem{Position: col.pos, Token: col.name,
				Message: fmt.Sprintf("column %s is declared twice, first at %s", col.name, first.pos)})
		}
		t.columns = append(t.columns, col)
		if c.PrimaryKey {
			t.primaryKey = []keyPart{{column: col.key}}
		}
	}
	for _, k := range n.PrimaryKeys {
		t.primaryKey = append(t.primaryKey, readKey(k))
	}
	for _, c := range n.TableConstraints {
		if pk, ok := c.Constraint.(*ast.TablePrimaryKey); ok {
			for _, k := range pk.Columns {
				t.primaryKey = append(t.primaryKey, readKey(k))
			}
			continue
		}
		con := readConstraint(st, c)
		con.from, con.to = st.start()+int(c.Pos()), st.start()+int(c.End())
		t.constraints = append(t.constraints, con)
	}
	for _, s := range n.Synonyms {
		t.synonyms[strings.ToLower(s.Name.Name)] = s.Name.Name
	}
	if c := n.Cluster; c != nil {
		t.interleave = &interleave{parent: pathName(c.TableName), inside: c.Enforced, cascade: c.OnDelete == ast.OnDeleteCascade}
	}
	if p := n.RowDeletionPolicy; p != nil {
		t.ttl = readPolicy(st, p.RowDeletionPolicy)
	}
	t.countPlaces(st.lexemes)
	return t
}

// countPlaces turns the byte offsets of constraints in their statement into
// those of lexemes, which stay the same when comments are taken out.
func (t *table) countPlaces(lexemes []lexeme) {
	count := func(offset int) int {
		return sort.Search(len(lexemes), func(i int) bool { return lexemes[i].pos() >= offset })
	}
	for _, c := range t.constraints {
		if c.inline() {
			c.from, c.to = count(c.from), count(c.to)
		}
	}
}

func readColumn(st statement, n *ast.ColumnDef) *column {
	l := st.nodeLexemes(n)
	c := &column{
		name:         n.Name.Name,
		key:          strings.ToLower(n.Name.Name),
		pos:          st.src.position(st.start() + int(n.Pos())),
		text:         st.src.written(l),
		typ:          readType(st, n.Type),
		notNull:      n.NotNull,
		hidden:       !n.Hidden.Invalid(),
		placementKey: n.PlacementKey != nil,
		options:      readOptions(st, n.Options),
	}
	if o, ok := c.options["allow_commit_timestamp"]; ok && o.sig == "FALSE" {
		delete(c.options, "allow_commit_timestamp") // the default
	}
	switch d := n.DefaultSemantics.(type) {
	case *ast.ColumnDefaultExpr:
		c.def = st.expr(d.Expr)
		if d.OnUpdate != nil {
			c.onUpdate = st.expr(d.OnUpdate.Expr)
		}
	case *ast.GeneratedColumnExpr:
		c.generated = st.expr(d.Expr)
		c.stored = !d.Stored.Invalid()
	case *ast.IdentityColumn:
		c.identity = &counter{}
		if len(d.Params) > 0 {
			*c.identity, _ = readCounter(st.lexemesAt(d.Params[0].Pos(), d.Rparen))
		}
	case *ast.AutoIncrement:
		c.identity = &counter{}
	}
	return c
}

func readType(st statement, n ast.SchemaType) columnType {
	l := st.nodeLexemes(n)
	typ := columnType{text: st.src.written(l), sig: signature(l)}
	item := n
	if a, ok := n.(*ast.ArraySchemaType); ok {
		typ.array, item = true, a.Item
	}
	switch t := item.(type) {
	case *ast.ScalarSchemaType:
		typ.base = strings.ToUpper(string(t.Name))
	case *ast.SizedSchemaType:
		typ.base = strings.ToUpper(string(t.Name))
		typ.length = lengthMax
		if size, ok := t.Size.(*ast.IntLiteral); ok && !t.Max {
			if n, err := parseInt(size.Value); err == nil {
				typ.length = n
			}
		}
	}
	return typ
}

func readKey(k *ast.IndexKey) keyPart {
	return keyPart{column: strings.ToLower(k.Name.Name), descending: k.Dir == ast.DirectionDesc}
}

func readConstraint(st statement, n *ast.TableConstraint) *constraint {
	c := &constraint{
		pos:  st.src.position(st.start() + int(n.Pos())),
		text: st.src.written(st.nodeLexemes(n)),
	}
	if n.Name != nil {
		c.name, c.key = n.Name.Name, strings.ToLower(n.Name.Name)
	}
	switch k := n.Constraint.(type) {
	case *ast.ForeignKey:
		c.fk = &foreignKey{columns: keys(k.Columns), refTable: pathName(k.ReferenceTable), refColumns: keys(k.ReferenceColumns),
			cascade: k.OnDelete == ast.OnDeleteCascade, unenforced: k.Enforcement == ast.NotEnforced}
		c.sig = c.fk.signature()
	case *ast.Check:
		c.check = st.expr(k.Expr)
		c.sig = "CHECK " + c.check.sig
	}
	return c
}

func readPolicy(st statement, n *ast.RowDeletionPolicy) *expr {
	return st.expr(n)
}

func keys(idents []*ast.Ident) []string {
	out := make([]string, len(idents))
	for i, id := range idents {
		out[i] = strings.ToLower(id.Name)
	}
	return out
}

func readOptions(st statement, n *ast.Options) map[string]option {
	if n == nil {
		return nil
	}
	out := make(map[string]option, len(n.Records))
	for _, rec := range n.Records {
		l := st.nodeLexemes(rec.Value)
		out[strings.ToLower(rec.Name.Name)] = option{name: rec.Name.Name, value: st.src.written(l), sig: signature(l)}
	}
	return out
}

func (t *table) addSynonym(written string) {
	key := strings.ToLower(written)
	t.synonyms[key] = written
	t.synonymsAdded = append(slices.Clone(t.synonymsAdded), key)
}

const onlyAdditions = "a schema says what should exist; this ALTER TABLE is planned from the difference, so change the CREATE TABLE and leave this out"

// readAlterTable keeps an ALTER TABLE that adds to a table: echoes and hand
// written schemas declare foreign keys that way. Any other is a Problem.
func (r *reader) readAlterTable(st statement, n *ast.AlterTable) {
	a := alteration{at: st.position(), sig: st.sig, table: pathName(n.Name)}
	switch t := n.TableAlteration.(type) {
	case *ast.AddTableConstraint:
		c := readConstraint(st, t.TableConstraint)
		a.apply = func(_ *reader, tab *table) { tab.constraints = append(tab.constraints, c) }
	case *ast.AddColumn:
		c := readColumn(st, t.Column)
		a.apply = func(r *reader, tab *table) {
			if tab.column(c.key) != nil {
				r.problem(Problem{Position: c.pos, Token: c.name, Message: "column " + c.name + " is declared twice"})
				return
			}
			c.added = true
			tab.columns = append(tab.columns, c)
		}
	case *ast.AddRowDeletionPolicy:
		p := readPolicy(st, t.RowDeletionPolicy)
		a.apply = func(_ *reader, tab *table) { tab.ttl, tab.ttlAdded = p, true }
	case *ast.AddSynonym:
		a.apply = func(_ *reader, tab *table) { tab.addSynonym(t.Name.Name) }
	default:
		r.problem(st.problem(st.lexemes[0], onlyAdditions))
		return
	}
	r.alters = append(r.alters, a)
}
