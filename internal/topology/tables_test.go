package topology_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

const (
	configurationsHead = "name,kind,resource_location,read_write,read_only,witness,optional,access\n"
	roundTripsHead     = "from,to,round_trip_ms\n"
	pricesHead         = "key,unit,usd,assumed,source\n"
)

func TestBrokenTables(t *testing.T) {
	t.Parallel()
	configurations := func(text string) error { _, err := topology.ParseConfigurations(text); return err }
	roundTrips := func(text string) error { _, err := topology.ParseRoundTrips(text); return err }
	prices := func(text string) error { _, err := topology.ParsePrices(text); return err }
	for name, test := range map[string]struct {
		parse func(string) error
		text  string
		says  string
	}{
		"no table":            {configurations, "", "the first line must be name,kind"},
		"other columns":       {roundTrips, "a,b,c\n", "the first line must be from,to"},
		"too few cells":       {roundTrips, roundTripsHead + "a,b\n", "wrong number of fields"},
		"twice":               {configurations, configurationsHead + "n,REGIONAL,r,r 3,,,,\nn,REGIONAL,r,r 3,,,,\n", "n is there twice"},
		"no number":           {configurations, configurationsHead + "n,REGIONAL,r,r,,,,\n", "not a region and a number"},
		"no replicas":         {configurations, configurationsHead + "n,REGIONAL,r,r 0,,,,\n", "no number of replicas"},
		"optional, no number": {configurations, configurationsHead + "n,REGIONAL,r,r 3,,,o x,\n", `"x"`},
		"nobody leads":        {configurations, configurationsHead + "n,REGIONAL,r,r 1,,,,\n", "no region can lead"},
		"no time":             {roundTrips, roundTripsHead + "a,b,soon\n", `"soon"`},
		"a time of 0":         {roundTrips, roundTripsHead + "a,b,0\n", "no time between"},
		"microseconds":        {roundTrips, roundTripsHead + "a,b,9000\n", "no time between"},
		"no bound":            {roundTrips, roundTripsHead + "a,b,>=\n", "no time between"},
		"there and back":      {roundTrips, roundTripsHead + "a,b,1\nb,a,1\n", "one round trip between two"},
		"to itself":           {roundTrips, roundTripsHead + "a,a,1\n", "one round trip between two"},
		"no price":            {prices, pricesHead + "k,u,free,,s\n", "k"},
		"negative":            {prices, pricesHead + "k,u,-1,,s\n", "no price"},
		"price twice":         {prices, pricesHead + strings.Repeat("k,u,1,,s\n", 2), "k is there twice"},
		"more than all":       {prices, pricesHead + "k,percent,101,,s\n", "more than all"},
	} {
		if err := test.parse(test.text); err == nil || !strings.Contains(err.Error(), test.says) {
			t.Errorf("%s: %v does not say %q", name, err, test.says)
		}
	}
}

func TestOrigins(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for name, origin := range map[string]topology.Origin{"configurations": facts.Configurations.Origin, "round trips": facts.RoundTrips.Origin, "prices": facts.Prices.Origin} {
		var year, month, day int
		if n, err := fmt.Sscanf(origin.AsOf, "%4d-%2d-%2d", &year, &month, &day); n != 3 || err != nil || year < 2026 {
			t.Errorf("the %s are of %q", name, origin.AsOf)
		}
		if origin.Source == "" {
			t.Errorf("the %s have no source", name)
		}
	}
}

func TestOverriddenRoundTrips(t *testing.T) {
	t.Parallel()
	facts := published(t)
	before := facts.RoundTrips.Between("us-east1", "us-east4")
	merged, err := facts.RoundTrips.With(map[string]map[string]float64{"us-east4": {"us-east1": 20}, "us-east1": {"us-east4": 10, "us-new1": 5}})
	if err != nil {
		t.Fatal(err)
	}
	if got := merged.Between("us-east1", "us-east4"); got != topology.Exactly(15) {
		t.Errorf("of two directions the mean is %s", got)
	}
	if got := merged.Between("us-new1", "us-east1"); got != topology.Exactly(5) || !merged.Knows("us-new1") || facts.RoundTrips.Knows("us-new1") {
		t.Errorf("a new region is %s away", got)
	}
	if facts.RoundTrips.Between("us-east1", "us-east4") != before {
		t.Error("the published table was changed")
	}
	if got := merged.Between("us-new1", "us-east4"); got.Bounded() {
		t.Errorf("what nobody gave is %s", got)
	}
	for _, wrong := range []map[string]map[string]float64{{"a": {"a": 1}}, {"a": {"b": 0}}, {"a": {"b": 1001}}} {
		if _, err := facts.RoundTrips.With(wrong); err == nil {
			t.Errorf("%v is taken", wrong)
		}
	}
}

