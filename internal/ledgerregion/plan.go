package ledgerregion

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// ModifyPlan implements resource.ResourceWithModifyPlan. Planned values come
// from configuration, state and private state alone, so that core gets the same
// answer when it asks again during apply. What is live only adds refusals.
func (r *regionResource) ModifyPlan(ctx context.Context, req resource.ModifyPlanRequest, resp *resource.ModifyPlanResponse) {
	if r.conn == nil {
		return
	}
	var plan, config, state model
	create, destroy := req.State.Raw.IsNull(), req.Plan.Raw.IsNull()
	if !create {
		resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	}
	if destroy {
		switch {
		case resp.Diagnostics.HasError():
		case state.abandoned():
			resp.Diagnostics.Append(state.abandonment())
		case r.succeeded(ctx, state):
			// Its destroy leaves only what the new resource is not in, and is guarded then.
		default:
			r.claim(ctx, state, loadbalancer.Claim{Intent: loadbalancer.IntentDestroy}, &resp.Diagnostics)
			r.refuseDestroy(ctx, state, resp)
		}
		return
	}
	resp.Diagnostics.Append(req.Plan.Get(ctx, &plan)...)
	resp.Diagnostics.Append(req.Config.Get(ctx, &config)...)
	if resp.Diagnostics.HasError() {
		return
	}
	r.planProject(&plan, config, state, create, &resp.Diagnostics)
	replace := !create && (!plan.Project.Equal(state.Project) || !plan.LedgerID.Equal(state.LedgerID) || !plan.Region.Equal(state.Region))
	if !create && !plan.Project.Equal(state.Project) {
		resp.RequiresReplace.Append(path.Root("project"))
	}
	plan.ID = types.StringUnknown()
	if !plan.LedgerID.IsUnknown() && !plan.Region.IsUnknown() {
		plan.ID = types.StringValue(plan.owner().String())
	}
	plan.State = types.StringUnknown()
	if !plan.CapacityPercent.IsUnknown() {
		plan.State = types.StringValue(steady(plan.CapacityPercent.ValueInt64()))
	}
	if create || replace {
		plan.JoinedAt = types.StringUnknown()
		plan.ZonesAttached = r.firstZones(ctx, plan)
	} else {
		plan.JoinedAt = state.JoinedAt
		if state.State.ValueString() == stateJoining {
			plan.JoinedAt = types.StringUnknown()
		}
		found, d := discovered(ctx, req)
		resp.Diagnostics.Append(d...)
		zones, d := plan.plannedZones(ctx, state, found.of(state.NEGName.ValueString()))
		resp.Diagnostics.Append(d...)
		plan.ZonesAttached = zones
	}
	r.planPromises(ctx, &plan, state, create || replace, &resp.Diagnostics)
	plan.planRegistryStatus(ctx, state, create || replace, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if replace {
		// Core asks again for the new one.
		if state.abandoned() {
			resp.Diagnostics.Append(state.abandonment())
			return
		}
		r.refuseDestroy(ctx, state, resp)
		return
	}
	claim := loadbalancer.Claim{Intent: loadbalancer.IntentKeep, Configuration: req.Config.Raw.String()}
	if create {
		claim.Intent = loadbalancer.IntentCreate
	}
	if replaced := r.claim(ctx, plan, claim, &resp.Diagnostics); replaced && !plan.abandoned() && req.Config.Raw.IsFullyKnown() {
		// With -replace, core asks for the new one alone: nobody else would refuse.
		r.refuseDestroy(ctx, plan, resp)
	}
	if joins := create || !plan.BackendServices.Equal(state.BackendServices) || !plan.Drain.Equal(state.Drain); joins || plan.moves(state) {
		r.checkServices(ctx, plan, joins || plan.CapacityPercent.ValueInt64() > 0, &resp.Diagnostics)
	}
	if create {
		r.checkRegion(ctx, plan, &resp.Diagnostics)
	}
	if create || plan.moves(state) {
		r.preflight(ctx, plan, &resp.Diagnostics)
	}
	if !create {
		r.refuseDrain(ctx, plan, state, &resp.Diagnostics)
		r.warnOfReduction(ctx, plan, state, &resp.Diagnostics)
	}
}

// planProject settles the project of a configuration that leaves it out.
func (r *regionResource) planProject(plan *model, config, state model, create bool, diags *diag.Diagnostics) {
	if !config.Project.IsNull() {
		return
	}
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
		diags.AddAttributeError(path.Root("project"), "The region has no project", wording.Sentence(err.Error()))
	}
}

