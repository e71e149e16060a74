package api_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// What Google has and the fake has not is told by name: 404 is Google's answer
// for what does not exist, and a client takes it for a resource that is gone.
func TestServiceThatIsNotServed(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for name, tc := range map[string]struct {
		url    string
		status int
		says   string
	}{
		"a service":             {"https://dataproc.googleapis.com/v1/projects/p/regions/us-east1/clusters", 501, "localcloud does not serve dataproc.googleapis.com: GET /v1/projects/p/regions/us-east1/clusters"},
		"its regional address":  {"https://us-east1-run.googleapis.com/apis/serving.knative.dev/v1/namespaces/p/services", 501, "localcloud does not serve us-east1-run.googleapis.com: GET /apis/"},
		"a resource":            {"https://compute.googleapis.com/compute/v1/projects/p/nothing", 501, "localcloud does not serve compute.googleapis.com: GET /compute/v1/projects/p/nothing"},
		"no version of any API": {"https://compute.googleapis.com/nothing", 404, "Not Found"},
	} {
		answer := httptest.NewRecorder()
		c.server.ServeHTTP(answer, httptest.NewRequest(http.MethodGet, tc.url, nil))
		if answer.Code != tc.status || !strings.Contains(answer.Body.String(), tc.says) {
			t.Errorf("%s: %d %s, want %d %q", name, answer.Code, answer.Body, tc.status, tc.says)
		}
	}
}
