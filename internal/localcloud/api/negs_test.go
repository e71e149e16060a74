package api_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const aggregated = "projects/" + testProject + "/aggregated/networkEndpointGroups"

// page is one page of an aggregated list.
type page struct {
	negs     []string            // "zone/name" in order of scope and place
	warnings map[string][]string // by code: scopes
	next     string
	body     map[string]any
}

func (a *computeAPI) aggregatedPage(query string) page {
	a.t.Helper()
	body := a.ok("GET", aggregated+query, nil)
	out := page{warnings: map[string][]string{}, next: str(body["nextPageToken"]), body: body}
	items, _ := body["items"].(map[string]any)
	for _, scope := range slices.Sorted(maps.Keys(items)) {
		part, _ := items[scope].(map[string]any)
		if warning, ok := part["warning"].(map[string]any); ok {
			out.warnings[str(warning["code"])] = append(out.warnings[str(warning["code"])], scope)
		}
		list, _ := part["networkEndpointGroups"].([]any)
		for _, e := range list {
			neg, _ := e.(map[string]any)
			out.negs = append(out.negs, strings.TrimPrefix(scope, "zones/")+"/"+str(neg["name"]))
		}
	}
	return out
}

func TestAggregatedList(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddNEG(testProject, "europe-west1-b", "other", 0)
	a.compute.AddNEG("other-project", "us-east1-b", "api", 1)
	tests := []struct {
		filter string
		want   []string
	}{
		{"", []string{"europe-west1-b/other", "us-east1-b/api", "us-east1-c/api", "us-east1-d/api"}},
		{"name=api", []string{"us-east1-b/api", "us-east1-c/api", "us-east1-d/api"}},
		{`name = "other"`, []string{"europe-west1-b/other"}},
		{"name eq api", []string{"us-east1-b/api", "us-east1-c/api", "us-east1-d/api"}},
		{"name eq o.*", []string{"europe-west1-b/other"}},
		{"name eq oth", nil},
		{"name != api", []string{"europe-west1-b/other"}},
		{"name ne 'a.*'", []string{"europe-west1-b/other"}},
		{"(name = api) (size = 3)", []string{"us-east1-b/api", "us-east1-c/api", "us-east1-d/api"}},
		{"(name = api) AND (size = 0)", nil},
		{"name=nobody", nil},
	}
	for _, test := range tests {
		t.Run(test.filter, func(t *testing.T) {
			t.Parallel()
			got := a.aggregatedPage("?filter=" + url.QueryEscape(test.filter))
			if diff := cmp.Diff(test.want, got.negs); diff != "" {
				t.Errorf("NEGs (-want +got):\n%s", diff)
			}
			empty := got.warnings["NO_RESULTS_ON_PAGE"]
			if !slices.Contains(empty, "global") || !slices.Contains(empty, "zones/asia-east1-a") || slices.Contains(empty, "zones/us-east1-b") == (len(got.negs) > 1) {
				t.Errorf("scopes that say NO_RESULTS_ON_PAGE: %v", empty)
			}
			if got.body["warning"] != nil || got.body["unreachables"] != nil {
				t.Errorf("a whole list warns: %v", got.body)
			}
		})
	}
}

