package main

import (
	"cmp"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// module is what a README says of one.
type module struct {
	requiredCore string // version constraint; empty when none is given
	providers    []requirement
	inputs       []input
	outputs      []output
	calls        []call
	resources    []resource
}

// requirement is a provider that a module needs.
type requirement struct {
	name    string // local name
	source  string // "hashicorp/google"
	version string // constraint
}

type input struct {
	name        string
	description string
	typed       expression
	fallback    expression // the default; empty for a required input
	required    bool
	sensitive   bool
}

type output struct {
	name        string
	description string
	sensitive   bool
}

// call is a use of another module.
type call struct{ name, source string }

// resource is a resource or data source.
type resource struct {
	data           bool
	kind, name     string
	provider       string // local name
	withoutAddress bool   // of the core itself
}

// expression is one as it is written, without the indentation that it has as an
// argument; short is a type in a word or two.
type expression struct{ text, short string }

// file is a parsed file and its bytes, which expressions are cut out of.
type file struct {
	body  *hclsyntax.Body
	bytes []byte
}

// readModule reads all .tf files of a folder. Inputs and outputs come in the
// order in which they are written: variables.tf and outputs.tf first, then the
// other files by name.
func readModule(folder string) (module, error) {
	names, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		return module{}, err
	}
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a, b))
	})
	var m module
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return module{}, err
		}
		parsed, diags := hclsyntax.ParseConfig(text, name, hcl.InitialPos)
		if diags.HasErrors() {
			return module{}, diags
		}
		body, native := parsed.Body.(*hclsyntax.Body)
		if !native {
			return module{}, fmt.Errorf("%s: is not in HCL's native syntax", name)
		}
		if err := m.add(file{body, text}); err != nil {
			return module{}, err
		}
	}
	m.finish()
	return m, nil
}

func rank(name string) int {
	switch filepath.Base(name) {
	case "variables.tf", "outputs.tf":
		return 0
	}
	return 1
}

