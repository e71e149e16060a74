// Package spannertopology is the data source proveniq_spanner_topology.
package spannertopology

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/datasource"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// NewDataSource makes the data source.
func NewDataSource() datasource.DataSource { return &topologyDataSource{} }

type topologyDataSource struct {
	connector Connector
}

var (
	_ datasource.DataSourceWithConfigure      = (*topologyDataSource)(nil)
	_ datasource.DataSourceWithValidateConfig = (*topologyDataSource)(nil)
)

// Metadata names the data source.
func (d *topologyDataSource) Metadata(_ context.Context, req datasource.MetadataRequest, resp *datasource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_spanner_topology"
}

// Schema describes arguments and attributes.
func (d *topologyDataSource) Schema(_ context.Context, _ datasource.SchemaRequest, resp *datasource.SchemaResponse) {
	resp.Schema = dataSourceSchema()
}

// Configure takes the provider's connections; there are none while core only
// validates.
func (d *topologyDataSource) Configure(_ context.Context, req datasource.ConfigureRequest, resp *datasource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	connector, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider does not fit the data source proveniq_spanner_topology",
			fmt.Sprintf("%T does not lead to Spanner. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	d.connector = connector
}

// ValidateConfig tells what the arguments alone can tell.
func (d *topologyDataSource) ValidateConfig(ctx context.Context, req datasource.ValidateConfigRequest, resp *datasource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	facts, err := topology.Published()
	if err != nil {
		resp.Diagnostics.AddError("The provider's tables are broken", err.Error()+". This is a fault of the provider; please report it.")
		return
	}
	resp.Diagnostics.Append(config.validate(ctx, facts)...)
}

// Read answers.
func (d *topologyDataSource) Read(ctx context.Context, req datasource.ReadRequest, resp *datasource.ReadResponse) {
	var m model
	resp.Diagnostics.Append(req.Config.Get(ctx, &m)...)
	if resp.Diagnostics.HasError() {
		return
	}
	facts, err := topology.Published()
	if err != nil {
		resp.Diagnostics.AddError("The provider's tables are broken", err.Error()+". This is a fault of the provider; please report it.")
		return
	}
	resp.Diagnostics.Append(m.validate(ctx, facts)...)
	if resp.Diagnostics.HasError() {
		return
	}
	var diags diag.Diagnostics
	facts.RoundTrips, _, diags = m.roundTrips(facts.RoundTrips)
	resp.Diagnostics.Append(diags...)
	facts.Configurations, _, diags = m.catalogue(ctx, facts.Configurations)
	resp.Diagnostics.Append(diags...)
	choice, _, diags := m.choice()
	resp.Diagnostics.Append(diags...)
	if resp.Diagnostics.HasError() {
		return
	}
	regions, _, _ := texts(path.Root(argumentRegions), m.Regions.Elements())
	asked := facts
	if !m.Instance.IsNull() || !m.InstanceConfig.IsNull() {
		observed, problems := m.observe(ctx, d.connector)
		resp.Diagnostics.Append(problems...)
		if resp.Diagnostics.HasError() {
			return
		}
		asked.Configurations, diags = m.compare(facts.Configurations, observed)
		resp.Diagnostics.Append(diags...)
		choice.BaseConfig, choice.Replicas = observed.base.Name, observed.added
		resp.Diagnostics.Append(knownRegions(regions, facts.RoundTrips, asked.Configurations)...)
		if m.Edition.IsNull() && observed.edition != "" {
			m.Edition = types.StringValue(string(observed.edition))
		}
	}
	if choice.BaseConfig != "" {
		t, refusals := asked.Configurations.Choose(choice)
		for _, refusal := range refusals {
			resp.Diagnostics.AddAttributeError(attributeOf(path.Empty(), refusal), refusal.Summary, refusal.Detail)
		}
		if resp.Diagnostics.HasError() {
			return
		}
		m.answer(t, regions, facts.RoundTrips)
	}
	m.advise(facts, regions)
	m.date(facts)
	resp.Diagnostics.Append(resp.State.Set(ctx, &m)...)
}

// validate checks what is known of the arguments.
func (m *model) validate(ctx context.Context, facts topology.Facts) diag.Diagnostics {
	choice, unknown, diags := m.choice()
	roundTrips, measured, problems := m.roundTrips(facts.RoundTrips)
	diags.Append(problems...)
	regions, regionsKnown, problems := texts(path.Root(argumentRegions), m.Regions.Elements())
	diags.Append(problems...)
	diags.Append(m.exclusive()...)
	catalogue, known, problems := m.catalogue(ctx, facts.Configurations)
	diags.Append(problems...)
	if regionsKnown && measured && known && m.Instance.IsNull() && m.InstanceConfig.IsNull() {
		diags.Append(knownRegions(regions, roundTrips, catalogue)...)
	}
	if m.BaseConfig.IsNull() || m.BaseConfig.IsUnknown() || !known || diags.HasError() {
		return diags
	}
	if slices.Contains(unknown, topology.ArgumentReplicas) {
		// A lease may stand on a replica that is not known yet, and so may an edition.
		choice.ReadLeaseRegions, choice.Edition = nil, ""
	}
	_, refusals := catalogue.Choose(choice)
	for _, refusal := range refusals {
		diags.AddAttributeError(attributeOf(path.Empty(), refusal), refusal.Summary, refusal.Detail)
	}
	return diags
}

// knownRegions refuses regions that no table has: they are misspelt, or newer than
// the tables.
func knownRegions(regions []string, roundTrips *topology.RoundTrips, configurations *topology.Configurations) (diags diag.Diagnostics) {
	for _, region := range regions {
		if !roundTrips.Knows(region) && !places(configurations, region) {
			diags.AddAttributeError(path.Root(argumentRegions).AtSetValue(types.StringValue(region)), "The region is not known",
				fmt.Sprintf("The provider's tables of %s and %s have no region %q. Correct its name; if it is newer than the tables, give a round trip of it in round_trips_ms.",
					roundTrips.AsOf, configurations.AsOf, region))
		}
	}
	return diags
}

// places tells whether any configuration has or offers a replica in a region.
func places(configurations *topology.Configurations, region string) bool {
	return slices.ContainsFunc(configurations.Names(), func(name string) bool {
		c, _ := configurations.Named(name)
		return c.OptionalAt(region) > 0 || slices.ContainsFunc(c.Replicas, func(r topology.Replicas) bool { return r.Location == region })
	})
}

// exclusive refuses arguments that exclude each other, and a question without
// a subject.
func (m *model) exclusive() (diags diag.Diagnostics) {
	var given []string
	unknown := m.Regions.IsUnknown()
	for name, value := range m.subjects() {
		unknown = unknown || value.IsUnknown()
		if !value.IsNull() && !value.IsUnknown() {
			given = append(given, name)
		}
	}
	slices.Sort(given)
	switch {
	case len(given) > 1:
		diags.AddAttributeError(path.Root(given[1]), "The configuration is named twice", fmt.Sprintf("Set only one of %s.", strings.Join(given, " and ")))
	case len(given) == 0 && !unknown && m.Regions.IsNull():
		diags.AddError("There is nothing to tell",
			"Set base_config, instance or instance_config to learn what it can do, or regions to learn which configuration serves them best.")
	case len(given) == 0 && !unknown:
		for name, value := range m.needsSubject() {
			if !value.IsNull() {
				diags.AddAttributeError(path.Root(name), "The argument has no configuration that it belongs to", "Set base_config, or leave it out.")
			}
		}
	case len(given) == 1 && given[0] != topology.ArgumentBaseConfig && !m.Replicas.IsNull():
		diags.AddAttributeError(path.Root(topology.ArgumentReplicas), "The replicas are read through the API",
			fmt.Sprintf("replicas are those that are added to base_config; %s has its own.", given[0]))
	case len(given) == 1 && given[0] != topology.ArgumentBaseConfig && !m.Configuration.IsNull():
		diags.AddAttributeError(path.Root(argumentConfiguration), "The configuration is read through the API",
			fmt.Sprintf("configuration describes what base_config names; %s has its own. Leave configuration out, or set base_config instead.", given[0]))
	}
	return diags
}

// attributeOf is where the argument of a refusal stands, below its parent.
func attributeOf(parent path.Path, refusal topology.Refusal) path.Path {
	at := parent.AtName(refusal.Argument)
	if refusal.Listed() {
		at = at.AtListIndex(refusal.Index)
	}
	if refusal.Field != "" {
		at = at.AtName(refusal.Field)
	}
	return at
}
