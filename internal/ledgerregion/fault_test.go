package ledgerregion

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// Whatever call of a join fails for good, the error says which, another region is
// as it was, and nothing of the join is left; what fails for a while only takes
// longer.
func TestJoinUnderFaults(t *testing.T) {
	t.Parallel()
	write := calls(http.MethodPatch, "/ledger-write")
	for name, test := range map[string]struct {
		fault api.Fault
		want  string // in the error; empty: the join succeeds all the same
	}{
		"429 with Retry-After": {api.Fault{Match: changes, Times: 3, Status: http.StatusTooManyRequests, Header: http.Header{"Retry-After": {"7"}}}, ""},
		"503":                  {api.Fault{Match: changes, Times: 3, Status: http.StatusServiceUnavailable}, ""},
		"503 of reads":         {api.Fault{Match: calls(http.MethodGet, "/ledger-write"), Times: 3, Status: http.StatusServiceUnavailable}, ""},
		"500 of health":        {api.Fault{Match: calls(http.MethodPost, "/getHealth"), Times: 2, Status: http.StatusInternalServerError}, ""},
		"a storm of conflicts": {api.Fault{Match: changes, Times: 25, Status: http.StatusPreconditionFailed}, "compute.backendServices.update"},
		"lost answers":         {api.Fault{Match: write, Times: 2, Performed: true, Drop: true}, ""},
		"not ready":            {api.Fault{Match: write, Times: 2, Operation: &api.OperationError{Code: "RESOURCE_NOT_READY", Message: "busy"}}, ""},
		"failed after DONE": {api.Fault{Match: write, After: 1, Times: -1, Operation: &api.OperationError{
			Code: "QUOTA_EXCEEDED", Message: "Quota 'BACKENDS' exceeded.", HTTPStatus: 403,
		}}, "Quota 'BACKENDS' exceeded"},
		"forbidden at the second step": {api.Fault{Match: write, After: 1, Times: 1, Status: http.StatusForbidden}, `[backend_services["write"].name] The region did not join: Change the backends of backend service "ledger-write"`},
		"gone at the third step":       {api.Fault{Match: write, After: 2, Times: 1, Status: http.StatusNotFound}, `[backend_services["write"].name] The region did not join: Change the backends of backend service "ledger-write"`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			before := map[string][]string{"ledger-read": h.attached(t, "ledger-read"), "ledger-write": h.attached(t, "ledger-write")}
			h.Inject(test.fault)
			state, diags := h.create(t.Context(), quickly(100))
			if test.want == "" {
				h.ok(diags)
				before["ledger-read"] = append(before["ledger-read"], marked("read", "100", "b", "c", "d")...)
				before["ledger-write"] = append(before["ledger-write"], marked("write", "100", "b", "c", "d")...)
			} else if !strings.Contains(text(diags), test.want) || state != nil && !strings.Contains(text(diags), "could not all be taken back") {
				t.Fatalf("state %v after\n%s", state, text(diags))
			}
			h.ClearFaults()
			if state != nil && test.want != "" {
				// Its own undoing met the fault too; core replaces it.
				if _, diags := h.delete(t.Context(), *state); diags.HasError() {
					t.Fatal(text(diags))
				}
			}
			for service, want := range before {
				if diff := cmp.Diff(want, h.attached(t, service), cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("%s: %s", service, diff)
				}
			}
		})
	}
}

// A change whose answer got lost is taken back like any other.
func TestJoinWithALostAnswerIsTakenBack(t *testing.T) {
	t.Parallel()
	h := newHarness(t)
	h.join(t, region("europe-west1"))
	before := h.attached(t, "ledger-write")
	h.unhealthy("us-east1", "b", "c", "d")
	h.Inject(api.Fault{Match: calls(http.MethodPatch, "/ledger-write"), Performed: true, Status: http.StatusServiceUnavailable})
	state, diags := h.create(t.Context(), aModel("us-east1", 100))
	if state != nil || strings.Contains(text(diags), "were there already") {
		t.Errorf("state %v after\n%s", state, text(diags))
	}
	if diff := cmp.Diff(before, h.attached(t, "ledger-write")); diff != "" {
		t.Error(diff)
	}
}

// GKE deletes a group while the region joins by it: the join fails by its gate,
// or by the change, and is taken back.
func TestGroupDeletedUnderAJoin(t *testing.T) {
	t.Parallel()
	for waits := 1; waits <= 4; waits++ {
		t.Run(fmt.Sprint(waits), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			before := h.attached(t, "ledger-write")
			n := 0
			h.clock.onWait = func(time.Duration) {
				if n++; n == waits {
					h.RemoveNEG(project, "us-east1-c", "ledger-api-us-east1")
				}
			}
			m := aModel("us-east1", 100)
			m.Ramp = rampModelOf(10, 50)
			state, diags := h.create(t.Context(), m)
			if state != nil || !diags.HasError() {
				t.Fatalf("state %v after\n%s", state, text(diags))
			}
			if diff := cmp.Diff(before, h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// Another writer puts back the list of backends that it read before the join,
// whenever that is: the join ends attached, or with nothing left, and the next
// apply brings it to its end.
func TestOldListPutBackDuringAJoin(t *testing.T) {
	t.Parallel()
	for waits := 1; waits <= 6; waits++ {
		t.Run(fmt.Sprint(waits), func(t *testing.T) {
			t.Parallel()
			h := newHarness(t)
			h.join(t, region("europe-west1"))
			old := h.BackendService(project, "ledger-write")["backends"]
			before := h.attached(t, "ledger-write")
			n := 0
			h.clock.onWait = func(time.Duration) {
				if n++; n == waits {
					h.UpdateBackendService(project, "ledger-write", func(body map[string]any) { body["backends"] = old })
				}
			}
			m := aModel("us-east1", 100)
			m.Ramp = rampModelOf(10, 50)
			want := append(slices.Clone(before), marked("write", "100", "b", "c", "d")...)
			state, diags := h.create(t.Context(), m)
			if state == nil {
				if diff := cmp.Diff(before, h.attached(t, "ledger-write")); !diags.HasError() || diff != "" {
					t.Errorf("%s: %s", diff, text(diags))
				}
				state, diags = h.create(t.Context(), m)
			}
			h.ok(diags)
			if diff := cmp.Diff(want, h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
			// Put back after the join it is drift, which the next apply repairs.
			h.UpdateBackendService(project, "ledger-write", func(body map[string]any) { body["backends"] = old })
			seen := h.next().refresh(*state)
			if settled(*seen, m) == "" && seen.ZonesAttached.Equal(state.ZonesAttached) {
				t.Error("the refresh does not show it")
			}
			plan := m
			plan.ZonesAttached = state.ZonesAttached
			_, diags = h.next().update(t.Context(), *seen, plan)
			h.ok(diags)
			if diff := cmp.Diff(want, h.attached(t, "ledger-write")); diff != "" {
				t.Error(diff)
			}
		})
	}
}
