package googlereplica

import (
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/hashicorp/terraform-plugin-go/tfprotov5"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// Templates are for attributes that there are, and every type has an id.
func TestTemplatesFitTheSchema(t *testing.T) {
	provider, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	values, err := loadValues()
	if err != nil {
		t.Fatal(err)
	}
	special := map[string]bool{"hash": true, "uuid": true, "number": true, "address": true, "project_number": true,
		"project": true, "region": true, "zone": true, "location": true}
	variable := regexp.MustCompile(`\{([a-z0-9_]+)(:last)?\}`)
	compare := func(types map[string]*facts.Node, templates map[string]map[string]any) {
		for name := range types {
			if _, found := templates[name]["id"].(string); !found && types[name].Child("id") != nil && len(types[name].Children) > 0 {
				t.Errorf("%s has no template for its id", name)
			}
		}
		for name, paths := range templates {
			if types[name] == nil {
				t.Errorf("values.json has %s, which is not served", name)
				continue
			}
			byPath := map[string]*facts.Node{}
			for _, node := range example.Nodes(types[name]) {
				byPath[node.Path] = node
			}
			for path, template := range paths {
				if node := byPath[path]; node == nil || node.IsBlock() {
					t.Errorf("values.json has %s.%s, which there is not", name, path)
				}
				text, _ := template.(string)
				for _, match := range variable.FindAllStringSubmatch(text, -1) {
					if !special[match[1]] && types[name].Child(match[1]) == nil {
						t.Errorf("%s.%s: nothing is called %s", name, path, match[1])
					}
				}
				if strings.Count(text, "{") != len(variable.FindAllString(text, -1)) {
					t.Errorf("%s.%s: %s", name, path, text)
				}
			}
		}
	}
	compare(provider.Resources, values.Resources)
	compare(provider.DataSources, values.DataSources)
	for name, paths := range values.Planned {
		for path := range paths {
			if provider.Resources[name].Child(path) == nil {
				t.Errorf("values.json plans %s.%s, which there is not", name, path)
			}
		}
	}
}

func TestReadTemplate(t *testing.T) {
	const form = "projects/{project}/regions/{region}/routers/{name}"
	for id, want := range map[string]map[string]string{
		"projects/p/regions/r/routers/n": {"project": "p", "region": "r", "name": "n"},
		"projects/p/zones/r/routers/n":   nil,
		"n":                              nil,
	} {
		if difference := cmp.Diff(want, readTemplate(form, id)); difference != "" {
			t.Errorf("%s:\n%s", id, difference)
		}
	}
	if have := readTemplate("{name}", "n"); have["name"] != "n" {
		t.Errorf("%v", have)
	}
	if have := readTemplate("", "n"); have != nil {
		t.Errorf("%v", have)
	}
}

func TestImportTakesArgumentsFromTheId(t *testing.T) {
	server := newServer(t, complete())
	answer, err := server.ImportResourceState(t.Context(), &tfprotov5.ImportResourceStateRequest{
		TypeName: "google_compute_router", ID: "projects/p/regions/europe-west1/routers/n",
	})
	if err != nil {
		t.Fatal(err)
	}
	state, err := answer.ImportedResources[0].State.Unmarshal(server.provider.Resources["google_compute_router"].ObjectType)
	if err != nil {
		t.Fatal(err)
	}
	top := fields(state)
	if text(top["name"]) != "n" || text(top["region"]) != "europe-west1" || text(top["project"]) != "p" {
		t.Errorf("imported: %s", state)
	}
}

func TestStatesAreTakenOver(t *testing.T) {
	server := newServer(t, complete())
	root := server.provider.Resources["google_compute_network"]
	answer, err := server.UpgradeResourceState(t.Context(), &tfprotov5.UpgradeResourceStateRequest{
		TypeName: "google_compute_network", RawState: &tfprotov5.RawState{JSON: []byte(`{"name": "n", "gone": 1}`)},
	})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatal(err, answer.Diagnostics)
	}
	state, err := answer.UpgradedState.Unmarshal(root.ObjectType)
	if err != nil || text(fields(state)["name"]) != "n" {
		t.Errorf("%v %s", err, state)
	}
}

// Whoever asks for something that is not served is told so, and what to do.
func TestUnservedIsSaid(t *testing.T) {
	server := newServer(t, complete())
	const unserved = "google_compute_everything"
	ctx := t.Context()
	said := map[string][]*tfprotov5.Diagnostic{}
	if a, err := server.ValidateResourceTypeConfig(ctx, &tfprotov5.ValidateResourceTypeConfigRequest{TypeName: unserved}); err == nil {
		said["validate"] = a.Diagnostics
	}
	if a, err := server.PlanResourceChange(ctx, &tfprotov5.PlanResourceChangeRequest{TypeName: unserved}); err == nil {
		said["plan"] = a.Diagnostics
	}
	if a, err := server.ApplyResourceChange(ctx, &tfprotov5.ApplyResourceChangeRequest{TypeName: unserved}); err == nil {
		said["apply"] = a.Diagnostics
	}
	if a, err := server.ImportResourceState(ctx, &tfprotov5.ImportResourceStateRequest{TypeName: unserved}); err == nil {
		said["import"] = a.Diagnostics
	}
	if a, err := server.UpgradeResourceState(ctx, &tfprotov5.UpgradeResourceStateRequest{TypeName: unserved}); err == nil {
		said["upgrade"] = a.Diagnostics
	}
	if a, err := server.MoveResourceState(ctx, &tfprotov5.MoveResourceStateRequest{TargetTypeName: unserved}); err == nil {
		said["move"] = a.Diagnostics
	}
	if a, err := server.ReadDataSource(ctx, &tfprotov5.ReadDataSourceRequest{TypeName: unserved}); err == nil {
		said["read"] = a.Diagnostics
	}
	if a, err := server.ValidateDataSourceConfig(ctx, &tfprotov5.ValidateDataSourceConfigRequest{TypeName: unserved}); err == nil {
		said["validate data"] = a.Diagnostics
	}
	if a, err := server.OpenEphemeralResource(ctx, &tfprotov5.OpenEphemeralResourceRequest{TypeName: unserved}); err == nil {
		said["open"] = a.Diagnostics
	}
	if len(said) != 9 {
		t.Errorf("only %d answers", len(said))
	}
	for call, problems := range said {
		if len(problems) != 1 || !strings.Contains(problems[0].Detail, unserved) || !strings.Contains(problems[0].Detail, "types.txt") {
			t.Errorf("%s: %v", call, problems)
		}
	}
}
