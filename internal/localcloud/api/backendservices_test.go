package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestPatchRefusals(t *testing.T) {
	t.Parallel()
	instanceGroup := selfLink + "projects/" + testProject + "/zones/us-east1-b/instanceGroups/ig"
	two := func(first map[string]any) []any { return []any{first, backend("us-east1-c")} }
	tests := []struct {
		name   string
		body   map[string]any // the present fingerprint is added
		status int
		reason string
		says   string
	}{
		{"unknown field", map[string]any{"backendz": []any{}}, 400, "badRequest", `Unknown name "backendz"`},
		{"unknown field of a backend", map[string]any{"backends": two(backend("us-east1-b", "capacity", 1))}, 400, "badRequest", `Unknown name "capacity" at 'backend_service.backends[0]'`},
		{"field of the wrong type", map[string]any{"backends": map[string]any{}}, 400, "badRequest", "'backend_service.backends' (a list)"},
		{"number that is text", map[string]any{"backends": two(backend("us-east1-b", "capacityScaler", "half"))}, 400, "badRequest", "capacityScaler"},
		{"integer with a fraction", map[string]any{"timeoutSec": 1.5}, 400, "badRequest", "TYPE_INT32"},
		{"unknown enum value", map[string]any{"backends": two(backend("us-east1-b", "preference", "BEST"))}, 400, "badRequest", "TYPE_ENUM"},
		{"unknown field deep inside", map[string]any{"cdnPolicy": map[string]any{"cacheKeyPolicy": map[string]any{"host": true}}}, 400, "badRequest", `Unknown name "host"`},
		{"another name", map[string]any{"name": "read"}, 400, "invalid", "name of a backend service cannot be changed"},
		{"another scheme", map[string]any{"loadBalancingScheme": "EXTERNAL"}, 400, "invalid", "scheme cannot be changed"},
		{"no group", map[string]any{"backends": two(backend("us-east1-b", "group", nil))}, 400, "required", "resource.backends[0].group"},
		{"malformed group", map[string]any{"backends": two(backend("us-east1-b", "group", "api"))}, 400, "invalid", "malformed"},
		{"group of another service", map[string]any{"backends": two(backend("us-east1-b", "group", "https://example.com/neg"))}, 400, "invalid", "malformed"},
		{"group that does not exist", map[string]any{"backends": two(backend("us-west1-a"))}, 404, "notFound", "zones/us-west1-a/networkEndpointGroups/api' was not found"},
		{"instance group", map[string]any{"backends": two(backend("us-east1-b", "group", instanceGroup))}, 501, "notImplemented", "instance groups"},
		{"one group twice", map[string]any{"backends": two(backend("us-east1-c"))}, 400, "invalid", "resource.backends[1].group"},
		{"UTILIZATION", map[string]any{"backends": two(backend("us-east1-b", "balancingMode", "UTILIZATION"))}, 400, "invalid", "UTILIZATION is not supported for network endpoint groups"},
		{"no balancing mode", map[string]any{"backends": two(backend("us-east1-b", "balancingMode", nil))}, 400, "invalid", "UTILIZATION"},
		{"CONNECTION with HTTP", map[string]any{"backends": two(backend("us-east1-b", "balancingMode", "CONNECTION"))}, 400, "invalid", "not supported for protocol HTTP"},
		{"RATE without a rate", map[string]any{"backends": two(backend("us-east1-b", "maxRatePerEndpoint", nil))}, 400, "invalid", "requires maxRate or maxRatePerEndpoint"},
		{"rate of zero", map[string]any{"backends": two(backend("us-east1-b", "maxRatePerEndpoint", 0))}, 400, "invalid", "greater than 0"},
		{"rate below zero", map[string]any{"backends": two(backend("us-east1-b", "maxRatePerEndpoint", -1))}, 400, "invalid", "greater than 0"},
		{"rate per instance", map[string]any{"backends": two(backend("us-east1-b", "maxRatePerInstance", 5))}, 400, "invalid", "maxRatePerInstance"},
		{"connections with RATE", map[string]any{"backends": two(backend("us-east1-b", "maxConnections", 5))}, 400, "invalid", "maxConnections"},
		{"failover", map[string]any{"backends": two(backend("us-east1-b", "failover", true))}, 400, "invalid", "passthrough"},
		{"capacity of 5 percent", map[string]any{"backends": two(backend("us-east1-b", "capacityScaler", 0.05))}, 400, "invalid", "0.0 or in the range [0.1, 1.0]"},
		{"capacity just below a tenth", map[string]any{"backends": two(backend("us-east1-b", "capacityScaler", 0.0999))}, 400, "invalid", "[0.1, 1.0]"},
		{"capacity above one", map[string]any{"backends": two(backend("us-east1-b", "capacityScaler", 1.01))}, 400, "invalid", "[0.1, 1.0]"},
		{"capacity below zero", map[string]any{"backends": two(backend("us-east1-b", "capacityScaler", -0.5))}, 400, "invalid", "[0.1, 1.0]"},
		{"zero for the only backend", map[string]any{"backends": []any{backend("us-east1-b", "capacityScaler", 0)}}, 400, "invalid", "only one backend"},
		{"stale fingerprint", map[string]any{"fingerprint": "AAAAAAAAAAA="}, 412, "conditionNotMet", "Invalid fingerprint."},
		{"empty fingerprint", map[string]any{"fingerprint": ""}, 412, "conditionNotMet", "Invalid fingerprint."},
		{"fingerprint that is no base64", map[string]any{"fingerprint": "not base64!"}, 400, "badRequest", "TYPE_BYTES"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			a := newAPI(t, localcloud.Options{})
			before := a.compute.BackendService(testProject, "write")
			if test.body["fingerprint"] == nil {
				test.body["fingerprint"] = before["fingerprint"]
			}
			got := a.send("PATCH", services+"write", test.body)
			if got.status != test.status || got.reason() != test.reason || !strings.Contains(got.message(), test.says) {
				t.Errorf("PATCH = %d %s %q, want %d %s with %q", got.status, got.reason(), got.message(), test.status, test.reason, test.says)
			}
			if diff := cmp.Diff(before, a.compute.BackendService(testProject, "write")); diff != "" {
				t.Errorf("a refused PATCH changed the service (-before +after):\n%s", diff)
			}
		})
	}
}

