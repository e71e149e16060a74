package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// departure is the way out of some services.
type departure struct {
	services []string // in the order in which they are left
	// detach takes the backends out at the end; otherwise they stay at 0.
	detach bool
	// atOnce leaves out the steps, and the time to settle.
	atOnce bool
	// unguarded leaves out the guard: for a region that never came to be.
	unguarded bool
	// destroying says whom the refusal should speak to.
	destroying bool
}

// depart drains the region out of services: down the steps with a hold after
// each, then to 0 or out, then the time to settle. Services that do not follow
// the region's capacity keep it until then and are left last. When the guard
// refuses, the capacities are restored; after any other error everything stays
// where it is, so that the next apply goes on from there. begun says, with an
// error, that the region may have lost capacity that it does not have back.
func (o *operator) depart(ctx context.Context, d departure) (begun bool, err error) {
	var follow, others []string
	for _, name := range d.services {
		if o.service(name).follows {
			follow = append(follow, name)
		} else if d.detach {
			others = append(others, name)
		}
	}
	serving, settle, err := o.serving(ctx, follow)
	if err != nil {
		return true, err
	}
	sizes := o.sizes(ctx)
	var taken []step
	move := func(names []string, percent int, last bool) (changed bool, err error) {
		for _, name := range names {
			change, err := o.lb.Modify(ctx, o.spec.project, name, func(ctx context.Context, live *loadbalancer.Service) error {
				if err := o.mayLeave(ctx, d, live, sizes); err != nil {
					return err
				}
				o.spec.lower(live, percent)
				if last && d.detach {
					o.spec.remove(live, all)
				}
				o.spec.keepServing(live)
				return nil
			})
			remember(&taken, name, change)
			if err != nil && !loadbalancer.IsAbsentService(err) {
				return changed, err
			}
			changed = changed || change.Made
		}
		return changed, nil
	}
	steps := o.spec.drain.below(serving)
	if d.atOnce {
		steps, settle = nil, 0
	}
	for _, percent := range steps {
		changed, err := move(follow, percent, false)
		if err != nil {
			return o.refused(ctx, d, taken, err)
		}
		if !changed {
			continue
		}
		tflog.Info(ctx, "draining the region", map[string]any{
			"region": o.spec.owner.String(), "capacity_percent": percent, "hold": o.spec.drain.hold.String(),
		})
		if err := o.clock.Wait(ctx, o.spec.drain.hold); err != nil {
			return true, fmt.Errorf("the drain stopped at %d %% of capacity: %w", percent, err)
		}
	}
	if _, err := move(follow, 0, true); err != nil {
		return o.refused(ctx, d, taken, err)
	}
	if d.detach && serving > 0 && settle > 0 {
		tflog.Info(ctx, "detached the region", map[string]any{
			"region": o.spec.owner.String(), "settle": settle.String(),
		})
		if err := o.clock.Wait(ctx, settle); err != nil {
			return true, fmt.Errorf("the region is detached, the time to settle was cut short: %w", err)
		}
	}
	if _, err := move(others, 0, true); err != nil {
		return o.refused(ctx, d, taken, err)
	}
	return false, nil
}

// service is what is known of a service by its name, now or before.
func (o *operator) service(name string) service {
	if slices.Contains(o.spec.names(), name) {
		return o.spec.find(name)
	}
	return o.was.find(name)
}

// serving is the highest capacity that the region has in any of the services,
// and the time to settle: no less than the services drain connections for.
func (o *operator) serving(ctx context.Context, services []string) (highest int, settle time.Duration, err error) {
	settle = o.spec.drain.settle
	for _, name := range services {
		s, err := o.lb.BackendService(ctx, o.spec.project, name)
		if loadbalancer.IsNotFound(err) {
			continue
		}
		if err != nil {
			return 0, 0, err
		}
		if percent := o.spec.capacity(s); percent > 0 {
			highest, settle = max(highest, percent), max(settle, s.Draining)
		}
	}
	return highest, settle, nil
}

// mayLeave is the guard inside the compare-and-swap: what it decides on is what
// the change is made from.
func (o *operator) mayLeave(ctx context.Context, d departure, live *loadbalancer.Service, sizes map[string]int) error {
	if d.unguarded || !o.service(live.Name).guarded {
		return nil
	}
	g := guard{health: o.lb, owner: o.spec.owner, minRemaining: o.spec.minRemaining, sizes: sizes}
	return g.check(ctx, live)
}

// refused turns the guard's answer into the user's words, after restoring what
// the drain had lowered.
func (o *operator) refused(ctx context.Context, d departure, taken []step, err error) (begun bool, _ error) {
	var last *lastRegionError
	if !errors.As(err, &last) {
		return true, err
	}
	p := last.problem(d.destroying)
	if len(taken) == 0 {
		return false, p
	}
	undone, err := o.takeBack(ctx, taken, 0, p)
	return !undone, err
}

// sizes are the endpoints of the region's groups, by path. Not knowing them only
// makes the guard stricter.
func (o *operator) sizes(ctx context.Context) map[string]int {
	list, err := o.lb.NEGs(ctx, o.spec.project)
	if err != nil {
		tflog.Warn(ctx, "cannot tell how many endpoints the region has", map[string]any{"error": err.Error()})
		return nil
	}
	return list.Sizes(o.spec.region)
}

// leftovers are the services that hold backends of the region and are not among
// those it belongs in: from a changed backend_services, or an apply that was killed.
func (o *operator) leftovers(ctx context.Context, belongs []string) ([]string, error) {
	services, err := o.lb.BackendServices(ctx, o.spec.project)
	if err != nil {
		return nil, &problem{
			at:      path.Root("backend_services"),
			summary: "The backend services cannot be listed",
			detail: wording.Sentence(err.Error()) + " The list tells which services the region is still in and belongs in no more. " +
				"The provider needs compute.backendServices.list for it.",
			cause: err,
		}
	}
	var names []string
	for _, s := range services {
		if len(o.spec.own(s)) > 0 && !slices.Contains(belongs, s.Name) {
			names = append(names, s.Name)
		}
	}
	slices.Sort(names)
	return names, nil
}
