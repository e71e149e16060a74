package topology_test

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// near compares amounts of money to the cent, and percents to a millionth.
func near(a, b float64) bool { return math.Abs(a-b) < 0.005 }

func cost(t *testing.T, facts topology.Facts, w topology.Workload) topology.Cost {
	t.Helper()
	bill, err := facts.Prices.MonthlyCost(w)
	if err != nil {
		t.Fatal(err)
	}
	return bill
}

// The figures of the document's check of its costs, in US dollars a month.
func TestCostsOfTheDocument(t *testing.T) {
	t.Parallel()
	facts := published(t)
	spanner := func(base string, more map[string]float64) topology.Workload {
		usage := map[string]float64{"processing_units": 2000}
		for name, value := range more {
			usage[name] = value
		}
		return topology.Workload{Regions: 3, Topology: choose(t, facts, topology.Choice{BaseConfig: base}), Usage: topology.Usage{"spanner": usage}}
	}
	of := func(component string, regions int, usage map[string]float64) topology.Workload {
		return topology.Workload{Regions: regions, Usage: topology.Usage{component: usage}}
	}
	for name, test := range map[string]struct {
		workload topology.Workload
		want     float64
	}{
		"two nodes of nam-eur-asia1":    {spanner("nam-eur-asia1", nil), 13140},
		"two nodes of nam3":             {spanner("nam3", nil), 4380},
		"two nodes of one region":       {spanner("regional-us-east1", nil), 1314},
		"two nodes, committed a year":   {spanner("nam3", map[string]float64{"commitment_years": 1}), 4380 * 0.8},
		"four forwarding rules":         {topology.Workload{Regions: 1, Usage: topology.Usage{"edge": {"forwarding_rules": 4}}}, 730 * 0.025},
		"seven forwarding rules":        {topology.Workload{Regions: 1, Usage: topology.Usage{"edge": {"forwarding_rules": 7}}}, 730 * (0.025 + 2*0.01)},
		"two nodes, three years":        {spanner("nam3", map[string]float64{"commitment_years": 3}), 4380 * 0.6},
		"one node for half of the day":  {spanner("nam3", map[string]float64{"off_peak_processing_units": 1000, "off_peak_hours_per_day": 12}), 4380 * 0.75},
		"three clusters of 20 pods":     {of("gke", 3, map[string]float64{"pods": 20, "vcpu_per_pod": 1, "memory_gb_per_pod": 4}), 3030},
		"an HA db-custom-4-16384":       {of("sql", 1, map[string]float64{"vcpus": 4, "memory_gb": 16}), 404.71},
		"three of them":                 {of("sql", 3, map[string]float64{"vcpus": 4, "memory_gb": 16}), 1214.14},
		"a zonal one":                   {of("sql", 1, map[string]float64{"vcpus": 4, "memory_gb": 16, "high_availability": 0}), 202.36},
		"three with a zonal replica":    {of("sql", 3, map[string]float64{"vcpus": 4, "memory_gb": 16, "replicas": 1}), 1214.136 + 607.068},
		"5 GB of Redis with a replica":  {of("cache", 1, map[string]float64{"memory_gb": 5}), 197.10},
		"5 GB of Redis without":         {of("cache", 1, map[string]float64{"memory_gb": 5, "high_availability": 0}), 98.55},
		"three of 5 GB":                 {of("cache", 3, map[string]float64{"memory_gb": 5}), 591.30},
		"10 TB from the cache":          {of("edge", 3, map[string]float64{"forwarding_rules": 0, "cdn_gb": 10240}), 819.20},
		"1 TB through Cloud NAT":        {of("network", 3, map[string]float64{"nat_gb": 1000}), 45},
		"nothing":                       {topology.Workload{Regions: 3}, 0},
		"a component that is left zero": {of("encryption", 3, nil), 0},
	} {
		if got := cost(t, facts, test.workload).TotalUSD(); !near(got, test.want) {
			t.Errorf("%s: %.2f, want %.2f", name, got, test.want)
		}
	}
	// The document's own sum is right.
	if sum := 5400 + 3600 + 500 + 850 + 450 + 1200 + 300; sum != 12300 {
		t.Errorf("the document's rows add up to %d", sum)
	}
}

