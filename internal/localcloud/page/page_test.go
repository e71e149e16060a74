package page_test

import (
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
	shows("at first", "<td>us-east1</td> <td class=\"good\">9 of 9</td>", "33 %", "67 %", "no backends", "ledger-api-europe-west1")
	press("/region", url.Values{"region": {"europe-west1"}, "on": {"false"}})
	shows("with a region down", "<td>europe-west1</td> <td class=\"bad\">0 of 9</td>", "100 %")
	one := cloud.NEGs(project)
	press("/endpoint", url.Values{"zone": {one[0].Zone}, "neg": {one[0].Name}, "address": {one[0].Endpoints[1].Address}, "on": {"false"}})
	shows("with an endpoint down", "8 of 9")
	press("/region", url.Values{"region": {"europe-west1"}, "on": {"true"}})
	press("/api", url.Values{"api": {"compute"}, "on": {"false"}})
	if cloud.APIs()["compute"] {
		t.Error("compute still answers")
	}
	shows("with an API down", "title=\"let it answer\">compute<")
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
