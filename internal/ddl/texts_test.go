package ddl_test

import (
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// steps is one step, for lists of them.
func steps(statement string, h ddl.Hazard) []ddl.Step {
	return []ddl.Step{{Statement: statement, Hazard: h}}
}

// table is a table A with an Id and the columns given.
func table(columns string, clauses ...string) string {
	return "CREATE TABLE A (Id INT64 NOT NULL, " + columns + ") PRIMARY KEY (Id)" + strings.Join(clauses, "") + ";\n"
}

// replace puts new for old in pairs; each old must be there.
func replace(text string, pairs ...string) string {
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			panic("the text does not hold " + pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}
