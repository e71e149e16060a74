// Package topology knows where Spanner keeps its replicas and what follows from
// it: who can lead, how many milliseconds a commit takes at least from a
// region, what the loss of a region leaves, and what a ledger of such regions
// can promise of availability, recovery and cost.
//
// It is pure: facts go in, numbers come out. The facts are dated files in data/,
// each with its source; Published reads them, ParseConfigurations,
// ParseRoundTrips and ParsePrices read others, and RoundTrips.With and
// Prices.With override single figures.
//
// The way through it:
//
//	facts, err := topology.Published()
//	t, refusals := facts.Configurations.Choose(topology.Choice{
//		BaseConfig: "nam3",
//		Replicas:   []topology.Addition{{Location: "europe-west1", Count: 1}},
//		Leader:     "us-east1",
//	})
//	t.Role("europe-west1")                          // READ_ONLY
//	t.Floors("europe-west1", facts.RoundTrips)      // .Commit, .ReadWrite, .StrongRead, .StaleRead
//	t.Without("us-east1").Floors(...)               // the same after that region is lost
//
// A Refusal names the argument that it is about, and is an error: Google would
// not take the choice. Topology.Problems are what Google takes and what breaks
// a recommendation.
//
// # Formulas
//
// A commit is accepted by the leader and by as many of the other voters as make
// a majority; in a dual-region configuration that is four of six, so that two
// stand in each region. The quorum is the round trip from the leader to the
// farthest of the nearest voters that are needed. A read lease makes every
// write wait for the farthest region that holds one. From a region that is D
// away from the leader,
//
//	blind write              D + quorum
//	read-write transaction   2 D + quorum
//	strong read              D, or one round trip between zones in a region with a read lease
//	stale read               the round trip to the nearest replica that serves reads
//
// These are floors: light and Google's network take that long, and the work of
// a transaction comes on top.
//
// # What is not known
//
// A figure is a Latency: at least so much, at most so much. Google publishes no
// round trips of us-central2, so what depends on them is a bound, or has no
// upper end, and nothing here fills the gap with a guess.
package topology
