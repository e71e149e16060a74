package modules_test

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

var (
	gitSource = regexp.MustCompile(`"git::[^"]*//(modules/[a-z]+)\?ref=[^"]*"`)
	hclBlock  = regexp.MustCompile("(?s)```hcl\n(.*?)```")

	saidResources = regexp.MustCompile(`([0-9]+) resources`)
	saidCost      = regexp.MustCompile(`([0-9,]+) USD a month|month costs about ([0-9,]+) USD`)
	saidPromises  = regexp.MustCompile("(?s)```\n(PROMISE .*?)```")
)

// asInRepository makes a root take the modules of this tree where it names a
// release, and keep its state here where it names a workspace.
func asInRepository(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.tf"))
	if err != nil {
		t.Fatal(err)
	}
	up := "../.."
	if filepath.Base(filepath.Dir(filepath.Dir(folder))) == "examples" {
		up = "../../.."
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		local := gitSource.ReplaceAllString(string(text), `"`+up+`/$1"`)
		if strings.Contains(local, "\n  cloud {") {
			if err := os.WriteFile(filepath.Join(folder, "state_override.tf"), []byte("terraform {\n  backend \"local\" {}\n}\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		if local != string(text) {
			if err := os.WriteFile(file, []byte(local), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestReadmes: what a module's README shows as configuration is part of an
// example, which TestExamples plans.
func TestReadmes(t *testing.T) {
	for _, folder := range foldersWith(t, "variables.tf", "modules/*") {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			readme, err := os.ReadFile(filepath.Join(top, folder, "README.md"))
			if err != nil {
				t.Fatal(err)
			}
			examples, err := filepath.Glob(filepath.Join(top, folder, "examples", "*", "*.tf"))
			if err != nil {
				t.Fatal(err)
			}
			var texts []string
			for _, example := range examples {
				text, err := os.ReadFile(example)
				if err != nil {
					t.Fatal(err)
				}
				texts = append(texts, string(text))
			}
			written, _, _ := strings.Cut(string(readme), "<!-- BEGIN GENERATED -->")
			blocks := hclBlock.FindAllStringSubmatch(written, -1)
			if len(blocks) == 0 {
				t.Error("the README shows no configuration")
			}
			for _, block := range blocks {
				if !strings.Contains(strings.Join(texts, "\n"), strings.TrimSpace(block[1])) {
					t.Errorf("no example holds what the README shows:\n%s", block[1])
				}
			}
		})
	}
}

// saysWhatIs: the number of resources, the cost of a month and the table of
// promises in an example's README are those of its plan. Numbers may be 5 % off.
func saysWhatIs(t *testing.T, folder string, p planned) {
	t.Helper()
	resources := saidResources
	text, err := os.ReadFile(filepath.Join(top, folder, "README.md"))
	if os.IsNotExist(err) { // part of a larger example, whose README names it
		resources = regexp.MustCompile(filepath.Base(folder) + ` ([0-9]+) resources`)
		text, err = os.ReadFile(filepath.Join(top, filepath.Dir(folder), "README.md"))
	}
	if os.IsNotExist(err) {
		return // a module's: its README says no number
	}
	if err != nil {
		t.Fatal(err)
	}
	number := func(what string, said []string, is float64) {
		if said == nil {
			return
		}
		have, err := strconv.ParseFloat(strings.ReplaceAll(strings.Join(said[1:], ""), ",", ""), 64)
		if err != nil || math.Abs(have-is) > is/20 {
			t.Errorf("the README says %q, the plan has %.0f %s", said[0], is, what)
		}
	}
	number("resources", resources.FindStringSubmatch(string(text)), float64(len(p.managed())))
	if cost, ok := p.Values.Outputs["cost"].Value.(map[string]any); ok {
		number("USD a month", saidCost.FindStringSubmatch(string(text)), cost["total_usd"].(float64))
	}
	if table := saidPromises.FindSubmatch(text); table != nil {
		if is, _ := p.Values.Outputs["promises_table"].Value.(string); strings.TrimSpace(is) != strings.TrimSpace(string(table[1])) {
			t.Errorf("the README has another table of promises than the plan:\n%s", is)
		}
	}
}
