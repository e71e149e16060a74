package spannerschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// ModifyPlan plans the statements. Core calls it at plan and again during
// apply, and both answers must be the same.
func (r *schemaResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	var prior *model
	if !req.State.Raw.IsNull() {
		prior = new(model)
		resp.Diagnostics.Append(req.State.Get(ctx, prior)...)
	}
	if req.Plan.Raw.IsNull() {
		if prior != nil && !resp.Diagnostics.HasError() {
			resp.Diagnostics.Append(warnOfDrops(ctx, prior, req.Private)...)
		}
		return
	}
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved, known, diags := plan.path(r.connector)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	switch {
	case known:
		plan.DatabasePath = types.StringValue(resolved.String())
	case prior != nil && plan.Database.Equal(prior.Database) && plan.Project.Equal(prior.Project):
		// Only the provider's own project is not known: nothing says that it
		// will be another one.
		plan.DatabasePath = prior.DatabasePath
		known = true
	default:
		plan.DatabasePath = types.StringUnknown()
	}

	switch {
	case prior == nil:
		resp.Diagnostics.Append(r.planCreate(ctx, &plan, resolved, known)...)
	case !plan.DatabasePath.Equal(prior.DatabasePath):
		// Core asks again for the new one, as if nothing were there.
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("database_path"))
		plan.PlannedStatements = types.ListUnknown(plannedStatementType)
		plan.UnmanagedObjects = types.ListUnknown(types.StringType)
		resp.Diagnostics.Append(warnOfDrops(ctx, prior, req.Private)...)
	default:
		resp.Diagnostics.Append(planUpdate(ctx, prior, &plan, req.Private)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planCreate compares with the live schema, if it can be read. What is nobody's
// is only known after apply: another resource may create its own objects in
// the same database before core asks again.
func (r *schemaResource) planCreate(ctx context.Context, plan *model, database spanneradmin.DatabasePath, known bool) (diags diag.Diagnostics) {
	plan.PlannedStatements = types.ListUnknown(plannedStatementType)
	plan.UnmanagedObjects = types.ListUnknown(types.StringType)
	desired, _, parsed := plan.parse()
	diags.Append(parsed...)
	allowed, allowedKnown, converted := plan.allowed(ctx)
	diags.Append(converted...)
	if diags.HasError() || desired == nil || !allowedKnown || !known {
		return diags
	}
	client, err := r.connector.DatabaseAdmin(ctx)
	if dependsOnUnknown(err) {
		return diags
	}
	if err != nil {
		reportRead(&diags, database.String(), err)
		return diags
	}
	live, err := client.GetDDL(ctx, database)
	absent := notFound(err)
	if err != nil && !absent {
		reportRead(&diags, database.String(), err)
		return diags
	}
	change := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(live.Statements), Desired: desired, AllowDestructive: allowed})
	if len(change.Refused) > 0 {
		reportRefused(&diags, plan, change)
		return diags
	}
	plan.PlannedStatements = plannedStatements(change.Steps)
	if absent {
		diags.AddAttributeWarning(databasePath, "The database does not exist yet",
			fmt.Sprintf("%s: %s The plan is made for an empty database, which must be there when it is applied.", database, said(err)))
		return diags
	}
	reportUnmanaged(&diags, plan, change.Unmanaged)
	return diags
}

// planUpdate compares with the stored echo. It makes no call.
func planUpdate(ctx context.Context, prior, plan *model, private privateReader) (diags diag.Diagnostics) {
	_, allowedKnown, _ := plan.allowed(ctx)
	if _, known := plan.sources(); !known || !allowedKnown {
		plan.PlannedStatements = types.ListUnknown(plannedStatementType)
		plan.UnmanagedObjects = types.ListUnknown(types.StringType)
		return nil
	}
	change, diags := planChange(ctx, prior, plan, private)
	if diags.HasError() {
		return diags
	}
	if len(change.Refused) > 0 {
		reportRefused(&diags, plan, change.Plan)
		return diags
	}
	reportUnmanaged(&diags, plan, change.Unmanaged)
	if len(change.Steps) == 0 && change.sameMeaning && sameSettings(prior, plan) {
		// Nothing to do: the prior wording stays, also that of what the last
		// apply sent when there was no refresh since.
		*plan = *prior
		return diags
	}
	plan.PlannedStatements = plannedStatements(change.Steps)
	plan.UnmanagedObjects = unmanagedObjects(change.Unmanaged)
	return diags
}

