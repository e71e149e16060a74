package spannerschema_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-hclog"
	"github.com/hashicorp/go-plugin"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tfprotov6/tf6server"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

// commandLimit bounds one command of the core binary.
const commandLimit = time.Minute

// terraform is a root module and the core binary that runs in it, with the
// provider served by the test's own process. It is for what the test framework
// does not do: saved plans, -refresh=false, interrupts, output.
type terraform struct {
	t           *testing.T
	dir         string
	environment []string
}

// terraform prepares a root module with this configuration.
func (b *bench) terraform(config string) *terraform {
	b.t.Helper()
	const required = "terraform {\n  required_providers {\n    proveniq = {\n      source = \"proveniq/proveniq\"\n    }\n  }\n}\n"
	tf := &terraform{t: b.t, dir: b.t.TempDir(), environment: append(os.Environ(), "TF_REATTACH_PROVIDERS="+b.serve())}
	if err := os.WriteFile(filepath.Join(tf.dir, "versions.tf"), []byte(required), 0o600); err != nil {
		b.t.Fatal(err)
	}
	tf.write(config)
	tf.run(0, "init", "-no-color", "-input=false")
	return tf
}

// write replaces the configuration.
func (tf *terraform) write(config string) {
	tf.t.Helper()
	if err := os.WriteFile(filepath.Join(tf.dir, "main.tf"), []byte(config), 0o600); err != nil {
		tf.t.Fatal(err)
	}
}

// serve serves the provider until the test ends and gives the value of
// TF_REATTACH_PROVIDERS.
func (b *bench) serve() string {
	b.t.Helper()
	server, err := acctest.Factories(b.t, "SPANNER_EMULATOR_HOST", b.gateway.address)["proveniq"]()
	if err != nil {
		b.t.Fatal(err)
	}
	const source = "registry.terraform.io/proveniq/proveniq"
	ctx, cancel := context.WithCancel(context.Background())
	reattach, closed := make(chan *plugin.ReattachConfig, 1), make(chan struct{})
	served := make(chan error, 1)
	go func() {
		served <- tf6server.Serve(source, func() tfprotov6.ProviderServer { return server },
			tf6server.WithDebug(ctx, reattach, closed), tf6server.WithGoPluginLogger(hclog.NewNullLogger()), tf6server.WithLoggingSink(b.t))
	}()
	b.t.Cleanup(func() {
		cancel()
		if err := <-served; err != nil {
			b.t.Errorf("serving the provider: %v", err)
		}
	})
	config := <-reattach
	value, err := json.Marshal(map[string]any{source: map[string]any{
		"Protocol":        config.Protocol,
		"ProtocolVersion": config.ProtocolVersion,
		"Pid":             config.Pid,
		"Test":            true,
		"Addr":            map[string]string{"Network": config.Addr.Network(), "String": config.Addr.String()},
	}})
	if err != nil {
		b.t.Fatal(err)
	}
	return string(value)
}

// run runs a command, checks its exit code and gives its output.
func (tf *terraform) run(code int, arguments ...string) string {
	tf.t.Helper()
	ctx, cancel := context.WithTimeout(tf.t.Context(), commandLimit)
	defer cancel()
	command, output := tf.command(ctx, arguments...)
	tf.check(command.Run(), code, arguments, output)
	return plain(output.String())
}

// command prepares a command and the buffer that takes its output.
func (tf *terraform) command(ctx context.Context, arguments ...string) (*exec.Cmd, *bytes.Buffer) {
	output := new(bytes.Buffer)
	command := exec.CommandContext(ctx, os.Getenv("TF_ACC_TERRAFORM_PATH"), arguments...)
	command.Dir, command.Env, command.Stdout, command.Stderr = tf.dir, tf.environment, output, output
	return command, output
}

func (tf *terraform) check(err error, code int, arguments []string, output *bytes.Buffer) {
	tf.t.Helper()
	got := 0
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		got = exit.ExitCode()
	case err != nil:
		tf.t.Fatal(err)
	}
	if got != code {
		tf.t.Fatalf("%s: exit code %d, want %d:\n%s", strings.Join(arguments, " "), got, code, output)
	}
}

// plan plans and gives the output; changes tells whether there must be some.
func (tf *terraform) plan(changes bool, arguments ...string) string {
	tf.t.Helper()
	code := 0
	if changes {
		code = 2
	}
	return tf.run(code, append([]string{"plan", "-no-color", "-input=false", "-detailed-exitcode"}, arguments...)...)
}

func (tf *terraform) apply(code int, arguments ...string) string {
	tf.t.Helper()
	return tf.run(code, append([]string{"apply", "-no-color", "-input=false", "-auto-approve"}, arguments...)...)
}

// plain removes the frame that core draws around diagnostics and the breaks of
// its long lines, so that texts can be looked for.
func plain(output string) string {
	lines := strings.Split(output, "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(strings.TrimLeft(line, "│╷╵ "))
	}
	return strings.Join(strings.Fields(strings.Join(lines, "\n")), " ")
}

// wantOutput checks that the output contains the texts.
func wantOutput(t *testing.T, output string, texts ...string) {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(output, text) {
			t.Errorf("the output does not say %q:\n%s", text, output)
		}
	}
}
