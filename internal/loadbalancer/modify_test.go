package loadbalancer_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// add appends a backend for a group.
func add(url, description string) func(context.Context, *loadbalancer.Service) error {
	return func(_ context.Context, s *loadbalancer.Service) error {
		for _, b := range s.Backends {
			if b.Group() == loadbalancer.GroupPath(url) {
				return nil
			}
		}
		b := loadbalancer.Backend{"group": url}
		b.Text("balancingMode", "RATE")
		b.Text("description", description)
		b.Number("maxRatePerEndpoint", 10)
		b.Number("capacityScaler", 1)
		s.Backends = append(s.Backends, b)
		return nil
	}
}

func scalers(compute *api.Server, service string) map[string]any {
	found := map[string]any{}
	backends, _ := compute.BackendService(project, service)["backends"].([]any)
	for _, b := range backends {
		m, _ := b.(map[string]any)
		url, _ := m["group"].(string)
		found[strings.TrimPrefix(url, groupsBase)] = m["capacityScaler"]
	}
	return found
}

func TestModifyKeepsADrainedBackendOfSomebodyElse(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{OperationPolls: 2})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddNEG(project, "europe-west1-b", "api", 2)
	compute.AddBackendService(project, "write", map[string]any{"backends": []any{
		backend(group("europe-west1-b", "api"), 0, "somebody else"), backend(group("us-east1-b", "api"), 1, "me"),
	}})
	compute.AddNEG(project, "us-east1-c", "api", 2)

	change, err := client.Modify(t.Context(), project, "write", add(group("us-east1-c", "api"), "me"))
	if err != nil {
		t.Fatal(err)
	}
	if !change.Made || len(change.Before.Backends) != 2 {
		t.Errorf("Modify reports %+v, want a change made from two backends", change)
	}
	want := map[string]any{
		"europe-west1-b/networkEndpointGroups/api": 0.0,
		"us-east1-b/networkEndpointGroups/api":     1.0,
		"us-east1-c/networkEndpointGroups/api":     1.0,
	}
	if diff := cmp.Diff(want, scalers(compute, "write")); diff != "" {
		t.Error(diff)
	}
}

func TestModifySendsNothingWhenNothingChanges(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	entry := backend(group("us-east1-b", "api"), 0.1, "me")
	compute.AddBackendService(project, "write", map[string]any{"backends": []any{entry, backend(group("us-east1-c", "x"), 1, "")}})

	change, err := client.Modify(t.Context(), project, "write", func(_ context.Context, s *loadbalancer.Service) error {
		s.Backends[0].Number("capacityScaler", 0.1)
		s.Backends[0].Text("description", "me")
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if change.Made || count(compute, "compute.backendServices.patch") != 0 {
		t.Error("a change that changes nothing was sent")
	}
}

func TestModifyComputesAnewAfterAConflict(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	for _, zone := range []string{"us-east1-b", "us-east1-c"} {
		compute.AddNEG(project, zone, "api", 2)
	}
	compute.AddBackendService(project, "write", nil)
	// Somebody else writes between our read and our patch.
	compute.Inject(api.Fault{
		Match: calls(http.MethodPatch, "/backendServices/write"),
		Before: func() {
			compute.UpdateBackendService(project, "write", func(body map[string]any) {
				body["backends"] = []any{backend(group("us-east1-c", "api"), 0.5, "theirs")}
				body["timeoutSec"] = 77.0
			})
		},
	})
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
	want := map[string]any{"us-east1-b/networkEndpointGroups/api": 1.0, "us-east1-c/networkEndpointGroups/api": 0.5}
	if diff := cmp.Diff(want, scalers(compute, "write")); diff != "" {
		t.Error(diff)
	}
	if got := compute.BackendService(project, "write")["timeoutSec"]; got != 77.0 {
		t.Errorf("timeoutSec is %v, want the other writer's 77", got)
	}
}

func TestModifySurvivesAStormOfConflicts(t *testing.T) {
	t.Parallel()
	compute, client, clock := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{
		Match: calls(http.MethodPatch, "/backendServices/write"),
		Times: 20,
		Before: func() {
			compute.UpdateBackendService(project, "write", func(body map[string]any) {
				n, _ := body["timeoutSec"].(float64)
				body["timeoutSec"] = n + 1
			})
		},
	})
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
	if n := count(compute, "compute.backendServices.patch"); n != 21 {
		t.Errorf("%d patches, want 20 conflicts and one success", n)
	}
	waits := clock.slept()
	if len(waits) != 20 {
		t.Fatalf("%d waits, want one after each conflict", len(waits))
	}
	distinct := map[time.Duration]bool{}
	for _, w := range waits {
		distinct[w] = true
		if w <= 0 || w > 10*time.Second {
			t.Errorf("waited %s", w)
		}
	}
	if len(distinct) < 10 {
		t.Errorf("the waits are not jittered: %v", waits)
	}
}

func TestModifyGivesUpOnEndlessConflicts(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{
		Match: calls(http.MethodPatch, "/backendServices/write"),
		Times: -1,
		Before: func() {
			compute.UpdateBackendService(project, "write", func(body map[string]any) {
				n, _ := body["timeoutSec"].(float64)
				body["timeoutSec"] = n + 1
			})
		},
	})
	_, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	if err == nil || !strings.Contains(err.Error(), "Another writer") {
		t.Errorf("error %v, want one about another writer", err)
	}
}

