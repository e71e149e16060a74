package functions

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/function"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// NewMonthlyCost makes the function monthly_cost.
func NewMonthlyCost() function.Function { return monthlyCost{} }

type monthlyCost struct{}

// Metadata names the function.
func (monthlyCost) Metadata(_ context.Context, _ function.MetadataRequest, resp *function.MetadataResponse) {
	resp.Name = "monthly_cost"
}

// Definition describes the function.
func (monthlyCost) Definition(_ context.Context, _ function.DefinitionRequest, resp *function.DefinitionResponse) {
	resp.Definition = function.Definition{
		Summary: "Estimates what a ledger costs in a month",
		MarkdownDescription: "Gives the cost of a workload in US dollars for a month of 730 hours, by a dated table of list prices: `total_usd`, `components` (each one's cost by its name), " +
			"`lines` (`component`, `item`, `quantity`, `unit`, `unit_usd`, `monthly_usd`, `assumed` and `source` of the price, `per_region`), `committed_saving_usd` and `off_peak_saving_usd` " +
			"(both are taken off already), `extra_region_usd` (what stands in every region, and one more read-only replica of Spanner's), " +
			"`assumed` (the keys of the prices in it that no source gives) and `as_of` (the day of the table).\n\n" +
			"Several prices are assumed, Spanner's among them: give your own before a budget is made of it.\n\n" + pricesTable(),
		Parameters: []function.Parameter{
			function.DynamicParameter{Name: "workload", MarkdownDescription: workloadDescription()},
		},
		VariadicParameter: function.MapParameter{
			Name: "prices", ElementType: types.Float64Type,
			MarkdownDescription: "Prices in place of the provider's, by key: `{ spanner_node_many_continents = 8.1 }`. Discounts are in percent.",
		},
		Return: function.ObjectReturn{AttributeTypes: costType()},
	}
}

// Run makes the bill.
func (monthlyCost) Run(ctx context.Context, req function.RunRequest, resp *function.RunResponse) {
	var described types.Dynamic
	var given []types.Map
	if resp.Error = req.Arguments.Get(ctx, &described, &given); resp.Error != nil {
		return
	}
	prices, err := givenPrices(given)
	if err != nil {
		report(resp, 1, err)
		return
	}
	workload, err := workloadOf(described)
	if err != nil {
		report(resp, 0, err)
		return
	}
	cost, err := prices.MonthlyCost(workload)
	if err != nil {
		report(resp, 0, err)
		return
	}
	resp.Error = resp.Result.Set(ctx, billOf(cost, prices.AsOf))
}
