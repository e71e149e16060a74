package ledgerregion

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/topology"
)

// promised is what Spanner can do for the region: by the topology that is
// described, else by what the API tells of the database's instance. Unknown is
// what only the apply will tell. compares says to hold the description against
// the API. broken gets what is asked for and not kept.
func (r *regionResource) promised(ctx context.Context, m model, compares bool, broken, diags *diag.Diagnostics) promises {
	args, ok := m.spanner(ctx, diags)
	if args == nil && ok {
		return noPromises()
	}
	if !ok || diags.HasError() {
		return unknownPromises()
	}
	choice, ok := args.choice(ctx, diags)
	if !ok || diags.HasError() {
		return unknownPromises()
	}
	facts, ok := published(diags)
	if ok {
		facts, ok = args.measured(ctx, facts, diags)
	}
	if !ok {
		return unknownPromises()
	}
	var t topology.Topology
	if choice != nil {
		if t, ok = chosen(facts, *choice, diags); ok && compares {
			r.differs(ctx, m, *args, facts, t, diags)
		}
	} else {
		t, ok = r.observedTopology(ctx, m, *args, facts, diags)
	}
	if !ok {
		return unknownPromises()
	}
	args.demand(offered(t, m.Region.ValueString(), facts), m.Region.ValueString(), broken)
	return promisesOf(t, m.Region.ValueString(), facts)
}

// planPromises plans what Spanner can do. For a region that stays as it is with
// an instance that only the API knows, it is what the last refresh read: core
// asks again during apply, and must get the same answer. What is asked for is
// held against that too, as the instance may have changed since it was set.
func (r *regionResource) planPromises(ctx context.Context, plan *model, state model, fresh bool, diags *diag.Diagnostics) {
	plan.promises = state.promises
	args, _ := plan.spanner(ctx, diags)
	var broken diag.Diagnostics
	if changed := fresh || !plan.Spanner.Equal(state.Spanner); changed || args == nil || !args.Topology.IsNull() {
		plan.promises = r.promised(ctx, *plan, changed, &broken, diags)
	} else {
		state.promises.hold(*args, state.Region.ValueString(), &broken)
	}
	diags.Append(plan.excused(broken, state, fresh)...)
}

// excused are promises that are not kept: errors, but for a region that is drained
// or goes down, which must be possible whatever has become of Spanner.
func (m model) excused(broken diag.Diagnostics, state model, fresh bool) (told diag.Diagnostics) {
	to := m.CapacityPercent
	down := !to.IsUnknown() && (to.ValueInt64() == 0 || !fresh && to.ValueInt64() < state.CapacityPercent.ValueInt64())
	for _, d := range broken {
		if at, ok := d.(diag.DiagnosticWithPath); ok && down {
			d = diag.NewAttributeWarningDiagnostic(at.Path(), d.Summary(), d.Detail())
		}
		told.Append(d)
	}
	return told
}

// hold refuses what the values in state do not keep. A limit whose floor is null
// cannot be judged by them.
func (p promises) hold(args spannerModel, region string, diags *diag.Diagnostics) {
	if p.SpannerRole.IsNull() {
		return
	}
	if p.CommitFloorMS.IsNull() {
		args.MaxCommitMS = types.Float64Null()
	}
	if p.StrongReadFloorMS.IsNull() {
		args.MaxStrongReadMS = types.Float64Null()
	}
	leader := p.SpannerLeaderRegion.ValueString()
	args.demand(offer{
		role:       topology.Role(p.SpannerRole.ValueString()),
		commit:     topology.Exactly(float64(p.CommitFloorMS.ValueInt64())),
		strongRead: topology.Exactly(float64(p.StrongReadFloorMS.ValueInt64())),
		way:        fmt.Sprintf("As the instance is now, nearest for reads is %s and the leader is %s. ", p.NearestReadRegion.ValueString(), leader),
		quorum:     fmt.Sprintf("to the leader in %s, as the instance is now, and for its quorum", leader),
		read:       fmt.Sprintf("a round trip to the leader in %s, as the instance is now", leader),
	}, region, diags)
}

// settlePromises gives an apply what its plan left open; what still cannot be
// told is null, and the next refresh looks again.
func (r *regionResource) settlePromises(ctx context.Context, m *model, state model, fresh bool, diags *diag.Diagnostics) {
	if !m.SpannerRole.IsUnknown() {
		return
	}
	if args, _ := m.spanner(ctx, diags); args != nil {
		// The instance may have been made since the plan.
		r.conn.Observations().forget(databasePath(m.Project.ValueString(), args.Database.ValueString()))
	}
	var broken diag.Diagnostics
	m.promises = r.promised(ctx, *m, false, &broken, diags)
	diags.Append(m.excused(broken, state, fresh)...)
	if m.SpannerRole.IsUnknown() {
		m.promises = noPromises()
	}
}

// readPromises refreshes what Spanner can do. What cannot be read stays. What is
// asked for and no longer kept is no error here, so that state gets the truth:
// the plan that follows refuses it.
func (r *regionResource) readPromises(ctx context.Context, m *model, diags *diag.Diagnostics) {
	var found diag.Diagnostics
	now := r.promised(ctx, *m, true, &found, &found)
	for _, d := range found {
		if d.Severity() == diag.SeverityWarning {
			diags.Append(d)
		}
	}
	if !now.SpannerRole.IsUnknown() {
		m.promises = now
	}
}
