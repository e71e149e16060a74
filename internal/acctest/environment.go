package acctest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica"
)

// prepareEnvironment makes the process's environment fit for acceptance tests:
// a core binary from this machine, no call home, nothing of the user's own
// Google configuration.
func prepareEnvironment() error {
	if name, set := os.LookupEnv("TF_CLI_CONFIG_FILE"); set {
		if _, err := os.Stat(name); errors.Is(err, fs.ErrNotExist) {
			// Core would warn on every command.
			if err := os.Unsetenv("TF_CLI_CONFIG_FILE"); err != nil {
				return err
			}
		}
	}
	for _, variable := range os.Environ() {
		name, _, _ := strings.Cut(variable, "=")
		if strings.HasPrefix(name, "GOOGLE_") || strings.HasPrefix(name, "CLOUDSDK_CORE_") || name == "SPANNER_EMULATOR_HOST" {
			if err := os.Unsetenv(name); err != nil {
				return err
			}
		}
	}
	binary, err := core()
	if err != nil {
		return err
	}
	set := map[string]string{
		"CHECKPOINT_DISABLE":    "1",
		"TF_ACC":                "1",
		"TF_ACC_TERRAFORM_PATH": binary,
		"TF_IN_AUTOMATION":      "1",
	}
	if isOpenTofu(binary) {
		// Without these, init fails on the namespace "-" that the test framework writes.
		host, err := googlereplica.RegistryHost(context.Background(), binary)
		if err != nil {
			return err
		}
		set["TF_ACC_PROVIDER_HOST"] = host
		set["TF_ACC_PROVIDER_NAMESPACE"] = "hashicorp"
	}
	for name, value := range set {
		if err := os.Setenv(name, value); err != nil {
			return err
		}
	}
	return nil
}

// core finds the binary that the tests run: TF_ACC_TERRAFORM_PATH, or
// Terraform or OpenTofu on the path.
func core() (string, error) {
	if named := os.Getenv("TF_ACC_TERRAFORM_PATH"); named != "" {
		if _, err := os.Stat(named); err != nil {
			return "", fmt.Errorf("TF_ACC_TERRAFORM_PATH names no file: %w", err)
		}
		return named, nil
	}
	for _, name := range []string{"terraform", "tofu"} {
		if found, err := exec.LookPath(name); err == nil {
			return found, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on the path: install one, or run `make test`, which does")
}

// isOpenTofu goes by what the binary says it is, for it may have any name.
func isOpenTofu(binary string) bool {
	output, err := exec.Command(binary, "version").Output()
	return err == nil && strings.HasPrefix(string(output), "OpenTofu")
}
