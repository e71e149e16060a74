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
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// undoLimit bounds taking back a join, after the apply itself may have ended.
const undoLimit = 3 * time.Minute

// operator moves one region in and out of its load balancer.
type operator struct {
	lb    *loadbalancer.Client
	clock loadbalancer.Clock
	spec  spec
	// was is what the region was before, where there was one: it knows the services
	// that the region leaves.
	was spec
	// live are the services that the region joins as they were last read, by name.
	live map[string]*loadbalancer.Service
}

// seen remembers what a service was like when it was last read.
func (o *operator) seen(name string, s *loadbalancer.Service) {
	if s == nil {
		return
	}
	if o.live == nil {
		o.live = map[string]*loadbalancer.Service{}
	}
	o.live[name] = s
}

// attachment is what attach did.
type attachment struct {
	// adopted are services that already had backends of the region.
	adopted []string
	// inherits says that a service already had such backends, or somebody else's
	// on the region's groups: what stands then was not made here alone.
	inherits bool
	// gated are services in which the region was healthy at the end of its way up.
	gated []service
	// standing says, after an error, that some of what was changed could not be
	// taken back.
	standing bool
	// reached is, after an error, the step of the way up that the region stays at;
	// 0 when all was taken back.
	reached int
}

// step is a change of one service that may have to be taken back.
type step struct {
	service string
	before  *loadbalancer.Service
}

// climb is what attach is told beside the spec.
type climb struct {
	groups []loadbalancer.NEG
	// always gates every service, whether it gained or not: nobody has ever seen
	// the region healthy.
	always bool
	// keeps says that a step that was healthy stays when a later one is not. A
	// first join is taken back as a whole, because core replaces what a failed
	// create leaves.
	keeps bool
	// finish runs at the end, and its error takes everything back.
	finish func(context.Context) error
}

// attach brings the region to its services with exactly the groups given, up
// the steps of its ramp to the capacity asked for. After each step it waits for
// the region to be healthy wherever it gained. Backends for other groups leave
// next. On any error it goes back to the last step that was healthy, or to how
// it was.
func (o *operator) attach(ctx context.Context, c climb) (attachment, error) {
	var done attachment
	var steps []step
	err := o.climb(ctx, c, &done, &steps)
	if err == nil {
		err = o.prune(ctx, c.groups, done.gated, &steps)
	}
	if err == nil {
		// The apply was interrupted while the last change was under way.
		err = ctx.Err()
	}
	if err == nil && c.finish != nil {
		err = c.finish(ctx)
	}
	if err == nil {
		return done, nil
	}
	undone, err := o.takeBack(ctx, steps, done.reached, err)
	done.standing = !undone
	return done, err
}

// climb goes up the ramp from where the load balancer stands.
func (o *operator) climb(ctx context.Context, c climb, done *attachment, steps *[]step) error {
	if p := mayUse(ctx, o.lb, o.spec.project, c.groups); p != nil {
		return p
	}
	stands, fresh := o.stands(c.groups)
	levels := o.spec.ramp.between(stands, o.spec.percent)
	for i, level := range levels {
		gated, err := o.putAll(ctx, c, level, done, steps)
		if err != nil {
			return err
		}
		if o.spec.percent == 0 || len(gated) == 0 {
			continue
		}
		if err := o.gate(ctx, gated, c.groups); err != nil {
			return o.atStep(level, err)
		}
		if i == len(levels)-1 {
			done.gated = gated
			return nil
		}
		if c.keeps && !fresh {
			*steps, done.reached = nil, level
		}
		tflog.Info(ctx, "holding a step of the ramp", map[string]any{
			"region": o.spec.owner.String(), "capacity_percent": level, "hold": o.spec.ramp.hold.String(),
		})
		if err := o.clock.Wait(ctx, o.spec.ramp.hold); err != nil {
			return fmt.Errorf("the ramp stopped at %d %% of capacity: %w", level, err)
		}
	}
	return nil
}

// atStep names the step of a ramp at which the gate stayed shut.
func (o *operator) atStep(level int, err error) error {
	if level == o.spec.percent && len(o.spec.ramp.steps) == 0 {
		return err
	}
	return asProblem(err).with(fmt.Sprintf("It was at %d %% of its capacity, on its way to %d %%.", level, o.spec.percent))
}

// stands is the lowest capacity that the region has in a service that follows
// it, as the services were when they were checked. fresh says that a group is
// new in one of the services.
func (o *operator) stands(groups []loadbalancer.NEG) (percent int, fresh bool) {
	percent = 100
	for _, s := range o.spec.services {
		live := o.live[s.name]
		if live == nil {
			return 0, true
		}
		own := o.spec.own(live)
		fresh = fresh || slices.ContainsFunc(groups, func(n loadbalancer.NEG) bool {
			return !slices.ContainsFunc(own, func(b loadbalancer.Backend) bool { return b.Group() == loadbalancer.GroupPath(n.URL) })
		})
		if s.follows {
			percent = min(percent, o.spec.lowest(live, groups))
		}
	}
	return percent, fresh
}

