package googlereplica

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica/facts"
)

// Mirror lays out a folder from which a core installs the replica where it
// reaches no registry. The host is the registry that this core would ask (see
// RegistryHost), the binary is that of cmd/googlereplica.
func Mirror(folder, host, binary string) error {
	provider, err := facts.Load()
	if err != nil {
		return err
	}
	version := provider.Version
	platform := filepath.Join(folder, host, filepath.FromSlash(Source), version, runtime.GOOS+"_"+runtime.GOARCH)
	if err := os.MkdirAll(platform, 0o755); err != nil {
		return err
	}
	content, err := os.ReadFile(binary)
	if err != nil {
		return err
	}
	name := "terraform-provider-google_v" + version
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	// Never through a link: it may lead to a provider that is installed.
	path := filepath.Join(platform, name)
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(path, content, 0o755)
}

// MirrorConfig is the content of a CLI configuration file (TF_CLI_CONFIG_FILE)
// with which a core installs providers from a mirror and from nowhere else.
func MirrorConfig(folder string) string {
	return fmt.Sprintf("provider_installation {\n  filesystem_mirror {\n    path = %q\n  }\n}\n", filepath.ToSlash(folder))
}

// RegistryHost asks a core where it looks for providers whose source names no
// host: Terraform and OpenTofu have registries of their own.
func RegistryHost(ctx context.Context, core string) (host string, err error) {
	dir, err := os.MkdirTemp("", "registry-host-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const config = "terraform {\n  required_providers {\n    google = { source = \"" + Source + "\" }\n  }\n}\n"
	if err := os.WriteFile(filepath.Join(dir, "main.tf"), []byte(config), 0o600); err != nil {
		return "", err
	}
	command := exec.CommandContext(ctx, core, "providers", "-no-color")
	command.Dir = dir
	output, err := command.Output()
	if err != nil {
		return "", fmt.Errorf("%s providers: %w", core, err)
	}
	_, rest, _ := strings.Cut(string(output), "provider[")
	host, _, found := strings.Cut(rest, "/")
	if !found {
		return "", fmt.Errorf("%s providers names no host:\n%s", core, output)
	}
	return host, nil
}
