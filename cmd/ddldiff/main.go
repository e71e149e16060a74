// Ddldiff prints the statements that lead from one Spanner schema to another,
// each with what it costs. It plans exactly as proveniq_spanner_schema does,
// and needs neither a database nor credentials.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

// The exit statuses, which scripts rely on.
const (
	exitRunnable = 0 // the plan may run; it may be empty
	exitFailed   = 1 // the plan could not be printed
	exitBadInput = 2 // the command line or a schema is wrong
	exitRefused  = 3 // the plan holds something that must not run
)

func main() {
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole command; it returns the exit status.
func run(args []string, stdin io.Reader, stdout, stderr io.Writer) int {
	s, err := parseFlags(args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		fmt.Fprint(stderr, usage)
		return exitRunnable
	case err != nil:
		fmt.Fprintf(stderr, "ddldiff: %v\nddldiff -help tells how to use it\n", err)
		return exitBadInput
	}
	before, after, err := readSchemas(s, stdin, stderr)
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitBadInput
	}
	// The old schema is its owner's own, as after an apply: what the new one
	// leaves out is removed, and needs to be allowed.
	plan := ddl.Diff(ddl.Request{
		Live: before, Applied: before, AppliedEcho: before, Desired: after, AllowDestructive: s.allow, Renames: s.renames,
	})
	text := script(plan)
	if s.json {
		text, err = document(plan)
	}
	if err == nil {
		_, err = io.WriteString(stdout, text)
	}
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "ddldiff: the plan cannot be printed: %v\n", err)
		return exitFailed
	case len(plan.Refused) > 0:
		return exitRefused
	default:
		return exitRunnable
	}
}