func TestPatchNeedsFingerprint(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	got := a.send("PATCH", services+"write", map[string]any{"description": "x"})
	if got.status != http.StatusPreconditionFailed || got.reason() != "conditionNotMet" {
		t.Errorf("PATCH without fingerprint = %d %s, want 412 conditionNotMet", got.status, got.reason())
	}
}

func TestPatchReplacesBackends(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	first := a.fingerprint("write")
	a.attach("write",
		backend("us-east1-b", "capacityScaler", 0, "description", "proveniq:l/us-east1/write", "preference", "PREFERRED"),
		backend("us-east1-c", "capacityScaler", 0.1, "group", "zones/us-east1-c/networkEndpointGroups/api"))
	want := []map[string]any{
		{"group": negURL("us-east1-b"), "balancingMode": "RATE", "maxRatePerEndpoint": 50.0, "capacityScaler": 0.0, "description": "proveniq:l/us-east1/write", "preference": "PREFERRED"},
		{"group": negURL("us-east1-c"), "balancingMode": "RATE", "maxRatePerEndpoint": 50.0, "capacityScaler": 0.1},
	}
	if diff := cmp.Diff(want, a.entries("write")); diff != "" {
		t.Errorf("after the first PATCH (-want +got):\n%s", diff)
	}
	if second := a.fingerprint("write"); second == first || second == "" {
		t.Errorf("the fingerprint stayed %q", second)
	}

	// An entry without a scaler is at full capacity: a dropped zero un-drains.
	a.attach("write",
		backend("us-east1-b", "group", "https://compute.googleapis.com/compute/v1/projects/"+testProject+"/zones/us-east1-b/networkEndpointGroups/api"))
	want = []map[string]any{{"group": negURL("us-east1-b"), "balancingMode": "RATE", "maxRatePerEndpoint": 50.0, "capacityScaler": 1.0}}
	if diff := cmp.Diff(want, a.entries("write")); diff != "" {
		t.Errorf("after the second PATCH (-want +got):\n%s", diff)
	}

	a.attach("write")
	if got := a.entries("write"); len(got) != 0 {
		t.Errorf("after detaching, backends = %v, want none", got)
	}
}

func TestPatchMerges(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.attach("write", backend("us-east1-b"), backend("us-east1-c", "capacityScaler", 0))
	before := a.compute.BackendService(testProject, "write")

	body := `{"fingerprint":%q,"logConfig":{"enable":true,"sampleRate":0.5},"timeoutSec":"60",
	          "id":"7","selfLink":"x","usedBy":[],"creationTimestamp":"never"}`
	a.ok("PATCH", services+"write", fmt.Sprintf(body, before["fingerprint"]))
	a.ok("PATCH", services+"write", fmt.Sprintf(`{"fingerprint":%q,"logConfig":{"sampleRate":null}}`, a.fingerprint("write")))

	after := a.compute.BackendService(testProject, "write")
	before["logConfig"], before["timeoutSec"] = map[string]any{"enable": true}, 60.0
	delete(before, "fingerprint")
	delete(after, "fingerprint")
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("PATCHes changed other than asked (-want +got):\n%s", diff)
	}
}

