package ledgerregion

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/googleapis/gax-go/v2"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-log/tflog"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// reading is the health of a region in one service.
type reading struct {
	service  string
	healthy  int
	reported int
	expected int      // those that there should be a report on
	zones    int      // zones with at least one healthy endpoint
	silent   []string // zones whose endpoints the load balancer says nothing about
	refused  error    // the API's answer instead of a reading
	used     bool     // something refers to the service
}

// gate waits until the region has been healthy in the services for the stable
// time, and gives up after the gate's timeout.
func (o *operator) gate(ctx context.Context, services []service, groups []loadbalancer.NEG) error {
	g := o.spec.health
	backoff := gax.Backoff{Initial: time.Second, Max: 5 * time.Second, Multiplier: 1.3}
	start := o.clock.Now()
	var since time.Time
	for {
		readings, err := o.readHealth(ctx, services, groups)
		if err != nil {
			return err
		}
		now := o.clock.Now()
		bad := o.unhealthy(readings)
		if len(bad) > 0 && slices.ContainsFunc(readings, func(r reading) bool { return r.reported < r.expected }) {
			// Pods may have gone since the groups were listed: there is nothing to report on.
			o.resize(ctx, groups)
		}
		pause := backoff.Pause()
		if len(bad) > 0 {
			since = time.Time{}
		} else {
			if since.IsZero() {
				since = now
			}
			left := g.stable - now.Sub(since)
			if left <= 0 {
				return nil
			}
			pause = min(pause, left)
		}
		// What is healthy at the end of the time may still finish its stable time.
		if len(bad) > 0 && now.Sub(start) >= g.timeout {
			return o.unready(bad, g.timeout)
		}
		tflog.Info(ctx, "waiting for the region to be healthy", map[string]any{
			"region": o.spec.owner.String(), "waited": now.Sub(start).String(), "not_yet": strings.Join(bad, "; "),
		})
		if len(bad) > 0 {
			pause = min(pause, g.timeout-now.Sub(start))
		}
		if err := o.clock.Wait(ctx, pause); err != nil {
			return fmt.Errorf("waiting for the region to be healthy: %w", err)
		}
	}
}

// resize gives groups the sizes that they have by now. What cannot be read stays.
func (o *operator) resize(ctx context.Context, groups []loadbalancer.NEG) {
	sizes := o.sizes(ctx)
	for i, n := range groups {
		if size, known := sizes[loadbalancer.GroupPath(n.URL)]; known {
			groups[i].Size = size
		}
	}
}

// readHealth asks every service about every group.
func (o *operator) readHealth(ctx context.Context, services []service, groups []loadbalancer.NEG) ([]reading, error) {
	readings := make([]reading, 0, len(services))
	for _, s := range services {
		// The load balancer has no health for a service that no forwarding rule leads to.
		r := reading{service: s.name, used: o.live[s.name] == nil || o.live[s.name].UsedBy > 0}
		for _, n := range groups {
			h, err := o.lb.Health(ctx, o.spec.project, s.name, n.URL)
			if err != nil {
				var answer *loadbalancer.Error
				// A group attached a moment ago may not be known to the health
				// service yet: that is no reading, and the gate's time decides.
				if !errors.As(err, &answer) || answer.Status != http.StatusBadRequest && answer.Status != http.StatusNotFound {
					return nil, err
				}
				r.refused = err
				continue
			}
			r.healthy += h.Healthy
			r.reported += h.Reported
			r.expected += max(h.Reported, n.Size)
			if h.Healthy > 0 {
				r.zones++
			}
			if h.Reported == 0 && n.Size > 0 {
				r.silent = append(r.silent, n.Zone)
			}
		}
		readings = append(readings, r)
	}
	return readings, nil
}

// unhealthy says for each service that is not healthy yet what is missing.
func (o *operator) unhealthy(readings []reading) []string {
	var bad []string
	for _, r := range readings {
		switch {
		case r.refused != nil:
			bad = append(bad, fmt.Sprintf("%s: %v", r.service, r.refused))
		case r.reported == 0 && !r.used:
			bad = append(bad, fmt.Sprintf("%s: health unknown, the load balancer reports on no endpoint because no forwarding rule uses the service", r.service))
		case r.reported == 0:
			bad = append(bad, fmt.Sprintf("%s: health unknown, the load balancer reports on no endpoint yet, as for some time after a group is attached", r.service))
		case len(r.silent) > 0:
			bad = append(bad, fmt.Sprintf("%s: health unknown in %s, attached a short time ago; %d of %d endpoints healthy elsewhere",
				r.service, strings.Join(r.silent, ", "), r.healthy, r.reported))
		case r.healthy*100 < o.spec.health.minPercent*r.reported:
			bad = append(bad, fmt.Sprintf("%s: %d of %d endpoints healthy, below %d %%", r.service, r.healthy, r.reported, o.spec.health.minPercent))
		case r.healthy*100 < o.spec.health.minPercent*r.expected:
			bad = append(bad, fmt.Sprintf("%s: %d of %d endpoints healthy, below %d %%; the load balancer reports on %d of them so far",
				r.service, r.healthy, r.expected, o.spec.health.minPercent, r.reported))
		case r.zones < o.spec.minZones:
			bad = append(bad, fmt.Sprintf("%s: healthy endpoints in %s, min_zones is %d", r.service, count(r.zones, "zone"), o.spec.minZones))
		}
	}
	return bad
}

func (o *operator) unready(bad []string, waited time.Duration) *problem {
	return &problem{
		at:      path.Root("health"),
		summary: "The region is not healthy",
		detail: fmt.Sprintf("After %s region %s of ledger %s does not meet its health gate:\n  - %s\n"+
			"Look at the health checks, the firewall for their ranges and the pods, then apply again.",
			waited, o.spec.region, o.spec.ledger, strings.Join(bad, "\n  - ")),
	}
}
