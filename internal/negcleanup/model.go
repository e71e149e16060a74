package negcleanup

import (
	"context"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// model is the resource as Terraform holds it.
type model struct {
	ID       types.String `tfsdk:"id"`
	Project  types.String `tfsdk:"project"`
	Network  types.String `tfsdk:"network"`
	Region   types.String `tfsdk:"region"`
	NEGNames types.Set    `tfsdk:"neg_names"`
	// DeletionProtection refuses at plan that the resource goes.
	DeletionProtection types.Bool     `tfsdk:"deletion_protection"`
	Timeouts           timeouts.Value `tfsdk:"timeouts"`
}

// networkPath is the network in the one form that is compared; empty while it
// or the project it needs is unknown.
func (m model) networkPath() string {
	network := m.Network.ValueString()
	if network == "" || !strings.Contains(network, "/") && m.Project.ValueString() == "" {
		return ""
	}
	return loadbalancer.NetworkPath(m.Project.ValueString(), network)
}

// identity is the id of a model; unknown while part of it is.
func (m model) identity() types.String {
	network := m.networkPath()
	if m.Project.IsUnknown() || m.Region.IsUnknown() || network == "" {
		return types.StringUnknown()
	}
	return types.StringValue(m.Project.ValueString() + "/" + m.Region.ValueString() + "/" + network[strings.LastIndexByte(network, '/')+1:])
}

// names are neg_names, sorted.
func (m model) names(ctx context.Context) ([]string, diag.Diagnostics) {
	var names []string
	diags := m.NEGNames.ElementsAs(ctx, &names, false)
	slices.Sort(names)
	return names, diags
}
