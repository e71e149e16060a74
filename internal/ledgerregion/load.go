package ledgerregion

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// share is what a region keeps of a service, in percent of its capacity and in
// requests per second and endpoint. The zero value is one that leaves.
type share struct {
	percent int
	rate    float64
}

// warnOfLoad warns when a service takes less than it is asked for at present,
// with the regions that stay and what the planned one keeps of it. What is not
// known is left alone.
func (r *regionResource) warnOfLoad(ctx context.Context, lb *loadbalancer.Client, s *loadbalancer.Service, g guard, keeps share, diags *diag.Diagnostics) {
	load, err := lb.Load(ctx, s.Project)
	if err != nil {
		tflog.Debug(ctx, "the load is not known", map[string]any{"error": err.Error()})
		return
	}
	now := load[s.Name]
	if now == 0 {
		return
	}
	left, err := g.remaining(ctx, s, keeps)
	if err != nil || left >= now {
		return
	}
	summary, with := "The other regions cannot take the present load", fmt.Sprintf("Without %s its other regions, as healthy as they are, take", g.owner.region)
	if keeps.percent > 0 {
		summary, with = "The regions cannot take the present load", fmt.Sprintf("With %s at %d %% its regions, as healthy as they are, take", g.owner.region, keeps.percent)
	}
	diags.AddAttributeWarning(path.Root("capacity_percent"), summary,
		fmt.Sprintf("Backend service %q takes %.0f requests per second at present. %s %.0f: "+
			"max_rate_per_endpoint times healthy endpoints times capacity. Beyond that requests are slow or fail. Add endpoints or capacity there first.",
			s.Name, now, with, left))
}

// remaining are the requests per second that a service takes without the regions
// that leave it: its other backends', whoever owns them, and what the region
// itself keeps.
func (g guard) remaining(ctx context.Context, s *loadbalancer.Service, keeps share) (float64, error) {
	sum := 0.0
	for _, b := range s.Backends {
		by, _, marked := parseMark(b.Description())
		takes := share{percent: b.CapacityPercent(), rate: b.RatePerEndpoint()}
		switch {
		case marked && by == g.owner:
			takes = keeps
		case marked && slices.Contains(g.announced, by.String()):
			continue
		}
		if takes.percent == 0 {
			continue
		}
		h, _, err := g.read(ctx, s, b)
		if err != nil {
			return 0, err
		}
		sum += takes.rate * float64(h.Healthy) * float64(takes.percent) / 100
	}
	return sum, nil
}

// warnOfReduction warns of a capacity that is lowered below what the present load
// needs. One that goes to 0 leaves, and is warned of there.
func (r *regionResource) warnOfReduction(ctx context.Context, plan, state model, diags *diag.Diagnostics) {
	percent, before := plan.CapacityPercent.ValueInt64(), state.CapacityPercent.ValueInt64()
	if plan.CapacityPercent.IsUnknown() || plan.BackendServices.IsUnknown() || percent == 0 || percent >= before {
		return
	}
	lb, err := r.conn.LoadBalancer(ctx)
	if err != nil {
		tflog.Debug(ctx, "the load is not known", map[string]any{"error": err.Error()})
		return
	}
	was, d := state.spec(ctx)
	diags.Append(d...)
	services, d := plan.services(ctx)
	diags.Append(d...)
	for _, class := range slices.Sorted(maps.Keys(services)) {
		one := services[class]
		// One that the region only joins takes more than it did.
		joins := !slices.Contains(was.names(), one.Name.ValueString())
		if one.Name.IsUnknown() || one.MaxRatePerEndpoint.IsUnknown() || !one.FollowCapacity.ValueBool() || joins {
			continue
		}
		s, err := lb.PlannedService(ctx, was.project, one.Name.ValueString())
		if err != nil {
			tflog.Debug(ctx, "the load is not known", map[string]any{"error": err.Error()})
			continue
		}
		r.warnOfLoad(ctx, lb, s, guard{health: lb, owner: was.owner}, share{percent: int(percent), rate: one.MaxRatePerEndpoint.ValueFloat64()}, diags)
	}
}
