package spannerschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// Update sends what the plan shows, or nothing. After a failure the state
// keeps the former text and the new echo, so that the next plan shows exactly
// what remains.
func (r *schemaResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Update(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	resolved, diags := pathOfState(&state)
	resp.Diagnostics.Append(diags...)
	change, diags := planChange(ctx, &state, &plan, req.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if plan.checks() {
		if plan.PlannedStatements.IsUnknown() {
			plan.PlannedStatements = plannedStatements(change.Steps)
		}
		plan.UnmanagedObjects = textList(change.Unmanaged)
		resp.Diagnostics.Append(writeApplied(ctx, resp.Private, change.applied.record(&state))...)
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		return
	}
	if len(change.Refused) > 0 {
		reportRefused(&resp.Diagnostics, &plan, change.Plan)
		return
	}
	if !plan.PlannedStatements.IsUnknown() && !sameStatements(statementsOf(plan.PlannedStatements), change.Steps) {
		resp.Diagnostics.AddAttributeError(plan.textPath(""), "The plan holds other statements than the schema needs",
			fmt.Sprintf("%s: nothing was sent. Run plan again.", resolved))
		return
	}
	resp.Diagnostics.Append(missingDescriptors(change.wanted, change.Steps)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.PlannedStatements = plannedStatements(change.Steps)
	plan.UnmanagedObjects = textList(change.Unmanaged)
	if len(change.Steps) == 0 && change.sameMeaning && change.applied.inState {
		resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		return
	}

	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	client, err := r.connector.DatabaseAdmin(ctx)
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	logReason(ctx, &plan, resolved, change.Steps)
	sending := &delivery{client: client, database: resolved, dialect: plan.language(), steps: change.Steps, base: change.liveEcho.Statements, wanted: change.wanted,
		owned: []*ddl.Schema{change.applied.text, change.wanted.desired}, cancel: plan.CancelOnInterrupt.ValueBool()}
	if err := sending.unchanged(change.live)(ctx); err != nil {
		reportUpdate(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	if err := sending.send(ctx); err != nil {
		reportUpdate(&resp.Diagnostics, &plan, resolved.String(), err)
		r.keepFormer(ctx, client, resolved, &state, resp)
		return
	}
	now, err := client.GetDDL(ctx, resolved)
	if err != nil {
		reportReadBack(&resp.Diagnostics, &plan, resolved.String(), err)
		r.keepFormer(ctx, client, resolved, &state, resp)
		return
	}
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{now.Statements})...)
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, appliedEcho, echo{now.Statements})...)
	if names := r.constraintNames(ctx, resolved, plan.language().ParseEcho(now.Statements)); names != nil {
		resp.Diagnostics.Append(writeNames(ctx, resp.Private, names)...)
	}
	resp.Diagnostics.Append(writeApplied(ctx, resp.Private, lastApplied{InState: true})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// keepFormer leaves the former state with the schema as it is now. Should it
// not be readable, the next refresh reads it.
func (r *schemaResource) keepFormer(ctx context.Context, client *spanneradmin.Client, database spanneradmin.DatabasePath, state *model, resp *resource.UpdateResponse) {
	// The change may have failed because its context is over.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), afterword)
	defer cancel()
	if now, err := client.GetDDL(ctx, database); err == nil {
		resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{now.Statements})...)
	} else {
		tflog.Warn(ctx, "The schema could not be read after the failed change", map[string]any{"database": database.String(), "error": err.Error()})
	}
	state.PlannedStatements = plannedStatements(nil)
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}
