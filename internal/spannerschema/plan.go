package spannerschema

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
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
			resp.Diagnostics.Append(r.warnOfDrops(ctx, prior, req.Private)...)
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

	var made *change
	switch {
	case prior == nil:
		made, diags = r.planCreate(ctx, &plan, resolved, known)
	case !plan.DatabasePath.Equal(prior.DatabasePath):
		// Core asks again for the new one, as if nothing were there.
		resp.RequiresReplace = append(resp.RequiresReplace, path.Root("database_path"))
		plan.PlannedStatements = types.ListUnknown(plannedStatementType)
		plan.UnmanagedObjects = types.ListUnknown(types.StringType)
		diags = r.warnOfDrops(ctx, prior, req.Private)
	default:
		made, diags = planUpdate(ctx, prior, &plan, req.Private)
	}
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	if made != nil && len(made.Steps) > 0 && !plan.checks() {
		// Words only: nothing here changes what is planned.
		resp.Diagnostics.Append(r.foresee(ctx, &plan, *made)...)
		if resp.Diagnostics.HasError() {
			return
		}
	}
	resp.Diagnostics.Append(resp.Plan.Set(ctx, &plan)...)
}

// planCreate compares with the live schema, if it can be read. What is nobody's
// is only known after apply: another resource may create its own objects in
// the same database before core asks again.
func (r *schemaResource) planCreate(ctx context.Context, plan *model, database spanneradmin.DatabasePath, known bool) (*change, diag.Diagnostics) {
	plan.PlannedStatements = types.ListUnknown(plannedStatementType)
	plan.UnmanagedObjects = types.ListUnknown(types.StringType)
	_, wantedKnown, diags := plan.wishes(ctx)
	if diags.HasError() || !wantedKnown || !known {
		return nil, diags
	}
	client, err := r.connector.DatabaseAdmin(ctx)
	if dependsOnUnknown(err) {
		return nil, diags
	}
	if err != nil {
		reportRead(&diags, database.String(), err)
		return nil, diags
	}
	live, err := client.GetDDL(ctx, database)
	absent := notFound(err)
	if err != nil && !absent {
		reportRead(&diags, database.String(), err)
		return nil, diags
	}
	if absent {
		diags.Append(plan.presume()...)
	} else {
		diags.Append(plan.learn(ctx, client, database, live.Statements)...)
	}
	if diags.HasError() {
		return nil, diags
	}
	// Only now it is known in which dialect the text is to be read.
	wanted, _, again := plan.wishes(ctx)
	diags.Append(again...)
	if diags.HasError() {
		return nil, diags
	}
	made := &change{wanted: wanted, liveEcho: &echo{live.Statements}, live: plan.language().ParseEcho(live.Statements, wanted.desired), absent: absent}
	wanted.names = r.constraintNames(ctx, database, made.live)
	made.wanted = wanted
	made.Plan = ddl.Diff(wanted.request(made.live, applied{}, wanted.differ(live.ProtoDescriptors)))
	if plan.checks() {
		reportDifference(&diags, plan, made.Plan)
	} else if len(made.Refused) > 0 {
		reportRefused(&diags, plan, made.Plan)
		return nil, diags
	} else {
		diags.Append(missingDescriptors(wanted, made.Steps)...)
	}
	plan.PlannedStatements = plannedBeside(made.Steps, func(object string) bool {
		same := func(name string) bool { return strings.EqualFold(name, object) }
		return !slices.ContainsFunc(made.live.Names(), same) && !slices.ContainsFunc(wanted.desired.Names(), same)
	})
	if absent {
		diags.AddAttributeWarning(databasePath, "The database does not exist yet",
			fmt.Sprintf("%s: %s The plan is made for an empty database, which must be there when it is applied.", database, said(err)))
		return made, diags
	}
	reportUnmanaged(&diags, plan, made.Unmanaged)
	return made, diags
}

