package ledgerregion

import (
	"context"
	"fmt"
	"math"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// promises are what Spanner can do for the region.
type promises struct {
	SpannerRole         types.String `tfsdk:"spanner_role"`
	SpannerLeaderRegion types.String `tfsdk:"spanner_leader_region"`
	NearestReadRegion   types.String `tfsdk:"nearest_read_region"`
	CommitFloorMS       types.Int64  `tfsdk:"commit_floor_ms"`
	RWTxnFloorMS        types.Int64  `tfsdk:"rw_txn_floor_ms"`
	StrongReadFloorMS   types.Int64  `tfsdk:"strong_read_floor_ms"`
	StaleReadFloorMS    types.Int64  `tfsdk:"stale_read_floor_ms"`
}

type spannerModel struct {
	Database        types.String  `tfsdk:"database"`
	Topology        types.Object  `tfsdk:"topology"`
	RequiredRole    types.String  `tfsdk:"required_role"`
	MaxCommitMS     types.Float64 `tfsdk:"max_commit_ms"`
	MaxStrongReadMS types.Float64 `tfsdk:"max_strong_read_ms"`
}

type topologyModel struct {
	BaseConfig       types.String `tfsdk:"base_config"`
	Replicas         types.List   `tfsdk:"replicas"`
	Leader           types.String `tfsdk:"leader"`
	ReadLeaseRegions types.List   `tfsdk:"read_lease_regions"`
	RoundTripsMS     types.Map    `tfsdk:"round_trips_ms"`
}

type replicaModel struct {
	Location types.String `tfsdk:"location"`
	Count    types.Int64  `tfsdk:"count"`
}

func replicaType() types.ObjectType {
	return types.ObjectType{AttrTypes: map[string]attr.Type{"location": types.StringType, "count": types.Int64Type}}
}

func topologyTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"base_config": types.StringType, "replicas": types.ListType{ElemType: replicaType()}, "leader": types.StringType,
		"read_lease_regions": types.ListType{ElemType: types.StringType},
		"round_trips_ms":     types.MapType{ElemType: types.MapType{ElemType: types.Float64Type}},
	}
}

func spannerTypes() map[string]attr.Type {
	return map[string]attr.Type{
		"database": types.StringType, "topology": types.ObjectType{AttrTypes: topologyTypes()}, "required_role": types.StringType,
		"max_commit_ms": types.Float64Type, "max_strong_read_ms": types.Float64Type,
	}
}

// noPromises are those of a region without spanner, or of which nothing could
// be told.
func noPromises() promises {
	return promises{
		SpannerRole: types.StringNull(), SpannerLeaderRegion: types.StringNull(), NearestReadRegion: types.StringNull(),
		CommitFloorMS: types.Int64Null(), RWTxnFloorMS: types.Int64Null(),
		StrongReadFloorMS: types.Int64Null(), StaleReadFloorMS: types.Int64Null(),
	}
}

// unknownPromises are those that the apply will tell.
func unknownPromises() promises {
	return promises{
		SpannerRole: types.StringUnknown(), SpannerLeaderRegion: types.StringUnknown(), NearestReadRegion: types.StringUnknown(),
		CommitFloorMS: types.Int64Unknown(), RWTxnFloorMS: types.Int64Unknown(),
		StrongReadFloorMS: types.Int64Unknown(), StaleReadFloorMS: types.Int64Unknown(),
	}
}

// promisesOf are what a topology can do for a region.
func promisesOf(t topology.Topology, region string, facts topology.Facts) promises {
	f := t.Floors(region, facts.RoundTrips)
	text := func(s string) types.String {
		if s == "" {
			return types.StringNull()
		}
		return types.StringValue(s)
	}
	return promises{
		SpannerRole: types.StringValue(string(f.Role)), SpannerLeaderRegion: text(t.Leader), NearestReadRegion: text(f.NearestReadRegion),
		CommitFloorMS: wholeMS(f.Commit), RWTxnFloorMS: wholeMS(f.ReadWrite),
		StrongReadFloorMS: wholeMS(f.StrongRead), StaleReadFloorMS: wholeMS(f.StaleRead),
	}
}

// wholeMS is a latency in whole milliseconds, null where it is not known exactly.
func wholeMS(l topology.Latency) types.Int64 {
	if exact, known := l.Exact(); known {
		return types.Int64Value(int64(math.Round(exact)))
	}
	return types.Int64Null()
}

// spannerAt is an argument of spanner.
func spannerAt(name string) path.Path { return path.Root("spanner").AtName(name) }

