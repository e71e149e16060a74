package acctest

import (
	"bytes"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/replicatest"
	"github.com/proveniq/terraform-provider-proveniq/internal/provider"
)

// commandLimit bounds one command of the core binary.
const commandLimit = 10 * time.Minute

// CLI is a root module and the core binary that runs in it, with the provider
// served by the test's own process. It is for what the test framework does
// not do: saved plans, -refresh=false, interrupts, output.
type CLI struct {
	t           testing.TB
	folder      string
	environment []string
	// variables are those of the provider under test, as for Factories.
	variables []string
	reattach  string
}

// Reattach is the value of TF_REATTACH_PROVIDERS that finds the provider under
// test.
func (c *CLI) Reattach() string { return c.reattach }

// NewCLI prepares a root module with this configuration; it need not declare
// the provider's source. Variables are the provider's, as for Factories.
func NewCLI(t *testing.T, config string, variables ...string) *CLI {
	t.Helper()
	const required = `terraform {
  required_providers {
    proveniq = {
      source = "` + provider.Address + `"
    }
  }
}
`
	c := newCLI(t, variables)
	c.writeFile("versions.tf", required)
	c.Write(config)
	c.Run(0, "init", "-no-color", "-input=false")
	return c
}

// NewRoot prepares a copy of a root module's folder. Environment is added to
// that of the core and of the providers that it starts; variables are those of
// the provider under test, as for Factories. Init is left to the caller.
func NewRoot(t *testing.T, folder string, environment []string, variables ...string) *CLI {
	t.Helper()
	c := newCLI(t, variables)
	c.environment = append(c.environment, environment...)
	if err := os.CopyFS(c.folder, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	return c
}

// NewTree prepares a copy of folders that lie beside each other under top, such
// as modules and the examples that use them by relative paths. In leads to a
// module in it.
func NewTree(t *testing.T, top string, folders, environment []string, variables ...string) *CLI {
	t.Helper()
	c := newCLI(t, variables)
	c.environment = append(c.environment, environment...)
	for _, folder := range folders {
		if err := os.CopyFS(filepath.Join(c.folder, folder), os.DirFS(filepath.Join(top, folder))); err != nil {
			t.Fatal(err)
		}
	}
	return c
}

// In is the same tree with commands run in one of its folders, for another test.
// It has a provider of its own: one that is served once must not be configured
// by two cores side by side. Whatever else is attached has to be so again.
func (c *CLI) In(t *testing.T, folder string) *CLI {
	t.Helper()
	in := &CLI{t: t, folder: filepath.Join(c.folder, folder), environment: slices.Clone(c.environment), variables: c.variables}
	in.serve(t)
	return in
}

// Folder is where commands run.
func (c *CLI) Folder() string { return c.folder }

func newCLI(t *testing.T, variables []string) *CLI {
	t.Helper()
	c := &CLI{t: t, folder: t.TempDir(), environment: os.Environ(), variables: variables}
	c.serve(t)
	return c
}

// WriteFile puts a file into the root module's folder.
func (c *CLI) WriteFile(name, text string) { c.writeFile(name, text) }

// Write replaces the configuration.
func (c *CLI) Write(config string) {
	c.t.Helper()
	c.writeFile("main.tf", config)
}

func (c *CLI) writeFile(name, text string) {
	c.t.Helper()
	if err := os.WriteFile(filepath.Join(c.folder, name), []byte(text), 0o600); err != nil {
		c.t.Fatal(err)
	}
}

// serve serves the provider until the test ends, and has commands use it.
func (c *CLI) serve(t *testing.T) {
	t.Helper()
	server, err := Factories(t, c.variables...)["proveniq"]()
	if err != nil {
		t.Fatal(err)
	}
	c.reattach = replicatest.Serve(t, provider.Address, func(ctx context.Context, attached chan *plugin.ReattachConfig, closed chan struct{}) error {
		return tf6server.Serve(provider.Address, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, attached, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(t))
	})
	c.Attach(c.reattach)
}

// Attach makes later commands talk to another process of the provider; the
// value is that of TF_REATTACH_PROVIDERS, which the provider prints when it is
// started with -debug.
func (c *CLI) Attach(reattach string) {
	c.environment = append(c.environment, "TF_REATTACH_PROVIDERS="+reattach)
}

// Run runs a command of the core, checks its exit code and gives its output
// in one line (see Flat).
func (c *CLI) Run(code int, arguments ...string) string {
	c.t.Helper()
	return c.Start(arguments...).Wait(code)
}

// Plan plans and gives the output; changes tells whether there must be some.
func (c *CLI) Plan(changes bool, arguments ...string) string {
	c.t.Helper()
	code := 0
	if changes {
		code = 2
	}
	return c.Run(code, append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}, arguments...)...)
}

// Apply plans and applies without asking, and checks the exit code. To apply a
// saved plan, use Run.
func (c *CLI) Apply(code int, arguments ...string) string {
	c.t.Helper()
	return c.Run(code, append([]string{"apply", "-no-color", "-input=false", "-auto-approve"}, arguments...)...)
}

// Command is a running command of the core.
type Command struct {
	t         testing.TB
	arguments []string
	process   *exec.Cmd
	output    *bytes.Buffer
	cancel    context.CancelFunc
}

// Start starts a command; Wait has to follow.
func (c *CLI) Start(arguments ...string) *Command {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), commandLimit)
	started := &Command{t: c.t, arguments: arguments, output: new(bytes.Buffer), cancel: cancel}
	started.process = exec.CommandContext(ctx, os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...)
	started.process.Dir, started.process.Env = c.folder, c.environment
	started.process.Stdout, started.process.Stderr = started.output, started.output
	if err := started.process.Start(); err != nil {
		cancel()
		c.t.Fatalf("%s: %v", strings.Join(arguments, " "), err)
	}
	return started
}

// Interrupt does what Ctrl-C does.
func (r *Command) Interrupt() {
	r.t.Helper()
	if err := r.process.Process.Signal(os.Interrupt); err != nil {
		r.t.Fatalf("interrupt: %v", err)
	}
}

// Wait waits for the command's end, checks its exit code and gives its output
// in one line (see Flat).
func (r *Command) Wait(code int) string {
	r.t.Helper()
	have, output := r.End()
	if have != code {
		r.t.Fatalf("%s: exit code %d, want %d:\n%s", strings.Join(r.arguments, " "), have, code, r.output)
	}
	return output
}

// End waits for the command's end, whatever it is.
func (r *Command) End() (code int, output string) {
	r.t.Helper()
	code, output = r.Lines()
	return code, Flat(output)
}

// Lines is End with the output as it was printed.
func (r *Command) Lines() (code int, output string) {
	r.t.Helper()
	defer r.cancel()
	err := r.process.Wait()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		code = exit.ExitCode()
	case err != nil:
		r.t.Fatal(err)
	}
	return code, r.output.String()
}

// Flat removes the frame that the core draws around diagnostics and the breaks
// of its long lines, so that texts can be looked for.
func Flat(output string) string {
	var words []string
	for line := range strings.Lines(output) {
		words = append(words, strings.Fields(strings.TrimLeft(line, "│╷╵ "))...)
	}
	return strings.Join(words, " ")
}

// WantOutput checks that an output holds the texts.
func WantOutput(t testing.TB, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}
