package googlereplica

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// resource is one resource on the way through plans and applies.
type resource struct {
	t      *testing.T
	server *Server
	name   string
	root   *facts.Node
	state  tftypes.Value
}

func newResource(t *testing.T, server *Server, name string) *resource {
	t.Helper()
	root := server.provider.Resources[name]
	if root == nil {
		t.Fatalf("no type %s", name)
	}
	return &resource{t: t, server: server, name: name, root: root, state: null(root.ObjectType)}
}

// config is what the core sends for a configuration: lists of blocks are never null.
func (r *resource) config(given object) tftypes.Value {
	r.t.Helper()
	value, err := send(r.t, given).Unmarshal(r.root.ObjectType)
	if err != nil {
		r.t.Fatal(err)
	}
	return settle(r.root, value)
}

func settle(node *facts.Node, value tftypes.Value) tftypes.Value {
	held := fields(value)
	if held == nil {
		return value
	}
	for _, child := range node.Children {
		switch child.Block {
		case "list", "set":
			all := []tftypes.Value{}
			for _, one := range elements(held[child.Name]) {
				all = append(all, settle(child, one))
			}
			if held[child.Name].IsKnown() {
				held[child.Name] = tftypes.NewValue(child.ValueType, all)
			}
		}
	}
	return tftypes.NewValue(node.ObjectType, held)
}

