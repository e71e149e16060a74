package spannerschema

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &schemaDataSource{} }

type schemaDataSource struct {
	connector Connector
}

var _ datasource.DataSourceWithConfigure = (*schemaDataSource)(nil)

// lookup is the data source's configuration or state.
type lookup struct {
	Database     types.String `tfsdk:"database"`
	Project      types.String `tfsdk:"project"`
	DatabasePath types.String `tfsdk:"database_path"`
	Dialect      types.String `tfsdk:"dialect"`
	DDL          types.String `tfsdk:"ddl"`
	Statements   types.List   `tfsdk:"statements"`
	Objects      types.List   `tfsdk:"objects"`
}

var objectType = types.ObjectType{AttrTypes: map[string]attr.Type{
	"kind":         types.StringType,
	"name":         types.StringType,
	"ddl":          types.StringType,
	"dependencies": types.ListType{ElemType: types.StringType},
}}

// Metadata names the data source.
func (d *schemaDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_spanner_schema"
}

// Schema describes arguments and attributes.
func (d *schemaDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = schema.Schema{
		MarkdownDescription: "Reads the schema of a Spanner database as it is, whoever made it.",
		Attributes: map[string]schema.Attribute{
			"database": schema.StringAttribute{
				Required: true,
				MarkdownDescription: "The database: the `id` that `google_spanner_database` exports (`instance/database`), " +
					"`project/instance/database`, or `projects/PROJECT/instances/INSTANCE/databases/DATABASE`.",
			},
			"project": schema.StringAttribute{
				Optional:            true,
				MarkdownDescription: "The project of the database, where `database` does not name one. Default: the provider's project.",
			},
			"database_path": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The full path, `projects/PROJECT/instances/INSTANCE/databases/DATABASE`.",
			},
			"dialect": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The database's dialect, `GOOGLE_STANDARD_SQL` or `POSTGRESQL`.",
			},
			"ddl": schema.StringAttribute{
				Computed:            true,
				MarkdownDescription: "The schema in one text, every statement ended by `;`, as Spanner tells it.",
			},
			"statements": schema.ListAttribute{
				Computed:            true,
				ElementType:         types.StringType,
				MarkdownDescription: "The schema's statements as Spanner tells them, without `;`.",
			},
			"objects": schema.ListNestedAttribute{
				Computed:            true,
				MarkdownDescription: "The objects of the schema (tables, indexes, views, ...) in Spanner's order.",
				NestedObject: schema.NestedAttributeObject{
					Attributes: map[string]schema.Attribute{
						"kind": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "The kind, in the words of its `CREATE` statement: `TABLE`, `INDEX`, `CHANGE STREAM`, ...",
						},
						"name": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "The name, with that of its named schema where it has one.",
						},
						"ddl": schema.StringAttribute{
							Computed:            true,
							MarkdownDescription: "The statement that creates it.",
						},
						"dependencies": schema.ListAttribute{
							Computed:            true,
							ElementType:         types.StringType,
							MarkdownDescription: "Names of the objects that must exist before it, sorted.",
						},
					},
				},
			},
		},
	}
}

// Configure takes the provider's connections; there are none while core only
// validates.
func (d *schemaDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	connector, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider does not fit the data source proveniq_spanner_schema",
			fmt.Sprintf("%T does not lead to Spanner. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	d.connector = connector
}

// Read reads the schema.
func (d *schemaDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var wanted lookup
	resp.Diagnostics.Append(req.Config.Get(ctx, &wanted)...)
	if resp.Diagnostics.HasError() {
		return
	}
	named := model{Database: wanted.Database, Project: wanted.Project}
	database, _, diags := named.path(d.connector)
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	client, err := d.connector.DatabaseAdmin(ctx)
	if err != nil {
		reportRead(&resp.Diagnostics, database.String(), err)
		return
	}
	dialect, err := client.Dialect(ctx, database)
	if err != nil {
		reportRead(&resp.Diagnostics, database.String(), err)
		return
	}
	live, err := client.GetDDL(ctx, database)
	if err != nil {
		reportRead(&resp.Diagnostics, database.String(), err)
		return
	}
	if dialect == "" {
		dialect = string(ddl.GoogleSQL)
		if guessed, ok := ddl.GuessDialect(ddl.Source{Text: joined(live.Statements)}); ok {
			dialect = string(guessed)
		}
	}
	wanted.DatabasePath = types.StringValue(database.String())
	wanted.Dialect = types.StringValue(dialect)
	wanted.DDL = types.StringValue(joined(live.Statements))
	wanted.Statements = textList(live.Statements)
	wanted.Objects = objects(ddl.Dialect(dialect).ParseEcho(live.Statements))
	resp.Diagnostics.Append(resp.State.Set(ctx, &wanted)...)
}

// objects makes the attribute's value.
func objects(schema *ddl.Schema) types.List {
	elements := []attr.Value{}
	for _, object := range schema.Objects() {
		elements = append(elements, types.ObjectValueMust(objectType.AttrTypes, map[string]attr.Value{
			"kind":         types.StringValue(object.Kind),
			"name":         types.StringValue(object.Name),
			"ddl":          types.StringValue(object.DDL),
			"dependencies": textList(object.Dependencies),
		}))
	}
	return types.ListValueMust(objectType, elements)
}
