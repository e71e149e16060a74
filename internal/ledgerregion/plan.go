package ledgerregion

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
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
		if !resp.Diagnostics.HasError() {
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
		plan.ZonesAttached = types.SetUnknown(types.StringType)
		if !plan.Zones.IsNull() && plan.CapacityPercent.ValueInt64() > 0 {
			plan.ZonesAttached = plan.Zones
		}
	} else {
		discovered, d := discoveredZones(ctx, req)
		resp.Diagnostics.Append(d...)
		zones, d := plan.plannedZones(ctx, state, discovered)
		resp.Diagnostics.Append(d...)
		plan.ZonesAttached = zones
	}
	plan.planRegistryStatus(ctx, state, create || replace, &resp.Diagnostics)
	resp.Diagnostics.Append(resp.Plan.Set(ctx, plan)...)
	if resp.Diagnostics.HasError() {
		return
	}
	if replace {
		r.refuseDestroy(ctx, state, resp)
		return
	}
	if create || !plan.BackendServices.Equal(state.BackendServices) {
		r.checkServices(ctx, plan, &resp.Diagnostics)
	}
	if !create {
		r.refuseDrain(ctx, plan, state, &resp.Diagnostics)
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
		diags.AddAttributeError(path.Root("project"), "The region has no project", sentence(err.Error()))
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

// discoveredZones are the zones with a group at the last refresh; nil when there was none.
func discoveredZones(ctx context.Context, req resource.ModifyPlanRequest) ([]string, diag.Diagnostics) {
	encoded, diags := req.Private.GetKey(ctx, discoveredKey)
	if encoded == nil {
		return nil, diags
	}
	var zones []string
	if err := json.Unmarshal(encoded, &zones); err != nil {
		diags.AddError("The zones found at the last refresh cannot be read", err.Error())
	}
	return zones, diags
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

// checkServices refuses at plan a backend service that cannot take a region. One
// that does not exist yet is no error: it may be made by the same apply.
func (r *regionResource) checkServices(ctx context.Context, plan model, diags *diag.Diagnostics) {
	if plan.Project.IsUnknown() || plan.BackendServices.IsUnknown() {
		return
	}
	services, d := plan.services(ctx)
	diags.Append(d...)
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		// The provider's configuration is not known yet, or the apply will say.
		tflog.Debug(ctx, "backend services are not looked at in this plan", map[string]any{"error": err.Error()})
		return
	}
	for class, s := range services {
		if s.Name.IsUnknown() {
			continue
		}
		one := service{class: class, name: s.Name.ValueString()}
		found, err := lb.PlannedService(ctx, plan.Project.ValueString(), one.name)
		switch {
		case err == nil:
			if p := unfit(found, one); p != nil {
				report(diags, p.summary, p)
			}
		case loadbalancer.IsNotFound(err):
		default:
			diags.AddAttributeWarning(path.Root("backend_services").AtMapKey(class).AtName("name"),
				"The backend service could not be looked at", sentence(err.Error())+" The apply will look again.")
		}
	}
}

// refuseDestroy refuses at plan to take out the last healthy region.
func (r *regionResource) refuseDestroy(ctx context.Context, state model, resp *resource.ModifyPlanResponse) {
	was, d := state.spec(ctx)
	resp.Diagnostics.Append(d...)
	// What never finished joining may be taken back.
	if resp.Diagnostics.HasError() || state.State.ValueString() == stateJoining {
		return
	}
	r.refuse(ctx, was, was.names(), true, &resp.Diagnostics)
}

// refuseDrain refuses at plan to drain the last healthy region, and to take it
// out of a service that it is the last one in.
func (r *regionResource) refuseDrain(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	if plan.CapacityPercent.IsUnknown() || plan.MinRemainingRegions.IsUnknown() || plan.BackendServices.IsUnknown() {
		return
	}
	was, d := state.spec(ctx)
	diags.Append(d...)
	services, d := plan.services(ctx)
	diags.Append(d...)
	var stays []string
	for _, s := range services {
		if s.Name.IsUnknown() {
			return
		}
		stays = append(stays, s.Name.ValueString())
	}
	leaves := slices.DeleteFunc(was.names(), func(name string) bool {
		return plan.CapacityPercent.ValueInt64() > 0 && slices.Contains(stays, name)
	})
	if diags.HasError() || len(leaves) == 0 || was.percent == 0 {
		return
	}
	was.minRemaining = int(plan.MinRemainingRegions.ValueInt64())
	r.refuse(ctx, was, leaves, false, diags)
}

// refuse asks the guard about services that a plan leaves. What cannot be read
// now is left to the guard inside the apply.
func (r *regionResource) refuse(ctx context.Context, was spec, names []string, destroying bool, diags *diag.Diagnostics) {
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		tflog.Debug(ctx, "the guard is left to the apply", map[string]any{"error": err.Error()})
		return
	}
	var sizes map[string]int
	if list, err := lb.PlannedNEGs(ctx, was.project); err == nil {
		sizes = list.Sizes(was.region)
	}
	for _, name := range names {
		s, err := lb.PlannedService(ctx, was.project, name)
		if err == nil {
			g := guard{
				health: lb, owner: was.owner, minRemaining: was.minRemaining, sizes: sizes,
				announced: lb.AnnounceDeparture(was.project, name, was.owner.String()),
			}
			err = g.check(ctx, s)
		}
		var last *lastRegionError
		switch {
		case errors.As(err, &last):
			report(diags, "", last.problem(destroying))
			return
		case err != nil:
			tflog.Debug(ctx, fmt.Sprintf("the guard of %s is left to the apply", name), map[string]any{"error": err.Error()})
		}
	}
}
