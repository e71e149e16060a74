package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

const testProject = "ledger-test"

// cloud is a server and a client of it.
type cloud struct {
	t      testing.TB
	server *api.Server
	url    string
}

// object is a JSON object.
type object = map[string]any

func newCloud(t testing.TB, o api.Options) cloud {
	t.Helper()
	if o.Now == nil {
		o.Now = func() time.Time { return time.Date(2026, 11, 26, 12, 0, 0, 0, time.UTC) }
	}
	o.CheckAnswers = true
	s, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.AddProject(testProject)
	http := httptest.NewServer(s)
	t.Cleanup(http.Close)
	c := cloud{t: t, server: s, url: http.URL}
	t.Cleanup(func() { c.outlives(o) })
	return c
}

// outlives checks that whatever a test has made can be saved, and is loaded as
// it was.
func (c cloud) outlives(o api.Options) {
	if _, benchmark := c.t.(*testing.B); benchmark || c.t.Failed() {
		return
	}
	ctx := context.Background()
	raw, err := c.server.Save(ctx)
	if err != nil {
		c.t.Errorf("Save: %v", err)
		return
	}
	if o.Spanner != nil {
		o.Spanner = newMemorySpanner()
	}
	after, err := api.New(o)
	if err == nil {
		err = after.Load(ctx, raw)
	}
	if err != nil {
		c.t.Errorf("Load: %v", err)
		return
	}
	again, err := after.Save(ctx)
	if diff := cmp.Diff(string(raw), string(again)); err != nil || diff != "" {
		c.t.Errorf("what is loaded is saved otherwise: %v\n%s", err, diff)
	}
}

// try sends a request to "host/path" and gives the answer.
func (c cloud) try(verb, address string, body object) (status int, answer object) {
	c.t.Helper()
	var sent bytes.Buffer
	if body != nil {
		if err := json.NewEncoder(&sent).Encode(body); err != nil {
			c.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(c.t.Context(), verb, c.url+"/"+address, &sent)
	if err != nil {
		c.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	if err := json.NewDecoder(resp.Body).Decode(&answer); err != nil {
		c.t.Fatalf("%s %s: %v", verb, address, err)
	}
	return resp.StatusCode, answer
}

// do sends a request that must succeed.
func (c cloud) do(verb, address string, body object) object {
	c.t.Helper()
	status, answer := c.try(verb, address, body)
	if status != http.StatusOK {
		c.t.Fatalf("%s %s: %d %v", verb, address, status, answer["error"])
	}
	return answer
}

// refused sends a request that must fail with a status and a message.
func (c cloud) refused(status int, message, verb, address string, body object) {
	c.t.Helper()
	got, answer := c.try(verb, address, body)
	failure, _ := answer["error"].(object)
	text, _ := failure["message"].(string)
	if got != status || !strings.Contains(text, message) {
		c.t.Errorf("%s %s: %d %q, want %d %q", verb, address, got, text, status, message)
	}
}

func TestNetworkLifecycle(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	const networks = "compute.googleapis.com/compute/v1/projects/" + testProject + "/global/networks"
	const subnetworks = "compute.googleapis.com/compute/v1/projects/" + testProject + "/regions/us-east1/subnetworks"
	c.refused(404, "was not found", "GET", networks+"/n", nil)
	if op := c.do("POST", networks, object{"name": "n", "autoCreateSubnetworks": false}); op["status"] != "DONE" {
		t.Errorf("the operation: %v", op)
	}
	c.refused(409, "already exists", "POST", networks, object{"name": "n"})
	c.refused(400, `Unknown name "autoCreate"`, "POST", networks, object{"name": "m", "autoCreate": false})
	c.refused(404, "global/networks/absent", "POST", subnetworks, object{"name": "s", "network": "global/networks/absent", "ipCidrRange": "10.0.0.0/20"})
	c.do("POST", subnetworks, object{"name": "s", "network": "global/networks/n", "ipCidrRange": "10.0.0.0/20"})
	if n := c.do("GET", subnetworks+"/s", nil); n["network"] != "https://www.googleapis.com/compute/v1/projects/"+testProject+"/global/networks/n" {
		t.Errorf("the reference is shown as %v", n["network"])
	}
	c.refused(400, "already being used by", "DELETE", networks+"/n", nil)
	c.do("DELETE", subnetworks+"/s", nil)
	c.do("DELETE", networks+"/n", nil)
	c.refused(404, "was not found", "GET", networks+"/n", nil)
}
