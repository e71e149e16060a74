package ledgerregion

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/registry"
	"github.com/proveniq/terraform-provider-proveniq/internal/spanneradmin"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// Connector is what the resource needs of the configured provider.
type Connector interface {
	// DefaultProject is the provider's project; an error when it is unknown or absent.
	DefaultProject() (string, error)
	// LoadBalancer is the shared Compute client.
	LoadBalancer(ctx context.Context) (*loadbalancer.Client, error)
	// Registry is the shared client of the region table of a database, given as
	// "projects/P/instances/I/databases/D".
	Registry(ctx context.Context, databasePath string) (*registry.Client, error)
	// SpannerInstances is the shared client of Spanner instances.
	SpannerInstances(ctx context.Context) (*spannerinstances.Client, error)
	// DatabaseAdmin is the shared client of Spanner's Database Admin API.
	DatabaseAdmin(ctx context.Context) (*spanneradmin.Client, error)
	// Observations are what this run has read of Spanner instances.
	Observations() *Observations
	// MayBeTakenDown says whether the provider's configuration lifts the guard of
	// a ledger's last regions; an error when it is not known yet.
	MayBeTakenDown(ledgerID string) (bool, error)
	// ProviderVersion is written to the registry.
	ProviderVersion() string
}

// NewResource makes the resource proveniq_ledger_region.
func NewResource() resource.Resource {
	return &regionResource{clock: loadbalancer.SystemClock{}}
}

type regionResource struct {
	conn  Connector
	clock loadbalancer.Clock
}

var (
	_ resource.ResourceWithConfigure      = (*regionResource)(nil)
	_ resource.ResourceWithValidateConfig = (*regionResource)(nil)
	_ resource.ResourceWithModifyPlan     = (*regionResource)(nil)
	_ resource.ResourceWithImportState    = (*regionResource)(nil)
)

// Metadata implements resource.Resource.
func (r *regionResource) Metadata(_ context.Context, req resource.MetadataRequest, resp *resource.MetadataResponse) {
	resp.TypeName = req.ProviderTypeName + "_ledger_region"
}

// Schema implements resource.Resource.
func (r *regionResource) Schema(ctx context.Context, _ resource.SchemaRequest, resp *resource.SchemaResponse) {
	resp.Schema = regionSchema(ctx)
}

// Configure implements resource.ResourceWithConfigure.
func (r *regionResource) Configure(_ context.Context, req resource.ConfigureRequest, resp *resource.ConfigureResponse) {
	if req.ProviderData == nil {
		return
	}
	conn, ok := req.ProviderData.(Connector)
	if !ok {
		resp.Diagnostics.AddError("The provider is wired wrongly",
			fmt.Sprintf("proveniq_ledger_region cannot use a %T. This is a fault of the provider; please report it.", req.ProviderData))
		return
	}
	r.conn = conn
}

