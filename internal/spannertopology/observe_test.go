package spannertopology_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud/api"
	"github.com/proveniq/terraform-provider-proveniq/internal/spannerinstances"
)

const project = "acme"

// connector leads to an API at this address.
type connector struct {
	endpoint string
	err      error
}

func (c connector) DefaultProject() (string, error) {
	if c.err != nil {
		return "", c.err
	}
	return project, nil
}

func (c connector) SpannerInstances(context.Context) (*spannerinstances.Client, error) {
	return spannerinstances.New(spannerinstances.Options{Endpoint: c.endpoint}), c.err
}

// localCloud is the strict fake with a custom configuration and instances.
type localCloud struct {
	t      *testing.T
	server *api.Server
	url    string
}

func newLocalCloud(t *testing.T) *localCloud {
	t.Helper()
	server, err := api.New(api.Options{CheckAnswers: true})
	must(t, err)
	server.AddProject(project)
	served := httptest.NewServer(server)
	t.Cleanup(served.Close)
	c := &localCloud{t: t, server: server, url: served.URL + "/spanner.googleapis.com/v1/"}
	var base struct{ Replicas []any }
	c.do("GET", "instanceConfigs/nam3", nil, &base)
	own := append([]any{map[string]any{"location": "europe-west1", "type": "READ_ONLY"}, map[string]any{"location": "asia-southeast1", "type": "READ_ONLY"}}, base.Replicas...)
	c.do("POST", "instanceConfigs", map[string]any{"instanceConfigId": "custom-ledger", "instanceConfig": map[string]any{
		"displayName": "Ledger", "baseConfig": "projects/acme/instanceConfigs/nam3", "replicas": own}}, nil)
	c.instance("ledger", "custom-ledger", "ENTERPRISE_PLUS")
	c.instance("small", "regional-us-east1", "ENTERPRISE")
	return c
}

func (c *localCloud) instance(name, config, edition string) {
	c.do("POST", "instances", map[string]any{"instanceId": name, "instance": map[string]any{
		"config": "projects/acme/instanceConfigs/" + config, "displayName": "Ledger", "nodeCount": 1, "edition": edition}}, nil)
}

func (c *localCloud) do(verb, path string, body, out any) {
	c.t.Helper()
	var sent []byte
	if body != nil {
		var err error
		sent, err = json.Marshal(body)
		must(c.t, err)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), verb, c.url+"projects/acme/"+path, bytes.NewReader(sent))
	must(c.t, err)
	resp, err := http.DefaultClient.Do(req)
	must(c.t, err)
	defer resp.Body.Close()
	var answer json.RawMessage
	must(c.t, json.NewDecoder(resp.Body).Decode(&answer))
	if resp.StatusCode != http.StatusOK {
		c.t.Fatalf("%s %s: %s", verb, path, answer)
	}
	if out != nil {
		must(c.t, json.Unmarshal(answer, out))
	}
}

// An instance with a custom configuration is told as the choice that it was
// made of.
func TestInstance(t *testing.T) {
	t.Parallel()
	cloud := newLocalCloud(t)
	c := newCore(t, connector{endpoint: cloud.url})
	described, diags := c.read(with(threeContinents(), arguments{"leader": nil}))
	diags.wantNone(t)
	for _, asked := range []arguments{
		{"instance": "ledger"}, {"instance": "acme/ledger"}, {"instance": "projects/acme/instances/ledger"}, {"instance": "ledger", "project": "acme"},
		{"instance_config": "custom-ledger"}, {"instance_config": "projects/acme/instanceConfigs/custom-ledger"},
	} {
		asked["regions"] = described["regions"]
		told, diags := c.read(asked)
		diags.wantNone(t)
		for name := range described {
			switch name {
			case "base_config", "replicas", "replicas_all", "instance", "instance_config", "project":
				continue
			}
			if diff := cmp.Diff(described[name], told[name]); diff != "" {
				t.Errorf("%v: %s (-described +told):\n%s", asked, name, diff)
			}
		}
		if got := len(told["replicas_all"].([]any)); got != 5 {
			t.Errorf("%v: replicas in %d places, want 5: %v", asked, got, told["replicas_all"])
		}
	}
	small, diags := c.read(arguments{"instance": "small"})
	diags.wantNone(t)
	if small["edition"] != "ENTERPRISE" || small["name"] != "regional-us-east1" {
		t.Errorf("the small instance is %v of %v", small["name"], small["edition"])
	}
	_, diags = c.read(arguments{"instance": "small", "leader": "europe-west1"})
	diags.want(t, tfprotov6.DiagnosticSeverityError, `AttributeName("leader")`, "cannot lead")
}

// What the local cloud was taught of Google's configurations, by others and
// from the same document, is what the catalogue says.
func TestEveryConfigurationOfTheLocalCloud(t *testing.T) {
	t.Parallel()
	cloud := newLocalCloud(t)
	c := newCore(t, connector{endpoint: cloud.url})
	var listed struct {
		InstanceConfigs []struct{ Name string }
	}
	cloud.do("GET", "instanceConfigs?pageSize=200", nil, &listed)
	if len(listed.InstanceConfigs) < 60 {
		t.Errorf("only %d configurations", len(listed.InstanceConfigs))
	}
	for _, config := range listed.InstanceConfigs {
		_, diags := c.read(arguments{"instance_config": config.Name})
		diags.wantNone(t)
	}
}

