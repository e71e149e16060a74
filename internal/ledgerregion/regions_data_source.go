package ledgerregion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// NewDataSource makes the data source proveniq_ledger_regions.
func NewDataSource() datasource.DataSource { return &regionsDataSource{} }

type regionsDataSource struct {
	conn Connector
}

var _ datasource.DataSourceWithConfigure = (*regionsDataSource)(nil)

// Metadata implements datasource.DataSource.
func (d *regionsDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ledger_regions"
}

// Schema implements datasource.DataSource.
func (d *regionsDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = regionsSchema()
}

// Configure implements datasource.DataSourceWithConfigure.
func (d *regionsDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	conn, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider is wired wrongly",
			fmt.Sprintf("proveniq_ledger_regions cannot use a %T. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	d.conn = conn
}

// Read implements datasource.DataSource.
func (d *regionsDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m regionsModel
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if m.Project.IsNull() {
		project, err := d.conn.DefaultProject()
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("project"), "The ledger has no project", wording.Sentence(err.Error()))
			return
		}
		m.Project = types.StringValue(project)
	}
	lb, err := d.conn.LoadBalancer(ctx)
	if err != nil {
		report(&resp.Diagnostics, "The load balancer cannot be read", err)
		return
	}
	found, unreachable, err := survey(ctx, lb, m.Project.ValueString(), m.LedgerID.ValueString())
	if err != nil {
		report(&resp.Diagnostics, "The ledger's regions cannot be read", err)
		return
	}
	m.UnreachableZones = listed(unreachable)
	compared := d.addRows(ctx, m, found, &resp.Diagnostics)
	m.RegistryRead = types.BoolValue(compared)
	minHealthy := defaultMinHealthyPercent
	if !m.MinHealthyPercent.IsNull() {
		minHealthy = int(m.MinHealthyPercent.ValueInt64())
	}
	var serving []string
	for _, name := range slices.Sorted(maps.Keys(found)) {
		if h, known := found[name].health(); known && h.Healthy > 0 && found[name].percent() > 0 {
			serving = append(serving, name)
		}
	}
	m.Regions = map[string]sightModel{}
	for name, one := range found {
		m.Regions[name] = one.model(minHealthy, serving, compared)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, m)...)
}

// addRows puts the region table's rows beside what the load balancer has, and
// says whether it was read.
func (d *regionsDataSource) addRows(ctx context.Context, m regionsModel, found map[string]*sight, diags *diag.Diagnostics) bool {
	if m.Registry == nil {
		return false
	}
	tables := registry.Tables{Regions: registry.DefaultTable}
	if !m.Registry.Table.IsNull() {
		tables.Regions = m.Registry.Table.ValueString()
	}
	client, err := d.conn.Registry(ctx, databasePath(m.Project.ValueString(), m.Registry.Database.ValueString()))
	var rows []registry.Row
	if err == nil {
		rows, err = client.Planned(ctx, tables, m.LedgerID.ValueString())
	}
	if err != nil {
		diags.AddAttributeWarning(path.Root("registry"), "The region table could not be read", wording.Sentence(err.Error()))
		return false
	}
	for _, row := range rows {
		if found[row.Region] == nil {
			found[row.Region] = &sight{region: row.Region}
		}
		found[row.Region].row = &row
	}
	return true
}
