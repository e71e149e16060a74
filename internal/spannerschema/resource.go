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
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerquery"
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
	Query(ctx context.Context, databasePath string) (*spannerquery.Client, error)
}

// NewResource makes the resource.
func NewResource() resource.Resource {
	return &schemaResource{now: time.Now}
}

type schemaResource struct {
	connector Connector
	now       func() time.Time
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

// ImportState takes the database's path; Read fills in the rest.
func (r *schemaResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	imported := model{Database: types.StringValue(req.ID), Project: types.StringNull()}
	resolved, _, diags := imported.path(r.connector)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	for name, value := range map[string]any{
		"database":            imported.Database,
		"database_path":       types.StringValue(resolved.String()),
		"allow_destructive":   types.SetValueMust(types.StringType, nil),
		"on_destroy":          types.StringValue(onDestroyAbandon),
		"mode":                types.StringValue(modeApply),
		"cancel_on_interrupt": types.BoolValue(false),
		"verify_data":         types.StringValue(verifyOff),
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
