package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewRoundTripMS makes the function round_trip_ms.
func NewRoundTripMS() function.Function { return roundTripMS{} }

type roundTripMS struct{}

// Metadata names the function.
func (roundTripMS) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "round_trip_ms"
}

// Definition describes the function.
func (roundTripMS) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Tells the round trip between two regions",
		MarkdownDescription: "Gives the milliseconds of a round trip between two regions, or between two zones where both are the same. Null where it is not known.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "from", MarkdownDescription: "A region."},
			function.StringParameter{Name: "to", MarkdownDescription: "Another region, or the same."},
		},
		VariadicParameter: roundTripsParameter(),
		Return:            function.Int64Return{},
	}
}

// Run looks it up.
func (roundTripMS) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var from, to string
	var overrides []types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &from, &to, &overrides); resp.Error != nil {
		return
	}
	roundTrips, err := givenRoundTrips(overrides)
	if err != nil {
		report(resp, 2, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, wholeMilliseconds(roundTrips.Between(from, to)))
}
