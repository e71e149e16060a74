package admintest

import (
	"slices"
	"strings"

	"github.com/cloudspannerecosystem/memefish"
	"github.com/cloudspannerecosystem/memefish/ast"
)

// expression is one that a column or constraint holds, verbatim, and what it
// speaks of.
type expression struct {
	text string
	used names
}

// names are what an expression or query speaks of, in lower case but for
// functions and sequences.
type names struct {
	columns              [][]string // each a path: "n" or "t.n"
	functions, sequences []string
}

func readExpression(text string) (*expression, error) {
	parsed, err := memefish.ParseExpr("", text)
	if err != nil {
		return nil, invalid("Error parsing the expression (%s): %v", text, err)
	}
	e := &expression{text: text}
	e.used.collect(parsed)
	return e, nil
}

// collect adds what a part of the syntax tree speaks of.
func (n *names) collect(node ast.Node) {
	ast.Inspect(node, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.CallExpr:
			n.functions = append(n.functions, pathOf(node.Func.Idents...))
			for _, arg := range node.Args {
				n.collect(arg)
			}
			for _, arg := range node.NamedArgs {
				n.collect(arg.Value)
			}
			return false
		case *ast.SequenceArg:
			switch of := node.Expr.(type) {
			case *ast.Ident:
				n.sequences = append(n.sequences, of.Name)
			case *ast.Path:
				n.sequences = append(n.sequences, pathOf(of.Idents...))
			}
			return false
		case *ast.Ident:
			n.columns = append(n.columns, []string{strings.ToLower(node.Name)})
			return false
		case *ast.Path:
			n.columns = append(n.columns, strings.Split(strings.ToLower(pathOf(node.Idents...)), "."))
			return false
		case *ast.SelectorExpr:
			n.collect(node.Expr)
			return false
		case *ast.NamedType, *ast.AsAlias, *ast.PathTableExpr, *ast.TableName:
			return false
		case *ast.ExtractExpr:
			n.collect(node.Expr)
			return false
		}
		return true
	})
}

func pathOf(idents ...*ast.Ident) string {
	parts := make([]string, len(idents))
	for i, ident := range idents {
		parts[i] = ident.Name
	}
	return strings.Join(parts, ".")
}

// parts are the words for parts of dates, which stand where columns may.
var parts = []string{"nanosecond", "microsecond", "millisecond", "second", "minute", "hour", "day", "dayofweek", "dayofyear",
	"week", "isoweek", "month", "quarter", "year", "isoyear", "date", "nfc", "nfkc", "nfd", "nfkd"}

// reads reports whether an expression uses a column of its own table.
func (e *expression) reads(column string) bool {
	return e != nil && slices.ContainsFunc(e.used.columns, func(path []string) bool { return path[0] == strings.ToLower(column) })
}

// calls reports whether a function is called.
func (e *expression) calls(function string) bool {
	return e != nil && containsFold(e.used.functions, function)
}

func (e *expression) draws(sequence string) bool {
	return e != nil && containsFold(e.used.sequences, sequence)
}

func containsFold(list []string, name string) bool {
	return slices.ContainsFunc(list, func(have string) bool { return strings.EqualFold(have, name) })
}

// check refuses names that neither the table nor the database knows.
func (e *expression) check(s *schema, t *table) error {
	if e == nil {
		return nil
	}
	for _, path := range e.used.columns {
		if !t.has(path[0]) && !slices.Contains(parts, path[0]) {
			return invalid("Error parsing the expression (%s): Unrecognized name: %s", e.text, path[0])
		}
	}
	for _, name := range e.used.sequences {
		if _, ok := fold(s.sequences, name); !ok {
			return invalid("Error parsing the expression (%s): Sequence not found: %s", e.text, name)
		}
	}
	return nil
}