// finish orders what has no order of its own, and names the providers of
// resources that leave it to their type.
func (m *module) finish() {
	slices.SortStableFunc(m.inputs, func(a, b input) int {
		switch {
		case a.required == b.required:
			return 0
		case a.required:
			return -1
		default:
			return 1
		}
	})
	slices.SortFunc(m.providers, func(a, b requirement) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(m.calls, func(a, b call) int { return cmp.Compare(a.name, b.name) })
	slices.SortFunc(m.resources, func(a, b resource) int {
		return cmp.Or(cmp.Compare(dataLast(a), dataLast(b)), cmp.Compare(a.kind, b.kind), cmp.Compare(a.name, b.name))
	})
}

func dataLast(r resource) int {
	if r.data {
		return 1
	}
	return 0
}

// add takes what a file holds.
func (m *module) add(f file) error {
	for _, block := range f.body.Blocks {
		var err error
		switch block.Type {
		case "terraform":
			err = m.addSettings(block.Body)
		case "variable":
			err = m.addInput(f, block)
		case "output":
			err = m.addOutput(block)
		case "module":
			source, e := text(block.Body, "source")
			m.calls, err = append(m.calls, call{block.Labels[0], source}), e
		case "resource", "data":
			m.resources = append(m.resources, newResource(block))
		case "check":
			for _, inner := range block.Body.Blocks {
				if inner.Type == "data" {
					m.resources = append(m.resources, newResource(inner))
				}
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (m *module) addSettings(body *hclsyntax.Body) error {
	if version, err := text(body, "required_version"); err != nil {
		return err
	} else if version != "" {
		m.requiredCore = version
	}
	for _, block := range body.Blocks {
		if block.Type != "required_providers" {
			continue
		}
		for name, argument := range block.Body.Attributes {
			r := requirement{name: name}
			pairs, diags := hcl.ExprMap(argument.Expr)
			if diags.HasErrors() {
				return diags
			}
			for _, pair := range pairs {
				var into *string
				switch hcl.ExprAsKeyword(pair.Key) {
				case "source":
					into = &r.source
				case "version":
					into = &r.version
				default: // configuration_aliases, which are no text
					continue
				}
				value, err := constant(pair.Value)
				if err != nil {
					return err
				}
				*into = value
			}
			m.providers = append(m.providers, r)
		}
	}
	return nil
}

func (m *module) addInput(f file, block *hclsyntax.Block) error {
	in := input{name: block.Labels[0], required: true, typed: expression{"any", "any"}}
	var err error
	if in.description, err = text(block.Body, "description"); err != nil {
		return err
	}
	if argument := block.Body.Attributes["type"]; argument != nil {
		in.typed = f.expression(argument)
		in.typed.short = shortType(argument.Expr)
	}
	if argument := block.Body.Attributes["default"]; argument != nil {
		in.required, in.fallback = false, f.expression(argument)
	}
	if in.sensitive, err = flagged(block.Body, "sensitive"); err != nil {
		return err
	}
	m.inputs = append(m.inputs, in)
	return nil
}

func (m *module) addOutput(block *hclsyntax.Block) error {
	out := output{name: block.Labels[0]}
	var err error
	if out.description, err = text(block.Body, "description"); err != nil {
		return err
	}
	if out.sensitive, err = flagged(block.Body, "sensitive"); err != nil {
		return err
	}
	m.outputs = append(m.outputs, out)
	return nil
}

func newResource(block *hclsyntax.Block) resource {
	r := resource{data: block.Type == "data", kind: block.Labels[0], name: block.Labels[1]}
	r.provider, _, _ = strings.Cut(r.kind, "_")
	if argument := block.Body.Attributes["provider"]; argument != nil {
		if named, diags := hcl.AbsTraversalForExpr(argument.Expr); !diags.HasErrors() {
			r.provider = named.RootName()
		}
	}
	r.withoutAddress = r.provider == "terraform"
	return r
}

// expression cuts an argument's value out of the file.
func (f file) expression(argument *hclsyntax.Attribute) expression {
	span := argument.Expr.Range()
	indent := strings.Repeat(" ", argument.NameRange.Start.Column-1)
	rows := strings.Split(string(f.bytes[span.Start.Byte:span.End.Byte]), "\n")
	for i := range rows {
		rows[i] = strings.TrimRight(strings.TrimPrefix(rows[i], indent), " \t\r")
	}
	return expression{text: strings.TrimRight(strings.Join(rows, "\n"), "\n")}
}

// shortType is a type without the attributes of its objects.
func shortType(e hclsyntax.Expression) string {
	switch e := e.(type) {
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "object" || e.Name == "tuple" || len(e.Args) == 0 {
			return e.Name
		}
		return e.Name + "(" + shortType(e.Args[0]) + ")"
	case *hclsyntax.ScopeTraversalExpr:
		return e.Traversal.RootName()
	}
	return "any"
}

// text is an argument that is a constant text; empty when it is absent.
func text(body *hclsyntax.Body, name string) (string, error) {
	argument := body.Attributes[name]
	if argument == nil {
		return "", nil
	}
	return constant(argument.Expr)
}

func constant(e hcl.Expression) (string, error) {
	value, diags := e.Value(nil)
	if diags.HasErrors() {
		return "", diags
	}
	if value.IsNull() || value.Type() != cty.String {
		return "", fmt.Errorf("%s: this must be a text", e.Range())
	}
	return value.AsString(), nil
}

// flagged says whether an argument is there and true.
func flagged(body *hclsyntax.Body, name string) (bool, error) {
	argument := body.Attributes[name]
	if argument == nil {
		return false, nil
	}
	value, diags := argument.Expr.Value(nil)
	if diags.HasErrors() {
		return false, diags
	}
	return value.Type() == cty.Bool && !value.IsNull() && value.True(), nil
}
