package main

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// rejoin brings the drained region back: not while its pods are sick, and then
// step by step.
func (d *demo) rejoin(ctx context.Context) error {
	args := slices.Concat([]string{"apply", "-no-color", "-auto-approve"}, version2)
	d.begin("Back into traffic with sick pods: %s apply %s", d.core.command(), typed(version2))
	d.setHealthy(0)
	if err := d.wantRefused(ctx, "The region is not healthy", args...); err != nil {
		return err
	}
	if all, without := backends(d.cloud.API(), d.ledger); without*len(d.ledger.Regions) != all {
		return fmt.Errorf("after the gate stayed shut %d of %d backends are at capacity 0, expected one region's share", without, all)
	}
	d.line("The pods recover; the same again:")
	for _, r := range d.ledger.Regions {
		d.setHealthy(r.Endpoints)
	}
	p, err := d.plan(ctx, false, version2...)
	if err != nil {
		return err
	}
	if err := d.wantCounts(p, 0, 1, 0); err != nil {
		return err
	}
	watched := watchCapacity(ctx, d.cloud.API(), d.ledger.Project, d.ledger.BackendServices[0], drainedRegion)
	if err := d.apply(ctx); err != nil {
		return err
	}
	steps := watched()
	d.end("Its capacity in %s went %s, healthy before each step", d.ledger.BackendServices[0], strings.Join(steps, " -> "))
	if !slices.Equal(steps, []string{"0 %", "10 %", "50 %", "100 %"}) {
		return fmt.Errorf("the region came back by %s, expected the steps of its ramp", strings.Join(steps, ", "))
	}
	return nil
}

// setHealthy makes so many endpoints of the drained region's groups healthy.
func (d *demo) setHealthy(endpoints int) {
	for _, r := range d.ledger.Regions {
		if r.Name != drainedRegion {
			continue
		}
		for _, zone := range r.Zones {
			d.cloud.API().SetHealthy(d.ledger.Project, zone, r.NEG, endpoints)
		}
	}
}

// watchCapacity looks at a region's capacity in a service until the function that
// it returns is called, which gives the capacities seen, in order.
func watchCapacity(ctx context.Context, cloud *api.Server, project, service, region string) func() []string {
	ctx, stop := context.WithCancel(ctx)
	var seen []string
	look := func() {
		list, _ := cloud.BackendService(project, service)["backends"].([]any)
		for _, one := range list {
			backend, _ := one.(map[string]any)
			if !strings.Contains(fmt.Sprint(backend["group"]), "/zones/"+region) {
				continue
			}
			scaler, err := strconv.ParseFloat(fmt.Sprint(backend["capacityScaler"]), 64)
			percent := fmt.Sprintf("%.0f %%", scaler*100)
			if err == nil && (len(seen) == 0 || seen[len(seen)-1] != percent) {
				seen = append(seen, percent)
			}
		}
	}
	var watching sync.WaitGroup
	watching.Go(func() {
		ticks := time.NewTicker(20 * time.Millisecond)
		defer ticks.Stop()
		for {
			look()
			select {
			case <-ticks.C:
			case <-ctx.Done():
				return
			}
		}
	})
	return func() []string {
		stop()
		watching.Wait()
		look()
		return seen
	}
}
