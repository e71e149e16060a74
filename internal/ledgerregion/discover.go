package ledgerregion

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/wording"
)

// check reads the backend services that the region joins and refuses those it
// cannot join, before anything is changed.
func (o *operator) check(ctx context.Context) error {
	for _, s := range o.spec.services {
		found, err := o.lb.BackendService(ctx, o.spec.project, s.name)
		if err != nil {
			return absentService(o.spec.project, s, err)
		}
		if p := unfit(found, s); p != nil {
			return p
		}
		// Nothing settles on the way to 0, and what leaves later settles long enough.
		if p := o.spec.drain.cuts(found); p != nil && o.spec.percent > 0 {
			return p
		}
		p, err := lacking(ctx, o.lb, o.spec.project, s)
		if err != nil {
			// What cannot be asked shows when it is done.
			tflog.Debug(ctx, "permissions could not be asked for", map[string]any{"error": err.Error()})
		}
		if p != nil {
			return p
		}
		o.seen(s.name, found)
	}
	return nil
}

// cuts says that the time to settle ends before the service has drained its
// connections, or nil.
func (d drain) cuts(s *loadbalancer.Service) *problem {
	if d.settle >= s.Draining {
		return nil
	}
	return &problem{
		at:      path.Root("drain").AtName("settle_seconds"),
		summary: "The region would settle before its connections have drained",
		detail: fmt.Sprintf("settle_seconds is %d, but backend service %q lets open connections of a leaving backend end within %d seconds "+
			"(connection_draining_timeout_sec). Set settle_seconds = %d or more, or give the service a shorter timeout.",
			int(d.settle.Seconds()), s.Name, int(s.Draining.Seconds()), int(s.Draining.Seconds())),
	}
}

// notGlobal refuses a service of a region.
func notGlobal(project, region string, s service) *problem {
	return &problem{
		at:      path.Root("backend_services").AtMapKey(s.class).AtName("name"),
		summary: "The backend service is not global",
		detail: fmt.Sprintf("Project %q has backend service %q in region %s, and no global one of that name. Regions join the services of a global external Application Load Balancer: "+
			"google_compute_backend_service, not google_compute_region_backend_service.", project, s.name, region),
	}
}

// absentService puts the error of reading a backend service at its argument.
func absentService(project string, s service, err error) error {
	p := &problem{
		at:      path.Root("backend_services").AtMapKey(s.class).AtName("name"),
		summary: "The backend service cannot be read",
		detail:  wording.Sentence(err.Error()),
		cause:   err,
	}
	switch {
	case loadbalancer.IsNotFound(err):
		p.summary = "The backend service does not exist"
		p.detail = fmt.Sprintf("Project %q has no global backend service %q. A regional one cannot take a ledger's regions. "+
			"Where the service is made by the same configuration, refer to its name attribute, so that it is made first.\n\n%s",
			project, s.name, wording.Sentence(err.Error()))
	case loadbalancer.IsForbidden(err):
		p.detail += " The provider needs compute.backendServices.get, .update and .list and compute.networkEndpointGroups.list and .use."
	}
	return p
}

// lacking says which permissions on a service the caller lacks, or nil. A service
// that does not exist lacks nothing.
func lacking(ctx context.Context, lb *loadbalancer.Client, project string, s service) (*problem, error) {
	lacks, err := lb.LacksOnService(ctx, project, s.name)
	if loadbalancer.IsNotFound(err) {
		return nil, nil //nolint:nilnil // nothing is lacking
	}
	if err != nil || len(lacks) == 0 {
		return nil, err
	}
	return &problem{
		at:      path.Root("backend_services").AtMapKey(s.class).AtName("name"),
		summary: "The provider's account may not change the backend service",
		detail: fmt.Sprintf("It lacks %s on backend service %q of project %q. A region needs compute.backendServices.list in the project too; "+
			"the role Compute Load Balancer Admin has all of it.",
			strings.Join(lacks, " and "), s.name, project),
	}, nil
}