func TestLatency(t *testing.T) {
	t.Parallel()
	for want, latency := range map[string]topology.Latency{
		"12": topology.Exactly(11.6), ">=8": topology.Unbounded(8), "never": topology.Never(), "2..33": {AtLeast: 2, AtMost: 33},
		"33": {AtLeast: 32.9, AtMost: 33.1}, "14": topology.Exactly(2).Plus(topology.Exactly(12)),
	} {
		if got := latency.String(); got != want {
			t.Errorf("%+v is written as %s, want %s", latency, got, want)
		}
	}
	if _, known := topology.Never().Exact(); known {
		t.Error("what cannot happen takes a known time")
	}
	if _, known := topology.Unbounded(3).Exact(); known {
		t.Error("a bound is a known time")
	}
}

// What Google would refuse names the argument and its position.
func TestRefusals(t *testing.T) {
	t.Parallel()
	facts := published(t)
	_, refusals := facts.Configurations.Choose(topology.Choice{
		BaseConfig: "nam3", Leader: "europe-west1", Edition: topology.Enterprise, ReadLeaseRegions: []string{"us-east1", "us-central1"},
		Replicas: []topology.Addition{{Location: "europe-west1", Count: 1}, {Location: "asia-southeast1", Count: 2}, {Location: "us-east4", Count: 1}},
	})
	var have []string
	for _, r := range refusals {
		have = append(have, fmt.Sprintf("%s %d %s", r.Argument, r.Index, r.Field))
		if r.Summary == "" || !strings.HasSuffix(r.Detail, ".") || !strings.HasPrefix(r.Error(), r.Place()+": "+r.Summary) {
			t.Errorf("%+v", r)
		}
	}
	if want := []string{"replicas 1 count", "replicas 2 location", "leader 0 ", "read_lease_regions 1 ", "edition 0 "}; !slices.Equal(have, want) {
		t.Errorf("refused are %q, want %q", have, want)
	}
}

func TestFactsOfATopology(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for name, test := range map[string]struct {
		choice   topology.Choice
		edition  topology.Edition
		sla      float64
		ceiling  int
		home     string
		restrict bool
	}{
		"regional":              {topology.Choice{BaseConfig: "regional-us-east1"}, topology.Standard, 99.99, 65, "us-east1", false},
		"regional with replica": {topology.Choice{BaseConfig: "regional-us-east1", Replicas: []topology.Addition{{Location: "europe-west1", Count: 1}}}, topology.Enterprise, 99.99, 65, "us-east1", false},
		"dual-region":           {topology.Choice{BaseConfig: "dual-region-germany1"}, topology.EnterprisePlus, 99.999, 45, "de", false},
		"multi-region":          {topology.Choice{BaseConfig: "projects/p/instanceConfigs/nam3"}, topology.EnterprisePlus, 99.999, 45, "us", false},
		"allow-listed":          {topology.Choice{BaseConfig: "asia2"}, topology.EnterprisePlus, 99.999, 45, "global", true},
	} {
		chosen := choose(t, facts, test.choice)
		if chosen.Edition() != test.edition || chosen.SLAPercent() != test.sla || chosen.HighPriorityCeilingPercent() != test.ceiling || chosen.TotalCeilingPercent() != 90 ||
			chosen.Base.ResourceLocation != test.home || chosen.Base.Restricted != test.restrict {
			t.Errorf("%s: %s, %v %%, %d %%, %s, %t", name, chosen.Edition(), chosen.SLAPercent(), chosen.HighPriorityCeilingPercent(), chosen.Base.ResourceLocation, chosen.Base.Restricted)
		}
	}
	nam3 := choose(t, facts, topology.Choice{BaseConfig: "nam3", Leader: "us-east1", Replicas: []topology.Addition{{Location: "europe-west1", Count: 1}}})
	for _, test := range []struct{ have, want []string }{
		{nam3.Regions(), []string{"europe-west1", "us-central1", "us-east1", "us-east4"}},
		{nam3.ReadRegions(), []string{"europe-west1", "us-east1", "us-east4"}},
		{nam3.VotingRegions(), []string{"us-central1", "us-east1", "us-east4"}},
		{nam3.LeaderOrder(), []string{"us-east1", "us-east4"}},
		{nam3.Without("us-east1").LeaderOrder(), []string{"us-east4"}},
		{nam3.Without("us-east1").Without("us-east4").LeaderOrder(), nil},
	} {
		if !slices.Equal(test.have, test.want) {
			t.Errorf("have %v, want %v", test.have, test.want)
		}
	}
}

func TestWhyWritable(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for base, losses := range map[string]map[string]string{
		"nam3":               {"us-east1": "us-east4 leads", "us-central1": "us-east4 leads", "": "us-east4 leads", "us-east4 us-east1": "too few voters"},
		"regional-us-east1":  {"us-east1": "all voters stood in us-east1", "europe-west1": "votes for nothing"},
		"dual-region-japan1": {"asia-northeast2": "45 minutes"},
	} {
		for lost, says := range losses {
			chosen := choose(t, facts, topology.Choice{BaseConfig: base})
			for _, region := range strings.Fields(lost) {
				chosen = chosen.Without(region)
			}
			if _, why := chosen.Writable(); !strings.Contains(why, says) {
				t.Errorf("%s without %q: %s does not say %q", base, lost, why, says)
			}
		}
	}
}

