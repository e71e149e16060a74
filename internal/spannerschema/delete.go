package spannerschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Delete drops what the text declares, or nothing, as on_destroy says.
func (r *schemaResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.OnDestroy.ValueString() != onDestroyDrop || state.checks() {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	resolved, diags := pathOfState(&state)
	resp.Diagnostics.Append(diags...)
	last, diags := appliedSchema(ctx, &state, req.Private)
	resp.Diagnostics.Append(diags...)
	stored, diags := readEcho(ctx, req.Private, liveEcho)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, err := r.connector.DatabaseAdmin(ctx)
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	live, err := client.GetDDL(ctx, resolved)
	if notFound(err) {
		return
	}
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	steps := ddl.Drop(state.language().ParseEcho(live.Statements), last.text)
	if stored != nil && len(steps) > 0 {
		if shown := ddl.Drop(stored.schema(state.language()), last.text); !sameStatements(textOf(shown), steps) {
			resp.Diagnostics.AddAttributeError(state.textPath(""), "The schema was changed after the plan to destroy it was made",
				fmt.Sprintf("%s: nothing was dropped. These statements would be needed now:\n%s\nRun plan again.", resolved, numberedSteps(steps)))
			return
		}
	}
	logReason(ctx, &state, resolved, steps)
	sending := &delivery{client: client, database: resolved, dialect: state.language(), steps: steps, base: live.Statements,
		owned: []*ddl.Schema{last.text}, cancel: state.CancelOnInterrupt.ValueBool()}
	if err := sending.send(ctx); err != nil {
		reportUpdate(&resp.Diagnostics, &state, resolved.String(), err)
	}
}
