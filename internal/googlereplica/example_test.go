package googlereplica

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// object is a configuration, or a block of it.
type object = map[string]any

// example is an intact configuration of a type, made of its schema: what is
// required, and one of each group of which one is.
func example(root *facts.Node) object {
	made := object{}
	require(root, made)
	// What a repair adds can need another.
	for range 10 {
		if !repair(root, root, made, made) {
			break
		}
	}
	return made
}

func require(node *facts.Node, into object) {
	for _, child := range node.Children {
		switch {
		case child.Required:
			into[child.Name] = sample(child)
		case child.Min > 0:
			all := []any{}
			for range child.Min {
				one := object{}
				require(child, one)
				all = append(all, one)
			}
			into[child.Name] = all
		}
	}
}

// repair sets what the groups of a block's children lack, and tells whether
// there was anything.
func repair(root, node *facts.Node, whole, block object) bool {
	changed := false
	for _, child := range node.Children {
		for _, group := range [][]string{child.ExactlyOneOf, child.AtLeastOneOf} {
			if len(group) == 0 || slices.ContainsFunc(withSelf(group, child.Path), func(p string) bool { return has(whole, p) }) {
				continue
			}
			for _, candidate := range group {
				if !slices.ContainsFunc(find(root, candidate).ConflictsWith, func(p string) bool { return has(whole, p) }) {
					set(root, whole, candidate)
					changed = true
					break
				}
			}
		}
		if _, given := block[child.Name]; !given {
			continue
		}
		for _, path := range child.RequiredWith {
			if !has(whole, path) {
				set(root, whole, path)
				changed = true
			}
		}
		if blocks, ok := block[child.Name].([]any); ok && child.IsBlock() {
			for _, one := range blocks {
				changed = repair(root, child, whole, one.(object)) || changed
			}
		}
	}
	return changed
}

// find is the node at a path.
func find(root *facts.Node, path string) *facts.Node {
	for name := range strings.SplitSeq(path, ".") {
		root = root.Child(name)
	}
	return root
}

// has tells whether a configuration sets the argument at a path.
func has(config object, path string) bool {
	name, rest, nested := strings.Cut(path, ".")
	value, found := config[name]
	if !found || !nested {
		return found
	}
	switch below := value.(type) {
	case []any:
		return len(below) > 0 && has(below[0].(object), rest)
	case object:
		return has(below, rest)
	}
	return false
}

// set sets an argument, in blocks that it makes where there are none, and gives
// the block that holds it.
func set(root *facts.Node, config object, path string, values ...any) object {
	node := root
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		node = node.Child(name)
		if node.Block == "single" {
			if config[name] == nil {
				config[name] = object{}
			}
			config = config[name].(object)
			continue
		}
		if config[name] == nil {
			one := object{}
			require(node, one)
			config[name] = []any{one}
		}
		config = config[name].([]any)[0].(object)
	}
	node = node.Child(names[len(names)-1])
	if len(values) > 0 {
		config[node.Name] = values[0]
	} else if config[node.Name] == nil {
		config[node.Name] = sample(node)
	}
	return config
}

// sample is a value that an argument takes.
func sample(node *facts.Node) any {
	switch node.Block {
	case "":
		for _, value := range node.Values {
			if value != "" {
				return value
			}
		}
		return sampleOf(node.ValueType)
	case "single":
		return object{}
	}
	one := object{}
	require(node, one)
	return slices.Repeat([]any{one}, max(1, node.Min))
}

func sampleOf(t tftypes.Type) any {
	switch typed := t.(type) {
	case tftypes.List:
		return []any{sampleOf(typed.ElementType)}
	case tftypes.Set:
		return []any{sampleOf(typed.ElementType)}
	case tftypes.Map:
		return object{"key": sampleOf(typed.ElementType)}
	case tftypes.Object:
		made := object{}
		for name, inner := range typed.AttributeTypes {
			made[name] = sampleOf(inner)
		}
		return made
	}
	switch {
	case t.Is(tftypes.Bool):
		return true
	case t.Is(tftypes.Number):
		return 1
	}
	return "sample"
}

// clone copies a configuration, so that a mutation does not touch the intact one.
func clone(t *testing.T, config object) object {
	t.Helper()
	var copied object
	if err := json.Unmarshal(send(t, config).JSON, &copied); err != nil {
		t.Fatal(err)
	}
	return copied
}

func send(t *testing.T, config any) *tfprotov5.DynamicValue {
	t.Helper()
	text, err := json.Marshal(config)
	if err != nil {
		t.Fatal(err)
	}
	return &tfprotov5.DynamicValue{JSON: text}
}

// newServer is a replica with a provider block that every type can use.
func newServer(t *testing.T, provider object) *Server {
	t.Helper()
	server, err := New()
	if err != nil {
		t.Fatal(err)
	}
	answer, err := server.ConfigureProvider(t.Context(), &tfprotov5.ConfigureProviderRequest{Config: send(t, provider)})
	if err != nil || len(answer.Diagnostics) > 0 {
		t.Fatalf("configure: %v %v", err, answer.Diagnostics)
	}
	return server
}

func complete() object {
	return object{"project": "ledger", "region": "us-east1", "zone": "us-east1-b"}
}

// eachResource runs a test for every resource type of the file.
func eachResource(t *testing.T, test func(t *testing.T, name string, root *facts.Node)) {
	t.Helper()
	provider, err := facts.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.Sorted(maps.Keys(provider.Resources)) {
		t.Run(name, func(t *testing.T) { test(t, name, provider.Resources[name]) })
	}
}

// nodes are all attributes and blocks below a node.
func nodes(root *facts.Node) []*facts.Node {
	var all []*facts.Node
	for _, child := range root.Children {
		all = append(append(all, child), nodes(child)...)
	}
	return all
}