func TestAggregatedListPages(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	for i := range 4 {
		a.compute.AddNEG(testProject, "europe-west1-b", fmt.Sprintf("e%d", i), 0)
	}
	var got []string
	token, pages := "", 0
	for {
		p := a.aggregatedPage("?maxResults=3&pageToken=" + token)
		got = append(got, p.negs...)
		pages++
		if pages == 1 {
			// What goes away meanwhile must not shift what is still to come.
			a.compute.RemoveNEG(testProject, "europe-west1-b", "e0")
		}
		if p.next == "" {
			break
		}
		token = p.next
	}
	want := []string{
		"europe-west1-b/e0", "europe-west1-b/e1", "europe-west1-b/e2", "europe-west1-b/e3",
		"us-east1-b/api", "us-east1-c/api", "us-east1-d/api",
	}
	if diff := cmp.Diff(want, got); diff != "" || pages != 3 {
		t.Errorf("%d pages (-want +got):\n%s", pages, diff)
	}

	refused := []struct{ query, says string }{
		{"?maxResults=501", "less than or equal to 500"},
		{"?maxResults=-1", "TYPE_UINT32"},
		{"?pageToken=nonsense", "page token is invalid"},
		{"?filter=name%3Dapi&pageToken=" + token, "page token is invalid"},
		{"?filter=name", "Invalid list filter expression"},
		{"?filter=name+eq+%28", "Invalid list filter expression"},
		{"?returnPartialSuccess=yes", "TYPE_BOOL"},
		{"?page=1", `Unknown name "page"`},
	}
	for _, r := range refused {
		if got := a.send("GET", aggregated+r.query, nil); got.status != http.StatusBadRequest || !strings.Contains(got.message(), r.says) {
			t.Errorf("GET %s = %d %q, want 400 with %q", r.query, got.status, got.message(), r.says)
		}
	}
	notServed := []string{
		"?filter=name%3Aapi*", "?filter=size+%3E%3D+1", "?filter=name+%3D+a+OR+name+%3D+b",
		"?filter=" + url.QueryEscape("(name=a) OR (name=b)"), "?orderBy=creationTimestamp+desc", "?alt=media",
	}
	for _, query := range notServed {
		if got := a.send("GET", aggregated+query, nil); got.status != http.StatusNotImplemented {
			t.Errorf("GET %s = %d %q, want 501", query, got.status, got.message())
		}
	}
}

func TestUnreachableZones(t *testing.T) {
	t.Parallel()
	const zone = "us-east1-c"
	tests := []struct {
		name                     string
		how                      localcloud.Partial
		scope, list, unreachable bool
	}{
		{"every way", localcloud.PartialEveryway, true, true, true},
		{"scope warning", localcloud.PartialScopeWarning, true, false, false},
		{"list warning", localcloud.PartialListWarning, false, true, false},
		{"unreachables", localcloud.PartialUnreachables, false, false, true},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, localcloud.Options{})
			a.compute.SetUnreachable(testProject, test.how, zone)

			got := a.aggregatedPage("?returnPartialSuccess=true")
			if diff := cmp.Diff([]string{"us-east1-b/api", "us-east1-d/api"}, got.negs); diff != "" {
				t.Errorf("NEGs (-want +got):\n%s", diff)
			}
			if scope := slices.Contains(got.warnings["UNREACHABLE"], "zones/"+zone); scope != test.scope {
				t.Errorf("scope warns: %v, want %v", scope, test.scope)
			}
			if slices.Contains(got.warnings["NO_RESULTS_ON_PAGE"], "zones/"+zone) {
				t.Error("an unreachable zone says that it has no results")
			}
			if list := got.body["warning"] != nil; list != test.list {
				t.Errorf("list warns: %v, want %v", list, test.list)
			}
			if unreachable := got.body["unreachables"] != nil; unreachable != test.unreachable {
				t.Errorf("unreachables: %v, want %v", got.body["unreachables"], test.unreachable)
			}

			in := "projects/" + testProject + "/zones/" + zone + "/networkEndpointGroups"
			for _, path := range []string{aggregated, in, in + "/api"} {
				if got := a.send("GET", path, nil); got.status != http.StatusServiceUnavailable {
					t.Errorf("GET %s = %d, want 503", path, got.status)
				}
			}
			a.compute.SetReachable(testProject, zone)
			if got := a.aggregatedPage(""); len(got.negs) != 3 {
				t.Errorf("NEGs after the zone came back: %v", got.negs)
			}
		})
	}
}