func TestInstanceFails(t *testing.T) {
	t.Parallel()
	cloud := newLocalCloud(t)
	c := newCore(t, connector{endpoint: cloud.url})
	const atInstance, atConfig = `AttributeName("instance")`, `AttributeName("instance_config")`
	for name, test := range map[string]struct {
		core      *core
		arguments arguments
		at        string
		says      []string
	}{
		"no instance":    {c, arguments{"instance": "absent"}, atInstance, []string{"404", "projects/acme/instances/absent", "same apply"}},
		"no config":      {c, arguments{"instance_config": "custom-absent"}, atConfig, []string{"404", "base_config"}},
		"no name":        {c, arguments{"instance": "projects/acme/instanceConfigs/nam3"}, atInstance, []string{"neither a name nor a path", "projects/PROJECT/instances/NAME"}},
		"no project":     {newCore(t, connector{err: errors.New("no project is named here")}), arguments{"instance": "ledger"}, atInstance, []string{"no project is named here"}},
		"no credentials": {newCore(t, connector{err: errors.New("there are no credentials")}), arguments{"instance": "acme/ledger"}, atInstance, []string{"no credentials"}},
		"no provider":    {newCore(t, nil), arguments{"instance_config": "nam3"}, atConfig, []string{"not configured"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test.core.validate(test.arguments).wantNone(t)
			_, diags := test.core.read(test.arguments)
			diags.want(t, tfprotov6.DiagnosticSeverityError, test.at, test.says...)
		})
	}
	denied := newLocalCloud(t)
	denied.server.Deny(project, "spanner.projects.instances.get")
	_, diags := newCore(t, connector{endpoint: denied.url}).read(arguments{"instance": "ledger"})
	diags.want(t, tfprotov6.DiagnosticSeverityError, atInstance, "403", "needs spanner.instances.get")
	denied.server.Deny(project, "spanner.projects.instanceConfigs.get")
	_, diags = newCore(t, connector{endpoint: denied.url}).read(arguments{"instance_config": "nam3"})
	diags.want(t, tfprotov6.DiagnosticSeverityError, atConfig, "403", "needs spanner.instanceConfigs.get")
}

// googled is an API that tells these configurations by their names.
func googled(t *testing.T, configs map[string]string) *core {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.TrimPrefix(r.URL.Path, "/projects/acme/instanceConfigs/")
		if configs[name] == "" {
			http.NotFound(w, r)
			return
		}
		_, err := w.Write([]byte(`{"name": "projects/acme/instanceConfigs/` + name + `", ` + configs[name] + `}`))
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return newCore(t, connector{endpoint: server.URL + "/"})
}

// voters are nam3's.
const voters = `{"location": "us-central1", "type": "WITNESS"}, {"location": "us-east1", "type": "READ_WRITE"}, {"location": "us-east1", "type": "READ_WRITE"},
	{"location": "us-east4", "type": "READ_WRITE"}, {"location": "us-east4", "type": "READ_WRITE", "defaultLeaderLocation": true}`

// Where Google says otherwise than the catalogue, its word counts, and the
// reader is warned.
func TestTheCatalogueIsOld(t *testing.T) {
	t.Parallel()
	c := googled(t, map[string]string{
		"nam3": `"quorumType": "MULTI_REGION", "replicas": [` + voters + `, {"location": "europe-west1", "type": "READ_ONLY"}],
			"optionalReplicas": [{"location": "africa-south1", "type": "READ_ONLY"}]`,
		"nam99":           `"quorumType": "MULTI_REGION", "replicas": [` + voters + `]`,
		"custom-by-wish":  `"baseConfig": "projects/acme/instanceConfigs/nam99", "quorumType": "MULTI_REGION", "replicas": [` + voters + `, {"location": "me-west1", "type": "READ_ONLY"}]`,
		"nam98":           `"quorumType": "MULTI_REGION", "replicas": []`,
		"custom-baseless": `"baseConfig": "projects/acme/instanceConfigs/absent", "replicas": [` + voters + `]`,
	})
	const atConfig = `AttributeName("instance_config")`
	told, diags := c.read(arguments{"instance_config": "nam3", "regions": list("europe-west1")})
	diags.want(t, tfprotov6.DiagnosticSeverityWarning, atConfig, "catalogue of 2026-08-22", "europe-west1 has 1 READ_ONLY replicas and not 0",
		"africa-south1 offers 1 optional replicas and not 0", "asia-southeast1 offers 0 optional replicas and not 1")
	if role := at(t, told, "region_floors", "europe-west1", "role"); role != "READ_ONLY" || told["resource_location"] != "us" {
		t.Errorf("europe-west1 is %v, at home in %v", role, told["resource_location"])
	}
	told, diags = c.read(arguments{"instance_config": "custom-by-wish", "regions": list("me-west1")})
	diags.want(t, tfprotov6.DiagnosticSeverityWarning, atConfig, "has no nam99")
	if role := at(t, told, "region_floors", "me-west1", "role"); role != "READ_ONLY" || told["resource_location"] != nil || told["leader"] != "us-east4" {
		t.Errorf("me-west1 is %v, at home in %v, led by %v", role, told["resource_location"], told["leader"])
	}
	_, diags = c.read(arguments{"instance_config": "nam98"})
	diags.want(t, tfprotov6.DiagnosticSeverityError, atConfig, "not known which can lead")
	_, diags = c.read(arguments{"instance_config": "custom-baseless"})
	diags.want(t, tfprotov6.DiagnosticSeverityError, atConfig, "404", "absent")
}

// Whether a region is known is told once the instance's configuration is read.
func TestRegionsOfAnInstance(t *testing.T) {
	t.Parallel()
	cloud := newLocalCloud(t)
	c := newCore(t, connector{endpoint: cloud.url})
	ask := arguments{"instance": "small", "regions": list("us-east99")}
	c.validate(ask).wantNone(t)
	_, diags := c.read(ask)
	diags.want(t, tfprotov6.DiagnosticSeverityError, `AttributeName("regions").ElementKeyValue(tftypes.String<"us-east99">)`, `no region "us-east99"`)
}