func TestProblems(t *testing.T) {
	t.Parallel()
	facts := published(t)
	one := func(location string) []topology.Addition { return []topology.Addition{{Location: location, Count: 1}} }
	for name, test := range map[string]struct {
		choice  topology.Choice
		regions []string
		want    []string
	}{
		"none":                {topology.Choice{BaseConfig: "nam3"}, []string{"us-east1", "us-east4"}, nil},
		"no replica":          {topology.Choice{BaseConfig: "nam3"}, []string{"europe-west1"}, []string{"europe-west1 has no replica: its reads go to us-east4 (80 ms), its transactions to us-east4 (at least 172 ms)"}},
		"witness":             {topology.Choice{BaseConfig: "nam3"}, []string{"us-central1"}, []string{"only the witness"}},
		"reads only, alone":   {topology.Choice{BaseConfig: "nam3", Replicas: one("europe-west1")}, []string{"europe-west1"}, []string{"europe-west1 reads only", "one read-only replica in europe"}},
		"two on a continent":  {topology.Choice{BaseConfig: "nam3", Replicas: append(one("europe-west1"), one("europe-west4")...)}, nil, nil},
		"nobody knows":        {topology.Choice{BaseConfig: "nam3"}, []string{"moon-east1"}, []string{"moon-east1: no round trip of this region is known"}},
		"lease of the leader": {topology.Choice{BaseConfig: "nam3", ReadLeaseRegions: []string{"us-east4", "us-east1"}}, nil, []string{"us-east4 holds a read lease and leads"}},
		"quorum unknown":      {topology.Choice{BaseConfig: "nam13"}, nil, []string{"cannot be bounded"}},
		"allow-listed":        {topology.Choice{BaseConfig: "asia2"}, nil, []string{"account manager"}},
	} {
		got := choose(t, facts, test.choice).Problems(test.regions, facts.RoundTrips)
		if len(got) != len(test.want) {
			t.Errorf("%s: %q", name, got)
			continue
		}
		for i, want := range test.want {
			if !strings.Contains(got[i], want) {
				t.Errorf("%s: %q does not say %q", name, got[i], want)
			}
		}
	}
}

func TestBest(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for _, test := range []struct {
		regions []string
		want    topology.Choice
		says    []string
	}{
		{[]string{"us-east1"}, topology.Choice{BaseConfig: "nam22", Leader: "us-east1"}, []string{"like 9 others", "outlast the loss of any one region"}},
		{[]string{"me-west1"}, topology.Choice{BaseConfig: "regional-me-west1", Leader: "me-west1"}, []string{"the only one with a replica in me-west1", "do not outlast"}},
		{[]string{"europe-west1", "asia-southeast1"}, topology.Choice{BaseConfig: "nam3", Leader: "us-east4",
			Replicas: []topology.Addition{{Location: "asia-southeast1", Count: 1}, {Location: "europe-west1", Count: 1}}}, []string{"none of the regions can lead"}},
		{[]string{"us-east1", "me-west1"}, topology.Choice{BaseConfig: "nam22", Leader: "us-east1"}, []string{"no configuration has a replica in all 2 regions; this one has in us-east1"}},
	} {
		best, ok := facts.Best(append(test.regions, test.regions...))
		if !ok || !cmp.Equal(best.Choice, test.want) {
			t.Errorf("%v: %+v", test.regions, best)
		}
		for _, says := range test.says {
			if !strings.Contains(best.Why, says) {
				t.Errorf("%v: %q does not say %q", test.regions, best.Why, says)
			}
		}
		if _, refusals := facts.Configurations.Choose(best.Choice); len(refusals) > 0 {
			t.Errorf("%v: the best is refused: %v", test.regions, refusals)
		}
	}
	if best, ok := facts.Best(nil); ok {
		t.Errorf("the best for no regions is %+v", best)
	}
}

// Of two that serve alike the one with fewer replicas is the best, whatever
// their names.
func TestBestIsSmall(t *testing.T) {
	t.Parallel()
	facts := published(t)
	var err error
	facts.Configurations, err = topology.ParseConfigurations(configurationsHead +
		"a,MULTI_REGION,us,us-east4 2; us-east1 2,us-west1 2,us-central1 1,,\nb,MULTI_REGION,us,us-east4 2; us-east1 2,,us-central1 1,,\nc,MULTI_REGION,us,us-east4 2; us-east1 2,,us-central1 1,,\n")
	if err != nil {
		t.Fatal(err)
	}
	if best, _ := facts.Best([]string{"us-east1"}); best.BaseConfig != "b" || !strings.Contains(best.Why, "like 2 others") {
		t.Errorf("the best is %+v", best)
	}
}
