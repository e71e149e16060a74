package modules_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var declaredOutput = regexp.MustCompile(`(?m)^output "([a-z_]+)"`)

// TestLedgerOutputs: the outputs of modules/ledger are a contract. Their names and
// shapes are those of testdata/ledger_outputs.txt, and what can be known at the
// first plan is known. UPDATE=1 writes the file.
func TestLedgerOutputs(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(top, "modules/ledger/outputs.tf"))
	if err != nil {
		t.Fatal(err)
	}
	root := newTree(t).In(t, "modules")
	config := `
provider "google" {
  project      = "ledger-test"
  access_token = "none"
}

module "ledger" {
  source         = "./ledger"
  project_id     = "ledger-test"
  project_number = "123456789012"
  domains        = ["ledger.example.com"]
  regions        = { us-east1 = { slot = 0 }, europe-west1 = { slot = 1 } }
  delivery       = { config_sync = { image = "us-docker.pkg.dev/ledger-test/ledger/config:v1" } }
}
`
	for _, name := range declaredOutput.FindAllStringSubmatch(string(text), -1) {
		config += fmt.Sprintf("output %q {\n  value = module.ledger.%s\n}\n", name[1], name[1])
	}
	root.Write(config)
	root.Run(0, "init", "-no-color", "-input=false")
	p := plan(t, root)
	var shapes []string
	for _, name := range slices.Sorted(maps.Keys(p.Outputs)) {
		shapes = append(shapes, name+": "+shape(p.Outputs[name].After, p.Outputs[name].AfterUnknown))
	}
	have := strings.Join(shapes, "\n") + "\n"
	golden := filepath.Join("testdata", "ledger_outputs.txt")
	if os.Getenv("UPDATE") != "" {
		if err := os.WriteFile(golden, []byte(have), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), have); diff != "" {
		t.Errorf("the outputs have changed, which breaks whoever uses them (-want +have):\n%s", diff)
	}
}

// shape writes the type of a value, with what is known after the apply alone.
func shape(value, unknown any) string {
	if unknown == true {
		return "later"
	}
	switch v := value.(type) {
	case nil:
		if parts, ok := unknown.(map[string]any); ok && len(parts) > 0 {
			return shape(map[string]any{}, unknown)
		}
		return "null"
	case map[string]any:
		parts, _ := unknown.(map[string]any)
		keys := map[string]string{}
		for key, inner := range v {
			keys[key] = shape(inner, parts[key])
		}
		for key, inner := range parts {
			if _, known := v[key]; !known {
				keys[key] = shape(nil, inner)
			}
		}
		var all []string
		for _, key := range slices.Sorted(maps.Keys(keys)) {
			all = append(all, key+" "+keys[key])
		}
		// A map of alike values, whatever its keys.
		if alike := slices.Compact(slices.Sorted(maps.Values(keys))); len(alike) == 1 && len(alike[0]) > len("string") {
			return "{any " + alike[0] + "}"
		}
		return "{" + strings.Join(all, ", ") + "}"
	case []any:
		parts, _ := unknown.([]any)
		inner := map[string]bool{}
		for i, element := range v {
			var part any
			if i < len(parts) {
				part = parts[i]
			}
			inner[shape(element, part)] = true
		}
		return "[" + strings.Join(slices.Sorted(maps.Keys(inner)), " | ") + "]"
	case string:
		if json.Valid([]byte(v)) && strings.HasPrefix(v, "{") {
			return "JSON"
		}
		return "string"
	case bool:
		return "bool"
	default:
		return "number"
	}
}
