package modules_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// refusal is a call of a module with something wrong in it.
type refusal struct {
	name string
	// given are arguments as HCL, one a line; a sound call has the others.
	given string
	// says is what the one error about it must say.
	says string
}

// refusals are the wrong calls of a module, all in one root: core reports them
// together. Each validation of the module's variables has at least one.
type refusals struct {
	sound string
	calls []refusal
}

var (
	argument = regexp.MustCompile(`(?m)^([a-z_]+) = .*$`)
	// checkedBy names the validation in the text of the error.
	checkedBy  = regexp.MustCompile(`This was checked by the validation rule at \S*?variables\.tf:([0-9]+),`)
	validation = regexp.MustCompile(`^\s*validation \{`)
)

// call is a root's file with the call.
func (r refusals) call(module string, c refusal) string {
	given := map[string]bool{}
	for _, match := range argument.FindAllStringSubmatch(c.given, -1) {
		given[match[1]] = true
	}
	lines := []string{fmt.Sprintf("module %q {", c.name), fmt.Sprintf("source = %q", "./modules/"+module), c.given}
	for _, match := range argument.FindAllStringSubmatch(r.sound, -1) {
		if !given[match[1]] {
			lines = append(lines, match[0])
		}
	}
	return strings.Join(append(lines, "}\n"), "\n")
}

// TestMessages: what is wrong is refused when it is planned, with the one message
// that says what to change, at the argument of the call. Nothing else is wrong with
// these calls, so nothing else is said.
func TestMessages(t *testing.T) {
	for module, r := range map[string]refusals{
		"analytics": analyticsRefusals, "edge": edgeRefusals, "ledger": ledgerRefusals, "network": networkRefusals,
		"observability": observabilityRefusals, "region": regionRefusals, "spanner": spannerRefusals,
	} {
		if only := os.Getenv("MODULE"); only != "" && only != module {
			continue
		}
		t.Run(module, func(t *testing.T) {
			t.Parallel()
			root := newTree(t).In(t, "")
			root.WriteFile("providers.tf", `
terraform {
  required_providers {
    google   = { source = "hashicorp/google" }
    proveniq = { source = "proveniq/proveniq" }
  }
}

provider "google" {
  project = "ledger-test"
}

provider "proveniq" {
  project = "ledger-test"
}
`)
			for _, c := range r.calls {
				root.WriteFile(c.name+".tf", r.call(module, c))
			}
			root.Run(0, "init", "-no-color", "-input=false")
			said, hit := map[string][]string{}, map[string]bool{}
			// Core first validates, when it knows no variable that a condition compares
			// its own with; what is left is refused when it is planned.
			for range 2 {
				_, output := root.Start("plan", "-json", "-input=false").Lines()
				for line := range strings.Lines(output) {
					var e event
					if json.Unmarshal([]byte(line), &e) != nil || e.Type != "diagnostic" || e.Diagnostic.Severity != "error" {
						continue
					}
					file := e.Diagnostic.Range.Filename
					said[strings.TrimSuffix(file, ".tf")] = append(said[strings.TrimSuffix(file, ".tf")], e.Diagnostic.Summary+": "+e.Diagnostic.Detail)
					for _, match := range checkedBy.FindAllStringSubmatch(e.Diagnostic.Detail, -1) {
						hit[match[1]] = true
					}
				}
				for name := range said {
					_ = os.Remove(filepath.Join(root.Folder(), name+".tf"))
				}
			}
			for _, c := range r.calls {
				t.Run(c.name, func(t *testing.T) {
					if len(said[c.name]) != 1 || !strings.Contains(said[c.name][0], c.says) {
						t.Errorf("want one error that says %q, got %d:\n%s", c.says, len(said[c.name]), strings.Join(said[c.name], "\n"))
					}
				})
				delete(said, c.name)
			}
			for place, texts := range said {
				t.Errorf("%q: %s", place, strings.Join(texts, "\n"))
			}
			variables, err := os.ReadFile(filepath.Join(top, "modules", module, "variables.tf"))
			if err != nil {
				t.Fatal(err)
			}
			for i, line := range strings.Split(string(variables), "\n") {
				if validation.MatchString(line) && !hit[fmt.Sprint(i+1)] {
					t.Errorf("no call is refused by the validation at variables.tf:%d", i+1)
				}
			}
		})
	}
}
