package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// NewDDLStatements makes the function ddl_statements.
func NewDDLStatements() function.Function { return ddlStatements{} }

type ddlStatements struct{}

// Metadata names the function.
func (ddlStatements) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "ddl_statements"
}

// Definition describes the function.
func (ddlStatements) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Cuts DDL into statements",
		MarkdownDescription: "Gives the statements of a text of DDL, as Spanner's API takes them: without comments and without `;` at their ends. " +
			"A `;` in a literal or a comment ends nothing.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "ddl", MarkdownDescription: "The DDL: statements separated by `;`, comments welcome."},
		},
		VariadicParameter: dialectParameter(),
		Return:            function.ListReturn{ElementType: types.StringType},
	}
}

// Run cuts the text.
func (ddlStatements) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
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
	statements, err := dialect.Statements(ddl.Source{Text: text})
	if err != nil {
		resp.Error = unreadable(err, 0)
		return
	}
	resp.Error = resp.Result.Set(ctx, statements)
}
