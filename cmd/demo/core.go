package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// interruptGrace is how long Terraform has to end in order: it stops what it is
// doing and writes its state.
const interruptGrace = 15 * time.Second

// oldestCore is the oldest minor version of Terraform and OpenTofu 1.x that
// the quickstart works with.
const oldestCore = 9

// core is the Terraform or OpenTofu that runs the quickstart.
type core struct {
	path     string
	name     string // "Terraform" or "OpenTofu"
	version  string
	platform string // as "linux_amd64"
	dir      string // where it runs
	env      []string
	log      io.Writer
	hurry    <-chan struct{}
}

// findCore looks for the binary: the one named, or terraform or tofu on PATH.
func findCore(named string, look func(string) (string, error)) (string, error) {
	if named != "" {
		path, err := look(named)
		if err != nil {
			return "", fmt.Errorf("-terraform names %q, which cannot be run: give the path of Terraform or OpenTofu", named)
		}
		return filepath.Abs(path)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := look(name); err == nil {
			return filepath.Abs(path)
		}
	}
	return "", errors.New("neither terraform nor tofu is on the PATH: run `make demo`, which installs one into build/, or name one with -terraform")
}

// identify asks the binary what it is.
func (c *core) identify(ctx context.Context) error {
	plain, err := c.run(ctx, nil, "version")
	if err != nil {
		return err
	}
	c.name = "Terraform"
	if strings.HasPrefix(plain.stdout, "OpenTofu") {
		c.name = "OpenTofu"
	}
	described, err := c.run(ctx, nil, "version", "-json")
	if err != nil {
		return err
	}
	var answer struct {
		Version  string `json:"terraform_version"`
		Platform string `json:"platform"`
	}
	if err := json.Unmarshal([]byte(described.stdout), &answer); err != nil || answer.Version == "" || answer.Platform == "" {
		return fmt.Errorf("%s does not answer `version -json` as Terraform or OpenTofu does: name another with -terraform", c.path)
	}
	c.version, c.platform = answer.Version, answer.Platform
	if tooOld(c.version) {
		return fmt.Errorf("%s %s (%s) is too old: 1.%d or later is needed; install a newer one or name it with -terraform",
			c.name, c.version, c.path, oldestCore)
	}
	return nil
}

func tooOld(version string) bool {
	parts := strings.SplitN(version, ".", 3)
	if len(parts) < 2 || parts[0] != "1" {
		return false
	}
	minor, err := strconv.Atoi(parts[1])
	return err == nil && minor < oldestCore
}

// command is the binary's name as a reader would type it.
func (c *core) command() string { return strings.TrimSuffix(filepath.Base(c.path), ".exe") }

var requiredProvider = regexp.MustCompile(`provider\[([^\]]+)\]`)

// providerAddress is the full address of the quickstart's provider, which
// Terraform and OpenTofu complete with different hosts.
func (c *core) providerAddress(ctx context.Context) (string, error) {
	result, err := c.run(ctx, nil, "providers")
	if err != nil {
		return "", err
	}
	for _, match := range requiredProvider.FindAllStringSubmatch(result.stdout, -1) {
		if strings.HasSuffix(match[1], "/"+providerSource) {
			return match[1], nil
		}
	}
	return "", fmt.Errorf("`%s providers` does not list %s", c.command(), providerSource)
}

// result is what a finished command left.
type result struct {
	code           int
	stdout, stderr string
}

// run runs one command and wants exit code 0, or one of the codes given. Each
// line of output is given to watch, if there is one, as soon as it is there.
func (c *core) run(ctx context.Context, watch func(line string), args ...string) (result, error) {
	return c.expect(ctx, []int{0}, watch, args...)
}

func (c *core) expect(ctx context.Context, codes []int, watch func(line string), args ...string) (result, error) {
	fmt.Fprintf(c.log, "\n$ %s %s\n", c.command(), strings.Join(args, " "))
	var stdout, stderr bytes.Buffer
	lines := &lineWriter{each: watch}
	cmd := exec.Command(c.path, args...)
	cmd.Dir, cmd.Env = c.dir, c.env
	cmd.Stdout = io.MultiWriter(&stdout, c.log, lines)
	cmd.Stderr = io.MultiWriter(&stderr, c.log)
	err := supervise(ctx, c.hurry, cmd)
	r := result{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	fmt.Fprintf(c.log, "exit code %d\n", r.code)
	if ctx.Err() != nil {
		return r, context.Cause(ctx)
	}
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return r, fmt.Errorf("%s cannot be run: %w", c.path, err)
	}
	if !slices.Contains(codes, r.code) {
		return r, fmt.Errorf("`%s %s` ended with exit code %d, expected %d%s", c.command(), strings.Join(args, " "), r.code, codes[0], firstError(r.stderr))
	}
	return r, nil
}

// firstError is the summary of the first error that Terraform printed, as the
// end of a sentence, or nothing.
func firstError(stderr string) string {
	for line := range strings.Lines(unboxed(stderr)) {
		if summary, found := strings.CutPrefix(strings.TrimSpace(line), "Error: "); found {
			return ": " + summary
		}
	}
	return ""
}

// unboxed takes away the frame that Terraform draws around diagnostics.
func unboxed(text string) string {
	var b strings.Builder
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n ")
		switch {
		case line == "╷" || line == "╵":
			continue
		case line == "│":
			line = ""
		default:
			line = strings.TrimPrefix(line, "│ ")
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// supervise runs a command to its end. When the context ends first, the command
// is asked to stop, and after a grace, or at once when hurry closes, killed.
// Either way nothing of what it started is left.
func supervise(ctx context.Context, hurry <-chan struct{}, cmd *exec.Cmd) error {
	// An output pipe held open by a grandchild must not keep Wait waiting.
	cmd.WaitDelay = 2 * time.Second
	ended, err := start(cmd)
	if err != nil {
		return err
	}
	defer killGroup(cmd)
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	interrupt(cmd)
	grace := time.NewTimer(interruptGrace)
	defer grace.Stop()
	select {
	case err := <-ended:
		return err
	case <-grace.C:
	case <-hurry:
	}
	killGroup(cmd)
	return <-ended
}

// baseEnvironment is the environment without what would lead Terraform or the
// provider elsewhere.
func baseEnvironment(environ []string) []string {
	return slices.DeleteFunc(slices.Clone(environ), func(variable string) bool {
		name, _, _ := strings.Cut(variable, "=")
		for _, prefix := range []string{"TF_", "GOOGLE_", "GCLOUD_", "CLOUDSDK_", "SPANNER_"} {
			if strings.HasPrefix(name, prefix) {
				return true
			}
		}
		return name == "USER_PROJECT_OVERRIDE"
	})
}

// lineWriter gives whole lines to a function.
type lineWriter struct {
	each func(line string)
	rest []byte
}

func (w *lineWriter) Write(b []byte) (int, error) {
	if w.each == nil {
		return len(b), nil
	}
	w.rest = append(w.rest, b...)
	for {
		end := bytes.IndexByte(w.rest, '\n')
		if end < 0 {
			return len(b), nil
		}
		w.each(strings.TrimRight(string(w.rest[:end]), "\r"))
		w.rest = w.rest[end+1:]
	}
}

// absolute makes a path absolute and checks that it is a file.
func absolute(path string) (string, error) {
	info, err := os.Stat(path)
	if err != nil || info.IsDir() {
		return "", fmt.Errorf("there is no file %s", path)
	}
	return filepath.Abs(path)
}
