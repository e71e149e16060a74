package spannerschema

import (
	"context"
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"google.golang.org/grpc/codes"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
)

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
	imported := state.DDL.IsNull() && state.DDLFiles.IsNull()
	live, err := client.GetDDL(ctx, resolved)
	switch {
	case notFound(err):
		resp.Diagnostics.AddAttributeWarning(databasePath, "The database is gone",
			fmt.Sprintf("%s: %s Its schema is removed from the state and will be created anew once the database is there.", resolved, said(err)))
		resp.State.RemoveResource(ctx)
		return
	case unreachable(err) && !imported && ctx.Err() == nil:
		resp.Diagnostics.AddAttributeWarning(databasePath, "The database cannot be reached, the plan is made from the state",
			fmt.Sprintf("%s: %s What was changed since the last refresh is not known. Before an apply sends a statement, it looks whether the schema is still what the plan was made from.", resolved, said(err)))
		if !state.checks() {
			state.PlannedStatements = plannedStatements(nil)
		}
		resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
		return
	case err != nil:
		reportRead(&resp.Diagnostics, resolved.String(), err)
		return
	}
	if imported {
		// What is there counts as what was applied.
		state.DDL = types.StringValue(joined(live.Statements))
		resp.Diagnostics.Append(writeEcho(ctx, resp.Private, appliedEcho, echo{live.Statements})...)
	}
	resp.Diagnostics.Append(writeEcho(ctx, resp.Private, liveEcho, echo{live.Statements})...)
	resp.Diagnostics.Append(state.recall(ctx, resp.Private)...)
	if state.dialect == "" {
		resp.Diagnostics.Append(state.learn(ctx, client, resolved, live.Statements)...)
		resp.Diagnostics.Append(state.remember(ctx, resp.Private)...)
	}
	last, diags := appliedSchema(ctx, &state, resp.Private)
	resp.Diagnostics.Append(diags...)
	settings, _, diags := state.settings(ctx)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	// What nobody declares is what a plan of the applied text itself finds so.
	settings.desired = last.text
	state.PlannedStatements = plannedStatements(nil)
	if state.checks() {
		// The state of a check holds the difference, see check.go.
		text, _, diags := stateSchema(&state, last.stored)
		resp.Diagnostics.Append(diags...)
		settings.desired = text
	}
	schema := state.language().ParseEcho(live.Statements, last.text)
	if names := r.constraintNames(ctx, resolved, schema); names != nil {
		resp.Diagnostics.Append(writeNames(ctx, resp.Private, names)...)
	}
	settings.names, diags = readNames(ctx, resp.Private)
	resp.Diagnostics.Append(diags...)
	change := ddl.Diff(settings.request(schema, last, false))
	if state.checks() {
		state.PlannedStatements = plannedStatements(change.Steps)
	}
	state.UnmanagedObjects = textList(change.Unmanaged)
	if resp.Diagnostics.HasError() {
		return
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, &state)...)
}

// unreachable reports whether the API gave no answer at all.
func unreachable(err error) bool {
	var api *spanneradmin.APIError
	return errors.As(err, &api) && (api.Code == codes.Unavailable || api.Code == codes.DeadlineExceeded)
}
