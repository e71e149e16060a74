package negcleanup

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

const (
	// firstPause and lastPause are how long to wait between two looks.
	firstPause = 2 * time.Second
	lastPause  = 20 * time.Second
	// patientRounds is how often to look at what is rarely over soon, when there
	// is nothing else to wait for.
	patientRounds = 3
)

// sweep removes the groups that a cluster left behind.
type sweep struct {
	client  *loadbalancer.Client
	clock   loadbalancer.Clock
	limit   time.Duration
	project string
	network string // in the form of loadbalancer.NetworkPath
	region  string
	names   []string
}

// reason is why a group is still there.
type reason int

const (
	// filled groups have endpoints, which a cluster on its way out takes along.
	filled reason = iota
	// busy groups were being changed, or the API failed; this passes.
	busy
	// held groups were refused by Google as in use, by whom it says. What was
	// detached a moment ago can still be held.
	held
	// silent zones did not answer, so that what is in them is not known.
	silent
	// used groups are backends of a service. Nothing here will change that.
	used
	// refused deletions would be refused again.
	refused
)

// rest is something that keeps the resource from being done.
type rest struct {
	reason reason
	group  loadbalancer.NEG // of silent ones only the zone, and not always
	says   string           // endpoints, services, or what the API said
	err    error
}

// run removes until nothing is left, and reports what stays.
func (s *sweep) run(ctx context.Context, diags *diag.Diagnostics) {
	begin := s.clock.Now()
	backoff := gax.Backoff{Initial: firstPause, Max: lastPause, Multiplier: 1.5}
	foreign := map[string]loadbalancer.NEG{}
	var left []rest
	for round := 1; ; round++ {
		now, err := s.round(ctx, foreign)
		if err != nil {
			// What the look before saw says more than that time is up.
			if left == nil || !errors.Is(err, context.DeadlineExceeded) {
				s.reportFailure(diags, err)
				return
			}
			break
		}
		if left = now; s.over(left, round) {
			break
		}
		pause := backoff.Pause()
		if s.clock.Now().Add(pause).Sub(begin) > s.limit {
			break
		}
		tflog.Info(ctx, "network endpoint groups are still there", map[string]any{
			"region": s.region, "left": describe(left), "waited": s.clock.Now().Sub(begin).Round(time.Second).String(), "limit": s.limit.String(),
		})
		if err := s.clock.Wait(ctx, pause); err != nil {
			if errors.Is(err, context.Canceled) {
				s.reportFailure(diags, fmt.Errorf("wait for network endpoint groups (%s): %w", describe(left), err))
				return
			}
			break
		}
	}
	s.reportRest(diags, left, s.clock.Now().Sub(begin).Round(time.Second))
	s.reportForeign(diags, foreign)
}

// over says whether looking again cannot help.
func (s *sweep) over(left []rest, round int) bool {
	patient := false
	for _, one := range left {
		switch one.reason {
		case used, refused:
			return true
		case filled, busy:
			patient = true
		}
	}
	return !patient && (len(left) == 0 || round >= patientRounds)
}

// round looks once, removes what may go, and tells what is left. Groups of our
// name and network that GKE did not make are added to foreign.
func (s *sweep) round(ctx context.Context, foreign map[string]loadbalancer.NEG) ([]rest, error) {
	list, err := s.client.NEGs(ctx, s.project)
	if loadbalancer.IsNotFound(err) {
		tflog.Info(ctx, "the project is gone, and its network endpoint groups with it", map[string]any{"project": s.project})
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var ours []loadbalancer.NEG
	var zones []string
	whole := true
	for _, name := range s.names {
		groups, unreachable, complete := list.In(s.region, name)
		whole, zones = whole && complete, unreachable // the same for each name
		for _, group := range groups {
			switch _, made := group.Maker(); {
			case group.Network != s.network:
				tflog.Info(ctx, "a network endpoint group of our name is in another network and left alone", map[string]any{
					"name": group.Name, "zone": group.Zone, "network": group.Network,
				})
			case !made:
				foreign[group.URL] = group
			default:
				ours = append(ours, group)
			}
		}
	}
	left := s.removeAll(ctx, ours)
	for _, zone := range zones {
		left = append(left, rest{reason: silent, group: loadbalancer.NEG{Zone: zone}})
	}
	if !whole && len(zones) == 0 {
		left = append(left, rest{reason: silent})
	}
	return left, nil
}

// removeAll removes those groups that are empty and unused.
func (s *sweep) removeAll(ctx context.Context, groups []loadbalancer.NEG) []rest {
	if len(groups) == 0 {
		return nil
	}
	users, err := s.users(ctx)
	if err != nil {
		// Google refuses to delete what is used, only later and with less to say.
		tflog.Warn(ctx, "which backend services use the groups is not known", map[string]any{"error": err.Error()})
	}
	var left []rest
	for _, group := range groups {
		one, stays := s.remove(ctx, group, users[loadbalancer.GroupPath(group.URL)])
		if stays {
			left = append(left, one)
			continue
		}
		tflog.Info(ctx, "removed a network endpoint group that a cluster left behind", map[string]any{"name": group.Name, "zone": group.Zone})
	}
	return left
}

// users are the project's global backend services by the groups that they use.
func (s *sweep) users(ctx context.Context) (map[string][]string, error) {
	services, err := s.client.BackendServices(ctx, s.project)
	users := map[string][]string{}
	for _, service := range services {
		for _, backend := range service.Backends {
			users[backend.Group()] = append(users[backend.Group()], service.Name)
		}
	}
	return users, err
}

// remove removes one group, or says why it stays.
func (s *sweep) remove(ctx context.Context, group loadbalancer.NEG, users []string) (rest, bool) {
	if len(users) > 0 {
		slices.Sort(users)
		return rest{reason: used, group: group, says: strings.Join(slices.Compact(users), ", ")}, true
	}
	endpoints, err := s.client.Endpoints(ctx, group)
	if err == nil && len(endpoints) > 0 {
		return rest{reason: filled, group: group, says: enumerate(endpoints)}, true
	}
	if err == nil {
		err = s.client.DeleteNEG(ctx, s.project, group)
	}
	one := rest{group: group, err: err}
	switch {
	case err == nil, loadbalancer.IsNotFound(err):
		return one, false
	case loadbalancer.IsInUse(err):
		one.reason = held
	case loadbalancer.IsPassing(err), errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		one.reason = busy
	default:
		one.reason = refused
	}
	one.says = wording.Sentence(err.Error())
	return one, true
}

// enumerate names the first few of many.
func enumerate(endpoints []string) string {
	const shown = 5
	noun := "endpoints"
	if len(endpoints) == 1 {
		noun = "endpoint"
	}
	list := strings.Join(endpoints[:min(len(endpoints), shown)], ", ")
	if len(endpoints) > shown {
		list += ", …"
	}
	return fmt.Sprintf("%d %s (%s)", len(endpoints), noun, list)
}

// describe is what is left in one line, for the log.
func describe(left []rest) string {
	parts := make([]string, 0, len(left))
	for _, one := range left {
		switch one.reason {
		case silent:
			parts = append(parts, one.group.Zone+" does not answer")
		case filled:
			parts = append(parts, fmt.Sprintf("%s in %s has %s", one.group.Name, one.group.Zone, one.says))
		default:
			parts = append(parts, fmt.Sprintf("%s in %s: %s", one.group.Name, one.group.Zone, one.says))
		}
	}
	return strings.Join(parts, "; ")
}
