package ddl_test

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/tools/txtar"

	"github.com/proveniq/terraform-provider-proveniq/internal/schematest"
)

// update writes the plans anew: go test ./ddl -update, then read the diff.
var update = flag.Bool("update", false, "write the plans of testdata/*.txtar")

// The files of a golden.
const (
	beforeFile = "before.sql"
	afterFile  = "after.sql"
	// allowFile holds the names to allow, one a line.
	allowFile = "allow"
	// planFile is what ddldiff prints.
	planFile = "plan.sql"
	// elsewhereFile says why the emulator is not asked.
	elsewhereFile = "not on the emulator"
)

var (
	emulators schematest.Emulators
	ddldiff   string
)

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		log.Print(err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (code int, err error) {
	folder, err := os.MkdirTemp("", "ddldiff")
	if err != nil {
		return 1, err
	}
	defer func() { err = errors.Join(err, emulators.Stop(), os.RemoveAll(folder)) }()
	ddldiff = filepath.Join(folder, "ddldiff")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", ddldiff, "./cmd/ddldiff")
	build.Dir, build.Stderr = filepath.Join("..", "..", ".."), os.Stderr
	if err := build.Run(); err != nil {
		return 1, fmt.Errorf("build ddldiff: %w", err)
	}
	return m.Run(), nil
}

// TestGoldens: every change of testdata is planned as it says there, and where
// the plan may run and the emulator knows what it speaks of, Spanner accepts it,
// the database becomes what a fresh one would be, and nothing is left to do.
func TestGoldens(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "*.txtar"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no goldens: %v", err)
	}
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".txtar"), func(t *testing.T) {
			t.Parallel()
			archive, err := txtar.ParseFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if len(bytes.TrimSpace(archive.Comment)) == 0 {
				t.Error("the golden does not say what it shows")
			}
			parts := map[string]string{}
			for _, f := range archive.Files {
				parts[f.Name] = string(f.Data)
			}
			allow := strings.Fields(parts[allowFile])
			plan, refused := printed(t, parts, allow)
			if *update {
				write(t, file, archive, plan)
			} else if diff := cmp.Diff(parts[planFile], plan); diff != "" {
				t.Errorf("plan (-want +got):\n%s", diff)
			}
			if refused || parts[elsewhereFile] != "" {
				return
			}
			if _, err := emulators.Migrate(t.Context(), schematest.Migration{Before: parts[beforeFile], After: parts[afterFile], AllowDestructive: allow}); err != nil {
				t.Error(err)
			}
		})
	}
}

// printed runs ddldiff on the golden's schemas.
func printed(t *testing.T, parts map[string]string, allow []string) (plan string, refused bool) {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{beforeFile, afterFile} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte(parts[name]), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{beforeFile, afterFile}
	if len(allow) > 0 {
		args = append(args, "-allow-destructive", strings.Join(allow, ","))
	}
	cmd := exec.CommandContext(t.Context(), ddldiff, args...)
	cmd.Dir = folder
	out, err := cmd.Output()
	var exit *exec.ExitError
	if errors.As(err, &exit) && exit.ExitCode() == 3 {
		return string(out), true
	}
	if err != nil {
		t.Fatalf("ddldiff: %v\n%s", err, exit.Stderr)
	}
	return string(out), false
}

func write(t *testing.T, file string, archive *txtar.Archive, plan string) {
	t.Helper()
	archive.Files = slices.DeleteFunc(archive.Files, func(f txtar.File) bool { return f.Name == planFile })
	archive.Files = append(archive.Files, txtar.File{Name: planFile, Data: []byte(plan)})
	if err := os.WriteFile(file, txtar.Format(archive), 0o600); err != nil {
		t.Fatal(err)
	}
}
