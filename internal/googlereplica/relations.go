package googlereplica

import (
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// standing is whether an argument is set.
type standing int

const (
	absent standing = iota
	undecided
	present
)

// standingOf says of an argument's value whether it is set: null and no block
// at all are not, empty values are.
func standingOf(node *facts.Node, given tftypes.Value) standing {
	switch {
	case given.IsNull():
		return absent
	case !given.IsKnown():
		return undecided
	case node.IsBlock() && node.Block != "single" && len(elements(given)) == 0:
		return absent
	}
	return present
}

// lookup finds out whether the argument at a path of names is set. Of several
// blocks it takes the first; the schema relates only what is once there.
func (c *checker) lookup(path string) standing {
	node, value := c.root, c.config
	for name := range strings.SplitSeq(path, ".") {
		if node = node.Child(name); node == nil {
			return absent
		}
		if all := elements(value); len(all) > 0 {
			value = all[0]
		}
		value = fields(value)[name]
		if value.Type() == nil {
			return absent
		}
		if s := standingOf(node, value); s != present {
			return s
		}
	}
	return present
}

// split sorts a group of arguments by whether they are set.
func (c *checker) split(group []string) (set, undecidedOnes, unset []string) {
	for _, path := range group {
		switch c.lookup(path) {
		case present:
			set = append(set, path)
		case undecided:
			undecidedOnes = append(undecidedOnes, path)
		default:
			unset = append(unset, path)
		}
	}
	return set, undecidedOnes, unset
}

// relations checks an argument against those that it is related to. The block
// that it stands in is there.
func (c *checker) relations(node *facts.Node, at *tftypes.AttributePath, given tftypes.Value) {
	if len(node.ExactlyOneOf) > 0 {
		group := withSelf(node.ExactlyOneOf, node.Path)
		set, open, _ := c.split(group)
		switch {
		case len(set) > 1 && c.first(group):
			c.refuse(at, "Arguments that exclude each other", "%s takes only one of %s, and has %s.",
				c.subject, quoted(group, "and"), quoted(set, "and"))
		case len(set) == 0 && len(open) == 0 && c.first(group):
			c.refuse(at, "Missing argument", "%s needs one of %s.", c.subject, quoted(group, "and"))
		}
	}
	if len(node.AtLeastOneOf) > 0 {
		group := withSelf(node.AtLeastOneOf, node.Path)
		if set, open, _ := c.split(group); len(set) == 0 && len(open) == 0 && c.first(group) {
			c.refuse(at, "Missing argument", "%s needs at least one of %s.", c.subject, quoted(group, "and"))
		}
	}
	if standingOf(node, given) != present {
		return
	}
	if set, _, _ := c.split(node.ConflictsWith); len(set) > 0 {
		if pair := withSelf(set, node.Path); c.first(pair) {
			c.refuse(at, "Arguments that exclude each other", "%q of %s cannot be set together with %s.", node.Path, c.subject, quoted(set, "and"))
		}
	}
	if _, _, unset := c.split(node.RequiredWith); len(unset) > 0 {
		c.refuse(at, "Missing argument", "Who sets %q of %s has to set %s too.", node.Path, c.subject, quoted(unset, "and"))
	}
}

// first is true once for each group: its members all carry it.
func (c *checker) first(group []string) bool {
	key := strings.Join(group, " ")
	seen := c.reported[key]
	c.reported[key] = true
	return !seen
}

// withSelf is a group with the argument that carries it, sorted.
func withSelf(group []string, self string) []string {
	whole := append(slices.Clone(group), self)
	slices.Sort(whole)
	return slices.Compact(whole)
}
