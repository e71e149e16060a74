// Package example makes configurations of a schema: intact ones, from which
// tests make broken ones.
package example

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// Object is a configuration, or a block of it.
type Object = map[string]any

// Of is an intact configuration of a type, made of its schema: what is
// required, and one of each group of which one is.
func Of(root *facts.Node) Object {
	made := Object{}
	require(root, made)
	// What a repair adds can need another.
	for range 10 {
		if !repair(root, root, made, made) {
			break
		}
	}
	return made
}

// Full is an intact configuration with as much in it as goes together.
func Full(root *facts.Node) Object {
	made := Of(root)
	all := Nodes(root)
	for _, node := range all {
		settable := node.Optional && node.Path != "id" || node.IsBlock()
		if settable && !Has(made, node.Path) && fits(root, all, made, node.Path) {
			Set(root, made, node.Path)
		}
	}
	for range 10 {
		if !repair(root, root, made, made) {
			break
		}
	}
	return made
}

// fits tells whether an argument can be added, with what it needs and in a
// block that it would bring along.
func fits(root *facts.Node, all []*facts.Node, config Object, path string) bool {
	for _, needed := range append(slices.Clone(Find(root, path).RequiredWith), path) {
		if !Has(config, needed) && !free(root, all, config, needed) {
			return false
		}
	}
	dot := strings.LastIndexByte(path, '.')
	return dot < 0 || Has(config, path[:dot]) || fits(root, all, config, path[:dot])
}

// free tells whether nothing that a configuration has excludes an argument.
func free(root *facts.Node, all []*facts.Node, config Object, path string) bool {
	for _, node := range all {
		if Has(config, node.Path) && slices.Contains(node.ConflictsWith, path) {
			return false
		}
	}
	excluded := func(other string) bool { return other != path && Has(config, other) }
	node := Find(root, path)
	return !slices.ContainsFunc(node.ConflictsWith, excluded) && !slices.ContainsFunc(node.ExactlyOneOf, excluded)
}

func require(node *facts.Node, into Object) {
	for _, child := range node.Children {
		switch {
		case child.Required:
			into[child.Name] = Sample(child)
		case child.Min > 0:
			all := []any{}
			for range child.Min {
				one := Object{}
				require(child, one)
				all = append(all, one)
			}
			into[child.Name] = all
		}
	}
}

// repair sets what the groups of a block's children lack, and tells whether
// there was anything.
func repair(root, node *facts.Node, whole, block Object) bool {
	changed := false
	for _, child := range node.Children {
		for _, group := range [][]string{child.ExactlyOneOf, child.AtLeastOneOf} {
			if len(group) == 0 || slices.ContainsFunc(append(slices.Clone(group), child.Path), func(p string) bool { return Has(whole, p) }) {
				continue
			}
			for _, candidate := range group {
				if !slices.ContainsFunc(Find(root, candidate).ConflictsWith, func(p string) bool { return Has(whole, p) }) {
					Set(root, whole, candidate)
					changed = true
					break
				}
			}
		}
		if _, given := block[child.Name]; !given {
			continue
		}
		for _, path := range child.RequiredWith {
			if !Has(whole, path) {
				Set(root, whole, path)
				changed = true
			}
		}
		if blocks, ok := block[child.Name].([]any); ok && child.IsBlock() {
			for _, one := range blocks {
				changed = repair(root, child, whole, one.(Object)) || changed
			}
		}
	}
	return changed
}

// Find is the node at a path.
func Find(root *facts.Node, path string) *facts.Node {
	for name := range strings.SplitSeq(path, ".") {
		root = root.Child(name)
	}
	return root
}

// Has tells whether a configuration sets the argument at a path.
func Has(config Object, path string) bool {
	name, rest, nested := strings.Cut(path, ".")
	value, found := config[name]
	if !found || !nested {
		return found
	}
	switch below := value.(type) {
	case []any:
		return len(below) > 0 && Has(below[0].(Object), rest)
	case Object:
		return Has(below, rest)
	}
	return false
}

// Set sets an argument, in blocks that it makes where there are none, and gives
// the block that holds it.
func Set(root *facts.Node, config Object, path string, values ...any) Object {
	node := root
	names := strings.Split(path, ".")
	for _, name := range names[:len(names)-1] {
		node = node.Child(name)
		if node.Block == "single" {
			if config[name] == nil {
				config[name] = Object{}
			}
			config = config[name].(Object)
			continue
		}
		if config[name] == nil {
			one := Object{}
			require(node, one)
			config[name] = []any{one}
		}
		config = config[name].([]any)[0].(Object)
	}
	node = node.Child(names[len(names)-1])
	if len(values) > 0 {
		config[node.Name] = values[0]
	} else if config[node.Name] == nil {
		config[node.Name] = Sample(node)
	}
	return config
}

// Sample is a value that an argument takes.
func Sample(node *facts.Node) any {
	switch node.Block {
	case "":
		for _, value := range node.Values {
			if value != "" {
				return value
			}
		}
		return sampleOf(node.ValueType)
	case "single":
		return Object{}
	}
	one := Object{}
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
		return Object{"key": sampleOf(typed.ElementType)}
	case tftypes.Object:
		made := Object{}
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

// Nodes are all attributes and blocks below a node.
func Nodes(root *facts.Node) []*facts.Node {
	var all []*facts.Node
	for _, child := range root.Children {
		all = append(append(all, child), Nodes(child)...)
	}
	return all
}
