package modules_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestLint runs tflint with all rules of its terraform ruleset over modules and
// examples.
func TestLint(t *testing.T) {
	tflint := os.Getenv("TFLINT")
	if tflint == "" {
		t.Skip("SKIPPED: TFLINT does not say where tflint is; make modules and make test build it")
	}
	config, err := filepath.Abs(filepath.Join(top, ".tflint.hcl"))
	if err != nil {
		t.Fatal(err)
	}
	tree := newTree(t)
	for _, folder := range foldersWith(t, "versions.tf", "modules/*", "modules/*/examples/*", "examples/*", "examples/*/*") {
		t.Run(folder, func(t *testing.T) {
			command := exec.CommandContext(t.Context(), tflint, "--config="+config, "--chdir="+tree.In(t, folder).Folder(), "--no-color", "--format=compact")
			if output, err := command.CombinedOutput(); err != nil {
				t.Errorf("%v\n%s", err, output)
			}
		})
	}
}
