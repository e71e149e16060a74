package topology_test

import (
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// everyChoice calls f with each configuration under each leader.
func everyChoice(t *testing.T, f func(facts topology.Facts, base topology.Configuration, choice topology.Choice)) {
	t.Helper()
	facts := published(t)
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		for _, leader := range base.LeaderOptions() {
			f(facts, base, topology.Choice{BaseConfig: name, Leader: leader})
		}
	}
}

// slower tells that in some case a takes longer than b.
func slower(a, b topology.Latency) bool { return a.AtLeast > b.AtLeast || a.AtMost > b.AtMost }

// A read-only replica is no voter: it slows nobody's commits, and its own
// region reads the faster.
func TestReadOnlyReplicasNeverSlowCommits(t *testing.T) {
	t.Parallel()
	tried := 0
	everyChoice(t, func(facts topology.Facts, base topology.Configuration, choice topology.Choice) {
		before := choose(t, facts, choice)
		for _, o := range base.Optional {
			added := choice
			added.Replicas = []topology.Addition{o}
			after := choose(t, facts, added)
			for _, region := range facts.RoundTrips.Regions() {
				was, is := before.Floors(region, facts.RoundTrips), after.Floors(region, facts.RoundTrips)
				if is.Commit != was.Commit || is.ReadWrite != was.ReadWrite || is.StrongRead != was.StrongRead {
					t.Errorf("%s led by %s with %s: commits from %s take %s, and %s without", base.Name, choice.Leader, o.Location, region, is.Commit, was.Commit)
				}
				if slower(is.StaleRead, was.StaleRead) {
					t.Errorf("%s with %s: stale reads from %s take %s, and %s without", base.Name, o.Location, region, is.StaleRead, was.StaleRead)
				}
			}
			if here := after.Floors(o.Location, facts.RoundTrips); here.StaleRead != facts.RoundTrips.Between(o.Location, o.Location) || here.Role != topology.ReadOnly {
				t.Errorf("%s with %s reads there in %s as %s", base.Name, o.Location, here.StaleRead, here.Role)
			}
			if after.Edition() == topology.Standard || after.SLAPercent() != before.SLAPercent() {
				t.Errorf("%s with %s is of the edition %s with %v %%", base.Name, o.Location, after.Edition(), after.SLAPercent())
			}
			tried++
		}
	})
	if tried < 90 {
		t.Errorf("only %d additions were tried", tried)
	}
}

// A lease makes reads of its region local and no write faster.
func TestLeasesNeverSpeedWrites(t *testing.T) {
	t.Parallel()
	tried := 0
	everyChoice(t, func(facts topology.Facts, base topology.Configuration, choice topology.Choice) {
		if base.Kind == topology.Regional {
			return
		}
		choice.Replicas = base.Optional
		before := choose(t, facts, choice)
		for _, lease := range before.ReadRegions() {
			leased := choice
			leased.ReadLeaseRegions = []string{lease}
			after := choose(t, facts, leased)
			for _, region := range facts.RoundTrips.Regions() {
				was, is := before.Floors(region, facts.RoundTrips), after.Floors(region, facts.RoundTrips)
				if slower(was.Commit, is.Commit) || slower(was.ReadWrite, is.ReadWrite) || slower(is.StrongRead, was.StrongRead) {
					t.Errorf("%s with a lease of %s: from %s %+v, without %+v", base.Name, lease, region, is, was)
				}
			}
			if q := after.Quorum(facts.RoundTrips); lease != choice.Leader && slower(facts.RoundTrips.Between(choice.Leader, lease), q) {
				t.Errorf("%s with a lease of %s commits in %s, faster than it is away", base.Name, lease, q)
			}
			if here := after.Floors(lease, facts.RoundTrips).StrongRead; here != facts.RoundTrips.Between(lease, lease) {
				t.Errorf("%s: with a lease %s reads strongly in %s", base.Name, lease, here)
			}
			if rest := after.Without(lease); slices.Contains(rest.ReadLeaseRegions, lease) {
				t.Errorf("%s: %s is lost and holds a lease", base.Name, lease)
			}
			tried++
		}
	})
	if tried < 100 {
		t.Errorf("only %d leases were tried", tried)
	}
}

// Losing a region never makes commits that stay possible under the same leader
// faster, and never adds a reader.
func TestLossesNeverSpeedUp(t *testing.T) {
	t.Parallel()
	everyChoice(t, func(facts topology.Facts, base topology.Configuration, choice topology.Choice) {
		whole := choose(t, facts, choice)
		for _, lost := range append(whole.Regions(), "us-nowhere1") {
			rest := whole.Without(lost)
			if rest.Leader == whole.Leader && slower(whole.Quorum(facts.RoundTrips), rest.Quorum(facts.RoundTrips)) {
				t.Errorf("%s without %s commits in %s, and whole in %s", base.Name, lost, rest.Quorum(facts.RoundTrips), whole.Quorum(facts.RoundTrips))
			}
			if rest.Role(lost) != topology.NoRole {
				t.Errorf("%s without %s still has it as %s", base.Name, lost, rest.Role(lost))
			}
		}
		if rest := whole.Without("us-nowhere1"); !cmp.Equal(rest.Replicas, whole.Replicas) || rest.Leader != whole.Leader {
			t.Errorf("%s is another after the loss of a region that it does not use", base.Name)
		}
	})
}

