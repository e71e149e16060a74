package modules_test

import (
	"cmp"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// planned is what `terraform show -json` says of a saved plan.
type planned struct {
	Values struct {
		Outputs map[string]struct {
			Value     any
			Sensitive bool
		}
		Root module `json:"root_module"`
	} `json:"planned_values"`
	Outputs map[string]struct {
		After        any
		AfterUnknown any `json:"after_unknown"`
	} `json:"output_changes"`
	Changes []struct {
		Address string
		Change  struct {
			Actions      []string
			AfterUnknown map[string]any `json:"after_unknown"`
		}
	} `json:"resource_changes"`
	Checks []struct {
		Address struct {
			Display string `json:"to_display"`
			Kind    string
		}
		Status    string
		Instances []struct {
			Problems []struct{ Message string }
		}
	}
}

type module struct {
	Resources []resource
	Children  []module `json:"child_modules"`
}

type resource struct {
	Address, Type, Mode string
	Values              map[string]any
}

// plan saves a root's plan and reads it.
func plan(t *testing.T, root *acctest.CLI, arguments ...string) planned {
	t.Helper()
	root.Run(0, append([]string{"plan", "-no-color", "-input=false", "-out=tfplan"}, arguments...)...)
	return read(t, root)
}

// read reads the plan that the root saved.
func read(t *testing.T, root *acctest.CLI) planned {
	t.Helper()
	code, text := root.Start("show", "-json", "tfplan").Lines()
	if code != 0 {
		t.Fatalf("show: %s", text)
	}
	// Warnings about this machine's configuration may stand before it.
	var p planned
	if err := json.Unmarshal([]byte(text[strings.Index(text, "{"):]), &p); err != nil {
		t.Fatal(err)
	}
	return p
}

// later stands for a value that is set and known after the apply alone.
const later = "(known after apply)"

// withLater puts later in the places of a value that are not known yet.
func withLater(value, unknown any) any {
	switch u := unknown.(type) {
	case bool:
		if u {
			return later
		}
	case map[string]any:
		object, ok := value.(map[string]any)
		if !ok {
			object = map[string]any{}
		}
		for name, inner := range u {
			if merged := withLater(object[name], inner); merged != nil {
				object[name] = merged
			}
		}
		if ok || len(object) > 0 {
			return object
		}
	case []any:
		list, ok := value.([]any)
		for i := range min(len(u), len(list)) {
			list[i] = withLater(list[i], u[i])
		}
		if ok {
			return list
		}
	}
	return value
}

// managed are all resources of the plan, of every module, by address, with later
// for what is not known yet.
func (p planned) managed() []resource {
	unknown := map[string]map[string]any{}
	for _, c := range p.Changes {
		unknown[c.Address] = c.Change.AfterUnknown
	}
	var all []resource
	var walk func(m module)
	walk = func(m module) {
		for _, r := range m.Resources {
			if r.Mode == "managed" {
				withLater(r.Values, unknown[r.Address])
				all = append(all, r)
			}
		}
		for _, child := range m.Children {
			walk(child)
		}
	}
	walk(p.Values.Root)
	slices.SortFunc(all, func(a, b resource) int { return cmp.Compare(a.Address, b.Address) })
	return all
}

// types counts the resources by type.
func (p planned) types() (names []string, count map[string]int) {
	count = map[string]int{}
	for _, r := range p.managed() {
		count[r.Type]++
	}
	return slices.Sorted(maps.Keys(count)), count
}

// at gives the value at a path of names in nested blocks, of each block's first
// element; nil where something on the way is not there.
func (r resource) at(path string) any {
	var value any = r.Values
	for name := range strings.SplitSeq(path, ".") {
		if list, ok := value.([]any); ok {
			if len(list) == 0 {
				return nil
			}
			value = list[0]
		}
		object, ok := value.(map[string]any)
		if !ok {
			return nil
		}
		value = object[name]
	}
	return value
}
