package ledgerregion

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// What state knows is held against what is asked for, and nothing else is.
func TestPromisesInStateAreHeld(t *testing.T) {
	t.Parallel()
	found := noPromises()
	found.SpannerRole, found.SpannerLeaderRegion = types.StringValue("READ_ONLY"), types.StringValue("us-east1")
	found.CommitFloorMS, found.StrongReadFloorMS = types.Int64Value(102), types.Int64Value(90)
	unmeasured := found
	unmeasured.CommitFloorMS, unmeasured.StrongReadFloorMS = types.Int64Null(), types.Int64Null()
	for name, test := range map[string]struct {
		in           promises
		role         string
		commit, read float64
		want         path.Paths
	}{
		"kept":             {found, roleReadOnly, 102, 90, nil},
		"role":             {found, roleReadWrite, 102, 90, path.Paths{spannerAt("required_role")}},
		"limits":           {found, roleAnyReplica, 101, 89, path.Paths{spannerAt("max_commit_ms"), spannerAt("max_strong_read_ms")}},
		"floors not known": {unmeasured, roleNone, 1, 1, nil},
		"nothing known":    {noPromises(), roleReadWrite, 1, 1, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var diags diag.Diagnostics
			args := spannerModel{RequiredRole: types.StringValue(test.role), MaxCommitMS: types.Float64Value(test.commit), MaxStrongReadMS: types.Float64Value(test.read)}
			test.in.hold(args, "europe-west1", &diags)
			if len(diags) != len(test.want) {
				t.Fatal(text(diags))
			}
			for i, d := range diags {
				if at, ok := d.(diag.DiagnosticWithPath); !ok || !at.Path().Equal(test.want[i]) || d.Severity() != diag.SeverityError {
					t.Errorf("want an error at %s:\n%s", test.want[i], text(diags))
				}
			}
		})
	}
}

// A promise that the described topology does not keep stops a region from joining,
// and none from being drained: be it found in the plan or in the apply.
func TestBrokenPromiseDoesNotStopADrain(t *testing.T) {
	t.Parallel()
	witness := types.ObjectValueMust(topologyTypes(), map[string]attr.Value{
		"base_config": types.StringValue("nam-eur-asia1"), "replicas": types.ListNull(replicaType()), "leader": types.StringNull(),
		"read_lease_regions": types.ListNull(types.StringType), "round_trips_ms": types.MapNull(types.MapType{ElemType: types.Float64Type}),
	})
	asking := types.ObjectValueMust(spannerTypes(), map[string]attr.Value{
		"database": types.StringNull(), "topology": witness, "required_role": types.StringValue(roleAnyReplica),
		"max_commit_ms": types.Float64Null(), "max_strong_read_ms": types.Float64Null(),
	})
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	joined, diags := h.create(t.Context(), aModel("us-east1", 100))
	h.ok(diags)
	for percent, refused := range map[int64]bool{100: true, 50: false, 0: false} {
		plan := aModel("us-east1", percent)
		plan.Spanner, plan.promises = asking, unknownPromises()
		plan.ZonesAttached = joined.ZonesAttached
		var planned, validated diag.Diagnostics
		h.r.planPromises(t.Context(), &plan, *joined, false, &planned)
		if planned.HasError() != refused || len(planned) != 1 {
			t.Errorf("the plan of %d: %s", percent, text(planned))
		}
		validateSpanner(t.Context(), plan, &validated)
		if validated.HasError() != (percent > 0) {
			t.Errorf("validating %d: %s", percent, text(validated))
		}
		// As where only the apply knows the topology.
		plan.promises = unknownPromises()
		var settled diag.Diagnostics
		h.r.settlePromises(t.Context(), &plan, *joined, false, &settled)
		if settled.HasError() != refused || len(settled) != 1 {
			t.Errorf("the apply of %d: %s", percent, text(settled))
		}
	}
}
