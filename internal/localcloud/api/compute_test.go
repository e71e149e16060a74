package api_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestRouting(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	tests := []struct {
		name, verb, path string
		status           int
		says             string
	}{
		{"served", "GET", services + "write", 200, ""},
		{"query that the method does not have", "POST", services + "write/addSignedUrlKey?x=y", 400, "Cannot bind query parameter"},
		{"known method of a served resource", "POST", services + "write/deleteSignedUrlKey?keyName=k", 501, "compute.backendServices.deleteSignedUrlKey"},
		{"resource that is not served", "GET", "projects/" + testProject + "/global/nothing", 501, "GET /compute/v1/projects/" + testProject + "/global/nothing"},
		{"wrong method", "POST", services + "write", 404, "Not Found"},
		{"wrong method of a custom verb", "PUT", services + "write/getHealth", 404, "Not Found"},
		{"unknown project", "GET", "projects/nobody/global/backendServices/write", 404, "The resource 'projects/nobody' was not found"},
		{"malformed name", "GET", services + "Write", 400, "Must be a match of regex"},
		{"escaped slash", "GET", services + "write%2FgetHealth", 400, "Must be a match of regex"},
		{"unknown query parameter", "GET", services + "write?view=FULL", 400, `Unknown name "view"`},
		{"query parameter of every method", "GET", services + "write?prettyPrint=false&alt=json", 200, ""},
		{"other format", "GET", services + "write?alt=media", 501, "alt"},
		{"region", "GET", "projects/" + testProject + "/regions/us-east1", 200, ""},
		{"unknown region", "GET", "projects/" + testProject + "/regions/us-east9", 404, "regions/us-east9' was not found"},
		{"zone", "GET", "projects/" + testProject + "/zones/us-east1-b", 200, ""},
		{"unknown zone", "GET", "projects/" + testProject + "/zones/us-east1-a", 404, "zones/us-east1-a' was not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := a.send(test.verb, test.path, nil)
			if got.status != test.status || !strings.Contains(got.message(), test.says) {
				t.Errorf("%s %s = %d %q, want %d with %q", test.verb, test.path, got.status, got.message(), test.status, test.says)
			}
			if got.status >= 400 {
				inner, _ := got.body["error"].(map[string]any)
				if inner["code"] != float64(test.status) || inner["message"] != got.message() || got.reason() == "" {
					t.Errorf("the error body is not Google's: %v", got.body)
				}
			}
		})
	}
}

func TestOutsideTheAPI(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.base = strings.TrimSuffix(a.base, "compute/v1/")
	for _, path := range []string{"", "compute/v2/" + services + "write", services + "write"} {
		if got := a.send("GET", path, nil); got.status != http.StatusNotFound {
			t.Errorf("GET /%s = %d, want 404", path, got.status)
		}
	}
}

func TestBodyWhereNoneIsTaken(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	if got := a.send("GET", services+"write", "{}"); got.status != http.StatusBadRequest {
		t.Errorf("GET with a body = %d, want 400", got.status)
	}
}

func TestRegionsAndZones(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	link := selfLink + "projects/" + testProject
	region := a.ok("GET", "projects/"+testProject+"/regions/us-east1", nil)
	want := []any{link + "/zones/us-east1-b", link + "/zones/us-east1-c", link + "/zones/us-east1-d"}
	if diff := cmp.Diff(want, region["zones"]); diff != "" {
		t.Errorf("zones of us-east1 (-want +got):\n%s", diff)
	}
	zones := a.ok("GET", "projects/"+testProject+"/zones?filter="+"region+eq+.*%2Feurope-west1", nil)
	items, _ := zones["items"].([]any)
	if len(items) != 3 {
		t.Errorf("zones of europe-west1 = %v, want 3", items)
	}
	regions := a.ok("GET", "projects/"+testProject+"/regions?maxResults=5", nil)
	items, _ = regions["items"].([]any)
	if len(items) != 5 || regions["nextPageToken"] == nil {
		t.Errorf("first page of regions = %d items, next %v", len(items), regions["nextPageToken"])
	}
}

