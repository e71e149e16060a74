package ledgerregion

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Core asks for the zones of a create again during the apply, and takes no other
// answer: they are told only when no zone can still get a group.
func TestFirstZonesAreKnownWhenAllHaveAGroup(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	for _, zone := range []string{"us-central1-a", "us-central1-b", "us-central1-c"} {
		h.AddNEG(project, zone, "ledger-api-us-central1", 3)
	}
	// The region has a fourth zone.
	if zones := h.next().r.firstZones(t.Context(), aModel("us-central1", 100)); !zones.IsUnknown() {
		t.Errorf("three of four zones have a group, and the plan knows %v", zones)
	}
	h.AddNEG(project, "us-central1-f", "ledger-api-us-central1", 3)
	if zones := h.next().r.firstZones(t.Context(), aModel("us-central1", 100)); len(zones.Elements()) != 4 {
		t.Errorf("all four zones have a group, and the plan knows %v", zones)
	}
	for name, how := range partials {
		h.SetUnreachable(project, how, "us-central1-f")
		if zones := h.next().r.firstZones(t.Context(), aModel("us-central1", 100)); !zones.IsUnknown() {
			t.Errorf("%s: a zone does not answer, and the plan knows %v", name, zones)
		}
	}
	h.SetUnreachable(project, api.PartialEveryway)
}
