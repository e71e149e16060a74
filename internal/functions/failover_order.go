package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewFailoverOrder makes the function failover_order.
func NewFailoverOrder() function.Function { return failoverOrder{} }

type failoverOrder struct{}

// Metadata names the function.
func (failoverOrder) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "failover_order"
}

// Definition describes the function.
func (failoverOrder) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Orders regions by their distance from one",
		MarkdownDescription: "Gives the regions in the order in which a load balancer serves the users near `region` as each is lost: that region itself where it is among them, then the nearest. Regions of which no round trip is known come last.",
		Parameters: []function.Parameter{
			function.StringParameter{Name: "region", MarkdownDescription: "The region that the users are near."},
			function.SetParameter{Name: "regions", ElementType: types.StringType, MarkdownDescription: "The regions that serve."},
		},
		VariadicParameter: roundTripsParameter(),
		Return:            function.ListReturn{ElementType: types.StringType},
	}
}

// Run orders them.
func (failoverOrder) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var from string
	var regions types.Set
	var overrides []types.Dynamic
	if resp.Error = req.Arguments.Get(ctx, &from, &regions, &overrides); resp.Error != nil {
		return
	}
	names, err := regionNames(regions.Elements())
	if err != nil {
		report(resp, 1, err)
		return
	}
	roundTrips, err := givenRoundTrips(overrides)
	if err != nil {
		report(resp, 2, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, append([]string{}, roundTrips.FailoverOrder(from, names)...))
}
