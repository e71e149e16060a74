package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// undoLimit bounds taking back a join, after the apply itself may have ended.
const undoLimit = 3 * time.Minute

// operator moves one region in and out of its load balancer.
type operator struct {
	lb    *loadbalancer.Client
	clock loadbalancer.Clock
	spec  spec
}

// attachment is what attach did.
type attachment struct {
	// adopted are services that already had backends of the region.
	adopted []string
	// standing says, after an error, that some of what was changed could not be
	// taken back.
	standing bool
}

// step is a change of one service that may have to be taken back.
type step struct {
	service string
	before  *loadbalancer.Service
}

// attach brings the region to its services with exactly the groups given, at the
// capacity asked for, and waits for it to be healthy wherever it gained by that,
// or everywhere if always. Backends for other groups leave next, and then, if
// given, finish runs. What attach changed it takes back on any error.
func (o *operator) attach(ctx context.Context, groups []loadbalancer.NEG, always bool, finish func(context.Context) error) (attachment, error) {
	var done attachment
	var steps []step
	gated, err := o.putAll(ctx, groups, always, &done, &steps)
	if err == nil && o.spec.percent > 0 && len(gated) > 0 {
		err = o.gate(ctx, gated, groups)
	}
	if err == nil {
		err = o.prune(ctx, groups, &steps)
	}
	if err == nil {
		// The apply was interrupted while the last change was under way.
		err = ctx.Err()
	}
	if err == nil && finish != nil {
		err = finish(ctx)
	}
	if err == nil {
		return done, nil
	}
	undone, err := o.takeBack(ctx, steps, err)
	done.standing = !undone
	return done, err
}

// putAll sets the region's backends in all services and returns those to gate.
func (o *operator) putAll(ctx context.Context, groups []loadbalancer.NEG, always bool, done *attachment, steps *[]step) ([]service, error) {
	var gated []service
	for _, s := range o.spec.services {
		found := false
		change, err := o.put(ctx, s, groups, &found)
		if found {
			done.adopted = append(done.adopted, s.name)
		}
		remember(steps, s.name, change)
		if err != nil {
			return nil, err
		}
		if always || change.Before != nil && o.spec.gains(change.Before, groups) {
			gated = append(gated, s)
		}
	}
	return gated, nil
}

// remember keeps what a service was like before its first change.
func remember(steps *[]step, name string, change loadbalancer.Change) {
	if change.Before != nil && !slices.ContainsFunc(*steps, func(old step) bool { return old.service == name }) {
		*steps = append(*steps, step{service: name, before: change.Before})
	}
}

// put sets the region's backends in one service. found says whether there were any.
func (o *operator) put(ctx context.Context, s service, groups []loadbalancer.NEG, found *bool) (loadbalancer.Change, error) {
	e := entry{owner: o.spec.owner, service: s, percent: o.spec.percent, negs: groups}
	change, err := o.lb.Modify(ctx, o.spec.project, s.name, func(_ context.Context, live *loadbalancer.Service) error {
		*found = *found || len(e.owner.own(live)) > 0
		if err := e.put(live); err != nil {
			return err
		}
		e.owner.keepServing(live)
		return nil
	})
	var foreign *foreignError
	if errors.As(err, &foreign) {
		return change, &problem{
			at:      path.Root("backend_services").AtMapKey(s.class),
			summary: "The network endpoint group belongs to somebody else",
			detail: sentence(foreign.Error()) + fmt.Sprintf(" A region takes only backends whose description is its own mark, %q. "+
				"Remove the backend, or give it that description, and apply again.", e.owner.mark(s.class)),
			cause: err,
		}
	}
	if err == nil && change.Made {
		tflog.Info(ctx, "set the region's backends", map[string]any{
			"region": o.spec.owner.String(), "service": s.name, "capacity_percent": o.spec.percent, "zones": zonesOf(groups),
		})
	}
	return change, err
}

// rest tidies a region that stays at 0: rates, preferences and marks are set,
// groups that no longer belong leave, and nothing is attached.
func (o *operator) rest(ctx context.Context) error {
	for _, s := range o.spec.services {
		e := entry{owner: o.spec.owner, service: s}
		_, err := o.lb.Modify(ctx, o.spec.project, s.name, func(_ context.Context, live *loadbalancer.Service) error {
			o.spec.remove(live, func(b loadbalancer.Backend) bool {
				return b.GroupName() != o.spec.neg || o.spec.zones != nil && !slices.Contains(o.spec.zones, b.Zone())
			})
			for _, b := range o.spec.own(live) {
				e.set(b)
			}
			o.spec.keepServing(live)
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// takeBack restores services to what they were before the steps, last step
// first, in a bounded context of its own, and adds to cause what came of it.
func (o *operator) takeBack(ctx context.Context, steps []step, cause error) (undone bool, err error) {
	if len(steps) == 0 {
		return true, cause
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), undoLimit)
	defer cancel()
	p := asProblem(cause)
	var failed []string
	for _, s := range slices.Backward(steps) {
		_, err := o.lb.Modify(ctx, o.spec.project, s.service, func(_ context.Context, live *loadbalancer.Service) error {
			o.spec.owner.restore(live, s.before)
			return nil
		})
		if err != nil && !loadbalancer.IsNotFound(err) {
			failed = append(failed, err.Error())
		}
	}
	if len(failed) > 0 {
		return false, p.with("What this apply had changed in the load balancer could not all be taken back:\n  - " + strings.Join(failed, "\n  - "))
	}
	return true, p.with("What this apply had changed in the load balancer has been taken back.")
}

// gains says whether the region takes on more in a service than it did before:
// a new group, or a higher capacity.
func (s spec) gains(before *loadbalancer.Service, groups []loadbalancer.NEG) bool {
	own := s.own(before)
	for _, n := range groups {
		at := slices.IndexFunc(own, func(b loadbalancer.Backend) bool { return b.Group() == loadbalancer.GroupPath(n.URL) })
		if at < 0 || own[at].CapacityPercent() < s.percent {
			return true
		}
	}
	return false
}

// prune takes the region's backends for all other groups out of its services.
func (o *operator) prune(ctx context.Context, keep []loadbalancer.NEG, steps *[]step) error {
	for _, s := range o.spec.services {
		change, err := o.lb.Modify(ctx, o.spec.project, s.name, func(_ context.Context, live *loadbalancer.Service) error {
			o.spec.remove(live, func(b loadbalancer.Backend) bool {
				return !slices.ContainsFunc(keep, func(n loadbalancer.NEG) bool { return loadbalancer.GroupPath(n.URL) == b.Group() })
			})
			return nil
		})
		remember(steps, s.name, change)
		if err != nil {
			return err
		}
	}
	return nil
}
