package ddl

import (
	"fmt"
	"math"
	"sort"
	"strconv"
	"strings"

	"github.com/cloudspannerecosystem/memefish/ast"
)

// lengthMax stands for MAX: longer than any number.
const lengthMax = math.MaxInt64

func parseInt(s string) (int64, error) { return strconv.ParseInt(s, 0, 64) }

func readIndex(st statement, n *ast.CreateIndex) *index {
	ix := &index{table: pathName(n.TableName), unique: n.Unique, nullFiltered: n.NullFiltered, storing: readStoring(n.Storing)}
	var b strings.Builder
	fmt.Fprintf(&b, "%t %t %s", n.Unique, n.NullFiltered, ix.table.key)
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
	b.WriteString(optionsSignature(readOptions(st, n.Options)))
	ix.shape = b.String()
	return ix
}

// readOtherIndex reads a search or vector index: its shape is its words
// without STORING, ASC and the order of its options.
func readOtherIndex(st statement, table name, storing *ast.Storing, options *ast.Options) *index {
	ix := &index{table: table, storing: readStoring(storing)}
	var b strings.Builder
	for _, l := range meaningful(st.lexemes) {
		at := l.pos - st.start()
		inStoring := storing != nil && at >= int(storing.Pos()) && at < int(storing.End())
		inOptions := options != nil && at >= int(options.Pos()) && at < int(options.End())
		if inStoring || inOptions || isWord(l, "ASC") {
			continue
		}
		b.WriteString(l.norm + " ")
	}
	b.WriteString(optionsSignature(readOptions(st, options)))
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

func optionsSignature(options map[string]option) string {
	parts := make([]string, 0, len(options))
	for key, o := range options {
		parts = append(parts, " "+key+" = "+o.sig)
	}
	sort.Strings(parts)
	return strings.Join(parts, "")
}

func readView(st statement, n *ast.CreateView) *view {
	v := &view{from: map[string]bool{}, sig: signature(meaningful(st.lexemes)), replace: st.src.written(st.lexemes)}
	if !n.OrReplace {
		create := st.lexemes[0]
		v.replace = st.src.text[create.pos:create.end] + " OR REPLACE" + v.replace[create.end-create.pos:]
	}
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
		var parts []string
		for _, t := range f.Tables {
			watched := streamTable{table: strings.ToLower(t.TableName.Name)}
			sig := watched.table
			if !t.Rparen.Invalid() {
				watched.columns = keys(t.Columns)
				sort.Strings(watched.columns)
				sig += fmt.Sprintf("%q", watched.columns)
			}
			s.tables = append(s.tables, watched)
			parts = append(parts, sig)
		}
		sort.Strings(parts)
		s.forSig = strings.Join(parts, " ")
	}
	return s
}

func readSequence(st statement, n *ast.CreateSequence) *sequence {
	s := &sequence{options: readOptions(st, n.Options)}
	for _, p := range n.Params {
		s.clauses += signature(st.nodeLexemes(p)) + " "
	}
	return s
}
