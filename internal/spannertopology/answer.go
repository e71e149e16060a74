package spannertopology

import (
	"fmt"
	"math"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

type additionModel struct {
	Location string `tfsdk:"location"`
	Count    int64  `tfsdk:"count"`
}

type replicasModel struct {
	Location string `tfsdk:"location"`
	Type     string `tfsdk:"type"`
	Count    int64  `tfsdk:"count"`
	Added    bool   `tfsdk:"added"`
}

type floorsModel struct {
	Role                string  `tfsdk:"role"`
	NearestReadRegion   *string `tfsdk:"nearest_read_region"`
	CommitFloorMS       *int64  `tfsdk:"commit_floor_ms"`
	CommitAtLeastMS     *int64  `tfsdk:"commit_at_least_ms"`
	CommitAtMostMS      *int64  `tfsdk:"commit_at_most_ms"`
	RWTxnFloorMS        *int64  `tfsdk:"rw_txn_floor_ms"`
	RWTxnAtLeastMS      *int64  `tfsdk:"rw_txn_at_least_ms"`
	RWTxnAtMostMS       *int64  `tfsdk:"rw_txn_at_most_ms"`
	StrongReadFloorMS   *int64  `tfsdk:"strong_read_floor_ms"`
	StrongReadAtLeastMS *int64  `tfsdk:"strong_read_at_least_ms"`
	StrongReadAtMostMS  *int64  `tfsdk:"strong_read_at_most_ms"`
	StaleReadFloorMS    *int64  `tfsdk:"stale_read_floor_ms"`
	StaleReadAtLeastMS  *int64  `tfsdk:"stale_read_at_least_ms"`
	StaleReadAtMostMS   *int64  `tfsdk:"stale_read_at_most_ms"`
}

type survivorsModel struct {
	Writes          bool                   `tfsdk:"writes"`
	Why             string                 `tfsdk:"why"`
	Leader          *string                `tfsdk:"leader"`
	QuorumMS        *int64                 `tfsdk:"quorum_ms"`
	QuorumAtLeastMS *int64                 `tfsdk:"quorum_at_least_ms"`
	QuorumAtMostMS  *int64                 `tfsdk:"quorum_at_most_ms"`
	RegionFloors    map[string]floorsModel `tfsdk:"region_floors"`
}

type bestModel struct {
	BaseConfig string          `tfsdk:"base_config"`
	Replicas   []additionModel `tfsdk:"replicas"`
	Leader     string          `tfsdk:"leader"`
	Why        string          `tfsdk:"why"`
}

// milliseconds are a latency's exact value and its bounds, null where there is
// none, in whole milliseconds.
func milliseconds(l topology.Latency) (exact, atLeast, atMost *int64) {
	if value, known := l.Exact(); known {
		exact = pointer(int64(math.Round(value)))
	}
	if !l.Impossible() {
		atLeast = pointer(int64(math.Round(l.AtLeast)))
	}
	if l.Bounded() {
		atMost = pointer(int64(math.Round(l.AtMost)))
	}
	return exact, atLeast, atMost
}

func pointer[T any](value T) *T { return &value }

func textOrNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

// answer fills in what follows from a topology.
func (m *model) answer(t topology.Topology, regions []string, roundTrips *topology.RoundTrips) {
	m.Name = &t.Base.Name
	m.Leader = types.StringValue(t.Leader)
	if m.Edition.IsNull() {
		m.Edition = types.StringValue(string(t.Edition()))
	}
	m.LeaderOptions = t.Base.LeaderOptions()
	m.LeaderOrder = t.LeaderOrder()
	m.MultiRegion = pointer(t.Base.Kind != topology.Regional)
	m.ResourceLocation = textOrNull(t.Base.ResourceLocation)
	m.ReplicasAll = []replicasModel{}
	for _, r := range t.Replicas {
		m.ReplicasAll = append(m.ReplicasAll, replicasModel{Location: r.Location, Type: string(r.Type), Count: int64(r.Count), Added: r.Added})
	}
	m.OptionalReplicas = additions(t.Base.Optional)
	m.VotingRegions = t.VotingRegions()
	m.CMEKRegions = t.Regions()
	m.CPUHighPriorityCeilingPercent = pointer(int64(t.HighPriorityCeilingPercent()))
	m.CPUTotalCeilingPercent = pointer(int64(t.TotalCeilingPercent()))
	m.SLAPercent = pointer(t.SLAPercent())
	m.QuorumMS, m.QuorumAtLeastMS, m.QuorumAtMostMS = milliseconds(t.Quorum(roundTrips))
	if regions == nil {
		regions = t.Regions()
	}
	m.RegionFloors = floors(t, regions, roundTrips)
	m.Survivors = map[string]survivorsModel{}
	for _, lost := range append(t.Regions(), regions...) {
		rest := t.Without(lost)
		s := survivorsModel{Leader: textOrNull(rest.Leader)}
		s.Writes, s.Why = rest.Writable()
		s.QuorumMS, s.QuorumAtLeastMS, s.QuorumAtMostMS = milliseconds(rest.Quorum(roundTrips))
		s.RegionFloors = floors(rest, slices.DeleteFunc(slices.Clone(regions), func(region string) bool { return region == lost }), roundTrips)
		m.Survivors[lost] = s
	}
	m.Problems = t.Problems(regions, roundTrips)
}

func floors(t topology.Topology, regions []string, roundTrips *topology.RoundTrips) map[string]floorsModel {
	all := map[string]floorsModel{}
	for _, region := range regions {
		f := t.Floors(region, roundTrips)
		floor := floorsModel{Role: string(f.Role), NearestReadRegion: textOrNull(f.NearestReadRegion)}
		floor.CommitFloorMS, floor.CommitAtLeastMS, floor.CommitAtMostMS = milliseconds(f.Commit)
		floor.RWTxnFloorMS, floor.RWTxnAtLeastMS, floor.RWTxnAtMostMS = milliseconds(f.ReadWrite)
		floor.StrongReadFloorMS, floor.StrongReadAtLeastMS, floor.StrongReadAtMostMS = milliseconds(f.StrongRead)
		floor.StaleReadFloorMS, floor.StaleReadAtLeastMS, floor.StaleReadAtMostMS = milliseconds(f.StaleRead)
		all[region] = floor
	}
	return all
}

func additions(of []topology.Addition) []additionModel {
	all := []additionModel{}
	for _, a := range of {
		all = append(all, additionModel{Location: a.Location, Count: int64(a.Count)})
	}
	return all
}

// advise fills in the best configuration of the regions.
func (m *model) advise(facts topology.Facts, regions []string) {
	best, found := facts.Best(regions)
	if !found {
		return
	}
	m.Best = &bestModel{BaseConfig: best.BaseConfig, Replicas: additions(best.Replicas), Leader: best.Leader, Why: best.Why}
}

// date says where the figures come from.
func (m *model) date(facts topology.Facts) {
	m.AsOf = pointer(min(facts.Configurations.AsOf, facts.RoundTrips.AsOf))
	m.Sources = []string{
		fmt.Sprintf("configurations, %s: %s", facts.Configurations.AsOf, facts.Configurations.Source),
		fmt.Sprintf("round trips, %s: %s", facts.RoundTrips.AsOf, facts.RoundTrips.Source),
	}
	if !m.Configuration.IsNull() {
		m.Sources = append(m.Sources, "configurations: "+topology.BaseName(m.BaseConfig.ValueString())+" by configuration")
	}
	if len(m.RoundTripsMS.Elements()) > 0 {
		m.Sources = append(m.Sources, "round trips: some by round_trips_ms")
	}
}
