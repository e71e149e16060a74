package ddl

import (
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/cloudspannerecosystem/memefish/ast"
	"github.com/cloudspannerecosystem/memefish/token"
)

// lengthMax stands for MAX: longer than any number.
const lengthMax = math.MaxInt64

func parseInt(s string) (int64, error) { return strconv.ParseInt(s, 0, 64) }

func readIndex(st statement, n *ast.CreateIndex) *index {
	ix := &index{table: pathName(n.TableName), unique: n.Unique, nullFiltered: n.NullFiltered, storing: readStoring(n.Storing)}
	var b strings.Builder
	fmt.Fprintf(&b, "%t %t", n.Unique, n.NullFiltered)
	for _, k := range n.Keys {
		key := readKey(k)
		ix.keys = append(ix.keys, key)
		fmt.Fprintf(&b, " %q %t", key.column, key.descending)
	}
	if n.Where != nil {
		b.WriteString(" " + signature(st.nodeLexemes(n.Where)))
	}
	if n.InterleaveIn != nil {
		b.WriteString(" INTERLEAVE " + strings.ToLower(n.InterleaveIn.TableName.Name))
	}
	ix.options = readOptions(st, n.Options)
	ix.shape = b.String()
	return ix
}

// otherIndex holds the parts of a search or vector index that are compared by
// themselves.
type otherIndex struct {
	table   ast.Node
	tokens  []*ast.Ident // of a search index
	storing *ast.Storing // nil when there is none
	options *ast.Options // nil when there are none
}

// readOtherIndex reads a search or vector index: its shape is its words without
// the table, the TOKENLIST columns, STORING, OPTIONS and ASC.
func readOtherIndex(st statement, table name, parts otherIndex) *index {
	ix := &index{table: table, storing: readStoring(parts.storing), options: readOptions(st, parts.options), tokens: map[string]string{}}
	apart := []ast.Node{parts.table}
	for _, t := range parts.tokens {
		ix.tokens[strings.ToLower(t.Name)] = t.Name
		apart = append(apart, t)
	}
	if parts.storing != nil {
		apart = append(apart, parts.storing)
	}
	if parts.options != nil {
		apart = append(apart, parts.options)
	}
	// The name is the object's own; the number of columns is not the shape's.
	var b strings.Builder
	for _, l := range meaningful(st.lexemes) {
		at := token.Pos(l.pos() - st.start())
		within := slices.ContainsFunc(apart, func(n ast.Node) bool { return at >= n.Pos() && at < n.End() })
		if !within && !isWord(l, "ASC") && l.kind != "," {
			b.WriteString(l.norm() + " ")
		}
	}
	ix.shape = b.String()
	return ix
}

func readStoring(n *ast.Storing) map[string]string {
	out := map[string]string{}
	if n != nil {
		for _, c := range n.Columns {
			out[strings.ToLower(c.Name)] = c.Name
		}
	}
	return out
}

func readView(st statement, n *ast.CreateView) *view {
	v := &view{from: map[string]bool{}, sig: signature(meaningful(st.lexemes))}
	ast.Inspect(n.Query, func(node ast.Node) bool {
		switch t := node.(type) {
		case *ast.TableName:
			v.from[strings.ToLower(t.Table.Name)] = true
		case *ast.PathTableExpr:
			v.from[pathName(t.Path).key] = true
		}
		return true
	})
	return v
}

func readStream(st statement, n *ast.CreateChangeStream) *stream {
	s := &stream{options: readOptions(st, n.Options)}
	switch f := n.For.(type) {
	case *ast.ChangeStreamForAll:
		s.all, s.forSig, s.forText = true, "ALL", "FOR ALL"
	case *ast.ChangeStreamForTables:
		s.forText = st.src.written(st.nodeLexemes(f))
		for _, t := range f.Tables {
			watched := streamTable{table: strings.ToLower(t.TableName.Name), tableName: t.TableName.Name}
			if !t.Rparen.Invalid() {
				watched.columns = keys(t.Columns)
				for _, c := range t.Columns {
					watched.columnNames = append(watched.columnNames, c.Name)
				}
				sort.Strings(watched.columns)
			}
			s.tables = append(s.tables, watched)
		}
		s.forSig = watchSignature(false, s.tables)
	}
	return s
}

// watchSignature is the meaning of a FOR clause.
func watchSignature(all bool, tables []streamTable) string {
	if all {
		return "ALL"
	}
	parts := make([]string, len(tables))
	for i, t := range tables {
		parts[i] = t.table
		if t.columns != nil {
			parts[i] += fmt.Sprintf("%q", t.columns)
		}
	}
	sort.Strings(parts)
	return strings.Join(parts, " ")
}

func readSequence(st statement, n *ast.CreateSequence) *sequence {
	s := &sequence{options: readOptions(st, n.Options)}
	if len(n.Params) > 0 {
		s.counter, _ = readCounter(st.lexemesAt(n.Params[0].Pos(), n.Params[len(n.Params)-1].End()))
	}
	return s
}
