package functions

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// NewCapacityAfterLoss makes the function capacity_after_loss.
func NewCapacityAfterLoss() function.Function { return capacityAfterLoss{} }

type capacityAfterLoss struct{}

// Metadata names the function.
func (capacityAfterLoss) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "capacity_after_loss"
}

// Definition describes the function.
func (capacityAfterLoss) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary:             "Tells what the other regions can serve when one is lost",
		MarkdownDescription: "Gives for each region what all others together can serve without it, in the unit of the argument. The ledger is N+1 where the least of them is no less than the peak: `min(values(...)...) >= peak`.",
		Parameters: []function.Parameter{
			function.MapParameter{Name: "capacity", ElementType: types.Float64Type, MarkdownDescription: "What each region can serve: requests a second, for instance `max_rate_per_endpoint` times the endpoints that always run."},
		},
		Return: function.MapReturn{ElementType: types.Float64Type},
	}
}

// Run adds up the others.
func (capacityAfterLoss) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var capacity map[string]types.Float64
	if resp.Error = req.Arguments.Get(ctx, &capacity); resp.Error != nil {
		return
	}
	known := map[string]float64{}
	for region, value := range capacity {
		switch {
		case value.IsUnknown():
			report(resp, 0, errUnknown)
			return
		case value.IsNull() || value.ValueFloat64() < 0:
			report(resp, 0, fmt.Errorf("the capacity of %s must be a number, 0 or more", region))
			return
		}
		known[region] = value.ValueFloat64()
	}
	resp.Error = resp.Result.Set(ctx, topology.CapacityAfterLoss(known))
}