func TestPermissions(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	asked := map[string]any{"permissions": []any{"compute.backendServices.get", "compute.backendServices.update"}}
	test := func(want ...any) {
		t.Helper()
		got, _ := a.ok("POST", services+"write/testIamPermissions", asked)["permissions"].([]any)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("testIamPermissions (-want +got):\n%s", diff)
		}
	}
	test("compute.backendServices.get", "compute.backendServices.update")

	a.compute.Deny(testProject, "compute.backendServices.update")
	test("compute.backendServices.get")
	if got := a.patch("write", backend("us-east1-b")); got.status != http.StatusForbidden || got.reason() != "forbidden" ||
		!strings.Contains(got.message(), "Required 'compute.backendServices.update' permission") {
		t.Errorf("PATCH without permission = %d %s %q", got.status, got.reason(), got.message())
	}
	a.compute.Allow(testProject, "compute.backendServices.update")
	a.compute.Deny(testProject, "compute.networkEndpointGroups.use")
	if got := a.patch("write", backend("us-east1-b")); got.status != http.StatusForbidden || !strings.Contains(got.message(), "networkEndpointGroups.use") {
		t.Errorf("attaching a NEG without permission = %d %q", got.status, got.message())
	}
	a.compute.Deny(testProject, "compute.backendServices.get")
	test("compute.backendServices.update")
	if got := a.send("GET", services+"write", nil); got.status != http.StatusForbidden {
		t.Errorf("GET without permission = %d, want 403", got.status)
	}

	neg := "projects/" + testProject + "/zones/us-east1-b/networkEndpointGroups/"
	if got := a.ok("POST", neg+"api/testIamPermissions", map[string]any{"permissions": []any{"compute.networkEndpointGroups.use"}}); len(got) != 0 {
		t.Errorf("testIamPermissions of the NEG = %v, want none", got)
	}
	for path, body := range map[string]any{
		services + "absent/testIamPermissions": asked,
		neg + "absent/testIamPermissions":      asked,
	} {
		if got := a.send("POST", path, body); got.status != http.StatusNotFound {
			t.Errorf("POST %s = %d, want 404", path, got.status)
		}
	}
	for _, permission := range []string{"compute.*", "nonsense"} {
		if got := a.send("POST", services+"write/testIamPermissions", map[string]any{"permissions": []any{permission}}); got.status != http.StatusBadRequest {
			t.Errorf("testIamPermissions of %s = %d, want 400", permission, got.status)
		}
	}
}

func isPatch(r *http.Request) bool { return r.Method == http.MethodPatch }

func TestFaultCounts(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.Inject(localcloud.Fault{Match: isPatch, After: 1, Times: 2, Status: 412})
	a.compute.Inject(localcloud.Fault{Match: isPatch, After: 3, Status: 503, Body: `{"error":{"message":"later"}}`, Header: http.Header{"Retry-After": {"7"}}})
	a.compute.Inject(localcloud.Fault{Match: func(r *http.Request) bool { return r.Method == http.MethodDelete }, Times: -1, Status: 429})
	var got []int
	for range 6 {
		got = append(got, a.patch("write", backend("us-east1-b")).status)
	}
	if diff := cmp.Diff([]int{200, 412, 412, 503, 200, 200}, got); diff != "" {
		t.Errorf("PATCHes (-want +got):\n%s", diff)
	}
	for range 3 {
		if got := a.send("DELETE", services+"write", nil); got.status != http.StatusTooManyRequests || got.reason() != "rateLimitExceeded" {
			t.Errorf("DELETE = %d %s, want 429 rateLimitExceeded", got.status, got.reason())
		}
	}
	a.compute.ClearFaults()
	if got := a.send("DELETE", services+"write", nil); got.status != http.StatusOK {
		t.Errorf("DELETE after ClearFaults = %d, want 200", got.status)
	}
}

func TestFaultsThatOverlap(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.Inject(localcloud.Fault{Times: 2, Status: 429})
	a.compute.Inject(localcloud.Fault{Times: 2, Status: 503})
	var got []int
	for range 5 {
		got = append(got, a.send("GET", services+"write", nil).status)
	}
	// The later fault waits and keeps its Times.
	if diff := cmp.Diff([]int{429, 429, 503, 503, 200}, got); diff != "" {
		t.Errorf("GETs (-want +got):\n%s", diff)
	}
}

