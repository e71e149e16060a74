package api_test

import (
	"bytes"
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
)

// unused is a cloud that a state can be loaded into.
func unused(t *testing.T, o api.Options) cloud {
	t.Helper()
	o.Now = func() time.Time { return time.Date(2026, 11, 27, 12, 0, 0, 0, time.UTC) }
	s, err := api.New(o)
	if err != nil {
		t.Fatal(err)
	}
	http := httptest.NewServer(s)
	t.Cleanup(http.Close)
	return cloud{t: t, server: s, url: http.URL}
}

func (c cloud) saved() []byte {
	c.t.Helper()
	raw, err := c.server.Save(c.t.Context())
	if err != nil {
		c.t.Fatal(err)
	}
	return raw
}

// next is the cloud of the next run.
func (c cloud) next(t *testing.T, o api.Options) cloud {
	t.Helper()
	after, raw := unused(t, o), c.saved()
	if err := after.server.Load(t.Context(), raw); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(raw), string(after.saved())); diff != "" {
		t.Errorf("what is loaded is saved otherwise:\n%s", diff)
	}
	return after
}

const (
	stateCompute  = "compute.googleapis.com/compute/v1/projects/" + testProject
	stateServices = stateCompute + "/global/backendServices"
	stateNEG      = stateCompute + "/zones/us-east1-x/networkEndpointGroups/api"
)

// fillState makes something of everything that a hook keeps in a form of its own.
func fillState(c cloud) {
	c.do("POST", stateCompute+"/global/networks", object{"name": "n", "autoCreateSubnetworks": false})
	c.do("POST", stateCompute+"/regions/us-east1/subnetworks", object{"name": "s", "network": "global/networks/n", "ipCidrRange": "10.0.0.0/20"})
	c.do("POST", stateCompute+"/global/addresses", object{"name": "a"})
	c.server.AddBackendService(testProject, "write", nil)
	c.server.AddNEG(testProject, "us-east1-x", "api", 3)
	c.server.SetHealthy(testProject, "us-east1-x", "api", 2)
	c.do("PATCH", stateServices+"/write", object{"fingerprint": c.do("GET", stateServices+"/write", nil)["fingerprint"],
		"backends": []object{{"group": stateNEG[strings.Index(stateNEG, "projects/"):], "balancingMode": "RATE", "maxRatePerEndpoint": 50}}})
	c.do("POST", secrets+"?secretId=s", object{"replication": object{"automatic": object{}}})
	c.do("POST", secrets+"/s:addVersion", payload("one"))
	c.makeKey()
	c.do("POST", zones, object{"name": "z", "dnsName": "example.com.", "description": "d"})
	c.do("POST", zones+"/z/changes", added(record("api.example.com.", "A", "203.0.113.7")))
	c.do("POST", buckets+"?project="+testProject, object{"name": "files", "location": "us", "versioning": object{"enabled": true}})
	c.upload("files")
	c.upload("files")
	c.do("POST", policies+":setIamPolicy", object{"policy": object{"bindings": []object{{"role": "roles/viewer", "members": []string{"user:a@example.com"}}}}})
	c.server.Deny(testProject, "compute.routers.list")
	c.server.AddProject("second-project")
}

func TestStateRoundTrip(t *testing.T) {
	t.Parallel()
	o := api.Options{FreshHealthAnswers: 2}
	before := newCloud(t, o)
	fillState(before)
	after := before.next(t, o)
	for _, address := range []string{
		stateCompute + "/global/networks/n", stateCompute + "/regions/us-east1/subnetworks/s", stateCompute + "/global/addresses/a",
		stateServices + "/write", stateNEG, secrets + "/s", secrets + "/s/versions/latest:access", keyRings + "/ring/cryptoKeys/data",
		zones + "/z/rrsets", zones + "/z/changes/1", buckets + "/files", buckets + "/files/o?versions=true", policies,
		"cloudresourcemanager.googleapis.com/v1/projects/second-project", "cloudbilling.googleapis.com/v1/billingAccounts",
		"cloudbilling.googleapis.com/v1/projects/" + testProject + "/billingInfo",
	} {
		if diff := cmp.Diff(before.do("GET", address, nil), after.do("GET", address, nil)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", address, diff)
		}
	}
	for _, address := range []string{policies + ":getIamPolicy", stateNEG + "/listNetworkEndpoints",
		stateServices + "/write/getHealth", stateServices + "/write/getHealth", stateServices + "/write/getHealth"} {
		var body object
		switch {
		case strings.HasSuffix(address, "getHealth"):
			body = object{"group": stateNEG[strings.Index(stateNEG, "projects/"):]}
		case strings.HasSuffix(address, "Endpoints"):
			body = object{"healthStatus": "SHOW"}
		}
		if diff := cmp.Diff(before.do("POST", address, body), after.do("POST", address, body)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", address, diff)
		}
	}
	if _, content := after.send("GET", buckets+"/files/o/pages%2Findex.html?alt=media", "", ""); content != "<p>hello</p>" {
		t.Errorf("the object holds %q", content)
	}
}

