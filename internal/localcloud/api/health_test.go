package api_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// health asks for the health states of a group of "write".
func (a *computeAPI) health(group string) []string {
	a.t.Helper()
	body := a.ok("POST", services+"write/getHealth", map[string]any{"group": group})
	if body["kind"] != "compute#backendServiceGroupHealth" {
		a.t.Errorf("kind = %v", body["kind"])
	}
	status, present := body["healthStatus"].([]any)
	if present && len(status) == 0 {
		a.t.Error("healthStatus is an empty list, which Google leaves out")
	}
	var out []string
	for _, e := range status {
		s, _ := e.(map[string]any)
		out = append(out, str(s["healthState"]))
	}
	return out
}

func TestGetHealth(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddNEG(testProject, "us-east1-d", "api", 0)
	a.attach("write", backend("us-east1-b"), backend("us-east1-d"))
	all := []string{"HEALTHY", "HEALTHY", "HEALTHY"}

	steps := []struct {
		name  string
		do    func()
		group string
		want  []string
	}{
		{"as added", func() {}, negURL("us-east1-b"), all},
		{"partial URL", func() {}, "zones/us-east1-b/networkEndpointGroups/api", all},
		{"one healthy", func() { a.compute.SetHealthy(testProject, "us-east1-b", "api", 1) }, negURL("us-east1-b"), []string{"HEALTHY", "UNHEALTHY", "UNHEALTHY"}},
		{"none healthy", func() { a.compute.SetHealthy(testProject, "us-east1-b", "api", 0) }, negURL("us-east1-b"), []string{"UNHEALTHY", "UNHEALTHY", "UNHEALTHY"}},
		{"healthy again", func() { a.compute.SetHealthy(testProject, "us-east1-b", "api", 9) }, negURL("us-east1-b"), all},
		{"no endpoints", func() {}, negURL("us-east1-d"), nil},
		{"no forwarding rule", func() { a.compute.SetUsed(testProject, "write", false) }, negURL("us-east1-b"), nil},
		{"a forwarding rule again", func() { a.compute.SetUsed(testProject, "write", true) }, negURL("us-east1-b"), all},
	}
	for _, step := range steps {
		step.do()
		if diff := cmp.Diff(step.want, a.health(step.group)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", step.name, diff)
		}
	}
}

func TestGetHealthShowsInGET(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	if a.ok("GET", services+"write", nil)["usedBy"] == nil {
		t.Error("a used service shows no usedBy")
	}
	a.compute.SetUsed(testProject, "write", false)
	if got := a.ok("GET", services+"write", nil)["usedBy"]; got != nil {
		t.Errorf("an unused service shows usedBy %v", got)
	}
}

func TestGetHealthIsEmptyAfterAttach(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{FreshHealthAnswers: 2})
	a.attach("write", backend("us-east1-b"))
	fresh := func(zone string, want int) {
		t.Helper()
		empty := 0
		for a.health(negURL(zone)) == nil {
			if empty++; empty > want {
				break
			}
		}
		if empty != want {
			t.Errorf("%s: %d empty answers, want %d", zone, empty, want)
		}
	}
	fresh("us-east1-b", 2)
	a.compute.SetFreshHealthAnswers(1)
	a.attach("write", backend("us-east1-b", "capacityScaler", 0.5), backend("us-east1-c"))
	fresh("us-east1-b", 0) // not attached anew
	fresh("us-east1-c", 1)
}

func TestGetHealthRefusals(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.attach("write", backend("us-east1-b"), backend("us-east1-c"))
	a.compute.RemoveNEG(testProject, "us-east1-c", "api")
	tests := []struct {
		name, service string
		body          any
		status        int
		says          string
	}{
		{"no body", "write", nil, 400, "Required field 'resource.group'"},
		{"malformed group", "write", map[string]any{"group": "api"}, 400, "malformed"},
		{"group that is no backend", "write", map[string]any{"group": negURL("us-east1-d")}, 400, "not a backend"},
		{"NEG that is gone", "write", map[string]any{"group": negURL("us-east1-c")}, 404, "was not found"},
		{"unknown field", "write", map[string]any{"groups": negURL("us-east1-b")}, 400, "Unknown name"},
		{"unknown service", "read", map[string]any{"group": negURL("us-east1-b")}, 404, "backendServices/read' was not found"},
		{"no JSON", "write", "group", 400, "Invalid JSON payload"},
		{"no object", "write", "[]", 400, "Invalid"},
		{"null", "write", "null", 400, "Root element"},
	}
	for _, test := range tests {
		got := a.send("POST", services+test.service+"/getHealth", test.body)
		if got.status != test.status || !strings.Contains(got.message(), test.says) {
			t.Errorf("%s = %d %q, want %d with %q", test.name, got.status, got.message(), test.status, test.says)
		}
	}
	if got := a.send("GET", services+"write/getHealth", nil); got.status != http.StatusNotFound {
		t.Errorf("GET getHealth = %d, want 404", got.status)
	}
}
