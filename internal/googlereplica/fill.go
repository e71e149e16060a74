package googlereplica

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// filler puts plausible values where a plan has unknown ones. They are the same
// for the same resource every time.
type filler struct {
	subject string
	root    *facts.Node
	// known are the values of the outermost block as far as they are decided.
	known map[string]tftypes.Value
	// deciding are those of them that are being decided.
	deciding map[string]bool
	set      settings
	values   *catalogue
	// own are the values of this type, by path.
	own map[string]any
	// seed is of what the resource is made of.
	seed string
}

// resource fills a resource or data source; config is null where there is none.
func (f *filler) resource(config tftypes.Value) tftypes.Value {
	given := fields(config)
	for _, child := range f.root.Children {
		if child.IsBlock() {
			f.known[child.Name] = f.blocks(child, f.known[child.Name], given[child.Name])
		} else {
			f.decide(child)
		}
	}
	return tftypes.NewValue(f.root.ObjectType, f.known)
}

// decide fills an attribute of the outermost block.
func (f *filler) decide(node *facts.Node) {
	value := f.known[node.Name]
	if value.IsKnown() && value.IsFullyKnown() || f.deciding[node.Name] {
		return
	}
	f.deciding[node.Name] = true
	f.known[node.Name] = f.attribute(node, value)
	delete(f.deciding, node.Name)
}

func (f *filler) attribute(node *facts.Node, value tftypes.Value) tftypes.Value {
	switch {
	case value.IsFullyKnown():
		return value
	case value.IsKnown():
		// Computed parts of a list of objects are no arguments: all of it is ours.
		return f.rest(value)
	}
	if template, found := f.own[node.Path]; found {
		return f.shaped(node.ValueType, node.Name, template)
	}
	if !node.Computed && !node.Required {
		return null(node.ValueType)
	}
	for _, one := range node.Values {
		if one != "" && node.ValueType.Is(tftypes.String) {
			return tftypes.NewValue(tftypes.String, one)
		}
	}
	return f.plausible(node.ValueType, node.Name, node.Optional)
}

// rest fills what is unknown within a value.
func (f *filler) rest(value tftypes.Value) tftypes.Value {
	filled, err := tftypes.Transform(value, func(at *tftypes.AttributePath, inner tftypes.Value) (tftypes.Value, error) {
		if inner.IsKnown() {
			return inner, nil
		}
		name, _ := at.LastStep().(tftypes.AttributeName)
		return f.plausible(inner.Type(), string(name), false), nil
	})
	if err != nil {
		return null(value.Type())
	}
	return filled
}

// blocks fills all blocks of one name. Those that nobody configured are what
// the core made of an unknown number of blocks.
func (f *filler) blocks(node *facts.Node, planned, config tftypes.Value) tftypes.Value {
	if node.Block == "single" {
		if !planned.IsKnown() {
			return null(node.ValueType)
		}
		return f.block(node, planned, config)
	}
	configured := elements(config)
	all := elements(planned)
	switch {
	case len(configured) == 0 && !node.Computed && node.Min == 0:
		all = nil
	case !planned.IsKnown():
		all = []tftypes.Value{stub(node)}
	}
	filled := make([]tftypes.Value, 0, len(all))
	for i, one := range all {
		from := null(node.ObjectType)
		switch {
		case node.Block == "set":
			for _, candidate := range configured {
				if agrees(candidate, one) {
					from = candidate
				}
			}
		case i < len(configured):
			from = configured[i]
		}
		filled = append(filled, f.block(node, one, from))
	}
	return tftypes.NewValue(node.ValueType, filled)
}

func (f *filler) block(node *facts.Node, planned, config tftypes.Value) tftypes.Value {
	if planned.IsNull() {
		return planned
	}
	if !planned.IsKnown() {
		planned = stub(node)
	}
	held, given := fields(planned), fields(config)
	for _, child := range node.Children {
		if child.IsBlock() {
			held[child.Name] = f.blocks(child, held[child.Name], given[child.Name])
		} else {
			held[child.Name] = f.attribute(child, held[child.Name])
		}
	}
	return tftypes.NewValue(node.ObjectType, held)
}

// stub is a block of which nothing is known.
func stub(node *facts.Node) tftypes.Value {
	held := make(map[string]tftypes.Value, len(node.Children))
	for _, child := range node.Children {
		switch {
		case child.Block == "list" || child.Block == "set":
			if child.Computed || child.Min > 0 {
				held[child.Name] = unknown(child.ValueType)
			} else {
				held[child.Name] = tftypes.NewValue(child.ValueType, []tftypes.Value{})
			}
		case child.IsBlock():
			held[child.Name] = null(child.ValueType)
		default:
			held[child.Name] = unknown(child.ValueType)
		}
	}
	return tftypes.NewValue(node.ObjectType, held)
}

// plausible is a value for what there is no template for. Arguments that a user
// could set and did not have the zero values that Google answers with.
func (f *filler) plausible(t tftypes.Type, name string, optional bool) tftypes.Value {
	if template, found := f.values.Everywhere[name]; found {
		if value, fits := f.scalar(t, template); fits {
			return value
		}
	}
	switch typed := t.(type) {
	case tftypes.List:
		return tftypes.NewValue(t, f.some(typed.ElementType, name, optional))
	case tftypes.Set:
		return tftypes.NewValue(t, f.some(typed.ElementType, name, optional))
	case tftypes.Map:
		return tftypes.NewValue(t, map[string]tftypes.Value{})
	case tftypes.Object:
		held := make(map[string]tftypes.Value, len(typed.AttributeTypes))
		for inner, innerType := range typed.AttributeTypes {
			held[inner] = f.plausible(innerType, inner, optional)
		}
		return tftypes.NewValue(t, held)
	}
	switch {
	case t.Is(tftypes.Number):
		return tftypes.NewValue(t, 0)
	case t.Is(tftypes.Bool):
		return tftypes.NewValue(t, false)
	case optional:
		return tftypes.NewValue(t, "")
	}
	return tftypes.NewValue(t, f.word(name))
}

// some is one object, or nothing of anything else.
func (f *filler) some(element tftypes.Type, name string, optional bool) []tftypes.Value {
	if optional || !element.Is(tftypes.Object{}) {
		return []tftypes.Value{}
	}
	return []tftypes.Value{f.plausible(element, name, false)}
}

// word is a text for something of this name.
func (f *filler) word(name string) string {
	switch {
	case strings.HasSuffix(name, "_time") || strings.HasSuffix(name, "timestamp"):
		return "2026-01-01T00:00:00Z"
	case strings.HasSuffix(name, "ip") || strings.HasSuffix(name, "ip_address"):
		return f.variable("address", true)
	case strings.HasSuffix(name, "email"):
		return "someone-" + f.digest("email")[:8] + "@" + f.variable("project", true) + ".iam.gserviceaccount.com"
	}
	return strings.ReplaceAll(name, "_", "-") + "-" + f.digest(name)[:8]
}
