package ledgerregion

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
)

// Every refusal of a second claim points at the region, whichever resource
// core plans first.
func TestClaimsPointAtTheRegion(t *testing.T) {
	t.Parallel()
	for name, intents := range map[string][2]loadbalancer.Intent{
		"made and destroyed": {loadbalancer.IntentCreate, loadbalancer.IntentDestroy},
		"destroyed and kept": {loadbalancer.IntentDestroy, loadbalancer.IntentKeep},
		"made twice":         {loadbalancer.IntentCreate, loadbalancer.IntentCreate},
		"kept and made":      {loadbalancer.IntentKeep, loadbalancer.IntentCreate},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			var diags diag.Diagnostics
			for i, intent := range intents {
				if diags.HasError() {
					t.Fatal(text(diags))
				}
				h.r.claim(t.Context(), aModel("us-east1", 100), loadbalancer.Claim{Intent: intent, Configuration: string(rune('a' + i))}, &diags)
			}
			if !diags.HasError() {
				t.Fatal("no refusal")
			}
			for _, d := range diags {
				if at, ok := d.(diag.DiagnosticWithPath); !ok || !at.Path().Equal(path.Root("region")) {
					t.Errorf("not at the region: %s: %s", d.Summary(), d.Detail())
				}
			}
		})
	}
}