// Create implements resource.Resource.
func (r *regionResource) Create(ctx context.Context, req resource.CreateRequest, resp *resource.CreateResponse) {
	var plan model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, d := plan.Timeouts.Create(ctx, defaultJoinTimeout)
	resp.Diagnostics.Append(d...)
	r.resolveProject(&plan, &resp.Diagnostics)
	o := r.operator(ctx, plan, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	r.settlePromises(ctx, &plan, model{}, true, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	const failed = "The region did not join"
	if err := o.check(ctx); err != nil {
		report(&resp.Diagnostics, failed, err)
		return
	}
	if o.spec.percent == 0 {
		// What it finds serving, as after a lost state, is drained like any other.
		if _, err := o.depart(ctx, departure{services: o.spec.names()}); err != nil {
			report(&resp.Diagnostics, failed, err)
			return
		}
	}
	var groups []loadbalancer.NEG
	var err error
	if planned, d := plan.attached(ctx); planned != nil && o.spec.zones == nil {
		resp.Diagnostics.Append(d...)
		groups, err = o.plannedNEGs(ctx, planned)
	} else {
		groups, err = o.awaitNEGs(ctx, o.spec.zones)
	}
	if err != nil {
		report(&resp.Diagnostics, failed, err)
		return
	}
	zones := zonesOf(groups)
	done, err := o.attach(ctx, climb{groups: groups, always: true, finish: func(ctx context.Context) error {
		now, err := o.zonesNow(ctx, zones)
		if err != nil {
			return err
		}
		zones = now
		written, err := r.record(ctx, plan, zones, plan.because("joined"), &resp.Diagnostics)
		plan.RegistryStatus = plan.registryStatus(written)
		return err
	}})
	if len(done.adopted) > 0 {
		resp.Diagnostics.AddWarning("Backends of this region were there already",
			fmt.Sprintf("%s already had backends with the mark of %s, as after an apply that was killed. They belong to this resource now. "+
				"If another state manages the same ledger and region, remove it from one of the two.",
				strings.Join(done.adopted, ", "), o.spec.owner))
	}
	plan.ZonesAttached = zoneSet(zones)
	plan.JoinedAt = types.StringNull()
	if err == nil {
		plan.JoinedAt = r.now()
		o.lb.RecordJoin(o.spec.project, o.spec.owner.String(), o.spec.names())
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
		return
	}
	if done.standing && done.inherits {
		// In state it would be tainted, and its replacement would take out unguarded
		// what this create did not make. Its marks are enough for the next create.
		err = asProblem(err).with("Some of the region's backends were there before this apply, so it is not in state. " +
			"The next apply takes them over and goes on from there.")
	}
	report(&resp.Diagnostics, failed, err)
	if done.standing && !done.inherits {
		// Something of ours may still be attached: only now is there a resource.
		plan.State = types.StringValue(stateJoining)
		plan.RegistryStatus = plan.registryStatus(false)
		resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
	}
}

// Update implements resource.Resource.
func (r *regionResource) Update(ctx context.Context, req resource.UpdateRequest, resp *resource.UpdateResponse) {
	var plan, state model
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	limit, d := plan.Timeouts.Update(ctx, defaultJoinTimeout)
	resp.Diagnostics.Append(d...)
	o := r.operator(ctx, plan, &resp.Diagnostics)
	was, d := state.spec(ctx)
	resp.Diagnostics.Append(d...)
	planned, d := plan.attached(ctx)
	resp.Diagnostics.Append(d...)
	if resp.Diagnostics.HasError() {
		return
	}
	o.was = was
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	r.settlePromises(ctx, &plan, state, false, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	outcome := change{zones: planned}
	if plan.moves(state) {
		outcome = o.change(ctx, planned, state.State.ValueString() == stateJoining)
	}
	if plan.JoinedAt.IsUnknown() {
		plan.JoinedAt = r.now()
	}
	if outcome.err != nil {
		report(&resp.Diagnostics, "The region was not changed as planned", outcome.err)
		if outcome.begun {
			// The next plan shows what remains to be done, because no plan ends in this state.
			kept := state
			if outcome.attached {
				kept = plan
				kept.ZonesAttached = zoneSet(outcome.zones)
				kept.RegistryStatus = plan.registryStatus(false)
			}
			kept.State = types.StringValue(stateDraining)
			resp.Diagnostics.Append(resp.State.Set(ctx, kept)...)
		} else if outcome.reached > 0 {
			state.CapacityPercent = types.Int64Value(int64(outcome.reached))
			state.State = types.StringValue(stateActive)
			state.RegistryStatus = state.registryStatus(false)
			resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		}
		return
	}
	if plan.ZonesAttached.IsUnknown() {
		plan.ZonesAttached = zoneSet(outcome.zones)
	}
	if plan.records(state) {
		written, err := r.record(ctx, plan, outcome.zones, plan.because(reason(state, plan)), &resp.Diagnostics)
		if err != nil {
			report(&resp.Diagnostics, "The region table was not written", err)
		}
		plan.RegistryStatus = plan.registryStatus(written)
		r.forgetMoved(ctx, plan, state, &resp.Diagnostics)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, plan)...)
}

// Delete implements resource.Resource.
func (r *regionResource) Delete(ctx context.Context, req resource.DeleteRequest, resp *resource.DeleteResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if state.abandoned() {
		resp.Diagnostics.Append(state.abandonment())
		return
	}
	limit, d := state.Timeouts.Delete(ctx, defaultLeaveTimeout)
	resp.Diagnostics.Append(d...)
	o := r.operator(ctx, state, &resp.Diagnostics)
	if resp.Diagnostics.HasError() {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()

	// With create_before_destroy the new resource has taken over the marks of this one.
	taken, replaced := o.lb.Joined(o.spec.project, o.spec.owner.String())
	left, err := o.leave(ctx, state.State.ValueString() == stateJoining, taken...)
	if err != nil {
		report(&resp.Diagnostics, "The region was not taken out", err)
		if left {
			state.State = types.StringValue(stateDraining)
			resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
		}
		return
	}
	if replaced {
		resp.Diagnostics.AddAttributeWarning(path.Root("region"), "The region stays in the load balancer",
			fmt.Sprintf("Another resource has joined %s in the same apply, as with create_before_destroy, and has taken over its backends in %s and its row in the region table.",
				o.spec.owner, strings.Join(taken, ", ")))
		return
	}
	if err := r.forget(ctx, state, "left", &resp.Diagnostics); err != nil {
		report(&resp.Diagnostics, "The region table was not written", err)
		// The region is out, but its row is not: what is left is a drained region.
		state.CapacityPercent = types.Int64Value(0)
		state.ZonesAttached = zoneSet(nil)
		state.State = types.StringValue(stateDraining)
		state.RegistryStatus = state.registryStatus(false)
		resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
	}
}

// ImportState implements resource.ResourceWithImportState.
func (r *regionResource) ImportState(ctx context.Context, req resource.ImportStateRequest, resp *resource.ImportStateResponse) {
	parts := strings.Split(req.ID, "/")
	if len(parts) != 3 || !projectPattern.MatchString(parts[0]) || !ledgerPattern.MatchString(parts[1]) || !regionPattern.MatchString(parts[2]) {
		resp.Diagnostics.AddError("The import id is not project/ledger_id/region",
			fmt.Sprintf("%q does not name a region of a ledger. An id looks like acme-prod/main/us-east1.", req.ID))
		return
	}
	for name, value := range map[string]any{
		"project": parts[0], "ledger_id": parts[1], "region": parts[2], "id": parts[1] + "/" + parts[2],
		"ramp": defaultRamp(), "health": defaultHealth(), "drain": defaultDrain(), "adopt_existing": false, "on_destroy": onDestroyDrain,
		"min_zones": int64(defaultMinZones), "min_remaining_regions": int64(defaultMinRemainingRegions),
	} {
		resp.Diagnostics.Append(resp.State.SetAttribute(ctx, path.Root(name), value)...)
	}
}

// operator makes the operator of a model whose arguments are known.
func (r *regionResource) operator(ctx context.Context, m model, diags *diag.Diagnostics) *operator {
	s, d := m.spec(ctx)
	diags.Append(d...)
	if lifted, err := r.conn.MayBeTakenDown(s.ledger); err == nil && lifted {
		s.minRemaining = 0
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		diags.AddError("The load balancer cannot be reached", wording.Sentence(err.Error()))
	}
	return &operator{lb: lb, clock: r.clock, spec: s}
}

// resolveProject gives a model without a project the provider's, which may not
// have been known when the plan was made.
func (r *regionResource) resolveProject(m *model, diags *diag.Diagnostics) {
	if !m.Project.IsUnknown() && !m.Project.IsNull() {
		return
	}
	project, err := r.conn.DefaultProject()
	if err != nil {
		diags.AddAttributeError(path.Root("project"), "The project is not known", wording.Sentence(err.Error()))
		return
	}
	m.Project = types.StringValue(project)
}

// now is the time as Terraform holds it.
func (r *regionResource) now() types.String {
	return types.StringValue(r.clock.Now().UTC().Format(time.RFC3339))
}

// registryLimit bounds connecting to Spanner and writing to it.
const registryLimit = 15 * time.Second
