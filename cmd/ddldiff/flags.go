package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"strings"

	"github.com/proveniq/terraform-provider-proveniq/internal/ddl"
)

const usage = `Usage: ddldiff [flags] OLD.sql NEW.sql

Prints the statements that lead from the schema in OLD.sql to the one in
NEW.sql, in the order in which they run. "-" reads one of them from standard
input. Each statement ends with ";" at the end of a line; comment lines before it
say what it costs: instant, validates, backfill, unsafe or destructive.

OLD.sql is a schema as its owner applied it, or as the database echoes it.

Flags:
  -allow-destructive NAMES  objects that may be lost, separated by commas: a
                            table, Table.Column, an index, a view, ...; or * for
                            all that NEW.sql leaves out. May be repeated.
  -rename OLD=NEW           a table of NEW.sql that OLD.sql holds under another
                            name; OLD=NEW+synonym keeps the old name as a
                            synonym. May be repeated.
  -dialect DIALECT          of both files: googlesql or postgresql (default: what
                            the files are written in)
  -json                     print the plan as a JSON document

Exit status:
  0  the plan may run, or there is nothing to do
  2  the command line or one of the files is wrong
  3  something is refused: it is printed as a comment with the reason and the
     way around
`

// settings are what the command line says.
type settings struct {
	old, desired string
	allow        names
	renames      renames
	// dialect is empty where the files decide.
	dialect ddl.Dialect
	json    bool
}

// names collects the values of a flag that may be repeated.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

// Set takes names between commas.
func (n *names) Set(value string) error {
	for _, name := range strings.Split(value, ",") {
		if name = strings.TrimSpace(name); name == "" {
			return errors.New("a name is empty")
		}
		*n = append(*n, name)
	}
	return nil
}

// renames collects the values of -rename.
type renames []ddl.Rename

func (r *renames) String() string { return fmt.Sprint(*r) }

// Set takes OLD=NEW or OLD=NEW+synonym.
func (r *renames) Set(value string) error {
	from, to, ok := strings.Cut(value, "=")
	to, keep := strings.CutSuffix(to, "+synonym")
	if !ok || from == "" || to == "" {
		return errors.New("write OLD=NEW, the table's name in OLD.sql and that in NEW.sql")
	}
	*r = append(*r, ddl.Rename{From: from, To: to, KeepSynonym: keep})
	return nil
}

// parseFlags reads the command line; flags may also follow the files.
func parseFlags(args []string) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("ddldiff", flag.ContinueOnError)
	flags.SetOutput(io.Discard) // errors are printed once, by run
	flags.Var(&s.allow, "allow-destructive", "")
	flags.Var(&s.renames, "rename", "")
	dialect := flags.String("dialect", "", "")
	flags.BoolVar(&s.json, "json", false, "")
	var files []string
	for {
		if err := flags.Parse(args); err != nil {
			return s, err
		}
		if flags.NArg() == 0 {
			break
		}
		files = append(files, flags.Arg(0))
		args = flags.Args()[1:]
	}
	if len(files) != 2 {
		return s, fmt.Errorf("two files are needed, the old schema and the new one; got %d", len(files))
	}
	s.old, s.desired = files[0], files[1]
	switch {
	case s.old == stdinName && s.desired == stdinName:
		return s, errors.New("only one of the two schemas can come from standard input")
	case *dialect == "googlesql":
		s.dialect = ddl.GoogleSQL
	case *dialect == "postgresql":
		s.dialect = ddl.PostgreSQL
	case *dialect != "":
		return s, fmt.Errorf("-dialect %q is neither googlesql nor postgresql", *dialect)
	}
	return s, nil
}