// putAll sets the region's backends in all services to a step of the ramp and
// returns the services to gate.
func (o *operator) putAll(ctx context.Context, c climb, level int, done *attachment, steps *[]step) ([]service, error) {
	var gated []service
	for _, s := range o.spec.services {
		e := entry{owner: o.spec.owner, service: s, percent: o.spec.percent, level: level, negs: c.groups, adopt: o.spec.adopt}
		change, err := o.put(ctx, e)
		first := !slices.ContainsFunc(*steps, func(old step) bool { return old.service == s.name })
		if before := change.Original(); first && before != nil {
			if len(o.spec.own(before)) > 0 && !slices.Contains(done.adopted, s.name) {
				done.adopted = append(done.adopted, s.name)
			}
			done.inherits = done.inherits || e.finds(before)
		}
		remember(steps, s.name, change)
		o.seen(s.name, change.Last)
		if err != nil {
			return nil, err
		}
		if c.always || change.Before != nil && e.raises(change.Before) {
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

// put sets the region's backends in one service.
func (o *operator) put(ctx context.Context, e entry) (loadbalancer.Change, error) {
	change, err := o.lb.Modify(ctx, o.spec.project, e.service.name, func(_ context.Context, live *loadbalancer.Service) error {
		if err := e.put(live); err != nil {
			return err
		}
		e.owner.keepServing(live)
		return nil
	})
	var foreign *foreignError
	if errors.As(err, &foreign) {
		return change, &problem{
			at:      path.Root("backend_services").AtMapKey(e.service.class),
			summary: "The network endpoint group belongs to somebody else",
			detail: wording.Sentence(foreign.Error()) + fmt.Sprintf(" A region takes only backends whose description is its own mark, %q. "+
				"Remove the backend, or set adopt_existing = true to take it over, and apply again.", e.owner.mark(e.service.class)),
			cause: err,
		}
	}
	if err != nil {
		return change, &problem{at: path.Root("backend_services").AtMapKey(e.service.class).AtName("name"), detail: wording.Sentence(err.Error()), cause: err}
	}
	if change.Made {
		tflog.Info(ctx, "set the region's backends", map[string]any{
			"region": o.spec.owner.String(), "service": e.service.name, "capacity_percent": e.service.target(e.level), "zones": zonesOf(e.negs),
		})
	}
	return change, nil
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
// reached is the step of the ramp that is kept; 0 for none.
func (o *operator) takeBack(ctx context.Context, steps []step, reached int, cause error) (undone bool, err error) {
	if len(steps) == 0 {
		return true, stays(reached, cause)
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
		if err != nil && !loadbalancer.IsAbsentService(err) {
			failed = append(failed, err.Error())
		}
	}
	if len(failed) > 0 {
		return false, p.with("What this apply had changed in the load balancer could not all be taken back:\n  - " + strings.Join(failed, "\n  - "))
	}
	if reached > 0 {
		return true, stays(reached, p)
	}
	return true, p.with("What this apply had changed in the load balancer has been taken back.")
}

// stays adds to an error at which step of the ramp the region stays.
func stays(reached int, cause error) error {
	if reached == 0 {
		return cause
	}
	return asProblem(cause).with(fmt.Sprintf("The region stays at %d %% of its capacity, the last step at which it was healthy. The next apply goes on from there.", reached))
}

// prune takes the region's backends for all other groups out of its services.
// Where it serves by them and has passed no gate, those that stay pass one first:
// they have to take over.
func (o *operator) prune(ctx context.Context, keep []loadbalancer.NEG, gated []service, steps *[]step) error {
	leaves := func(b loadbalancer.Backend) bool {
		return !slices.ContainsFunc(keep, func(n loadbalancer.NEG) bool { return loadbalancer.GroupPath(n.URL) == b.Group() })
	}
	var pruned, losing []service
	for _, s := range o.spec.services {
		live := o.live[s.name]
		if live != nil && !slices.ContainsFunc(o.spec.own(live), leaves) {
			continue
		}
		pruned = append(pruned, s)
		if live == nil || o.spec.percent == 0 || slices.Contains(gated, s) {
			continue
		}
		going := *live
		going.Backends = slices.DeleteFunc(o.spec.own(live), func(b loadbalancer.Backend) bool { return !leaves(b) })
		serves, _, err := guard{health: o.lb, owner: o.spec.owner, sizes: o.sizes(ctx)}.serving(ctx, &going)
		if err != nil {
			return err
		}
		if serves {
			losing = append(losing, s)
		}
	}
	if len(losing) > 0 {
		if err := o.gate(ctx, losing, keep); err != nil {
			return asProblem(err).with(fmt.Sprintf("Its endpoints in %s alone would have to take over from those that the plan takes out, which serve.", strings.Join(zonesOf(keep), ", ")))
		}
	}
	for _, s := range pruned {
		change, err := o.lb.Modify(ctx, o.spec.project, s.name, func(_ context.Context, live *loadbalancer.Service) error {
			o.spec.remove(live, leaves)
			return nil
		})
		remember(steps, s.name, change)
		if err != nil {
			return err
		}
	}
	return nil
}
