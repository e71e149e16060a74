package topology_test

import (
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// voter is one replica that votes.
type voter struct {
	region string
	leads  bool // may lead
}

// votersOf are the single voters of a base configuration, whoever is down.
func votersOf(base topology.Configuration) []voter {
	var all []voter
	for _, r := range base.Replicas {
		for range r.Count {
			if r.Type != topology.ReadOnly {
				all = append(all, voter{r.Location, r.Type == topology.ReadWrite})
			}
		}
	}
	return all
}

// enough tells whether a set of voters may commit: more than half of all, or in
// a dual-region configuration two of each region.
func enough(base topology.Configuration, all []voter, set uint) bool {
	if base.Kind != topology.DualRegion {
		return 2*bits.OnesCount(set) > len(all)
	}
	in := map[string]int{}
	for i, v := range all {
		in[v.region] += int(set >> i & 1)
	}
	for _, n := range in {
		if n < 2 {
			return false
		}
	}
	return true
}

// fastest tries every set of voters that are up with every replica of the
// leader's region in it as the leader: the set whose slowest vote comes first.
// It is infinite if there is none.
func fastest(base topology.Configuration, leader string, down []string, distance func(from, to string) float64) float64 {
	all := votersOf(base)
	best := math.Inf(1)
	for set := range uint(1) << len(all) {
		if !enough(base, all, set) {
			continue
		}
		up := true
		for i, v := range all {
			up = up && (set>>i&1 == 0 || !slices.Contains(down, v.region))
		}
		for i, candidate := range all {
			if !up || set>>i&1 == 0 || !candidate.leads || candidate.region != leader {
				continue
			}
			slowest := 0.0
			for j, v := range all {
				if j != i && set>>j&1 == 1 {
					slowest = max(slowest, distance(leader, v.region))
				}
			}
			best = min(best, slowest)
		}
	}
	return best
}

// agree holds a topology with every set of up to two lost regions against the
// brute force.
func agree(t *testing.T, base topology.Configuration, chosen topology.Topology, roundTrips *topology.RoundTrips) (compared int) {
	t.Helper()
	low := func(from, to string) float64 { return roundTrips.Between(from, to).AtLeast }
	high := func(from, to string) float64 { return roundTrips.Between(from, to).AtMost }
	regions := chosen.Regions()
	losses := [][]string{{}}
	for i, first := range regions {
		losses = append(losses, []string{first})
		for _, second := range regions[i+1:] {
			losses = append(losses, []string{first, second}, []string{second, first})
		}
	}
	for _, down := range losses {
		rest := chosen
		for _, region := range down {
			rest = rest.Without(region)
		}
		possible := false
		for _, candidate := range base.LeaderOptions() {
			possible = possible || !math.IsInf(fastest(base, candidate, down, low), 1)
		}
		if writes, why := rest.Writable(); writes != possible || why == "" {
			t.Errorf("%s led by %s without %v: writable %t (%s), want %t", base.Name, chosen.Leader, down, writes, why, possible)
		}
		compared++
		quorum := rest.Quorum(roundTrips)
		if !possible {
			if !quorum.Impossible() {
				t.Errorf("%s without %v has a quorum of %s", base.Name, down, quorum)
			}
			continue
		}
		if slices.Contains(down, rest.Leader) || !slices.Contains(base.LeaderOptions(), rest.Leader) {
			t.Errorf("%s without %v is led by %q", base.Name, down, rest.Leader)
		}
		if !slices.Contains(down, chosen.Leader) && rest.Leader != chosen.Leader {
			t.Errorf("%s without %v: the leader %s was not lost, but %s leads", base.Name, down, chosen.Leader, rest.Leader)
		}
		want := topology.Latency{AtLeast: fastest(base, rest.Leader, down, low), AtMost: fastest(base, rest.Leader, down, high)}
		// A dual-region configuration's own region may not hold the slowest vote;
		// the round trip between its zones is nothing beside the other region's.
		if quorum != want {
			t.Errorf("%s led by %s without %v: the quorum takes %s, the brute force finds %s", base.Name, rest.Leader, down, quorum, want)
		}
	}
	return compared
}

// An independent enumeration of all sets of voters finds the same quorums, for
// every configuration, leader and loss of one or two regions.
func TestBruteForceOverQuorums(t *testing.T) {
	t.Parallel()
	facts := published(t)
	compared := 0
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		for _, leader := range base.LeaderOptions() {
			compared += agree(t, base, choose(t, facts, topology.Choice{BaseConfig: name, Leader: leader, Replicas: base.Optional}), facts.RoundTrips)
		}
	}
	t.Logf("%d losses compared", compared)
	if compared < 1000 {
		t.Errorf("only %d losses were compared", compared)
	}
}