func TestPatchReadsNumbersWrittenAsText(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	body := func(fields string) string {
		return fmt.Sprintf(`{"fingerprint":%q,%s}`, a.fingerprint("write"), fields)
	}
	a.ok("PATCH", services+"write", body(`"timeoutSec":"45","maxStreamDuration":{"seconds":90}`))
	got := a.compute.BackendService(testProject, "write")
	duration, _ := got["maxStreamDuration"].(map[string]any)
	if got["timeoutSec"] != 45.0 || duration["seconds"] != "90" {
		t.Errorf("timeoutSec = %v, seconds = %v", got["timeoutSec"], duration["seconds"])
	}
	for _, fields := range []string{
		`"maxStreamDuration":{"seconds":"soon"}`, `"maxStreamDuration":{"seconds":1.5}`, `"enableCDN":"yes"`,
		`"description":7`, `"id":"-1"`, `"timeoutSec":3e9`, `"cdnPolicy":[]`, `"customRequestHeaders":["a",1]`,
	} {
		if got := a.send("PATCH", services+"write", body(fields)); got.status != http.StatusBadRequest || got.reason() != "badRequest" {
			t.Errorf("PATCH with %s = %d %s, want 400 badRequest", fields, got.status, got.reason())
		}
	}
}

func TestTCPServiceTakesConnections(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddBackendService(testProject, "tcp", map[string]any{"protocol": "TCP"})
	connections := func(fields ...any) map[string]any {
		return backend("us-east1-b", append([]any{"balancingMode", "CONNECTION", "maxRatePerEndpoint", nil}, fields...)...)
	}
	a.attach("tcp", connections("maxConnectionsPerEndpoint", 10))
	for says, entry := range map[string]any{
		"requires maxConnections":       connections(),
		"maxRate":                       connections("maxConnections", 10, "maxRate", 10),
		"RATE is not supported":         backend("us-east1-b"),
		"balancing mode CUSTOM_METRICS": connections("balancingMode", "CUSTOM_METRICS"),
	} {
		if got := a.patch("tcp", entry); got.status < 400 || !strings.Contains(got.message(), says) {
			t.Errorf("PATCH = %d %q, want a refusal with %q", got.status, got.message(), says)
		}
	}
}

func TestAddBackendServiceWithBackends(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddBackendService(testProject, "read", map[string]any{
		"backends": []map[string]any{
			{"group": "zones/us-east1-b/networkEndpointGroups/api", "balancingMode": "RATE", "maxRate": 9, "capacityScaler": 0},
			{"group": "somewhere else"},
		},
		"connectionDraining": map[string]any{"drainingTimeoutSec": 12},
	})
	want := []map[string]any{
		{"group": negURL("us-east1-b"), "balancingMode": "RATE", "maxRate": 9.0, "capacityScaler": 0.0},
		{"group": "somewhere else", "balancingMode": "UTILIZATION", "capacityScaler": 1.0},
	}
	if diff := cmp.Diff(want, a.entries("read")); diff != "" {
		t.Errorf("backends (-want +got):\n%s", diff)
	}
	got := a.compute.BackendService(testProject, "read")
	got["backends"] = "changed"
	if draining, _ := got["connectionDraining"].(map[string]any); draining["drainingTimeoutSec"] != 12.0 {
		t.Errorf("connectionDraining = %v", draining)
	}
	if len(a.entries("read")) != 2 {
		t.Error("BackendService gave out what is stored, not a copy")
	}
}

func TestPutReplacesAndDropsWhatItDoesNotName(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.attach("write", backend("us-east1-b"))
	before := a.ok("GET", services+"write", nil)
	body := map[string]any{
		"name": "write", "loadBalancingScheme": "EXTERNAL_MANAGED", "protocol": "HTTP2", "timeoutSec": 10,
		"healthChecks": before["healthChecks"],
	}
	if got := a.send("PUT", services+"write", body); got.status != http.StatusPreconditionFailed {
		t.Errorf("PUT without fingerprint = %d, want 412", got.status)
	}
	body["fingerprint"] = before["fingerprint"]
	a.ok("PUT", services+"write", body)
	after := a.ok("GET", services+"write", nil)
	if after["backends"] != nil || after["protocol"] != "HTTP2" || after["id"] != before["id"] || after["selfLink"] != before["selfLink"] {
		t.Errorf("after the PUT: %v", after)
	}
}

