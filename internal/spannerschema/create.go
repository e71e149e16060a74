package spannerschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// Create adopts what the database holds and applies what is missing. After an
// error it returns no state: core would replace a tainted schema, that is drop it.
func (r *schemaResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	timeout, diags := plan.Timeouts.Create(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	resolved, _, diags := plan.path(r.connector)
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
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	resp.Diagnostics.Append(plan.learn(ctx, client, resolved, live.Statements)...)
	if resp.Diagnostics.HasError() {
		return
	}
	// Only now it is known in which dialect the text is to be read.
	wanted, _, diags := plan.wishes(ctx)
	resp.Diagnostics.Append(diags...)
	resp.Diagnostics.Append(plan.remember(ctx, resp.Private)...)
	if resp.Diagnostics.HasError() {
		return
	}
	schema := plan.language().ParseEcho(live.Statements)
	wanted.names = r.constraintNames(ctx, resolved, schema)
	change := ddl.Diff(wanted.request(schema, applied{}, wanted.differ(live.ProtoDescriptors)))
	plan.DatabasePath = types.StringValue(resolved.String())
	plan.UnmanagedObjects = textList(change.Unmanaged)
	if plan.checks() {
		if plan.PlannedStatements.IsUnknown() || sameStatements(statementsOf(plan.PlannedStatements), change.Steps) {
			plan.PlannedStatements = plannedStatements(change.Steps)
		}
		resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{live.Statements})...)
		resp.Diagnostics.Append(writeApplied(ctx, resp.Private, lastApplied{})...)
		if !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
		}
		return
	}
	if len(change.Refused) > 0 {
		reportRefused(&resp.Diagnostics, &plan, change)
		return
	}
	if !plan.PlannedStatements.IsUnknown() && !sameStatements(statementsOf(plan.PlannedStatements), change.Steps) {
		resp.Diagnostics.AddAttributeError(plan.textPath(""), "The schema was changed after the plan was made",
			fmt.Sprintf("%s needs other statements now than those of the plan. Nothing was sent.\n\nNow:\n%s\nRun plan again.", resolved, numberedSteps(change.Steps)))
		return
	}
	resp.Diagnostics.Append(missingDescriptors(wanted, change.Steps)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.PlannedStatements = plannedStatements(change.Steps)
	logReason(ctx, &plan, resolved, change.Steps)
	sending := &delivery{client: client, database: resolved, dialect: plan.language(), steps: change.Steps, base: live.Statements, wanted: wanted,
		owned: []*ddl.Schema{wanted.desired}, cancel: plan.CancelOnInterrupt.ValueBool()}
	if err := sending.send(ctx); err != nil {
		reportUpdate(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	now, err := client.GetDDL(ctx, resolved)
	if err != nil {
		reportReadBack(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{now.Statements})...)
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, appliedEcho, echo{now.Statements})...)
	if names := r.constraintNames(ctx, resolved, plan.language().ParseEcho(now.Statements)); names != nil {
		resp.Diagnostics.Append(writeNames(ctx, resp.Private, names)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}
