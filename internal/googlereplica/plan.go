package googlereplica

import (
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// planner makes a planned value of a configuration and of what was there.
type planner struct {
	// replace is what would replace the resource.
	replace []*tftypes.AttributePath
}

// block plans one block. A prior of null is one that is not there yet.
func (p *planner) block(node *facts.Node, at *tftypes.AttributePath, config, prior tftypes.Value) tftypes.Value {
	if config.IsNull() || !config.IsKnown() {
		return config
	}
	given, had := fields(config), fields(prior)
	planned := make(map[string]tftypes.Value, len(node.Children))
	for _, child := range node.Children {
		before := had[child.Name]
		if had == nil {
			before = null(child.ValueType)
		}
		below := at.WithAttributeName(child.Name)
		if child.IsBlock() {
			planned[child.Name] = p.blocks(child, below, given[child.Name], before, had == nil)
		} else {
			planned[child.Name] = planAttribute(child, given[child.Name], before, had == nil)
			if child.ForceNew && had != nil && !planned[child.Name].Equal(before) {
				p.replace = append(p.replace, below)
			}
		}
	}
	return tftypes.NewValue(node.ObjectType, planned)
}

func planAttribute(node *facts.Node, given, before tftypes.Value, isNew bool) tftypes.Value {
	switch {
	case node.WriteOnly:
		return null(node.ValueType)
	case !given.IsNull():
		return given
	case node.Standard != nil:
		return *node.Standard
	case node.Computed && isNew:
		return unknown(node.ValueType)
	case node.Computed:
		return before
	}
	return given
}

// blocks plans all blocks of one name.
func (p *planner) blocks(node *facts.Node, at *tftypes.AttributePath, given, before tftypes.Value, isNew bool) tftypes.Value {
	if node.Block == "single" {
		return p.block(node, at, given, before)
	}
	if !given.IsKnown() {
		return given
	}
	configured, had := elements(given), elements(before)
	if len(configured) == 0 && node.Computed {
		if isNew {
			return unknown(node.ValueType)
		}
		return before
	}
	if len(configured) != len(had) && node.ForceNew && !isNew {
		p.replace = append(p.replace, at)
	}
	planned := make([]tftypes.Value, 0, len(configured))
	for i, one := range configured {
		was := null(node.ObjectType)
		switch {
		case node.Block == "set":
			was = match(had, one)
		case i < len(had):
			was = had[i]
		}
		planned = append(planned, p.element(node, at, i, one, was, isNew))
	}
	for _, gone := range had[min(len(had), len(configured)):] {
		if forces(node, gone, false) {
			p.replace = append(p.replace, at)
		}
	}
	return tftypes.NewValue(node.ValueType, planned)
}

// element plans one of several blocks. One that comes new to a resource that
// is there replaces it where any of its arguments would.
func (p *planner) element(node *facts.Node, at *tftypes.AttributePath, i int, one, was tftypes.Value, isNew bool) tftypes.Value {
	if node.Block == "list" {
		at = at.WithElementKeyInt(i)
	}
	before := len(p.replace)
	planned := p.block(node, at, one, was)
	switch {
	case node.Block == "set" && len(p.replace) > before:
		// Plans cannot point into a set.
		p.replace = append(p.replace[:before], at)
	case was.IsNull() && !isNew && forces(node, one, true):
		p.replace = append(p.replace, at)
	}
	return planned
}

// forces tells whether a block holds anything that cannot change. What Google
// chose goes without that.
func forces(node *facts.Node, block tftypes.Value, configured bool) bool {
	held := fields(block)
	for _, child := range node.Children {
		given := held[child.Name]
		if standingOf(child, given) == absent || child.Computed && !configured {
			continue
		}
		if child.ForceNew {
			return true
		}
		for _, below := range elements(given) {
			if child.IsBlock() && forces(child, below, configured) {
				return true
			}
		}
	}
	return false
}

// match finds the block of a set that the configuration means: the one that
// differs from it only where it says nothing.
func match(had []tftypes.Value, one tftypes.Value) tftypes.Value {
	for _, was := range had {
		if agrees(one, was) {
			return was
		}
	}
	return null(one.Type())
}

func agrees(config, prior tftypes.Value) bool {
	if config.IsNull() || config.Equal(prior) {
		return true
	}
	if !config.IsKnown() {
		return false
	}
	switch {
	case config.Type().Is(tftypes.Object{}):
		given, had := fields(config), fields(prior)
		for name := range given {
			if had == nil || !agrees(given[name], had[name]) {
				return false
			}
		}
		return true
	case config.Type().Is(tftypes.List{}), config.Type().Is(tftypes.Set{}):
		given, had := elements(config), elements(prior)
		if len(given) == 0 {
			return true
		}
		if len(given) != len(had) {
			return false
		}
		for i := range given {
			if !agrees(given[i], had[i]) {
				return false
			}
		}
		return true
	}
	return false
}
