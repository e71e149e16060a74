package ledgerregion

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// The share of healthy endpoints is that of all, not of those that the load
// balancer reports on.
func TestGateCountsEndpointsWithoutAReport(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	for _, zone := range []string{"b", "c", "d"} {
		c.AddNEG(project, "us-east1-"+zone, "ledger-api-us-east1", 100)
	}
	c.Inject(api.Fault{
		Match: calls(http.MethodPost, "/getHealth"), Times: -1, Status: http.StatusOK,
		Body: `{"healthStatus": [{"healthState": "HEALTHY"}]}`,
	})
	o, _ := c.operator(region("us-east1"))
	groups, err := o.awaitNEGs(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err == nil || !strings.Contains(err.Error(), "3 of 300 endpoints healthy, below 70 %; the load balancer reports on 3 of them so far") {
		t.Errorf("attach returned %v", err)
	}
}

// Pods that go while the gate waits are not waited for, be it some or all of a zone's.
func TestGateFollowsPodsThatGo(t *testing.T) {
	t.Parallel()
	for _, left := range []int{1, 0} {
		t.Run(fmt.Sprint(left), func(t *testing.T) {
			t.Parallel()
			c := newCloud(t, api.Options{})
			o, k := c.operator(region("us-east1"))
			groups, err := o.awaitNEGs(t.Context(), nil)
			if err != nil {
				t.Fatal(err)
			}
			c.AddNEG(project, "us-east1-b", "ledger-api-us-east1", left)
			if _, err := o.attach(t.Context(), climb{groups: groups, always: true}); err != nil {
				t.Fatal(err)
			}
			if took := k.Now().Sub(k.start); took > 20*time.Second {
				t.Errorf("the gate opened after %s", took)
			}
		})
	}
}