func (r *resource) plan(config tftypes.Value) (planned tftypes.Value, replace []string, problems []*tfprotov5.Diagnostic) {
	r.t.Helper()
	answer, err := r.server.PlanResourceChange(r.t.Context(), &tfprotov5.PlanResourceChangeRequest{
		TypeName: r.name, PriorState: r.encode(r.state), ProposedNewState: r.encode(config), Config: r.encode(config),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if planned, err = answer.PlannedState.Unmarshal(r.root.ObjectType); err != nil {
		r.t.Fatal(err)
	}
	for _, at := range answer.RequiresReplace {
		replace = append(replace, at.String())
	}
	return planned, replace, answer.Diagnostics
}

func (r *resource) apply(planned, config tftypes.Value) {
	r.t.Helper()
	answer, err := r.server.ApplyResourceChange(r.t.Context(), &tfprotov5.ApplyResourceChangeRequest{
		TypeName: r.name, PriorState: r.encode(r.state), PlannedState: r.encode(planned), Config: r.encode(config),
	})
	if err != nil || len(answer.Diagnostics) > 0 {
		r.t.Fatalf("%v %s", err, describe(answer.Diagnostics))
	}
	if r.state, err = answer.NewState.Unmarshal(r.root.ObjectType); err != nil {
		r.t.Fatal(err)
	}
}

// create plans and applies, and gives the top of the state.
func (r *resource) create(given object) map[string]tftypes.Value {
	r.t.Helper()
	config := r.config(given)
	planned, _, problems := r.plan(config)
	if len(problems) > 0 {
		r.t.Fatal(describe(problems))
	}
	r.apply(planned, config)
	return fields(r.state)
}

func (r *resource) encode(v tftypes.Value) *tfprotov5.DynamicValue {
	r.t.Helper()
	encoded, err := encode(v)
	if err != nil {
		r.t.Fatal(err)
	}
	return encoded
}

// Every type goes through its life: a plan with unknown values, an apply that
// leaves none, an empty plan, a change that replaces, an import, the end.
func TestLifeOfEveryType(t *testing.T) {
	server := newServer(t, complete())
	eachResource(t, func(t *testing.T, name string, root *facts.Node) {
		live(t, server, name, example.Of(root))
		live(t, server, name, example.Full(root))
	})
}

// live goes through the life of one resource.
func live(t *testing.T, server *Server, name string, given object) {
	t.Helper()
	r := newResource(t, server, name)
	root := r.root
	config := r.config(given)
	planned, replace, problems := r.plan(config)
	if len(problems) > 0 || len(replace) > 0 {
		t.Fatalf("creating: replace %v, %s", replace, describe(problems))
	}
	top := fields(planned)
	if id := top["id"]; id.IsKnown() {
		t.Errorf("the id is planned as %s", id)
	}
	for _, child := range root.Children {
		value, had := top[child.Name], fields(config)[child.Name]
		switch {
		case !had.IsNull() && !child.IsBlock() && !child.WriteOnly && !value.Equal(had):
			t.Errorf("%s: planned %s, configured %s", child.Name, value, had)
		case had.IsNull() && child.Standard != nil && !value.Equal(*child.Standard):
			t.Errorf("%s: planned %s, its default is %s", child.Name, value, *child.Standard)
		}
	}

	r.apply(planned, config)
	if !r.state.IsFullyKnown() {
		t.Errorf("something is unknown after the apply: %s", r.state)
	}
	if id := text(fields(r.state)["id"]); id == "" || strings.ContainsAny(id, "{}") {
		t.Errorf("the id is %q", id)
	}
	again, replace, _ := r.plan(config)
	if difference := cmp.Diff(r.state, again); difference != "" || len(replace) > 0 {
		t.Errorf("the second plan is not empty; it replaces %v:\n%s", replace, difference)
	}

	for _, child := range root.Children {
		if !child.ForceNew || child.IsBlock() || !child.Required || !child.ValueType.Is(tftypes.String) || len(child.Values) > 0 {
			continue
		}
		changed := clone(t, given)
		changed[child.Name] = "changed"
		if _, replace, _ := r.plan(r.config(changed)); !slices.Contains(replace, `AttributeName("`+child.Name+`")`) {
			t.Errorf("a change of %s replaces only %v", child.Name, replace)
		}
	}

	id := text(fields(r.state)["id"])
	imported, err := server.ImportResourceState(t.Context(), &tfprotov5.ImportResourceStateRequest{TypeName: name, ID: id})
	if err != nil || len(imported.Diagnostics) > 0 {
		t.Fatalf("import: %v", err)
	}
	if _, err := imported.ImportedResources[0].State.Unmarshal(root.ObjectType); err != nil {
		t.Error(err)
	}
	gone := r.encode(null(root.ObjectType))
	answer, err := server.PlanResourceChange(t.Context(), &tfprotov5.PlanResourceChangeRequest{
		TypeName: name, PriorState: r.encode(r.state), ProposedNewState: gone, Config: gone,
	})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Errorf("destroy: %v", err)
	}
}

func TestDataSources(t *testing.T) {
	server := newServer(t, complete())
	for name, root := range server.provider.DataSources {
		given := example.Of(root)
		validated, err := server.ValidateDataSourceConfig(t.Context(), &tfprotov5.ValidateDataSourceConfigRequest{TypeName: name, Config: send(t, given)})
		if err != nil || len(validated.Diagnostics) > 0 {
			t.Errorf("%s: %v %s", name, err, describe(validated.Diagnostics))
		}
		given["projcet"] = "x"
		validated, err = server.ValidateDataSourceConfig(t.Context(), &tfprotov5.ValidateDataSourceConfigRequest{TypeName: name, Config: send(t, given)})
		if err != nil || len(validated.Diagnostics) == 0 {
			t.Errorf("%s: a misspelt argument is accepted", name)
		}
		delete(given, "projcet")
		read, err := server.ReadDataSource(t.Context(), &tfprotov5.ReadDataSourceRequest{TypeName: name, Config: send(t, given)})
		if err != nil || len(read.Diagnostics) > 0 {
			t.Fatalf("%s: %v %s", name, err, describe(read.Diagnostics))
		}
		state, err := read.State.Unmarshal(root.ObjectType)
		if err != nil || !state.IsFullyKnown() || text(fields(state)["id"]) == "" {
			t.Errorf("%s: %v %s", name, err, state)
		}
		wanted := "ledger" // the provider's, where the example names none
		if given["project"] != nil {
			wanted, _ = given["project"].(string)
		}
		if project := fields(state)["project"]; root.Child("project") != nil && text(project) != wanted {
			t.Errorf("%s: the project is %s", name, project)
		}
	}
}

func TestValuesThatOthersReferTo(t *testing.T) {
	server := newServer(t, complete())
	const net = "projects/ledger/global/networks/"
	for _, c := range []struct {
		name      string
		given     object
		attribute string
		want      string
	}{
		{"google_compute_network", object{"name": "main"}, "id", net + "main"},
		{"google_compute_network", object{"name": "main", "project": "other"}, "id", "projects/other/global/networks/main"},
		{"google_compute_network", object{"name": "main"}, "self_link", "https://www.googleapis.com/compute/v1/" + net + "main"},
		{"google_compute_router", object{"name": "r", "network": "n"}, "region", "us-east1"},
		{"google_service_account", object{"account_id": "api"}, "email", "api@ledger.iam.gserviceaccount.com"},
		{"google_service_account", object{"account_id": "api"}, "name", "projects/ledger/serviceAccounts/api@ledger.iam.gserviceaccount.com"},
		{"google_spanner_database", object{"name": "d", "instance": "i"}, "id", "i/d"},
		{"google_kms_crypto_key", object{"name": "k", "key_ring": "projects/p/locations/us/keyRings/r"}, "id", "projects/p/locations/us/keyRings/r/cryptoKeys/k"},
		{"google_storage_bucket", object{"name": "b", "location": "US"}, "url", "gs://b"},
		{"google_sql_database_instance", object{"name": "i", "database_version": "POSTGRES_17", "region": "europe-west1"}, "connection_name", "ledger:europe-west1:i"},
		{"google_pubsub_topic", object{"name": "t"}, "id", "projects/ledger/topics/t"},
		{"google_container_cluster", object{"name": "c", "location": "us-east1"}, "id", "projects/ledger/locations/us-east1/clusters/c"},
	} {
		if have := text(newResource(t, server, c.name).create(c.given)[c.attribute]); have != c.want {
			t.Errorf("%s.%s of %v is %q, want %q", c.name, c.attribute, c.given, have, c.want)
		}
	}
	cluster := newResource(t, server, "google_container_cluster").create(object{"name": "c", "location": "us-east1"})
	auth := elements(cluster["master_auth"])
	if len(auth) != 1 || text(fields(auth[0])["cluster_ca_certificate"]) == "" {
		t.Errorf("a cluster has no certificate: %v", cluster["master_auth"])
	}
	zone := newResource(t, server, "google_dns_managed_zone").create(object{"name": "z", "dns_name": "example.com."})
	if servers := elements(zone["name_servers"]); len(servers) != 4 {
		t.Errorf("a zone has the name servers %v", servers)
	}
}

func TestLabelsAreMerged(t *testing.T) {
	provider := complete()
	provider["default_labels"] = object{"team": "ledger", "tier": "one"}
	server := newServer(t, provider)
	r := newResource(t, server, "google_pubsub_topic")
	top := r.create(object{"name": "t", "labels": object{"tier": "two"}})
	want := map[string]string{"goog-terraform-provisioned": "true", "team": "ledger", "tier": "two"}
	for _, name := range []string{"terraform_labels", "effective_labels"} {
		if difference := cmp.Diff(want, texts(top[name])); difference != "" {
			t.Errorf("%s:\n%s", name, difference)
		}
	}
	if difference := cmp.Diff(map[string]string{"tier": "two"}, texts(top["labels"])); difference != "" {
		t.Errorf("labels:\n%s", difference)
	}
	planned, _, _ := r.plan(r.config(object{"name": "t"}))
	want["tier"] = "one"
	if difference := cmp.Diff(want, texts(fields(planned)["effective_labels"])); difference != "" {
		t.Errorf("effective_labels of a resource that lost its own:\n%s", difference)
	}
	again := newResource(t, server, "google_pubsub_topic")
	again.create(object{"name": "t", "labels": object{"gone": "soon"}})
	planned, _, _ = again.plan(again.config(object{"name": "t"}))
	if difference := cmp.Diff(want, texts(fields(planned)["effective_labels"])); difference != "" {
		t.Errorf("effective_labels without a label that is gone:\n%s", difference)
	}
	config := fields(r.config(object{"name": "t"}))
	config["labels"] = unknown(labelsType())
	planned, _, _ = r.plan(tftypes.NewValue(r.root.ObjectType, config))
	if fields(planned)["effective_labels"].IsKnown() {
		t.Error("effective_labels are known although labels are not")
	}
}

func TestAttributionCanBeOff(t *testing.T) {
	provider := complete()
	provider["add_terraform_attribution_label"] = false
	top := newResource(t, newServer(t, provider), "google_pubsub_topic").create(object{"name": "t"})
	if labels := texts(top["effective_labels"]); len(labels) > 0 {
		t.Errorf("effective_labels are %v", labels)
	}
}

func texts(v tftypes.Value) map[string]string {
	all := map[string]string{}
	for name, one := range fields(v) {
		all[name] = text(one)
	}
	return all
}

func TestProjectHasToComeFromSomewhere(t *testing.T) {
	server := newServer(t, object{})
	r := newResource(t, server, "google_compute_network")
	_, _, problems := r.plan(r.config(object{"name": "main"}))
	if len(problems) != 1 || problems[0].Attribute.String() != `AttributeName("project")` {
		t.Errorf("without a project: %s", describe(problems))
	}
	if _, _, problems := r.plan(r.config(object{"name": "main", "project": "ledger"})); len(problems) > 0 {
		t.Errorf("with a project: %s", describe(problems))
	}
}

// A write-only argument is in no plan and no state.
func TestWriteOnly(t *testing.T) {
	r := newResource(t, newServer(t, complete()), "google_secret_manager_secret_version")
	top := r.create(object{"secret": "projects/ledger/secrets/s", "secret_data_wo": "hush", "secret_data_wo_version": 1})
	if !top["secret_data_wo"].IsNull() || strings.Contains(r.state.String(), "hush") {
		t.Errorf("the state has a write-only argument: %s", r.state)
	}
}

func TestDeprecatedIsAWarning(t *testing.T) {
	server := newServer(t, complete())
	answer, err := server.ValidateResourceTypeConfig(t.Context(), &tfprotov5.ValidateResourceTypeConfigRequest{
		TypeName: "google_bigquery_connection",
		Config:   send(t, object{"cloud_spanner": []any{object{"database": "d", "use_serverless_analytics": true}}}),
	})
	if err != nil || len(answer.Diagnostics) != 1 || answer.Diagnostics[0].Severity != tfprotov5.DiagnosticSeverityWarning {
		t.Errorf("%v %s", err, describe(answer.Diagnostics))
	}
}