// What Google refuses it refuses after a run as before, and what is made then
// gets ids and addresses that nothing has.
func TestStateGoesOn(t *testing.T) {
	t.Parallel()
	before := newCloud(t, api.Options{})
	fillState(before)
	c := before.next(t, api.Options{})
	c.refused(400, "already being used by", "DELETE", stateCompute+"/global/networks/n", nil)
	c.refused(409, "already exists", "POST", stateCompute+"/global/networks", object{"name": "n"})
	c.refused(412, "", "PATCH", stateServices+"/write", object{"fingerprint": "AAAA"})
	c.refused(403, "compute.routers.list", "GET", stateCompute+"/regions/us-east1/routers", nil)
	was := c.do("GET", stateServices+"/write", nil)["fingerprint"]
	c.do("PATCH", stateServices+"/write", object{"fingerprint": was, "description": "d"})
	if is := c.do("GET", stateServices+"/write", nil)["fingerprint"]; is == was {
		t.Error("a change kept the fingerprint")
	}
	if v, _ := c.do("POST", secrets+"/s:addVersion", payload("two"))["name"].(string); !strings.HasSuffix(v, "/versions/2") {
		t.Errorf("the second version is %s", v)
	}
	if id := c.do("POST", zones+"/z/changes", added(record("b.example.com.", "A", "203.0.113.8")))["id"]; id != "2" {
		t.Errorf("the second change is %v", id)
	}
	c.do("POST", stateCompute+"/global/networks", object{"name": "m", "autoCreateSubnetworks": false})
	c.do("POST", stateCompute+"/global/addresses", object{"name": "b"})
	c.server.AddNEG(testProject, "us-east1-x", "more", 3)
	c.server.AddProject("third-project")
	seen := map[any]string{}
	for what, value := range map[string]any{
		"network n": c.do("GET", stateCompute+"/global/networks/n", nil)["id"], "network m": c.do("GET", stateCompute+"/global/networks/m", nil)["id"],
		"subnetwork": c.do("GET", stateCompute+"/regions/us-east1/subnetworks/s", nil)["id"],
		"address a":  c.do("GET", stateCompute+"/global/addresses/a", nil)["address"], "address b": c.do("GET", stateCompute+"/global/addresses/b", nil)["address"],
		"second project": c.do("GET", "cloudresourcemanager.googleapis.com/v1/projects/second-project", nil)["projectNumber"],
		"third project":  c.do("GET", "cloudresourcemanager.googleapis.com/v1/projects/third-project", nil)["projectNumber"],
	} {
		if other := seen[value]; other != "" {
			t.Errorf("%s and %s have the same %v", what, other, value)
		}
		seen[value] = what
	}
	for _, neg := range c.server.NEGs(testProject) {
		for _, e := range neg.Endpoints {
			if other := seen[e.Address]; other != "" {
				t.Errorf("NEG %s has the address %s of %s", neg.Name, e.Address, other)
			}
			seen[e.Address] = neg.Name
		}
	}
	c.do("DELETE", stateCompute+"/regions/us-east1/subnetworks/s", nil)
	c.do("DELETE", stateCompute+"/global/networks/n", nil)
}

func TestStateFinishesOperations(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{OperationPolls: 5})
	op := c.do("POST", stateCompute+"/global/networks", object{"name": "n", "autoCreateSubnetworks": false})
	c.next(t, api.Options{}).do("GET", stateCompute+"/global/networks/n", nil)
	name, _ := op["name"].(string)
	if op := c.do("GET", stateCompute+"/global/operations/"+name, nil); op["status"] != "DONE" {
		t.Errorf("the operation: %v", op)
	}
}