// A whole ledger with nam-eur-asia1 costs more than the document's 12,300.
func TestCostOfALedger(t *testing.T) {
	t.Parallel()
	facts := published(t)
	ledger := topology.Workload{
		Regions:  3,
		Topology: choose(t, facts, topology.Choice{BaseConfig: "nam-eur-asia1"}),
		Usage: topology.Usage{
			"spanner": {"processing_units": 2000, "storage_gb": 1000}, "gke": {"pods": 20}, "sql": {"replicas": 1}, "cache": {},
			"edge": {"internet_gb": 1024, "cdn_gb": 10240}, "observability": {"metrics_mib": 500},
		},
	}
	bill := cost(t, facts, ledger)
	if total := bill.TotalUSD(); total < 20000 || total > 25000 {
		t.Errorf("the ledger costs %.0f; the document's check found more than 20,000", total)
	}
	sum := 0.0
	for component, usd := range bill.ByComponent() {
		if usd <= 0 {
			t.Errorf("%s costs %v", component, usd)
		}
		sum += usd
	}
	if !near(sum, bill.TotalUSD()) || len(bill.ByComponent()) != len(ledger.Usage) {
		t.Errorf("the components %v add up to %.2f of %.2f", bill.ByComponent(), sum, bill.TotalUSD())
	}
	// One more region adds its share of what stands in every region and a replica of Spanner's.
	more := ledger
	more.Regions = 4
	perRegion := cost(t, facts, more).TotalUSD() - bill.TotalUSD()
	replica := 2*0.60*730 + 1000*0.10
	if !near(bill.ExtraRegionUSD, perRegion+replica) {
		t.Errorf("an extra region costs %.2f, want %.2f", bill.ExtraRegionUSD, perRegion+replica)
	}
	if diff := cmp.Diff([]string{"edge_cdn", "edge_internet", "spanner_node_many_continents", "spanner_storage_multi_region"}, bill.Assumed()); diff != "" {
		t.Errorf("assumed prices (-want +got):\n%s", diff)
	}
}

// Added replicas cost as many nodes and as much storage each.
func TestCostOfAddedReplicas(t *testing.T) {
	t.Parallel()
	facts := published(t)
	usage := topology.Usage{"spanner": {"processing_units": 2000, "storage_gb": 100}}
	bare := topology.Workload{Regions: 3, Topology: choose(t, facts, topology.Choice{BaseConfig: "nam7"}), Usage: usage}
	added := bare
	added.Topology = choose(t, facts, topology.Choice{BaseConfig: "nam7", Replicas: []topology.Addition{{Location: "us-east1", Count: 2}}})
	if more, want := cost(t, facts, added).TotalUSD()-cost(t, facts, bare).TotalUSD(), 2*(2*0.60*730+100*0.10); !near(more, want) {
		t.Errorf("two added replicas cost %.2f, want %.2f", more, want)
	}
	saved := cost(t, facts, topology.Workload{Regions: 1, Topology: added.Topology, Usage: topology.Usage{"spanner": {
		"processing_units": 2000, "off_peak_processing_units": 1000, "off_peak_hours_per_day": 12, "commitment_years": 1}}})
	if want := 0.5 * 730 * (3.00 + 2*0.60); !near(saved.OffPeakSavingUSD(), want) {
		t.Errorf("off-peak saves %.2f, want %.2f", saved.OffPeakSavingUSD(), want)
	}
	if want := 1 * 730 * (3.00 + 2*0.60) * 0.2; !near(saved.CommittedSavingUSD(), want) {
		t.Errorf("a commitment to what is used at all hours saves %.2f, want %.2f", saved.CommittedSavingUSD(), want)
	}
	short := cost(t, facts, topology.Workload{Regions: 1, Topology: added.Topology, Usage: topology.Usage{"spanner": {
		"processing_units": 2000, "off_peak_processing_units": 1000, "off_peak_hours_per_day": 2, "commitment_years": 1}}})
	if want := 2 * 730 * (3.00 + 2*0.60) * 0.8; !near(short.TotalUSD(), want) {
		t.Errorf("with two hours off-peak it costs %.2f, want a commitment to the peak, %.2f", short.TotalUSD(), want)
	}
	for _, hours := range []float64{1, 4, 5, 12, 24} {
		last := 0.0
		for _, low := range []float64{100, 500, 1000, 1900, 2000} {
			bill := cost(t, facts, topology.Workload{Regions: 1, Topology: added.Topology, Usage: topology.Usage{"spanner": {
				"processing_units": 2000, "off_peak_processing_units": low, "off_peak_hours_per_day": hours, "commitment_years": 1}}})
			if bill.TotalUSD() < last-1e-6 {
				t.Errorf("%v units for %v hours cost %.2f, fewer cost %.2f", low, hours, bill.TotalUSD(), last)
			}
			last = bill.TotalUSD()
		}
	}
}

