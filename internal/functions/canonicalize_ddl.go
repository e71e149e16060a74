package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
)

// NewCanonicalizeDDL makes the function canonicalize_ddl.
func NewCanonicalizeDDL() function.Function { return canonicalizeDDL{} }

type canonicalizeDDL struct{}

// Metadata names the function.
func (canonicalizeDDL) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "canonicalize_ddl"
}

// Definition describes the function.
func (canonicalizeDDL) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes DDL in its one canonical spelling",
		MarkdownDescription: "Writes a schema so that texts with the same meaning become equal: layout, comments, letter case, quotes, default actions and the order of objects, " +
			"options and stored columns are spelled one way. What others stand on comes first. In `POSTGRESQL` the names of types, the brackets and types in expressions, and whatever else " +
			"Spanner returns in other words than it was given, are spelled one way too. Useful to compare texts, and to make a hash of a schema that only a change of the schema changes.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "ddl", MarkdownDescription: "The DDL: statements separated by `;`, comments welcome."},
		},
		VariadicParameter: dialectParameter(),
		Return:            function.StringReturn{},
	}
}

// Run spells the schema.
func (canonicalizeDDL) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var text string
	var dialects []string
	if resp.Error = req.Arguments.Get(ctx, &text, &dialects); resp.Error != nil {
		return
	}
	dialect, failure := dialectOf(dialects, 1, text)
	if failure != nil {
		resp.Error = failure
		return
	}
	schema, failure := parse(dialect, text, 0)
	if failure != nil {
		resp.Error = failure
		return
	}
	resp.Error = resp.Result.Set(ctx, schema.Canonical())
}
