package functions

import (
	"errors"
	"fmt"
	"math"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// bill is the result of monthly_cost.
type bill struct {
	TotalUSD           float64            `tfsdk:"total_usd"`
	Components         map[string]float64 `tfsdk:"components"`
	Lines              []billLine         `tfsdk:"lines"`
	CommittedSavingUSD float64            `tfsdk:"committed_saving_usd"`
	OffPeakSavingUSD   float64            `tfsdk:"off_peak_saving_usd"`
	ExtraRegionUSD     float64            `tfsdk:"extra_region_usd"`
	Assumed            []string           `tfsdk:"assumed"`
	AsOf               string             `tfsdk:"as_of"`
}

type billLine struct {
	Component  string  `tfsdk:"component"`
	Item       string  `tfsdk:"item"`
	Quantity   float64 `tfsdk:"quantity"`
	Unit       string  `tfsdk:"unit"`
	UnitUSD    float64 `tfsdk:"unit_usd"`
	MonthlyUSD float64 `tfsdk:"monthly_usd"`
	Assumed    bool    `tfsdk:"assumed"`
	Source     string  `tfsdk:"source"`
	PerRegion  bool    `tfsdk:"per_region"`
}

func costType() map[string]attr.Type {
	line := types.ObjectType{AttrTypes: map[string]attr.Type{
		"component": types.StringType, "item": types.StringType, "quantity": types.Float64Type, "unit": types.StringType, "unit_usd": types.Float64Type,
		"monthly_usd": types.Float64Type, "assumed": types.BoolType, "source": types.StringType, "per_region": types.BoolType,
	}}
	return map[string]attr.Type{
		"total_usd": types.Float64Type, "components": types.MapType{ElemType: types.Float64Type}, "lines": types.ListType{ElemType: line},
		"committed_saving_usd": types.Float64Type, "off_peak_saving_usd": types.Float64Type, "extra_region_usd": types.Float64Type,
		"assumed": types.ListType{ElemType: types.StringType}, "as_of": types.StringType,
	}
}

// billOf rounds to cents.
func billOf(cost topology.Cost, asOf string) bill {
	b := bill{
		TotalUSD: cents(cost.TotalUSD()), Components: map[string]float64{}, Lines: []billLine{}, CommittedSavingUSD: cents(cost.CommittedSavingUSD()),
		OffPeakSavingUSD: cents(cost.OffPeakSavingUSD()), ExtraRegionUSD: cents(cost.ExtraRegionUSD), Assumed: append([]string{}, cost.Assumed()...), AsOf: asOf,
	}
	for component, usd := range cost.ByComponent() {
		b.Components[component] = cents(usd)
	}
	for _, line := range cost.Lines {
		b.Lines = append(b.Lines, billLine{
			Component: line.Component, Item: line.Item, Quantity: cents(line.Quantity), Unit: line.Price.Unit, UnitUSD: line.Price.USD,
			MonthlyUSD: cents(line.MonthlyUSD), Assumed: line.Price.Assumed, Source: line.Price.Source, PerRegion: line.PerRegion,
		})
	}
	return b
}

func cents(amount float64) float64 { return math.Round(amount*100) / 100 }

// workloadOf reads the argument workload.
func workloadOf(argument attr.Value) (topology.Workload, error) {
	value, err := plain(argument)
	if err != nil {
		return topology.Workload{}, err
	}
	f := fieldsOf("workload", value)
	workload := topology.Workload{Regions: f.whole("regions", 1), Usage: topology.Usage{}}
	for _, component := range topology.Components() {
		used := f.get(component)
		if used == nil {
			continue
		}
		c := fieldsOf(f.at+"."+component, used)
		if component == topology.ComponentSpanner {
			if workload.Topology, err = spannerOf(c); err != nil {
				return workload, err
			}
		}
		workload.Usage[component] = map[string]float64{}
		for _, quantity := range topology.Quantities(component) {
			if truth, isBool := c.values[quantity.Name].(bool); isBool && quantity.Name == "high_availability" {
				c.values[quantity.Name] = map[bool]float64{false: 0, true: 1}[truth]
			}
			workload.Usage[component][quantity.Name] = c.number(quantity.Name, quantity.Default)
		}
		if err := c.done(); err != nil {
			return workload, err
		}
	}
	return workload, f.done()
}

func spannerOf(f *fields) (topology.Topology, error) {
	choice, err := choiceOf(f)
	described, wrong := descriptionOf(f)
	if err := errors.Join(err, wrong, f.err); err != nil {
		return topology.Topology{}, err
	}
	facts, err := topology.Published()
	if err != nil {
		return topology.Topology{}, err
	}
	if facts.Configurations, err = withDescription(facts.Configurations, described, choice, f.at); err != nil {
		return topology.Topology{}, err
	}
	t, err := chosen(facts, choice)
	if err != nil {
		return t, fmt.Errorf("%s: %w", f.at, err)
	}
	return t, nil
}

// givenPrices is the provider's table with those of the optional argument in it.
func givenPrices(arguments []types.Map) (*topology.Prices, error) {
	facts, err := topology.Published()
	if err != nil || len(arguments) == 0 {
		return facts.Prices, err
	}
	if len(arguments) > 1 {
		return nil, errors.New("there is one table of prices: give no more than one")
	}
	overrides := map[string]float64{}
	for key, element := range arguments[0].Elements() {
		price, isNumber := element.(types.Float64)
		switch {
		case element.IsUnknown():
			return nil, errUnknown
		case element.IsNull() || !isNumber:
			return nil, fmt.Errorf("the price %s is null: give a number, or leave it out", key)
		}
		overrides[key] = price.ValueFloat64()
	}
	return facts.Prices.With(overrides)
}

func workloadDescription() string {
	var text strings.Builder
	text.WriteString("What is used, an object with `regions` (how many; 1 where it is left out) and any of the following, each an object; what is left out of one has the value in brackets.")
	for _, component := range topology.Components() {
		fmt.Fprintf(&text, "\n\n- `%s`", component)
		switch component {
		case topology.ComponentSpanner:
			text.WriteString(": `base_config`, `replicas` (the added ones), `configuration` (as the argument `topology` of `commit_floor_ms` has it), and")
		case topology.ComponentGKE, topology.ComponentSQL, topology.ComponentCache:
			text.WriteString(", in each region:")
		default:
			text.WriteString(":")
		}
		for i, quantity := range topology.Quantities(component) {
			fmt.Fprintf(&text, "%s `%s` (%v): %s", map[bool]string{true: "", false: ";"}[i == 0], quantity.Name, quantity.Default, quantity.What)
		}
	}
	return text.String()
}

// pricesTable lists the price table for the documentation.
func pricesTable() string {
	facts, err := topology.Published()
	if err != nil {
		return ""
	}
	var text strings.Builder
	fmt.Fprintf(&text, "The prices, as of %s:\n\n| key | unit | US dollars | assumed | source |\n|---|---|---|---|---|\n", facts.Prices.AsOf)
	for _, key := range facts.Prices.Keys() {
		price, _ := facts.Prices.Of(key)
		fmt.Fprintf(&text, "| `%s` | %s | %v | %s | %s |\n", key, price.Unit, price.USD, map[bool]string{true: "yes", false: ""}[price.Assumed], price.Source)
	}
	return text.String()
}