// planUpdate compares with the stored echo. It makes no call.
func planUpdate(ctx context.Context, prior, plan *model, private privateReader) (*change, diag.Diagnostics) {
	_, settingsKnown, _ := plan.settings(ctx)
	if _, known := plan.sources(); !known || !settingsKnown {
		plan.PlannedStatements = types.ListUnknown(plannedStatementType)
		plan.UnmanagedObjects = types.ListUnknown(types.StringType)
		return nil, nil
	}
	made, diags := planChange(ctx, prior, plan, private)
	if diags.HasError() {
		return nil, diags
	}
	if plan.checks() {
		reportDifference(&diags, plan, made.Plan)
	} else if len(made.Refused) > 0 {
		reportRefused(&diags, plan, made.Plan)
		return nil, diags
	} else {
		diags.Append(missingDescriptors(made.wanted, made.Steps)...)
	}
	reportUnmanaged(&diags, plan, made.Unmanaged)
	if (len(made.Steps) == 0 || plan.checks()) && made.sameMeaning && sameSettings(prior, plan) {
		// Nothing to do: the prior wording stays, also that of what the last
		// apply sent when there was no refresh since.
		*plan = *prior
		return nil, diags
	}
	plan.PlannedStatements = plannedStatements(made.Steps)
	plan.UnmanagedObjects = textList(made.Unmanaged)
	return &made, diags
}

// sameSettings reports whether prior and plan say the same, but for the
// wording of the DDL, of the database's name and of the reason, and for the
// rules of lint, which change no statement. Core accepts the
// prior value of an argument instead of the configured one only if neither is
// null.
func sameSettings(prior, plan *model) bool {
	sameWording := func(a, b interface{ IsNull() bool }) bool { return a.IsNull() == b.IsNull() }
	return sameWording(prior.DDL, plan.DDL) &&
		prior.Dialect.Equal(plan.Dialect) &&
		sameWording(prior.DDLFiles, plan.DDLFiles) &&
		sameWording(prior.Project, plan.Project) &&
		sameWording(prior.ChangeReason, plan.ChangeReason) &&
		sameWording(prior.Lint, plan.Lint) &&
		prior.AllowDestructive.Equal(plan.AllowDestructive) &&
		prior.Renames.Equal(plan.Renames) &&
		prior.Manage.Equal(plan.Manage) &&
		prior.Ignore.Equal(plan.Ignore) &&
		prior.Mode.Equal(plan.Mode) &&
		prior.ProtoDescriptors.Equal(plan.ProtoDescriptors) &&
		prior.CancelOnInterrupt.Equal(plan.CancelOnInterrupt) &&
		prior.VerifyData.Equal(plan.VerifyData) &&
		prior.OnDestroy.Equal(plan.OnDestroy) &&
		prior.Timeouts.Equal(plan.Timeouts)
}

// applied is what the last successful apply left.
type applied struct {
	// text is what the DDL that was applied declares, nil when none was.
	text *ddl.Schema
	// echo is what the database answered right after, nil when not known; stored
	// is how that is kept.
	echo   *ddl.Schema
	stored *echo
	// inState is true when that DDL is the one in state; only a check has
	// another one.
	inState bool
	// kept is how it is kept where it is not in state.
	kept lastApplied
}

// record is what a check keeps of what was applied before.
func (a applied) record(state *model) lastApplied {
	if !a.inState {
		return a.kept
	}
	sources, _ := state.sources()
	set, _, _ := state.descriptors()
	return lastApplied{Sources: sources, Descriptors: wishes{descriptors: set}.fingerprint()}
}

// appliedSchema reads what the last successful apply left. A text that cannot
// be read (an import keeps the database's own words) is taken from the echo.
func appliedSchema(ctx context.Context, state *model, private privateReader) (applied, diag.Diagnostics) {
	var last applied
	diags := state.recall(ctx, private)
	kept, more := readApplied(ctx, private)
	diags.Append(more...)
	stored, more := readEcho(ctx, private, appliedEcho)
	diags.Append(more...)
	if diags.HasError() {
		return last, diags
	}
	last.kept, last.inState, last.stored = kept, kept.InState, stored
	if last.inState {
		last.text, last.echo, more = stateSchema(state, stored)
		diags.Append(more...)
		return last, diags
	}
	if len(kept.Sources) > 0 {
		text, _, err := state.language().Parse(kept.Sources...)
		if err == nil {
			last.text = text
		}
	}
	if stored != nil {
		last.echo = stored.schema(state.language(), last.text)
	}
	if last.text == nil && len(kept.Sources) > 0 {
		last.text = last.echo
	}
	return last, diags
}

