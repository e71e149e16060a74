package page_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/page"
)

const project = "acme-ledger"

// serve shows a ledger whose regions have joined the write service, all but one
// at full capacity.
func serve(t *testing.T) (*api.Server, *httptest.Server) {
	t.Helper()
	cloud, err := api.New(api.Options{})
	if err != nil {
		t.Fatal(err)
	}
	localcloud.DefaultLedger(project).AddTo(cloud)
	cloud.UpdateBackendService(project, "ledger-write", func(body map[string]any) {
		var backends []any
		for _, g := range groups() {
			capacity := 1.0
			if g.Region == "us-east1" {
				capacity = 0.5
			}
			backends = append(backends, map[string]any{"balancingMode": "RATE", "maxRatePerEndpoint": 1, "capacityScaler": capacity,
				"group": "https://www.googleapis.com/compute/v1/projects/" + project + "/zones/" + g.Zone + "/networkEndpointGroups/" + g.Name})
		}
		body["backends"] = backends
	})
	shown, err := page.New(cloud, project)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(shown)
	t.Cleanup(server.Close)
	return cloud, server
}

// groups are those that take traffic.
func groups() []api.NEG {
	var out []api.NEG
	for _, region := range []string{"us-east1", "europe-west1"} {
		for _, zone := range api.ZonesOf(region) {
			out = append(out, api.NEG{Region: region, Zone: zone, Name: "ledger-api-" + region})
		}
	}
	return out
}

func body(t *testing.T, resp *http.Response, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	if err := resp.Body.Close(); err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestPageShowsTrafficAndWorksItsSwitches(t *testing.T) {
	t.Parallel()
	cloud, server := serve(t)
	shows := func(when string, wants ...string) {
		t.Helper()
		resp, err := http.Get(server.URL)
		text := strings.Join(strings.Fields(body(t, resp, err)), " ")
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the page lacks %q:\n%s", when, want, text)
			}
		}
	}
	press := func(path string, form url.Values) {
		t.Helper()
		resp, err := http.PostForm(server.URL+path, form)
		body(t, resp, err)
		if resp.StatusCode != http.StatusOK || resp.Request.Method != http.MethodGet {
			t.Errorf("POST %s ended with %d at %s", path, resp.StatusCode, resp.Request.URL)
		}
	}
	shows("at first", "<h3>us-east1</h3> <span class=\"health good\">9 of 9 healthy</span>", `aria-label="fail region us-east1"`, `share of us-east1`, "33 %", "67 %", "2 without backends", "<li>ledger-read</li>", "ledger-api-europe-west1")
	press("/region", url.Values{"region": {"europe-west1"}, "on": {"false"}})
	shows("with a region down", "<h3>europe-west1</h3> <span class=\"health bad\">0 of 9 healthy</span>", "100 %")
	one := cloud.NEGs(project)
	press("/endpoint", url.Values{"zone": {one[0].Zone}, "neg": {one[0].Name}, "address": {one[0].Endpoints[1].Address}, "on": {"false"}})
	shows("with an endpoint down", "8 of 9")
	press("/region", url.Values{"region": {"europe-west1"}, "on": {"true"}})
	press("/api", url.Values{"api": {"compute"}, "on": {"false"}})
	if cloud.APIs()["compute"] {
		t.Error("compute still answers")
	}
	shows("with an API down", `title="let it answer" aria-label="compute fails, let it answer"><span aria-hidden="true">✗ </span>compute<`)
}

func TestOtherSitesWorkNoSwitch(t *testing.T) {
	t.Parallel()
	cloud, server := serve(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL+"/api?api=compute&on=false", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Sec-Fetch-Site", "cross-site")
	resp, err := http.DefaultClient.Do(req)
	body(t, resp, err)
	if resp.StatusCode != http.StatusForbidden || !cloud.APIs()["compute"] {
		t.Errorf("status %d, compute answers %t", resp.StatusCode, cloud.APIs()["compute"])
	}
	resp, err = http.Get(server.URL + "/nothing")
	body(t, resp, err)
	if resp.StatusCode != http.StatusNotFound {
		t.Errorf("an unknown path answers %d", resp.StatusCode)
	}
}

func TestResourcesAreFound(t *testing.T) {
	t.Parallel()
	cloud, server := serve(t)
	for i := range 500 {
		cloud.AddBackendService(project, fmt.Sprintf("mass-%03d", i), map[string]any{"protocol": "HTTP2"})
	}
	cloud.AddNEG(project, "us-east1-b", "mass-007-group", 1)
	shows := func(find string, wants ...string) string {
		t.Helper()
		resp, err := http.Get(server.URL + "/?" + url.Values{"find": {find}}.Encode())
		text := body(t, resp, err)
		for _, want := range wants {
			if !strings.Contains(text, want) {
				t.Errorf("looking for %q: the page lacks %q", find, want)
			}
		}
		_, resources, _ := strings.Cut(text, `id="resources"`)
		return resources
	}
	if all := shows(""); strings.Count(all, "<summary>") != 2 || strings.Count(all, "<li>") != len(cloud.Resources(project)) || strings.Contains(all, " open>") {
		t.Errorf("each kind should have one row, closed, with all its resources:\n%.3000s", all)
	}
	if few := shows(" MASS-007 ", "2 of ", "<details open>", "<code>global/backendServices/mass-007</code>", "networkEndpointGroups/mass-007-group"); strings.Count(few, "<li>") != 2 {
		t.Error("more is shown than was looked for")
	}
	if many := shows("mass-"); strings.Count(many, "<details>") != 1 || strings.Count(many, "<details open>") != 1 {
		t.Error("a kind with hundreds is shown without being asked for")
	}
	shows(`<i>"`, "None of ", "“&lt;i&gt;&#34;”", `value="&lt;i&gt;&#34;"`)
}

// Groups need not be zonal, nor all of a region's at one capacity.
func TestCapacitiesOfARegion(t *testing.T) {
	t.Parallel()
	cloud, server := serve(t)
	cloud.UpdateBackendService(project, "ledger-read", func(body map[string]any) {
		var backends []any
		for i, at := range []string{"zones/us-east1-b", "zones/us-east1-c", "regions/us-east1", "regions/europe-west1"} {
			backends = append(backends, map[string]any{"capacityScaler": 0.25 * float64(i), "group": "projects/" + project + "/" + at + "/networkEndpointGroups/g"})
		}
		body["backends"] = backends
	})
	resp, err := http.Get(server.URL)
	text := body(t, resp, err)
	for _, want := range []string{`<td class="whole">us-east1</td><td class="number">0 % to 50 %</td>`, `<td class="whole">europe-west1</td><td class="number">75 %</td>`} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q:\n%s", want, text)
		}
	}
}
