package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewPromisesTable makes the function promises_table.
func NewPromisesTable() function.Function { return promisesTable{} }

type promisesTable struct{}

// Metadata names the function.
func (promisesTable) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "promises_table"
}

// Definition describes the function.
func (promisesTable) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Writes promises as a table for a terminal",
		MarkdownDescription: "Writes a table of promises, a line each, with aligned columns: `promise`, `asked`, `attainable`, `verdict` and `why`, then whatever other attributes there are, by their names. " +
			"A column that no promise has is left out; null is written as `-`; a text of several lines stands in one. For `terraform output -raw`.",
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "promises", MarkdownDescription: "The promises: a list of objects of strings, numbers and booleans, or a map of them, whose keys are then the `promise` of those without one. A map is written in the order of its keys."},
		},
		Return: function.StringReturn{},
	}
}

// Run writes the table.
func (promisesTable) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var argument types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &argument); resp.Error != nil {
		return
	}
	value, err := plain(argument)
	if err != nil {
		report(resp, 0, err)
		return
	}
	promises, err := promisesOf(value)
	if err != nil {
		report(resp, 0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, alignColumns(promises))
}
