// Package functions are the provider's functions: what the schema engine knows
// of two texts, without a database.
package functions

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/function"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// dialectParameter is the optional last argument of every function.
func dialectParameter() function.Parameter {
	return function.StringParameter{
		Name: "dialect",
		MarkdownDescription: fmt.Sprintf("The dialect of the DDL, `%s` or `%s`. Default: what the text looks like, and `%s` where it could be either.",
			ddl.GoogleSQL, ddl.PostgreSQL, ddl.GoogleSQL),
	}
}

// dialectOf reads the optional arguments, the first of which has this
// position; without one the texts tell.
func dialectOf(dialects []string, position int64, texts ...string) (ddl.Dialect, *function.FuncError) {
	switch {
	case len(dialects) > 1:
		return "", function.NewArgumentFuncError(position+1, "There is one dialect: give no more than one after the DDL.")
	case len(dialects) == 1:
		dialect := ddl.Dialect(strings.ToUpper(dialects[0]))
		if dialect != ddl.GoogleSQL && dialect != ddl.PostgreSQL {
			return "", function.NewArgumentFuncError(position, fmt.Sprintf("The dialect %q is not known: write %q or %q, or leave it out.", dialects[0], ddl.GoogleSQL, ddl.PostgreSQL))
		}
		return dialect, nil
	}
	sources := make([]ddl.Source, 0, len(texts))
	for _, text := range texts {
		sources = append(sources, ddl.Source{Text: text})
	}
	if guessed, ok := ddl.GuessDialect(sources...); ok {
		return guessed, nil
	}
	return ddl.GoogleSQL, nil
}

// parse reads the argument at a position.
func parse(dialect ddl.Dialect, text string, position int64) (*ddl.Schema, *function.FuncError) {
	schema, _, err := dialect.Parse(ddl.Source{Text: text})
	if err != nil {
		return nil, unreadable(err, position)
	}
	return schema, nil
}

func unreadable(err error, position int64) *function.FuncError {
	return function.NewArgumentFuncError(position, "The DDL cannot be read (line:column): "+err.Error())
}
