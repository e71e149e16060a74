package api_test

import (
	"fmt"
	"net/http"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// BenchmarkCloud measures what a user waits for: the first answer of a new
// process, and requests while 1,000 resources are stored. The aims are 500 ms,
// 1 ms at the median, and 100 MiB.
func BenchmarkCloud(b *testing.B) {
	const resources = 1000
	for b.Loop() {
		begin := time.Now()
		c := newCloud(b, api.Options{})
		c.do("GET", global+"networks", nil)
		started := time.Since(begin)
		c.do(aNetwork.verb, aNetwork.address, aNetwork.body)
		for i := range resources {
			c.do("POST", global+"firewalls", object{"name": fmt.Sprintf("f-%d", i), "network": "global/networks/n", "allowed": []any{object{"IPProtocol": "tcp", "ports": []any{"80"}}}})
		}
		var took []time.Duration
		timed := func(verb, address string, body object) {
			begin := time.Now()
			if status, answer := c.try(verb, address, body); status != http.StatusOK {
				b.Fatalf("%s %s: %d %v", verb, address, status, answer)
			}
			took = append(took, time.Since(begin))
		}
		for i := range resources {
			one := fmt.Sprintf("%sfirewalls/f-%d", global, i)
			timed("GET", one, nil)
			timed("PATCH", one, object{"priority": 900 + i%10})
		}
		slices.Sort(took)
		runtime.GC()
		var memory runtime.MemStats
		runtime.ReadMemStats(&memory)
		b.ReportMetric(0, "ns/op")
		b.ReportMetric(float64(started.Microseconds())/1000, "start-ms")
		b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "median-ms")
		b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
		b.ReportMetric(float64(memory.HeapAlloc)/(1<<20), "heap-MiB")
		b.ReportMetric(float64(memory.Sys)/(1<<20), "process-MiB")
	}
}