// spanner are the arguments, nil when there are none. ok is false while any
// that decides is unknown.
func (m model) spanner(ctx context.Context, diags *diag.Diagnostics) (args *spannerModel, ok bool) {
	if m.Spanner.IsNull() {
		return nil, true
	}
	if m.Spanner.IsUnknown() {
		return nil, false
	}
	args = &spannerModel{}
	diags.Append(m.Spanner.As(ctx, args, basetypes.ObjectAsOptions{})...)
	return args, !args.Topology.IsUnknown() && !m.Region.IsUnknown()
}

// choice is the topology that the configuration describes; nil when it
// describes none. ok is false while a part of it is unknown.
func (s spannerModel) choice(ctx context.Context, diags *diag.Diagnostics) (choice *topology.Choice, ok bool) {
	if s.Topology.IsNull() {
		return nil, true
	}
	var given topologyModel
	diags.Append(s.Topology.As(ctx, &given, basetypes.ObjectAsOptions{})...)
	if given.BaseConfig.IsUnknown() || given.Replicas.IsUnknown() || given.Leader.IsUnknown() || given.ReadLeaseRegions.IsUnknown() {
		return nil, false
	}
	choice = &topology.Choice{BaseConfig: given.BaseConfig.ValueString(), Leader: given.Leader.ValueString()}
	for _, element := range given.Replicas.Elements() {
		object, isObject := element.(types.Object)
		if !isObject || object.IsUnknown() {
			return nil, false
		}
		var one replicaModel
		diags.Append(object.As(ctx, &one, basetypes.ObjectAsOptions{})...)
		if one.Location.IsUnknown() || one.Count.IsUnknown() {
			return nil, false
		}
		n := 1
		if !one.Count.IsNull() {
			n = int(one.Count.ValueInt64())
		}
		choice.Replicas = append(choice.Replicas, topology.Addition{Location: one.Location.ValueString(), Count: n})
	}
	for _, element := range given.ReadLeaseRegions.Elements() {
		lease, isText := element.(types.String)
		if !isText || lease.IsUnknown() {
			return nil, false
		}
		choice.ReadLeaseRegions = append(choice.ReadLeaseRegions, lease.ValueString())
	}
	return choice, true
}

// measured are the facts with the round trips that the configuration gives in
// place of the published ones. ok is false while a part of them is unknown.
func (s spannerModel) measured(ctx context.Context, facts topology.Facts, diags *diag.Diagnostics) (with topology.Facts, ok bool) {
	if s.Topology.IsNull() {
		return facts, true
	}
	var given topologyModel
	diags.Append(s.Topology.As(ctx, &given, basetypes.ObjectAsOptions{})...)
	if given.RoundTripsMS.IsUnknown() {
		return facts, false
	}
	figures := map[string]map[string]float64{}
	for from, element := range given.RoundTripsMS.Elements() {
		row, isMap := element.(types.Map)
		if !isMap || row.IsUnknown() {
			return facts, false
		}
		figures[from] = map[string]float64{}
		for to, cell := range row.Elements() {
			number, isNumber := cell.(types.Float64)
			if !isNumber || number.IsUnknown() {
				return facts, false
			}
			figures[from][to] = number.ValueFloat64()
		}
	}
	merged, err := facts.RoundTrips.With(figures)
	if err != nil {
		diags.AddAttributeError(spannerAt("topology").AtName("round_trips_ms"), "The round trips cannot be used", err.Error()+".")
		return facts, false
	}
	facts.RoundTrips = merged
	return facts, true
}

// chosen is the topology of a choice; what Google would not take is an error at
// its argument.
func chosen(facts topology.Facts, choice topology.Choice, diags *diag.Diagnostics) (topology.Topology, bool) {
	t, refusals := facts.Configurations.Choose(choice)
	for _, r := range refusals {
		at := spannerAt("topology").AtName(r.Argument)
		if r.Argument == topology.ArgumentReplicas || r.Argument == topology.ArgumentReadLeaseRegions {
			at = at.AtListIndex(r.Index)
		}
		if r.Field != "" {
			at = at.AtName(r.Field)
		}
		diags.AddAttributeError(at, r.Summary, r.Detail)
	}
	return t, len(refusals) == 0
}

// offer is what there is of what spanner asks for in a region.
type offer struct {
	role               topology.Role
	in                 string // the configuration, where its name is known
	way                string // the ways to the nearest replica and to the leader, in words
	quorum, read       string // what a commit and a strong read are made of, in words
	commit, strongRead topology.Latency
}

