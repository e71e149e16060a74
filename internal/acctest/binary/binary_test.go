// Package binary tests the provider as users have it: a program that a real
// core finds in a mirror, starts and talks to.
package binary

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/proveniq/terraform-provider-proveniq/internal/acctest"
)

const (
	version = "0.0.1"
	// limit bounds one command.
	limit = 3 * time.Minute
)

func TestMain(m *testing.M) { acctest.Main(m) }

// build compiles the provider into a mirror and gives the mirror's folder and
// the program's path.
func build(t *testing.T) (mirror, program string) {
	t.Helper()
	mirror = t.TempDir()
	program = filepath.Join(mirror, "registry.terraform.io", "proveniq", "proveniq", version,
		runtime.GOOS+"_"+runtime.GOARCH, "terraform-provider-proveniq_v"+version)
	root := filepath.Join("..", "..", "..")
	run(t, root, nil, "go", "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w -X main.version="+version, "-o", program, ".")
	return mirror, program
}

// run runs a program and gives what it prints; it has to succeed.
func run(t *testing.T, folder string, environment []string, program string, arguments ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	command := exec.CommandContext(ctx, program, arguments...)
	command.Dir = folder
	command.Env = append(os.Environ(), environment...)
	var output bytes.Buffer
	command.Stdout, command.Stderr = &output, &output
	if err := command.Run(); err != nil {
		t.Fatalf("%s %s: %v\n%s", filepath.Base(program), strings.Join(arguments, " "), err, output.String())
	}
	return output.String()
}

func write(t *testing.T, folder, name, text string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestVersionFlag(t *testing.T) {
	t.Parallel()
	_, program := build(t)
	if have := strings.TrimSpace(run(t, ".", nil, program, "-version")); have != version {
		t.Errorf("-version prints %q, want %q", have, version)
	}
}

// A secret given to the provider is in no log, at the finest level, and not in
// state.
func TestSecretsStayOutOfLogsAndState(t *testing.T) {
	t.Parallel()
	const canary = "canary-5d0e7c1b-never-shown"
	database := acctest.NewDatabase(t)
	mirror, _ := build(t)
	folder := t.TempDir()
	config := write(t, folder, "cli.tfrc", `
provider_installation {
  filesystem_mirror {
    path = "`+filepath.ToSlash(mirror)+`"
  }
}
`)
	write(t, folder, "main.tf", `
terraform {
  required_providers {
    proveniq = {
      source  = "registry.terraform.io/proveniq/proveniq"
      version = "`+version+`"
    }
  }
}

variable "token" {
  type      = string
  sensitive = true
}

provider "proveniq" {
  access_token            = var.token
  compute_custom_endpoint = "`+acctest.Cloud(t).ComputeEndpoint()+`"
}

resource "proveniq_spanner_schema" "test" {
  database = "`+database+`"
  ddl      = "CREATE TABLE Canary (Id INT64) PRIMARY KEY (Id)"
}
`)
	log := filepath.Join(folder, "trace.log")
	environment := []string{
		"TF_CLI_CONFIG_FILE=" + config,
		"SPANNER_EMULATOR_HOST=" + acctest.Cloud(t).Emulator().Host(),
		"TF_VAR_token=" + canary,
		"TF_LOG=TRACE", "TF_LOG_PATH=" + log,
	}
	core := os.Getenv("TF_ACC_TERRAFORM_PATH")
	run(t, folder, environment, core, "init", "-no-color", "-input=false")
	output := run(t, folder, environment, core, "apply", "-no-color", "-input=false", "-auto-approve")
	if !strings.Contains(output, "SPANNER_EMULATOR_HOST") {
		t.Errorf("no warning that the emulator overrides the token:\n%s", output)
	}
	run(t, folder, environment, core, "plan", "-no-color", "-input=false", "-detailed-exitcode")

	for name, want := range map[string]string{"trace.log": "provider configured", "terraform.tfstate": "Canary"} {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("%s does not hold %q: the test would show nothing", name, want)
		}
		for line := range strings.Lines(string(text)) {
			if strings.Contains(line, canary) {
				t.Errorf("%s shows the token: %.300s", name, line)
			}
		}
	}
	if strings.Contains(output, canary) {
		t.Error("the output shows the token")
	}
}