func TestNetworkEndpointGroup(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddNEG(testProject, "mars-north1-a", "api", 2)
	got := a.ok("GET", "projects/"+testProject+"/zones/mars-north1-a/networkEndpointGroups/api", nil)
	link := selfLink + "projects/" + testProject
	for field, want := range map[string]any{
		"kind": "compute#networkEndpointGroup", "name": "api", "size": 2.0, "networkEndpointType": "GCE_VM_IP_PORT",
		"zone": link + "/zones/mars-north1-a", "selfLink": link + "/zones/mars-north1-a/networkEndpointGroups/api",
		"subnetwork": link + "/regions/mars-north1/subnetworks/default", "creationTimestamp": "2026-11-22T10:00:00.000+00:00",
	} {
		if got[field] != want {
			t.Errorf("%s = %v, want %v", field, got[field], want)
		}
	}
	for path, says := range map[string]string{
		"/zones/us-east1-a/networkEndpointGroups/api": "The resource 'projects/ledger-test/zones/us-east1-a' was not found",
		"/zones/us-east1-b/networkEndpointGroups/no":  "networkEndpointGroups/no' was not found",
	} {
		if got := a.send("GET", "projects/"+testProject+path, nil); got.status != http.StatusNotFound || !strings.Contains(got.message(), says) {
			t.Errorf("GET %s = %d %q, want 404 with %q", path, got.status, got.message(), says)
		}
	}
	list := a.ok("GET", "projects/"+testProject+"/zones/us-east1-b/networkEndpointGroups", nil)
	if items, _ := list["items"].([]any); len(items) != 1 {
		t.Errorf("list of the zone = %v, want one NEG", list)
	}
}

func TestListNetworkEndpoints(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddBackendService(testProject, "unused", map[string]any{"usedBy": []any{}})
	a.attach("write", backend("us-east1-b"))
	a.attach("unused", backend("us-east1-b"))
	a.compute.SetHealthy(testProject, "us-east1-b", "api", 2)
	path := "projects/" + testProject + "/zones/us-east1-b/networkEndpointGroups/api/listNetworkEndpoints"

	states := func(body map[string]any) []string {
		var out []string
		items, _ := body["items"].([]any)
		for _, e := range items {
			item, _ := e.(map[string]any)
			endpoint, _ := item["networkEndpoint"].(map[string]any)
			if str(endpoint["ipAddress"]) == "" || endpoint["port"] != 8080.0 {
				t.Errorf("endpoint %v has no address", endpoint)
			}
			healths, _ := item["healths"].([]any)
			state := "none"
			for _, h := range healths {
				health, _ := h.(map[string]any)
				by, _ := health["backendService"].(map[string]any)
				state = str(health["healthState"]) + " by " + str(by["backendService"])[strings.LastIndex(str(by["backendService"]), "/")+1:]
			}
			out = append(out, fmt.Sprintf("%d %s", len(healths), state))
		}
		return out
	}
	show := a.ok("POST", path, map[string]any{"healthStatus": "SHOW"})
	if diff := cmp.Diff([]string{"1 HEALTHY by write", "1 HEALTHY by write", "1 UNHEALTHY by write"}, states(show)); diff != "" {
		t.Errorf("with SHOW (-want +got):\n%s", diff)
	}
	for _, body := range []any{nil, "{}", map[string]any{"healthStatus": "SKIP"}} {
		if diff := cmp.Diff([]string{"0 none", "0 none", "0 none"}, states(a.ok("POST", path, body))); diff != "" {
			t.Errorf("with %v (-want +got):\n%s", body, diff)
		}
	}
	first := a.ok("POST", path+"?maxResults=2", nil)
	second := a.ok("POST", path+"?maxResults=2&pageToken="+str(first["nextPageToken"]), nil)
	if n, m := len(states(first)), len(states(second)); n != 2 || m != 1 || second["nextPageToken"] != nil {
		t.Errorf("pages of %d and %d, next %v, want 2 and 1 and no next", n, m, second["nextPageToken"])
	}
	if got := a.send("POST", path, map[string]any{"healthStatus": "YES"}); got.status != http.StatusBadRequest {
		t.Errorf("healthStatus YES = %d, want 400", got.status)
	}
}