func TestStateOfSpanner(t *testing.T) {
	t.Parallel()
	c := newSpanner(t, api.Options{})
	c.given(nam3, aDatabase)
	c.do("PATCH", spannerDatabase+"/ledger/ddl", object{"statements": []any{"CREATE TABLE A (Id INT64) PRIMARY KEY (Id)", "CREATE ROLE reader",
		"ALTER DATABASE ledger SET OPTIONS (version_retention_period = '3d')"}})
	c.do("POST", spannerLedger+"/backups?backupId=first", object{"database": "projects/" + testProject + "/instances/ledger/databases/ledger", "expireTime": "2026-12-01T00:00:00Z"})
	after := c.next(t, api.Options{Spanner: newMemorySpanner()})
	for _, address := range []string{spannerLedger, spannerDatabase, spannerDatabase + "/ledger/ddl", spannerDatabase + "/ledger/databaseRoles", spannerLedger + "/backups"} {
		if diff := cmp.Diff(c.do("GET", address, nil), after.do("GET", address, nil)); diff != "" {
			t.Errorf("%s (-before +after):\n%s", address, diff)
		}
	}
	after.do("POST", spannerDatabase+":restore", object{"databaseId": "again", "backup": "projects/" + testProject + "/instances/ledger/backups/first"})
	if ddl, _ := after.do("GET", spannerDatabase+"/again/ddl", nil)["statements"].([]any); len(ddl) != 3 {
		t.Errorf("the restored database has %q", ddl)
	}
	if err := unused(t, api.Options{}).server.Load(t.Context(), c.saved()); err == nil || !strings.Contains(err.Error(), "no Spanner") {
		t.Errorf("a cloud without Spanner: %v", err)
	}
}

// strangeSpanner has snapshots that it does not know itself.
// A limit that a user sets is a property of the project, not of the run.
func TestStateKeepsQuotas(t *testing.T) {
	t.Parallel()
	before := newCloud(t, api.Options{})
	before.server.SetQuota(testProject, "compute addresses", 1)
	before.do("POST", global+"addresses", object{"name": "a"})
	c := before.next(t, api.Options{})
	c.refused(403, "Quota 'ADDRESSES' exceeded. Limit: 1.", "POST", global+"addresses", object{"name": "b"})
}

type strangeSpanner struct{ *memorySpanner }

func (strangeSpanner) Snapshot(context.Context, string) (any, error) {
	return new(strings.Builder), nil
}

func TestStateLosesNothing(t *testing.T) {
	t.Parallel()
	c := unused(t, api.Options{Spanner: strangeSpanner{newMemorySpanner()}})
	c.server.AddProject(testProject)
	c.given(nam3, aDatabase)
	c.do("POST", spannerLedger+"/backups?backupId=first", object{"database": "projects/" + testProject + "/instances/ledger/databases/ledger", "expireTime": "2026-12-01T00:00:00Z"})
	_, err := c.server.Save(t.Context())
	want := "spanner resource projects/" + testProject + `/instances/ledger/backups/first cannot be saved: its "snapshot" has the type *strings.Builder, for which no saved form is known`
	if err == nil || err.Error() != want {
		t.Errorf("Save = %v, want %s", err, want)
	}
}

func TestStateThatIsRefused(t *testing.T) {
	t.Parallel()
	c := newCloud(t, api.Options{})
	fillState(c)
	good := c.saved()
	change := func(old, by string) []byte {
		t.Helper()
		if !bytes.Contains(good, []byte(old)) {
			t.Fatalf("no %s in the state", old)
		}
		return bytes.Replace(good, []byte(old), []byte(by), 1)
	}
	for _, test := range []struct {
		name string
		raw  []byte
		says string
	}{
		{"empty", nil, "it is damaged"},
		{"cut", good[:len(good)/2], "it is damaged"},
		{"something after it", append(bytes.Clone(good), "{}"...), "it is damaged"},
		{"other program's", []byte(`{"version": 4, "terraform_version": "1.9.0"}`), "was not written by localcloud"},
		{"newer", change(`"version": 1`, `"version": 2`), "it has version 2 of the format, and this localcloud reads version 1 only"},
		{"unknown member", change(`"ids"`, `"idz"`), `unknown field "idz"`},
		{"unknown kind", change(`networks/{}"`, `netwerks/{}"`), "which does not exist"},
		{"unknown type", change(`"as": "endpoints"`, `"as": "points"`), `"endpoints" of compute resource projects/` + testProject + "/zones/us-east1-x/networkEndpointGroups/api has the unknown type"},
		{"value of another type", change(`"as": "int"`, `"as": "counts"`), "is no counts"},
		{"resource twice", change("global/networks/n\",\n   \"kindOf\"", "global/addresses/a\",\n   \"kindOf\""), "there twice"},
		{"project twice", change(`"id": "second-project"`, `"id": "`+testProject+`"`), "there twice"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if err := unused(t, api.Options{}).server.Load(t.Context(), test.raw); err == nil || !strings.Contains(err.Error(), test.says) {
				t.Errorf("Load = %v, want an error with %q", err, test.says)
			}
		})
	}
	if err := newCloud(t, api.Options{}).server.Load(t.Context(), good); err == nil || !strings.Contains(err.Error(), "nobody has used yet") {
		t.Errorf("a cloud in use: %v", err)
	}
}
