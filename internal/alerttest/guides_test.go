package alerttest

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const top = "../.."

// guides gives the runbooks by name, as they are written.
func guides(t *testing.T) map[string]string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(top, "templates", "guides", "*.md"))
	if err != nil || len(files) == 0 {
		t.Fatalf("there are no guides: %v, %v", files, err)
	}
	all := map[string]string{}
	for _, file := range files {
		all[strings.TrimSuffix(filepath.Base(file), ".md")] = readFile(t, file)
	}
	return all
}

func readFile(t *testing.T, file string) string {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestAlertsLeadToRunbooks: what an incident links to is there, and tells what
// the plan will show.
func TestAlertsLeadToRunbooks(t *testing.T) {
	all := guides(t)
	for basis, alerts := range Apply(t).Alerts {
		for key, alert := range alerts {
			text, ok := all[alert.Guide]
			if !ok {
				t.Errorf("%s (%s) links to the guide %s, which is not there", key, basis, alert.Guide)
			} else if !strings.Contains(text, "plan") || !strings.Contains(text, "terraform apply") {
				t.Errorf("the guide %s shows neither a plan nor an apply", alert.Guide)
			}
		}
	}
	link := regexp.MustCompile(`\]\(([a-z-]+)\)`)
	for name, text := range all {
		for _, match := range link.FindAllStringSubmatch(text, -1) {
			if _, ok := all[match[1]]; !ok {
				t.Errorf("%s links to %s, which is not there", name, match[1])
			}
		}
		if _, err := os.Stat(filepath.Join(top, "docs", "guides", name+".md")); err != nil {
			t.Errorf("docs/guides lacks %s: run make generate", name)
		}
	}
}

// TestRunbooksUseWhatTheLedgerHas: in an outage nobody wants to learn that a
// variable or a resource is called otherwise.
func TestRunbooksUseWhatTheLedgerHas(t *testing.T) {
	variables := readFile(t, filepath.Join(top, "modules", "ledger", "variables.tf"))
	declared := regexp.MustCompile(`(?m)^variable "([a-z_]+)"`).FindAllStringSubmatch(variables, -1)
	var names []string
	for _, match := range declared {
		names = append(names, match[1])
	}
	var (
		block     = regexp.MustCompile("(?s)```hcl\n(.*?)```")
		argument  = regexp.MustCompile(`(?m)^( *)([a-z_]+) *= `)
		inside    = regexp.MustCompile(`[{,] *([a-z_]+) = `)
		address   = regexp.MustCompile(`module\.ledger\.((?:module\.[a-z_]+(?:\[[^\]]*\])?\.)*)((?:google|proveniq|terraform)_[a-z_]+)\.([a-z_]+)`)
		submodule = regexp.MustCompile(`module\.([a-z_]+)`)
	)
	checked := 0
	for name, text := range guides(t) {
		for _, found := range block.FindAllStringSubmatch(text, -1) {
			// A block in a numbered list is indented as a whole.
			code, least := found[1], -1
			for _, match := range argument.FindAllStringSubmatch(code, -1) {
				if least < 0 || len(match[1]) < least {
					least = len(match[1])
				}
			}
			for _, match := range argument.FindAllStringSubmatch(code, -1) {
				checked++
				if len(match[1]) == least && !slices.Contains(names, match[2]) {
					t.Errorf("%s: modules/ledger has no variable %s", name, match[2])
				}
				if len(match[1]) > least {
					nested(t, name, variables, match[2])
				}
			}
			for _, match := range inside.FindAllStringSubmatch(code, -1) {
				checked++
				nested(t, name, variables, match[1])
			}
		}
		for _, match := range address.FindAllStringSubmatch(text, -1) {
			checked++
			folder := "ledger"
			if modules := submodule.FindAllStringSubmatch(match[1], -1); len(modules) > 0 {
				folder = modules[len(modules)-1][1]
			}
			files, err := filepath.Glob(filepath.Join(top, "modules", folder, "*.tf"))
			if err != nil || len(files) == 0 {
				t.Errorf("%s: there is no module %s", name, folder)
			}
			want := `resource "` + match[2] + `" "` + match[3] + `"`
			if !slices.ContainsFunc(files, func(file string) bool { return strings.Contains(readFile(t, file), want) }) {
				t.Errorf("%s: modules/%s has no %s", name, folder, want)
			}
		}
	}
	if checked < 40 {
		t.Errorf("only %d names were found in the guides: the test reads them wrongly", checked)
	}
}

// nested looks for an attribute of an object variable; a region's name is a key.
func nested(t *testing.T, guide, variables, attribute string) {
	t.Helper()
	if !regexp.MustCompile(`\b` + attribute + ` *= *(optional\(|[a-z])`).MatchString(variables) {
		t.Errorf("%s: no variable of modules/ledger has an attribute %s", guide, attribute)
	}
}
