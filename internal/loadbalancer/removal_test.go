package loadbalancer_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/loadbalancer"
	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

func TestMaker(t *testing.T) {
	t.Parallel()
	const signed = `{"cluster-uid":"u-1","namespace":"ledger","service-name":"api","port":"8080"}`
	got, made := loadbalancer.NEG{Description: signed}.Maker()
	if want := (loadbalancer.Maker{Cluster: "u-1", Namespace: "ledger", Service: "api", Port: "8080"}); !made || got != want {
		t.Errorf("%s is read as %+v, %v", signed, got, made)
	}
	for _, foreign := range []string{"", "made by hand", "{}", `{"namespace":"ledger"}`, `[]`, `{"cluster-uid":7}`} {
		if got, made := (loadbalancer.NEG{Description: foreign}).Maker(); made {
			t.Errorf("%q is taken for GKE's, of %+v", foreign, got)
		}
	}
}

func TestNetworkPath(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"ledger":                              "projects/p/global/networks/ledger",
		"projects/host/global/networks/vpc":   "projects/host/global/networks/vpc",
		groupsHost + "p/global/networks/main": "projects/p/global/networks/main",
		"":                                    "",
	} {
		if got := loadbalancer.NetworkPath("p", given); got != want {
			t.Errorf("%q is %q, want %q", given, got, want)
		}
	}
}

const groupsHost = "https://www.googleapis.com/compute/v1/projects/"

func TestEndpoints(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{})
	neg := loadbalancer.NEG{Name: "api", Zone: "us-east1-b", URL: group("us-east1-b", "api")}
	compute.AddNEG(project, "us-east1-b", "api", 2)
	got, err := client.Endpoints(t.Context(), neg)
	if err != nil || len(got) != 2 || !strings.HasSuffix(got[0], ":8080") {
		t.Errorf("endpoints %v, %v", got, err)
	}
	for _, page := range []string{
		`{"items":[{"networkEndpoint":{"ipAddress":"10.0.0.1","port":80}}],"nextPageToken":"second"}`,
		`{"items":[{"networkEndpoint":{"ipAddress":"fd00::1","port":81}}]}`,
	} {
		compute.Inject(api.Fault{Match: calls(http.MethodPost, "/listNetworkEndpoints"), Status: http.StatusOK, Body: page})
	}
	got, err = client.Endpoints(t.Context(), neg)
	if diff := cmp.Diff([]string{"10.0.0.1:80", "[fd00::1]:81"}, got); err != nil || diff != "" {
		t.Errorf("pages: %v %s", err, diff)
	}
}

func TestDeleteNEG(t *testing.T) {
	t.Parallel()
	compute, client, _ := newClient(t, api.Options{OperationPolls: 3})
	neg := loadbalancer.NEG{Name: "api", Zone: "us-east1-b", URL: group("us-east1-b", "api")}
	compute.AddNEG(project, "us-east1-b", "api", 2)
	compute.AddBackendService(project, "write", map[string]any{"backends": []any{backend(neg.URL, 1, "")}})
	if err := client.DeleteNEG(t.Context(), project, neg); !loadbalancer.IsInUse(err) || !strings.Contains(err.Error(), "backendServices/write") {
		t.Errorf("the error for a group in use is %v", err)
	}
	compute.RemoveBackendService(project, "write")
	if err := client.DeleteNEG(t.Context(), project, neg); err != nil {
		t.Error(err)
	}
	if left := compute.NEGs(project); len(left) != 0 {
		t.Errorf("the operation was not followed to its end: %v", left)
	}
	if err := client.DeleteNEG(t.Context(), project, neg); !loadbalancer.IsNotFound(err) {
		t.Errorf("the error for an absent group is %v", err)
	}
}

func TestIsPassing(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		err  loadbalancer.Error
		want bool
	}{
		{loadbalancer.Error{Status: 409}, true},
		{loadbalancer.Error{Status: 412}, true},
		{loadbalancer.Error{Status: 429}, true},
		{loadbalancer.Error{Status: 503}, true},
		{loadbalancer.Error{Status: 400, Reason: "resourceNotReady"}, true},
		{loadbalancer.Error{Status: 403, Reason: "rateLimitExceeded"}, true},
		{loadbalancer.Error{Status: 400, Reason: "invalid"}, false},
		{loadbalancer.Error{Status: 400, Reason: "resourceInUseByAnotherResource"}, false},
		{loadbalancer.Error{Status: 403, Reason: "forbidden"}, false},
		{loadbalancer.Error{Status: 404}, false},
	} {
		if got := loadbalancer.IsPassing(&test.err); got != test.want {
			t.Errorf("%v passes: %v", &test.err, got)
		}
	}
}
