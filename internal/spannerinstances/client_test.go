package spannerinstances_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/googleapis/gax-go/v2"
	"golang.org/x/time/rate"

	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
)

// answering is an API that gives these answers one after the other, and counts.
func answering(t *testing.T, answers ...func(http.ResponseWriter)) (*spannerinstances.Client, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = append(asked, r.Method+" "+r.URL.Path)
		answers[min(len(asked), len(answers))-1](w)
	}))
	t.Cleanup(server.Close)
	return spannerinstances.New(spannerinstances.Options{
		Endpoint: server.URL + "/v1/", Limiter: rate.NewLimiter(rate.Inf, 1), Backoff: gax.Backoff{Initial: time.Millisecond, Max: time.Millisecond, Multiplier: 1},
	}), &asked
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

const path = "projects/acme/instances/ledger"

func TestReads(t *testing.T) {
	t.Parallel()
	c, asked := answering(t, says(200, `{"config": "projects/acme/instanceConfigs/nam3", "edition": "ENTERPRISE_PLUS", "new": {}}`))
	instance, err := c.Instance(t.Context(), path)
	if err != nil || instance != (spannerinstances.Instance{Config: "projects/acme/instanceConfigs/nam3", Edition: "ENTERPRISE_PLUS"}) {
		t.Errorf("%+v, %v", instance, err)
	}
	if diff := cmp.Diff([]string{"GET /v1/" + path}, *asked); diff != "" {
		t.Errorf("calls (-want +got):\n%s", diff)
	}
	c, _ = answering(t, says(200, `{"name": "n", "baseConfig": "b", "quorumType": "MULTI_REGION", "replicas": [{"location": "l", "type": "READ_WRITE", "defaultLeaderLocation": true}],
		"optionalReplicas": [{"location": "o", "type": "READ_ONLY"}]}`))
	config, err := c.Config(t.Context(), "projects/acme/instanceConfigs/custom-x")
	if diff := cmp.Diff(spannerinstances.Config{Name: "n", BaseConfig: "b", QuorumType: "MULTI_REGION",
		Replicas:         []spannerinstances.Replica{{Location: "l", Type: "READ_WRITE", DefaultLeaderLocation: true}},
		OptionalReplicas: []spannerinstances.Replica{{Location: "o", Type: "READ_ONLY"}}}, config); err != nil || diff != "" {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
}

// What the API puts off is asked again, what it refuses is not.
func TestTries(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		answers []func(http.ResponseWriter)
		asked   int
		fails   string
		is      func(error) bool
	}{
		"busy, then not":   {answers: []func(http.ResponseWriter){says(429, "{}"), says(503, "{}"), says(200, "{}")}, asked: 3},
		"busy":             {answers: []func(http.ResponseWriter){says(503, `{"error": {"message": "later", "status": "UNAVAILABLE"}}`)}, asked: 5, fails: path + ": 503 UNAVAILABLE later"},
		"not found":        {answers: []func(http.ResponseWriter){says(404, `{"error": {"message": "none", "status": "NOT_FOUND"}}`)}, asked: 1, fails: "404 NOT_FOUND none", is: spannerinstances.IsNotFound},
		"forbidden":        {answers: []func(http.ResponseWriter){says(403, `{"error": {"message": "no", "status": "PERMISSION_DENIED"}}`)}, asked: 1, fails: "403 PERMISSION_DENIED no", is: spannerinstances.IsForbidden},
		"a proxy's answer": {answers: []func(http.ResponseWriter){says(502, "<html>"+strings.Repeat("x", 1000))}, asked: 1, fails: "502 Bad Gateway <html>xxx"},
		"no JSON":          {answers: []func(http.ResponseWriter){says(200, "<html>")}, asked: 1, fails: "cannot be read"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, asked := answering(t, test.answers...)
			_, err := c.Instance(t.Context(), path)
			if (err == nil) != (test.fails == "") || err != nil && !strings.Contains(err.Error(), test.fails) {
				t.Errorf("the error is %v", err)
			}
			if err != nil && len(err.Error()) > 400 {
				t.Errorf("the error is %d bytes long", len(err.Error()))
			}
			if len(*asked) != test.asked {
				t.Errorf("asked %d times, want %d", len(*asked), test.asked)
			}
			if test.is != nil && !test.is(err) {
				t.Errorf("%v is not told as what it is", err)
			}
		})
	}
}

func TestCancelled(t *testing.T) {
	t.Parallel()
	c, asked := answering(t, says(200, "{}"))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.Config(ctx, path); !errors.Is(err, context.Canceled) || len(*asked) != 0 {
		t.Errorf("%v after %d calls", err, len(*asked))
	}
}
