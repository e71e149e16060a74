package loadbalancer_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestLostAnswerDoesNotLoseTheChange(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Performed: true, Drop: true})
	change, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	if err != nil {
		t.Fatal(err)
	}
	// Whoever undoes the change has to know what was there before it.
	if !change.Made || change.Before == nil || len(change.Before.Backends) != 0 {
		t.Errorf("Modify reports %+v, want a change made from an empty service", change)
	}
	if n := count(compute, "compute.backendServices.patch"); n != 1 {
		t.Errorf("%d patches, want only the one that was performed", n)
	}
}

// A refusal that came after the change was made, as from a proxy, is no reason to
// forget what was there before it.
func TestPutOffChangeIsReadBeforeItIsSentAgain(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusBadGateway} {
		for _, performed := range []bool{true, false} {
			t.Run(fmt.Sprintf("%d performed %v", status, performed), func(t *testing.T) {
				t.Parallel()
				compute, client, clock := newClient(t, api.Options{})
				compute.AddNEG(project, "us-east1-b", "api", 2)
				compute.AddBackendService(project, "write", nil)
				compute.Inject(api.Fault{
					Match: calls(http.MethodPatch, "/backendServices/write"), Performed: performed, Status: status,
					Header: http.Header{"Retry-After": {"7"}},
				})
				change, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
				if err != nil {
					t.Fatal(err)
				}
				if !change.Made || change.Before == nil || len(change.Before.Backends) != 0 {
					t.Errorf("Modify reports %+v, want a change made from an empty service", change)
				}
				want := 1
				if !performed {
					want = 2
				}
				if n := count(compute, "compute.backendServices.patch"); n != want {
					t.Errorf("%d patches, want %d", n, want)
				}
				if diff := cmp.Diff([]time.Duration{7 * time.Second}, clock.slept()); diff != "" {
					t.Error(diff)
				}
			})
		}
	}
}

func TestEndlesslyPutOffChangeIsAnError(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Times: -1, Status: http.StatusServiceUnavailable})
	change, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	if err == nil || !strings.Contains(err.Error(), "503") || !change.Made {
		t.Errorf("Modify returned %+v, %v; want the API's answer and a change that may have been made", change, err)
	}
	if n := count(compute, "compute.backendServices.patch"); n != 10 {
		t.Errorf("%d patches, want 10", n)
	}
}

// Only what Modify reads itself says that the service is gone: a 404 to the
// change may be about a group, one to the operation about the operation.
func TestOnlyItsOwnReadSaysThatAServiceIsGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault        api.Fault
		absent, made bool
	}{
		"the read":          {api.Fault{Match: calls(http.MethodGet, "/backendServices/write"), Status: http.StatusNotFound}, true, false},
		"the change":        {api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Status: http.StatusNotFound}, false, false},
		"the operation":     {api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Operation: &api.OperationError{Code: "RESOURCE_NOT_FOUND", HTTPStatus: 404}}, false, false},
		"following it":      {api.Fault{Match: isOperation, Status: http.StatusNotFound}, false, true},
		"following, denied": {api.Fault{Match: isOperation, Status: http.StatusForbidden}, false, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compute, client, _ := newClient(t, api.Options{OperationPolls: 1})
			compute.AddNEG(project, "us-east1-b", "api", 2)
			compute.AddBackendService(project, "write", nil)
			compute.Inject(test.fault)
			change, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
			if err == nil || loadbalancer.IsAbsentService(err) != test.absent || change.Made != test.made || test.made && change.Before == nil {
				t.Errorf("Modify returned %+v, %v; want absent %v, made %v", change, err, test.absent, test.made)
			}
		})
	}
}

// isOperation matches the reading of an operation.
func isOperation(r *http.Request) bool { return strings.Contains(r.URL.Path, "/global/operations/") }
