package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// What follows looks at what is live during a plan. It refuses and warns, and
// decides on no planned value.

// checkServices refuses at plan a backend service that cannot take a region. One
// that does not exist yet is no error: it may be made by the same apply. settles
// holds the time to settle against the services' draining timeout. A drain alone
// must be possible whatever has become of that: nothing settles on the way to 0,
// and what leaves later waits for the longer of the two.
func (r *regionResource) checkServices(ctx context.Context, plan model, settles bool, diags *diag.Diagnostics) {
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
	var way drainModel
	if settles = settles && !plan.Drain.IsUnknown(); settles {
		diags.Append(plan.Drain.As(ctx, &way, basetypes.ObjectAsOptions{})...)
		settles = !way.SettleSeconds.IsUnknown()
	}
	for _, class := range slices.Sorted(maps.Keys(services)) {
		s := services[class]
		if s.Name.IsUnknown() {
			continue
		}
		one := service{class: class, name: s.Name.ValueString()}
		found, err := lb.PlannedService(ctx, plan.Project.ValueString(), one.name)
		switch {
		case err == nil:
			p := unfit(found, one)
			if p == nil && settles {
				p = drain{settle: seconds(way.SettleSeconds)}.cuts(found)
			}
			if p != nil {
				report(diags, p.summary, p)
			}
		case loadbalancer.IsNotFound(err):
			if !plan.Region.IsUnknown() {
				if regional, err := lb.IsRegional(ctx, plan.Project.ValueString(), plan.Region.ValueString(), one.name); err == nil && regional {
					p := notGlobal(plan.Project.ValueString(), plan.Region.ValueString(), one)
					report(diags, p.summary, p)
				}
			}
		default:
			diags.AddAttributeWarning(path.Root("backend_services").AtMapKey(class).AtName("name"),
				"The backend service could not be looked at", wording.Sentence(err.Error())+" The apply will look again.")
		}
	}
}

// checkRegion refuses a region that neither the provider's tables nor Compute
// Engine know. Google's newest region is known to the latter alone.
func (r *regionResource) checkRegion(ctx context.Context, plan model, diags *diag.Diagnostics) {
	if plan.Project.IsUnknown() || plan.Region.IsUnknown() {
		return
	}
	region := plan.Region.ValueString()
	if facts, ok := published(diags); !ok || facts.RoundTrips.Knows(region) {
		return
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		return
	}
	list, err := lb.PlannedNEGs(ctx, plan.Project.ValueString())
	if err != nil {
		return
	}
	if known, complete := list.Knows(region); !known && complete {
		diags.AddAttributeError(path.Root("region"), "There is no such region",
			fmt.Sprintf("Compute Engine tells of no zone in %q for project %q, and the provider's tables do not have it either.", region, plan.Project.ValueString()))
	}
}

// preflight warns in a plan of what the caller may not do. Another account may
// run the apply, which refuses before its first change.
func (r *regionResource) preflight(ctx context.Context, m model, diags *diag.Diagnostics) {
	if m.Project.IsUnknown() || m.BackendServices.IsUnknown() {
		return
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		return
	}
	services, d := m.services(ctx)
	diags.Append(d...)
	for _, class := range slices.Sorted(maps.Keys(services)) {
		name := services[class].Name
		if name.IsUnknown() || name.IsNull() {
			continue
		}
		p, err := lacking(ctx, lb, m.Project.ValueString(), service{class: class, name: name.ValueString()})
		if err != nil {
			tflog.Debug(ctx, "permissions are left to the apply", map[string]any{"error": err.Error()})
		}
		if p != nil {
			diags.AddAttributeWarning(p.at, p.summary, p.detail+elsewhere)
		}
	}
	if m.Region.IsUnknown() || m.NEGName.IsUnknown() {
		return
	}
	list, err := lb.PlannedNEGs(ctx, m.Project.ValueString())
	if err != nil {
		return
	}
	groups, _, _ := list.In(m.Region.ValueString(), m.NEGName.ValueString())
	if p := mayUse(ctx, lb, m.Project.ValueString(), groups); p != nil {
		diags.AddAttributeWarning(p.at, p.summary, p.detail+elsewhere)
	}
}

// elsewhere is what a plan adds to a permission that it lacks.
const elsewhere = " The apply will stop before its first change, unless another account runs it."

// refuseDestroy refuses at plan to take out the last healthy region.
func (r *regionResource) refuseDestroy(ctx context.Context, state model, resp *resource.ModifyPlanResponse) {
	was, d := state.spec(ctx)
	resp.Diagnostics.Append(d...)
	// What never finished joining may be taken back.
	if resp.Diagnostics.HasError() {
		return
	}
	r.preflight(ctx, state, &resp.Diagnostics)
	if state.State.ValueString() == stateJoining {
		return
	}
	r.refuse(ctx, was, slices.DeleteFunc(was.names(), func(name string) bool { return !was.find(name).guarded }), true, &resp.Diagnostics)
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
	stays := map[string]serviceModel{}
	for _, s := range services {
		if s.Name.IsUnknown() || s.Guard.IsUnknown() || s.FollowCapacity.IsUnknown() {
			return
		}
		stays[s.Name.ValueString()] = s
	}
	leaves := slices.DeleteFunc(was.names(), func(name string) bool {
		before := was.find(name)
		s, stays := stays[name]
		switch {
		case before.target(was.percent) == 0:
			return true
		case !stays:
			return !before.guarded
		}
		return plan.CapacityPercent.ValueInt64() > 0 || !s.Guard.ValueBool() || !s.FollowCapacity.ValueBool()
	})
	if diags.HasError() || len(leaves) == 0 {
		return
	}
	was.minRemaining = int(plan.MinRemainingRegions.ValueInt64())
	r.refuse(ctx, was, leaves, false, diags)
}

// refuse asks the guard about services that a plan leaves. What cannot be read
// now is left to the guard inside the apply.
func (r *regionResource) refuse(ctx context.Context, was spec, names []string, destroying bool, diags *diag.Diagnostics) {
	if lifted, err := r.conn.MayBeTakenDown(was.ledger); err != nil || lifted {
		return
	}
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
			g := guard{health: lb, owner: was.owner, minRemaining: was.minRemaining, sizes: sizes}
			for _, d := range lb.AnnounceDeparture(was.project, name, loadbalancer.Departure{Owner: was.owner.String(), MinRemaining: was.minRemaining}) {
				g.announced = append(g.announced, d.Owner)
				// What one of them wants left behind, all of them together must leave.
				if strings.HasPrefix(d.Owner, was.ledger+"/") && d.MinRemaining > g.minRemaining {
					g.minRemaining, g.askedBy = d.MinRemaining, d.Owner
				}
			}
			if err = g.check(ctx, s); err == nil {
				r.warnOfLoad(ctx, lb, s, g, share{}, diags)
			}
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