func TestConflictWithAnUnchangedFingerprintNamesThePermission(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Times: -1, Status: http.StatusPreconditionFailed})
	_, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	if err == nil || !strings.Contains(err.Error(), "compute.backendServices.update") {
		t.Fatalf("error %v, want one naming compute.backendServices.update", err)
	}
	if n := count(compute, "compute.backendServices.patch"); n > 5 {
		t.Errorf("%d patches before giving up", n)
	}
}

func TestForbiddenChangeIsNotRepeated(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Deny(project, "compute.backendServices.update")
	_, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	if !loadbalancer.IsForbidden(err) || !strings.Contains(err.Error(), "compute.backendServices.update") {
		t.Errorf("error %v, want the API's refusal with the permission", err)
	}
	if n := count(compute, "compute.backendServices.patch"); n != 1 {
		t.Errorf("%d patches, want 1", n)
	}
}

func TestOperationThatFailsIsAnError(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{OperationPolls: 1})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{
		Match:     calls(http.MethodPatch, "/backendServices/write"),
		Operation: &api.OperationError{Code: "QUOTA_EXCEEDED", Message: "Quota exceeded for backends.", HTTPStatus: 403},
	})
	_, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me"))
	var answer *loadbalancer.Error
	if !errors.As(err, &answer) || answer.Reason != "QUOTA_EXCEEDED" || !strings.Contains(err.Error(), "Quota exceeded for backends.") {
		t.Errorf("error %v, want the operation's code and message", err)
	}
}

func TestOperationOfSomebodyElseIsWaitedFor(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	// While it is under way the fingerprint stays the same: that is no permission problem.
	compute.Inject(api.Fault{
		Match: calls(http.MethodPatch, "/backendServices/write"), Times: 20, Status: http.StatusBadRequest,
		Body: `{"error":{"code":400,"message":"The resource is not ready","errors":[{"reason":"resourceNotReady"}]}}`,
	})
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
}

func TestResourceNotReadyIsRepeated(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{
		Match:     calls(http.MethodPatch, "/backendServices/write"),
		Operation: &api.OperationError{Code: "RESOURCE_NOT_READY", Message: "The resource is not ready."},
	})
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
	if len(scalers(compute, "write")) != 1 {
		t.Error("the backend is not there")
	}
}

func TestModifyFollowsAChangeBeyondItsContext(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{OperationPolls: 3})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	ctx, cancel := context.WithCancel(t.Context())
	compute.Inject(api.Fault{Match: calls(http.MethodPatch, "/backendServices/write"), Before: cancel})
	change, err := client.Modify(ctx, project, "write", add(group("us-east1-b", "api"), "me"))
	if err != nil || !change.Made {
		t.Fatalf("Modify returned %+v, %v; want the change that was under way", change, err)
	}
	if len(scalers(compute, "write")) != 1 {
		t.Error("Modify returned before the change was visible")
	}
	if _, err := client.Modify(ctx, project, "write", add(group("us-east1-b", "api"), "me")); !errors.Is(err, context.Canceled) {
		t.Errorf("a change after the end of its context returned %v", err)
	}
}

func TestErrorOfTheChangeIsReturnedAsItIs(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddBackendService(project, "write", nil)
	refusal := errors.New("refused")
	_, err := client.Modify(t.Context(), project, "write", func(context.Context, *loadbalancer.Service) error { return refusal })
	if !errors.Is(err, refusal) {
		t.Errorf("error %v", err)
	}
	if count(compute, "compute.backendServices.patch") != 0 {
		t.Error("a refused change was sent")
	}
}

func TestManyWritersLoseNothing(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{OperationPolls: 1})
	zones := []string{"us-east1-b", "us-east1-c", "us-east1-d", "europe-west1-b", "europe-west1-c", "europe-west1-d"}
	for _, zone := range zones {
		compute.AddNEG(project, zone, "api", 2)
	}
	compute.AddBackendService(project, "write", nil)
	var wait sync.WaitGroup
	for _, zone := range zones {
		wait.Go(func() {
			if _, err := client.Modify(t.Context(), project, "write", add(group(zone, "api"), zone)); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if got := scalers(compute, "write"); len(got) != len(zones) {
		t.Errorf("%d backends, want %d: %v", len(got), len(zones), got)
	}
	// One client sends one change at a time, so nobody was in its way.
	if n := count(compute, "compute.backendServices.patch"); n != len(zones) {
		t.Errorf("%d patches, want %d", n, len(zones))
	}
}
