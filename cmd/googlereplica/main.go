// Command googlereplica stands in for the provider hashicorp/google where no
// registry can be reached. It serves that provider's schema and checks schema,
// not behaviour: see internal/googlereplica.
//
// With a folder it lays out a mirror there for the core on this machine, and
// prints the variable that makes the core use it:
//
//	export TF_CLI_CONFIG_FILE=$(googlereplica build/mirror)
//
// Without, it is the provider that the core starts from that mirror.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"github.com/proveniq/terraform-provider-proveniq/internal/googlereplica"
)

func main() {
	core := flag.String("core", "", "the Terraform or OpenTofu that the mirror is for; terraform or tofu on the path if empty")
	debug := flag.Bool("debug", false, "wait for a core: print the variable with which it attaches to this process")
	version := flag.Bool("version", false, "print whose schema this is and exit")
	flag.Usage = func() {
		fmt.Fprintln(flag.CommandLine.Output(), "usage: googlereplica [flags] [FOLDER]")
		flag.PrintDefaults()
	}
	flag.Parse()
	if err := run(context.Background(), *core, *debug, *version, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "googlereplica:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, core string, debug, version bool, folders []string) error {
	switch {
	case version:
		server, err := googlereplica.New()
		if err != nil {
			return err
		}
		fmt.Printf("replica of the schema of %s %s: it checks schema, not behaviour\n", googlereplica.Source, server.Version())
		return nil
	case len(folders) == 0:
		return googlereplica.Serve(debug)
	case len(folders) > 1:
		return fmt.Errorf("one folder at most, not %d", len(folders))
	}
	config, err := layOut(ctx, core, folders[0])
	if err != nil {
		return err
	}
	fmt.Println(config)
	return nil
}

// layOut makes the mirror of this very program, and gives the path of the CLI
// configuration that uses it.
func layOut(ctx context.Context, core, folder string) (string, error) {
	core, err := findCore(core)
	if err != nil {
		return "", err
	}
	host, err := googlereplica.RegistryHost(ctx, core)
	if err != nil {
		return "", err
	}
	self, err := os.Executable()
	if err != nil {
		return "", err
	}
	if folder, err = filepath.Abs(folder); err != nil {
		return "", err
	}
	if err := googlereplica.Mirror(folder, host, self); err != nil {
		return "", err
	}
	config := filepath.Join(folder, "mirror.tfrc")
	return config, os.WriteFile(config, []byte(googlereplica.MirrorConfig(folder)), 0o644)
}

func findCore(named string) (string, error) {
	if named != "" {
		return exec.LookPath(named)
	}
	for _, name := range []string{"terraform", "tofu"} {
		if path, err := exec.LookPath(name); err == nil {
			return path, nil
		}
	}
	return "", errors.New("neither terraform nor tofu is on the path: name one with -core")
}
