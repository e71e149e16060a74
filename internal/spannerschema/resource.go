// Package spannerschema is the resource proveniq_spanner_schema.
//
// What must hold, because core plans again during apply and refuses another
// answer: a plan of an existing resource comes from configuration, state and
// private state alone. Read is what looks at the database, once, and leaves
// its echo in private state; Update looks again and sends nothing if the plan
// was made from something else.
package spannerschema

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

// defaultTimeout is how long schema changes are waited for by default:
// backfills and validations of large tables take hours.
const defaultTimeout = 24 * time.Hour

// afterword is how long the schema is read after a change that was interrupted.
const afterword = 20 * time.Second

// Connector gives the resource what it needs of the provider. An error that
// has a method UnknownArgument() string says that the value depends on an
// argument of the provider that is not known yet.
type Connector interface {
	DefaultProject() (string, error)
	DatabaseAdmin(ctx context.Context) (*spanneradmin.Client, error)
}

// NewResource makes the resource.
func NewResource() resource.Resource {
	return &schemaResource{}
}

type schemaResource struct {
	connector Connector
}

var (
	_ resource.ResourceWithConfigure      = (*schemaResource)(nil)
	_ resource.ResourceWithValidateConfig = (*schemaResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*schemaResource)(nil)
	_ resource.ResourceWithImportState    = (*schemaResource)(nil)
)

// Metadata names the resource.
func (r *schemaResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_spanner_schema"
}

// Schema describes arguments and attributes.
func (r *schemaResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = resourceSchema(ctx)
}

// Configure takes the provider's connections; there are none while core only
// validates.
func (r *schemaResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	connector, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider does not fit the resource proveniq_spanner_schema",
			fmt.Sprintf("%T does not lead to Spanner. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	r.connector = connector
}

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
	desired, _, diags := plan.parse()
	resp.Diagnostics.Append(diags...)
	allowed, _, diags := plan.allowed(ctx)
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
	change := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(live.Statements), Desired: desired, AllowDestructive: allowed})
	if len(change.Refused) > 0 {
		reportRefused(&resp.Diagnostics, &plan, change)
		return
	}
	if !plan.PlannedStatements.IsUnknown() && !sameStatements(statementsOf(plan.PlannedStatements), change.Steps) {
		resp.Diagnostics.AddAttributeError(plan.textPath(""), "The schema was changed after the plan was made",
			fmt.Sprintf("%s needs other statements now than those of the plan. Nothing was sent.\n\nNow:\n%s\nRun plan again.", resolved, numberedSteps(change.Steps)))
		return
	}
	err = client.UpdateDDL(ctx, resolved, spanneradmin.Batch{
		Statements:  textOf(change.Steps),
		OperationID: spanneradmin.OperationID(resolved, live.Statements, textOf(change.Steps)),
		BeforeRetry: r.unchanged(client, resolved, ddl.ParseEcho(live.Statements), change.Steps, desired),
	})
	if err != nil {
		reportUpdate(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	now, err := client.GetDDL(ctx, resolved)
	if err != nil {
		reportReadBack(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	plan.DatabasePath = types.StringValue(resolved.String())
	plan.PlannedStatements = plannedStatements(change.Steps)
	plan.UnmanagedObjects = unmanagedObjects(change.Unmanaged)
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{now.Statements})...)
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, appliedEcho, echo{now.Statements})...)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &plan)...)
}