// offered is what a topology has for a region.
func offered(t topology.Topology, region string, facts topology.Facts) offer {
	f := t.Floors(region, facts.RoundTrips)
	return offer{
		role: f.Role, in: " in " + t.Base.Name, commit: f.Commit, strongRead: f.StrongRead,
		way:    fmt.Sprintf("Nearest for reads is %s (%s ms), the leader is %s (transactions take %s ms from here). ", f.NearestReadRegion, f.StaleRead, t.Leader, f.ReadWrite),
		quorum: fmt.Sprintf("%s ms to the leader in %s and %s ms for its quorum", facts.RoundTrips.Between(region, t.Leader), t.Leader, t.Quorum(facts.RoundTrips)),
		read:   "a round trip to the leader in " + t.Leader,
	}
}

// demand refuses what an offer does not keep of what is asked for in a region.
func (s spannerModel) demand(o offer, region string, diags *diag.Diagnostics) {
	serves := o.role == topology.ReadWrite || o.role == topology.ReadOnly
	required := s.RequiredRole.ValueString()
	if s.RequiredRole.IsNull() {
		required = roleAnyReplica
	}
	if required == roleReadWrite && o.role != topology.ReadWrite || (required == roleReadOnly || required == roleAnyReplica) && !serves {
		how := o.way
		if o.role == topology.Witness {
			how = "The witness votes and serves nothing. " + how
		}
		diags.AddAttributeError(spannerAt("required_role"), "The region does not have the required Spanner replica",
			fmt.Sprintf("%s has the role %s%s, and required_role is %s. %sChoose a topology with such a replica in the region, or set required_role = %q to accept this one.",
				region, o.role, o.in, required, how, roleNone))
	}
	s.within(s.MaxCommitMS, "max_commit_ms", "commit_floor_ms", o.commit, o.quorum, region, diags)
	s.within(s.MaxStrongReadMS, "max_strong_read_ms", "strong_read_floor_ms", o.strongRead, o.read, region, diags)
}

// within refuses a limit below its floor, and warns of one that cannot be judged.
func (s spannerModel) within(limit types.Float64, argument, floorName string, floor topology.Latency, made, region string, diags *diag.Diagnostics) {
	if limit.IsNull() || limit.IsUnknown() {
		return
	}
	most := limit.ValueFloat64()
	switch {
	case math.Round(floor.AtLeast) > most:
		diags.AddAttributeError(spannerAt(argument), "The limit is below what light and the network allow",
			fmt.Sprintf("%s is %v, and %s from %s is %s ms (%s). Set %s to that or more, or choose a topology whose leader is nearer.",
				argument, most, floorName, region, floor, made, argument))
	case math.Round(floor.AtMost) > most:
		diags.AddAttributeWarning(spannerAt(argument), "Whether the limit can be kept is not known",
			fmt.Sprintf("%s is %v, and of %s from %s only this is known: %s ms (%s).", argument, most, floorName, region, floor, made))
	}
}

// published are the facts; an error is a fault of the provider.
func published(diags *diag.Diagnostics) (topology.Facts, bool) {
	facts, err := topology.Published()
	if err != nil {
		diags.AddError("The provider's tables are broken", err.Error()+". This is a fault of the provider; please report it.")
	}
	return facts, err == nil
}

// validateSpanner checks what the configuration alone tells of Spanner.
func validateSpanner(ctx context.Context, config model, diags *diag.Diagnostics) {
	args, ok := config.spanner(ctx, diags)
	if args == nil || diags.HasError() {
		return
	}
	if args.Topology.IsNull() && args.Database.IsNull() {
		diags.AddAttributeError(path.Root("spanner"), "Nothing tells where Spanner has its replicas",
			"Set spanner.topology, which answers at the first plan, or spanner.database, whose instance is read.")
	}
	if !ok {
		return
	}
	choice, ok := args.choice(ctx, diags)
	if choice == nil || !ok || diags.HasError() {
		return
	}
	facts, ok := published(diags)
	if !ok {
		return
	}
	facts, measured := args.measured(ctx, facts, diags)
	// A drained region is promised nothing; the plan says so, as a warning.
	drained := config.CapacityPercent.IsUnknown() || !config.CapacityPercent.IsNull() && config.CapacityPercent.ValueInt64() == 0
	if t, ok := chosen(facts, *choice, diags); ok && measured && !config.Region.IsNull() && !drained {
		args.demand(offered(t, config.Region.ValueString(), facts), config.Region.ValueString(), diags)
	}
}
