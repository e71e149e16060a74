package negcleanup

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// Connector is what the resource needs of the configured provider.
type Connector interface {
	// DefaultProject is the provider's project; an error when it is unknown or absent.
	DefaultProject() (string, error)
	// LoadBalancer is the shared Compute client.
	LoadBalancer(ctx context.Context) (*loadbalancer.Client, error)
}

// NewResource makes the resource proveniq_neg_cleanup.
func NewResource() resource.Resource {
	return &cleanupResource{clock: loadbalancer.SystemClock{}}
}

type cleanupResource struct {
	conn  Connector
	clock loadbalancer.Clock
}

var (
	_ resource.ResourceWithConfigure      = (*cleanupResource)(nil)
	_ resource.ResourceWithValidateConfig = (*cleanupResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*cleanupResource)(nil)
	_ resource.ResourceWithImportState    = (*cleanupResource)(nil)
)

// Metadata implements resource.Resource.
func (r *cleanupResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_neg_cleanup"
}

// Schema implements resource.Resource.
func (r *cleanupResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = cleanupSchema(ctx)
}

// Configure implements resource.ResourceWithConfigure.
func (r *cleanupResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	conn, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider is wired wrongly",
			fmt.Sprintf("proveniq_neg_cleanup cannot use a %T. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	r.conn = conn
}

// ValidateConfig implements resource.ResourceWithValidateConfig.
func (r *cleanupResource) ValidateConfig(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var config model
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	validateTimeout(ctx, config, &resp.Diagnostics)
	validateRegion(config, &resp.Diagnostics)
}

func validateTimeout(ctx context.Context, config model, diags *diag.Diagnostics) {
	value, set := config.Timeouts.Attributes()["delete"]
	if !set || value.IsUnknown() {
		return
	}
	limit, d := config.Timeouts.Delete(ctx, defaultDeleteTimeout)
	if d.HasError() || limit > 0 { // text that is no duration is the argument's own validator's
		return
	}
	diags.AddAttributeError(path.Root("timeouts").AtName("delete"), "The timeout leaves no time",
		fmt.Sprintf("timeouts.delete is %s. Set it above 0, such as 20m.", limit))
}

// validateRegion warns of a region that nobody knows: in it nothing would be
// found, and nothing cleaned up. Google opens new ones, so that it is no error.
func validateRegion(config model, diags *diag.Diagnostics) {
	region := config.Region.ValueString()
	if !regionPattern.MatchString(region) {
		return
	}
	facts, err := topology.Published()
	if err != nil || facts.RoundTrips.Knows(region) {
		return
	}
	diags.AddAttributeWarning(path.Root("region"), "The region is not known",
		fmt.Sprintf("Google Cloud had no region %s on %s, the date of this provider's list. In a region that does not exist nothing is cleaned up, "+
			"and the groups go on holding the subnetwork. Look for a slip of the pen; if Google opened it since, all is well.", region, facts.RoundTrips.AsOf))
}

// ModifyPlan implements resource.ResourceWithModifyPlan. It asks nobody: what the
// resource remembers is in its arguments.
func (r *cleanupResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.conn == nil {
		return
	}
	var plan, config, state model
	create := req.State.Raw.IsNull()
	if !create {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if req.Plan.Raw.IsNull() {
		refuseDestroy(state, &resp.Diagnostics)
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if config.Project.IsNull() {
		r.planProject(&plan, state, create, &resp.Diagnostics)
	}
	if !create {
		if !plan.Project.Equal(state.Project) {
			resp.RequiresReplace.Append(path.Root("project"))
		}
		// Written in another way it is still the same network.
		if plan.networkPath() != state.networkPath() {
			resp.RequiresReplace.Append(path.Root("network"))
		}
	}
	if !create && (len(resp.RequiresReplace) > 0 || !plan.Region.Equal(state.Region)) {
		refuseDestroy(state, &resp.Diagnostics)
	}
	plan.ID = plan.identity()
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
}

// refuseDestroy refuses that a protected resource goes.
func refuseDestroy(state model, diags *diag.Diagnostics) {
	if !state.DeletionProtection.ValueBool() {
		return
	}
	diags.AddAttributeError(path.Root("deletion_protection"), "What is protected would be destroyed",
		fmt.Sprintf("This plan takes down what stands on the network in %s, and deletion_protection is on. Nothing has been changed. "+
			"To take it down, apply deletion_protection = false first, then plan again.", state.Region.ValueString()))
}

// planProject settles the project of a configuration that leaves it out.
func (r *cleanupResource) planProject(plan *model, state model, create bool, diags *diag.Diagnostics) {
	project, err := r.conn.DefaultProject()
	var unknown interface{ UnknownArgument() string }
	switch {
	case err == nil:
		plan.Project = types.StringValue(project)
	case !create:
		plan.Project = state.Project
	case errors.As(err, &unknown):
		plan.Project = types.StringUnknown()
	default:
		diags.AddAttributeError(path.Root("project"), "The resource has no project", wording.Sentence(err.Error()))
	}
}

// Create implements resource.Resource: it remembers.
func (r *cleanupResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if plan.Project.IsUnknown() {
		// The provider's was not known when the plan was made.
		project, err := r.conn.DefaultProject()
		if err != nil {
			resp.Diagnostics.AddAttributeError(path.Root("project"), "The project is not known", wording.Sentence(err.Error()))
		}
		plan.Project = types.StringValue(project)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = plan.identity()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Read implements resource.Resource. State is all there is: groups come and go
// with the cluster's pods, and none of them is a change of this resource.
func (r *cleanupResource) Read(context.Context, resource.ReadRequest, *resource.ReadResponse) {}

// Update implements resource.Resource: it remembers.
func (r *cleanupResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	plan.ID = plan.identity()
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete implements resource.Resource. After an error the resource stays in
// state, and the next destroy looks again and goes on.
func (r *cleanupResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, d := state.Timeouts.Delete(ctx, defaultDeleteTimeout)
	resp.Diagnostics.Append(d...)
	names, d := state.names(ctx)
	resp.Diagnostics.Append(d...)
	client, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		resp.Diagnostics.AddError("Compute Engine cannot be reached", wording.Sentence(err.Error()))
	}
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s := &sweep{
		client: client, clock: r.clock, limit: limit,
		project: state.Project.ValueString(), network: state.networkPath(), region: state.Region.ValueString(), names: names,
	}
	s.run(ctx, &resp.Diagnostics)
}

// ImportState implements resource.ResourceWithImportState. All that the resource
// remembers is in the id, so that the plan after an import is empty.
func (r *cleanupResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	parts := strings.Split(req.ID, "/")
	m := model{}
	var names []string
	if n := len(parts); n >= 4 {
		m.Project, m.Region = types.StringValue(parts[0]), types.StringValue(parts[1])
		m.Network = types.StringValue(strings.Join(parts[2:n-1], "/"))
		names = strings.Split(parts[n-1], ",")
	}
	valid := projectPattern.MatchString(m.Project.ValueString()) && regionPattern.MatchString(m.Region.ValueString()) &&
		networkPattern.MatchString(m.Network.ValueString())
	for _, name := range names {
		valid = valid && namePattern.MatchString(name)
	}
	if !valid {
		resp.Diagnostics.AddError("The import id is not project/region/network/neg_names",
			fmt.Sprintf("%q does not say what to clean up. An id looks like acme-prod/us-east1/ledger/ledger-api, "+
				"with commas between several names and a network of another project as projects/P/global/networks/N.", req.ID))
		return
	}
	for name, value := range map[string]any{
		"id": m.identity(), "project": m.Project, "region": m.Region, "network": m.Network, "neg_names": names, "deletion_protection": false,
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}
