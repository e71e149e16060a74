package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	module          = "github.com/proveniq/terraform-provider-proveniq"
	providerProgram = "terraform-provider-proveniq"
	providerSource  = "proveniq/proveniq"
	// providerVersion is what the mirror calls the provider. Terraform takes no
	// pre-release where the configuration asks for none.
	providerVersion = "0.1.0"
)

// leftoverAge is how old a run folder must be to be taken for one that was left
// behind by a run that was killed.
const leftoverAge = time.Hour

// space is the folder of one run. Several runs at once keep apart.
type space struct {
	root string // the repository
	work string // where logs stay
	dir  string // of this run
	log  *runLog
}

// newSpace makes the folder of a run. Close removes it.
func newSpace(root, work string) (*space, error) {
	root, err := filepath.Abs(root)
	if err != nil {
		return nil, err
	}
	if text, err := os.ReadFile(filepath.Join(root, "go.mod")); err != nil || !strings.HasPrefix(string(text), "module "+module+"\n") {
		return nil, fmt.Errorf("%s is not the root of the provider's repository: run the demo there, or name it with -root", root)
	}
	if work, err = filepath.Abs(work); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(work, 0o755); err != nil {
		return nil, fmt.Errorf("the folder for logs cannot be made: %w", err)
	}
	removeLeftovers(work, time.Now())
	dir, err := os.MkdirTemp(work, "run-")
	if err != nil {
		return nil, fmt.Errorf("the run's folder cannot be made: %w", err)
	}
	file, err := os.OpenFile(filepath.Join(dir, "demo.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o644)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("the log cannot be written: %w", err), os.RemoveAll(dir))
	}
	return &space{root: root, work: work, dir: dir, log: &runLog{file: file}}, nil
}

// removeLeftovers removes what killed runs left long ago. What cannot be
// removed stays: the next run tries again.
func removeLeftovers(work string, now time.Time) {
	folders, _ := filepath.Glob(filepath.Join(work, "run-*"))
	for _, folder := range folders {
		if info, err := os.Stat(folder); err == nil && now.Sub(info.ModTime()) > leftoverAge {
			_ = os.RemoveAll(folder)
		}
	}
}

// logPath is where the log is once the run is over.
func (s *space) logPath() string { return filepath.Join(s.work, "demo.log") }

// close moves the log to its place and removes the run's folder.
func (s *space) close() error {
	return errors.Join(
		s.log.file.Close(),
		os.Rename(s.log.file.Name(), s.logPath()),
		os.RemoveAll(s.dir),
	)
}

// quickstart is the run's own copy of the example.
func (s *space) quickstart() string { return filepath.Join(s.dir, "quickstart") }

// schema is the folder of the ledger's schema.
func (s *space) schema() string { return filepath.Join(s.root, "modules", "spanner", "schema") }

// copyQuickstart copies the example's configuration and no more: state, lock
// and provider links of the run never get into the repository, and none of the
// user's get into the run.
func (s *space) copyQuickstart() error {
	from := os.DirFS(filepath.Join(s.root, "examples", "quickstart"))
	err := fs.WalkDir(from, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if strings.HasPrefix(name, ".terraform") {
				return fs.SkipDir
			}
			return os.MkdirAll(filepath.Join(s.quickstart(), name), 0o755)
		}
		if extension := filepath.Ext(name); extension != ".tf" && extension != ".sql" {
			return nil
		}
		text, err := fs.ReadFile(from, name)
		if err != nil {
			return err
		}
		return os.WriteFile(filepath.Join(s.quickstart(), name), text, 0o644)
	})
	if err != nil {
		return fmt.Errorf("the quickstart cannot be copied: %w", err)
	}
	return nil
}

// buildProvider compiles the provider into the run's folder.
func (s *space) buildProvider(ctx context.Context, hurry <-chan struct{}) (string, error) {
	path := filepath.Join(s.dir, providerProgram)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	compiler, err := exec.LookPath("go")
	if err != nil {
		return "", errors.New("go is not on the PATH, so the provider cannot be built: install Go, or name a built provider with -provider")
	}
	var output strings.Builder
	cmd := exec.Command(compiler, "build", "-trimpath", "-buildvcs=false", "-o", path, ".")
	cmd.Dir = s.root
	cmd.Stderr = io.MultiWriter(&output, s.log)
	if err := supervise(ctx, hurry, cmd); err != nil {
		if ctx.Err() != nil {
			return "", context.Cause(ctx)
		}
		return "", fmt.Errorf("the provider does not compile: %w\n%s", err, output.String())
	}
	return path, nil
}

// mirror lays the provider out as Terraform looks for it, and writes the
// configuration file that makes it look there and nowhere else.
func (s *space) mirror(provider, address, platform string) (configuration string, err error) {
	mirror := filepath.Join(s.dir, "mirror")
	folder := filepath.Join(mirror, filepath.FromSlash(address), providerVersion, platform)
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return "", err
	}
	name := providerProgram + "_v" + providerVersion + filepath.Ext(provider)
	if err := os.Symlink(provider, filepath.Join(folder, name)); err != nil {
		return "", err
	}
	configuration = filepath.Join(s.dir, "cli.tfrc")
	text := fmt.Sprintf("disable_checkpoint = true\n\nprovider_installation {\n  filesystem_mirror {\n    path = %s\n  }\n}\n", quoted(mirror))
	return configuration, os.WriteFile(configuration, []byte(text), 0o644)
}

// quoted writes a text as a string of Terraform's language.
func quoted(text string) string {
	return strings.NewReplacer("${", "$${", "%{", "%%{").Replace(strconv.Quote(text))
}

// runLog lets several writers share the log.
type runLog struct {
	mu   sync.Mutex
	file *os.File
}

func (l *runLog) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.file.Write(b)
}
