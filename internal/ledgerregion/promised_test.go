package ledgerregion

import (
	"testing"

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
