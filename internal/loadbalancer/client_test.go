package loadbalancer_test

import (
	"context"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	at := newClock().Now().Add(90 * time.Second).Format(http.TimeFormat)
	for name, test := range map[string]struct {
		status int
		header string
		want   time.Duration
	}{
		"429 with seconds": {http.StatusTooManyRequests, "7", 7 * time.Second},
		"503 with seconds": {http.StatusServiceUnavailable, "2", 2 * time.Second},
		"503 with a date":  {http.StatusServiceUnavailable, at, 90 * time.Second},
		"longest":          {http.StatusTooManyRequests, "86400", 5 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compute, client, clock := newClient(t, api.Options{})
			compute.AddBackendService(project, "write", nil)
			compute.Inject(api.Fault{Status: test.status, Header: http.Header{"Retry-After": {test.header}}})
			if _, err := client.BackendService(t.Context(), project, "write"); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff([]time.Duration{test.want}, clock.slept()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestUnavailableWithoutRetryAfterBacksOff(t *testing.T) {
	t.Parallel()
	compute, client, clock := newClient(t, api.Options{})
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{Times: 3, Status: http.StatusServiceUnavailable})
	if _, err := client.BackendService(t.Context(), project, "write"); err != nil {
		t.Fatal(err)
	}
	if n := len(clock.slept()); n != 3 {
		t.Errorf("%d waits, want 3", n)
	}
}

func TestUnavailableForGoodIsAnError(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.Inject(api.Fault{Times: -1, Status: http.StatusServiceUnavailable})
	_, err := client.BackendService(t.Context(), project, "write")
	if err == nil || !strings.Contains(err.Error(), "503") || !strings.Contains(err.Error(), `backend service "write"`) {
		t.Errorf("error %v, want the status and the object", err)
	}
}

func TestBrokenConnectionIsTriedAgainForReads(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddBackendService(project, "write", nil)
	compute.Inject(api.Fault{Times: 2, Drop: true})
	if _, err := client.BackendService(t.Context(), project, "write"); err != nil {
		t.Error(err)
	}
}

func TestErrorsCarryTheReason(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault api.Fault
		want  []string
	}{
		"the API's": {api.Fault{Status: 403, Body: `{"error":{"code":403,"message":"Required 'compute.x' permission","errors":[{"reason":"forbidden","message":"m"}]}}`},
			[]string{"403", "forbidden", "compute.x"}},
		"status of the new form": {api.Fault{Status: 400, Body: `{"error":{"code":400,"message":"bad","status":"INVALID_ARGUMENT"}}`},
			[]string{"400", "INVALID_ARGUMENT", "bad"}},
		"a proxy's":   {api.Fault{Status: 404, Body: "<html>no such host</html>"}, []string{"404", "Not Found", "no such host"}},
		"not JSON":    {api.Fault{Status: 200, Body: "<html>"}, []string{"not the JSON"}},
		"empty error": {api.Fault{Status: 418, Body: `{}`}, []string{"418", "teapot"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compute, client, _ := newClient(t, api.Options{})
			compute.Inject(test.fault)
			_, err := client.BackendService(t.Context(), project, "write")
			if err == nil {
				t.Fatal("no error")
			}
			for _, word := range append(test.want, `read backend service "write"`) {
				if !strings.Contains(err.Error(), word) {
					t.Errorf("error %q lacks %q", err, word)
				}
			}
		})
	}
}

func TestNEGsInARegion(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-c", "api", 0)
	compute.AddNEG(project, "us-east1-b", "api", 3)
	compute.AddNEG(project, "us-east1-b", "other", 1)
	compute.AddNEG(project, "us-east4-a", "api", 1)
	list, err := client.NEGs(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	groups, unreachable, complete := list.In("us-east1", "api")
	const network = "projects/" + project + "/global/networks/default"
	const signature = `{"cluster-uid":"localcloud","namespace":"ledger","port":"8080","service-name":"api"}`
	want := []loadbalancer.NEG{
		{Name: "api", Zone: "us-east1-b", URL: group("us-east1-b", "api"), Size: 3, Network: network, Description: signature},
		{Name: "api", Zone: "us-east1-c", URL: group("us-east1-c", "api"), Size: 0, Network: network, Description: signature},
	}
	if diff := cmp.Diff(want, groups); diff != "" {
		t.Error(diff)
	}
	if len(unreachable) != 0 || !complete {
		t.Errorf("unreachable %v, complete %v: an empty zone's warning is no gap", unreachable, complete)
	}
}

func TestPartialListNamesItsGaps(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		how         api.Partial
		unreachable []string
	}{
		"every way":     {api.PartialEveryway, []string{"us-east1-b"}},
		"scope warning": {api.PartialScopeWarning, []string{"us-east1-b"}},
		"unreachables":  {api.PartialUnreachables, []string{"us-east1-b"}},
		"list warning":  {api.PartialListWarning, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			compute, client, _ := newClient(t, api.Options{})
			compute.AddNEG(project, "us-east1-b", "api", 3)
			compute.AddNEG(project, "us-east1-c", "api", 3)
			compute.SetUnreachable(project, test.how, "us-east1-b")
			list, err := client.NEGs(t.Context(), project)
			if err != nil {
				t.Fatal(err)
			}
			groups, unreachable, complete := list.In("us-east1", "api")
			if complete {
				t.Error("the list counts as complete")
			}
			if len(groups) != 1 || groups[0].Zone != "us-east1-c" {
				t.Errorf("groups %v", groups)
			}
			if diff := cmp.Diff(test.unreachable, unreachable); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// A list that names one of its gaps and not the other has answered for no zone.
func TestListWithANamedAndAnUnnamedGap(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	for _, page := range []string{
		`{"items": {}, "unreachables": ["projects/acme-prod/zones/us-east1-b"], "nextPageToken": "more"}`,
		`{"items": {}, "warning": {"code": "PARTIAL_SUCCESS"}}`,
	} {
		compute.Inject(api.Fault{Match: calls(http.MethodGet, "/aggregated/networkEndpointGroups"), Status: http.StatusOK, Body: page})
	}
	list, err := client.NEGs(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	if _, unreachable, complete := list.In("us-east1", "api"); complete || len(unreachable) != 1 || list.Answered("us-east1-b") || list.Answered("us-east1-c") {
		t.Errorf("unreachable %v, complete %v; c answered %v", unreachable, complete, list.Answered("us-east1-c"))
	}
}

func TestPlannedReadsAreShared(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", nil)
	var wait sync.WaitGroup
	for range 10 {
		wait.Go(func() {
			if _, err := client.PlannedService(t.Context(), project, "write"); err != nil {
				t.Error(err)
			}
			if _, err := client.PlannedNEGs(t.Context(), project); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	if gets, lists := count(compute, "compute.backendServices.get"), count(compute, "compute.networkEndpointGroups.aggregatedList"); gets != 1 || lists != 1 {
		t.Errorf("%d gets and %d lists, want one each", gets, lists)
	}
	// A change by this client is seen by its next plan.
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
	s, err := client.PlannedService(t.Context(), project, "write")
	if err != nil || len(s.Backends) != 1 {
		t.Errorf("planned read after a change: %+v, %v", s, err)
	}
}

func TestFailedPlannedReadIsNotKept(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	if _, err := client.PlannedService(t.Context(), project, "write"); !loadbalancer.IsNotFound(err) {
		t.Fatalf("error %v, want not found", err)
	}
	compute.AddBackendService(project, "write", nil)
	if _, err := client.PlannedService(t.Context(), project, "write"); err != nil {
		t.Error(err)
	}
}

func TestHealth(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{FreshHealthAnswers: 1})
	compute.AddNEG(project, "us-east1-b", "api", 3)
	compute.AddBackendService(project, "write", nil)
	if _, err := client.Modify(t.Context(), project, "write", add(group("us-east1-b", "api"), "me")); err != nil {
		t.Fatal(err)
	}
	compute.SetHealthy(project, "us-east1-b", "api", 2)
	for _, want := range []loadbalancer.Health{{}, {Healthy: 2, Reported: 3}} {
		got, err := client.Health(t.Context(), project, "write", group("us-east1-b", "api"))
		if err != nil || got != want {
			t.Errorf("health %+v, %v; want %+v", got, err, want)
		}
	}
}

func TestListBackendServices(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	for _, name := range []string{"a", "b", "c"} {
		compute.AddBackendService(project, name, nil)
	}
	services, err := client.BackendServices(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, s := range services {
		names = append(names, s.Name+" "+s.Scheme)
	}
	if diff := cmp.Diff([]string{"a EXTERNAL_MANAGED", "b EXTERNAL_MANAGED", "c EXTERNAL_MANAGED"}, names); diff != "" {
		t.Error(diff)
	}
}

func TestListsFollowTheirPages(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	for _, page := range []string{
		`{"items":[{"name":"a"}],"nextPageToken":"second"}`,
		`{"items":[{"name":"b"}]}`,
	} {
		compute.Inject(api.Fault{Match: calls(http.MethodGet, "/global/backendServices"), Status: http.StatusOK, Body: page})
	}
	for _, page := range []string{
		`{"items":{"zones/us-east1-b":{"networkEndpointGroups":[{"name":"api","size":1}]}},"nextPageToken":"second"}`,
		`{"items":{"zones/us-east1-c":{"networkEndpointGroups":[{"name":"api"}]},"regions/us-east1":{"networkEndpointGroups":[{"name":"api"}]}}}`,
	} {
		compute.Inject(api.Fault{Match: calls(http.MethodGet, "/aggregated/networkEndpointGroups"), Status: http.StatusOK, Body: page})
	}
	services, err := client.BackendServices(t.Context(), project)
	if err != nil || len(services) != 2 || services[1].Name != "b" {
		t.Errorf("services %v, %v", services, err)
	}
	list, err := client.NEGs(t.Context(), project)
	if err != nil {
		t.Fatal(err)
	}
	if groups, _, _ := list.In("us-east1", "api"); len(groups) != 2 {
		t.Errorf("groups %v, want the two zonal ones", groups)
	}
	var tokens []string
	for _, r := range compute.Requests() {
		tokens = append(tokens, r.Query.Get("pageToken"))
	}
	if diff := cmp.Diff([]string{"", "second", "", "second"}, tokens); diff != "" {
		t.Error(diff)
	}
}

func TestAnnounceDeparture(t *testing.T) {
	t.Parallel()
	client := loadbalancer.New(loadbalancer.Options{})
	east, europe := loadbalancer.Departure{Owner: "demo/us-east1", MinRemaining: 1}, loadbalancer.Departure{Owner: "demo/europe-west1"}
	client.AnnounceDeparture(project, "write", east)
	client.AnnounceDeparture(project, "write", east)
	client.AnnounceDeparture(project, "read", loadbalancer.Departure{Owner: "demo/asia-east1"})
	got := client.AnnounceDeparture(project, "write", europe)
	if diff := cmp.Diff([]loadbalancer.Departure{east, europe}, got); diff != "" {
		t.Error(diff)
	}
}

func TestBackendNumbers(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	compute.AddNEG(project, "us-east1-b", "api", 1)
	compute.AddBackendService(project, "write", map[string]any{"backends": []any{map[string]any{
		"group": group("us-east1-b", "api"), "balancingMode": "RATE", "maxRatePerEndpoint": 33.29999923706055, "capacityScaler": 0.10000000149011612,
	}, backend(group("us-east1-c", "api"), 0, "")}})
	s, err := client.BackendService(t.Context(), project, "write")
	if err != nil {
		t.Fatal(err)
	}
	b := s.Backends[0]
	if b.RatePerEndpoint() != 33.3 || b.CapacityPercent() != 10 || b.Preference() != "DEFAULT" || b.Zone() != "us-east1-b" || b.GroupName() != "api" {
		t.Errorf("read as rate %v, capacity %d, preference %s, zone %s, group %s",
			b.RatePerEndpoint(), b.CapacityPercent(), b.Preference(), b.Zone(), b.GroupName())
	}
	if s.Backends[1].CapacityPercent() != 0 {
		t.Error("a scaler of 0 reads as something else")
	}
	if (loadbalancer.Backend{}).CapacityPercent() != 100 {
		t.Error("a scaler left out is not the API's default")
	}
}

func TestCallStopsWithItsContext(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	ctx, cancel := context.WithCancel(t.Context())
	compute.Inject(api.Fault{Times: -1, Status: http.StatusServiceUnavailable, Before: cancel})
	_, err := client.BackendService(ctx, project, "write")
	if err == nil || !strings.Contains(err.Error(), "context canceled") {
		t.Errorf("error %v, want the end of the context", err)
	}
	if n := len(compute.Requests()); n != 1 {
		t.Errorf("%d requests after the context ended", n)
	}
}
