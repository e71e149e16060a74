package spannerschema

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// foresee says what the planned statements will meet. It changes nothing of
// the plan, so it may ask the live database, also when core plans again during
// apply.
func (r *schemaResource) foresee(ctx context.Context, plan *model, made change) (diags diag.Diagnostics) {
	_, _, _ = ctx, plan, made
	return diags
}
