// Demo shows the provider at work on this machine only: the ledger's schema
// and three regions, applied by a real Terraform or OpenTofu to the real
// Spanner emulator and a strict fake of the Compute API. It stops everything
// that it started, also when it fails or is interrupted.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"
)

// Exit codes.
const (
	exitFailed      = 1
	exitUsage       = 2
	exitInterrupted = 130 // as a shell reports SIGINT
)

// runLimit bounds a whole run.
const runLimit = 10 * time.Minute

var errInterrupted = errors.New("interrupted")

func main() {
	s, err := parse(os.Args[1:], os.Stderr)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return
	case err != nil:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(exitUsage)
	}
	ctx, hurry, stop := interruptible(context.Background())
	err = run(ctx, hurry, s, os.Stdout)
	stop()
	switch {
	case err == nil:
	case errors.Is(err, errInterrupted):
		fmt.Fprintln(os.Stderr, "demo: interrupted; everything it started is stopped.")
		os.Exit(exitInterrupted)
	default:
		fmt.Fprintln(os.Stderr, "demo:", err)
		os.Exit(exitFailed)
	}
}

// settings are the command line's flags.
type settings struct {
	core     string // Terraform or OpenTofu binary; empty: look on PATH
	provider string // provider binary; empty: the one beside this program, or build it
	root     string // the repository's root
	work     string // folder for logs and run folders
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("demo", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are printed once, by main
	flags.StringVar(&s.core, "terraform", "", "`path` of Terraform or OpenTofu (default: terraform, then tofu on PATH)")
	flags.StringVar(&s.provider, "provider", "", "`path` of the provider (default: the one beside this program, else it is built)")
	flags.StringVar(&s.root, "root", ".", "`folder` of the repository")
	flags.StringVar(&s.work, "work", filepath.Join("build", "demo"), "`folder` for the log, made when absent")
	err := flags.Parse(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprintln(stderr, "Usage: demo [flags]\n\nApplies the quickstart to a Google Cloud on this machine, and takes it down again.")
		flags.SetOutput(stderr)
		flags.PrintDefaults()
	case err == nil && flags.NArg() > 0:
		err = fmt.Errorf("unknown argument %q: only flags are taken, see -help", flags.Arg(0))
	}
	if s.provider == "" {
		s.provider = besideThisProgram()
	}
	return s, err
}

// besideThisProgram is the provider that was built together with the demo, or
// empty.
func besideThisProgram() string {
	self, err := os.Executable()
	if err != nil {
		return ""
	}
	path := filepath.Join(filepath.Dir(self), providerProgram)
	if runtime.GOOS == "windows" {
		path += ".exe"
	}
	if info, err := os.Stat(path); err != nil || info.IsDir() {
		return ""
	}
	return path
}

// interruptible ends the context with errInterrupted at the first Ctrl-C or
// request to end; at the second it closes hurry: nothing is waited for then.
func interruptible(parent context.Context) (ctx context.Context, hurry <-chan struct{}, stop func()) {
	ctx, cancel := context.WithCancelCause(parent)
	signals := make(chan os.Signal, 2)
	hurried, stopped := make(chan struct{}), make(chan struct{})
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	go func() {
		for count := 0; ; count++ {
			select {
			case <-signals:
			case <-stopped:
				return
			}
			switch count {
			case 0:
				cancel(errInterrupted)
			case 1:
				close(hurried)
			}
		}
	}()
	return ctx, hurried, func() {
		signal.Stop(signals)
		close(stopped)
		cancel(nil)
	}
}