func TestCompareAndSwapRace(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	const writers = 16
	zones := []string{"b", "c", "d"}
	var group sync.WaitGroup
	for i := range writers {
		zone := "us-east1-" + zones[i%3]
		a.compute.AddNEG(testProject, zone, fmt.Sprintf("n%d", i), 1)
		entry := map[string]any{
			"group": fmt.Sprintf("zones/%s/networkEndpointGroups/n%d", zone, i), "balancingMode": "RATE", "maxRatePerEndpoint": 1,
		}
		group.Go(func() {
			for {
				service := a.ok("GET", services+"write", nil)
				backends, _ := service["backends"].([]any)
				got := a.send("PATCH", services+"write", map[string]any{
					"fingerprint": service["fingerprint"], "backends": append(backends, entry),
				})
				switch got.status {
				case http.StatusOK:
					return
				case http.StatusPreconditionFailed:
				default:
					t.Errorf("PATCH = %d %s", got.status, got.message())
					return
				}
			}
		})
	}
	group.Wait()
	if got := len(a.entries("write")); got != writers {
		t.Errorf("%d backends after %d writers, want as many", got, writers)
	}
}

func TestReplacedServiceIsNewAndEmpty(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.attach("write", backend("us-east1-b"))
	old := a.compute.BackendService(testProject, "write")
	a.compute.AddBackendService(testProject, "write", map[string]any{"loadBalancingScheme": "EXTERNAL"})
	now := a.compute.BackendService(testProject, "write")
	if now["id"] == old["id"] || now["fingerprint"] == old["fingerprint"] || now["backends"] != nil || now["loadBalancingScheme"] != "EXTERNAL" {
		t.Errorf("the replaced service is %v", now)
	}
	a.compute.RemoveBackendService(testProject, "write")
	if got := a.send("GET", services+"write", nil); got.status != http.StatusNotFound || got.reason() != "notFound" {
		t.Errorf("GET of a removed service = %d %s, want 404 notFound", got.status, got.reason())
	}
	if got := a.compute.BackendService(testProject, "write"); got != nil {
		t.Errorf("BackendService of a removed service = %v, want nil", got)
	}
}

func TestRemovedNEGStaysAttachedUntilDetached(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.attach("write", backend("us-east1-b"), backend("us-east1-c"))
	a.compute.RemoveNEG(testProject, "us-east1-b", "api")
	a.attach("write", backend("us-east1-b"), backend("us-east1-c", "capacityScaler", 0.5))
	a.attach("write", backend("us-east1-c"))
	if got := a.patch("write", backend("us-east1-b"), backend("us-east1-c")); got.status != http.StatusNotFound {
		t.Errorf("attaching the removed NEG again = %d, want 404", got.status)
	}
}

func TestForeignWriterChangesTheFingerprint(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	stale := a.fingerprint("write")
	if !a.compute.UpdateBackendService(testProject, "write", func(body map[string]any) { body["timeoutSec"] = 5 }) {
		t.Fatal("UpdateBackendService says the service does not exist")
	}
	if a.compute.UpdateBackendService(testProject, "absent", func(map[string]any) { t.Error("called for an absent service") }) {
		t.Error("UpdateBackendService says an absent service exists")
	}
	if got := a.send("PATCH", services+"write", map[string]any{"fingerprint": stale}); got.status != http.StatusPreconditionFailed {
		t.Errorf("PATCH after a foreign write = %d, want 412", got.status)
	}
	if got := a.ok("GET", services+"write", nil)["timeoutSec"]; got != 5.0 {
		t.Errorf("timeoutSec = %v, want 5", got)
	}
}

func TestListBackendServices(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	a.compute.AddBackendService(testProject, "read", nil)
	got := a.ok("GET", strings.TrimSuffix(services, "/"), nil)
	items, _ := got["items"].([]any)
	var names []string
	for _, item := range items {
		object, _ := item.(map[string]any)
		names = append(names, str(object["name"]))
	}
	if diff := cmp.Diff([]string{"read", "write"}, names); diff != "" {
		t.Errorf("list (-want +got):\n%s", diff)
	}
	if got["kind"] != "compute#backendServiceList" {
		t.Errorf("kind = %v", got["kind"])
	}
}
