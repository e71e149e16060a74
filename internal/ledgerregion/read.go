package ledgerregion

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// discoveredKey of private state holds what the last refresh discovered. A plan is
// made from it, because core plans again during apply and what is live may have
// moved on.
const discoveredKey = "discovered"

// discovery is in which zones the last refresh found groups of a name.
type discovery struct {
	NEGName string   `json:"neg_name"`
	Zones   []string `json:"zones"`
}

// of are the zones of the groups of a name; nil for another one than was looked for.
func (d discovery) of(neg string) []string {
	if d.NEGName != neg {
		return nil
	}
	return d.Zones
}

// Read implements resource.Resource.
func (r *regionResource) Read(ctx context.Context, req resource.ReadRequest, resp *resource.ReadResponse) {
	var state model
	resp.Diagnostics.Append(req.State.Get(ctx, &state)...)
	if resp.Diagnostics.HasError() {
		return
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		report(&resp.Diagnostics, "The load balancer cannot be read", err)
		return
	}
	if state.BackendServices.IsNull() {
		if !fill(ctx, lb, &state, &resp.Diagnostics) {
			return
		}
	}
	was, d := state.spec(ctx)
	resp.Diagnostics.Append(d...)
	if resp.Diagnostics.HasError() {
		return
	}
	seen, err := observe(ctx, lb.PlannedService, was)
	if err != nil {
		report(&resp.Diagnostics, "The region cannot be read", err)
		return
	}
	row, told := r.row(ctx, state, &resp.Diagnostics)
	// A drained region may be attached nowhere, as 0 is not allowed for the only
	// backend of a service.
	if !seen.attached && (was.percent > 0 || len(seen.services) == 0) {
		const summary = "The region is attached nowhere any more"
		what := fmt.Sprintf("None of the backend services %s of project %s has a backend of %s. Somebody took it out, its destroy did not get to its end, or the services were replaced. ",
			strings.Join(was.names(), ", "), was.project, was.owner)
		if row == nil && told {
			resp.Diagnostics.AddWarning(summary, what+"It is dropped from state; the next apply joins it again.")
			resp.State.RemoveResource(ctx)
			return
		}
		// Only a resource in state can remove its row.
		resp.Diagnostics.AddWarning(summary, what+"Its row in the region table may still be there, so it stays in state, as drained; the next apply joins it again, and a destroy removes the row.")
		seen.percent, seen.uneven = 0, true
	}
	if len(seen.absent) > 0 {
		resp.Diagnostics.AddWarning("A backend service of the region no longer exists",
			fmt.Sprintf("Project %s has no backend service %s any more, so %s is not attached there.",
				was.project, strings.Join(seen.absent, ", "), was.owner))
	}
	state.show(seen)
	if told {
		// Where the table did not answer, what was known of the row stays.
		state.compare(ctx, row, &resp.Diagnostics)
	}
	r.readPromises(ctx, &state, &resp.Diagnostics)
	if was.zones == nil {
		r.discover(ctx, lb, was, seen, resp)
	}
	resp.Diagnostics.Append(resp.State.Set(ctx, state)...)
}

// show puts what was observed into the model.
func (m *model) show(seen observed) {
	m.ID = types.StringValue(m.owner().String())
	m.NEGName = types.StringValue(seen.neg)
	m.CapacityPercent = types.Int64Value(int64(seen.percent))
	m.ZonesAttached = zoneSet(seen.zones)
	m.BackendServices = serviceMap(seen.services)
	// An apply that did not finish shows until one does: no plan ends in such a
	// state, so the next one is an update.
	switch was := m.State.ValueString(); {
	case was == stateJoining && seen.percent > 0, was == stateDraining:
	case seen.uneven:
		m.State = types.StringValue(stateDraining)
	default:
		m.State = types.StringValue(steady(int64(seen.percent)))
	}
}

// discover remembers which zones have a group, for the plan that follows.
func (r *regionResource) discover(ctx context.Context, lb *loadbalancer.Client, was spec, seen observed, resp *resource.ReadResponse) {
	list, err := lb.PlannedNEGs(ctx, was.project)
	if err != nil {
		resp.Diagnostics.AddWarning("Zones of the region could not be looked for",
			wording.Sentence(err.Error())+" The plan keeps to the zones known so far.")
		return
	}
	groups, _, _ := list.In(was.region, seen.neg)
	zones := zonesOf(groups)
	for _, zone := range seen.anywhere {
		// What did not answer has not gone.
		if !list.Answered(zone) {
			zones = append(zones, zone)
		}
	}
	slices.Sort(zones)
	zones = slices.Compact(zones)
	if len(zones) == 0 {
		resp.Diagnostics.AddWarning("The region has no network endpoint groups",
			fmt.Sprintf("Project %s has no zonal network endpoint group %q in %s. The backends stay as they are.", was.project, seen.neg, was.region))
		zones = seen.zones
	}
	encoded, err := json.Marshal(discovery{NEGName: seen.neg, Zones: zones})
	if err != nil {
		resp.Diagnostics.AddError("The zones found cannot be kept", err.Error())
		return
	}
	resp.Diagnostics.Append(resp.Private.SetKey(ctx, discoveredKey, encoded)...)
}

// fill completes an imported region by what carries its mark. It is false after an error.
func fill(ctx context.Context, lb *loadbalancer.Client, m *model, diags *diag.Diagnostics) bool {
	services, backends, percent, err := find(ctx, lb, m.Project.ValueString(), m.owner())
	if err != nil {
		report(diags, "The region cannot be imported", err)
		return false
	}
	if len(backends) == 0 {
		diags.AddError("There is no such region to import",
			fmt.Sprintf("No global backend service of project %s has a backend whose description begins with %q.",
				m.Project.ValueString(), markPrefix+m.owner().String()+"/"))
		return false
	}
	classes := map[string]string{}
	for _, s := range services {
		if other, twice := classes[s.class]; twice {
			diags.AddError("The region cannot be imported",
				fmt.Sprintf("Backend services %s and %s both have backends of %s with the class %q. Give one of them another mark first.",
					other, s.name, m.owner(), s.class))
			return false
		}
		classes[s.class] = s.name
		if !s.follows {
			diags.AddAttributeWarning(path.Root("backend_services").AtMapKey(s.class), "The backend service is taken for one of probes",
				fmt.Sprintf("%s is at 100 %% in %q, where no other region of the ledger is, and at %d %% elsewhere. So guard and follow_capacity are imported as false. "+
					"Where the service carries traffic, set both to true: the region was imported in the middle of a change.", m.owner(), s.name, percent))
		}
	}
	m.BackendServices = serviceMap(services)
	m.NEGName = types.StringValue(backends[0].GroupName())
	m.CapacityPercent = types.Int64Value(int64(percent))
	return true
}

// serviceMap is backend_services as Terraform holds it.
func serviceMap(services []service) types.Map {
	values := make(map[string]attr.Value, len(services))
	for _, s := range services {
		values[s.class] = types.ObjectValueMust(serviceType().AttrTypes, map[string]attr.Value{
			"name":                  types.StringValue(s.name),
			"max_rate_per_endpoint": types.Float64Value(s.rate),
			"preference":            types.StringValue(s.preference),
			"guard":                 types.BoolValue(s.guarded),
			"follow_capacity":       types.BoolValue(s.follows),
		})
	}
	return types.MapValueMust(serviceType(), values)
}
