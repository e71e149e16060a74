package ledgerregion

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestInterruptedCreateLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	ctx, cancel := context.WithCancel(t.Context())
	h.clock.onWait = func(time.Duration) { cancel() }
	state, diags := h.create(ctx, aModel("us-east1", 100))
	if !diags.HasError() || state != nil {
		t.Errorf("state %v after\n%s", state, text(diags))
	}
	for _, service := range []string{"ledger-read", "ledger-write"} {
		if got := h.attached(t, service); len(got) != 0 {
			t.Errorf("%s still has %v", service, got)
		}
	}
}

func TestCreateThatRunsOutOfTimeLeavesNothing(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.unhealthy("us-east1", "b", "c", "d")
	m := aModel("us-east1", 100)
	state, diags := h.create(t.Context(), m)
	if state != nil || !strings.Contains(text(diags), "[health] The region is not healthy") {
		t.Errorf("state %v after\n%s", state, text(diags))
	}
	if got := h.attached(t, "ledger-write"); len(got) != 0 {
		t.Errorf("still attached: %v", got)
	}
}

// What a create found and could not hand back is in no state: core would replace
// it, and take out unguarded what that create did not make.
func TestFailedCreateKeepsNoStateOfWhatItFound(t *testing.T) {
	t.Parallel()
	for name, prepare := range map[string]func(*harness){
		"its own marks": func(h *harness) {
			half := region("us-east1")
			half.percent = 50
			h.join(t, half)
		},
		"its own mark in one service": func(h *harness) {
			half := region("us-east1")
			half.percent, half.services = 50, half.services[1:]
			h.join(t, half)
		},
		"another tool's": func(h *harness) {
			h.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
				body["backends"] = []any{map[string]any{
					"group":         "https://www.googleapis.com/compute/v1/projects/" + project + "/zones/us-east1-c/networkEndpointGroups/ledger-api-us-east1",
					"balancingMode": "RATE", "maxRatePerEndpoint": 1.0, "capacityScaler": 1.0, "description": "by hand",
				}}
			})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			prepare(h)
			// It is joined, then interrupted, and nothing can be changed any more.
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			h.clock.onWait = func(time.Duration) { cancel() }
			h.Inject(api.Fault{Match: changes, After: 2, Times: -1, Status: http.StatusForbidden})
			m := aModel("us-east1", 100)
			m.AdoptExisting = types.BoolValue(true)
			state, diags := h.create(ctx, m)
			if state != nil || !strings.Contains(text(diags), "could not all be taken back") || !strings.Contains(text(diags), "it is not in state") {
				t.Fatalf("state %v after\n%s", state, text(diags))
			}
			h.ClearFaults()
			h.clock.onWait = nil
			if state, diags = h.create(t.Context(), m); state == nil || diags.HasError() {
				t.Errorf("the next create: state %v after\n%s", state, text(diags))
			}
		})
	}
}

// A region that is to join drained, and is found serving, goes down like any other.
func TestDrainedCreateOfWhatServesIsGuarded(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("us-east1"))
	state, diags := h.create(t.Context(), aModel("us-east1", 0))
	if state != nil || !strings.Contains(text(diags), "Taking out the last healthy region is refused") {
		t.Errorf("state %v after\n%s", state, text(diags))
	}
	if diff := cmp.Diff(usEast1, h.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
	h.join(t, region("europe-west1"))
	var seen []string
	h.watch(t, h.clock, "ledger-write", "us-east1", &seen)
	_, diags = h.create(t.Context(), aModel("us-east1", 0))
	h.ok(diags)
	if diff := cmp.Diff([]string{"50", "10"}, distinct(seen)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(marked("write", "0", "b", "c", "d"), h.attached(t, "ledger-write")[3:]); diff != "" {
		t.Error(diff)
	}
}

func TestRegistryFailureUndoesACreateThatMustNotFail(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	state, diags := h.create(t.Context(), aModel("us-east1", 100).withRegistry(onErrorFail))
	if state != nil || !strings.Contains(text(diags), "Error [registry] The region table was not written") {
		t.Errorf("state %v after\n%s", state, text(diags))
	}
	if got := h.attached(t, "ledger-write"); len(got) != 0 {
		t.Errorf("still attached: %v", got)
	}
}
