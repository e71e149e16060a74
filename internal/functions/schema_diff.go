package functions

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// NewSchemaDiff makes the function schema_diff.
func NewSchemaDiff() function.Function { return schemaDiff{} }

type schemaDiff struct{}

// step is an element of the result.
type step struct {
	Statement string `tfsdk:"statement"`
	Hazard    string `tfsdk:"hazard"`
	Reason    string `tfsdk:"reason"`
}

// Metadata names the function.
func (schemaDiff) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "schema_diff"
}

// Definition describes the function.
func (schemaDiff) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Plans the statements that lead from one schema to another",
		MarkdownDescription: "Gives the statements that lead from the schema `current` to the schema `desired`, in the order in which they have to run, each with `hazard` " +
			"(`instant`, `validates`, `backfill`, `unsafe` or `destructive`) and `reason`: what `proveniq_spanner_schema` would plan with everything allowed that the text removes. " +
			"Equal schemas give an empty list, whatever their wording. A change that Spanner does not make is an error.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "current", MarkdownDescription: "The DDL of the schema as it is. May be empty."},
			function.StringParameter{Name: "desired", MarkdownDescription: "The DDL of the schema as it should be. May be empty."},
		},
		VariadicParameter: dialectParameter(),
		Return: function.ListReturn{ElementType: types.ObjectType{AttrTypes: map[string]attr.Type{
			"statement": types.StringType,
			"hazard":    types.StringType,
			"reason":    types.StringType,
		}}},
	}
}

// Run compares the texts.
func (schemaDiff) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var before, after string
	var dialects []string
	if resp.Error = req.Arguments.Get(ctx, &before, &after, &dialects); resp.Error != nil {
		return
	}
	dialect, failure := dialectOf(dialects, 2, before, after)
	if failure != nil {
		resp.Error = failure
		return
	}
	current, failure := parse(dialect, before, 0)
	if failure != nil {
		resp.Error = failure
		return
	}
	desired, failure := parse(dialect, after, 1)
	if failure != nil {
		resp.Error = failure
		return
	}
	plan := ddl.Diff(ddl.Request{Live: current, Applied: current, Desired: desired, AllowDestructive: []string{"*"}})
	var refused strings.Builder
	for _, refusal := range plan.Refused {
		// What naming an object allows is shown as what it is: destructive.
		if !refusal.Allowable {
			fmt.Fprintf(&refused, "\n%s: %s; %s.", refusal.Object, refusal.Reason, refusal.Remedy)
		}
	}
	if refused.Len() > 0 {
		resp.Error = function.NewArgumentFuncError(1, "Spanner does not make this change:"+refused.String())
		return
	}
	steps := make([]step, 0, len(plan.Steps))
	for _, s := range plan.Steps {
		steps = append(steps, step{Statement: s.Statement, Hazard: string(s.Hazard), Reason: s.Reason})
	}
	resp.Error = resp.Result.Set(ctx, steps)
}
