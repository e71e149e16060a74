// Localcloud runs a Google Cloud on this machine until it is interrupted: the
// Spanner emulator and a strict fake of the Compute API, holding what stands
// before a ledger's regions join. It prints the environment to export.
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
	"regexp"
	"strings"
	"syscall"

	"github.com/proveniq/terraform-provider-proveniq/internal/localcloud"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// After the first signal the default action is back: a second one ends the
	// program at once.
	context.AfterFunc(ctx, stop)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	switch {
	case err == nil || errors.Is(err, flag.ErrHelp):
	case errors.As(err, new(usageError)):
		fmt.Fprintln(os.Stderr, "localcloud:", err)
		os.Exit(2)
	default:
		fmt.Fprintln(os.Stderr, "localcloud:", err)
		os.Exit(1)
	}
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// settings are the command line's flags.
type settings struct {
	project, instance, database string
	computePort, spannerPort    int
	proxyPort                   int
	empty, coverage             bool
	log, state                  string
}

var projectID = regexp.MustCompile(`^[a-z][-a-z0-9]{4,28}[a-z0-9]$`)

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("localcloud", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are printed once, by main
	flags.StringVar(&s.project, "project", "proveniq-local", "`id` of the project that holds everything")
	flags.StringVar(&s.instance, "instance", "ledger", "`id` of the Spanner instance")
	flags.StringVar(&s.database, "database", "ledger", "`id` of the empty database in it")
	flags.IntVar(&s.computePort, "compute-port", 0, "`port` of the Compute API (default: a free one)")
	flags.IntVar(&s.spannerPort, "spanner-port", 0, "`port` of the Spanner emulator (default: a free one)")
	flags.IntVar(&s.proxyPort, "proxy-port", 0, "`port` of the proxy that answers for *.googleapis.com (default: a free one)")
	flags.BoolVar(&s.coverage, "coverage", false, "list how each method of each API is served, and end")
	flags.BoolVar(&s.empty, "empty", false, "begin with an empty project instead of a ledger whose regions can join")
	flags.StringVar(&s.log, "log", "", "`file` for the emulator's output (default: none)")
	flags.StringVar(&s.state, "state", "", "`file` that keeps the cloud between runs, but not the rows of Spanner databases (default: nothing is kept)")
	if err := flags.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			flags.SetOutput(stderr)
			// Help that cannot be printed has nobody to be told of.
			_, _ = fmt.Fprintln(stderr, "Usage: localcloud [flags]\n\nRuns a Google Cloud on this machine until Ctrl-C and prints the environment to export.")
			flags.PrintDefaults()
			return s, err
		}
		return s, usageError{err}
	}
	switch {
	case flags.NArg() > 0:
		return s, usageError{fmt.Errorf("unknown argument %q: only flags are taken, see -help", flags.Arg(0))}
	case !projectID.MatchString(s.project):
		return s, usageError{fmt.Errorf("-project %q is not a project id: 6 to 30 lower-case letters, digits and hyphens, beginning with a letter", s.project)}
	case s.computePort != 0 && s.computePort == s.spannerPort:
		return s, usageError{fmt.Errorf("-compute-port and -spanner-port are both %d: give them different ports", s.computePort)}
	case s.state != "" && filepath.Clean(s.state) == filepath.Clean(s.log):
		return s, usageError{fmt.Errorf("-state and -log are both %s: give them different files", s.log)}
	}
	if err := checkPort("compute-port", s.computePort); err != nil {
		return s, err
	}
	if err := checkPort("proxy-port", s.proxyPort); err != nil {
		return s, err
	}
	return s, checkPort("spanner-port", s.spannerPort)
}

func checkPort(name string, port int) error {
	if port < 0 || port > 65535 {
		return usageError{fmt.Errorf("-%s %d is not a port: 1 to 65535, or 0 for a free one", name, port)}
	}
	return nil
}

// run starts the cloud, tells what it is and serves until ctx ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) (err error) {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	if s.coverage {
		return printCoverage(stdout)
	}
	log := io.Discard
	if s.log != "" {
		file, failed := os.Create(s.log)
		if failed != nil {
			return fmt.Errorf("the log file cannot be written: %w", failed)
		}
		defer func() { err = errors.Join(err, file.Close()) }()
		log = file
	}
	cloud, err := localcloud.Start(ctx, localcloud.Options{
		Project: s.project, Log: log, ComputePort: s.computePort, SpannerPort: s.spannerPort, Proxy: true, ProxyPort: s.proxyPort,
		State: s.state, Warnings: prefixed{stderr},
	})
	if err != nil {
		return interrupted(ctx, err)
	}
	defer func() { err = errors.Join(err, cloud.Close()) }()

	ledger := localcloud.DefaultLedger(s.project)
	ledger.Instance, ledger.Database = s.instance, s.database
	if s.empty || cloud.Restored() {
		ledger = localcloud.Ledger{Project: s.project}
	} else if err := cloud.SeedLedger(ctx, ledger); err != nil {
		return interrupted(ctx, err)
	}
	if _, err := io.WriteString(stdout, announcement(cloud, ledger, s)); err != nil {
		return fmt.Errorf("the environment cannot be printed: %w", err)
	}
	select {
	case <-ctx.Done():
		return nil
	case <-cloud.Done():
		return cloud.Err()
	}
}

// prefixed begins what is written with the program's name.
type prefixed struct{ to io.Writer }

func (p prefixed) Write(line []byte) (int, error) {
	if _, err := fmt.Fprintf(p.to, "localcloud: %s", line); err != nil {
		return 0, err
	}
	return len(line), nil
}

// interrupted forgives an error after the user has interrupted: that is why the
// start did not succeed.
func interrupted(ctx context.Context, err error) error {
	if ctx.Err() == nil {
		return err
	}
	return nil
}

// announcement is text that a shell can read as well as a person.
func announcement(cloud *localcloud.Cloud, l localcloud.Ledger, s settings) string {
	var b strings.Builder
	b.WriteString("# Google Cloud on this machine is ready. In another shell:\n")
	for _, variable := range cloud.Environment() {
		fmt.Fprintf(&b, "export %s\n", variable)
	}
	fmt.Fprintf(&b, "\n# Look at it, and let things fail: %s\n", cloud.PageURL())
	switch {
	case cloud.Restored():
		fmt.Fprintf(&b, "# It is as %s kept it; Spanner databases have their schema again, their rows are not kept.\n", s.state)
	case l.Instance == "":
		fmt.Fprintf(&b, "# Project %s is empty.\n", l.Project)
	default:
		fmt.Fprintf(&b, "# Project %s holds\n", l.Project)
		fmt.Fprintf(&b, "#   an empty database  projects/%s/instances/%s/databases/%s\n", l.Project, l.Instance, l.Database)
		fmt.Fprintf(&b, "#   backend services   %s\n", strings.Join(l.BackendServices, ", "))
	}
	for _, r := range l.Regions {
		fmt.Fprintf(&b, "#   NEG                %s in %s, %d endpoints each\n", r.NEG, strings.Join(r.Zones, ", "), r.Endpoints)
	}
	if s.log != "" {
		fmt.Fprintf(&b, "# The emulator's output goes to %s.\n", s.log)
	}
	if s.state != "" {
		fmt.Fprintf(&b, "# Ctrl-C stops it; %s keeps everything but the rows of Spanner databases.\n", s.state)
	} else {
		b.WriteString("# Ctrl-C stops it; nothing is kept.\n")
	}
	return b.String()
}
