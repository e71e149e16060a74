// Package modules runs the tests of the Terraform modules, and plans every
// example, with the schema replica of the google provider.
package modules_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
)

// top is the repository.
const top = "../../.."

func TestMain(m *testing.M) { acctest.Main(m) }

// tree is a copy of all modules and examples.
type tree struct{ all *acctest.CLI }

func newTree(t *testing.T) tree {
	t.Helper()
	return tree{acctest.NewTree(t, top, []string{"modules", "examples"}, nil)}
}

// In leads to a folder of it, with both providers attached for it alone.
func (tree tree) In(t *testing.T, folder string) *acctest.CLI {
	t.Helper()
	root := tree.all.In(t, folder)
	root.Attach(replicatest.Join(t, root.Reattach(), replicatest.Attach(t)))
	return root
}

// foldersWith are the folders under the pattern that hold what is named, of the
// module that MODULE names if it names one.
func foldersWith(t *testing.T, what string, patterns ...string) []string {
	t.Helper()
	var folders []string
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(top, pattern, what))
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range found {
			folder, err := filepath.Rel(top, filepath.Dir(one))
			if err != nil {
				t.Fatal(err)
			}
			folder = filepath.ToSlash(folder)
			if module := os.Getenv("MODULE"); module == "" || strings.HasPrefix(folder+"/", "modules/"+module+"/") {
				folders = append(folders, folder)
			}
		}
	}
	return folders
}

// event is a line of `terraform test -json`.
type event struct {
	Type string `json:"type"`
	Run  struct {
		Path, Run, Progress, Status string
	} `json:"test_run"`
	File    string `json:"@testfile"`
	RunName string `json:"@testrun"`
	// Diagnostic says why a run failed.
	Diagnostic struct {
		Severity, Summary, Detail string
		Range                     struct {
			Filename string
			Start    struct{ Line int }
		}
	}
	Summary struct {
		Status                           string
		Passed, Failed, Errored, Skipped int
	} `json:"test_summary"`
}

// TestModules runs `terraform test` in every module: each run block is a test.
func TestModules(t *testing.T) {
	tree := newTree(t)
	folders := foldersWith(t, "tests", "modules/*")
	if len(folders) == 0 {
		t.Fatalf("no module has tests, or MODULE=%q names none", os.Getenv("MODULE"))
	}
	for _, folder := range folders {
		t.Run(filepath.Base(folder), func(t *testing.T) {
			t.Parallel()
			module := tree.In(t, folder)
			module.Run(0, "init", "-no-color", "-input=false")
			module.Run(0, "validate", "-no-color")
			code, output := module.Start("test", "-json", "-no-color").Lines()
			ran := runs(t, output)
			if code != 0 && !t.Failed() {
				t.Errorf("exit code %d:\n%s", code, output)
			}
			if ran == 0 {
				t.Errorf("no run block ran:\n%s", output)
			}
		})
	}
}

// runs reports each run block as a test of its own, and counts them.
func runs(t *testing.T, output string) (ran int) {
	t.Helper()
	said := map[string][]string{}
	var done []event
	for line := range strings.Lines(output) {
		var e event
		if json.Unmarshal([]byte(line), &e) != nil {
			t.Errorf("not from `test -json`: %s", line)
			continue
		}
		switch {
		case e.Type == "diagnostic" && e.Diagnostic.Severity == "error":
			at := e.File + "/" + e.RunName
			said[at] = append(said[at], strings.Join([]string{e.Diagnostic.Summary, e.Diagnostic.Detail}, ": "))
		case e.Type == "test_run" && e.Run.Progress == "complete":
			done = append(done, e)
		}
	}
	for _, e := range done {
		ran++
		at := e.Run.Path + "/" + e.Run.Run
		t.Run(strings.TrimSuffix(filepath.Base(e.Run.Path), ".tftest.hcl")+"/"+e.Run.Run, func(t *testing.T) {
			if e.Run.Status != "pass" {
				t.Errorf("%s: %s: %s", at, e.Run.Status, strings.Join(said[at], "\n"))
			}
		})
		delete(said, at)
	}
	for at, texts := range said {
		t.Errorf("%s: %s", at, strings.Join(texts, "\n"))
	}
	return ran
}

// givesVariables puts every *.tfvars*.example of a root beside it without the
// ending, as its README has users do.
func givesVariables(t *testing.T, root *acctest.CLI) {
	t.Helper()
	examples, err := filepath.Glob(filepath.Join(root.Folder(), "*.tfvars*.example"))
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range examples {
		text, err := os.ReadFile(example)
		if err != nil {
			t.Fatal(err)
		}
		root.WriteFile(strings.TrimSuffix(filepath.Base(example), ".example"), string(text))
	}
}

// TestExamples plans every example that is a root of its own.
func TestExamples(t *testing.T) {
	tree := newTree(t)
	folders := foldersWith(t, "versions.tf", "modules/*/examples/*", "examples/*", "examples/*/*")
	folders = slices.DeleteFunc(folders, func(folder string) bool {
		return folder == "examples/quickstart" // applied for real by the demo and its test
	})
	if len(folders) == 0 {
		t.Fatalf("there are no examples, or MODULE=%q names no module with any", os.Getenv("MODULE"))
	}
	for _, folder := range folders {
		t.Run(folder, func(t *testing.T) {
			t.Parallel()
			root := tree.In(t, folder)
			asInRepository(t, root.Folder())
			givesVariables(t, root)
			root.Run(0, "init", "-no-color", "-input=false")
			root.Run(0, "validate", "-no-color")
			p := plan(t, root)
			if len(p.managed()) == 0 {
				t.Error("the plan makes nothing")
			}
			saysWhatIs(t, folder, p)
		})
	}
}
