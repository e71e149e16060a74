package googlereplica

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov5"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// checker looks for what the schema refuses in one configuration. A value that
// is unknown is never refused.
type checker struct {
	subject  string // in messages, as google_compute_network
	root     *facts.Node
	config   tftypes.Value
	reported map[string]bool // groups that were complained of
	problems []*tfprotov5.Diagnostic
}

// check gives the problems of a configuration that the core sent.
func check(subject string, root *facts.Node, sent *tfprotov5.DynamicValue) []*tfprotov5.Diagnostic {
	config, err := decode(sent, root.ObjectType)
	if err != nil {
		return []*tfprotov5.Diagnostic{misfit(subject, err)}
	}
	c := &checker{subject: subject, root: root, config: config, reported: map[string]bool{}}
	c.block(root, tftypes.NewAttributePath(), config)
	return c.problems
}

// misfit is the problem of a configuration that has not the schema's form.
func misfit(subject string, err error) *tfprotov5.Diagnostic {
	problem := &tfprotov5.Diagnostic{
		Severity: tfprotov5.DiagnosticSeverityError,
		Summary:  "Arguments that the schema does not have",
		Detail:   fmt.Sprintf("What is given for %s does not fit its schema: %v.", subject, err),
	}
	if at := (tftypes.AttributePathError{}); errors.As(err, &at) {
		problem.Attribute = at.Path
	}
	return problem
}

func (c *checker) refuse(at *tftypes.AttributePath, summary, detail string, arguments ...any) {
	c.problems = append(c.problems, &tfprotov5.Diagnostic{
		Severity: tfprotov5.DiagnosticSeverityError, Summary: summary,
		Detail: fmt.Sprintf(detail, arguments...), Attribute: at,
	})
}

// block checks one block, which is at a path.
func (c *checker) block(node *facts.Node, at *tftypes.AttributePath, value tftypes.Value) {
	held := fields(value)
	if held == nil {
		return
	}
	for _, child := range node.Children {
		given, below := held[child.Name], at.WithAttributeName(child.Name)
		if child.IsBlock() {
			c.blocks(child, below, given)
		} else {
			c.attribute(child, below, given)
		}
		c.relations(child, below, given)
	}
}

func (c *checker) attribute(node *facts.Node, at *tftypes.AttributePath, given tftypes.Value) {
	switch {
	case given.IsNull():
		if node.Required {
			c.refuse(at, "Missing argument", "%s needs %q.", c.subject, node.Path)
		}
		return
	case !node.Required && !node.Optional:
		c.refuse(at, "Argument that cannot be set", "%q of %s is chosen by Google: remove it.", node.Path, c.subject)
		return
	case node.Deprecated:
		c.problems = append(c.problems, &tfprotov5.Diagnostic{
			Severity: tfprotov5.DiagnosticSeverityWarning, Summary: "Deprecated argument", Attribute: at,
			Detail: fmt.Sprintf("The google provider calls %q of %s deprecated.", node.Path, c.subject),
		})
	}
	if len(node.Values) == 0 || !given.IsKnown() || !given.Type().Is(tftypes.String) {
		return
	}
	if value := text(given); !slices.Contains(node.Values, value) {
		// Many lists have the empty text as well, which says what null says.
		named := slices.DeleteFunc(slices.Clone(node.Values), func(v string) bool { return v == "" })
		c.refuse(at, "Value that is not on the list", "%q of %s cannot be %q: it takes %s.", node.Path, c.subject, value, quoted(named, "or"))
	}
}

func (c *checker) blocks(node *facts.Node, at *tftypes.AttributePath, given tftypes.Value) {
	if !given.IsKnown() {
		return
	}
	if node.Block == "single" {
		c.block(node, at, given)
		return
	}
	all := elements(given)
	switch {
	case len(all) < node.Min:
		c.refuse(at, "Missing block", "%s needs %d %q at least, and has %d.", c.subject, node.Min, node.Path, len(all))
	case node.Max > 0 && len(all) > node.Max:
		c.refuse(at, "Too many blocks", "%s takes %d %q at most, and has %d.", c.subject, node.Max, node.Path, len(all))
	}
	for i, one := range all {
		below := at // the protocol cannot point into a set
		if node.Block == "list" {
			below = at.WithElementKeyInt(i)
		}
		c.block(node, below, one)
	}
}

// quoted names things in a sentence: "a", "b" or "c".
func quoted(names []string, last string) string {
	all := make([]string, 0, len(names))
	for _, name := range names {
		all = append(all, fmt.Sprintf("%q", name))
	}
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " " + last + " " + all[len(all)-1]
}