// The same for configurations that nobody offers, at random distances.
func TestBruteForceOverRandomConfigurations(t *testing.T) {
	t.Parallel()
	for seed := range uint64(300) {
		random := rand.New(rand.NewPCG(seed, 7))
		regions := []string{"a-a1", "a-b1", "a-c1", "a-d1", "a-e1"}
		table := "from,to,round_trip_ms\n*,*,1\n"
		for i, from := range regions {
			for _, to := range regions[i+1:] {
				bound := []string{"", "", ">="}[random.IntN(3)]
				table += fmt.Sprintf("%s,%s,%s%d\n", from, to, bound, 1+random.IntN(200))
			}
		}
		roundTrips, err := topology.ParseRoundTrips(table)
		if err != nil {
			t.Fatal(err)
		}
		rows := "name,kind,resource_location,read_write,read_only,witness,optional,access\n"
		readWrite, witness := fmt.Sprintf("%s %d", regions[0], 2+random.IntN(2)), ""
		for _, region := range regions[1:4] {
			switch random.IntN(3) {
			case 0:
				readWrite += fmt.Sprintf("; %s %d", region, 1+random.IntN(2))
			case 1:
				witness += fmt.Sprintf("; %s 1", region)
			}
		}
		rows += fmt.Sprintf("random,MULTI_REGION,us,%s,,%s,%s 1,\n", readWrite, witness, regions[4])
		configurations, err := topology.ParseConfigurations(rows)
		if err != nil {
			t.Fatal(err)
		}
		base, _ := configurations.Named("random")
		facts := topology.Facts{Configurations: configurations, RoundTrips: roundTrips}
		for _, leader := range base.LeaderOptions() {
			agree(t, base, choose(t, facts, topology.Choice{BaseConfig: "random", Leader: leader, Replicas: base.Optional}), roundTrips)
		}
		if t.Failed() {
			t.Fatalf("seed %d:\n%s\n%s", seed, rows, table)
		}
	}
}

// The nearest replica that serves reads is found by looking at each.
func TestBruteForceOverReads(t *testing.T) {
	t.Parallel()
	facts := published(t)
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		chosen := choose(t, facts, topology.Choice{BaseConfig: name, Replicas: base.Optional})
		for _, region := range facts.RoundTrips.Regions() {
			low, high := math.Inf(1), math.Inf(1)
			for _, r := range chosen.Replicas {
				if r.Type == topology.ReadWrite || r.Type == topology.ReadOnly {
					low, high = min(low, facts.RoundTrips.Between(region, r.Location).AtLeast), min(high, facts.RoundTrips.Between(region, r.Location).AtMost)
				}
			}
			f := chosen.Floors(region, facts.RoundTrips)
			if f.StaleRead != (topology.Latency{AtLeast: low, AtMost: high}) {
				t.Errorf("%s from %s: a stale read takes %s, want %v..%v", name, region, f.StaleRead, low, high)
			}
			if role := chosen.Role(f.NearestReadRegion); role != topology.ReadWrite && role != topology.ReadOnly {
				t.Errorf("%s from %s: the nearest is %s, which is %s", name, region, f.NearestReadRegion, role)
			}
			if f.StaleRead.Bounded() && facts.RoundTrips.Between(region, f.NearestReadRegion).AtMost != high {
				t.Errorf("%s from %s: %s is not the nearest", name, region, f.NearestReadRegion)
			}
		}
	}
}