// unfit says why a service cannot take a region, or nil.
func unfit(found *loadbalancer.Service, s service) *problem {
	if found.Scheme == loadbalancer.SchemeExternalManaged {
		return nil
	}
	return &problem{
		at:      path.Root("backend_services").AtMapKey(s.class).AtName("name"),
		summary: "The backend service has the wrong load balancing scheme",
		detail: fmt.Sprintf("Backend service %q of project %q has the scheme %q. Regions join services with load_balancing_scheme = %q, "+
			"those of a global external Application Load Balancer.", s.name, found.Project, found.Scheme, loadbalancer.SchemeExternalManaged),
	}
}

// mayUse says that the caller may not attach a region's groups, or nil. Their
// project speaks for them all, so the first one is asked about.
func mayUse(ctx context.Context, lb *loadbalancer.Client, project string, groups []loadbalancer.NEG) *problem {
	if len(groups) == 0 {
		return nil
	}
	n := groups[0]
	lacks, err := lb.LacksOnGroup(ctx, project, n)
	if err != nil {
		// What cannot be asked shows when it is done.
		tflog.Debug(ctx, "permissions could not be asked for", map[string]any{"error": err.Error()})
		lacks = nil
	}
	if len(lacks) == 0 {
		return nil
	}
	return &problem{
		at:      path.Root("neg_name"),
		summary: "The provider's account may not attach the network endpoint groups",
		detail: fmt.Sprintf("It lacks %s on network endpoint group %q in %s. The role Compute Load Balancer Admin has all that a region needs.",
			strings.Join(lacks, " and "), n.Name, n.Zone),
	}
}

// groups are the region's groups that a list tells of, by zone. In a zone that
// did not answer they are those that the region is attached by: they have not gone.
// unreachable are such zones as far as the list names them.
func (o *operator) groups(list *loadbalancer.NEGList) (groups []loadbalancer.NEG, unreachable []string) {
	groups, unreachable, _ = list.In(o.spec.region, o.spec.neg)
	for _, b := range o.attached() {
		if b.GroupName() == o.spec.neg && !list.Answered(b.Zone()) && !slices.Contains(zonesOf(groups), b.Zone()) {
			groups = append(groups, loadbalancer.NEG{Name: b.GroupName(), Zone: b.Zone(), URL: b.GroupURL()})
		}
	}
	slices.SortFunc(groups, func(a, b loadbalancer.NEG) int { return cmp.Compare(a.Zone, b.Zone) })
	return groups, unreachable
}

// hidden refuses to go on where the region would leave a zone only because that
// did not answer: it is attached there by a group of another name.
func (o *operator) hidden(list *loadbalancer.NEGList, groups []loadbalancer.NEG) error {
	var zones []string
	for _, b := range o.attached() {
		if !list.Answered(b.Zone()) && !slices.Contains(zonesOf(groups), b.Zone()) {
			zones = append(zones, b.Zone())
		}
	}
	if len(zones) == 0 {
		return nil
	}
	slices.Sort(zones)
	return &problem{
		at:      path.Root("neg_name"),
		summary: "Zones in which the region is attached do not answer",
		detail: fmt.Sprintf("Compute Engine did not answer for %s, where the region is attached by a group of another name. Whether there is a group %q is not known, "+
			"and without one the region would leave the zone. Apply again later, or name in zones those to attach.",
			strings.Join(slices.Compact(zones), ", "), o.spec.neg),
	}
}

// attached are the region's backends in the services that it joins, as last read.
func (o *operator) attached() []loadbalancer.Backend {
	var own []loadbalancer.Backend
	for _, s := range o.spec.services {
		if live := o.live[s.name]; live != nil {
			own = append(own, o.spec.own(live)...)
		}
	}
	return own
}

