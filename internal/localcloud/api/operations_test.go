package api_test

import (
	"net/http"
	"strings"
	"testing"

	localcloud "github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const operations = "projects/" + testProject + "/global/operations/"

func TestOperationIsDoneAtOnceByDefault(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	op := a.patch("write", backend("us-east1-b")).body
	if op["kind"] != "compute#operation" || op["status"] != "DONE" || op["operationType"] != "patch" || op["error"] != nil {
		t.Errorf("operation = %v", op)
	}
	service := a.compute.BackendService(testProject, "write")
	if op["targetLink"] != service["selfLink"] || op["targetId"] != service["id"] {
		t.Errorf("target = %v %v, want %v %v", op["targetLink"], op["targetId"], service["selfLink"], service["id"])
	}
	got := a.ok("GET", operations+str(op["name"]), nil)
	if got["status"] != "DONE" || got["id"] != op["id"] || got["selfLink"] != selfLink+operations+str(op["name"]) {
		t.Errorf("GET of the operation = %v", got)
	}
}

func TestOperationPolls(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{OperationPolls: 3})
	before := a.fingerprint("write")
	op := a.patch("write", backend("us-east1-b")).body
	name := operations + str(op["name"])

	for i, call := range []struct{ verb, path, want string }{
		{"GET", name, "RUNNING"}, {"POST", name + "/wait", "RUNNING"},
	} {
		if got := a.ok(call.verb, call.path, nil)["status"]; got != call.want {
			t.Errorf("poll %d = %v, want %s", i+1, got, call.want)
		}
	}
	if got := a.fingerprint("write"); got != before || len(a.entries("write")) != 0 {
		t.Errorf("the change is visible before its operation is done: fingerprint %q, was %q", got, before)
	}
	if got := a.ok("POST", name+"/wait", nil); got["status"] != "DONE" || got["progress"] != 100.0 {
		t.Errorf("poll 3 = %v %v, want DONE 100", got["status"], got["progress"])
	}
	if len(a.entries("write")) != 1 {
		t.Error("the change is not visible after its operation was done")
	}
	if got := a.ok("GET", name, nil)["status"]; got != "DONE" {
		t.Errorf("after DONE, status = %v", got)
	}
}

func TestPendingOperationRefusesOtherChanges(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{OperationPolls: 2})
	a.attach("write", backend("us-east1-b")) // and its client is killed
	refused := 0
	for {
		got := a.patch("write", backend("us-east1-c"))
		if got.status == http.StatusOK {
			break
		}
		if got.status != http.StatusBadRequest || got.reason() != "resourceNotReady" {
			t.Fatalf("PATCH while another is pending = %d %s %q, want 400 resourceNotReady", got.status, got.reason(), got.message())
		}
		refused++
	}
	if refused != 2 {
		t.Errorf("%d PATCHes were refused, want 2", refused)
	}
	a.compute.SetOperationPolls(0)
	a.compute.UpdateBackendService(testProject, "write", func(body map[string]any) { body["timeoutSec"] = 7 })
	if got := a.entries("write"); len(got) != 1 || got[0]["group"] != negURL("us-east1-c") {
		t.Errorf("a foreign write lost the pending change: %v", got)
	}
	a.attach("write")
}

func TestOperationThatFails(t *testing.T) {
	t.Parallel()
	for _, polls := range []int{0, 2} {
		a := newAPI(t, localcloud.Options{OperationPolls: polls})
		a.compute.Inject(localcloud.Fault{
			Match:     func(r *http.Request) bool { return r.Method == http.MethodPatch },
			Operation: &localcloud.OperationError{Code: "RESOURCE_OPERATION_RATE_EXCEEDED", Message: "slow down", HTTPStatus: 429},
		})
		before := a.fingerprint("write")
		op := a.patch("write", backend("us-east1-b")).body
		if polls > 0 && op["error"] != nil {
			t.Errorf("with %d polls the operation fails before it is done: %v", polls, op)
		}
		for range polls {
			op = a.ok("GET", operations+str(op["name"]), nil)
		}
		inner, _ := op["error"].(map[string]any)
		errs, _ := inner["errors"].([]any)
		if len(errs) != 1 || op["status"] != "DONE" || op["httpErrorStatusCode"] != 429.0 || op["httpErrorMessage"] != "TOO MANY REQUESTS" {
			t.Fatalf("with %d polls: %v, want a failed operation", polls, op)
		}
		first, _ := errs[0].(map[string]any)
		if first["code"] != "RESOURCE_OPERATION_RATE_EXCEEDED" || first["message"] != "slow down" {
			t.Errorf("with %d polls: error %v", polls, first)
		}
		if a.fingerprint("write") != before {
			t.Errorf("with %d polls: a failed operation changed the service", polls)
		}
		a.compute.SetOperationPolls(0)
		a.attach("write", backend("us-east1-b"))
	}
}

func TestRequestIDMakesRetriesSafe(t *testing.T) {
	t.Parallel()
	const id = "?requestId=6f7f2f3e-3a7b-4b6e-9a55-0d0a4a1c9b10"
	a := newAPI(t, localcloud.Options{})
	body := map[string]any{"fingerprint": a.fingerprint("write"), "description": "once"}
	first := a.ok("PATCH", services+"write"+id, body)
	fingerprint := a.fingerprint("write")
	again := a.ok("PATCH", services+"write"+id, body)
	if first["name"] != again["name"] || again["clientOperationId"] != id[len("?requestId="):] || a.fingerprint("write") != fingerprint {
		t.Errorf("the repeated request was carried out again: %v then %v", first, again)
	}
	for _, bad := range []string{"1", "00000000-0000-0000-0000-000000000000"} {
		if got := a.send("PATCH", services+"write?requestId="+bad, body); got.status != http.StatusBadRequest || !strings.Contains(got.message(), "UUID") {
			t.Errorf("requestId %s = %d %q, want 400", bad, got.status, got.message())
		}
	}
}

func TestUnknownOperation(t *testing.T) {
	t.Parallel()
	a := newAPI(t, localcloud.Options{})
	for verb, path := range map[string]string{"GET": "operation-1", "POST": "operation-1/wait"} {
		if got := a.send(verb, operations+path, nil); got.status != http.StatusNotFound {
			t.Errorf("%s %s = %d, want 404", verb, path, got.status)
		}
	}
}
