package api_test

import (
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const apis = "serviceusage.googleapis.com/v1/projects/" + testProject + "/services"

func TestServiceLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	state := func(name string) any { return c.do("GET", apis+"/"+name, nil)["state"] }
	if got := state("spanner.googleapis.com"); got != "ENABLED" {
		t.Errorf("spanner is %v", got)
	}
	if got := state("cloudbuild.googleapis.com"); got != "DISABLED" {
		t.Errorf("cloudbuild is %v", got)
	}
	c.refused(403, "Not found or permission denied for service(s): spaner.googleapis.com", "POST", apis+":batchEnable", object{"serviceIds": []string{"spaner.googleapis.com"}})
	if op := c.do("POST", apis+":batchEnable", object{"serviceIds": []string{"cloudbuild.googleapis.com", "run.googleapis.com"}}); op["done"] != true {
		t.Errorf("the operation: %v", op)
	}
	if got := state("cloudbuild.googleapis.com"); got != "ENABLED" {
		t.Errorf("cloudbuild is %v", got)
	}
	list := c.do("GET", apis+"?filter=state:ENABLED&fields=services/name,nextPageToken", nil)
	found := false
	enabled, _ := list["services"].([]any)
	for _, each := range enabled {
		service, _ := each.(object)
		if len(service) != 1 {
			t.Fatalf("more than was asked for: %v", service)
		}
		found = found || service["name"] == "projects/"+projectNumber+"/services/run.googleapis.com"
	}
	if !found {
		t.Errorf("run is not listed: %v", list)
	}
	c.refused(400, "is depended on by the following active service(s): container.googleapis.com", "POST", apis+"/compute.googleapis.com:disable", object{})
	c.do("POST", apis+"/cloudtasks.googleapis.com:disable", object{})
	const queues = "cloudtasks.googleapis.com/v2/projects/" + testProject + "/locations/us-east1/queues"
	c.refused(403, "has not been used in project", "GET", queues, nil)
	c.do("POST", apis+"/cloudtasks.googleapis.com:enable", object{})
	c.do("GET", queues, nil)
	c.do("POST", queues, object{"name": "projects/" + testProject + "/locations/us-east1/queues/q"})
	c.refused(400, "has been used recently", "POST", apis+"/cloudtasks.googleapis.com:disable", object{"checkIfServiceHasUsage": "CHECK"})
}

func TestOnlyServices(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	c.server.OnlyServices(testProject, "serviceusage.googleapis.com", "cloudresourcemanager.googleapis.com")
	c.refused(403, "dns API has not been used", "GET", zones, nil)
	c.do("POST", apis+"/dns.googleapis.com:enable", object{})
	c.do("GET", zones, nil)
}

func TestQueueLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const at = "projects/" + testProject + "/locations/us-east1/queues"
	const queues = "cloudtasks.googleapis.com/v2/" + at
	queue := func(more object) object {
		more["name"] = at + "/q"
		return more
	}
	c.refused(400, "max_concurrent_dispatches must be at most 5000", "POST", queues, queue(object{"rateLimits": object{"maxConcurrentDispatches": 9000}}))
	c.refused(400, "max_dispatches_per_second must be at most 500", "POST", queues, queue(object{"rateLimits": object{"maxDispatchesPerSecond": 501}}))
	c.refused(400, "max_backoff must be at least min_backoff (10s), not 5s", "POST", queues, queue(object{"retryConfig": object{"minBackoff": "10s", "maxBackoff": "5s"}}))
	c.refused(400, "max_attempts must be -1 or at least 1", "POST", queues, queue(object{"retryConfig": object{"maxAttempts": -5}}))
	c.refused(400, "sampling_ratio must be between 0 and 1", "POST", queues, queue(object{"stackdriverLoggingConfig": object{"samplingRatio": 10}}))
	q := c.do("POST", queues, queue(object{}))
	if limits, _ := q["rateLimits"].(object); q["state"] != "RUNNING" || limits["maxBurstSize"] != 100.0 {
		t.Errorf("the queue: %v", q)
	}
	c.refused(409, "already exists", "POST", queues, queue(object{}))
	c.do("PATCH", queues+"/q?updateMask=retryConfig.maxAttempts", object{"retryConfig": object{"maxAttempts": 5}})
	c.do("POST", queues+"/q:pause", object{})
	if q = c.do("GET", queues+"/q", nil); q["state"] != "PAUSED" {
		t.Errorf("the queue: %v", q)
	}
	c.do("POST", queues+"/q:resume", object{})
	c.do("POST", queues+"/q:setIamPolicy", object{"policy": object{"bindings": []object{{"role": "roles/cloudtasks.enqueuer", "members": []string{"user:a@example.com"}}}}})
	c.do("DELETE", queues+"/q", nil)
	c.refused(404, "was not found", "GET", queues+"/q", nil)
}
