// Package functions are the provider's functions: what the schema engine knows
// of two texts, without a database.
package functions

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// googleSQL is the dialect's name in Spanner's API.
const googleSQL = "GOOGLE_STANDARD_SQL"

// dialectParameter is the optional last argument of every function.
func dialectParameter() function.Parameter {
	return function.StringParameter{
		Name:                "dialect",
		MarkdownDescription: "The dialect of the DDL, `" + googleSQL + "`. Default: `" + googleSQL + "`.",
	}
}

// checkDialect refuses what the engine does not read; position is that of the
// first of the optional arguments.
func checkDialect(dialects []string, position int64) *function.FuncError {
	if len(dialects) > 1 {
		return function.NewArgumentFuncError(position+1, "There is one dialect: give no more than one after the DDL.")
	}
	for _, dialect := range dialects {
		if !strings.EqualFold(dialect, googleSQL) {
			return function.NewArgumentFuncError(position, fmt.Sprintf("The dialect %q is not known: write %q, or leave it out.", dialect, googleSQL))
		}
	}
	return nil
}

// parse reads the argument at a position.
func parse(text string, position int64) (*ddl.Schema, *function.FuncError) {
	schema, _, err := ddl.Parse(ddl.Source{Text: text})
	if err != nil {
		return nil, unreadable(err, position)
	}
	return schema, nil
}

func unreadable(err error, position int64) *function.FuncError {
	return function.NewArgumentFuncError(position, "The DDL cannot be read (line:column): "+err.Error())
}