// planRegistryStatus says what the region table will be after the apply: current
// where nothing else is let pass, unknown where a failure is only a warning.
func (m *model) planRegistryStatus(ctx context.Context, state model, fresh bool, diags *diag.Diagnostics) {
	m.RegistryStatus = state.RegistryStatus
	switch {
	case m.Registry.IsNull():
		m.RegistryStatus = types.StringNull()
	case m.Registry.IsUnknown():
		m.RegistryStatus = types.StringUnknown()
	case fresh || m.records(state) || state.RegistryStatus.ValueString() != registryCurrent:
		m.RegistryStatus = types.StringUnknown()
		if where, d := m.registryTable(ctx); where != nil && where.fail {
			diags.Append(d...)
			m.RegistryStatus = types.StringValue(registryCurrent)
		}
	}
}

// regionZones is how many zones a region of Google Cloud has at least.
const regionZones = 3

// firstZones are the zones that a create attaches. Core asks again during the
// apply and takes no other answer, so they are known only where every zone of the
// region has a group, and none is left to appear in between.
func (r *regionResource) firstZones(ctx context.Context, plan model) types.Set {
	unknown := types.SetUnknown(types.StringType)
	switch {
	case plan.CapacityPercent.IsUnknown() || plan.CapacityPercent.ValueInt64() == 0:
		return unknown
	case !plan.Zones.IsNull():
		return plan.Zones
	case plan.Project.IsUnknown() || plan.Region.IsUnknown() || plan.NEGName.IsUnknown() || plan.MinZones.IsUnknown():
		return unknown
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		return unknown
	}
	list, err := lb.PlannedNEGs(ctx, plan.Project.ValueString())
	if err != nil {
		return unknown
	}
	groups, _, complete := list.In(plan.Region.ValueString(), plan.NEGName.ValueString())
	filled := 0
	for _, n := range groups {
		if n.Size > 0 {
			filled++
		}
	}
	if !complete || len(groups) < max(regionZones, len(list.Zones(plan.Region.ValueString()))) || filled < int(plan.MinZones.ValueInt64()) {
		return unknown
	}
	return zoneSet(zonesOf(groups))
}

// discovered is what the last refresh found; nothing when there was none.
func discovered(ctx context.Context, req resource.ModifyPlanRequest) (found discovery, diags diag.Diagnostics) {
	encoded, diags := req.Private.GetKey(ctx, discoveredKey)
	if encoded == nil {
		return found, diags
	}
	if err := json.Unmarshal(encoded, &found); err != nil {
		diags.AddError("The zones found at the last refresh cannot be read", err.Error())
	}
	return found, diags
}

// plannedZones are the zones that an update attaches.
func (m model) plannedZones(ctx context.Context, state model, discovered []string) (types.Set, diag.Diagnostics) {
	unknown := types.SetUnknown(types.StringType)
	if m.Zones.IsUnknown() || m.CapacityPercent.IsUnknown() {
		return unknown, nil
	}
	attached, diags := state.attached(ctx)
	if m.CapacityPercent.ValueInt64() > 0 {
		switch {
		case !m.Zones.IsNull():
			return m.Zones, diags
		case m.NEGName.IsUnknown(), !m.NEGName.Equal(state.NEGName):
			// The groups of another name have not been looked for.
			return unknown, diags
		case len(discovered) > 0:
			return zoneSet(discovered), diags
		case len(attached) > 0:
			return state.ZonesAttached, diags
		}
		return unknown, diags
	}
	// At 0 nothing is attached, so that nothing changes unless something leaves:
	// the only backend of a service, or what belongs no more.
	drains := state.CapacityPercent.ValueInt64() > 0
	membership := !m.NEGName.Equal(state.NEGName) || !m.BackendServices.Equal(state.BackendServices) || !m.Zones.Equal(state.Zones)
	if membership || drains && len(attached) < 2 {
		return unknown, diags
	}
	return state.ZonesAttached, diags
}
