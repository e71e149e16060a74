package googlereplica

import (
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/example"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// refusals are the errors that the server has for a configuration.
func refusals(t *testing.T, server *Server, name string, config *tfprotov5.DynamicValue) []*tfprotov5.Diagnostic {
	t.Helper()
	answer, err := server.ValidateResourceTypeConfig(t.Context(), &tfprotov5.ValidateResourceTypeConfigRequest{TypeName: name, Config: config})
	if err != nil {
		t.Fatal(err)
	}
	return slices.DeleteFunc(answer.Diagnostics, func(d *tfprotov5.Diagnostic) bool {
		return d.Severity != tfprotov5.DiagnosticSeverityError
	})
}

// wantRefusal wants an error with the summary, which points to the path or to
// one of those that the detail names with it.
func wantRefusal(t *testing.T, server *Server, name string, config object, summary, path string) {
	t.Helper()
	problems := refusals(t, server, name, send(t, config))
	for _, d := range problems {
		if d.Summary == summary && d.Attribute != nil && strings.Contains(d.Detail, path) {
			return
		}
	}
	t.Errorf("%s is not refused as %q for %+v; problems: %s", path, summary, config, describe(problems))
}

func describe(problems []*tfprotov5.Diagnostic) string {
	var all []string
	for _, d := range problems {
		all = append(all, d.Attribute.String()+": "+d.Summary+": "+d.Detail)
	}
	return strings.Join(all, "\n")
}

func TestIntactIsAccepted(t *testing.T) {
	server := newServer(t, complete())
	eachResource(t, func(t *testing.T, name string, root *facts.Node) {
		for _, config := range []object{example.Of(root), example.Full(root)} {
			if problems := refusals(t, server, name, send(t, config)); len(problems) > 0 {
				t.Errorf("%+v\n%s", config, describe(problems))
			}
		}
	})
}

func TestMisuseIsRefused(t *testing.T) {
	server := newServer(t, complete())
	eachResource(t, func(t *testing.T, name string, root *facts.Node) {
		intact := example.Of(root)
		mutate := func(change func(config object)) object {
			config := clone(t, intact)
			change(config)
			return config
		}
		const misfit = "Arguments that the schema does not have"
		wantRefusal(t, server, name, mutate(func(c object) { c["projcet"] = "ledger" }), misfit, "projcet")
		wantRefusal(t, server, name, mutate(func(c object) { c["no_such_block"] = []any{object{}} }), misfit, "no_such_block")

		for _, node := range example.Nodes(root) {
			settable := node.Optional || node.Required
			switch {
			case node.Required && example.Has(intact, node.Path):
				wantRefusal(t, server, name, mutate(func(c object) { delete(example.Set(root, c, node.Path), node.Name) }), "Missing argument", node.Path)
			case !settable && !node.IsBlock():
				wantRefusal(t, server, name, mutate(func(c object) { example.Set(root, c, node.Path) }), "Argument that cannot be set", node.Path)
			}
			if settable && !node.IsBlock() {
				wrong := any([]any{object{"no": 1}})
				if node.ValueType.Is(tftypes.List{}) || node.ValueType.Is(tftypes.Set{}) {
					wrong = object{"no": 1}
				}
				wantRefusal(t, server, name, mutate(func(c object) { example.Set(root, c, node.Path, wrong) }), misfit, "")
			}
			if node.IsBlock() && node.Block != "single" {
				wantRefusal(t, server, name, mutate(func(c object) {
					example.Set(root, c, node.Path)
					example.Set(root, c, node.Path, []any{object{"no_such_argument": 1}})
				}), misfit, "no_such_argument")
				wantRefusal(t, server, name, mutate(func(c object) { example.Set(root, c, node.Path, "text") }), misfit, "")
			}
			if node.Max > 0 {
				wantRefusal(t, server, name, mutate(func(c object) {
					example.Set(root, c, node.Path, slices.Repeat(example.Sample(node).([]any), node.Max+1))
				}), "Too many blocks", node.Path)
			}
			if node.Min > 0 {
				wantRefusal(t, server, name, mutate(func(c object) { example.Set(root, c, node.Path, []any{}) }), "Missing block", node.Path)
			}
			if len(node.Values) > 0 && node.ValueType.Is(tftypes.String) && settable {
				wantRefusal(t, server, name, mutate(func(c object) { example.Set(root, c, node.Path, "NO-SUCH-VALUE") }), "Value that is not on the list", node.Path)
			}
		}
	})
}

func TestRelationsAreKept(t *testing.T) {
	server := newServer(t, complete())
	eachResource(t, func(t *testing.T, name string, root *facts.Node) {
		intact := example.Of(root)
		with := func(paths ...string) object {
			config := clone(t, intact)
			for _, path := range paths {
				example.Set(root, config, path)
			}
			return config
		}
		without := func(member string, group []string) object {
			config := with(member)
			for _, path := range withSelf(group, member) {
				if example.Has(config, path) {
					delete(example.Set(root, config, path), example.Find(root, path).Name)
				}
			}
			return config
		}
		for _, node := range example.Nodes(root) {
			for _, other := range node.ConflictsWith {
				wantRefusal(t, server, name, with(node.Path, other), "Arguments that exclude each other", other)
			}
			for _, other := range node.ExactlyOneOf {
				if other != node.Path {
					wantRefusal(t, server, name, with(node.Path, other), "Arguments that exclude each other", other)
				}
			}
			if len(node.ExactlyOneOf) > 0 {
				wantRefusal(t, server, name, without(node.Path, node.ExactlyOneOf), "Missing argument", node.Path)
			}
			if len(node.AtLeastOneOf) > 0 {
				wantRefusal(t, server, name, without(node.Path, node.AtLeastOneOf), "Missing argument", node.Path)
			}
			for _, other := range node.RequiredWith {
				config := with(node.Path)
				if example.Has(config, other) {
					delete(example.Set(root, config, other), example.Find(root, other).Name)
				}
				wantRefusal(t, server, name, config, "Missing argument", other)
			}
		}
	})
}

// Nothing is refused while it is unknown, and null is not the same as unknown.
func TestUnknownIsNotRefused(t *testing.T) {
	server := newServer(t, complete())
	eachResource(t, func(t *testing.T, name string, root *facts.Node) {
		intact, err := send(t, example.Of(root)).Unmarshal(root.ObjectType)
		if err != nil {
			t.Fatal(err)
		}
		held := fields(intact)
		for _, child := range root.Children {
			if child.Required || child.Optional || child.IsBlock() {
				held[child.Name] = unknown(child.ValueType)
			}
		}
		config, err := encode(tftypes.NewValue(root.ObjectType, held))
		if err != nil {
			t.Fatal(err)
		}
		if problems := refusals(t, server, name, config); len(problems) > 0 {
			t.Errorf("all unknown: %s", describe(problems))
		}

		// One unknown among known arguments: a conflict, a group and a list do not bite on it.
		for _, node := range example.Nodes(root) {
			if strings.Contains(node.Path, ".") || (!node.Optional && !node.IsBlock()) {
				continue
			}
			held := fields(intact)
			held[node.Name] = unknown(node.ValueType)
			config, err := encode(tftypes.NewValue(root.ObjectType, held))
			if err != nil {
				t.Fatal(err)
			}
			if problems := refusals(t, server, name, config); len(problems) > 0 {
				t.Errorf("%s unknown: %s", node.Path, describe(problems))
			}
		}

		nothing := map[string]tftypes.Value{}
		required := 0
		for _, child := range root.Children {
			nothing[child.Name] = null(child.ValueType)
			if child.Required {
				required++
			}
		}
		config, err = encode(tftypes.NewValue(root.ObjectType, nothing))
		if err != nil {
			t.Fatal(err)
		}
		if problems := refusals(t, server, name, config); len(problems) < required {
			t.Errorf("all null: %d required arguments, but only: %s", required, describe(problems))
		}
	})
}

func TestProviderBlockIsChecked(t *testing.T) {
	server := newServer(t, complete())
	for _, config := range []object{{"projcet": "p"}, {"external_credentials": []any{object{"audience": "a"}}}, {"default_labels": "x"}} {
		answer, err := server.PrepareProviderConfig(t.Context(), &tfprotov5.PrepareProviderConfigRequest{Config: send(t, config)})
		if err != nil || len(answer.Diagnostics) == 0 {
			t.Errorf("%v is accepted", config)
		}
	}
}