// More of anything never costs less, nor does a region more.
func TestCostIsMonotone(t *testing.T) {
	t.Parallel()
	facts := published(t)
	chosen := choose(t, facts, topology.Choice{BaseConfig: "nam3", Replicas: []topology.Addition{{Location: "europe-west1", Count: 1}}})
	grown := 0
	for _, component := range topology.Components() {
		for _, quantity := range topology.Quantities(component) {
			switch quantity.Name {
			case "commitment_years", "off_peak_hours_per_day", "off_peak_processing_units":
				continue // they save
			}
			steps := []float64{0, 1, 2, 5, 1000, 2000}
			if quantity.Name == "high_availability" {
				steps = steps[:2]
			}
			last := -1.0
			for _, value := range steps {
				bill := cost(t, facts, topology.Workload{Regions: 3, Topology: chosen, Usage: topology.Usage{component: {quantity.Name: value}}})
				if bill.TotalUSD() < last {
					t.Errorf("%s.%s = %v costs %.2f, less of it %.2f", component, quantity.Name, value, bill.TotalUSD(), last)
				}
				if value == 1 && bill.TotalUSD() > last {
					grown++
				}
				last = bill.TotalUSD()
			}
		}
		last := -1.0
		for regions := 1; regions < 6; regions++ {
			bill := cost(t, facts, topology.Workload{Regions: regions, Topology: chosen, Usage: topology.Usage{component: {}}})
			if bill.TotalUSD() < last || bill.ExtraRegionUSD < 0 {
				t.Errorf("%s in %d regions costs %.2f, and an extra one %.2f", component, regions, bill.TotalUSD(), bill.ExtraRegionUSD)
			}
			last = bill.TotalUSD()
		}
	}
	if grown < 25 {
		t.Errorf("only %d quantities cost something", grown)
	}
}

// Every price in the table is part of some bill, and says where it comes from.
func TestEveryPriceIsUsed(t *testing.T) {
	t.Parallel()
	facts := published(t)
	used := map[string]bool{}
	for _, base := range []string{"regional-us-east1", "dual-region-japan1", "nam3", "nam-eur-asia1"} {
		chosen, _ := facts.Configurations.Named(base)
		top := choose(t, facts, topology.Choice{BaseConfig: base, Replicas: chosen.Optional})
		usage := topology.Usage{}
		for _, component := range topology.Components() {
			usage[component] = map[string]float64{}
			for _, quantity := range topology.Quantities(component) {
				usage[component][quantity.Name] = 1
			}
		}
		usage["edge"]["forwarding_rules"] = 6 // the first five are one price
		for _, standby := range []float64{0, 1} {
			usage["sql"]["high_availability"], usage["cache"]["high_availability"] = standby, standby
			for _, line := range cost(t, facts, topology.Workload{Regions: 1, Topology: top, Usage: usage}).Lines {
				used[line.Price.Key] = true
			}
		}
	}
	for _, key := range facts.Prices.Keys() {
		price, _ := facts.Prices.Of(key)
		if !used[key] && price.Unit != "percent" {
			t.Errorf("nothing costs %s", key)
		}
		if price.Source == "" {
			t.Errorf("%s has no source", key)
		}
	}
}

