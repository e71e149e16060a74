package nested

import (
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestRoutes runs the table of requests against the edge's routes.
func TestRoutes(t *testing.T) { run(t, "../acctest", "./edge", "Routes") }

// TestAlert runs the table of scenarios against alerts.
func TestAlert(t *testing.T) { run(t, "../alerttest", "./...", "Alert") }

// run runs the tests that are asked for in a package of another module, and prints what
// they print. `make test` runs them where they are: only whoever asks by name gets
// them here.
func run(t *testing.T, module, packages, name string) {
	t.Helper()
	asked := flag.Lookup("test.run").Value.String()
	if !strings.Contains(asked, name) {
		t.Skipf("SKIPPED: runs in %s; go test ./... -run %s -v runs it from here", filepath.Base(module), name)
	}
	test := exec.CommandContext(t.Context(), "go", "test", "-count=1", "-v", "-run", asked, packages)
	test.Dir, test.Stdout, test.Stderr = module, os.Stdout, os.Stderr
	if err := test.Run(); err != nil {
		t.Errorf("go test -run %s %s in %s: %v", asked, packages, module, err)
	}
}
