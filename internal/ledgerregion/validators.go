package ledgerregion

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// capacity is what a capacity scaler can be: 0, or 0.1 to 1.
type capacity struct{}

// Description implements validator.Describer.
func (capacity) Description(context.Context) string { return "value must be 0, or 10 to 100" }

// MarkdownDescription implements validator.Describer.
func (v capacity) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateInt64 implements validator.Int64.
func (capacity) ValidateInt64(_ context.Context, req validator.Int64Request, resp *validator.Int64Response) {
	n := req.ConfigValue.ValueInt64()
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || n == 0 || n >= 10 && n <= 100 {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "The capacity must be 0, or 10 to 100",
		fmt.Sprintf("%d %% cannot be set: a backend's capacity scaler is 0, or 0.1 to 1.0. 0 drains the region.", n))
}

// aboveZero is a number greater than 0.
type aboveZero struct{}

// Description implements validator.Describer.
func (aboveZero) Description(context.Context) string { return "value must be greater than 0" }

// MarkdownDescription implements validator.Describer.
func (v aboveZero) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateFloat64 implements validator.Float64.
func (aboveZero) ValidateFloat64(_ context.Context, req validator.Float64Request, resp *validator.Float64Response) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() || req.ConfigValue.ValueFloat64() > 0 {
		return
	}
	resp.Diagnostics.AddAttributeError(req.Path, "The rate must be greater than 0",
		fmt.Sprintf("An endpoint that takes %v requests per second takes none. To keep traffic away, use capacity_percent = 0.", req.ConfigValue.ValueFloat64()))
}

// rising is a list of numbers each higher than the one before.
type rising struct{}

// Description implements validator.Describer.
func (rising) Description(context.Context) string {
	return "each element must be higher than the one before"
}

// MarkdownDescription implements validator.Describer.
func (v rising) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements validator.List.
func (rising) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	inOrder(req, resp, "The ramp does not go up", "higher", func(before, step int64) bool { return step > before })
}

// falling is a list of numbers each lower than the one before.
type falling struct{}

// Description implements validator.Describer.
func (falling) Description(context.Context) string {
	return "each element must be lower than the one before"
}

// MarkdownDescription implements validator.Describer.
func (v falling) MarkdownDescription(ctx context.Context) string { return v.Description(ctx) }

// ValidateList implements validator.List.
func (falling) ValidateList(_ context.Context, req validator.ListRequest, resp *validator.ListResponse) {
	inOrder(req, resp, "The drain does not go down", "lower", func(before, step int64) bool { return step < before })
}

// inOrder refuses the first step that does not go on from the one before it.
func inOrder(req validator.ListRequest, resp *validator.ListResponse, summary, word string, goesOn func(before, step int64) bool) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	var before types.Int64
	for i, element := range req.ConfigValue.Elements() {
		step, ok := element.(types.Int64)
		if !ok || step.IsNull() || step.IsUnknown() {
			continue
		}
		if !before.IsNull() && !goesOn(before.ValueInt64(), step.ValueInt64()) {
			resp.Diagnostics.AddAttributeError(req.Path.AtListIndex(i), summary,
				fmt.Sprintf("Step %d %% follows %d %%. Each step must be %s than the one before.", step.ValueInt64(), before.ValueInt64(), word))
			return
		}
		before = step
	}
}
