package facts

import (
	_ "embed" // for the file of facts
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

//go:embed google.json
var embedded []byte

// Provider is the schemas of the embedded file.
type Provider struct {
	// Version is the version of hashicorp/google.
	Version string
	// Configuration is the provider block.
	Configuration *Node
	// Resources and DataSources are by the type's name.
	Resources, DataSources map[string]*Node
}

// Node is an attribute, a nested block, or the block that a schema begins with.
type Node struct {
	Fact
	// Name is the last part of Path.
	Name string
	// Path is empty for the block that a schema begins with.
	Path string
	// Version is the schema's; it stands at the first block only.
	Version int64
	// ValueType is the type of the attribute's value, or of all blocks of the name.
	ValueType tftypes.Type
	// ObjectType is the type of one block.
	ObjectType tftypes.Object
	// Standard is the default as a value of the type, if there is one.
	Standard *tftypes.Value
	// Children are a block's, in the order of their names.
	Children []*Node
}

// Load reads the embedded file, once.
var Load = sync.OnceValues(func() (*Provider, error) {
	var file File
	if err := json.Unmarshal(embedded, &file); err != nil {
		return nil, fmt.Errorf("google.json: %w", err)
	}
	return file.Provide()
})

// Provide makes trees of the flat schemas.
func (f *File) Provide() (*Provider, error) {
	provider := &Provider{Version: f.Version, Resources: map[string]*Node{}, DataSources: map[string]*Node{}}
	var err error
	if provider.Configuration, err = f.Provider.tree(); err != nil {
		return nil, fmt.Errorf("provider: %w", err)
	}
	for name, schema := range f.Resources {
		if provider.Resources[name], err = schema.tree(); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, schema := range f.DataSources {
		if provider.DataSources[name], err = schema.tree(); err != nil {
			return nil, fmt.Errorf("data %s: %w", name, err)
		}
	}
	return provider, nil
}

func (s Schema) tree() (*Node, error) {
	root := &Node{Fact: Fact{Block: "single"}, Version: s.Version}
	blocks := map[string]*Node{"": root}
	// A block's path sorts before those of what it holds.
	for _, path := range slices.Sorted(maps.Keys(s.Facts)) {
		node := &Node{Fact: s.Facts[path], Name: path, Path: path}
		parent := ""
		if dot := strings.LastIndexByte(path, '.'); dot >= 0 {
			parent, node.Name = path[:dot], path[dot+1:]
		}
		holder, found := blocks[parent]
		if !found {
			return nil, fmt.Errorf("%s is in no block", path)
		}
		holder.Children = append(holder.Children, node)
		if node.IsBlock() {
			blocks[path] = node
			continue
		}
		if err := node.decode(); err != nil {
			return nil, fmt.Errorf("%s: %w", path, err)
		}
	}
	root.finish()
	return root, nil
}

func (n *Node) decode() error {
	var err error
	if n.ValueType, err = parseType(n.Type); err != nil || n.Default == nil {
		return err
	}
	standard, err := (&tfprotov5.RawState{JSON: n.Default}).Unmarshal(n.ValueType)
	if err != nil {
		return fmt.Errorf("default: %w", err)
	}
	n.Standard = &standard
	return nil
}

// finish sorts the children of a block and derives its types.
func (n *Node) finish() {
	slices.SortFunc(n.Children, func(a, b *Node) int { return strings.Compare(a.Name, b.Name) })
	types := make(map[string]tftypes.Type, len(n.Children))
	for _, child := range n.Children {
		if child.IsBlock() {
			child.finish()
		}
		types[child.Name] = child.ValueType
	}
	n.ObjectType = tftypes.Object{AttributeTypes: types}
	switch n.Block {
	case "list":
		n.ValueType = tftypes.List{ElementType: n.ObjectType}
	case "set":
		n.ValueType = tftypes.Set{ElementType: n.ObjectType}
	default:
		n.ValueType = n.ObjectType
	}
}

// IsBlock tells a block from an attribute.
func (n *Node) IsBlock() bool { return n.Block != "" }

// Child is the attribute or block of that name, or nil.
func (n *Node) Child(name string) *Node {
	at, found := slices.BinarySearchFunc(n.Children, name, func(c *Node, name string) int { return strings.Compare(c.Name, name) })
	if !found {
		return nil
	}
	return n.Children[at]
}

// parseType reads Terraform's JSON notation of types.
func parseType(notation json.RawMessage) (tftypes.Type, error) {
	var name string
	if json.Unmarshal(notation, &name) == nil {
		switch name {
		case "string":
			return tftypes.String, nil
		case "number":
			return tftypes.Number, nil
		case "bool":
			return tftypes.Bool, nil
		}
		return nil, fmt.Errorf("no type is called %q", name)
	}
	var parts []json.RawMessage
	if err := json.Unmarshal(notation, &parts); err != nil {
		return nil, fmt.Errorf("type %s: %w", notation, err)
	}
	if len(parts) != 2 {
		return nil, fmt.Errorf("type %s has %d parts, not 2", notation, len(parts))
	}
	if string(parts[0]) == `"object"` {
		var attributes map[string]json.RawMessage
		if err := json.Unmarshal(parts[1], &attributes); err != nil {
			return nil, fmt.Errorf("type %s: %w", notation, err)
		}
		types := make(map[string]tftypes.Type, len(attributes))
		for attribute, inner := range attributes {
			parsed, err := parseType(inner)
			if err != nil {
				return nil, err
			}
			types[attribute] = parsed
		}
		return tftypes.Object{AttributeTypes: types}, nil
	}
	element, err := parseType(parts[1])
	if err != nil {
		return nil, err
	}
	switch string(parts[0]) {
	case `"list"`:
		return tftypes.List{ElementType: element}, nil
	case `"set"`:
		return tftypes.Set{ElementType: element}, nil
	case `"map"`:
		return tftypes.Map{ElementType: element}, nil
	}
	return nil, fmt.Errorf("no type is called %s", parts[0])
}