func TestFaultAnswer(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.Inject(localcloud.Fault{Status: 503, Body: `{"error":{"message":"later"}}`, Header: http.Header{"Retry-After": {"7"}}})
	got := a.send("GET", services+"write", nil)
	inner, _ := got.body["error"].(map[string]any)
	if got.status != 503 || inner["message"] != "later" || got.header.Get("Retry-After") != "7" {
		t.Errorf("answer = %d %v %v", got.status, got.body, got.header)
	}
	a.compute.Inject(localcloud.Fault{Header: http.Header{"X-Real": {"yes"}}})
	if got := a.send("GET", services+"write", nil); got.status != 200 || got.header.Get("X-Real") != "yes" {
		t.Errorf("a fault that only adds a header = %d %v", got.status, got.header)
	}
}

func TestFaultLetsAForeignWriterIn(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.Inject(localcloud.Fault{
		Match: func(r *http.Request) bool {
			body, err := io.ReadAll(r.Body)
			return err == nil && strings.Contains(string(body), "us-east1-b")
		},
		Before: func() { a.attach("write", backend("us-east1-c")) },
	})
	if got := a.patch("write", backend("us-east1-b")); got.status != http.StatusPreconditionFailed {
		t.Errorf("PATCH after the foreign writer = %d, want 412", got.status)
	}
	if got := a.entries("write"); len(got) != 1 || got[0]["group"] != negURL("us-east1-c") {
		t.Errorf("backends = %v, want the foreign writer's", got)
	}
}

func TestFaultLosesTheAnswer(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.Inject(localcloud.Fault{Match: isPatch, Performed: true, Status: 502})
	if got := a.patch("write", backend("us-east1-b")); got.status != 502 {
		t.Errorf("PATCH = %d, want 502", got.status)
	}
	if len(a.entries("write")) != 1 {
		t.Error("the request was not carried out")
	}
	body := map[string]any{"fingerprint": a.fingerprint("write"), "description": "dropped"}
	for _, performed := range []bool{false, true} {
		a.compute.Inject(localcloud.Fault{Match: isPatch, Performed: performed, Drop: true})
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPatch, a.base+services+"write",
			strings.NewReader(`{"fingerprint":"`+str(body["fingerprint"])+`","description":"dropped"}`))
		if err != nil {
			t.Fatal(err)
		}
		response, err := a.client.Do(request)
		if err == nil {
			defer closed(t, response.Body)
			t.Errorf("a dropped request was answered with %d", response.StatusCode)
		}
		if done := a.compute.BackendService(testProject, "write")["description"] == "dropped"; done != performed {
			t.Errorf("carried out: %v, want %v", done, performed)
		}
	}
}

func TestRequestLog(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.send("GET", services+"write?prettyPrint=false", nil)
	a.send("GET", services+"absent", nil)
	a.send("POST", services+"write/getHealth", `{"group":"x"}`)
	a.send("GET", "projects/p/global/nothing", nil)
	type line struct {
		Name, Method, Path, Query, Body string
		Status                          int
	}
	var got []line
	for _, r := range a.compute.Requests() {
		got = append(got, line{r.Name, r.Method, r.Path, r.Query.Encode(), string(r.Body), r.Status})
		if r.Header.Get("User-Agent") == "" {
			t.Error("the log has no User-Agent")
		}
	}
	want := []line{
		{"compute.backendServices.get", "GET", "/compute/v1/" + services + "write", "prettyPrint=false", "", 200},
		{"compute.backendServices.get", "GET", "/compute/v1/" + services + "absent", "", "", 404},
		{"compute.backendServices.getHealth", "POST", "/compute/v1/" + services + "write/getHealth", "", `{"group":"x"}`, 400},
		{"", "GET", "/compute/v1/projects/p/global/nothing", "", "", 501},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("log (-want +got):\n%s", diff)
	}
	a.compute.ResetRequests()
	if got := a.compute.Requests(); len(got) != 0 {
		t.Errorf("log after ResetRequests: %v", got)
	}
}

func TestRequestLogKeepsNoToken(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, a.base+services+"write", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Authorization", "Bearer secret")
	response, err := a.client.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer closed(t, response.Body)
	if got := a.compute.Requests()[0].Header; got.Get("Authorization") != "" {
		t.Errorf("the log holds %v", got)
	}
}