// The table has one figure for both directions, in a range that light allows.
func TestRoundTripsAreSymmetricAndPlausible(t *testing.T) {
	t.Parallel()
	facts := published(t)
	regions := facts.RoundTrips.Regions()
	for _, a := range regions {
		if within, known := facts.RoundTrips.Between(a, a).Exact(); !known || within != 1 {
			t.Errorf("within %s a round trip takes %v", a, within)
		}
		for _, b := range regions {
			there, back := facts.RoundTrips.Between(a, b), facts.RoundTrips.Between(b, a)
			if there != back {
				t.Errorf("%s to %s takes %s, back %s", a, b, there, back)
			}
			if a != b && (there.AtLeast < 1 || there.AtLeast > 400 || there.Bounded() && there.AtMost > 400) {
				t.Errorf("%s to %s takes %s ms", a, b, there)
			}
		}
	}
	for _, name := range facts.Configurations.Names() {
		base, _ := facts.Configurations.Named(name)
		for _, region := range choose(t, facts, topology.Choice{BaseConfig: name, Replicas: base.Optional}).Regions() {
			if !facts.RoundTrips.Knows(region) {
				t.Errorf("%s of %s has no round trip", region, name)
			}
		}
	}
}

// A read-write transaction takes one way to the leader more than a blind write.
func TestFloorsAddUp(t *testing.T) {
	t.Parallel()
	everyChoice(t, func(facts topology.Facts, _ topology.Configuration, choice topology.Choice) {
		chosen := choose(t, facts, choice)
		for _, region := range facts.RoundTrips.Regions() {
			f, away := chosen.Floors(region, facts.RoundTrips), facts.RoundTrips.Between(region, choice.Leader)
			if f.Commit != away.Plus(chosen.Quorum(facts.RoundTrips)) || f.ReadWrite != away.Plus(away).Plus(chosen.Quorum(facts.RoundTrips)) || f.StrongRead != away {
				t.Errorf("%v from %s: %+v", choice, region, f)
			}
			if slower(f.StaleRead, f.StrongRead) {
				t.Errorf("%v from %s: a stale read takes %s, a strong one %s", choice, region, f.StaleRead, f.StrongRead)
			}
		}
	})
}

// The order of a table's rows, of arguments and of maps changes nothing.
func TestOrderChangesNothing(t *testing.T) {
	t.Parallel()
	facts := published(t)
	shuffled := func(random *rand.Rand, file string) string {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(string(text)), "\n")
		head := 0
		for strings.HasPrefix(lines[head], "#") {
			head++
		}
		rows := lines[head+1:]
		random.Shuffle(len(rows), func(i, j int) { rows[i], rows[j] = rows[j], rows[i] })
		return strings.Join(lines, "\n")
	}
	regions := []string{"us-east1", "europe-west1", "asia-southeast1", "us-central1"}
	best, _ := facts.Best(regions)
	for seed := range uint64(20) {
		random := rand.New(rand.NewPCG(seed, 1))
		var other topology.Facts
		var err error
		if other.Configurations, err = topology.ParseConfigurations(shuffled(random, "data/configurations.csv")); err != nil {
			t.Fatal(err)
		}
		if other.RoundTrips, err = topology.ParseRoundTrips(shuffled(random, "data/round_trips.csv")); err != nil {
			t.Fatal(err)
		}
		if other.Prices, err = topology.ParsePrices(shuffled(random, "data/prices.csv")); err != nil {
			t.Fatal(err)
		}
		random.Shuffle(len(regions), func(i, j int) { regions[i], regions[j] = regions[j], regions[i] })
		if again, _ := other.Best(regions); !cmp.Equal(best, again) {
			t.Errorf("seed %d: %s", seed, cmp.Diff(best, again))
		}
		if !slices.Equal(facts.Configurations.Names(), other.Configurations.Names()) || !slices.Equal(facts.Prices.Keys(), other.Prices.Keys()) {
			t.Errorf("seed %d: the names are in another order", seed)
		}
		choice := topology.Choice{BaseConfig: "nam3", Leader: "us-east1", Replicas: []topology.Addition{{Location: "europe-west1", Count: 1}, {Location: "asia-southeast1", Count: 1}}}
		one, two := choose(t, facts, choice), choose(t, other, choice)
		if diff := cmp.Diff(one.Problems(regions, facts.RoundTrips), two.Problems(slices.Sorted(slices.Values(regions)), other.RoundTrips)); diff != "" {
			t.Errorf("seed %d: %s", seed, diff)
		}
		if diff := cmp.Diff(facts.RoundTrips.FailoverOrder("us-east1", regions), other.RoundTrips.FailoverOrder("us-east1", slices.Sorted(slices.Values(regions)))); diff != "" {
			t.Errorf("seed %d: %s", seed, diff)
		}
	}
}