// stateSchema reads the text in state, and the echo beside it, which stands for
// a text that cannot be read.
func stateSchema(state *model, stored *echo) (text, echoed *ddl.Schema, diags diag.Diagnostics) {
	sources, _ := state.sources()
	text, _, err := state.language().Parse(sources...)
	if stored != nil {
		echoed = stored.schema(state.language(), text)
	}
	switch {
	case err == nil:
		return text, echoed, nil
	case echoed != nil:
		return echoed, echoed, nil
	}
	diags.AddAttributeError(state.textPath(""), "The DDL in the state cannot be read",
		wording.Sentence(err.Error())+" Remove the resource from the state and import it: the database is not touched by that.")
	return nil, nil, diags
}

// change is a plan and what it was made from.
type change struct {
	ddl.Plan
	wanted   wishes
	liveEcho *echo
	live     *ddl.Schema
	applied  applied
	// absent is true when the database does not exist yet.
	absent bool
	// sameMeaning is true when the text declares what the prior one declared.
	sameMeaning bool
}

// planChange plans from state, private state and plan alone; all of the plan's
// wishes must be known.
func planChange(ctx context.Context, prior, plan *model, private privateReader) (change, diag.Diagnostics) {
	var made change
	var diags, more diag.Diagnostics
	diags.Append(prior.recall(ctx, private)...)
	plan.dialect = prior.dialect
	made.wanted, _, more = plan.wishes(ctx)
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
	made.wanted.names, more = readNames(ctx, private)
	diags.Append(more...)
	former := made.applied.text
	if !made.applied.inState {
		former, _, more = stateSchema(prior, made.applied.stored)
		diags.Append(more...)
	}
	made.live = made.liveEcho.schema(plan.language(), made.wanted.desired, made.applied.text)
	sent := made.applied.record(prior).Descriptors
	made.Plan = ddl.Diff(made.wanted.request(made.live, made.applied, made.wanted.descriptors != nil && !bytes.Equal(sent, made.wanted.fingerprint())))
	rewording := ddl.Diff(ddl.Request{Live: former, Applied: former, Desired: made.wanted.desired, AllowDestructive: []string{"*"}})
	made.sameMeaning = len(rewording.Steps) == 0 && len(rewording.Refused) == 0
	return made, diags
}

// warnOfDrops lists what destroying the resource would drop.
func (r *schemaResource) warnOfDrops(ctx context.Context, state *model, private privateReader) (diags diag.Diagnostics) {
	if state.OnDestroy.ValueString() != onDestroyDrop || state.checks() {
		return nil
	}
	last, diags := appliedSchema(ctx, state, private)
	stored, more := readEcho(ctx, private, liveEcho)
	diags.Append(more...)
	if diags.HasError() || stored == nil {
		return diags
	}
	live := stored.schema(state.language())
	steps := ddl.Drop(live, last.text)
	if len(steps) == 0 {
		return diags
	}
	database, more := pathOfState(state)
	diags.Append(more...)
	diags.AddAttributeWarning(path.Root("on_destroy"), "Destroying the schema drops its objects and their data",
		fmt.Sprintf("on_destroy is \"drop\". These statements will be sent to %s:\n%s\nSet on_destroy = \"abandon\" and apply that first to keep them.\n\n%s", database, numberedSteps(steps), recovery(database, live, r.now())))
	return diags
}

// pathOfState gives the database that a state is about.
func pathOfState(state *model) (spanneradmin.DatabasePath, diag.Diagnostics) {
	var diags diag.Diagnostics
	parsed, err := spanneradmin.ParseDatabasePath(state.DatabasePath.ValueString())
	if err != nil {
		diags.AddAttributeError(path.Root("database_path"), "The state does not name the database", wording.Sentence(err.Error())+" Import the resource again.")
	}
	return parsed, diags
}