// sameSettings reports whether prior and plan say the same, but for the
// wording of the DDL and of the database's name. Core accepts the prior value
// of an argument instead of the configured one only if neither is null.
func sameSettings(prior, plan *model) bool {
	sameWording := func(a, b interface{ IsNull() bool }) bool { return a.IsNull() == b.IsNull() }
	return sameWording(prior.DDL, plan.DDL) &&
		sameWording(prior.DDLFiles, plan.DDLFiles) &&
		sameWording(prior.Project, plan.Project) &&
		prior.AllowDestructive.Equal(plan.AllowDestructive) &&
		prior.OnDestroy.Equal(plan.OnDestroy) &&
		prior.Timeouts.Equal(plan.Timeouts)
}

// applied is what the last successful apply left.
type applied struct {
	// text is what the DDL in state declares.
	text *ddl.Schema
	// echo is what the database answered right after, nil when not known.
	echo *ddl.Schema
}

// appliedSchema reads what the last successful apply left. A text that cannot
// be read (an import keeps the database's own words) is taken from the echo.
func appliedSchema(ctx context.Context, state *model, private privateReader) (applied, diag.Diagnostics) {
	var last applied
	stored, diags := readEcho(ctx, private, appliedEcho)
	if diags.HasError() {
		return last, diags
	}
	if stored != nil {
		last.echo = stored.schema()
	}
	sources, _ := state.sources()
	text, _, err := ddl.Parse(sources...)
	switch {
	case err == nil:
		last.text = text
	case last.echo != nil:
		last.text = last.echo
	default:
		diags.AddAttributeError(state.textPath(""), "The DDL in the state cannot be read",
			sentence(err.Error())+" Remove the resource from the state and import it: the database is not touched by that.")
	}
	return last, diags
}

// change is a plan for an existing resource and what it was made from.
type change struct {
	ddl.Plan
	liveEcho *echo
	live     *ddl.Schema
	applied  applied
	desired  *ddl.Schema
	// sameMeaning is true when the text declares what the prior one declared.
	sameMeaning bool
}

// planChange plans from state, private state and plan alone; the plan's text
// and allow_destructive must be known.
func planChange(ctx context.Context, prior, plan *model, private privateReader) (change, diag.Diagnostics) {
	var made change
	var diags, more diag.Diagnostics
	made.desired, _, more = plan.parse()
	diags.Append(more...)
	allowed, _, more := plan.allowed(ctx)
	diags.Append(more...)
	made.applied, more = appliedSchema(ctx, prior, private)
	diags.Append(more...)
	made.liveEcho, more = readEcho(ctx, private, liveEcho)
	diags.Append(more...)
	if diags.HasError() {
		return made, diags
	}
	if made.liveEcho == nil {
		diags.AddAttributeError(databasePath, "The state holds no copy of the database's schema",
			"Run `terraform apply -refresh-only`, or plan without -refresh=false, to read it.")
		return made, diags
	}
	made.live = made.liveEcho.schema()
	made.Plan = ddl.Diff(ddl.Request{
		Live:             made.live,
		Applied:          made.applied.text,
		AppliedEcho:      made.applied.echo,
		Desired:          made.desired,
		AllowDestructive: allowed,
	})
	rewording := ddl.Diff(ddl.Request{Live: made.applied.text, Applied: made.applied.text, Desired: made.desired})
	made.sameMeaning = len(rewording.Steps) == 0 && len(rewording.Refused) == 0
	return made, diags
}

// warnOfDrops lists what destroying the resource would drop.
func warnOfDrops(ctx context.Context, state *model, private privateReader) (diags diag.Diagnostics) {
	if state.OnDestroy.ValueString() != onDestroyDrop {
		return nil
	}
	last, diags := appliedSchema(ctx, state, private)
	stored, more := readEcho(ctx, private, liveEcho)
	diags.Append(more...)
	if diags.HasError() || stored == nil {
		return diags
	}
	steps := ddl.Drop(stored.schema(), last.text)
	if len(steps) == 0 {
		return diags
	}
	diags.AddAttributeWarning(path.Root("on_destroy"), "Destroying the schema drops its objects and their data",
		fmt.Sprintf("on_destroy is \"drop\". These statements will be sent to %s:\n%s\nSet on_destroy = \"abandon\" and apply that first to keep them.", state.DatabasePath.ValueString(), numberedSteps(steps)))
	return diags
}

// pathOfState gives the database that a state is about.
func pathOfState(state *model) (spanneradmin.DatabasePath, diag.Diagnostics) {
	var diags diag.Diagnostics
	parsed, err := spanneradmin.ParseDatabasePath(state.DatabasePath.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("database_path"), "The state does not name the database", sentence(err.Error())+" Import the resource again.")
	}
	return parsed, diags
}