// Read looks at the database and keeps its echo.
func (r *schemaResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	resolved, diags := pathOfState(&state)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := r.connector.DatabaseAdmin(ctx)
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	live, err := client.GetDDL(ctx, resolved)
	if notFound(err) {
		resp.Diagnostics.AddAttributeWarning(databasePath, "The database is gone",
			fmt.Sprintf("%s: %s Its schema is removed from the state and will be created anew once the database is there.", resolved, said(err)))
		resp.State.RemoveResource(ctx)
		return
	}
	if err != nil {
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	if state.DDL.IsNull() && state.DDLFiles.IsNull() {
		// Imported: what is there counts as what was applied.
		state.DDL = types.StringValue(joined(live.Statements))
		resp.Diagnostics.Append(writeEcho(ctx, resp.Private, appliedEcho, echo{live.Statements})...)
	}
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{live.Statements})...)
	applied, diags := appliedSchema(ctx, &state, resp.Private)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	state.PlannedStatements = plannedStatements(nil)
	// What nobody declares is what a plan of the applied text itself finds so.
	unchanged := ddl.Diff(ddl.Request{Live: ddl.ParseEcho(live.Statements), Applied: applied.text, AppliedEcho: applied.echo, Desired: applied.text})
	state.UnmanagedObjects = unmanagedObjects(unchanged.Unmanaged)
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

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
	if len(change.Refused) > 0 {
		reportRefused(&resp.Diagnostics, &plan, change.Plan)
		return
	}
	if !plan.PlannedStatements.IsUnknown() && !sameStatements(statementsOf(plan.PlannedStatements), change.Steps) {
		resp.Diagnostics.AddAttributeError(plan.textPath(""), "The plan holds other statements than the schema needs",
			fmt.Sprintf("%s: nothing was sent. Run plan again.", resolved))
		return
	}
	plan.PlannedStatements = plannedStatements(change.Steps)
	plan.UnmanagedObjects = unmanagedObjects(change.Unmanaged)
	if len(change.Steps) == 0 && change.sameMeaning {
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
	unchanged := r.unchanged(client, resolved, change.live, change.Steps, change.applied.text, change.desired)
	if err := unchanged(ctx); err != nil {
		reportUpdate(&resp.Diagnostics, &plan, resolved.String(), err)
		return
	}
	err = client.UpdateDDL(ctx, resolved, spanneradmin.Batch{
		Statements:  textOf(change.Steps),
		OperationID: spanneradmin.OperationID(resolved, change.liveEcho.Statements, textOf(change.Steps)),
		BeforeRetry: unchanged,
	})
	if err != nil {
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

// Delete drops what the text declares, or nothing, as on_destroy says.
func (r *schemaResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() || state.OnDestroy.ValueString() != onDestroyDrop {
		return
	}
	timeout, diags := state.Timeouts.Delete(ctx, defaultTimeout)
	resp.Diagnostics.Append(diags...)
	resolved, diags := pathOfState(&state)
	resp.Diagnostics.Append(diags...)
	applied, diags := appliedSchema(ctx, &state, req.Private)
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
	current := ddl.ParseEcho(live.Statements)
	steps := ddl.Drop(current, applied.text)
	if stored != nil && len(steps) > 0 {
		if shown := ddl.Drop(stored.schema(), applied.text); !sameStatements(textOf(shown), steps) {
			resp.Diagnostics.AddAttributeError(state.textPath(""), "The schema was changed after the plan to destroy it was made",
				fmt.Sprintf("%s: nothing was dropped. These statements would be needed now:\n%s\nRun plan again.", resolved, numberedSteps(steps)))
			return
		}
	}
	err = client.UpdateDDL(ctx, resolved, spanneradmin.Batch{
		Statements:  textOf(steps),
		OperationID: spanneradmin.OperationID(resolved, live.Statements, textOf(steps)),
		BeforeRetry: r.unchanged(client, resolved, current, steps, applied.text),
	})
	if err != nil {
		reportUpdate(&resp.Diagnostics, &state, resolved.String(), err)
	}
}

// ImportState takes the database's path; Read fills in the rest.
func (r *schemaResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	imported := model{Database: types.StringValue(req.ID), Project: types.StringNull()}
	resolved, _, diags := imported.path(r.connector)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]any{
		"database":          imported.Database,
		"database_path":     types.StringValue(resolved.String()),
		"allow_destructive": types.SetValueMust(types.StringType, nil),
		"on_destroy":        types.StringValue(onDestroyAbandon),
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// unchanged reads the schema and compares, with what the plan was made from,
// the objects that the owned schemas declare or the steps name.
func (r *schemaResource) unchanged(client *spanneradmin.Client, database spanneradmin.DatabasePath, stored *ddl.Schema, steps []ddl.Step, owned ...*ddl.Schema) func(context.Context) error {
	return func(ctx context.Context) error {
		now, err := client.GetDDL(ctx, database)
		if err != nil {
			return err
		}
		live := ddl.ParseEcho(now.Statements)
		for _, schema := range owned {
			if drifted := ddl.Drifted(stored, live, schema, steps); len(drifted) > 0 {
				return &driftError{objects: drifted}
			}
		}
		return nil
	}
}

func sameStatements(planned []string, steps []ddl.Step) bool {
	if len(planned) != len(steps) {
		return false
	}
	for i, step := range steps {
		if planned[i] != step.Statement {
			return false
		}
	}
	return true
}

// joined makes one text of an echo.
func joined(statements []string) string {
	var text strings.Builder
	for _, statement := range statements {
		text.WriteString(statement)
		last := statement[strings.LastIndexByte(statement, '\n')+1:]
		if strings.Contains(last, "--") || strings.Contains(last, "#") {
			// The ";" must not end up in a comment.
			text.WriteString("\n")
		}
		text.WriteString(";\n")
	}
	return text.String()
}