func TestUsageThatCannotBe(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for name, test := range map[string]struct {
		workload            topology.Workload
		component, quantity string
	}{
		"no regions":        {topology.Workload{}, "regions", ""},
		"no such component": {topology.Workload{Regions: 1, Usage: topology.Usage{"gcs": {}}}, "gcs", ""},
		"no such quantity":  {topology.Workload{Regions: 1, Usage: topology.Usage{"gke": {"podz": 1}}}, "gke", "podz"},
		"negative":          {topology.Workload{Regions: 1, Usage: topology.Usage{"gke": {"pods": -1}}}, "gke", "pods"},
		"no number":         {topology.Workload{Regions: 1, Usage: topology.Usage{"gke": {"pods": math.NaN()}}}, "gke", "pods"},
		"two years":         {topology.Workload{Regions: 1, Usage: topology.Usage{"sql": {"commitment_years": 2}}}, "sql", "commitment_years"},
		"half a standby":    {topology.Workload{Regions: 1, Usage: topology.Usage{"sql": {"high_availability": 0.5}}}, "sql", "high_availability"},
		"a long day":        {topology.Workload{Regions: 1, Usage: topology.Usage{"spanner": {"off_peak_hours_per_day": 25}}}, "spanner", "off_peak_hours_per_day"},
		"more off-peak":     {topology.Workload{Regions: 1, Usage: topology.Usage{"spanner": {"off_peak_processing_units": 5000}}}, "spanner", "off_peak_processing_units"},
	} {
		_, err := facts.Prices.MonthlyCost(test.workload)
		var wrong *topology.UsageError
		if !errors.As(err, &wrong) || wrong.Component != test.component || wrong.Quantity != test.quantity {
			t.Errorf("%s: %v", name, err)
		}
	}
	bare, err := topology.ParsePrices("key,unit,usd,assumed,source\ngke_cluster,cluster-month,73,,x\ngke_vcpu,v,1,,x\ngke_memory,m,1,,x\n")
	if err != nil {
		t.Fatal(err)
	}
	for usage, missing := range map[string]topology.Usage{"cache_replicated": {"cache": {}}, "commitment_gke_3_years": {"gke": {"commitment_years": 3}}, "commitment_gke_1_year": {"gke": {"commitment_years": 1}}} {
		if _, err := bare.MonthlyCost(topology.Workload{Regions: 1, Usage: missing}); err == nil || !strings.Contains(err.Error(), usage) {
			t.Errorf("without the price %s: %v", usage, err)
		}
	}
}

func TestHealthChecksOfTheDocument(t *testing.T) {
	t.Parallel()
	for want, check := range map[float64]topology.HealthCheck{30: {10, 10, 2}, 25: {10, 5, 2}, 12: {5, 2, 2}, 75: {15, 15, 4}} {
		if err := check.Check(); err != nil {
			t.Error(err)
		}
		if got := check.DetectionSeconds(); got != want {
			t.Errorf("%+v detects in %v seconds, want %v", check, got, want)
		}
		if got := check.RecoverySeconds(topology.ConvergenceSeconds); got != want+10 {
			t.Errorf("%+v recovers in %v seconds", check, got)
		}
	}
	for _, check := range []topology.HealthCheck{{0, 1, 2}, {301, 1, 2}, {5, 0, 2}, {5, 6, 2}, {5, 2, 0}, {5, 2, 11}, {5, 2, 1.5}} {
		if check.Check() == nil {
			t.Errorf("%+v is taken", check)
		}
	}
}

func TestAvailability(t *testing.T) {
	t.Parallel()
	// The load balancer's and Spanner's agreements together are below 99.99 %.
	if got, err := topology.AllNeeded(99.99, 99.999); err != nil || math.Abs(got-99.9890001) > 1e-7 || got >= 99.99 {
		t.Errorf("%v, %v", got, err)
	}
	if got, err := topology.OneEnough(99.9, 99.9, 99.9); err != nil || math.Abs(got-99.9999999) > 1e-9 {
		t.Errorf("%v, %v", got, err)
	}
	for _, percents := range [][]float64{{0}, {101}, {-1}, {math.NaN()}, {99, 0}} {
		if _, err := topology.AllNeeded(percents...); err == nil {
			t.Errorf("%v are taken", percents)
		}
		if _, err := topology.OneEnough(percents...); err == nil {
			t.Errorf("%v are taken", percents)
		}
	}
	last := 100.0
	for n := range 5 {
		got, err := topology.AllNeeded(append(make([]float64, 0, n), []float64{99.9, 99.5, 99, 98, 97}[:n+1]...)...)
		if err != nil || got >= last {
			t.Errorf("one more part made it %v after %v", got, last)
		}
		last = got
	}
}

func TestCapacityAfterLoss(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ capacity, want map[string]float64 }{
		{map[string]float64{"a": 1200, "b": 1000, "c": 1000}, map[string]float64{"a": 2000, "b": 2200, "c": 2200}},
		{map[string]float64{"a": 1200}, map[string]float64{"a": 0}},
		{nil, map[string]float64{}},
	} {
		if diff := cmp.Diff(test.want, topology.CapacityAfterLoss(test.capacity)); diff != "" {
			t.Errorf("%v (-want +got):\n%s", test.capacity, diff)
		}
	}
}

func TestFailoverOrder(t *testing.T) {
	t.Parallel()
	roundTrips, err := topology.ParseRoundTrips("from,to,round_trip_ms\n*,*,1\na,b,20\na,c,10\na,d,>=5\na,e,>=4\na,f,10\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(roundTrips.FailoverOrder("a", []string{"g", "f", "e", "d", "c", "b", "a", "b"})); got != "[a c f b g e d]" {
		t.Errorf("the order is %s", got)
	}
}
