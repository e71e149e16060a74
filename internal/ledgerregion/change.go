package ledgerregion

import (
	"context"
	"fmt"
	"slices"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// change is what became of an update.
type change struct {
	// zones are those attached now.
	zones []string
	// begun says, with an error, that the region does not stand as it did before: on
	// its way out of services, or on a way up that could not be taken back.
	begun bool
	// attached says, with an error, that the services of the plan are as planned
	// and only leaving others did not end.
	attached bool
	// reached is, with an error, the step of the ramp that the region stays at; 0
	// when it has not moved.
	reached int
	err     error
}

// change brings an existing region to its spec, attached in the planned zones;
// nil means that the plan did not know them. ungated says that the region has
// never passed its health gate.
func (o *operator) change(ctx context.Context, planned []string, ungated bool) change {
	var done change
	if o.spec.percent > 0 {
		// Whoever may not list the services could not bring the change to its end.
		if _, err := o.leftovers(ctx, nil); err != nil {
			return change{err: err}
		}
		done = o.serve(ctx, planned, ungated)
	} else {
		done = o.drainDown(ctx, planned)
	}
	if done.err != nil {
		return done
	}
	done.err = o.leaveOthers(ctx)
	done.begun, done.attached = done.err != nil, done.err != nil
	return done
}

// serve attaches the region with a capacity above 0.
func (o *operator) serve(ctx context.Context, planned []string, ungated bool) change {
	if err := o.check(ctx); err != nil {
		return change{err: err}
	}
	var groups []loadbalancer.NEG
	var err error
	// Zones that the configuration names may still be to come. Where the region gains
	// nothing, there is nothing to wait for.
	if planned == nil || o.spec.zones != nil && o.gains(planned) {
		groups, err = o.awaitNEGs(ctx, o.spec.zones)
	} else {
		groups, err = o.plannedNEGs(ctx, planned)
	}
	if err != nil {
		return change{err: err}
	}
	done, err := o.attach(ctx, climb{groups: groups, always: ungated, keeps: !ungated})
	return change{zones: zonesOf(groups), reached: done.reached, begun: done.standing, err: err}
}

// gains says whether one of the services, as last read, lacks the region in one of
// the zones, or has it there with less than the plan gives it.
func (o *operator) gains(zones []string) bool {
	return slices.ContainsFunc(o.spec.services, func(s service) bool {
		own := o.spec.own(o.live[s.name])
		return slices.ContainsFunc(zones, func(zone string) bool {
			return !slices.ContainsFunc(own, func(b loadbalancer.Backend) bool {
				return b.GroupName() == o.spec.neg && b.Zone() == zone && b.CapacityPercent() >= s.target(o.spec.percent)
			})
		})
	})
}

// drainDown takes the region to 0 and leaves it attached. It comes first: that
// one service is missing is no reason to let the others go on.
func (o *operator) drainDown(ctx context.Context, planned []string) change {
	if begun, err := o.depart(ctx, departure{services: o.spec.names()}); err != nil {
		return change{err: err, begun: begun}
	}
	if err := o.check(ctx); err != nil {
		return change{err: err, begun: true}
	}
	if err := o.rest(ctx); err != nil {
		return change{err: err, begun: true}
	}
	zones, err := o.zonesNow(ctx, planned)
	if planned != nil {
		// What was planned holds; the next refresh shows where it no longer does.
		zones = planned
	}
	return change{zones: zones, err: err, begun: err != nil}
}

// zonesNow are the zones attached now. Above 0 they are those just attached.
func (o *operator) zonesNow(ctx context.Context, attached []string) ([]string, error) {
	if o.spec.percent > 0 {
		return attached, nil
	}
	seen, err := observe(ctx, o.lb.BackendService, o.spec)
	return seen.zones, err
}

// leaveOthers takes the region out of services it does not belong in.
func (o *operator) leaveOthers(ctx context.Context) error {
	names, err := o.leftovers(ctx, o.spec.names())
	if err != nil || len(names) == 0 {
		return err
	}
	_, err = o.depart(ctx, departure{services: names, detach: true})
	return err
}

// leave takes the region out of the load balancer, but for services that belong to
// another resource by now. begun says, with an error, that it has lost capacity.
func (o *operator) leave(ctx context.Context, unguarded bool, but ...string) (begun bool, err error) {
	names, err := o.leftovers(ctx, but)
	if err != nil {
		return false, err
	}
	return o.depart(ctx, departure{services: names, detach: true, atOnce: o.spec.hurries, unguarded: unguarded, destroying: true})
}

// moves says whether a plan changes anything in the load balancer.
func (m model) moves(state model) bool {
	return !m.NEGName.Equal(state.NEGName) || !m.BackendServices.Equal(state.BackendServices) ||
		!m.CapacityPercent.Equal(state.CapacityPercent) || !m.Zones.Equal(state.Zones) ||
		!m.ZonesAttached.Equal(state.ZonesAttached) || !m.State.Equal(state.State)
}

// records says whether a plan has to be written to the registry.
func (m model) records(state model) bool {
	return m.moves(state) || !m.Registry.Equal(state.Registry) || m.RegistryStatus.IsUnknown() ||
		!m.RegistryStatus.Equal(state.RegistryStatus)
}

// because is a line of the history's reason: the user's own words behind ours.
func (m model) because(what string) string {
	if own := m.ChangeReason.ValueString(); own != "" {
		return what + ": " + own
	}
	return what
}

// reason says in a few words what an update did, for the history.
func reason(state, plan model) string {
	before, after := state.CapacityPercent.ValueInt64(), plan.CapacityPercent.ValueInt64()
	switch {
	case before == after && !plan.ZonesAttached.Equal(state.ZonesAttached):
		return "zones changed"
	case before == after && !plan.BackendServices.Equal(state.BackendServices):
		return "backend services changed"
	case before == after:
		return "confirmed"
	case after == 0:
		return fmt.Sprintf("drained from %d %%", before)
	case before == 0:
		return fmt.Sprintf("joined again at %d %%", after)
	default:
		return fmt.Sprintf("capacity from %d %% to %d %%", before, after)
	}
}
