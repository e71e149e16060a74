package ledgerregion

import (
	"fmt"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// crowd is a cloud with so many regions and three services. A backend service
// takes 50 groups, so many regions have one zone each.
func crowd(b *testing.B, regions int) (c *cloud, specs []spec) {
	b.Helper()
	compute, err := api.New(api.Options{})
	if err != nil {
		b.Fatal(err)
	}
	compute.AddProject(project)
	zones := []string{"b", "c", "d"}
	if regions > 16 {
		zones = zones[:1]
	}
	for i := range regions {
		s := region(fmt.Sprintf("bench-east%d", i))
		s.services = append(s.services, service{class: "webhook", name: "ledger-webhook", rate: 10, preference: preferenceDefault, guarded: true, follows: true})
		s.minZones, s.ramp.steps = len(zones), []int{10, 50}
		s.health = health{minPercent: 70, timeout: time.Minute}
		specs = append(specs, s)
		for _, zone := range zones {
			compute.AddNEG(project, s.region+"-"+zone, s.neg, 3)
		}
	}
	for _, s := range specs[0].services {
		compute.AddBackendService(project, s.name, nil)
	}
	server := httptest.NewServer(compute)
	b.Cleanup(server.Close)
	c = &cloud{Server: compute, server: server}
	c.lb = c.client(loadbalancer.SystemClock{}, server.Client().Transport)
	return c, specs
}

// What joining costs where health is instant and nothing is held: calls, and the
// time that is ours. An attachment is a region in a service; a ramp of three steps
// reads, changes and gates each of them three times.
func BenchmarkRegionsJoin(b *testing.B) {
	for _, n := range []int{3, 10, 30} {
		b.Run(fmt.Sprintf("%d_regions", n), func(b *testing.B) {
			calls, attachments, zones, conflicts := 0, 0, 0, 0
			for range b.N {
				b.StopTimer()
				c, specs := crowd(b, n)
				b.StartTimer()
				var group sync.WaitGroup
				for _, s := range specs {
					group.Go(func() {
						o := &operator{lb: c.lb, clock: loadbalancer.SystemClock{}, spec: s}
						if err := o.check(b.Context()); err != nil {
							b.Error(err)
							return
						}
						groups, err := o.awaitNEGs(b.Context(), nil)
						if err == nil {
							_, err = o.attach(b.Context(), climb{groups: groups, always: true})
						}
						if err != nil {
							b.Error(err)
						}
					})
				}
				group.Wait()
				b.StopTimer()
				calls, attachments, zones = len(c.Requests()), n*len(specs[0].services), specs[0].minZones
				for _, r := range c.Requests() {
					if r.Status == 412 {
						conflicts++
					}
				}
				b.StartTimer()
			}
			b.ReportMetric(float64(zones), "zones/region")
			b.ReportMetric(float64(calls), "calls")
			b.ReportMetric(float64(calls)/float64(attachments), "calls/attachment")
			b.ReportMetric(float64(conflicts), "conflicts")
			b.ReportMetric(float64(b.Elapsed().Milliseconds())/float64(b.N*attachments), "ms/attachment")
		})
	}
}

// What a refresh of unchanged regions costs, however many there are.
func BenchmarkRegionsPlan(b *testing.B) {
	for _, n := range []int{3, 10, 30} {
		b.Run(fmt.Sprintf("%d_regions", n), func(b *testing.B) {
			c, specs := crowd(b, n)
			for _, s := range specs {
				o := &operator{lb: c.lb, clock: newClock(), spec: s}
				groups, err := o.awaitNEGs(b.Context(), nil)
				if err == nil {
					_, err = o.attach(b.Context(), climb{groups: groups})
				}
				if err != nil {
					b.Fatal(err)
				}
			}
			c.ResetRequests()
			b.ResetTimer()
			for range b.N {
				// A plan is made by a process of its own.
				lb := c.client(loadbalancer.SystemClock{}, c.server.Client().Transport)
				for _, s := range specs {
					if _, err := observe(b.Context(), lb.PlannedService, s); err != nil {
						b.Fatal(err)
					}
					if _, err := lb.PlannedNEGs(b.Context(), project); err != nil {
						b.Fatal(err)
					}
				}
			}
			b.ReportMetric(float64(len(c.Requests()))/float64(b.N), "calls")
		})
	}
}
