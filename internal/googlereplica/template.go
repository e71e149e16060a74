package googlereplica

import (
	"crypto/sha256"
	_ "embed" // for the file of values
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"

	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

//go:embed values.json
var embeddedValues []byte

// catalogue is values.json: what Google's answers look like where our modules,
// or other resources, read them. Texts are templates: {name} stands for the
// attribute of that name and {name:last} for the part after its last slash;
// there are also {hash}, {uuid}, {number}, {address} and {project_number}.
type catalogue struct {
	// Planned are attributes that the provider knows before an apply.
	Planned map[string]map[string]string `json:"planned"`
	// Resources and DataSources have values by type and path.
	Resources   map[string]map[string]any `json:"resources"`
	DataSources map[string]map[string]any `json:"data_sources"`
	// Everywhere has texts for attributes of a name, in whichever type.
	Everywhere map[string]any `json:"everywhere"`
}

var loadValues = sync.OnceValues(func() (*catalogue, error) {
	var values catalogue
	if err := json.Unmarshal(embeddedValues, &values); err != nil {
		return nil, fmt.Errorf("values.json: %w", err)
	}
	return &values, nil
})

// filler begins to fill an outermost block.
func (s *Server) filler(subject string, root *facts.Node, known map[string]tftypes.Value, set settings) *filler {
	name, isData := strings.CutPrefix(subject, dataPrefix)
	own := s.values.Resources[name]
	if isData {
		own = s.values.DataSources[name]
	}
	f := &filler{subject: subject, root: root, known: known, deciding: map[string]bool{}, set: set, values: s.values, own: own}
	f.seed = subject
	for _, child := range root.Children {
		if value := known[child.Name]; !child.IsBlock() && value.IsFullyKnown() {
			f.seed += "\n" + child.Name + value.String()
		}
	}
	return f
}

// shaped makes a value of a type after a template.
func (f *filler) shaped(t tftypes.Type, name string, template any) tftypes.Value {
	if value, fits := f.scalar(t, template); fits {
		return value
	}
	list := func(element tftypes.Type) tftypes.Value {
		templates, _ := template.([]any)
		made := make([]tftypes.Value, 0, len(templates))
		for _, one := range templates {
			made = append(made, f.shaped(element, name, one))
		}
		return tftypes.NewValue(t, made)
	}
	switch typed := t.(type) {
	case tftypes.List:
		return list(typed.ElementType)
	case tftypes.Set:
		return list(typed.ElementType)
	case tftypes.Object:
		templates, _ := template.(map[string]any)
		made := make(map[string]tftypes.Value, len(typed.AttributeTypes))
		for inner, innerType := range typed.AttributeTypes {
			if one, found := templates[inner]; found {
				made[inner] = f.shaped(innerType, inner, one)
			} else {
				made[inner] = f.plausible(innerType, inner, false)
			}
		}
		return tftypes.NewValue(t, made)
	}
	return f.plausible(t, name, false)
}

// scalar makes a text, number or bool; fits is false for other types.
func (f *filler) scalar(t tftypes.Type, template any) (value tftypes.Value, fits bool) {
	switch given := template.(type) {
	case string:
		expanded, _ := f.expand(given, true)
		if t.Is(tftypes.String) {
			return tftypes.NewValue(t, expanded), true
		}
		if number, ok := new(big.Float).SetString(expanded); ok && t.Is(tftypes.Number) {
			return tftypes.NewValue(t, number), true
		}
	case float64:
		if t.Is(tftypes.Number) {
			return tftypes.NewValue(t, given), true
		}
	case bool:
		if t.Is(tftypes.Bool) {
			return tftypes.NewValue(t, given), true
		}
	}
	return tftypes.Value{}, false
}

// expand puts values in a template. Whole says that all of them are known; with
// invent, those that are not are made up.
func (f *filler) expand(template string, invent bool) (expanded string, whole bool) {
	var out strings.Builder
	for {
		before, rest, opened := strings.Cut(template, "{")
		out.WriteString(before)
		if !opened {
			return out.String(), true
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return out.String() + "{" + rest, true
		}
		name, part, _ := strings.Cut(name, ":")
		value := f.variable(name, invent)
		if value == "" {
			return "", false
		}
		if part == "last" {
			value = value[strings.LastIndexByte(value, '/')+1:]
		}
		out.WriteString(value)
		template = after
	}
}

// variable is what a name in a template stands for.
func (f *filler) variable(name string, invent bool) string {
	if node := f.root.Child(name); node != nil && !node.IsBlock() {
		if invent {
			f.decide(node)
		}
		if value := f.known[name]; value.Type().Is(tftypes.String) && text(value) != "" {
			return text(value)
		}
	}
	switch name {
	case "project", "project_id":
		return either(text(f.set.project), invent, "project")
	case "region":
		return either(text(f.set.region), invent, "us-east1")
	case "zone":
		return either(text(f.set.zone), invent, f.variable("region", invent)+"-b")
	case "location":
		return either(text(f.set.zone), invent, either(text(f.set.region), invent, "global"))
	case "project_number":
		return digits(f.variable("project", true), 12)
	case "number":
		return digits(f.seed, 18)
	case "hash":
		return f.digest("")[:16]
	case "uuid":
		d := f.digest("uuid")
		return d[:8] + "-" + d[8:12] + "-4" + d[13:16] + "-8" + d[17:20] + "-" + d[20:32]
	case "address":
		n := sha256.Sum256([]byte(f.seed))
		return fmt.Sprintf("10.%d.%d.%d", n[0], n[1], 2+n[2]%250)
	}
	return either("", invent, f.digest(name)[:8])
}

func either(known string, invent bool, invented string) string {
	if known == "" && invent {
		return invented
	}
	return known
}

func (f *filler) digest(of string) string {
	sum := sha256.Sum256([]byte(f.seed + "\n" + of))
	return hex.EncodeToString(sum[:])
}

// digits makes a number of so many digits of a text.
func digits(of string, count int) string {
	sum := sha256.Sum256([]byte(of))
	var out strings.Builder
	out.WriteString(strconv.Itoa(1 + int(sum[0])%9))
	for i := 1; i < count; i++ {
		out.WriteString(strconv.Itoa(int(sum[i]) % 10))
	}
	return out.String()
}

// readTemplate finds what stands in a text of a template's form; nothing if it
// has another form.
func readTemplate(template, from string) map[string]string {
	found := map[string]string{}
	for {
		before, rest, opened := strings.Cut(template, "{")
		after, begins := strings.CutPrefix(from, before)
		if !begins || (!opened && after != "") {
			return nil
		}
		if !opened {
			return found
		}
		name, following, _ := strings.Cut(rest, "}")
		name, _, _ = strings.Cut(name, ":")
		until, _, _ := strings.Cut(following, "{")
		end := len(after)
		if until != "" {
			if end = strings.Index(after, until); end < 0 {
				return nil
			}
		}
		found[name], from, template = after[:end], after[end:], following
	}
}
