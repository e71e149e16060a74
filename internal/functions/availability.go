package functions

import (
	"context"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// NewAvailability makes the function availability.
func NewAvailability() function.Function { return availability{} }

type availability struct{}

// Metadata names the function.
func (availability) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "availability"
}

// Definition describes the function.
func (availability) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Composes the availability of what depends on several parts",
		MarkdownDescription: "Gives the availability in percent of a service that needs all of `parts`. A part is a number in percent, or a list of numbers where any one of them is enough, as regions that stand in for each other: " +
			"`availability({ edge = 99.99, spanner = 99.999, regions = [99.9, 99.9, 99.9] })`. Parts are taken to fail independently of each other, which real ones do not quite.",
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "parts", MarkdownDescription: "The parts that are needed: an object, a map or a list of numbers, each more than 0 and at most 100, or of lists of them. Null parts are left out."},
		},
		Return: function.Float64Return{},
	}
}

// Run multiplies.
func (availability) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var parts types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &parts); resp.Error != nil {
		return
	}
	needed, err := partsOf(parts)
	if err != nil {
		report(resp, 0, err)
		return
	}
	percent, err := topology.AllNeeded(needed...)
	if err != nil {
		report(resp, 0, err)
		return
	}
	// Nobody promises a ten-millionth of a percent.
	resp.Error = resp.Result.Set(ctx, math.Round(percent*1e6)/1e6)
}