// awaitNEGs waits until the region's groups are there: all required zones, or
// with none required, as many zones with endpoints as min_zones asks for. The
// context bounds the wait.
func (o *operator) awaitNEGs(ctx context.Context, required []string) ([]loadbalancer.NEG, error) {
	backoff := gax.Backoff{Initial: 2 * time.Second, Max: 20 * time.Second, Multiplier: 1.5}
	for {
		list, err := o.lb.NEGs(ctx, o.spec.project)
		if err != nil {
			return nil, err
		}
		groups, unreachable := o.groups(list)
		if required != nil {
			groups = slices.DeleteFunc(groups, func(n loadbalancer.NEG) bool { return !slices.Contains(required, n.Zone) })
		} else if err := o.hidden(list, groups); err != nil {
			return nil, err
		}
		missing := o.lacking(groups, required)
		if missing == "" {
			return groups, nil
		}
		if len(unreachable) > 0 {
			missing += fmt.Sprintf("; zones that did not answer: %s", strings.Join(unreachable, ", "))
		}
		tflog.Info(ctx, "waiting for network endpoint groups", map[string]any{
			"region": o.spec.owner.String(), "neg_name": o.spec.neg, "missing": missing,
		})
		if err := o.clock.Wait(ctx, backoff.Pause()); err != nil {
			at := path.Root("neg_name")
			if o.spec.zones != nil {
				at = path.Root("zones")
			}
			return nil, &problem{
				at:      at,
				summary: "The region's network endpoint groups are not there",
				detail: fmt.Sprintf("Waited in project %q for zonal network endpoint groups named %q in %s: %s (%s). "+
					"GKE makes a zone's group when the Service carries the annotation with this name and the cluster has nodes in the zone, "+
					"and fills it when pods are ready. Apply again, with a longer timeout if they only need time.",
					o.spec.project, o.spec.neg, o.spec.region, missing, err),
				cause: err,
			}
		}
	}
}

// lacking says what is missing before the region can join, or nothing.
func (o *operator) lacking(groups []loadbalancer.NEG, required []string) string {
	var absent []string
	for _, zone := range required {
		if !slices.ContainsFunc(groups, func(n loadbalancer.NEG) bool { return n.Zone == zone }) {
			absent = append(absent, zone)
		}
	}
	if len(absent) > 0 {
		return "no group in " + strings.Join(absent, ", ")
	}
	filled := 0
	for _, n := range groups {
		if n.Size > 0 {
			filled++
		}
	}
	if filled < o.spec.minZones {
		return fmt.Sprintf("%s, %d with endpoints; min_zones is %d", count(len(groups), "group"), filled, o.spec.minZones)
	}
	return ""
}

// plannedNEGs finds the groups of the zones that a plan has decided on. Unlike
// awaitNEGs it does not wait for what a plan saw and is gone.
func (o *operator) plannedNEGs(ctx context.Context, zones []string) ([]loadbalancer.NEG, error) {
	list, err := o.lb.NEGs(ctx, o.spec.project)
	if err != nil {
		return nil, err
	}
	groups, unreachable := o.groups(list)
	groups = slices.DeleteFunc(groups, func(n loadbalancer.NEG) bool { return !slices.Contains(zones, n.Zone) })
	var gone []string
	for _, zone := range zones {
		if !slices.ContainsFunc(groups, func(n loadbalancer.NEG) bool { return n.Zone == zone }) {
			gone = append(gone, zone)
		}
	}
	if len(gone) == 0 {
		return groups, nil
	}
	p := &problem{
		at:      path.Root("neg_name"),
		summary: "The network endpoint groups are not those of the plan",
		detail: fmt.Sprintf("The plan attaches %q in %s, but project %q has no such group there. Plan and apply again.",
			o.spec.neg, strings.Join(gone, ", "), o.spec.project),
	}
	if len(unreachable) > 0 {
		p.detail = fmt.Sprintf("The plan attaches %q in %s. Compute Engine did not answer for %s, so whether the group is there is not known. Apply again later.",
			o.spec.neg, strings.Join(gone, ", "), strings.Join(unreachable, ", "))
	}
	return nil, p
}

// zonesOf are the zones of groups.
func zonesOf(groups []loadbalancer.NEG) []string {
	zones := make([]string, 0, len(groups))
	for _, n := range groups {
		zones = append(zones, n.Zone)
	}
	return zones
}

// count is a number with its noun.
func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
